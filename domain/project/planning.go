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

// Library is what happened to the project at the door of the library (项目库).
type Library struct {
	Round      int       `json:"round"`
	Admitted   time.Time `json:"admitted,omitzero"`
	Recognised time.Time `json:"recognised,omitzero"`
	Document   string    `json:"document,omitempty"`
	Opinion    string    `json:"opinion,omitempty"`
}

// Class is the project's class in the library (SL-4); it moves by itself as the project advances.
func (p *Project) Class() string {
	switch p.Phase {
	case Startup, Construction, Completion, Closed:
		return "construction" // 重大建设项目
	case Approval, Assurance:
		return "preparatory" // 重大前期工作项目
	default:
		return "long-term" // 中长期拟建项目
	}
}

// Figures is what the pack's conditions may look at.
func (p *Project) Figures() policy.Figures {
	f := policy.Figures{
		Investment: p.Profile.Investment, InvestmentUSD: p.Profile.InvestmentUSD, Sector: p.Profile.Sector,
		Kind: p.Profile.Kind, Level: p.Profile.Level, Procedure: p.Profile.Procedure, Funding: p.Profile.Funding,
		Government: p.Profile.Government, Tags: p.Profile.Tags, Needs: map[string]float64{},
	}
	for _, a := range p.Profile.Asks {
		if d, err := amount(a.Amount); err == nil {
			f.Needs[a.Resource] += d.InexactFloat64()
		}
	}
	return f
}

// Declare puts a project forward: at any time, reviewed at once (GG-1 随报随审).
type Declare struct {
	Profile Profile `json:"profile"`
	Pack    string  `json:"pack"` // the pack in force in the jurisdiction, by hash
}

func (c Declare) decide(b *batch) error {
	pack, ok := b.rules.Pack(c.Pack)
	if !ok {
		return domain.Busy("pack.loading", "政策包正在加载，请稍后重试", "The policy pack is being loaded; try again shortly.")
	}
	b.pack = pack
	if err := b.within(); err != nil {
		return err
	}
	if err := b.checkProfile(c.Profile); err != nil {
		return err
	}
	if b.actor.Role != domain.RoleOffice && !b.actor.Acts(c.Profile.owner()) && !b.actor.Acts(c.Profile.unit()) {
		return domain.NotAllowed("declare.party", ruleParty, "项目由业主、责任单位或重大项目办申报", "The owner, the unit or the office declares a project.")
	}
	review, err := b.newTask(TaskEntryReview, "entry", 1, office, taskName(TaskEntryReview, domain.Text{}), pack.Library.Review)
	if err != nil {
		return err
	}
	b.emit(Declared{Profile: c.Profile, Pack: c.Pack, Review: review}, pack.Library.Review.Clause)
	return nil
}

var office = domain.Party{Kind: domain.PartyOffice}

func (b *batch) checkProfile(f Profile) error {
	if faults := f.Faults(b.pack); len(faults) > 0 {
		return faults[0]
	}
	return nil
}

// Faults is everything that is wrong with what is declared under a pack, each a refusal that names its field. Who declares
// one project is told the first; who declares a table of them is shown all at once.
func (f Profile) Faults(pack *policy.Pack) (faults []error) {
	bad := func(field, zh, en string) error {
		return domain.Invalid("profile."+strings.ReplaceAll(field, ".", "-"), "profile."+field, ruleInput, zh, en)
	}
	unless := func(right bool, fault error) {
		if !right {
			faults = append(faults, fault)
		}
	}
	unless(strings.TrimSpace(f.Name) != "" && utf8.RuneCountInString(f.Name) <= 200, bad("name", "项目名称须填写，最多200字", "A name of at most 200 characters is needed."))
	unless(f.Jurisdiction != "", bad("jurisdiction", "须填写辖区", "The jurisdiction is missing."))
	unless(f.Unit != "", bad("unit", "须填写责任单位", "The responsible unit is missing."))
	unless(f.Owner != "", bad("owner", "须填写项目业主", "The owner is missing."))
	unless(f.Investment > 0 && f.Investment <= maxMoney, bad("investment", "总投资须为正数（单位：分）", "The total investment must be positive (in fen)."))
	unless(f.InvestmentUSD >= 0, bad("investmentUSD", "外资额不能为负", "The foreign investment must not be negative."))
	unless(f.AnnualTax >= 0 && f.AnnualTax <= maxMoney, bad("annualTax", "预计年税收不能为负（单位：分）", "The expected tax of a year must not be negative (in fen)."))
	unless(slices.Contains(Levels, f.Level), bad("level", "项目层级须为国家、省（自治区）、市、县之一", "The level must be national, regional, city or county."))
	unless(slices.Contains(Procedures, f.Procedure), bad("procedure", "办理方式须为审批、核准、备案之一", "The procedure must be approval, verification or filing."))
	unless(chosen(pack.Library.Sectors, f.Sector), bad("sector", "行业不在政策包的清单内", "The sector is not one of the pack's."))
	unless(f.Kind == "" || chosen(pack.Library.Kinds, f.Kind), bad("kind", "项目类别不在政策包的清单内", "The kind is not one of the pack's."))
	unless(f.Funding == "" || chosen(pack.Library.Fundings, f.Funding), bad("funding", "资金来源不在政策包的清单内", "The source of funds is not one of the pack's."))
	if field := f.wordy(); field != "" {
		faults = append(faults, bad(field, "内容过长", "It is too long."))
	}
	for _, tag := range f.Tags {
		unless(chosen(pack.Library.Tags, tag), bad("tags", "标签不在政策包的清单内："+tag, "The tag is not one of the pack's: "+tag))
	}
	for _, s := range f.Specialities {
		unless(chosen(pack.Evaluation.Specialities, s), bad("specialities", "专业不在政策包的清单内："+s, "The speciality is not one of the pack's: "+s))
	}
	start, err := calendar.ParseDate(f.PlannedStart)
	unless(err == nil, bad("plannedStart", "计划开工日期须为 年-月-日", "The planned start must be a date (YYYY-MM-DD)."))
	if err == nil {
		done, err := calendar.ParseDate(f.PlannedCompletion)
		unless(err == nil && !done.Before(start), bad("plannedCompletion", "计划竣工日期须不早于计划开工日期", "The planned completion must be a date not before the planned start."))
	}
	for i, a := range f.Asks {
		if err := checkAsk(pack, a, "profile.asks."+itoa(i)+"."); err != nil {
			faults = append(faults, err)
		}
		twice := slices.ContainsFunc(f.Asks[:i], func(o Ask) bool { return o.Resource == a.Resource && o.Year == a.Year })
		unless(!twice, bad("asks", "同一年度的同一要素只能申请一次", "A resource is asked for once a year."))
	}
	return faults
}

// The levels of a project, and the procedures by which one is handled.
var (
	Levels     = []string{"national", "regional", "city", "county"}
	Procedures = []string{"approval", "verification", "filing"}
)

// wordy names a text or list of a profile that is longer than anybody would write it; empty when there is none.
func (f Profile) wordy() (field string) {
	for _, t := range []struct {
		field, text string
		most        int
	}{
		{"jurisdiction", f.Jurisdiction, maxName},
		{"unit", f.Unit, maxName},
		{"owner", f.Owner, maxName},
		{"sector", f.Sector, maxName},
		{"kind", f.Kind, maxName},
		{"funding", f.Funding, maxName},
		{"summary", f.Summary, maxText},
		{"source", f.Source, maxText},
	} {
		if utf8.RuneCountInString(t.text) > t.most {
			return t.field
		}
	}
	for _, l := range []struct {
		field string
		n     int
	}{{"tags", len(f.Tags)}, {"specialities", len(f.Specialities)}, {"asks", len(f.Asks)}} {
		if l.n > maxListed {
			return l.field
		}
	}
	return ""
}

// The bounds of what is declared.
const (
	maxName   = 100 // characters of a name or code
	maxListed = 50
)

// maxMoney keeps sums exact wherever they are added up: 90 万亿元 in fen.
const maxMoney = 9_000_000_000_000_000

func chosen(list []policy.Choice, k string) bool {
	return len(list) == 0 || slices.ContainsFunc(list, func(c policy.Choice) bool { return c.Key == k })
}

// Declared begins a project's life.
type Declared struct {
	Profile Profile `json:"profile"`
	Pack    string  `json:"pack"`
	Review  Task    `json:"review"`
}

func (e Declared) evolve(p *Project, at domain.Entry) {
	p.Profile, p.Pack = e.Profile, e.Pack
	p.Phase, p.Status = Planning, Active
	p.Begun, p.Entered = at.OccurredAt, at.OccurredAt
	p.Library.Round = 1
	p.open(e.Review)
}

func (e Declared) text(*Project) domain.Text {
	return domain.Text{Zh: "申报项目：" + e.Profile.Name + "，总投资" + ZhMoney(e.Profile.Investment), En: "Declared: " + e.Profile.Name + ", investment " + EnMoney(e.Profile.Investment)}
}

// ReviewEntry is the office's review at the door: admit, return for amendment, or refuse.
type ReviewEntry struct {
	Decision string `json:"decision"` // admit | return | refuse
	Opinion  string `json:"opinion"`
}

func (c ReviewEntry) decide(b *batch) error {
	t, err := b.mine(TaskEntryReview, "entry")
	if err != nil {
		return err
	}
	if err := b.brief(c.Opinion, "opinion"); err != nil {
		return err
	}
	rule := b.pack.Library.Standard
	switch c.Decision {
	case "admit":
		ok, err := b.pack.Holds(rule.When, b.p.Figures())
		if err != nil {
			return err
		}
		if !ok {
			return domain.Conflict("entry.below-standard", rule.Clause, "不符合重大项目标准："+rule.Text.Zh, "Below the standard of a major project: "+rule.Text.En)
		}
		next, err := b.newTask(TaskRecognition, "entry", t.Round, office, taskName(TaskRecognition, domain.Text{}), b.pack.Library.Recognition)
		if err != nil {
			return err
		}
		b.emit(EntryAdmitted{Opinion: c.Opinion, Next: next}, rule.Clause)
	case "return":
		if err := b.reasoned(c.Opinion, "opinion"); err != nil {
			return err
		}
		next, err := b.newTask(TaskAmendment, "entry", t.Round, b.p.owner(), taskName(TaskAmendment, domain.Text{}), b.pack.Library.Review)
		if err != nil {
			return err
		}
		b.emit(EntryReturned{Opinion: c.Opinion, Next: next}, b.pack.Library.Review.Clause)
	case "refuse":
		if err := b.reasoned(c.Opinion, "opinion"); err != nil {
			return err
		}
		b.emit(EntryRefused{Opinion: c.Opinion, ArchiveAt: b.archiveAt()}, rule.Clause)
	default:
		return domain.Invalid("entry.decision", "decision", b.pack.Library.Review.Clause, "审查结论须为 admit、return 或 refuse", "The decision must be admit, return or refuse.")
	}
	return nil
}

// EntryAdmitted passes the project on to the leading group.
type EntryAdmitted struct {
	Opinion string `json:"opinion,omitempty"`
	Next    Task   `json:"next"`
}

func (e EntryAdmitted) evolve(p *Project, at domain.Entry) {
	p.close(TaskEntryReview, "entry")
	p.Library.Admitted, p.Library.Opinion = at.OccurredAt, e.Opinion
	p.open(e.Next)
}

func (e EntryAdmitted) text(*Project) domain.Text {
	return domain.Text{Zh: "入库初审通过，报领导小组审定", En: "Entry review passed; submitted to the leading group"}
}

// EntryReturned asks the owner to amend the declaration.
type EntryReturned struct {
	Opinion string `json:"opinion"`
	Next    Task   `json:"next"`
}

func (e EntryReturned) evolve(p *Project, _ domain.Entry) {
	p.close(TaskEntryReview, "entry")
	p.Library.Opinion = e.Opinion
	p.open(e.Next)
}

func (e EntryReturned) text(*Project) domain.Text {
	return domain.Text{Zh: "入库初审退回补正：" + e.Opinion, En: "Entry review returned the declaration: " + e.Opinion}
}

// EntryRefused ends the project before it entered the library.
type EntryRefused struct {
	Opinion   string    `json:"opinion"`
	ArchiveAt time.Time `json:"archiveAt"`
}

func (e EntryRefused) evolve(p *Project, _ domain.Entry) {
	p.Library.Opinion = e.Opinion
	p.leave(Refused)
	p.setAlarm(archive, e.ArchiveAt)
}

func (e EntryRefused) text(*Project) domain.Text {
	return domain.Text{Zh: "不予入库：" + e.Opinion, En: "Not admitted to the library: " + e.Opinion}
}

// AmendDeclaration is the owner's answer to a returned declaration.
type AmendDeclaration struct {
	Profile Profile `json:"profile"`
}

func (c AmendDeclaration) decide(b *batch) error {
	t, err := b.mine(TaskAmendment, "entry")
	if err != nil {
		return err
	}
	if err := b.checkProfile(c.Profile); err != nil {
		return err
	}
	if c.Profile.Jurisdiction != b.p.Profile.Jurisdiction || c.Profile.Owner != b.p.Profile.Owner {
		return domain.Invalid("profile.fixed", "profile.owner", ruleInput, "辖区和业主不能修改，请重新申报", "Jurisdiction and owner cannot change; declare anew.")
	}
	review, err := b.newTask(TaskEntryReview, "entry", t.Round+1, office, taskName(TaskEntryReview, domain.Text{}), b.pack.Library.Review)
	if err != nil {
		return err
	}
	b.emit(Amended{Profile: c.Profile, Review: review}, b.pack.Library.Review.Clause)
	return nil
}

// Amended replaces the declared facts and opens the review again.
type Amended struct {
	Profile Profile `json:"profile"`
	Review  Task    `json:"review"`
}

func (e Amended) evolve(p *Project, _ domain.Entry) {
	p.close(TaskAmendment, "entry")
	p.Profile = e.Profile
	p.Library.Round = e.Review.Round
	p.open(e.Review)
}

func (e Amended) text(*Project) domain.Text {
	return domain.Text{Zh: "业主补正申报材料，重新审查", En: "The owner amended the declaration; reviewed again"}
}

// Recognise is the leading group's approval of the list: it puts the project in the reserve library, which
// counts as planned (XS-8).
type Recognise struct {
	Document string `json:"document"`
}

func (c Recognise) decide(b *batch) error {
	if _, err := b.mine(TaskRecognition, "entry"); err != nil {
		return err
	}
	if strings.TrimSpace(c.Document) == "" {
		return domain.Invalid("recognition.document", "document", b.pack.Library.Recognition.Clause, "须填写领导小组审定文件", "Name the leading group's document.")
	}
	if err := b.brief(c.Document, "document"); err != nil {
		return err
	}
	b.emit(Recognised{Document: c.Document}, b.pack.Library.Recognition.Clause)
	return b.automatic(b.watchStart)
}

// Recognised puts the project in the reserve library.
type Recognised struct {
	Document string `json:"document"`
}

func (e Recognised) evolve(p *Project, at domain.Entry) {
	p.close(TaskRecognition, "entry")
	p.Library.Recognised, p.Library.Document = at.OccurredAt, e.Document
}

func (e Recognised) text(*Project) domain.Text {
	return domain.Text{Zh: "领导小组审定，列入储备库（" + e.Document + "）", En: "Recognised by the leading group (" + e.Document + "); in the reserve library"}
}

// leave ends all open work: the project has left the way to production.
func (p *Project) leave(s Status) {
	p.Status = s
	p.Tasks, p.Alarms = nil, nil
}

func (p *Project) owner() domain.Party { return p.Profile.owner() }
func (p *Project) unit() domain.Party  { return p.Profile.unit() }

func (f Profile) owner() domain.Party { return domain.Party{Kind: domain.PartyOwner, Code: f.Owner} }
func (f Profile) unit() domain.Party  { return domain.Party{Kind: domain.PartyUnit, Code: f.Unit} }

// only refuses every role but those named.
func (b *batch) only(roles ...domain.Role) error {
	if slices.Contains(roles, b.actor.Role) {
		return nil
	}
	return domain.NotAllowed("role", ruleParty, "您的岗位不能执行此操作", "Your post may not do this.")
}

// reasoned refuses an act whose reason is missing, or endless.
func (b *batch) reasoned(reason, field string) error {
	if strings.TrimSpace(reason) == "" {
		return domain.Invalid("reason.missing", field, ruleInput, "须说明理由", "A reason is needed.")
	}
	return b.brief(reason, field)
}

// maxText is how many characters a free text may have: it is kept in the state, shown on the timeline and sent out.
const maxText = 2000

// brief refuses a text that nobody could read on a timeline.
func (b *batch) brief(text, field string) error {
	if utf8.RuneCountInString(text) > maxText {
		return domain.Invalid("text.long", field, ruleInput, "文字最多2000字", "At most 2,000 characters.")
	}
	return nil
}

// during refuses an act outside the phases named, or while the project does not move.
func (b *batch) during(phases ...Phase) error {
	if b.p.Status != Active {
		return domain.Conflict("project.not-active", rulePhase, "项目目前处于“"+zhStatus[b.p.Status]+"”状态，不能办理", "The project is "+string(b.p.Status)+"; this cannot be done now.")
	}
	if !slices.Contains(phases, b.p.Phase) {
		return domain.Conflict("project.phase", rulePhase, "项目目前处于“"+zhPhase[b.p.Phase]+"”阶段，不能办理此事", "The project is in the "+string(b.p.Phase)+" phase; this cannot be done now.")
	}
	return nil
}
