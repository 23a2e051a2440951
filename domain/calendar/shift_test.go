package calendar_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/domain/calendar"
)

func TestShift(t *testing.T) {
	t.Parallel()
	c := shipped(t)
	for name, tc := range map[string]struct {
		from    string
		n       int
		pauses  []calendar.Pause
		closing calendar.TimeOfDay
		want    string
	}{
		"three days before due: yellow":                    {"2026-10-14 17:30", -3, nil, calendar.TimeOfDay{}, "2026-10-10 17:30"},
		"one working day after due: supervision":           {"2026-10-14 17:30", 1, nil, calendar.TimeOfDay{}, "2026-10-15 17:30"},
		"over National Day backwards":                      {"2026-10-08 17:30", -1, nil, calendar.TimeOfDay{}, "2026-09-30 17:30"},
		"over National Day forwards":                       {"2026-09-30 17:30", 3, nil, calendar.TimeOfDay{}, "2026-10-10 17:30"},
		"from a day off forwards":                          {"2026-10-03 12:00", 1, nil, calendar.TimeOfDay{}, "2026-10-08 17:30"},
		"from a day off backwards":                         {"2026-10-03 12:00", -1, nil, calendar.TimeOfDay{}, "2026-09-30 17:30"},
		"no days leave the instant as it is":               {"2026-10-03 12:00", 0, nil, calendar.TimeOfDay{}, "2026-10-03 12:00"},
		"a morning instead of the close":                   {"2026-10-14 17:30", -1, nil, calendar.TimeOfDay{Hour: 9}, "2026-10-13 09:00"},
		"paused days do not count forwards":                {"2026-06-08 17:30", 1, []calendar.Pause{pause(t, "2026-06-09", "2026-06-10")}, calendar.TimeOfDay{}, "2026-06-11 17:30"},
		"paused days do not count backwards":               {"2026-06-11 17:30", -1, []calendar.Pause{pause(t, "2026-06-09", "2026-06-10")}, calendar.TimeOfDay{}, "2026-06-08 17:30"},
		"no day comes while a pause stands":                {"2026-06-08 17:30", 2, []calendar.Pause{pause(t, "2026-06-10", "")}, calendar.TimeOfDay{}, ""},
		"days before a standing pause do":                  {"2026-06-08 17:30", 1, []calendar.Pause{pause(t, "2026-06-10", "")}, calendar.TimeOfDay{}, "2026-06-09 17:30"},
		"a standing pause is stepped over backwards":       {"2026-06-11 17:30", -1, []calendar.Pause{pause(t, "2026-06-10", "")}, calendar.TimeOfDay{}, "2026-06-09 17:30"},
		"a pause without a first day stops nothing":        {"2026-06-08 17:30", 1, []calendar.Pause{pause(t, "", "2026-06-30")}, calendar.TimeOfDay{}, "2026-06-09 17:30"},
		"a pause that ends before it begins stops nothing": {"2026-06-08 17:30", 1, []calendar.Pause{pause(t, "2026-06-30", "2026-06-01")}, calendar.TimeOfDay{}, "2026-06-09 17:30"},
		"there is no day after the last year":              {"2999-12-31 17:30", 1, nil, calendar.TimeOfDay{}, ""},
		"there is no day before the first year":            {"1900-01-01 17:30", -1, nil, calendar.TimeOfDay{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tc.want, civil(c.Shift(at(t, tc.from), tc.n, tc.pauses, tc.closing)))
		})
	}
}

func TestDaysLeft(t *testing.T) {
	t.Parallel()
	c := shipped(t)
	due := "2026-10-14 17:30"
	for name, tc := range map[string]struct {
		now    string
		due    string
		pauses []calendar.Pause
		want   int
	}{
		"on the morning of the due day it is the last one": {"2026-10-14 09:00", due, nil, 1},
		"at due none":                               {"2026-10-14 17:30", due, nil, 0},
		"a minute later the first day over":         {"2026-10-14 17:31", due, nil, -1},
		"the morning after":                         {"2026-10-15 09:00", due, nil, -1},
		"at the next close still the first":         {"2026-10-15 17:30", due, nil, -1},
		"then the second":                           {"2026-10-15 17:31", due, nil, -2},
		"over a weekend the count stands":           {"2026-10-18 12:00", due, nil, -3},
		"a make-up Saturday counts":                 {"2026-10-10 09:00", due, nil, 4},
		"after its close it does not":               {"2026-10-10 17:30", due, nil, 3},
		"a Sunday does not":                         {"2026-10-11 12:00", due, nil, 3},
		"at midnight the new day counts":            {"2026-10-13 00:00", due, nil, 2},
		"within National Day":                       {"2026-10-03 12:00", due, nil, 6},
		"paused days do not count":                  {"2026-10-08 09:00", due, []calendar.Pause{pause(t, "2026-10-09", "2026-10-10")}, 4},
		"nor when overdue":                          {"2026-10-19 09:00", due, []calendar.Pause{pause(t, "2026-10-15", "2026-10-15")}, -2},
		"a date on a day off":                       {"2026-10-02 12:00", "2026-10-03 23:59", nil, 0},
		"the same, with the last working day ahead": {"2026-09-30 12:00", "2026-10-03 23:59", nil, 1},
		"the same, overdue":                         {"2026-10-05 12:00", "2026-10-03 23:59", nil, -1},
		"due later than close of business":          {"2026-10-14 18:00", "2026-10-14 23:59", nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tc.want, c.DaysLeft(at(t, tc.now), at(t, tc.due), tc.pauses, calendar.TimeOfDay{}))
		})
	}
	require.Equal(t, calendar.Endless, c.DaysLeft(at(t, due), time.Time{}, nil, calendar.TimeOfDay{}), "a clock that stands still")
	require.Equal(t, 1, c.DaysLeft(at(t, "2026-10-14 18:00"), at(t, "2026-10-14 20:00"), nil, calendar.TimeOfDay{Hour: 20}), "another close of business")
}
