package store

import (
	"encoding/json"
	"slices"
	"time"

	"gorm.io/gorm"

	"milepost/domain"
	"milepost/domain/entity"
	"milepost/domain/project"
)

// fold turns entries into rows of the read model. What it writes depends on the entries alone and not on how
// they were cut into tails, so a rebuild gives the same rows.
type fold struct {
	state   entity.Entity
	project *project.Project // nil when the entity is of another kind
	before  view             // as of the entry last applied
	after   []monthModel     // as written last
	hash    string           // of the line after which this was kept
	weight  int              // of the state kept, in bytes

	first     view // as of the beginning
	last      domain.Entry
	tasks     []taskModel // changed, in the order in which they first changed
	parties   []partyModel
	reports   []reportModel
	months    []monthModel // as of the beginning
	supervise []supervisionModel
	uses      []useModel
	notices   []noticeModel
	effects   []effectModel
}

func newFold(name string, snapshot []byte) (*fold, error) {
	state, err := entity.Restore(name, snapshot)
	if err != nil {
		return nil, err
	}
	f := &fold{state: state}
	if p, ok := state.(*project.Project); ok {
		f.project = p
		f.before = viewOf(p)
		f.first = f.before
		f.months = monthRows(p)
		f.after = f.months
	}
	return f, nil
}

// apply takes one entry and returns it in words.
func (f *fold) apply(e domain.Entry) (domain.Text, error) {
	if err := f.state.Evolve(e); err != nil {
		return domain.Text{}, err
	}
	f.last = e
	p := f.project
	if p == nil {
		return domain.Text{}, nil
	}
	text, err := p.Describe(e)
	if err != nil {
		return domain.Text{}, err
	}
	now := viewOf(p)
	f.followTasks(now, e)
	f.followParties(now)
	f.followReports(e)
	f.uses = append(f.uses, filesOf(p, e)...)
	f.before = now
	for i, n := range p.Notices(e) {
		f.notices = append(f.notices, noticeModel{
			Project: p.ID, Seq: e.Seq, N: int64(i), Jurisdiction: p.Profile.Jurisdiction, Kind: n.Kind, PartyKind: string(n.Party.Kind),
			PartyCode: n.Party.Code, Post: n.Post, Task: n.Task, TextZh: n.Text.Zh, TextEn: n.Text.En, At: e.OccurredAt, Delivery: outPending,
		})
	}
	for i, x := range p.Effects(e) {
		f.effects = append(f.effects, effectModel{
			ID: x.ID, Entity: x.Entity, Seq: e.Seq, N: int64(i), Kind: x.Kind, Data: string(x.Data), State: outPending,
		})
		if err := f.followSupervision(x, e); err != nil {
			return domain.Text{}, err
		}
	}
	return text, nil
}

// followTasks notes what work an entry opened, changed and closed.
func (f *fold) followTasks(now view, e domain.Entry) {
	for _, t := range f.before.tasks {
		if _, open := now.task(t.Key); !open {
			closed := e.OccurredAt
			t.ClosedAt, t.ClosedBy, t.ClosedSeq, t.Outcome = &closed, e.Actor.User, e.Seq, e.Type
			f.note(t)
		}
	}
	for _, t := range now.tasks {
		if was, open := f.before.task(t.Key); !open || !same(was, t) {
			f.note(t)
		}
	}
}

func (f *fold) note(t taskModel) {
	i := slices.IndexFunc(f.tasks, func(o taskModel) bool { return o.Key == t.Key })
	if i < 0 {
		f.tasks = append(f.tasks, t)
		return
	}
	f.tasks[i] = t
}

func (f *fold) followParties(now view) {
	for _, p := range now.parties {
		if !slices.Contains(f.before.parties, p) && !slices.Contains(f.parties, p) {
			f.parties = append(f.parties, p)
		}
	}
}

func (f *fold) followReports(e domain.Entry) {
	for _, r := range f.project.Reporting.Reports {
		if r.Seq != e.Seq {
			continue
		}
		f.reports = append(f.reports, reportModel{
			Project: f.project.ID, Seq: r.Seq, Period: r.Period, Investment: r.Investment, Planned: r.Planned, Image: r.Image,
			Forecast: r.Forecast, Lamp: r.Lamp, Corrects: r.Corrects, Reason: r.Reason, FiledAt: e.OccurredAt,
		})
	}
}

func (f *fold) followSupervision(x domain.Effect, e domain.Entry) error {
	if x.Kind != project.EffectSupervision {
		return nil
	}
	var c project.SupervisionCount
	if err := json.Unmarshal(x.Data, &c); err != nil {
		return err
	}
	f.supervise = append(f.supervise, supervisionModel{
		Project: f.project.ID, Seq: e.Seq, Jurisdiction: f.project.Profile.Jurisdiction,
		PartyKind: string(c.Party.Kind), PartyCode: c.Party.Code, At: exact(c.At),
	})
	return nil
}

// write saves the rows of the read model.
func (f *fold) write(tx *gorm.DB) error {
	if f.project == nil {
		return nil
	}
	var lamps []lampModel
	for i, l := range f.before.lamps {
		if i >= len(f.first.lamps) || !same(l, f.first.lamps[i]) {
			lamps = append(lamps, l)
		}
	}
	for _, save := range []func() error{
		func() error { return put(tx, []projectModel{projectRow(f.project, f.before, f.last.RecordedAt)}) },
		func() error { return put(tx, f.tasks) },
		func() error { return put(tx, lamps) },
		func() error { return add(tx, f.parties) },
		func() error { return put(tx, f.reports) },
		func() error { return f.writeMonths(tx) },
		func() error { return add(tx, f.supervise) },
		func() error { return add(tx, f.uses) },
	} {
		if err := save(); err != nil {
			return err
		}
	}
	for _, r := range f.reports {
		if err := tx.Exec("UPDATE reports SET superseded = TRUE WHERE project = ? AND period = ? AND seq < ? AND NOT superseded",
			r.Project, r.Period, r.Seq).Error; err != nil {
			return err
		}
	}
	return nil
}

// writeMonths saves the months whose investment has changed, and takes away those that are no longer planned.
func (f *fold) writeMonths(tx *gorm.DB) error {
	now := monthRows(f.project)
	f.after = now
	if slices.Equal(now, f.months) {
		return nil
	}
	var gone []string
	for _, m := range f.months {
		if !slices.ContainsFunc(now, func(o monthModel) bool { return o.Period == m.Period }) {
			gone = append(gone, m.Period)
		}
	}
	if len(gone) > 0 {
		if err := tx.Exec("DELETE FROM investment_months WHERE project = ? AND period IN ?", f.project.ID, gone).Error; err != nil {
			return err
		}
	}
	return put(tx, slices.DeleteFunc(slices.Clone(now), func(m monthModel) bool { return slices.Contains(f.months, m) }))
}

// send puts what goes out into the outbox; it is taken up from now on.
func (f *fold) send(tx *gorm.DB, now time.Time) error {
	for i := range f.notices {
		f.notices[i].TryAt = now
	}
	for i := range f.effects {
		f.effects[i].TryAt = now
	}
	if err := insert(tx, f.notices); err != nil {
		return err
	}
	return insert(tx, f.effects)
}
