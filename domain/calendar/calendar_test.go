package calendar_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/calendar"
)

func TestDay(t *testing.T) {
	t.Parallel()
	c := shipped(t)
	for name, tc := range map[string]struct {
		day  string
		want calendar.Day
	}{
		"a weekday":                      {"2026-06-08", calendar.Day{Working: true, Kind: calendar.KindWorkday}},
		"a Saturday":                     {"2026-06-06", calendar.Day{Kind: calendar.KindWeekend}},
		"a holiday on a weekday":         {"2026-10-01", calendar.Day{Kind: calendar.KindHoliday, Name: "国庆节"}},
		"a holiday on a Sunday":          {"2026-02-15", calendar.Day{Kind: calendar.KindHoliday, Name: "春节"}},
		"a make-up Saturday":             {"2026-10-10", calendar.Day{Working: true, Kind: calendar.KindMakeup, Name: "国庆节"}},
		"a make-up Sunday":               {"2026-01-04", calendar.Day{Working: true, Kind: calendar.KindMakeup, Name: "元旦"}},
		"the leap day":                   {"2024-02-29", calendar.Day{Working: true, Kind: calendar.KindWorkday}},
		"the last day of a leap year":    {"2024-12-31", calendar.Day{Working: true, Kind: calendar.KindWorkday}},
		"New Year's Day without notice":  {"2027-01-01", calendar.Day{Kind: calendar.KindHoliday, Name: "元旦", Provisional: true}},
		"1 May without notice":           {"2027-05-01", calendar.Day{Kind: calendar.KindHoliday, Name: "劳动节", Provisional: true}},
		"2 May without notice":           {"2027-05-02", calendar.Day{Kind: calendar.KindHoliday, Name: "劳动节", Provisional: true}},
		"3 May without notice is worked": {"2027-05-03", calendar.Day{Working: true, Kind: calendar.KindWorkday, Provisional: true}},
		"3 October without notice":       {"2027-10-03", calendar.Day{Kind: calendar.KindHoliday, Name: "国庆节", Provisional: true}},
		"4 October without notice":       {"2027-10-04", calendar.Day{Working: true, Kind: calendar.KindWorkday, Provisional: true}},
		"a Sunday without notice":        {"2027-06-06", calendar.Day{Kind: calendar.KindWeekend, Provisional: true}},
		"before the first notice":        {"2019-12-31", calendar.Day{Working: true, Kind: calendar.KindWorkday, Provisional: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.want.Date = date(t, tc.day)
			require.Equal(t, tc.want, c.Day(tc.want.Date))
		})
	}
}

func TestDayTakesAnyDate(t *testing.T) {
	t.Parallel()
	c := shipped(t)
	require.Equal(t, calendar.Day{}, c.Day(calendar.Date{}), "no date is no day")
	require.True(t, c.NextWorkingDay(calendar.Date{}).IsZero())
	require.True(t, c.PrevWorkingDay(calendar.Date{}).IsZero())
	require.Equal(t, c.Day(date(t, "2026-03-02")), c.Day(calendar.Date{Year: 2026, Month: 2, Day: 30}), "carried over")
	require.Equal(t, c.Day(date(t, "2027-01-31")), c.Day(calendar.Date{Year: 2026, Month: 13, Day: 31}))
	require.Equal(t, c.Day(date(t, "2025-12-31")), c.Day(calendar.Date{Year: 2026, Month: 1, Day: 0}))
}

func TestDayDoesNotAllocate(t *testing.T) {
	c := shipped(t)
	days := []calendar.Date{date(t, "2026-10-01"), date(t, "2026-12-31"), date(t, "2027-10-05")}
	require.Zero(t, testing.AllocsPerRun(100, func() {
		for _, d := range days {
			_ = c.Day(d)
		}
	}))
}

func TestEachDayOfAYearIsItsOwn(t *testing.T) {
	t.Parallel()
	for _, year := range []int{1900, 2000, 2026, 2028, 2999} {
		for off := calendar.NewDate(year, 1, 1); off.Year == year; off = off.AddDays(1) {
			c, err := calendar.New(notice(t, year, []string{off.String()}, nil))
			require.NoError(t, err)
			for d := calendar.NewDate(year, 1, 1); d.Year == year; d = d.AddDays(1) {
				if got := c.Day(d).Kind == calendar.KindHoliday; got != (d == off) {
					require.Equal(t, d == off, got, "%s with a holiday on %s", d, off)
				}
			}
		}
	}
}

// Every day of the notices, so that a slip in a file or a table cannot hide between the examples.
func TestEveryDayOfTheShippedNotices(t *testing.T) {
	t.Parallel()
	c := shipped(t)
	years := shippedYears(t)
	require.Equal(t, []int{2020, 2021, 2022, 2023, 2024, 2025, 2026}, c.Years())
	// Working days of each year, counted outside of this program.
	worked := map[int]int{2020: 249, 2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248}
	for _, y := range years {
		n := 0
		for d := calendar.NewDate(y.Year, 1, 1); d.Year == y.Year; d = d.AddDays(1) {
			day := c.Day(d)
			_, off := y.Holidays[d]
			_, makeup := y.Makeup[d]
			sunday := d.Weekday() == 0 || d.Weekday() == 6
			require.Equal(t, !off && (makeup || !sunday), day.Working, d.String())
			require.Equal(t, y.Holidays[d]+y.Makeup[d], day.Name, d.String())
			require.False(t, day.Provisional)
			if day.Working {
				n++
			}
		}
		require.Equal(t, worked[y.Year], n, y.Year)
	}
}

func TestRemindersGoOutOnTheLastWorkingDayBefore(t *testing.T) {
	t.Parallel()
	c := shipped(t)
	for name, tc := range map[string]struct{ due, reminder string }{
		"GG-6a: 3 October 2026 within National Day": {"2026-10-03", "2026-09-30"},
		"GG-6a: 3 June 2026, a working day":         {"2026-06-03", "2026-06-03"},
		"GG-6b: 3 January 2026 within New Year":     {"2026-01-03", "2025-12-31"},
		"GG-6b: 3 July 2027, a Saturday":            {"2027-07-03", "2027-07-02"},
		"XS-6: 25 September 2026, Mid-Autumn":       {"2026-09-25", "2026-09-24"},
		"a make-up Saturday is worked":              {"2026-10-10", "2026-10-10"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tc.reminder, c.PrevWorkingDay(date(t, tc.due)).String())
		})
	}
	require.Equal(t, "2026-10-08", c.NextWorkingDay(date(t, "2026-10-03")).String())
	require.Equal(t, "2026-10-10", c.NextWorkingDay(date(t, "2026-10-10")).String())
}

func TestVersionDependsOnContentOnly(t *testing.T) {
	t.Parallel()
	years := shippedYears(t)
	c := shipped(t)
	require.Regexp(t, `^cal-[0-9a-f]{12}$`, c.Version())

	backwards := slices.Clone(years)
	slices.Reverse(backwards)
	again, err := calendar.New(backwards...)
	require.NoError(t, err)
	require.Equal(t, c.Version(), again.Version(), "the order of loading does not matter")

	fewer, err := calendar.New(years[:6]...)
	require.NoError(t, err)
	require.NotEqual(t, c.Version(), fewer.Version())
	full, err := fewer.With(years[6])
	require.NoError(t, err)
	require.Equal(t, c.Version(), full.Version(), "nor the way it was loaded")

	changed, ok := c.Notice(2026)
	require.True(t, ok)
	delete(changed.Makeup, date(t, "2026-10-10"))
	other, err := c.With(changed)
	require.NoError(t, err)
	require.NotEqual(t, c.Version(), other.Version(), "one day less is another calendar")
	renamed, _ := c.Notice(2026)
	renamed.Holidays[date(t, "2026-10-01")] = "国庆"
	other, err = c.With(renamed)
	require.NoError(t, err)
	require.NotEqual(t, c.Version(), other.Version(), "another name explains a day differently")
	renamed, _ = c.Notice(2026)
	renamed.Makeup[date(t, "2026-10-10")] = "国庆"
	other, err = c.With(renamed)
	require.NoError(t, err)
	require.NotEqual(t, c.Version(), other.Version(), "so does another name of a make-up day")
	reissued, _ := c.Notice(2026)
	reissued.Notice = "国办发明电〔2026〕1号"
	other, err = c.With(reissued)
	require.NoError(t, err)
	require.NotEqual(t, c.Version(), other.Version(), "and another notice")
}

func TestLoadingANoticeMakesANewCalendar(t *testing.T) {
	t.Parallel()
	c := shipped(t)
	before := c.Version()
	loaded, err := c.With(notice(t, 2027, []string{"2027-01-01", "2027-02-05", "2027-02-08"}, []string{"2027-01-31"}))
	require.NoError(t, err)

	require.True(t, loaded.Covers(2027))
	require.False(t, loaded.Day(date(t, "2027-02-05")).Working)
	require.True(t, loaded.Day(date(t, "2027-01-31")).Working)
	require.Equal(t, append(c.Years(), 2027), loaded.Years())

	require.False(t, c.Covers(2027), "the old one stays as it was")
	require.True(t, c.Day(date(t, "2027-02-05")).Working)
	require.Equal(t, before, c.Version())

	replaced, err := loaded.With(notice(t, 2027, []string{"2027-01-01"}, nil))
	require.NoError(t, err)
	require.Equal(t, loaded.Years(), replaced.Years())
	require.True(t, replaced.Day(date(t, "2027-02-05")).Working)

	apart, err := c.With(notice(t, 2030, []string{"2030-01-01"}, nil))
	require.NoError(t, err)
	require.False(t, apart.Covers(2028), "a year between without a notice")
	require.True(t, apart.Day(date(t, "2028-03-01")).Provisional)
	require.False(t, apart.Covers(2031))
}

func TestACalendarCannotBeChangedFromOutside(t *testing.T) {
	t.Parallel()
	y := notice(t, 2027, []string{"2027-01-01"}, nil)
	c, err := calendar.New(y)
	require.NoError(t, err)
	y.Holidays[date(t, "2027-01-04")] = "元旦"
	got, _ := c.Notice(2027)
	got.Holidays[date(t, "2027-01-05")] = "元旦"
	require.True(t, c.Day(date(t, "2027-01-04")).Working)
	again, _ := c.Notice(2027)
	require.Len(t, again.Holidays, 1)
	_, known := c.Notice(2028)
	require.False(t, known)
}

func TestContradictoryNoticesAreRefused(t *testing.T) {
	t.Parallel()
	c := shipped(t)
	for name, tc := range map[string]struct {
		year  calendar.Year
		field string
	}{
		"a make-up day on a weekday":           {notice(t, 2027, nil, []string{"2027-01-04"}), "makeupWorkdays.2027-01-04"},
		"a make-up day that is a holiday":      {notice(t, 2027, []string{"2027-01-02"}, []string{"2027-01-02"}), "makeupWorkdays.2027-01-02"},
		"a holiday of another year":            {notice(t, 2027, []string{"2026-12-31"}, nil), "holidays.2026-12-31"},
		"a make-up day of another year":        {notice(t, 2027, nil, []string{"2028-01-02"}), "makeupWorkdays.2028-01-02"},
		"a year outside of the clock's":        {notice(t, 1899, nil, nil), "year"},
		"no year":                              {calendar.Year{}, "year"},
		"a holiday without a name":             {calendar.Year{Year: 2027, Holidays: map[calendar.Date]string{date(t, "2027-01-01"): " "}}, "holidays.2027-01-01"},
		"a holiday on a day that is no date":   {calendar.Year{Year: 2027, Holidays: map[calendar.Date]string{{Year: 2027, Month: 2, Day: 29}: "春节"}}, "holidays.2027-02-29"},
		"a holiday without a date, by mistake": {calendar.Year{Year: 2027, Holidays: map[calendar.Date]string{{}: "春节"}}, "holidays."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := calendar.New(tc.year)
			require.Equal(t, "calendar.notice", domain.CodeOf(err))
			require.Equal(t, tc.field, domain.AsError(err).Field)
			_, err = c.With(tc.year)
			require.Equal(t, "calendar.notice", domain.CodeOf(err))
		})
	}

	y := notice(t, 2027, []string{"2027-01-01"}, nil)
	_, err := calendar.New(y, y)
	require.Equal(t, "calendar.duplicate", domain.CodeOf(err))
}

func TestACalendarWithoutNoticesIsProvisionalThroughout(t *testing.T) {
	t.Parallel()
	c, err := calendar.New()
	require.NoError(t, err)
	require.Empty(t, c.Years())
	require.True(t, c.Day(date(t, "2026-10-08")).Provisional)
	d, err := c.Deadline(calendar.Limit{Received: at(t, "2026-09-23 10:00"), Days: 10})
	require.NoError(t, err)
	require.Equal(t, "2026-10-09 17:30", civil(d.Due))
	require.True(t, d.Provisional)
}
