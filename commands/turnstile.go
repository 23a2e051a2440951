package commands

import (
	"context"
	"sync"
)

// turnstile lets at most so many through at once for each name.
type turnstile struct {
	width int

	mu    sync.Mutex
	lanes map[string]*lane
}

type lane struct {
	inside chan struct{}
	users  int // inside or waiting
}

// enter waits for its turn; leave must be called once.
func (t *turnstile) enter(ctx context.Context, name string) (leave func(), err error) {
	t.mu.Lock()
	if t.lanes == nil {
		t.lanes = map[string]*lane{}
	}
	l := t.lanes[name]
	if l == nil {
		l = &lane{inside: make(chan struct{}, t.width)}
		t.lanes[name] = l
	}
	l.users++
	t.mu.Unlock()

	gone := func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if l.users--; l.users == 0 {
			delete(t.lanes, name)
		}
	}
	select {
	case l.inside <- struct{}{}:
		return func() { <-l.inside; gone() }, nil
	case <-ctx.Done():
		gone()
		return nil, ctx.Err()
	}
}
