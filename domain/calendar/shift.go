package calendar

import (
	"math"
	"time"
)

// Endless is the number of days left to a deadline that stands still.
const Endless = math.MaxInt32

// Shift returns the close of business of the n-th countable day after the civil day of t, or before it when n
// is negative; with n = 0 it returns t. The zero time means that there is no such day, because a pause stands.
func (c *Calendar) Shift(t time.Time, n int, pauses []Pause, closing TimeOfDay) time.Time {
	if n == 0 {
		return t
	}
	step := 1
	if n < 0 {
		step = -1
	}
	day := DateOf(t)
	for n != 0 {
		day = day.AddDays(step)
		if day.Year < firstYear || day.Year > lastYear {
			return time.Time{}
		}
		clock := clockOn(day, pauses)
		if clock == standing && step > 0 {
			return time.Time{}
		}
		if clock == running && c.markOf(day).working {
			n -= step
		}
	}
	return day.At(closing.orDefault())
}

// DaysLeft counts the countable days still to come until due: those whose close of business lies ahead, so that
// the day of now counts until it closes. At due it is 0; afterwards it is negative, -1 until the close of
// business of the first countable day after due. It keeps in step with Shift: at Shift(due, -3) three days are
// left. A zero due (a clock that stands still) has Endless days left.
func (c *Calendar) DaysLeft(now, due time.Time, pauses []Pause, closing TimeOfDay) int {
	closing = closing.orDefault()
	today := DateOf(now)
	switch {
	case due.IsZero():
		return Endless
	case now.Before(due):
		if !now.Before(today.At(closing)) {
			today = today.AddDays(1)
		}
		return c.countable(today, DateOf(due), pauses)
	case now.Equal(due):
		return 0
	default:
		if !now.After(today.At(closing)) {
			today = today.AddDays(-1)
		}
		return -1 - c.countable(DateOf(due).AddDays(1), today, pauses)
	}
}

// countable counts the countable days from first to last, both included.
func (c *Calendar) countable(first, last Date, pauses []Pause) int {
	n := 0
	for day := first; !day.After(last); day = day.AddDays(1) {
		if c.markOf(day).working && clockOn(day, pauses) == running {
			n++
		}
	}
	return n
}
