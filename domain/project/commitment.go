package project

import (
	"slices"
	"time"

	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/policy"
)

// Commitment is a written promise to hand in a missing paper later (容缺承诺).
type Commitment struct {
	Item   string    `json:"item"`
	Paper  string    `json:"paper"`
	Due    string    `json:"due"`
	Kept   time.Time `json:"kept,omitzero"`
	Broken time.Time `json:"broken,omitzero"`
}

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

// promised tells whether a paper of an item is owed under a commitment.
func (p *Project) promised(item, paper string) bool {
	return slices.ContainsFunc(p.Commitments, func(m Commitment) bool { return m.Item == item && m.Paper == paper && m.Kept.IsZero() })
}

// KeepCommitment hands in a deferred paper.
type KeepCommitment struct {
	Item  string `json:"item"`
	Paper string `json:"paper"`
}

func (c KeepCommitment) decide(b *batch) error {
	if !b.p.promised(c.Item, c.Paper) {
		return domain.NotFound("commitment.none", "paper", "没有这项未履行的容缺承诺", "There is no such open commitment.")
	}
	if err := b.acts(b.p.owner(), notOwner()); err != nil {
		return err
	}
	if t, ok := b.p.taskOf(TaskCommitment, key(c.Item, c.Paper)); ok {
		if err := b.since(t.Opened); err != nil {
			return err
		}
	}
	b.emit(CommitmentKept{Item: c.Item, Paper: c.Paper}, b.pack.Approval.DeferralRule)
	return nil
}

// CommitmentKept is a deferred paper handed in.
type CommitmentKept struct {
	Item  string `json:"item"`
	Paper string `json:"paper"`
}

func (e CommitmentKept) evolve(p *Project, at domain.Entry) {
	p.keep(e.Item, []string{e.Paper}, at.OccurredAt)
	if item, ok := p.item(e.Item); ok && !slices.Contains(item.Papers, e.Paper) {
		item.Papers = append(item.Papers, e.Paper)
	}
}

// keep ends the open commitments for papers that are in, however they came in. One kept in time that was entered
// late was never broken.
func (p *Project) keep(item string, papers []string, at time.Time) {
	for i := range p.Commitments {
		c := &p.Commitments[i]
		if c.Item != item || !c.Kept.IsZero() || !slices.Contains(papers, c.Paper) {
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

// CommitmentBroken is a commitment not kept in time: the owner's lamp turns red and completion acceptance is
// blocked until it is kept.
type CommitmentBroken struct {
	Task    string      `json:"task"`
	Subject string      `json:"subject"` // item/paper
	Name    domain.Text `json:"name"`
}

func (e CommitmentBroken) evolve(p *Project, at domain.Entry) {
	for i := range p.Commitments {
		if c := &p.Commitments[i]; key(c.Item, c.Paper) == e.Subject && c.Kept.IsZero() && c.Broken.IsZero() {
			c.Broken = at.OccurredAt
		}
	}
	if t, ok := p.task(e.Task); ok {
		t.Clock.Rungs = slices.DeleteFunc(t.Clock.Rungs, func(r Rung) bool { return r.Kind == "lapse" })
	}
}

func (e CommitmentBroken) text(*Project) domain.Text {
	return domain.Text{Zh: "容缺承诺逾期未履行：" + e.Name.Zh, En: "Commitment not kept: " + e.Name.En}
}
