package project

import (
	"slices"
	"strings"
	"time"

	"milepost/domain"
)

// GrantItem decides a granted item (SL-21a). JointReview names the meeting that prepared it, if any.
type GrantItem struct {
	Item        string `json:"item"`
	Document    string `json:"document"`
	JointReview string `json:"jointReview,omitempty"`
}

func (c GrantItem) decide(b *batch) error {
	item, t, err := b.decidable(c.Item)
	if err != nil {
		return err
	}
	if item.State == ItemReceived { // who grants at once accepts too
		rule, _ := b.ruleOf(item)
		if err := b.complete(item, rule); err != nil {
			return err
		}
	}
	if strings.TrimSpace(c.Document) == "" {
		return domain.Invalid("grant.document", "document", item.Clause, "须填写批准文件名称和文号", "Name the document that grants it.")
	}
	if err := b.brief(c.Document, "document"); err != nil {
		return err
	}
	if c.JointReview != "" && !slices.ContainsFunc(b.p.JointReviews, func(j JointReview) bool { return j.ID == c.JointReview && slices.Contains(j.Items, c.Item) }) {
		return domain.Invalid("grant.joint-review", "jointReview", b.pack.Approval.JointReview, "该次联评联审不包含此事项", "That joint review does not cover the item.")
	}
	b.emit(ItemGrantedBy{Item: item.Key, Round: item.Round, Document: c.Document, JointReview: c.JointReview, Late: late(t, b.at)}, t.Clock.Clause)
	return nil
}

// RefuseItem decides a refused item; it needs a reason and the legal basis.
type RefuseItem struct {
	Item   string `json:"item"`
	Reason string `json:"reason"`
	Basis  string `json:"basis"`
}

func (c RefuseItem) decide(b *batch) error {
	item, t, err := b.decidable(c.Item)
	if err != nil {
		return err
	}
	if err := b.reasoned(c.Reason, "reason"); err != nil {
		return err
	}
	if strings.TrimSpace(c.Basis) == "" {
		return domain.Invalid("refuse.basis", "basis", item.Clause, "不予批准须写明法律依据", "A refusal needs its legal basis.")
	}
	if err := b.brief(c.Basis, "basis"); err != nil {
		return err
	}
	again, err := b.submission(item)
	if err != nil {
		return err
	}
	b.emit(ItemRefusedBy{Item: item.Key, Round: item.Round, Reason: c.Reason, Basis: c.Basis, Late: late(t, b.at), Next: &again}, t.Clock.Clause)
	return nil
}

// decidable returns an item that may be decided now: received or accepted, its clock running, nobody's
// signature missing.
func (b *batch) decidable(k string) (*Item, *Task, error) {
	item, _, err := b.itemIn(k, ItemAccepted, ItemReceived)
	if err != nil {
		return nil, nil, err
	}
	t, err := b.mine(TaskDecision, k)
	if err != nil {
		return nil, nil, err
	}
	if item.Paused {
		return nil, nil, domain.Conflict("item.paused", b.pack.Clock.Clause, "计时暂停，恢复后才能作出决定", "The clock stands still; resume it first.")
	}
	return item, t, nil
}

func late(t *Task, at time.Time) bool { return !t.Clock.Due.IsZero() && at.After(t.Clock.Due) }

// tacitly grants an item whose department let the limit pass, where the pack says so (超时默许).
func (b *batch) tacitly(t Task, r Rung) error {
	item, ok := b.p.item(t.Subject)
	if !ok {
		return nil
	}
	b.emit(ItemGrantedBy{Item: item.Key, Round: item.Round, Tacit: true}, r.Clause)
	return nil
}

// ItemGrantedBy is a granted item; Tacit when the limit passed and the pack grants by silence.
type ItemGrantedBy struct {
	Item        string `json:"item"`
	Round       int    `json:"round"`
	Document    string `json:"document,omitempty"`
	JointReview string `json:"jointReview,omitempty"`
	Late        bool   `json:"late,omitempty"`
	Tacit       bool   `json:"tacit,omitempty"`
}

func (e ItemGrantedBy) evolve(p *Project, at domain.Entry) {
	if item, ok := p.item(e.Item); ok {
		p.remember(item, "grant", at)
		item.State, item.Decided, item.Late, item.Tacit = ItemGranted, at.OccurredAt, e.Late, e.Tacit
		item.Document, item.JointReview = e.Document, e.JointReview
		p.close(TaskCompleteness, e.Item)
		p.close(TaskDecision, e.Item)
	}
}

func (e ItemGrantedBy) text(p *Project) domain.Text {
	n := p.itemName(e.Item)
	switch {
	case e.Tacit:
		return domain.Text{Zh: "“" + n.Zh + "”超时默许（自动）", En: n.En + ": granted by silence (automatic)"}
	case e.Late:
		return domain.Text{Zh: "批准“" + n.Zh + "”（" + e.Document + "），超期办结", En: n.En + ": granted late (" + e.Document + ")"}
	default:
		return domain.Text{Zh: "批准“" + n.Zh + "”（" + e.Document + "），按期办结", En: n.En + ": granted in time (" + e.Document + ")"}
	}
}

// ItemRefusedBy is a refused item. The owner may submit anew; this round stays on the timeline.
type ItemRefusedBy struct {
	Item   string `json:"item"`
	Round  int    `json:"round"`
	Reason string `json:"reason"`
	Basis  string `json:"basis"`
	Late   bool   `json:"late,omitempty"`
	Next   *Task  `json:"next,omitempty"` // to hand it in anew
}

func (e ItemRefusedBy) evolve(p *Project, at domain.Entry) {
	if item, ok := p.item(e.Item); ok {
		p.remember(item, "refuse", at)
		item.State, item.Decided, item.Late = ItemRefused, at.OccurredAt, e.Late
		p.void(item, at)
		p.close(TaskCompleteness, e.Item)
		p.close(TaskDecision, e.Item)
		p.openIf(e.Next)
	}
}

func (e ItemRefusedBy) text(p *Project) domain.Text {
	n := p.itemName(e.Item)
	return domain.Text{Zh: "不予批准“" + n.Zh + "”：" + e.Reason + "（依据：" + e.Basis + "）", En: n.En + ": refused: " + e.Reason + " (" + e.Basis + ")"}
}
