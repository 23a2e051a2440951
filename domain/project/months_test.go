package project_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain/project"
)

func TestTheInvestmentMonthByMonth(t *testing.T) {
	t.Parallel()
	of := func(w *world, period string) project.Month {
		for _, m := range w.p.Months() {
			if m.Period == period {
				return m
			}
		}
		return project.Month{}
	}
	t.Run("without a plan it is spread evenly from planned start to planned completion", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").declared()
		months := w.p.Months()
		f := w.p.Profile
		require.Equal(t, f.PlannedStart[:7], months[0].Period)
		require.Equal(t, f.PlannedCompletion[:7], months[len(months)-1].Period)
		var sum int64
		for i, m := range months {
			require.Equal(t, project.MonthPlanned, m.State)
			require.Equal(t, months[0].Planned, m.Planned)
			require.True(t, i == 0 || months[i-1].Period < m.Period)
			sum += m.Planned
		}
		require.InDelta(t, f.Investment, sum, float64(len(months)), "but for fractions of a fen")
	})
	t.Run("a month is planned, asked for, reported, and reported as last corrected", func(t *testing.T) {
		t.Parallel()
		w := built(t, "2026-03-02 10:00")
		require.Equal(t, project.Month{Period: "2026-04", Planned: planned, State: project.MonthPlanned}, of(w, "2026-04"))
		require.Equal(t, project.Month{Period: "2026-03", Planned: planned, State: project.MonthAsked}, of(w, "2026-03"))
		w.do(owner, report("2026-03", 700))
		require.Equal(t, project.Month{Period: "2026-03", Planned: planned, Done: 700, State: project.MonthReported}, of(w, "2026-03"))
		last := w.p.Reporting.Reports[len(w.p.Reporting.Reports)-1]
		w.do(owner, project.CorrectReport{Period: "2026-03", Record: last.Seq, Investment: 900, Image: "基础施工", Reason: "漏计"})
		require.Equal(t, int64(900), of(w, "2026-03").Done)
	})
}
