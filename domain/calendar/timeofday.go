package calendar

import (
	"fmt"
	"time"

	"milepost/domain"
)

// TimeOfDay is a civil time to the minute, written as 17:30. As a close of business the zero value means
// DefaultClose.
type TimeOfDay struct{ Hour, Minute int }

// DefaultClose is the close of business where the pack does not lay down another.
var DefaultClose = TimeOfDay{17, 30}

// ParseTimeOfDay reads a time written as 17:30, from 00:00 to 23:59.
func ParseTimeOfDay(s string) (TimeOfDay, error) {
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != len("15:04") {
		return TimeOfDay{}, domain.Invalid("time.invalid", "", "",
			fmt.Sprintf("“%.20s”不是有效时刻，请写成 17:30 这样，从 00:00 到 23:59", s),
			fmt.Sprintf("%.20q is no time of day; write it as 17:30, from 00:00 to 23:59.", s))
	}
	return TimeOfDay{t.Hour(), t.Minute()}, nil
}

// String returns the time as 17:30.
func (c TimeOfDay) String() string { return fmt.Sprintf("%02d:%02d", c.Hour, c.Minute) }

// IsZero tells whether the time is 00:00, which stands for "not laid down".
func (c TimeOfDay) IsZero() bool { return c == TimeOfDay{} }

// MarshalText writes the time as String does.
func (c TimeOfDay) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads a time as ParseTimeOfDay does.
func (c *TimeOfDay) UnmarshalText(text []byte) error {
	parsed, err := ParseTimeOfDay(string(text))
	if err != nil {
		return err
	}
	*c = parsed
	return nil
}

// orDefault returns DefaultClose for the zero value.
func (c TimeOfDay) orDefault() TimeOfDay {
	if c.IsZero() {
		return DefaultClose
	}
	return c
}

func (c TimeOfDay) real() bool {
	return c.Hour >= 0 && c.Hour <= 23 && c.Minute >= 0 && c.Minute <= 59
}
