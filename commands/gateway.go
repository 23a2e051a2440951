// Package commands is the only way in. A command is stored as an intent, decided by its entity, and recorded;
// what a crash leaves between these steps is finished by the sweeper under the same id.
package commands

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"log/slog"
	"sync"
	"time"

	"go.temporal.io/sdk/client"

	"milepost/domain"
	"milepost/domain/policy"
	"milepost/store"
	"milepost/workflows"
)

// Record is what the way in needs of the store.
type Record interface {
	Intend(ctx context.Context, c domain.Command) (store.Intent, error)
	IntendAll(ctx context.Context, i store.Import, cs []domain.Command) (isNew bool, err error)
	Record(ctx context.Context, entity string, tail []domain.Entry, done *store.Done) error
	Refuse(ctx context.Context, command string, refusal *domain.Error, attempts int64) error
	Command(ctx context.Context, id string) (store.CommandRow, error)
	Snapshot(ctx context.Context, entity string) (state []byte, seq int64, err error)
}

// Engine is what the way in needs of the Temporal client.
type Engine interface {
	ExecuteWorkflow(ctx context.Context, options client.StartWorkflowOptions, workflow any, args ...any) (client.WorkflowRun, error)
	UpdateWorkflow(ctx context.Context, options client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error)
}

// Options are the parts and limits of a gateway. What is zero takes its usual value.
type Options struct {
	Store   Record
	Engine  Engine
	Rules   *policy.Registry // for the dry run of a declaration, and for previews
	Clock   domain.Clock     // of the database
	Logger  *slog.Logger
	Metrics *Metrics

	TaskQueue string
	Deadline  time.Duration // real time after which a sender is told "pending"; 10 s
	Grace     time.Duration // civil time that deadlines of new entities wait before they ask who was in time; see graceOf
}

// The usual limits.
const (
	usualDeadline = 10 * time.Second
	atOnce        = 5 // commands to one entity in flight; the engine takes ten from all processes together
)

// graceOf is the civil time that a deadline waits before it asks the record who was in time for it. An intent must be
// there by then whose stamp lies before the deadline. Two things keep it from being there: the clocks of the machines
// differ a little, for which there are some seconds; and it is stamped just before its transaction is committed, which
// takes real time, however fast the civil clock runs. The grace is no longer than that, because who comes right after a
// deadline waits it out too.
func graceOf(c domain.Clock) time.Duration {
	const clocks, commit = 5 * time.Second, 200 * time.Millisecond
	return max(clocks, c.Span(commit))
}

// Gateway takes commands in.
type Gateway struct {
	Options
	entities turnstile
	keys     turnstile
	behind   sync.WaitGroup // of imports that are being carried out
}

// New returns a gateway.
func New(o Options) *Gateway {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.TaskQueue == "" {
		o.TaskQueue = workflows.TaskQueue
	}
	if o.Deadline == 0 {
		o.Deadline = usualDeadline
	}
	if o.Grace == 0 {
		o.Grace = graceOf(o.Clock)
	}
	return &Gateway{Options: o, entities: turnstile{width: atOnce}, keys: turnstile{width: 1}}
}

// Receipt tells how far a command has come. FirstSeq and LastSeq are the lines of the timeline that it wrote,
// both included; zero when it wrote none. Pending: the intent is stored and what becomes of it is not known
// yet; the command's id leads to the outcome.
type Receipt struct {
	Command  string
	Entity   string
	Pending  bool
	FirstSeq int64
	LastSeq  int64
	Lines    []store.TimelineRow // where they were just written; else they can be read
}

// Send takes a command in: stores the intent, has it decided, and records what was decided. The id is the
// sender's; the same id and command bring the same answer, however often they are sent. An entity that is only
// a kind ("project") asks for a new one of that kind, whose name follows from the id.
//
// A refusal comes back as a *domain.Error. Any other error means that nothing was stored and nothing happened.
// From the moment the intent is stored an outcome that cannot be told in time is a pending receipt, never a
// failure, and the sender's going away changes nothing.
func (g *Gateway) Send(ctx context.Context, cmd domain.Command) (Receipt, error) {
	if err := check(&cmd); err != nil {
		return Receipt{}, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), g.Deadline)
	defer cancel()
	// Two senders of one command at once would race for its outcome.
	leave, err := g.keys.enter(ctx, cmd.ID)
	if err != nil {
		return Receipt{}, errors.New("the same command is being decided")
	}
	defer leave()
	if cmd.Seed == 0 {
		cmd.Seed = seed()
	}
	began := time.Now()
	intent, err := g.Store.Intend(ctx, cmd)
	if err != nil {
		g.Metrics.sent(outcomeOf(Receipt{}, err), began)
		return Receipt{}, err
	}
	receipt, err := g.finish(ctx, intent)
	g.Metrics.sent(outcomeOf(receipt, err), began)
	return receipt, err
}

// finish brings a stored intent to its outcome.
func (g *Gateway) finish(ctx context.Context, intent store.Intent) (Receipt, error) {
	if intent.State != store.CommandPending {
		return receiptOf(intent.CommandRow)
	}
	cmd := intent.Command
	log := g.Logger.With("command", cmd.ID, "entity", cmd.Entity, "type", cmd.Type)
	leave, err := g.entities.enter(ctx, cmd.Entity)
	if err != nil {
		return pending(cmd), nil
	}
	defer leave()

	if intent.Attempts == 1 {
		receipt, err := g.settle(ctx, log, intent, false)
		if !errors.Is(err, errContested) {
			return receipt, err
		}
	}
	return g.settle(ctx, log, intent, true)
}

// errContested says that others have set out meanwhile to find the outcome of the same command: a refusal that stands
// in no history is not for good.
var errContested = errors.New("others are asking the same")

// settle has a command decided, and puts the outcome on record.
func (g *Gateway) settle(ctx context.Context, log *slog.Logger, intent store.Intent, contested bool) (Receipt, error) {
	cmd := intent.Command
	answer, err := g.decide(ctx, workflows.Ask{Command: cmd, Recorded: intent.Recorded, Contested: contested})
	if refusal := domain.AsError(err); refusal != nil && refusal.Kind != domain.KindBusy {
		return g.refuse(ctx, log, intent, refusal, contested)
	}
	if err != nil {
		if domain.CodeOf(err) == workflows.CodeBehind {
			g.Metrics.diverged()
			log.ErrorContext(ctx, "ALARM: the engine is behind the record.", "recorded", intent.Recorded)
		}
		log.WarnContext(ctx, "A command's outcome is not known yet.", "error", err)
		return pending(cmd), nil
	}
	done := &store.Done{Command: cmd.ID, FirstSeq: answer.FirstSeq, LastSeq: answer.LastSeq}
	if err := g.Store.Record(ctx, cmd.Entity, answer.Tail, done); err != nil {
		g.alarm(ctx, log, err)
		return pending(cmd), nil
	}
	return Receipt{Command: cmd.ID, Entity: cmd.Entity, FirstSeq: answer.FirstSeq, LastSeq: answer.LastSeq, Lines: done.Lines}, nil
}

// refuse puts a refusal on record before anybody is told, and tells what is on record then.
//
// A refusal by a dry run stands in no history: whoever else is asking may find the state changed and be accepted. So it
// counts only where nobody else ever set out, which the row tells in the same statement; whoever sets out later finds
// it. Where others have, the entity decides once for all of them and remembers it, a refusal too, and whoever comes is
// told the same. What the engine does not know at all has decided nothing and remembers nothing: that counts for who
// set out last. An entity that has ended decides nothing any more.
func (g *Gateway) refuse(ctx context.Context, log *slog.Logger, intent store.Intent, refusal *domain.Error, contested bool) (Receipt, error) {
	cmd, attempts := intent.Command, intent.Attempts
	if contested && refusal.Code != codeUnknown {
		attempts = 0
	}
	if err := g.Store.Refuse(ctx, cmd.ID, refusal, attempts); err != nil {
		log.WarnContext(ctx, "A refusal could not be recorded.", "refusal", refusal.Code, "error", err)
		return pending(cmd), nil
	}
	row, err := g.Store.Command(ctx, cmd.ID)
	if err != nil {
		log.WarnContext(ctx, "A command could not be read again.", "error", err)
		return pending(cmd), nil
	}
	if row.State == store.CommandPending && !contested {
		return Receipt{}, errContested
	}
	return receiptOf(row)
}

// alarm tells of a record that could not be written. What differs from the record, or leaves a hole in it, is
// never mended by trying again: somebody has to look.
func (g *Gateway) alarm(ctx context.Context, log *slog.Logger, err error) {
	if errors.Is(err, store.ErrDiverged) || errors.Is(err, store.ErrGap) {
		g.Metrics.diverged()
		log.ErrorContext(ctx, "ALARM: a decision does not fit the record.", "error", err)
		return
	}
	log.WarnContext(ctx, "A decision could not be recorded yet.", "error", err)
}

func pending(cmd domain.Command) Receipt {
	return Receipt{Command: cmd.ID, Entity: cmd.Entity, Pending: true}
}

func receiptOf(row store.CommandRow) (Receipt, error) {
	if row.State == store.CommandRefused {
		return Receipt{}, row.Refusal
	}
	return Receipt{
		Command: row.ID, Entity: row.Entity, Pending: row.State == store.CommandPending,
		FirstSeq: row.FirstSeq, LastSeq: row.LastSeq,
	}, nil
}

// seed feeds every draw of a command; nobody can choose or foresee it. It has 53 bits, so that programs
// whose numbers are floats can check a draw too.
func seed() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return binary.BigEndian.Uint64(b[:])>>11 | 1
}
