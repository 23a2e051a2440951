package project_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
)

// Where a document asks for the work and names no number of days, the deadline cites the rule that sets the number,
// and the act cites the document.
func TestALimitCitesTheRuleThatSetsItsDays(t *testing.T) {
	t.Parallel()
	unit := domain.Party{Kind: domain.PartyUnit, Code: "district"}
	start := func(t *testing.T, pack string) *world {
		t.Helper()
		w := newWorld(t, pack, "2026-03-02 10:00")
		f := profile()
		if pack == "gl" {
			f.Kind = ""
		}
		w.do(office, project.Declare{Profile: f, Pack: w.pack.Hash()})
		return w
	}
	limited := func(w *world, kind project.TaskKind, subject, clause string) {
		w.t.Helper()
		require.Equal(w.t, clause, w.task(kind, subject).Clock.Clause)
	}
	cites := func(w *world, clause string) {
		w.t.Helper()
		require.Equal(w.t, clause, w.log[len(w.log)-1].Clause)
	}
	t.Run("entry and recognition", func(t *testing.T) {
		t.Parallel()
		w := start(t, "gl")
		cites(w, "GG-1")
		limited(w, project.TaskEntryReview, "entry", "OWN-24")
		w.do(office, project.ReviewEntry{Decision: "admit"})
		limited(w, project.TaskRecognition, "entry", "OWN-25")
	})
	t.Run("entry and recognition in Shangluo", func(t *testing.T) {
		t.Parallel()
		w := start(t, "sl")
		cites(w, "SL-5")
		limited(w, project.TaskEntryReview, "entry", "OWN-30")
		w.do(office, project.ReviewEntry{Decision: "admit"})
		limited(w, project.TaskRecognition, "entry", "OWN-30")
	})
	t.Run("the pre-work plan", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").recognised()
		w.do(office, project.DrawPanel{Candidates: pool(9)})
		w.scoredBy(90)
		limited(w, project.TaskPlan, "plan", "OWN-27")
	})
	t.Run("a replacement that is owed", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").recognised()
		w.do(office, project.Remove{Reason: "长期无进展"})
		limited(w, project.TaskReplacement, "replacement", "OWN-26")
	})
	t.Run("the start conditions", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").assured()
		limited(w, project.TaskCondition, "legal-person", "OWN-21")
		w.refuse("condition.document", owner, project.ConfirmCondition{Condition: "legal-person"})
		w.do(owner, project.ConfirmCondition{Condition: "legal-person", Document: "营业执照"})
		cites(w, "SL-13")
	})
	t.Run("a problem", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").building()
		w.do(office, project.RegisterProblem{Title: "征地受阻"})
		w.do(office, project.AssignProblem{Problem: "problem/1", Party: unit})
		cites(w, "YY-5")
		limited(w, project.TaskProblem, "problem/1", "OWN-28")
	})
	t.Run("settlement and joint acceptance", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").building().completing()
		w.grantAll()
		limited(w, project.TaskSettlement, "settlement", "OWN-29")
		w.do(owner, project.FileSettlement{Amount: 7_900_000_000, Audit: "审计报告1号"})
		limited(w, project.TaskJoint, "joint", "OWN-29")
	})
}
