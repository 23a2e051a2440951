package api_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"milepost/api"
	"milepost/domain/policy"
	"milepost/store"
)

// The store and the registry are what the API asks for.
var (
	_ api.Records  = (*store.Store)(nil)
	_ api.Masters  = (*store.Store)(nil)
	_ api.Accounts = (*store.Store)(nil)
	_ api.Desk     = (*store.Store)(nil)
	_ api.Rules    = (*policy.Registry)(nil)
)

func TestTheUserInterface(t *testing.T) {
	t.Parallel()
	w := newCity(t)
	server, err := api.New(api.Deps{
		Clock: w.clock, Now: w.Now, Commands: w, Records: w, Masters: masters{w}, Accounts: w, Sessions: w, Rules: w.rules,
		Web: fstest.MapFS{"index.html": {Data: []byte("<title>里程</title>")}, "assets/app-1a2b.js": {Data: []byte("app()")}},
	})
	require.NoError(t, err)
	ask := func(path, accept string) *httptest.ResponseRecorder {
		w, r := httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody)
		r.Header.Set("Accept", accept)
		server.ServeHTTP(w, r)
		return w
	}
	get := func(path string) *httptest.ResponseRecorder {
		return ask(path, "text/html,application/xhtml+xml,*/*;q=0.8")
	}
	require.Equal(t, http.StatusNotFound, ask("/projects/1/timeline", "*/*").Code, "programs are not given a page")
	require.Contains(t, ask("/", "*/*").Body.String(), "里程")
	for _, place := range []string{"/", "/projects/1/timeline", "/tasks"} {
		require.Contains(t, get(place).Body.String(), "里程", place)
		require.Equal(t, "no-cache", get(place).Header().Get("Cache-Control"))
	}
	require.Contains(t, get("/assets/app-1a2b.js").Header().Get("Cache-Control"), "immutable")
	require.Equal(t, http.StatusNotFound, get("/assets/app-old.js").Code)
	require.Equal(t, http.StatusNotFound, get("/api/v2/projects").Code)
	require.Equal(t, http.StatusUnauthorized, get("/api/v1/projects").Code)
}

func TestLargeAnswersArePacked(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/calendar/days?year=2026", http.NoBody)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, r)
	require.Equal(t, "gzip", w.Header().Get("Content-Encoding"))
	unpacked, err := gzip.NewReader(w.Body)
	require.NoError(t, err)
	data, err := io.ReadAll(unpacked)
	require.NoError(t, err)
	require.Contains(t, string(data), "2026-10-10")
	s.anyone().with("Accept-Encoding", "gzip").get("/projects").refused(http.StatusUnauthorized, "session.none")
}
