package project_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
)

// OWN-108: a newly loaded calendar moves open deadlines, each a fact of its own.
func TestLoadingANotice(t *testing.T) {
	t.Parallel()
	// turning is a project with a decision due in the days after New Year 2027, which nobody has announced yet.
	turning := func(t *testing.T, received string) *world {
		t.Helper()
		w := newWorld(t, "sl", "2026-12-01 10:00").approving()
		w.now = at(t, received)
		w.submit("initiation")
		w.do(development, project.AcceptItem{Item: "initiation"})
		return w
	}
	t.Run("a deadline that reaches into a year without notice is provisional until it is loaded", func(t *testing.T) {
		t.Parallel()
		w := turning(t, "2026-12-25 10:00")
		require.True(t, w.task(project.TaskDecision, "initiation").Clock.Provisional)
		require.Equal(t, "2027-01-11 17:30", w.due(project.TaskDecision, "initiation"))
		got := w.loadNotice2027()
		require.Equal(t, []string{"CalendarApplied", "DeadlineMoved"}, got[:2])
		require.Equal(t, "2027-01-12 17:30", w.due(project.TaskDecision, "initiation"), "Monday 4 January is off")
		require.False(t, w.task(project.TaskDecision, "initiation").Clock.Provisional)
		e, moved := last[project.DeadlineMoved](w, "DeadlineMoved")
		require.Equal(t, "OWN-108", e.Clause)
		require.Equal(t, "2027-01-11 17:30", civil(moved.From))
		told := []string{}
		for _, n := range w.p.Notices(e) {
			told = append(told, string(n.Party.Kind))
		}
		require.Equal(t, []string{"department", "owner"}, told, "both sides are told")
		require.Empty(t, w.do(domain.System, project.ApplyCalendar{}), "the same calendar changes nothing")
		w.until("2027-01-14 10:00")
		require.Equal(t, []string{"01-07 17:30 reminder", "01-12 17:30 overdue", "01-13 17:30 supervision-notice"}, w.rungs("initiation"))
	})
	t.Run("a Saturday that is worked brings it forward", func(t *testing.T) {
		t.Parallel()
		w := turning(t, "2027-01-07 10:00")
		require.Equal(t, "2027-01-21 17:30", w.due(project.TaskDecision, "initiation"))
		w.loadNotice2027()
		require.Equal(t, "2027-01-20 17:30", w.due(project.TaskDecision, "initiation"))
	})
	t.Run("never into the past: it moves to the close of the present day", func(t *testing.T) {
		t.Parallel()
		w := turning(t, "2027-01-07 10:00") // due Thu 21, by the notice Wed 20 January
		w.until("2027-01-21 10:00")
		w.loadNotice2027()
		require.Equal(t, "2027-01-21 17:30", w.due(project.TaskDecision, "initiation"))
		_, moved := last[project.CalendarApplied](w, "CalendarApplied")
		require.NotEmpty(t, moved.Calendar)
		w.until("2027-01-22 10:00")
		require.Equal(t, []string{"01-18 17:30 reminder", "01-21 17:30 overdue"}, w.rungs("initiation"))
	})
	t.Run("what was missed already stays missed", func(t *testing.T) {
		t.Parallel()
		w := turning(t, "2026-12-25 10:00") // due Mon 11 January, by the notice Tue 12
		w.until("2027-01-11 18:00")
		w.loadNotice2027()
		require.Equal(t, "2027-01-11 17:30", w.due(project.TaskDecision, "initiation"))
		require.Equal(t, "red", w.colour("approval"))
		w.until("2027-01-13 10:00")
		require.Equal(t, []string{"01-06 17:30 reminder", "01-11 17:30 overdue", "01-12 17:30 supervision-notice"}, w.rungs("initiation"))
	})
	t.Run("what follows from a miss keeps off the new days off, and is not lost", func(t *testing.T) {
		t.Parallel()
		w := turning(t, "2026-12-17 10:00") // due Thu 31 December
		w.until("2027-01-02 10:00")
		w.loadNotice2027()
		w.until("2027-01-09 10:00")
		require.Equal(t, []string{
			"12-28 17:30 reminder", "12-31 17:30 overdue", "01-05 17:30 supervision-notice", "01-08 17:30 criticism",
		}, w.rungs("initiation"))
	})
	t.Run("a clock that stands still goes on under the new calendar", func(t *testing.T) {
		t.Parallel()
		w := turning(t, "2026-12-25 10:00")
		w.do(development, project.PauseItem{Item: "initiation", Reason: "hearing", Note: "x"})
		require.NotContains(t, w.loadNotice2027(), "DeadlineMoved", "nothing has moved that has no due time")
		w.until("2026-12-31 10:00")
		w.do(development, project.ResumeItem{Item: "initiation"})
		require.Equal(t, "2027-01-16 17:30", w.due(project.TaskDecision, "initiation"), "from 5 January on, ten days with a worked Saturday")
	})
	t.Run("a project that is suspended too", func(t *testing.T) {
		t.Parallel()
		w := turning(t, "2026-12-25 10:00")
		w.do(office, project.Suspend{Reason: "x", Until: "2027-02-01"})
		w.loadNotice2027()
		w.until("2027-01-11 10:00")
		w.do(office, project.Resume{Reason: "x"})
		require.Equal(t, "2027-01-22 17:30", w.due(project.TaskDecision, "initiation"), "ten days from 12 January, with a worked Saturday")
		w.until("2027-01-25 10:00")
		require.Equal(t, []string{"01-19 17:30 reminder", "01-22 17:30 overdue"}, w.rungs("initiation"))
	})
	t.Run("a date stays where the document put it, and is certain now", func(t *testing.T) {
		t.Parallel()
		w := built(t, "2026-12-02 10:00")
		require.True(t, w.task(project.TaskReport, "2026-12").Clock.Provisional)
		require.NotContains(t, w.loadNotice2027(), "DeadlineMoved")
		require.False(t, w.task(project.TaskReport, "2026-12").Clock.Provisional)
		require.Equal(t, "2027-01-03 17:30", w.due(project.TaskReport, "2026-12"))
		w.until("2027-01-06 08:00")
		require.Equal(t, []string{"12-25 09:00 reminder", "12-31 09:00 reminder", "01-03 17:30 overdue", "01-05 09:00 reminder"}, w.rungs("2026-12"))
	})
	t.Run("a date of a suspended project keeps its ladder", func(t *testing.T) {
		t.Parallel()
		w := built(t, "2026-12-02 10:00")
		w.do(office, project.Suspend{Reason: "x", Until: "2026-12-31"})
		w.loadNotice2027()
		w.until("2026-12-30 10:00")
		w.do(office, project.Resume{Reason: "x"})
		w.until("2027-01-08 18:00")
		require.Equal(t, []string{
			"12-31 09:00 reminder", "01-03 17:30 overdue", "01-05 09:00 reminder", "01-06 09:00 reminder", "01-07 09:00 reminder",
			"01-07 17:30 supervision-notice", "01-08 09:00 reminder",
		}, w.rungs("2026-12"))
	})
	t.Run("a silent grant moves with its deadline", func(t *testing.T) {
		t.Parallel()
		w := variant(t, "\nitems:\n  - {key: initiation, tacit: true, clause: SL-21a}\n", "2026-12-01 10:00").approving()
		w.now = at(t, "2026-12-25 10:00")
		w.submit("initiation")
		w.loadNotice2027()
		require.NotContains(t, w.until("2027-01-12 17:29"), "ItemGranted")
		require.Contains(t, w.until("2027-01-12 17:30"), "ItemGranted")
	})
	t.Run("nobody but the office and the product applies it", func(t *testing.T) {
		t.Parallel()
		w := turning(t, "2026-12-25 10:00")
		w.refuse("role", owner, project.ApplyCalendar{})
	})
	t.Run("an owner's deadline is told to the unit as the other side", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-12-08 10:00").approving()
		w.loadNotice2027()
		e, moved := last[project.DeadlineMoved](w, "DeadlineMoved")
		require.Equal(t, domain.PartyOwner, moved.Party.Kind)
		require.Equal(t, domain.PartyUnit, w.p.Notices(e)[1].Party.Kind)
	})
}

// OWN-109: a planned date moves only with from, to, who, why and basis.
func TestMovingAPlannedDate(t *testing.T) {
	t.Parallel()
	move := func(which, to string) project.MovePlannedDate {
		return project.MovePlannedDate{Which: which, To: to, Why: "征地滞后", Basis: "领导小组纪要2号"}
	}
	t.Run("what is not within the rule is refused", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").assured()
		for _, a := range []domain.Actor{owner, liaison, leader, development} {
			w.refuse("role", a, move("start", "2027-03-01"))
		}
		w.refuse("planned.to", office, move("start", "2026-03-01"))
		w.refuse("planned.to", office, move("start", "soon"))
		w.refuse("planned.which", office, move("end", "2027-03-01"))
		w.refuse("planned.order", office, move("completion", "2026-11-30"))
		w.refuse("planned.same", office, move("start", "2026-12-01"))
		w.refuse("reason.missing", office, project.MovePlannedDate{Which: "start", To: "2027-03-01", Basis: "x"})
		w.do(office, project.Suspend{Reason: "x", Until: "2026-05-01"})
		w.refuse("project.not-active", office, move("start", "2027-03-01"))
	})
	t.Run("a date that a document lays down does not move with it", func(t *testing.T) { // XN-12
		t.Parallel()
		w := starting(t, "2026-03-02 10:00", func(f *project.Profile) { f.Funding = "central-budget" })
		w.do(office, move("start", "2027-03-01"))
		require.Equal(t, "2026-06-30 17:30", w.due(project.TaskStart, "start"))
	})
	t.Run("that the old one was missed stays on the timeline", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").assured()
		w.meetConditions()
		w.until("2026-12-02 10:00")
		require.Equal(t, "red", w.colour("start"))
		w.do(office, move("start", "2027-03-01"))
		require.Equal(t, "green", w.colour("start"))
		require.Contains(t, w.rungs("start"), "12-01 17:30 overdue")
		require.Equal(t, "2026-12-01 17:30", civil(w.task(project.TaskStart, "start").Clock.FirstDue))
		e, moved := last[project.PlannedDateMoved](w, "PlannedDateMoved")
		require.Equal(t, "OWN-109", e.Clause)
		require.Equal(t, "2026-12-01", moved.From)
		require.Equal(t, "office-1", e.Actor.User)
		w.until("2027-03-02 10:00")
		require.Contains(t, w.rungs("start"), "03-01 17:30 overdue", "the new date has a ladder of its own")
	})
	t.Run("the completion moves with its ladder", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").building()
		w.refuse("planned.started", office, move("start", "2027-03-01"))
		w.do(office, move("completion", "2028-12-31"))
		require.Equal(t, "2028-12-31 17:30", w.due(project.TaskCompletion, "completion"))
		require.Equal(t, "2028-12-31", w.p.Summary().PlannedCompletion)
	})
}
