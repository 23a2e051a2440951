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
		try := func(user, address string) time.Duration {
			wait, err := s.Attempt(t.Context(), window, Tries{Key: user, Most: most}, Tries{Key: address, Most: 2 * most, FromFirst: true})
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
		require.Equal(t, 14*time.Minute, try("user:a", "address:2"), "the window of an account runs from its last try")
		require.Equal(t, map[string]time.Time{"user:a": now.Add(14 * time.Minute)}, locked("user:a", "user:b", "address:2"),
			"what was refused is not counted for the other key")
		require.Empty(t, locked())
		for range most {
			require.Zero(t, try("user:b", "address:1"), "an address has more tries than an account")
		}
		require.Equal(t, 12*time.Minute, try("user:c", "address:1"), "the window of an address runs from its first try")

		now = now.Add(12 * time.Minute)
		require.Zero(t, try("user:c", "address:1"))
		now = now.Add(2 * time.Minute)
		require.Empty(t, locked("user:a"))
		require.Zero(t, try("user:a", "address:3"))
		require.Zero(t, try("user:a", "address:3"))
		require.NoError(t, s.SignedIn(t.Context(), "user:a", "address:3"))
		for range most {
			require.Zero(t, try("user:a", "address:4"), "a success forgets the tries of the account")
		}
		require.Positive(t, try("user:a", "address:4"))
		for i := range 2*most - 1 {
			require.Zero(t, try(fmt.Sprint("user:d", i), "address:3"), "a success takes back what was counted for the address")
		}
		require.Positive(t, try("user:e", "address:3"))

		now = now.Add(window)
		require.NoError(t, s.SweepSessions(t.Context()))
		require.Zero(t, count(t, s, "sign_in_tries"))
	})
}

func TestACrowdOfSignInsTriesNoMoreOftenThanOne(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		var tried atomic.Int64
		together(t, 24, func(i int) error {
			tries := []Tries{{Key: "user:a", Most: 5}, {Key: "address:1", Most: 100, FromFirst: true}}
			if i%2 == 0 {
				tries[0], tries[1] = tries[1], tries[0]
			}
			wait, err := s.Attempt(t.Context(), time.Minute, tries...)
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
					if _, err := s.Attempt(t.Context(), time.Minute, Tries{Key: "address:10.0.0.7", Most: 1000}, Tries{Key: user, Most: 1000}); err != nil {
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
