package project_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain/project"
)

// OWN-117: papers missing at an acceptance by lapse nobody can ask for any more; the owner owes them by when the item
// is to be decided (XN-10: every paper is in before completion acceptance).
func TestPapersMissingAtAnAcceptanceByLapse(t *testing.T) {
	t.Parallel()
	const paper = "initiation/funding"
	// missed is a project whose proposal was handed in without its funding paper, at a moment.
	missed := func(t *testing.T) *world {
		t.Helper()
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		w.do(owner, project.SubmitItem{Item: "initiation", Papers: []string{"proposal"}})
		return w
	}
	// lapsed is the same project after the department said nothing.
	lapsed := func(t *testing.T) *world {
		t.Helper()
		w := missed(t)
		require.Contains(t, w.until("2026-03-04 17:30"), "ItemDeemedAccepted")
		return w
	}
	keep := project.KeepCommitment{Item: "initiation", Paper: "funding"}
	t.Run("they are owed by when the item is to be decided, and its clock goes on", func(t *testing.T) {
		t.Parallel()
		w := lapsed(t)
		require.Equal(t, "2026-03-16 17:30", w.due(project.TaskDecision, "initiation"))
		task := w.task(project.TaskCommitment, paper)
		require.Equal(t, "2026-03-16 17:30", civil(task.Clock.Due))
		require.Equal(t, "OWN-117", task.Clock.Clause)
		require.Equal(t, owner.Party, task.Party.Code)
		require.Equal(t, []project.Commitment{{Item: "initiation", Paper: "funding", Due: "2026-03-16", Lapse: true}}, w.p.Commitments)
		e, _ := last[project.ItemDeemedAccepted](w, "ItemDeemedAccepted")
		require.Equal(t, "OWN-9", e.Clause)
		text, err := w.p.Describe(e)
		require.NoError(t, err)
		rule, _ := w.pack.Item("initiation")
		require.Contains(t, text.Zh, "所缺材料由业主于2026年3月16日前补交："+rule.Papers[1].Name.Zh)
		require.Contains(t, text.En, rule.Papers[1].Name.En)
		require.Contains(t, w.p.Notices(e)[0].Text.Zh, "补交", "the owner is told")
		w.grant("initiation")
		require.Equal(t, task.Key, w.taskKey(project.TaskCommitment, paper), "a grant does not end it")
	})
	t.Run("nothing is owed where nothing is missing", func(t *testing.T) {
		t.Parallel()
		w := submitted(t, "2026-03-02 10:00")
		w.until("2026-03-04 17:30")
		require.True(t, w.item("initiation").Deemed)
		require.Empty(t, w.p.Commitments)
	})
	t.Run("nor is what was promised owed twice", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		w.do(owner, project.SubmitItem{Item: "initiation", Papers: []string{"proposal"}, Commitments: []project.DeferredPaper{{Paper: "funding", Due: "2026-03-31"}}})
		w.until("2026-03-04 17:30")
		require.Len(t, w.p.Commitments, 1)
		require.Equal(t, "2026-03-31 17:30", w.due(project.TaskCommitment, paper))
	})
	t.Run("handed in they leave no mark", func(t *testing.T) {
		t.Parallel()
		w := lapsed(t)
		w.refuse("item.owner", liaison, keep)
		w.do(owner, keep)
		w.refuse("commitment.none", owner, keep)
		require.Contains(t, w.item("initiation").Papers, "funding")
		require.Equal(t, "green", w.colour("commitment"))
	})
	t.Run("not handed in they turn the owner's lamp red and bar the request for acceptance", func(t *testing.T) {
		t.Parallel()
		w := lapsed(t)
		require.Contains(t, w.until("2026-03-16 17:30"), "CommitmentBroken")
		require.Equal(t, "red", w.colour("commitment"))
		e, _ := last[project.CommitmentBroken](w, "CommitmentBroken")
		text, err := w.p.Describe(e)
		require.NoError(t, err)
		require.Contains(t, text.Zh, "所缺材料逾期未补交")
		w.grant("initiation")
		w.started()
		w.until("2026-06-01 10:00")
		refused := w.refuse("acceptance.commitment", owner, project.RequestAcceptance{TrialRun: "2026-05-31"})
		require.Equal(t, "XN-10", refused.Clause)
		w.do(owner, keep)
		w.do(owner, project.RequestAcceptance{TrialRun: "2026-05-31"})
	})
	t.Run("who asked in time, recorded after, has asked: the notice takes its place", func(t *testing.T) {
		t.Parallel()
		w := lapsed(t)
		w.until("2026-03-05 10:00")
		w.late(development, "2026-03-04 17:00", project.AskSupplement{Item: "initiation", Missing: missing("funding")})
		require.Equal(t, project.ItemSupplementing, w.item("initiation").State)
		require.False(t, w.p.Commitments[0].Void.IsZero())
		w.refuse("commitment.none", owner, keep)
		w.until("2026-03-06 10:00")
		w.do(owner, project.SupplyPapers{Item: "initiation", Papers: []string{"funding"}})
		require.Equal(t, "2026-03-20 17:30", w.due(project.TaskDecision, "initiation"))
	})
	t.Run("such an acceptance is none while a paper is missing", func(t *testing.T) {
		t.Parallel()
		w := lapsed(t)
		w.until("2026-03-05 10:00")
		w.refuse("papers.missing", development, project.AcceptItem{Item: "initiation"}, "2026-03-04 17:00")
	})
	t.Run("a recalled notice gives it back", func(t *testing.T) {
		t.Parallel()
		w := lapsed(t)
		before := w.task(project.TaskCommitment, paper)
		w.until("2026-03-05 10:00")
		w.late(development, "2026-03-04 17:00", project.AskSupplement{Item: "initiation", Missing: missing("funding")})
		w.do(development, project.RecallAct{Item: "initiation", Reason: "误操作"})
		require.True(t, w.item("initiation").Deemed)
		require.True(t, w.p.Commitments[0].Open())
		after := w.task(project.TaskCommitment, paper)
		require.Equal(t, before.Key, after.Key)
		require.Equal(t, before.Clock.Due, after.Clock.Due)
		w.do(owner, keep)
	})
	t.Run("it ends with a refused round, comes back with a recalled refusal, and is not owed twice in a new one", func(t *testing.T) {
		t.Parallel()
		w := lapsed(t)
		w.do(development, project.RefuseItem{Item: "initiation", Reason: "不符合规划", Basis: "城乡规划法"})
		require.False(t, w.p.Commitments[0].Open())
		w.do(development, project.RecallAct{Item: "initiation", Reason: "误操作"})
		require.True(t, w.p.Commitments[0].Open())
		w.do(development, project.RefuseItem{Item: "initiation", Reason: "不符合规划", Basis: "城乡规划法"})
		w.do(owner, project.SubmitItem{Item: "initiation", Papers: []string{"proposal"}})
		w.until("2026-03-06 17:30")
		require.Len(t, w.p.Commitments, 2)
		require.False(t, w.p.Commitments[0].Open())
		require.True(t, w.p.Commitments[1].Open())
		require.Equal(t, "commitment/initiation/funding/2", w.taskKey(project.TaskCommitment, paper))
	})
	t.Run("in a new round it may be promised", func(t *testing.T) {
		t.Parallel()
		w := lapsed(t)
		w.do(development, project.RefuseItem{Item: "initiation", Reason: "不符合规划", Basis: "城乡规划法"})
		w.do(owner, project.SubmitItem{Item: "initiation", Papers: []string{"proposal"}, Commitments: []project.DeferredPaper{{Paper: "funding", Due: "2026-03-31"}}})
		require.Equal(t, "2026-03-31 17:30", w.due(project.TaskCommitment, paper))
	})
	t.Run("while the clock of the decision stands still they are owed by the day first announced", func(t *testing.T) {
		t.Parallel()
		w := missed(t)
		w.do(development, project.PauseItem{Item: "initiation", Reason: "hearing", Note: "x"})
		w.until("2026-03-04 17:30")
		require.Equal(t, "2026-03-16 17:30", w.due(project.TaskCommitment, paper))
	})
	t.Run("nobody owes what he could not hand in any more", func(t *testing.T) {
		t.Parallel()
		w := variant(t, "\napproval: {days: 1, clause: SL-21a}\n", "2026-03-02 10:00").approving()
		w.do(owner, project.SubmitItem{Item: "initiation", Papers: []string{"proposal"}})
		w.until("2026-03-04 17:30")
		require.Equal(t, "2026-03-05 17:30", w.due(project.TaskCommitment, paper))
	})
	t.Run("a paper handed in stays in when a grant is recalled", func(t *testing.T) {
		t.Parallel()
		w := lapsed(t)
		w.grant("initiation")
		w.do(owner, keep)
		w.do(development, project.RecallAct{Item: "initiation", Reason: "误操作"})
		require.Contains(t, w.item("initiation").Papers, "funding")
	})
}

// SL-21b: everything that is missing is asked for at once; what is left out could never be asked for again.
func TestANoticeThatLeavesSomethingOutIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sl", "2026-03-02 10:00").approving()
	w.do(owner, project.SubmitItem{Item: "initiation", Papers: []string{"proposal"}})
	e := w.refuse("supplement.incomplete", development, project.AskSupplement{Item: "initiation", Missing: missing("proposal")})
	require.Equal(t, "missing", e.Field)
	require.Equal(t, "SL-21b", e.Clause)
	w.do(development, project.AskSupplement{Item: "initiation", Missing: missing("proposal", "funding")})
}
