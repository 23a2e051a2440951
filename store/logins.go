package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
)

// TriesOf is the key under which the tries of an account are counted.
func TriesOf(user string) string { return "user:" + user }

// Tries is something whose sign-ins are counted: what is tried, or where from. Most is how many count before it has to
// wait. The window of an account runs from its last try; that of an address from its first, or an office whose people
// come and go all day behind one address would gather the slips of a day.
type Tries struct {
	Key       string
	Most      int
	FromFirst bool
}

// Attempt counts a sign-in before its password is looked at. Counting first, in the database, lets no crowd of requests
// and no second process try more often than once. When something has used up its tries nothing is counted, and wait
// tells for how long it may not try. Times are real.
func (s *Store) Attempt(ctx context.Context, window time.Duration, tries ...Tries) (wait time.Duration, err error) {
	now := exact(s.now())
	tries = slices.SortedFunc(slices.Values(tries), func(a, b Tries) int { return cmp.Compare(a.Key, b.Key) }) // so that no two wait for each other
	err = s.write(ctx, func(tx *gorm.DB) error {
		for _, t := range tries {
			_, counted, err := one(tx, scalar[int64], `INSERT INTO sign_in_tries (key, count, until_at) VALUES (?, 1, ?)
				ON CONFLICT (key) DO UPDATE SET
					until_at = CASE WHEN ? AND sign_in_tries.until_at > ? THEN sign_in_tries.until_at ELSE excluded.until_at END,
					count = CASE WHEN sign_in_tries.until_at <= ? THEN 1 ELSE sign_in_tries.count + 1 END
				WHERE sign_in_tries.until_at <= ? OR sign_in_tries.count < ? RETURNING count`, t.Key, now.Add(window), t.FromFirst, now, now, now, t.Most)
			if err != nil {
				return err
			}
			if counted {
				continue
			}
			var until time.Time
			if until, _, err = one(tx, func(r row, t *time.Time) error { return r.Scan(at(t)) },
				"SELECT until_at FROM sign_in_tries WHERE key = ?", t.Key); err != nil {
				return err
			}
			wait = max(until.Sub(now), time.Millisecond)
			return errUsedUp
		}
		return nil
	})
	if err != nil && !errors.Is(err, errUsedUp) {
		return 0, fmt.Errorf("count the sign-in: %w", err)
	}
	return wait, nil
}

// errUsedUp takes back what was counted for the other keys.
var errUsedUp = errors.New("no more tries")

// SignedIn forgets the tries of what has succeeded, and takes back the one that was counted for where it came from.
func (s *Store) SignedIn(ctx context.Context, what, from string) error {
	err := s.write(ctx, func(tx *gorm.DB) error {
		for _, key := range slices.Sorted(slices.Values([]string{what, from})) { // in the order of Attempt, or two would wait for each other
			forget := "DELETE FROM sign_in_tries WHERE key = ?"
			if key == from {
				forget = "UPDATE sign_in_tries SET count = count - 1 WHERE key = ? AND count > 0"
			}
			if err := tx.Exec(forget, key).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("forget failed sign-ins: %w", err)
	}
	return nil
}

// LockedUntil tells which of some keys have used up their tries, and until when.
func (s *Store) LockedUntil(ctx context.Context, most int, keys ...string) (map[string]time.Time, error) {
	type lock struct {
		key   string
		until time.Time
	}
	locked := map[string]time.Time{}
	if len(keys) == 0 {
		return locked, nil
	}
	found, err := rows(s.db.WithContext(ctx), func(r row, l *lock) error { return r.Scan(&l.key, at(&l.until)) },
		"SELECT key, until_at FROM sign_in_tries WHERE key IN ? AND count >= ? AND until_at > ?", keys, most, exact(s.now()))
	if err != nil {
		return nil, fmt.Errorf("read failed sign-ins: %w", err)
	}
	for _, l := range found {
		locked[l.key] = l.until
	}
	return locked, nil
}
