package project_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
)

// starting is a project of a profile at the beginning of start preparation.
func starting(t tester, now string, change func(*project.Profile)) *world {
	w := newWorld(t, "sl", now).declaredAs(change)
	w.grantAll()
	return w.reserve()
}

// admitted is a project of a profile that waits for the leading group.
func admitted(t tester, now string, change func(*project.Profile)) *world {
	t.Helper()
	w := newWorld(t, "sl", now)
	f := profile()
	change(&f)
	w.do(owner, project.Declare{Profile: f, Pack: w.pack.Hash()})
	w.do(office, project.ReviewEntry{Decision: "admit"})
	return w
}

func conditions(w *world) []string {
	var ks []string
	for _, c := range w.p.Start.Conditions {
		ks = append(ks, c.Key)
	}
	return ks
}

// XN-4, SL-13, SL-14: what must be in place before the start, and whose it is.
func TestStartConditions(t *testing.T) {
	t.Parallel()
	t.Run("government money and own money are different conditions", func(t *testing.T) {
		t.Parallel()
		w := starting(t, "2026-03-02 10:00", func(*project.Profile) {})
		require.Equal(t, []string{"legal-person", "tendering", "budget-funds", "site", "building-permit", "quality-safety"}, conditions(w))
		w = starting(t, "2026-03-02 10:00", func(f *project.Profile) { f.Government = false })
		require.Equal(t, []string{"legal-person", "tendering", "own-funds", "site", "building-permit", "quality-safety"}, conditions(w))
	})
	t.Run("each is confirmed by its party with a document", func(t *testing.T) {
		t.Parallel()
		w := starting(t, "2026-03-02 10:00", func(*project.Profile) {})
		for condition, c := range map[string]struct {
			who    domain.Actor
			clause string
		}{
			"legal-person": {owner, "SL-13"}, "tendering": {owner, "SL-14"}, "budget-funds": {handler("finance"), "XN-4"},
			"site": {liaison, "XN-4"}, "building-permit": {handler("housing"), "XN-5"}, "quality-safety": {handler("housing"), "XN-4"},
		} {
			cmd := project.ConfirmCondition{Condition: condition, Document: "文件"}
			w.refuse("task.other-party", handler("water"), cmd)
			w.refuse("condition.document", c.who, project.ConfirmCondition{Condition: condition})
			w.refuse("start.condition", owner, project.StartConstruction{Document: "开工令"})
			w.do(c.who, cmd)
			w.refuse("task.none", c.who, cmd)
			e, _ := last[project.ConditionMet](w, "ConditionMet")
			require.Equal(t, c.clause, e.Clause)
		}
		w.refuse("start.document", owner, project.StartConstruction{})
		w.refuse("start.party", development, project.StartConstruction{Document: "开工令"})
		w.do(owner, project.StartConstruction{Document: "开工令"})
	})
	t.Run("there is no start before the resources are there", func(t *testing.T) {
		t.Parallel()
		w := assuring(t, land)
		w.refuse("project.phase", owner, project.StartConstruction{Document: "开工令"})
	})
}

// XN-12: the latest start date of the funding source; OWN-17: without one the planned start, or ninety days.
func TestTheLatestStartDate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		recognised string
		prepared   string
		funding    string
		planned    string
		due        string
		clause     string
	}{
		"central budget: by the middle of the year":               {"2026-03-02 10:00", "2026-04-01 10:00", "central-budget", "2026-12-01", "2026-06-30 17:30", "XN-12"},
		"special bonds: by 15 August, a Saturday":                 {"2026-03-02 10:00", "2026-04-01 10:00", "special-bond", "2026-12-01", "2026-08-15 17:30", "XN-12"},
		"treasury bonds: the same":                                {"2026-03-02 10:00", "2026-04-01 10:00", "special-treasury-bond", "2026-12-01", "2026-08-15 17:30", "XN-12"},
		"on the last day it still holds":                          {"2026-06-30 10:00", "2026-06-30 10:00", "central-budget", "2026-12-01", "2026-06-30 17:30", "XN-12"},
		"who enters the library a day later has the next year's":  {"2026-07-01 10:00", "2026-08-03 10:00", "central-budget", "2026-12-01", "2027-06-30 17:30", "XN-12"},
		"who was in the library before it has missed it for good": {"2026-06-01 10:00", "2026-08-03 10:00", "central-budget", "2026-12-01", "2026-06-30 17:30", "XN-12"},
		"other money: the planned start":                          {"2026-03-02 10:00", "2026-04-01 10:00", "loan", "2026-12-01", "2026-12-01 17:30", "OWN-17"},
		"the planned start, though it has passed since":           {"2026-03-02 10:00", "2026-04-15 10:00", "loan", "2026-04-01", "2026-04-01 17:30", "OWN-17"},
		"no date ahead: ninety working days from preparation":     {"2026-03-02 10:00", "2026-03-16 10:00", "loan", "2026-01-05", "2026-07-24 17:30", "OWN-17"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "sl", c.recognised).declaredAs(func(f *project.Profile) { f.Funding, f.PlannedStart = c.funding, c.planned })
			w.until(c.prepared)
			w.grantAll()
			w.reserve()
			require.Equal(t, c.due, w.due(project.TaskStart, "start"))
			require.Equal(t, c.clause, w.task(project.TaskStart, "start").Clock.Clause)
			require.Equal(t, c.due[:10], w.p.Start.Latest)
			e, _ := last[project.LatestStartSet](w, "LatestStartSet")
			require.Equal(t, c.clause, e.Clause)
			require.True(t, e.Actor.Automatic())
		})
	}
}

// XN-12, BH-4: the start is watched from the library on, whatever phase the project is still in.
func TestALatestStartIsWatchedFromTheLibraryOn(t *testing.T) {
	t.Parallel()
	recognised := func(t *testing.T, change func(*project.Profile)) *world {
		t.Helper()
		w := admitted(t, "2026-03-02 10:00", change)
		require.Empty(t, w.p.Start.Latest, "who is not in the library has no start to keep")
		w.do(office, project.Recognise{Document: "纪要"})
		return w
	}
	central := func(f *project.Profile) { f.Funding = "central-budget" }
	soon := func(f *project.Profile) { f.PlannedStart = "2026-06-30" }
	whole := []string{
		"06-01 17:30 reminder", "06-23 17:30 reminder", "06-30 17:30 overdue", "07-01 17:30 supervision-notice",
		"07-15 17:30 criticism", "07-29 17:30 interview",
	}
	t.Run("a project that is still evaluated climbs to the interview", func(t *testing.T) {
		t.Parallel()
		for _, change := range []func(*project.Profile){central, soon} {
			w := recognised(t, change)
			require.Equal(t, project.Evaluation, w.p.Phase)
			require.Equal(t, "2026-06-30 17:30", w.due(project.TaskStart, "start"))
			require.Equal(t, "2026-03-02 10:00", civil(w.task(project.TaskStart, "start").Clock.Received), "counted from the day it entered the library")
			require.Equal(t, "green", w.colour("start"))
			w.until("2026-06-26 10:00")
			require.Equal(t, "yellow", w.colour("start"))
			w.until("2026-07-30 17:00")
			require.Equal(t, whole, w.rungs("start"))
			require.Equal(t, "red", w.colour("start"))
			require.Equal(t, project.Evaluation, w.p.Phase)
		}
	})
	t.Run("start preparation opens no second clock and climbs nothing twice", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").declaredAs(central)
		w.until("2026-07-02 10:00")
		w.grantAll()
		got := w.reserve().log
		n := 0
		for _, name := range names(got) {
			if name == "LatestStartSet" {
				n++
			}
		}
		require.Equal(t, 1, n)
		w.until("2026-07-30 17:00")
		require.Equal(t, whole, w.rungs("start"))
	})
	t.Run("it ends with the project's leave and its refusal", func(t *testing.T) {
		t.Parallel()
		w := recognised(t, central)
		w.do(owner, project.Withdraw{Reason: "市场变化"})
		w.until("2026-09-01 10:00")
		require.Empty(t, w.rungs("start"))
		require.Equal(t, "green", w.colour("start"))
		w = recognised(t, central)
		w.do(office, project.DrawPanel{Candidates: pool(9)})
		w.scoredBy(30)
		require.Equal(t, project.Refused, w.p.Status)
		w.until("2026-09-01 10:00")
		require.Empty(t, w.rungs("start"))
	})
	t.Run("a suspension lets it stand still; the date stays", func(t *testing.T) {
		t.Parallel()
		w := recognised(t, central)
		w.until("2026-06-10 10:00")
		w.do(office, project.Suspend{Reason: "x", Until: "2026-08-03"})
		w.until("2026-08-03 08:00")
		require.Equal(t, "green", w.colour("start"))
		w.do(office, project.Resume{Reason: "x"})
		require.Equal(t, "2026-06-30 17:30", w.due(project.TaskStart, "start"))
		w.until("2026-08-05 10:00")
		require.Equal(t, []string{"06-01 17:30 reminder", "08-03 08:00 overdue", "08-04 17:30 supervision-notice"}, w.rungs("start"))
	})
	t.Run("a planned start moves it before start preparation too, a date laid down does not", func(t *testing.T) { // OWN-109
		t.Parallel()
		move := project.MovePlannedDate{Which: "start", To: "2026-11-30", Why: "征地", Basis: "纪要"}
		w := recognised(t, soon)
		w.do(office, move)
		require.Equal(t, "2026-11-30 17:30", w.due(project.TaskStart, "start"))
		require.Equal(t, "2026-11-30", w.p.Start.Latest)
		require.Equal(t, "2026-06-30 17:30", civil(w.task(project.TaskStart, "start").Clock.FirstDue))
		w = recognised(t, central)
		w.do(office, move)
		require.Equal(t, "2026-06-30 17:30", w.due(project.TaskStart, "start"))
		require.Equal(t, "2026-06-30", w.p.Start.Latest)
	})
	t.Run("one that had no date ahead is watched as soon as it has", func(t *testing.T) {
		t.Parallel()
		w := recognised(t, func(f *project.Profile) { f.PlannedStart = "2026-02-01" })
		require.Empty(t, w.p.Start.Latest)
		got := w.do(office, project.MovePlannedDate{Which: "start", To: "2026-11-30", Why: "征地", Basis: "纪要"})
		require.Equal(t, []string{"PlannedDateMoved", "LatestStartSet"}, got)
		require.Equal(t, "2026-11-30 17:30", w.due(project.TaskStart, "start"))
	})
	t.Run("a recognition that is entered late counts from the day it happened", func(t *testing.T) { // OWN-105
		t.Parallel()
		w := admitted(t, "2026-06-22 10:00", central)
		w.until("2026-07-02 10:00")
		w.late(office, "2026-06-29 10:00", project.Recognise{Document: "纪要"})
		require.Equal(t, "2026-06-30 17:30", w.due(project.TaskStart, "start"))
		w.until("2026-07-02 10:00")
		require.Equal(t, []string{"06-30 17:30 overdue", "07-01 17:30 supervision-notice"}, w.rungs("start"))
	})
}

// XN-12: missed → accountability is requested: the ladder to the interview.
func TestALateStartClimbsToTheInterview(t *testing.T) {
	t.Parallel()
	w := starting(t, "2026-03-02 10:00", func(f *project.Profile) { f.Funding = "central-budget" })
	w.until("2026-07-30 17:00")
	require.Equal(t, []string{
		"06-01 17:30 reminder", // twenty working days before, to the owner
		"06-23 17:30 reminder", // five, to the unit, over the dragon boat festival
		"06-30 17:30 overdue",
		"07-01 17:30 supervision-notice",
		"07-15 17:30 criticism",
		"07-29 17:30 interview",
	}, w.rungs("start"))
	require.Equal(t, "red", w.colour("start"))
	require.Equal(t, domain.Party{Kind: domain.PartyUnit, Code: "district"}, w.p.Interviews[len(w.p.Interviews)-1].Party)
	e, _ := last[project.InterviewOpened](w, "InterviewOpened")
	require.Equal(t, "XN-12", e.Clause)
	w.meetConditions()
	w.do(office, project.StartConstruction{Document: "开工令"})
	_, started := last[project.ConstructionStarted](w, "ConstructionStarted")
	require.True(t, started.Late)
}

func TestAStartEnteredLaterCountsFromTheDayItHappened(t *testing.T) { // OWN-105
	t.Parallel()
	w := starting(t, "2026-03-02 10:00", func(f *project.Profile) { f.Funding = "central-budget" })
	w.meetConditions()
	w.until("2026-07-03 10:00")
	w.refuse("occurred.early", owner, project.StartConstruction{Document: "开工令"}, "2026-03-01 10:00")
	w.late(owner, "2026-06-30 10:00", project.StartConstruction{Document: "开工令"})
	e, started := last[project.ConstructionStarted](w, "ConstructionStarted")
	require.False(t, started.Late)
	require.True(t, e.Late)
	require.Equal(t, "2026-06-30 10:00", civil(w.p.Start.Started))
	w.until("2026-07-03 10:00")
	require.Equal(t, "2026-07-03 17:30", w.due(project.TaskReport, "2026-06"))
	require.Equal(t, "2026-08-03 17:30", w.due(project.TaskReport, "2026-07"))
}

func TestAReportOwedSinceALongPastStartIsRemindedOfFromNowOn(t *testing.T) { // OWN-19, OWN-105
	t.Parallel()
	w := starting(t, "2026-03-02 10:00", func(*project.Profile) {})
	w.meetConditions()
	w.until("2026-05-20 10:00")
	w.late(office, "2026-03-16 10:00", project.StartConstruction{Document: "开工令"})
	w.until("2026-05-22 10:00")
	require.Equal(t, []string{"04-03 17:30 overdue", "04-09 17:30 supervision-notice"}, w.rungs("2026-03"))
	april := w.rungs("2026-04")
	require.Equal(t, []string{"05-21 09:00 reminder", "05-22 09:00 reminder"}, april[len(april)-2:], "the month before is the one to remind of")
}
