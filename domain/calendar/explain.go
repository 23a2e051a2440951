package calendar

// Why a day counts towards a limit or does not. The codes are stable: screens and documents translate them.
const (
	ReasonCounted       = "counted"        // a working day, counted
	ReasonMakeupCounted = "makeup-counted" // a make-up workday (调休上班), counted
	ReasonReceipt       = "receipt"        // the day of deemed receipt; counting begins on the day after
	ReasonAfterHours    = "after-hours"    // received after close of business; deemed received later
	ReasonWeekend       = "weekend"
	ReasonHoliday       = "holiday" // Name says which
	ReasonPaused        = "paused"  // a working day on which the clock stood still
	ReasonMoved         = "moved"   // the due day, where a rule beside the count put it; Clause says which
)

// ExplainedDay is one line of an explanation. N counts the days so far. A day off within a pause is explained
// as the day off it is anyway, so the lines "paused" are the working days that the pauses cost.
type ExplainedDay struct {
	Date        Date   `json:"date"`
	Counted     bool   `json:"counted"`
	Reason      string `json:"reason"`
	Name        string `json:"name,omitempty"`
	N           int    `json:"n"`
	Provisional bool   `json:"provisional,omitempty"`
	Clause      string `json:"clause,omitempty"`
}

// Explain works out the deadline and lists every day from the day of receipt to the due day, each counted or
// not and why. While a pause stands the list ends with the first working day that it stops. Refuses what
// Deadline refuses.
func (c *Calendar) Explain(l Limit) (Deadline, []ExplainedDay, error) {
	var lines []ExplainedDay
	deadline, err := c.run(l, func(day ExplainedDay) { lines = append(lines, day) })
	if err != nil {
		return Deadline{}, nil, err
	}
	return deadline, lines, nil
}

func (m *mark) explain(d Date, reason string, n int) ExplainedDay {
	return ExplainedDay{
		Date:        d,
		Counted:     reason == ReasonCounted || reason == ReasonMakeupCounted,
		Reason:      reason,
		Name:        m.name,
		N:           n,
		Provisional: m.provisional,
	}
}

// reason says why a day of this sort counts, or does not, while the clock runs.
func (m *mark) reason() string {
	switch m.kind {
	case KindHoliday:
		return ReasonHoliday
	case KindWeekend:
		return ReasonWeekend
	case KindMakeup:
		return ReasonMakeupCounted
	default:
		return ReasonCounted
	}
}
