package commands

import (
	"context"
	"fmt"

	"milepost/domain"
	"milepost/domain/entity"
	"milepost/workflows"
)

// Timelines is what recovery reads.
type Timelines interface {
	Entries(ctx context.Context, entity string, from int64, limit int) ([]domain.Entry, error)
}

// Recover starts the workflow of an entity again from its timeline, after the engine's store was lost. What was
// decided and not recorded is lost with it; its commands are still pending, and the sweeper has them decided
// anew. An entity that the engine knows is left alone, and so is a closed one.
func (g *Gateway) Recover(ctx context.Context, name string, timelines Timelines) error {
	state, seq, err := g.Store.Snapshot(ctx, name)
	if err != nil {
		return err
	}
	e, err := entity.Restore(name, state)
	if err != nil {
		return fmt.Errorf("recover %s: %w", name, err)
	}
	if seq == 0 || e.Closed() {
		return nil
	}
	outcomes, err := outcomesOf(ctx, timelines, name, seq)
	if err != nil {
		return err
	}
	return g.start(ctx, workflows.Carried{
		Entity: name, Clock: g.Clock, Grace: g.Grace, State: state, Recorded: seq, Outcomes: outcomes,
	}, e.Labels())
}

// outcomesOf reads from the end of a timeline which commands wrote what. A command that wrote nothing is not
// among them; to decide it again would write nothing again.
func outcomesOf(ctx context.Context, timelines Timelines, name string, seq int64) ([]workflows.Outcome, error) {
	const most = 2000
	var outcomes []workflows.Outcome
	for from := max(1, seq-most+1); from <= seq; {
		entries, err := timelines.Entries(ctx, name, from, 500)
		if err != nil {
			return nil, err
		}
		if len(entries) == 0 {
			return nil, fmt.Errorf("recover %s: the timeline ends before entry %d", name, from)
		}
		for _, e := range entries {
			n := len(outcomes) - 1
			switch {
			case e.Command == "":
			case n >= 0 && outcomes[n].Command == e.Command:
				outcomes[n].LastSeq = e.Seq
			default:
				outcomes = append(outcomes, workflows.Outcome{Command: e.Command, FirstSeq: e.Seq, LastSeq: e.Seq})
			}
		}
		from = entries[len(entries)-1].Seq + 1
	}
	return outcomes[max(0, len(outcomes)-workflows.Remembered):], nil
}
