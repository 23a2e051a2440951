package api

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"milepost/api/contract"
	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/project"
	"milepost/store"
)

// partyOf is whose work a post does; ok is false for posts that have no work of their own.
func partyOf(p store.Post) (party domain.Party, ok bool) {
	switch p.Role {
	case handler, head:
		return domain.Party{Kind: domain.PartyDepartment, Code: p.Party}, true
	case liaison:
		return domain.Party{Kind: domain.PartyUnit, Code: p.Party}, true
	case owner:
		return domain.Party{Kind: domain.PartyOwner, Code: p.Party}, true
	case expert:
		return domain.Party{Kind: domain.PartyExpert, Code: p.Party}, true
	case office:
		return domain.Party{Kind: domain.PartyOffice}, true
	case leader:
		return domain.Party{Kind: domain.PartyLeader}, true
	default:
		return domain.Party{}, false
	}
}

// partiesOf lists whose work the caller does.
func (c Caller) partiesOf() []domain.Party {
	var parties []domain.Party
	for _, p := range c.Acting {
		if party, ok := partyOf(p); ok && !slices.Contains(parties, party) {
			parties = append(parties, party)
		}
	}
	return parties
}

// ListTasks is the inbox: the work of my posts' parties, of me alone, or of everybody I may see.
func (s *Server) ListTasks(c echo.Context, p contract.ListTasksParams) error {
	who := callerOf(c)
	q := store.TaskQuery{
		Jurisdiction: p.Jurisdiction, Kind: project.TaskKind(p.Kind), Subject: p.Subject, Assignee: p.Assignee, Unassigned: p.Unassigned,
		Colour: store.Colour(p.Colour), DueFrom: p.DueFrom, DueTo: p.DueTo, Text: p.Q, State: store.TaskState(p.State),
		Unit: p.Unit, Sector: p.Sector, Level: string(p.Level), Class: string(p.Class),
		Sort: string(p.Sort), Page: store.Page{Limit: p.Limit, Cursor: p.Cursor},
	}
	switch {
	case p.Mine:
		q.Person, q.For = who.User.ID, who.partiesOf()
	case !p.Everyone:
		q.For = who.partiesOf()
	case p.PartyKind != "":
		q.For = []domain.Party{{Kind: domain.PartyKind(p.PartyKind), Code: p.PartyCode}}
	}
	if !p.Everyone && len(q.For) == 0 {
		return c.JSON(http.StatusOK, contract.TaskList{Items: []contract.Task{}}) // no work of one's own; an empty choice would choose all
	}
	return s.tasks(c, q)
}

// ListProjectTasks lists the work of one project.
func (s *Server) ListProjectTasks(c echo.Context, id contract.ProjectIDPath, p contract.ListProjectTasksParams) error {
	if err := s.visible(c.Request().Context(), callerOf(c), id); err != nil {
		return err
	}
	return s.tasks(c, store.TaskQuery{Project: id, State: store.TaskState(p.State), Page: store.Page{Limit: p.Limit, Cursor: p.Cursor}})
}

func (s *Server) tasks(c echo.Context, q store.TaskQuery) error {
	ctx := c.Request().Context()
	q.Now = s.civil()
	list, err := s.records.Tasks(ctx, callerOf(c).Viewer(), q)
	if err != nil {
		return unavailable(err)
	}
	show := func(t store.TaskRow) contract.Task { return s.showTask(ctx, t, q.Now) }
	return c.JSON(http.StatusOK, contract.TaskList{Items: each(list.Rows, show), Next: list.Next})
}

// GetTask shows one piece of work and explains its clock day by day, under the calendar it was worked out with.
func (s *Server) GetTask(c echo.Context, id contract.ProjectIDPath, task contract.TaskPath, _ contract.GetTaskParams) error {
	ctx, who, now := c.Request().Context(), callerOf(c), s.civil()
	row, err := s.records.Task(ctx, who.Viewer(), id, slashed(task), now)
	if err != nil {
		return unavailable(err)
	}
	out := contract.TaskDetail{Task: s.showTask(ctx, row, now), Days: []contract.ExplainedDay{}}
	v, err := s.records.Project(ctx, who.Viewer(), id, now)
	if err != nil {
		return unavailable(err)
	}
	p, err := project.Restore(v.Snapshot)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(p.Tasks, func(t project.Task) bool { return t.Key == row.Key })
	if i < 0 {
		return c.JSON(http.StatusOK, out) // done: its clock is gone, its times are in the row
	}
	clock := p.Tasks[i].Clock
	out.Clock = showClock(clock)
	if days, ok := s.explain(clock, cmp.Or(clock.Pack, p.Pack)); ok {
		out.Days = each(days, showDay)
	}
	return c.JSON(http.StatusOK, out)
}

// explain lists the days of a clock by the pack it goes by; ok is false while the process has not loaded the rules.
func (s *Server) explain(clock project.Clock, pack string) ([]calendar.ExplainedDay, bool) {
	rules, known := s.rules.Pack(pack)
	cal, there := s.rules.Calendar(clock.Calendar)
	if !known || !there {
		return nil, false
	}
	days, err := clock.Explain(cal, rules.Clock.Close)
	return days, err == nil
}

func showClock(k project.Clock) contract.TaskClock {
	var moved contract.MovedDue
	if k.Moved != nil {
		moved = contract.MovedDue{From: k.Moved.From, Clause: k.Moved.Clause}
	}
	return contract.TaskClock{
		Received: k.Received, Deemed: k.Deemed.String(), Days: k.Days, Due: k.Due, WarnAt: k.WarnAt, FirstDue: k.FirstDue,
		Provisional: k.Provisional, Calendar: k.Calendar, Ladder: k.Ladder, Clause: k.Clause, Pack: k.Pack, Moved: moved,
		Pauses: each(k.Pauses, func(p project.Pause) contract.Pause {
			return contract.Pause{From: p.From.String(), To: p.To.String(), Reason: p.Reason, Note: p.Note, By: p.By}
		}),
		Rungs: each(k.Rungs, func(r project.Rung) contract.Rung {
			return contract.Rung{N: r.N, Kind: contract.RungKind(r.Kind), At: r.At, To: r.To, Repeat: r.Repeat, Clause: r.Clause}
		}),
	}
}

// ListColleagues lists whom a task can be handed over to, or who can be asked or co-sign.
func (s *Server) ListColleagues(c echo.Context, _ contract.ListColleaguesParams) error {
	people, err := s.colleagues(c.Request().Context(), callerOf(c).Post())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, contract.ColleagueList{Items: people})
}

// colleagues lists who holds a post of the same party now, the caller included. A department's are its handlers
// and its head.
func (s *Server) colleagues(ctx context.Context, post store.Post) ([]contract.Colleague, error) {
	roles := []domain.Role{post.Role}
	if post.Role == handler || post.Role == head {
		roles = []domain.Role{handler, head}
	}
	people := []contract.Colleague{}
	for _, role := range roles {
		users, err := s.accounts.Colleagues(ctx, role, post.Party, post.Jurisdiction, s.civil())
		if err != nil {
			return nil, unavailable(err)
		}
		for _, u := range users {
			people = append(people, contract.Colleague{ID: u.ID, Name: u.Name, Role: contract.Role(role)})
		}
	}
	return people, nil
}

// mostMoved bounds how many tasks one act reassigns.
const mostMoved = 500

// ReassignTasks moves many tasks to one colleague. Each is a command of its own, so that a failure is told and
// the rest is kept; sent again under the same key, what is done is not done twice.
func (s *Server) ReassignTasks(c echo.Context, _ contract.ReassignTasksParams) error {
	var in contract.Reassignment
	if err := bind(c, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	a, err := callFrom(c, "")
	if err != nil {
		return err
	}
	if (len(in.Tasks) == 0) == (in.From == "") {
		return domain.Invalid("reassign.which", "tasks", "", "须列出待办，或给出原承办人，二者选一", "Name the tasks, or whose tasks; one of the two.")
	}
	if err := s.colleague("to", &in.To)(ctx, a); err != nil {
		return err
	}
	names := in.Tasks
	if in.From != "" {
		if names, err = s.tasksOf(ctx, a.who, in.From); err != nil {
			return err
		}
	}
	out := contract.ReassignmentResult{Done: []contract.TaskName{}, Failed: []contract.FailedTask{}}
	for _, name := range names {
		if err := s.reassign(ctx, a, name, in); err != nil {
			p := problemOf(err, language(c.Request()), c.Request().URL.Path, requestID(c))
			out.Failed = append(out.Failed, contract.FailedTask{Task: name, Problem: p})
			continue
		}
		out.Done = append(out.Done, name)
	}
	return c.JSON(http.StatusOK, out)
}

// reassign hands one task over under a key of its own.
func (s *Server) reassign(ctx context.Context, a *call, name contract.TaskName, in contract.Reassignment) error {
	one := &call{who: a.who, key: a.key + "." + digest(name.Project+" "+name.Task), project: name.Project, late: a.late, basis: a.basis}
	if err := s.visible(ctx, one.who, name.Project); err != nil {
		return err
	}
	sent, err := s.command(one, &project.HandOverTask{Task: name.Task, To: in.To, Reason: in.Reason})
	if err != nil {
		return err
	}
	_, err = s.commands.Send(ctx, sent)
	return unknown(err)
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// tasksOf lists the open work that a colleague has.
func (s *Server) tasksOf(ctx context.Context, who Caller, user string) ([]contract.TaskName, error) {
	q := store.TaskQuery{For: who.partiesOf(), Assignee: user, State: store.TaskOpen, Now: s.civil(), Page: store.Page{Limit: 100}}
	var names []contract.TaskName
	for {
		list, err := s.records.Tasks(ctx, who.Viewer(), q)
		if err != nil {
			return nil, unavailable(err)
		}
		for _, t := range list.Rows {
			names = append(names, contract.TaskName{Project: t.Project, Task: t.Key})
		}
		if list.Next == "" || len(names) >= mostMoved {
			return names, nil
		}
		q.Cursor = list.Next
	}
}
