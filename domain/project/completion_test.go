package project_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain"
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
	t.Run("what is passed is in production", func(t *testing.T) {
		t.Parallel()
		w := settled(t)
		w.refuse("task.other-party", owner, project.AcceptJointly{Passed: true, Document: "x"})
		w.refuse("acceptance.document", office, project.AcceptJointly{Passed: true})
		w.refuse("acceptance.rectify", office, project.AcceptJointly{Passed: true, Document: "x", Rectify: []project.Finding{passage}})
		w.do(office, project.AcceptJointly{Passed: true, Document: "鉴定书"})
		require.Equal(t, project.Done, w.p.Status)
		require.Equal(t, w.now.UTC(), w.p.Summary().Completed)
	})
	t.Run("not while a problem is on the register", func(t *testing.T) { // OWN-116, YY-5
		t.Parallel()
		w := settled(t)
		w.do(owner, project.RegisterProblem{Title: "边坡渗水"})
		e := w.refuse("acceptance.problem", office, project.AcceptJointly{Passed: true, Document: "鉴定书"})
		require.Equal(t, domain.KindConflict, e.Kind)
		require.Equal(t, "OWN-116", e.Clause)
		require.Contains(t, e.Text.Zh, "边坡渗水")
		require.Contains(t, e.Text.En, "Close it")
		w.do(office, project.CloseProblem{Problem: "problem/1", Outcome: "已处置"})
		w.do(office, project.AcceptJointly{Passed: true, Document: "鉴定书"})
	})
	t.Run("steps that are late climb their ladder", func(t *testing.T) { // OWN-5
		t.Parallel()
		w := settled(t)
		w.until("2026-04-10 10:00")
		require.Equal(t, []string{"03-27 17:30 reminder", "03-30 17:30 overdue", "04-02 17:30 supervision-notice"}, w.rungs("joint"))
	})
}

// passage is what a joint acceptance may find.
var passage = project.Finding{What: "消防通道宽度不足", Due: "2026-03-27"}

// SL-15, OWN-23: what is not passed comes back with a list, each thing with its date; when all is done it is accepted
// in another round.
func TestRectification(t *testing.T) {
	t.Parallel()
	settled := func(t *testing.T) *world {
		t.Helper()
		w := newWorld(t, "sl", "2026-03-02 10:00").building().completing()
		w.grantAll()
		w.do(owner, project.FileSettlement{Amount: 7_900_000_000, Audit: "审计报告1号"})
		return w
	}
	signs := project.Finding{What: "标志标线未完善", Due: "2026-03-20", Party: "unit"}
	back := project.AcceptJointly{Document: "初验意见", Rectify: []project.Finding{passage, signs}}
	t.Run("each is somebody's work, with a ladder", func(t *testing.T) {
		t.Parallel()
		w := settled(t)
		require.Equal(t, []string{"JointlyReturned"}, w.do(office, back), "no other acceptance before all is done")
		require.Equal(t, "竣工验收未通过（初验意见），整改2项：1.消防通道宽度不足（2026年3月27日前）；2.标志标线未完善（2026年3月20日前）", said(w, "JointlyReturned"))
		require.Equal(t, "2026-03-27 17:30", w.due(project.TaskRectification, "1-1"))
		require.Equal(t, domain.PartyOwner, w.task(project.TaskRectification, "1-1").Party.Kind)
		require.Equal(t, domain.PartyUnit, w.task(project.TaskRectification, "1-2").Party.Kind)
		require.Equal(t, "OWN-23", w.task(project.TaskRectification, "1-1").Clock.Clause)
		w.until("2026-04-09 10:00")
		require.Equal(t, []string{"03-24 17:30 reminder", "03-27 17:30 overdue", "04-01 17:30 supervision-notice", "04-09 17:30 criticism"}[:3], w.rungs("1-1"))
		require.Equal(t, "red", w.colour("progress"))
		w.refuse("task.none", office, project.AcceptJointly{Passed: true, Document: "x"})
	})
	t.Run("when all is reported done, the next acceptance is asked for by itself and sees the list", func(t *testing.T) {
		t.Parallel()
		w := settled(t)
		w.do(office, back)
		done := func(id string) project.FinishRectification {
			return project.FinishRectification{Rectification: id, Note: "已整改，附照片"}
		}
		w.refuse("task.other-party", liaison, done("1-1"))
		w.refuse("task.other-party", owner, done("1-2"))
		w.refuse("reason.missing", owner, project.FinishRectification{Rectification: "1-1"})
		w.refuse("task.none", owner, done("2-1"))
		w.refuse("text.long", owner, project.FinishRectification{Rectification: "1-1", Note: strings.Repeat("长", 501)})
		require.Equal(t, []string{"Rectified"}, w.do(owner, done("1-1")))
		w.refuse("task.none", owner, done("1-1"))
		w.until("2026-03-23 10:00")
		require.Equal(t, []string{"Rectified", "JointAcceptanceAsked"}, w.do(liaison, done("1-2")))
		require.Contains(t, said(w, "Rectified"), "逾期整改完成：标志标线未完善")
		require.Contains(t, said(w, "JointAcceptanceAsked"), "2项整改已全部完成，第2次组织竣工验收")
		require.Equal(t, 2, w.p.Acceptance.Rounds)
		require.Len(t, w.p.Acceptance.Rectify, 2)
		require.Equal(t, "已整改，附照片", w.p.Acceptance.Rectify[0].Note)
		require.Equal(t, "2026-04-21 17:30", w.due(project.TaskJoint, "joint"))
		w.do(office, project.AcceptJointly{Document: "二次初验意见", Rectify: []project.Finding{{What: "通道仍不足", Due: "2026-04-10"}}})
		require.Len(t, w.p.Acceptance.Rectify, 1, "the list is that of the last acceptance")
		w.do(owner, done("2-1"))
		w.do(office, project.AcceptJointly{Passed: true, Document: "鉴定书"})
		require.Equal(t, project.Done, w.p.Status)
	})
	t.Run("a list that nobody could work by is refused", func(t *testing.T) {
		t.Parallel()
		w := settled(t)
		for field, findings := range map[string][]project.Finding{
			"rectify":         nil,
			"rectify.0.what":  {{What: " ", Due: "2026-03-27"}},
			"rectify.0.due":   {{What: "x", Due: "2026-03-02"}},
			"rectify.1.due":   {passage, {What: "x", Due: "2027-03-03"}},
			"rectify.1.what":  {passage, {What: strings.Repeat("长", 201), Due: "2026-03-27"}},
			"rectify.1.party": {passage, {What: "x", Due: "2026-03-27", Party: "mayor"}},
		} {
			_, err := w.p.Decide(w.command(office, project.AcceptJointly{Document: "x", Rectify: findings}), w.now, w.rules)
			e := domain.AsError(err)
			require.NotNil(t, e, field)
			require.Equal(t, domain.KindInvalid, e.Kind)
			require.Equal(t, field, e.Field)
			require.Equal(t, "OWN-23", e.Clause)
		}
		w.refuse("acceptance.rectify", office, project.AcceptJointly{Document: "x", Rectify: make([]project.Finding, 51)})
	})
	t.Run("a suspension lets its dates stand", func(t *testing.T) { // OWN-107
		t.Parallel()
		w := settled(t)
		w.do(office, back)
		w.do(office, project.Suspend{Reason: "x", Until: "2026-05-01"})
		w.refuse("project.not-active", owner, project.FinishRectification{Rectification: "1-1", Note: "x"})
		w.until("2026-04-20 10:00")
		require.Empty(t, w.rungs("1-1"))
		w.do(office, project.Resume{Reason: "x"})
		w.until("2026-04-20 10:00")
		require.Equal(t, []string{"04-20 10:00 overdue"}, w.rungs("1-1"))
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
	require.Empty(t, w.p.Acceptance.Rectify)
	require.NotContains(t, w.until("2026-07-01 10:00"), "ProjectArchived")
	w.do(office, project.AcceptJointly{Passed: true, Document: "复验鉴定书"})
	require.Contains(t, w.until("2026-12-01 10:00"), "ProjectArchived")
	w.refuse("project.archived", office, project.Reopen{Reason: "x"}) // OWN-104
	w.refuse("project.archived", owner, project.FilePaper{Title: "x"})
}
