package project

import (
	"slices"
	"strings"
	"time"

	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/policy"
)

// ItemState is how far an approval item has come.
type ItemState string

// The states of an item. An item moves
// waiting → open → received → accepted → granted | refused, with supplement between received and accepted.
const (
	ItemNotApplicable ItemState = "not-applicable" // 不适用
	ItemWaiting       ItemState = "waiting"        // 待前置事项
	ItemOpen          ItemState = "open"           // 待申报
	ItemReceived      ItemState = "received"       // 已收件
	ItemSupplementing ItemState = "supplement"     // 补正中
	ItemAccepted      ItemState = "accepted"       // 已受理
	ItemGranted       ItemState = "granted"        // 已批准
	ItemRefused       ItemState = "refused"        // 不予批准
	ItemGone          ItemState = "withdrawn"      // 视为撤回
)

// Item is one approval item, or one single acceptance, of the project.
type Item struct {
	Key        string      `json:"key"`
	Name       domain.Text `json:"name"`
	Phase      string      `json:"phase"`
	Department string      `json:"department"`
	State      ItemState   `json:"state"`
	Round      int         `json:"round"`
	After      []string    `json:"after,omitempty"`
	Reason     domain.Text `json:"reason,omitzero"` // why it is not applicable
	Clause     string      `json:"clause"`

	Received     time.Time `json:"received,omitzero"`
	Papers       []string  `json:"papers,omitempty"`  // handed in
	Missing      []Missing `json:"missing,omitempty"` // asked for, not supplied yet
	Supplemented bool      `json:"supplemented,omitempty"`
	AskedBy      string    `json:"askedBy,omitempty"`
	Extended     int       `json:"extended,omitempty"` // working days
	Paused       bool      `json:"paused,omitempty"`
	Deemed       bool      `json:"deemed,omitempty"` // accepted by lapse of the department
	Lapsed       time.Time `json:"lapsed,omitzero"`  // when it was deemed accepted, or taken as withdrawn
	Tacit        bool      `json:"tacit,omitempty"`
	Decided      time.Time `json:"decided,omitzero"`
	Late         bool      `json:"late,omitempty"` // decided after its due time
	Document     string    `json:"document,omitempty"`
	JointReview  string    `json:"jointReview,omitempty"`

	Undo *Undo `json:"undo,omitempty"`
}

// Missing is one paper asked for in a supplement notice, with the standard it must meet.
type Missing struct {
	Paper    string `json:"paper"`
	Standard string `json:"standard"`
}

// Undo is what an item was before its last act, as long as nobody else has acted on it since.
type Undo struct {
	Act   string    `json:"act"`
	By    string    `json:"by"`
	At    time.Time `json:"at"`
	Item  Item      `json:"item"`
	Tasks []Task    `json:"tasks,omitempty"`
}

// Commitment is a written promise to hand in a missing paper later (容缺承诺).
type Commitment struct {
	Item   string    `json:"item"`
	Paper  string    `json:"paper"`
	Due    string    `json:"due"`
	Kept   time.Time `json:"kept,omitzero"`
	Broken time.Time `json:"broken,omitzero"`
}

func (p *Project) item(k string) (*Item, bool) {
	for i := range p.Items {
		if p.Items[i].Key == k {
			return &p.Items[i], true
		}
	}
	return nil, false
}

// itemIn returns an item of the project that is in one of the states named.
func (b *batch) itemIn(k string, states ...ItemState) (*Item, policy.Item, error) {
	item, ok := b.p.item(k)
	if !ok {
		return nil, policy.Item{}, domain.NotFound("item.unknown", "item", "本项目没有这个事项："+k, "The project has no such item: "+k)
	}
	if b.p.Status != Active {
		return nil, policy.Item{}, b.during(b.p.Phase)
	}
	rule, ok := b.pack.Item(k)
	if !ok {
		return nil, policy.Item{}, domain.NotFound("item.unknown", "item", "政策包没有这个事项："+k, "The pack has no such item: "+k)
	}
	if !slices.Contains(states, item.State) {
		return nil, policy.Item{}, domain.Conflict("item.state", item.Clause, "事项“"+item.Name.Zh+"”目前"+zhItem[item.State]+"，不能这样办理", "The item is "+string(item.State)+"; this cannot be done now.")
	}
	return item, rule, nil
}

var zhItem = map[ItemState]string{
	ItemNotApplicable: "不适用", ItemWaiting: "等待前置事项", ItemOpen: "待申报", ItemReceived: "待完整性审查",
	ItemSupplementing: "正在补正", ItemAccepted: "已受理", ItemGranted: "已批准", ItemRefused: "不予批准", ItemGone: "视为撤回",
}

// SubmitItem hands in the papers of an open item, or of a refused or withdrawn one in a new round. A paper that
// the pack marks deferrable may follow later against a commitment with a date (容缺受理).
type SubmitItem struct {
	Item        string          `json:"item"`
	Papers      []string        `json:"papers"`
	Commitments []DeferredPaper `json:"commitments,omitempty"`
}

// DeferredPaper is one paper promised for a date.
type DeferredPaper struct {
	Paper string `json:"paper"`
	Due   string `json:"due"`
}

func (c SubmitItem) decide(b *batch) error {
	item, rule, err := b.itemIn(c.Item, ItemOpen, ItemRefused, ItemGone)
	if err != nil {
		return err
	}
	if _, err := b.mine(TaskSubmission, c.Item); err != nil {
		return err
	}
	if err := knownPapers(rule, c.Papers); err != nil {
		return err
	}
	promised, err := b.promises(rule, c.Commitments, c.Papers)
	if err != nil {
		return err
	}
	round := item.Round + 1
	check, err := b.newTask(TaskCompleteness, item.Key, round, department(item.Department), taskName(TaskCompleteness, item.Name), b.pack.Approval.Completeness)
	if err != nil {
		return err
	}
	decision, err := b.decision(item, rule, round)
	if err != nil {
		return err
	}
	b.emit(ItemSubmitted{Item: item.Key, Round: round, Papers: c.Papers, Check: check, Decision: decision, Commitments: c.Commitments, Promised: promised}, decision.Clock.Clause)
	return nil
}

func department(code string) domain.Party {
	return domain.Party{Kind: domain.PartyDepartment, Code: code}
}

// decision is the department's task to decide: the pack's limit, or the item's own where a law sets another
// (SL-21a, SL-21c), from the day of receipt of complete papers.
func (b *batch) decision(item *Item, rule policy.Item, round int) (Task, error) {
	t, err := b.newTask(TaskDecision, item.Key, round, department(item.Department), taskName(TaskDecision, item.Name), b.pack.DecisionStep(rule))
	if err == nil && rule.Tacit {
		t.Clock.grantBySilence(Rung{N: tacit, Kind: policy.RungLapse, To: "head", Clause: rule.Clause})
	}
	return t, err
}

func knownPapers(rule policy.Item, papers []string) error {
	if len(papers) > 100 {
		return domain.Invalid("papers.many", "papers", rule.Clause, "材料最多100件", "At most 100 papers.")
	}
	for i, k := range papers {
		if !slices.ContainsFunc(rule.Papers, func(p policy.Paper) bool { return p.Key == k }) {
			return domain.Invalid("papers.unknown", "papers."+itoa(i), rule.Clause, "事项清单中没有这份材料："+k, "The item does not ask for this paper: "+k)
		}
		if slices.Contains(papers[:i], k) {
			return domain.Invalid("papers.twice", "papers."+itoa(i), rule.Clause, "材料重复："+k, "The paper is named twice: "+k)
		}
	}
	return nil
}

// promises makes the tasks that keep watch over the commitments.
func (b *batch) promises(rule policy.Item, cs []DeferredPaper, handed []string) ([]Task, error) {
	var ts []Task
	clause := b.pack.Approval.DeferralRule
	for i, c := range cs {
		field := "commitments." + itoa(i)
		j := slices.IndexFunc(rule.Papers, func(p policy.Paper) bool { return p.Key == c.Paper })
		date, err := calendar.ParseDate(c.Due)
		switch {
		case j < 0:
			return nil, domain.Invalid("papers.unknown", field+".paper", rule.Clause, "事项清单中没有这份材料："+c.Paper, "The item does not ask for this paper: "+c.Paper)
		case !rule.Papers[j].Deferrable:
			return nil, domain.Invalid("papers.not-deferrable", field+".paper", clause, "这份材料不能容缺："+rule.Papers[j].Name.Zh, "This paper cannot be deferred: "+rule.Papers[j].Name.En)
		case slices.Contains(handed, c.Paper) || slices.ContainsFunc(cs[:i], func(o DeferredPaper) bool { return o.Paper == c.Paper }):
			return nil, domain.Invalid("papers.twice", field+".paper", clause, "材料重复："+c.Paper, "The paper is named twice: "+c.Paper)
		case b.p.promised(rule.Key, c.Paper): // in a round before; a new one would hide that its date was missed
			return nil, domain.Conflict("commitment.open", clause, "这份材料已有未履行的容缺承诺："+rule.Papers[j].Name.Zh, "There is an open commitment for this paper already: "+rule.Papers[j].Name.En)
		case err != nil || !date.After(calendar.DateOf(b.at)):
			return nil, domain.Invalid("commitment.due", field+".due", clause, "承诺补交时间须为今天之后的日期", "The promised date must lie after today.")
		}
		name := taskName(TaskCommitment, rule.Papers[j].Name)
		t := b.taskWith(TaskCommitment, key(rule.Key, c.Paper), len(b.p.Commitments)+i+1, b.p.owner(), name, b.until(date, b.pack.Approval.Deferral, clause))
		ts = append(ts, t)
	}
	return ts, nil
}

// promised tells whether a paper of an item is owed under a commitment.
func (p *Project) promised(item, paper string) bool {
	return slices.ContainsFunc(p.Commitments, func(m Commitment) bool { return m.Item == item && m.Paper == paper && m.Kept.IsZero() })
}

// checked returns an item whose papers the actor may find complete or not. What the department did in time counts,
// also when its lapse has been recorded before the act was.
func (b *batch) checked(k string) (*Item, policy.Item, error) {
	item, rule, err := b.itemIn(k, ItemReceived, ItemAccepted)
	switch {
	case err != nil:
		return nil, rule, err
	case item.State == ItemReceived:
		_, err = b.mine(TaskCompleteness, k)
	case !item.Deemed || b.at.After(item.Lapsed):
		_, _, err = b.itemIn(k, ItemReceived)
	default:
		_, err = b.held(TaskDecision, k)
	}
	return item, rule, err
}

// AcceptItem accepts the papers as complete. The ten days go on from the day of receipt, not from acceptance.
type AcceptItem struct {
	Item string `json:"item"`
}

func (c AcceptItem) decide(b *batch) error {
	item, rule, err := b.checked(c.Item)
	if err != nil {
		return err
	}
	if err := b.complete(item, rule); err != nil {
		return err
	}
	b.emit(ItemAcceptedAs{Item: item.Key, Round: item.Round}, b.pack.Approval.Completeness.Clause)
	return nil
}

// complete refuses to accept or grant while a paper is neither in nor promised: only what is deferrable may follow
// later, and only against a commitment (XN-10); else nobody would ask for it again.
func (b *batch) complete(item *Item, rule policy.Item) error {
	for _, paper := range rule.Papers {
		if !slices.Contains(item.Papers, paper.Key) && !b.p.promised(item.Key, paper.Key) {
			return domain.Conflict("papers.missing", b.pack.Approval.DeferralRule, "材料不齐，又没有容缺承诺，须一次性告知补正："+paper.Name.Zh, "A paper is neither in nor promised; ask for it: "+paper.Name.En)
		}
	}
	return nil
}

// AskSupplement asks ONCE for everything that is missing, with standard and date (SL-21b).
type AskSupplement struct {
	Item    string    `json:"item"`
	Missing []Missing `json:"missing"`
	Due     string    `json:"due,omitempty"` // civil date; the pack's default when empty
}

func (c AskSupplement) decide(b *batch) error {
	clause := b.pack.Approval.Completeness.Clause
	if item, ok := b.p.item(c.Item); ok && item.Supplemented && item.State == ItemAccepted {
		return domain.Conflict("supplement.once", clause, "补正须一次性告知，不能再次要求补正", "Everything missing must be asked for at once; a second notice is not allowed.")
	}
	item, rule, err := b.checked(c.Item)
	if err != nil {
		return err
	}
	if err := b.nameable(rule, c.Missing); err != nil {
		return err
	}
	step := b.pack.Approval.Supplement
	task, err := b.newTask(TaskSupplement, item.Key, item.Round, b.p.owner(), taskName(TaskSupplement, item.Name), step)
	if err != nil {
		return err
	}
	if c.Due != "" {
		date, err := calendar.ParseDate(c.Due)
		if err != nil || !date.After(calendar.DateOf(b.at)) {
			return domain.Invalid("supplement.due", "due", clause, "补正期限须为今天之后的日期", "The date must lie after today.")
		}
		task.Clock = b.until(date, step.Ladder, step.Clause)
	}
	var names []domain.Text
	for _, m := range c.Missing {
		names = append(names, paperName(rule, m.Paper))
	}
	b.emit(SupplementAsked{Item: item.Key, Round: item.Round, Missing: c.Missing, Names: names, Task: task}, clause)
	return nil
}

// paperName is what the pack calls a paper of an item.
func paperName(rule policy.Item, k string) domain.Text {
	for _, p := range rule.Papers {
		if p.Key == k {
			return p.Name
		}
	}
	return domain.Text{Zh: k, En: k}
}

// nameable refuses a list of missing papers that the owner could not act on.
func (b *batch) nameable(rule policy.Item, missing []Missing) error {
	clause := b.pack.Approval.Completeness.Clause
	if len(missing) == 0 {
		return domain.Invalid("supplement.empty", "missing", clause, "须列明需要补正的材料", "List what is missing.")
	}
	for i, m := range missing {
		field := "missing." + itoa(i)
		if err := knownPapers(rule, []string{m.Paper}); err != nil {
			return err
		}
		switch {
		case strings.TrimSpace(m.Standard) == "":
			return domain.Invalid("supplement.standard", field+".standard", clause, "须写明材料要求", "Say what standard the paper must meet.")
		case slices.ContainsFunc(missing[:i], func(o Missing) bool { return o.Paper == m.Paper }):
			return domain.Invalid("papers.twice", field+".paper", clause, "材料重复："+m.Paper, "The paper is named twice: "+m.Paper)
		case b.p.promised(rule.Key, m.Paper):
			return domain.Conflict("supplement.deferred", b.pack.Approval.DeferralRule, "这份材料已承诺容缺后补，不能要求补正："+m.Paper, "This paper may follow later by commitment; it cannot be asked for now: "+m.Paper)
		}
	}
	return nil
}

// SupplyPapers hands in what was asked for. When everything is in, the item is received anew and the ten days
// run from then. What was supplied in time counts, also when the withdrawal has been recorded before.
type SupplyPapers struct {
	Item   string   `json:"item"`
	Papers []string `json:"papers"`
}

func (c SupplyPapers) decide(b *batch) error {
	item, rule, err := b.itemIn(c.Item, ItemSupplementing, ItemGone)
	switch {
	case err != nil:
		return err
	case item.State == ItemSupplementing:
		_, err = b.mine(TaskSupplement, c.Item)
	case b.at.After(item.Lapsed):
		_, _, err = b.itemIn(c.Item, ItemSupplementing)
	case !b.actor.Acts(b.p.owner()):
		err = domain.NotAllowed("item.owner", ruleParty, "只有项目业主可以提交", "Only the owner may hand in papers.")
	}
	if err != nil {
		return err
	}
	if err := knownPapers(rule, c.Papers); err != nil {
		return err
	}
	if len(c.Papers) == 0 {
		return domain.Invalid("papers.none", "papers", b.pack.Approval.Completeness.Clause, "须提交至少一份材料", "Hand in at least one paper.")
	}
	left := slices.DeleteFunc(slices.Clone(item.Missing), func(m Missing) bool { return slices.Contains(c.Papers, m.Paper) })
	if len(left) == len(item.Missing) {
		return domain.Conflict("papers.not-missing", b.pack.Approval.Completeness.Clause, "这些材料不在补正清单内，或已经补交", "None of these papers is missing; they were not asked for, or are in already.")
	}
	ev := PapersSupplied{Item: item.Key, Round: item.Round, Papers: c.Papers, Left: left}
	clause := b.pack.Approval.Completeness.Clause
	if len(left) == 0 {
		decision, err := b.decision(item, rule, item.Round)
		if err != nil {
			return err
		}
		decision.Key += "/anew"
		decision.Assignee = item.AskedBy // the answer comes back to the person who asked
		ev.Decision, clause = &decision, decision.Clock.Clause
	}
	b.emit(ev, clause)
	return nil
}

// KeepCommitment hands in a deferred paper.
type KeepCommitment struct {
	Item  string `json:"item"`
	Paper string `json:"paper"`
}

func (c KeepCommitment) decide(b *batch) error {
	if !b.p.promised(c.Item, c.Paper) {
		return domain.NotFound("commitment.none", "paper", "没有这项未履行的容缺承诺", "There is no such open commitment.")
	}
	if !b.actor.Acts(b.p.owner()) {
		return domain.NotAllowed("item.owner", ruleParty, "只有项目业主可以提交", "Only the owner may hand in papers.")
	}
	if t, ok := b.p.taskOf(TaskCommitment, key(c.Item, c.Paper)); ok {
		if err := b.since(t.Opened); err != nil {
			return err
		}
	}
	b.emit(CommitmentKept{Item: c.Item, Paper: c.Paper}, b.pack.Approval.DeferralRule)
	return nil
}

// PauseItem lets an item's clock stand still, only for a reason that the pack lists.
type PauseItem struct {
	Item   string `json:"item"`
	Reason string `json:"reason"`
	Note   string `json:"note"`
}

func (c PauseItem) decide(b *batch) error {
	item, rule, err := b.itemIn(c.Item, ItemAccepted, ItemReceived)
	if err != nil {
		return err
	}
	t, err := b.held(TaskDecision, c.Item)
	if err != nil {
		return err
	}
	if item.Paused {
		return domain.Conflict("item.paused", b.pack.Clock.Clause, "事项已经暂停计时", "The clock stands still already.")
	}
	if t.Clock.missed(b.at) { // else a pause on the day it was missed would hide that it was
		return domain.Conflict("item.overdue", b.pack.Clock.Clause, "事项已经到期，不能再暂停计时", "The limit has run out; its clock cannot be stopped any more.")
	}
	reason, ok := b.pack.PauseReason(c.Reason)
	if !ok || !rule.MayPause(c.Reason) {
		return domain.Invalid("pause.reason", "reason", b.pack.Clock.Clause, "此事项不能以这个原因暂停计时", "The pack does not let this item pause for that reason.")
	}
	if err := b.reasoned(c.Note, "note"); err != nil {
		return err
	}
	pause := Pause{From: calendar.DateOf(b.at), Reason: c.Reason, Note: c.Note, By: b.actor.User}
	b.emit(ItemPaused{Item: item.Key, Pause: pause, Name: reason.Name, Clock: t.Clock.stop(pause, b.at)}, b.pack.Clock.Clause)
	return nil
}

// ResumeItem lets the clock run again; the day of resumption does not count.
type ResumeItem struct {
	Item string `json:"item"`
}

func (c ResumeItem) decide(b *batch) error {
	item, _, err := b.itemIn(c.Item, ItemAccepted, ItemReceived)
	if err != nil {
		return err
	}
	t, err := b.held(TaskDecision, c.Item)
	if err != nil {
		return err
	}
	if !item.Paused {
		return domain.Conflict("item.not-paused", b.pack.Clock.Clause, "事项没有暂停计时", "The clock is running.")
	}
	clock, err := b.resume(t.Clock, t.Clock.pausedFor())
	if err != nil {
		return err
	}
	b.emit(ItemResumed{Item: item.Key, Clock: clock}, b.pack.Clock.Clause)
	return nil
}

// ExtendItem extends the limit once, at most by the pack's number of working days, by the head of the
// department, with a reason that the applicant can read.
type ExtendItem struct {
	Item   string `json:"item"`
	Days   int    `json:"days"`
	Reason string `json:"reason"`
}

func (c ExtendItem) decide(b *batch) error {
	item, _, err := b.itemIn(c.Item, ItemAccepted, ItemReceived)
	if err != nil {
		return err
	}
	t, err := b.held(TaskDecision, c.Item)
	if err != nil {
		return err
	}
	clause := b.pack.Approval.Extension
	switch {
	case b.actor.Role != domain.RoleHead:
		return domain.NotAllowed("extension.head", clause, "延期须由部门负责人批准", "Only the head of the department may extend.")
	case item.Extended > 0:
		return domain.Conflict("extension.once", clause, "已经延期一次，不能再次延期", "The limit has been extended already; a second extension is not allowed.")
	case item.Paused:
		return domain.Conflict("item.paused", clause, "计时暂停期间不能延期", "The clock stands still; resume it first.")
	case t.Clock.missed(b.at):
		return domain.Conflict("item.overdue", clause, "事项已经到期，延期须在期满前批准", "The limit has run out; it can only be extended before.")
	case c.Days < 1 || c.Days > b.pack.Approval.ExtensionMax:
		return domain.Invalid("extension.days", "days", clause, "延期须为1到"+itoa(b.pack.Approval.ExtensionMax)+"个工作日", "An extension is 1 to "+itoa(b.pack.Approval.ExtensionMax)+" working days.")
	}
	if err := b.reasoned(c.Reason, "reason"); err != nil {
		return err
	}
	clock := clone(&t.Clock)
	clock.Days += c.Days
	longer, err := b.rewound(*clock)
	if err != nil {
		return err
	}
	b.emit(ItemExtended{Item: item.Key, Days: c.Days, Reason: c.Reason, Clock: longer}, clause)
	return nil
}

// GrantItem decides a granted item (SL-21a). JointReview names the meeting that prepared it, if any.
type GrantItem struct {
	Item        string `json:"item"`
	Document    string `json:"document"`
	JointReview string `json:"jointReview,omitempty"`
}

func (c GrantItem) decide(b *batch) error {
	item, t, err := b.decidable(c.Item)
	if err != nil {
		return err
	}
	if item.State == ItemReceived { // who grants at once accepts too
		rule, _ := b.pack.Item(c.Item)
		if err := b.complete(item, rule); err != nil {
			return err
		}
	}
	if strings.TrimSpace(c.Document) == "" {
		return domain.Invalid("grant.document", "document", item.Clause, "须填写批准文件名称和文号", "Name the document that grants it.")
	}
	if c.JointReview != "" && !slices.ContainsFunc(b.p.JointReviews, func(j JointReview) bool { return j.ID == c.JointReview && slices.Contains(j.Items, c.Item) }) {
		return domain.Invalid("grant.joint-review", "jointReview", b.pack.Approval.JointReview, "该次联评联审不包含此事项", "That joint review does not cover the item.")
	}
	b.emit(ItemGrantedBy{Item: item.Key, Round: item.Round, Document: c.Document, JointReview: c.JointReview, Late: late(t, b.at)}, t.Clock.Clause)
	return nil
}

// RefuseItem decides a refused item; it needs a reason and the legal basis.
type RefuseItem struct {
	Item   string `json:"item"`
	Reason string `json:"reason"`
	Basis  string `json:"basis"`
}

func (c RefuseItem) decide(b *batch) error {
	item, t, err := b.decidable(c.Item)
	if err != nil {
		return err
	}
	if err := b.reasoned(c.Reason, "reason"); err != nil {
		return err
	}
	if strings.TrimSpace(c.Basis) == "" {
		return domain.Invalid("refuse.basis", "basis", item.Clause, "不予批准须写明法律依据", "A refusal needs its legal basis.")
	}
	again, err := b.submission(item)
	if err != nil {
		return err
	}
	b.emit(ItemRefusedBy{Item: item.Key, Round: item.Round, Reason: c.Reason, Basis: c.Basis, Late: late(t, b.at), Next: &again}, t.Clock.Clause)
	return nil
}

// submission is the owner's task to hand in an item in its next round. A project cannot go on without the item,
// so there is one after a refusal or a withdrawal too.
func (b *batch) submission(item *Item) (Task, error) {
	return b.newTask(TaskSubmission, item.Key, item.Round+1, b.p.owner(), taskName(TaskSubmission, item.Name), b.pack.Approval.Submission)
}

// withdraw takes an item as withdrawn that was not supplied in time.
func (b *batch) withdraw(t Task, r Rung) error {
	item, ok := b.p.item(t.Subject)
	if !ok {
		return nil
	}
	again, err := b.submission(item)
	if err != nil {
		return err
	}
	b.emit(ItemWithdrawn{Item: item.Key, Round: item.Round, Next: &again}, r.Clause)
	return nil
}

// decidable returns an item that may be decided now: received or accepted, its clock running, nobody's
// signature missing.
func (b *batch) decidable(k string) (*Item, *Task, error) {
	item, _, err := b.itemIn(k, ItemAccepted, ItemReceived)
	if err != nil {
		return nil, nil, err
	}
	t, err := b.mine(TaskDecision, k)
	if err != nil {
		return nil, nil, err
	}
	if item.Paused {
		return nil, nil, domain.Conflict("item.paused", b.pack.Clock.Clause, "计时暂停，恢复后才能作出决定", "The clock stands still; resume it first.")
	}
	return item, t, nil
}

func late(t *Task, at time.Time) bool { return !t.Clock.Due.IsZero() && at.After(t.Clock.Due) }

// tacitly grants an item whose department let the limit pass, where the pack says so (超时默许).
func (b *batch) tacitly(t Task, r Rung) error {
	item, ok := b.p.item(t.Subject)
	if !ok {
		return nil
	}
	b.emit(ItemGrantedBy{Item: item.Key, Round: item.Round, Tacit: true}, r.Clause)
	return nil
}

// RecallAct takes back one's own last act on an item, while nobody has acted on it (撤回). The work goes on under
// its old limit, and rungs that were climbed stay climbed. Who was late already goes on climbing where he stood; who
// would have become late meanwhile is late from now on.
type RecallAct struct {
	Item   string `json:"item"`
	Reason string `json:"reason"`
}

func (c RecallAct) decide(b *batch) error {
	item, ok := b.p.item(c.Item)
	if !ok {
		return domain.NotFound("item.unknown", "item", "本项目没有这个事项："+c.Item, "The project has no such item: "+c.Item)
	}
	if b.p.Status != Active || item.Undo == nil || string(b.p.Phase) != item.Phase || !b.p.Acceptance.Settled.IsZero() {
		return domain.Conflict("recall.none", ruleRecall, "没有可以撤回的操作，或已有人据此办理", "There is nothing to recall, or somebody has acted on it since.")
	}
	if item.Undo.By != b.actor.User {
		return domain.NotAllowed("recall.other", ruleRecall, "只能撤回自己的操作", "Only one's own act can be recalled.")
	}
	if err := b.reasoned(c.Reason, "reason"); err != nil {
		return err
	}
	tasks, err := b.takenUp(item.Undo)
	if err != nil {
		return err
	}
	b.emit(ActRecalled{Item: item.Key, Act: item.Undo.Act, Reason: c.Reason, Tasks: tasks}, ruleRecall)
	return nil
}

// takenUp are the tasks of an item as they go on after an act on them was recalled.
func (b *batch) takenUp(undo *Undo) ([]Task, error) {
	var ts []Task
	for i := range undo.Tasks {
		t := *clone(&undo.Tasks[i])
		left := t.Clock.Rungs
		if now, open := b.p.task(t.Key); open {
			t.Assignee, t.Asked, t.Cosigners = now.Assignee, now.Asked, now.Cosigners
			if now.Clock.Due.Equal(t.Clock.Due) && now.Clock.standing() == t.Clock.standing() { // the act did not touch it
				ts = append(ts, *clone(now))
				continue
			}
			left = remaining(left, now.Clock.Rungs)
		}
		if t.Clock.Calendar != b.cal.Version() {
			clock, err := b.recomputed(t.Clock)
			if err != nil {
				return nil, err
			}
			t.Clock = clock
		}
		if t.Clock.missed(undo.At) {
			t.Clock.Rungs = b.putOff(left, undo.At)
		} else {
			b.hangFrom(&t.Clock, b.at)
			b.rehang(&t.Clock, left)
		}
		ts = append(ts, t)
	}
	return ts, nil
}
