package project

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/policy"
)

// Reporting is what the project has reported, and what it planned.
type Reporting struct {
	Plan      []PlanMonth `json:"plan,omitempty"`
	Reports   []Report    `json:"reports,omitempty"`
	Lamp      string      `json:"lamp,omitempty"` // of the last report
	LampSince time.Time   `json:"lampSince,omitzero"`
	RedMonths int         `json:"redMonths,omitempty"` // running
}

// PlanMonth is the investment planned for one month, in fen.
type PlanMonth struct {
	Period string `json:"period"` // 2026-09
	Amount int64  `json:"amount"`
}

// Report is one monthly report; a correction is a report of its own that names the record it corrects. Only the last
// record keeps its words: those before it are superseded, and stand on the timeline.
type Report struct {
	Seq        int64  `json:"seq"`
	Period     string `json:"period"`
	Investment int64  `json:"investment"` // done in the period, fen
	Planned    int64  `json:"planned"`
	Image      string `json:"image"` // 形象进度
	Forecast   string `json:"forecast,omitempty"`
	Lamp       string `json:"lamp"`
	Corrects   int64  `json:"corrects,omitempty"` // the sequence number of the record corrected
	Reason     string `json:"reason,omitempty"`
}

// keep adds a record.
func (r *Reporting) keep(rep Report) {
	if n := len(r.Reports); n > 0 {
		before := &r.Reports[n-1]
		before.Image, before.Forecast, before.Reason = "", "", ""
	}
	r.Reports = append(r.Reports, rep)
}

// current is the latest record for a period.
func (r Reporting) current(period string) (Report, bool) {
	for _, rep := range slices.Backward(r.Reports) {
		if rep.Period == period {
			return rep, true
		}
	}
	return Report{}, false
}

// newest is the latest period reported; empty when there is none.
func (r Reporting) newest() string {
	last := ""
	for _, rep := range r.Reports {
		last = max(last, rep.Period)
	}
	return last
}

// redRun counts the months running up to a period, that one included, whose progress is red as last corrected. A
// month not reported ends the run.
func (r Reporting) redRun(upTo string) int {
	n := 0
	month, err := firstOf(upTo)
	for ; err == nil; n++ {
		rep, ok := r.current(period(month))
		if !ok || rep.Lamp != policy.LampRed {
			break
		}
		month = month.AddDays(-1).FirstOfMonth()
	}
	return n
}

// with is what was reported including one more record.
func (r Reporting) with(rep Report) Reporting {
	r.Reports = append(slices.Clone(r.Reports), rep)
	return r
}

// ToDate is the investment done to date, in fen; corrected reports count as corrected.
func (r Reporting) ToDate() int64 {
	var sum int64
	for i, rep := range r.Reports {
		last := !slices.ContainsFunc(r.Reports[i+1:], func(o Report) bool { return o.Period == rep.Period })
		if last {
			sum += rep.Investment
		}
	}
	return sum
}

func period(d calendar.Date) string { return d.String()[:7] }

func firstOf(period string) (calendar.Date, error) { return calendar.ParseDate(period + "-01") }

func nextMonth(d calendar.Date) calendar.Date {
	if d.Month == time.December {
		return calendar.NewDate(d.Year+1, time.January, 1)
	}
	return calendar.NewDate(d.Year, d.Month+1, 1)
}

// openReport asks for the report of a month. It is due on the pack's day of the month after, whether or not
// that is a working day.
func (b *batch) openReport(month string) {
	first, err := firstOf(month)
	if err != nil {
		return
	}
	next := nextMonth(first)
	rule := b.pack.Construction.Monthly
	clock := b.until(b.p.owner(), calendar.NewDate(next.Year, next.Month, rule.Day), rule.Ladder, rule.Clause)
	name := taskName(TaskReport, domain.Text{Zh: itoa(first.Year) + "年" + itoa(int(first.Month)) + "月", En: month})
	b.emit(ReportOpened{
		Period: month, Next: next.At(calendar.TimeOfDay{}).UTC(), Quiet: b.p.forgotten(first),
		Task: b.taskWith(TaskReport, month, 1, b.p.owner(), name, clock),
	}, rule.Clause)
}

// forgotten are the open reports whose daily reminder ends when a month begins, since there is a later one to remind
// of. They stay open and red.
func (p *Project) forgotten(month calendar.Date) []string {
	var keys []string
	for i := range p.Tasks {
		t := &p.Tasks[i]
		repeats := slices.ContainsFunc(t.Clock.Rungs, func(r Rung) bool { return r.Repeat })
		if t.Kind == TaskReport && repeats && p.reportedAfter(t.Subject, period(month)) {
			keys = append(keys, t.Key)
		}
	}
	return keys
}

// reportedAfter tells whether a report was asked for between two months.
func (p *Project) reportedAfter(from, to string) bool {
	between := func(month string) bool { return from < month && month < to }
	return slices.ContainsFunc(p.Tasks, func(t Task) bool { return t.Kind == TaskReport && between(t.Subject) }) ||
		slices.ContainsFunc(p.Reporting.Reports, func(r Report) bool { return between(r.Period) })
}

// ring decides an alarm: the month's report opens, a suspension was to end, or the project is archived.
func (b *batch) ring(a Alarm) error {
	if a.Key == archive {
		b.emit(PutAway{}, ruleArchive)
		return nil
	}
	if until, ok := strings.CutPrefix(a.Key, resumptionAlarm); ok {
		b.emit(ResumptionDue{Until: until}, ruleSuspend)
		return nil
	}
	month := strings.TrimPrefix(a.Key, reportAlarm)
	if b.p.Status == Suspended {
		first, err := firstOf(month)
		if err != nil {
			return err
		}
		b.emit(ReportSkipped{Period: month, Next: nextMonth(first).At(calendar.TimeOfDay{}).UTC()}, ruleSuspend)
		return nil
	}
	b.openReport(month)
	return nil
}

const (
	reportAlarm = "report/"
	archive     = "archive"
)

func (p *Project) setAlarm(key string, at time.Time) {
	p.Alarms = append(p.Alarms, Alarm{Key: key, At: at})
}

func (p *Project) clearAlarms(prefix string) {
	p.Alarms = slices.DeleteFunc(p.Alarms, func(a Alarm) bool { return strings.HasPrefix(a.Key, prefix) })
}

// SetPlan lays down the investment planned month by month. What it does not say of the months that have begun stays;
// what it says otherwise of them is an act of the office with a reason: progress is measured against the plan as it
// was made, not as it turned out (OWN-115).
type SetPlan struct {
	Months []PlanMonth `json:"months"`
	Reason string      `json:"reason,omitempty"` // for changing a month that has begun
}

const maxPlan = 240 // months

func (c SetPlan) decide(b *batch) error {
	if !b.actor.Acts(b.p.owner()) && !b.actor.Acts(b.p.unit()) && b.actor.Role != domain.RoleOffice {
		return domain.NotAllowed("plan.party", ruleParty, "投资计划由业主、责任单位或重大项目办填报", "The owner, the unit or the office files the plan.")
	}
	if err := b.during(Assurance, Startup, Construction); err != nil {
		return err
	}
	clause := b.pack.Construction.Clause
	for i, m := range c.Months {
		_, err := firstOf(m.Period)
		if err != nil || m.Amount < 0 || m.Amount > maxMoney || (i > 0 && m.Period <= c.Months[i-1].Period) {
			return domain.Invalid("plan.month", "months."+itoa(i), clause, "月份须依次递增，金额（分）不能为负", "Months must ascend, and amounts (fen) must not be negative.")
		}
	}
	begun, current := b.begunPlan()
	plan := merged(begun, c.Months)
	if len(c.Months) == 0 || len(plan) > maxPlan {
		return domain.Invalid("plan.months", "months", clause, "投资计划须有1到240个月", "A plan has 1 to 240 months.")
	}
	changed, err := c.changes(b, current)
	if err != nil {
		return err
	}
	b.emit(PlanSet{Months: plan, Changed: changed, Reason: c.Reason}, clause)
	return nil
}

// begunPlan is what was planned for the months that have begun, up to the current one: once there is a plan, or
// construction has started, that is fixed. current is empty while it is not. A late entry is judged as of its receipt
// too, else the past could be planned in the past.
func (b *batch) begunPlan() (months []PlanMonth, current string) {
	if len(b.p.Reporting.Plan) == 0 && b.p.Phase != Construction {
		return nil, ""
	}
	current = period(calendar.DateOf(b.received))
	for _, m := range b.p.Reporting.Plan {
		if m.Period <= current {
			months = append(months, m)
		}
	}
	if len(b.p.Reporting.Plan) > 0 {
		return months, current
	}
	for month := calendar.DateOf(b.p.Start.Started).FirstOfMonth(); period(month) <= current; month = month.AddMonths(1) {
		months = append(months, PlanMonth{Period: period(month), Amount: b.p.planned(period(month))})
	}
	return months, current
}

// changes are the months up to the current one for which the plan says something else than it did.
func (c SetPlan) changes(b *batch, current string) ([]PlanChange, error) {
	var changed []PlanChange
	for i, m := range c.Months {
		was := b.p.planned(m.Period)
		if m.Period > current || m.Amount == was {
			continue
		}
		if b.actor.Role != domain.RoleOffice {
			return nil, domain.Invalid("plan.begun", "months."+itoa(i), rulePlan,
				zhMonth(m.Period)+"已经开始，计划为"+ZhMoney(was)+"，确需调整的由重大项目办说明理由后办理",
				m.Period+" has begun with "+EnMoney(was)+" planned; only the office can change that, with a reason.")
		}
		changed = append(changed, PlanChange{Period: m.Period, From: was, To: m.Amount})
	}
	if len(changed) > 0 {
		return changed, b.reasoned(c.Reason, "reason")
	}
	return nil, b.brief(c.Reason, "reason")
}

// merged are two plans together, in the order of months; where both speak of a month, the second holds.
func merged(first, second []PlanMonth) []PlanMonth {
	plan := slices.Clone(second)
	for _, m := range first {
		if !slices.ContainsFunc(second, func(o PlanMonth) bool { return o.Period == m.Period }) {
			plan = append(plan, m)
		}
	}
	slices.SortFunc(plan, func(a, b PlanMonth) int { return strings.Compare(a.Period, b.Period) })
	return plan
}

// planned is the investment planned for a month: from the plan, else spread evenly from planned start to
// planned completion; who has not finished by then is behind by as much each month. Before the planned start
// nothing is.
func (p *Project) planned(month string) int64 {
	for _, m := range p.Reporting.Plan {
		if m.Period == month {
			return m.Amount
		}
	}
	if len(p.Reporting.Plan) > 0 {
		return 0
	}
	from, err1 := calendar.ParseDate(p.Profile.PlannedStart)
	to, err2 := calendar.ParseDate(p.Profile.PlannedCompletion)
	if err1 != nil || err2 != nil {
		return 0
	}
	if month < period(from) {
		return 0
	}
	months := int64(to.Year-from.Year)*12 + int64(to.Month) - int64(from.Month) + 1
	return p.Profile.Investment / max(1, months)
}

// FileReport is the monthly report: investment done in the month, image progress, forecast.
type FileReport struct {
	Period     string       `json:"period"`
	Investment int64        `json:"investment"`
	Image      string       `json:"image"`
	Forecast   string       `json:"forecast,omitempty"`
	Files      []HandedFile `json:"files,omitempty"`
}

func (c FileReport) decide(b *batch) error {
	t, err := b.mine(TaskReport, c.Period)
	if err != nil {
		return err
	}
	if err := c.check(t.Clock.Clause); err != nil {
		return err
	}
	planned := b.p.planned(c.Period)
	lamp, err := b.progress(c.Period, planned, c.Investment)
	if err != nil {
		return err
	}
	before, after := b.p.Reporting.RedMonths, b.redMonths(c.Period, lamp)
	filed := ReportFiled{
		Period: c.Period, Investment: c.Investment, Planned: planned, Image: c.Image, Forecast: c.Forecast,
		Lamp: lamp, RedMonths: after, Late: late(t, b.at),
	}
	b.emit(filed, t.Clock.Clause)
	if err := b.handIn(filed, FilesHandedIn{Period: c.Period}, c.Files); err != nil {
		return err
	}
	return b.superviseRed(before, after)
}

// redMonths is how many months running are red up to the newest one, when a month's lamp becomes known.
func (b *batch) redMonths(month, lamp string) int {
	r := b.p.Reporting.with(Report{Period: month, Lamp: lamp})
	return r.redRun(r.newest())
}

// superviseRed sends the unit a supervision notice when so many months running have become red.
func (b *batch) superviseRed(before, after int) error {
	limit := b.pack.Construction.SupervisedRed
	if limit < 1 || before >= limit || after < limit {
		return nil
	}
	return b.automatic(func() error {
		b.emit(Escalated{
			Kind: TaskReport, Subject: b.p.Reporting.newest(), Party: b.p.unit(), Rung: policy.RungSupervision, To: "unit",
			Name: domain.Text{Zh: "投资进度连续" + itoa(after) + "个月红灯", En: "progress red for " + itoa(after) + " months running"},
		}, b.pack.Construction.LampClause)
		return nil
	})
}

func (c FileReport) check(clause string) error {
	switch {
	case c.Investment < 0 || c.Investment > maxMoney:
		return domain.Invalid("report.investment", "investment", clause, "本月完成投资（分）不能为负", "The month's investment (fen) must not be negative.")
	case strings.TrimSpace(c.Image) == "" || utf8.RuneCountInString(c.Image) > maxText:
		return domain.Invalid("report.image", "image", clause, "须填写形象进度，最多2000字", "The image progress is needed, at most 2,000 characters.")
	case utf8.RuneCountInString(c.Forecast) > maxText:
		return domain.Invalid("report.forecast", "forecast", clause, "预测最多2000字", "The forecast has at most 2,000 characters.")
	}
	return nil
}

// progress is the progress lamp for a month by the pack's expressions: done ÷ planned.
func (b *batch) progress(month string, planned, done int64) (string, error) {
	ratio := 1.0
	if planned > 0 {
		ratio = float64(done) / float64(planned)
	}
	first, err := firstOf(month)
	if err != nil {
		return "", err
	}
	return b.pack.ProgressLamp(policy.Progress{Ratio: ratio, RedMonths: b.p.Reporting.redRun(period(first.AddDays(-1)))})
}

// CorrectReport corrects an earlier report: a new record that names the old one.
type CorrectReport struct {
	Period     string       `json:"period"`
	Record     int64        `json:"record"` // sequence number of the record corrected
	Investment int64        `json:"investment"`
	Image      string       `json:"image"`
	Reason     string       `json:"reason"`
	Files      []HandedFile `json:"files,omitempty"`
}

func (c CorrectReport) decide(b *batch) error {
	if !b.actor.Acts(b.p.owner()) && b.actor.Role != domain.RoleOffice {
		return domain.NotAllowed("report.party", ruleParty, "月报由业主或重大项目办更正", "The owner or the office corrects a report.")
	}
	old, ok := b.p.Reporting.current(c.Period)
	if !ok {
		return domain.NotFound("report.none", "period", "该月没有已报送的月报", "No report was filed for that month.")
	}
	if err := (FileReport{Investment: c.Investment, Image: c.Image}).check(ruleCorrected); err != nil {
		return err
	}
	if err := b.reasoned(c.Reason, "reason"); err != nil {
		return err
	}
	if old.Seq != c.Record {
		return domain.Conflict("report.superseded", ruleCorrected, "该记录已被更正，请核对最新记录", "That record was corrected already; look at the latest one.")
	}
	lamp, err := b.progress(c.Period, old.Planned, c.Investment)
	if err != nil {
		return err
	}
	before, after := b.p.Reporting.RedMonths, b.redMonths(c.Period, lamp)
	corrected := ReportCorrected{
		Period: c.Period, Record: c.Record, Investment: c.Investment, Planned: old.Planned, Image: c.Image, Reason: c.Reason,
		Lamp: lamp, RedMonths: after,
	}
	b.emit(corrected, ruleCorrected)
	if err := b.handIn(corrected, FilesHandedIn{Period: c.Period}, c.Files); err != nil {
		return err
	}
	if b.p.Status != Active {
		return nil
	}
	return b.superviseRed(before, after)
}

// ReportOpened asks for a month's report; the next month's opens by itself at Next. Quiet are the older reports of
// which nobody is reminded daily any more.
type ReportOpened struct {
	Period string    `json:"period"`
	Next   time.Time `json:"next"`
	Task   Task      `json:"task"`
	Quiet  []string  `json:"quiet,omitempty"`
}

func (e ReportOpened) evolve(p *Project, _ domain.Entry) {
	p.clearAlarms(reportAlarm)
	p.setAlarm(reportAlarm+period(calendar.DateOf(e.Next)), e.Next)
	for _, k := range e.Quiet {
		if t, ok := p.task(k); ok {
			t.Clock.Rungs = slices.DeleteFunc(t.Clock.Rungs, func(r Rung) bool { return r.Repeat })
		}
	}
	p.open(e.Task)
}

func (e ReportOpened) text(*Project) domain.Text {
	return domain.Text{Zh: zhMonth(e.Period) + "月报，" + zhTime(e.Task.Clock.Due) + "前报送", En: "Report for " + e.Period + ", due " + enTime(e.Task.Clock.Due)}
}

// ReportSkipped says that no report is asked for while the project is suspended.
type ReportSkipped struct {
	Period string    `json:"period"`
	Next   time.Time `json:"next"`
}

func (e ReportSkipped) evolve(p *Project, _ domain.Entry) {
	p.clearAlarms(reportAlarm)
	p.setAlarm(reportAlarm+period(calendar.DateOf(e.Next)), e.Next)
}

func (e ReportSkipped) text(*Project) domain.Text {
	return domain.Text{Zh: zhMonth(e.Period) + "项目暂停，不要求月报", En: "No report asked for " + e.Period + ": suspended"}
}

// PlanSet is the investment plan by month. Changed are the months that had begun when it was changed.
type PlanSet struct {
	Months  []PlanMonth  `json:"months"`
	Changed []PlanChange `json:"changed,omitempty"`
	Reason  string       `json:"reason,omitempty"`
}

// PlanChange is a month whose plan was changed after it had begun, in fen.
type PlanChange struct {
	Period string `json:"period"`
	From   int64  `json:"from"`
	To     int64  `json:"to"`
}

func (e PlanSet) evolve(p *Project, _ domain.Entry) { p.Reporting.Plan = e.Months }
func (e PlanSet) text(*Project) domain.Text {
	t := domain.Text{Zh: "投资计划，" + itoa(len(e.Months)) + "个月", En: "Investment plan for " + itoa(len(e.Months)) + " months"}
	for _, c := range e.Changed {
		t.Zh += "；" + zhMonth(c.Period) + "已开始，由" + ZhMoney(c.From) + "调整为" + ZhMoney(c.To)
		t.En += "; " + c.Period + ", which had begun, from " + EnMoney(c.From) + " to " + EnMoney(c.To)
	}
	if e.Reason != "" {
		t.Zh, t.En = t.Zh+"："+e.Reason, t.En+": "+e.Reason
	}
	return t
}

// ReportFiled is a month's report with the lamp it brought.
type ReportFiled struct {
	Period     string `json:"period"`
	Investment int64  `json:"investment"`
	Planned    int64  `json:"planned"`
	Image      string `json:"image"`
	Forecast   string `json:"forecast,omitempty"`
	Lamp       string `json:"lamp"`
	RedMonths  int    `json:"redMonths,omitempty"`
	Late       bool   `json:"late,omitempty"`
}

func (e ReportFiled) evolve(p *Project, at domain.Entry) {
	p.close(TaskReport, e.Period)
	p.Reporting.turn(e.Period, e.Lamp, e.RedMonths, at.OccurredAt)
	p.Reporting.keep(Report{
		Seq: at.Seq, Period: e.Period, Investment: e.Investment, Planned: e.Planned, Image: e.Image, Forecast: e.Forecast, Lamp: e.Lamp,
	})
}

// turn gives the lamp the colour of a report, unless a later month has been reported.
func (r *Reporting) turn(month, lamp string, redMonths int, at time.Time) {
	r.RedMonths = redMonths
	if month < r.newest() {
		return
	}
	if lamp != r.Lamp {
		r.LampSince = at
	}
	r.Lamp = lamp
}

func (e ReportFiled) text(*Project) domain.Text {
	zh := map[string]string{"green": "绿灯", "yellow": "黄灯", "red": "红灯"}[e.Lamp]
	t := domain.Text{
		Zh: zhMonth(e.Period) + "完成投资" + ZhMoney(e.Investment) + "，计划" + ZhMoney(e.Planned) + "，" + zh + "：" + e.Image,
		En: e.Period + ": " + EnMoney(e.Investment) + " of " + EnMoney(e.Planned) + " planned, " + e.Lamp + ": " + e.Image,
	}
	if e.Late {
		t.Zh, t.En = t.Zh+"（迟报）", t.En+" (late)"
	}
	return t
}

// ReportCorrected is a correction of an earlier record; the old one stays.
type ReportCorrected struct {
	Period     string `json:"period"`
	Record     int64  `json:"record"`
	Investment int64  `json:"investment"`
	Planned    int64  `json:"planned"`
	Image      string `json:"image"`
	Reason     string `json:"reason"`
	Lamp       string `json:"lamp"`
	RedMonths  int    `json:"redMonths,omitempty"`
}

func (e ReportCorrected) evolve(p *Project, at domain.Entry) {
	p.Reporting.turn(e.Period, e.Lamp, e.RedMonths, at.OccurredAt)
	p.Reporting.keep(Report{
		Seq: at.Seq, Period: e.Period, Investment: e.Investment, Planned: e.Planned, Image: e.Image, Lamp: e.Lamp, Corrects: e.Record, Reason: e.Reason,
	})
}

func (e ReportCorrected) text(*Project) domain.Text {
	return domain.Text{Zh: "更正" + zhMonth(e.Period) + "月报（第" + itoa(int(e.Record)) + "号记录）：完成投资" + ZhMoney(e.Investment) + "，" + e.Reason, En: "Report " + e.Period + " (record " + itoa(int(e.Record)) + ") corrected: " + EnMoney(e.Investment) + ", " + e.Reason}
}
