package project

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"milepost/domain"
	"milepost/domain/calendar"
)

// Finding is one thing that a joint acceptance wants rectified.
type Finding struct {
	What  string `json:"what"`
	Due   string `json:"due"`             // civil date
	Party string `json:"party,omitempty"` // owner (when empty) | unit
}

// Rectification is one line of the list that a joint acceptance came back with (整改): by whom, by when, and what has
// been done about it.
type Rectification struct {
	ID    string       `json:"id"`
	What  string       `json:"what"`
	Due   string       `json:"due"`
	Party domain.Party `json:"party"`
	Done  time.Time    `json:"done,omitzero"`
	Note  string       `json:"note,omitempty"`
}

// rectified tells whether nothing of the last list is left to do.
func (a Acceptance) rectified() bool {
	return !slices.ContainsFunc(a.Rectify, func(r Rectification) bool { return r.Done.IsZero() })
}

// The bounds of a list: what is longer, or reaches further, is no rectification but another project.
const (
	maxFindings   = 50
	maxRectifying = 12  // months
	maxRectified  = 500 // characters of a note: the next acceptance sees them all
)

// sendBack does not pass a joint acceptance: whoever has to rectify something is given it with its date.
func (b *batch) sendBack(c AcceptJointly) error {
	rule := b.pack.Completion
	if len(c.Rectify) == 0 || len(c.Rectify) > maxFindings {
		return domain.Invalid("acceptance.rectify", "rectify", rule.RectificationClause, "退回整改须列出1到50项整改事项和期限", "List what is to be rectified, 1 to 50 things, each with its date.")
	}
	ev := JointlyReturned{Document: c.Document}
	for i, f := range c.Rectify {
		field := "rectify." + itoa(i)
		if err := b.checkFinding(f, field); err != nil {
			return err
		}
		r := Rectification{ID: itoa(b.p.Acceptance.Rounds) + "-" + itoa(i+1), What: f.What, Due: f.Due, Party: b.p.owner()}
		if f.Party == "unit" {
			r.Party = b.p.unit()
		}
		due, err := calendar.ParseDate(f.Due)
		if err != nil {
			return err
		}
		ev.Rectify = append(ev.Rectify, r)
		ev.Tasks = append(ev.Tasks, b.taskWith(TaskRectification, r.ID, 1, r.Party, taskName(TaskRectification, domain.Text{Zh: f.What, En: f.What}),
			b.until(r.Party, due, rule.Rectification, rule.RectificationClause)))
	}
	b.emit(ev, rule.Joint.Clause)
	return b.handIn(ev, FilesHandedIn{}, c.Files)
}

func (b *batch) checkFinding(f Finding, field string) error {
	clause, today := b.pack.Completion.RectificationClause, calendar.DateOf(b.at)
	switch due, err := calendar.ParseDate(f.Due); {
	case strings.TrimSpace(f.What) == "" || utf8.RuneCountInString(f.What) > 200:
		return domain.Invalid("rectify.what", field+".what", clause, "须写明整改什么，最多200字", "Say what is to be rectified, in at most 200 characters.")
	case err != nil || !due.After(today) || due.After(today.AddMonths(maxRectifying)):
		return domain.Invalid("rectify.due", field+".due", clause, "整改期限须在今天之后，最长12个月", "The date must lie after today, at most 12 months ahead.")
	case f.Party != "" && f.Party != "owner" && f.Party != "unit":
		return domain.Invalid("rectify.party", field+".party", clause, "整改由项目业主（owner）或责任单位（unit）负责", "It is for the owner or the unit to rectify.")
	}
	return nil
}

// FinishRectification says that one thing is rectified, and how.
type FinishRectification struct {
	Rectification string `json:"rectification"`
	Note          string `json:"note"`
}

func (c FinishRectification) decide(b *batch) error {
	t, err := b.mine(TaskRectification, c.Rectification)
	if err != nil {
		return err
	}
	if err := b.reasoned(c.Note, "note"); err != nil {
		return err
	}
	if utf8.RuneCountInString(c.Note) > maxRectified {
		return domain.Invalid("text.long", "note", ruleInput, "整改说明最多500字", "A note has at most 500 characters.")
	}
	b.emit(Rectified{ID: c.Rectification, Note: c.Note, Late: late(t, b.at)}, t.Clock.Clause)
	return nil
}

// JointlyReturned sends the project back for rectification; when all is done, another joint acceptance follows.
type JointlyReturned struct {
	Document string          `json:"document"`
	Rectify  []Rectification `json:"rectify"`
	Tasks    []Task          `json:"tasks"`
}

func (e JointlyReturned) evolve(p *Project, _ domain.Entry) {
	p.Acceptance.Returned, p.Acceptance.Rectify = e.Document, e.Rectify
	p.close(TaskJoint, "joint")
	p.open(e.Tasks...)
}

func (e JointlyReturned) text(*Project) domain.Text {
	var zh, en []string
	for i, r := range e.Rectify {
		zh = append(zh, itoa(i+1)+"."+r.What+"（"+zhDay(r.Due)+"前）")
		en = append(en, itoa(i+1)+". "+r.What+" (by "+r.Due+")")
	}
	return domain.Text{
		Zh: "竣工验收未通过（" + e.Document + "），整改" + itoa(len(e.Rectify)) + "项：" + strings.Join(zh, "；"),
		En: "Joint acceptance not passed (" + e.Document + "), to be rectified: " + strings.Join(en, "; "),
	}
}

// Rectified is one thing rectified.
type Rectified struct {
	ID   string `json:"id"`
	Note string `json:"note"`
	Late bool   `json:"late,omitempty"`
}

func (e Rectified) evolve(p *Project, at domain.Entry) {
	for i := range p.Acceptance.Rectify {
		if r := &p.Acceptance.Rectify[i]; r.ID == e.ID {
			r.Done, r.Note = at.OccurredAt, e.Note
		}
	}
	p.close(TaskRectification, e.ID)
}

func (e Rectified) text(p *Project) domain.Text {
	what := e.ID
	for _, r := range p.Acceptance.Rectify {
		if r.ID == e.ID {
			what = r.What
		}
	}
	zh, en := "整改完成：", "Rectified: "
	if e.Late {
		zh, en = "逾期整改完成：", "Rectified late: "
	}
	return domain.Text{Zh: zh + what + "（" + e.Note + "）", En: en + what + " (" + e.Note + ")"}
}
