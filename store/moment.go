package store

import (
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
)

// far is later than any due time: it sorts what has none to the end.
var far = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// exact cuts a time to what both databases keep: UTC, microseconds.
func exact(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// maybe is a time column that may be NULL; the zero time is.
func maybe(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = exact(t)
	return &t
}

// orFar is a time to sort by.
func orFar(t time.Time) time.Time {
	if t.IsZero() {
		return far
	}
	return exact(t)
}

// moment scans a time column of either database; NULL gives the zero time.
type moment struct{ to *time.Time }

// at is a place to scan a time to.
func at(t *time.Time) moment { return moment{t} }

// ScanTimestamptz takes what PostgreSQL gives, where no database/sql lies between.
func (m moment) ScanTimestamptz(v pgtype.Timestamptz) error {
	*m.to = time.Time{}
	if v.Valid {
		*m.to = v.Time.UTC()
	}
	return nil
}

// Scan takes what the drivers give.
func (m moment) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*m.to = time.Time{}
	case time.Time:
		*m.to = v.UTC()
	case string:
		t, err := time.Parse("2006-01-02 15:04:05.999999999-07:00", v)
		if err != nil {
			return fmt.Errorf("read a time: %w", err)
		}
		*m.to = t.UTC()
	default:
		return fmt.Errorf("read a time: %T", v)
	}
	return nil
}
