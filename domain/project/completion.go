package project

import (
	"strings"
	"time"

	"milepost/domain"
	"milepost/domain/calendar"
)

// Acceptance is the way from trial run to production (竣工投产).
type Acceptance struct {
	Requested  time.Time `json:"requested,omitzero"`
	TrialRun   string    `json:"trialRun,omitempty"`
	Settlement int64     `json:"settlement,omitempty"` // final account, fen
	Audit      string    `json:"audit,omitempty"`
	Settled    time.Time `json:"settled,omitzero"`
	Rounds     int       `json:"rounds,omitempty"`   // of joint acceptance
	Returned   string    `json:"returned,omitempty"` // the document of the last one that was not passed
	Accepted   time.Time `json:"accepted,omitzero"`
	Document   string    `json:"document,omitempty"`

	Rectify []Rectification `json:"rectify,omitempty"` // what the last one wanted rectified
}

// RequestAcceptance applies for acceptance after the trial run (SL-15). Every deferred paper must be in (XN-10).
type RequestAcceptance struct {
	TrialRun string       `json:"trialRun"` // the date the trial run ended
	Files    []HandedFile `json:"files,omitempty"`
}

func (c RequestAcceptance) decide(b *batch) error {
	if err := b.during(Construction); err != nil {
		return err
	}
	if err := b.acts(b.p.owner(), domain.NotAllowed("acceptance.owner", ruleParty, "验收由项目业主申请", "Only the owner applies for acceptance.")); err != nil {
		return err
	}
	if err := b.since(b.p.Start.Started); err != nil {
		return err
	}
	if err := b.whole(); err != nil {
		return err
	}
	if d, err := calendar.ParseDate(c.TrialRun); err != nil || d.After(calendar.DateOf(b.at)) || d.Before(calendar.DateOf(b.p.Start.Started)) {
		return domain.Invalid("acceptance.trial-run", "trialRun", b.pack.Completion.Clause, "须填写试运行结束日期，在开工之后、不晚于今天", "Give the date the trial run ended, after the start and not after today.")
	}
	requested := AcceptanceRequested{TrialRun: c.TrialRun}
	b.emit(requested, b.pack.Completion.Clause)
	if err := b.handIn(requested, FilesHandedIn{}, c.Files); err != nil {
		return err
	}
	return b.automatic(func() error { return b.enter(Completion) })
}

// whole refuses acceptance while a deferred paper is still missing.
func (b *batch) whole() error {
	for _, m := range b.p.Commitments {
		if m.Open() {
			return domain.Conflict("acceptance.commitment", b.pack.Approval.DeferralRule, "容缺材料未补齐，不能验收："+b.p.itemName(m.Item).Zh, "A deferred paper is still missing: "+b.p.itemName(m.Item).En)
		}
	}
	return nil
}

// followCompletion opens the single acceptances, then settlement, then the joint acceptance.
func (b *batch) followCompletion() error {
	if !b.p.settled(string(Completion)) {
		return b.openItems()
	}
	if _, open := b.p.taskOf(TaskSettlement, "settlement"); !open && b.p.Acceptance.Settled.IsZero() {
		t, err := b.newTask(TaskSettlement, "settlement", 1, b.p.owner(), taskName(TaskSettlement, domain.Text{}), b.pack.Completion.Settlement)
		if err != nil {
			return err
		}
		b.emit(SettlementAsked{Task: t}, b.pack.Completion.Settlement.Clause)
		return nil
	}
	if _, open := b.p.taskOf(TaskJoint, "joint"); open || b.p.Acceptance.Settled.IsZero() || !b.p.Acceptance.rectified() {
		return nil
	}
	return b.askJoint()
}

func (b *batch) askJoint() error {
	t, err := b.newTask(TaskJoint, "joint", b.p.Acceptance.Rounds+1, office, taskName(TaskJoint, domain.Text{}), b.pack.Completion.Joint)
	if err != nil {
		return err
	}
	b.emit(JointAcceptanceAsked{Task: t}, b.pack.Completion.Joint.Clause)
	return nil
}

// FileSettlement files the settlement and the audit of the final account.
type FileSettlement struct {
	Amount int64        `json:"amount"` // fen
	Audit  string       `json:"audit"`
	Files  []HandedFile `json:"files,omitempty"`
}

func (c FileSettlement) decide(b *batch) error {
	if _, err := b.mine(TaskSettlement, "settlement"); err != nil {
		return err
	}
	rule := b.pack.Completion.Settlement
	if c.Amount <= 0 || c.Amount > maxMoney {
		return domain.Invalid("settlement.amount", "amount", rule.Clause, "决算金额（分）须为正数", "The final account (fen) must be positive.")
	}
	if strings.TrimSpace(c.Audit) == "" {
		return domain.Invalid("settlement.audit", "audit", rule.Clause, "须填写竣工决算审计报告", "Name the audit report of the final account.")
	}
	if err := b.brief(c.Audit, "audit"); err != nil {
		return err
	}
	settled := Settled{Amount: c.Amount, Audit: c.Audit}
	b.emit(settled, rule.Clause)
	return b.handIn(settled, FilesHandedIn{}, c.Files)
}

// AcceptJointly is the joint acceptance: passed, or sent back with the list of what is to be rectified.
type AcceptJointly struct {
	Passed   bool         `json:"passed"`
	Document string       `json:"document"`
	Rectify  []Finding    `json:"rectify,omitempty"`
	Files    []HandedFile `json:"files,omitempty"`
}

func (c AcceptJointly) decide(b *batch) error {
	if _, err := b.mine(TaskJoint, "joint"); err != nil {
		return err
	}
	rule := b.pack.Completion.Joint
	if strings.TrimSpace(c.Document) == "" {
		return domain.Invalid("acceptance.document", "document", rule.Clause, "须填写验收文件", "Name the document of the acceptance.")
	}
	if err := b.brief(c.Document, "document"); err != nil {
		return err
	}
	if !c.Passed {
		return b.sendBack(c)
	}
	if len(c.Rectify) > 0 {
		return domain.Invalid("acceptance.rectify", "rectify", b.pack.Completion.RectificationClause, "验收通过的不列整改事项；须整改的请按未通过办理", "What has passed is not to be rectified; say that it has not passed.")
	}
	if err := b.whole(); err != nil {
		return err
	}
	for _, pr := range b.p.Problems {
		if pr.Closed.IsZero() {
			return domain.Conflict("acceptance.problem", ruleProblems, "还有问题没有销号：“"+pr.Title+"”，请先销号再验收", "A problem is still on the register: “"+pr.Title+"”. Close it first.")
		}
	}
	accepted := JointlyAccepted{Document: c.Document, ArchiveAt: b.archiveAt()}
	b.emit(accepted, rule.Clause)
	return b.handIn(accepted, FilesHandedIn{}, c.Files)
}

// AcceptanceRequested ends the works.
type AcceptanceRequested struct {
	TrialRun string `json:"trialRun"`
}

func (e AcceptanceRequested) evolve(p *Project, at domain.Entry) {
	p.Acceptance.Requested, p.Acceptance.TrialRun = at.OccurredAt, e.TrialRun
	p.close(TaskCompletion, "completion")
	p.clearAlarms(reportAlarm)
}

func (e AcceptanceRequested) text(*Project) domain.Text {
	return domain.Text{Zh: "试运行（" + zhDay(e.TrialRun) + "结束）后申请竣工验收", En: "Acceptance requested after the trial run (ended " + e.TrialRun + ")"}
}

// SettlementAsked asks for settlement and final account: all single acceptances are granted.
type SettlementAsked struct {
	Task Task `json:"task"`
}

func (e SettlementAsked) evolve(p *Project, _ domain.Entry) { p.open(e.Task) }
func (e SettlementAsked) text(*Project) domain.Text {
	return domain.Text{Zh: "单项验收全部通过，办理结算和竣工决算审计", En: "All single acceptances granted; settlement and audit follow"}
}

// Settled is the audited final account.
type Settled struct {
	Amount int64  `json:"amount"`
	Audit  string `json:"audit"`
}

func (e Settled) evolve(p *Project, at domain.Entry) {
	p.Acceptance.Settlement, p.Acceptance.Audit, p.Acceptance.Settled = e.Amount, e.Audit, at.OccurredAt
	p.close(TaskSettlement, "settlement")
}

func (e Settled) text(*Project) domain.Text {
	return domain.Text{Zh: "竣工决算" + ZhMoney(e.Amount) + "（" + e.Audit + "）", En: "Final account " + EnMoney(e.Amount) + " (" + e.Audit + ")"}
}

// JointAcceptanceAsked asks the office to hold the joint acceptance.
type JointAcceptanceAsked struct {
	Task Task `json:"task"`
}

func (e JointAcceptanceAsked) evolve(p *Project, _ domain.Entry) {
	p.Acceptance.Rounds = e.Task.Round
	p.open(e.Task)
}

func (e JointAcceptanceAsked) text(p *Project) domain.Text {
	t := domain.Text{Zh: "组织竣工验收，" + zhTime(e.Task.Clock.Due) + "前完成", En: "Joint acceptance, due " + enTime(e.Task.Clock.Due)}
	if n := len(p.Acceptance.Rectify); n > 0 {
		t.Zh = itoa(n) + "项整改已全部完成，第" + itoa(e.Task.Round) + "次" + t.Zh
		t.En = "All of " + itoa(n) + " rectified. " + t.En + ", round " + itoa(e.Task.Round)
	}
	return t
}

// JointlyAccepted brings the project into production.
type JointlyAccepted struct {
	Document  string    `json:"document"`
	ArchiveAt time.Time `json:"archiveAt"`
}

func (e JointlyAccepted) evolve(p *Project, at domain.Entry) {
	p.Phase, p.Status, p.Entered = Closed, Done, at.OccurredAt
	p.Acceptance.Accepted, p.Acceptance.Document = at.OccurredAt, e.Document
	p.Tasks, p.Alarms = nil, nil
	p.setAlarm(archive, e.ArchiveAt)
}

func (e JointlyAccepted) text(*Project) domain.Text {
	return domain.Text{Zh: "竣工验收通过，投产（" + e.Document + "）", En: "Accepted; in production (" + e.Document + ")"}
}
