package api

import (
	"sync"
	"time"
)

// names remembers the names of accounts for a while: every line of a timeline and every task bears some.
type names struct {
	now  func() time.Time // real
	mu   sync.Mutex
	kept map[string]name
}

type name struct {
	text  string
	until time.Time
}

const (
	nameKept  = time.Minute
	mostNames = 20_000
)

func newNames(now func() time.Time) *names { return &names{now: now, kept: map[string]name{}} }

// get returns the name under an id, looked up when it is not known or too old.
func (n *names) get(id string, lookUp func() string) string {
	now := n.now()
	n.mu.Lock()
	known, ok := n.kept[id]
	n.mu.Unlock()
	if ok && now.Before(known.until) {
		return known.text
	}
	text := lookUp()
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.kept) >= mostNames {
		clear(n.kept)
	}
	n.kept[id] = name{text, now.Add(nameKept)}
	return text
}
