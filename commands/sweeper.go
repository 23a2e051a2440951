package commands

import (
	"context"
	"sync"
	"time"

	"milepost/domain"
)

// Unsettled is what the sweeper needs of the store.
type Unsettled interface {
	Pending(ctx context.Context, olderThan time.Duration, limit int) ([]domain.Command, error)
}

// Sweeper finishes what a crash, or a part that was away, left between intent and record: it sends commands
// that have no outcome again, under the same id.
type Sweeper struct {
	Gateway *Gateway
	Store   Unsettled
	// After is the age from which a command is taken for left: more than a sender's deadline, so that nobody
	// is still at it. Every is the time between rounds.
	After, Every time.Duration
	Parallel     int

	resting map[string]rest // commands that failed lately, and those behind them
}

// rest is how long a command is left alone after so many failures.
type rest struct {
	until    time.Time
	failures int
}

// The usual pace of a sweeper.
const (
	usualAfter    = usualDeadline + 5*time.Second
	usualEvery    = 5 * time.Second
	usualParallel = 4
	usualRound    = 200
	longestRest   = time.Minute
)

// Run sweeps until the context ends.
func (s *Sweeper) Run(ctx context.Context) {
	every := s.Every
	if every == 0 {
		every = usualEvery
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		if _, err := s.Sweep(ctx); err != nil && ctx.Err() == nil {
			s.Gateway.Logger.WarnContext(ctx, "Commands left unfinished could not be read.", "error", err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// Sweep is one round. It returns how many commands have got their outcome.
func (s *Sweeper) Sweep(ctx context.Context) (settled int, err error) {
	after := s.After
	if after == 0 {
		after = usualAfter
	}
	// Those that rest, and those that wait behind them, are the oldest and come first: they must not hide the others.
	left, err := s.Store.Pending(ctx, after, usualRound+len(s.resting))
	if err != nil {
		return 0, err
	}
	s.Gateway.Metrics.swept(len(left))
	results := s.send(ctx, s.due(left, time.Now()))
	next := map[string]rest{}
	held := map[string]time.Time{} // until when an entity's first unsettled command rests
	for _, cmd := range left {
		r := s.resting[cmd.ID]
		done, sent := results[cmd.ID]
		switch {
		case done:
			settled++
			continue
		case sent:
			r.failures++
			r.until = time.Now().Add(min(time.Second<<min(r.failures, 12), longestRest))
		case held[cmd.Entity].After(r.until):
			r.until = held[cmd.Entity] // it waits for the one before it
		}
		if r.until.IsZero() {
			continue
		}
		next[cmd.ID] = r
		if held[cmd.Entity].IsZero() {
			held[cmd.Entity] = r.until
		}
	}
	s.resting = next
	return settled, nil
}

// due groups what does not rest by entity, in the order of receipt. A later command must not overtake: where one
// rests, those behind it rest.
func (s *Sweeper) due(left []domain.Command, now time.Time) [][]domain.Command {
	var groups [][]domain.Command
	place := map[string]int{}
	held := map[string]bool{}
	for _, cmd := range left {
		if held[cmd.Entity] = held[cmd.Entity] || s.resting[cmd.ID].until.After(now); held[cmd.Entity] {
			continue
		}
		n, known := place[cmd.Entity]
		if !known {
			n = len(groups)
			place[cmd.Entity] = n
			groups = append(groups, nil)
		}
		groups[n] = append(groups[n], cmd)
	}
	return groups
}

// send sends the groups side by side, and tells of every command that was sent whether it is settled.
func (s *Sweeper) send(ctx context.Context, groups [][]domain.Command) map[string]bool {
	parallel := s.Parallel
	if parallel == 0 {
		parallel = usualParallel
	}
	var mu sync.Mutex
	results := map[string]bool{}
	queue := make(chan []domain.Command)
	var workers sync.WaitGroup
	for range min(parallel, len(groups)) {
		workers.Go(func() {
			for group := range queue {
				for _, cmd := range group {
					if ctx.Err() != nil {
						return
					}
					receipt, err := s.Gateway.Send(ctx, cmd)
					settled := !receipt.Pending && (err == nil || domain.AsError(err) != nil)
					mu.Lock()
					results[cmd.ID] = settled
					mu.Unlock()
					if !settled {
						break // those behind it wait for it
					}
				}
			}
		})
	}
	for _, group := range groups {
		select {
		case queue <- group:
		case <-ctx.Done():
		}
	}
	close(queue)
	workers.Wait()
	return results
}
