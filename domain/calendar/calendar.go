// Package calendar is the working-day clock. It knows which days are worked, when a limit of working days ends,
// on which days a clock stands still, and it can explain every due time day by day. It reads no clock and does
// not depend on the time zone of the machine.
//
// The rules are those of clauses SL-21a (decided within 10 working days), SL-21b (told within 2 working days
// what is missing) and GG-6a (reports by a date, with the reminder on the last working day before).
package calendar

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"milepost/domain"
)

// Kind says what sort of day a day is.
type Kind string

// The kinds of day. A make-up workday is a weekend day that is worked (调休).
const (
	KindWorkday Kind = "workday"
	KindWeekend Kind = "weekend"
	KindHoliday Kind = "holiday"
	KindMakeup  Kind = "makeup"
)

// Day is what the calendar knows of one day. Name is the holiday's name, for a make-up workday that of the
// holiday it pays for. Provisional means that the year's notice is not known yet.
type Day struct {
	Date        Date   `json:"date"`
	Working     bool   `json:"working"`
	Kind        Kind   `json:"kind"`
	Name        string `json:"name,omitempty"`
	Provisional bool   `json:"provisional,omitempty"`
}

// Calendar holds the notices of some years. It never changes: loading a notice makes a new one. All methods may
// be called from many goroutines.
type Calendar struct {
	tables  []*table // in order of years, nil where a year between has no notice
	first   int      // the year of tables[0]
	version string
}

// New makes a calendar of the notices. A year given twice is refused.
func New(years ...Year) (*Calendar, error) {
	tables := map[int]*table{}
	for _, y := range years {
		if err := y.check(nil); err != nil {
			return nil, err
		}
		if tables[y.Year] != nil {
			return nil, domain.Invalid("calendar.duplicate", "year", "",
				fmt.Sprintf("%d 年的通知给了两份", y.Year), fmt.Sprintf("There are two notices for %d.", y.Year))
		}
		tables[y.Year] = newTable(y)
	}
	return assemble(tables), nil
}

// With returns a new calendar with the notice loaded, in place of the one for the same year if there is one.
func (c *Calendar) With(y Year) (*Calendar, error) {
	if err := y.check(nil); err != nil {
		return nil, err
	}
	tables := map[int]*table{y.Year: newTable(y)}
	for _, t := range c.tables {
		if t != nil && t.notice.Year != y.Year {
			tables[t.notice.Year] = t
		}
	}
	return assemble(tables), nil
}

func assemble(tables map[int]*table) *Calendar {
	c := &Calendar{version: versionOf(tables)}
	if len(tables) == 0 {
		return c
	}
	years := slices.Sorted(maps.Keys(tables))
	c.first = years[0]
	c.tables = make([]*table, years[len(years)-1]-c.first+1)
	for year, t := range tables {
		c.tables[year-c.first] = t
	}
	return c
}

// versionOf hashes what the notices say, year by year and day by day, so that neither the order of loading nor
// the layout of a file matters.
func versionOf(tables map[int]*table) string {
	sum := sha256.New()
	for _, year := range slices.Sorted(maps.Keys(tables)) {
		y := tables[year].notice
		_, _ = fmt.Fprintf(sum, "year %d %q\n", y.Year, y.Notice) // writing to a hash cannot fail
		for _, d := range days(y.Holidays) {
			_, _ = fmt.Fprintf(sum, "off %s %q\n", d, y.Holidays[d])
		}
		for _, d := range days(y.Makeup) {
			_, _ = fmt.Fprintf(sum, "worked %s %q\n", d, y.Makeup[d])
		}
	}
	return "cal-" + hex.EncodeToString(sum.Sum(nil))[:12]
}

// Version identifies the content: calendars with the same notices have the same version, others do not.
func (c *Calendar) Version() string { return c.version }

// Years lists the years with a notice, in order.
func (c *Calendar) Years() []int {
	var years []int
	for _, t := range c.tables {
		if t != nil {
			years = append(years, t.notice.Year)
		}
	}
	return years
}

// Covers tells whether the notice for the year is loaded. What reaches into another year is provisional.
func (c *Calendar) Covers(year int) bool { return c.table(year) != nil }

// Notice returns the notice loaded for the year.
func (c *Calendar) Notice(year int) (Year, bool) {
	t := c.table(year)
	if t == nil {
		return Year{}, false
	}
	return t.notice.clone(), true
}

// Day tells what sort of day it is. The zero Date is no day and not worked.
func (c *Calendar) Day(d Date) Day {
	if d.IsZero() {
		return Day{}
	}
	d = d.normal()
	return c.markOf(d).day(d)
}

// NextWorkingDay returns the first working day from the date on, the date itself if it is one.
func (c *Calendar) NextWorkingDay(d Date) Date {
	for !d.IsZero() && !c.markOf(d.normal()).working {
		d = d.AddDays(1)
	}
	return d
}

// PrevWorkingDay returns the last working day up to the date, the date itself if it is one. A report due on a
// day off stays due then, but its reminder goes out on this day (clause GG-6a).
func (c *Calendar) PrevWorkingDay(d Date) Date {
	for !d.IsZero() && !c.markOf(d.normal()).working {
		d = d.AddDays(-1)
	}
	return d
}

// markOf looks up what sort of day a real day is.
func (c *Calendar) markOf(d Date) *mark {
	if t := c.table(d.Year); t != nil {
		return &t.marks[t.days[d.slot()]]
	}
	return unannounced(d)
}

func (c *Calendar) table(year int) *table {
	if i := year - c.first; i >= 0 && i < len(c.tables) {
		return c.tables[i]
	}
	return nil
}
