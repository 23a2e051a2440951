package calendar_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain/calendar"
)

func BenchmarkDay(b *testing.B) {
	c, d := shipped(b), date(b, "2026-10-01")
	b.ReportAllocs()
	for b.Loop() {
		_ = c.Day(d)
	}
}

func BenchmarkDayOfAYearWithoutNotice(b *testing.B) {
	c, d := shipped(b), date(b, "2027-10-05")
	b.ReportAllocs()
	for b.Loop() {
		_ = c.Day(d)
	}
}

func BenchmarkDeadline(b *testing.B) {
	c := shipped(b)
	for name, l := range map[string]calendar.Limit{
		"10 days over National Day": {Received: at(b, "2026-09-23 10:00"), Days: 10},
		"10 days with two pauses": {
			Received: at(b, "2026-09-23 10:00"), Days: 10,
			Pauses: []calendar.Pause{pause(b, "2026-09-24", "2026-09-28"), pause(b, "2026-10-09", "2026-10-12")},
		},
		"10 days in a year without notice": {Received: at(b, "2027-09-23 10:00"), Days: 10},
		"250 days":                         {Received: at(b, "2025-09-23 10:00"), Days: 250},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err := c.Deadline(l)
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkExplain(b *testing.B) {
	c, l := shipped(b), calendar.Limit{Received: at(b, "2026-09-23 10:00"), Days: 10}
	b.ReportAllocs()
	for b.Loop() {
		_, _, err := c.Explain(l)
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDaysLeft(b *testing.B) {
	c, now, due := shipped(b), at(b, "2026-09-23 10:00"), at(b, "2026-10-14 17:30")
	b.ReportAllocs()
	for b.Loop() {
		_ = c.DaysLeft(now, due, nil, calendar.TimeOfDay{})
	}
}

func BenchmarkShift(b *testing.B) {
	c, due := shipped(b), at(b, "2026-10-14 17:30")
	b.ReportAllocs()
	for b.Loop() {
		_ = c.Shift(due, -3, nil, calendar.TimeOfDay{})
	}
}

func BenchmarkLoadingANotice(b *testing.B) {
	c, years := shipped(b), shippedYears(b)
	b.ReportAllocs()
	for b.Loop() {
		_, err := c.With(years[len(years)-1])
		require.NoError(b, err)
	}
}
