package workflows

import (
	"time"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"milepost/domain/entity"
	"milepost/domain/policy"
)

// A run is continued as new when its history has grown so long or so old, so that the code of an old release
// need not be kept for ever. The engine may suggest it earlier.
const (
	longHistory = 1000
	oldHistory  = 60 * 24 * time.Hour
)

// Host runs entities of every kind. It is the same for all entities of a worker and holds nothing of any.
type Host struct {
	court court
	// cutAfter rolls over after so many commands or ticks: for the tests that cut a life at every step.
	cutAfter int
}

// NewHost returns a host that judges by the packs and calendars of a registry. restore reads an entity from its
// snapshot, or makes a new one from none.
func NewHost(rules *policy.Registry, restore func(name string, snapshot []byte) (entity.Entity, error)) *Host {
	return &Host{court: court{rules: rules, restore: restore}}
}

// CutAfter makes runs end after so many changes, as tests of what a run carries over want it.
func (h *Host) CutAfter(changes int) *Host {
	h.cutAfter = changes
	return h
}

// Register makes the host known to a worker, or a replayer, under the name of every kind of entity.
func (h *Host) Register(registry interface {
	RegisterWorkflowWithOptions(w any, options workflow.RegisterOptions)
}, kinds ...string,
) {
	for _, kind := range kinds {
		registry.RegisterWorkflowWithOptions(h.Run, workflow.RegisterOptions{Name: kind})
	}
}

// Run is the life of one entity. It fails only where nothing was ever declared. Whatever else goes wrong (a state
// that cannot be read, a key that is missing) panics, which holds the workflow until a worker comes that can go
// on: an error would end the entity for good.
func (h *Host) Run(ctx workflow.Context, input converter.RawValue) error {
	// Nobody ends an entity by cancelling its workflow; only its own rules close it.
	ctx, _ = workflow.NewDisconnectedContext(ctx)
	r := h.begin(ctx, input)
	if !r.awaitBirth(ctx) {
		return temporal.NewNonRetryableApplicationError("nothing was declared under this name", typeUnborn, nil)
	}
	for !r.entity.Closed() {
		r.awaitCommandOrDeadline(ctx)
		reason := r.tick(ctx)
		r.recordOwn(ctx)
		r.stall(ctx, reason)
		if r.mustRollOver(ctx) && !r.entity.Closed() {
			return r.rollOver(ctx)
		}
	}
	r.recordAll(ctx)
	return nil
}

// begin restores what the run before has carried, decides the first command, and only then opens the door: a
// handler that found an entity half restored would decide on nothing.
func (h *Host) begin(ctx workflow.Context, input converter.RawValue) *run {
	var in Carried
	// Read here and not by the SDK, which would fail the workflow where it cannot.
	must(converter.GetDefaultDataConverter().FromPayload(input.Payload(), &in))
	e, err := h.court.restore(in.Entity, in.State)
	must(err)
	r := &run{
		host: h, entity: e, name: in.Entity, clock: in.Clock, grace: in.Grace,
		tail:     tail{entries: in.Tail, recorded: in.Recorded},
		outcomes: in.Outcomes,
		began:    workflow.Now(ctx),
		weight:   len(in.State),
	}
	if len(in.State) > 0 {
		r.label(ctx)
	}
	if in.First != nil {
		if _, known := r.outcomes.of(in.First.ID); !known {
			// A refusal stays among the outcomes, and "busy" among nobody's: the caller asks again.
			_, _ = r.decide(ctx, *in.First)
		}
	}
	must(workflow.SetQueryHandler(ctx, Standing, r.standing))
	must(workflow.SetUpdateHandlerWithOptions(ctx, Command, r.command, workflow.UpdateHandlerOptions{
		Validator:   r.validate,
		Description: "Carries a command to the entity and hands back what waits to be recorded.",
	}))
	return r
}

// must stops the workflow task on an error: the workflow stays as it was until a worker comes that can go on.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
