// Package temporal gives tests a running Temporal development server.
package temporal

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"

	"milepost/deploy/temporal/devserver"
	"milepost/test/tether"
)

const startLimit = time.Minute

// Start runs a development server of this test's own, with the namespace "default"
// and nothing stored, and returns its host and port. It is stopped when the test
// ends. Further arguments are those of `temporal server start-dev`, for instance
// "--search-attribute", "Phase=Keyword".
//
// The test fails when the Temporal CLI is missing, and says how to get it.
func Start(tb testing.TB, args ...string) (hostPort string) {
	tb.Helper()
	cli, err := devserver.Binary()
	require.NoError(tb, err)
	held, err := tether.New(cli, nil)
	require.NoError(tb, err)

	ctx, cancel := context.WithTimeout(tb.Context(), startLimit)
	defer cancel()
	said := &strings.Builder{}
	server, err := testsuite.StartDevServer(ctx, testsuite.DevServerOptions{
		ExistingPath:  held.Command,
		ClientOptions: &client.Options{Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler))},
		LogLevel:      "error",
		ExtraArgs:     args,
		Stdout:        said,
		Stderr:        said,
	})
	if err != nil {
		require.NoError(tb, held.Cut())
		require.NoError(tb, err, "the development server said:\n%s", said)
	}
	tb.Cleanup(func() {
		server.Client().Close()
		require.NoError(tb, server.Stop())
		require.NoError(tb, held.Cut())
	})
	return server.FrontendHostPort()
}
