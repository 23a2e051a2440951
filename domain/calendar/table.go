package calendar

import (
	"maps"
	"time"
)

// mark is what days of one sort have in common.
type mark struct {
	kind        Kind
	name        string
	working     bool
	provisional bool
}

func (m *mark) day(d Date) Day {
	return Day{Date: d, Working: m.working, Kind: m.kind, Name: m.name, Provisional: m.provisional}
}

// table answers for every day of a year with a notice, without searching.
type table struct {
	notice Year
	days   [366]uint16 // by slot, an index into marks
	marks  []mark
}

func newTable(y Year) *table {
	t := &table{notice: y.clone()}
	for d := (Date{y.Year, time.January, 1}); d.Year == y.Year; d = d.AddDays(1) {
		t.days[d.slot()] = t.index(y.markOf(d))
	}
	return t
}

func (y Year) markOf(d Date) mark {
	if name, off := y.Holidays[d]; off {
		return mark{kind: KindHoliday, name: name}
	}
	if name, worked := y.Makeup[d]; worked {
		return mark{kind: KindMakeup, name: name, working: true}
	}
	if weekend(d) {
		return mark{kind: KindWeekend}
	}
	return mark{kind: KindWorkday, working: true}
}

// index returns the number of the mark, which is added when it is new.
func (t *table) index(m mark) uint16 {
	for i := range t.marks {
		if t.marks[i] == m {
			return uint16(i)
		}
	}
	t.marks = append(t.marks, m)
	return uint16(len(t.marks) - 1) //nolint:gosec // a year has no more marks than days
}

// clone keeps the notice from being changed by whoever gave or got its lists.
func (y Year) clone() Year {
	y.Holidays, y.Makeup = maps.Clone(y.Holidays), maps.Clone(y.Makeup)
	return y
}

// The sorts of day in a year without a notice.
var (
	provisionalWorkday = mark{kind: KindWorkday, working: true, provisional: true}
	provisionalWeekend = mark{kind: KindWeekend, provisional: true}
	provisionalNewYear = mark{kind: KindHoliday, name: "元旦", provisional: true}
	provisionalLabour  = mark{kind: KindHoliday, name: "劳动节", provisional: true}
	provisionalNation  = mark{kind: KindHoliday, name: "国庆节", provisional: true}
)

// unannounced is what is known of a day before the notice for its year: weekends and the dates that never move
// are off.
func unannounced(d Date) *mark {
	switch {
	case d.Month == time.January && d.Day == 1:
		return &provisionalNewYear
	case d.Month == time.May && d.Day <= 2:
		return &provisionalLabour
	case d.Month == time.October && d.Day <= 3:
		return &provisionalNation
	case weekend(d):
		return &provisionalWeekend
	default:
		return &provisionalWorkday
	}
}
