package calendar_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/domain/calendar"
)

// shippedYears reads the notices that the product ships with, from their files: package config imports this
// one, so the tests of the clock do not wait for its.
func shippedYears(tb testing.TB) []calendar.Year {
	tb.Helper()
	files, err := filepath.Glob("../../config/calendars/*.yaml")
	require.NoError(tb, err)
	require.NotEmpty(tb, files)
	years := make([]calendar.Year, 0, len(files))
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(tb, err)
		year, err := calendar.ParseYear(data)
		require.NoError(tb, err, file)
		years = append(years, year)
	}
	return years
}

func shipped(tb testing.TB) *calendar.Calendar {
	tb.Helper()
	c, err := calendar.New(shippedYears(tb)...)
	require.NoError(tb, err)
	return c
}

// at reads a civil time such as "2026-09-23 10:00".
func at(tb testing.TB, s string) time.Time {
	tb.Helper()
	t, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone)
	require.NoError(tb, err)
	return t
}

// date reads a civil day such as "2026-09-23"; the empty text is none.
func date(tb testing.TB, s string) calendar.Date {
	tb.Helper()
	var d calendar.Date
	require.NoError(tb, d.UnmarshalText([]byte(s)))
	return d
}

// pause reads a pause such as "2026-09-24", "2026-09-28"; an empty end means that it still stands.
func pause(tb testing.TB, from, to string) calendar.Pause {
	tb.Helper()
	return calendar.Pause{From: date(tb, from), To: date(tb, to)}
}

// civil writes an instant as "2026-09-23 10:00", or the empty text when there is none.
func civil(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(calendar.Zone).Format("2006-01-02 15:04")
}

// notice makes a notice from days such as "2027-02-05".
func notice(tb testing.TB, year int, holidays, makeup []string) calendar.Year {
	tb.Helper()
	y := calendar.Year{
		Year: year, Notice: "国办发明电〔测试〕", Holidays: map[calendar.Date]string{}, Makeup: map[calendar.Date]string{},
	}
	for _, d := range holidays {
		y.Holidays[date(tb, d)] = "春节"
	}
	for _, d := range makeup {
		y.Makeup[date(tb, d)] = "春节"
	}
	return y
}
