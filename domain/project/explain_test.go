package project_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain/calendar"
	"milepost/domain/project"
)

// explanation is the last lines of a task's explanation.
func (w *world) explanation(kind project.TaskKind, subject string, lines int) []calendar.ExplainedDay {
	w.t.Helper()
	task := w.task(kind, subject)
	cal, ok := w.rules.Calendar(task.Clock.Calendar)
	require.True(w.t, ok)
	days, err := task.Clock.Explain(cal, w.pack.Clock.Close)
	require.NoError(w.t, err)
	return days[max(0, len(days)-lines):]
}

// Every deadline can be explained, also one that does not lie where the count puts it.
func TestWhyADeadlineLiesWhereItLies(t *testing.T) {
	t.Parallel()
	jan := func(d int) calendar.Date { return calendar.NewDate(2027, 1, d) }
	// moved is a decision that a notice would have made due on Wed 20 January, on the 21st.
	moved := func(t *testing.T) *world {
		t.Helper()
		w := newWorld(t, "sl", "2026-12-01 10:00").approving()
		w.now = at(t, "2027-01-07 10:00")
		w.submit("initiation")
		w.do(development, project.AcceptItem{Item: "initiation"})
		w.until("2027-01-21 10:00")
		w.loadNotice2027()
		return w
	}
	t.Run("what a notice moved says from where and by which rule", func(t *testing.T) { // OWN-108
		t.Parallel()
		w := moved(t)
		clock := w.task(project.TaskDecision, "initiation").Clock
		require.Equal(t, "2027-01-20 17:30", civil(clock.Moved.From))
		require.Equal(t, []calendar.ExplainedDay{
			{Date: jan(20), Counted: true, Reason: calendar.ReasonCounted, N: 10},
			{Date: jan(21), Reason: calendar.ReasonMoved, N: 10, Clause: "OWN-108"},
		}, w.explanation(project.TaskDecision, "initiation", 2))
	})
	t.Run("an extension counts from where it lies", func(t *testing.T) { // OWN-12
		t.Parallel()
		w := moved(t)
		w.do(head("development"), project.ExtendItem{Item: "initiation", Days: 2, Reason: "复杂"})
		require.Equal(t, "2027-01-25 17:30", w.due(project.TaskDecision, "initiation"))
		require.Equal(t, []calendar.ExplainedDay{
			{Date: jan(22), Counted: true, Reason: calendar.ReasonCounted, N: 12},
			{Date: jan(25), Reason: calendar.ReasonMoved, N: 12, Clause: "OWN-108"},
		}, w.explanation(project.TaskDecision, "initiation", 2))
	})
	t.Run("a pause does not bring it back into the past", func(t *testing.T) {
		t.Parallel()
		w := moved(t)
		w.do(development, project.PauseItem{Item: "initiation", Reason: "hearing", Note: "x"})
		w.until("2027-01-26 10:00")
		w.do(development, project.ResumeItem{Item: "initiation"})
		require.Equal(t, "2027-01-27 17:30", w.due(project.TaskDecision, "initiation"), "the day of resumption does not count")
	})
	t.Run("what was missed keeps the count that made it so", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-12-01 10:00").approving()
		w.now = at(t, "2026-12-25 10:00")
		w.submit("initiation")
		w.do(development, project.AcceptItem{Item: "initiation"})
		w.until("2027-01-11 18:00") // due Mon 11 January, by the notice Tue 12
		w.loadNotice2027()
		require.Equal(t, []calendar.ExplainedDay{{Date: jan(11), Counted: true, Reason: calendar.ReasonCounted, N: 10, Provisional: true}},
			w.explanation(project.TaskDecision, "initiation", 1))
	})
	t.Run("a suspension after it was missed takes nothing from it", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00") // due Mon 16 Mar 17:30
		w.until("2026-03-16 18:00")
		w.do(office, project.Suspend{Reason: "汛期", Until: "2026-05-01"})
		require.Equal(t, 10, w.explanation(project.TaskDecision, "initiation", 1)[0].N)
	})
	t.Run("a date that a document gives has nothing to count", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").building()
		require.Empty(t, w.explanation(project.TaskReport, "2026-03", 1))
	})
	t.Run("one that a late entry brought too late says so", func(t *testing.T) { // OWN-105a
		t.Parallel()
		w := starting(t, "2026-06-22 10:00", func(*project.Profile) {})
		w.meetConditions()
		w.until("2026-07-07 10:00")
		w.late(liaison, "2026-06-30 10:00", project.StartConstruction{Document: "开工令"})
		require.Equal(t, []calendar.ExplainedDay{{Date: calendar.NewDate(2026, 7, 7), Reason: calendar.ReasonMoved, Clause: "OWN-105a"}},
			w.explanation(project.TaskReport, "2026-06", 1))
	})
}
