package project

import (
	"slices"
	"strings"
	"time"

	"milepost/domain"
)

// ItemSubmitted is the receipt of an item's papers; the check and the decision run from it.
type ItemSubmitted struct {
	Item        string          `json:"item"`
	Round       int             `json:"round"`
	Papers      []string        `json:"papers"`
	Check       Task            `json:"check"`
	Decision    Task            `json:"decision"`
	Commitments []DeferredPaper `json:"commitments,omitempty"`
	Promised    []Task          `json:"promised,omitempty"`
}

func (e ItemSubmitted) evolve(p *Project, at domain.Entry) {
	item, ok := p.item(e.Item)
	if !ok {
		return
	}
	for i := range p.Items { // what this item waited for has been acted on
		if slices.Contains(item.After, p.Items[i].Key) {
			p.Items[i].Undo = nil
		}
	}
	*item = Item{
		Key: item.Key, Name: item.Name, Phase: item.Phase, Department: item.Department, After: item.After, Clause: item.Clause,
		State: ItemReceived, Round: e.Round, Received: at.OccurredAt, Papers: e.Papers,
	}
	p.close(TaskSubmission, e.Item)
	p.keep(e.Item, e.Papers, at.OccurredAt)
	p.open(e.Check, e.Decision)
	for _, c := range e.Commitments {
		p.Commitments = append(p.Commitments, Commitment{Item: e.Item, Paper: c.Paper, Due: c.Due})
	}
	p.open(e.Promised...)
}

func (e ItemSubmitted) text(p *Project) domain.Text {
	n := p.itemName(e.Item)
	t := domain.Text{
		Zh: "收到“" + n.Zh + "”申报材料" + itoa(len(e.Papers)) + "件，应于" + zhTime(e.Decision.Clock.Due) + "前办结",
		En: n.En + ": " + itoa(len(e.Papers)) + " papers received, due " + enTime(e.Decision.Clock.Due),
	}
	if len(e.Commitments) > 0 {
		t.Zh += "，容缺" + itoa(len(e.Commitments)) + "件"
		t.En += ", " + itoa(len(e.Commitments)) + " deferred"
	}
	return t
}

func (p *Project) itemName(k string) domain.Text {
	if item, ok := p.item(k); ok {
		return item.Name
	}
	return domain.Text{Zh: k, En: k}
}

// remember keeps what an item was, so that the act can be recalled by the one who did it.
func (p *Project) remember(item *Item, act string, at domain.Entry) {
	if at.Actor.Automatic() {
		item.Undo = nil
		return
	}
	before := *clone(item)
	before.Undo = nil
	u := &Undo{Act: act, By: at.Actor.User, At: at.OccurredAt, Item: before}
	for _, t := range p.Tasks {
		if t.Subject == item.Key && (t.Kind == TaskCompleteness || t.Kind == TaskDecision || t.Kind == TaskSupplement || t.Kind == TaskSubmission) {
			u.Tasks = append(u.Tasks, *clone(&t))
		}
	}
	item.Undo = u
}

// ItemAcceptedAs is the department's acceptance of complete papers.
type ItemAcceptedAs struct {
	Item  string `json:"item"`
	Round int    `json:"round"`
}

func (e ItemAcceptedAs) evolve(p *Project, at domain.Entry) {
	if item, ok := p.item(e.Item); ok {
		p.remember(item, "accept", at)
		item.State, item.Deemed, item.Lapsed = ItemAccepted, false, time.Time{}
		p.close(TaskCompleteness, e.Item)
	}
}

func (e ItemAcceptedAs) text(p *Project) domain.Text {
	n := p.itemName(e.Item)
	if slices.ContainsFunc(p.Commitments, func(c Commitment) bool { return c.Item == e.Item && c.Kept.IsZero() }) {
		return domain.Text{Zh: "容缺受理“" + n.Zh + "”", En: n.En + ": accepted, papers deferred by commitment"}
	}
	return domain.Text{Zh: "受理“" + n.Zh + "”，材料齐全", En: n.En + ": accepted, papers complete"}
}

// ItemDeemedAccepted is acceptance by lapse: the department neither accepted nor asked in time; it counts as
// accepted as of the day of receipt, and the lapse is on its record.
type ItemDeemedAccepted struct {
	Item  string `json:"item"`
	Round int    `json:"round"`
}

func (e ItemDeemedAccepted) evolve(p *Project, at domain.Entry) {
	if item, ok := p.item(e.Item); ok {
		item.State, item.Deemed, item.Lapsed, item.Undo = ItemAccepted, true, at.OccurredAt, nil
		p.close(TaskCompleteness, e.Item)
	}
}

func (e ItemDeemedAccepted) text(p *Project) domain.Text {
	n := p.itemName(e.Item)
	return domain.Text{Zh: "“" + n.Zh + "”逾期未告知补正，自收到材料之日起视为受理（自动）", En: n.En + ": deemed accepted as of receipt, the department having said nothing (automatic)"}
}

// SupplementAsked is the one supplement notice; the decision's clock ends and begins anew with the papers.
type SupplementAsked struct {
	Item    string    `json:"item"`
	Round   int       `json:"round"`
	Missing []Missing `json:"missing"`
	Task    Task      `json:"task"`
	// Names are what the pack calls the missing papers, in their order: the notice must be whole (SL-21b).
	Names []domain.Text `json:"names,omitempty"`
}

func (e SupplementAsked) evolve(p *Project, at domain.Entry) {
	item, ok := p.item(e.Item)
	if !ok {
		return
	}
	p.remember(item, "ask-supplement", at)
	item.State, item.Missing, item.Supplemented, item.AskedBy = ItemSupplementing, e.Missing, true, at.Actor.User
	item.Paused, item.Deemed, item.Lapsed = false, false, time.Time{}
	p.close(TaskCompleteness, e.Item)
	p.close(TaskDecision, e.Item)
	p.open(e.Task)
}

func (e SupplementAsked) text(p *Project) domain.Text {
	n := p.itemName(e.Item)
	var zh, en []string
	for i, m := range e.Missing {
		name := domain.Text{Zh: m.Paper, En: m.Paper}
		if i < len(e.Names) {
			name = e.Names[i]
		}
		zh = append(zh, itoa(i+1)+"."+name.Zh+"（"+m.Standard+"）")
		en = append(en, itoa(i+1)+". "+name.En+" ("+m.Standard+")")
	}
	return domain.Text{
		Zh: "一次性告知“" + n.Zh + "”须补正" + itoa(len(e.Missing)) + "件材料：" + strings.Join(zh, "；") + "。" + zhTime(e.Task.Clock.Due) + "前补齐",
		En: n.En + ": " + itoa(len(e.Missing)) + " papers asked for once, by " + enTime(e.Task.Clock.Due) + ": " + strings.Join(en, "; "),
	}
}

// PapersSupplied is the owner's answer; Decision is set when nothing is left to supply.
type PapersSupplied struct {
	Item     string    `json:"item"`
	Round    int       `json:"round"`
	Papers   []string  `json:"papers"`
	Left     []Missing `json:"left,omitempty"`
	Decision *Task     `json:"decision,omitempty"`
}

func (e PapersSupplied) evolve(p *Project, at domain.Entry) {
	item, ok := p.item(e.Item)
	if !ok {
		return
	}
	item.Undo = nil
	item.Missing = e.Left
	for _, k := range e.Papers {
		if !slices.Contains(item.Papers, k) {
			item.Papers = append(item.Papers, k)
		}
	}
	p.keep(e.Item, e.Papers, at.OccurredAt)
	if e.Decision != nil {
		item.State, item.Received, item.Lapsed = ItemAccepted, at.OccurredAt, time.Time{}
		p.close(TaskSupplement, e.Item)
		p.close(TaskSubmission, e.Item) // of an item that was taken as withdrawn meanwhile
		p.open(*e.Decision)
	}
}

func (e PapersSupplied) text(p *Project) domain.Text {
	n := p.itemName(e.Item)
	if e.Decision == nil {
		return domain.Text{Zh: "“" + n.Zh + "”补交部分材料，还缺" + itoa(len(e.Left)) + "件", En: n.En + ": some papers supplied, " + itoa(len(e.Left)) + " still missing"}
	}
	return domain.Text{Zh: "“" + n.Zh + "”材料补齐，重新计时，应于" + zhTime(e.Decision.Clock.Due) + "前办结", En: n.En + ": papers complete, received anew, due " + enTime(e.Decision.Clock.Due)}
}

// ItemWithdrawn takes an item as withdrawn, since the owner did not supply in time.
type ItemWithdrawn struct {
	Item  string `json:"item"`
	Round int    `json:"round"`
	Next  *Task  `json:"next,omitempty"` // to hand it in anew
}

func (e ItemWithdrawn) evolve(p *Project, at domain.Entry) {
	if item, ok := p.item(e.Item); ok {
		item.State, item.Lapsed, item.Undo = ItemGone, at.OccurredAt, nil
		p.close(TaskSupplement, e.Item)
		p.openIf(e.Next)
	}
}

func (e ItemWithdrawn) text(p *Project) domain.Text {
	n := p.itemName(e.Item)
	return domain.Text{Zh: "“" + n.Zh + "”逾期未补正，视为撤回申报（自动）", En: n.En + ": not supplied in time, taken as withdrawn (automatic)"}
}

// CommitmentKept is a deferred paper handed in.
type CommitmentKept struct {
	Item  string `json:"item"`
	Paper string `json:"paper"`
}

func (e CommitmentKept) evolve(p *Project, at domain.Entry) {
	p.keep(e.Item, []string{e.Paper}, at.OccurredAt)
	if item, ok := p.item(e.Item); ok && !slices.Contains(item.Papers, e.Paper) {
		item.Papers = append(item.Papers, e.Paper)
	}
}

// keep ends the open commitments for papers that are in, however they came in. One kept in time that was entered
// late was never broken.
func (p *Project) keep(item string, papers []string, at time.Time) {
	for i := range p.Commitments {
		c := &p.Commitments[i]
		if c.Item != item || !c.Kept.IsZero() || !slices.Contains(papers, c.Paper) {
			continue
		}
		c.Kept = at
		if !c.Broken.Before(at) {
			c.Broken = time.Time{}
		}
		p.close(TaskCommitment, key(c.Item, c.Paper))
	}
}

func (e CommitmentKept) text(p *Project) domain.Text {
	n := p.itemName(e.Item)
	return domain.Text{Zh: "“" + n.Zh + "”容缺材料已补交", En: n.En + ": a deferred paper was handed in"}
}

// CommitmentBroken is a commitment not kept in time: the owner's lamp turns red and completion acceptance is
// blocked until it is kept.
type CommitmentBroken struct {
	Task    string      `json:"task"`
	Subject string      `json:"subject"` // item/paper
	Name    domain.Text `json:"name"`
}

func (e CommitmentBroken) evolve(p *Project, at domain.Entry) {
	for i := range p.Commitments {
		if c := &p.Commitments[i]; key(c.Item, c.Paper) == e.Subject && c.Kept.IsZero() && c.Broken.IsZero() {
			c.Broken = at.OccurredAt
		}
	}
	if t, ok := p.task(e.Task); ok {
		t.Clock.Rungs = slices.DeleteFunc(t.Clock.Rungs, func(r Rung) bool { return r.Kind == "lapse" })
	}
}

func (e CommitmentBroken) text(*Project) domain.Text {
	return domain.Text{Zh: "容缺承诺逾期未履行：" + e.Name.Zh, En: "Commitment not kept: " + e.Name.En}
}

// ItemPaused lets the clock stand still; Clock is the clock while it stands.
type ItemPaused struct {
	Item  string      `json:"item"`
	Pause Pause       `json:"pause"`
	Name  domain.Text `json:"name"`
	Clock Clock       `json:"clock"`
}

func (e ItemPaused) evolve(p *Project, at domain.Entry) {
	if item, ok := p.item(e.Item); ok {
		p.remember(item, "pause", at)
		item.Paused = true
		p.wound(TaskDecision, e.Item, e.Clock)
	}
}

func (e ItemPaused) text(p *Project) domain.Text {
	n := p.itemName(e.Item)
	return domain.Text{Zh: "“" + n.Zh + "”暂停计时（" + e.Name.Zh + "）：" + e.Pause.Note, En: n.En + ": clock stopped (" + e.Name.En + "): " + e.Pause.Note}
}

// ItemResumed lets the clock run again.
type ItemResumed struct {
	Item  string `json:"item"`
	Clock Clock  `json:"clock"`
}

func (e ItemResumed) evolve(p *Project, at domain.Entry) {
	if item, ok := p.item(e.Item); ok {
		p.remember(item, "resume", at)
		item.Paused = false
		p.wound(TaskDecision, e.Item, e.Clock)
	}
}

func (e ItemResumed) text(p *Project) domain.Text {
	n := p.itemName(e.Item)
	return domain.Text{Zh: "“" + n.Zh + "”恢复计时，应于" + zhTime(e.Clock.Due) + "前办结", En: n.En + ": clock running again, due " + enTime(e.Clock.Due)}
}

// ItemExtended is the one extension.
type ItemExtended struct {
	Item   string `json:"item"`
	Days   int    `json:"days"`
	Reason string `json:"reason"`
	Clock  Clock  `json:"clock"`
}

func (e ItemExtended) evolve(p *Project, at domain.Entry) {
	if item, ok := p.item(e.Item); ok {
		p.remember(item, "extend", at)
		item.Extended = e.Days
		p.wound(TaskDecision, e.Item, e.Clock)
	}
}

func (e ItemExtended) text(p *Project) domain.Text {
	n := p.itemName(e.Item)
	return domain.Text{
		Zh: "“" + n.Zh + "”延期" + itoa(e.Days) + "个工作日（" + e.Reason + "），应于" + zhTime(e.Clock.Due) + "前办结",
		En: n.En + ": extended by " + itoa(e.Days) + " working days (" + e.Reason + "), due " + enTime(e.Clock.Due),
	}
}

// ItemGrantedBy is a granted item; Tacit when the limit passed and the pack grants by silence.
type ItemGrantedBy struct {
	Item        string `json:"item"`
	Round       int    `json:"round"`
	Document    string `json:"document,omitempty"`
	JointReview string `json:"jointReview,omitempty"`
	Late        bool   `json:"late,omitempty"`
	Tacit       bool   `json:"tacit,omitempty"`
}

func (e ItemGrantedBy) evolve(p *Project, at domain.Entry) {
	if item, ok := p.item(e.Item); ok {
		p.remember(item, "grant", at)
		item.State, item.Decided, item.Late, item.Tacit = ItemGranted, at.OccurredAt, e.Late, e.Tacit
		item.Document, item.JointReview = e.Document, e.JointReview
		p.close(TaskCompleteness, e.Item)
		p.close(TaskDecision, e.Item)
	}
}

func (e ItemGrantedBy) text(p *Project) domain.Text {
	n := p.itemName(e.Item)
	switch {
	case e.Tacit:
		return domain.Text{Zh: "“" + n.Zh + "”超时默许（自动）", En: n.En + ": granted by silence (automatic)"}
	case e.Late:
		return domain.Text{Zh: "批准“" + n.Zh + "”（" + e.Document + "），超期办结", En: n.En + ": granted late (" + e.Document + ")"}
	default:
		return domain.Text{Zh: "批准“" + n.Zh + "”（" + e.Document + "），按期办结", En: n.En + ": granted in time (" + e.Document + ")"}
	}
}

// ItemRefusedBy is a refused item. The owner may submit anew; this round stays on the timeline.
type ItemRefusedBy struct {
	Item   string `json:"item"`
	Round  int    `json:"round"`
	Reason string `json:"reason"`
	Basis  string `json:"basis"`
	Late   bool   `json:"late,omitempty"`
	Next   *Task  `json:"next,omitempty"` // to hand it in anew
}

func (e ItemRefusedBy) evolve(p *Project, at domain.Entry) {
	if item, ok := p.item(e.Item); ok {
		p.remember(item, "refuse", at)
		item.State, item.Decided, item.Late = ItemRefused, at.OccurredAt, e.Late
		p.close(TaskCompleteness, e.Item)
		p.close(TaskDecision, e.Item)
		p.openIf(e.Next)
	}
}

func (e ItemRefusedBy) text(p *Project) domain.Text {
	n := p.itemName(e.Item)
	return domain.Text{Zh: "不予批准“" + n.Zh + "”：" + e.Reason + "（依据：" + e.Basis + "）", En: n.En + ": refused: " + e.Reason + " (" + e.Basis + ")"}
}

// ActRecalled puts an item back to what it was before its last act; Tasks are the work on it that goes on.
type ActRecalled struct {
	Item   string `json:"item"`
	Act    string `json:"act"`
	Reason string `json:"reason"`
	Tasks  []Task `json:"tasks,omitempty"`
}

func (e ActRecalled) evolve(p *Project, _ domain.Entry) {
	item, ok := p.item(e.Item)
	if !ok || item.Undo == nil {
		return
	}
	u := item.Undo
	for _, k := range []TaskKind{TaskCompleteness, TaskDecision, TaskSupplement, TaskSubmission} {
		p.close(k, e.Item)
	}
	*item = u.Item
	p.open(e.Tasks...)
	p.close(TaskSettlement, "settlement") // asked for when all was granted
	for i := range p.Items {              // what the act had opened waits again
		if d := &p.Items[i]; d.State == ItemOpen && slices.Contains(d.After, e.Item) && item.State != ItemGranted {
			d.State = ItemWaiting
			p.close(TaskSubmission, d.Key)
		}
	}
}

func (e ActRecalled) text(p *Project) domain.Text {
	n := p.itemName(e.Item)
	act, ok := recalled[e.Act]
	if !ok {
		act = domain.Text{Zh: "操作", En: "act"}
	}
	return domain.Text{Zh: "撤回对“" + n.Zh + "”的" + act.Zh + "：" + e.Reason, En: n.En + ": " + act.En + " recalled: " + e.Reason}
}

// recalled are the acts on an item that can be taken back.
var recalled = map[string]domain.Text{
	"accept": {Zh: "受理", En: "acceptance"}, "ask-supplement": {Zh: "补正告知", En: "supplement notice"}, "pause": {Zh: "暂停计时", En: "pause"},
	"resume": {Zh: "恢复计时", En: "resumption"}, "extend": {Zh: "延期", En: "extension"}, "grant": {Zh: "批准", En: "grant"}, "refuse": {Zh: "不予批准决定", En: "refusal"},
}

// wound puts a clock that was computed anew on the task.
func (p *Project) wound(kind TaskKind, subject string, c Clock) {
	if t, ok := p.taskOf(kind, subject); ok {
		t.Clock = c
	}
}
