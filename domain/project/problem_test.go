package project_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
)

// YY-5: registered (挂号), assigned with a date, closed (销号). YY-4: a major one at once.
func TestTheProblemRegister(t *testing.T) {
	t.Parallel()
	housing := domain.Party{Kind: domain.PartyDepartment, Code: "housing"}
	registered := func(t *testing.T) *world {
		t.Helper()
		w := newWorld(t, "sl", "2026-03-02 10:00").building()
		w.do(owner, project.RegisterProblem{Title: "电力线路未迁改", Major: true})
		return w
	}
	t.Run("a life from registration to its end", func(t *testing.T) {
		t.Parallel()
		w := registered(t)
		require.True(t, w.p.Problems[0].Major)
		w.refuse("role", owner, project.AssignProblem{Problem: "problem/1", Party: housing})
		w.refuse("problem.unknown", office, project.AssignProblem{Problem: "problem/2", Party: housing})
		w.refuse("problem.assignee", leader, project.AssignProblem{Problem: "problem/1", Party: domain.Party{Kind: domain.PartyExpert, Code: "x"}})
		w.do(leader, project.AssignProblem{Problem: "problem/1", Party: housing})
		require.Equal(t, "2026-03-16 17:30", w.due(project.TaskProblem, "problem/1"))
		w.refuse("problem.party", handler("water"), project.CloseProblem{Problem: "problem/1", Outcome: "x"})
		w.refuse("reason.missing", handler("housing"), project.CloseProblem{Problem: "problem/1"})
		w.do(handler("housing"), project.CloseProblem{Problem: "problem/1", Outcome: "已迁改"})
		w.refuse("problem.closed", office, project.CloseProblem{Problem: "problem/1", Outcome: "x"})
		w.refuse("problem.closed", office, project.AssignProblem{Problem: "problem/1", Party: housing})
		require.Equal(t, "已迁改", w.p.Problems[0].Outcome)
	})
	t.Run("who may register, and what", func(t *testing.T) {
		t.Parallel()
		w := registered(t)
		w.refuse("problem.party", handler("water"), project.RegisterProblem{Title: "x"})
		w.refuse("problem.title", owner, project.RegisterProblem{Title: " "})
		w.refuse("problem.title", owner, project.RegisterProblem{Title: strings.Repeat("长", 201)})
		w.refuse("problem.twice", liaison, project.RegisterProblem{Title: "电力线路未迁改"})
		for i, a := range []domain.Actor{owner, liaison, office, supervisor} {
			w.do(a, project.RegisterProblem{Title: "问题" + string(rune('A'+i))})
		}
	})
	t.Run("late, it climbs to the bulletin", func(t *testing.T) { // GG-7
		t.Parallel()
		w := registered(t)
		w.do(office, project.AssignProblem{Problem: "problem/1", Party: housing, Due: "2026-03-20"})
		w.until("2026-04-01 10:00")
		require.Equal(t, []string{
			"03-18 17:30 reminder", "03-20 17:30 overdue", "03-23 17:30 supervision-notice", "03-30 17:30 criticism",
		}, w.rungs("problem/1"))
	})
	t.Run("given to another, the clock begins anew; given to the same, only with a new date", func(t *testing.T) {
		t.Parallel()
		w := registered(t)
		w.do(office, project.AssignProblem{Problem: "problem/1", Party: housing, Due: "2026-03-20"})
		w.refuse("problem.assigned", office, project.AssignProblem{Problem: "problem/1", Party: housing})
		w.refuse("problem.assigned", office, project.AssignProblem{Problem: "problem/1", Party: housing, Due: "2026-03-20"})
		w.refuse("problem.due", office, project.AssignProblem{Problem: "problem/1", Party: housing, Due: "2026-03-02"})
		w.do(office, project.AssignProblem{Problem: "problem/1", Party: housing, Due: "2026-03-27"})
		task := w.task(project.TaskProblem, "problem/1")
		require.Equal(t, "2026-03-27 17:30", civil(task.Clock.Due))
		require.Equal(t, "2026-03-20 17:30", civil(task.Clock.FirstDue), "a moved date never hides the old one")
		w.do(office, project.AssignProblem{Problem: "problem/1", Party: domain.Party{Kind: domain.PartyUnit, Code: "district"}})
		require.Equal(t, 3, w.task(project.TaskProblem, "problem/1").Round)
		w.do(liaison, project.CloseProblem{Problem: "problem/1", Outcome: "x"})
	})
	t.Run("nobody is given work on a project that does not move", func(t *testing.T) {
		t.Parallel()
		w := registered(t)
		w.do(office, project.Suspend{Reason: "x", Until: "2026-05-01"})
		w.do(supervisor, project.RegisterProblem{Title: "停工期间安全隐患", Major: true})
		w.refuse("project.not-active", office, project.AssignProblem{Problem: "problem/2", Party: housing})
		w.do(office, project.Remove{Reason: "x"})
		w.refuse("project.not-active", owner, project.RegisterProblem{Title: "x"})
		w.refuse("project.not-active", office, project.AssignProblem{Problem: "problem/2", Party: housing})
		w.do(office, project.CloseProblem{Problem: "problem/2", Outcome: "项目已移出"})
	})
}
