package project

import (
	"cmp"
	"slices"
	"time"

	"milepost/domain"
	"milepost/domain/policy"
)

// The lamps of a project (亮灯).
const (
	LampApproval   = "approval"
	LampStart      = "start"
	LampProgress   = "progress"
	LampFunds      = "funds"
	LampReporting  = "reporting"
	LampCommitment = "commitment"
)

var lampKinds = []string{LampApproval, LampStart, LampProgress, LampFunds, LampReporting, LampCommitment}

// LampKinds lists the lamps in their order.
func LampKinds() []string { return slices.Clone(lampKinds) }

// Lamp is one light of the project: yellow and red from moments on, so that the colour at any time follows and is
// never stored as the truth. What is excused burns from the end of its excuse on. Zero means never.
type Lamp struct {
	Kind         string
	YellowAt     time.Time
	RedAt        time.Time
	Reason       domain.Text // what makes it burn
	Task         string      // the worst piece of work behind it
	ExcusedUntil time.Time   // of what would burn already, were it not excused
}

// Colour is the lamp's colour at a civil moment: green, yellow, red, or excused.
func (l Lamp) Colour(now time.Time) string {
	on := func(at time.Time) bool { return !at.IsZero() && !now.Before(at) }
	switch {
	case on(l.RedAt):
		return policy.LampRed
	case on(l.YellowAt):
		return policy.LampYellow
	case !l.ExcusedUntil.IsZero() && now.Before(l.ExcusedUntil):
		return "excused"
	default:
		return policy.LampGreen
	}
}

// lampOf says which lamp a kind of work burns on, unless the pack gives it another.
var lampOf = map[TaskKind]string{
	TaskCompleteness: LampApproval, TaskDecision: LampApproval, TaskSupplement: LampApproval, TaskSubmission: LampApproval,
	TaskStart: LampStart, TaskCondition: LampStart, TaskReport: LampReporting, TaskCommitment: LampCommitment,
	TaskCompletion: LampProgress, TaskRectification: LampProgress,
}

// Lamps derives the project's lamps from its open work and its last report; the worst of what each burns for counts,
// and is named.
func (p *Project) Lamps() []Lamp {
	causes := p.causes()
	var lamps []Lamp
	for _, kind := range lampKinds {
		l := Lamp{Kind: kind}
		var worst *cause
		for i := range causes {
			c := &causes[i]
			if c.lamp != kind {
				continue
			}
			l.YellowAt, l.RedAt = first(l.YellowAt, c.from(c.yellow)), first(l.RedAt, c.from(c.red))
			l.ExcusedUntil = later(l.ExcusedUntil, c.excused)
			if worst == nil || c.worse(*worst) {
				worst, l.Reason, l.Task = c, c.reason, c.task
			}
		}
		lamps = append(lamps, l)
	}
	return lamps
}

// cause is one thing that a lamp burns for: a piece of work, or the month last reported.
type cause struct {
	id      string // the task's key, or the month: what an excuse names
	lamp    string
	yellow  time.Time
	red     time.Time
	reason  domain.Text
	task    string
	excused time.Time // until when it is; zero when it is not
}

// causes lists what the lamps burn for now or will.
func (p *Project) causes() []cause {
	var causes []cause
	for i := range p.Tasks {
		t := &p.Tasks[i]
		if lamp := cmp.Or(t.Lamp, lampOf[t.Kind]); lamp != "" && p.burns(&t.Clock) {
			causes = append(causes, cause{id: t.Key, lamp: lamp, yellow: t.Clock.WarnAt, red: t.Clock.Due, reason: t.Name, task: t.Key})
		}
	}
	if p.Status == Active || p.Status == Suspended {
		causes = append(causes, p.Reporting.causes()...)
	}
	for i := range causes {
		for _, x := range p.Excuses {
			if x.covers(causes[i]) {
				causes[i].excused = later(causes[i].excused, x.Until)
			}
		}
	}
	return causes
}

// burns tells whether a clock can light a lamp: it is running, or its due time was missed before it stopped.
func (p *Project) burns(c *Clock) bool {
	return !c.standing() || !c.Due.IsZero() && !c.Due.After(p.Suspended)
}

// causes is the colour of the last month reported.
func (r Reporting) causes() []cause {
	c := cause{id: r.newest(), lamp: LampProgress}
	switch r.Lamp {
	case policy.LampRed:
		c.red, c.reason = r.LampSince, domain.Text{Zh: "投资进度严重滞后", En: "Investment far behind plan"}
	case policy.LampYellow:
		c.yellow, c.reason = r.LampSince, domain.Text{Zh: "投资进度滞后", En: "Investment behind plan"}
	default:
		return nil
	}
	return []cause{c}
}

// began is when it began to burn, or will.
func (c cause) began() time.Time { return first(c.yellow, c.red) }

// from is when it shows: from a moment on, but not before its excuse ends.
func (c cause) from(at time.Time) time.Time {
	if at.IsZero() {
		return at
	}
	return later(at, c.excused)
}

// worse tells whether it turns red, or else yellow, before another does.
func (c cause) worse(o cause) bool {
	if a, b := c.from(c.red), o.from(o.red); !a.Equal(b) {
		return first(a, b).Equal(a)
	}
	a, b := c.from(c.yellow), o.from(o.yellow)
	return !a.Equal(b) && first(a, b).Equal(a)
}

// burning is the worst thing that a lamp burns for at a moment; what is excused comes last.
func (p *Project) burning(lamp string, at time.Time) (worst cause, ok bool) {
	for _, c := range p.causes() {
		if c.lamp != lamp || c.began().IsZero() || c.began().After(at) {
			continue
		}
		switch excused, than := at.Before(c.excused), at.Before(worst.excused); {
		case !ok, than && !excused, than == excused && c.worse(worst):
			worst, ok = c, true
		}
	}
	return worst, ok
}

// first is the earlier of two moments; zero is never.
func first(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// lampNames are what the lamps are called.
var lampNames = map[string]domain.Text{
	LampApproval: {Zh: "审批", En: "approval"}, LampStart: {Zh: "开工", En: "start"}, LampProgress: {Zh: "进度", En: "progress"},
	LampFunds: {Zh: "资金", En: "funds"}, LampReporting: {Zh: "报送", En: "reporting"}, LampCommitment: {Zh: "容缺承诺", En: "commitment"},
}

// isLamp tells whether there is such a lamp.
func isLamp(kind string) bool { return slices.Contains(lampKinds, kind) }
