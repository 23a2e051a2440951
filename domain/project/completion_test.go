package project_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain/project"
)

// SL-15: trial run, application, single acceptances in parallel, settlement and audit, joint acceptance.
func TestCompletion(t *testing.T) {
	t.Parallel()
	settled := func(t *testing.T) *world {
		t.Helper()
		w := newWorld(t, "sl", "2026-03-02 10:00").building().completing()
		w.grantAll()
		w.do(owner, project.FileSettlement{Amount: 7_900_000_000, Audit: "审计报告1号"})
		return w
	}
	t.Run("acceptance is asked for by the owner, after the trial run", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").building()
		w.until("2026-03-09 10:00")
		w.refuse("acceptance.owner", liaison, project.RequestAcceptance{TrialRun: "2026-03-09"})
		for _, day := range []string{"", "2026-03-10", "2026-03-01"} {
			w.refuse("acceptance.trial-run", owner, project.RequestAcceptance{TrialRun: day})
		}
		w.refuse("occurred.early", owner, project.RequestAcceptance{TrialRun: "2026-03-02"}, "2026-03-02 09:00")
		w.do(owner, project.RequestAcceptance{TrialRun: "2026-03-09"})
		w.refuse("project.phase", owner, project.RequestAcceptance{TrialRun: "2026-03-09"})
		require.Empty(t, w.p.Alarms, "no further reports are asked for")
		e, _ := last[project.PhaseEntered](w, "PhaseEntered")
		require.Equal(t, "SL-15", e.Clause)
	})
	t.Run("settlement follows when every single acceptance is granted", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").building().completing()
		w.refuse("task.none", owner, project.FileSettlement{Amount: 1, Audit: "x"})
		w.grantAll()
		w.refuse("task.other-party", liaison, project.FileSettlement{Amount: 1, Audit: "x"})
		w.refuse("settlement.amount", owner, project.FileSettlement{Audit: "x"})
		w.refuse("settlement.audit", owner, project.FileSettlement{Amount: 1})
		w.refuse("task.none", office, project.AcceptJointly{Passed: true, Document: "x"})
		w.do(owner, project.FileSettlement{Amount: 7_900_000_000, Audit: "审计报告1号"})
		w.refuse("task.none", owner, project.FileSettlement{Amount: 1, Audit: "x"})
	})
	t.Run("what is not passed is accepted in another round", func(t *testing.T) {
		t.Parallel()
		w := settled(t)
		w.refuse("task.other-party", owner, project.AcceptJointly{Passed: true, Document: "x"})
		w.refuse("acceptance.document", office, project.AcceptJointly{Passed: true})
		w.do(office, project.AcceptJointly{Document: "消防通道须整改"})
		w.refuse("acceptance.again", office, project.AcceptJointly{Document: "消防通道须整改"})
		require.Equal(t, 2, w.p.Acceptance.Rounds)
		require.Equal(t, "2026-03-30 17:30", w.due(project.TaskJoint, "joint"))
		w.do(office, project.AcceptJointly{Passed: true, Document: "鉴定书"})
		require.Equal(t, project.Done, w.p.Status)
		require.Equal(t, w.now.UTC(), w.p.Summary().Completed)
	})
	t.Run("steps that are late climb their ladder", func(t *testing.T) { // OWN-5
		t.Parallel()
		w := settled(t)
		w.until("2026-04-10 10:00")
		require.Equal(t, []string{"03-27 17:30 reminder", "03-30 17:30 overdue", "04-02 17:30 supervision-notice"}, w.rungs("joint"))
	})
}

// OWN-112: reopening is an act of the office with a reason.
func TestReopening(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sl", "2026-03-02 10:00").building()
	w.refuse("reopen.open", office, project.Reopen{Reason: "x"})
	w.do(owner, report("2026-03", 300_000_000))
	w.completing()
	w.grantAll()
	w.do(owner, project.FileSettlement{Amount: 7_900_000_000, Audit: "x"})
	w.do(office, project.AcceptJointly{Passed: true, Document: "鉴定书"})
	// A closed project takes late papers and corrections without being reopened.
	w.do(owner, project.FilePaper{Title: "补充竣工图"})
	w.do(owner, project.CorrectReport{Period: "2026-03", Record: w.p.Reporting.Reports[0].Seq, Investment: 1, Image: "x", Reason: "x"})
	require.Equal(t, project.Done, w.p.Status)
	w.refuse("role", owner, project.Reopen{Reason: "x"})
	w.refuse("reason.missing", office, project.Reopen{})
	w.do(office, project.Reopen{Reason: "验收资料造假"})
	require.Equal(t, project.Completion, w.p.Phase)
	require.Equal(t, 2, w.task(project.TaskJoint, "joint").Round)
	require.NotContains(t, w.until("2026-07-01 10:00"), "ProjectArchived")
	w.do(office, project.AcceptJointly{Passed: true, Document: "复验鉴定书"})
	require.Contains(t, w.until("2026-12-01 10:00"), "ProjectArchived")
	w.refuse("project.archived", office, project.Reopen{Reason: "x"}) // OWN-104
	w.refuse("project.archived", owner, project.FilePaper{Title: "x"})
}
