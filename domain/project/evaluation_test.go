package project_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
)

// drawing is a project whose panel is to be drawn.
func drawing(t tester) *world { return newWorld(t, "sl", "2026-03-02 10:00").recognised() }

// scoring is a project whose panel of five is drawn from nine.
func scoring(t tester) *world {
	w := drawing(t)
	w.do(office, project.DrawPanel{Candidates: pool(9)})
	return w
}

// OWN-1: drawn at random, and anyone can draw again.
func TestADrawCanBeCheckedAgain(t *testing.T) {
	t.Parallel()
	t.Run("the record holds all it takes to repeat the draw", func(t *testing.T) {
		t.Parallel()
		w := scoring(t)
		e, drawn := last[project.PanelDrawn](w, "PanelDrawn")
		require.Equal(t, "OWN-1", e.Clause)
		require.Equal(t, drawn.Order, project.Draw(drawn.Candidates, w.p.Profile, drawn.Specialities, drawn.Seed))
		require.Equal(t, drawn.Order[:5], w.invited())
		require.Equal(t, drawn.Order[5:], w.p.Panel.Reserve)
	})
	t.Run("neither the order of the pool nor doubles matter", func(t *testing.T) {
		t.Parallel()
		want := project.Draw(pool(9), profile(), nil, 7)
		turned := pool(9)
		slices.Reverse(turned)
		require.Equal(t, want, project.Draw(turned, profile(), nil, 7))
		require.Equal(t, want, project.Draw(append(turned, turned...), profile(), nil, 7))
	})
	t.Run("another seed draws another panel, and each expert has his chance", func(t *testing.T) {
		t.Parallel()
		first := map[string]int{}
		for seed := range uint64(900) {
			first[project.Draw(pool(9), profile(), nil, seed)[0]]++
		}
		for _, c := range pool(9) {
			require.InDelta(t, 100, first[c.Expert], 40, c.Expert)
		}
	})
	t.Run("a draw of years ago gives the same panel today", func(t *testing.T) {
		t.Parallel()
		require.Equal(t,
			[]string{"expert-8", "expert-5", "expert-9", "expert-1", "expert-2", "expert-6", "expert-3", "expert-4", "expert-7"},
			project.Draw(pool(9), profile(), nil, 20260302))
	})
}

// OWN-1: experts recuse themselves.
func TestWhoHasAConflictDoesNotSit(t *testing.T) {
	t.Parallel()
	f := profile()
	f.Specialities = []string{"engineering", "economics"}
	for name, spoil := range map[string]func(*project.Candidate){
		"of the project's own unit":     func(c *project.Candidate) { c.Unit = f.Unit },
		"of the project's owner":        func(c *project.Candidate) { c.Unit = f.Owner },
		"with a declared conflict":      func(c *project.Candidate) { c.Conflicts = []string{"参与过可研编制"} },
		"without a wanted speciality":   func(c *project.Candidate) { c.Specialities = []string{"planning"} },
		"without any speciality at all": func(c *project.Candidate) { c.Specialities = nil },
	} {
		t.Run("an expert "+name, func(t *testing.T) {
			t.Parallel()
			candidates := pool(6)
			spoil(&candidates[2])
			order := project.Draw(candidates, f, f.Specialities, 1)
			require.Len(t, order, 5)
			require.NotContains(t, order, "expert-3")
		})
	}
	t.Run("an expert whose conflict stands in one of several listings", func(t *testing.T) {
		t.Parallel()
		double := pool(1)[0]
		double.Conflicts = []string{"亲属在业主单位任职"}
		require.NotContains(t, project.Draw(append(pool(6), double), f, f.Specialities, 1), "expert-1")
		require.NotContains(t, project.Draw(append([]project.Candidate{double}, pool(6)...), f, f.Specialities, 1), "expert-1")
	})
}

// XN-3a, OWN-13: the applicant proposes the specialities, the office says among which is drawn.
func TestTheOfficeSaysWhichSpecialitiesAreDrawn(t *testing.T) {
	t.Parallel()
	mixed := pool(12)
	for i := range mixed {
		mixed[i].Specialities = [][]string{{"engineering"}, {"economics"}}[i%2]
	}
	proposing := func(t *testing.T, specialities ...string) *world {
		t.Helper()
		w := admitted(t, "2026-03-02 10:00", func(f *project.Profile) { f.Specialities = specialities })
		w.do(office, project.Recognise{Document: "纪要"})
		return w
	}
	drawn := func(w *world) project.PanelDrawn {
		_, d := last[project.PanelDrawn](w, "PanelDrawn")
		require.Equal(w.t, d.Order, project.Draw(d.Candidates, w.p.Profile, d.Specialities, d.Seed), "it can be drawn again")
		return d
	}
	t.Run("those declared, when the office confirms them in silence", func(t *testing.T) {
		t.Parallel()
		w := proposing(t, "engineering")
		w.do(office, project.DrawPanel{Candidates: mixed})
		require.Equal(t, []string{"engineering"}, drawn(w).Specialities)
		require.Len(t, drawn(w).Order, 6)
		require.Equal(t, "从12名专家中随机抽取5名（专业：工程技术），可按种子复核", said(w, "PanelDrawn"))
	})
	t.Run("others, when the office says so; they hold for the next round", func(t *testing.T) {
		t.Parallel()
		w := proposing(t, "engineering")
		w.do(office, project.DrawPanel{Candidates: mixed, Specialities: []string{"economics"}})
		require.Equal(t, []string{"economics"}, drawn(w).Specialities)
		require.NotContains(t, drawn(w).Order, "expert-1")
		require.Equal(t, []string{"engineering"}, w.p.Profile.Specialities, "what was declared stays as it was")
		w.scoredBy(65)
		w.do(liaison, project.ReviseProposal{Note: "已修改"})
		w.do(office, project.DrawPanel{Candidates: mixed})
		require.Equal(t, []string{"economics"}, drawn(w).Specialities)
	})
	t.Run("any, when nobody named one", func(t *testing.T) {
		t.Parallel()
		w := proposing(t)
		w.do(office, project.DrawPanel{Candidates: mixed})
		require.Len(t, drawn(w).Order, 12)
		require.Contains(t, said(w, "PanelDrawn"), "不限专业")
	})
	t.Run("conflicts are what they were", func(t *testing.T) {
		t.Parallel()
		w := proposing(t, "engineering")
		candidates := slices.Clone(mixed)
		candidates[1].Conflicts = []string{"参与过可研编制"}
		w.do(office, project.DrawPanel{Candidates: candidates, Specialities: []string{"economics"}})
		require.NotContains(t, drawn(w).Order, "expert-2")
	})
	t.Run("only those of the pack, each once", func(t *testing.T) {
		t.Parallel()
		w := proposing(t)
		for field, wanted := range map[string][]string{"specialities.0": {"poetry"}, "specialities.1": {"economics", "economics"}} {
			e := w.refuse("panel.speciality", office, project.DrawPanel{Candidates: mixed, Specialities: wanted})
			require.Equal(t, field, e.Field)
			require.Equal(t, domain.KindInvalid, e.Kind)
		}
	})
}

func TestDrawingThePanel(t *testing.T) {
	t.Parallel()
	t.Run("a pool that is too small is refused", func(t *testing.T) {
		t.Parallel()
		e := drawing(t).refuse("panel.pool", office, project.DrawPanel{Candidates: pool(4)})
		require.Equal(t, "OWN-1", e.Clause)
	})
	t.Run("a pool in which too many have a conflict is refused", func(t *testing.T) {
		t.Parallel()
		candidates := pool(5)
		candidates[0].Unit = profile().Owner
		w := drawing(t)
		w.refuse("panel.pool", office, project.DrawPanel{Candidates: candidates})
	})
	t.Run("only the office draws", func(t *testing.T) {
		t.Parallel()
		w := drawing(t)
		w.refuse("task.other-party", liaison, project.DrawPanel{Candidates: pool(9)})
	})
	t.Run("a panel is drawn once", func(t *testing.T) {
		t.Parallel()
		w := scoring(t)
		w.refuse("task.none", office, project.DrawPanel{Candidates: pool(9)})
	})
	t.Run("nameless candidates and endless pools are refused", func(t *testing.T) {
		t.Parallel()
		w := drawing(t)
		w.refuse("panel.candidate", office, project.DrawPanel{Candidates: append(pool(5), project.Candidate{Unit: "institute", Expert: " "})})
		w.refuse("panel.candidates", office, project.DrawPanel{Candidates: pool(1001)})
	})
	t.Run("a draw that is late climbs its ladder", func(t *testing.T) { // OWN-14
		t.Parallel()
		w := drawing(t) // limit 3: due Thu 5 Mar
		w.until("2026-03-11 09:00")
		require.Equal(t, []string{"03-04 17:30 reminder", "03-05 17:30 overdue", "03-10 17:30 supervision-notice"}, w.rungs("panel"))
	})
}

// XN-3a, OWN-13: five experts, at least four marks, 70 passes, 60 to 70 is revised.
func TestThePanelsResult(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		totals []int
		result string
	}{
		"an average of exactly the pass mark passes":         {[]int{70, 70, 70, 70, 70}, "pass"},
		"uneven marks with exactly that average pass":        {[]int{100, 100, 100, 25, 25}, "pass"},
		"one point of the sum below it is to be revised":     {[]int{70, 70, 70, 70, 69}, "revise"},
		"an average of exactly the revise mark is revised":   {[]int{60, 60, 60, 60, 60}, "revise"},
		"one point of the sum below that is rejected":        {[]int{60, 60, 60, 60, 59}, "reject"},
		"nothing at all is rejected":                         {[]int{0, 0, 0, 0, 0}, "reject"},
		"full marks pass":                                    {[]int{100, 100, 100, 100, 100}, "pass"},
		"one enthusiast does not save what the others damn":  {[]int{100, 49, 49, 49, 49}, "reject"},
		"one who damns does not sink what the others praise": {[]int{0, 88, 88, 88, 86}, "pass"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := scoring(t)
			sum := 0
			for i, e := range w.invited() {
				require.Empty(t, w.p.Panel.Result, "nothing is concluded before all are in")
				w.do(expert(e), project.SubmitScore{Marks: w.total(c.totals[i]), Opinion: "意见"})
				sum += c.totals[i]
			}
			e, concluded := last[project.EvaluationConcluded](w, "EvaluationConcluded")
			require.True(t, e.Actor.Automatic(), "the result is nobody's act")
			require.Equal(t, "OWN-13", e.Clause)
			require.Equal(t, c.result, concluded.Result)
			require.Equal(t, 5, concluded.Scores)
			require.InDelta(t, float64(sum)/5, concluded.Average, 1e-9)
		})
	}
}

func TestAScoreThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	w := scoring(t)
	who := w.invited()[0]
	for name, c := range map[string]struct {
		code string
		cmd  project.SubmitScore
	}{
		"an opinion is missing":       {"reason.missing", project.SubmitScore{Marks: w.total(80)}},
		"a criterion is missing":      {"score.marks", project.SubmitScore{Marks: w.total(80)[1:], Opinion: "x"}},
		"a mark is above the highest": {"score.mark", project.SubmitScore{Marks: spoiled(w.total(80), 0, 21), Opinion: "x"}},
		"a mark is negative":          {"score.mark", project.SubmitScore{Marks: spoiled(w.total(80), 4, -1), Opinion: "x"}},
		"a criterion is marked twice": {"score.mark", project.SubmitScore{Marks: append(w.total(80)[1:], w.total(80)[1]), Opinion: "x"}},
		"a criterion is not the pack's": {"score.mark", project.SubmitScore{
			Marks: append(w.total(80)[1:], project.Mark{Key: "beauty", Mark: 1}), Opinion: "x",
		}},
	} {
		t.Log(name)
		w.refuse(c.code, expert(who), c.cmd)
	}
	w.refuse("task.none", expert("stranger"), project.SubmitScore{Marks: w.total(80), Opinion: "x"})
	w.refuse("role", office, project.SubmitScore{Marks: w.total(80), Opinion: "x"})
	w.do(expert(who), project.SubmitScore{Marks: w.total(80), Opinion: "x"})
	w.refuse("task.none", expert(who), project.SubmitScore{Marks: w.total(80), Opinion: "改变主意"})
}

func spoiled(ms []project.Mark, i, mark int) []project.Mark {
	ms[i].Mark = mark
	return ms
}

// OWN-14: who declines or stays silent is replaced by the next of the draw.
func TestASeatGoesToTheNextOfTheDraw(t *testing.T) {
	t.Parallel()
	t.Run("when an expert declines", func(t *testing.T) {
		t.Parallel()
		w := scoring(t)
		who, next := w.invited()[0], w.p.Panel.Reserve[0]
		w.refuse("reason.missing", expert(who), project.DeclinePanel{})
		w.refuse("task.none", expert(next), project.DeclinePanel{Reason: "还没轮到"})
		w.do(expert(who), project.DeclinePanel{Reason: "参与过该项目咨询"})
		require.NotContains(t, w.invited(), who)
		require.Contains(t, w.invited(), next)
		w.refuse("task.none", expert(who), project.SubmitScore{Marks: w.total(80), Opinion: "x"})
	})
	t.Run("when an expert stays silent, at the limit and by itself", func(t *testing.T) {
		t.Parallel()
		w := scoring(t) // limit 5: due Mon 9 Mar 17:30
		for _, e := range w.invited()[:3] {
			w.do(expert(e), project.SubmitScore{Marks: w.total(80), Opinion: "同意"})
		}
		silent := w.invited()
		require.Empty(t, w.until("2026-03-06 08:59"))
		require.Len(t, w.until("2026-03-09 17:29"), 2, "each is reminded on the morning of the working day before")
		got := w.until("2026-03-09 17:30")
		require.Equal(t, []string{"ExpertReplaced", "ExpertReplaced"}, got)
		e, replaced := last[project.ExpertReplaced](w, "ExpertReplaced")
		require.True(t, e.Actor.Automatic())
		require.Equal(t, "silent", replaced.Why)
		require.Equal(t, "2026-03-09 17:30", civil(e.OccurredAt))
		require.NotContains(t, w.invited(), silent[0])
		require.Len(t, w.invited(), 2)
		require.Equal(t, "2026-03-16 17:30", w.due(project.TaskScoring, w.invited()[0]), "the next has the whole limit")
		w.scoredBy(80)
		require.Equal(t, "pass", w.p.Panel.Result)
	})
	t.Run("who answered in time is not replaced because the worker was away", func(t *testing.T) {
		t.Parallel()
		w := scoring(t)
		who := w.invited()[0]
		w.now = at(t, "2026-03-09 17:30")
		w.do(expert(who), project.SubmitScore{Marks: w.total(80), Opinion: "同意"})
		w.asleep("2026-03-09 18:00")
		require.Equal(t, "scored", w.p.Panel.Members[0].State)
	})
	t.Run("with nobody left the quorum concludes", func(t *testing.T) {
		t.Parallel()
		w := drawing(t)
		w.do(office, project.DrawPanel{Candidates: pool(5)})
		es := w.invited()
		w.do(expert(es[0]), project.DeclinePanel{Reason: "出差"})
		require.Equal(t, project.Evaluation, w.p.Phase)
		w.scoredBy(90)
		_, concluded := last[project.EvaluationConcluded](w, "EvaluationConcluded")
		require.Equal(t, 4, concluded.Scores)
		require.Equal(t, "pass", concluded.Result)
	})
	t.Run("the quorum concludes too when the last to be awaited declines", func(t *testing.T) {
		t.Parallel()
		w := drawing(t)
		w.do(office, project.DrawPanel{Candidates: pool(5)})
		es := w.invited()
		for _, e := range es[:4] {
			w.do(expert(e), project.SubmitScore{Marks: w.total(75), Opinion: "同意"})
		}
		got := w.do(expert(es[4]), project.DeclinePanel{Reason: "出差"})
		require.Equal(t, []string{"ExpertReplaced", "EvaluationConcluded"}, got)
	})
	t.Run("without a quorum there is a new draw, and who declined is not drawn again", func(t *testing.T) {
		t.Parallel()
		w := drawing(t)
		w.do(office, project.DrawPanel{Candidates: pool(5)})
		es := w.invited()
		w.do(expert(es[2]), project.SubmitScore{Marks: w.total(75), Opinion: "同意"})
		w.do(expert(es[0]), project.DeclinePanel{Reason: "利益冲突"})
		got := w.do(expert(es[1]), project.DeclinePanel{Reason: "利益冲突"})
		require.Equal(t, []string{"ExpertReplaced", "DrawAsked"}, got)
		require.Equal(t, 2, w.p.Panel.Round)
		require.Empty(t, w.p.Panel.Members)
		w.refuse("task.none", expert(es[3]), project.SubmitScore{Marks: w.total(75), Opinion: "x"})
		w.refuse("panel.pool", office, project.DrawPanel{Candidates: pool(6)})
		w.do(office, project.DrawPanel{Candidates: pool(9)})
		_, drawn := last[project.PanelDrawn](w, "PanelDrawn")
		require.NotContains(t, drawn.Order, es[0])
		require.NotContains(t, drawn.Order, es[1])
		require.Len(t, drawn.Order, 7)
		require.Equal(t, drawn.Order, project.Draw(drawn.Candidates, w.p.Profile, drawn.Specialities, drawn.Seed), "the recusal is part of the record")
	})
}

// OWN-15: revise, then a new round.
func TestARevisedProposalComesBeforeANewPanel(t *testing.T) {
	t.Parallel()
	w := scoring(t)
	w.scoredBy(65)
	require.Equal(t, "revise", w.p.Panel.Result)
	require.Equal(t, project.Evaluation, w.p.Phase)
	w.refuse("task.other-party", owner, project.ReviseProposal{Note: "已修改"})
	w.refuse("reason.missing", liaison, project.ReviseProposal{})
	require.Equal(t, []string{"ProposalRevised", "DrawAsked"}, w.do(liaison, project.ReviseProposal{Note: "已按意见修改"}))
	require.Equal(t, 2, w.p.Panel.Round)
	w.do(office, project.DrawPanel{Candidates: pool(9)})
	w.scoredBy(95)
	require.Equal(t, "pass", w.p.Panel.Result)
	rounds := 0
	for _, e := range w.log {
		if e.Type == "EvaluationConcluded" {
			rounds++
		}
	}
	require.Equal(t, 2, rounds, "the first round stays on the timeline")
}

func TestARevisionThatIsLateClimbsItsLadder(t *testing.T) { // OWN-15, OWN-5
	t.Parallel()
	w := scoring(t)
	w.scoredBy(65) // Mon 2 Mar; limit 15: due Mon 23 Mar
	require.Equal(t, "2026-03-23 17:30", w.due(project.TaskRevision, "panel"))
	w.until("2026-03-27 10:00")
	require.Equal(t, []string{"03-20 17:30 reminder", "03-23 17:30 overdue", "03-26 17:30 supervision-notice"}, w.rungs("panel"))
}

// XS-5: what cannot start is replaced.
func TestARejectedProjectEndsAndOwesAReplacement(t *testing.T) {
	t.Parallel()
	w := scoring(t)
	w.scoredBy(30)
	require.Equal(t, project.Refused, w.p.Status)
	require.Equal(t, w.p.Profile.Investment, w.p.Debt.Size)
	w.do(liaison, project.Replace{Project: "p2", Investment: w.p.Profile.Investment})
	w.until("2026-12-31 10:00")
	require.True(t, w.p.Closed())
}

// XN-3b: after a pass the unit files the pre-work plan; GG-2c: late nodes of it escalate too.
func TestThePreWorkPlan(t *testing.T) {
	t.Parallel()
	planning := func(t *testing.T) *world {
		t.Helper()
		w := scoring(t)
		w.scoredBy(90)
		return w
	}
	node := project.Node{Key: "n1", Title: "征地拆迁", Due: "2026-04-10", Unit: "district", Post: "项目专员"}
	t.Run("the unit files it within ten working days", func(t *testing.T) {
		t.Parallel()
		w := planning(t)
		require.Equal(t, "2026-03-16 17:30", w.due(project.TaskPlan, "plan"))
		require.Equal(t, project.Evaluation, w.p.Phase, "no approval before there is a plan")
		w.refuse("task.other-party", owner, project.FilePlan{Nodes: []project.Node{node}})
		w.do(liaison, project.FilePlan{Nodes: []project.Node{node}})
		require.Equal(t, project.Approval, w.p.Phase)
		e, _ := last[project.PlanFiled](w, "PlanFiled")
		require.Equal(t, "XN-3b", e.Clause)
	})
	t.Run("a plan that makes no sense is refused", func(t *testing.T) {
		t.Parallel()
		w := planning(t)
		spoil := func(change func(*project.Node)) project.FilePlan {
			n := node
			change(&n)
			return project.FilePlan{Nodes: []project.Node{n}}
		}
		w.refuse("plan.nodes", liaison, project.FilePlan{})
		w.refuse("plan.nodes", liaison, project.FilePlan{Nodes: make([]project.Node, 101)})
		w.refuse("plan.due", liaison, spoil(func(n *project.Node) { n.Due = "2026-02-30" }))
		w.refuse("plan.key", liaison, spoil(func(n *project.Node) { n.Key = " " }))
		w.refuse("plan.node", liaison, spoil(func(n *project.Node) { n.Title = "" }))
		w.refuse("plan.node", liaison, spoil(func(n *project.Node) { n.Unit = "" }))
		w.refuse("plan.node", liaison, spoil(func(n *project.Node) { n.Post = "" }))
		w.refuse("plan.done", liaison, spoil(func(n *project.Node) { n.Done = w.now }))
		w.refuse("plan.key", liaison, project.FilePlan{Nodes: []project.Node{node, node}})
	})
	t.Run("a node that is late is reminded of, supervised and criticised, and stops when done", func(t *testing.T) {
		t.Parallel()
		w := planning(t)
		other := node
		other.Key, other.Unit, other.Due = "n2", "county", "2026-04-10"
		w.do(liaison, project.FilePlan{Nodes: []project.Node{node, other}})
		county := domain.Actor{User: "liaison-2", Role: domain.RoleLiaison, Party: "county"}
		w.refuse("task.other-party", liaison, project.CompleteNode{Node: "n2"})
		w.until("2026-04-15 18:00")
		w.do(county, project.CompleteNode{Node: "n2", Note: "完成"})
		w.until("2026-05-01 10:00")
		require.Equal(t, []string{"04-07 17:30 reminder", "04-10 17:30 overdue", "04-15 17:30 supervision-notice", "04-22 17:30 criticism"}, w.rungs("n1"))
		require.Equal(t, []string{"04-07 17:30 reminder", "04-10 17:30 overdue", "04-15 17:30 supervision-notice"}, w.rungs("n2"))
		w.do(liaison, project.CompleteNode{Node: "n1"})
		w.refuse("task.none", liaison, project.CompleteNode{Node: "n1"})
		require.False(t, w.p.Plan[0].Done.IsZero())
	})
	t.Run("a plan with a date that has passed climbs from the day it was filed", func(t *testing.T) {
		t.Parallel()
		w := planning(t)
		old := node
		old.Due = "2026-02-02"
		w.do(liaison, project.FilePlan{Nodes: []project.Node{old}})
		w.until("2026-03-05 18:00")
		require.Equal(t, []string{"03-02 10:00 overdue", "03-05 17:30 supervision-notice"}, w.rungs("n1"))
	})
}

// XN-3a: which projects are evaluated is a condition of the pack.
func TestAProjectThatNeedsNoEvaluationGoesOnToApproval(t *testing.T) {
	t.Parallel()
	w := variant(t, `
evaluation:
  required: {when: investment >= yi(1), text: {zh: 投资不足1亿元的项目不评估, en: Below 100 million no evaluation}, clause: XN-3a}
  clause: XN-3a
`, "2026-03-02 10:00")
	got := w.recognised().log
	require.Equal(t, project.Approval, w.p.Phase)
	require.Contains(t, names(got), "EvaluationSkipped")
	e, _ := last[project.EvaluationSkipped](w, "EvaluationSkipped")
	require.Equal(t, "XN-3a", e.Clause)
	text, err := w.p.Describe(e)
	require.NoError(t, err)
	require.Contains(t, text.Zh, "投资不足1亿元")
}
