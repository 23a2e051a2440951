package commands

import (
	"context"
	"time"

	"milepost/domain"
	"milepost/workflows"
)

// Preview tells what a command would write if it were sent now, and does nothing: the entries of deadlines that
// have passed meanwhile first, then its own; or the refusal. It reads the record, which a command on its way may
// be about to change.
func (g *Gateway) Preview(ctx context.Context, cmd domain.Command) ([]domain.Entry, error) {
	if err := check(&cmd); err != nil {
		return nil, err
	}
	state, _, err := g.Store.Snapshot(ctx, cmd.Entity)
	if err != nil {
		return nil, err
	}
	now := g.Clock.Civil(time.Now())
	cmd.ReceivedAt = now
	if cmd.Seed == 0 {
		cmd.Seed = seed()
	}
	return workflows.Preview(g.Rules, state, cmd, now)
}
