// Package e2e tries the product as it is run for real: migrate, worker and API as processes of their own, on
// PostgreSQL and a real Temporal server, over HTTP only.
package e2e

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"milepost/demo"
	"milepost/store"
	"milepost/test/postgres"
	"milepost/test/temporal"
	"milepost/workflows"
)

// installation is a running Milepost.
type installation struct {
	t        *testing.T
	binary   string
	env      []string
	database string
	engine   string
	url      string
}

// install builds the program, migrates a fresh database with a civil clock of a day a second, loads the
// demonstration city, and starts a worker and an API.
func install(t *testing.T) *installation {
	t.Helper()
	in := &installation{t: t, binary: filepath.Join(t.TempDir(), "milepost"), database: postgres.Fresh(t), engine: temporal.Start(t)}
	build := exec.CommandContext(t.Context(), "go", "build", "-o", in.binary, "milepost")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	address := freeAddress(t)
	in.url = "http://" + address
	in.env = append(os.Environ(), "MILEPOST_DATABASE="+in.database, "MILEPOST_TEMPORAL__ADDRESS="+in.engine, "MILEPOST_LISTEN="+address, "MILEPOST_LIMITS__USER=0", "MILEPOST_LIMITS__ATONCE=0",
		"MILEPOST_FILES__URL=file://"+t.TempDir(), "MILEPOST_FILES__SCANNER=none")
	in.run("migrate", "--clock-origin", "2026-03-02T09:00:00+08:00", "--clock-rate", "86400")
	in.run("demo", "load")
	in.start("worker")
	in.start("api")
	in.awaitReady()
	return in
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, l.Close()) }()
	return l.Addr().String()
}

// run runs a command of the program to its end.
func (in *installation) run(args ...string) {
	in.t.Helper()
	c := exec.CommandContext(in.t.Context(), in.binary, args...)
	c.Env = in.env
	out, err := c.CombinedOutput()
	require.NoError(in.t, err, "milepost %v:\n%s", args, out)
}

// start starts a long-running role; it is stopped in good order when the test ends.
func (in *installation) start(role string) {
	in.t.Helper()
	c := exec.CommandContext(context.WithoutCancel(in.t.Context()), in.binary, role)
	c.Env = in.env
	said := &bytes.Buffer{}
	c.Stdout, c.Stderr = said, said
	require.NoError(in.t, c.Start())
	in.t.Cleanup(func() {
		require.NoError(in.t, c.Process.Signal(os.Interrupt))
		require.NoError(in.t, c.Wait(), "the %s did not stop in good order", role)
		if in.t.Failed() {
			in.t.Logf("the %s said:\n%s", role, said)
		}
	})
}

func (in *installation) awaitReady() {
	in.t.Helper()
	require.Eventually(in.t, func() bool {
		r, err := http.NewRequestWithContext(in.t.Context(), http.MethodGet, in.url+"/readyz", nil)
		require.NoError(in.t, err)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return false
		}
		require.NoError(in.t, answer.Body.Close())
		return answer.StatusCode == http.StatusOK
	}, time.Minute, 100*time.Millisecond, "the API does not get ready")
}

// Ten projects live from declaration to production, some late on purpose; the run itself fails when a reminder,
// a notice, an interview, a wait in line or anything else that had to come did not. Then the record is examined.
func TestTenProjectsLiveTheirLifeOverHTTP(t *testing.T) {
	t.Parallel()
	in := install(t)
	told := &bytes.Buffer{}
	err := demo.Run(t.Context(), demo.Options{BaseURL: in.url, Out: told})
	require.NoError(t, err, "%s", told)
	in.examine()
}

// examine holds every timeline against its hash chain, its read model, and the state in its workflow.
func (in *installation) examine() {
	in.t.Helper()
	ctx := in.t.Context()
	db, err := store.Open(ctx, in.database)
	require.NoError(in.t, err)
	defer func() { require.NoError(in.t, db.Close()) }()
	engine, err := client.DialContext(ctx, client.Options{HostPort: in.engine})
	require.NoError(in.t, err)
	defer engine.Close()
	names, err := db.Entities(ctx, "", 1000)
	require.NoError(in.t, err)
	require.GreaterOrEqual(in.t, len(names), 10)
	for _, name := range names {
		require.NoError(in.t, db.VerifyChain(ctx, name))
		in.sameState(engine, db, name)
	}
}

// sameState waits until everything a workflow has decided is on record, and compares the states. Deadlines go on
// passing meanwhile, so what is compared is a moment at which both have seen the same number of entries.
func (in *installation) sameState(engine client.Client, db *store.Store, name string) {
	in.t.Helper()
	require.Eventually(in.t, func() bool {
		answer, err := engine.QueryWorkflow(in.t.Context(), name, "", workflows.Standing)
		require.NoError(in.t, err, name)
		var s workflows.Status
		require.NoError(in.t, answer.Get(&s))
		snapshot, seq, err := db.Snapshot(in.t.Context(), name)
		require.NoError(in.t, err)
		if s.Sequence != seq {
			return false
		}
		digest := sha256.Sum256(snapshot)
		require.Equal(in.t, s.State, hex.EncodeToString(digest[:]), "%s: the record and the workflow differ", name)
		return true
	}, time.Minute, 200*time.Millisecond, "%s is not recorded", name)
}
