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
	few := s.among(ctx, p, p.Projects)
	began := time.Now()
	if err := s.declared(ctx, p.Idle); err != nil {
		return err
	}
	fmt.Printf("  declared %d more in %s\n", p.Idle-p.Projects, time.Since(began).Round(time.Second))
	if err := s.settled(ctx); err != nil {
		return err
	}
	same := s.among(ctx, p, p.Projects)
	fmt.Printf("  => a command to one of the same projects takes %.2f times as long with so many beside them, and %.2f times the processor time\n", few.rate/same.rate, same.work/few.work)
	every := s.among(ctx, p, p.Idle)
	fmt.Printf("  => a command to any of them, most of them untouched since their declaration, takes %.2f times as long, and %.2f times the processor time\n", few.rate/every.rate, every.work/few.work)
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

// cost is what a command costs: how many are done in a second, and the seconds of processor time for each.
type cost struct{ rate, work float64 }

// among measures commands among so many open projects: the medians of some rounds.
func (s *installation) among(ctx context.Context, p plan, open int) cost {
	claim := s.claims(open)
	var rates, work []float64
	for round := range p.Rounds {
		before := s.costs()
		got := measure(ctx, p.Clients, p.Window, claim)
		got.cost = s.costs().since(before)
		fmt.Printf("  round %d  %6d open projects         %s\n           %s\n", round+1, open, got, got.cost.each(got.done))
		rates = append(rates, got.rate())
		work = append(work, got.cost.sum().Seconds()/float64(max(1, got.done)))
	}
	return cost{median(rates), median(work)}
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
