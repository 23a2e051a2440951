package project_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain/calendar"
	"milepost/domain/project"
)

// development decides the project proposal, the first item of all.
var development = handler("development")

// The moments of the worked examples (domain rules, "The working-day clock").
const (
	beforeTheFestivals = "2026-09-23 10:00" // a Wednesday; due ten working days on: Wed 14 Oct 17:30
	onAMakeUpEvening   = "2026-02-14 18:00" // after the close of a make-up Saturday: received on Tue 24 Feb
)

// submitted is a project whose proposal was handed in at a moment.
func submitted(t tester, moment string) *world {
	w := newWorld(t, "sl", "2026-01-05 10:00").approving()
	w.now = at(t, moment)
	w.submit("initiation")
	return w
}

// accepted is a project whose proposal was handed in and accepted at a moment.
func accepted(t tester, moment string) *world {
	w := submitted(t, moment)
	w.do(development, project.AcceptItem{Item: "initiation"})
	return w
}

// SL-21a, OWN-8: ten working days from the receipt of complete papers.
func TestTheTenDaysRunFromReceipt(t *testing.T) {
	t.Parallel()
	t.Run("the worked example before the festivals of autumn", func(t *testing.T) {
		t.Parallel()
		w := submitted(t, beforeTheFestivals)
		require.Equal(t, "2026-10-14 17:30", w.due(project.TaskDecision, "initiation"))
		task := w.task(project.TaskDecision, "initiation")
		require.Equal(t, "SL-21a", task.Clock.Clause)
		require.Equal(t, 10, task.Clock.Days)
		limit, counted := task.Clock.Limit(w.pack.Clock.Close)
		require.True(t, counted)
		_, cal := shipped()
		d, days, err := cal.Explain(limit)
		require.NoError(t, err)
		require.Equal(t, task.Clock.Due, d.Due.UTC(), "every deadline can be explained")
		require.NotEmpty(t, days)
	})
	t.Run("the worked example of a make-up workday's evening", func(t *testing.T) {
		t.Parallel()
		w := submitted(t, onAMakeUpEvening)
		task := w.task(project.TaskDecision, "initiation")
		require.Equal(t, "2026-02-24", task.Clock.Deemed.String())
		require.Equal(t, "2026-03-09 17:30", w.due(project.TaskDecision, "initiation"))
	})
	t.Run("acceptance two days later moves nothing", func(t *testing.T) {
		t.Parallel()
		w := submitted(t, beforeTheFestivals)
		w.until("2026-09-28 09:00")
		w.do(development, project.AcceptItem{Item: "initiation"})
		require.Equal(t, "2026-10-14 17:30", w.due(project.TaskDecision, "initiation"))
	})
	t.Run("a law may set another limit for an item, and is cited", func(t *testing.T) { // SL-21c
		t.Parallel()
		w := variant(t, `
items:
  - {key: initiation, days: 20, clause: SL-21c}
`, "2026-01-05 10:00").approving()
		w.now = at(t, beforeTheFestivals)
		w.submit("initiation")
		require.Equal(t, "2026-10-28 17:30", w.due(project.TaskDecision, "initiation"))
		require.Equal(t, "SL-21c", w.task(project.TaskDecision, "initiation").Clock.Clause)
		w.grant("initiation")
		w.submit("environment")
		require.Equal(t, "SL-21a", w.task(project.TaskDecision, "environment").Clock.Clause)
	})
}

// SL-21b, OWN-9: accepted or asked within two working days, else deemed accepted as of the day of receipt.
func TestCompletenessIsCheckedWithinTwoWorkingDays(t *testing.T) {
	t.Parallel()
	t.Run("silence is acceptance as of receipt, and on record", func(t *testing.T) {
		t.Parallel()
		w := submitted(t, beforeTheFestivals)
		require.Equal(t, "2026-09-28 17:30", w.due(project.TaskCompleteness, "initiation"))
		require.Empty(t, w.until("2026-09-24 17:29"))
		require.Equal(t, []string{"Escalated"}, w.until("2026-09-28 17:29"), "the handler is reminded")
		require.Equal(t, []string{"ItemDeemedAccepted"}, w.until("2026-09-28 17:30"))
		item := w.item("initiation")
		require.Equal(t, project.ItemAccepted, item.State)
		require.True(t, item.Deemed)
		require.Equal(t, beforeTheFestivals, civil(item.Received))
		require.Equal(t, "2026-10-14 17:30", w.due(project.TaskDecision, "initiation"))
		e, _ := last[project.ItemDeemedAccepted](w, "ItemDeemedAccepted")
		require.Equal(t, "OWN-9", e.Clause)
		require.True(t, e.Actor.Automatic())
		posts := []string{}
		for _, n := range w.p.Notices(e) {
			posts = append(posts, string(n.Party.Kind)+"/"+n.Post)
		}
		require.Equal(t, []string{"owner/party", "department/head"}, posts)
		w.until("2026-09-28 17:31")
		w.refuse("item.state", development, project.AcceptItem{Item: "initiation"})
		w.refuse("item.state", development, project.AskSupplement{Item: "initiation", Missing: missing("proposal")})
	})
	t.Run("acceptance in the last second is in time", func(t *testing.T) {
		t.Parallel()
		w := submitted(t, beforeTheFestivals)
		w.until("2026-09-28 17:29")
		w.do(development, project.AcceptItem{Item: "initiation"})
		require.NotContains(t, w.until("2026-09-28 18:00"), "ItemDeemedAccepted")
		require.False(t, w.item("initiation").Deemed)
	})
	t.Run("what was accepted in time counts although the lapse was recorded first", func(t *testing.T) {
		t.Parallel()
		w := submitted(t, beforeTheFestivals)
		w.until("2026-09-29 10:00")
		require.True(t, w.item("initiation").Deemed)
		w.late(development, "2026-09-28 17:00", project.AcceptItem{Item: "initiation"})
		require.False(t, w.item("initiation").Deemed)
	})
	t.Run("what was asked for in time counts although the lapse was recorded first", func(t *testing.T) {
		t.Parallel()
		w := submitted(t, beforeTheFestivals)
		w.until("2026-09-29 10:00")
		w.late(development, "2026-09-28 17:00", project.AskSupplement{Item: "initiation", Missing: missing("proposal")})
		require.Equal(t, project.ItemSupplementing, w.item("initiation").State)
		require.Equal(t, "2026-10-19 17:30", w.due(project.TaskSupplement, "initiation"), "the owner has its time from when it could know")
	})
	t.Run("another department neither accepts nor asks", func(t *testing.T) {
		t.Parallel()
		w := submitted(t, beforeTheFestivals)
		w.refuse("task.other-party", handler("environment"), project.AcceptItem{Item: "initiation"})
		w.refuse("task.other-party", owner, project.AskSupplement{Item: "initiation", Missing: missing("proposal")})
		w.until("2026-09-29 10:00")
		w.refuse("task.other-party", handler("environment"), project.AcceptItem{Item: "initiation"}, "2026-09-28 17:00")
	})
}

func missing(papers ...string) []project.Missing {
	var ms []project.Missing
	for _, p := range papers {
		ms = append(ms, project.Missing{Paper: p, Standard: "加盖公章"})
	}
	return ms
}

// SL-21b: told once what to supply, to what standard and by when.
func TestSupplement(t *testing.T) {
	t.Parallel()
	asked := func(t *testing.T, papers ...string) *world {
		t.Helper()
		w := submitted(t, "2026-03-02 10:00")
		w.do(development, project.ClaimTask{Task: w.taskKey(project.TaskCompleteness, "initiation")})
		w.until("2026-03-03 10:00")
		w.do(development, project.AskSupplement{Item: "initiation", Missing: missing(papers...)})
		return w
	}
	t.Run("the department's clock ends, the owner's begins", func(t *testing.T) {
		t.Parallel()
		w := asked(t, "proposal")
		require.Equal(t, project.ItemSupplementing, w.item("initiation").State)
		require.Equal(t, "2026-03-17 17:30", w.due(project.TaskSupplement, "initiation"))
		w.refuse("item.state", development, project.GrantItem{Item: "initiation", Document: "x"})
		w.refuse("item.state", development, project.PauseItem{Item: "initiation", Reason: "publicity", Note: "x"})
	})
	t.Run("the department may give a date of its own", func(t *testing.T) {
		t.Parallel()
		w := submitted(t, "2026-03-02 10:00")
		w.refuse("supplement.due", development, project.AskSupplement{Item: "initiation", Missing: missing("proposal"), Due: "2026-03-02"})
		w.do(development, project.AskSupplement{Item: "initiation", Missing: missing("proposal"), Due: "2026-03-28"})
		require.Equal(t, "2026-03-28 17:30", w.due(project.TaskSupplement, "initiation"), "a date stays, though it is a Saturday")
	})
	t.Run("the item is received anew when the papers are complete, with the full ten days, and comes back to who asked", func(t *testing.T) {
		t.Parallel()
		w := asked(t, "proposal")
		w.until("2026-03-09 10:00")
		w.do(owner, project.SupplyPapers{Item: "initiation", Papers: []string{"proposal"}})
		require.Equal(t, project.ItemAccepted, w.item("initiation").State)
		require.Equal(t, "2026-03-09 10:00", civil(w.item("initiation").Received))
		require.Equal(t, "2026-03-23 17:30", w.due(project.TaskDecision, "initiation"))
		require.Equal(t, development.User, w.task(project.TaskDecision, "initiation").Assignee)
		other := development
		other.User = "development-2"
		w.refuse("task.held", other, project.GrantItem{Item: "initiation", Document: "x"})
		w.grant("initiation")
	})
	t.Run("part of the papers does not start the clock", func(t *testing.T) {
		t.Parallel()
		w := asked(t, "proposal", "funding")
		w.refuse("papers.none", owner, project.SupplyPapers{Item: "initiation"})
		w.refuse("papers.unknown", owner, project.SupplyPapers{Item: "initiation", Papers: []string{"poem"}})
		w.do(owner, project.SupplyPapers{Item: "initiation", Papers: []string{"funding"}})
		w.refuse("papers.not-missing", owner, project.SupplyPapers{Item: "initiation", Papers: []string{"funding"}})
		require.Equal(t, missing("proposal"), w.item("initiation").Missing)
		require.Equal(t, project.ItemSupplementing, w.item("initiation").State)
		w.do(owner, project.SupplyPapers{Item: "initiation", Papers: []string{"proposal"}})
		require.Equal(t, project.ItemAccepted, w.item("initiation").State)
		require.Empty(t, w.item("initiation").Missing)
	})
	t.Run("there is no second notice", func(t *testing.T) {
		t.Parallel()
		w := asked(t, "proposal")
		w.refuse("item.state", development, project.AskSupplement{Item: "initiation", Missing: missing("funding")})
		w.do(owner, project.SupplyPapers{Item: "initiation", Papers: []string{"proposal"}})
		e := w.refuse("supplement.once", development, project.AskSupplement{Item: "initiation", Missing: missing("funding")})
		require.Equal(t, "SL-21b", e.Clause)
	})
	t.Run("a notice that the owner could not act on is refused", func(t *testing.T) {
		t.Parallel()
		w := submitted(t, "2026-03-02 10:00")
		w.refuse("supplement.empty", development, project.AskSupplement{Item: "initiation"})
		w.refuse("supplement.standard", development, project.AskSupplement{Item: "initiation", Missing: []project.Missing{{Paper: "proposal"}}})
		w.refuse("papers.unknown", development, project.AskSupplement{Item: "initiation", Missing: missing("poem")})
		w.refuse("papers.twice", development, project.AskSupplement{Item: "initiation", Missing: missing("proposal", "proposal")})
	})
	t.Run("who does not supply is reminded, and after the grace taken as withdrawn", func(t *testing.T) { // OWN-11
		t.Parallel()
		w := asked(t, "proposal") // due Tue 17 Mar
		require.Contains(t, w.until("2026-03-24 17:30"), "ItemWithdrawn")
		require.Equal(t, []string{"03-16 17:30 reminder", "03-17 17:30 overdue"}, w.rungs("initiation"))
		e, _ := last[project.ItemWithdrawn](w, "ItemWithdrawn")
		require.Equal(t, "OWN-11", e.Clause)
		require.Equal(t, "2026-03-24 17:30", civil(e.OccurredAt))
		told := []string{}
		for _, n := range w.p.Notices(e) {
			told = append(told, string(n.Party.Kind))
		}
		require.Equal(t, []string{"owner", "unit"}, told)
		require.Equal(t, project.ItemGone, w.item("initiation").State)
		w.submit("initiation")
		require.Equal(t, 2, w.item("initiation").Round)
		w.do(development, project.AskSupplement{Item: "initiation", Missing: missing("proposal")})
	})
	t.Run("papers within the grace are still taken", func(t *testing.T) {
		t.Parallel()
		w := asked(t, "proposal")
		w.until("2026-03-24 17:29")
		w.do(owner, project.SupplyPapers{Item: "initiation", Papers: []string{"proposal"}})
		require.Equal(t, project.ItemAccepted, w.item("initiation").State)
	})
	t.Run("papers that were in before the withdrawal count although it was recorded first", func(t *testing.T) {
		t.Parallel()
		w := asked(t, "proposal")
		w.until("2026-03-25 10:00")
		w.refuse("item.state", owner, project.SupplyPapers{Item: "initiation", Papers: []string{"proposal"}})
		w.refuse("item.owner", liaison, project.SupplyPapers{Item: "initiation", Papers: []string{"proposal"}}, "2026-03-24 17:00")
		w.late(owner, "2026-03-24 17:00", project.SupplyPapers{Item: "initiation", Papers: []string{"proposal"}})
		require.Equal(t, project.ItemAccepted, w.item("initiation").State)
		require.Equal(t, "2026-04-09 17:30", w.due(project.TaskDecision, "initiation"), "the department has its time from when it could know")
	})
}

// XN-10: a paper may follow against a written commitment with a date.
func TestDeferredPapers(t *testing.T) {
	t.Parallel()
	promise := func(due string) project.SubmitItem {
		return project.SubmitItem{Item: "initiation", Papers: []string{"proposal"}, Commitments: []project.DeferredPaper{{Paper: "funding", Due: due}}}
	}
	deferred := func(t *testing.T) *world {
		t.Helper()
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		w.do(owner, promise("2026-03-31"))
		return w
	}
	t.Run("the clock runs at once", func(t *testing.T) {
		t.Parallel()
		w := deferred(t)
		require.Equal(t, "2026-03-16 17:30", w.due(project.TaskDecision, "initiation"))
		require.Equal(t, "2026-03-31 17:30", w.due(project.TaskCommitment, "initiation/funding"))
		require.Equal(t, "XN-10", w.task(project.TaskCommitment, "initiation/funding").Clock.Clause)
	})
	t.Run("what the pack does not mark deferrable is refused", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		cmd := promise("2026-03-31")
		cmd.Papers, cmd.Commitments[0].Paper = []string{"funding"}, "proposal"
		e := w.refuse("papers.not-deferrable", owner, cmd)
		require.Equal(t, "XN-10", e.Clause)
		w.refuse("commitment.due", owner, promise("2026-03-02"))
		w.refuse("commitment.due", owner, promise("next week"))
		twice := promise("2026-03-31")
		twice.Papers = append(twice.Papers, "funding")
		w.refuse("papers.twice", owner, twice)
	})
	t.Run("a paper that may follow cannot be asked for in a supplement", func(t *testing.T) {
		t.Parallel()
		w := deferred(t)
		e := w.refuse("supplement.deferred", development, project.AskSupplement{Item: "initiation", Missing: missing("funding")})
		require.Equal(t, "XN-10", e.Clause)
	})
	t.Run("a commitment kept in time leaves no mark", func(t *testing.T) {
		t.Parallel()
		w := deferred(t)
		w.until("2026-03-31 17:00")
		require.Equal(t, []string{"03-24 17:30 reminder", "03-30 17:30 reminder"}, w.rungs("initiation/funding"))
		w.refuse("item.owner", liaison, project.KeepCommitment{Item: "initiation", Paper: "funding"})
		w.do(owner, project.KeepCommitment{Item: "initiation", Paper: "funding"})
		w.refuse("commitment.none", owner, project.KeepCommitment{Item: "initiation", Paper: "funding"})
		require.Equal(t, "green", w.colour("commitment"))
		require.Contains(t, w.item("initiation").Papers, "funding")
	})
	t.Run("a broken one turns the owner's lamp red and escalates until it is kept", func(t *testing.T) {
		t.Parallel()
		w := deferred(t)
		require.Equal(t, "green", w.colour("commitment"))
		w.until("2026-03-30 10:00")
		require.Equal(t, "yellow", w.colour("commitment"))
		require.Contains(t, w.until("2026-03-31 17:30"), "CommitmentBroken")
		require.Equal(t, "red", w.colour("commitment"))
		e, _ := last[project.CommitmentBroken](w, "CommitmentBroken")
		require.Equal(t, "owner", string(w.p.Notices(e)[0].Party.Kind))
		w.until("2026-04-20 10:00")
		require.Equal(t, "04-08 17:30 supervision-notice", w.rungs("initiation/funding")[2], "five working days on, over Qingming")
		w.do(owner, project.KeepCommitment{Item: "initiation", Paper: "funding"})
		require.Equal(t, "green", w.colour("commitment"))
		require.False(t, w.p.Commitments[0].Broken.IsZero(), "that it was broken stays on record")
	})
	t.Run("one kept in time and entered late was never broken", func(t *testing.T) {
		t.Parallel()
		w := deferred(t)
		w.until("2026-04-01 10:00")
		w.late(owner, "2026-03-31 16:00", project.KeepCommitment{Item: "initiation", Paper: "funding"})
		require.True(t, w.p.Commitments[0].Broken.IsZero())
	})
	t.Run("it bars the request for acceptance until it is kept", func(t *testing.T) { // XN-10: complete before acceptance
		t.Parallel()
		w := deferred(t)
		w.grant("initiation")
		w.grantAll()
		w.started()
		w.until("2026-06-01 10:00")
		e := w.refuse("acceptance.commitment", owner, project.RequestAcceptance{TrialRun: "2026-05-31"})
		require.Equal(t, "XN-10", e.Clause)
		w.do(owner, project.KeepCommitment{Item: "initiation", Paper: "funding"})
		w.do(owner, project.RequestAcceptance{TrialRun: "2026-05-31"})
	})
	t.Run("a paper handed in another way keeps it too", func(t *testing.T) {
		t.Parallel()
		w := deferred(t)
		w.do(development, project.RefuseItem{Item: "initiation", Reason: "不符合规划", Basis: "城乡规划法"})
		w.submit("initiation")
		require.False(t, w.p.Commitments[0].Kept.IsZero())
	})
	t.Run("an open one cannot be replaced by a later date in a new round", func(t *testing.T) {
		t.Parallel()
		w := deferred(t)
		w.do(development, project.RefuseItem{Item: "initiation", Reason: "不符合规划", Basis: "城乡规划法"})
		w.refuse("commitment.open", owner, promise("2027-03-31"))
	})
}

// OWN-3: the clock stands still only for a reason that the pack lists.
func TestPausingAnItem(t *testing.T) {
	t.Parallel()
	pause := project.PauseItem{Item: "initiation", Reason: "publicity", Note: "网上公示"}
	t.Run("both days of the pause do not count", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00") // due Mon 16 Mar
		w.until("2026-03-04 10:00")
		w.do(development, pause)
		require.Empty(t, w.due(project.TaskDecision, "initiation"), "there is no due time while it stands still")
		require.Equal(t, "green", w.colour("approval"))
		require.Empty(t, w.until("2026-03-30 10:00"), "nothing climbs")
		w.do(development, project.ResumeItem{Item: "initiation"})
		// Counted: 3 March. Wed 4 to Mon 30 March stand still. Nine more from 31 March, over Qingming.
		require.Equal(t, "2026-04-13 17:30", w.due(project.TaskDecision, "initiation"))
		clock := w.task(project.TaskDecision, "initiation").Clock
		require.Equal(t, []project.Pause{{
			From: calendar.NewDate(2026, 3, 4), To: calendar.NewDate(2026, 3, 30), Reason: "publicity", Note: "网上公示", By: development.User,
		}}, clock.Pauses, "who and why are on record")
		w.until("2026-04-15 10:00")
		require.Equal(t, []string{"04-08 17:30 reminder", "04-13 17:30 overdue", "04-14 17:30 supervision-notice"}, w.rungs("initiation"))
	})
	t.Run("paused and resumed within a day, that day does not count", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00")
		w.until("2026-03-04 10:00")
		w.do(development, pause)
		w.do(development, project.ResumeItem{Item: "initiation"})
		require.Equal(t, "2026-03-17 17:30", w.due(project.TaskDecision, "initiation"))
	})
	t.Run("twice paused is twice as long", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00")
		for _, day := range []string{"2026-03-04", "2026-03-06"} {
			w.until(day + " 10:00")
			w.do(development, pause)
			w.do(development, project.ResumeItem{Item: "initiation"})
		}
		require.Equal(t, "2026-03-18 17:30", w.due(project.TaskDecision, "initiation"))
	})
	t.Run("nothing is decided while it stands still", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00")
		w.do(development, pause)
		w.refuse("item.paused", development, project.GrantItem{Item: "initiation", Document: "x"})
		w.refuse("item.paused", development, project.RefuseItem{Item: "initiation", Reason: "x", Basis: "x"})
		w.refuse("item.paused", head("development"), project.ExtendItem{Item: "initiation", Days: 5, Reason: "x"})
		w.refuse("item.paused", development, pause)
		w.do(development, project.ResumeItem{Item: "initiation"})
		w.refuse("item.not-paused", development, project.ResumeItem{Item: "initiation"})
		w.grant("initiation")
	})
	t.Run("only for a listed reason, which the item allows, with a note", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00")
		e := w.refuse("pause.reason", development, project.PauseItem{Item: "initiation", Reason: "busy", Note: "忙"})
		require.Equal(t, "OWN-2", e.Clause)
		w.refuse("reason.missing", development, project.PauseItem{Item: "initiation", Reason: "publicity"})
		w.grant("initiation")
		w.submit("environment")
		w.refuse("pause.reason", handler("environment"), project.PauseItem{Item: "environment", Reason: "testing", Note: "x"})
		w.do(handler("environment"), project.PauseItem{Item: "environment", Reason: "hearing", Note: "听证会"})
		w.refuse("task.other-party", development, project.ResumeItem{Item: "environment"})
	})
	t.Run("a limit that was missed cannot be stopped any more", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00")
		w.until("2026-03-16 17:30") // else the day it was missed would not count, and nothing would have been missed
		w.refuse("item.overdue", development, pause)
		require.Equal(t, "red", w.colour("approval"))
	})
	t.Run("entered late it stands still from the day it happened", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00")
		w.until("2026-03-12 10:00")
		w.late(development, "2026-03-04 10:00", pause)
		w.refuse("occurred.early", development, project.ResumeItem{Item: "initiation"}, "2026-03-03 10:00")
		w.late(development, "2026-03-10 10:00", project.ResumeItem{Item: "initiation"})
		require.Equal(t, "2026-03-23 17:30", w.due(project.TaskDecision, "initiation"))
	})
	t.Run("a project suspended meanwhile does not end it", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00")
		w.until("2026-03-04 10:00")
		w.do(development, pause)
		w.until("2026-03-10 10:00")
		w.do(office, project.Suspend{Reason: "汛期", Until: "2026-04-01"})
		w.until("2026-03-20 10:00")
		w.do(office, project.Resume{Reason: "结束"})
		require.Empty(t, w.due(project.TaskDecision, "initiation"))
		w.until("2026-03-24 10:00")
		w.do(development, project.ResumeItem{Item: "initiation"})
		require.Equal(t, "2026-04-07 17:30", w.due(project.TaskDecision, "initiation"))
	})
}

// OWN-12: once, at most ten working days, by the head, with a reason.
func TestExtendingAnItem(t *testing.T) {
	t.Parallel()
	extend := func(days int) project.ExtendItem {
		return project.ExtendItem{Item: "initiation", Days: days, Reason: "情况复杂"}
	}
	t.Run("ten more days, and the ladder moves with them", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00")
		w.until("2026-03-12 10:00")
		w.do(head("development"), extend(10))
		require.Equal(t, "2026-03-30 17:30", w.due(project.TaskDecision, "initiation"))
		require.Equal(t, "2026-03-16 17:30", civil(w.task(project.TaskDecision, "initiation").Clock.FirstDue), "the first date is not hidden")
		e, _ := last[project.ItemExtended](w, "ItemExtended")
		require.Equal(t, "OWN-12", e.Clause)
		require.Equal(t, "owner", string(w.p.Notices(e)[0].Party.Kind), "the applicant can read the reason")
		w.until("2026-03-31 10:00")
		require.Equal(t, []string{"03-11 17:30 reminder", "03-30 17:30 overdue"}, w.rungs("initiation"), "each rung once")
	})
	t.Run("what is not within the rule is refused", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00")
		w.refuse("extension.head", development, extend(5))
		w.refuse("task.other-party", head("environment"), extend(5))
		w.refuse("extension.days", head("development"), extend(0))
		w.refuse("extension.days", head("development"), extend(11))
		w.refuse("reason.missing", head("development"), project.ExtendItem{Item: "initiation", Days: 5})
		w.do(head("development"), extend(1))
		w.refuse("extension.once", head("development"), extend(1))
	})
	t.Run("not after the limit has passed", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00")
		w.until("2026-03-16 17:31")
		w.refuse("item.overdue", head("development"), extend(10))
	})
}

func TestDeciding(t *testing.T) {
	t.Parallel()
	t.Run("at the close of the last day it is in time, a second later it is late", func(t *testing.T) { // SL-21a
		t.Parallel()
		for moment, late := range map[string]bool{"2026-10-14 17:30": false, "2026-10-14 17:31": true} {
			w := accepted(t, beforeTheFestivals)
			w.until("2026-10-14 17:29")
			w.now = at(t, moment)
			w.grant("initiation")
			require.Equal(t, late, w.item("initiation").Late)
		}
	})
	t.Run("a decision received in time is in time although red was recorded first", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, beforeTheFestivals)
		w.until("2026-10-14 17:29")
		grant := w.command(development, project.GrantItem{Item: "initiation", Document: "批复1号"})
		require.Equal(t, []string{"Escalated"}, w.until("2026-10-14 17:35"))
		w.send(grant)
		require.False(t, w.item("initiation").Late)
		e, _ := last[project.ItemGrantedBy](w, "ItemGranted")
		require.Equal(t, "2026-10-14 17:29", civil(e.OccurredAt))
		require.Equal(t, "2026-10-14 17:35", civil(e.RecordedAt))
	})
	t.Run("a grant names its document, a refusal its reason and basis", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00")
		w.refuse("grant.document", development, project.GrantItem{Item: "initiation"})
		w.refuse("reason.missing", development, project.RefuseItem{Item: "initiation", Basis: "x"})
		w.refuse("refuse.basis", development, project.RefuseItem{Item: "initiation", Reason: "x"})
		w.refuse("task.other-party", handler("environment"), project.GrantItem{Item: "initiation", Document: "x"})
		w.refuse("task.other-party", office, project.GrantItem{Item: "initiation", Document: "x"})
	})
	t.Run("a refused item is handed in anew in a round of its own, the old one stays on the timeline", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00")
		w.do(development, project.RefuseItem{Item: "initiation", Reason: "不符合规划", Basis: "城乡规划法第三十六条"})
		require.Equal(t, project.ItemRefused, w.item("initiation").State)
		e, refused := last[project.ItemRefusedBy](w, "ItemRefused")
		require.Equal(t, 1, refused.Round)
		require.Equal(t, "owner", string(w.p.Notices(e)[0].Party.Kind))
		require.Equal(t, "2026-03-30 17:30", w.due(project.TaskSubmission, "initiation"), "the project cannot go on without it: somebody has a clock")
		w.until("2026-03-10 10:00")
		w.refuse("task.other-party", liaison, project.SubmitItem{Item: "initiation"})
		w.submit("initiation")
		require.Equal(t, 2, w.item("initiation").Round)
		require.Equal(t, "2026-03-24 17:30", w.due(project.TaskDecision, "initiation"))
		w.grant("initiation")
	})
	t.Run("an item may be decided before it is accepted", func(t *testing.T) {
		t.Parallel()
		w := submitted(t, "2026-03-02 10:00")
		w.grant("initiation")
		require.Empty(t, slices.DeleteFunc(w.p.Tasks, func(t project.Task) bool { return t.Subject != "initiation" }))
	})
	t.Run("nobody decides what was not handed in", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		w.refuse("item.state", development, project.GrantItem{Item: "initiation", Document: "x"})
		w.refuse("item.state", handler("environment"), project.GrantItem{Item: "environment", Document: "x"})
		w.refuse("item.state", handler("emergency"), project.GrantItem{Item: "safety", Document: "x"})
		w.refuse("item.unknown", development, project.GrantItem{Item: "poetry", Document: "x"})
	})
	t.Run("papers that the item does not know are refused", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		w.refuse("papers.unknown", owner, project.SubmitItem{Item: "initiation", Papers: []string{"poem"}})
		w.refuse("papers.twice", owner, project.SubmitItem{Item: "initiation", Papers: []string{"proposal", "proposal"}})
		w.refuse("papers.many", owner, project.SubmitItem{Item: "initiation", Papers: make([]string, 101)})
		w.refuse("item.state", owner, project.SubmitItem{Item: "environment"})
		w.submit("initiation")
		w.refuse("item.state", owner, project.SubmitItem{Item: "initiation"})
	})
}

// OWN-10: the owner hands in an open item within twenty working days.
func TestAnOpenItemThatIsNotHandedInEscalates(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sl", "2026-03-02 10:00").approving() // due Mon 30 Mar
	w.until("2026-04-10 10:00")
	require.Equal(t, []string{"03-25 17:30 reminder", "03-30 17:30 overdue", "04-07 17:30 supervision-notice"}, w.rungs("initiation"))
	w.submit("initiation")
}

// Tacit approval, off unless the pack sets it.
func TestSilenceGrantsWhereThePackSaysSo(t *testing.T) {
	t.Parallel()
	rules := "\nitems:\n  - {key: initiation, tacit: true, clause: SL-21a}\n"
	t.Run("at the due time, by itself, and not as late", func(t *testing.T) {
		t.Parallel()
		w := variant(t, rules, "2026-03-02 10:00").approving()
		w.submit("initiation")
		w.until("2026-03-16 17:29")
		require.Equal(t, project.ItemGranted, func() project.ItemState { w.until("2026-03-16 17:30"); return w.item("initiation").State }())
		item := w.item("initiation")
		require.True(t, item.Tacit)
		require.Equal(t, []string{"03-11 17:30 reminder"}, w.rungs("initiation")[1:], "it never becomes overdue")
		e, _ := last[project.ItemGrantedBy](w, "ItemGranted")
		require.True(t, e.Actor.Automatic())
		require.Equal(t, "SL-21a", e.Clause)
		w.refuse("recall.none", development, project.RecallAct{Item: "initiation", Reason: "x"})
		require.Equal(t, project.ItemOpen, w.item("environment").State, "what waited for it opens")
	})
	t.Run("a decision before comes first", func(t *testing.T) {
		t.Parallel()
		w := variant(t, rules, "2026-03-02 10:00").approving()
		w.submit("initiation")
		w.do(development, project.RefuseItem{Item: "initiation", Reason: "x", Basis: "x"})
		require.NotContains(t, w.until("2026-03-17 10:00"), "ItemGranted")
	})
	t.Run("a pause and an extension move it", func(t *testing.T) {
		t.Parallel()
		w := variant(t, rules, "2026-03-02 10:00").approving()
		w.submit("initiation")
		w.until("2026-03-04 10:00")
		w.do(development, project.PauseItem{Item: "initiation", Reason: "hearing", Note: "听证"})
		require.NotContains(t, w.until("2026-03-23 10:00"), "ItemGranted")
		w.do(development, project.ResumeItem{Item: "initiation"}) // nine days from 24 March: 3 April
		w.do(head("development"), project.ExtendItem{Item: "initiation", Days: 2, Reason: "复杂"})
		require.NotContains(t, w.until("2026-04-08 17:29"), "ItemGranted")
		require.Contains(t, w.until("2026-04-08 17:30"), "ItemGranted")
	})
}
