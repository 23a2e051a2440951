package project

import (
	"slices"
	"strings"
	"time"

	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/policy"
)

// AcceptItem accepts the papers as complete. The ten days go on from the day of receipt, not from acceptance.
type AcceptItem struct {
	Item string `json:"item"`
}

func (c AcceptItem) decide(b *batch) error {
	item, rule, err := b.checked(c.Item)
	if err != nil {
		return err
	}
	if err := b.complete(item, rule); err != nil {
		return err
	}
	b.emit(ItemAcceptedAs{Item: item.Key, Round: item.Round}, b.pack.Approval.Completeness.Clause)
	return nil
}

// checked returns an item whose papers the actor may find complete or not. What the department did in time counts,
// also when its lapse has been recorded before the act was.
func (b *batch) checked(k string) (*Item, policy.Item, error) {
	item, rule, err := b.itemIn(k, ItemReceived, ItemAccepted)
	switch {
	case err != nil:
		return nil, rule, err
	case item.State == ItemReceived:
		_, err = b.mine(TaskCompleteness, k)
	case !item.Deemed || b.at.After(item.Lapsed):
		_, _, err = b.itemIn(k, ItemReceived)
	default:
		_, err = b.held(TaskDecision, k)
	}
	return item, rule, err
}

// complete refuses to accept or grant while a paper is neither in nor promised: only what is deferrable may follow
// later, and only against a commitment (XN-10); else nobody would ask for it again.
func (b *batch) complete(item *Item, rule policy.Item) error {
	for _, paper := range b.p.lacking(item, rule) {
		return domain.Conflict("papers.missing", b.pack.Approval.DeferralRule, "材料不齐，又没有容缺承诺，须一次性告知补正："+paper.Name.Zh, "A paper is neither in nor promised; ask for it: "+paper.Name.En)
	}
	return nil
}

// lacking are the papers of an item that are neither in nor promised.
func (p *Project) lacking(item *Item, rule policy.Item) []policy.Paper {
	var papers []policy.Paper
	for _, paper := range rule.Papers {
		if !slices.Contains(item.Papers, paper.Key) && !p.promised(item.Key, paper.Key) {
			papers = append(papers, paper)
		}
	}
	return papers
}

// deemAccepted accepts by lapse (OWN-9). What is missing then the owner owes (OWN-117).
func (b *batch) deemAccepted(t Task, r Rung) error {
	ev := ItemDeemedAccepted{Item: t.Subject, Round: t.Round}
	item, ok := b.p.item(t.Subject)
	if ok {
		rule, _ := b.ruleOf(item)
		papers := b.p.lacking(item, rule)
		ev.Tasks = b.owing(item, papers)
		for i, paper := range papers {
			ev.Owed = append(ev.Owed, DeferredPaper{Paper: paper.Key, Due: calendar.DateOf(ev.Tasks[i].Clock.Due).String()})
			ev.Names = append(ev.Names, paper.Name)
		}
	}
	b.emit(ev, r.Clause)
	return nil
}

// ItemAcceptedAs is the department's acceptance of complete papers.
type ItemAcceptedAs struct {
	Item  string `json:"item"`
	Round int    `json:"round"`
}

func (e ItemAcceptedAs) evolve(p *Project, at domain.Entry) {
	if item, ok := p.item(e.Item); ok {
		p.remember(item, "accept", at)
		item.State, item.Deemed, item.Lapsed = ItemAccepted, false, time.Time{}
		p.close(TaskCompleteness, e.Item)
	}
}

func (e ItemAcceptedAs) text(p *Project) domain.Text {
	n := p.itemName(e.Item)
	if slices.ContainsFunc(p.Commitments, func(c Commitment) bool { return c.Item == e.Item && c.Open() && !c.Lapse }) {
		return domain.Text{Zh: "容缺受理“" + n.Zh + "”", En: n.En + ": accepted, papers deferred by commitment"}
	}
	return domain.Text{Zh: "受理“" + n.Zh + "”，材料齐全", En: n.En + ": accepted, papers complete"}
}

// ItemDeemedAccepted is acceptance by lapse: the department neither accepted nor asked in time; it counts as
// accepted as of the day of receipt, and the lapse is on its record. Owed are the papers that were missing, by name
// and with the tasks that keep watch over them.
type ItemDeemedAccepted struct {
	Item  string          `json:"item"`
	Round int             `json:"round"`
	Owed  []DeferredPaper `json:"owed,omitempty"`
	Names []domain.Text   `json:"names,omitempty"`
	Tasks []Task          `json:"tasks,omitempty"`
}

func (e ItemDeemedAccepted) evolve(p *Project, at domain.Entry) {
	if item, ok := p.item(e.Item); ok {
		item.State, item.Deemed, item.Lapsed, item.Undo = ItemAccepted, true, at.OccurredAt, nil
		p.close(TaskCompleteness, e.Item)
		for _, c := range e.Owed {
			p.Commitments = append(p.Commitments, Commitment{Item: e.Item, Paper: c.Paper, Due: c.Due, Lapse: true})
		}
		p.open(e.Tasks...)
	}
}

func (e ItemDeemedAccepted) text(p *Project) domain.Text {
	n := p.itemName(e.Item)
	t := domain.Text{Zh: "“" + n.Zh + "”逾期未告知补正，自收到材料之日起视为受理（自动）", En: n.En + ": deemed accepted as of receipt, the department having said nothing (automatic)"}
	if len(e.Owed) == 0 {
		return t
	}
	var zh, en []string
	for _, name := range e.Names {
		zh, en = append(zh, name.Zh), append(en, name.En)
	}
	t.Zh += "；部门不能再要求补正，所缺材料由业主于" + zhDay(e.Owed[0].Due) + "前补交：" + strings.Join(zh, "、")
	t.En += "; it can ask for nothing any more, the owner owes what is missing by " + e.Owed[0].Due + ": " + strings.Join(en, ", ")
	return t
}
