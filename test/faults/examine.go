package faults

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"milepost/config"
	"milepost/domain"
	"milepost/domain/entity"
	"milepost/domain/policy"
	"milepost/domain/project"
	"milepost/files"
	"milepost/store"
	"milepost/test/town"
	"milepost/worker"
)

// examiner holds what is on record against what clients were told, and against the rules: every state is folded anew,
// and every decision is made once more. What an operator would look at it looks at too.
type examiner struct {
	spot    *place
	journal *journal
	rules   *policy.Registry
	clock   domain.Clock

	findings []error
	entries  int
	decided  int // decisions made once more
	ticks    int
	lines    map[string][]line   // by command
	handed   map[string][]string // by command the digests of what was handed in with it
	files    int                 // uploaded
	noted    int                 // refusals with a line of their own on the audit record
}

// line is where an entry stands.
type line struct {
	entity string
	seq    int64
	actor  domain.Actor
}

func newExaminer(t *place, j *journal) (*examiner, error) {
	rules, _, err := config.Rules()
	if err != nil {
		return nil, err
	}
	return &examiner{spot: t, journal: j, rules: rules, lines: map[string][]line{}, handed: map[string][]string{}}, nil
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
	for _, look := range []func(context.Context) error{x.verify, x.uploads, x.refusals} {
		if err := look(ctx); err != nil {
			return err
		}
	}
	x.logs()
	if err := x.spot.database.Sound(ctx); err != nil {
		x.find("database", "%w", err)
	}
	return errors.Join(x.findings...)
}

// verify looks at what an operator would look at.
func (x *examiner) verify(ctx context.Context) error {
	shelf, err := files.Open(ctx, "file://"+x.spot.shelf())
	if err != nil {
		return err
	}
	defer shelf.Close() //nolint:errcheck // only read
	verify := worker.Verify{Store: x.spot.record, Client: x.spot.ask, Namespace: "default", Clock: x.clock, Shelf: shelf}
	findings, err := verify.Run(ctx, func(int) {})
	for _, f := range findings {
		x.find(f.Invariant, "%s: %w", f.Where, f.Err)
	}
	return err
}

// entity reads one timeline, folds it, and makes every decision on it once more (I4, I12).
func (x *examiner) entity(ctx context.Context, name string) error {
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
				if handed, ok := project.FilesOf(l.Entry); ok {
					for _, f := range handed.Files {
						x.handed[l.Command] = append(x.handed[l.Command], f.Digest)
					}
				}
			}
		}
		x.entries += n
		i += n
	}
	return nil
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
			if c.Digest != "" && !slices.Equal(x.handed[c.Key], []string{c.Digest}) {
				x.find("I11", "%s handed in %s and stands with %v", c.Key, c.Digest, x.handed[c.Key])
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

// alarms are what no process may say, whatever befalls it. That a workflow takes too long (TMPRL1101) is not among them: a
// worker that was frozen while it decided says so, and decides anew.
var alarms = []string{"panic:", "TMPRL1100", "TMPRL1102", "ALARM", "nondeterministic", "DATA RACE", "the entries differ"}

func (x *examiner) logs() {
	for _, p := range append(slices.Clone(x.spot.workers), x.spot.apis...) {
		for _, alarm := range alarms {
			if lines := p.Said(alarm); len(lines) > 0 {
				x.find("logs", "the %s said %q in %d lines, the first: %s", p.Name, alarm, len(lines), lines[0])
			}
		}
	}
}
