package project

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"milepost/domain"
	"milepost/domain/calendar"
)

// Debt is the replacement a unit owes for a project that left the library (减一增一、规模不减).
type Debt struct {
	Size        int64     `json:"size"` // fen
	Opened      time.Time `json:"opened"`
	Settled     time.Time `json:"settled,omitzero"`
	Replacement string    `json:"replacement,omitempty"`
}

// suspension is the reason under which a suspended project's clocks stand still.
const suspension = "suspension"

// Suspend stops the project and every clock of it.
type Suspend struct {
	Reason string `json:"reason"`
	Until  string `json:"until"` // the estimate, a civil date
}

func (c Suspend) decide(b *batch) error {
	if err := b.only(domain.RoleOffice, domain.RoleLeader); err != nil {
		return err
	}
	if b.p.Status != Active || b.p.Phase == Closed {
		return b.during()
	}
	if err := b.reasoned(c.Reason, "reason"); err != nil {
		return err
	}
	until, err := calendar.ParseDate(c.Until)
	if err != nil || until.Before(calendar.DateOf(b.at)) {
		return domain.Invalid("suspend.until", "until", ruleSuspend, "须估计恢复日期，不早于今天", "Estimate when it resumes, not before today.")
	}
	b.emit(SuspensionBegan{Reason: c.Reason, Until: c.Until, From: calendar.DateOf(b.at), RemindAt: b.resumption(until)}, ruleSuspend)
	return nil
}

// resumption is when the office is reminded that a suspension was to end: in the morning of the day, or the next when
// that has passed.
func (b *batch) resumption(until calendar.Date) time.Time {
	if at := until.At(b.pack.Clock.Open); at.After(b.received) {
		return at.UTC()
	}
	return b.nextMorning(b.received)
}

// resumptionAlarm reminds of the end of a suspension, whose date follows.
const resumptionAlarm = "resumption/"

// Resume lets the project and its clocks go on; the day of resumption does not count.
type Resume struct {
	Reason string `json:"reason"`
}

func (c Resume) decide(b *batch) error {
	if err := b.only(domain.RoleOffice, domain.RoleLeader); err != nil {
		return err
	}
	if b.p.Status != Suspended {
		return domain.Conflict("resume.not-suspended", ruleSuspend, "项目没有暂停", "The project is not suspended.")
	}
	if err := b.reasoned(c.Reason, "reason"); err != nil {
		return err
	}
	if err := b.since(b.p.Suspended); err != nil {
		return err
	}
	ev := SuspensionEnded{Reason: c.Reason}
	for i := range b.p.Tasks {
		clock, err := b.resume(b.p.Tasks[i].Party, *clone(&b.p.Tasks[i].Clock), suspension)
		if err != nil {
			return err
		}
		ev.Clocks = append(ev.Clocks, Wound{Task: b.p.Tasks[i].Key, Clock: clock})
	}
	b.emit(ev, ruleSuspend)
	return b.automatic(b.reportAgain)
}

// reportAgain asks for the report of the month in which a project under construction goes on, where it was not asked
// for at its beginning: work that nobody reports would be missing in every sum.
func (b *batch) reportAgain() error {
	month := period(calendar.DateOf(b.at))
	_, asked := b.p.taskOf(TaskReport, month)
	_, filed := b.p.Reporting.current(month)
	if b.p.Phase == Construction && !asked && !filed {
		b.openReport(month)
	}
	return nil
}

// Withdraw is the owner's leave from the library, at any point before production.
type Withdraw struct {
	Reason string `json:"reason"`
}

func (c Withdraw) decide(b *batch) error {
	if !b.actor.Acts(b.p.owner()) {
		return domain.NotAllowed("withdraw.owner", ruleParty, "只有项目业主可以撤回项目", "Only the owner may withdraw the project.")
	}
	return b.depart(Withdrawn, c.Reason, ruleLeave)
}

// Remove takes a project out of the library: against current policy, or without real progress for long (GG-2).
type Remove struct {
	Reason string `json:"reason"`
}

func (c Remove) decide(b *batch) error {
	if err := b.only(domain.RoleOffice); err != nil {
		return err
	}
	return b.depart(Removed, c.Reason, "GG-2")
}

func (b *batch) depart(s Status, reason, clause string) error {
	if (b.p.Status != Active && b.p.Status != Suspended) || b.p.Phase == Closed {
		return b.during()
	}
	if err := b.reasoned(reason, "reason"); err != nil {
		return err
	}
	held := slices.ContainsFunc(b.p.Needs, func(n Need) bool {
		return n.State == NeedConfirmed || n.State == NeedWaiting || n.State == NeedReserved || n.State == NeedCommitted
	})
	owes := !b.p.Library.Recognised.IsZero() && b.p.Start.Started.IsZero()
	ev := Departed{Status: s, Reason: reason}
	if !owes {
		ev.ArchiveAt = b.archiveAt()
	}
	b.emit(ev, clause)
	return b.automatic(func() error {
		if held {
			b.emit(QuotaFollowed{Act: "free"}, ruleCommit)
		}
		if !owes {
			return nil
		}
		return b.oweReplacement()
	})
}

// oweReplacement makes the unit owe a project as large as the one that will not start (XS-5).
func (b *batch) oweReplacement() error {
	rule := b.pack.Library.Replacement
	t, err := b.newTask(TaskReplacement, "replacement", 1, b.p.unit(), taskName(TaskReplacement, domain.Text{}), rule)
	if err != nil {
		return err
	}
	b.emit(ReplacementOwed{Size: b.p.Profile.Investment, Task: t}, rule.Clause)
	return nil
}

// archiveAt is when a project that is left now is put away; to do so is the office's.
func (b *batch) archiveAt() time.Time {
	return b.receipt(office).AddDate(0, 0, b.pack.Library.ArchiveDays).UTC()
}

// Replace names the project that takes the place of one that left; it is at least as large (XS-5).
type Replace struct {
	Project    string `json:"project"`
	Investment int64  `json:"investment"` // fen; the server fills in the replacement's own figure
}

func (c Replace) decide(b *batch) error {
	clause := b.pack.Library.Replacement.Clause
	switch {
	case b.p.Debt == nil || !b.p.Debt.Settled.IsZero():
		return domain.Conflict("replace.none", clause, "没有需要补充的替换项目", "No replacement is owed.")
	case !b.actor.Acts(b.p.unit()) && b.actor.Role != domain.RoleOffice:
		return domain.NotAllowed("replace.party", ruleParty, "由责任单位或重大项目办登记替换项目", "The unit or the office names the replacement.")
	case b.since(b.p.Debt.Opened) != nil:
		return tooEarly()
	case strings.TrimSpace(c.Project) == "" || c.Project == b.p.ID || utf8.RuneCountInString(c.Project) > maxName:
		return domain.Invalid("replace.project", "project", clause, "须填写替换项目", "Name the replacement.")
	case c.Investment < b.p.Debt.Size:
		return domain.Invalid("replace.size", "investment", clause, "替换项目总投资不得低于"+ZhMoney(b.p.Debt.Size), "The replacement must be at least "+EnMoney(b.p.Debt.Size)+".")
	}
	b.emit(Replaced{Project: c.Project, Investment: c.Investment, ArchiveAt: b.archiveAt()}, clause)
	return nil
}

// Reopen takes a closed project up again at the joint acceptance; an act of the office with a reason.
type Reopen struct {
	Reason string `json:"reason"`
}

func (c Reopen) decide(b *batch) error {
	if err := b.only(domain.RoleOffice); err != nil {
		return err
	}
	if b.p.Status != Done {
		return domain.Conflict("reopen.open", ruleReopen, "只有已投产的项目可以重新打开；已撤回或移出的请重新申报", "Only a project in production can be reopened; declare a withdrawn one anew.")
	}
	if err := b.reasoned(c.Reason, "reason"); err != nil {
		return err
	}
	b.emit(Reopened{Reason: c.Reason}, ruleReopen)
	return nil
}

// FilePaper files a paper or a note at any time, also on a closed project, which stays closed.
type FilePaper struct {
	Title string       `json:"title"`
	Note  string       `json:"note,omitempty"`
	Files []HandedFile `json:"files,omitempty"`
}

func (c FilePaper) decide(b *batch) error {
	if !b.actor.Acts(b.p.owner()) && !b.actor.Acts(b.p.unit()) {
		if err := b.only(domain.RoleOffice, domain.RoleLeader, domain.RoleSupervisor, domain.RoleHandler, domain.RoleHead); err != nil {
			return err
		}
	}
	if strings.TrimSpace(c.Title) == "" || utf8.RuneCountInString(c.Title) > 200 {
		return domain.Invalid("paper.title", "title", ruleInput, "须填写材料名称，最多200字", "A title of at most 200 characters is needed.")
	}
	if err := b.brief(c.Note, "note"); err != nil {
		return err
	}
	filed := PaperFiled{Title: c.Title, Note: c.Note}
	b.emit(filed, ruleLate)
	return b.handIn(filed, FilesHandedIn{}, c.Files)
}

// SuspensionBegan stops the project and every clock. The office is reminded at RemindAt; the suspension goes on until
// somebody ends it.
type SuspensionBegan struct {
	Reason   string        `json:"reason"`
	Until    string        `json:"until"`
	From     calendar.Date `json:"from"`
	RemindAt time.Time     `json:"remindAt"`
}

func (e SuspensionBegan) evolve(p *Project, at domain.Entry) {
	p.Status, p.Suspended = Suspended, at.OccurredAt
	p.setAlarm(resumptionAlarm+e.Until, e.RemindAt)
	for i := range p.Items { // somebody has acted on everything: its clocks are not what they were
		p.Items[i].Undo = nil
	}
	for i := range p.Tasks {
		p.Tasks[i].Clock = p.Tasks[i].Clock.stop(Pause{From: e.From, Reason: suspension, Note: e.Reason, By: at.Actor.User}, at.OccurredAt)
	}
}

func (e SuspensionBegan) text(*Project) domain.Text {
	return domain.Text{Zh: "项目暂停（预计" + zhDay(e.Until) + "恢复）：" + e.Reason, En: "Suspended (until about " + e.Until + "): " + e.Reason}
}

// ResumptionDue reminds the office that a suspension was estimated to end; it goes on.
type ResumptionDue struct {
	Until string `json:"until"`
}

func (e ResumptionDue) evolve(p *Project, _ domain.Entry) { p.clearAlarms(resumptionAlarm) }
func (e ResumptionDue) text(*Project) domain.Text {
	return domain.Text{
		Zh: "暂停预计到" + zhDay(e.Until) + "为止，请恢复项目或另作决定；在此之前继续暂停",
		En: "The suspension was to end about " + e.Until + "; resume the project or decide otherwise, until then it goes on",
	}
}

// Wound is a task's clock as computed anew.
type Wound struct {
	Task  string `json:"task"`
	Clock Clock  `json:"clock"`
}

// SuspensionEnded lets everything run again.
type SuspensionEnded struct {
	Reason string  `json:"reason"`
	Clocks []Wound `json:"clocks"`
}

func (e SuspensionEnded) evolve(p *Project, _ domain.Entry) {
	p.Status, p.Suspended = Active, time.Time{}
	p.clearAlarms(resumptionAlarm)
	p.rewind(e.Clocks)
}

func (p *Project) rewind(clocks []Wound) {
	for _, w := range clocks {
		if t, ok := p.task(w.Task); ok {
			t.Clock = w.Clock
		}
	}
}

func (e SuspensionEnded) text(*Project) domain.Text {
	return domain.Text{Zh: "项目恢复，按工作日计算的时限顺延，定明日期的不变：" + e.Reason, En: "Resumed; limits of working days move on, dates stay: " + e.Reason}
}

// Departed ends the way to production.
type Departed struct {
	Status    Status    `json:"status"`
	Reason    string    `json:"reason"`
	ArchiveAt time.Time `json:"archiveAt,omitzero"` // unless a replacement is owed first
}

func (e Departed) evolve(p *Project, _ domain.Entry) {
	p.leave(e.Status)
	p.Suspended = time.Time{}
	if !e.ArchiveAt.IsZero() {
		p.setAlarm(archive, e.ArchiveAt)
	}
}

func (e Departed) text(*Project) domain.Text {
	if e.Status == Withdrawn {
		return domain.Text{Zh: "业主撤回项目：" + e.Reason, En: "Withdrawn by the owner: " + e.Reason}
	}
	return domain.Text{Zh: "移出项目库：" + e.Reason, En: "Removed from the library: " + e.Reason}
}

// ReplacementOwed is the debt of the unit.
type ReplacementOwed struct {
	Size int64 `json:"size"`
	Task Task  `json:"task"`
}

func (e ReplacementOwed) evolve(p *Project, at domain.Entry) {
	p.Debt = &Debt{Size: e.Size, Opened: at.OccurredAt}
	p.open(e.Task)
}

func (e ReplacementOwed) text(*Project) domain.Text {
	return domain.Text{Zh: "减一增一：责任单位须补充总投资不低于" + ZhMoney(e.Size) + "的项目", En: "A replacement of at least " + EnMoney(e.Size) + " is owed by the unit"}
}

// Replaced settles the debt.
type Replaced struct {
	Project    string    `json:"project"`
	Investment int64     `json:"investment"`
	ArchiveAt  time.Time `json:"archiveAt"`
}

func (e Replaced) evolve(p *Project, at domain.Entry) {
	if p.Debt != nil {
		p.Debt.Settled, p.Debt.Replacement = at.OccurredAt, e.Project
	}
	p.close(TaskReplacement, "replacement")
	p.setAlarm(archive, e.ArchiveAt)
}

func (e Replaced) text(*Project) domain.Text {
	return domain.Text{Zh: "已补充替换项目，总投资" + ZhMoney(e.Investment), En: "Replaced by a project of " + EnMoney(e.Investment)}
}

// Reopened takes a closed project up again.
type Reopened struct {
	Reason string `json:"reason"`
}

func (e Reopened) evolve(p *Project, at domain.Entry) {
	p.Phase, p.Status, p.Entered = Completion, Active, at.OccurredAt
	p.Acceptance.Accepted, p.Acceptance.Rectify = time.Time{}, nil
	p.clearAlarms(archive)
}

func (e Reopened) text(*Project) domain.Text {
	return domain.Text{Zh: "重新打开项目：" + e.Reason, En: "Reopened: " + e.Reason}
}

// PaperFiled is a paper or note.
type PaperFiled struct {
	Title string `json:"title"`
	Note  string `json:"note,omitempty"`
}

func (e PaperFiled) evolve(*Project, domain.Entry) {}
func (e PaperFiled) text(*Project) domain.Text {
	return domain.Text{Zh: "补充材料：" + e.Title, En: "Paper filed: " + e.Title}
}

// PutAway ends the project's timeline.
type PutAway struct{}

func (PutAway) evolve(p *Project, _ domain.Entry) { p.leave(Archived) }
func (PutAway) text(*Project) domain.Text {
	return domain.Text{Zh: "项目归档", En: "Archived"}
}
