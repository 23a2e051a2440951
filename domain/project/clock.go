package project

import (
	"slices"
	"time"

	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/policy"
)

// limit starts a party's clock of working days at its receipt (domain rules, "The working-day clock").
func (b *batch) limit(party domain.Party, s policy.Step) (Clock, error) {
	received := b.receipt(party)
	c := Clock{Received: received.UTC(), Days: s.Days, Ladder: s.Ladder, Clause: s.LimitedBy(), Calendar: b.cal.Version()}
	l, _ := c.Limit(b.pack.Clock.Close)
	d, err := b.cal.Deadline(l)
	if err != nil {
		return Clock{}, err
	}
	c.set(d)
	c.FirstDue = c.Due
	b.hang(&c)
	c.Rungs = b.ahead(c.Rungs, received)
	return c, nil
}

// until starts a party's clock towards a date that the document or a plan gives; it ends at close of business and
// stays where it is when the date is no working day. A date that had passed when a late entry brought it to the party
// moves to the close of the working day on which it did (OWN-105a).
func (b *batch) until(party domain.Party, date calendar.Date, ladder, clause string) Clock {
	return b.towards(Clock{Ladder: ladder, Clause: clause}, party, date)
}

// towards is until under the version, ladder and clause that a clock has already.
func (b *batch) towards(c Clock, party domain.Party, date calendar.Date) Clock {
	received := b.receipt(party)
	due := date.At(b.under(c.Pack).Clock.Close).UTC()
	c = Clock{Received: received.UTC(), Due: due, Ladder: c.Ladder, Clause: c.Clause, Calendar: b.cal.Version(), Pack: c.Pack}
	c.Provisional = b.cal.Day(date).Provisional
	if due.Before(received) && received.After(b.at) {
		c.Moved = &Move{From: due, Clause: ruleLateTime}
		c.Due = b.nextClose(received)
	}
	c.FirstDue = c.Due
	b.hang(&c)
	c.Rungs = b.ahead(c.Rungs, received)
	return c
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
// up again, the ladder is climbed from then. The ladder is always that of the version the clock began under: rungs are
// known by their place in it, and hung by another, one that was climbed would be climbed again.
func (b *batch) hangFrom(c *Clock, began time.Time) {
	c.WarnAt, c.Rungs = time.Time{}, nil
	if c.Due.IsZero() {
		return
	}
	pack := b.under(c.Pack)
	closing, pauses := pack.Clock.Close, c.pauses()
	c.WarnAt = b.cal.Shift(c.Due, -b.warnDays(c), pauses, closing).UTC()
	ladder, ok := pack.Ladder(c.Ladder)
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
			at = b.cal.PrevWorkingDay(calendar.DateOf(at)).At(pack.Clock.Open)
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
	limit, rule := c.Days, b.under(c.Pack).Clock
	if limit == 0 { // a date
		limit = b.cal.DaysLeft(calendar.DateOf(c.Received).AddDays(1).At(calendar.TimeOfDay{}), c.Due, c.pauses(), rule.Close)
	}
	if limit > rule.WarnDays {
		return rule.WarnDays
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

// rewound is a clock of working days after its pauses changed, from a moment on: rungs already climbed stay climbed.
func (b *batch) rewound(c Clock, from time.Time) (Clock, error) {
	left := c.Rungs
	l, _ := c.Limit(b.under(c.Pack).Clock.Close)
	if err := b.runOn(&c, l, from); err != nil {
		return c, err
	}
	b.hang(&c)
	b.rehang(&c, left, from)
	return c, nil
}

// extended is a clock with so many more working days, counted from where its due time lies, also when it was moved
// there.
func (b *batch) extended(c Clock, days int) (Clock, error) {
	left, due, moved := c.Rungs, c.Due, c.Moved
	c.Days += days
	l, _ := c.Limit(b.under(c.Pack).Clock.Close)
	if err := b.runOn(&c, l, b.at); err != nil {
		return c, err
	}
	if moved != nil {
		c.Moved = &Move{From: c.laid(), Clause: moved.Clause}
		c.Due = b.cal.Shift(due, days, c.pauses(), l.Close).UTC()
	}
	b.hang(&c)
	b.rehang(&c, left, b.at)
	return c, nil
}

// recomputed is the clock under a newly loaded calendar: it may move either way, but one that would land in the
// past moves to the close of the current or next working day. One that was missed stays missed.
func (b *batch) recomputed(c Clock) (Clock, error) {
	left := c.Rungs
	l, counted := c.Limit(b.under(c.Pack).Clock.Close)
	switch {
	case c.missed(b.at):
	case counted:
		if err := b.runOn(&c, l, b.at); err != nil {
			return c, err
		}
	default:
		c.Provisional = b.cal.Day(calendar.DateOf(c.Due)).Provisional
		c.Calendar = b.cal.Version()
	}
	b.hang(&c)
	b.rehang(&c, left, b.at)
	return c, nil
}

// runOn winds a clock anew that had not been missed by a moment: what would land before moves to the close of the
// working day, and says so (OWN-108).
func (b *batch) runOn(c *Clock, l calendar.Limit, from time.Time) error {
	d, moved, err := b.cal.Recompute(l, from)
	if err != nil {
		return err
	}
	c.Moved = nil
	if moved {
		counted, err := b.cal.Deadline(l)
		if err != nil {
			return err
		}
		c.Moved = &Move{From: counted.Due.UTC(), Clause: ruleCalendar}
	}
	c.set(d)
	c.Calendar = b.cal.Version()
	return nil
}

// missed tells whether the due time had come at a moment: from then on the lamp is red.
func (c *Clock) missed(at time.Time) bool { return !c.Due.IsZero() && !c.Due.After(at) }

// rehang keeps of the rungs hung anew those that had not been climbed. What would have come while the clock stood
// still comes when it goes on: nothing happens on a day that does not count.
func (b *batch) rehang(c *Clock, left []Rung, from time.Time) {
	if c.standing() {
		c.Rungs = left
		return
	}
	c.Rungs = remaining(c.Rungs, left)
	if i := slices.IndexFunc(left, func(r Rung) bool { return r.N == tacit }); i >= 0 {
		c.grantBySilence(left[i])
	}
	c.Rungs = b.ahead(c.Rungs, from)
	for i := range c.Rungs {
		c.Rungs[i].At = later(c.Rungs[i].At, from.UTC())
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

// putOff moves rungs of a clock by the working days that have closed since a moment: in between nothing was to be done.
func (b *batch) putOff(c *Clock, rungs []Rung, since time.Time) []Rung {
	closing := b.under(c.Pack).Clock.Close
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

// nextClose is the close of business that comes next after a moment.
func (b *batch) nextClose(after time.Time) time.Time {
	day := calendar.DateOf(after)
	if after.After(day.At(b.pack.Clock.Close)) {
		day = day.AddDays(1)
	}
	return b.cal.NextWorkingDay(day).At(b.pack.Clock.Close).UTC()
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

// resume ends the standing pause of a reason today, the day included; for another party than who entered it late, on
// the day of the entry.
func (b *batch) resume(party domain.Party, c Clock, reason string) (Clock, error) {
	from := b.receipt(party)
	today := calendar.DateOf(from)
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
		return b.rewound(c, from)
	}
	left := c.Rungs
	b.hang(&c)
	b.rehang(&c, left, from)
	return c, nil
}

// newTask is a task that begins at the party's receipt, under a plain step of the pack.
func (b *batch) newTask(kind TaskKind, subject string, round int, party domain.Party, name domain.Text, s policy.Step) (Task, error) {
	c, err := b.limit(party, s)
	if err != nil {
		return Task{}, err
	}
	return b.taskWith(kind, subject, round, party, name, c), nil
}

func (b *batch) taskWith(kind TaskKind, subject string, round int, party domain.Party, name domain.Text, c Clock) Task {
	k := key(string(kind), subject, itoa(round))
	return Task{Key: k, Kind: kind, Subject: subject, Round: round, Party: party, Name: name, Opened: b.at.UTC(), Clock: c}
}
