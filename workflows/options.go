package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// untilDone is for an activity that must succeed whenever the world lets it: giving up would leave a hole in a
// timeline.
func untilDone(ctx workflow.Context) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 30 * time.Second,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval:    time.Second,
			BackoffCoefficient: 2,
			MaximumInterval:    time.Minute,
		},
	})
}

// askedOnce is for a read that the loop itself asks for again. It is shorter than a workflow task.
func askedOnce(ctx workflow.Context) workflow.Context {
	return workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout: 3 * time.Second,
		RetryPolicy:         &temporal.RetryPolicy{MaximumAttempts: 1},
	})
}

// awaitUntil waits until a condition holds or some real time has passed, whichever is first, and leaves no
// timer behind. workflow.AwaitWithTimeout would leave it running.
func awaitUntil(ctx workflow.Context, wait time.Duration, condition func() bool) {
	if condition() {
		return
	}
	timed, cancel := workflow.WithCancel(ctx)
	defer cancel()
	timer := workflow.NewTimer(timed, wait)
	must(workflow.Await(ctx, func() bool { return timer.IsReady() || condition() }))
}
