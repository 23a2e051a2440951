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
	c := Clock{Received: received.UTC(), Days: s.Days, Ladder: s.Ladder, Clause: s.LimitedBy()}
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
func (b *batch) hang(c *Clock) { b.hangFrom(c, c.Received) }

// hangFrom places warning and rungs around the due time. When that had passed before the work began, or was taken
// up again, the ladder is climbed from then.
func (b *batch) hangFrom(c *Clock, began time.Time) {
	c.WarnAt, c.Rungs = time.Time{}, nil
	if c.Due.IsZero() {
		return
	}
	closing, pauses := b.pack.Clock.Close, c.pauses()
	c.WarnAt = b.cal.Shift(c.Due, -b.warnDays(c), pauses, closing).UTC()
	ladder, ok := b.pack.Ladder(c.Ladder)
	if !ok {
		return
	}
	due := later(c.Due, began)
	before := due
	for n, r := range ladder.Rungs {
		from := due
		if r.From == "previous" {
			from = before
		}
		at := b.cal.Shift(from, r.Days, pauses, closing)
		if at.IsZero() { // beyond the last year of the calendar
			continue
		}
		if r.Morning {
			at = b.cal.PrevWorkingDay(calendar.DateOf(at)).At(b.pack.Clock.Open)
		}
		before = at
		rung := Rung{N: n, Kind: r.Kind, At: at.UTC(), To: r.To, Repeat: r.Repeat, Clause: r.Clause}
		if !reminded(c.Rungs, rung) {
			c.Rungs = append(c.Rungs, rung)
		}
	}
	inOrder(c.Rungs)
}

// warnDays is how many countable days are left when the lamp turns yellow: as many as the pack says, but of a limit
// that is no longer than that its last third, the last day at least. It would be yellow from the beginning else.
func (b *batch) warnDays(c *Clock) int {
	limit := c.Days
	if limit == 0 { // a date
		limit = b.cal.DaysLeft(calendar.DateOf(c.Received).AddDays(1).At(calendar.TimeOfDay{}), c.Due, c.pauses(), b.pack.Clock.Close)
	}
	if limit > b.pack.Clock.WarnDays {
		return b.pack.Clock.WarnDays
	}
	return max(1, limit/3)
}

// reminded tells whether a reminder would come twice at one moment: those of a due date on a day off all move to
// the last working day before.
func reminded(rungs []Rung, r Rung) bool {
	return r.Kind == policy.RungReminder && !r.Repeat && slices.ContainsFunc(rungs, func(o Rung) bool {
		return o.Kind == r.Kind && o.To == r.To && o.At.Equal(r.At)
	})
}

func inOrder(rungs []Rung) {
	slices.SortStableFunc(rungs, func(a, b Rung) int { return a.At.Compare(b.At) })
}

// ahead drops the reminders whose moment had passed before the work began, or was entered late: nobody is reminded
// of what he has just been given. One that repeats begins then. What follows from being late stays.
func (b *batch) ahead(rungs []Rung, began time.Time) []Rung {
	if b.late {
		began = later(began, b.now)
	}
	var kept []Rung
	for _, r := range rungs {
		if r.Kind == policy.RungReminder && r.At.Before(began) {
			if !r.Repeat {
				continue
			}
			r.At = b.nextMorning(began.Add(-time.Nanosecond))
		}
		kept = append(kept, r)
	}
	inOrder(kept)
	return kept
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
// past moves to the close of the current or next working day. One that was missed stays missed.
func (b *batch) recomputed(c Clock) (Clock, error) {
	left := c.Rungs
	l, counted := c.Limit(b.pack.Clock.Close)
	switch {
	case c.missed(b.at):
	case counted:
		d, _, err := b.cal.Recompute(l, b.at)
		if err != nil {
			return c, err
		}
		c.set(d)
	default:
		c.Provisional = b.cal.Day(calendar.DateOf(c.Due)).Provisional
	}
	c.Calendar = b.cal.Version()
	b.hang(&c)
	b.rehang(&c, left)
	return c, nil
}

// missed tells whether the due time had come at a moment: from then on the lamp is red.
func (c *Clock) missed(at time.Time) bool { return !c.Due.IsZero() && !c.Due.After(at) }

// rehang keeps of the rungs hung anew those that had not been climbed. What would have come while the clock stood
// still comes now: nothing happens on a day that does not count.
func (b *batch) rehang(c *Clock, left []Rung) {
	if c.standing() {
		c.Rungs = left
		return
	}
	c.Rungs = remaining(c.Rungs, left)
	if i := slices.IndexFunc(left, func(r Rung) bool { return r.N == tacit }); i >= 0 {
		c.grantBySilence(left[i])
	}
	c.Rungs = b.ahead(c.Rungs, b.at)
	for i := range c.Rungs {
		c.Rungs[i].At = later(c.Rungs[i].At, b.at.UTC())
	}
	inOrder(c.Rungs)
}

// remaining keeps of the rungs those that were still to come before; a repeated one not before its turn.
func remaining(rungs, left []Rung) []Rung {
	var kept []Rung
	for _, r := range rungs {
		i := slices.IndexFunc(left, func(l Rung) bool { return l.N == r.N })
		if i < 0 {
			continue
		}
		if r.Repeat {
			r.At = later(r.At, left[i].At)
		}
		kept = append(kept, r)
	}
	return kept
}

// putOff moves rungs by the working days that have closed since a moment: in between nothing was to be done.
func (b *batch) putOff(rungs []Rung, since time.Time) []Rung {
	closing := b.pack.Clock.Close
	ahead := calendar.DateOf(b.at).AddDays(1).At(closing)
	n := b.cal.DaysLeft(since, ahead, nil, closing) - b.cal.DaysLeft(b.at, ahead, nil, closing)
	if n < 1 {
		return rungs
	}
	for i := range rungs {
		r := &rungs[i]
		local := r.At.In(calendar.Zone)
		day := calendar.DateOf(b.cal.Shift(r.At, n, nil, closing))
		r.At = day.At(calendar.TimeOfDay{Hour: local.Hour(), Minute: local.Minute()}).UTC()
	}
	return rungs
}

// nextMorning is when business opens next after a moment.
func (b *batch) nextMorning(after time.Time) time.Time {
	for day := calendar.DateOf(after); ; day = day.AddDays(1) {
		day = b.cal.NextWorkingDay(day)
		if open := day.At(b.pack.Clock.Open); open.After(after) {
			return open.UTC()
		}
	}
}

// tacit is the place of the rung at the due time that grants an item by silence; it is in no ladder.
const tacit = -1

func (c *Clock) grantBySilence(r Rung) {
	r.At = c.Due
	c.Rungs = append([]Rung{r}, c.Rungs...)
	inOrder(c.Rungs)
}

// stop lets a clock stand still at a moment. A date given by the document stays where it is, and a due time that
// was missed before stays missed.
func (c Clock) stop(p Pause, at time.Time) Clock {
	c.Pauses = append(slices.Clone(c.Pauses), p)
	if c.Days > 0 && !c.missed(at) {
		c.Due, c.WarnAt = time.Time{}, time.Time{}
	}
	return c
}

// resume ends the standing pause of a reason today, the day included.
func (b *batch) resume(c Clock, reason string) (Clock, error) {
	today := calendar.DateOf(b.at)
	c.Pauses = slices.Clone(c.Pauses)
	for i := range c.Pauses {
		p := &c.Pauses[i]
		if !p.To.IsZero() || p.Reason != reason {
			continue
		}
		if today.Before(p.From) {
			return c, tooEarly()
		}
		p.To = today
	}
	if c.Due.IsZero() {
		return b.rewound(c)
	}
	left := c.Rungs
	c.Calendar = b.cal.Version()
	b.hang(&c)
	b.rehang(&c, left)
	return c, nil
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
