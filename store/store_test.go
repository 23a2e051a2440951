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
