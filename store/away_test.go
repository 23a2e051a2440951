package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"milepost/domain"
)

func TestADatabaseThatIsAwayIsToldFromAFault(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		away bool
	}{
		"nobody listens":                    {&net.OpError{Op: "dial", Err: errors.New("connection refused")}, true},
		"the connection broke":              {driver.ErrBadConn, true},
		"the server is stopping":            {&pgconn.PgError{Code: "57P01"}, true},
		"two transactions met":              {&pgconn.PgError{Code: "40001"}, true},
		"too many connections":              {&pgconn.PgError{Code: "53300"}, true},
		"the caller has gone":               {context.Canceled, true},
		"it took too long":                  {context.DeadlineExceeded, true},
		"a table that there is not":         {&pgconn.PgError{Code: "42P01"}, false},
		"a value that a column refuses":     {&pgconn.PgError{Code: "23514"}, false},
		"a state that cannot be read":       {errors.New("unexpected end of JSON input"), false},
		"a refusal":                         {domain.NotFound("x", "", "无", "none"), false},
		"nothing at all is no reason to go": {nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.away, Away(c.err))
			if c.err != nil {
				require.Equal(t, c.away, Away(fmt.Errorf("read: %w", c.err)))
			}
		})
	}
}

func TestAServerThatStopsIsAway(t *testing.T) {
	_, err := Open(t.Context(), "postgres://nobody@127.0.0.1:1/none?connect_timeout=2")
	require.Error(t, err)
	require.True(t, Away(err), "%v", err)
	onBoth(t, func(t *testing.T, s *Store) {
		require.False(t, Away(s.db.Exec("SELECT nothing FROM nowhere").Error))
	})
}
