// Package activities carries out what events ask of the world outside: to be recorded, to reserve a quota, to
// be counted. Everything here may happen twice and is made to matter once.
package activities

import (
	"context"

	"milepost/domain"
	"milepost/store"
)

// Recorder appends entries to timelines; appending again what is there already changes nothing.
type Recorder interface {
	Record(ctx context.Context, entity string, tail []domain.Entry, done *store.Done) error
}

// Timeline records what no caller does: deadlines that passed, and what is left when an entity closes.
type Timeline struct{ Store Recorder }

// Unrecorded is the part of an entity's timeline that its workflow does not know to be recorded.
type Unrecorded struct {
	Entity string         `json:"entity"`
	Tail   []domain.Entry `json:"tail"`
}

// Record writes the entries to the timeline and returns the number of the last one. It is one regular activity
// at a time for each entity, never a local one: an entry must be in the engine's history before it is in the
// database, or another could take its number after a crash.
func (t *Timeline) Record(ctx context.Context, u Unrecorded) (last int64, err error) {
	if len(u.Tail) == 0 {
		return 0, nil
	}
	if err := t.Store.Record(ctx, u.Entity, u.Tail, nil); err != nil {
		return 0, err
	}
	return u.Tail[len(u.Tail)-1].Seq, nil
}
