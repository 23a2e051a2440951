package main

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"milepost/config"
	"milepost/domain"
	"milepost/store"
	"milepost/test/postgres"
)

// TestAStatementThatHangsIsGivenUp has somebody hold a lock that a request waits for.
func TestAStatementThatHangsIsGivenUp(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for the API's patience")
	}
	t.Parallel()
	ctx, s := t.Context(), config.Defaults()
	s.Database = postgres.Fresh(t)
	db, err := openStore(ctx, s.Database, store.ForMigration)
	require.NoError(t, err)
	defer db.Close() //nolint:errcheck // nothing is pending
	_, err = prepare(ctx, db, "", 1)
	require.NoError(t, err)
	require.NoError(t, db.PutUser(ctx, store.User{ID: "u", Account: "leader"}))
	require.NoError(t, db.PutPosts(ctx, "u", []store.Post{{Role: domain.RoleLeader}}))
	require.NoError(t, db.IssueToken(ctx, store.Operator, store.Token{ID: "t", User: "u", Scope: store.ScopeRead, Expires: time.Now().Add(time.Hour)}, "secret"))

	p, err := newProcess(ctx, s, slog.New(slog.DiscardHandler), store.ForPeople)
	require.NoError(t, err)
	defer p.close()
	api, err := p.server(ctx, p.gateway())
	require.NoError(t, err)
	list := func() *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/api/v1/projects", http.NoBody)
		r.Header.Set("Authorization", "Bearer secret")
		answer := httptest.NewRecorder()
		api.ServeHTTP(answer, r)
		return answer
	}
	require.Equal(t, http.StatusOK, list().Code)

	other, err := pgx.Connect(ctx, s.Database)
	require.NoError(t, err)
	defer other.Close(ctx) //nolint:errcheck // nothing is pending
	connections := func() (pids []int32) {
		rows, err := other.Query(ctx, "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'milepost' ORDER BY pid")
		require.NoError(t, err)
		pids, err = pgx.CollectRows(rows, pgx.RowTo[int32])
		require.NoError(t, err)
		return pids
	}
	tx, err := other.Begin(ctx)
	require.NoError(t, err)
	_, err = tx.Exec(ctx, "LOCK TABLE projects IN ACCESS EXCLUSIVE MODE")
	require.NoError(t, err)
	begun, open := time.Now(), connections()
	answer := list()
	require.Equal(t, http.StatusServiceUnavailable, answer.Code)
	require.Equal(t, "application/problem+json", answer.Header().Get("Content-Type"))
	var problem struct{ Code string }
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &problem))
	require.Equal(t, "unavailable", problem.Code)
	require.GreaterOrEqual(t, time.Since(begun), 5*time.Second)
	require.Less(t, time.Since(begun), 15*time.Second, "long before the request itself would be given up")

	require.NoError(t, tx.Rollback(ctx))
	require.Equal(t, http.StatusOK, list().Code)
	require.Subset(t, connections(), open, "no connection was given up with the statement")
}
