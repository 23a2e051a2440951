package calendar_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/calendar"
)

func TestParseDateAcceptsRealDaysOnly(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		text string
		real bool
	}{
		"a day":                             {"2026-10-14", true},
		"29 February of a leap year":        {"2024-02-29", true},
		"29 February of a common year":      {"2026-02-29", false},
		"29 February of 1900, no leap year": {"1900-02-29", false},
		"29 February of 2000, a leap year":  {"2000-02-29", true},
		"31 April":                          {"2026-04-31", false},
		"month 13":                          {"2026-13-01", false},
		"month 0":                           {"2026-00-10", false},
		"day 0":                             {"2026-01-00", false},
		"the first year":                    {"1900-01-01", true},
		"before the first year":             {"1899-12-31", false},
		"the last year":                     {"2999-12-31", true},
		"after the last year":               {"3000-01-01", false},
		"no leading zeros":                  {"2026-1-4", false},
		"slashes":                           {"2026/10/14", false},
		"a time behind it":                  {"2026-10-14T00:00:00Z", false},
		"blanks around it":                  {" 2026-10-14", false},
		"full-width digits":                 {"２０２６-10-14", false},
		"nothing":                           {"", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := calendar.ParseDate(tc.text)
			if !tc.real {
				require.Equal(t, "date.invalid", domain.CodeOf(err))
				require.True(t, d.IsZero())
				return
			}
			require.NoError(t, err)
			require.Equal(t, tc.text, d.String())
		})
	}
}

func TestDateArithmetic(t *testing.T) {
	t.Parallel()
	d := date(t, "2024-01-31")
	require.Equal(t, "2024-02-01", d.AddDays(1).String())
	require.Equal(t, "2023-12-31", d.AddDays(-31).String())
	require.Equal(t, "2025-01-31", d.AddDays(366).String())
	require.Equal(t, "2024-02-29", d.AddMonths(1).String(), "the last day of a shorter month")
	require.Equal(t, "2023-11-30", d.AddMonths(-2).String())
	require.Equal(t, "2025-01-31", d.AddMonths(12).String())
	require.Equal(t, "2024-01-01", d.FirstOfMonth().String())
	require.Equal(t, "2024-02-29", d.AddDays(1).LastOfMonth().String())
	require.Equal(t, "2024-12-31", date(t, "2024-12-05").LastOfMonth().String())
	require.Equal(t, time.Wednesday, d.Weekday())
	require.Equal(t, 366, d.DaysUntil(date(t, "2025-01-31")))
	require.Equal(t, -1, d.DaysUntil(date(t, "2024-01-30")))
	require.Equal(t, d, calendar.NewDate(2023, 13, 31))
	require.True(t, calendar.Date{}.IsZero())
	require.Empty(t, calendar.Date{}.String())

	for _, later := range []string{"2024-02-01", "2025-01-01", "2024-02-28"} {
		require.Equal(t, -1, d.Compare(date(t, later)))
		require.Equal(t, 1, date(t, later).Compare(d))
		require.True(t, d.Before(date(t, later)))
		require.True(t, date(t, later).After(d))
	}
	require.Zero(t, d.Compare(date(t, "2024-01-31")))
	require.False(t, d.Before(d))
	require.False(t, d.After(d))
}

func TestTheCivilDayOfAnInstantIsThatOfShanghai(t *testing.T) {
	t.Parallel()
	require.Equal(t, "2026-06-09", calendar.DateOf(time.Date(2026, 6, 8, 16, 0, 0, 0, time.UTC)).String())
	require.Equal(t, "2026-06-08", calendar.DateOf(time.Date(2026, 6, 8, 15, 59, 59, 0, time.UTC)).String())
	require.Equal(t, "2026-06-08T09:30:00Z",
		date(t, "2026-06-08").At(calendar.DefaultClose).UTC().Format(time.RFC3339))
}

func TestParseTimeOfDay(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"17:30", "00:00", "23:59", "08:05"} {
		c, err := calendar.ParseTimeOfDay(good)
		require.NoError(t, err)
		require.Equal(t, good, c.String())
	}
	for _, bad := range []string{"", "24:00", "17:60", "7:30", "17:3", "1730", "17:30:00", "-1:30", "17.30"} {
		_, err := calendar.ParseTimeOfDay(bad)
		require.Equal(t, "time.invalid", domain.CodeOf(err), bad)
	}
}

func TestDatesAndTimesKeepTheirTextInDocuments(t *testing.T) {
	t.Parallel()
	type paper struct {
		On    calendar.Date      `json:"on" yaml:"on"`
		Until calendar.Date      `json:"until,omitzero" yaml:"until"`
		Close calendar.TimeOfDay `json:"close" yaml:"close"`
	}
	want := paper{On: date(t, "2026-10-14"), Close: calendar.TimeOfDay{Hour: 17, Minute: 30}}

	text, err := json.Marshal(want)
	require.NoError(t, err)
	require.JSONEq(t, `{"on":"2026-10-14","close":"17:30"}`, string(text))
	var got paper
	require.NoError(t, json.Unmarshal(text, &got))
	require.Equal(t, want, got)

	got = paper{}
	require.NoError(t, yaml.Unmarshal([]byte("on: 2026-10-14\nclose: 17:30\nuntil: \"\"\n"), &got))
	require.Equal(t, want, got)

	require.Error(t, json.Unmarshal([]byte(`{"on":"2026-02-29"}`), &got))
	require.Error(t, json.Unmarshal([]byte(`{"close":"25:00"}`), &got))
	require.Equal(t, want, got, "a refused text changes nothing")
}

func TestADeadlineSurvivesItsWayThroughARecord(t *testing.T) {
	t.Parallel()
	c := shipped(t)
	for _, p := range []calendar.Pause{pause(t, "2026-06-09", "2026-06-10"), pause(t, "2026-06-09", "")} {
		l := calendar.Limit{Received: at(t, "2026-06-08 09:00"), Days: 3, Pauses: []calendar.Pause{p}}
		want, err := c.Deadline(l)
		require.NoError(t, err)

		text, err := json.Marshal(l)
		require.NoError(t, err)
		var again calendar.Limit
		require.NoError(t, json.Unmarshal(text, &again))
		got, err := c.Deadline(again)
		require.NoError(t, err)
		require.Equal(t, want, got)

		text, err = json.Marshal(want)
		require.NoError(t, err)
		var recorded calendar.Deadline
		require.NoError(t, json.Unmarshal(text, &recorded))
		require.True(t, want.Due.Equal(recorded.Due))
		recorded.Due = want.Due
		require.Equal(t, want, recorded)
	}
}
