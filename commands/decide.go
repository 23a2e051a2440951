package commands

import (
	"context"
	"errors"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"milepost/domain"
	"milepost/domain/entity"
	"milepost/workflows"
)

// taskTimeout is how long the engine waits for a worker to finish one decision before it gives it to another. It is
// half of a sender's deadline, so that a task that got lost is made up for within it. Deciding takes milliseconds.
const taskTimeout = usualDeadline / 2

// errLost says that the record knows an open entity and the engine does not: it has to be recovered.
var errLost = errors.New("the engine has lost this entity; it must be recovered")

// decide asks the entity until it answers or time is up. Asking again is safe: the entity knows the command.
func (g *Gateway) decide(ctx context.Context, ask workflows.Ask) (workflows.Answer, error) {
	cmd := ask.Command
	if founds(ask) && !ask.Contested { // else the entity itself refuses, so that it is refused to everybody
		if err := g.rehearse(ctx, cmd); err != nil {
			return g.declaredBefore(ctx, ask, err)
		}
	}
	first := updateOf(ask)
	update := first
	for attempt := 1; ; attempt++ {
		answer, err := g.ask(ctx, update, ask)
		if err == nil {
			return answer, nil
		}
		refusal, known := workflows.FromWire(err)
		_, unknown := errors.AsType[*serviceerror.NotFound](err)
		switch {
		case known && refusal.Kind != domain.KindBusy:
			return workflows.Answer{}, refusal
		case known:
			// The engine may have kept "busy" as the outcome of the update; the entity has not.
			update, err = fmt.Sprintf("%s#%d", first, attempt+1), refusal
		case unknown && !founds(ask):
			return workflows.Answer{}, g.missing(ctx, cmd)
		}
		if pause(ctx, attempt) != nil {
			return workflows.Answer{}, err
		}
	}
}

// updateOf is the id of the update that carries a command. To the engine, an update under the id of one that is on its way
// is that one: who asks for a refusal that stands for good would be given one by a dry run, which somebody else has asked
// for. So what is contested goes under an id of its own.
func updateOf(ask workflows.Ask) string {
	if ask.Contested {
		return ask.Command.ID + "#contested"
	}
	return ask.Command.ID
}

// founds tells whether a command declares an entity that is not on record yet.
func founds(ask workflows.Ask) bool { return declares(ask.Command) && ask.Recorded == 0 }

// rehearse decides a declaration on nothing, so that what is refused starts nothing.
func (g *Gateway) rehearse(ctx context.Context, cmd domain.Command) error {
	for attempt := 1; ; attempt++ {
		_, err := workflows.Preview(g.Rules, nil, cmd, g.Clock.Civil(time.Now()))
		if refusal := domain.AsError(err); refusal == nil || refusal.Kind != domain.KindBusy {
			return err
		}
		if pause(ctx, attempt) != nil {
			return err
		}
	}
}

// declaredBefore answers a declaration that is refused on nothing. An earlier sending may have declared it all the
// same, under an earlier release, and then that stands.
func (g *Gateway) declaredBefore(ctx context.Context, ask workflows.Ask, refusal error) (workflows.Answer, error) {
	answer, err := g.update(ctx, ask.Command.ID, ask)
	if _, unknown := errors.AsType[*serviceerror.NotFound](err); unknown {
		return workflows.Answer{}, refusal
	}
	if told, known := workflows.FromWire(err); known {
		return workflows.Answer{}, told
	}
	return answer, err
}

// ask sends the command once, after starting the workflow of a declared entity.
func (g *Gateway) ask(ctx context.Context, update string, ask workflows.Ask) (answer workflows.Answer, err error) {
	if founds(ask) {
		first := ask.Command
		in := workflows.Carried{Entity: first.Entity, Clock: g.Clock, Grace: g.Grace, First: &first}
		if _, err := g.start(ctx, in, nil, false); err != nil {
			return answer, err
		}
	}
	return g.update(ctx, update, ask)
}

func (g *Gateway) update(ctx context.Context, id string, ask workflows.Ask) (answer workflows.Answer, err error) {
	handle, err := g.Engine.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		UpdateID: id, WorkflowID: ask.Command.Entity, UpdateName: workflows.Command, Args: []any{ask},
		WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err != nil {
		return answer, err
	}
	err = handle.Get(ctx, &answer)
	return answer, err
}

// start starts an entity's workflow with the labels that are known; that it runs already is success, or else it is ended
// and replaced. Only a workflow that failed, because nothing was declared, or that was ended by force gives its name free.
func (g *Gateway) start(ctx context.Context, in workflows.Carried, labels []domain.Label, replace bool) (started bool, err error) {
	kind, _, err := entity.Split(in.Entity)
	if err != nil {
		return false, err
	}
	running := enumspb.WORKFLOW_ID_CONFLICT_POLICY_FAIL
	if replace {
		running = enumspb.WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING
	}
	_, err = g.Engine.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: in.Entity, TaskQueue: g.TaskQueue, WorkflowTaskTimeout: taskTimeout,
		WorkflowIDReusePolicy:                    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY,
		WorkflowIDConflictPolicy:                 running,
		WorkflowExecutionErrorWhenAlreadyStarted: true,
		TypedSearchAttributes:                    workflows.SearchAttributes(labels),
	}, kind, in)
	if _, already := errors.AsType[*serviceerror.WorkflowExecutionAlreadyStarted](err); already {
		return false, nil
	}
	return err == nil, err
}

// codeUnknown is the code of the refusal of what was never declared.
const codeUnknown = "project.unknown"

// missing tells why the engine does not know an entity. A workflow records what is left before it ends, so a
// command that was decided in time is on record as done, whatever is said here.
func (g *Gateway) missing(ctx context.Context, cmd domain.Command) error {
	state, seq, err := g.Store.Snapshot(ctx, cmd.Entity)
	if err != nil {
		return err
	}
	if seq == 0 {
		return domain.NotFound(codeUnknown, "entity", "没有这个项目", "There is no such project.")
	}
	e, err := entity.Restore(cmd.Entity, state)
	if err != nil {
		return err
	}
	if !e.Closed() {
		return errLost
	}
	return domain.Conflict("project.archived", "OWN-104", "项目已归档，不再受理", "The project is archived; nothing more can be filed.")
}

// pause waits before the next attempt, longer each time.
func pause(ctx context.Context, attempt int) error {
	const first, longest = 50 * time.Millisecond, 2 * time.Second
	timer := time.NewTimer(min(first<<min(attempt-1, 10), longest))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
