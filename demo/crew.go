package demo

import (
	"context"
	"sync"
)

// step is one thing that somebody does, or waits for.
type step func(ctx context.Context) error

// inTurn takes steps one after the other, to the first that fails.
func inTurn(ctx context.Context, steps ...step) error {
	for _, s := range steps {
		if err := s(ctx); err != nil {
			return err
		}
	}
	return nil
}

// crew lets several steps go on side by side; the first failure ends them all.
type crew struct {
	ctx    context.Context //nolint:containedctx // the crew is a context with its people
	cancel context.CancelCauseFunc
	people sync.WaitGroup
}

// newCrew returns a crew and its context, which ends with the first failure.
func newCrew(ctx context.Context) (*crew, context.Context) {
	ctx, cancel := context.WithCancelCause(ctx)
	return &crew{ctx: ctx, cancel: cancel}, ctx
}

func (c *crew) begin(s step) {
	c.people.Go(func() {
		if err := s(c.ctx); err != nil {
			c.cancel(err)
		}
	})
}

// wait waits for all and returns the first failure.
func (c *crew) wait() error {
	c.people.Wait()
	err := context.Cause(c.ctx)
	c.cancel(nil)
	return err
}
