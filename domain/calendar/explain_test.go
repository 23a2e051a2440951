package calendar_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain/calendar"
)

// sheet writes an explanation one day a line: date, running count, why, name.
func sheet(lines []calendar.ExplainedDay) string {
	var b strings.Builder
	for _, l := range lines {
		mark := "-"
		if l.Counted {
			mark = fmt.Sprint(l.N)
		}
		fmt.Fprintln(&b, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", l.Date, mark, l.Reason, l.Name)))
	}
	return b.String()
}

func TestExplain(t *testing.T) {
	t.Parallel()
	c := shipped(t)
	for name, tc := range map[string]struct {
		limit calendar.Limit
		want  string
	}{
		"SL-21a: the National Day example": {
			calendar.Limit{Received: at(t, "2026-09-23 10:00"), Days: 10},
			`2026-09-23 - receipt
2026-09-24 1 counted
2026-09-25 - holiday 中秋
2026-09-26 - holiday 中秋
2026-09-27 - holiday 中秋
2026-09-28 2 counted
2026-09-29 3 counted
2026-09-30 4 counted
2026-10-01 - holiday 国庆节
2026-10-02 - holiday 国庆节
2026-10-03 - holiday 国庆节
2026-10-04 - holiday 国庆节
2026-10-05 - holiday 国庆节
2026-10-06 - holiday 国庆节
2026-10-07 - holiday 国庆节
2026-10-08 5 counted
2026-10-09 6 counted
2026-10-10 7 makeup-counted 国庆节
2026-10-11 - weekend
2026-10-12 8 counted
2026-10-13 9 counted
2026-10-14 10 counted
`,
		},
		"SL-21a: the Spring Festival example": {
			calendar.Limit{Received: at(t, "2026-02-14 18:00"), Days: 10},
			`2026-02-14 - after-hours 春节
2026-02-15 - holiday 春节
2026-02-16 - holiday 春节
2026-02-17 - holiday 春节
2026-02-18 - holiday 春节
2026-02-19 - holiday 春节
2026-02-20 - holiday 春节
2026-02-21 - holiday 春节
2026-02-22 - holiday 春节
2026-02-23 - holiday 春节
2026-02-24 - receipt
2026-02-25 1 counted
2026-02-26 2 counted
2026-02-27 3 counted
2026-02-28 4 makeup-counted 春节
2026-03-01 - weekend
2026-03-02 5 counted
2026-03-03 6 counted
2026-03-04 7 counted
2026-03-05 8 counted
2026-03-06 9 counted
2026-03-07 - weekend
2026-03-08 - weekend
2026-03-09 10 counted
`,
		},
		"SL-21b: received on a Sunday, paused over a weekend and a working day": {
			calendar.Limit{
				Received: at(t, "2026-06-07 10:00"), Days: 5,
				Pauses: []calendar.Pause{pause(t, "2026-06-11", "2026-06-13")},
			},
			`2026-06-07 - weekend
2026-06-08 - receipt
2026-06-09 1 counted
2026-06-10 2 counted
2026-06-11 - paused
2026-06-12 - paused
2026-06-13 - weekend
2026-06-14 - weekend
2026-06-15 3 counted
2026-06-16 4 counted
2026-06-17 5 counted
`,
		},
		"a standing pause ends the list with the first working day that it stops": {
			calendar.Limit{
				Received: at(t, "2026-06-11 10:00"), Days: 5, Pauses: []calendar.Pause{pause(t, "2026-06-13", "")},
			},
			`2026-06-11 - receipt
2026-06-12 1 counted
2026-06-13 - weekend
2026-06-14 - weekend
2026-06-15 - paused
`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			deadline, lines, err := c.Explain(tc.limit)
			require.NoError(t, err)
			require.Equal(t, tc.want, sheet(lines))
			alone, err := c.Deadline(tc.limit)
			require.NoError(t, err)
			require.Equal(t, alone, deadline)
		})
	}
}

func TestAnExplanationMarksTheDaysThatAreProvisional(t *testing.T) {
	t.Parallel()
	_, lines, err := shipped(t).Explain(calendar.Limit{Received: at(t, "2026-12-30 10:00"), Days: 2})
	require.NoError(t, err)
	require.Equal(t, `2026-12-30 - receipt
2026-12-31 1 counted
2027-01-01 - holiday 元旦
2027-01-02 - weekend
2027-01-03 - weekend
2027-01-04 2 counted
`, sheet(lines))
	for _, l := range lines {
		require.Equal(t, l.Date.Year == 2027, l.Provisional, l.Date.String())
	}
}
