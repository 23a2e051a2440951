package store

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSignInsAreCountedInTheDatabase(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		now := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
		s.now = func() time.Time { return now }
		const most, window = 3, 15 * time.Minute
		try := func(keys ...string) time.Duration {
			wait, err := s.Attempt(t.Context(), most, window, keys...)
			require.NoError(t, err)
			return wait
		}
		locked := func(keys ...string) map[string]time.Time {
			until, err := s.LockedUntil(t.Context(), most, keys...)
			require.NoError(t, err)
			return until
		}
		for range most {
			require.Zero(t, try("user:a", "address:1"))
			now = now.Add(time.Minute)
		}
		require.Equal(t, 14*time.Minute, try("user:a", "address:2"), "the window runs from the last try")
		require.Equal(t, 14*time.Minute, try("user:b", "address:1"), "an address counts as an account does")
		require.Equal(t, map[string]time.Time{"user:a": now.Add(14 * time.Minute)}, locked("user:a", "user:b", "address:2"),
			"what was refused is not counted for the other key")
		require.Empty(t, locked())

		now = now.Add(14 * time.Minute)
		require.Empty(t, locked("user:a"))
		require.Zero(t, try("user:a", "address:1"))
		require.Zero(t, try("user:a", "address:1"))
		require.NoError(t, s.SignedIn(t.Context(), "user:a", "address:1"))
		require.Zero(t, try("user:c", "address:1"), "a success takes back what was counted for the address")
		require.Zero(t, try("user:c", "address:1"))
		require.Positive(t, try("user:c", "address:1"))
		for range most {
			require.Zero(t, try("user:a"), "a success forgets the tries of the account")
		}
		require.Positive(t, try("user:a"))

		now = now.Add(window)
		require.NoError(t, s.Sessions().Sweep(t.Context()))
		require.Zero(t, count(t, s, "sign_in_tries"))
	})
}

func TestACrowdOfSignInsTriesNoMoreOftenThanOne(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		var tried atomic.Int64
		together(t, 24, func(i int) error {
			keys := []string{"user:a", "address:1"}
			if i%2 == 0 {
				keys[0], keys[1] = keys[1], keys[0]
			}
			wait, err := s.Attempt(t.Context(), 5, time.Minute, keys...)
			if wait == 0 && err == nil {
				tried.Add(1)
			}
			return err
		})
		require.EqualValues(t, 5, tried.Load())
	})
}

// Many come to work at the same minute, through one proxy: none waits for another for good.
func TestManySignInAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		var all sync.WaitGroup
		errs := make([]error, 24)
		for i := range errs {
			all.Go(func() {
				for range 5 {
					user := TriesOf(fmt.Sprint("u", i%3))
					if _, err := s.Attempt(t.Context(), 1000, time.Minute, "address:10.0.0.7", user); err != nil {
						errs[i] = err
						return
					}
					if err := s.SignedIn(t.Context(), user, "address:10.0.0.7"); err != nil {
						errs[i] = err
						return
					}
				}
			})
		}
		all.Wait()
		require.NoError(t, errors.Join(errs...))
	})
}
