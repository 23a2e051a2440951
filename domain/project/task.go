package project

import (
	"slices"
	"strings"
	"time"

	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/policy"
)

// TaskKind says what has to be done.
type TaskKind string

// The kinds of work. What lapses when nobody acts depends on the kind (ladder.go).
const (
	TaskEntryReview   TaskKind = "entry-review"  // 入库初审
	TaskRecognition   TaskKind = "recognition"   // 领导小组审定
	TaskAmendment     TaskKind = "amendment"     // 补正申报
	TaskDraw          TaskKind = "draw"          // 抽取专家
	TaskScoring       TaskKind = "scoring"       // 专家评分
	TaskRevision      TaskKind = "revision"      // 修改方案
	TaskPlan          TaskKind = "plan"          // 制定前期工作计划
	TaskNode          TaskKind = "node"          // 前期工作节点
	TaskSubmission    TaskKind = "submission"    // 申报事项
	TaskCompleteness  TaskKind = "completeness"  // 材料完整性审查
	TaskDecision      TaskKind = "decision"      // 事项办理
	TaskSupplement    TaskKind = "supplement"    // 补正材料
	TaskCommitment    TaskKind = "commitment"    // 容缺承诺
	TaskNeed          TaskKind = "need"          // 要素需求确认
	TaskQuota         TaskKind = "quota"         // 落实排队的指标
	TaskCondition     TaskKind = "condition"     // 开工条件
	TaskStart         TaskKind = "start"         // 开工
	TaskReport        TaskKind = "report"        // 月报
	TaskProblem       TaskKind = "problem"       // 问题销号
	TaskCompletion    TaskKind = "completion"    // 竣工
	TaskSettlement    TaskKind = "settlement"    // 结算决算
	TaskJoint         TaskKind = "joint"         // 竣工验收
	TaskRectification TaskKind = "rectification" // 整改
	TaskReplacement   TaskKind = "replacement"   // 减一增一
)

// Task is one piece of work for one party with a clock (待办). Its key is kind, subject and round joined by
// slashes: no other work in the project is ever called so. When an act is recalled, the work on which it rested
// goes on under its key.
type Task struct {
	Key       string       `json:"key"`
	Kind      TaskKind     `json:"kind"`
	Subject   string       `json:"subject,omitempty"` // the item, paper, resource, node, period … it is about
	Round     int          `json:"round,omitempty"`
	Party     domain.Party `json:"party"`
	Name      domain.Text  `json:"name"`
	Opened    time.Time    `json:"opened"`
	Clock     Clock        `json:"clock"`
	Assignee  string       `json:"assignee,omitempty"`  // the account that has it; empty: nobody has it
	Asked     string       `json:"asked,omitempty"`     // 委派: the colleague asked for an opinion
	Cosigners []Cosigner   `json:"cosigners,omitempty"` // 加签
	Lamp      string       `json:"lamp,omitempty"`      // the one it burns on, where the pack gives it another than its kind's
}

// Cosigner is a colleague whose signature the task waits for.
type Cosigner struct {
	User    string    `json:"user"`
	Signed  time.Time `json:"signed,omitzero"`
	Opinion string    `json:"opinion,omitempty"`
}

// Clock is the limit of one task: from when it counts, how far, and what happens around its due time. Days
// is 0 when the document gives a date instead of a limit. All times are instants of civil time.
type Clock struct {
	Received    time.Time     `json:"received"`
	Deemed      calendar.Date `json:"deemed,omitzero"` // day of deemed receipt
	Days        int           `json:"days,omitempty"`
	Due         time.Time     `json:"due,omitzero"`    // zero while the clock stands still
	WarnAt      time.Time     `json:"warnAt,omitzero"` // yellow from here
	FirstDue    time.Time     `json:"firstDue"`        // as first announced: a moved date never hides the old one
	Provisional bool          `json:"provisional,omitempty"`
	Calendar    string        `json:"calendar"` // its due time was worked out with
	Pauses      []Pause       `json:"pauses,omitempty"`
	Ladder      string        `json:"ladder"`
	Rungs       []Rung        `json:"rungs,omitempty"` // still to come, in order
	Moved       *Move         `json:"moved,omitempty"` // when it is not where the count or the date puts it
	Clause      string        `json:"clause"`
	Pack        string        `json:"pack,omitempty"` // it goes by, when that is not the project's: it began under it
}

// laid is where the count of days or the date puts the due time.
func (c *Clock) laid() time.Time {
	if c.Moved != nil {
		return c.Moved.From
	}
	return c.Due
}

// Move says where a due time would lie that was moved because nobody can be late for what lies behind him, and by
// which rule.
type Move struct {
	From   time.Time `json:"from"`
	Clause string    `json:"clause"`
}

// Pause is a span during which the clock stands still, both days included; To is zero while it lasts.
type Pause struct {
	From   calendar.Date `json:"from"`
	To     calendar.Date `json:"to,omitzero"`
	Reason string        `json:"reason"`
	Note   string        `json:"note,omitempty"`
	By     string        `json:"by,omitempty"`
}

// Rung is one step of the ladder with its moment. N is its place in the ladder of the clock's pack.
type Rung struct {
	N      int             `json:"n"`
	Kind   policy.RungKind `json:"kind"`
	At     time.Time       `json:"at"`
	To     string          `json:"to"`
	Repeat bool            `json:"repeat,omitempty"`
	Clause string          `json:"clause"`
}

// next is the moment of the first rung; zero when the ladder is climbed or the clock stands still.
func (c *Clock) next() time.Time {
	if len(c.Rungs) == 0 || c.standing() {
		return time.Time{}
	}
	return c.Rungs[0].At
}

func (c *Clock) standing() bool {
	return slices.ContainsFunc(c.Pauses, func(p Pause) bool { return p.To.IsZero() })
}

// pausedFor is the reason for which the department lets its clock stand still.
func (c *Clock) pausedFor() string {
	for _, p := range c.Pauses {
		if p.To.IsZero() && p.Reason != suspension {
			return p.Reason
		}
	}
	return ""
}

func (c *Clock) pauses() []calendar.Pause {
	var ps []calendar.Pause
	for _, p := range c.Pauses {
		ps = append(ps, calendar.Pause{From: p.From, To: p.To})
	}
	return ps
}

// Limit is the clock as the calendar understands it; ok is false when the document gives a date.
func (c *Clock) Limit(closeAt calendar.TimeOfDay) (calendar.Limit, bool) {
	return calendar.Limit{Received: c.Received, Days: c.Days, Pauses: c.pauses(), Close: closeAt}, c.Days > 0
}

// Explain lists the days of a clock, each counted or not and why, under the calendar it was worked out with: to where
// the count ends, and with one more line to where the due time was moved. Of a date that a document gives there is
// nothing to count.
func (c *Clock) Explain(cal *calendar.Calendar, closeAt calendar.TimeOfDay) ([]calendar.ExplainedDay, error) {
	var days []calendar.ExplainedDay
	if limit, counted := c.Limit(closeAt); counted {
		if due := calendar.DateOf(c.laid()); !c.Due.IsZero() { // what was missed a later pause does not rescue
			limit.Pauses = slices.DeleteFunc(limit.Pauses, func(p calendar.Pause) bool { return !p.From.Before(due) })
		}
		var err error
		if _, days, err = cal.Explain(limit); err != nil {
			return nil, err
		}
	}
	if c.Moved != nil && !c.Due.IsZero() {
		due := calendar.DateOf(c.Due)
		days = append(days, calendar.ExplainedDay{
			Date: due, Reason: calendar.ReasonMoved, N: c.Days, Provisional: cal.Day(due).Provisional, Clause: c.Moved.Clause,
		})
	}
	return days, nil
}

func key(parts ...string) string { return strings.Join(parts, "/") }

// task returns the open task with that key.
func (p *Project) task(k string) (*Task, bool) {
	for i := range p.Tasks {
		if p.Tasks[i].Key == k {
			return &p.Tasks[i], true
		}
	}
	return nil, false
}

// taskOf returns the open task of a kind about a subject.
func (p *Project) taskOf(kind TaskKind, subject string) (*Task, bool) {
	for i := range p.Tasks {
		if p.Tasks[i].Kind == kind && p.Tasks[i].Subject == subject {
			return &p.Tasks[i], true
		}
	}
	return nil, false
}

// taskOf returns the open task of a kind about a subject, which is what the act is about.
func (b *batch) taskOf(kind TaskKind, subject string) (*Task, bool) {
	t, ok := b.p.taskOf(kind, subject)
	if ok {
		b.task = t.Key
	}
	return t, ok
}

// open adds tasks that an event brings with it.
func (p *Project) open(ts ...Task) { p.Tasks = append(p.Tasks, ts...) }

func (p *Project) openIf(t *Task) {
	if t != nil {
		p.open(*t)
	}
}

// close ends the task of a kind about a subject, if it is open.
func (p *Project) close(kind TaskKind, subject string) {
	p.Tasks = slices.DeleteFunc(p.Tasks, func(t Task) bool { return t.Kind == kind && t.Subject == subject })
}

// closeKind ends every task of a kind.
func (p *Project) closeKind(kinds ...TaskKind) {
	p.Tasks = slices.DeleteFunc(p.Tasks, func(t Task) bool { return slices.Contains(kinds, t.Kind) })
}

// mine returns the open task of a kind about a subject if the actor may end it: it is held by him, or entered for who
// has it, and nobody's signature is missing.
func (b *batch) mine(kind TaskKind, subject string, others ...domain.Party) (*Task, error) {
	t, err := b.held(kind, subject, others...)
	if err != nil {
		return nil, err
	}
	return t, t.signed()
}

// held returns the open task of a kind about a subject if the actor's party has it and no colleague holds it;
// the head of a department may always act for it. The owner's the office may enter late, and the others named.
func (b *batch) held(kind TaskKind, subject string, others ...domain.Party) (*Task, error) {
	if b.p.Status == Suspended {
		return nil, b.during()
	}
	t, ok := b.taskOf(kind, subject)
	if !ok {
		return nil, domain.Conflict("task.none", ruleParty, "目前没有这项待办，可能已经办结或尚未开始", "There is no such open task: it is done already or has not begun.")
	}
	if err := b.acts(t.Party, otherParty(), others...); err != nil {
		return nil, err
	}
	if t.Assignee != "" && !b.is(t.Assignee) && b.actor.Role == domain.RoleHandler && b.actor.Acts(t.Party) {
		return nil, domain.NotAllowed("task.held", ruleParty, "这项待办由本部门其他人承办，请先转办", "A colleague holds this task; have it handed over first.")
	}
	return t, b.since(t.Opened)
}

func otherParty() error {
	return domain.NotAllowed("task.other-party", ruleParty, "这项待办属于其他单位", "This task belongs to another party.")
}

// signed refuses to finish a task while a co-signer has not signed.
func (t *Task) signed() error {
	for _, c := range t.Cosigners {
		if c.Signed.IsZero() {
			return domain.Conflict("task.cosign", ruleParty, "还有加签人未签署意见", "A co-signer has not signed yet.")
		}
	}
	return nil
}
