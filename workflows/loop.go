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

// tick lets pass what is due. Deadlines that fell in the grace of the first stay for the next time: a command
// that was received before them may still be on its way.
func (r *run) tick(ctx workflow.Context) {
	by := r.civil(ctx).Add(-r.grace)
	if due := r.entity.NextDeadline(); due.IsZero() || due.After(by) {
		return
	}
	v := r.settle(ctx, func(now time.Time) verdict {
		entries, err := r.host.court.tick(r.entity, by, now)
		return verdictOf(entries, 0, err)
	})
	if len(v.Entries) == 0 {
		r.stall(ctx, v)
		return
	}
	r.stalls = 0
	r.obey(v.Entries)
	r.ticked = r.entity.Sequence()
}

// stall waits a little where a deadline is due and nothing could be decided: a pack is being loaded, or the
// rules fail. Without it the loop would spin.
func (r *run) stall(ctx workflow.Context, v verdict) {
	reason := errors.New("nothing came of it")
	switch {
	case v.Refusal != nil:
		reason = v.Refusal
	case v.Fault != "":
		reason = errors.New(v.Fault)
	}
	workflow.GetLogger(ctx).Error("A deadline is due and cannot be decided.", "entity", r.name, "due", r.entity.NextDeadline(), "error", reason)
	workflow.GetMetricsHandler(ctx).Counter("milepost_deadline_stalled").Inc(1)
	deadline := r.entity.NextDeadline()
	wait := backoff(r.stalls)
	r.stalls++
	awaitUntil(ctx, wait, func() bool { return !r.entity.NextDeadline().Equal(deadline) })
}

// backoff is how long to wait after so many failures in a row.
func backoff(failures int) time.Duration {
	const first, longest = 5 * time.Second, 5 * time.Minute
	return min(first<<min(failures, 10), longest)
}

// recordTicks records deadlines that have passed; a command's caller may have done so already.
func (r *run) recordTicks(ctx workflow.Context) {
	if r.ticked > r.tail.recorded {
		r.recordAll(ctx)
	}
}

// mustRollOver tells whether the history is long or old enough to be left behind. A run in which nothing has
// happened goes on whatever it weighs: the next would weigh the same. A deadline that cannot be decided is also
// something: every attempt stands in the history.
func (r *run) mustRollOver(ctx workflow.Context) bool {
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
	snapshot, err := r.entity.Snapshot()
	must(err)
	return workflow.NewContinueAsNewError(ctx, workflow.GetInfo(ctx).WorkflowType.Name, Carried{
		Entity: r.name, Clock: r.clock, Grace: r.grace, State: snapshot,
		Tail: r.tail.entries, Recorded: r.tail.recorded, Outcomes: r.outcomes,
	})
}
