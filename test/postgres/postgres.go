// Package postgres gives each test an empty PostgreSQL database of its own.
//
// All of them are on one server: that of MILEPOST_TEST_POSTGRES (a DSN whose
// user may create databases), which `make test` sets, or else a throwaway
// cluster that the test's process starts for itself and that ends with it.
// A test is never skipped for want of a server: it fails and says what to install.
package postgres

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// Env names the environment variable with the DSN of the server to use.
const Env = "MILEPOST_TEST_POSTGRES"

// Fresh makes an empty database and returns its DSN. The database goes when the
// test ends, with whatever is still connected to it.
func Fresh(tb testing.TB) string {
	tb.Helper()
	dsn, err := server()
	require.NoError(tb, err)

	name := "test_" + strings.ToLower(rand.Text())
	// From template0, so that nothing a developer put into template1 comes along.
	run(tb, dsn, "CREATE DATABASE "+name+" TEMPLATE template0")
	tb.Cleanup(func() { run(tb, dsn, "DROP DATABASE "+name+" WITH (FORCE)") })
	return withDatabase(dsn, name)
}

var server = sync.OnceValues(func() (string, error) {
	if dsn := os.Getenv(Env); dsn != "" {
		return dsn, nil
	}
	return StartCluster()
})

// run sends one statement over a connection of its own: CREATE and DROP DATABASE
// are rare, and an open pool would keep the server from stopping in good order.
func run(tb testing.TB, dsn, statement string) {
	tb.Helper()
	// Not the test's context, which is cancelled before its cleanups.
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, dsn)
	require.NoError(tb, err, "no PostgreSQL answers for these tests; if %s is set, is its server running?", Env)
	_, err = conn.Exec(ctx, statement)
	require.NoError(tb, err)
	require.NoError(tb, conn.Close(ctx))
}

// withDatabase points a DSN, a URL or a list of keywords, at another database.
func withDatabase(dsn, name string) string {
	if u, err := url.Parse(dsn); err == nil && u.Scheme != "" {
		u.Path = "/" + name
		return u.String()
	}
	return dsn + " dbname=" + name // the last of a keyword counts
}
