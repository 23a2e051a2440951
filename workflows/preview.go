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
	entries, _, err := c.judge(cmd.Entity, e, cmd, now)
	if err != nil && domain.AsError(err) == nil {
		return nil, fmt.Errorf("%w: %w", fault(), err)
	}
	return entries, err
}
