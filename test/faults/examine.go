package faults

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"
	workflowservicepb "go.temporal.io/api/workflowservice/v1"

	"milepost/config"
	"milepost/domain"
	"milepost/domain/entity"
	"milepost/domain/policy"
	"milepost/domain/project"
	"milepost/store"
	"milepost/test/town"
	"milepost/workflows"
)

// examiner holds what is on record against what clients were told, and against the rules. It believes nobody: every
// state is folded anew, and every decision is made once more.
type examiner struct {
	spot    *place
	journal *journal
	rules   *policy.Registry
	clock   domain.Clock

	findings []error
	entries  int
	decided  int // decisions made once more
	ticks    int
	held     map[string]decimal.Decimal // of each quota, by the projects' own timelines
	lines    map[string][]line          // by command
}

// line is where an entry stands.
type line struct {
	entity string
	seq    int64
	actor  domain.Actor
}

func newExaminer(t *place, j *journal) (*examiner, error) {
	set, err := config.Packs()
	if err != nil {
		return nil, err
	}
	cal, err := config.Calendar()
	if err != nil {
		return nil, err
	}
	rules := policy.NewRegistry()
	for _, p := range set.Packs() {
		rules.Put(p)
	}
	rules.PutCalendar(cal)
	if err := rules.SetCurrentCalendar(cal.Version()); err != nil {
		return nil, err
	}
	return &examiner{spot: t, journal: j, rules: rules, held: map[string]decimal.Decimal{}, lines: map[string][]line{}}, nil
}

func (x *examiner) find(invariant, format string, args ...any) {
	x.findings = append(x.findings, fmt.Errorf(invariant+": "+format, args...))
}

// calm waits until nothing is left to be finished: no command without an outcome, no effect on its way (I8).
func (x *examiner) calm(ctx context.Context) error {
	return town.Patiently(ctx, 5*time.Minute, "everything left unfinished is finished", func(ctx context.Context) error {
		if err := x.spot.nurse(ctx); err != nil {
			return err
		}
		b, err := x.spot.record.Backlog(ctx)
		if err != nil {
			return err
		}
		if b.PendingCommands+b.PendingEffects > 0 {
			return fmt.Errorf("%d commands and %d effects are pending", b.PendingCommands, b.PendingEffects)
		}
		return nil
	})
}

// examine looks at everything, once the installation is calm.
func (x *examiner) examine(ctx context.Context) error {
	var err error
	if x.clock, err = x.spot.record.Clock(ctx); err != nil {
		return err
	}
	names, err := x.spot.record.Entities(ctx, "", 100_000)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := x.entity(ctx, name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	x.calls()
	x.order()
	if err := x.quotas(ctx); err != nil {
		return err
	}
	b, err := x.spot.record.Backlog(ctx)
	if err != nil {
		return err
	}
	if b.DeadEffects > 0 {
		x.find("I8", "%d effects are dead", b.DeadEffects)
	}
	if err := x.open(ctx, names); err != nil {
		return err
	}
	x.logs()
	if err := x.spot.database.Sound(ctx); err != nil {
		x.find("database", "%w", err)
	}
	return errors.Join(x.findings...)
}

// entity reads one timeline from its first line (I3), folds it, and makes every decision on it once more (I4, I12).
func (x *examiner) entity(ctx context.Context, name string) error {
	if err := x.spot.record.VerifyChain(ctx, name); err != nil {
		x.find("I3", "%w", err)
		return nil
	}
	lines, err := x.timeline(ctx, name)
	if err != nil {
		return err
	}
	e, err := entity.New(name)
	if err != nil {
		return err
	}
	for i := 0; i < len(lines); {
		n := 1
		for i+n < len(lines) && lines[i+n].Command == lines[i].Command {
			n++
		}
		group := lines[i : i+n]
		if err := x.again(ctx, name, e, group); err != nil {
			x.find("I12", "%s, entries %d to %d: %w", name, group[0].Seq, group[n-1].Seq, err)
		}
		for _, l := range group {
			if err := e.Evolve(l.Entry); err != nil {
				return err
			}
			if l.OccurredAt.After(l.RecordedAt) {
				x.find("I7", "%s, entry %d is recorded before it happened", name, l.Seq)
			}
			if l.Command != "" {
				x.lines[l.Command] = append(x.lines[l.Command], line{name, l.Seq, l.Actor})
			}
		}
		x.entries += n
		i += n
	}
	return x.same(ctx, name, e)
}

func (x *examiner) timeline(ctx context.Context, name string) (all []store.TimelineRow, err error) {
	for {
		after := int64(0)
		if len(all) > 0 {
			after = all[len(all)-1].Seq
		}
		lines, err := x.spot.record.Timeline(ctx, store.Everything, store.TimelineQuery{Entity: name, After: after, Limit: 500})
		if err != nil {
			return nil, err
		}
		if len(lines) == 0 {
			return all, nil
		}
		all = append(all, lines...)
	}
}

// again makes the decision behind a group of entries once more, from the state before it, and compares.
func (x *examiner) again(ctx context.Context, name string, e entity.Entity, group []store.TimelineRow) error {
	var entries []domain.Entry
	var err error
	if group[0].Command == "" {
		x.ticks++
		entries, err = x.tickTo(name, e, group[len(group)-1].OccurredAt)
	} else {
		x.decided++
		var row store.CommandRow
		if row, err = x.spot.record.Command(ctx, group[0].Command); err != nil {
			return err
		}
		if row.State != store.CommandDone || row.FirstSeq != group[0].Seq || row.LastSeq != group[len(group)-1].Seq {
			return fmt.Errorf("command %s is %s with %d to %d", row.ID, row.State, row.FirstSeq, row.LastSeq)
		}
		entries, err = e.Decide(row.Command, group[0].RecordedAt, x.rules)
	}
	if err != nil {
		return fmt.Errorf("the rules say now: %w", err)
	}
	if len(entries) < len(group) {
		return fmt.Errorf("the rules bring %d entries", len(entries))
	}
	for i, l := range group {
		want := entries[i]
		if l.Type != want.Type || string(l.Data) != string(want.Data) || !l.OccurredAt.Equal(want.OccurredAt) || l.Actor != want.Actor || l.Clause != want.Clause {
			return fmt.Errorf("entry %d is %s %s of %s, and should be %s %s of %s", l.Seq, l.Type, l.Data, l.OccurredAt, want.Type, want.Data, want.OccurredAt)
		}
	}
	return nil
}

// tickTo lets everything come due up to a moment, on a copy.
func (x *examiner) tickTo(name string, e entity.Entity, to time.Time) (all []domain.Entry, err error) {
	snapshot, err := e.Snapshot()
	if err != nil {
		return nil, err
	}
	later, err := entity.Restore(name, snapshot)
	if err != nil {
		return nil, err
	}
	for due := later.NextDeadline(); !due.IsZero() && !due.After(to); due = later.NextDeadline() {
		entries, err := later.Tick(to, x.rules)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			if err := later.Evolve(entry); err != nil {
				return nil, err
			}
		}
		all = append(all, entries...)
	}
	return all, nil
}

// same compares the folded state with the one on record and the one in the workflow (I3, I10, I13), and sees to it
// that no deadline was forgotten (I7).
func (x *examiner) same(ctx context.Context, name string, e entity.Entity) error {
	mine, err := e.Snapshot()
	if err != nil {
		return err
	}
	if p, ok := e.(*project.Project); ok {
		for _, n := range p.Needs {
			if n.State == project.NeedReserved || n.State == project.NeedCommitted {
				key := fmt.Sprintf("%s/%d", n.Resource, n.Year)
				x.held[key] = x.held[key].Add(decimal.RequireFromString(n.Amount))
			}
		}
	}
	return town.Patiently(ctx, 2*time.Minute, name+" stands still", func(ctx context.Context) error {
		stored, seq, err := x.spot.record.Snapshot(ctx, name)
		if err != nil {
			return err
		}
		if seq > e.Sequence() { // time goes on; what came since is read too
			if err := x.goOn(ctx, name, e); err != nil {
				return err
			}
			if mine, err = e.Snapshot(); err != nil {
				return err
			}
		}
		if string(stored) != string(mine) {
			x.find("I3", "%s: the state on record is not what its %d entries make", name, seq)
			return nil
		}
		if e.Closed() {
			return nil
		}
		answer, err := x.spot.ask.QueryWorkflow(ctx, name, "", workflows.Standing)
		if err != nil {
			return err
		}
		var s workflows.Status
		if err := answer.Get(&s); err != nil {
			return err
		}
		switch now := x.clock.Civil(time.Now()); {
		case s.Sequence != e.Sequence():
			return fmt.Errorf("the workflow is at %d, the record at %d", s.Sequence, e.Sequence())
		case s.State != workflows.Digest(mine):
			x.find("I3", "%s: the state in the workflow is not what its %d entries make", name, seq)
		case !s.Deadline.IsZero() && now.Sub(s.Deadline) > 24*time.Hour: // 24 real seconds
			return fmt.Errorf("the deadline of %s has passed and nothing came of it", s.Deadline)
		}
		return nil
	})
}

// goOn folds what has been recorded since.
func (x *examiner) goOn(ctx context.Context, name string, e entity.Entity) error {
	lines, err := x.spot.record.Timeline(ctx, store.Everything, store.TimelineQuery{Entity: name, After: e.Sequence(), Limit: 500})
	if err != nil {
		return err
	}
	for _, l := range lines {
		if err := e.Evolve(l.Entry); err != nil {
			return err
		}
		if l.Command != "" {
			x.lines[l.Command] = append(x.lines[l.Command], line{name, l.Seq, l.Actor})
		}
	}
	return nil
}

// calls holds every answer that a client was given against the record (I1, I2, I14).
func (x *examiner) calls() {
	for _, c := range x.journal.all() {
		lines := x.lines[c.Key]
		switch c.Outcome {
		case acknowledged:
			if c.FirstSeq == 0 && len(lines) == 0 {
				continue // an act that changes nothing
			}
			if len(lines) == 0 {
				x.find("I1", "%s was acknowledged and is lost: %s", c.Key, c.Path)
				continue
			}
			if lines[0].seq != c.FirstSeq || lines[len(lines)-1].seq != c.LastSeq || int64(len(lines)) != c.LastSeq-c.FirstSeq+1 {
				x.find("I1", "%s was acknowledged as %d to %d and stands at %v", c.Key, c.FirstSeq, c.LastSeq, lines)
			}
			if lines[0].actor.User != c.Who {
				x.find("I1", "%s of %s stands as %s's", c.Key, c.Who, lines[0].actor.User)
			}
		case refused:
			if len(lines) > 0 {
				x.find("I2", "%s was refused (%s) and stands at %v", c.Key, c.Code, lines)
			}
		case unknown:
			if len(lines) > 0 && int64(len(lines)) != lines[len(lines)-1].seq-lines[0].seq+1 {
				x.find("I2", "%s, of which nothing is known, stands more than once: %v", c.Key, lines)
			}
		}
		if rival := x.lines[c.Rival]; c.Rival != "" && len(lines) > 0 && len(rival) > 0 && strings.HasSuffix(c.Path, "/grant") && c.Key < c.Rival {
			x.find("I4", "%s and %s were both done: %s", c.Key, c.Rival, c.Path)
		}
	}
}

// order sees to it that what was told before something else was asked stands before it (I12).
func (x *examiner) order() {
	byProject := map[string][]call{}
	for _, c := range x.journal.all() {
		if c.Outcome == acknowledged && c.FirstSeq > 0 {
			byProject[c.Project] = append(byProject[c.Project], c)
		}
	}
	for id, cs := range byProject {
		slices.SortFunc(cs, func(a, b call) int { return a.Told.Compare(b.Told) })
		done, highest := 0, int64(0)
		byInvoked := slices.Clone(cs)
		slices.SortFunc(byInvoked, func(a, b call) int { return a.Invoked.Compare(b.Invoked) })
		for _, c := range byInvoked {
			for done < len(cs) && cs[done].Told.Before(c.Invoked) {
				highest = max(highest, cs[done].LastSeq)
				done++
			}
			if c.FirstSeq <= highest {
				x.find("I12", "project %s: %s stands at %d, though %d had been told before it was asked", id, c.Key, c.FirstSeq, highest)
			}
		}
	}
}

// quotas holds the ledger's sums against its totals and against the projects' own timelines (I5).
func (x *examiner) quotas(ctx context.Context) error {
	rows, err := x.spot.record.Quotas(ctx, store.Everything, store.QuotaQuery{})
	if err != nil {
		return err
	}
	for _, q := range rows {
		used := q.Reserved.Add(q.Committed)
		if used.GreaterThan(q.Total) || q.Reserved.IsNegative() || q.Committed.IsNegative() {
			x.find("I5", "%s %s %d: %s reserved and %s committed of %s", q.Jurisdiction, q.Resource, q.Year, q.Reserved, q.Committed, q.Total)
		}
		key := fmt.Sprintf("%s/%d", q.Resource, q.Year)
		x.held[key] = x.held[key].Sub(used)
	}
	for key, rest := range x.held {
		if !rest.IsZero() {
			x.find("I5", "%s: the projects hold %s more than the ledger says", key, rest)
		}
	}
	return nil
}

// open sees to it that there is one open workflow for every project that is not over, and none else (I10).
func (x *examiner) open(ctx context.Context, names []string) error {
	want := map[string]bool{}
	for _, name := range names {
		state, _, err := x.spot.record.Snapshot(ctx, name)
		if err != nil {
			return err
		}
		var p struct{ Status project.Status }
		if err := json.Unmarshal(state, &p); err != nil {
			return err
		}
		want[name] = p.Status != project.Archived
	}
	var token []byte
	for {
		page, err := x.spot.ask.ListWorkflow(ctx, &workflowservicepb.ListWorkflowExecutionsRequest{Query: "ExecutionStatus = 'Running'", NextPageToken: token})
		if err != nil {
			return err
		}
		for _, w := range page.GetExecutions() {
			id := w.GetExecution().GetWorkflowId()
			if !want[id] && strings.HasPrefix(id, entity.Project+"/") {
				x.find("I10", "%s is open, and no project on record", id)
			}
			delete(want, id)
			if w.GetHistoryLength() > 5000 {
				x.find("I10", "the history of %s has %d events", id, w.GetHistoryLength())
			}
		}
		if token = page.GetNextPageToken(); len(token) == 0 {
			break
		}
	}
	for name, missing := range want {
		if missing {
			x.find("I10", "%s has no open workflow", name)
		}
	}
	return nil
}

// alarms are what no process may say, whatever befalls it.
var alarms = []string{"panic:", "TMPRL1100", "TMPRL1101", "TMPRL1102", "ALARM", "nondeterministic", "DATA RACE", "the entries differ"}

func (x *examiner) logs() {
	for _, p := range append(slices.Clone(x.spot.workers), x.spot.apis...) {
		for _, alarm := range alarms {
			if n := p.Said(alarm); n > 0 {
				x.find("logs", "the %s said %q %d times", p.Name, alarm, n)
			}
		}
	}
}
