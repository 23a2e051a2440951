package project_test

import (
	"maps"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"milepost/config"
	"milepost/domain"
	"milepost/domain/policy"
	"milepost/domain/project"
)

// version is a later version of Shangluo's pack that differs in some rules, written as a pack is.
func version(t require.TestingT, number, rules string) *policy.Pack {
	sources := config.PackSources()
	sources["later.yaml"] = []byte("id: later\nversion: \"" + number + "\"\nextends: sl\njurisdiction: shangluo\ntitle: {zh: 新版, en: Later}\nsource: {document: {zh: 新版, en: Later}}\n" + rules)
	set, faults := policy.Load(sources)
	require.Empty(t, faults)
	p, ok := set.Pack("later")
	require.True(t, ok)
	return p
}

// What later versions change.
const (
	asksHeritage = `
  - key: heritage
    name: {zh: 文物影响评估, en: Heritage assessment}
    phase: approval
    department: housing
    after: [initiation]
    clause: XN-5
    papers:
      - {key: survey, name: {zh: 考古调查报告, en: Survey}, standard: {zh: 有资质, en: Qualified}}
`
	dropsSoilWater = `
  - {key: soil-water, clause: SL-21a, when: "false", otherwise: {zh: 已并入环评, en: Part of the environmental review}}
`
	seven        = "approval: {days: 7, clause: SL-21a}\n"
	warnsTwice   = "ladders:\n  - key: decision\n    clause: OWN-7\n    rungs:\n      - {kind: reminder, days: -5, to: handler, clause: OWN-6}\n      - {kind: reminder, days: -3, to: handler, clause: OWN-6}\n      - {kind: overdue, days: 0, to: head, clause: OWN-6}\n      - {kind: interview, days: 1, to: leader, clause: XS-9b}\n"
	otherPapers  = "\n  - key: initiation\n    clause: XN-5\n    papers:\n      - {key: proposal, remove: true}\n      - {key: resolution, name: {zh: 集体决策纪要, en: Resolution}, standard: {zh: 盖章, en: Sealed}}\n"
	otherMarks   = "evaluation:\n  clause: OWN-13\n  passMark: 95\n  criteria:\n    - {key: readiness, remove: true}\n    - {key: carbon, name: {zh: 碳排放, en: Carbon}, max: 15}\n"
	closesAtFive = "clock: {clause: OWN-2, close: \"17:00\", warnDays: 1}\n"
)

// adopt moves the project to another version.
func (w *world) adopt(next *policy.Pack) []string {
	w.t.Helper()
	w.rules.Put(next)
	return w.do(domain.System, project.AdoptPack{Pack: next.Hash()})
}

// OWN-247: what has begun goes on by the version it began under, what begins after a move by the new one.
func TestAProjectMovesToANewVersionOfItsPack(t *testing.T) {
	t.Parallel()
	approving := func(t *testing.T) *world { return newWorld(t, "sl", "2026-03-02 10:00").approving() }

	t.Run("an open task keeps its due time and its rungs, and the next of its kind has the new ones", func(t *testing.T) {
		t.Parallel()
		w := approving(t)
		w.submit("initiation")
		before := w.task(project.TaskDecision, "initiation")
		require.Equal(t, []string{"PackAdopted"}, w.adopt(version(t, "2", seven+warnsTwice+closesAtFive)))
		after := w.task(project.TaskDecision, "initiation")
		require.Equal(t, before.Clock.Due, after.Clock.Due)
		require.Equal(t, before.Clock.Rungs, after.Clock.Rungs)
		require.Equal(t, before.Clock.WarnAt, after.Clock.WarnAt)
		require.Equal(t, "2026-03-16 17:30", w.due(project.TaskDecision, "initiation"))
		w.grant("initiation")
		w.submit("environment")
		require.Equal(t, "2026-03-11 17:00", w.due(project.TaskDecision, "environment"), "seven days, and offices close at five")
		require.Len(t, w.task(project.TaskDecision, "environment").Clock.Rungs, 4)
	})
	t.Run("a clock that is hung anew stays on the ladder it began on: no rung is climbed twice, none is left out", func(t *testing.T) {
		t.Parallel()
		w := approving(t)
		w.submit("initiation")
		w.do(development, project.AcceptItem{Item: "initiation"})
		w.until("2026-03-12 10:00")
		require.Equal(t, []string{"03-11 17:30 reminder"}, w.rungs("initiation"))
		w.adopt(version(t, "2", seven+warnsTwice+closesAtFive))
		w.do(development, project.PauseItem{Item: "initiation", Reason: "hearing", Note: "听证"})
		w.until("2026-03-17 10:00")
		w.do(development, project.ResumeItem{Item: "initiation"})
		require.Equal(t, "2026-03-20 17:30", w.due(project.TaskDecision, "initiation"), "still ten days, to half past five")
		require.Equal(t, "2026-03-11 17:30", civil(w.task(project.TaskDecision, "initiation").Clock.WarnAt), "and yellow for three that count")
		w.until("2026-04-01 10:00")
		require.Equal(t, []string{
			"03-11 17:30 reminder", "03-20 17:30 overdue", "03-23 17:30 supervision-notice", "03-26 17:30 criticism",
		}, w.rungs("initiation"), "by the ladder of the version before")
	})
	t.Run("a new calendar does not bring the ladder of the new version", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-12-01 10:00").approving()
		w.now = at(t, "2026-12-25 10:00")
		w.submit("initiation")
		w.do(development, project.AcceptItem{Item: "initiation"})
		w.adopt(version(t, "2", seven+warnsTwice+closesAtFive))
		w.loadNotice2027()
		require.Equal(t, "2027-01-12 17:30", w.due(project.TaskDecision, "initiation"))
		w.until("2027-01-14 10:00")
		require.Equal(t, []string{"01-07 17:30 reminder", "01-12 17:30 overdue", "01-13 17:30 supervision-notice"}, w.rungs("initiation"))
	})
	t.Run("a new item is listed and opens, and one that waits and is no longer wanted falls away", func(t *testing.T) {
		t.Parallel()
		w := approving(t)
		w.submit("initiation")
		w.grant("initiation")
		require.Equal(t, project.ItemOpen, w.item("soil-water").State)
		got := w.adopt(version(t, "2", "items:"+asksHeritage+dropsSoilWater+`
  - {key: preliminary-design, clause: XN-5, when: "false", otherwise: {zh: 与可研合并, en: Merged}}
`))
		require.Equal(t, "PackAdopted", got[0])
		require.Equal(t, []string{"ItemOpened"}, got[1:], "what it waits for was granted long ago")
		require.Equal(t, project.ItemOpen, w.item("heritage").State)
		require.Equal(t, "housing", w.item("heritage").Department)
		require.Equal(t, project.ItemOpen, w.item("soil-water").State, "what is open stays open")
		require.Equal(t, project.ItemNotApplicable, w.item("preliminary-design").State)
		require.Equal(t, "与可研合并", w.item("preliminary-design").Reason.Zh)
		require.NotContains(t, w.item("drawing-review").After, "preliminary-design")
		require.Contains(t, w.item("drawing-review").After, "feasibility", "it hands on what it would have waited for")

		e, adopted := last[project.PackAdopted](w, "PackAdopted")
		require.Equal(t, "OWN-247", e.Clause)
		require.Equal(t, "2", adopted.Version)
		text, err := w.p.Describe(e)
		require.NoError(t, err)
		require.Equal(t, "改按政策包第2版办理（原第2026.1版），已经开始的仍按原规定；新增事项：文物影响评估；不再需要：初步设计审批", text.Zh)
		require.Equal(t, "Moved to version 2 of the policy pack (was 2026.1); what has begun goes on by the old one; added: Heritage assessment; no longer needed: Preliminary design", text.En)
		changes, err := project.ItemChanges(w.log)
		require.NoError(t, err)
		require.Equal(t, []project.ItemChange{
			{Change: project.ItemAdded, Item: "heritage", Name: w.item("heritage").Name, Department: domain.Party{Kind: domain.PartyDepartment, Code: "housing"}},
			{Change: project.ItemDropped, Item: "preliminary-design", Name: w.item("preliminary-design").Name, Department: domain.Party{Kind: domain.PartyDepartment, Code: w.item("preliminary-design").Department}},
		}, changes)
		require.Len(t, w.p.Notices(e), 2, "owner and unit are told")
		chart, err := project.ChartOf(w.log)
		require.NoError(t, err)
		marks := chart.Rows[0].Marks
		require.Equal(t, "PackAdopted", marks[len(marks)-1].Type, "the chart of its life shows it")
	})
	t.Run("a new item whose condition is false is listed as not applicable, and nobody is told", func(t *testing.T) {
		t.Parallel()
		w := approving(t)
		w.adopt(version(t, "2", "items:"+asksHeritage+"    when: investment > yi(500)\n    otherwise: {zh: 投资不足, en: Small}\n"))
		require.Equal(t, project.ItemNotApplicable, w.item("heritage").State)
		require.Equal(t, "投资不足", w.item("heritage").Reason.Zh)
		e, _ := last[project.PackAdopted](w, "PackAdopted")
		require.Empty(t, w.p.Notices(e))
	})
	t.Run("an item that waits and is asked of other procedures only falls away", func(t *testing.T) {
		t.Parallel()
		w := approving(t)
		w.adopt(version(t, "2", "items:\n  - {key: forest-use, clause: XN-5, procedures: [filing]}\n  - {key: drawing-review, clause: XN-5, procedures: [filing]}\n"))
		require.Equal(t, project.ItemNotApplicable, w.item("drawing-review").State)
		require.NotEmpty(t, w.item("drawing-review").Reason.Zh)
	})
	t.Run("one that waits takes the new prerequisites and the new department", func(t *testing.T) {
		t.Parallel()
		w := approving(t)
		w.adopt(version(t, "2", "items:\n  - {key: feasibility, after: [environment], department: housing, clause: XN-5}\n"))
		require.Equal(t, []string{"environment"}, w.item("feasibility").After)
		require.Equal(t, "housing", w.item("feasibility").Department)
	})
	t.Run("the last that waited falling away lets the phase end", func(t *testing.T) {
		t.Parallel()
		w := approving(t)
		var rest string
		for _, i := range w.p.Items {
			if i.State == project.ItemWaiting {
				rest += "  - {key: " + i.Key + ", clause: XN-5, when: \"false\", otherwise: {zh: 取消, en: Gone}}\n"
			}
		}
		w.submit("initiation")
		w.adopt(version(t, "2", "items:\n"+rest))
		require.Equal(t, project.Approval, w.p.Phase)
		w.grant("initiation")
		require.Equal(t, project.Assurance, w.p.Phase)
	})
	t.Run("papers that are in are judged by the list they came in under, those of a new round by the new one", func(t *testing.T) {
		t.Parallel()
		w := approving(t)
		w.submit("initiation")
		w.adopt(version(t, "2", "items:"+otherPapers))
		w.do(development, project.AcceptItem{Item: "initiation"})
		w.do(development, project.RefuseItem{Item: "initiation", Reason: "不符合规划", Basis: "x"})
		w.refuse("papers.unknown", owner, project.SubmitItem{Item: "initiation", Papers: []string{"proposal", "funding"}})
		w.do(owner, project.SubmitItem{Item: "initiation", Papers: []string{"resolution", "funding"}})
		w.do(development, project.AcceptItem{Item: "initiation"})
	})
	t.Run("papers asked for before can be supplied after; the clock that begins then is the new version's", func(t *testing.T) {
		t.Parallel()
		w := approving(t)
		w.submit("initiation")
		w.do(development, project.AskSupplement{Item: "initiation", Missing: []project.Missing{{Paper: "proposal", Standard: "盖章"}}})
		w.adopt(version(t, "2", seven+"items:"+otherPapers))
		w.do(owner, project.SupplyPapers{Item: "initiation", Papers: []string{"proposal"}})
		require.Equal(t, "2026-03-11 17:30", w.due(project.TaskDecision, "initiation"), "seven days")
		w.grant("initiation")
	})
	t.Run("what is recalled goes on by the version it began under", func(t *testing.T) {
		t.Parallel()
		w := approving(t)
		w.submit("initiation")
		w.do(development, project.AcceptItem{Item: "initiation"})
		before := w.task(project.TaskDecision, "initiation").Clock
		w.grant("initiation")
		old := w.p.Pack
		w.adopt(version(t, "2", seven+warnsTwice+"items:"+otherPapers))
		w.do(development, project.RecallAct{Item: "initiation", Reason: "误操作"})
		after := w.task(project.TaskDecision, "initiation").Clock
		require.Equal(t, before.Due, after.Due)
		require.Equal(t, before.Rungs, after.Rungs)
		require.Equal(t, old, w.item("initiation").Pack)
		w.grant("initiation")
	})
	t.Run("a panel that sits scores by its own criteria, and the next by the new ones", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").recognised()
		w.do(office, project.DrawPanel{Candidates: pool(9)})
		seats := w.invited()
		w.do(expert(seats[0]), project.SubmitScore{Marks: w.marks(90), Opinion: "同意"})
		w.adopt(version(t, "2", otherMarks))
		require.Equal(t, "readiness", w.marks(90)[4].Key)
		w.scoredBy(90)
		require.Equal(t, "pass", w.p.Panel.Result, "90 is a pass under the mark the panel began with")

		w = newWorld(t, "sl", "2026-03-02 10:00").recognised()
		w.adopt(version(t, "2", otherMarks))
		w.do(office, project.DrawPanel{Candidates: pool(9)})
		require.Equal(t, "carbon", w.marks(90)[4].Key)
		w.scoredBy(90)
		require.NotEqual(t, "pass", w.p.Panel.Result)
	})
	t.Run("a panel that sits goes on with the quorum it was drawn under", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").recognised()
		w.do(office, project.DrawPanel{Candidates: pool(5)})
		w.adopt(version(t, "2", "evaluation: {clause: OWN-13, quorum: 5}\n"))
		w.do(expert(w.invited()[0]), project.DeclinePanel{Reason: "出差"})
		require.Equal(t, 1, w.p.Panel.Round, "four are enough")
		w.scoredBy(90)
		require.Equal(t, "pass", w.p.Panel.Result)
	})
	t.Run("what was late already climbs on by its own hours when an act is recalled", func(t *testing.T) {
		t.Parallel()
		w := approving(t)
		w.submit("initiation")
		w.do(development, project.AcceptItem{Item: "initiation"})
		w.until("2026-03-17 10:00")
		w.grant("initiation")
		w.adopt(version(t, "2", closesAtFive))
		w.now = at(t, "2026-03-19 17:10")
		w.do(development, project.RecallAct{Item: "initiation", Reason: "误操作"})
		require.Equal(t, "2026-03-19 17:30", civil(w.task(project.TaskDecision, "initiation").Clock.Rungs[0].At), "two closings put off the notice of the 17th")
	})
	t.Run("a suspended project moves, and what is new opens when it goes on", func(t *testing.T) {
		t.Parallel()
		w := approving(t)
		w.submit("initiation")
		w.grant("initiation")
		w.do(office, project.Suspend{Reason: "资金", Until: "2026-06-01"})
		require.Equal(t, []string{"PackAdopted"}, w.adopt(version(t, "2", warnsTwice+"items:"+asksHeritage)))
		require.Equal(t, project.ItemWaiting, w.item("heritage").State)
		w.do(office, project.Resume{Reason: "到位"})
		require.Equal(t, project.ItemOpen, w.item("heritage").State)
	})
	t.Run("a planned start moves on as it would have, whatever date the new version lays down", func(t *testing.T) {
		t.Parallel()
		w := approving(t)
		due := w.due(project.TaskStart, "start")
		require.Equal(t, "2026-12-01 17:30", due)
		w.adopt(version(t, "2", closesAtFive+"startup:\n  deadlines:\n    - {when: funding == \"local-budget\", date: 2027-06-30, clause: XN-12}\n"))
		for _, to := range []string{"2027-02-26", "2027-03-31"} {
			w.do(office, project.MovePlannedDate{Which: "start", To: to, Why: "征迁", Basis: "纪要"})
			require.Equal(t, to+" 17:30", w.due(project.TaskStart, "start"))
		}
	})
	t.Run("two versions later everything still goes by the one it began under", func(t *testing.T) {
		t.Parallel()
		w := approving(t)
		first := w.p.Pack
		w.submit("initiation")
		w.adopt(version(t, "2", seven))
		w.adopt(version(t, "3", "approval: {days: 5, clause: SL-21a}\n"))
		require.Equal(t, first, w.task(project.TaskDecision, "initiation").Clock.Pack)
		require.Equal(t, first, w.item("initiation").Pack)
		require.Len(t, w.p.Former, 2)
	})
	t.Run("single acceptances are added until all are granted, and never behind a settlement", func(t *testing.T) {
		t.Parallel()
		more := version(t, "2", "items:\n  - {key: accept-lifts, name: {zh: 电梯, en: Lifts}, phase: completion, department: housing, clause: OWN-12, papers: [{key: a, name: {zh: 甲, en: A}, standard: {zh: 乙, en: B}}]}\n")
		w := newWorld(t, "sl", "2026-03-02 10:00").building().completing()
		w.adopt(more)
		require.Equal(t, project.ItemOpen, w.item("accept-lifts").State)

		w = newWorld(t, "sl", "2026-03-02 10:00").building().completing()
		w.grantAll()
		require.Equal(t, []string{"PackAdopted"}, w.adopt(more))
		require.False(t, slices.ContainsFunc(w.p.Items, func(i project.Item) bool { return i.Key == "accept-lifts" }))
	})
	t.Run("of an item that was found not applicable the question is settled", func(t *testing.T) {
		t.Parallel()
		w := approving(t)
		require.Equal(t, project.ItemNotApplicable, w.item("safety").State)
		w.adopt(version(t, "2", "items:\n  - {key: safety, when: investment > 0, clause: SL-21a, department: emergency}\n"))
		require.Equal(t, project.ItemNotApplicable, w.item("safety").State)
	})
}

// OWN-247, OWN-248.
func TestAMoveToANewVersionIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sl", "2026-03-02 10:00").approving()
	next := version(t, "2", seven)
	w.refuse("pack.loading", domain.System, project.AdoptPack{Pack: next.Hash()})
	w.rules.Put(next)
	w.refuse("role", office, project.AdoptPack{Pack: next.Hash()})
	require.Equal(t, "OWN-247", w.refuse("adoption.same", domain.System, project.AdoptPack{Pack: w.p.Pack}).Clause)

	set, _ := shipped()
	gl, _ := set.Pack("gl")
	w.rules.Put(gl)
	w.refuse("adoption.elsewhere", domain.System, project.AdoptPack{Pack: gl.Hash()})

	poorer := version(t, "2", "items:\n  - {key: safety, remove: true}\n")
	w.rules.Put(poorer)
	e := w.refuse("adoption.successor", domain.System, project.AdoptPack{Pack: poorer.Hash()})
	require.Equal(t, "OWN-248", e.Clause)
	require.Contains(t, e.Text.Zh, "items[safety]")

	// It succeeds the version between, which had dropped nothing, and not the project's own: no check is skipped.
	w.adopt(version(t, "2", "items:"+asksHeritage))
	w.rules.Put(next)
	require.Contains(t, w.refuse("adoption.successor", domain.System, project.AdoptPack{Pack: next.Hash()}).Text.En, "items[heritage]")

	busy := *w
	busy.rules = policy.NewRegistry()
	_, cal := shipped()
	busy.rules.PutCurrentCalendar(cal)
	busy.rules.Put(w.under(""))
	require.Equal(t, domain.KindBusy, busy.refuse("pack.loading", office, project.FilePaper{Title: "x"}).Kind)

	w.do(owner, project.Withdraw{Reason: "放弃"})
	w.do(liaison, project.Replace{Project: "p2", Investment: 8_000_000_000})
	w.until("2030-01-01 10:00")
	require.True(t, w.p.Closed())
	w.refuse("project.archived", domain.System, project.AdoptPack{Pack: next.Hash()})
}

// successors are later versions of Shangluo's pack, each with a choice of changes.
var successors = sync.OnceValue(func() []*policy.Pack {
	var all []*policy.Pack
	heritage := "items:" + asksHeritage
	for i, rules := range []string{
		seven + closesAtFive,
		warnsTwice + heritage,
		heritage + dropsSoilWater + otherPapers,
		seven + warnsTwice + closesAtFive + otherMarks + heritage + otherPapers + "  - {key: feasibility, after: [environment], clause: XN-5}\n",
		heritage + "    when: investment > yi(500)\n    otherwise: {zh: 投资不足, en: Small}\n  - {key: preliminary-design, clause: XN-5, when: \"false\", otherwise: {zh: 合并, en: Merged}}\n  - {key: drawing-review, clause: XN-5, procedures: [filing]}\n" +
			"  - {key: accept-lifts, name: {zh: 电梯, en: Lifts}, phase: completion, department: housing, clause: OWN-12, papers: [{key: a, name: {zh: 甲, en: A}, standard: {zh: 乙, en: B}}]}\n",
	} {
		all = append(all, version(bad{}, strconv.Itoa(i+2), rules))
	}
	return all
})

// bad stops the tests where there is none to fail.
type bad struct{}

func (bad) Errorf(format string, _ ...any) { panic(format) }
func (bad) FailNow()                       { panic("a version is unsound") }

// OWN-247: at whatever moment of whatever life a project moves, no open task's due time or rungs change, the record alone
// gives the same state, and the life goes on soundly.
func TestPropertyAMoveLeavesWhatHasBegunAsItIs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := somewhere(rt)
		w.live(rt, 25)
		w.sleep(w.now)
		if w.p.Seq == 0 || w.p.Closed() {
			return
		}
		before := map[string]project.Task{}
		for _, task := range w.p.Tasks {
			task.Clock.Pack = ""
			before[task.Key] = task
		}
		items := slices.Clone(w.p.Items)
		deadline := w.p.NextDeadline()
		if !w.attempt(w.command(domain.System, project.AdoptPack{Pack: throw(rt).pack().Hash()})) {
			return
		}
		after := map[string]project.Task{}
		for _, task := range w.p.Tasks {
			task.Clock.Pack = ""
			after[task.Key] = task
		}
		for _, key := range slices.Sorted(maps.Keys(before)) {
			require.Equal(rt, before[key], after[key])
		}
		for _, i := range items {
			now := w.item(i.Key)
			if i.State != project.ItemWaiting {
				require.Equal(rt, i.State, now.State, i.Key)
				require.Equal(rt, i.After, now.After, i.Key)
			}
		}
		next := w.p.NextDeadline()
		if !deadline.IsZero() {
			require.False(rt, next.IsZero() || next.After(deadline), "no deadline is lost")
		}
		again := project.New("p1")
		for _, e := range w.log {
			require.NoError(rt, again.Evolve(e))
		}
		require.Equal(rt, snapshot(w.p), snapshot(again))
		if !next.IsZero() && w.p.Status != project.Suspended {
			if next.After(w.now) {
				w.now = next
			}
			require.NotEmpty(rt, w.tick(), "the next deadline brings something")
		}
		w.live(rt, 25)
	})
}

func (d dice) pack() *policy.Pack { return oneOf(d, successors()...) }
