package calendar_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"milepost/domain/calendar"
)

// Years around the shipped notices, so that limits begin before, within and behind them.
const (
	fromYear = 2019
	toYear   = 2029
)

func drawDate(t *rapid.T, from, to calendar.Date, label string) calendar.Date {
	return from.AddDays(rapid.IntRange(0, from.DaysUntil(to)).Draw(t, label))
}

// drawNotice makes a notice that no council would issue but that contradicts nothing: holidays anywhere, up to a
// whole month on end, and make-up days on any other weekend days.
func drawNotice(t *rapid.T, year int) calendar.Year {
	y := calendar.Year{
		Year: year, Notice: fmt.Sprintf("通知 %d", rapid.IntRange(1, 9).Draw(t, "number")),
		Holidays: map[calendar.Date]string{}, Makeup: map[calendar.Date]string{},
	}
	first, last := calendar.NewDate(year, 1, 1), calendar.NewDate(year, 12, 31)
	for range rapid.IntRange(0, 8).Draw(t, "festivals") {
		d := drawDate(t, first, last, "festival")
		for range rapid.IntRange(1, 31).Draw(t, "length") {
			if d.Year == year {
				y.Holidays[d] = "节"
			}
			d = d.AddDays(1)
		}
	}
	for range rapid.IntRange(0, 12).Draw(t, "make-up days") {
		d := drawDate(t, first, last, "make-up day")
		weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
		if _, off := y.Holidays[d]; weekend && !off {
			y.Makeup[d] = "节"
		}
	}
	return y
}

// drawCalendar takes the shipped notices or makes some up, and leaves some years out.
func drawCalendar(t *rapid.T, real []calendar.Year) (*calendar.Calendar, []calendar.Year) {
	var years []calendar.Year
	if rapid.Bool().Draw(t, "shipped") {
		years = real
	} else {
		for year := fromYear; year <= toYear; year++ {
			if rapid.Bool().Draw(t, "noticed") {
				years = append(years, drawNotice(t, year))
			}
		}
	}
	c, err := calendar.New(years...)
	require.NoError(t, err)
	return c, years
}

func drawInstant(t *rapid.T, label string) time.Time {
	d := drawDate(t, calendar.NewDate(fromYear, 6, 1), calendar.NewDate(toYear-1, 6, 1), label+" day")
	if rapid.Bool().Draw(t, label+" near close") {
		return d.At(calendar.DefaultClose).Add(time.Duration(rapid.IntRange(-2, 2).Draw(t, "seconds")) * time.Second)
	}
	return d.At(calendar.TimeOfDay{}).Add(time.Duration(rapid.Int64Range(0, int64(24*time.Hour)-1).Draw(t, label+" time")))
}

func drawPause(t *rapid.T, near calendar.Date, mayStand bool) calendar.Pause {
	p := calendar.Pause{From: near.AddDays(rapid.IntRange(-15, 90).Draw(t, "paused"))}
	if !mayStand || rapid.IntRange(0, 5).Draw(t, "stands") > 0 {
		p.To = p.From.AddDays(rapid.IntRange(0, 40).Draw(t, "resumed"))
	}
	return p
}

func drawPauses(t *rapid.T, near calendar.Date, mayStand bool) []calendar.Pause {
	var pauses []calendar.Pause
	for range rapid.IntRange(0, 4).Draw(t, "pauses") {
		pauses = append(pauses, drawPause(t, near, mayStand))
	}
	return pauses
}

func drawLimit(t *rapid.T) calendar.Limit {
	l := calendar.Limit{Received: drawInstant(t, "received")}
	l.Days = rapid.OneOf(rapid.IntRange(1, 15), rapid.IntRange(1, 120)).Draw(t, "days")
	l.Pauses = drawPauses(t, calendar.DateOf(l.Received), true)
	if rapid.Bool().Draw(t, "own close") {
		l.Close = calendar.TimeOfDay{Hour: rapid.IntRange(0, 23).Draw(t, "hour"), Minute: rapid.IntRange(0, 59).Draw(t, "minute")}
	}
	return l
}

func closeOf(l calendar.Limit) calendar.TimeOfDay {
	if l.Close.IsZero() {
		return calendar.DefaultClose
	}
	return l.Close
}

// earlier tells whether a ends before b; a deadline that stands ends after every other.
func earlier(a, b calendar.Deadline) bool {
	if a.Standing || b.Standing {
		return !a.Standing
	}
	return a.Due.Before(b.Due)
}

func TestPropertyTheSlowReferenceAgrees(t *testing.T) {
	t.Parallel()
	real := shippedYears(t)
	rapid.Check(t, func(t *rapid.T) {
		c, years := drawCalendar(t, real)
		l := drawLimit(t)
		d, err := c.Deadline(l)
		require.NoError(t, err)
		got := answer{receipt: d.DeemedReceipt.String(), due: civil(d.Due), provisional: d.Provisional}
		require.Equal(t, newReference(years).deadline(l), got)
	})
}

func TestPropertyDueIsAWorkingDayAtCloseAndNeverBeforeReceipt(t *testing.T) {
	t.Parallel()
	real := shippedYears(t)
	rapid.Check(t, func(t *rapid.T) {
		c, _ := drawCalendar(t, real)
		l := drawLimit(t)
		d, err := c.Deadline(l)
		require.NoError(t, err)
		require.True(t, c.Day(d.DeemedReceipt).Working)
		require.False(t, d.DeemedReceipt.Before(calendar.DateOf(l.Received)))
		require.Equal(t, d.Standing, d.Due.IsZero())
		if d.Standing {
			return
		}
		day := calendar.DateOf(d.Due)
		require.True(t, c.Day(day).Working)
		require.True(t, d.Due.Equal(day.At(closeOf(l))))
		require.True(t, d.Due.After(l.Received))
		require.True(t, day.After(d.DeemedReceipt))
	})
}

func TestPropertyAPauseNeverBringsADeadlineForward(t *testing.T) {
	t.Parallel()
	real := shippedYears(t)
	rapid.Check(t, func(t *rapid.T) {
		c, _ := drawCalendar(t, real)
		l := drawLimit(t)
		before, err := c.Deadline(l)
		require.NoError(t, err)
		l.Pauses = append(l.Pauses, drawPause(t, calendar.DateOf(l.Received), true))
		after, err := c.Deadline(l)
		require.NoError(t, err)
		require.False(t, earlier(after, before), "%v became %v", before, after)
	})
}

func TestPropertyALaterReceiptNeverEndsEarlier(t *testing.T) {
	t.Parallel()
	real := shippedYears(t)
	rapid.Check(t, func(t *rapid.T) {
		c, _ := drawCalendar(t, real)
		l := drawLimit(t)
		first, err := c.Deadline(l)
		require.NoError(t, err)
		l.Received = l.Received.Add(time.Duration(rapid.IntRange(0, 20*24*3600).Draw(t, "later")) * time.Second)
		second, err := c.Deadline(l)
		require.NoError(t, err)
		require.False(t, earlier(second, first))
	})
}

func TestPropertyAnExplanationAddsUpToTheLimit(t *testing.T) {
	t.Parallel()
	real := shippedYears(t)
	rapid.Check(t, func(t *rapid.T) {
		c, _ := drawCalendar(t, real)
		l := drawLimit(t)
		alone, err := c.Deadline(l)
		require.NoError(t, err)
		d, lines, err := c.Explain(l)
		require.NoError(t, err)
		require.Equal(t, alone, d)

		n, provisional, receipts := 0, false, 0
		for i, line := range lines {
			require.Equal(t, calendar.DateOf(l.Received).AddDays(i), line.Date, "no day is left out")
			if line.Counted {
				n++
			}
			if line.Reason == calendar.ReasonReceipt {
				require.Equal(t, d.DeemedReceipt, line.Date)
				receipts++
			}
			require.Equal(t, n, line.N)
			provisional = provisional || line.Provisional
		}
		require.Equal(t, 1, receipts)
		require.Equal(t, d.Provisional, provisional)
		last := lines[len(lines)-1]
		if d.Standing {
			require.Less(t, n, l.Days)
			require.Equal(t, calendar.ReasonPaused, last.Reason)
			return
		}
		require.Equal(t, l.Days, n)
		require.Equal(t, calendar.DateOf(d.Due), last.Date)
		require.True(t, last.Counted)
	})
}

func TestPropertyADeadlineDoesNotDependOnTheZoneOfTheInstant(t *testing.T) {
	t.Parallel()
	real := shippedYears(t)
	rapid.Check(t, func(t *rapid.T) {
		c, _ := drawCalendar(t, real)
		l := drawLimit(t)
		want, err := c.Deadline(l)
		require.NoError(t, err)
		abroad := time.FixedZone("abroad", rapid.IntRange(-14*3600, 14*3600).Draw(t, "offset"))
		l.Received = l.Received.In(abroad)
		got, err := c.Deadline(l)
		require.NoError(t, err)
		require.Equal(t, want, got)

		now := drawInstant(t, "now")
		require.Equal(t, c.DaysLeft(now, want.Due, l.Pauses, l.Close), c.DaysLeft(now.In(abroad), want.Due.In(abroad), l.Pauses, l.Close))
		require.Equal(t, c.Shift(now, 3, l.Pauses, l.Close), c.Shift(now.In(abroad), 3, l.Pauses, l.Close))
	})
}

// Not parallel, and so run before the parallel tests: it changes the zone of the whole process.
func TestADeadlineDoesNotDependOnTheZoneOfTheMachine(t *testing.T) {
	home := time.Local
	t.Cleanup(func() { time.Local = home })
	c := shipped(t)
	for _, offset := range []int{-12, -5, 0, 1, 8, 14} {
		time.Local = time.FixedZone("machine", offset*3600)
		for received, due := range map[string]string{"2026-09-23 10:00": "2026-10-14 17:30", "2026-02-14 18:00": "2026-03-09 17:30"} {
			instant := at(t, received)
			d, err := c.Deadline(calendar.Limit{Received: time.Unix(instant.Unix(), 0), Days: 10})
			require.NoError(t, err)
			require.Equal(t, due, d.Due.Format("2006-01-02 15:04"))
			require.Equal(t, "+0800", d.Due.Format("-0700"))
		}
	}
}

func TestPropertyShiftAndDeadlineAgree(t *testing.T) {
	t.Parallel()
	real := shippedYears(t)
	rapid.Check(t, func(t *rapid.T) {
		c, _ := drawCalendar(t, real)
		l := drawLimit(t)
		d, err := c.Deadline(l)
		require.NoError(t, err)
		shifted := c.Shift(d.DeemedReceipt.At(calendar.TimeOfDay{}), l.Days, l.Pauses, l.Close)
		require.True(t, shifted.Equal(d.Due), "%s is not %s", shifted, d.Due)
	})
}

func TestPropertyDaysLeftKeepsInStepWithShift(t *testing.T) {
	t.Parallel()
	real := shippedYears(t)
	rapid.Check(t, func(t *rapid.T) {
		c, _ := drawCalendar(t, real)
		l := drawLimit(t)
		l.Pauses = drawPauses(t, calendar.DateOf(l.Received), false)
		d, err := c.Deadline(l)
		require.NoError(t, err)
		n := rapid.IntRange(-20, 20).Draw(t, "n")
		rung := c.Shift(d.Due, n, l.Pauses, l.Close)
		require.Equal(t, -n, c.DaysLeft(rung, d.Due, l.Pauses, l.Close))

		now := drawInstant(t, "now")
		left := c.DaysLeft(now, d.Due, l.Pauses, l.Close)
		require.Equal(t, now.Before(d.Due), left > 0)
		require.Equal(t, now.After(d.Due), left < 0)
		if left > 0 {
			require.False(t, now.Before(c.Shift(d.Due, -left, l.Pauses, l.Close)))
		}
		if left < 0 {
			require.False(t, now.After(c.Shift(d.Due, -left, l.Pauses, l.Close)))
		}
	})
}

func TestPropertyRecomputingNeverLandsBeforeNow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, recomputes(shippedYears(t)))
}

// FuzzCalendarChange is the same, led by what the code has not done yet: no notice takes the time that is left.
func FuzzCalendarChange(f *testing.F) {
	for seed := range byte(16) {
		stream := make([]byte, 12<<10)
		_, _ = rand.NewChaCha8([32]byte{seed}).Read(stream) // never fails
		f.Add(stream)
	}
	f.Fuzz(rapid.MakeFuzz(recomputes(shippedYears(f))))
}

// recomputes loads a notice under an open deadline.
func recomputes(real []calendar.Year) func(*rapid.T) {
	return func(t *rapid.T) {
		c, _ := drawCalendar(t, real)
		l := drawLimit(t)
		now := drawInstant(t, "now")
		loaded, err := c.With(drawNotice(t, rapid.IntRange(fromYear, toYear).Draw(t, "loaded")))
		require.NoError(t, err)
		plain, err := loaded.Deadline(l)
		require.NoError(t, err)

		d, moved, err := loaded.Recompute(l, now)
		require.NoError(t, err)
		require.Equal(t, loaded.Version(), d.Calendar)
		require.Equal(t, plain.Missed(now), moved)
		require.False(t, d.Missed(now))
		switch {
		case !moved:
			require.Equal(t, plain, d)
		case !d.Standing:
			require.True(t, loaded.Day(calendar.DateOf(d.Due)).Working)
			require.LessOrEqual(t, loaded.DaysLeft(now, d.Due, l.Pauses, l.Close), 1, "the current working day or the next one")
		}
	}
}

func TestPropertyANoticeSurvivesWritingAndReading(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		y := drawNotice(t, rapid.IntRange(1900, 2999).Draw(t, "year"))
		first := calendar.NewDate(y.Year, 1, 1)
		y.Holidays[first] = "元旦"
		delete(y.Makeup, first)
		again, err := calendar.ParseYear([]byte(write(y)))
		require.NoError(t, err)
		require.Equal(t, y, again)
	})
}
