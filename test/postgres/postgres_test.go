package postgres_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"milepost/test/postgres"
)

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	require.NoError(t, err)
	return conn
}

func TestEachTestHasADatabaseOfItsOwn(t *testing.T) {
	one, other := connect(t, postgres.Fresh(t)), connect(t, postgres.Fresh(t))

	_, err := one.Exec(t.Context(), "CREATE TABLE project (id int)")
	require.NoError(t, err)
	_, err = other.Exec(t.Context(), "SELECT id FROM project")
	require.ErrorContains(t, err, "does not exist")
}

func TestDatabaseGoesWithItsTestEvenWhileConnected(t *testing.T) {
	var dsn string
	t.Run("a test that forgets to close its connection", func(t *testing.T) {
		dsn = postgres.Fresh(t)
		connect(t, dsn)
	})
	_, err := pgx.Connect(t.Context(), dsn)
	require.ErrorContains(t, err, "does not exist")
}

// Milepost refuses a server that could lose what it acknowledged; tests of the
// whole program run against this one.
func TestServerKeepsTheSettingsThatTheProductAsksFor(t *testing.T) {
	conn := connect(t, postgres.Fresh(t))
	for _, setting := range []string{"fsync", "full_page_writes", "synchronous_commit"} {
		var value string
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT current_setting($1)", setting).Scan(&value))
		require.Equal(t, "on", value, setting)
	}
}
