package calendar_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/calendar"
)

func TestDeadline(t *testing.T) {
	t.Parallel()
	c := shipped(t)
	for name, tc := range map[string]struct {
		received string
		days     int
		closing  calendar.TimeOfDay
		deemed   string
		due      string
	}{
		"SL-21a: the National Day example, with a make-up Saturday": {
			"2026-09-23 10:00", 10, calendar.TimeOfDay{}, "2026-09-23", "2026-10-14 17:30",
		},
		"SL-21a: the Spring Festival example, received after hours on a make-up Saturday": {
			"2026-02-14 18:00", 10, calendar.TimeOfDay{}, "2026-02-24", "2026-03-09 17:30",
		},
		"SL-21b: two working days do not end on a Sunday": {
			"2026-06-04 09:00", 2, calendar.TimeOfDay{}, "2026-06-04", "2026-06-08 17:30",
		},
		"SL-21b: two working days may end on a make-up Saturday": {
			"2026-10-08 09:00", 2, calendar.TimeOfDay{}, "2026-10-08", "2026-10-10 17:30",
		},
		"a plain week": {
			"2026-06-08 09:00", 3, calendar.TimeOfDay{}, "2026-06-08", "2026-06-11 17:30",
		},
		"exactly at close of business still counts as that day": {
			"2026-06-08 17:30", 1, calendar.TimeOfDay{}, "2026-06-08", "2026-06-09 17:30",
		},
		"a minute after close of business counts as the next day": {
			"2026-06-08 17:31", 1, calendar.TimeOfDay{}, "2026-06-09", "2026-06-10 17:30",
		},
		"before dawn counts as that day": {
			"2026-06-08 00:00", 1, calendar.TimeOfDay{}, "2026-06-08", "2026-06-09 17:30",
		},
		"after hours on a Friday counts as Monday": {
			"2026-06-05 20:00", 1, calendar.TimeOfDay{}, "2026-06-08", "2026-06-09 17:30",
		},
		"on a Sunday counts as Monday": {
			"2026-06-07 09:00", 1, calendar.TimeOfDay{}, "2026-06-08", "2026-06-09 17:30",
		},
		"on a make-up Sunday counts as that Sunday": {
			"2026-09-20 09:00", 1, calendar.TimeOfDay{}, "2026-09-20", "2026-09-21 17:30",
		},
		"in the middle of Spring Festival counts as the first day after it": {
			"2026-02-18 09:00", 1, calendar.TimeOfDay{}, "2026-02-24", "2026-02-25 17:30",
		},
		"the last working day before Spring Festival": {
			"2026-02-14 09:00", 1, calendar.TimeOfDay{}, "2026-02-14", "2026-02-24 17:30",
		},
		"Spring Festival of 2020, prolonged by a second notice": {
			"2020-01-23 09:00", 1, calendar.TimeOfDay{}, "2020-01-23", "2020-02-03 17:30",
		},
		"National Day and Mid-Autumn of 2023 with two make-up days on end": {
			"2023-09-28 09:00", 3, calendar.TimeOfDay{}, "2023-09-28", "2023-10-09 17:30",
		},
		"over New Year between two known years": {
			"2025-12-31 09:00", 2, calendar.TimeOfDay{}, "2025-12-31", "2026-01-05 17:30",
		},
		"over the leap day": {
			"2024-02-28 09:00", 2, calendar.TimeOfDay{}, "2024-02-28", "2024-03-01 17:30",
		},
		"another close of business": {
			"2026-06-08 17:30", 1, calendar.TimeOfDay{Hour: 17}, "2026-06-09", "2026-06-10 17:00",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := c.Deadline(calendar.Limit{Received: at(t, tc.received), Days: tc.days, Close: tc.closing})
			require.NoError(t, err)
			require.Equal(t, tc.deemed, d.DeemedReceipt.String())
			require.Equal(t, tc.due, civil(d.Due))
			require.Equal(t, calendar.Zone, d.Due.Location())
			require.Equal(t, c.Version(), d.Calendar)
			require.False(t, d.Provisional)
			require.False(t, d.Standing)
		})
	}
}

func TestASecondAfterCloseOfBusinessCountsAsTheNextDay(t *testing.T) {
	t.Parallel()
	d, err := shipped(t).Deadline(calendar.Limit{Received: at(t, "2026-06-08 17:30").Add(time.Second), Days: 1})
	require.NoError(t, err)
	require.Equal(t, "2026-06-09", d.DeemedReceipt.String())
}

func TestDeadlineWithPauses(t *testing.T) {
	t.Parallel()
	c := shipped(t)
	type pauses [][2]string
	for name, tc := range map[string]struct {
		received string
		days     int
		pauses   pauses
		due      string // empty: stands still
	}{
		"a pause of two days, both included": {
			"2026-06-08 09:00", 3, pauses{{"2026-06-09", "2026-06-10"}}, "2026-06-15 17:30",
		},
		"paused and resumed on one day costs that day": {
			"2026-06-08 09:00", 3, pauses{{"2026-06-10", "2026-06-10"}}, "2026-06-12 17:30",
		},
		"a pause on the day of receipt alone costs nothing": {
			"2026-06-08 09:00", 3, pauses{{"2026-06-08", "2026-06-08"}}, "2026-06-11 17:30",
		},
		"a pause within a weekend costs nothing": {
			"2026-06-05 09:00", 1, pauses{{"2026-06-06", "2026-06-07"}}, "2026-06-08 17:30",
		},
		"a pause that begins and ends on holidays costs the working days between": {
			"2026-09-23 10:00", 10, pauses{{"2026-09-25", "2026-10-01"}}, "2026-10-19 17:30",
		},
		"a pause within National Day costs nothing": {
			"2026-09-23 10:00", 10, pauses{{"2026-10-01", "2026-10-07"}}, "2026-10-14 17:30",
		},
		"a pause that ends on a make-up Saturday costs it": {
			"2026-09-23 10:00", 10, pauses{{"2026-10-10", "2026-10-10"}}, "2026-10-15 17:30",
		},
		"overlapping pauses cost each day once": {
			"2026-06-08 09:00", 3, pauses{{"2026-06-09", "2026-06-11"}, {"2026-06-10", "2026-06-12"}}, "2026-06-17 17:30",
		},
		"pauses may come in any order": {
			"2026-06-08 09:00", 3, pauses{{"2026-06-12", "2026-06-12"}, {"2026-06-09", "2026-06-09"}}, "2026-06-15 17:30",
		},
		"a pause on the due day moves it": {
			"2026-06-08 09:00", 3, pauses{{"2026-06-11", "2026-06-11"}}, "2026-06-12 17:30",
		},
		"a pause after the due day changes nothing": {
			"2026-06-08 09:00", 3, pauses{{"2026-06-12", "2026-06-30"}}, "2026-06-11 17:30",
		},
		"a pause that was over before the receipt changes nothing": {
			"2026-06-08 09:00", 3, pauses{{"2026-06-01", "2026-06-05"}}, "2026-06-11 17:30",
		},
		"a standing pause leaves no due time": {
			"2026-06-08 09:00", 3, pauses{{"2026-06-10", ""}}, "",
		},
		"a standing pause beside one that is over": {
			"2026-06-08 09:00", 3, pauses{{"2026-06-10", ""}, {"2026-06-10", "2026-06-10"}}, "",
		},
		"a standing pause from the day of receipt": {
			"2026-06-08 09:00", 1, pauses{{"2026-06-08", ""}}, "",
		},
		"a standing pause from the due day": {
			"2026-06-08 09:00", 3, pauses{{"2026-06-11", ""}}, "",
		},
		"a standing pause after the due day comes too late": {
			"2026-06-08 09:00", 3, pauses{{"2026-06-12", ""}}, "2026-06-11 17:30",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := calendar.Limit{Received: at(t, tc.received), Days: tc.days}
			for _, p := range tc.pauses {
				l.Pauses = append(l.Pauses, pause(t, p[0], p[1]))
			}
			d, err := c.Deadline(l)
			require.NoError(t, err)
			require.Equal(t, tc.due, civil(d.Due))
			require.Equal(t, tc.due == "", d.Standing)
			require.Equal(t, tc.received[:10], d.DeemedReceipt.String(), "pauses do not move the receipt")
		})
	}
}

func TestADeadlineIsProvisionalWhenItReachesIntoAYearWithoutNotice(t *testing.T) {
	t.Parallel()
	c := shipped(t)
	require.False(t, c.Covers(2027))
	for name, tc := range map[string]struct {
		received    string
		days        int
		due         string
		provisional bool
	}{
		"ends on the last working day of 2026": {"2026-12-24 09:00", 5, "2026-12-31 17:30", false},
		"ends in January 2027":                 {"2026-12-24 09:00", 6, "2027-01-04 17:30", true},
		"1 and 2 May and their weekend":        {"2027-04-30 09:00", 1, "2027-05-03 17:30", true},
		"1 to 3 October":                       {"2027-09-30 09:00", 1, "2027-10-04 17:30", true},
		"Spring Festival is not known":         {"2027-02-05 09:00", 1, "2027-02-08 17:30", true},
		"received before the first notice":     {"2019-12-31 09:00", 1, "2020-01-02 17:30", true},
		"received after hours at the year's end, in a year that is known": {
			"2026-12-31 18:00", 1, "2027-01-05 17:30", true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := c.Deadline(calendar.Limit{Received: at(t, tc.received), Days: tc.days})
			require.NoError(t, err)
			require.Equal(t, tc.due, civil(d.Due))
			require.Equal(t, tc.provisional, d.Provisional)
		})
	}
}

func TestWhatIsNoLimitIsRefused(t *testing.T) {
	t.Parallel()
	c := shipped(t)
	good := calendar.Limit{Received: at(t, "2026-06-08 09:00"), Days: 10}
	for name, tc := range map[string]struct {
		change func(*calendar.Limit)
		code   string
		field  string
	}{
		"no days":               {func(l *calendar.Limit) { l.Days = 0 }, "limit.days", "days"},
		"a negative limit":      {func(l *calendar.Limit) { l.Days = -1 }, "limit.days", "days"},
		"more than ten years":   {func(l *calendar.Limit) { l.Days = 3651 }, "limit.days", "days"},
		"no receipt":            {func(l *calendar.Limit) { l.Received = time.Time{} }, "limit.received", "received"},
		"a 25th hour":           {func(l *calendar.Limit) { l.Close.Hour = 25 }, "limit.close", "close"},
		"a receipt in 1066":     {func(l *calendar.Limit) { l.Received = at(t, "1066-10-14 09:00") }, "limit.received", "received"},
		"an end after 2999":     {func(l *calendar.Limit) { l.Received = at(t, "2999-12-24 09:00") }, "limit.range", "days"},
		"a pause without start": {func(l *calendar.Limit) { l.Pauses = []calendar.Pause{pause(t, "", "2026-06-10")} }, "limit.pause", "pauses[0]"},
		"a pause that ends first": {
			func(l *calendar.Limit) { l.Pauses = []calendar.Pause{pause(t, "2026-06-10", "2026-06-09")} }, "limit.pause", "pauses[0]",
		},
		"a pause resumed on a day that does not exist": {
			func(l *calendar.Limit) {
				l.Pauses = []calendar.Pause{{From: date(t, "2026-02-10"), To: calendar.Date{Year: 2026, Month: 2, Day: 30}}}
			}, "limit.pause", "pauses[0]",
		},
		"the second pause on a day that does not exist": {
			func(l *calendar.Limit) {
				l.Pauses = []calendar.Pause{pause(t, "2026-06-10", ""), {From: calendar.Date{Year: 2026, Month: 2, Day: 30}}}
			}, "limit.pause", "pauses[1]",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := good
			tc.change(&l)
			_, err := c.Deadline(l)
			require.Error(t, err)
			refusal := domain.AsError(err)
			require.NotNil(t, refusal)
			require.Equal(t, domain.KindInvalid, refusal.Kind)
			require.Equal(t, tc.code, refusal.Code)
			require.Equal(t, tc.field, refusal.Field)
			_, lines, err := c.Explain(l)
			require.Equal(t, tc.code, domain.CodeOf(err))
			require.Nil(t, lines)
			_, _, err = c.Recompute(l, good.Received)
			require.Equal(t, tc.code, domain.CodeOf(err))
		})
	}
}

func TestADeadlineIsMissedOnceItLiesInThePast(t *testing.T) {
	t.Parallel()
	d := calendar.Deadline{Due: at(t, "2026-06-11 17:30")}
	require.False(t, d.Missed(at(t, "2026-06-11 17:29")))
	require.False(t, d.Missed(at(t, "2026-06-11 17:30")))
	require.True(t, d.Missed(at(t, "2026-06-11 17:31")))
	require.False(t, calendar.Deadline{Standing: true}.Missed(at(t, "2026-06-11 17:31")), "a clock that stands still")
}
