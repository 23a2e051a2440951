package calendar

import (
	"fmt"
	"time"

	"milepost/domain"
)

// maxDays bounds a limit: ten years of calendar days are more than any law gives.
const maxDays = 3650

// Limit is a number of working days that runs from a receipt, and the pauses in which its clock stood still.
type Limit struct {
	Received time.Time `json:"received"`
	Days     int       `json:"days"` // working days, 1 to 3650
	Pauses   []Pause   `json:"pauses,omitempty"`
	Close    TimeOfDay `json:"close,omitzero"` // close of business; zero = DefaultClose
}

// Deadline is when a limit ends, and under which calendar that was worked out.
type Deadline struct {
	DeemedReceipt Date      `json:"deemedReceipt"`         // the working day on which it counts as received
	Due           time.Time `json:"due,omitzero"`          // close of business in Zone; zero while Standing
	Provisional   bool      `json:"provisional,omitempty"` // reaches into a year without a notice
	Calendar      string    `json:"calendar"`              // version of the calendar
	Standing      bool      `json:"standing,omitempty"`    // a pause has no end yet: there is no due time
}

// Missed tells whether the limit had run out before now. A clock that stands still is never missed.
func (d Deadline) Missed(now time.Time) bool { return !d.Standing && d.Due.Before(now) }

// Deadline works out when the limit ends: at close of business of its last countable day after the day of
// deemed receipt. Refused (invalid) are limits outside of 1 to 3650 days, pauses that end before they begin,
// times that do not exist, and what reaches beyond the year 2999. Clauses SL-21a, SL-21b.
func (c *Calendar) Deadline(l Limit) (Deadline, error) { return c.run(l, nil) }

// run walks from the day of receipt to the due day. show, unless nil, sees every day on the way.
func (c *Calendar) run(l Limit, show func(ExplainedDay)) (Deadline, error) {
	if err := l.check(); err != nil {
		return Deadline{}, err
	}
	closing := l.Close.orDefault()
	deadline := Deadline{Calendar: c.version}
	day := DateOf(l.Received)
	mark := c.markOf(day)
	see := func(reason string, n int) {
		deadline.Provisional = deadline.Provisional || mark.provisional
		if show != nil {
			show(mark.explain(day, reason, n))
		}
	}
	next := func() {
		day = day.AddDays(1)
		mark = c.markOf(day)
	}

	if mark.working && l.Received.After(day.At(closing)) {
		see(ReasonAfterHours, 0)
		next()
	}
	for ; !mark.working; next() {
		see(mark.reason(), 0)
	}
	deadline.DeemedReceipt = day
	see(ReasonReceipt, 0)

	for n := 0; n < l.Days; {
		next()
		if day.Year > lastYear {
			return Deadline{}, domain.Invalid("limit.range", "days", "",
				fmt.Sprintf("期限超出 %d 年", lastYear), fmt.Sprintf("The limit ends after the year %d.", lastYear))
		}
		if !mark.working {
			see(mark.reason(), n)
			continue
		}
		switch clockOn(day, l.Pauses) {
		case running:
			n++
			see(mark.reason(), n)
		case paused:
			see(ReasonPaused, n)
		case standing: // Nothing counts from here on until somebody resumes the clock.
			see(ReasonPaused, n)
			deadline.Standing = true
			return deadline, nil
		}
	}
	deadline.Due = day.At(closing)
	return deadline, nil
}

// check refuses what is not a limit at all.
func (l Limit) check() error {
	received := DateOf(l.Received)
	switch {
	case l.Days < 1 || l.Days > maxDays:
		return domain.Invalid("limit.days", "days", "",
			fmt.Sprintf("期限应为 1 至 %d 个工作日", maxDays), fmt.Sprintf("A limit has 1 to %d working days.", maxDays))
	case !received.real():
		return domain.Invalid("limit.received", "received", "",
			fmt.Sprintf("收件时间应在 %d 至 %d 年之间", firstYear, lastYear),
			fmt.Sprintf("The time of receipt must lie in the years %d to %d.", firstYear, lastYear))
	case !l.Close.real():
		return domain.Invalid("limit.close", "close", "",
			"下班时间应在 00:01 至 23:59 之间", "Close of business must lie from 00:01 to 23:59.")
	}
	for i, p := range l.Pauses {
		if !p.real() {
			return domain.Invalid("limit.pause", fmt.Sprintf("pauses[%d]", i), "",
				fmt.Sprintf("第 %d 次暂停的起止日期不成立：止日不能早于起日", i+1),
				fmt.Sprintf("Pause %d is impossible: it needs a first day, and cannot end before it.", i+1))
		}
	}
	return nil
}
