package store

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"milepost/domain"
	"milepost/test/postgres"
)

// onBoth runs a test on a fresh, migrated database of each kind.
func onBoth(t *testing.T, test func(t *testing.T, s *Store)) {
	t.Helper()
	t.Parallel()
	for _, d := range []Dialect{PostgreSQL, SQLite} {
		t.Run(string(d), func(t *testing.T) {
			t.Parallel()
			test(t, fresh(t, d))
		})
	}
}

func fresh(t testing.TB, d Dialect) *Store {
	t.Helper()
	dsn := "sqlite://" + filepath.Join(t.TempDir(), "里程 store.db")
	if d == PostgreSQL {
		dsn = freshPostgres(t)
	}
	s, err := Open(t.Context(), dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.NoError(t, s.Migrate(t.Context()))
	require.NoError(t, s.FixClock(t.Context(), domain.RealClock()))
	return s
}

func freshPostgres(t testing.TB) string {
	t.Helper()
	return postgres.Fresh(t)
}

func TestAServerThatMayLoseWhatItAcknowledgedIsRefused(t *testing.T) {
	t.Parallel()
	dsn := freshPostgres(t)
	safe, err := Open(t.Context(), dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, safe.Close()) })
	require.NoError(t, safe.Check(t.Context()))
	require.NoError(t, safe.Ping(t.Context()))

	for value, fine := range map[string]bool{"off": false, "local": true, "remote_write": true} {
		s, err := Open(t.Context(), dsn+"&synchronous_commit="+value)
		require.NoError(t, err)
		err = s.Check(t.Context())
		require.NoError(t, s.Close())
		if fine {
			require.NoError(t, err)
			continue
		}
		var unsafe UnsafeSettings
		require.ErrorAs(t, err, &unsafe)
		require.Equal(t, UnsafeSettings{{"synchronous_commit", "off"}}, unsafe)
		require.ErrorContains(t, err, "synchronous_commit is off")
	}
}

func TestWhatIsNoDatabaseIsRefusedWithoutTellingThePassword(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{"", "mysql://u:secret@h/db", "secret", "sqlite://", "postgres://u:secret@h:port/db", "postgres://u:secret@127.0.0.1:1/db?connect_timeout=1"} {
		_, err := Open(t.Context(), dsn)
		require.Error(t, err, dsn)
		require.NotContains(t, err.Error(), "secret")
	}
}

func TestAStatementTakesNoLongerThanItIsWaitedFor(t *testing.T) {
	t.Parallel()
	dsn := freshPostgres(t)
	for patience, shown := range map[Patience]string{ForPeople: "5s", ForWork: "30s", ForOperators: "10min", ForMigration: "0"} {
		s, err := OpenFor(t.Context(), dsn, patience)
		require.NoError(t, err)
		got, _, err := one(s.db, scalar[string], "SHOW statement_timeout")
		require.NoError(t, err)
		require.Equal(t, shown, got)
		require.NoError(t, s.Close())
	}

	s, err := OpenFor(t.Context(), dsn, Patience(100*time.Millisecond))
	require.NoError(t, err)
	defer s.Close() //nolint:errcheck // nothing is pending
	const long = "SELECT pg_sleep(0.5)::text"
	_, _, err = one(s.db, scalar[string], long)
	require.Error(t, err)
	require.True(t, Away(err), "the same may be asked again: %v", err)
	err = s.write(t.Context(), func(tx *gorm.DB) error { _, _, err := one(tx, scalar[string], long); return err })
	require.True(t, Away(err), "in a transaction too: %v", err)
	require.NoError(t, s.patiently(t.Context(), func(db *gorm.DB) error { _, _, err := one(db, scalar[string], long); return err }))
	_, _, err = one(s.db, scalar[string], long)
	require.True(t, Away(err), "patience ends with what it was for: %v", err)
}
