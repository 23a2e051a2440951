package workflows

import (
	"slices"

	"milepost/domain"
)

// A full tail takes no new commands: what cannot be recorded for long must not grow past the engine's limits. State
// and tail are handed on in one payload, of which the engine takes 2 MiB; one that is larger would hold the entity
// for ever.
const (
	fullEntries = 500
	fullBytes   = 512 << 10
	heavyState  = 768 << 10
	entryBytes  = 400 // about what an entry weighs besides its data
)

// weigh is about how many bytes entries take.
func weigh(entries []domain.Entry) int {
	size := 0
	for _, e := range entries {
		size += entryBytes + len(e.Data)
	}
	return size
}

// tail is what has been decided and is not known to be recorded, in order.
type tail struct {
	entries  []domain.Entry
	recorded int64 // the number of the entry before the first
}

func (t *tail) add(entries ...domain.Entry) { t.entries = append(t.entries, entries...) }

// trim forgets what is recorded.
func (t *tail) trim(recorded int64) {
	t.entries = t.after(recorded)
	t.recorded = max(t.recorded, recorded)
}

// after is the part that remains when entries up to a number are recorded.
func (t *tail) after(recorded int64) []domain.Entry {
	n := slices.IndexFunc(t.entries, func(e domain.Entry) bool { return e.Seq > recorded })
	if n < 0 {
		return nil
	}
	return slices.Clone(t.entries[n:])
}

// full tells whether a caller who knows of so much recorded finds the tail full.
func (t *tail) full(recorded int64) bool {
	rest := t.after(recorded)
	return len(rest) >= fullEntries || weigh(rest) >= fullBytes
}
