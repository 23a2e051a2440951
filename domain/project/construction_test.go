package project_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
)

// built is a project under construction since a moment, with a plan of 1,000 万元 a month from January 2026 on.
func built(t tester, moment string) *world {
	w := newWorld(t, "sl", moment).assured()
	w.do(owner, project.SetPlan{Months: plannedIn2026()})
	w.meetConditions()
	w.do(owner, project.StartConstruction{Document: "开工令"})
	return w
}

func plannedIn2026() []project.PlanMonth {
	var months []project.PlanMonth
	for _, m := range []string{"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"} {
		months = append(months, project.PlanMonth{Period: "2026-" + m, Amount: planned})
	}
	return months
}

const planned = 1_000_000_000

func report(period string, investment int64) project.FileReport {
	return project.FileReport{Period: period, Investment: investment, Image: "主体施工"}
}

// GG-6a, SL-23: the report of a month is due on the 3rd of the next, holiday or not.
func TestTheMonthlyReportIsDueOnTheThird(t *testing.T) {
	t.Parallel()
	w := built(t, "2026-03-02 10:00")
	require.Equal(t, "2026-04-03 17:30", w.due(project.TaskReport, "2026-03"))
	require.Equal(t, "SL-23", w.task(project.TaskReport, "2026-03").Clock.Clause)
	for _, c := range []struct{ on, period, due string }{
		{"2026-04-01 00:00", "2026-04", "2026-05-03 17:30"}, // in the May festival
		{"2026-05-01 00:00", "2026-05", "2026-06-03 17:30"},
		{"2026-09-01 00:00", "2026-09", "2026-10-03 17:30"}, // in the National Day week
		{"2026-12-01 00:00", "2026-12", "2027-01-03 17:30"}, // a Sunday in the next year
	} {
		w.until(c.on)
		require.Equal(t, c.due, w.due(project.TaskReport, c.period))
	}
	require.True(t, w.task(project.TaskReport, "2026-12").Clock.Provisional, "the notice for 2027 is not known yet")
}

// GG-6, OWN-19: five and one working days before, on the day, then each working day until it is in; supervision at three.
func TestRemindersOfAReport(t *testing.T) {
	t.Parallel()
	t.Run("due on a working day", func(t *testing.T) {
		t.Parallel()
		w := built(t, "2026-03-02 10:00")
		w.until("2026-04-11 10:00")
		require.Equal(t, []string{
			"03-27 09:00 reminder",
			"04-02 09:00 reminder",
			"04-03 09:00 reminder",
			"04-03 17:30 overdue",
			"04-07 09:00 reminder", // the first working day after Qingming
			"04-08 09:00 reminder",
			"04-09 09:00 reminder",
			"04-09 17:30 supervision-notice",
			"04-10 09:00 reminder",
		}, w.rungs("2026-03"))
		e := w.log[len(w.log)-1]
		require.Equal(t, "OWN-19", e.Clause)
	})
	t.Run("due in the National Day week: the reminder goes out once, on the last working day before", func(t *testing.T) {
		t.Parallel()
		w := built(t, "2026-09-02 10:00")
		w.until("2026-10-13 08:00")
		require.Equal(t, []string{
			"09-23 09:00 reminder",
			"09-30 09:00 reminder",
			"10-03 17:30 overdue",
			"10-08 09:00 reminder",
			"10-09 09:00 reminder",
			"10-10 09:00 reminder", // a Saturday that is worked
			"10-10 17:30 supervision-notice",
			"10-12 09:00 reminder",
		}, w.rungs("2026-09"))
	})
	t.Run("each working day until the next month's report is the one to remind of", func(t *testing.T) {
		t.Parallel()
		w := built(t, "2026-03-02 10:00")
		w.until("2026-06-11 10:00")
		march, april := w.rungs("2026-03"), w.rungs("2026-04")
		require.Equal(t, "04-30 09:00 reminder", march[len(march)-1], "the last working day of April")
		require.Equal(t, "05-29 09:00 reminder", april[len(april)-1])
		require.Equal(t, "06-11 09:00 reminder", w.rungs("2026-05")[len(w.rungs("2026-05"))-1])
		w.now = at(t, "2026-06-11 10:00")
		require.Equal(t, "red", w.colour("reporting"))
		require.Equal(t, w.taskKey(project.TaskReport, "2026-03"), w.p.Lamps()[4].Task, "the oldest stays open and red")
		w.do(owner, report("2026-03", planned))
	})
	t.Run("a month that was filed does not keep an older one quiet for ever, nor loud", func(t *testing.T) {
		t.Parallel()
		w := built(t, "2026-03-02 10:00")
		for _, month := range []string{"2026-04", "2026-05", "2026-06"} {
			w.until(month + "-29 10:00")
			w.do(owner, report(month, planned))
		}
		w.until("2026-07-02 10:00")
		march := w.rungs("2026-03")
		require.Equal(t, "04-30 09:00 reminder", march[len(march)-1])
	})
	t.Run("a project that everybody has forgotten for a year stays small", func(t *testing.T) {
		t.Parallel()
		w := built(t, "2026-03-02 10:00")
		entries := len(w.log)
		size := len(w.snapshot())
		w.until("2027-03-02 10:00")
		require.Less(t, len(w.log)-entries, 12*30, "a month is some thirty lines")
		require.Less(t, len(w.snapshot())-size, 32<<10)
		for month, n := range map[string]int{"2026-03": 24, "2026-09": 26, "2027-01": 24} {
			require.LessOrEqual(t, len(w.rungs(month)), n, month)
		}
		reminding := 0
		for _, task := range w.p.Tasks {
			for _, r := range task.Clock.Rungs {
				if r.Repeat {
					reminding++
				}
			}
		}
		require.LessOrEqual(t, reminding, 3)
	})
	t.Run("they stop when the report is in, and the report is late", func(t *testing.T) {
		t.Parallel()
		w := built(t, "2026-03-02 10:00")
		w.until("2026-04-08 10:00")
		require.Equal(t, "red", w.colour("reporting"))
		w.do(owner, report("2026-03", planned))
		require.Equal(t, "green", w.colour("reporting"))
		_, filed := last[project.ReportFiled](w, "ReportFiled")
		require.True(t, filed.Late)
		w.until("2026-04-27 10:00")
		require.Len(t, w.rungs("2026-03"), 6)
	})
	t.Run("a month without a worker brings each of them, at its own time", func(t *testing.T) {
		t.Parallel()
		day, asleep := built(t, "2026-03-02 10:00"), built(t, "2026-03-02 10:00")
		day.until("2026-04-28 10:00")
		asleep.asleep("2026-04-28 10:00")
		require.Equal(t, day.rungs("2026-03"), asleep.rungs("2026-03"))
		told := 0
		for _, e := range asleep.log {
			if e.Type == "Escalated" && as[project.Escalated](t, e).Subject == "2026-03" && !as[project.Escalated](t, e).Again.IsZero() {
				told += len(asleep.p.Notices(e))
			}
		}
		require.Equal(t, 1, told, "of the daily reminders only the last is sent")
	})
	t.Run("one entered late was in time", func(t *testing.T) {
		t.Parallel()
		w := built(t, "2026-03-02 10:00")
		w.until("2026-04-08 10:00")
		w.late(owner, "2026-04-03 16:00", report("2026-03", planned))
		_, filed := last[project.ReportFiled](w, "ReportFiled")
		require.False(t, filed.Late)
	})
}

func TestAReportThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	w := built(t, "2026-03-02 10:00")
	w.refuse("task.none", owner, report("2026-04", 1))
	w.refuse("task.other-party", liaison, report("2026-03", 1))
	w.refuse("report.investment", owner, report("2026-03", -1))
	w.refuse("report.investment", owner, report("2026-03", 9_000_000_000_000_001))
	w.refuse("report.image", owner, project.FileReport{Period: "2026-03", Image: " "})
	w.do(owner, report("2026-03", 0))
	w.refuse("task.none", owner, report("2026-03", 1))
	for _, months := range [][]project.PlanMonth{
		{},
		make([]project.PlanMonth, 241),
		{{Period: "2026-13", Amount: 1}},
		{{Period: "2026-04", Amount: -1}},
		{{Period: "2026-04", Amount: 1}, {Period: "2026-04", Amount: 1}},
		{{Period: "2026-05", Amount: 1}, {Period: "2026-04", Amount: 1}},
	} {
		_, err := w.p.Decide(w.command(owner, project.SetPlan{Months: months}), w.now, w.rules)
		require.Equal(t, domain.KindInvalid, domain.AsError(err).Kind)
	}
	w.refuse("plan.party", development, project.SetPlan{Months: []project.PlanMonth{{Period: "2026-04", Amount: 1}}})
}

// OWN-115: the plan of a month that has begun is changed by the office alone, with a reason, from → to.
func TestThePlanOfAMonthThatHasBegunStands(t *testing.T) {
	t.Parallel()
	set := func(amount int64, reason string, periods ...string) project.SetPlan {
		c := project.SetPlan{Reason: reason}
		for _, p := range periods {
			c.Months = append(c.Months, project.PlanMonth{Period: p, Amount: amount})
		}
		return c
	}
	amounts := func(w *world) map[string]int64 {
		all := map[string]int64{}
		for _, m := range w.p.Reporting.Plan {
			all[m.Period] = m.Amount
		}
		return all
	}
	t.Run("who reports cannot lower what he is measured by", func(t *testing.T) {
		t.Parallel()
		w := built(t, "2026-03-02 10:00")
		w.until("2026-04-08 09:00")
		w.refuse("plan.begun", owner, set(1, "", "2026-04"), "2026-03-31 10:00") // not by planning the past in the past
		w.until("2026-05-01 09:00")                                              // April is still to be reported
		for _, who := range []domain.Actor{owner, liaison} {
			e := w.refuse("plan.begun", who, set(1, "x", "2026-04", "2026-05", "2026-06"))
			require.Equal(t, domain.KindInvalid, e.Kind)
			require.Equal(t, "months.0", e.Field)
			require.Equal(t, "OWN-115", e.Clause)
			require.Contains(t, e.Text.Zh, "2026年4月份")
			require.Equal(t, "months.1", w.refuse("plan.begun", who, project.SetPlan{Months: []project.PlanMonth{
				{Period: "2026-04", Amount: planned}, {Period: "2026-05", Amount: planned + 1},
			}}).Field, "nor raise it")
		}
		w.do(owner, set(2*planned, "", "2026-06", "2026-07"))
		require.Equal(t, map[string]int64{
			"2026-01": planned, "2026-02": planned, "2026-03": planned, "2026-04": planned, "2026-05": planned, "2026-06": 2 * planned, "2026-07": 2 * planned,
		}, amounts(w), "what has begun stays, what lies ahead is as planned now")
		w.do(liaison, set(planned, "", "2026-04", "2026-05"))
		require.Len(t, amounts(w), 5, "to say again what was planned changes nothing")
	})
	t.Run("the office can, with a reason that everybody sees", func(t *testing.T) {
		t.Parallel()
		w := built(t, "2026-03-02 10:00")
		w.until("2026-05-01 09:00")
		require.Equal(t, "reason", w.refuse("reason.missing", office, set(planned/2, " ", "2026-04")).Field)
		w.do(office, set(planned/2, "汛期停工", "2026-04"))
		require.Equal(t, int64(planned/2), amounts(w)["2026-04"])
		e, set := last[project.PlanSet](w, "PlanSet")
		require.Equal(t, []project.PlanChange{{Period: "2026-04", From: planned, To: planned / 2}}, set.Changed)
		require.Equal(t, "投资计划，5个月；2026年4月份已开始，由1000万元调整为500万元：汛期停工", said(w, "PlanSet"))
		require.Len(t, w.p.Notices(e), 2, "owner and unit are told")
		w.do(owner, report("2026-04", planned/2))
		require.Equal(t, "green", w.colour("progress"))
	})
	t.Run("before the start, a first plan is free, and then stands", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").assured()
		w.do(owner, set(planned, "", "2026-02", "2026-03", "2026-04"))
		w.refuse("plan.begun", owner, set(1, "", "2026-03"))
		w.do(owner, set(1, "", "2026-04"))
	})
	t.Run("under construction without a plan, the even spread is what stands", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").declaredAs(func(f *project.Profile) {
			f.PlannedStart, f.PlannedCompletion, f.Investment = "2026-03-01", "2028-02-28", 24*planned
		}).started()
		w.until("2026-04-02 10:00")
		w.refuse("plan.begun", owner, set(1, "", "2026-04"))
		w.do(owner, set(3*planned, "", "2026-05"))
		require.Equal(t, map[string]int64{"2026-03": planned, "2026-04": planned, "2026-05": 3 * planned}, amounts(w))
	})
	t.Run("a plan never grows without end", func(t *testing.T) {
		t.Parallel()
		w := built(t, "2026-03-02 10:00")
		var months []project.PlanMonth
		for y := 2026; y < 2046; y++ {
			for m := 1; m <= 12; m++ {
				months = append(months, project.PlanMonth{Period: fmt.Sprintf("%d-%02d", y, m), Amount: planned})
			}
		}
		w.do(owner, project.SetPlan{Months: months})
		w.refuse("plan.months", owner, project.SetPlan{Months: append(months[3:], project.PlanMonth{Period: "2046-01", Amount: 1})})
	})
}

// OWN-18: done ÷ planned: below 0.9 yellow, below 0.7 red.
func TestTheProgressLamp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		done   int64
		colour string
	}{
		"as planned":              {planned, "green"},
		"exactly nine tenths":     {planned * 9 / 10, "green"},
		"a fen less":              {planned*9/10 - 1, "yellow"},
		"exactly seven tenths":    {planned * 7 / 10, "yellow"},
		"a fen less than that":    {planned*7/10 - 1, "red"},
		"nothing at all":          {0, "red"},
		"far more than was asked": {planned * 10, "green"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := built(t, "2026-03-02 10:00")
			w.do(owner, report("2026-03", c.done))
			require.Equal(t, c.colour, w.colour("progress"))
			require.Equal(t, c.colour, w.p.Reporting.Lamp)
		})
	}
	t.Run("a month for which nothing was planned is green", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").assured()
		w.do(liaison, project.SetPlan{Months: []project.PlanMonth{{Period: "2026-06", Amount: planned}}})
		w.meetConditions()
		w.do(owner, project.StartConstruction{Document: "开工令"})
		w.do(owner, report("2026-03", 0))
		require.Equal(t, "green", w.colour("progress"))
	})
	t.Run("without a plan the investment is spread from planned start to planned completion", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").declaredAs(func(f *project.Profile) {
			f.PlannedStart, f.PlannedCompletion, f.Investment = "2026-04-15", "2028-03-31", 24*planned
		}).started()
		w.do(owner, report("2026-03", 0))
		_, filed := last[project.ReportFiled](w, "ReportFiled")
		require.Zero(t, filed.Planned, "who starts early is not behind")
		w.until("2026-04-01 10:00")
		w.do(owner, report("2026-04", planned))
		_, filed = last[project.ReportFiled](w, "ReportFiled")
		require.Equal(t, int64(planned), filed.Planned)
	})
	t.Run("the last month counts, though an older one comes in late", func(t *testing.T) {
		t.Parallel()
		w := built(t, "2026-03-02 10:00")
		w.until("2026-04-20 10:00")
		w.do(owner, report("2026-04", planned))
		w.do(owner, report("2026-03", 0))
		require.Equal(t, "green", w.colour("progress"))
	})
	t.Run("what is already in production or gone burns no more", func(t *testing.T) {
		t.Parallel()
		w := built(t, "2026-03-02 10:00")
		w.do(owner, report("2026-03", 0))
		require.Equal(t, "red", w.colour("progress"))
		w.do(owner, project.Withdraw{Reason: "x"})
		require.Equal(t, "green", w.colour("progress"))
	})
}

// OWN-18: two red months running bring a supervision notice to the unit.
func TestTwoRedMonthsRunning(t *testing.T) {
	t.Parallel()
	const green, red = planned, 0
	months := []string{"2026-03", "2026-04", "2026-05", "2026-06"}
	supervised := func(w *world) int {
		n := 0
		for _, e := range w.log {
			if e.Type == "Escalated" && as[project.Escalated](w.t, e).Task == "" {
				require.Equal(w.t, "OWN-18", e.Clause)
				require.True(w.t, e.Actor.Automatic())
				require.Equal(w.t, domain.PartyUnit, w.p.Notices(e)[0].Party.Kind)
				n++
			}
		}
		return n
	}
	for name, c := range map[string]struct {
		order   []int
		done    [4]int64
		running int
		notices int
	}{
		"red, red":             {[]int{0, 1}, [4]int64{red, red}, 2, 1},
		"red, green, red":      {[]int{0, 1, 2}, [4]int64{red, green, red}, 1, 0},
		"three are one notice": {[]int{0, 1, 2}, [4]int64{red, red, red}, 3, 1},
		"twice two are two":    {[]int{0, 1, 2, 3}, [4]int64{red, red, green, red}, 1, 1},
		"a month not reported yet does not join them": {[]int{0, 2}, [4]int64{red, 0, red}, 1, 0},
		"filed in the end it does":                    {[]int{0, 2, 1}, [4]int64{red, red, red}, 3, 1},
		"an old red month after a green one does not": {[]int{1, 0}, [4]int64{red, green}, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := built(t, "2026-03-02 10:00")
			w.until("2026-06-01 10:00")
			for _, i := range c.order {
				w.do(owner, report(months[i], c.done[i]))
			}
			require.Equal(t, c.running, w.p.Reporting.RedMonths)
			require.Equal(t, c.notices, supervised(w))
		})
	}
	t.Run("a correction counts too, both ways", func(t *testing.T) {
		t.Parallel()
		w := built(t, "2026-03-02 10:00")
		w.until("2026-05-01 10:00")
		w.do(owner, report("2026-03", red))
		w.do(owner, report("2026-04", green))
		record := w.p.Reporting.Reports[1]
		w.do(owner, project.CorrectReport{Period: "2026-04", Record: record.Seq, Investment: red, Image: "x", Reason: "重复统计"})
		require.Equal(t, "red", w.colour("progress"))
		require.Equal(t, 2, w.p.Reporting.RedMonths)
		require.Equal(t, 1, supervised(w))
		record = w.p.Reporting.Reports[2]
		w.do(owner, project.CorrectReport{Period: "2026-04", Record: record.Seq, Investment: green, Image: "x", Reason: "漏报"})
		require.Equal(t, "green", w.colour("progress"))
		require.Zero(t, w.p.Reporting.RedMonths)
		w.do(owner, report("2026-05", red))
		require.Equal(t, 1, supervised(w))
	})
}

// OWN-111: a correction is a new record that names the old one.
func TestCorrectingAReport(t *testing.T) {
	t.Parallel()
	w := built(t, "2026-03-02 10:00")
	w.until("2026-04-01 10:00")
	w.do(owner, report("2026-03", planned))
	w.do(owner, report("2026-04", planned/2))
	first := w.p.Reporting.Reports[0]
	fix := func(record int64, investment int64) project.CorrectReport {
		return project.CorrectReport{Period: "2026-03", Record: record, Investment: investment, Image: "主体施工", Reason: "统计口径"}
	}
	w.refuse("report.none", owner, project.CorrectReport{Period: "2026-05", Record: 1, Image: "x", Reason: "x"})
	w.refuse("report.party", liaison, fix(first.Seq, planned/2))
	w.refuse("report.superseded", owner, fix(first.Seq+1, planned/2))
	w.refuse("report.investment", owner, fix(first.Seq, -1))
	w.refuse("reason.missing", owner, project.CorrectReport{Period: "2026-03", Record: first.Seq, Image: "x"})
	w.do(owner, fix(first.Seq, planned/4))
	require.Len(t, w.p.Reporting.Reports, 3, "the old record stays")
	second := w.p.Reporting.Reports[2]
	require.Equal(t, first.Seq, second.Corrects)
	require.Equal(t, int64(planned/4+planned/2), w.p.Reporting.ToDate(), "corrected figures count as corrected")
	w.refuse("report.superseded", owner, fix(first.Seq, planned))
	w.do(office, fix(second.Seq, planned/3))
	require.Equal(t, int64(planned/3+planned/2), w.p.Summary().InvestmentDone)

	// It is judged by the plan of its time.
	w.do(office, project.SetPlan{Months: []project.PlanMonth{{Period: "2026-03", Amount: 1}}, Reason: "计划有误"})
	third := w.p.Reporting.Reports[3]
	w.do(owner, fix(third.Seq, planned/10))
	_, corrected := last[project.ReportCorrected](w, "ReportCorrected")
	require.Equal(t, int64(planned), corrected.Planned)
	require.Equal(t, "red", corrected.Lamp)
}

// OWN-107: suspension stops every clock; no report is asked for.
func TestReportsAreSkippedWhileSuspended(t *testing.T) {
	t.Parallel()
	w := built(t, "2026-03-02 10:00")
	w.until("2026-03-20 10:00")
	w.do(office, project.Suspend{Reason: "汛期", Until: "2026-06-01"})
	got := w.until("2026-06-15 10:00")
	require.Equal(t, []string{"ReportSkipped", "ReportSkipped", "ReportSkipped", "ResumptionDue"}, got)
	require.Equal(t, "green", w.colour("reporting"))
	w.refuse("project.not-active", owner, report("2026-03", 1))
	w.do(office, project.Resume{Reason: "复工"})
	require.Equal(t, []string{"Escalated"}, w.until("2026-06-15 10:00"), "the report asked for before is overdue")
	require.Equal(t, "06-15 10:00 overdue", w.rungs("2026-03")[0], "now, not on a day on which the clock stood still")
	w.until("2026-06-22 08:00")
	require.Equal(t, []string{
		"06-15 10:00 overdue", "06-16 09:00 reminder", "06-17 09:00 reminder", "06-18 09:00 reminder", "06-18 17:30 supervision-notice",
	}, w.rungs("2026-03"))
	w.until("2026-07-01 10:00")
	require.Equal(t, "2026-08-03 17:30", w.due(project.TaskReport, "2026-07"))
}

func TestDailyRemindersGoOnAfterASuspension(t *testing.T) { // OWN-19, OWN-107
	t.Parallel()
	w := built(t, "2026-03-02 10:00")
	w.until("2026-04-13 10:00") // overdue since 3 April, reminded each day
	w.do(office, project.Suspend{Reason: "汛期", Until: "2026-06-01"})
	before := len(w.rungs("2026-03"))
	w.until("2026-04-27 08:00")
	require.Len(t, w.rungs("2026-03"), before)
	w.do(office, project.Resume{Reason: "复工"})
	w.until("2026-04-29 10:00")
	require.Equal(t, []string{"04-27 09:00 reminder", "04-28 09:00 reminder", "04-29 09:00 reminder"}, w.rungs("2026-03")[before:])
}

// BH-4: a project off its planned completion is supervised.
func TestALateCompletionClimbsItsLadder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sl", "2026-03-02 10:00").declaredAs(func(f *project.Profile) {
		f.PlannedStart, f.PlannedCompletion = "2026-03-02", "2026-06-30"
	}).started()
	w.until("2026-07-08 10:00")
	require.Equal(t, []string{"06-01 17:30 reminder", "06-30 17:30 overdue", "07-07 17:30 supervision-notice"}, w.rungs("completion"))
	require.Equal(t, "red", w.colour("progress"))
	w.completing()
	w.until("2026-07-08 10:00")
	require.Equal(t, "green", w.colour("progress"))
}
