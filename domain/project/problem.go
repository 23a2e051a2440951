package project

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"milepost/domain"
	"milepost/domain/calendar"
)

// Problem is one entry of the problem register: registered (挂号), assigned with a date, closed (销号).
type Problem struct {
	ID         string       `json:"id"`
	Title      string       `json:"title"`
	Detail     string       `json:"detail,omitempty"` // while it is open
	Major      bool         `json:"major,omitempty"`
	Registered time.Time    `json:"registered"`
	By         string       `json:"by,omitempty"`
	Party      domain.Party `json:"party,omitzero"`
	Rounds     int          `json:"rounds,omitempty"` // how often it was assigned
	Closed     time.Time    `json:"closed,omitzero"`
	Outcome    string       `json:"outcome,omitempty"` // its beginning; the timeline has it whole
}

func (p *Project) problem(id string) (*Problem, bool) {
	for i := range p.Problems {
		if p.Problems[i].ID == id {
			return &p.Problems[i], true
		}
	}
	return nil, false
}

// RegisterProblem puts a problem on the register: a major one at once, an ordinary one with the month (YY-4).
type RegisterProblem struct {
	Title  string `json:"title"`
	Detail string `json:"detail,omitempty"`
	Major  bool   `json:"major,omitempty"`
}

func (c RegisterProblem) decide(b *batch) error {
	if !b.actor.Acts(b.p.owner()) && !b.actor.Acts(b.p.unit()) && b.actor.Role != domain.RoleOffice && b.actor.Role != domain.RoleSupervisor {
		return domain.NotAllowed("problem.party", ruleParty, "问题由业主、责任单位、重大项目办或督查登记", "The owner, the unit, the office or a supervisor registers problems.")
	}
	if b.p.Status != Suspended {
		if err := b.during(phases...); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(b.p.Problems, func(o Problem) bool { return o.Closed.IsZero() && o.Title == c.Title }) {
		return domain.Conflict("problem.twice", "YY-5", "同名问题已经挂号，尚未销号", "A problem of this name is on the register already.")
	}
	if strings.TrimSpace(c.Title) == "" || utf8.RuneCountInString(c.Title) > 200 {
		return domain.Invalid("problem.title", "title", "YY-5", "须填写问题名称，最多200字", "A title of at most 200 characters is needed.")
	}
	if err := b.brief(c.Detail, "detail"); err != nil {
		return err
	}
	clause := "YY-5"
	if c.Major {
		clause = "YY-4"
	}
	b.emit(ProblemRegistered{ID: key("problem", itoa(len(b.p.Problems)+1)), Title: c.Title, Detail: c.Detail, Major: c.Major}, clause)
	return nil
}

// AssignProblem gives a problem to a department or unit, with a date.
type AssignProblem struct {
	Problem string       `json:"problem"`
	Party   domain.Party `json:"party"`
	Due     string       `json:"due,omitempty"` // the pack's limit when empty
}

func (c AssignProblem) decide(b *batch) error {
	if err := b.only(domain.RoleOffice, domain.RoleLeader); err != nil {
		return err
	}
	if err := b.during(phases...); err != nil {
		return err
	}
	pr, ok := b.p.problem(c.Problem)
	open, assigned := b.taskOf(TaskProblem, c.Problem)
	switch {
	case !ok:
		return domain.NotFound("problem.unknown", "problem", "没有这个问题", "There is no such problem.")
	case !pr.Closed.IsZero():
		return domain.Conflict("problem.closed", "YY-5", "问题已销号", "The problem is closed.")
	case b.since(pr.Registered) != nil:
		return tooEarly()
	case (c.Party.Kind != domain.PartyDepartment && c.Party.Kind != domain.PartyUnit) || c.Party.Code == "" || utf8.RuneCountInString(c.Party.Code) > maxName:
		return domain.Invalid("problem.assignee", "party", "YY-5", "问题须交办给部门或责任单位", "Assign it to a department or a unit.")
	}
	name := taskName(TaskProblem, domain.Text{Zh: pr.Title, En: pr.Title})
	t, err := b.newTask(TaskProblem, pr.ID, pr.Rounds+1, c.Party, name, b.pack.Construction.Problem)
	if err != nil {
		return err
	}
	if c.Due != "" {
		date, err := calendar.ParseDate(c.Due)
		if err != nil || !date.After(calendar.DateOf(b.at)) {
			return domain.Invalid("problem.due", "due", "YY-5", "办结时限须为今天之后的日期", "The date must lie after today.")
		}
		t.Clock = b.until(c.Party, date, b.pack.Construction.Problem.Ladder, b.pack.Construction.Problem.Clause)
	}
	if assigned && open.Party == c.Party {
		if c.Due == "" || open.Clock.Due.Equal(t.Clock.Due) { // else its clock would begin anew unseen
			return domain.Conflict("problem.assigned", "YY-5", "问题已交该单位办理，改期须写明新的时限", "That party has it already; give a new date to move it.")
		}
		t.Clock.FirstDue = open.Clock.FirstDue
	}
	b.emit(ProblemAssigned{ID: pr.ID, Party: c.Party, Task: t}, b.pack.Construction.Problem.Clause)
	return nil
}

// CloseProblem strikes a problem off the register, with what was done.
type CloseProblem struct {
	Problem string `json:"problem"`
	Outcome string `json:"outcome"`
}

func (c CloseProblem) decide(b *batch) error {
	pr, ok := b.p.problem(c.Problem)
	switch {
	case !ok:
		return domain.NotFound("problem.unknown", "problem", "没有这个问题", "There is no such problem.")
	case !pr.Closed.IsZero():
		return domain.Conflict("problem.closed", "YY-5", "问题已销号", "The problem is closed.")
	case b.actor.Role != domain.RoleOffice && !b.actor.Acts(pr.Party):
		return domain.NotAllowed("problem.party", ruleParty, "问题由交办单位或重大项目办销号", "The assigned party or the office closes it.")
	case b.since(pr.Registered) != nil:
		return tooEarly()
	}
	if t, ok := b.taskOf(TaskProblem, pr.ID); ok {
		if err := t.signed(); err != nil {
			return err
		}
	}
	if err := b.reasoned(c.Outcome, "outcome"); err != nil {
		return err
	}
	b.emit(ProblemClosed{ID: pr.ID, Outcome: c.Outcome}, "YY-5")
	return nil
}

// ProblemRegistered is a problem on the register.
type ProblemRegistered struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Detail string `json:"detail,omitempty"`
	Major  bool   `json:"major,omitempty"`
}

func (e ProblemRegistered) evolve(p *Project, at domain.Entry) {
	p.Problems = append(p.Problems, Problem{ID: e.ID, Title: e.Title, Detail: e.Detail, Major: e.Major, Registered: at.OccurredAt, By: at.Actor.User})
}

func (e ProblemRegistered) text(*Project) domain.Text {
	if e.Major {
		return domain.Text{Zh: "重大问题挂号：" + e.Title, En: "Major problem registered: " + e.Title}
	}
	return domain.Text{Zh: "问题挂号：" + e.Title, En: "Problem registered: " + e.Title}
}

// ProblemAssigned gives a problem to a party with a date.
type ProblemAssigned struct {
	ID    string       `json:"id"`
	Party domain.Party `json:"party"`
	Task  Task         `json:"task"`
}

func (e ProblemAssigned) evolve(p *Project, _ domain.Entry) {
	if pr, ok := p.problem(e.ID); ok {
		pr.Party, pr.Rounds = e.Party, e.Task.Round
		p.close(TaskProblem, e.ID)
		p.open(e.Task)
	}
}

func (e ProblemAssigned) text(p *Project) domain.Text {
	title := e.ID
	if pr, ok := p.problem(e.ID); ok {
		title = pr.Title
	}
	return domain.Text{Zh: "交办问题：" + title + "，" + zhTime(e.Task.Clock.Due) + "前办结", En: "Problem assigned: " + title + ", due " + enTime(e.Task.Clock.Due)}
}

// abridged is the beginning of a text that stands whole on the timeline.
func abridged(text string) string {
	const most = 200 // characters
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}

// ProblemClosed strikes a problem off.
type ProblemClosed struct {
	ID      string `json:"id"`
	Outcome string `json:"outcome"`
}

func (e ProblemClosed) evolve(p *Project, at domain.Entry) {
	if pr, ok := p.problem(e.ID); ok {
		pr.Closed, pr.Outcome, pr.Detail = at.OccurredAt, abridged(e.Outcome), "" // the timeline has it whole
	}
	p.close(TaskProblem, e.ID)
}

func (e ProblemClosed) text(*Project) domain.Text {
	return domain.Text{Zh: "问题销号：" + e.Outcome, En: "Problem closed: " + e.Outcome}
}
