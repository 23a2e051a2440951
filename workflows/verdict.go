package workflows

import (
	"errors"
	"fmt"
	"time"

	"milepost/domain"
	"milepost/domain/entity"
	"milepost/domain/policy"
)

// verdict is a decision as the history keeps it.
type verdict struct {
	Entries []domain.Entry `json:"entries,omitempty"`
	Refusal *domain.Error  `json:"refusal,omitempty"`
	Fault   string         `json:"fault,omitempty"`
}

// heaviest is the most that the entries of one decision may weigh; the engine takes 2 MiB.
const heaviest = 1 << 20

func verdictOf(entries []domain.Entry, err error) verdict {
	size := weigh(entries)
	switch refusal := domain.AsError(err); {
	case refusal != nil:
		return verdict{Refusal: refusal}
	case err != nil:
		return verdict{Fault: err.Error()}
	case size > heaviest:
		return verdict{Fault: fmt.Sprintf("a decision of %d bytes", size)}
	default:
		return verdict{Entries: entries}
	}
}

// err tells why nothing was decided.
func (v verdict) err() error {
	switch {
	case v.Refusal != nil:
		return v.Refusal
	case v.Fault != "":
		return errors.New(v.Fault)
	default:
		return nil
	}
}

// court asks a decider and changes nothing.
type court struct {
	rules   *policy.Registry
	restore func(name string, snapshot []byte) (entity.Entity, error)
}

// judge decides a command. Deadlines that had passed when it was received have been decided before.
func (c court) judge(e entity.Entity, cmd domain.Command, now time.Time) (entries []domain.Entry, err error) {
	defer recovered(&err)
	// The sender's clock may be a moment ahead of the engine's; nothing is recorded before it happened.
	if now.Before(cmd.ReceivedAt) {
		now = cmd.ReceivedAt
	}
	if entries, err = e.Decide(cmd, now, c.rules); err != nil {
		return nil, err
	}
	return entries, inOrder(e, entries)
}

// dueBy tells whether a deadline of an entity has come by a civil moment.
func dueBy(e entity.Entity, moment time.Time) bool {
	due := e.NextDeadline()
	return !due.IsZero() && !due.After(moment)
}

// inOrder tells whether entries go on where an entity is. What does not could never be recorded.
func inOrder(e entity.Entity, entries []domain.Entry) error {
	for i, entry := range entries {
		if want := e.Sequence() + int64(i) + 1; entry.Seq != want {
			return fmt.Errorf("entry %d is numbered %d", want, entry.Seq)
		}
	}
	return nil
}

// tick decides what has come due by a civil moment, as recorded now.
func (c court) tick(e entity.Entity, by, now time.Time) (entries []domain.Entry, err error) {
	defer recovered(&err)
	if entries, err = e.Tick(by, c.rules); err != nil {
		return nil, err
	}
	for i := range entries {
		entries[i].RecordedAt = now
	}
	return entries, inOrder(e, entries)
}

// recovered turns a panic of the rules into an error: one input must not stop an entity for ever.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("the rules panicked: %v", p)
	}
}
