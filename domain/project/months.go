package project

import (
	"slices"
	"strings"

	"milepost/domain/calendar"
)

// Month is the investment of one month: planned, and done as reported. Figures in fen.
type Month struct {
	Period  string
	Planned int64
	Done    int64
	State   MonthState
}

// MonthState says how far the report of a month is.
type MonthState string

// The states of a month.
const (
	MonthPlanned  MonthState = "planned"  // no report is asked for, or none yet
	MonthAsked    MonthState = "asked"    // the report is asked for and not in
	MonthReported MonthState = "reported" // as last corrected
)

// Months lists the investment month by month: the plan, else the investment spread evenly from planned start to planned
// completion, and what was reported. A month reported keeps the plan it was judged by.
func (p *Project) Months() []Month {
	months := p.plannedMonths()
	at := func(period string) *Month {
		i, found := slices.BinarySearchFunc(months, period, func(m Month, period string) int { return strings.Compare(m.Period, period) })
		if !found {
			months = slices.Insert(months, i, Month{Period: period, State: MonthPlanned})
		}
		return &months[i]
	}
	for i := range p.Tasks {
		if t := &p.Tasks[i]; t.Kind == TaskReport {
			at(t.Subject).State = MonthAsked
		}
	}
	for _, r := range p.Reporting.Reports {
		*at(r.Period) = Month{Period: r.Period, Planned: r.Planned, Done: r.Investment, State: MonthReported}
	}
	return months
}

func (p *Project) plannedMonths() []Month {
	var months []Month
	for _, m := range p.Reporting.Plan {
		months = append(months, Month{Period: m.Period, Planned: m.Amount, State: MonthPlanned})
	}
	if len(months) > 0 {
		return months
	}
	from, err1 := calendar.ParseDate(p.Profile.PlannedStart)
	to, err2 := calendar.ParseDate(p.Profile.PlannedCompletion)
	if err1 != nil || err2 != nil {
		return nil
	}
	each := p.planned(period(from))
	for month := from.FirstOfMonth(); !month.After(to) && len(months) < maxPlan; month = month.AddMonths(1) {
		months = append(months, Month{Period: period(month), Planned: each, State: MonthPlanned})
	}
	return months
}

// NextRung is what the ladder does next by itself; ok is false when it is climbed or the clock stands still.
func (c *Clock) NextRung() (r Rung, ok bool) {
	if c.next().IsZero() {
		return Rung{}, false
	}
	return c.Rungs[0], true
}
