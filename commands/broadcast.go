package commands

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"milepost/domain"
	"milepost/domain/entity"
	"milepost/domain/policy"
	"milepost/domain/project"
	"milepost/store"
	"milepost/workflows"
)

// Entities lists the names of entities in order.
type Entities interface {
	Entities(ctx context.Context, after string, limit int) ([]string, error)
}

// Broadcasts is what a broadcaster needs of the store.
type Broadcasts interface {
	Entities
	ClaimBroadcast(ctx context.Context, holder string, lease time.Duration) (b store.Broadcast, ok bool, err error)
	Foresee(ctx context.Context, c store.Claim, entity string, closed bool, moves []store.Move, refusal *domain.Error) error
	Passed(ctx context.Context, c store.Claim, entity string) error
	Previewed(ctx context.Context, c store.Claim) error
	Told(ctx context.Context, c store.Claim, entity, command string, closed, exception bool) error
	Held(ctx context.Context, c store.Claim) error
	BroadcastDone(ctx context.Context, c store.Claim) error
	BroadcastFailed(ctx context.Context, c store.Claim, cause error) error
	Command(ctx context.Context, id string) (store.CommandRow, error)
}

// Broadcaster tells every open project that a new rule concerns, one broadcast at a time in the whole installation: first
// it foresees what would change, by the same decider on copies, and when somebody has started it, it sends the command to one
// project after another. How far it has come stands in the database after each, so that another process goes on where
// one has died; the command's id is the broadcast's and the project's, so that none is told twice.
type Broadcaster struct {
	Gateway *Gateway
	Store   Broadcasts
	Rules   *policy.Registry
	Lease   time.Duration // real time after which a holder that says nothing counts as dead; 1 min when zero
	Every   time.Duration // between looks for work; 1 s when zero

	holder string
}

// Run broadcasts until the context ends.
func (b *Broadcaster) Run(ctx context.Context) {
	b.holder = uuid.NewString()
	every := b.Every
	if every == 0 {
		every = time.Second
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		if err := b.round(ctx); err != nil && ctx.Err() == nil && !errors.Is(err, store.ErrNotHeld) {
			b.Gateway.Logger.WarnContext(ctx, "A broadcast does not get on.", "error", err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// round carries on the broadcast whose turn it is, as far as that goes.
func (b *Broadcaster) round(ctx context.Context) error {
	lease := b.Lease
	if lease == 0 {
		lease = time.Minute
	}
	row, ok, err := b.Store.ClaimBroadcast(ctx, b.holder, lease)
	if err != nil || !ok {
		return err
	}
	claim := store.Claim{Broadcast: row.ID, Holder: b.holder, State: row.State, Lease: lease}
	a, err := b.announcement(row)
	if err != nil {
		return b.Store.BroadcastFailed(ctx, claim, err)
	}
	log := b.Gateway.Logger.With("broadcast", row.ID)
	if row.State == store.BroadcastPreparing {
		err = b.each(ctx, claim, a, row.Last, 0, func(name string, state []byte, p *project.Project) (bool, error) {
			return false, b.foresee(ctx, claim, a, name, state, p)
		})
		if err == nil {
			log.InfoContext(ctx, "A broadcast has been previewed.")
			err = b.Store.Previewed(ctx, claim)
		}
		return err
	}
	err = b.each(ctx, claim, a, row.Last, row.PerSecond, func(name string, _ []byte, p *project.Project) (bool, error) {
		return b.tell(ctx, claim, a, name, p)
	})
	if err == nil {
		log.InfoContext(ctx, "A broadcast is done.")
		err = b.Store.BroadcastDone(ctx, claim)
	}
	return err
}

// each visits the projects behind one that an announcement concerns, in order; perSecond of those that f says were asked,
// without a bound when zero. A state that cannot be read stops the broadcast until people have mended it.
func (b *Broadcaster) each(ctx context.Context, claim store.Claim, a announcement, last string, perSecond int, f func(name string, state []byte, p *project.Project) (asked bool, err error)) error {
	pace := make(<-chan time.Time)
	if perSecond > 0 {
		ticker := time.NewTicker(time.Second / time.Duration(perSecond))
		defer ticker.Stop()
		pace = ticker.C
	}
	for {
		names, err := b.Store.Entities(ctx, last, 100)
		if err != nil || len(names) == 0 {
			return err
		}
		for _, name := range names {
			last = name
			if kind, _, err := entity.Split(name); err != nil || kind != entity.Project {
				continue
			}
			state, _, err := b.Gateway.Store.Snapshot(ctx, name)
			if err != nil {
				return err
			}
			e, err := entity.Restore(name, state)
			if err != nil {
				return errors.Join(b.Store.BroadcastFailed(ctx, claim, fmt.Errorf("%s: %w", name, err)), store.ErrNotHeld)
			}
			p, ok := e.(*project.Project)
			if !ok {
				continue
			}
			if !a.concerns(p) {
				if err := b.Store.Passed(ctx, claim, name); err != nil {
					return err
				}
				continue
			}
			asked, err := f(name, state, p)
			if err != nil {
				return err
			}
			if !asked || perSecond == 0 {
				continue
			}
			select {
			case <-pace:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
}

// foresee works out what the command would do to a project if it were told now.
func (b *Broadcaster) foresee(ctx context.Context, claim store.Claim, a announcement, name string, state []byte, p *project.Project) error {
	if p.Closed() || a.followed(p) {
		return b.Store.Foresee(ctx, claim, name, true, nil, nil)
	}
	now := b.Gateway.Clock.Civil(time.Now())
	cmd := a.command
	cmd.ID, cmd.Entity, cmd.ReceivedAt = claim.Broadcast, name, now
	entries, err := workflows.Preview(a.rules, state, cmd, now)
	refusal := domain.AsError(err)
	switch {
	case refusal != nil && refusal.Kind == domain.KindBusy:
		return err // a pack is being loaded
	case refusal == nil && err != nil:
		refusal = domain.AsError(unforeseen())
		b.Gateway.Logger.ErrorContext(ctx, "The rules failed on a preview.", "entity", name, "error", err)
	}
	moves, err := a.moves(entries)
	if err != nil {
		return err
	}
	return b.Store.Foresee(ctx, claim, name, false, moves, refusal)
}

func unforeseen() error {
	return domain.Conflict("broadcast.fault", domain.RulePublish, "系统无法算出对这个项目的影响，请联系管理员", "What it would do to this project cannot be worked out; tell the administrator.")
}

// tell sends the command to one project, unless it has nothing to tell it. An outcome that is not known yet is the
// sweeper's to find.
func (b *Broadcaster) tell(ctx context.Context, claim store.Claim, a announcement, name string, p *project.Project) (asked bool, err error) {
	_, id, err := entity.Split(name)
	if err != nil {
		return false, err
	}
	cmd := a.command
	cmd.ID, cmd.Entity = "broadcast/"+claim.Broadcast+"/"+id, name
	passed := p.Closed()
	if !passed && a.followed(p) { // since a process died between telling it and noting it, or by itself
		_, err := b.Store.Command(ctx, cmd.ID)
		if passed = domain.CodeOf(err) == "command.unknown"; err != nil && !passed {
			return false, err
		}
	}
	if passed {
		return false, b.Store.Told(ctx, claim, name, "", true, false)
	}
	if err := b.Store.Held(ctx, claim); err != nil { // else who has paused it could not be sure
		return false, err
	}
	receipt, err := b.Gateway.Send(ctx, cmd)
	refused := domain.AsError(err) != nil
	if err != nil && !refused {
		return false, err
	}
	return true, b.Store.Told(ctx, claim, name, cmd.ID, false, refused || receipt.Pending)
}
