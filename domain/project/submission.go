package project

import (
	"slices"

	"milepost/domain"
	"milepost/domain/policy"
)

// SubmitItem hands in the papers of an open item, or of a refused or withdrawn one in a new round. A paper that
// the pack marks deferrable may follow later against a commitment with a date (容缺受理).
type SubmitItem struct {
	Item        string          `json:"item"`
	Papers      []string        `json:"papers"`
	Commitments []DeferredPaper `json:"commitments,omitempty"`
	Files       []HandedFile    `json:"files,omitempty"`
}

func (c SubmitItem) decide(b *batch) error {
	item, _, err := b.itemIn(c.Item, ItemOpen, ItemRefused, ItemGone)
	if err != nil {
		return err
	}
	rule, _ := b.pack.Item(c.Item) // a new round begins, whatever version the one before was judged by
	if _, err := b.mine(TaskSubmission, c.Item, department(item.Department)); err != nil {
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
	decision, err := b.decision(item, round)
	if err != nil {
		return err
	}
	submitted := ItemSubmitted{Item: item.Key, Round: round, Papers: c.Papers, Check: check, Decision: decision, Commitments: c.Commitments, Promised: promised}
	b.emit(submitted, decision.Clock.Clause)
	return b.handIn(submitted, FilesHandedIn{Item: submitted.Item, Round: round}, c.Files, c.Papers...)
}

// submission is the owner's task to hand in an item in its next round. A project cannot go on without the item,
// so there is one after a refusal or a withdrawal too.
func (b *batch) submission(item *Item) (Task, error) {
	return b.newTask(TaskSubmission, item.Key, item.Round+1, b.p.owner(), taskName(TaskSubmission, item.Name), b.pack.Approval.Submission)
}

// decision is the department's task to decide: the pack's limit, or the item's own where a law sets another
// (SL-21a, SL-21c), from the day of receipt of complete papers.
func (b *batch) decision(item *Item, round int) (Task, error) {
	rule, _ := b.pack.Item(item.Key) // by which the clock begins, whatever version its papers are judged by
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
		State: ItemReceived, Round: e.Round, Received: e.Decision.Clock.Received, Papers: e.Papers,
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
