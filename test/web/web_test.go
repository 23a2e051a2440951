// Package web tries the page as people use it: in a real browser, on the product as it is run for real. The scripts
// that sit at the browser are in web/test; here is what they stand on.
package web

import (
	"context"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/demo"
	"milepost/test/installation"
	shipped "milepost/web"
)

var (
	shots   = flag.Bool("screenshots", false, "take the pictures of docs/screenshots anew")
	defects = flag.Bool("defects", false, "seed defects into the page, which the scripts must find")
)

// top is the clone.
const top = "../.."

func TestThePageInABrowser(t *testing.T) {
	t.Parallel()
	binary := build(t)
	// A minute a second: nothing lapses while somebody looks at it, however slow the machine.
	t.Run("everybody does his work in his rooms", func(t *testing.T) {
		t.Parallel()
		in := installation.Start(t, binary, installation.Clock{Origin: "2026-03-02T09:00:00+08:00", Rate: 60})
		browse(t, in, "test/rooms/once.test.ts", "test/rooms/keys.test.ts", "test/rooms/roles.test.ts")
	})
	t.Run("every room can be used, read and printed by everybody", func(t *testing.T) {
		t.Parallel()
		in := installation.Start(t, binary, installation.Clock{Origin: "2026-03-02T09:00:00+08:00", Rate: 60})
		browse(t, in, "test/rooms/looks.test.ts")
	})
	t.Run("a crowded city is paged by the server", func(t *testing.T) {
		t.Parallel()
		if testing.Short() {
			t.Skip("the short form has no crowd")
		}
		in := installation.Start(t, binary, installation.Clock{Origin: "2026-03-02T09:00:00+08:00", Rate: 60})
		crowd(t, in)
		browse(t, in, "test/rooms/crowd.test.ts")
	})
	// Here the service is stopped and started again, which nobody else should have to live with.
	t.Run("connections break and others work at the same time", func(t *testing.T) {
		t.Parallel()
		in := installation.Start(t, binary, installation.Clock{Origin: "2026-03-02T09:00:00+08:00", Rate: 60})
		browse(t, in, "test/rooms/cut.test.ts")
	})
	// A day lasts twelve seconds: months pass, and yet whoever clicks is in time.
	t.Run("a project lives its whole life by clicks", func(t *testing.T) {
		t.Parallel()
		if testing.Short() {
			t.Skip("the short form has no whole life")
		}
		in := installation.Start(t, binary, installation.Clock{Origin: "2026-03-16T09:00:00+08:00", Rate: 7200})
		browse(t, in, "test/life")
	})
}

// The pictures of docs/screenshots: make screenshots.
func TestScreenshots(t *testing.T) {
	t.Parallel()
	if !*shots {
		t.Skip("pictures are taken by make screenshots")
	}
	in := installation.Start(t, build(t), installation.Clock{Origin: "2026-03-02T09:00:00+08:00", Rate: 28800})
	ctx, stop := context.WithCancel(t.Context())
	lived := make(chan error, 1)
	go func() { lived <- demo.Run(ctx, demo.Options{BaseURL: in.URL, Out: io.Discard}) }()
	browse(t, in, "test/shots")
	stop()
	require.ErrorIs(t, <-lived, context.Canceled, "the city went on living while its pictures were taken")
}

// Scripts that find nothing prove nothing: make defects-web.
func TestEverySeededDefectOfThePageIsFound(t *testing.T) {
	t.Parallel()
	if !*defects {
		t.Skip("defects are seeded by make defects-web")
	}
	browse(t, installation.Start(t, build(t), installation.Clock{Origin: "2026-03-02T09:00:00+08:00", Rate: 60}), "test/defects")
}

// build builds the program with the page in it.
func build(t *testing.T) (binary string) {
	t.Helper()
	require.NotNil(t, shipped.Built(), "the page is not built: make web")
	return installation.Build(t)
}

// browse has scripts sit at a browser. They find the service by the environment; pictures of what was
// on the screen when something failed stay in dist/browser.
func browse(t *testing.T, in *installation.Installation, scripts ...string) {
	t.Helper()
	pictures, err := filepath.Abs(filepath.Join(top, "dist", "browser"))
	require.NoError(t, err)
	ctx := t.Context()
	if end, ok := t.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, end)
		defer cancel()
	}
	run := exec.CommandContext(ctx, "node", append([]string{"node_modules/vitest/vitest.mjs", "run", "--config", "test/vitest.config.ts"}, scripts...)...)
	run.Dir = filepath.Join(top, "web")
	run.Env = append(os.Environ(), "MILEPOST_TEST_URL="+in.URL, "MILEPOST_TEST_OPERATOR="+operator(t, in), "MILEPOST_TEST_PICTURES="+pictures, "NO_COLOR=1")
	if testing.Short() {
		run.Env = append(run.Env, "MILEPOST_TEST_SHORT=yes")
	}
	said, err := run.CombinedOutput()
	require.NoError(t, err, "%s", said)
	for line := range strings.Lines(string(said)) {
		if strings.Contains(line, " ms") || strings.Contains(line, "Tests") {
			t.Log(strings.TrimSpace(line))
		}
	}
}
