package commands

import (
	"context"
	"sync"

	"milepost/domain"
	"milepost/store"
)

// SendAll takes the commands of an import in: all of them or none, in one transaction. They are then carried out one by
// one behind the sender's back, a few at a time, so that others come in between; what a crash leaves of them the sweeper
// finishes. The same import again changes nothing. A refusal, and any other error, means that nothing was stored.
func (g *Gateway) SendAll(ctx context.Context, i store.Import, cs []domain.Command) error {
	for n := range cs {
		if err := check(&cs[n]); err != nil {
			return err
		}
		if cs[n].Seed == 0 {
			cs[n].Seed = seed()
		}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), g.Deadline)
	defer cancel()
	isNew, err := g.Store.IntendAll(ctx, i, cs)
	if err == nil && isNew {
		g.behind.Go(func() { g.carryOut(context.WithoutCancel(ctx), cs) })
	}
	return err
}

// abreast is how many commands of an import are carried out at a time. Starting entities is what the engine is slowest at.
const abreast = 4

// carryOut sends commands whose intents are stored. What has no outcome afterwards the sweeper sends again.
func (g *Gateway) carryOut(ctx context.Context, cs []domain.Command) {
	queue := make(chan domain.Command)
	var senders sync.WaitGroup
	for range min(abreast, len(cs)) {
		senders.Go(func() {
			for c := range queue {
				if _, err := g.Send(ctx, c); err != nil {
					g.Logger.WarnContext(ctx, "A command of an import was refused, or has no outcome yet.", "command", c.ID, "error", err)
				}
			}
		})
	}
	for _, c := range cs {
		queue <- c
	}
	close(queue)
	senders.Wait()
}

// Settle waits until what is carried out behind its senders' backs has been sent.
func (g *Gateway) Settle() { g.behind.Wait() }
