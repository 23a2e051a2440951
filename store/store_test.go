package store

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

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
