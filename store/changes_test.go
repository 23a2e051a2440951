package store

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"milepost/domain"
	"milepost/domain/project"
)

// hears waits until just these changes are told from a place, and returns the place after them. Other tests write on the
// same server, and hold its places back for moments.
func (s *Store) hears(t *testing.T, since int64, want ...Change) (next int64) {
	t.Helper()
	var got []Change
	require.Eventually(t, func() bool {
		var err error
		got, next, err = s.Changes(t.Context(), since)
		require.NoError(t, err)
		return len(got) == len(want) && slices.EqualFunc(sorted(got), sorted(want), func(a, b Change) bool { return a == b })
	}, 20*time.Second, 5*time.Millisecond, "want %v, got %v", want, &got)
	return next
}

func sorted(cs []Change) []Change {
	return slices.SortedFunc(slices.Values(cs), func(a, b Change) int { return strings.Compare(a.Entity, b.Entity) })
}

func TestWhatHasChangedIsToldOnceFromAnyPlace(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		_, start, err := s.Changes(t.Context(), -1)
		require.NoError(t, err)
		one, two := begin(t, s, "one", "2026-03-02 10:00"), begin(t, s, "two", "2026-03-02 10:00")
		one.declared()
		two.declared()
		next := s.hears(t, start, Change{one.name, one.p.Seq}, Change{two.name, two.p.Seq})
		none, again, err := s.Changes(t.Context(), next)
		require.NoError(t, err)
		require.Empty(t, none)

		two.do(owner, project.FilePaper{Title: "说明"})
		two.do(owner, project.FilePaper{Title: "再说明"})
		next = s.hears(t, again, Change{two.name, two.p.Seq}) // twice changed, told once with the last line
		s.hears(t, start, Change{one.name, one.p.Seq}, Change{two.name, two.p.Seq})
		_, _, err = s.Changes(t.Context(), next+1_000_000)
		require.ErrorIs(t, err, ErrTooManyChanges, "a place of another life of the database")
	})
}

// TestNothingComesInBehindAPlace holds one transaction open while another, begun later, is committed.
func TestNothingComesInBehindAPlace(t *testing.T) {
	t.Parallel()
	s := fresh(t, PostgreSQL)
	_, start, err := s.Changes(t.Context(), -1)
	require.NoError(t, err)
	slow, fast := begin(t, s, "slow", "2026-03-02 10:00"), begin(t, s, "fast", "2026-03-02 10:00")
	slow.declared()
	fast.declared()
	place := s.hears(t, start, Change{slow.name, slow.p.Seq}, Change{fast.name, fast.p.Seq})

	inside, release := make(chan struct{}), make(chan struct{})
	done := make(chan error, 1)
	go func() {
		done <- s.write(context.WithoutCancel(t.Context()), func(tx *gorm.DB) error {
			if err := tx.Exec("UPDATE entities SET changed = "+s.thisChange()+" WHERE name = ?", slow.name).Error; err != nil {
				return err
			}
			close(inside)
			<-release
			return nil
		})
	}()
	<-inside
	fast.do(owner, project.FilePaper{Title: "说明"})
	seen, place, err := s.Changes(t.Context(), place)
	require.NoError(t, err)
	require.Empty(t, seen, "a place behind the slow one would lose it")
	close(release)
	require.NoError(t, <-done)
	s.hears(t, place, Change{slow.name, slow.p.Seq}, Change{fast.name, fast.p.Seq})
}

func TestWhoWatchesIsWokenByThisProcessAndByOthers(t *testing.T) {
	t.Parallel()
	dsn := freshPostgres(t)
	here, err := Open(t.Context(), dsn)
	require.NoError(t, err)
	require.NoError(t, here.Migrate(t.Context()))
	require.NoError(t, here.FixClock(t.Context(), domain.RealClock()))
	other, err := Open(t.Context(), dsn)
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	watching := map[*Store]chan struct{}{here: make(chan struct{}, 1), other: make(chan struct{}, 1)}
	ended := make(chan struct{}, 2)
	for s, w := range watching {
		go func() {
			s.Watch(ctx, w)
			ended <- struct{}{}
		}()
		<-w // it listens
	}
	begin(t, here, "one", "2026-03-02 10:00").declared()
	for _, w := range watching {
		select {
		case <-w:
		case <-time.After(10 * time.Second):
			require.Fail(t, "nobody was woken")
		}
	}
	stop()
	<-ended
	<-ended
	require.NoError(t, here.Close())
	require.NoError(t, other.Close())
}

func TestOnlyWhatMayBeSeenIsSeen(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		one := begin(t, s, "one", "2026-03-02 10:00")
		one.declared()
		for name, test := range map[string]struct {
			viewer Viewer
			sees   []string
		}{
			"its owner":                {Viewer{Owners: []string{"builder"}}, []string{"one"}},
			"another owner":            {Viewer{Owners: []string{"other"}}, nil},
			"the product":              {Everything, []string{"one"}},
			"who holds no post at all": {Viewer{}, nil},
		} {
			seen, err := s.Sees(t.Context(), test.viewer, []string{"one", "unknown"})
			require.NoError(t, err)
			require.Equal(t, test.sees, seen, name)
		}
	})
}
