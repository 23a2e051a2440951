package project_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain/project"
)

// states are the items of a phase by state, in the pack's order.
func (w *world) states(phase string) map[project.ItemState][]string {
	s := map[project.ItemState][]string{}
	for _, i := range w.p.Items {
		if i.Phase == phase {
			s[i.State] = append(s[i.State], i.Key)
		}
	}
	return s
}

// declaredAs takes a project with a profile of its own to the approvals.
func (w *world) declaredAs(change func(*project.Profile)) *world {
	w.t.Helper()
	f := profile()
	change(&f)
	w.do(owner, project.Declare{Profile: f, Pack: w.pack.Hash()})
	w.do(office, project.ReviewEntry{Decision: "admit"})
	w.do(office, project.Recognise{Document: "纪要"})
	w.do(office, project.DrawPanel{Candidates: pool(5)})
	w.scoredBy(90)
	w.do(liaison, project.FilePlan{Nodes: []project.Node{{Key: "n1", Title: "征地", Due: "2026-11-30", Unit: "district", Post: "项目专员"}}})
	return w
}

// everything makes a project to which every item applies.
func everything(f *project.Profile) {
	f.Tags = []string{"hazardous"}
	f.Asks = append(f.Asks, project.Ask{Resource: "energy", Amount: "1200", Year: 2026}, project.Ask{Resource: "forest", Amount: "2.5", Year: 2026})
}

// XN-5: items by type of procedure, in their order.
func TestItemsOpenInTheOrderOfTheirProcedure(t *testing.T) {
	t.Parallel()
	t.Run("approval: the proposal first, then site, land and energy together, then feasibility, design, then all permits", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").declaredAs(everything)
		waves := w.waves()
		require.Equal(t, [][]string{
			{"initiation"},
			{"site-selection", "land-preliminary", "energy-review", "environment", "safety", "soil-water"},
			{"feasibility"},
			{"preliminary-design", "forest-use", "land-use", "land-planning-permit"},
			{"works-planning-permit", "drawing-review", "fire-design", "civil-defence", "budget-estimate"},
		}, waves)
		require.Equal(t, project.Assurance, w.p.Phase)
	})
	t.Run("verification: planning, land, environment and energy in parallel", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").declaredAs(func(f *project.Profile) { everything(f); f.Procedure = "verification" })
		require.Equal(t, [][]string{
			{"site-selection", "land-preliminary", "energy-review", "environment", "safety", "soil-water", "forest-use"},
			{"verification", "land-use", "land-planning-permit"},
			{"works-planning-permit", "drawing-review", "fire-design", "civil-defence"},
		}, w.waves())
	})
	t.Run("filing: all in parallel", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").declaredAs(func(f *project.Profile) { everything(f); f.Procedure = "filing" })
		waves := w.waves()
		require.Len(t, waves, 1)
		require.Contains(t, waves[0], "filing")
		require.NotContains(t, waves[0], "initiation")
		require.NotContains(t, waves[0], "feasibility")
	})
}

// waves grants what is open, again and again, and lists what opened together.
func (w *world) waves() [][]string {
	w.t.Helper()
	var waves [][]string
	for w.p.Phase == project.Approval {
		open := w.states("approval")[project.ItemOpen]
		require.NotEmpty(w.t, open)
		waves = append(waves, open)
		for _, k := range open {
			w.submit(k)
			w.grant(k)
		}
	}
	return waves
}

func TestAnItemWhoseConditionIsFalseIsNotApplicableWithItsReason(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*project.Profile)
		item   string
		reason string
	}{
		"without new land there is no site selection":              {func(f *project.Profile) { f.Asks = nil }, "site-selection", "不新增用地"},
		"below a thousand tonnes there is no energy review":        {func(*project.Profile) {}, "energy-review", "不足 1000 吨标准煤"},
		"a regional assessment stands in for soil and water":       {func(f *project.Profile) { f.Tags = []string{"regional-assessment"} }, "soil-water", "区域评估"}, // GG-3b
		"a simple project takes a shorter list":                    {func(f *project.Profile) { f.Tags = []string{"simple"} }, "preliminary-design", "小型简易项目"},    // BH-11
		"only what is hazardous is assessed for safety":            {func(*project.Profile) {}, "safety", "安全评价"},                                                 // OWN-20
		"no government money, no review of the budget":             {func(f *project.Profile) { f.Government = false }, "budget-estimate", "不审查概算"},
		"exactly a thousand tonnes, but covered by the region's":   {func(f *project.Profile) { everything(f); f.Tags = []string{"regional-assessment"} }, "energy-review", "区域评估"},
		"without forest there is nothing to ask the foresters for": {func(*project.Profile) {}, "forest-use", "不占用林地"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "sl", "2026-03-02 10:00").declaredAs(c.change)
			item := w.item(c.item)
			require.Equal(t, project.ItemNotApplicable, item.State)
			require.Contains(t, item.Reason.Zh, c.reason)
			w.refuse("item.state", owner, project.SubmitItem{Item: c.item})
		})
	}
}

// XN-5: an item that is not applicable hands on what it would have waited for.
func TestNothingOvertakesTheProposal(t *testing.T) {
	t.Parallel()
	t.Run("without land and energy, feasibility still waits for the proposal", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").declaredAs(func(f *project.Profile) { f.Asks = nil })
		require.Equal(t, []string{"initiation"}, w.states("approval")[project.ItemOpen])
		require.Equal(t, []string{"initiation"}, w.item("feasibility").After)
	})
	t.Run("without a preliminary design, the permits wait for feasibility", func(t *testing.T) { // BH-11
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").declaredAs(func(f *project.Profile) { f.Tags = []string{"simple"} })
		require.Equal(t, []string{"initiation"}, w.states("approval")[project.ItemOpen])
		require.Equal(t, []string{"feasibility"}, w.item("drawing-review").After)
		waves := w.waves()
		require.Equal(t, []string{"initiation"}, waves[0])
		require.Contains(t, waves[len(waves)-1], "drawing-review")
	})
	t.Run("what rests on it by way of one that is not applicable keeps it from being recalled", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").declaredAs(func(f *project.Profile) { f.Asks = nil })
		w.submit("initiation")
		w.grant("initiation")
		w.submit("feasibility")
		w.refuse("recall.none", development, recall)
	})
}

// GL-1, SL-3, XN-4, XN-5: the whole life in each procedure under each shipped pack.
func TestEveryProcedureLeadsToProductionUnderEveryPack(t *testing.T) {
	t.Parallel()
	for _, pack := range []string{"base", "gl", "sl"} {
		for _, procedure := range []string{"approval", "verification", "filing"} {
			t.Run(pack+" "+procedure, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, pack, "2026-03-02 10:00").declaredAs(func(f *project.Profile) {
					everything(f)
					f.Procedure = procedure
					if pack != "sl" {
						f.Kind = ""
					}
				})
				w.started()
				w.until("2026-03-09 10:00")
				w.completing()
				require.Len(t, w.states("completion")[project.ItemOpen], 8, "the single acceptances are open together") // SL-15
				w.grantAll()
				w.do(owner, project.FileSettlement{Amount: 7_900_000_000, Audit: "审计报告"})
				w.do(office, project.AcceptJointly{Passed: true, Document: "鉴定书"})
				require.Equal(t, project.Done, w.p.Status)
				w.until("2026-09-01 10:00")
				require.True(t, w.p.Closed())
			})
		}
	}
	t.Run("gl knows four sectors of its own", func(t *testing.T) { // GL-1
		t.Parallel()
		w := newWorld(t, "gl", "2026-03-02 10:00")
		f := profile()
		f.Kind, f.Sector = "", "agriculture"
		require.Equal(t, "profile.sector", w.refuse("profile.sector", owner, project.Declare{Profile: f, Pack: w.pack.Hash()}).Field)
		f.Sector = "ecology"
		w.do(owner, project.Declare{Profile: f, Pack: w.pack.Hash()})
	})
}

// BH-2: one meeting decides several items, each decision still belongs to its department.
func TestJointReview(t *testing.T) {
	t.Parallel()
	reviewing := func(t *testing.T) *world {
		t.Helper()
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		w.submit("initiation")
		w.grant("initiation")
		for _, k := range []string{"site-selection", "environment", "soil-water"} {
			w.submit(k)
		}
		return w
	}
	convene := project.ConveneJointReview{Items: []string{"site-selection", "environment"}, At: "3月5日9时，市政府二楼会议室"}
	t.Run("a leader or the office convenes it on items that are in", func(t *testing.T) {
		t.Parallel()
		w := reviewing(t)
		w.refuse("role", development, convene)
		w.refuse("joint-review.empty", leader, project.ConveneJointReview{At: "x"})
		w.refuse("joint-review.empty", leader, project.ConveneJointReview{Items: convene.Items})
		w.refuse("item.state", leader, project.ConveneJointReview{Items: []string{"feasibility"}, At: "x"})
		w.refuse("joint-review.twice", leader, project.ConveneJointReview{Items: []string{"environment", "environment"}, At: "x"})
		w.do(leader, convene)
		w.refuse("joint-review.again", office, convene)
		e, _ := last[project.JointReviewConvened](w, "JointReviewConvened")
		require.Equal(t, "BH-2", e.Clause)
	})
	t.Run("each department decides its own item, and names the meeting", func(t *testing.T) {
		t.Parallel()
		w := reviewing(t)
		w.do(office, convene)
		w.refuse("task.other-party", leader, project.GrantItem{Item: "environment", Document: "x", JointReview: "joint/1"})
		w.refuse("grant.joint-review", handler("water"), project.GrantItem{Item: "soil-water", Document: "x", JointReview: "joint/1"})
		w.do(handler("environment"), project.GrantItem{Item: "environment", Document: "批复", JointReview: "joint/1"})
		w.do(handler("resources"), project.RefuseItem{Item: "site-selection", Reason: "占用基本农田", Basis: "土地管理法"})
		require.Equal(t, "joint/1", w.item("environment").JointReview)
		w.refuse("reason.missing", office, project.RecordJointReview{JointReview: "joint/1"})
		w.refuse("joint-review.unknown", office, project.RecordJointReview{JointReview: "joint/2", Minutes: "x"})
		w.refuse("role", liaison, project.RecordJointReview{JointReview: "joint/1", Minutes: "x"})
		w.do(office, project.RecordJointReview{JointReview: "joint/1", Minutes: "会议纪要〔2026〕3号"})
		require.Equal(t, "会议纪要〔2026〕3号", w.p.JointReviews[0].Minutes)
	})
	t.Run("there is none outside the approvals and acceptances", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").recognised()
		w.refuse("project.phase", leader, convene)
	})
}
