package api

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"
	"time"

	"milepost/api/contract"
	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/project"
	"milepost/store"
)

// This page turns what the store returns into what the contract says.

// each shows every one of a list; an empty list is [], never null.
func each[T, V any](list []T, show func(T) V) []V {
	shown := make([]V, 0, len(list))
	for _, v := range list {
		shown = append(shown, show(v))
	}
	return shown
}

func showText(t domain.Text) contract.Text { return contract.Text{Zh: t.Zh, En: t.En} }

func showParty(p domain.Party) contract.Party {
	return contract.Party{Kind: contract.PartyKind(p.Kind), Code: p.Code}
}

func (s *Server) showPost(ctx context.Context, p store.Post) contract.Post {
	return contract.Post{
		ID: p.ID, Role: contract.Role(p.Role), Party: p.Party, Jurisdiction: p.Jurisdiction, Covers: p.Covers, CoversName: s.nameOf(ctx, p.Covers), From: p.From, To: p.To,
	}
}

func (s *Server) showPosts(ctx context.Context, posts []store.Post) []contract.Post {
	return each(posts, func(p store.Post) contract.Post { return s.showPost(ctx, p) })
}

func (s *Server) showUser(u store.User, locked time.Time) contract.User {
	unused := s.policy.unused(u, s.now())
	return contract.User{
		ID: u.ID, Account: u.Account, Name: u.Name, Disabled: u.Disabled || unused, Unused: unused, LastUsed: u.Used, Subject: u.Subject,
		LockedUntil: locked, Created: u.Created,
	}
}

func (s *Server) showJurisdiction(j store.Jurisdiction) contract.Jurisdiction {
	shown := contract.Jurisdiction{Code: j.Code, Parent: j.Parent, Name: showText(j.Name), Level: j.Level, Closed: j.Closed}
	if pack, ok := s.rules.Current(j.Code); ok {
		shown.Pack = pack.Hash()
	}
	return shown
}

func showUnit(u store.Unit) contract.Unit {
	return contract.Unit{Code: u.Code, Jurisdiction: u.Jurisdiction, Name: showText(u.Name), Closed: u.Closed}
}

func showDepartment(d store.Department) contract.Department {
	return contract.Department{Code: d.Code, Jurisdiction: d.Jurisdiction, Name: showText(d.Name), Closed: d.Closed}
}

func showOwner(o store.Owner) contract.Owner {
	return contract.Owner{Code: o.Code, Jurisdiction: o.Jurisdiction, Name: showText(o.Name), CreditCode: o.CreditCode, Closed: o.Closed}
}

func showExpert(e store.Expert) contract.Expert {
	return contract.Expert{
		Code: e.Code, Jurisdiction: e.Jurisdiction, Unit: e.Unit, Specialities: append([]string{}, e.Specialities...),
		ConflictUnits: e.ConflictUnits, Retired: e.Retired,
	}
}

// person names an account, or nobody.
func (s *Server) person(ctx context.Context, id string) contract.Person {
	if id == "" {
		return contract.Person{}
	}
	return contract.Person{ID: id, Name: s.nameOf(ctx, id)}
}

// showActor says who acted. An expert is known by his code, never by account or name.
func (s *Server) showActor(ctx context.Context, a domain.Actor) contract.Actor {
	shown := contract.Actor{Role: contract.ActorRole(a.Role), Party: a.Party, Jurisdiction: a.Jurisdiction, Automatic: a.Automatic()}
	if a.Role != domain.RoleExpert {
		shown.User, shown.Name, shown.OnBehalfOf = a.User, s.nameOf(ctx, a.User), a.OnBehalfOf
	}
	return shown
}

// showLamp shows a lamp and whose work it burns for. Who sits on a panel is not for everybody who sees its lamps.
func showLamp(l store.LampRow) contract.Lamp {
	shown := contract.Lamp{
		Kind: contract.LampKind(l.Kind), Colour: contract.Colour(l.Colour), YellowAt: l.YellowAt, RedAt: l.RedAt,
		ExcusedUntil: l.ExcusedUntil, Reason: showText(l.Reason), Task: l.Task, Next: showNext(l.Next),
	}
	if l.Party.Kind != domain.PartyExpert {
		shown.Party = showParty(l.Party)
	}
	return shown
}

func showNext(n store.NextRung) contract.NextRung {
	return contract.NextRung{Kind: contract.RungKind(n.Kind), At: n.At}
}

// showProfile shows a profile as the contract names its fields, which are the core's.
func showProfile(f project.Profile) (shown contract.Profile, err error) {
	data, err := json.Marshal(f)
	if err != nil {
		return shown, err
	}
	err = json.Unmarshal(data, &shown)
	return shown, err
}

func showProject(p store.ProjectRow) contract.ProjectSummary {
	return contract.ProjectSummary{
		ID: p.ID, Name: p.Name, Jurisdiction: p.Jurisdiction, Unit: p.Unit, Owner: p.Owner, Sector: p.Sector, Kind: p.Kind,
		Level: contract.Level(p.Level), Procedure: contract.Procedure(p.Procedure), Phase: contract.Phase(p.Phase),
		Status: contract.ProjectStatus(p.Status), Class: contract.ProjectClass(p.Class),
		Investment: p.Investment, InvestmentDone: p.InvestmentDone, PlannedStart: p.PlannedStart, PlannedCompletion: p.PlannedCompletion,
		Started: p.Started, Completed: p.Completed, Declared: p.Declared, Seq: p.Seq, Colour: contract.Colour(p.Colour),
		Lamps: each(p.Lamps, showLamp), OpenTasks: p.OpenTasks, NextDue: p.NextDue, Updated: p.Updated,
	}
}

// showEntries tells lines of a timeline. The content of those that hide is left out, the line itself never.
func (s *Server) showEntries(ctx context.Context, lines []store.TimelineRow, hide func(store.TimelineRow) bool) []contract.Entry {
	return each(lines, func(l store.TimelineRow) contract.Entry {
		e := contract.Entry{
			Seq: l.Seq, Type: l.Type, Text: showText(l.Text), Actor: s.showActor(ctx, l.Actor), OccurredAt: l.OccurredAt,
			RecordedAt: l.RecordedAt, Late: l.Late, Basis: l.Basis, Clause: l.Clause, Command: l.Command, Hash: l.Hash,
		}
		if hide != nil && hide(l) {
			e.Hidden = true
			return e
		}
		e.Text = s.said(ctx, l)
		e.Data = l.Data // as recorded: read and written again, large figures such as a seed would lose digits
		return e
	})
}

// said tells a line in words. The record knows people by their accounts; whoever reads it is told their names.
func (s *Server) said(ctx context.Context, l store.TimelineRow) contract.Text {
	var whom struct{ To, User string }
	switch l.Type {
	case "TaskAssigned", "ColleagueAsked", "CosignerAdded", "CosignerRemoved":
		if json.Unmarshal(l.Data, &whom) != nil {
			return showText(l.Text)
		}
	}
	account := cmp.Or(whom.To, whom.User)
	name := s.nameOf(ctx, account)
	if name == "" {
		return showText(l.Text)
	}
	return contract.Text{Zh: strings.Replace(l.Text.Zh, account, name, 1), En: strings.Replace(l.Text.En, account, name, 1)}
}

// showTask shows one piece of work with the working days that are left of it.
func (s *Server) showTask(ctx context.Context, t store.TaskRow, now time.Time) contract.Task {
	shown := contract.Task{
		Project: t.Project, ProjectName: t.ProjectName, Jurisdiction: t.Jurisdiction, Phase: contract.Phase(t.Phase), Key: t.Key,
		Kind: contract.TaskKind(t.Kind), Subject: t.Subject, Round: t.Round, Party: showParty(t.Party), Name: showText(t.Name),
		Opened: t.Opened, Received: t.Received, Due: t.Due, WarnAt: t.WarnAt, FirstDue: t.FirstDue, Days: t.Days,
		Provisional: t.Provisional, Paused: t.Paused, Clause: t.Clause, Next: showNext(t.Next), Assignee: s.person(ctx, t.Assignee), Asked: s.person(ctx, t.Asked),
		Colour: contract.Colour(t.Colour), Closed: t.Closed, ClosedBy: s.person(ctx, t.ClosedBy), Outcome: t.Outcome,
	}
	for _, co := range t.Cosigners {
		shown.Cosigners = append(shown.Cosigners, showCosigner(co))
	}
	if t.Party.Kind == domain.PartyExpert {
		shown.Assignee, shown.ClosedBy = contract.Person{}, contract.Person{}
	}
	if cal, ok := s.rules.CurrentCalendar(); ok && !t.Due.IsZero() && t.Closed.IsZero() {
		left := daysLeft(cal, now, t.Due)
		shown.DaysLeft = &left
	}
	return shown
}

func showCosigner(c project.Cosigner) contract.Cosigner {
	return contract.Cosigner{User: c.User, Signed: c.Signed, Opinion: c.Opinion}
}

// daysLeft counts the working days from tomorrow to the due day; of what is overdue, those from the day after the
// due day to today, as a negative figure.
func daysLeft(cal *calendar.Calendar, now, due time.Time) int {
	from, to, sign := calendar.DateOf(now), calendar.DateOf(due), 1
	if due.Before(now) {
		from, to, sign = to, from, -1
	}
	n := 0
	for d := from.AddDays(1); !d.After(to) && n < mostDaysLeft; d = d.AddDays(1) {
		if cal.Day(d).Working {
			n++
		}
	}
	return sign * n
}

// mostDaysLeft ends the counting: nobody plans by more working days than two years have.
const mostDaysLeft = 500

func (s *Server) showReport(r store.ReportRow) contract.ReportRow {
	return contract.ReportRow{
		Project: r.Project, ProjectName: r.ProjectName, FiledAt: r.FiledAt, Superseded: r.Superseded,
		Report: contract.MonthlyReport{
			Seq: r.Seq, Period: r.Period, Investment: r.Investment, Planned: r.Planned, Image: r.Image, Forecast: r.Forecast,
			Lamp: r.Lamp, Corrects: r.Corrects, Reason: r.Reason,
		},
	}
}

func showNotice(n store.NoticeRow) contract.Notice {
	return contract.Notice{
		ID: n.ID, Project: n.Project, ProjectName: n.ProjectName, Seq: n.Seq, Kind: contract.NoticeKind(n.Kind), Party: showParty(n.Party),
		Post: n.Post, Task: n.Task, Text: showText(n.Text), At: n.At, Read: n.Read,
	}
}

func showQuota(q store.QuotaRow) contract.Quota {
	return contract.Quota{
		Jurisdiction: q.Jurisdiction, Resource: q.Resource, Year: q.Year, Total: q.Total.String(), Reserved: q.Reserved.String(),
		Committed: q.Committed.String(), Free: q.Free.String(), Waiting: q.Waiting, WaitingFor: q.WaitingFor.String(),
	}
}

func showWaiting(w store.WaitingRow) contract.WaitingPlace {
	shown := contract.WaitingPlace{
		Place: w.Place, Project: w.Project, ProjectName: w.Name, Resource: w.Resource, Year: w.Year, Amount: w.Amount.String(),
		Level: contract.Level(w.Level), Since: w.Since,
	}
	if !w.Benefit.IsZero() {
		shown.Benefit = w.Benefit.String()
	}
	return shown
}

func (s *Server) showLedger(ctx context.Context, l store.LedgerRow) contract.LedgerLine {
	return contract.LedgerLine{
		ID: l.ID, Jurisdiction: l.Jurisdiction, Resource: l.Resource, Year: l.Year, Act: contract.LedgerLineAct(l.Act), Project: l.Project,
		ProjectName: l.ProjectName, Amount: l.Amount.String(), Actor: s.showActor(ctx, l.By), Clause: l.Clause, Note: l.Note, At: l.At,
	}
}

func showDay(d calendar.ExplainedDay) contract.ExplainedDay {
	return contract.ExplainedDay{
		Date: d.Date.String(), Counted: d.Counted, Reason: contract.ExplainedDayReason(d.Reason), Name: d.Name, N: d.N, Provisional: d.Provisional, Clause: d.Clause,
	}
}
