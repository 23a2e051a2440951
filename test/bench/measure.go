package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// sample is what one window showed.
type sample struct {
	done     int
	failed   int
	window   time.Duration
	latency  []time.Duration // sorted
	cost     costs
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

// beside measures two sides in turn, and prints the medians of the ratios: of throughput, of the slowest in a hundred, and
// of processor time, which hardly depends on what else the machine does.
func (s *installation) beside(ctx context.Context, p plan, bare, ours side) {
	rates, work, tails := s.inTurn(ctx, p, bare, ours)
	fmt.Printf("  => throughput %.2f of the bare one; p99 %.2f times; processor time %.2f times\n", ratio(rates), ratio(tails), ratio(work))
}

// inTurn measures two sides in turn, so that what else the machine does falls on both: done in a second, seconds of
// processor time for each, and the slowest in a hundred, by side and round.
func (s *installation) inTurn(ctx context.Context, p plan, bare, ours side) (rates, work, tails [2][]float64) {
	for _, one := range []side{bare, ours} { // connections, plans and caches are there before anything counts
		measure(ctx, p.Clients, p.Window/3, one.do)
	}
	for round := range p.Rounds {
		for i, one := range []side{bare, ours} {
			before := s.costs()
			got := measure(ctx, p.Clients, p.Window, one.do)
			got.cost = s.costs().since(before)
			fmt.Printf("  round %d  %-28s %s\n           %s\n", round+1, one.name, got, got.cost.each(got.done))
			work[i] = append(work[i], got.cost.sum().Seconds()/float64(max(1, got.done)))
			rates[i] = append(rates[i], got.rate())
			tails[i] = append(tails[i], got.at(0.99).Seconds())
		}
	}
	return rates, work, tails
}

// ratio is how ours stands to the bare one: the median over the rounds, since what else the machine does in a round falls
// on both of its sides.
func ratio(sides [2][]float64) float64 {
	each := make([]float64, len(sides[0]))
	for i := range each {
		each[i] = sides[1][i] / sides[0][i]
	}
	return median(each)
}

// costs is the processor time that each process has used, by name.
type costs map[string]time.Duration

// costs is what has been used so far. This process, in which clients and bare workflows are, counts too.
func (s *installation) costs() costs {
	now := costs{}
	for name, cpu := range map[string]func() (time.Duration, error){
		"database": s.database.CPU, "engine": s.engine.CPU, "worker": s.worker.CPU, "api": s.api.CPU,
		"clients": ownCPU,
	} {
		if used, err := cpu(); err == nil {
			now[name] = used
		}
	}
	return now
}

func ownCPU() (time.Duration, error) {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0, err
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano()), nil
}

func (c costs) since(before costs) costs {
	diff := costs{}
	for name, used := range c {
		diff[name] = used - before[name]
	}
	return diff
}

func (c costs) sum() (all time.Duration) {
	for _, used := range c {
		all += used
	}
	return all
}

// each tells the costs of one of so many.
func (c costs) each(done int) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%8.2f ms of processor time each:", c.sum().Seconds()*1000/float64(max(1, done)))
	for _, name := range slices.Sorted(maps.Keys(c)) {
		fmt.Fprintf(&text, " %s %.2f", name, c[name].Seconds()*1000/float64(max(1, done)))
	}
	return text.String()
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
