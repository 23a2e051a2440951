package project

import (
	"slices"
	"time"

	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/policy"
)

// limit starts a clock of working days from a moment of receipt (domain rules, "The working-day clock").
func (b *batch) limit(received time.Time, s policy.Step) (Clock, error) {
	c := Clock{Received: received.UTC(), Days: s.Days, Ladder: s.Ladder, Clause: s.Clause}
	if err := b.wind(&c); err != nil {
		return Clock{}, err
	}
	c.FirstDue = c.Due
	c.Rungs = b.ahead(c.Rungs, received)
	return c, nil
}

// until starts a clock towards a date that the document or a plan gives; it ends at close of business and
// stays where it is when the date is no working day.
func (b *batch) until(date calendar.Date, ladder, clause string) Clock {
	due := date.At(b.pack.Clock.Close).UTC()
	c := Clock{Received: b.at.UTC(), Due: due, FirstDue: due, Ladder: ladder, Clause: clause, Calendar: b.cal.Version()}
	c.Provisional = b.cal.Day(date).Provisional
	b.hang(&c)
	c.Rungs = b.ahead(c.Rungs, b.at)
	return c
}

// wind computes due time, warning and rungs of a clock anew from its receipt, limit and pauses.
func (b *batch) wind(c *Clock) error {
	if l, counted := c.Limit(b.pack.Clock.Close); counted {
		d, err := b.cal.Deadline(l)
		if err != nil {
			return err
		}
		c.set(d)
	}
	c.Calendar = b.cal.Version()
	b.hang(c)
	return nil
}

func (c *Clock) set(d calendar.Deadline) {
	c.Deemed, c.Due, c.Provisional = d.DeemedReceipt, d.Due.UTC(), d.Provisional
	if d.Standing {
		c.Due = time.Time{}
	}
}

// hang places warning and rungs around the due time.
func (b *batch) hang(c *Clock) {
	c.WarnAt, c.Rungs = time.Time{}, nil
	if c.Due.IsZero() {
		return
	}
	closing := b.pack.Clock.Close
	c.WarnAt = b.cal.Shift(c.Due, -b.pack.Clock.WarnDays, c.pauses(), closing).UTC()
	ladder, ok := b.pack.Ladder(c.Ladder)
	if !ok {
		return
	}
	// A date that had passed when the work began: the ladder is climbed from the day it began.
	due := later(c.Due, b.cal.Shift(c.Received, 0, nil, closing))
	before := due
	for n, r := range ladder.Rungs {
		from := due
		if r.From == "previous" {
			from = before
		}
		at := b.cal.Shift(from, r.Days, c.pauses(), closing)
		if r.Morning {
			at = b.cal.PrevWorkingDay(calendar.DateOf(at)).At(b.pack.Clock.Open)
		}
		c.Rungs = append(c.Rungs, Rung{N: n, Kind: r.Kind, At: at.UTC(), To: r.To, Repeat: r.Repeat, Clause: r.Clause})
		before = at
	}
	slices.SortStableFunc(c.Rungs, func(a, b Rung) int { return a.At.Compare(b.At) })
}

// ahead drops the reminders whose moment had passed before the work began: nobody is reminded of what he has
// just been given. What follows from being late stays.
func (b *batch) ahead(rungs []Rung, began time.Time) []Rung {
	return slices.DeleteFunc(rungs, func(r Rung) bool { return r.Kind == policy.RungReminder && r.At.Before(began) })
}

// rewound is the clock after its pauses or its limit changed: rungs already climbed stay climbed.
func (b *batch) rewound(c Clock) (Clock, error) {
	left := c.Rungs
	if err := b.wind(&c); err != nil {
		return c, err
	}
	b.rehang(&c, left)
	return c, nil
}

// recomputed is the clock under a newly loaded calendar: it may move either way, but one that would land in the
// past moves to the close of the current or next working day.
func (b *batch) recomputed(c Clock) (Clock, error) {
	left := c.Rungs
	if l, counted := c.Limit(b.pack.Clock.Close); counted {
		d, _, err := b.cal.Recompute(l, b.at)
		if err != nil {
			return c, err
		}
		c.set(d)
	}
	c.Calendar = b.cal.Version()
	b.hang(&c)
	b.rehang(&c, left)
	return c, nil
}

// rehang keeps of the rungs hung anew those that had not been climbed.
func (b *batch) rehang(c *Clock, left []Rung) {
	if c.Due.IsZero() { // another pause still stands
		c.Rungs = left
		return
	}
	c.Rungs = remaining(c.Rungs, left)
	if i := slices.IndexFunc(left, func(r Rung) bool { return r.N == tacit }); i >= 0 {
		c.grantBySilence(left[i])
	}
	c.Rungs = b.ahead(c.Rungs, b.at)
}

// remaining keeps of the rungs those that were still to come before.
func remaining(rungs, left []Rung) []Rung {
	return slices.DeleteFunc(rungs, func(r Rung) bool {
		return !slices.ContainsFunc(left, func(l Rung) bool { return l.N == r.N })
	})
}

// tacit is the place of the rung at the due time that grants an item by silence; it is in no ladder.
const tacit = -1

func (c *Clock) grantBySilence(r Rung) {
	r.At = c.Due
	c.Rungs = append([]Rung{r}, c.Rungs...)
	slices.SortStableFunc(c.Rungs, func(a, b Rung) int { return a.At.Compare(b.At) })
}

// stop lets a clock stand still from a civil date.
func (c Clock) stop(p Pause) Clock {
	c.Pauses = append(slices.Clone(c.Pauses), p)
	if c.Days > 0 { // a date given by the document stays where it is
		c.Due, c.WarnAt = time.Time{}, time.Time{}
	}
	return c
}

// resume ends the standing pauses of a reason on a civil date, that day included.
func (b *batch) resume(c Clock, reason string, to calendar.Date) (Clock, error) {
	c.Pauses = slices.Clone(c.Pauses)
	for i := range c.Pauses {
		if c.Pauses[i].To.IsZero() && c.Pauses[i].Reason == reason {
			c.Pauses[i].To = to
		}
	}
	return b.rewound(c)
}

// newTask is a task that begins now, under a plain step of the pack.
func (b *batch) newTask(kind TaskKind, subject string, round int, party domain.Party, name domain.Text, s policy.Step) (Task, error) {
	c, err := b.limit(b.at, s)
	if err != nil {
		return Task{}, err
	}
	return b.taskWith(kind, subject, round, party, name, c), nil
}

func (b *batch) taskWith(kind TaskKind, subject string, round int, party domain.Party, name domain.Text, c Clock) Task {
	k := key(string(kind), subject, itoa(round))
	return Task{Key: k, Kind: kind, Subject: subject, Round: round, Party: party, Name: name, Opened: b.at.UTC(), Clock: c}
}
