package calendar_test

import (
	"slices"
	"time"

	"milepost/domain/calendar"
)

// reference is the clock once more, written to be slow and obvious: days are texts, the days that matter are
// listed first and then struck off. It shares no code with the package but the notices it is given.
type reference struct {
	off, worked map[string]bool
	known       map[string]bool // years with a notice
}

func newReference(years []calendar.Year) reference {
	r := reference{off: map[string]bool{}, worked: map[string]bool{}, known: map[string]bool{}}
	for _, y := range years {
		r.known[time.Date(y.Year, 7, 1, 0, 0, 0, 0, time.UTC).Format("2006")] = true
		for d := range y.Holidays {
			r.off[d.String()] = true
		}
		for d := range y.Makeup {
			r.worked[d.String()] = true
		}
	}
	return r
}

func (r reference) isWorked(day string) bool {
	if r.known[day[:4]] {
		return r.worked[day] || !r.off[day] && !isWeekend(day)
	}
	fixed := []string{"01-01", "05-01", "05-02", "10-01", "10-02", "10-03"}
	return !isWeekend(day) && !slices.Contains(fixed, day[5:])
}

func isWeekend(day string) bool {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return slices.Contains([]string{"Saturday", "Sunday"}, t.Weekday().String())
}

// daysFrom lists calendar days, the first one included.
func daysFrom(first string, n int) []string {
	t, err := time.Parse(time.DateOnly, first)
	if err != nil {
		panic(err)
	}
	days := make([]string, n)
	for i := range days {
		days[i] = t.Add(time.Duration(i) * 24 * time.Hour).Format(time.DateOnly)
	}
	return days
}

// answer is what the reference finds: days as texts, due empty while a pause stands.
type answer struct {
	receipt     string
	due         string
	provisional bool
}

// enough is how many calendar days the reference looks ahead.
const enough = 2500

func (r reference) deadline(l calendar.Limit) answer {
	closing := "17:30:00.000000000"
	if l.Close != (calendar.TimeOfDay{}) {
		closing = l.Close.String() + ":00.000000000"
	}
	shanghai := l.Received.UTC().Add(8 * time.Hour)
	today, clock := shanghai.Format(time.DateOnly), shanghai.Format("15:04:05.000000000")

	all := daysFrom(today, enough)
	worked := slices.DeleteFunc(slices.Clone(all), func(day string) bool { return !r.isWorked(day) })
	if worked[0] == today && clock > closing {
		worked = worked[1:]
	}
	found := answer{receipt: worked[0]}
	// Texts of days compare like days.
	countable := slices.DeleteFunc(worked[1:], func(day string) bool {
		return slices.ContainsFunc(l.Pauses, func(p calendar.Pause) bool {
			to := p.To.String()
			return p.From.String() <= day && (to == "" || day <= to)
		})
	})
	last := ""
	if len(countable) >= l.Days {
		found.due = countable[l.Days-1] + " " + closing[:5]
		last = countable[l.Days-1]
	} else {
		// The clock stands: the explanation ends with the first working day that is stopped for good.
		opened := ""
		for _, p := range l.Pauses {
			if from := p.From.String(); p.To.IsZero() && (opened == "" || from < opened) {
				opened = from
			}
		}
		for _, day := range all {
			if day > found.receipt && day >= opened && r.isWorked(day) {
				last = day
				break
			}
		}
	}
	for _, day := range all {
		if day <= last && !r.known[day[:4]] {
			found.provisional = true
		}
	}
	return found
}
