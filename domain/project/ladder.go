package project

import (
	"slices"
	"time"

	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/policy"
)

// Interview is an opened interview (约谈): of whom, by which rule, over what.
type Interview struct {
	ID     string       `json:"id"`
	Party  domain.Party `json:"party"`
	Rule   string       `json:"rule"`
	Task   string       `json:"task,omitempty"`
	Opened time.Time    `json:"opened"`
}

// fire decides the first thing that is due at a moment: a rung of a task's ladder, or an alarm.
func (b *batch) fire(due time.Time) error {
	for i := range b.p.Alarms {
		if a := b.p.Alarms[i]; a.At.Equal(due) {
			return b.ring(a)
		}
	}
	if b.p.Status == Suspended {
		return nil
	}
	for i := range b.p.Tasks {
		t := b.p.Tasks[i]
		if !t.Clock.next().Equal(due) {
			continue
		}
		r := t.Clock.Rungs[0]
		if r.Kind == policy.RungLapse {
			return b.lapse(t, r)
		}
		b.escalate(t, r)
		return nil
	}
	return nil
}

// escalate climbs one rung: each happens once, can be seen on the timeline, and stops when the work is done.
func (b *batch) escalate(t Task, r Rung) {
	ev := Escalated{Task: t.Key, Kind: t.Kind, Subject: t.Subject, Name: t.Name, Party: t.Party, Rung: r.Kind, N: r.N, To: r.To, Due: t.Clock.Due}
	if r.Repeat {
		// Told by the reminder's own time: what is on the timeline must not depend on when a worker came to it.
		ev.Again = b.nextMorning(r.At)
	}
	if r.Kind == policy.RungSupervision {
		ev.Mend = t.Clock.criticised()
	}
	b.emit(ev, r.Clause)
	if r.Kind == policy.RungInterview {
		b.openInterview(InterviewOpened{Party: b.p.answerable(t.Party), Rule: "ladder", Task: t.Key, To: r.To}, r.Clause)
	}
}

// criticised is when criticism comes next: until then there is time to mend (GG-7 限期整改).
func (c *Clock) criticised() time.Time {
	for _, r := range c.Rungs {
		if r.Kind == policy.RungCriticism {
			return r.At
		}
	}
	return time.Time{}
}

// answerable is the body that is supervised and interviewed over a party's work: the unit answers for the owner, who
// builds and is no body of the government.
func (p *Project) answerable(party domain.Party) domain.Party {
	if party.Kind == domain.PartyOwner {
		return p.unit()
	}
	return party
}

func (b *batch) openInterview(ev InterviewOpened, clause string) {
	ev.ID, ev.Name = key("interview", itoa(len(b.p.Interviews)+1)), b.partyName(ev.Party)
	b.emit(ev, clause)
}

// lapse is what happens by itself when nobody acted in time.
func (b *batch) lapse(t Task, r Rung) error {
	switch t.Kind {
	case TaskCompleteness:
		return b.deemAccepted(t, r)
	case TaskSupplement:
		return b.withdraw(t, r)
	case TaskDecision:
		return b.tacitly(t, r)
	case TaskScoring:
		return b.replaceExpert(ExpertReplaced{Expert: t.Subject, Why: "silent"}, r.Clause)
	case TaskCommitment:
		b.emit(CommitmentBroken{Task: t.Key, Subject: t.Subject, Name: t.Name}, r.Clause)
		return nil
	default: // a ladder with a lapse on work that has none: nothing to do but to climb on
		b.emit(Escalated{Task: t.Key, Kind: t.Kind, Subject: t.Subject, Name: t.Name, Party: t.Party, Rung: policy.RungOverdue, N: r.N, To: r.To, Due: t.Clock.Due}, r.Clause)
		return nil
	}
}

// Escalated is one rung climbed: a reminder, a red lamp, a supervision notice, a criticism, an interview. To is
// the post that is told.
type Escalated struct {
	Task    string          `json:"task"`
	Kind    TaskKind        `json:"kind"`
	Subject string          `json:"subject,omitempty"`
	Name    domain.Text     `json:"name"`
	Party   domain.Party    `json:"party"`
	Rung    policy.RungKind `json:"rung"`
	N       int             `json:"n"`
	To      string          `json:"to"`
	Due     time.Time       `json:"due"`
	Again   time.Time       `json:"again,omitzero"`
	Mend    time.Time       `json:"mend,omitzero"` // of a supervision notice: until when it can be mended
}

func (e Escalated) evolve(p *Project, _ domain.Entry) {
	t, ok := p.task(e.Task)
	if !ok {
		return
	}
	for i := range t.Clock.Rungs {
		if t.Clock.Rungs[i].N != e.N {
			continue
		}
		if e.Again.IsZero() {
			t.Clock.Rungs = slices.Delete(t.Clock.Rungs, i, i+1)
			return
		}
		t.Clock.Rungs[i].At = e.Again
		slices.SortStableFunc(t.Clock.Rungs, func(a, b Rung) int { return a.At.Compare(b.At) })
		return
	}
}

func (e Escalated) text(*Project) domain.Text {
	words := map[policy.RungKind]domain.Text{
		policy.RungReminder:    {Zh: "催办", En: "Reminder"},
		policy.RungOverdue:     {Zh: "超期，亮红灯", En: "Overdue, red lamp"},
		policy.RungSupervision: {Zh: "发出督办通知", En: "Supervision notice"},
		policy.RungCriticism:   {Zh: "通报批评", En: "Criticism"},
		policy.RungInterview:   {Zh: "达到约谈条件", En: "Interview due"},
	}[e.Rung]
	if e.Due.IsZero() { // not for one late piece of work, but for what has happened again and again
		return domain.Text{Zh: words.Zh + "：" + e.Name.Zh, En: words.En + ": " + e.Name.En}
	}
	t := domain.Text{
		Zh: words.Zh + "：" + e.Name.Zh + "，应于" + zhTime(e.Due) + "前办结",
		En: words.En + ": " + e.Name.En + ", due " + enTime(e.Due),
	}
	if !e.Mend.IsZero() {
		t.Zh, t.En = t.Zh+"，限"+zhTime(e.Mend)+"前整改", t.En+", to be mended by "+enTime(e.Mend)
	}
	return t
}

// partyName is what a party is called: departments by the pack's name, others by what they are and their code.
func (b *batch) partyName(p domain.Party) domain.Text {
	if d, ok := b.pack.Department(p.Code); ok && p.Kind == domain.PartyDepartment {
		return d.Name
	}
	zh := map[domain.PartyKind]string{
		domain.PartyUnit: "责任单位", domain.PartyOwner: "项目业主", domain.PartyOffice: "重大项目办公室", domain.PartyExpert: "专家",
	}[p.Kind]
	return domain.Text{Zh: zh + p.Code, En: string(p.Kind) + " " + p.Code}
}

// InterviewOpened opens the interview of a party; a leader confirms or waives it. It is what everybody is told: the
// rung that led to it stays on the timeline only.
type InterviewOpened struct {
	ID    string       `json:"id"`
	Party domain.Party `json:"party"`
	Rule  string       `json:"rule"`
	Task  string       `json:"task,omitempty"`
	Name  domain.Text  `json:"name,omitzero"`
	Count int          `json:"count,omitempty"` // supervision notices in the quarter, when that is the rule
	To    string       `json:"to,omitempty"`    // the post that is told besides the party: the ladder's; a leader when empty
}

func (e InterviewOpened) evolve(p *Project, at domain.Entry) {
	p.Interviews = append(p.Interviews, Interview{ID: e.ID, Party: e.Party, Rule: e.Rule, Task: e.Task, Opened: at.OccurredAt})
}

func (e InterviewOpened) text(p *Project) domain.Text {
	if e.Rule == byNotices {
		return domain.Text{
			Zh: "启动约谈：" + e.Name.Zh + "本季度被督办" + itoa(e.Count) + "次",
			En: "Interview opened: " + e.Name.En + " had " + itoa(e.Count) + " supervision notices this quarter",
		}
	}
	t := domain.Text{Zh: "启动约谈：" + e.Name.Zh, En: "Interview opened: " + e.Name.En}
	if task, ok := p.task(e.Task); ok {
		t.Zh, t.En = t.Zh+"，事由："+task.Name.Zh+"逾期", t.En+", over: "+task.Name.En
	}
	return t
}

// OpenInterview asks for an interview by a rule that looks at more than one project: the third supervision
// notice for one party in one quarter. Only the product itself sends it.
type OpenInterview struct {
	Party  domain.Party `json:"party"`
	Count  int          `json:"count"`
	Clause string       `json:"clause"`
}

func (c OpenInterview) decide(b *batch) error {
	if err := b.only(domain.RoleSystem); err != nil {
		return err
	}
	if c.Party.Code == "" || c.Clause == "" {
		return domain.Invalid("interview.party", "party", ruleInput, "须写明约谈对象和依据", "Name the party and the clause.")
	}
	sameQuarter := func(v Interview) bool {
		return v.Rule == byNotices && v.Party == c.Party && quarter(v.Opened) == quarter(b.at)
	}
	if slices.ContainsFunc(b.p.Interviews, sameQuarter) {
		return domain.Conflict("interview.open", ruleNotices, "本季度已就督办次数启动约谈", "The interview over this quarter's notices is open already.")
	}
	b.openInterview(InterviewOpened{Party: c.Party, Rule: byNotices, Count: c.Count}, ruleNotices)
	return nil
}

// byNotices is the rule of three supervision notices for one party in one quarter.
const byNotices = "three-notices"

// quarter is the civil quarter of a moment, counted from the year 0.
func quarter(t time.Time) int {
	d := calendar.DateOf(t)
	return d.Year*4 + (int(d.Month)-1)/3
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
