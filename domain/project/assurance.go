package project

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/policy"
)

// NeedState is how far a resource has come.
type NeedState string

// The states of a need.
const (
	NeedAsked     NeedState = "asked"     // 待部门确认
	NeedConfirmed NeedState = "confirmed" // 已确认，等待指标
	NeedWaiting   NeedState = "waiting"   // 指标不足，排队
	NeedReserved  NeedState = "reserved"  // 已预留
	NeedCommitted NeedState = "committed" // 已核销
	NeedFreed     NeedState = "freed"     // 已释放
	NeedDeclined  NeedState = "declined"  // 部门认定不需要
)

// Need is one resource of the project (要素): asked for, confirmed by the department, reserved against the
// jurisdiction's quota of the year, committed at start, freed on leaving.
type Need struct {
	Resource string      `json:"resource"`
	Name     domain.Text `json:"name"`
	Unit     domain.Text `json:"unit"`
	Year     int         `json:"year"`
	Asked    string      `json:"asked"`
	Amount   string      `json:"amount"` // as confirmed
	State    NeedState   `json:"state"`
	Since    time.Time   `json:"since"`
	Place    int         `json:"place,omitempty"`   // in the waiting line, from 1
	Rank     int         `json:"rank,omitempty"`    // of the project's level in the pack's order of the line, 0 first
	Benefit  string      `json:"benefit,omitempty"` // what the pack ranks equal levels by: investment | tax; empty = by date only
}

// amount reads a quantity: a positive decimal with at most four places.
func amount(s string) (decimal.Decimal, error) {
	d, err := decimal.NewFromString(s)
	if err != nil || len(s) > 20 || !d.IsPositive() || d.Exponent() < -4 || d.GreaterThan(decimal.New(1, 12)) {
		return decimal.Zero, domain.Invalid("amount", "amount", ruleInput, "数量须为正数，最多四位小数", "An amount is a positive decimal with at most four places.")
	}
	return d, nil
}

// checkAsk checks a resource, its amount and year; prefix is what leads to the fields.
func checkAsk(pack *policy.Pack, a Ask, prefix string) error {
	rule, ok := pack.Resource(a.Resource)
	if !ok {
		return domain.Invalid("ask.resource", prefix+"resource", ruleInput, "政策包没有这种要素："+a.Resource, "The pack has no such resource: "+a.Resource)
	}
	d, err := amount(a.Amount)
	if err != nil || d.Exponent() < -rule.Scale {
		return domain.Invalid("ask.amount", prefix+"amount", rule.Clause, rule.Name.Zh+"数量须为正数，最多"+itoa(int(rule.Scale))+"位小数", "The amount must be a positive decimal with at most "+itoa(int(rule.Scale))+" places.")
	}
	if a.Year < 2000 || a.Year > 2200 {
		return domain.Invalid("ask.year", prefix+"year", rule.Clause, "指标年度不正确", "The year of the quota is not right.")
	}
	return nil
}

// beginAssurance asks each resource's department to confirm the need.
func (b *batch) beginAssurance() error {
	var needs []Need
	var tasks []Task
	for _, a := range b.p.Profile.Asks {
		rule, ok := b.pack.Resource(a.Resource)
		if !ok {
			continue
		}
		needs = append(needs, Need{
			Resource: a.Resource, Name: rule.Name, Unit: rule.Unit, Year: a.Year, Asked: a.Amount, State: NeedAsked, Since: b.at.UTC(),
			Rank: rankOf(b.pack.Assurance.Levels, b.p.Profile.Level), Benefit: rule.Benefit,
		})
		t, err := b.newTask(TaskNeed, needKey(a.Resource, a.Year), 1, department(rule.Department), taskName(TaskNeed, rule.Name), b.pack.Assurance.Confirm)
		if err != nil {
			return err
		}
		t.Lamp = rule.Lamp
		tasks = append(tasks, t)
	}
	b.emit(NeedsAsked{Needs: needs, Tasks: tasks}, b.pack.Assurance.Clause)
	return nil
}

// rankOf is a level's place in the pack's order of the waiting line; a level it does not list comes last.
func rankOf(levels []string, level string) int {
	if i := slices.Index(levels, level); i >= 0 {
		return i
	}
	return len(levels)
}

func needKey(resource string, year int) string { return key(resource, itoa(year)) }

func (p *Project) need(resource string, year int) (*Need, bool) {
	for i := range p.Needs {
		if p.Needs[i].Resource == resource && p.Needs[i].Year == year {
			return &p.Needs[i], true
		}
	}
	return nil, false
}

// assured tells whether every need is reserved, committed or not needed.
func (p *Project) assured() bool {
	return !slices.ContainsFunc(p.Needs, func(n Need) bool {
		return n.State != NeedReserved && n.State != NeedCommitted && n.State != NeedDeclined
	})
}

// ConfirmNeed is the department's word on a resource: how much is needed, never more than was asked for; less, or
// none (zero), needs a note that says why (OWN-16).
type ConfirmNeed struct {
	Resource string `json:"resource"`
	Year     int    `json:"year"`
	Amount   string `json:"amount"`
	Note     string `json:"note,omitempty"`
}

func (c ConfirmNeed) decide(b *batch) error {
	if _, err := b.mine(TaskNeed, needKey(c.Resource, c.Year)); err != nil {
		return err
	}
	rule, _ := b.pack.Resource(c.Resource)
	if c.Amount == "0" {
		if err := b.reasoned(c.Note, "note"); err != nil {
			return err
		}
		b.emit(NeedConfirmedAs{Resource: c.Resource, Year: c.Year, Amount: "0", Note: c.Note}, rule.Clause)
		return nil
	}
	if err := checkAsk(b.pack, Ask{Resource: c.Resource, Amount: c.Amount, Year: c.Year}, ""); err != nil {
		return err
	}
	if err := c.within(b); err != nil {
		return err
	}
	b.emit(NeedConfirmedAs{Resource: c.Resource, Year: c.Year, Amount: c.Amount, Note: c.Note}, rule.Clause)
	return nil
}

// within refuses more than was asked for, and less without a reason.
func (c ConfirmNeed) within(b *batch) error {
	n, ok := b.p.need(c.Resource, c.Year)
	if !ok {
		return domain.NotFound("need.unknown", "resource", "没有这项要素需求", "There is no such need.")
	}
	asked, err := amount(n.Asked)
	if err != nil {
		return err
	}
	confirmed, err := amount(c.Amount)
	if err != nil {
		return err
	}
	switch confirmed.Cmp(asked) {
	case 1:
		return domain.Invalid("need.more", "amount", b.pack.Assurance.Confirm.LimitedBy(), "确认数量不能多于申请的"+n.Asked+n.Unit.Zh, "No more than the "+n.Asked+" "+n.Unit.En+" asked for can be confirmed.")
	case -1:
		return b.reasoned(c.Note, "note")
	default:
		return b.brief(c.Note, "note")
	}
}

// RecordReservation is the ledger's answer: the amount is reserved, or the project waits in line. Only the
// product itself sends it.
type RecordReservation struct {
	Resource string `json:"resource"`
	Year     int    `json:"year"`
	Reserved bool   `json:"reserved"`
	Place    int    `json:"place,omitempty"`
}

func (c RecordReservation) decide(b *batch) error {
	if err := b.only(domain.RoleSystem); err != nil {
		return err
	}
	n, ok := b.p.need(c.Resource, c.Year)
	if !ok || (n.State != NeedConfirmed && n.State != NeedWaiting) {
		return domain.Conflict("need.state", b.pack.Assurance.Clause, "要素需求不在等待指标", "The need does not wait for quota.")
	}
	rule, _ := b.pack.Resource(c.Resource)
	if c.Reserved {
		b.emit(QuotaReserved{Resource: c.Resource, Year: c.Year, Amount: n.Amount}, rule.Clause)
		return nil
	}
	ev := QuotaWaited{Resource: c.Resource, Year: c.Year, Amount: n.Amount, Place: c.Place}
	if _, open := b.p.taskOf(TaskQuota, needKey(c.Resource, c.Year)); !open {
		t, err := b.newTask(TaskQuota, needKey(c.Resource, c.Year), 1, department(rule.Department), taskName(TaskQuota, rule.Name), b.pack.Assurance.Waiting)
		if err != nil {
			return err
		}
		t.Lamp = rule.Lamp
		if b.p.Status == Suspended {
			t.Clock = t.Clock.stop(Pause{From: calendar.DateOf(b.at), Reason: suspension}, b.at)
		}
		ev.Task = &t
	}
	b.emit(ev, rule.Clause)
	return nil
}

// NeedsAsked begins the assurance of resources.
type NeedsAsked struct {
	Needs []Need `json:"needs"`
	Tasks []Task `json:"tasks"`
}

func (e NeedsAsked) evolve(p *Project, _ domain.Entry) {
	p.Needs = e.Needs
	p.open(e.Tasks...)
}

func (e NeedsAsked) text(*Project) domain.Text {
	if len(e.Needs) == 0 {
		return domain.Text{Zh: "无要素指标需求", En: "No quotas are needed"}
	}
	return domain.Text{Zh: "提出" + itoa(len(e.Needs)) + "项要素需求，待部门确认", En: itoa(len(e.Needs)) + " resources asked for; departments confirm"}
}

// NeedConfirmedAs is the department's word; a reservation is asked of the ledger.
type NeedConfirmedAs struct {
	Resource string `json:"resource"`
	Year     int    `json:"year"`
	Amount   string `json:"amount"`
	Note     string `json:"note,omitempty"`
}

func (e NeedConfirmedAs) evolve(p *Project, at domain.Entry) {
	if n, ok := p.need(e.Resource, e.Year); ok {
		n.Amount, n.State, n.Since = e.Amount, NeedConfirmed, at.OccurredAt
		if e.Amount == "0" {
			n.State = NeedDeclined
		}
	}
	p.close(TaskNeed, needKey(e.Resource, e.Year))
}

func (e NeedConfirmedAs) text(p *Project) domain.Text {
	name, unit := p.resource(e.Resource, e.Year)
	if e.Amount == "0" {
		return domain.Text{Zh: "认定不需要" + name.Zh + "：" + e.Note, En: name.En + ": found not to be needed: " + e.Note}
	}
	t := domain.Text{Zh: "确认" + name.Zh + "需求" + e.Amount + unit.Zh, En: name.En + ": " + e.Amount + " " + unit.En + " confirmed"}
	if e.Note != "" {
		t.Zh, t.En = t.Zh+"（"+e.Note+"）", t.En+" ("+e.Note+")"
	}
	return t
}

func (p *Project) resource(resource string, year int) (name, unit domain.Text) {
	if n, ok := p.need(resource, year); ok {
		return n.Name, n.Unit
	}
	return domain.Text{Zh: resource, En: resource}, domain.Text{}
}

// QuotaReserved says that the ledger holds the amount for the project.
type QuotaReserved struct {
	Resource string `json:"resource"`
	Year     int    `json:"year"`
	Amount   string `json:"amount"`
}

func (e QuotaReserved) evolve(p *Project, at domain.Entry) {
	if n, ok := p.need(e.Resource, e.Year); ok {
		n.State, n.Since, n.Place = NeedReserved, at.OccurredAt, 0
	}
	p.close(TaskQuota, needKey(e.Resource, e.Year))
}

func (e QuotaReserved) text(p *Project) domain.Text {
	name, unit := p.resource(e.Resource, e.Year)
	return domain.Text{Zh: "预留" + itoa(e.Year) + "年" + name.Zh + e.Amount + unit.Zh, En: name.En + " of " + itoa(e.Year) + ": " + e.Amount + " " + unit.En + " reserved"}
}

// QuotaWaited says that the quota does not suffice; the project waits in line. Task is the department's, to find what
// is missing, when it begins to wait.
type QuotaWaited struct {
	Resource string `json:"resource"`
	Year     int    `json:"year"`
	Amount   string `json:"amount"`
	Place    int    `json:"place"`
	Task     *Task  `json:"task,omitempty"`
}

func (e QuotaWaited) evolve(p *Project, at domain.Entry) {
	if n, ok := p.need(e.Resource, e.Year); ok {
		n.State, n.Since, n.Place = NeedWaiting, at.OccurredAt, e.Place
	}
	p.openIf(e.Task)
}

func (e QuotaWaited) text(p *Project) domain.Text {
	name, unit := p.resource(e.Resource, e.Year)
	return domain.Text{Zh: name.Zh + "余量不足，需" + e.Amount + unit.Zh + "，排队第" + itoa(e.Place) + "位", En: name.En + ": not enough for " + e.Amount + " " + unit.En + ", place " + itoa(e.Place) + " in line"}
}

// QuotaFollowed says what becomes of reserved resources: committed at start, freed on leaving.
type QuotaFollowed struct {
	Act string `json:"act"` // commit | free
}

func (e QuotaFollowed) evolve(p *Project, at domain.Entry) {
	for i := range p.Needs {
		n := &p.Needs[i]
		switch {
		case e.Act == "commit" && n.State == NeedReserved:
			n.State, n.Since = NeedCommitted, at.OccurredAt
		case e.Act == "free" && n.State != NeedDeclined && n.State != NeedAsked:
			n.State, n.Since, n.Place = NeedFreed, at.OccurredAt, 0
		}
	}
}

func (e QuotaFollowed) text(*Project) domain.Text {
	if e.Act == "commit" {
		return domain.Text{Zh: "核销预留的要素指标", En: "Reserved resources committed"}
	}
	return domain.Text{Zh: "释放要素指标", En: "Resources freed"}
}

// QuotaAct is what the ledger is asked to do for an event; the worker carries it out once.
type QuotaAct struct {
	Act          string `json:"act"` // reserve | commit | free
	Jurisdiction string `json:"jurisdiction"`
	Project      string `json:"project"`
	Resource     string `json:"resource"`
	Year         int    `json:"year"`
	Amount       string `json:"amount"`
	Level        string `json:"level"`
	Rank         int    `json:"rank"`              // of the level in the waiting line, 0 first
	Benefit      string `json:"benefit,omitempty"` // what ranks equal levels: investment | tax; empty = the date only
	Investment   int64  `json:"investment"`
	AnnualTax    int64  `json:"annualTax,omitempty"`
	Clause       string `json:"clause"`
}

// quotaActs are the ledger acts that an entry asks for; the state is the one after it.
func (p *Project) quotaActs(e domain.Entry) []QuotaAct {
	base := QuotaAct{Jurisdiction: p.Profile.Jurisdiction, Project: p.ID, Level: p.Profile.Level, Investment: p.Profile.Investment, AnnualTax: p.Profile.AnnualTax, Clause: e.Clause}
	ev, err := decodeEvent(e.Type, e.Data)
	if err != nil {
		return nil
	}
	switch ev := ev.(type) {
	case NeedConfirmedAs:
		if ev.Amount == "0" {
			return nil
		}
		a := base
		a.Act, a.Resource, a.Year, a.Amount = "reserve", ev.Resource, ev.Year, ev.Amount
		if n, ok := p.need(ev.Resource, ev.Year); ok {
			a.Rank, a.Benefit = n.Rank, n.Benefit
		}
		return []QuotaAct{a}
	case QuotaFollowed:
		var acts []QuotaAct
		for _, n := range p.Needs {
			if (ev.Act == "commit" && n.State == NeedCommitted) || (ev.Act == "free" && n.State == NeedFreed) {
				a := base
				a.Act, a.Resource, a.Year, a.Amount = ev.Act, n.Resource, n.Year, n.Amount
				acts = append(acts, a)
			}
		}
		return acts
	}
	return nil
}

func encode(v any) json.RawMessage {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // plain values always encode
	}
	return data
}
