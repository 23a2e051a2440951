package calendar_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/calendar"
)

func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{"2026-10-14", "2024-02-29", "2026-02-29", "1900-01-01", "2999-12-31", "3000-01-01", "", "2026-1-1", "２０２６-10-14"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := calendar.ParseDate(s)
		if err != nil {
			require.Equal(t, "date.invalid", domain.CodeOf(err))
			require.True(t, d.IsZero())
			return
		}
		require.Equal(t, s, d.String())
		require.Equal(t, d, d.AddDays(400).AddDays(-400))
		require.Equal(t, d, calendar.DateOf(d.At(calendar.DefaultClose)))
	})
}

func FuzzParseYear(f *testing.F) {
	files, err := filepath.Glob("../../config/calendars/*.yaml")
	require.NoError(f, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add([]byte("year: 2027\nnotice: 通知\nholidays:\n  2027-01-01: 元旦\nmakeupWorkdays: {2027-01-31: 春节}\n"))
	f.Add([]byte("year: &y 2027\nnotice: *y\nholidays: [2027-01-01]\n"))
	f.Add([]byte("? - a\n: - b\n--- |\n x\n..."))
	f.Fuzz(func(t *testing.T, data []byte) {
		y, err := calendar.ParseYear(data)
		if err != nil {
			require.Equal(t, "calendar.notice", domain.CodeOf(err))
			require.NotEmpty(t, domain.AsError(err).Field)
			return
		}
		c, err := calendar.New(y)
		require.NoError(t, err, "what can be read can be loaded")
		require.Equal(t, []int{y.Year}, c.Years())
		for d := range y.Holidays {
			require.False(t, c.Day(d).Working)
		}
		for d := range y.Makeup {
			require.True(t, c.Day(d).Working)
		}
	})
}

func FuzzDeadline(f *testing.F) {
	years := shippedYears(f)
	c, err := calendar.New(years...)
	require.NoError(f, err)
	slow := newReference(years)
	f.Add(at(f, "2026-09-23 10:00").Unix(), 10, int16(0), int16(0), byte(0))
	f.Add(at(f, "2026-02-14 18:00").Unix(), 10, int16(3), int16(4), byte(1))
	f.Add(at(f, "2026-12-24 17:30").Unix(), 40, int16(-5), int16(-1), byte(1))
	f.Add(at(f, "2019-12-31 23:59").Unix(), 3650, int16(1), int16(30), byte(2))
	f.Add(int64(0), 0, int16(0), int16(0), byte(0))
	f.Add(int64(-1<<63), -1, int16(-1<<15), int16(1<<15-1), byte(255))
	f.Fuzz(func(t *testing.T, received int64, days int, paused, length int16, pauses byte) {
		l := calendar.Limit{Received: time.Unix(received, 0), Days: days}
		for i := range int(pauses % 4) {
			p := calendar.Pause{From: calendar.DateOf(l.Received).AddDays(int(paused) + 7*i)}
			if length >= 0 {
				p.To = p.From.AddDays(int(length) - i)
			}
			l.Pauses = append(l.Pauses, p)
		}
		d, err := c.Deadline(l)
		if err != nil {
			require.Equal(t, domain.KindInvalid, domain.AsError(err).Kind)
			return
		}
		require.Equal(t, d.Standing, d.Due.IsZero())
		require.True(t, d.Standing || d.Due.After(l.Received))
		// The reference looks a few years ahead and knows years of four digits.
		if days <= 500 && length < 200 && l.Received.Year() < 2900 {
			want := slow.deadline(l)
			require.Equal(t, want, answer{receipt: d.DeemedReceipt.String(), due: civil(d.Due), provisional: d.Provisional})
		}
	})
}
