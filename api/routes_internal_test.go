package api

import (
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/require"
)

// TestEveryRouteIsInTheTable reads the routes of the server itself: what answers under the API's path is an operation of
// the contract with a row in the access table, and what answers elsewhere is known.
func TestEveryRouteIsInTheTable(t *testing.T) {
	t.Parallel()
	s, err := New(Deps{})
	require.NoError(t, err)
	elsewhere := []string{"/healthz", "/readyz", "/", "/*", "/api/docs", "/api/docs/*", "/api/*", base + "/openapi.yaml", base + "/openapi.json"}
	seen := 0
	for _, r := range s.echo.Routes() {
		op, known := s.operations[r.Method+" "+r.Path]
		if r.Method == echo.RouteNotFound {
			continue
		}
		if !known {
			require.True(t, slices.Contains(elsewhere, r.Path), "%s %s is in no contract", r.Method, r.Path)
			require.False(t, strings.HasPrefix(r.Path, base) && r.Method != "GET", r.Path)
			continue
		}
		seen++
		require.True(t, op.known, "%s has no row in the access table", op.id)
	}
	require.Equal(t, len(s.operations), seen, "every operation is hung up")
	require.Len(t, Access, seen)
}
