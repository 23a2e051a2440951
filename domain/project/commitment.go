package project

import (
	"cmp"
	"slices"
	"time"

	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/policy"
)

// Commitment is a paper that the owner still owes: by a written promise to hand it in later (容缺承诺), or because
// the department let its check lapse while it was missing.
type Commitment struct {
	Item   string    `json:"item"`
	Paper  string    `json:"paper"`
	Due    string    `json:"due"`
	Lapse  bool      `json:"lapse,omitempty"` // not promised, but owed since an acceptance by lapse
	Kept   time.Time `json:"kept,omitzero"`
	Broken time.Time `json:"broken,omitzero"`
	Void   time.Time `json:"void,omitzero"` // of one owed by lapse: a notice took its place, or its round was refused
}

// Open tells whether the paper is still owed.
func (c Commitment) Open() bool { return c.Kept.IsZero() && c.Void.IsZero() }

// DeferredPaper is one paper promised for a date.
type DeferredPaper struct {
	Paper string `json:"paper"`
	Due   string `json:"due"`
}

// promises makes the tasks that keep watch over the commitments.
func (b *batch) promises(rule policy.Item, cs []DeferredPaper, handed []string) ([]Task, error) {
	var ts []Task
	clause := b.pack.Approval.DeferralRule
	for i, c := range cs {
		field := "commitments." + itoa(i)
		j := slices.IndexFunc(rule.Papers, func(p policy.Paper) bool { return p.Key == c.Paper })
		date, err := calendar.ParseDate(c.Due)
		switch {
		case j < 0:
			return nil, domain.Invalid("papers.unknown", field+".paper", rule.Clause, "事项清单中没有这份材料："+c.Paper, "The item does not ask for this paper: "+c.Paper)
		case !rule.Papers[j].Deferrable:
			return nil, domain.Invalid("papers.not-deferrable", field+".paper", clause, "这份材料不能容缺："+rule.Papers[j].Name.Zh, "This paper cannot be deferred: "+rule.Papers[j].Name.En)
		case slices.Contains(handed, c.Paper) || slices.ContainsFunc(cs[:i], func(o DeferredPaper) bool { return o.Paper == c.Paper }):
			return nil, domain.Invalid("papers.twice", field+".paper", clause, "材料重复："+c.Paper, "The paper is named twice: "+c.Paper)
		case b.p.promised(rule.Key, c.Paper): // in a round before; a new one would hide that its date was missed
			return nil, domain.Conflict("commitment.open", clause, "这份材料已有未履行的容缺承诺："+rule.Papers[j].Name.Zh, "There is an open commitment for this paper already: "+rule.Papers[j].Name.En)
		case err != nil || !date.After(calendar.DateOf(b.receipt(b.p.owner()))):
			return nil, domain.Invalid("commitment.due", field+".due", clause, "承诺补交时间须为今天之后的日期", "The promised date must lie after today.")
		}
		name := taskName(TaskCommitment, rule.Papers[j].Name)
		t := b.taskWith(TaskCommitment, key(rule.Key, c.Paper), len(b.p.Commitments)+i+1, b.p.owner(), name, b.until(b.p.owner(), date, b.pack.Approval.Deferral, clause))
		ts = append(ts, t)
	}
	return ts, nil
}

// promised tells whether a paper of an item is to follow by a promise of the owner.
func (p *Project) promised(item, paper string) bool {
	return slices.ContainsFunc(p.Commitments, func(m Commitment) bool { return m.Item == item && m.Paper == paper && m.Open() && !m.Lapse })
}

// owed tells whether a paper of an item is to follow, by promise or by lapse.
func (p *Project) owed(item, paper string) bool {
	return slices.ContainsFunc(p.Commitments, func(m Commitment) bool { return m.Item == item && m.Paper == paper && m.Open() })
}

// owing makes the tasks that keep watch over papers missing at an acceptance by lapse: nobody can ask for them any
// more, so that the owner owes them by when the item is to be decided, and not before the next working day has closed
// (OWN-117). While that clock stands still it is the day first announced.
func (b *batch) owing(item *Item, papers []policy.Paper) []Task {
	due := b.cal.Shift(b.at, 1, nil, b.pack.Clock.Close)
	if t, ok := b.p.taskOf(TaskDecision, item.Key); ok && t.Clock.Due.IsZero() {
		due = later(due, t.Clock.FirstDue)
	} else if ok {
		due = later(due, t.Clock.Due)
	}
	var ts []Task
	for i, paper := range papers {
		name := domain.Text{Zh: paper.Name.Zh + "·补交所缺材料", En: "Hand in what is missing: " + paper.Name.En}
		clock := b.until(b.p.owner(), calendar.DateOf(due), b.pack.Approval.Deferral, ruleOwed)
		ts = append(ts, b.taskWith(TaskCommitment, key(item.Key, paper.Key), len(b.p.Commitments)+i+1, b.p.owner(), name, clock))
	}
	return ts
}

// void ends what is owed for an item by lapse: the act takes its place, and gives it back when it is recalled.
func (p *Project) void(item *Item, at domain.Entry) {
	for i := range p.Commitments {
		c := &p.Commitments[i]
		if c.Item != item.Key || !c.Lapse || !c.Open() {
			continue
		}
		c.Void = at.OccurredAt
		subject := key(c.Item, c.Paper)
		if t, ok := p.taskOf(TaskCommitment, subject); ok && item.Undo != nil {
			item.Undo.Tasks = append(item.Undo.Tasks, *clone(t))
		}
		p.close(TaskCommitment, subject)
	}
}

// unvoid gives back what a task keeps watch over; its round is the place of the commitment.
func (p *Project) unvoid(t Task) {
	if i := t.Round - 1; t.Kind == TaskCommitment && i >= 0 && i < len(p.Commitments) {
		p.Commitments[i].Void = time.Time{}
	}
}

// KeepCommitment hands in a paper that is owed.
type KeepCommitment struct {
	Item  string       `json:"item"`
	Paper string       `json:"paper"`
	Files []HandedFile `json:"files,omitempty"`
}

func (c KeepCommitment) decide(b *batch) error {
	if !b.p.owed(c.Item, c.Paper) {
		return domain.NotFound("commitment.none", "paper", "没有这项未补交的材料", "No such paper is owed.")
	}
	if err := b.acts(b.p.owner(), notOwner()); err != nil {
		return err
	}
	if t, ok := b.taskOf(TaskCommitment, key(c.Item, c.Paper)); ok {
		if err := b.since(t.Opened); err != nil {
			return err
		}
	}
	kept := CommitmentKept{Item: c.Item, Paper: c.Paper}
	b.emit(kept, b.pack.Approval.DeferralRule)
	files := slices.Clone(c.Files)
	for i := range files { // there is one paper that they can be
		files[i].Paper = cmp.Or(files[i].Paper, c.Paper)
	}
	place := FilesHandedIn{Item: c.Item}
	if item, ok := b.p.item(c.Item); ok {
		place.Round = item.Round
	}
	return b.handIn(kept, place, files, c.Paper)
}

// CommitmentKept is a paper handed in that was owed.
type CommitmentKept struct {
	Item  string `json:"item"`
	Paper string `json:"paper"`
}

func (e CommitmentKept) evolve(p *Project, at domain.Entry) {
	p.keep(e.Item, []string{e.Paper}, at.OccurredAt)
	item, ok := p.item(e.Item)
	if !ok || slices.Contains(item.Papers, e.Paper) {
		return
	}
	item.Papers = append(item.Papers, e.Paper)
	if item.Undo != nil { // it stays in, whatever act is recalled
		item.Undo.Item.Papers = append(item.Undo.Item.Papers, e.Paper)
	}
}

// keep ends the open commitments for papers that are in, however they came in. One kept in time that was entered
// late was never broken.
func (p *Project) keep(item string, papers []string, at time.Time) {
	for i := range p.Commitments {
		c := &p.Commitments[i]
		if c.Item != item || !c.Open() || !slices.Contains(papers, c.Paper) {
			continue
		}
		c.Kept = at
		if !c.Broken.Before(at) {
			c.Broken = time.Time{}
		}
		p.close(TaskCommitment, key(c.Item, c.Paper))
	}
}

func (e CommitmentKept) text(p *Project) domain.Text {
	n := p.itemName(e.Item)
	return domain.Text{Zh: "“" + n.Zh + "”容缺材料已补交", En: n.En + ": a deferred paper was handed in"}
}

// CommitmentBroken is a paper that was owed and not handed in in time: the owner's lamp turns red and completion acceptance is
// blocked until it is kept.
type CommitmentBroken struct {
	Task    string      `json:"task"`
	Subject string      `json:"subject"` // item/paper
	Name    domain.Text `json:"name"`
}

func (e CommitmentBroken) evolve(p *Project, at domain.Entry) {
	for i := range p.Commitments {
		if c := &p.Commitments[i]; key(c.Item, c.Paper) == e.Subject && c.Open() && c.Broken.IsZero() {
			c.Broken = at.OccurredAt
		}
	}
	if t, ok := p.task(e.Task); ok {
		t.Clock.Rungs = slices.DeleteFunc(t.Clock.Rungs, func(r Rung) bool { return r.Kind == "lapse" })
	}
}

func (e CommitmentBroken) text(p *Project) domain.Text {
	if slices.ContainsFunc(p.Commitments, func(c Commitment) bool { return key(c.Item, c.Paper) == e.Subject && c.Open() && c.Lapse }) {
		return domain.Text{Zh: "所缺材料逾期未补交：" + e.Name.Zh, En: "Missing paper not handed in: " + e.Name.En}
	}
	return domain.Text{Zh: "容缺承诺逾期未履行：" + e.Name.Zh, En: "Commitment not kept: " + e.Name.En}
}
