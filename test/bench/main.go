// Bench measures the service beside the bare engine and a bare HTTP server, in one run on one machine: every figure
// is a ratio, so that it means the same on the next one. It starts PostgreSQL, a Temporal server with 64 shards, a
// worker and an API, and needs some minutes to itself.
//
//	make bench
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// plan is how much is measured.
type plan struct {
	Only     string
	Clients  int
	Rounds   int
	Window   time.Duration
	Projects int // open while commands are measured
	Idle     int // open in the end
	Storm    int // deadlines in one second
}

func main() {
	p := plan{}
	flag.StringVar(&p.Only, "only", "", "commands, timelines, storm or idle; empty: all")
	flag.IntVar(&p.Clients, "clients", 16, "commands on their way at a time")
	flag.IntVar(&p.Rounds, "rounds", 3, "how often each side is measured, in turn")
	flag.DurationVar(&p.Window, "window", 10*time.Second, "how long each time")
	flag.IntVar(&p.Projects, "projects", 200, "open projects while commands are measured")
	flag.IntVar(&p.Idle, "idle", 20_000, "open projects in the end")
	flag.IntVar(&p.Storm, "storm", 5000, "deadlines in one second")
	keep := flag.String("keep", "", "folder in which everything stays for looking at")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, p, *keep); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1) //nolint:gocritic // stop has nothing left to do
	}
}

func run(ctx context.Context, p plan, keep string) (err error) {
	dir := keep
	if dir == "" {
		if dir, err = os.MkdirTemp("", "milepost-bench-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	s, err := stand(ctx, dir)
	if err != nil {
		return err
	}
	defer s.raze()
	parts := []struct {
		name    string
		measure func(context.Context, plan) error
	}{
		{"commands", s.commands},
		{"timelines", s.timelines},
		{"storm", s.storm},
		{"idle", s.idle},
	}
	for _, part := range parts {
		if p.Only != "" && p.Only != part.name {
			continue
		}
		fmt.Printf("\n%s\n", part.name)
		if err := part.measure(ctx, p); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return nil
}
