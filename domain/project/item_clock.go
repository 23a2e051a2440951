package project

import (
	"slices"

	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/policy"
)

// PauseItem lets an item's clock stand still, only for a reason that the pack lists.
type PauseItem struct {
	Item   string `json:"item"`
	Reason string `json:"reason"`
	Note   string `json:"note"`
}

func (c PauseItem) decide(b *batch) error {
	item, rule, t, err := b.underReview(c.Item)
	if err != nil {
		return err
	}
	if item.Paused {
		return domain.Conflict("item.paused", b.pack.Clock.Clause, "事项已经暂停计时", "The clock stands still already.")
	}
	if t.Clock.missed(b.at) { // else a pause on the day it was missed would hide that it was
		return domain.Conflict("item.overdue", b.pack.Clock.Clause, "事项已经到期，不能再暂停计时", "The limit has run out; its clock cannot be stopped any more.")
	}
	if !slices.ContainsFunc(b.pack.Clock.PauseReasons, func(r policy.Choice) bool { return rule.MayPause(r.Key) }) {
		return domain.Conflict("pause.none", b.pack.Clock.Clause, "政策包没有规定此事项可以暂停计时的原因", "The pack knows no reason for which this item may pause.")
	}
	reason, ok := b.pack.PauseReason(c.Reason)
	if !ok || !rule.MayPause(c.Reason) {
		return domain.Invalid("pause.reason", "reason", b.pack.Clock.Clause, "此事项不能以这个原因暂停计时", "The pack does not let this item pause for that reason.")
	}
	if err := b.reasoned(c.Note, "note"); err != nil {
		return err
	}
	pause := Pause{From: calendar.DateOf(b.at), Reason: c.Reason, Note: c.Note, By: b.actor.User}
	b.emit(ItemPaused{Item: item.Key, Pause: pause, Name: reason.Name, Clock: t.Clock.stop(pause, b.at)}, b.pack.Clock.Clause)
	return nil
}

// ResumeItem lets the clock run again; the day of resumption does not count.
type ResumeItem struct {
	Item string `json:"item"`
}

func (c ResumeItem) decide(b *batch) error {
	item, _, t, err := b.underReview(c.Item)
	if err != nil {
		return err
	}
	if !item.Paused {
		return domain.Conflict("item.not-paused", b.pack.Clock.Clause, "事项没有暂停计时", "The clock is running.")
	}
	clock, err := b.resume(t.Party, t.Clock, t.Clock.pausedFor())
	if err != nil {
		return err
	}
	b.emit(ItemResumed{Item: item.Key, Clock: clock}, b.pack.Clock.Clause)
	return nil
}

// ExtendItem extends the limit once, at most by the pack's number of working days, by the head of the
// department, with a reason that the applicant can read.
type ExtendItem struct {
	Item   string `json:"item"`
	Days   int    `json:"days"`
	Reason string `json:"reason"`
}

func (c ExtendItem) decide(b *batch) error {
	item, _, t, err := b.underReview(c.Item)
	if err != nil {
		return err
	}
	clause := b.pack.Approval.Extension
	switch {
	case b.actor.Role != domain.RoleHead:
		return domain.NotAllowed("extension.head", clause, "延期须由部门负责人批准", "Only the head of the department may extend.")
	case item.Extended > 0:
		return domain.Conflict("extension.once", clause, "已经延期一次，不能再次延期", "The limit has been extended already; a second extension is not allowed.")
	case item.Paused:
		return domain.Conflict("item.paused", clause, "计时暂停期间不能延期", "The clock stands still; resume it first.")
	case t.Clock.missed(b.at):
		return domain.Conflict("item.overdue", clause, "事项已经到期，延期须在期满前批准", "The limit has run out; it can only be extended before.")
	case c.Days < 1 || c.Days > b.pack.Approval.ExtensionMax:
		return domain.Invalid("extension.days", "days", clause, "延期须为1到"+itoa(b.pack.Approval.ExtensionMax)+"个工作日", "An extension is 1 to "+itoa(b.pack.Approval.ExtensionMax)+" working days.")
	}
	if err := b.reasoned(c.Reason, "reason"); err != nil {
		return err
	}
	longer, err := b.extended(*clone(&t.Clock), c.Days)
	if err != nil {
		return err
	}
	b.emit(ItemExtended{Item: item.Key, Days: c.Days, Reason: c.Reason, Clock: longer}, clause)
	return nil
}

// ItemPaused lets the clock stand still; Clock is the clock while it stands.
type ItemPaused struct {
	Item  string      `json:"item"`
	Pause Pause       `json:"pause"`
	Name  domain.Text `json:"name"`
	Clock Clock       `json:"clock"`
}

func (e ItemPaused) evolve(p *Project, at domain.Entry) {
	if item, ok := p.item(e.Item); ok {
		p.remember(item, "pause", at)
		item.Paused = true
		p.wound(TaskDecision, e.Item, e.Clock)
	}
}

func (e ItemPaused) text(p *Project) domain.Text {
	n := p.itemName(e.Item)
	return domain.Text{Zh: "“" + n.Zh + "”暂停计时（" + e.Name.Zh + "）：" + e.Pause.Note, En: n.En + ": clock stopped (" + e.Name.En + "): " + e.Pause.Note}
}

// ItemResumed lets the clock run again.
type ItemResumed struct {
	Item  string `json:"item"`
	Clock Clock  `json:"clock"`
}

func (e ItemResumed) evolve(p *Project, at domain.Entry) {
	if item, ok := p.item(e.Item); ok {
		p.remember(item, "resume", at)
		item.Paused = false
		p.wound(TaskDecision, e.Item, e.Clock)
	}
}

func (e ItemResumed) text(p *Project) domain.Text {
	n := p.itemName(e.Item)
	return domain.Text{Zh: "“" + n.Zh + "”恢复计时，应于" + zhTime(e.Clock.Due) + "前办结", En: n.En + ": clock running again, due " + enTime(e.Clock.Due)}
}

// ItemExtended is the one extension.
type ItemExtended struct {
	Item   string `json:"item"`
	Days   int    `json:"days"`
	Reason string `json:"reason"`
	Clock  Clock  `json:"clock"`
}

func (e ItemExtended) evolve(p *Project, at domain.Entry) {
	if item, ok := p.item(e.Item); ok {
		p.remember(item, "extend", at)
		item.Extended = e.Days
		p.wound(TaskDecision, e.Item, e.Clock)
	}
}

func (e ItemExtended) text(p *Project) domain.Text {
	n := p.itemName(e.Item)
	return domain.Text{
		Zh: "“" + n.Zh + "”延期" + itoa(e.Days) + "个工作日（" + e.Reason + "），应于" + zhTime(e.Clock.Due) + "前办结",
		En: n.En + ": extended by " + itoa(e.Days) + " working days (" + e.Reason + "), due " + enTime(e.Clock.Due),
	}
}

// wound puts a clock that was computed anew on the task.
func (p *Project) wound(kind TaskKind, subject string, c Clock) {
	if t, ok := p.taskOf(kind, subject); ok {
		t.Clock = c
	}
}
