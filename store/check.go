package store

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// UnsafeSettings are settings of the database server with which what was acknowledged could be lost.
type UnsafeSettings []UnsafeSetting

// UnsafeSetting is one setting that is not as it must be.
type UnsafeSetting struct {
	Name  string
	Value string
}

func (u UnsafeSettings) Error() string {
	var names []string
	for _, s := range u {
		names = append(names, s.Name+" is "+s.Value)
	}
	return "the database server may lose what it acknowledged: " + strings.Join(names, ", ") + "; all must be on"
}

// Skew is a clock of the database server that is not this machine's. Deadlines and sessions are judged by both.
type Skew time.Duration

func (d Skew) Error() string {
	return fmt.Sprintf("the clocks of this machine and of the database server differ by %s; let both keep time by one source", time.Duration(d).Round(time.Millisecond))
}

// mostSkew is how far the two clocks may be apart.
const mostSkew = 5 * time.Second

// Check returns UnsafeSettings unless fsync, full_page_writes and synchronous_commit are on. Any level of
// synchronous_commit that waits for the local disk will do. It returns Skew when the server's clock is more than five
// seconds off. SQLite is not for production and always passes.
func (s *Store) Check(ctx context.Context) error {
	if s.dialect != PostgreSQL {
		return nil
	}
	var unsafe UnsafeSettings
	for _, name := range []string{"fsync", "full_page_writes", "synchronous_commit"} {
		value, _, err := one(s.db.WithContext(ctx), scalar[string], "SELECT current_setting(?)", name)
		if err != nil {
			return fmt.Errorf("check the database server: %w", err)
		}
		waits := name == "synchronous_commit" && (value == "local" || value == "remote_write" || value == "remote_apply")
		if value != "on" && !waits {
			unsafe = append(unsafe, UnsafeSetting{name, value})
		}
	}
	if len(unsafe) > 0 {
		return unsafe
	}
	return s.checkClock(ctx)
}

// checkClock asks the server for the time; the answer is of some moment between asking and hearing.
func (s *Store) checkClock(ctx context.Context) error {
	asked := s.now()
	there, _, err := one(s.db.WithContext(ctx), scalar[time.Time], "SELECT clock_timestamp()")
	if err != nil {
		return fmt.Errorf("ask the database server for the time: %w", err)
	}
	heard := s.now()
	switch {
	case there.Before(asked.Add(-mostSkew)):
		return Skew(asked.Sub(there))
	case there.After(heard.Add(mostSkew)):
		return Skew(there.Sub(heard))
	}
	return nil
}

// Others counts the sessions that other processes of Milepost have open on the database, told apart by the name that a
// process gives its sessions. Those of an embedded database are not known.
func (s *Store) Others(ctx context.Context) (int, error) {
	if s.dialect != PostgreSQL {
		return 0, nil
	}
	n, _, err := one(s.db.WithContext(ctx), scalar[int], `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
		AND application_name LIKE 'milepost%' AND application_name <> current_setting('application_name')`)
	if err != nil {
		return 0, fmt.Errorf("look for other processes: %w", err)
	}
	return n, nil
}
