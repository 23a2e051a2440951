package workflows

import (
	"errors"
	"time"

	"go.temporal.io/sdk/workflow"
)

// awaitCommandOrDeadline sleeps until the main loop has something to do. It has one timer, which is set anew
// only when a command moves the next deadline.
func (r *run) awaitCommandOrDeadline(ctx workflow.Context) {
	deadline := r.entity.NextDeadline()
	stirred := func() bool {
		return r.entity.Closed() || !r.entity.NextDeadline().Equal(deadline) || r.mustRollOver(ctx)
	}
	wait, ok := r.untilNext(ctx)
	switch {
	case !ok:
		must(workflow.Await(ctx, stirred))
	case wait > 0:
		awaitUntil(ctx, wait, stirred)
	}
}

// untilNext is the real time until a deadline is ripe or the history is old, whichever is first; not ok when
// neither will be.
func (r *run) untilNext(ctx workflow.Context) (wait time.Duration, ok bool) {
	now := workflow.Now(ctx)
	if age := now.Sub(r.began); age < oldHistory {
		wait, ok = oldHistory-age, true
	}
	if deadline := r.entity.NextDeadline(); !deadline.IsZero() {
		if d := r.clock.Until(now, deadline.Add(r.grace)); !ok || d < wait {
			wait, ok = d, true
		}
	}
	return wait, ok
}

// tick lets pass what is due, after everybody who was in time for it has been heard. Deadlines that fell in the grace
// of the first stay for the next time: a command that was received before them may not be on record yet. An error says
// why what is due has to wait.
func (r *run) tick(ctx workflow.Context) error {
	by := r.civil(ctx).Add(-r.grace)
	if !dueBy(r.entity, by) {
		return nil
	}
	if err := r.hearAll(ctx, by); err != nil {
		return err
	}
	return r.strike(ctx, by)
}

// strike lets pass what has come due by a civil moment; all that was received before has been heard. It stops where
// the run must be left behind.
func (r *run) strike(ctx workflow.Context, by time.Time) error {
	for dueBy(r.entity, by) && !r.mustRollOver(ctx) {
		r.makeRoom(ctx)
		v := r.settle(ctx, func(now time.Time) verdict { return verdictOf(r.host.court.tick(r.entity, by, now)) })
		if err := v.err(); err != nil {
			return err
		}
		if len(v.Entries) == 0 {
			return errors.New("nothing comes of what is due")
		}
		r.obey(ctx, v.Entries)
		r.own = r.entity.Sequence()
	}
	return nil
}

// stall waits a little where a deadline is due and cannot be decided: a pack is being loaded, the record cannot be
// asked, or the rules fail. Without it the loop would spin.
func (r *run) stall(ctx workflow.Context, reason error) {
	if reason == nil {
		r.stalls = 0
		return
	}
	deadline := r.entity.NextDeadline()
	workflow.GetLogger(ctx).Error("A deadline is due and cannot be decided.", "entity", r.name, "due", deadline, "error", reason)
	workflow.GetMetricsHandler(ctx).Counter("milepost_deadline_stalled").Inc(1)
	wait := backoff(r.stalls, stallLimit)
	r.stalls++
	awaitUntil(ctx, wait, func() bool { return !r.entity.NextDeadline().Equal(deadline) })
}

// A stalled clock holds up whoever comes after the deadline, so it looks again soon; the record holds up nobody.
const (
	stallLimit  = 8 * time.Second
	recordLimit = 5 * time.Minute
)

// backoff is how long to wait after so many failures in a row.
func backoff(failures int, longest time.Duration) time.Duration {
	const first = time.Second
	return min(first<<min(failures, 10), longest)
}

// recordOwn records deadlines that have passed and what waited to be heard; a command's caller may have done so
// already.
func (r *run) recordOwn(ctx workflow.Context) {
	if r.own > r.tail.recorded {
		r.recordAll(ctx)
	}
}

// makeRoom records what is left when the tail is full. Commands that come in are told to wait then; what the loop
// itself decides is not.
func (r *run) makeRoom(ctx workflow.Context) {
	if r.tail.full(r.tail.recorded) {
		r.own = r.entity.Sequence()
		r.recordAll(ctx)
	}
}

// mustRollOver tells whether the history is long or old enough to be left behind. A run in which nothing has
// happened goes on whatever it weighs: the next would weigh the same. A deadline that cannot be decided is also
// something: every attempt stands in the history. An operator may ask for it at any time.
func (r *run) mustRollOver(ctx workflow.Context) bool {
	if workflow.GetSignalChannel(ctx, Renew).Len() > 0 {
		return true
	}
	if r.changes+r.stalls == 0 {
		return false
	}
	info := workflow.GetInfo(ctx)
	return info.GetCurrentHistoryLength() >= longHistory || info.GetContinueAsNewSuggested() ||
		workflow.Now(ctx).Sub(r.began) >= oldHistory || r.host.cutAfter > 0 && r.changes >= r.host.cutAfter
}

// overlong tells whether the history has grown much longer than a run's should be. It cannot be left behind while
// a record waits for the database, and the engine ends a workflow whose history is too heavy.
func overlong(ctx workflow.Context) bool {
	const heavyHistory = 10 << 20
	info := workflow.GetInfo(ctx)
	return info.GetCurrentHistoryLength() >= 4*longHistory || info.GetCurrentHistorySize() >= heavyHistory
}

// rollOver ends this run and begins the next with everything it knows. It does so in a workflow task of its
// own: an update that is completed in the task that ends the run may be handed to both runs.
func (r *run) rollOver(ctx workflow.Context) error {
	must(workflow.Sleep(ctx, time.Millisecond))
	must(workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) }))
	for asked := workflow.GetSignalChannel(ctx, Renew); asked.ReceiveAsync(nil); { // heeded by what follows
	}
	snapshot, err := r.entity.Snapshot()
	must(err)
	return workflow.NewContinueAsNewError(ctx, workflow.GetInfo(ctx).WorkflowType.Name, Carried{
		Entity: r.name, Clock: r.clock, Grace: r.grace, State: snapshot,
		Tail: r.tail.entries, Recorded: r.tail.recorded, Outcomes: r.outcomes,
	})
}
