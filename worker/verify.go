package worker

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"
	"go.temporal.io/api/serviceerror"
	workflowservicepb "go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"milepost/domain"
	"milepost/domain/entity"
	"milepost/domain/project"
	"milepost/files"
	"milepost/store"
	"milepost/workflows"
)

// Verify looks over a live installation and changes nothing: the chains of the audit record and of the timelines, the states against the
// timelines, the workflows against the states, the quotas against the projects, and what waits to be finished.
type Verify struct {
	Store     *store.Store
	Client    client.Client // nil: only the record is looked at, as in a backup that no engine runs on
	Namespace string
	Clock     domain.Clock
	// Patience is how long a workflow may be ahead of the record, or behind its deadline, before that is a finding.
	Patience time.Duration
	Shelf    *files.Shelf // of uploaded files; nil: they are not looked at
	// Trusted are the keys whose signatures of the audit record's heads count. Without any, the heads that the database
	// keeps are compared all the same.
	Trusted []ed25519.PublicKey

	findings []Finding
	held     map[string]decimal.Decimal // resource/year → what the projects hold
	open     map[string]bool            // entities that should have a workflow
	seals    map[string]store.Seal      // the last of each entity that was not looked at yet
}

// Finding is one invariant that does not hold, where, and what is wrong. The invariants are told in docs/operations.md.
type Finding struct {
	Invariant string
	Where     string
	Err       error
}

// String tells the finding in a line.
func (f Finding) String() string { return f.Invariant + " " + f.Where + ": " + f.Err.Error() }

// heaviestHistory is the number of events that no run of a workflow should reach: it is cut long before.
const heaviestHistory = 5000

// Run looks at everything and reports after each timeline. An error means that not all could be looked at.
func (v *Verify) Run(ctx context.Context, report func(timelines int)) ([]Finding, error) {
	v.findings, v.held, v.open = nil, map[string]decimal.Decimal{}, map[string]bool{}
	if v.Patience == 0 {
		v.Patience = time.Minute
	}
	if err := v.audit(ctx); err != nil {
		return v.findings, err
	}
	for after, seen := "", 0; ; {
		names, err := v.Store.Entities(ctx, after, 500)
		if err != nil {
			return v.findings, err
		}
		if len(names) == 0 {
			break
		}
		for _, name := range names {
			if err := v.timeline(ctx, name); err != nil {
				return v.findings, fmt.Errorf("%s: %w", name, err)
			}
			seen++
			report(seen)
		}
		after = names[len(names)-1]
	}
	for _, name := range slices.Sorted(maps.Keys(v.seals)) {
		v.find("I9", name, errors.New("it was sealed on the audit record and is no more"))
	}
	if v.Client == nil {
		return v.findings, errors.Join(v.quotas(ctx), v.files(ctx))
	}
	return v.findings, errors.Join(v.quotas(ctx), v.backlog(ctx), v.workflows(ctx), v.files(ctx))
}

// audit works out the chains of the audit record and holds them against the signed heads (I9).
func (v *Verify) audit(ctx context.Context) error {
	v.seals = map[string]store.Seal{}
	var w store.Witness
	if err := v.Store.EachHeads(ctx, time.Time{}, time.Time{}, func(h store.Heads) error {
		if len(v.Trusted) > 0 {
			if err := h.Check(v.Trusted...); err != nil {
				v.find("I9", "audit", err)
				return nil
			}
		}
		if err := w.Hear(h); err != nil {
			v.find("I9", "audit", err)
		}
		return nil
	}); err != nil {
		return err
	}
	check, err := v.Store.VerifyAudit(ctx, func(l store.AuditRow) error {
		if err := w.See(l.Chain, l.Seq, l.Hash); err != nil {
			v.find("I9", "audit", err)
		}
		sealed, err := l.Seals()
		for _, x := range sealed {
			v.seals[x.Entity] = x
		}
		return err
	})
	if err != nil {
		return err
	}
	if check.Broken != (store.AuditPlace{}) {
		v.find("I9", "audit", fmt.Errorf("%s is not what was written", check.Broken))
	} else if place, signed, missing := w.Missing(); missing {
		v.find("I9", "audit", fmt.Errorf("%s was signed at %s and is no more", place, signed.Format(time.RFC3339)))
	}
	return nil
}

// bound holds a timeline against its seal, and the commands that its entity carried out against both (I9).
func (v *Verify) bound(ctx context.Context, name string) error {
	sealed := v.seals[name]
	delete(v.seals, name)
	for _, check := range []func() error{
		func() error { return v.Store.VerifySeal(ctx, sealed) },
		func() error { return v.Store.VerifyCommands(ctx, name, sealed) },
	} {
		err := check()
		switch {
		case errors.Is(err, store.ErrDiverged):
			v.find("I9", name, err)
		case err != nil:
			return err
		}
	}
	return nil
}

func (v *Verify) find(invariant, where string, err error) {
	v.findings = append(v.findings, Finding{invariant, where, err})
}

// timeline reads a timeline from its first line, folds it, and compares what it makes with the state on record and
// with the state in the workflow (I3). Both go on meanwhile; what is compared has seen the same lines.
func (v *Verify) timeline(ctx context.Context, name string) error {
	if err := v.bound(ctx, name); err != nil {
		return err
	}
	err := v.Store.VerifyChain(ctx, name)
	switch {
	case errors.Is(err, store.ErrDiverged) || errors.Is(err, store.ErrGap):
		v.find("I3", name, err)
		return nil
	case err != nil:
		return err
	}
	e, err := entity.New(name)
	if err != nil {
		return err
	}
	giveUp := time.Now().Add(v.Patience)
	for {
		err := v.compare(ctx, name, e)
		var ahead notYet
		if !errors.As(err, &ahead) {
			return err
		}
		if time.Now().After(giveUp) {
			v.find(ahead.invariant, name, ahead.err)
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// notYet is a finding that may be none in a moment.
type notYet struct {
	invariant string
	err       error
}

func (n notYet) Error() string { return n.err.Error() }

func (v *Verify) compare(ctx context.Context, name string, e entity.Entity) error {
	if err := v.fold(ctx, name, e); err != nil {
		return err
	}
	made, err := e.Snapshot()
	if err != nil {
		return err
	}
	kept, seq, err := v.Store.Snapshot(ctx, name)
	if err != nil {
		return err
	}
	if seq != e.Sequence() {
		return notYet{"I3", fmt.Errorf("%d entries were read, and the state on record has seen %d", e.Sequence(), seq)}
	}
	if string(made) != string(kept) {
		v.find("I3", name, fmt.Errorf("the state on record is not what its %d entries make", seq))
		return nil
	}
	if !e.Closed() && v.Client != nil {
		if err := v.engine(ctx, name, e, made); err != nil {
			return err
		}
	}
	v.open[name] = !e.Closed()
	return v.hold(made)
}

// fold reads on from where the entity is.
func (v *Verify) fold(ctx context.Context, name string, e entity.Entity) error {
	for {
		entries, err := v.Store.Entries(ctx, name, e.Sequence()+1, 500)
		if err != nil || len(entries) == 0 {
			return err
		}
		for _, entry := range entries {
			if err := e.Evolve(entry); err != nil {
				return err
			}
		}
	}
}

// engine compares with the workflow (I3), and sees to it that no deadline has passed unheeded (I7, I13).
func (v *Verify) engine(ctx context.Context, name string, e entity.Entity, made []byte) error {
	answer, err := v.Client.QueryWorkflow(ctx, name, "", workflows.Standing)
	if _, unknown := errors.AsType[*serviceerror.NotFound](err); unknown {
		return notYet{"I10", errors.New("the engine does not know it; run `milepost recover`")}
	}
	if err != nil {
		return err
	}
	var s workflows.Status
	if err := answer.Get(&s); err != nil {
		return err
	}
	passed := v.Clock.Until(time.Now(), s.Deadline) == 0 && !s.Deadline.IsZero()
	switch {
	case s.Sequence != e.Sequence():
		return notYet{"I3", fmt.Errorf("the workflow is at %d and the record at %d", s.Sequence, e.Sequence())}
	case s.State != workflows.Digest(made):
		v.find("I3", name, fmt.Errorf("the state in the workflow is not what its %d entries make", s.Sequence))
	case passed:
		return notYet{"I7", fmt.Errorf("the deadline of %s has passed and nothing came of it", s.Deadline.Format(time.RFC3339))}
	}
	return nil
}

// hold adds what a project holds of the quotas.
func (v *Verify) hold(state []byte) error {
	var p struct {
		Profile struct{ Jurisdiction string }
		Needs   []project.Need
	}
	if err := json.Unmarshal(state, &p); err != nil {
		return err
	}
	for _, n := range p.Needs {
		if n.State != project.NeedReserved && n.State != project.NeedCommitted {
			continue
		}
		amount, err := decimal.NewFromString(n.Amount)
		if err != nil {
			return err
		}
		key := n.Resource + "/" + strconv.Itoa(n.Year)
		v.held[key] = v.held[key].Add(amount)
	}
	return nil
}

// quotas holds the ledger's sums against its totals, and against what the projects say they hold (I5). An answer of
// the ledger may be on its way to a project; then nothing is said.
func (v *Verify) quotas(ctx context.Context) error {
	rows, err := v.Store.Quotas(ctx, store.Everything, store.QuotaQuery{})
	if err != nil {
		return err
	}
	b, err := v.Store.Backlog(ctx)
	if err != nil {
		return err
	}
	for _, q := range rows {
		where := fmt.Sprintf("%s %s %d", q.Jurisdiction, q.Resource, q.Year)
		used := q.Reserved.Add(q.Committed)
		if used.GreaterThan(q.Total) || q.Reserved.IsNegative() || q.Committed.IsNegative() {
			v.find("I5", where, fmt.Errorf("%s reserved and %s committed of %s", q.Reserved, q.Committed, q.Total))
		}
		key := q.Resource + "/" + strconv.Itoa(q.Year)
		v.held[key] = v.held[key].Sub(used)
	}
	if b.PendingCommands+b.PendingEffects > 0 {
		return nil
	}
	for key, rest := range v.held {
		if !rest.IsZero() {
			v.find("I5", key, fmt.Errorf("the projects hold %s more than the ledger says", rest))
		}
	}
	return nil
}

// backlog sees to it that nothing waits for good (I8).
func (v *Verify) backlog(ctx context.Context) error {
	dead, err := v.Store.DeadEffects(ctx, 100)
	if err != nil {
		return err
	}
	for _, d := range dead {
		v.find("I8", d.Entity, fmt.Errorf("effect %s is dead: %s", d.ID, d.Error))
	}
	left, err := v.Store.Pending(ctx, v.Patience, 100)
	if err != nil {
		return err
	}
	for _, c := range left {
		v.find("I13", c.Entity, fmt.Errorf("command %s has been pending for more than %s", c.ID, v.Patience))
	}
	return nil
}

// workflows sees to it that there is one open workflow for every entity that is not over, and no other (I10).
func (v *Verify) workflows(ctx context.Context) error {
	for token := []byte(nil); ; {
		page, err := v.Client.ListWorkflow(ctx, &workflowservicepb.ListWorkflowExecutionsRequest{
			Namespace: v.Namespace, PageSize: 500, NextPageToken: token, Query: `ExecutionStatus = "Running"`,
		})
		if err != nil {
			return fmt.Errorf("list open workflows: %w", err)
		}
		for _, w := range page.GetExecutions() {
			name := w.GetExecution().GetWorkflowId()
			if open, known := v.open[name]; known && !open {
				v.find("I10", name, errors.New("its workflow is open though it is closed on record"))
			}
			if w.GetHistoryLength() > heaviestHistory {
				v.find("I10", name, fmt.Errorf("its history has %d events", w.GetHistoryLength()))
			}
		}
		if token = page.GetNextPageToken(); len(token) == 0 {
			return nil
		}
	}
}
