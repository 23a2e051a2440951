package workflows

import (
	"fmt"
	"time"

	"milepost/domain"
	"milepost/domain/entity"
	"milepost/domain/policy"
)

// Preview decides a command on a copy of a recorded state exactly as the host would, and does nothing. The
// entries of deadlines that had passed before it come first.
func Preview(rules *policy.Registry, snapshot []byte, cmd domain.Command, now time.Time) ([]domain.Entry, error) {
	c := court{rules: rules, restore: entity.Restore}
	e, err := c.restore(cmd.Entity, snapshot)
	if err != nil {
		return nil, err
	}
	before, err := c.catchUp(e, cmd.ReceivedAt, now)
	if err != nil {
		return nil, foretold(err)
	}
	own, err := c.judge(e, cmd, now)
	return append(before, own...), foretold(err)
}

func foretold(err error) error {
	if err == nil || domain.AsError(err) != nil {
		return err
	}
	return fmt.Errorf("%w: %w", fault(), err)
}

// catchUp has happen to an entity what has come due by a civil moment, and returns it.
func (c court) catchUp(e entity.Entity, by, now time.Time) ([]domain.Entry, error) {
	var all []domain.Entry
	for dueBy(e, by) {
		entries, err := c.tick(e, by, now)
		if err != nil {
			return nil, err
		}
		if len(entries) == 0 || len(all) > fullEntries {
			return nil, busy()
		}
		for _, entry := range entries {
			if err := e.Evolve(entry); err != nil {
				return nil, err
			}
		}
		all = append(all, entries...)
	}
	return all, nil
}
