package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// sample is what one window showed.
type sample struct {
	done     int
	failed   int
	window   time.Duration
	latency  []time.Duration // sorted
	lastFail error
}

func (s sample) rate() float64 { return float64(s.done) / s.window.Seconds() }

func (s sample) at(q float64) time.Duration {
	if len(s.latency) == 0 {
		return 0
	}
	return s.latency[min(len(s.latency)-1, int(q*float64(len(s.latency))))]
}

func (s sample) String() string {
	text := fmt.Sprintf("%8.1f/s   p50 %8s   p99 %8s", s.rate(), s.at(0.5).Round(100*time.Microsecond), s.at(0.99).Round(100*time.Microsecond))
	if s.failed > 0 {
		text += fmt.Sprintf("   %d failed (%v)", s.failed, s.lastFail)
	}
	return text
}

// measure has clients do something over and over for a while: a closed loop. do is told its client and a number that
// no other call has.
func measure(ctx context.Context, clients int, window time.Duration, do func(ctx context.Context, client int, n int64) error) sample {
	var mu sync.Mutex
	var all sync.WaitGroup
	var serial atomic.Int64
	s := sample{}
	began := time.Now()
	until := began.Add(window)
	for client := range clients {
		all.Go(func() {
			var mine []time.Duration
			failed := 0
			var last error
			for time.Now().Before(until) && ctx.Err() == nil {
				at := time.Now()
				if err := do(ctx, client, serial.Add(1)); err != nil {
					failed++
					last = err
					continue
				}
				mine = append(mine, time.Since(at))
			}
			mu.Lock()
			defer mu.Unlock()
			s.latency = append(s.latency, mine...)
			s.failed += failed
			if last != nil {
				s.lastFail = last
			}
		})
	}
	all.Wait()
	s.window = time.Since(began)
	s.done = len(s.latency)
	slices.Sort(s.latency)
	return s
}

// side is one of two that are compared.
type side struct {
	name string
	do   func(ctx context.Context, client int, n int64) error
}

// beside measures two sides in turn, so that what else the machine does falls on both, and prints the medians and
// their ratio: the second side's throughput to the first's.
func beside(ctx context.Context, p plan, bare, ours side) {
	var rates, tails [2][]float64
	for round := range p.Rounds {
		for i, s := range []side{bare, ours} {
			got := measure(ctx, p.Clients, p.Window, s.do)
			fmt.Printf("  round %d  %-28s %s\n", round+1, s.name, got)
			rates[i] = append(rates[i], got.rate())
			tails[i] = append(tails[i], got.at(0.99).Seconds())
		}
	}
	fmt.Printf("  => throughput %.2f of the bare one; p99 %.2f times\n", median(rates[1])/median(rates[0]), median(tails[1])/median(tails[0]))
}

func median(xs []float64) float64 {
	sorted := slices.Sorted(slices.Values(xs))
	return sorted[len(sorted)/2]
}

// each does something for 0 to n-1, sixteen at a time, and stops at the first failure.
func each(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				if err := do(ctx, i); err != nil {
					cancel(err)
				}
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
}
