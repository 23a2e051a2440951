package domain_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/domain"
)

var anchor = time.Date(2026, 11, 22, 1, 0, 0, 0, time.UTC)

func TestASimulatedClockNeverGoesBack(t *testing.T) {
	t.Parallel()
	for _, rate := range []float64{1e-9, 0.5, 1, 3600, 86400, 30 * 86400, 1e6} {
		c := domain.Clock{Anchor: anchor, Origin: time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC), Rate: rate}
		before := c.Civil(anchor)
		require.Equal(t, c.Origin, before)
		for hours := range 24 * 60 {
			now := c.Civil(anchor.Add(time.Duration(hours) * time.Hour))
			require.False(t, now.Before(before), "rate %g, hour %d: %s", rate, hours, now)
			before = now
		}
	}
}

func TestWhoWaitsUntilACivilMomentWakesAtIt(t *testing.T) {
	t.Parallel()
	for _, rate := range []float64{0.001, 0.5, 1, 3, 3600, 86400, 1e6} {
		for _, clock := range []domain.Clock{{Anchor: anchor, Origin: anchor.AddDate(-1, 0, 0), Rate: rate}, domain.RealClock()} {
			for _, wait := range []time.Duration{time.Microsecond, 7 * time.Second, 1234567891 * time.Microsecond, 24 * 365 * time.Hour} {
				now := anchor.Add(2 * time.Hour)
				due := clock.Civil(now).Add(wait)
				d := clock.Until(now, due)
				require.Positive(t, d)
				if d < 200*365*24*time.Hour {
					require.False(t, clock.Civil(now.Add(d)).Before(due), "rate %g, %s", clock.Rate, wait)
				}
				require.Zero(t, clock.Until(now, clock.Civil(now)))
			}
		}
	}
	slow := domain.Clock{Anchor: anchor, Origin: anchor, Rate: 1e-9}
	require.Positive(t, slow.Until(anchor, anchor.AddDate(10, 0, 0)))
}

func TestASpanOfRealTimeIsACivilOne(t *testing.T) {
	t.Parallel()
	for _, rate := range []float64{0.5, 1, 3600, 86400} {
		c := domain.Clock{Anchor: anchor, Origin: anchor.AddDate(-1, 0, 0), Rate: rate}
		require.Equal(t, c.Civil(anchor.Add(time.Second)).Sub(c.Civil(anchor)), c.Span(time.Second))
	}
	require.Equal(t, time.Second, domain.RealClock().Span(time.Second))
	require.Positive(t, domain.Clock{Rate: 1e6}.Span(1000*time.Hour), "it never turns negative")
}
