// Package installation gives tests Milepost as it is run for real: migrate, worker and API as processes of their own,
// on PostgreSQL and a real Temporal server, with the demonstration's city loaded.
package installation

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/test/postgres"
	"milepost/test/temporal"
	"milepost/test/town"
)

// Clock is the civil clock of an installation.
type Clock struct {
	Origin string
	Rate   float64 // civil seconds a second
}

// Installation is a running Milepost.
type Installation struct {
	URL      string
	Database string // its DSN
	Engine   string // host and port
	Worker   *town.Process
	API      *town.Process

	binary string
	env    []string
}

// Build builds the program.
func Build(t *testing.T) (binary string) {
	t.Helper()
	binary = filepath.Join(t.TempDir(), "milepost")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "milepost").CombinedOutput()
	require.NoError(t, err, "%s", out)
	return binary
}

// Start migrates a fresh database, loads the demonstration's city, and starts a worker and an API. Both are stopped in
// good order when the test ends; when it failed, what they said last is told.
func Start(t *testing.T, binary string, clock Clock) *Installation {
	t.Helper()
	port, err := town.FreePort()
	require.NoError(t, err)
	address := "127.0.0.1:" + port
	in := &Installation{URL: "http://" + address, Database: postgres.Fresh(t), Engine: temporal.Start(t), binary: binary}
	in.env = append(os.Environ(), "MILEPOST_DATABASE="+in.Database, "MILEPOST_TEMPORAL__ADDRESS="+in.Engine, "MILEPOST_LISTEN="+address,
		"MILEPOST_LIMITS__USER=0", "MILEPOST_LIMITS__ATONCE=0", "MILEPOST_FILES__URL=file://"+t.TempDir(), "MILEPOST_FILES__SCANNER=none")
	in.run(t, "migrate", "--clock-origin", clock.Origin, "--clock-rate", strconv.FormatFloat(clock.Rate, 'f', -1, 64))
	in.run(t, "demo", "load")
	in.Worker, in.API = in.start(t, "worker"), in.start(t, "api")
	require.NoError(t, in.Ready(t.Context()))
	return in
}

// run runs a command of the program to its end.
func (in *Installation) run(t *testing.T, args ...string) {
	t.Helper()
	c := exec.CommandContext(t.Context(), in.binary, args...)
	c.Env = in.env
	out, err := c.CombinedOutput()
	require.NoError(t, err, "milepost %v:\n%s", args, out)
}

// start starts a long-running role.
func (in *Installation) start(t *testing.T, role string) *town.Process {
	t.Helper()
	dir := t.TempDir()
	p := &town.Process{Name: role, Program: in.binary, Args: []string{role}, Env: in.env, Dir: dir, Log: filepath.Join(dir, role+".log")}
	require.NoError(t, p.Start())
	t.Cleanup(func() {
		p.Stop()
		require.NoError(t, p.Fate())
		require.NoError(t, p.Ended(), "the %s did not stop in good order", role)
		if t.Failed() {
			t.Logf("the %s said last:\n%s", role, p.Tail())
		}
	})
	return p
}

// Ready waits until the API answers.
func (in *Installation) Ready(ctx context.Context) error {
	return town.Patiently(ctx, time.Minute, "the API is ready", func(ctx context.Context) error {
		return town.AnswersWell(ctx, in.URL+"/readyz")
	})
}
