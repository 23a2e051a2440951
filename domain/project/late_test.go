package project_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"milepost/domain"
	"milepost/domain/project"
)

// OWN-105: what happened offline bears both times, what proves it, and a mark that everybody sees.
func TestLateEntries(t *testing.T) {
	t.Parallel()
	t.Run("both times, the basis and the mark stand on every line of it", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		w.now = at(t, "2026-03-09 10:00")
		w.late(owner, "2026-03-03 10:00", project.SubmitItem{Item: "initiation", Papers: w.papers("initiation")})
		e := w.log[len(w.log)-1]
		require.Equal(t, "2026-03-03 10:00", civil(e.OccurredAt))
		require.Equal(t, "2026-03-09 10:00", civil(e.RecordedAt))
		require.True(t, e.Late)
		require.Equal(t, "签收单", e.Basis)
		text, err := w.p.Describe(e)
		require.NoError(t, err)
		require.True(t, strings.HasSuffix(text.Zh, "（补录，依据：签收单）"), text.Zh)
		require.True(t, strings.HasSuffix(text.En, " (entered late, on the basis of: 签收单)"), text.En)
	})
	t.Run("what is entered at once bears no mark", func(t *testing.T) {
		t.Parallel()
		e := submitted(t, "2026-03-02 10:00").log
		require.False(t, e[len(e)-1].Late)
		require.Empty(t, e[len(e)-1].Basis)
	})
	t.Run("there is none without what proves it", func(t *testing.T) {
		t.Parallel()
		w := submitted(t, "2026-03-02 10:00")
		w.now = at(t, "2026-03-03 10:00")
		for basis, code := range map[string]string{"": "basis.missing", "  ": "basis.missing", strings.Repeat("签", 201): "basis.long"} {
			c := w.lateEntry(development, "2026-03-02 15:00", grantInitiation)
			c.Basis = basis
			_, err := w.p.Decide(c, w.now, w.rules)
			e := domain.AsError(err)
			require.NotNil(t, e, "%v", err)
			require.Equal(t, []string{code, "lateBasis", "OWN-105"}, []string{e.Code, e.Field, e.Clause})
		}
		c := w.command(development, grantInitiation)
		c.Basis = "签收单"
		_, err := w.p.Decide(c, w.now, w.rules)
		e := domain.AsError(err)
		require.NotNil(t, e, "%v", err)
		require.Equal(t, []string{"occurred.missing", "occurredAt", "OWN-105"}, []string{e.Code, e.Field, e.Clause})
	})
	t.Run("nothing is entered that lies ahead", func(t *testing.T) {
		t.Parallel()
		w := submitted(t, "2026-03-02 10:00")
		e := w.refuse("occurred.future", development, grantInitiation, "2026-03-02 10:01")
		require.Equal(t, "OWN-105", e.Clause)
	})
	t.Run("nothing can have happened before it had begun", func(t *testing.T) {
		t.Parallel()
		w := submitted(t, "2026-03-09 10:00")
		w.refuse("occurred.early", development, grantInitiation, "2026-03-09 09:59")
		w.refuse("occurred.early", development, project.AcceptItem{Item: "initiation"}, "2026-03-06 10:00")
		_ = newWorld(t, "sl", "2026-03-09 10:00").refuse("occurred.early", office, project.Declare{Profile: profile()}, "0001-01-02 10:00")
		w.refuse("occurred.early", office, project.FilePaper{Title: "x"}, "2026-01-01 10:00")
		w.do(office, project.RegisterProblem{Title: "x"})
		w.refuse("occurred.early", office, project.CloseProblem{Problem: "problem/1", Outcome: "x"}, "2026-03-08 10:00")
		w.refuse("occurred.early", office, project.AssignProblem{Problem: "problem/1", Party: domain.Party{Kind: domain.PartyUnit, Code: "district"}}, "2026-03-08 10:00")
		w.do(office, project.Suspend{Reason: "x", Until: "2026-05-01"})
		w.refuse("occurred.early", office, project.Resume{Reason: "x"}, "2026-03-08 10:00")
		w.do(office, project.Remove{Reason: "x"})
		w.refuse("occurred.early", liaison, project.Replace{Project: "p2", Investment: 9e15}, "2026-03-08 10:00")
	})
	t.Run("a chain of events is entered one after the other", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		w.now = at(t, "2026-03-18 10:00")
		w.late(development, "2026-03-04 10:00", project.SubmitItem{Item: "initiation", Papers: w.papers("initiation")})
		w.late(development, "2026-03-05 10:00", project.AcceptItem{Item: "initiation"})
		w.late(development, "2026-03-17 17:00", grantInitiation)
		require.Equal(t, project.ItemGranted, w.item("initiation").State)
		require.Equal(t, "2026-03-17 17:00", civil(w.item("initiation").Decided))
	})
	t.Run("a decision that was in time is in time, and everybody sees that it was entered late", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, beforeTheFestivals) // due Wed 14 Oct 17:30
		w.until("2026-10-16 10:00")
		w.late(development, "2026-10-14 17:00", grantInitiation)
		require.False(t, w.item("initiation").Late)
		e, _ := last[project.ItemGrantedBy](w, "ItemGranted")
		require.True(t, e.Late)
		text, err := w.p.Describe(e)
		require.NoError(t, err)
		require.Contains(t, text.Zh, "按期办结（补录，依据：签收单）")
		require.Contains(t, w.p.Notices(e)[0].Text.Zh, "补录，依据：签收单", "the owner is told so too")
	})
}

// OWN-22: how far back a late entry reaches is the pack's to say; beyond it only the office enters.
func TestHowFarBackALateEntryReaches(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		who      domain.Actor
		occurred string
		now      string
		code     string
	}{
		"to the close of the tenth working day":        {owner, "2026-03-02 11:00", "2026-03-16 17:30", ""},
		"not a minute further":                         {owner, "2026-03-02 11:00", "2026-03-16 17:31", "occurred.limit"},
		"what happened in the evening is the next day": {owner, "2026-03-02 18:00", "2026-03-17 17:30", ""},
		"days off do not count":                        {owner, "2026-03-27 11:00", "2026-04-13 17:30", ""}, // over Qingming
		"the department reaches no further":            {development, "2026-03-02 11:00", "2026-03-17 10:00", "occurred.limit"},
		"the office does":                              {office, "2026-03-02 11:00", "2026-05-17 10:00", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "sl", "2026-03-02 10:00").approving()
			w.now = at(t, tc.now)
			cmd := project.SubmitItem{Item: "initiation", Papers: w.papers("initiation")}
			if tc.code == "" {
				w.late(tc.who, tc.occurred, cmd)
				return
			}
			e := w.refuse(tc.code, tc.who, cmd, tc.occurred)
			require.Equal(t, "occurredAt", e.Field)
			require.Equal(t, "OWN-22", e.Clause)
			require.Contains(t, e.Text.Zh, "重大项目办")
			require.Equal(t, domain.KindInvalid, e.Kind)
		})
	}
	t.Run("a city may set another number", func(t *testing.T) {
		t.Parallel()
		w := variant(t, "\nclock: {lateEntryDays: 2, lateEntryClause: OWN-22}\n", "2026-03-02 10:00").approving()
		w.now = at(t, "2026-03-04 17:31")
		w.refuse("occurred.limit", owner, project.SubmitItem{Item: "initiation"}, "2026-03-02 11:00")
	})
	t.Run("a declaration goes by its own pack", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-16 17:31")
		cmd := project.Declare{Profile: profile(), Pack: w.pack.Hash()}
		w.refuse("occurred.limit", owner, cmd, "2026-03-02 11:00")
		w.late(owner, "2026-03-03 11:00", cmd)
		require.Equal(t, "2026-03-03 11:00", civil(w.p.Begun))
		require.Equal(t, "2026-03-31 17:30", w.due(project.TaskEntryReview, "entry"), "the office has its ten days from when it could know")
	})
}

// OWN-105a: a late entry takes nobody else's time. The clocks it starts for another party count from the recording,
// unless the office entered it; who entered it counts from when it happened.
func TestALateEntryTakesNobodysTime(t *testing.T) {
	t.Parallel()
	submit := func(w *world) any { return project.SubmitItem{Item: "initiation", Papers: w.papers("initiation")} }
	approving := func(t *testing.T) *world {
		t.Helper()
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		w.now = at(t, "2026-03-09 10:00")
		return w
	}
	t.Run("the owner's backdated submission leaves the department its two days and its ten", func(t *testing.T) {
		t.Parallel()
		w := approving(t)
		w.late(owner, "2026-03-03 10:00", submit(w))
		require.Equal(t, "2026-03-11 17:30", w.due(project.TaskCompleteness, "initiation"))
		require.Equal(t, "2026-03-23 17:30", w.due(project.TaskDecision, "initiation"))
		require.Equal(t, "2026-03-09 10:00", civil(w.item("initiation").Received), "received is what the clock counts from")
		require.NotContains(t, w.until("2026-03-11 17:29"), "ItemDeemedAccepted")
		w.do(development, project.AcceptItem{Item: "initiation"})
	})
	t.Run("the department that received it on paper counts from then", func(t *testing.T) {
		t.Parallel()
		w := approving(t)
		w.late(development, "2026-03-03 10:00", submit(w))
		require.Equal(t, "2026-03-05 17:30", w.due(project.TaskCompleteness, "initiation"))
		require.Equal(t, "2026-03-17 17:30", w.due(project.TaskDecision, "initiation"))
		require.Equal(t, []string{"ItemDeemedAccepted"}, w.until("2026-03-09 10:00"), "and nobody is reminded of what lies behind")
	})
	t.Run("what the office enters counts from when it happened", func(t *testing.T) {
		t.Parallel()
		w := approving(t)
		w.late(office, "2026-03-03 10:00", submit(w))
		require.Equal(t, "2026-03-17 17:30", w.due(project.TaskDecision, "initiation"))
	})
	t.Run("what opens by a rule is no exception", func(t *testing.T) {
		t.Parallel()
		w := approving(t)
		w.late(development, "2026-03-03 10:00", submit(w))
		w.late(development, "2026-03-06 10:00", grantInitiation)
		require.Equal(t, "2026-04-07 17:30", w.due(project.TaskSubmission, "environment"), "the owner's twenty days from the 9th")
	})
	t.Run("a supplement notice leaves the owner its days", func(t *testing.T) {
		t.Parallel()
		w := submitted(t, "2026-03-02 10:00")
		w.until("2026-03-06 10:00")
		e := w.refuse("supplement.due", development, project.AskSupplement{Item: "initiation", Missing: missing("proposal"), Due: "2026-03-06"}, "2026-03-03 10:00")
		require.Equal(t, "due", e.Field)
		w.late(development, "2026-03-03 10:00", project.AskSupplement{Item: "initiation", Missing: missing("proposal")})
		require.Equal(t, "2026-03-20 17:30", w.due(project.TaskSupplement, "initiation"))
	})
	t.Run("a commitment cannot be entered for the owner that has passed", func(t *testing.T) {
		t.Parallel()
		w := approving(t)
		cmd := project.SubmitItem{Item: "initiation", Papers: []string{"proposal"}, Commitments: []project.DeferredPaper{{Paper: "funding", Due: "2026-03-09"}}}
		w.refuse("commitment.due", development, cmd, "2026-03-03 10:00")
		w.late(owner, "2026-03-03 10:00", cmd)
	})
	t.Run("a report of a month long past is not due before it could be known", func(t *testing.T) {
		t.Parallel()
		w := starting(t, "2026-06-22 10:00", func(*project.Profile) {})
		w.meetConditions()
		w.until("2026-07-07 10:00")
		w.late(liaison, "2026-06-30 10:00", project.StartConstruction{Document: "开工令"})
		task := w.task(project.TaskReport, "2026-06")
		require.Equal(t, "2026-07-07 17:30", civil(task.Clock.Due))
		require.Equal(t, "2026-07-03 17:30", civil(task.Clock.Moved.From), "where the document puts it stays on record")
		require.Equal(t, "OWN-105a", task.Clock.Moved.Clause)
	})
	t.Run("clocks that a leader set going again stand until it was entered", func(t *testing.T) {
		t.Parallel()
		for who, due := range map[domain.Actor]string{leader: "2026-04-01 17:30", office: "2026-03-27 17:30"} {
			w := accepted(t, "2026-03-02 10:00") // due Mon 16 Mar; counted before it stood still: 3 to 6 March
			w.until("2026-03-09 10:00")
			w.do(office, project.Suspend{Reason: "汛期", Until: "2026-04-01"})
			w.until("2026-03-24 10:00")
			w.late(who, "2026-03-19 10:00", project.Resume{Reason: "结束"})
			require.Equal(t, due, w.due(project.TaskDecision, "initiation"))
		}
	})
	t.Run("nothing is put away early", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").declared()
		w.now = at(t, "2026-03-09 10:00")
		w.late(owner, "2026-03-03 10:00", project.Withdraw{Reason: "x"})
		require.Equal(t, w.now.AddDate(0, 0, w.pack.Library.ArchiveDays).UTC(), w.p.Alarms[0].At)
	})
}

// OWN-105b: what the owner did on paper the office enters for it, and papers the department that received them; as a
// late entry only. Decisions and marks nobody enters for another.
func TestWhoEntersForTheOwner(t *testing.T) {
	t.Parallel()
	resources := handler("resources")
	promise := project.SubmitItem{Item: "initiation", Papers: []string{"proposal"}, Commitments: []project.DeferredPaper{{Paper: "funding", Due: "2026-03-31"}}}
	for name, tc := range map[string]struct {
		scene func(t *testing.T) *world
		cmd   any
		// who may enter it beside the owner: the office, and the department too
		department bool
	}{
		"an amended declaration": {func(t *testing.T) *world {
			t.Helper()
			w := newWorld(t, "sl", "2026-03-02 10:00").declared()
			w.do(office, project.ReviewEntry{Decision: "return", Opinion: "x"})
			return w
		}, project.AmendDeclaration{Profile: profile()}, false},
		"a submission": {func(t *testing.T) *world {
			t.Helper()
			return newWorld(t, "sl", "2026-03-02 10:00").approving()
		}, promise, true},
		"supplementary papers": {func(t *testing.T) *world {
			t.Helper()
			w := submitted(t, "2026-03-02 10:00")
			w.do(development, project.AskSupplement{Item: "initiation", Missing: missing("proposal")})
			return w
		}, project.SupplyPapers{Item: "initiation", Papers: []string{"proposal"}}, true},
		"a commitment kept": {func(t *testing.T) *world {
			t.Helper()
			w := newWorld(t, "sl", "2026-03-02 10:00").approving()
			w.do(owner, promise)
			return w
		}, project.KeepCommitment{Item: "initiation", Paper: "funding"}, false},
		"a start condition": {func(t *testing.T) *world {
			t.Helper()
			return starting(t, "2026-03-02 10:00", func(*project.Profile) {})
		}, project.ConfirmCondition{Condition: "tendering", Document: "中标通知书"}, false},
		"a report": {func(t *testing.T) *world {
			t.Helper()
			return newWorld(t, "sl", "2026-03-02 10:00").building()
		}, project.FileReport{Period: "2026-03", Investment: 1, Image: "x"}, false},
		"a request for acceptance": {func(t *testing.T) *world {
			t.Helper()
			return newWorld(t, "sl", "2026-03-02 10:00").building()
		}, project.RequestAcceptance{TrialRun: "2026-03-02"}, false},
		"a final account": {func(t *testing.T) *world {
			t.Helper()
			w := newWorld(t, "sl", "2026-03-02 10:00").building().completing()
			w.grantAll()
			return w
		}, project.FileSettlement{Amount: 1, Audit: "审计报告"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := tc.scene(t)
			w.until("2026-03-03 10:00")
			e := w.refuse("occurred.required", office, tc.cmd)
			require.Equal(t, []string{"OWN-105b", string(domain.KindNotAllowed)}, []string{e.Clause, string(e.Kind)})
			for _, who := range []domain.Actor{liaison, resources, supervisor} {
				c := w.lateEntry(who, "2026-03-02 15:00", tc.cmd)
				_, err := w.p.Decide(c, w.now, w.rules)
				require.Equal(t, domain.KindNotAllowed, domain.AsError(err).Kind, "%s %v", who.User, err)
			}
			who := office
			if tc.department {
				w.refuse("occurred.required", development, tc.cmd)
				who = development
			}
			w.late(who, "2026-03-02 15:00", tc.cmd)
			i := slices.IndexFunc(w.log, func(e domain.Entry) bool { return e.Late && !e.Actor.Automatic() })
			require.Equal(t, who, w.log[i].Actor, "it stands on the record who entered it")
			told := w.p.Notices(w.log[i])
			require.Len(t, told, 1, "the owner is told")
			require.Equal(t, domain.PartyOwner, told[0].Party.Kind)
		})
	}
	t.Run("what the owner enters itself it is not told", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		w.until("2026-03-03 10:00")
		w.late(owner, "2026-03-02 15:00", promise)
		require.Empty(t, w.p.Notices(w.log[len(w.log)-1]))
	})
	t.Run("a task that a colleague of the owner holds is no obstacle", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		w.do(owner, project.ClaimTask{Task: w.taskKey(project.TaskSubmission, "initiation")})
		w.until("2026-03-03 10:00")
		w.late(development, "2026-03-02 15:00", promise)
	})
	t.Run("what was in before the withdrawal the department may enter too", func(t *testing.T) {
		t.Parallel()
		w := submitted(t, "2026-03-02 10:00")
		w.do(development, project.AskSupplement{Item: "initiation", Missing: missing("proposal")})
		w.until("2026-03-25 10:00")
		supply := project.SupplyPapers{Item: "initiation", Papers: []string{"proposal"}}
		w.refuse("item.owner", resources, supply, "2026-03-23 17:00")
		w.late(development, "2026-03-23 17:00", supply)
		require.Equal(t, "2026-04-07 17:30", w.due(project.TaskDecision, "initiation"), "its own clock counts from then, over Qingming")
	})
	t.Run("decisions and marks are never entered by others", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00")
		w.until("2026-03-03 10:00")
		w.refuse("task.other-party", office, grantInitiation, "2026-03-02 15:00")
		w.refuse("task.other-party", office, project.RefuseItem{Item: "initiation", Reason: "x", Basis: "x"}, "2026-03-02 15:00")
		w = scoring(t)
		w.now = w.now.Add(time.Hour)
		before := civil(w.now.Add(-time.Minute))
		w.refuse("role", office, project.SubmitScore{Marks: w.marks(90), Opinion: "x"}, before)
		w.refuse("task.other-party", office, project.ClaimTask{Task: w.p.Tasks[0].Key}, before)
	})
}

// OWN-105a: whatever it is and in whatever state, what somebody enters late never makes another party's work due
// sooner than the same would have made it had it happened when it was entered.
func TestPropertyALateEntryTakesNobodysTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := somewhere(rt)
		w.live(rt, 20)
		w.sleep(w.now)
		for range 5 {
			d := throw(rt)
			plain := w.some(d)
			plain.OccurredAt, plain.Basis, plain.ReceivedAt = time.Time{}, "", w.now
			late := plain
			late.OccurredAt, late.Basis = w.now.Add(-time.Duration(d.from(1, 12*24*60))*time.Minute), "签收单"
			_, entered, err := project.Decided(w.p, late, w.now, w.rules)
			if err != nil || late.Actor.Role == domain.RoleOffice {
				continue
			}
			_, done, err := project.Decided(w.p, plain, w.now, w.rules)
			if err != nil {
				done = w.p
			}
			for _, task := range entered.Tasks {
				if !late.Actor.Acts(task.Party) {
					w.notSooner(task, done)
				}
			}
		}
	})
}

// notSooner checks that a task is not due sooner than it is in another state, and that what is new is not due, nor
// followed up, before it could be known.
func (w *world) notSooner(task project.Task, other *project.Project) {
	w.t.Helper()
	soonest := w.now
	for _, state := range []*project.Project{other, w.p} {
		if i := slices.IndexFunc(state.Tasks, func(o project.Task) bool { return o.Key == task.Key }); i >= 0 {
			soonest = state.Tasks[i].Clock.Due
			require.False(w.t, soonest.IsZero() && !task.Clock.Due.IsZero(), "%s stood still", task.Key)
			break
		}
	}
	if !task.Clock.Due.IsZero() {
		require.False(w.t, task.Clock.Due.Before(soonest), "%s is due %s, not %s", task.Key, civil(task.Clock.Due), civil(soonest))
	}
	if !slices.ContainsFunc(w.p.Tasks, func(o project.Task) bool { return o.Key == task.Key }) {
		for _, r := range task.Clock.Rungs {
			require.False(w.t, r.At.Before(w.now), "%s is followed up before it could be known", task.Key)
		}
		require.False(w.t, task.Clock.Received.Before(w.now))
	}
}
