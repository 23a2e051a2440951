package project

import (
	"slices"
	"time"

	"milepost/domain"
	"milepost/domain/calendar"
)

// Excuse is a lamp excused for a justified reason (正当理由): not whatever it may burn for, but the cause it burnt for
// when the excuse was given. It ends with that cause, or at its date.
type Excuse struct {
	Lamp         string    `json:"lamp"`
	Cause        string    `json:"cause"` // the key of the task, or the month reported
	Reason       string    `json:"reason"`
	At           time.Time `json:"at"`
	Until        time.Time `json:"until"`
	ForceMajeure bool      `json:"forceMajeure,omitempty"`
	By           string    `json:"by"`
}

// covers tells whether it excuses a cause. One that was mended, or put off, and burns anew is another.
func (x Excuse) covers(c cause) bool {
	return x.Lamp == c.lamp && x.Cause == c.id && !c.began().After(x.At)
}

// longestExcuse is how many months an excuse reaches at most (OWN-110).
const longestExcuse = 12

// ExcuseLamp excuses what a lamp burns for, for a justified reason and until a date; force majeure keeps the month out
// of rankings.
type ExcuseLamp struct {
	Lamp         string `json:"lamp"`
	Reason       string `json:"reason"`
	Until        string `json:"until"`
	ForceMajeure bool   `json:"forceMajeure,omitempty"`
}

func (c ExcuseLamp) decide(b *batch) error {
	if err := b.only(domain.RoleLeader, domain.RoleOffice); err != nil {
		return err
	}
	if !isLamp(c.Lamp) {
		return domain.Invalid("excuse.lamp", "lamp", ruleExcuse, "没有这盏灯", "There is no such lamp.")
	}
	what, burns := b.p.burning(c.Lamp, b.at)
	if !burns {
		name := lampNames[c.Lamp]
		return domain.Conflict("excuse.green", ruleExcuse, name.Zh+"灯没有亮黄灯或红灯，不需要免于亮灯", "The "+name.En+" lamp is green; there is nothing to excuse.")
	}
	if err := b.reasoned(c.Reason, "reason"); err != nil {
		return err
	}
	today := calendar.DateOf(b.at)
	d, err := calendar.ParseDate(c.Until)
	if err != nil || d.Before(today) || d.After(today.AddMonths(longestExcuse)) {
		return domain.Invalid("excuse.until", "until", ruleExcuse, "须写明截止日期，不早于今天，最长12个月", "Give an end date, not before today and at most 12 months ahead.")
	}
	b.emit(LampExcused{
		Lamp: c.Lamp, Cause: what.id, Name: what.reason, Reason: c.Reason, Until: d.At(b.pack.Clock.Close).UTC(), ForceMajeure: c.ForceMajeure,
	}, ruleExcuse)
	return nil
}

// LampExcused is an excused lamp; Name says what it burns for.
type LampExcused struct {
	Lamp         string      `json:"lamp"`
	Cause        string      `json:"cause"`
	Name         domain.Text `json:"name"`
	Reason       string      `json:"reason"`
	Until        time.Time   `json:"until"`
	ForceMajeure bool        `json:"forceMajeure,omitempty"`
}

func (e LampExcused) evolve(p *Project, at domain.Entry) {
	p.Excuses = slices.DeleteFunc(p.Excuses, func(x Excuse) bool { return x.Lamp == e.Lamp && x.Cause == e.Cause })
	p.Excuses = append(p.Excuses, Excuse{
		Lamp: e.Lamp, Cause: e.Cause, Reason: e.Reason, At: at.OccurredAt, Until: e.Until, ForceMajeure: e.ForceMajeure, By: at.Actor.User,
	})
}

func (e LampExcused) text(*Project) domain.Text {
	lamp := lampNames[e.Lamp]
	t := domain.Text{
		Zh: lamp.Zh + "灯（" + e.Name.Zh + "）因正当理由免于亮灯至" + zhTime(e.Until) + "：" + e.Reason,
		En: "Lamp " + lamp.En + " (" + e.Name.En + ") excused until " + enTime(e.Until) + ": " + e.Reason,
	}
	if e.ForceMajeure {
		t.Zh, t.En = t.Zh+"（不可抗力）", t.En+" (force majeure)"
	}
	return t
}
