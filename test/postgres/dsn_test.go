package postgres

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

func TestDSNIsPointedAtAnotherDatabase(t *testing.T) {
	tests := []struct{ name, dsn string }{
		{"a URL with a port", "postgres://u:p%40ss@127.0.0.1:5433/postgres?sslmode=disable"},
		{"a URL of a socket", "postgres://u@/postgres?host=%2Ftmp&port=5433&password=p%40ss"},
		{"keywords", "host=127.0.0.1 port=5433 user=u password=p@ss dbname=postgres"},
		{"keywords without a database", "host=127.0.0.1 port=5433 user=u password=p@ss"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			config, err := pgx.ParseConfig(withDatabase(test.dsn, "other"))
			require.NoError(t, err)
			require.Equal(t, "other", config.Database)
			require.Equal(t, "u", config.User)
			require.Equal(t, "p@ss", config.Password)
			require.Equal(t, uint16(5433), config.Port)
		})
	}
}
