package config_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/config"
	"milepost/domain/calendar"
)

func TestTheProductShipsTheNoticesOf2020To2026(t *testing.T) {
	t.Parallel()
	c, err := config.Calendar()
	require.NoError(t, err)
	require.Equal(t, []int{2020, 2021, 2022, 2023, 2024, 2025, 2026}, c.Years())
	require.False(t, c.Covers(2027), "2027 has no notice yet: what reaches into it is provisional")

	// Days off and make-up workdays of each notice.
	want := map[int][2]int{
		2020: {30, 6}, 2021: {31, 7}, 2022: {32, 7}, 2023: {26, 7}, 2024: {28, 8}, 2025: {28, 5}, 2026: {33, 6},
	}
	years, err := config.CalendarYears()
	require.NoError(t, err)
	require.Len(t, years, len(want))
	for _, y := range years {
		listed := [2]int{len(y.Holidays), len(y.Makeup)}
		require.Equal(t, want[y.Year], listed, y.Year)
		require.Contains(t, y.Notice, "国办发明电", y.Year)
	}
}

func TestTheShippedCalendarChangesOnlyOnPurpose(t *testing.T) {
	t.Parallel()
	c, err := config.Calendar()
	require.NoError(t, err)
	// Deadlines on record name this version: when a notice is added or corrected, say so in the change log.
	require.Equal(t, "cal-7d1794c9fce3", c.Version())
	require.Equal(t, calendar.KindMakeup, c.Day(calendar.NewDate(2026, 10, 10)).Kind)
}
