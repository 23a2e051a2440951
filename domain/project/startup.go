package project

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/policy"
)

// Start is the way from assured resources to the first spade (开工).
type Start struct {
	Conditions []Condition `json:"conditions,omitempty"`
	Latest     string      `json:"latest,omitempty"` // civil date
	Started    time.Time   `json:"started,omitzero"`
	Document   string      `json:"document,omitempty"`
}

// Condition is one thing that must be in place before construction starts.
type Condition struct {
	Key      string      `json:"key"`
	Name     domain.Text `json:"name"`
	Met      time.Time   `json:"met,omitzero"`
	Document string      `json:"document,omitempty"`
	Clause   string      `json:"clause"`
}

// watchStart begins to watch the start of a project that has just entered the library: by the date laid down for its
// source of money (XN-12), else by its planned start where that lies ahead (BH-4). Where there is neither, the pack's
// number of days counts from start preparation on.
func (b *batch) watchStart() error {
	rule, unit := b.pack.Startup, b.p.unit()
	today := calendar.DateOf(b.receipt(unit))
	d, laid, err := b.pack.LatestStart(b.p.Figures(), today)
	if err != nil {
		return err
	}
	if laid {
		b.openStart(b.until(unit, d.Date, rule.Start.Ladder, d.Clause))
		return nil
	}
	planned, err := calendar.ParseDate(b.p.Profile.PlannedStart)
	if err != nil {
		return err
	}
	if planned.After(today) {
		b.openStart(b.until(unit, planned, rule.Start.Ladder, rule.Start.Clause))
	}
	return nil
}

// openStart lets the clock of the latest start run. It is the only one the project ever has.
func (b *batch) openStart(clock Clock) {
	b.emit(LatestStartSet{
		Latest: calendar.DateOf(clock.Due).String(),
		Task:   b.taskWith(TaskStart, "start", 1, b.p.unit(), taskName(TaskStart, domain.Text{}), clock),
	}, clock.Clause)
}

func (p *Project) startWatched() bool {
	_, open := p.taskOf(TaskStart, "start")
	return open
}

// beginStartup opens the start conditions; the latest start is watched since the project entered the library, unless
// no date lay ahead then.
func (b *batch) beginStartup() error {
	ev := StartPrepared{}
	for _, rule := range b.pack.Startup.Conditions {
		holds, err := b.pack.Holds(rule.When, b.p.Figures())
		if err != nil {
			return err
		}
		if !holds {
			continue
		}
		ev.Conditions = append(ev.Conditions, Condition{Key: rule.Key, Name: rule.Name, Clause: rule.Clause})
		step := policy.Step{Days: rule.Days, Ladder: cmp.Or(rule.Ladder, b.pack.Startup.Start.Ladder), Clause: rule.Clause, LimitClause: rule.LimitClause}
		t, err := b.newTask(TaskCondition, rule.Key, 1, b.p.partyOf(rule.Party), taskName(TaskCondition, rule.Name), step)
		if err != nil {
			return err
		}
		t.Lamp = rule.Lamp
		ev.Tasks = append(ev.Tasks, t)
	}
	b.emit(ev, b.pack.Startup.Clause)
	if b.p.startWatched() {
		return nil
	}
	clock, err := b.limit(b.p.unit(), b.pack.Startup.Start)
	if err != nil {
		return err
	}
	b.openStart(clock)
	return nil
}

// partyOf is the party that a pack's rule names by role or by department code.
func (p *Project) partyOf(name string) domain.Party {
	switch name {
	case "owner":
		return p.owner()
	case "unit":
		return p.unit()
	case "office":
		return office
	default:
		return department(name)
	}
}

// ConfirmCondition says that a start condition is met, and by which document.
type ConfirmCondition struct {
	Condition string `json:"condition"`
	Document  string `json:"document"`
}

func (c ConfirmCondition) decide(b *batch) error {
	if _, err := b.mine(TaskCondition, c.Condition); err != nil {
		return err
	}
	i := slices.IndexFunc(b.p.Start.Conditions, func(s Condition) bool { return s.Key == c.Condition })
	clause := b.p.Start.Conditions[i].Clause // there is one wherever there is its task
	if strings.TrimSpace(c.Document) == "" {
		return domain.Invalid("condition.document", "document", clause, "须填写证明文件", "Name the document that proves it.")
	}
	if err := b.brief(c.Document, "document"); err != nil {
		return err
	}
	b.emit(ConditionMet{Condition: c.Condition, Document: c.Document}, clause)
	return nil
}

// StartConstruction starts the works: every condition is met; reserved resources are committed.
type StartConstruction struct {
	Document string `json:"document"`
}

func (c StartConstruction) decide(b *batch) error {
	if err := b.during(Startup); err != nil {
		return err
	}
	if !b.actor.Acts(b.p.owner()) && !b.actor.Acts(b.p.unit()) && b.actor.Role != domain.RoleOffice {
		return domain.NotAllowed("start.party", ruleParty, "开工由业主、责任单位或重大项目办登记", "The owner, the unit or the office records the start.")
	}
	for _, cond := range b.p.Start.Conditions {
		if cond.Met.IsZero() {
			return domain.Conflict("start.condition", cond.Clause, "开工条件未落实："+cond.Name.Zh, "A start condition is not met: "+cond.Name.En)
		}
	}
	if strings.TrimSpace(c.Document) == "" {
		return domain.Invalid("start.document", "document", b.pack.Startup.Clause, "须填写开工证明文件", "Name the document that proves the start.")
	}
	if err := b.brief(c.Document, "document"); err != nil {
		return err
	}
	if err := b.since(b.p.Entered); err != nil {
		return err
	}
	ev := ConstructionStarted{Document: c.Document}
	if t, ok := b.p.taskOf(TaskStart, "start"); ok {
		ev.Late = late(t, b.at)
	}
	done, err := calendar.ParseDate(b.p.Profile.PlannedCompletion)
	if err != nil {
		return err
	}
	ev.Completion = b.taskWith(TaskCompletion, "completion", 1, b.p.owner(), taskName(TaskCompletion, domain.Text{}), b.until(b.p.owner(), done, b.pack.Construction.Completion, b.pack.Construction.Clause))
	b.emit(ev, b.pack.Startup.Clause)
	return b.automatic(func() error {
		if slices.ContainsFunc(b.p.Needs, func(n Need) bool { return n.State == NeedReserved }) {
			b.emit(QuotaFollowed{Act: "commit"}, ruleCommit)
		}
		b.openReport(period(calendar.DateOf(b.at)))
		return nil
	})
}

// LatestStartSet says by when construction must have started.
type LatestStartSet struct {
	Latest string `json:"latest"`
	Task   Task   `json:"task"`
}

func (e LatestStartSet) evolve(p *Project, _ domain.Entry) {
	p.Start.Latest = e.Latest
	p.open(e.Task)
}

func (e LatestStartSet) text(*Project) domain.Text {
	return domain.Text{Zh: "最迟" + zhDay(e.Latest) + "开工", En: "To start by " + e.Latest}
}

// StartPrepared opens the start conditions.
type StartPrepared struct {
	Conditions []Condition `json:"conditions"`
	Tasks      []Task      `json:"tasks"`
}

func (e StartPrepared) evolve(p *Project, _ domain.Entry) {
	p.Start.Conditions = e.Conditions
	p.open(e.Tasks...)
}

func (e StartPrepared) text(*Project) domain.Text {
	return domain.Text{Zh: "准备开工：" + itoa(len(e.Conditions)) + "项开工条件", En: itoa(len(e.Conditions)) + " start conditions"}
}

// ConditionMet is a start condition in place.
type ConditionMet struct {
	Condition string `json:"condition"`
	Document  string `json:"document"`
}

func (e ConditionMet) evolve(p *Project, at domain.Entry) {
	for i := range p.Start.Conditions {
		if c := &p.Start.Conditions[i]; c.Key == e.Condition {
			c.Met, c.Document = at.OccurredAt, e.Document
		}
	}
	p.close(TaskCondition, e.Condition)
}

func (e ConditionMet) text(p *Project) domain.Text {
	name := domain.Text{Zh: e.Condition, En: e.Condition}
	for _, c := range p.Start.Conditions {
		if c.Key == e.Condition {
			name = c.Name
		}
	}
	return domain.Text{Zh: "开工条件落实：" + name.Zh + "（" + e.Document + "）", En: "Start condition met: " + name.En + " (" + e.Document + ")"}
}

// ConstructionStarted begins the works.
type ConstructionStarted struct {
	Document   string `json:"document"`
	Late       bool   `json:"late,omitempty"`
	Completion Task   `json:"completion"`
}

func (e ConstructionStarted) evolve(p *Project, at domain.Entry) {
	p.Phase, p.Entered = Construction, at.OccurredAt
	p.Start.Started, p.Start.Document = at.OccurredAt, e.Document
	p.close(TaskStart, "start")
	p.open(e.Completion)
}

func (e ConstructionStarted) text(*Project) domain.Text {
	zh, en := "开工建设（", "Construction started ("
	if e.Late {
		zh, en = "逾期开工（", "Construction started late ("
	}
	return domain.Text{Zh: zh + e.Document + "），计划" + zhDate(calendar.DateOf(e.Completion.Clock.Due)) + "前竣工", En: en + e.Document + ")"}
}
