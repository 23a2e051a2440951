package store

import (
	"encoding/json"
	"slices"
	"time"

	"milepost/domain"
	"milepost/domain/project"
)

// view is what the read model shows of a project's state besides its summary.
type view struct {
	tasks   []taskModel
	lamps   []lampModel
	parties []partyModel
}

func viewOf(p *project.Project) view {
	if p.Seq == 0 {
		return view{}
	}
	v := view{parties: partiesOf(p)}
	for i := range p.Tasks {
		t := taskRow(p.ID, &p.Tasks[i])
		if t.Paused || p.Status == project.Suspended {
			t.Paused, t.DueAt, t.DueOrder, t.WarnAt, t.NextRung, t.NextRungAt = true, nil, far, nil, "", nil
		}
		v.tasks = append(v.tasks, t)
	}
	for _, l := range p.Lamps() {
		v.lamps = append(v.lamps, lampModel{
			Project: p.ID, Kind: l.Kind, YellowAt: maybe(l.YellowAt), RedAt: maybe(l.RedAt), ExcusedUntil: maybe(l.ExcusedUntil),
			ReasonZh: l.Reason.Zh, ReasonEn: l.Reason.En, Task: l.Task,
		})
	}
	return v
}

func (v view) task(key string) (taskModel, bool) {
	i := slices.IndexFunc(v.tasks, func(t taskModel) bool { return t.Key == key })
	if i < 0 {
		return taskModel{}, false
	}
	return v.tasks[i], true
}

// partiesOf are those who have to do with the project though it is not theirs: the departments of its items,
// whoever has work in it, and the experts of its panel.
func partiesOf(p *project.Project) []partyModel {
	var ps []partyModel
	add := func(kind domain.PartyKind, code string) {
		row := partyModel{p.ID, string(kind), code}
		if code != "" && !slices.Contains(ps, row) {
			ps = append(ps, row)
		}
	}
	for i := range p.Items {
		add(domain.PartyDepartment, p.Items[i].Department)
	}
	for i := range p.Tasks {
		add(p.Tasks[i].Party.Kind, p.Tasks[i].Party.Code)
	}
	for _, m := range p.Panel.Members {
		add(domain.PartyExpert, m.Expert)
	}
	return ps
}

func taskRow(id string, t *project.Task) taskModel {
	cosigners := "[]"
	if len(t.Cosigners) > 0 {
		data, _ := json.Marshal(t.Cosigners) //nolint:errchkjson // plain strings and times
		cosigners = string(data)
	}
	row := taskModel{
		Project: id, Key: t.Key, Kind: string(t.Kind), Subject: t.Subject, Round: int64(t.Round), PartyKind: string(t.Party.Kind),
		PartyCode: t.Party.Code, NameZh: t.Name.Zh, NameEn: t.Name.En, OpenedAt: exact(t.Opened), ReceivedAt: exact(t.Clock.Received),
		DueAt: maybe(t.Clock.Due), DueOrder: orFar(t.Clock.Due), WarnAt: maybe(t.Clock.WarnAt), FirstDue: maybe(t.Clock.FirstDue),
		Days: int64(t.Clock.Days), Provisional: t.Clock.Provisional, Paused: standing(t.Clock), Clause: t.Clock.Clause,
		Assignee: t.Assignee, Asked: t.Asked, Cosigners: cosigners,
	}
	if r, ok := t.Clock.NextRung(); ok {
		row.NextRung, row.NextRungAt = string(r.Kind), maybe(r.At)
	}
	return row
}

func monthRows(p *project.Project) []monthModel {
	return each(p.Months(), func(m project.Month) monthModel {
		return monthModel{Project: p.ID, Period: m.Period, Planned: m.Planned, Done: m.Done, State: string(m.State)}
	})
}

func projectRow(p *project.Project, v view, updated time.Time) projectModel {
	s := p.Summary()
	var next time.Time
	red := far
	for _, l := range v.lamps {
		if l.RedAt != nil && l.RedAt.Before(red) {
			red = *l.RedAt
		}
	}
	for _, t := range v.tasks {
		if t.DueAt != nil && (next.IsZero() || t.DueAt.Before(next)) {
			next = *t.DueAt
		}
	}
	return projectModel{
		ID: s.ID, Name: s.Name, Jurisdiction: s.Jurisdiction, Unit: s.Unit, Owner: s.Owner, Sector: s.Sector, Kind: s.Kind, Level: s.Level,
		Procedure: s.Procedure, Phase: string(s.Phase), Status: string(s.Status), Class: s.Class, Investment: s.Investment,
		InvestmentDone: s.InvestmentDone, PlannedStart: s.PlannedStart, PlannedCompletion: s.PlannedCompletion,
		DeclaredAt: exact(s.Declared), StartedAt: maybe(s.Started), CompletedAt: maybe(s.Completed), UpdatedAt: updated,
		Seq: s.Seq, OpenTasks: int64(len(v.tasks)), NextDue: maybe(next), NextDueOrder: orFar(next), RedOrder: red,
	}
}

// standing tells whether the clock is paused now.
func standing(c project.Clock) bool {
	return slices.ContainsFunc(c.Pauses, func(p project.Pause) bool { return p.To.IsZero() })
}
