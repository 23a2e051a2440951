// Package activities carries out what events ask of the world outside: to be recorded, to reserve a quota, to
// be counted. Everything here may happen twice and is made to matter once.
package activities

import (
	"context"
	"time"

	"milepost/domain"
	"milepost/store"
)

// Record is what an entity's workflow needs of the record; appending again what is there already changes nothing.
type Record interface {
	Record(ctx context.Context, entity string, tail []domain.Entry, done *store.Done) error
	Waiting(ctx context.Context, entity string, until time.Time, behind domain.Command) (store.Waiting, error)
}

// Timeline records what no caller does: deadlines that passed, commands whose callers did not come through, and
// what is left when an entity closes.
type Timeline struct{ Store Record }

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

// Inquiry asks who waits to be heard by an entity before its clock goes on to a civil moment.
type Inquiry struct {
	Entity string    `json:"entity"`
	Until  time.Time `json:"until"`
	// Behind is the last command of the answer before, when there was more; of it, only id and receipt count.
	Behind domain.Command `json:"behind,omitzero"`
}

// Hearing is the answer.
type Hearing struct {
	Commands []domain.Command `json:"commands,omitempty"` // received in time and without an outcome, in order of receipt
	More     bool             `json:"more,omitempty"`
	Recorded int64            `json:"recorded,omitempty"` // the number of the last entry on record
}

// Waiting asks the record who was in time. It is a read, and so may be a local activity: the engine keeps the answer
// in the history without a task of its own.
func (t *Timeline) Waiting(ctx context.Context, q Inquiry) (Hearing, error) {
	w, err := t.Store.Waiting(ctx, q.Entity, q.Until, q.Behind)
	return Hearing{Commands: w.Commands, More: w.More, Recorded: w.Recorded}, err
}
