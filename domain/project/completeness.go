package project

import (
	"slices"
	"time"

	"milepost/domain"
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
	for _, paper := range rule.Papers {
		if !slices.Contains(item.Papers, paper.Key) && !b.p.promised(item.Key, paper.Key) {
			return domain.Conflict("papers.missing", b.pack.Approval.DeferralRule, "材料不齐，又没有容缺承诺，须一次性告知补正："+paper.Name.Zh, "A paper is neither in nor promised; ask for it: "+paper.Name.En)
		}
	}
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
	if slices.ContainsFunc(p.Commitments, func(c Commitment) bool { return c.Item == e.Item && c.Kept.IsZero() }) {
		return domain.Text{Zh: "容缺受理“" + n.Zh + "”", En: n.En + ": accepted, papers deferred by commitment"}
	}
	return domain.Text{Zh: "受理“" + n.Zh + "”，材料齐全", En: n.En + ": accepted, papers complete"}
}

// ItemDeemedAccepted is acceptance by lapse: the department neither accepted nor asked in time; it counts as
// accepted as of the day of receipt, and the lapse is on its record.
type ItemDeemedAccepted struct {
	Item  string `json:"item"`
	Round int    `json:"round"`
}

func (e ItemDeemedAccepted) evolve(p *Project, at domain.Entry) {
	if item, ok := p.item(e.Item); ok {
		item.State, item.Deemed, item.Lapsed, item.Undo = ItemAccepted, true, at.OccurredAt, nil
		p.close(TaskCompleteness, e.Item)
	}
}

func (e ItemDeemedAccepted) text(p *Project) domain.Text {
	n := p.itemName(e.Item)
	return domain.Text{Zh: "“" + n.Zh + "”逾期未告知补正，自收到材料之日起视为受理（自动）", En: n.En + ": deemed accepted as of receipt, the department having said nothing (automatic)"}
}
