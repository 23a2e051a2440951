package project

import (
	"slices"
	"strings"
	"time"

	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/policy"
)

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
	switch promised := func(p policy.Paper) bool { return b.p.promised(item.Key, p.Key) }; {
	case len(rule.Papers) == 0:
		return domain.Conflict("supplement.none", clause, "此事项不要求材料，无需补正", "The item asks for no papers; there is nothing to supply.")
	case !slices.ContainsFunc(rule.Papers, func(p policy.Paper) bool { return !promised(p) }):
		return deferred(b.pack.Approval.DeferralRule, rule.Papers[0].Key)
	}
	if err := b.nameable(rule, c.Missing); err != nil {
		return err
	}
	for _, paper := range b.p.lacking(item, rule) {
		if !slices.ContainsFunc(c.Missing, func(m Missing) bool { return m.Paper == paper.Key }) {
			return domain.Invalid("supplement.incomplete", "missing", clause, "须一次性告知全部缺少的材料，还缺："+paper.Name.Zh, "Ask for everything that is missing at once; this is missing too: "+paper.Name.En)
		}
	}
	step := b.pack.Approval.Supplement
	task, err := b.newTask(TaskSupplement, item.Key, item.Round, b.p.owner(), taskName(TaskSupplement, item.Name), step)
	if err != nil {
		return err
	}
	if c.Due != "" {
		date, err := calendar.ParseDate(c.Due)
		if err != nil || !date.After(calendar.DateOf(b.receipt(b.p.owner()))) {
			return domain.Invalid("supplement.due", "due", clause, "补正期限须为业主得知之日以后的日期", "The date must lie after the day on which the owner learns of it.")
		}
		task.Clock = b.until(b.p.owner(), date, step.Ladder, step.Clause)
	}
	var names []domain.Text
	for _, m := range c.Missing {
		names = append(names, paperName(rule, m.Paper))
	}
	b.emit(SupplementAsked{Item: item.Key, Round: item.Round, Missing: c.Missing, Names: names, Task: task}, clause)
	return nil
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
			return deferred(b.pack.Approval.DeferralRule, m.Paper)
		}
		if err := b.brief(m.Standard, field+".standard"); err != nil {
			return err
		}
	}
	return nil
}

func deferred(clause, paper string) error {
	return domain.Conflict("supplement.deferred", clause, "这份材料已承诺容缺后补，不能要求补正："+paper, "This paper may follow later by commitment; it cannot be asked for now: "+paper)
}

// SupplyPapers hands in what was asked for. When everything is in, the item is received anew and the ten days
// run from then. What was supplied in time counts, also when the withdrawal has been recorded before.
type SupplyPapers struct {
	Item   string       `json:"item"`
	Papers []string     `json:"papers"`
	Files  []HandedFile `json:"files,omitempty"`
}

func (c SupplyPapers) decide(b *batch) error {
	item, rule, err := b.itemIn(c.Item, ItemSupplementing, ItemGone)
	switch {
	case err != nil:
		return err
	case item.State == ItemSupplementing:
		_, err = b.mine(TaskSupplement, c.Item, department(item.Department))
	case b.at.After(item.Lapsed):
		_, _, err = b.itemIn(c.Item, ItemSupplementing)
	default:
		err = b.acts(b.p.owner(), notOwner(), department(item.Department))
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
		decision, err := b.decision(item, item.Round)
		if err != nil {
			return err
		}
		decision.Key += "/anew"
		decision.Assignee = item.AskedBy // the answer comes back to the person who asked
		ev.Decision, clause = &decision, decision.Clock.Clause
	}
	b.emit(ev, clause)
	return b.handIn(ev, FilesHandedIn{Item: ev.Item, Round: ev.Round}, c.Files, c.Papers...)
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
	p.void(item, at)
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
		item.State, item.Received, item.Lapsed = ItemAccepted, e.Decision.Clock.Received, time.Time{}
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
