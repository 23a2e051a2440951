package calendar

import "time"

// Recompute works out an open deadline again, because a notice was loaded. It may move either way; one that
// would land in the past moves to the close of the current working day, or of the next one when that is over,
// and moved is true. Days on which the clock stands still are passed over; while a pause stands the result is
// Standing.
//
// Ask only for deadlines that are open and not missed at now: one that was missed before stays missed, and must
// not be rescued by a notice. The move is not part of the limit, so whoever works the same limit out again later
// (a pause ends) asks Recompute again.
func (c *Calendar) Recompute(l Limit, now time.Time) (d Deadline, moved bool, err error) {
	d, err = c.Deadline(l)
	if err != nil || !d.Missed(now) {
		return d, false, err
	}
	closing := l.Close.orDefault()
	day := DateOf(now)
	if now.After(day.At(closing)) {
		day = day.AddDays(1)
	}
	for ; ; day = day.AddDays(1) {
		mark, clock := c.markOf(day), clockOn(day, l.Pauses)
		d.Provisional = d.Provisional || mark.provisional
		if clock == standing {
			d.Due, d.Standing = time.Time{}, true
			return d, true, nil
		}
		if clock == running && mark.working {
			d.Due = day.At(closing)
			return d, true, nil
		}
	}
}
