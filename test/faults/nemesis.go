package faults

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"time"

	"milepost/test/town"
)

// blow is one fault, and how long the installation was without success.
type blow struct {
	Kind string
	At   time.Time
	Dark time.Duration // until something succeeded that was asked after the blow
}

// nemesis strikes one blow after another, in an order that its seed alone decides.
type nemesis struct {
	spot    *place
	journal *journal
	rand    *rand.Rand
	say     func(format string, args ...any)
	only    *regexp.Regexp // no faults but those whose names match are struck; nil: all
	blows   []blow
}

// recovery is how long the installation may need to be itself again.
const recovery = 3 * time.Minute

// rounds strikes so many rounds. Every round kills each kind of process once, hurts a store, and does two other things.
func (n *nemesis) rounds(ctx context.Context, count int) error {
	for round := 1; round <= count && ctx.Err() == nil; round++ {
		kinds := append(append(n.kills(), n.stores()), n.others()...)
		n.rand.Shuffle(len(kinds), func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
		for _, f := range kinds {
			if n.only != nil && !n.only.MatchString(f.kind) {
				continue
			}
			if err := n.strike(ctx, f); err != nil {
				return fmt.Errorf("round %d, %s: %w", round, f.kind, err)
			}
		}
		n.say("round %d of %d: %d acknowledged, %d refused, %d unknown", round, count,
			n.journal.count(acknowledged), n.journal.count(refused), n.journal.count(unknown))
	}
	return ctx.Err()
}

// fault is one way to hurt the installation; it returns when the cause is gone.
type fault struct {
	kind string
	hurt func(ctx context.Context) error
}

func (n *nemesis) strike(ctx context.Context, f fault) error {
	b := blow{Kind: f.kind, At: time.Now()}
	if err := f.hurt(ctx); err != nil {
		return err
	}
	over := time.Now()
	err := town.Patiently(ctx, recovery, "a command succeeds again", func(context.Context) error {
		if err := n.spot.nurse(ctx); err != nil {
			return err
		}
		if _, again := n.journal.firstSuccess(over); !again {
			return fmt.Errorf("nothing that was asked since %s has succeeded", over.Format(time.TimeOnly))
		}
		return nil
	})
	if first, ok := n.journal.firstSuccess(b.At); ok {
		b.Dark = first.Sub(b.At)
	}
	n.blows = append(n.blows, b)
	if err != nil {
		return err
	}
	return n.rest(ctx, 200*time.Millisecond, time.Second)
}

// rest lets the installation work for a while.
func (n *nemesis) rest(ctx context.Context, least, most time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(least + time.Duration(n.rand.Int64N(int64(most-least)))):
		return nil
	}
}

// kills are a kill of one process of each kind.
func (n *nemesis) kills() []fault {
	t := n.spot
	worker, api := t.workers[n.rand.IntN(len(t.workers))], t.apis[n.rand.IntN(len(t.apis))]
	return []fault{
		{"kill a worker", func(context.Context) error { worker.Kill(); return worker.Start() }},
		{"kill an API", func(context.Context) error { api.Kill(); return api.Start() }},
		{"kill the engine", func(context.Context) error { t.engine.Kill(); return t.engine.Start() }},
		{"kill the database", func(ctx context.Context) error { t.database.Kill(); return t.database.Restart(ctx) }},
	}
}

// stores is something that is wrong with a store for a while.
func (n *nemesis) stores() fault {
	t := n.spot
	all := []fault{{"let the engine's store fail", func(ctx context.Context) error {
		if err := t.engine.Again(true); err != nil {
			return err
		}
		return n.through(ctx, 10*time.Second, 20*time.Second, func() error { return t.engine.Again(false) })
	}}}
	if t.database.CanFill() {
		all = append(all, fault{"fill the database's volume", func(ctx context.Context) error {
			if err := t.database.Fill(); err != nil {
				return err
			}
			return n.through(ctx, 3*time.Second, 12*time.Second, t.database.Free)
		}})
	}
	return all[n.rand.IntN(len(all))]
}

// others are some of what else can happen.
func (n *nemesis) others() []fault {
	all := n.possible()
	n.rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	if n.only != nil {
		return all
	}
	return all[:2]
}

// possible is all else that can happen.
func (n *nemesis) possible() []fault {
	all := []fault{
		{"kill both workers", n.killAll(n.spot.workers)},
		{"kill both APIs", n.killAll(n.spot.apis)},
		{"kill everything at once", n.powerCut},
	}
	for _, p := range append(slices.Clone(n.spot.workers), append(slices.Clone(n.spot.apis), n.spot.engine.Process)...) {
		all = append(all, fault{"freeze the " + p.Name, n.freeze(p)})
	}
	for _, name := range n.spot.linkNames() {
		l := n.spot.network.links[name]
		all = append(all, fault{"cut " + name, func(ctx context.Context) error {
			l.cut()
			return n.briefly(ctx, func() error { return l.heal(ctx) })
		}})
		for _, t := range []trouble{halfOpen, slow, resets, answers} {
			all = append(all, fault{string(t) + " " + name, func(ctx context.Context) error {
				if err := l.spoil(t, n.rand); err != nil {
					return err
				}
				return n.briefly(ctx, func() error { return l.heal(ctx) })
			}})
		}
	}
	return all
}

// through lets a trouble last for a while and then ends it.
func (n *nemesis) through(ctx context.Context, least, most time.Duration, end func() error) error {
	if err := n.rest(ctx, least, most); err != nil {
		return err
	}
	return end()
}

// briefly lets a trouble last for some seconds and then ends it.
func (n *nemesis) briefly(ctx context.Context, end func() error) error {
	return n.through(ctx, time.Second, 8*time.Second, end)
}

func (n *nemesis) killAll(ps []*town.Process) func(context.Context) error {
	return func(ctx context.Context) error {
		for _, p := range ps {
			p.Kill()
		}
		return n.briefly(ctx, func() error {
			for _, p := range ps {
				if err := p.Start(); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

func (n *nemesis) freeze(p *town.Process) func(context.Context) error {
	return func(ctx context.Context) error {
		p.Freeze()
		return n.briefly(ctx, func() error { p.Thaw(); return nil })
	}
}

// powerCut kills every process, and starts them in an order of its own: who needs what is not there yet has to wait.
func (n *nemesis) powerCut(ctx context.Context) error {
	t := n.spot
	all := t.processes()
	for _, p := range all {
		p.Kill()
	}
	n.rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, p := range all {
		if err := p.Start(); err != nil {
			return err
		}
	}
	return t.database.Answers(ctx)
}
