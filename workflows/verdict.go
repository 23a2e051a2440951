package workflows

import (
	"fmt"
	"time"

	"milepost/domain"
	"milepost/domain/entity"
	"milepost/domain/policy"
)

// verdict is a decision as the history keeps it.
type verdict struct {
	Entries []domain.Entry `json:"entries,omitempty"`
	// Before is how many of the entries are deadlines that had passed before the command came.
	Before  int           `json:"before,omitempty"`
	Refusal *domain.Error `json:"refusal,omitempty"`
	Fault   string        `json:"fault,omitempty"`
}

// heaviest is the most that the entries of one decision may weigh; the engine takes 2 MiB.
const heaviest = 1 << 20

func verdictOf(entries []domain.Entry, before int, err error) verdict {
	size := weigh(entries)
	switch refusal := domain.AsError(err); {
	case refusal != nil:
		return verdict{Refusal: refusal}
	case err != nil:
		return verdict{Fault: err.Error()}
	case size > heaviest:
		return verdict{Fault: fmt.Sprintf("a decision of %d bytes", size)}
	default:
		return verdict{Entries: entries, Before: before}
	}
}

// court asks a decider and changes nothing.
type court struct {
	rules   *policy.Registry
	restore func(name string, snapshot []byte) (entity.Entity, error)
}

// judge decides a command. A deadline that had passed when the command was received comes first, whether or not
// its own hour has come: nobody profits from a clock that is a moment late. before counts its entries.
func (c court) judge(name string, e entity.Entity, cmd domain.Command, now time.Time) (entries []domain.Entry, before int, err error) {
	defer recovered(&err)
	received := cmd.ReceivedAt
	if received.After(now) {
		received = now
	}
	if due := e.NextDeadline(); !due.IsZero() && !due.After(received) {
		if entries, e, err = c.catchUp(name, e, received, now); err != nil {
			return nil, 0, err
		}
	}
	// The sender's clock may be a moment ahead of the engine's; nothing is recorded before it happened.
	if now.Before(cmd.ReceivedAt) {
		now = cmd.ReceivedAt
	}
	own, err := e.Decide(cmd, now, c.rules)
	if err != nil {
		return nil, 0, err
	}
	if err := inOrder(e, own); err != nil {
		return nil, 0, err
	}
	before = len(entries)
	return append(entries, own...), before, nil
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

// catchUp returns what has come due by a civil moment, and a copy of the entity to which it has happened.
func (c court) catchUp(name string, e entity.Entity, by, now time.Time) ([]domain.Entry, entity.Entity, error) {
	snapshot, err := e.Snapshot()
	if err != nil {
		return nil, nil, err
	}
	later, err := c.restore(name, snapshot)
	if err != nil {
		return nil, nil, err
	}
	var all []domain.Entry
	for due := later.NextDeadline(); !due.IsZero() && !due.After(by); due = later.NextDeadline() {
		entries, err := c.tick(later, by, now)
		if err != nil {
			return nil, nil, err
		}
		if len(entries) == 0 || len(all) > fullEntries {
			return nil, nil, busy()
		}
		for _, entry := range entries {
			if err := later.Evolve(entry); err != nil {
				return nil, nil, err
			}
		}
		all = append(all, entries...)
	}
	return all, later, nil
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
