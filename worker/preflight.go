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
	err = eachOpen(ctx, p.Client, p.Namespace, func(e *commonpb.WorkflowExecution) error {
		err := p.replay(ctx, replayer, e)
		if gone(err) {
			err = nil
		}
		if err != nil && ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			misfits = append(misfits, Misfit{Entity: e.GetWorkflowId(), Err: err})
		}
		replayed++
		report(replayed)
		return nil
	})
	return misfits, err
}

// eachOpen visits the open workflows of all entities until f fails.
func eachOpen(ctx context.Context, engine client.Client, namespace string, f func(*commonpb.WorkflowExecution) error) error {
	for token := []byte(nil); ; {
		page, err := engine.ListWorkflow(ctx, &workflowservicepb.ListWorkflowExecutionsRequest{
			Namespace: namespace, PageSize: 100, NextPageToken: token, Query: fmt.Sprintf(`ExecutionStatus = "Running" AND WorkflowType = "%s"`, entity.Project),
		})
		if err != nil {
			return fmt.Errorf("list open workflows: %w", err)
		}
		for _, e := range page.GetExecutions() {
			if err := f(e.GetExecution()); err != nil {
				return err
			}
		}
		if token = page.GetNextPageToken(); len(token) == 0 {
			return nil
		}
	}
}

// gone tells whether a workflow has ended since it was listed.
func gone(err error) bool {
	_, ended := errors.AsType[*serviceerror.NotFound](err)
	return ended
}

func (p Preflight) replay(ctx context.Context, replayer worker.WorkflowReplayer, e *commonpb.WorkflowExecution) error {
	return replayer.ReplayWorkflowExecution(ctx, p.Client.WorkflowService(), p.Logger, p.Namespace,
		workflow.Execution{ID: e.GetWorkflowId(), RunID: e.GetRunId()})
}
