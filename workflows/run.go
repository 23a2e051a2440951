package workflows

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"go.temporal.io/sdk/workflow"

	"milepost/activities"
	"milepost/domain"
	"milepost/domain/entity"
)

// run is one run of an entity's workflow.
type run struct {
	host     *Host
	entity   entity.Entity
	name     string
	clock    domain.Clock
	grace    time.Duration
	tail     tail
	outcomes outcomes

	began     time.Time // real
	weight    int       // bytes of the state that this run began with, and of the entries since
	changes   int       // commands and ticks decided in this run
	own       int64     // the last entry that no caller records
	stalls    int       // how often in a row a deadline was due and nothing could be decided
	recording bool
}

func (r *run) civil(ctx workflow.Context) time.Time { return r.clock.Civil(workflow.Now(ctx)) }

// validate is a dry run of the decision. It changes nothing and stands in no history. What is contested it lets through
// to be refused in the history.
func (r *run) validate(ctx workflow.Context, ask Ask) error {
	if ask.Recorded > r.entity.Sequence() {
		r.alarmBehind(ctx, ask.Recorded)
		return toWire(behind())
	}
	if _, known := r.outcomes.of(ask.Command.ID); known {
		return nil
	}
	if r.tail.full(ask.Recorded) || r.recording && overlong(ctx) {
		return toWire(busy())
	}
	if r.early(ctx, ask.Command) {
		return toWire(striking())
	}
	_, err := r.judge(ask.Command, r.civil(ctx))
	if err != nil && domain.AsError(err) == nil {
		r.faulted(ctx, ask.Command, err)
	}
	if refusal := domain.AsError(err); ask.Contested && (refusal == nil || refusal.Kind != domain.KindBusy) {
		return nil
	}
	return toWire(err)
}

// alarmBehind tells that the engine's store is older than the record.
func (r *run) alarmBehind(ctx workflow.Context, recorded int64) {
	workflow.GetLogger(ctx).Error("ALARM: more is recorded than the engine knows of.", "entity", r.name, "recorded", recorded, "sequence", r.entity.Sequence())
	workflow.GetMetricsHandler(ctx).Counter("milepost_engine_behind").Inc(1)
}

// early tells whether a command was received after a deadline that the clock has not let pass yet. It would see what
// comes before it undone, and may not let the deadline pass itself: the record has not been asked yet whether somebody
// was in time for it, which no handler can do.
func (r *run) early(ctx workflow.Context, cmd domain.Command) bool {
	received := cmd.ReceivedAt
	if now := r.civil(ctx); received.After(now) {
		received = now // of a sender whose clock is ahead
	}
	return dueBy(r.entity, received)
}

// judge decides a command, and refuses what would make the state too heavy.
func (r *run) judge(cmd domain.Command, now time.Time) ([]domain.Entry, error) {
	entries, err := r.host.court.judge(r.entity, cmd, now)
	if err != nil {
		return nil, err
	}
	heavy, err := r.tooHeavy(entries)
	if heavy {
		err = full()
	}
	return entries, err
}

// tooHeavy tells whether entries would make the state too large to be handed on. The more they add to it, the
// earlier they are refused, so that there is room for what ends a task when there is none for another report.
// Deadlines are never refused.
func (r *run) tooHeavy(entries []domain.Entry) (bool, error) {
	if r.weight+weigh(entries) <= heavyState/3 {
		return false, nil // far away, whatever an entry of few words may leave in the state
	}
	before, err := r.entity.Snapshot()
	if err != nil {
		return false, err
	}
	later, err := r.host.court.restore(r.name, before)
	if err != nil {
		return false, err
	}
	for _, e := range entries {
		if err := later.Evolve(e); err != nil {
			return false, err
		}
	}
	after, err := later.Snapshot()
	more := len(after) - len(before)
	return more > 0 && len(after)+3*more > heavyState, err
}

// command decides what a caller carries in, once for each id, and never waits: a handler that is still open
// when the run rolls over would lose its work.
func (r *run) command(ctx workflow.Context, ask Ask) (Answer, error) {
	r.tail.trim(ask.Recorded)
	o, known := r.outcomes.of(ask.Command.ID)
	if !known {
		var err error
		if o, err = r.decide(ctx, ask.Command); err != nil {
			return Answer{}, toWire(err)
		}
	}
	if o.Refusal != nil {
		return Answer{}, toWire(o.Refusal)
	}
	return Answer{FirstSeq: o.FirstSeq, LastSeq: o.LastSeq, Tail: r.tail.entries}, nil
}

// decide has a command decided, obeys, and remembers what became of it. Busy is the only error, and is not
// remembered: it is no outcome.
func (r *run) decide(ctx workflow.Context, cmd domain.Command) (Outcome, error) {
	v := r.settle(ctx, func(now time.Time) verdict { return verdictOf(r.judge(cmd, now)) })
	o := Outcome{Command: cmd.ID, Refusal: v.Refusal}
	switch {
	case v.Fault != "":
		r.faulted(ctx, cmd, v.err())
		o.Refusal = fault()
	case v.Refusal != nil && v.Refusal.Kind == domain.KindBusy:
		return Outcome{}, v.Refusal
	case len(v.Entries) > 0:
		o.FirstSeq, o.LastSeq = v.Entries[0].Seq, v.Entries[len(v.Entries)-1].Seq
	}
	r.obey(ctx, v.Entries)
	r.outcomes = r.outcomes.with(o)
	return o, nil
}

// faulted tells that the rules failed on a command.
func (r *run) faulted(ctx workflow.Context, cmd domain.Command, err error) {
	workflow.GetLogger(ctx).Error("The rules failed on a command.", "entity", r.name, "command", cmd.ID, "type", cmd.Type, "error", err)
	workflow.GetMetricsHandler(ctx).Counter("milepost_command_faulted").Inc(1)
}

// settle puts a decision into the history. A replay reads it there and does not ask the rules again.
func (r *run) settle(ctx workflow.Context, decide func(now time.Time) verdict) (v verdict) {
	now := r.civil(ctx)
	must(workflow.SideEffect(ctx, func(workflow.Context) any { return decide(now) }).Get(&v))
	return v
}

// obey applies decided entries. One that cannot be applied stops the workflow task, and with it the entity, until
// a worker comes that can: to go on without it would make another state out of the same timeline.
func (r *run) obey(ctx workflow.Context, entries []domain.Entry) {
	for _, e := range entries {
		must(r.entity.Evolve(e))
	}
	r.tail.add(entries...)
	r.weight += weigh(entries)
	r.changes++
	if len(entries) > 0 {
		r.label(ctx)
	}
}

// awaitBirth waits for the command that declares the entity, in case the first could not be decided or was
// refused; false when none came. The workflow of an entity that never came to be fails, so that its name is free.
func (r *run) awaitBirth(ctx workflow.Context) bool {
	const patience = 10 * time.Minute
	born := func() bool { return r.entity.Sequence() > 0 }
	awaitUntil(ctx, patience, born)
	return born()
}

// standing answers the query.
func (r *run) standing() (Status, error) {
	snapshot, err := r.entity.Snapshot()
	if err != nil {
		return Status{}, err
	}
	return Status{
		Sequence: r.entity.Sequence(), Recorded: r.tail.recorded, Unrecorded: len(r.tail.entries),
		Deadline: r.entity.NextDeadline(), State: Digest(snapshot),
	}, nil
}

// Digest is what a Status says of a snapshot.
func Digest(snapshot []byte) string {
	digest := sha256.Sum256(snapshot)
	return hex.EncodeToString(digest[:])
}

// recordAll records everything that is left.
func (r *run) recordAll(ctx workflow.Context) {
	r.recording = true
	defer func() { r.recording = false }()
	var timeline *activities.Timeline
	for failures := 0; len(r.tail.entries) > 0; {
		var last int64
		rest := activities.Unrecorded{Entity: r.name, Tail: r.tail.entries}
		if err := workflow.ExecuteActivity(untilDone(ctx), timeline.Record, rest).Get(ctx, &last); err != nil {
			workflow.GetLogger(ctx).Error("Entries could not be recorded.", "entity", r.name, "error", err)
			must(workflow.Sleep(ctx, backoff(failures, recordLimit)))
			failures++
			continue
		}
		r.tail.trim(last)
		if r.tail.recorded >= r.own && !r.entity.Closed() {
			return // what commands have added meanwhile is their callers' to record
		}
	}
}
