package project

import (
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/policy"
)

// Panel is the expert evaluation of the project (专家评估), round by round.
type Panel struct {
	Round   int       `json:"round"`
	Members []Member  `json:"members,omitempty"`
	Reserve []string  `json:"reserve,omitempty"` // the rest of the draw, in its order
	Result  string    `json:"result,omitempty"`  // pass | revise | reject
	Average float64   `json:"average,omitempty"`
	Passed  time.Time `json:"passed,omitzero"`
	Skipped bool      `json:"skipped,omitempty"` // the pack asks for no evaluation
	// Declined are the experts who recused themselves in any round: they are not drawn again.
	Declined []string `json:"declined,omitempty"`
	// Pack is the version by whose criteria and quorum it sits, when that is not the project's: it was drawn under it.
	Pack string `json:"pack,omitempty"`
	// Specialities are those that the office drew among last.
	Specialities []string `json:"specialities,omitempty"`
}

// Member is one expert of the panel.
type Member struct {
	Expert  string `json:"expert"`
	State   string `json:"state"` // invited | scored | declined | silent
	Marks   []Mark `json:"marks,omitempty"`
	Total   int    `json:"total,omitempty"`
	Opinion string `json:"opinion,omitempty"`
}

// Mark is an expert's mark for one criterion of the pack.
type Mark struct {
	Key  string `json:"key"`
	Mark int    `json:"mark"`
}

// Candidate is an expert of the pool as the draw sees him. Conflicts name why he may not sit on this panel.
type Candidate struct {
	Expert       string   `json:"expert"`
	Unit         string   `json:"unit,omitempty"`
	Specialities []string `json:"specialities,omitempty"`
	Conflicts    []string `json:"conflicts,omitempty"` // declared for this project: own work, interest
}

// Node is one line of the pre-work plan (前期工作计划).
type Node struct {
	Key   string    `json:"key"`
	Title string    `json:"title"`
	Due   string    `json:"due"` // civil date
	Unit  string    `json:"unit"`
	Post  string    `json:"post"` // the responsible post
	Done  time.Time `json:"done,omitzero"`
}

// beginEvaluation asks the office for a draw, or skips the evaluation where the pack asks for none.
func (b *batch) beginEvaluation() error {
	rule := b.pack.Evaluation.Required
	needed, err := b.pack.Holds(rule.When, b.p.Figures())
	if err != nil {
		return err
	}
	if !needed {
		b.emit(EvaluationSkipped{Reason: rule.Text}, rule.Clause)
		return nil
	}
	return b.askDraw(1)
}

func (b *batch) askDraw(round int) error {
	draw, err := b.newTask(TaskDraw, "panel", round, office, taskName(TaskDraw, domain.Text{}), b.pack.Evaluation.Draw)
	if err != nil {
		return err
	}
	b.emit(DrawAsked{Round: round, Draw: draw}, b.pack.Evaluation.Clause)
	return nil
}

// DrawPanel draws the panel at random among the candidates with a wanted speciality and no conflict. Which specialities
// are wanted the applicant has proposed; the office confirms or changes them. Pool, specialities and seed go on record,
// so that anyone can draw again and get the same panel.
type DrawPanel struct {
	Candidates   []Candidate `json:"candidates"`
	Specialities []string    `json:"specialities,omitempty"` // none: those of the last draw, else those declared
}

func (c DrawPanel) decide(b *batch) error {
	if _, err := b.mine(TaskDraw, "panel"); err != nil || b.asking { // the pool is the server's to fill in
		return err
	}
	rule := b.pack.Evaluation
	pool, err := b.p.candidates(c.Candidates, rule.Clause)
	if err != nil {
		return err
	}
	wanted, err := c.wanted(b)
	if err != nil {
		return err
	}
	order := Draw(pool, b.p.Profile, wanted, b.seed)
	if len(order) < rule.Experts {
		return domain.Conflict("panel.pool", ruleRecusal, "专家库中符合专业要求且无需回避的专家不足"+itoa(rule.Experts)+"人", "The pool has fewer than "+itoa(rule.Experts)+" experts with the speciality and no conflict.")
	}
	var scoring []Task
	for _, e := range order[:rule.Experts] {
		t, err := b.scoring(e)
		if err != nil {
			return err
		}
		scoring = append(scoring, t)
	}
	b.emit(PanelDrawn{
		Round: b.p.Panel.Round, Seed: b.seed, Candidates: pool, Specialities: wanted, Names: b.specialities(wanted), Order: order, Scoring: scoring,
	}, ruleRecusal)
	return nil
}

// wanted are the specialities to draw among; none means any.
func (c DrawPanel) wanted(b *batch) ([]string, error) {
	for i, s := range c.Specialities {
		switch field := "specialities." + itoa(i); {
		case !chosen(b.pack.Evaluation.Specialities, s):
			return nil, domain.Invalid("panel.speciality", field, b.pack.Evaluation.Clause, "专业不在政策包的清单内："+s, "The speciality is not one of the pack's: "+s)
		case slices.Contains(c.Specialities[:i], s):
			return nil, domain.Invalid("panel.speciality", field, b.pack.Evaluation.Clause, "专业重复："+s, "The speciality is named twice: "+s)
		}
	}
	switch {
	case len(c.Specialities) > 0:
		return c.Specialities, nil
	case len(b.p.Panel.Specialities) > 0:
		return b.p.Panel.Specialities, nil
	default:
		return b.p.Profile.Specialities, nil
	}
}

// specialities are what the pack calls them.
func (b *batch) specialities(keys []string) []domain.Text {
	var names []domain.Text
	for _, k := range keys {
		name := domain.Text{Zh: k, En: k}
		if i := slices.IndexFunc(b.pack.Evaluation.Specialities, func(c policy.Choice) bool { return c.Key == k }); i >= 0 {
			name = b.pack.Evaluation.Specialities[i].Name
		}
		names = append(names, name)
	}
	return names
}

// maxPool keeps the record of a draw far below the engine's payload limit.
const maxPool = 1000

// candidates is the pool as it goes on record, with the recusals of earlier rounds among the conflicts.
func (p *Project) candidates(pool []Candidate, clause string) ([]Candidate, error) {
	if len(pool) > maxPool {
		return nil, domain.Invalid("panel.candidates", "candidates", clause, "候选专家最多"+itoa(maxPool)+"名", "At most "+itoa(maxPool)+" candidates.")
	}
	pool = slices.Clone(pool)
	for i := range pool {
		c := &pool[i]
		if strings.TrimSpace(c.Expert) == "" {
			return nil, domain.Invalid("panel.candidate", "candidates."+itoa(i)+".expert", clause, "候选专家须有编号", "A candidate needs a code.")
		}
		if slices.Contains(p.Panel.Declined, c.Expert) {
			c.Conflicts = append(slices.Clone(c.Conflicts), "declined")
		}
	}
	return pool, nil
}

func (b *batch) scoring(expert string) (Task, error) {
	return b.newTask(TaskScoring, expert, b.p.Panel.Round, domain.Party{Kind: domain.PartyExpert, Code: expert}, taskName(TaskScoring, domain.Text{Zh: b.p.Profile.Name, En: b.p.Profile.Name}), b.pack.Evaluation.Scoring)
}

// Draw orders the candidates of the wanted specialities (any when none is named) who may sit on a panel by chance from
// the seed. Candidates of the project's own
// unit or owner, and those with a declared conflict, recuse themselves (OWN-1), however often they are listed.
func Draw(pool []Candidate, f Profile, wanted []string, seed uint64) []string {
	recused := map[string]bool{}
	for _, c := range pool {
		if len(c.Conflicts) > 0 || c.Unit == f.Unit || c.Unit == f.Owner {
			recused[c.Expert] = true
		}
	}
	var able []string
	for _, c := range pool {
		fits := len(wanted) == 0 || slices.ContainsFunc(c.Specialities, func(s string) bool { return slices.Contains(wanted, s) })
		if fits && !recused[c.Expert] && !slices.Contains(able, c.Expert) {
			able = append(able, c.Expert)
		}
	}
	slices.Sort(able) // the order of the pool must not matter
	h := fnv.New64a()
	for _, e := range able {
		_, _ = h.Write([]byte(e + "\n"))
	}
	r := rand.New(rand.NewPCG(seed, h.Sum64())) //nolint:gosec // a draw that anyone can repeat, not a secret
	r.Shuffle(len(able), func(i, j int) { able[i], able[j] = able[j], able[i] })
	return able
}

// DeclinePanel is an expert's refusal to sit, or a conflict he declares; the next of the draw takes the seat.
type DeclinePanel struct {
	Reason string `json:"reason"`
}

func (c DeclinePanel) decide(b *batch) error {
	if err := b.only(domain.RoleExpert); err != nil {
		return err
	}
	if _, err := b.mine(TaskScoring, b.actor.Party); err != nil {
		return err
	}
	if err := b.reasoned(c.Reason, "reason"); err != nil {
		return err
	}
	return b.replaceExpert(ExpertReplaced{Expert: b.actor.Party, Why: "declined", Reason: c.Reason}, b.pack.Evaluation.Clause)
}

// replaceExpert gives a seat to the next of the draw; with nobody left, the office is asked to draw again.
func (b *batch) replaceExpert(ev ExpertReplaced, clause string) error {
	if len(b.p.Panel.Reserve) > 0 {
		t, err := b.scoring(b.p.Panel.Reserve[0])
		if err != nil {
			return err
		}
		ev.Next, ev.Scoring = b.p.Panel.Reserve[0], &t
	}
	b.emit(ev, clause)
	return b.automatic(func() error {
		switch {
		case ev.Next != "":
			return nil
		case b.p.Panel.seated() < b.under(b.p.Panel.Pack).Evaluation.Quorum:
			return b.askDraw(b.p.Panel.Round + 1)
		default:
			return b.conclude()
		}
	})
}

// seated counts the experts who have scored or still may.
func (l Panel) seated() int {
	n := 0
	for _, m := range l.Members {
		if m.State == "invited" || m.State == "scored" {
			n++
		}
	}
	return n
}

// SubmitScore is one expert's marks and opinion.
type SubmitScore struct {
	Marks   []Mark `json:"marks"`
	Opinion string `json:"opinion"`
}

func (c SubmitScore) decide(b *batch) error {
	if err := b.only(domain.RoleExpert); err != nil {
		return err
	}
	if _, err := b.mine(TaskScoring, b.actor.Party); err != nil {
		return err
	}
	if err := b.reasoned(c.Opinion, "opinion"); err != nil {
		return err
	}
	rule := b.under(b.p.Panel.Pack).Evaluation
	if len(c.Marks) != len(rule.Criteria) {
		return domain.Invalid("score.marks", "marks", rule.Clause, "每项评分指标须各打一次分", "Give exactly one mark for each criterion.")
	}
	total := 0
	for _, criterion := range rule.Criteria {
		i := slices.IndexFunc(c.Marks, func(m Mark) bool { return m.Key == criterion.Key })
		if i < 0 || c.Marks[i].Mark < 0 || c.Marks[i].Mark > criterion.Max {
			return domain.Invalid("score.mark", "marks."+criterion.Key, rule.Clause, criterion.Name.Zh+"须在0到"+itoa(criterion.Max)+"分之间", criterion.Name.En+" must be between 0 and "+itoa(criterion.Max)+".")
		}
		total += c.Marks[i].Mark
	}
	b.emit(ScoreSubmitted{Expert: b.actor.Party, Marks: c.Marks, Total: total, Opinion: c.Opinion}, rule.Clause)
	return b.automatic(b.conclude)
}

// conclude draws the result when nobody is left to score and the quorum is there. A rejected project cannot start:
// its unit owes another (XS-5).
func (b *batch) conclude() error {
	panel := b.p.Panel
	rule := b.under(panel.Pack).Evaluation
	scored, sum := 0, 0
	for _, m := range panel.Members {
		switch m.State {
		case "invited":
			return nil
		case "scored":
			scored++
			sum += m.Total
		}
	}
	if scored < rule.Quorum {
		return nil
	}
	// Compare sums, not averages: exact.
	result := "reject"
	switch {
	case sum >= rule.PassMark*scored:
		result = "pass"
	case sum >= rule.ReviseMark*scored:
		result = "revise"
	}
	ev := EvaluationConcluded{Round: panel.Round, Result: result, Average: float64(sum) / float64(scored), Scores: scored}
	var err error
	var next Task
	switch result {
	case "pass":
		next, err = b.newTask(TaskPlan, "plan", 1, b.p.unit(), taskName(TaskPlan, domain.Text{}), b.pack.Evaluation.Plan)
	case "revise":
		next, err = b.newTask(TaskRevision, "panel", panel.Round, b.p.unit(), taskName(TaskRevision, domain.Text{}), b.pack.Evaluation.Revision)
	}
	if err != nil {
		return err
	}
	if result == "reject" {
		b.emit(ev, rule.Clause)
		return b.oweReplacement()
	}
	ev.Next = &next
	b.emit(ev, rule.Clause)
	return nil
}

// ReviseProposal brings a revised proposal before a new panel.
type ReviseProposal struct {
	Note  string       `json:"note"`
	Files []HandedFile `json:"files,omitempty"`
}

func (c ReviseProposal) decide(b *batch) error {
	if _, err := b.mine(TaskRevision, "panel"); err != nil {
		return err
	}
	if err := b.reasoned(c.Note, "note"); err != nil {
		return err
	}
	revised := ProposalRevised{Note: c.Note}
	b.emit(revised, b.pack.Evaluation.Clause)
	if err := b.handIn(revised, FilesHandedIn{}, c.Files); err != nil {
		return err
	}
	return b.automatic(func() error { return b.askDraw(b.p.Panel.Round + 1) })
}

// FilePlan files the pre-work plan: tasks, dates, unit and responsible post (XN-3b).
type FilePlan struct {
	Nodes []Node `json:"nodes"`
}

func (c FilePlan) decide(b *batch) error {
	if _, err := b.mine(TaskPlan, "plan"); err != nil {
		return err
	}
	rule := b.pack.Evaluation.Plan
	if len(c.Nodes) == 0 || len(c.Nodes) > 100 {
		return domain.Invalid("plan.nodes", "nodes", rule.Clause, "前期工作计划须有1到100个节点", "A plan has 1 to 100 nodes.")
	}
	var tasks []Task
	for i, n := range c.Nodes {
		field := "nodes." + itoa(i)
		date, err := calendar.ParseDate(n.Due)
		switch {
		case err != nil:
			return domain.Invalid("plan.due", field+".due", rule.Clause, "节点时间须为 年-月-日", "A node needs a date (YYYY-MM-DD).")
		case strings.TrimSpace(n.Key) == "" || utf8.RuneCountInString(n.Key) > 50 || slices.ContainsFunc(c.Nodes[:i], func(o Node) bool { return o.Key == n.Key }):
			return domain.Invalid("plan.key", field+".key", rule.Clause, "节点编号须填写，最多50字，不能重复", "Each node needs a key of its own, of at most 50 characters.")
		case strings.TrimSpace(n.Title) == "" || n.Unit == "" || strings.TrimSpace(n.Post) == "":
			return domain.Invalid("plan.node", field, rule.Clause, "节点须写明任务、责任单位和责任岗位", "A node needs a task, a unit and a responsible post.")
		case utf8.RuneCountInString(n.Title) > 200 || utf8.RuneCountInString(n.Unit) > maxName || utf8.RuneCountInString(n.Post) > maxName:
			return domain.Invalid("plan.node", field, rule.Clause, "节点任务最多200字，责任单位和岗位最多100字", "A task has at most 200 characters, a unit and a post at most 100.")
		case !n.Done.IsZero():
			return domain.Invalid("plan.done", field+".done", rule.Clause, "新计划的节点不能已完成", "A new node cannot be done already.")
		}
		unit := domain.Party{Kind: domain.PartyUnit, Code: n.Unit}
		tasks = append(tasks, b.taskWith(TaskNode, n.Key, 1, unit, taskName(TaskNode, domain.Text{Zh: n.Title, En: n.Title}), b.until(unit, date, b.pack.Evaluation.PlanNode, rule.Clause)))
	}
	b.emit(PlanFiled{Nodes: c.Nodes, Tasks: tasks}, rule.Clause)
	return nil
}

// CompleteNode marks a node of the pre-work plan as done.
type CompleteNode struct {
	Node string `json:"node"`
	Note string `json:"note,omitempty"`
}

func (c CompleteNode) decide(b *batch) error {
	if _, err := b.mine(TaskNode, c.Node); err != nil {
		return err
	}
	if err := b.brief(c.Note, "note"); err != nil {
		return err
	}
	b.emit(NodeCompleted{Node: c.Node, Note: c.Note}, b.pack.Evaluation.Plan.Clause)
	return nil
}

// EvaluationSkipped says that the pack asks for no evaluation of such a project.
type EvaluationSkipped struct {
	Reason domain.Text `json:"reason"`
}

func (e EvaluationSkipped) evolve(p *Project, _ domain.Entry) { p.Panel.Skipped = true }
func (e EvaluationSkipped) text(*Project) domain.Text {
	return domain.Text{Zh: "无需专家评估：" + e.Reason.Zh, En: "No expert evaluation needed: " + e.Reason.En}
}

// DrawAsked begins a round of evaluation.
type DrawAsked struct {
	Round int  `json:"round"`
	Draw  Task `json:"draw"`
}

func (e DrawAsked) evolve(p *Project, _ domain.Entry) {
	p.closeKind(TaskScoring)
	p.Panel = Panel{Round: e.Round, Declined: p.Panel.Declined, Specialities: p.Panel.Specialities}
	p.open(e.Draw)
}

func (e DrawAsked) text(*Project) domain.Text {
	return domain.Text{Zh: "第" + itoa(e.Round) + "轮专家评估，待抽取专家", En: "Evaluation round " + itoa(e.Round) + ": a panel is to be drawn"}
}

// PanelDrawn seats the panel; Order is the whole draw, the seats first.
type PanelDrawn struct {
	Round      int         `json:"round"`
	Seed       uint64      `json:"seed"`
	Candidates []Candidate `json:"candidates"`
	Order      []string    `json:"order"`
	Scoring    []Task      `json:"scoring"`

	Specialities []string      `json:"specialities,omitempty"` // drawn among; none: any
	Names        []domain.Text `json:"names,omitempty"`        // what the pack calls them
}

func (e PanelDrawn) evolve(p *Project, _ domain.Entry) {
	p.close(TaskDraw, "panel")
	p.Panel.Members = nil
	for _, t := range e.Scoring {
		p.Panel.Members = append(p.Panel.Members, Member{Expert: t.Subject, State: "invited"})
	}
	p.Panel.Reserve, p.Panel.Specialities = e.Order[len(e.Scoring):], e.Specialities
	p.open(e.Scoring...)
}

func (e PanelDrawn) text(*Project) domain.Text {
	zh, en := "不限专业", "any speciality"
	if len(e.Names) > 0 {
		var zhs, ens []string
		for _, n := range e.Names {
			zhs, ens = append(zhs, n.Zh), append(ens, n.En)
		}
		zh, en = "专业："+strings.Join(zhs, "、"), strings.Join(ens, ", ")
	}
	return domain.Text{
		Zh: "从" + itoa(len(e.Candidates)) + "名专家中随机抽取" + itoa(len(e.Scoring)) + "名（" + zh + "），可按种子复核",
		En: itoa(len(e.Scoring)) + " experts drawn at random from " + itoa(len(e.Candidates)) + " (" + en + "); the seed allows the draw to be checked",
	}
}

// ExpertReplaced gives a silent or declining expert's seat to the next of the draw.
type ExpertReplaced struct {
	Expert  string `json:"expert"`
	Why     string `json:"why"`              // declined | silent
	Reason  string `json:"reason,omitempty"` // of one who declined
	Next    string `json:"next,omitempty"`
	Scoring *Task  `json:"scoring,omitempty"`
}

func (e ExpertReplaced) evolve(p *Project, _ domain.Entry) {
	p.close(TaskScoring, e.Expert)
	for i := range p.Panel.Members {
		if m := &p.Panel.Members[i]; m.Expert == e.Expert && m.State == "invited" {
			m.State = e.Why
		}
	}
	if e.Why == "declined" {
		p.Panel.Declined = append(p.Panel.Declined, e.Expert)
	}
	if e.Scoring != nil {
		p.Panel.Reserve = slices.DeleteFunc(p.Panel.Reserve, func(x string) bool { return x == e.Next })
		p.Panel.Members = append(p.Panel.Members, Member{Expert: e.Next, State: "invited"})
		p.open(*e.Scoring)
	}
}

func (e ExpertReplaced) text(*Project) domain.Text {
	why := map[string]domain.Text{"declined": {Zh: "谢绝参加", En: "declined"}, "silent": {Zh: "逾期未评分", En: "stayed silent"}}[e.Why]
	if e.Reason != "" {
		why.Zh, why.En = why.Zh+"（"+e.Reason+"）", why.En+" ("+e.Reason+")"
	}
	if e.Next == "" {
		return domain.Text{Zh: "专家" + e.Expert + why.Zh + "，候补名单已用完", En: "Expert " + e.Expert + " " + why.En + "; nobody is left in the draw"}
	}
	return domain.Text{Zh: "专家" + e.Expert + why.Zh + "，由" + e.Next + "递补", En: "Expert " + e.Expert + " " + why.En + "; replaced by " + e.Next}
}

// ScoreSubmitted is one expert's verdict. Experts do not see each other's before all are in.
type ScoreSubmitted struct {
	Expert  string `json:"expert"`
	Marks   []Mark `json:"marks"`
	Total   int    `json:"total"`
	Opinion string `json:"opinion"`
}

func (e ScoreSubmitted) evolve(p *Project, _ domain.Entry) {
	p.close(TaskScoring, e.Expert)
	for i := range p.Panel.Members {
		if m := &p.Panel.Members[i]; m.Expert == e.Expert && m.State == "invited" {
			m.State, m.Marks, m.Total, m.Opinion = "scored", e.Marks, e.Total, e.Opinion
		}
	}
}

func (e ScoreSubmitted) text(*Project) domain.Text {
	return domain.Text{Zh: "专家" + e.Expert + "提交评分和意见", En: "Expert " + e.Expert + " submitted marks and opinion"}
}

// EvaluationConcluded is the panel's result.
type EvaluationConcluded struct {
	Round   int     `json:"round"`
	Result  string  `json:"result"`
	Average float64 `json:"average"`
	Scores  int     `json:"scores"`
	Next    *Task   `json:"next,omitempty"`
}

func (e EvaluationConcluded) evolve(p *Project, at domain.Entry) {
	p.Panel.Result, p.Panel.Average = e.Result, e.Average
	switch e.Result {
	case "pass":
		p.Panel.Passed = at.OccurredAt
	case "reject":
		p.leave(Refused)
	}
	p.openIf(e.Next)
}

func (e EvaluationConcluded) text(*Project) domain.Text {
	r := map[string]domain.Text{"pass": {Zh: "通过", En: "passed"}, "revise": {Zh: "修改后再评", En: "to be revised"}, "reject": {Zh: "不通过", En: "rejected"}}[e.Result]
	avg := trimFloat(e.Average)
	return domain.Text{Zh: "专家评估" + r.Zh + "，" + itoa(e.Scores) + "名专家平均" + avg + "分", En: "Evaluation " + r.En + ", average " + avg + " of " + itoa(e.Scores) + " experts"}
}

// ProposalRevised is the unit's answer to the panel's opinions.
type ProposalRevised struct {
	Note string `json:"note"`
}

func (e ProposalRevised) evolve(p *Project, _ domain.Entry) { p.close(TaskRevision, "panel") }
func (e ProposalRevised) text(*Project) domain.Text {
	return domain.Text{Zh: "按专家意见修改方案：" + e.Note, En: "Proposal revised: " + e.Note}
}

// PlanFiled is the pre-work plan; each node is a task with its date.
type PlanFiled struct {
	Nodes []Node `json:"nodes"`
	Tasks []Task `json:"tasks"`
}

func (e PlanFiled) evolve(p *Project, _ domain.Entry) {
	p.close(TaskPlan, "plan")
	p.Plan = e.Nodes
	p.open(e.Tasks...)
}

func (e PlanFiled) text(*Project) domain.Text {
	return domain.Text{Zh: "前期工作计划，" + itoa(len(e.Nodes)) + "个节点", En: "Pre-work plan with " + itoa(len(e.Nodes)) + " nodes"}
}

// NodeCompleted closes a node of the plan.
type NodeCompleted struct {
	Node string `json:"node"`
	Note string `json:"note,omitempty"`
}

func (e NodeCompleted) evolve(p *Project, at domain.Entry) {
	p.close(TaskNode, e.Node)
	for i := range p.Plan {
		if p.Plan[i].Key == e.Node {
			p.Plan[i].Done = at.OccurredAt
		}
	}
}

func (e NodeCompleted) text(p *Project) domain.Text {
	title := e.Node
	for _, n := range p.Plan {
		if n.Key == e.Node {
			title = n.Title
		}
	}
	return domain.Text{Zh: "前期工作节点完成：" + title, En: "Node done: " + title}
}
