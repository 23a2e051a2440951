package project_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
)

func TestAProjectLivesFromDeclarationToProduction(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sl", "2026-03-02 10:00").building()
	require.Equal(t, "construction", w.p.Class())
	require.Equal(t, project.NeedCommitted, w.p.Needs[0].State)

	w.until("2026-04-02 10:00")
	w.do(owner, project.FileReport{Period: "2026-03", Investment: 300_000_000, Image: "基础施工"})
	w.do(owner, project.RequestAcceptance{TrialRun: "2026-04-01"})
	require.Equal(t, project.Completion, w.p.Phase)
	w.grantAll()
	w.do(owner, project.FileSettlement{Amount: 7_900_000_000, Audit: "审计报告1号"})
	w.do(office, project.AcceptJointly{Passed: false, Document: "整改意见", Rectify: []project.Finding{{What: "消防通道", Due: "2026-04-20"}}})
	w.do(owner, project.FinishRectification{Rectification: "1-1", Note: "已拓宽"})
	w.do(office, project.AcceptJointly{Passed: true, Document: "验收鉴定书"})
	require.Equal(t, project.Done, w.p.Status)
	require.Equal(t, project.Closed, w.p.Phase)
	require.False(t, w.p.Closed(), "a closed project still takes late papers")
	w.do(owner, project.FilePaper{Title: "补充竣工图"})
	require.Contains(t, w.until("2026-08-01 10:00"), "ProjectArchived")
	require.True(t, w.p.Closed())
	w.refuse("project.archived", owner, project.FilePaper{Title: "太晚"})
}

func TestTheStateIsRebuiltFromItsEventsAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sl", "2026-03-02 10:00").building()
	w.until("2026-07-01 10:00")
	again := project.New("p1")
	for _, e := range w.log {
		require.NoError(t, again.Evolve(e))
	}
	data, err := again.Snapshot()
	require.NoError(t, err)
	require.JSONEq(t, string(w.snapshot()), string(data))
}

// GG-1: declared at any time, reviewed at once, admitted if it meets the standard. OWN-102: input must make sense.
func TestEntry(t *testing.T) {
	t.Parallel()
	t.Run("a project below the standard is not admitted, with the clause", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00")
		f := profile()
		f.Investment = 100_000_000
		w.do(owner, project.Declare{Profile: f, Pack: w.pack.Hash()})
		e := w.refuse("entry.below-standard", office, project.ReviewEntry{Decision: "admit"})
		require.Equal(t, "SL-3", e.Clause)
	})
	t.Run("a returned declaration is amended and reviewed again", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").declared()
		w.refuse("reason.missing", office, project.ReviewEntry{Decision: "return"})
		w.do(office, project.ReviewEntry{Decision: "return", Opinion: "投资构成不清"})
		f := profile()
		f.Investment *= 2
		w.do(owner, project.AmendDeclaration{Profile: f})
		require.Equal(t, 2, w.p.Library.Round)
		w.do(office, project.ReviewEntry{Decision: "admit"})
	})
	t.Run("a refused project ends", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").declared()
		w.do(office, project.ReviewEntry{Decision: "refuse", Opinion: "不符合产业政策"})
		require.Equal(t, project.Refused, w.p.Status)
		require.Empty(t, w.p.Tasks)
	})
	t.Run("only the office reviews", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").declared()
		w.refuse("task.other-party", owner, project.ReviewEntry{Decision: "admit"})
	})
	t.Run("the review that is late climbs its ladder", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").declared() // limit 10: due Mon 16 Mar
		w.until("2026-03-31 10:00")
		require.Equal(t, []string{"03-13 17:30 reminder", "03-16 17:30 overdue", "03-19 17:30 supervision-notice"}, w.rungs("entry"))
	})
	t.Run("what makes no sense is refused with its field", func(t *testing.T) {
		t.Parallel()
		for field, spoil := range map[string]func(*project.Profile){
			"profile.name":              func(f *project.Profile) { f.Name = " " },
			"profile.unit":              func(f *project.Profile) { f.Unit = "" },
			"profile.owner":             func(f *project.Profile) { f.Owner = "" },
			"profile.investment":        func(f *project.Profile) { f.Investment = -1 },
			"profile.annualTax":         func(f *project.Profile) { f.AnnualTax = -1 },
			"profile.level":             func(f *project.Profile) { f.Level = "village" },
			"profile.procedure":         func(f *project.Profile) { f.Procedure = "" },
			"profile.sector":            func(f *project.Profile) { f.Sector = "space" },
			"profile.kind":              func(f *project.Profile) { f.Kind = "none" },
			"profile.funding":           func(f *project.Profile) { f.Funding = "lottery" },
			"profile.tags":              func(f *project.Profile) { f.Tags = []string{"pretty"} },
			"profile.plannedStart":      func(f *project.Profile) { f.PlannedStart = "2026-02-30" },
			"profile.plannedCompletion": func(f *project.Profile) { f.PlannedCompletion = "2026-01-01" },
			"profile.asks.0.resource":   func(f *project.Profile) { f.Asks[0].Resource = "gold" },
			"profile.asks.0.amount":     func(f *project.Profile) { f.Asks[0].Amount = "1.234" },
			"profile.asks":              func(f *project.Profile) { f.Asks = append(f.Asks, f.Asks[0]) },
		} {
			w := newWorld(t, "sl", "2026-03-02 10:00")
			f := profile()
			spoil(&f)
			_, err := w.p.Decide(w.command(owner, project.Declare{Profile: f, Pack: w.pack.Hash()}), w.now, w.rules)
			e := domain.AsError(err)
			require.NotNil(t, e, field)
			require.Equal(t, domain.KindInvalid, e.Kind, field)
			require.Equal(t, field, e.Field)
		}
	})
	t.Run("all that is wrong is told at once, in the order of the form", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00")
		f := profile()
		require.Empty(t, f.Faults(w.pack))
		f.Name, f.Investment, f.Sector, f.PlannedCompletion = "", 0, "space", "2026-01-01"
		f.Asks = append(f.Asks, project.Ask{Resource: f.Asks[0].Resource, Amount: "-1", Year: 2026})
		var fields []string
		for _, err := range f.Faults(w.pack) {
			fields = append(fields, domain.AsError(err).Field)
		}
		require.Equal(t, []string{"profile.name", "profile.investment", "profile.sector", "profile.plannedCompletion", "profile.asks.1.amount", "profile.asks"}, fields)
	})
}

// XS-5: what cannot start is replaced by a project at least as large. GG-2: what does not get on leaves.
func TestLeavingTheLibrary(t *testing.T) {
	t.Parallel()
	t.Run("a recognised project that never started leaves a replacement debt, and frees its quota", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").assured()
		got := w.do(owner, project.Withdraw{Reason: "市场变化"})
		require.Equal(t, []string{"ProjectLeft", "QuotaFollowed", "ReplacementOwed"}, got)
		require.Equal(t, project.NeedFreed, w.p.Needs[0].State)
		w.refuse("replace.size", liaison, project.Replace{Project: "p2", Investment: 7_999_999_999})
		w.do(liaison, project.Replace{Project: "p2", Investment: 8_000_000_000})
		w.refuse("replace.none", liaison, project.Replace{Project: "p2", Investment: 8_000_000_000})
		w.until("2027-01-04 10:00")
		require.True(t, w.p.Closed())
	})
	t.Run("an unpaid debt escalates against the unit", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").recognised()
		w.do(office, project.Remove{Reason: "长期无进展"})
		w.until("2026-09-01 10:00")
		require.Len(t, w.rungs("replacement"), 3)
	})
	t.Run("a project that was never recognised owes nothing", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").declared()
		require.Equal(t, []string{"ProjectLeft"}, w.do(owner, project.Withdraw{Reason: "重新策划"}))
	})
	t.Run("nobody else withdraws or removes", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").recognised()
		w.refuse("withdraw.owner", office, project.Withdraw{Reason: "x"})
		w.refuse("role", liaison, project.Remove{Reason: "x"})
	})
}

// OWN-107: suspension stops the project and every clock.
func TestSuspension(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sl", "2026-03-02 10:00").approving()
	w.submit("initiation")
	require.Equal(t, "2026-03-16 17:30", w.due(project.TaskDecision, "initiation"))
	w.do(handler("development"), project.AcceptItem{Item: "initiation"})
	w.until("2026-03-04 10:00")
	w.do(office, project.Suspend{Reason: "汛期", Until: "2026-05-01"})
	w.refuse("project.not-active", owner, project.SubmitItem{Item: "environment"})
	w.refuse("project.not-active", handler("development"), project.PauseItem{Item: "initiation"})
	require.Equal(t, []string{"ResumptionDue"}, w.until("2026-06-01 10:00"), "every clock stands still")
	w.do(office, project.Resume{Reason: "汛期结束"})
	// Counted before the suspension: 3 March. Nine days remain after 1 June.
	require.Equal(t, "2026-06-12 17:30", w.due(project.TaskDecision, "initiation"))
	w.grant("initiation")
}

// OWN-109: from, to, who, why and basis.
func TestPlannedDatesMoveOnlyWithReasonAndBasis(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sl", "2026-03-02 10:00").assured()
	require.Equal(t, "2026-12-01 17:30", w.due(project.TaskStart, "start"))
	w.refuse("role", owner, project.MovePlannedDate{Which: "start", To: "2027-03-01", Why: "征地", Basis: "会议纪要"})
	w.refuse("reason.missing", office, project.MovePlannedDate{Which: "start", To: "2027-03-01", Why: "征地"})
	w.refuse("planned.order", office, project.MovePlannedDate{Which: "start", To: "2029-03-01", Why: "征地", Basis: "会议纪要"})
	w.do(office, project.MovePlannedDate{Which: "start", To: "2027-03-01", Why: "征地", Basis: "会议纪要"})
	require.Equal(t, "2027-03-01 17:30", w.due(project.TaskStart, "start"))
	first := w.task(project.TaskStart, "start").Clock.FirstDue
	require.Equal(t, at(t, "2026-12-01 17:30"), first.In(w.now.Location()), "a moved date never hides the old one")
}

func TestSuspendingIsAnActOfTheOfficeOrALeader(t *testing.T) { // OWN-107
	t.Parallel()
	w := accepted(t, "2026-03-02 10:00")
	w.refuse("role", owner, project.Suspend{Reason: "x", Until: "2026-05-01"})
	w.refuse("reason.missing", office, project.Suspend{Until: "2026-05-01"})
	w.refuse("suspend.until", office, project.Suspend{Reason: "x", Until: "2026-03-01"})
	w.refuse("resume.not-suspended", office, project.Resume{Reason: "x"})
	w.do(leader, project.Suspend{Reason: "x", Until: "2026-05-01"})
	w.refuse("project.not-active", leader, project.Suspend{Reason: "x", Until: "2026-05-01"})
	w.refuse("role", liaison, project.Resume{Reason: "x"})
	w.refuse("reason.missing", office, project.Resume{})
	w.do(leader, project.Resume{Reason: "x"})
}

// OWN-107: at its estimated end the office is reminded once; the suspension goes on.
func TestTheOfficeIsRemindedThatASuspensionWasToEnd(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ suspended, until, reminded string }{
		"in the morning of that day":                         {"2026-03-02 10:00", "2026-05-06", "2026-05-06 09:00"},
		"though it is a day off":                             {"2026-03-02 10:00", "2026-05-03", "2026-05-03 09:00"},
		"of the same day, when it has not opened yet":        {"2026-03-02 08:00", "2026-03-02", "2026-03-02 09:00"},
		"the next working morning, when that has passed":     {"2026-03-06 10:00", "2026-03-06", "2026-03-09 09:00"},
		"not at once, when it is entered after its estimate": {"2026-04-30 17:00", "2026-03-05", "2026-05-06 09:00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := accepted(t, "2026-03-02 07:00")
			w.until(c.suspended)
			cmd := project.Suspend{Reason: "x", Until: c.until}
			if c.until < c.suspended[:10] {
				w.late(office, "2026-03-04 10:00", cmd)
			} else {
				w.do(office, cmd)
			}
			require.Equal(t, c.reminded, civil(w.p.NextDeadline()))
			require.Equal(t, []string{"ResumptionDue"}, w.until("2026-12-01 10:00"), "once")
			require.Equal(t, project.Suspended, w.p.Status)
			e, due := last[project.ResumptionDue](w, "ResumptionDue")
			require.Equal(t, "OWN-107", e.Clause)
			require.Equal(t, c.until, due.Until)
			require.True(t, e.Actor.Automatic())
			told := w.p.Notices(e)
			require.Len(t, told, 1)
			require.Equal(t, domain.PartyOffice, told[0].Party.Kind)
			require.Equal(t, "reminder", told[0].Kind)
			w.do(office, project.Resume{Reason: "x"})
		})
	}
	t.Run("nobody is reminded of one that has ended, or of a project that is gone", func(t *testing.T) {
		t.Parallel()
		for _, end := range []any{project.Resume{Reason: "x"}, project.Remove{Reason: "x"}} {
			w := accepted(t, "2026-03-02 10:00")
			w.do(office, project.Suspend{Reason: "x", Until: "2026-05-06"})
			w.do(office, end)
			require.NotContains(t, w.until("2026-05-20 10:00"), "ResumptionDue")
		}
	})
}

func TestWhatWasMissedBeforeASuspensionStaysMissed(t *testing.T) { // OWN-107
	t.Parallel()
	w := accepted(t, "2026-03-02 10:00") // due Mon 16 March
	w.until("2026-03-16 18:00")
	w.do(office, project.Suspend{Reason: "x", Until: "2026-05-01"}) // the same day would not count any more
	require.Equal(t, []string{"ResumptionDue"}, w.until("2026-05-11 10:00"))
	w.do(office, project.Resume{Reason: "x"})
	require.Equal(t, "2026-03-16 17:30", w.due(project.TaskDecision, "initiation"))
	w.until("2026-05-13 10:00")
	require.Equal(t, []string{"03-11 17:30 reminder", "03-16 17:30 overdue", "05-12 17:30 supervision-notice"}, w.rungs("initiation"))
	w.grant("initiation")
	require.True(t, w.item("initiation").Late)
}

// XN-12, OWN-107: a date that a document lays down stays; it is missed on the day the project goes on.
func TestADateThatPassedDuringASuspensionIsMissedAfterwards(t *testing.T) {
	t.Parallel()
	w := starting(t, "2026-03-02 10:00", func(f *project.Profile) { f.Funding = "central-budget" })
	w.meetConditions()
	w.until("2026-06-10 10:00")
	w.do(office, project.Suspend{Reason: "x", Until: "2026-08-01"})
	require.Equal(t, []string{"ResumptionDue"}, w.until("2026-08-03 10:00"))
	require.Equal(t, "green", w.colour("start"))
	w.do(office, project.Resume{Reason: "x"})
	require.Equal(t, "red", w.colour("start"))
	w.until("2026-08-05 10:00")
	require.Equal(t, []string{"06-01 17:30 reminder", "08-03 10:00 overdue", "08-04 17:30 supervision-notice"}, w.rungs("start"))
}

// SL-3, XS-1, OWN-4: what counts as a major project is the pack's to say.
func TestTheStandardOfAMajorProject(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pack   string
		change func(*project.Profile)
		ok     bool
	}{
		"Shangluo: exactly 3,000 万元":                   {"sl", func(f *project.Profile) { f.Investment = 3_000_000_000 }, true},
		"Shangluo: a fen less":                         {"sl", func(f *project.Profile) { f.Investment = 2_999_999_999 }, false},
		"Shangluo: 5 M USD":                            {"sl", func(f *project.Profile) { f.Investment, f.InvestmentUSD = 1, 5_000_000 }, true},
		"Shangluo: agriculture may be lower":           {"sl", func(f *project.Profile) { f.Investment, f.Sector = 1_000_000_000, "agriculture" }, true},
		"Shangluo: but it must be of one of the kinds": {"sl", func(f *project.Profile) { f.Kind = "" }, false},
		"Guilin: 5,000 万元":                             {"gl", func(f *project.Profile) { f.Kind, f.Investment = "", 5_000_000_000 }, true},
		"Guilin: less":                                 {"gl", func(f *project.Profile) { f.Kind, f.Investment = "", 4_999_999_999 }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, c.pack, "2026-03-02 10:00")
			f := profile()
			c.change(&f)
			w.do(owner, project.Declare{Profile: f, Pack: w.pack.Hash()})
			if c.ok {
				w.do(office, project.ReviewEntry{Decision: "admit"})
				return
			}
			require.NotEmpty(t, w.refuse("entry.below-standard", office, project.ReviewEntry{Decision: "admit"}).Clause)
		})
	}
}

// XS-8, SL-5: the leading group's approval puts a project in the reserve library.
func TestRecognition(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sl", "2026-03-02 10:00").declared()
	w.refuse("task.none", office, project.Recognise{Document: "纪要"})
	w.refuse("entry.decision", office, project.ReviewEntry{Decision: "perhaps"})
	w.do(office, project.ReviewEntry{Decision: "admit"})
	require.Equal(t, "2026-03-16 17:30", w.due(project.TaskRecognition, "entry"))
	w.refuse("task.none", office, project.ReviewEntry{Decision: "admit"})
	w.refuse("task.other-party", leader, project.Recognise{Document: "纪要"})
	w.refuse("recognition.document", office, project.Recognise{})
	w.do(office, project.Recognise{Document: "领导小组纪要1号"})
	e, _ := last[project.Recognised](w, "Recognised")
	require.Equal(t, "SL-5", e.Clause)
	require.False(t, w.p.Library.Recognised.IsZero())
	w = newWorld(t, "gl", "2026-03-02 10:00")
	f := profile()
	f.Kind = ""
	w.do(office, project.Declare{Profile: f, Pack: w.pack.Hash()})
	w.do(office, project.ReviewEntry{Decision: "admit"})
	w.do(office, project.Recognise{Document: "纪要"})
	e, _ = last[project.Recognised](w, "Recognised")
	require.Equal(t, "XS-8", e.Clause)
}

func TestAReturnedDeclarationKeepsWhoItIs(t *testing.T) { // OWN-102
	t.Parallel()
	w := newWorld(t, "sl", "2026-03-02 10:00").declared()
	w.do(office, project.ReviewEntry{Decision: "return", Opinion: "投资构成不清"})
	f := profile()
	f.Owner = "somebody-else"
	w.refuse("profile.fixed", owner, project.AmendDeclaration{Profile: f})
	w.refuse("task.other-party", liaison, project.AmendDeclaration{Profile: profile()})
	w.until("2026-03-20 10:00")
	require.NotEmpty(t, w.rungs("entry"), "the owner is reminded too")
}

func TestAProjectRefusedAtTheDoorIsArchived(t *testing.T) { // OWN-104
	t.Parallel()
	w := newWorld(t, "sl", "2026-03-02 10:00").declared()
	w.do(office, project.ReviewEntry{Decision: "refuse", Opinion: "不符合产业政策"})
	require.Equal(t, []string{"ProjectArchived"}, w.until("2026-05-31 10:00"))
}

// OWN-103: acts belong to their phase.
func TestActsOutsideTheirPhaseAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sl", "2026-03-02 10:00").recognised()
	require.Equal(t, "OWN-103", w.refuse("project.phase", owner, project.StartConstruction{Document: "x"}).Clause)
	w.refuse("project.phase", owner, project.RequestAcceptance{TrialRun: "2026-03-02"})
	w.refuse("project.phase", owner, project.SetPlan{Months: []project.PlanMonth{{Period: "2026-04", Amount: 1}}})
	w.refuse("item.unknown", owner, project.SubmitItem{Item: "initiation"})
	w.do(owner, project.Withdraw{Reason: "x"})
	w.refuse("project.not-active", owner, project.StartConstruction{Document: "x"})
	w.refuse("project.not-active", owner, project.Withdraw{Reason: "x"})
}

func TestPapersAreFiledByWhoHasToDoWithTheProject(t *testing.T) { // OWN-105
	t.Parallel()
	w := newWorld(t, "sl", "2026-03-02 10:00").declared()
	for _, a := range []domain.Actor{owner, liaison, office, leader, supervisor, development} {
		w.do(a, project.FilePaper{Title: "说明", Note: "补充"})
	}
	w.refuse("role", expert("e"), project.FilePaper{Title: "x"})
	w.refuse("role", domain.Actor{User: "o2", Role: domain.RoleOwner, Party: "rival"}, project.FilePaper{Title: "x"})
	w.refuse("paper.title", owner, project.FilePaper{Title: " "})
}

// XS-3: six domains; a declaration belongs to one of them. XN-8l: standard land is one of the marks it may bear.
func TestADeclarationBelongsToADomain(t *testing.T) {
	t.Parallel()
	for _, sector := range []string{"infrastructure", "industry", "services", "agriculture", "social", "ecology"} {
		w := newWorld(t, "base", "2026-03-02 10:00")
		f := profile()
		f.Kind, f.Sector, f.Tags = "", sector, []string{"standard-land"}
		w.do(liaison, project.Declare{Profile: f, Pack: w.pack.Hash()})
	}
}
