package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"milepost/activities"
	"milepost/domain"
	"milepost/store"
)

// box is an outbox in memory.
type box struct {
	mu      sync.Mutex
	waiting []store.ClaimedEffect
	claims  int
	done    []string
	dead    []string
	failed  []string
}

func (b *box) ClaimEffects(_ context.Context, limit int, _ time.Duration) ([]store.ClaimedEffect, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.claims++
	if b.claims == 1 {
		return nil, errors.New("the database is away")
	}
	n := min(limit, len(b.waiting))
	claimed := b.waiting[:n]
	b.waiting = b.waiting[n:]
	return claimed, nil
}

func (b *box) EffectDone(_ context.Context, id string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done = append(b.done, id)
	return nil
}

func (b *box) EffectFailed(_ context.Context, e store.ClaimedEffect, _ error, permanent bool) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if permanent {
		b.dead = append(b.dead, e.ID)
		return nil
	}
	b.failed = append(b.failed, e.ID)
	e.Attempt++
	b.waiting = append(b.waiting, e)
	return nil
}

func (b *box) Backlog(context.Context) (store.Backlog, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return store.Backlog{DeadEffects: 3 + len(b.dead)}, nil
}

func (b *box) settled() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.done) + len(b.dead)
}

func TestEveryEffectIsCarriedOutUntilItIsDoneOrDead(t *testing.T) {
	t.Parallel()
	b := &box{}
	for n := range 20 {
		b.waiting = append(b.waiting, store.ClaimedEffect{Effect: domain.Effect{ID: fmt.Sprint(n)}, Attempt: 1})
	}
	var mu sync.Mutex
	attempts := map[string]int{}
	registry := prometheus.NewRegistry()
	r := &relay{
		store: b, log: slog.New(slog.DiscardHandler), metrics: newMetrics(registry), parallel: 4, idle: time.Millisecond,
		carry: func(_ context.Context, e domain.Effect) error {
			mu.Lock()
			defer mu.Unlock()
			attempts[e.ID]++
			switch {
			case e.ID == "7":
				return fmt.Errorf("%w: no", activities.ErrPermanent)
			case e.ID == "3" && attempts["3"] < 3:
				return errors.New("not yet")
			default:
				return nil
			}
		},
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { r.run(ctx); close(ended) }()
	require.Eventually(t, func() bool { return b.settled() == 20 }, 10*time.Second, time.Millisecond)
	stop()
	<-ended
	require.Len(t, b.done, 19)
	require.Equal(t, []string{"7"}, b.dead)
	require.Equal(t, []string{"3", "3"}, b.failed)
	require.InDelta(t, 1, counted(t, registry, "dead"), 0)
	require.InDelta(t, 3, gauged(t, registry, "milepost_effects_dead"), 0, "those of before, counted at the start")
}

// counted is how many effects the metrics show with an outcome.
func counted(t *testing.T, registry *prometheus.Registry, outcome string) float64 {
	t.Helper()
	families, err := registry.Gather()
	require.NoError(t, err)
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == "milepost_effects_total" && m.GetLabel()[0].GetValue() == outcome {
				return m.GetCounter().GetValue()
			}
		}
	}
	return -1
}

func TestAnEffectThatHasBegunIsFinishedWhenTheWorkerStops(t *testing.T) {
	t.Parallel()
	b := &box{claims: 1, waiting: []store.ClaimedEffect{{Effect: domain.Effect{ID: "1"}, Attempt: 1}}}
	begun, goOn := make(chan struct{}), make(chan struct{})
	r := &relay{
		store: b, log: slog.New(slog.DiscardHandler), metrics: newMetrics(prometheus.NewRegistry()), parallel: 1, idle: time.Millisecond,
		carry: func(ctx context.Context, _ domain.Effect) error {
			close(begun)
			<-goOn
			return ctx.Err()
		},
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { r.run(ctx); close(ended) }()
	<-begun
	stop()
	close(goOn)
	<-ended
	require.Equal(t, []string{"1"}, b.done)
}
