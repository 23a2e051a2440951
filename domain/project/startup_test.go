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
			w.refuse("task.other-party", office, cmd)
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
		now     string
		funding string
		planned string
		due     string
		clause  string
	}{
		"central budget: by the middle of the year":           {"2026-03-02 10:00", "central-budget", "2026-12-01", "2026-06-30 17:30", "XN-12"},
		"special bonds: by 15 August, a Saturday":             {"2026-03-02 10:00", "special-bond", "2026-12-01", "2026-08-15 17:30", "XN-12"},
		"treasury bonds: the same":                            {"2026-03-02 10:00", "special-treasury-bond", "2026-12-01", "2026-08-15 17:30", "XN-12"},
		"on the last day it still holds":                      {"2026-06-30 10:00", "central-budget", "2026-12-01", "2026-06-30 17:30", "XN-12"},
		"a day later it is next year's":                       {"2026-07-01 10:00", "central-budget", "2026-12-01", "2027-06-30 17:30", "XN-12"},
		"other money: the planned start":                      {"2026-03-02 10:00", "loan", "2026-12-01", "2026-12-01 17:30", "OWN-17"},
		"no date ahead: ninety working days from preparation": {"2026-03-02 10:00", "loan", "2026-01-05", "2026-07-10 17:30", "OWN-17"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := starting(t, c.now, func(f *project.Profile) { f.Funding, f.PlannedStart = c.funding, c.planned })
			require.Equal(t, c.due, w.due(project.TaskStart, "start"))
			require.Equal(t, c.clause, w.task(project.TaskStart, "start").Clock.Clause)
			require.Equal(t, c.due[:10], w.p.Start.Latest)
		})
	}
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
	w.late(owner, "2026-03-16 10:00", project.StartConstruction{Document: "开工令"})
	w.until("2026-05-22 10:00")
	require.Equal(t, []string{
		"04-03 17:30 overdue", "04-09 17:30 supervision-notice", "05-21 09:00 reminder", "05-22 09:00 reminder",
	}, w.rungs("2026-03"))
}
