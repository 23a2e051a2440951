package commands

import (
	"context"
	"fmt"
	"time"

	"milepost/domain"
	"milepost/domain/entity"
	"milepost/workflows"
)

// Timelines is what recovery reads.
type Timelines interface {
	Entities
	Entries(ctx context.Context, entity string, from int64, limit int) ([]domain.Entry, error)
}

// Recovery is how far a recovery has come.
type Recovery struct {
	Restarted int     // entities that were started again from their timelines
	Left      int     // entities that the engine knows, and those that are closed
	Failed    []error // what stood in the way of others
	Last      string  // the last entity that was looked at
}

// RecoverAll starts again what the engine has lost, one entity after another, and reports after each. An entity that
// cannot be started does not hold up the others. An error means that it stopped there; again is no harm.
func (g *Gateway) RecoverAll(ctx context.Context, timelines Timelines, replace bool, report func(Recovery)) (Recovery, error) {
	var r Recovery
	for {
		names, err := timelines.Entities(ctx, r.Last, 100)
		if err != nil || len(names) == 0 {
			return r, err
		}
		for _, name := range names {
			restarted, err := g.Recover(ctx, name, timelines, replace)
			switch {
			case ctx.Err() != nil:
				return r, ctx.Err()
			case err != nil:
				r.Failed = append(r.Failed, fmt.Errorf("%s: %w", name, err))
			case restarted:
				r.Restarted++
			default:
				r.Left++
			}
			r.Last = name
			report(r)
		}
	}
}

// Recover starts the workflow of an entity again from its timeline, after the engine's store was lost; false when there
// is nothing to start: the engine knows the entity, or it is closed. What was decided and not recorded is lost with the
// store. Nobody was told of it; its commands are still pending, and the sweeper has them decided anew.
//
// replace ends the workflow that the engine knows and starts it again too: the engine's store is older than the record,
// as after a restore, and every entity in it may be behind.
//
// Nobody else may write meanwhile: a process that still carries what the lost engine has decided would record it behind
// the back of the entity that is started here.
func (g *Gateway) Recover(ctx context.Context, name string, timelines Timelines, replace bool) (restarted bool, err error) {
	state, seq, err := g.Store.Snapshot(ctx, name)
	if err != nil {
		return false, err
	}
	e, err := entity.Restore(name, state)
	if err != nil {
		return false, err
	}
	if seq == 0 || e.Closed() {
		return false, nil
	}
	outcomes, err := outcomesOf(ctx, timelines, name, seq)
	if err != nil {
		return false, err
	}
	in := workflows.Carried{Entity: name, Clock: g.Clock, Grace: g.Grace, State: state, Recorded: seq, Outcomes: outcomes}
	ctx, cancel := context.WithTimeout(ctx, recoveryPatience)
	defer cancel()
	for attempt := 1; ; attempt++ {
		if restarted, err = g.start(ctx, in, e.Labels(), replace); err == nil || pause(ctx, attempt) != nil {
			return restarted, err
		}
	}
}

// recoveryPatience is for an engine that has just come up, and just learnt of the labels.
const recoveryPatience = 30 * time.Second

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
			return nil, fmt.Errorf("the timeline ends before entry %d", from)
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
