package project

import (
	"slices"
	"strings"
	"time"

	"milepost/domain"
)

// JointReview is one meeting that takes several open items together (联评联审); each decision still belongs to
// its department.
type JointReview struct {
	ID       string    `json:"id"`
	Items    []string  `json:"items"`
	At       string    `json:"at"` // when and where, in words
	Convened time.Time `json:"convened"`
	Minutes  string    `json:"minutes,omitempty"`
}

// listItems puts the pack's items of a phase on the project: those whose condition is false are not applicable,
// with the reason shown.
func (b *batch) listItems(phase string) error {
	rules := b.pack.ItemsOf(phase, b.p.Profile.Procedure)
	items, err := b.applied(phase, rules)
	if err != nil {
		return err
	}
	for i, rule := range rules {
		items[i].After = prerequisites(rule, rules, items)
	}
	b.emit(ItemsListed{Phase: phase, Items: items}, b.clauseOf(Phase(phase)))
	return nil
}

// applied are the items that rules make, before they wait for each other.
func (b *batch) applied(phase string, rules []itemRule) ([]Item, error) {
	var items []Item
	for _, rule := range rules {
		item := Item{Key: rule.Key, Name: rule.Name, Phase: phase, Department: rule.Department, State: ItemWaiting, Clause: rule.Clause}
		holds, err := b.pack.Holds(rule.When, b.p.Figures())
		if err != nil {
			return nil, err
		}
		if !holds {
			item.State, item.Reason = ItemNotApplicable, rule.Otherwise
		}
		items = append(items, item)
	}
	return items, nil
}

// prerequisites are the items that one waits for. Those that the procedure does not know fall away; one that is
// not applicable hands on what it would have waited for itself, else an item could come before the first of all
// (XN-5: the proposal first). Packs have no circles.
func prerequisites(rule itemRule, rules []itemRule, items []Item) []string {
	var keys []string
	add := func(ks ...string) {
		for _, k := range ks {
			if !slices.Contains(keys, k) {
				keys = append(keys, k)
			}
		}
	}
	for _, k := range rule.After {
		i := slices.IndexFunc(rules, func(o itemRule) bool { return o.Key == k })
		switch {
		case i < 0:
		case items[i].State == ItemNotApplicable:
			add(prerequisites(rules[i], rules, items)...)
		default:
			add(k)
		}
	}
	return keys
}

// openItems opens every waiting item whose prerequisites are all granted or not applicable.
func (b *batch) openItems() error {
	for i := range b.p.Items {
		item := b.p.Items[i]
		if item.State != ItemWaiting || !b.p.ready(item) {
			continue
		}
		task, err := b.submission(&item)
		if err != nil {
			return err
		}
		b.emit(ItemOpened{Item: item.Key, Task: task}, item.Clause)
	}
	return nil
}

func (p *Project) ready(item Item) bool {
	for _, k := range item.After {
		if before, ok := p.item(k); ok && before.State != ItemGranted && before.State != ItemNotApplicable {
			return false
		}
	}
	return true
}

// settled tells whether every item of a phase is granted or not applicable.
func (p *Project) settled(phase string) bool {
	for _, item := range p.Items {
		if item.Phase == phase && item.State != ItemGranted && item.State != ItemNotApplicable {
			return false
		}
	}
	return true
}

// ConveneJointReview calls the departments together on several open items of the project (BH-2).
type ConveneJointReview struct {
	Items []string `json:"items"`
	At    string   `json:"at"`
}

func (c ConveneJointReview) decide(b *batch) error {
	clause := b.pack.Approval.JointReview
	if err := b.only(domain.RoleLeader, domain.RoleOffice); err != nil {
		return err
	}
	if err := b.during(Approval, Completion); err != nil {
		return err
	}
	if len(c.Items) == 0 && !slices.ContainsFunc(b.p.Items, func(i Item) bool { return i.State == ItemReceived || i.State == ItemAccepted }) {
		return domain.Conflict("joint-review.none", clause, "目前没有已收件的事项可供评审", "No item is before a department that a joint review could take.")
	}
	if len(c.Items) == 0 || strings.TrimSpace(c.At) == "" {
		return domain.Invalid("joint-review.empty", "items", clause, "须列明评审事项和会议时间地点", "Name the items and when and where the meeting is.")
	}
	if err := b.brief(c.At, "at"); err != nil {
		return err
	}
	for i, k := range c.Items {
		if _, _, err := b.itemIn(k, ItemReceived, ItemAccepted); err != nil {
			return err
		}
		if slices.Contains(c.Items[:i], k) {
			return domain.Invalid("joint-review.twice", "items."+itoa(i), clause, "事项重复", "The item is named twice.")
		}
	}
	again := func(j JointReview) bool { return j.Minutes == "" && j.At == c.At && slices.Equal(j.Items, c.Items) }
	if slices.ContainsFunc(b.p.JointReviews, again) {
		return domain.Conflict("joint-review.again", clause, "这次联评联审已经召集", "This joint review has been convened already.")
	}
	b.emit(JointReviewConvened{ID: key("joint", itoa(len(b.p.JointReviews)+1)), Items: c.Items, At: c.At}, clause)
	return nil
}

// RecordJointReview files the minutes of a joint review.
type RecordJointReview struct {
	JointReview string `json:"jointReview"`
	Minutes     string `json:"minutes"`
}

func (c RecordJointReview) decide(b *batch) error {
	if err := b.only(domain.RoleLeader, domain.RoleOffice); err != nil {
		return err
	}
	if !slices.ContainsFunc(b.p.JointReviews, func(j JointReview) bool { return j.ID == c.JointReview }) {
		return domain.NotFound("joint-review.unknown", "jointReview", "没有这次联评联审", "There is no such joint review.")
	}
	if err := b.reasoned(c.Minutes, "minutes"); err != nil {
		return err
	}
	b.emit(JointReviewRecorded{ID: c.JointReview, Minutes: c.Minutes}, b.pack.Approval.JointReview)
	return nil
}

// ItemsListed is the project's list of items for a phase.
type ItemsListed struct {
	Phase string `json:"phase"`
	Items []Item `json:"items"`
}

func (e ItemsListed) evolve(p *Project, _ domain.Entry) { p.Items = append(p.Items, e.Items...) }

func (e ItemsListed) text(*Project) domain.Text {
	n := 0
	for _, i := range e.Items {
		if i.State != ItemNotApplicable {
			n++
		}
	}
	return domain.Text{
		Zh: "列出事项清单：" + itoa(n) + "项需办理，" + itoa(len(e.Items)-n) + "项不适用",
		En: itoa(n) + " items to be decided, " + itoa(len(e.Items)-n) + " not applicable",
	}
}

// ItemOpened lets the owner hand in an item: everything it depends on is granted or not applicable.
type ItemOpened struct {
	Item string `json:"item"`
	Task Task   `json:"task"`
}

func (e ItemOpened) evolve(p *Project, _ domain.Entry) {
	if item, ok := p.item(e.Item); ok {
		item.State = ItemOpen
		p.open(e.Task)
	}
}

func (e ItemOpened) text(p *Project) domain.Text {
	n := p.itemName(e.Item)
	return domain.Text{Zh: "可以申报“" + n.Zh + "”", En: n.En + ": open for submission"}
}

// JointReviewConvened calls a joint review.
type JointReviewConvened struct {
	ID    string   `json:"id"`
	Items []string `json:"items"`
	At    string   `json:"at"`
}

func (e JointReviewConvened) evolve(p *Project, at domain.Entry) {
	p.JointReviews = append(p.JointReviews, JointReview{ID: e.ID, Items: e.Items, At: e.At, Convened: at.OccurredAt})
}

func (e JointReviewConvened) text(p *Project) domain.Text {
	var zh, en []string
	for _, k := range e.Items {
		n := p.itemName(k)
		zh, en = append(zh, n.Zh), append(en, n.En)
	}
	return domain.Text{
		Zh: "召开联评联审（" + e.At + "），评审" + itoa(len(e.Items)) + "个事项：" + strings.Join(zh, "、"),
		En: "Joint review convened (" + e.At + ") on " + strings.Join(en, ", "),
	}
}

// JointReviewRecorded files the minutes.
type JointReviewRecorded struct {
	ID      string `json:"id"`
	Minutes string `json:"minutes"`
}

func (e JointReviewRecorded) evolve(p *Project, _ domain.Entry) {
	for i := range p.JointReviews {
		if p.JointReviews[i].ID == e.ID {
			p.JointReviews[i].Minutes = e.Minutes
		}
	}
}

func (e JointReviewRecorded) text(*Project) domain.Text {
	return domain.Text{Zh: "联评联审纪要：" + e.Minutes, En: "Minutes of the joint review: " + e.Minutes}
}
