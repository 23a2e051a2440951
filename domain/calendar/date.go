package calendar

import (
	"fmt"
	"time"

	"milepost/domain"
)

// Zone is the civil time of the product: Asia/Shanghai as a fixed +08:00. It needs no zone database, so a due
// time is the same on every machine.
var Zone = time.FixedZone("Asia/Shanghai", 8*60*60)

// The civil years the clock works in; a date outside of them is a slip of the pen.
const (
	firstYear = 1900
	lastYear  = 2999
)

const dateLayout = "2006-01-02"

// Date is a civil day, without time or zone. Dates can be compared with ==; the zero Date means none and is
// written as the empty text.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// NewDate returns the civil day y-m-d. Days and months beyond their range carry over as in time.Date.
func NewDate(y int, m time.Month, d int) Date {
	y, m, d = time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Date()
	return Date{y, m, d}
}

// ParseDate reads a day written as 2006-01-02. Only real days of the years 1900 to 2999 are accepted.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(dateLayout, s)
	if err != nil || t.Year() < firstYear || t.Year() > lastYear {
		return Date{}, domain.Invalid("date.invalid", "", "",
			fmt.Sprintf("“%.20s”不是有效日期，请写成 2026-01-31 这样，年份在 %d 至 %d 之间", s, firstYear, lastYear),
			fmt.Sprintf("%.20q is no date; write it as 2026-01-31, with a year from %d to %d.", s, firstYear, lastYear))
	}
	y, m, d := t.Date()
	return Date{y, m, d}, nil
}

// DateOf returns the civil day, in Zone, on which the instant lies.
func DateOf(t time.Time) Date {
	y, m, d := t.In(Zone).Date()
	return Date{y, m, d}
}

// At returns the instant of that time of day, in Zone.
func (d Date) At(c TimeOfDay) time.Time {
	return time.Date(d.Year, d.Month, d.Day, c.Hour, c.Minute, 0, 0, Zone)
}

// AddDays returns the day n calendar days later, or earlier when n is negative.
func (d Date) AddDays(n int) Date {
	// Most steps stay inside the days that every month has; they need no calendar arithmetic.
	if day := d.Day + n; day >= 1 && day <= 28 && d.plain() {
		return Date{d.Year, d.Month, day}
	}
	return NewDate(d.Year, d.Month, d.Day+n)
}

// AddMonths returns the same day n months later, or the last day of that month when it is shorter.
func (d Date) AddMonths(n int) Date {
	first := NewDate(d.Year, d.Month+time.Month(n), 1)
	return Date{first.Year, first.Month, min(d.Day, first.LastOfMonth().Day)}
}

// FirstOfMonth returns the first day of the date's month.
func (d Date) FirstOfMonth() Date { return Date{d.Year, d.Month, 1} }

// LastOfMonth returns the last day of the date's month.
func (d Date) LastOfMonth() Date { return NewDate(d.Year, d.Month+1, 0) }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Weekday()
}

// DaysUntil returns how many calendar days later the other date is; negative when it is earlier.
func (d Date) DaysUntil(other Date) int {
	from := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
	to := time.Date(other.Year, other.Month, other.Day, 0, 0, 0, 0, time.UTC)
	return int(to.Unix()/secondsPerDay - from.Unix()/secondsPerDay)
}

const secondsPerDay = 24 * 60 * 60

// Compare returns -1, 0 or +1 as the date is before, equal to or after the other.
func (d Date) Compare(other Date) int {
	switch {
	case d.Before(other):
		return -1
	case d == other:
		return 0
	default:
		return 1
	}
}

// Before tells whether the date is earlier than the other.
func (d Date) Before(other Date) bool {
	if d.Year != other.Year {
		return d.Year < other.Year
	}
	if d.Month != other.Month {
		return d.Month < other.Month
	}
	return d.Day < other.Day
}

// After tells whether the date is later than the other.
func (d Date) After(other Date) bool { return other.Before(d) }

// IsZero tells whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// String returns the day as 2006-01-02, or the empty text for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// MarshalText writes the day as String does.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote: the empty text is the zero Date.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// real tells whether the date is a day of the years the clock works in, and not, say, 30 February.
func (d Date) real() bool {
	return d.Year >= firstYear && d.Year <= lastYear && d == d.normal()
}

// normal carries over days and months beyond their range, as NewDate does.
func (d Date) normal() Date {
	if d.Day >= 1 && d.Day <= 28 && d.plain() {
		return d
	}
	return NewDate(d.Year, d.Month, d.Day)
}

// plain tells whether the month is one of the twelve.
func (d Date) plain() bool { return d.Month >= time.January && d.Month <= time.December }

// daysBefore is how many days of a leap year lie before each month.
var daysBefore = [...]int{0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335}

// slot numbers the days of a year from 0 to 365. 29 February keeps its number in common years, too, so that a
// day has the same one every year.
func (d Date) slot() int { return daysBefore[d.Month-1] + d.Day - 1 }
