package commands

import (
	"context"
	"errors"
	"fmt"
	"time"

	"milepost/domain"
	"milepost/domain/entity"
)

// Entities lists the names of entities in order.
type Entities interface {
	Entities(ctx context.Context, after string, limit int) ([]string, error)
}

// Broadcast is one command for every open entity of a kind, as when a new calendar is applied.
type Broadcast struct {
	// Name tells this act from others and begins the ids of its commands. Sent again under the same name, a
	// broadcast goes on where it stopped, and what was told is not told twice.
	Name    string
	Kind    string
	Command domain.Command // type, body, actor
	// PerSecond keeps a broadcast from crowding out people's own work; 20 when zero.
	PerSecond int
}

// Progress is how far a broadcast has come.
type Progress struct {
	Done    int    // told, or told already
	Refused int    // the entity had a reason not to; it is on the command's record
	Pending int    // told; the outcome is the sweeper's to find
	Closed  int    // entities that are closed and were not asked
	Last    string // the last entity that was looked at
}

const usualPerSecond = 20

// Broadcast sends the command to one entity after another, and reports after each. An error means that it
// stopped there; sending it again goes on.
func (g *Gateway) Broadcast(ctx context.Context, b Broadcast, all Entities, report func(Progress)) (Progress, error) {
	if b.PerSecond <= 0 {
		b.PerSecond = usualPerSecond
	}
	ticker := time.NewTicker(time.Second / time.Duration(b.PerSecond))
	defer ticker.Stop()
	var p Progress
	for {
		names, err := all.Entities(ctx, p.Last, 100)
		if err != nil || len(names) == 0 {
			return p, err
		}
		for _, name := range names {
			asked, err := g.tell(ctx, b, name, &p)
			if err != nil {
				return p, err
			}
			p.Last = name
			report(p)
			if !asked {
				continue
			}
			select {
			case <-ticker.C:
			case <-ctx.Done():
				return p, ctx.Err()
			}
		}
	}
}

// tell sends the command to one entity, unless it is of another kind or closed.
func (g *Gateway) tell(ctx context.Context, b Broadcast, name string, p *Progress) (asked bool, err error) {
	kind, id, err := entity.Split(name)
	if err != nil || kind != b.Kind {
		return false, nil //nolint:nilerr // not one of those meant
	}
	state, _, err := g.Store.Snapshot(ctx, name)
	if err != nil {
		return false, err
	}
	e, err := entity.Restore(name, state)
	if err != nil {
		return false, fmt.Errorf("broadcast to %s: %w", name, err)
	}
	if e.Closed() {
		p.Closed++
		return false, nil
	}
	cmd := b.Command
	cmd.ID, cmd.Entity = b.Name+"/"+id, name
	receipt, err := g.Send(ctx, cmd)
	var refusal *domain.Error
	switch {
	case errors.As(err, &refusal):
		p.Refused++
	case err != nil:
		return false, err
	case receipt.Pending:
		p.Pending++
	default:
		p.Done++
	}
	return true, nil
}
