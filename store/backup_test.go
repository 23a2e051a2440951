package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/domain"
)

func TestADatabaseThatCameOutOfABackupIsKnownUntilItIsReleased(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		now := on("2026-03-02 10:00")
		s.now = func() time.Time { return now }
		by := Operator
		live := func(t *testing.T) {
			t.Helper()
			_, restored, err := s.Restored(t.Context())
			require.NoError(t, err)
			require.False(t, restored)
			refusal := domain.AsError(s.Release(t.Context(), by))
			require.Equal(t, "backup.none", refusal.Code)
			require.Equal(t, "OWN-246", refusal.Clause)
		}
		live(t)

		begun := now
		require.NoError(t, s.BackupAlive(t.Context(), begun))
		now = now.Add(backupPulse)
		live(t) // one that starts while a backup is taken is no restored one
		require.NoError(t, s.BackupAlive(t.Context(), begun))
		now = now.Add(backupPulse)
		live(t)

		now = now.Add(time.Second) // as in the backup, in which nobody renews the mark
		when, restored, err := s.Restored(t.Context())
		require.NoError(t, err)
		require.True(t, restored)
		require.True(t, when.Equal(begun))

		require.NoError(t, s.Release(t.Context(), by))
		live(t)
		lines, err := s.Audit(t.Context(), AuditQuery{Act: "backup.release"})
		require.NoError(t, err)
		require.Len(t, lines.Rows, 1)

		require.NoError(t, s.BackupAlive(t.Context(), now))
		require.NoError(t, s.BackupGivenUp(t.Context()))
		now = now.Add(time.Hour)
		live(t)
		require.NoError(t, s.BackupAlive(t.Context(), now))
		require.NoError(t, s.BackupTaken(t.Context(), by, now))
		now = now.Add(time.Hour)
		live(t)
		lines, err = s.Audit(t.Context(), AuditQuery{Act: "backup.take"})
		require.NoError(t, err)
		require.Len(t, lines.Rows, 1)
	})
}

func TestARecordOnlyGrows(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		before, err := s.Extent(t.Context())
		require.NoError(t, err)
		require.Zero(t, before.Entries)
		begin(t, s, "p1", "2026-03-02 10:00").declared()
		after, err := s.Extent(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 1, after.Entities)
		require.Positive(t, after.Entries)
		require.True(t, before.Within(after))
		require.False(t, after.Within(before))
	})
}

func TestAMachineWhoseClockIsNotTheServersIsRefused(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), freshPostgres(t))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	for off, refused := range map[time.Duration]bool{0: false, 4 * time.Second: false, 10 * time.Second: true, -10 * time.Second: true, -24 * time.Hour: true} {
		s.now = func() time.Time { return time.Now().Add(off) }
		err := s.Check(t.Context())
		if !refused {
			require.NoError(t, err, off)
			continue
		}
		var skew Skew
		require.ErrorAs(t, err, &skew, off)
		require.InDelta(t, off.Abs().Seconds(), time.Duration(skew).Seconds(), 4)
	}
}
