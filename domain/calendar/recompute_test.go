package calendar_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain/calendar"
)

// A notice for 2027 in which Spring Festival takes 5 to 12 February, paid for with two weekend days, and the
// days after New Year are worked on a Saturday and a Sunday, so that deadlines there come earlier.
func with2027(t *testing.T) *calendar.Calendar {
	t.Helper()
	c, err := shipped(t).With(notice(t, 2027,
		[]string{"2027-01-01", "2027-02-05", "2027-02-08", "2027-02-09", "2027-02-10", "2027-02-11", "2027-02-12"},
		[]string{"2027-01-02", "2027-01-03", "2027-01-31", "2027-02-20"}))
	require.NoError(t, err)
	return c
}

func TestRecomputeUnderANoticeThatWasLoaded(t *testing.T) {
	t.Parallel()
	old, loaded := shipped(t), with2027(t)
	for name, tc := range map[string]struct {
		received string
		days     int
		pauses   []calendar.Pause
		now      string
		before   string // due under the old calendar
		after    string
		moved    bool
	}{
		"Spring Festival moves it later": {
			"2027-02-02 09:00", 5, nil, "2027-02-02 10:00", "2027-02-09 17:30", "2027-02-17 17:30", false,
		},
		"a make-up day moves it earlier": {
			"2026-12-30 09:00", 3, nil, "2026-12-30 10:00", "2027-01-05 17:30", "2027-01-03 17:30", false,
		},
		"what stays within 2026 stays": {
			"2026-12-14 09:00", 5, nil, "2026-12-14 10:00", "2026-12-21 17:30", "2026-12-21 17:30", false,
		},
		"one that would land in the past moves to the close of the current working day": {
			"2026-12-30 09:00", 3, nil, "2027-01-04 10:00", "2027-01-05 17:30", "2027-01-04 17:30", true,
		},
		"exactly at the close of the current day is not too late": {
			"2026-12-30 09:00", 3, nil, "2027-01-04 17:30", "2027-01-05 17:30", "2027-01-04 17:30", true,
		},
		"after that close to the next one": {
			"2026-12-30 09:00", 3, nil, "2027-01-04 17:31", "2027-01-05 17:30", "2027-01-05 17:30", true,
		},
		"on a day off to the close of the next working day": {
			"2027-02-19 09:00", 5, nil, "2027-02-27 12:00", "2027-02-26 17:30", "2027-03-01 17:30", true,
		},
		"one that is due just now is not in the past": {
			"2026-12-30 09:00", 3, nil, "2027-01-03 17:30", "2027-01-05 17:30", "2027-01-03 17:30", false,
		},
		"a day on which the clock stood still is passed over": {
			"2026-12-30 09:00", 3,
			[]calendar.Pause{pause(t, "2027-01-04", "2027-01-04")},
			"2027-01-04 10:00", "2027-01-06 17:30", "2027-01-05 17:30", true,
		},
		"a pause that stands keeps it without a due time": {
			"2026-12-30 09:00", 3, []calendar.Pause{pause(t, "2027-01-04", "")}, "2027-01-04 10:00", "", "", true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := calendar.Limit{Received: at(t, tc.received), Days: tc.days, Pauses: tc.pauses}
			before, err := old.Deadline(l)
			require.NoError(t, err)
			require.Equal(t, tc.before, civil(before.Due))

			d, moved, err := loaded.Recompute(l, at(t, tc.now))
			require.NoError(t, err)
			require.Equal(t, tc.after, civil(d.Due))
			require.Equal(t, tc.after == "", d.Standing)
			require.Equal(t, tc.moved, moved)
			require.Equal(t, loaded.Version(), d.Calendar)
			require.False(t, d.Provisional, "the notice is known now")
			require.Equal(t, before.DeemedReceipt, d.DeemedReceipt)
		})
	}
}

func TestOneThatMovesIntoAYearWithoutNoticeIsProvisional(t *testing.T) {
	t.Parallel()
	l := calendar.Limit{Received: at(t, "2026-12-24 09:00"), Days: 2}
	d, moved, err := shipped(t).Recompute(l, at(t, "2026-12-31 18:00"))
	require.NoError(t, err)
	require.True(t, moved)
	require.Equal(t, "2027-01-04 17:30", civil(d.Due))
	require.True(t, d.Provisional)
}
