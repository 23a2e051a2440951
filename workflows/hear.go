package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"milepost/activities"
	"milepost/domain"
)

// hearAll has decided, in order of receipt, what was received no later than a civil moment and has no outcome yet.
// Its senders may be dead, or their updates may wait behind an engine that was away; nobody is late for that. Who is
// heard here is recorded here; the sender, or the sweeper, finds the outcome by the command's id.
func (r *run) hearAll(ctx workflow.Context, by time.Time) error {
	for last := (domain.Command{}); ; {
		hearing, err := r.inquire(ctx, by, last)
		if err != nil {
			return err
		}
		for _, cmd := range hearing.Commands {
			if err := r.hear(ctx, cmd); err != nil || r.mustRollOver(ctx) {
				return err // the next run asks again
			}
			last = domain.Command{ID: cmd.ID, ReceivedAt: cmd.ReceivedAt}
		}
		if !hearing.More {
			return nil
		}
	}
}

// inquire asks the record who waits to be heard.
func (r *run) inquire(ctx workflow.Context, by time.Time, last domain.Command) (h activities.Hearing, err error) {
	var timeline *activities.Timeline
	q := activities.Inquiry{Entity: r.name, Until: by, Behind: last}
	if err := workflow.ExecuteLocalActivity(askedOnce(ctx), timeline.Waiting, q).Get(ctx, &h); err != nil {
		return h, err
	}
	if h.Recorded > r.entity.Sequence() {
		// A worker that stood still meanwhile learns here what another has decided since; the engine takes nothing from it
		// any more. Only when this stays so is the engine behind.
		if r.stalls > 0 {
			r.alarmBehind(ctx, h.Recorded)
		}
		return h, behind()
	}
	r.tail.trim(h.Recorded)
	return h, nil
}

// hear decides one command that waited, after the deadlines that had passed before it was received. Everybody who
// could be in time for those has been heard. A refusal is remembered, for whoever comes to ask; so is a fault of the
// rules, or one command would hold the clock for ever.
func (r *run) hear(ctx workflow.Context, cmd domain.Command) error {
	if _, known := r.outcomes.of(cmd.ID); known {
		return nil
	}
	if err := r.strike(ctx, cmd.ReceivedAt); err != nil || dueBy(r.entity, cmd.ReceivedAt) || r.entity.Closed() {
		return err
	}
	r.makeRoom(ctx)
	o, err := r.decide(ctx, cmd)
	if err != nil {
		return err
	}
	if o.LastSeq > 0 {
		r.own = r.entity.Sequence()
	}
	return nil
}
