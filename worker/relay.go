package worker

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"milepost/activities"
	"milepost/commands"
	"milepost/domain"
	"milepost/store"
)

// outbox is what the relay needs of the store.
type outbox interface {
	ClaimEffects(ctx context.Context, limit int, lease time.Duration) ([]store.ClaimedEffect, error)
	EffectDone(ctx context.Context, id string) error
	EffectFailed(ctx context.Context, e store.ClaimedEffect, cause error, permanent bool) error
	Backlog(ctx context.Context) (store.Backlog, error)
}

// relay carries out the effects that recording left in the outbox, each until it is done or dead.
type relay struct {
	store    outbox
	carry    func(ctx context.Context, effect domain.Effect) error
	log      *slog.Logger
	metrics  *metrics
	parallel int
	idle     time.Duration // between looks at an empty outbox
}

const (
	// lease is how long an effect is one worker's. It is more than an effect's answers take, so that two workers
	// are seldom at one effect; that they are does no harm.
	lease     = 2 * time.Minute
	usualIdle = 500 * time.Millisecond
	longCarry = time.Minute
	// countEvery is how often the relay counts the dead effects, its own and those of other workers.
	countEvery = 30 * time.Second
)

// run relays until the context ends.
func (r *relay) run(ctx context.Context) {
	for counted := (time.Time{}); ctx.Err() == nil; {
		if time.Since(counted) >= countEvery {
			counted = time.Now()
			r.count(ctx)
		}
		claimed, err := r.store.ClaimEffects(ctx, r.parallel, lease)
		if err != nil && ctx.Err() == nil {
			r.log.WarnContext(ctx, "The outbox could not be read.", "error", err)
		}
		r.carryAll(ctx, claimed)
		if len(claimed) < r.parallel {
			wait(ctx, r.idle)
		}
	}
}

// count tells how many effects wait for the operator.
func (r *relay) count(ctx context.Context) {
	b, err := r.store.Backlog(ctx)
	if err != nil {
		r.log.WarnContext(ctx, "The dead effects could not be counted.", "error", err)
		return
	}
	r.metrics.dead.Set(float64(b.DeadEffects))
}

func (r *relay) carryAll(ctx context.Context, claimed []store.ClaimedEffect) {
	var all sync.WaitGroup
	for _, e := range claimed {
		all.Go(func() { r.carryOne(ctx, e) })
	}
	all.Wait()
}

// carryOne carries out one effect. What was begun is finished when the worker stops: given back unfinished, it
// would only wait out its lease.
func (r *relay) carryOne(ctx context.Context, e store.ClaimedEffect) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), longCarry)
	defer cancel()
	log := r.log.With("effect", e.ID, "kind", e.Kind, "attempt", e.Attempt)
	err := r.carry(ctx, e.Effect)
	var stored error
	switch {
	case err == nil:
		r.metrics.effects.WithLabelValues("done").Inc()
		stored = r.store.EffectDone(ctx, e.ID)
	case errors.Is(err, activities.ErrPermanent):
		r.metrics.effects.WithLabelValues("dead").Inc()
		log.ErrorContext(ctx, "ALARM: an effect cannot be carried out; it is kept for the operator.", "error", err)
		stored = r.store.EffectFailed(ctx, e, err, true)
	default:
		r.metrics.effects.WithLabelValues("failed").Inc()
		log.WarnContext(ctx, "An effect could not be carried out yet.", "error", err)
		stored = r.store.EffectFailed(ctx, e, err, false)
	}
	if stored != nil {
		log.WarnContext(ctx, "What became of an effect could not be stored; it will be carried out again.", "error", stored)
	}
}

// answers sends the commands that effects answer with.
type answers struct{ gateway *commands.Gateway }

var errPending = errors.New("the outcome of the answer is not known yet")

func (a answers) Answer(ctx context.Context, cmd domain.Command) error {
	receipt, err := a.gateway.Send(ctx, cmd)
	if err == nil && receipt.Pending {
		return errPending
	}
	return err
}

// wait waits a while, or until the context ends.
func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
