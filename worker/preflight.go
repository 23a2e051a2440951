package worker

import (
	"context"
	"errors"
	"fmt"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/serviceerror"
	workflowservicepb "go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"milepost/domain/entity"
	"milepost/domain/policy"
	"milepost/workflows"
)

// Preflight replays every open workflow with this program, before it takes over from the one that runs: whoever
// finds a difference must not be started. It reads only, and asks no rules.
type Preflight struct {
	Client    client.Client
	Namespace string
	Data      converter.DataConverter // as of the connection
	Logger    log.Logger
}

// Misfit is an open workflow that this program cannot go on with.
type Misfit struct {
	Entity string
	Err    error
}

// Run replays the histories one after another and reports after each. It returns the misfits; an error means
// that not all could be looked at, and so that nothing is known.
func (p Preflight) Run(ctx context.Context, report func(replayed int)) ([]Misfit, error) {
	replayer, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{DataConverter: p.Data})
	if err != nil {
		return nil, err
	}
	workflows.NewHost(policy.NewRegistry(), entity.Restore).Register(replayer, entity.Project)
	var misfits []Misfit
	replayed := 0
	for token := []byte(nil); ; {
		page, err := p.Client.ListWorkflow(ctx, &workflowservicepb.ListWorkflowExecutionsRequest{
			Namespace: p.Namespace, PageSize: 100, NextPageToken: token, Query: fmt.Sprintf(`ExecutionStatus = "Running" AND WorkflowType = "%s"`, entity.Project),
		})
		if err != nil {
			return misfits, fmt.Errorf("list open workflows: %w", err)
		}
		for _, e := range page.GetExecutions() {
			err := p.replay(ctx, replayer, e.GetExecution())
			var gone *serviceerror.NotFound
			switch {
			case errors.As(err, &gone): // it has ended since it was listed
			case err != nil && ctx.Err() != nil:
				return misfits, ctx.Err()
			case err != nil:
				misfits = append(misfits, Misfit{Entity: e.GetExecution().GetWorkflowId(), Err: err})
			}
			replayed++
			report(replayed)
		}
		if token = page.GetNextPageToken(); len(token) == 0 {
			return misfits, nil
		}
	}
}

func (p Preflight) replay(ctx context.Context, replayer worker.WorkflowReplayer, e *commonpb.WorkflowExecution) error {
	return replayer.ReplayWorkflowExecution(ctx, p.Client.WorkflowService(), p.Logger, p.Namespace,
		workflow.Execution{ID: e.GetWorkflowId(), RunID: e.GetRunId()})
}
