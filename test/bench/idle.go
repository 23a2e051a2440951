package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"milepost/test/town"
)

// idle compares a command among few open projects with one among very many, and tells what an open project weighs.
func (s *installation) idle(ctx context.Context, p plan) error {
	if err := s.declared(ctx, p.Projects); err != nil {
		return err
	}
	before, err := s.weight(ctx)
	if err != nil {
		return err
	}
	bare, stop, err := s.bareUpdates(ctx, p.Projects)
	if err != nil {
		return err
	}
	defer stop()
	few := s.among(ctx, p, bare, p.Projects)
	began := time.Now()
	if err := s.declared(ctx, p.Idle); err != nil {
		return err
	}
	fmt.Printf("  declared %d more in %s\n", p.Idle-p.Projects, time.Since(began).Round(time.Second))
	if err := s.settled(ctx); err != nil {
		return err
	}
	same := s.among(ctx, p, bare, p.Projects)
	fmt.Printf("  => a command to one of the same projects, with so many beside them: %s\n", same.against(few))
	every := s.among(ctx, p, bare, p.Idle)
	fmt.Printf("  => a command to any of them, most of them untouched since their declaration: %s\n", every.against(few))
	after, err := s.weight(ctx)
	if err != nil {
		return err
	}
	n := float64(p.Idle - p.Projects)
	for _, what := range []string{"milepost database", "temporal database", "temporal_visibility database", "worker memory", "api memory", "engine memory"} {
		fmt.Printf("  %-30s %8.1f MB, %.1f KB for each open project\n", what, after[what]/1e6, (after[what]-before[what])/n/1e3)
	}
	return nil
}

// settled waits until nothing is left to do of what came before: all processes together hardly use the machine.
func (s *installation) settled(ctx context.Context) error {
	const look, hardly = 5 * time.Second, 0.15 // of a core
	return town.Patiently(ctx, 10*time.Minute, "nothing is left to do", func(ctx context.Context) error {
		before := s.costs()
		select {
		case <-time.After(look):
		case <-ctx.Done():
			return ctx.Err()
		}
		if used := s.costs().since(before).sum().Seconds() / look.Seconds(); used > hardly {
			return fmt.Errorf("%.2f cores are at work", used)
		}
		return nil
	})
}

// cost is what a command costs: how many are done in a second, and the seconds of processor time for each; and the same
// of a bare update, measured in turn with it, which tells how fast engine and machine are meanwhile.
type cost struct{ ours, bare struct{ rate, work float64 } }

// against tells what a command costs beside what it cost among few projects: counted in bare updates, as engine and
// machine are not equally fast all the time; and plainly.
func (c cost) against(few cost) string {
	long, work := few.ours.rate/c.ours.rate, c.ours.work/few.ours.work
	bareLong, bareWork := few.bare.rate/c.bare.rate, c.bare.work/few.bare.work
	return fmt.Sprintf("%.2f times as long, %.2f times the processor time, counted in bare updates (plainly %.2f and %.2f times; a bare update itself %.2f and %.2f times)",
		long/bareLong, work/bareWork, long, work, bareLong, bareWork)
}

// among measures commands among so many open projects, and bare updates in turn with them: the medians of some rounds.
func (s *installation) among(ctx context.Context, p plan, bare side, open int) cost {
	rates, work, _ := s.inTurn(ctx, p, bare, side{fmt.Sprintf("%d open projects", open), s.claims(open)})
	c := cost{}
	c.bare.rate, c.bare.work = median(rates[0]), median(work[0])
	c.ours.rate, c.ours.work = median(rates[1]), median(work[1])
	return c
}

// weight is how much disk and memory everything takes, in bytes.
func (s *installation) weight(ctx context.Context) (map[string]float64, error) {
	weights := map[string]float64{}
	conn, err := pgx.Connect(ctx, town.DSN(s.database.Address, "postgres"))
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing is pending
	for _, name := range []string{"milepost", "temporal", "temporal_visibility"} {
		var size int64
		if err := conn.QueryRow(ctx, "SELECT pg_database_size($1)", name).Scan(&size); err != nil {
			return nil, err
		}
		weights[name+" database"] = float64(size)
	}
	for name, p := range map[string]*town.Process{"worker": s.worker, "api": s.api, "engine": s.engine.Process} {
		size, err := p.Memory()
		if err != nil {
			return nil, err
		}
		weights[name+" memory"] = float64(size)
	}
	return weights, nil
}
