package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

const bareQueue = "bare"

// bareSum is the least that a durable command can be: a workflow with an update that changes a number, a deadline far
// away, and a cut when the history grows long.
func bareSum(ctx workflow.Context, sum int) error {
	n := 0
	err := workflow.SetUpdateHandlerWithOptions(ctx, "add", func(_ workflow.Context, by int) (int, error) {
		sum += by
		n++
		return sum, nil
	}, workflow.UpdateHandlerOptions{Validator: func(_ workflow.Context, by int) error {
		if by < 1 {
			return errors.New("nothing to add")
		}
		return nil
	}})
	if err != nil {
		return err
	}
	ctx, cancel := workflow.WithCancel(ctx)
	defer cancel()
	timer := workflow.NewTimer(ctx, 30*24*time.Hour)
	if err := workflow.Await(ctx, func() bool { return n >= 200 || timer.IsReady() }); err != nil {
		return err
	}
	if err := workflow.Sleep(ctx, time.Millisecond); err != nil {
		return err
	}
	return workflow.NewContinueAsNewError(ctx, bareSum, sum)
}

// bareWorker hosts bare workflows with as many pollers as the product's worker has.
func (s *installation) bareWorker() (stop func(), err error) {
	w := worker.New(s.ask, bareQueue, worker.Options{MaxConcurrentWorkflowTaskPollers: 8, MaxConcurrentActivityTaskPollers: 4})
	w.RegisterWorkflow(bareSum)
	w.RegisterWorkflow(bareTimer)
	w.RegisterActivity(s.bareRecord)
	return w.Stop, w.Start()
}

// commands compares a command through HTTP, intent, decision and record, with a bare update.
func (s *installation) commands(ctx context.Context, p plan) error {
	bare, stop, err := s.bareUpdates(ctx, p.Projects)
	if err != nil {
		return err
	}
	defer stop()
	if err := s.declared(ctx, p.Projects); err != nil {
		return err
	}
	claim := s.claims(p.Projects)
	if err := claim(ctx, 0, 0); err != nil { // signs in, which costs more than many commands
		return err
	}
	s.beside(ctx, p, bare, side{"command through HTTP", claim})
	return nil
}

// bareUpdates opens so many bare workflows, if they are not open yet, and updates them in turn.
func (s *installation) bareUpdates(ctx context.Context, among int) (bare side, stop func(), err error) {
	if stop, err = s.bareWorker(); err != nil {
		return bare, nil, err
	}
	err = each(ctx, among, func(ctx context.Context, i int) error {
		_, err := s.ask.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: fmt.Sprintf("bare-%d", i), TaskQueue: bareQueue}, bareSum, 0)
		return err
	})
	if err != nil {
		stop()
		return bare, nil, err
	}
	return side{"bare update", func(ctx context.Context, _ int, n int64) error {
		h, err := s.ask.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
			UpdateID: fmt.Sprintf("u-%d-%d", time.Now().UnixNano(), n), WorkflowID: fmt.Sprintf("bare-%d", n%int64(among)), UpdateName: "add", Args: []any{1},
			WaitForStage: client.WorkflowUpdateStageCompleted,
		})
		if err != nil {
			return err
		}
		return h.Get(ctx, nil)
	}}, stop, nil
}

// claims has the office take a review and give it back in turn: a small command, and the state stays as small as it is.
func (s *installation) claims(among int) func(ctx context.Context, client int, n int64) error {
	return func(ctx context.Context, _ int, n int64) error {
		project := s.projects[int(n)%among]
		known, _ := s.turns.LoadOrStore(project, new(atomic.Int64))
		turn, _ := known.(*atomic.Int64)
		act := "/claim"
		if turn.Add(1)%2 == 0 {
			act = "/release"
		}
		_, err := s.act(ctx, "office", fmt.Sprintf("claim-%d-%d", time.Now().UnixNano(), n), "/projects/"+project+"/tasks/entry-review~entry~1"+act, nil)
		if err != nil {
			turn.Add(1) // it stands the other way round
		}
		return err
	}
}
