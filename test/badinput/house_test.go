// Package badinput sends an installation as it is run for real what nobody should send: every kind of it must be refused
// as documented, change nothing, betray nothing, and harm nobody else.
package badinput

import (
	"bytes"
	"context"
	"crypto/rand"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"milepost/test/postgres"
	"milepost/test/temporal"
)

// house is an installation: worker and API as processes of their own, on PostgreSQL and a real Temporal server.
type house struct {
	t       *testing.T
	binary  string
	env     []string
	address string
	shelf   string // the folder with files
	db      *pgx.Conn
	log     *output // what the API says

	tokens   map[string]string // by account
	cookies  map[string]string
	secrets  []string // what must never stand in an answer or a log
	projects map[string]string
	names    map[string]string // further ids that the rows speak of
}

func open(t *testing.T) *house {
	t.Helper()
	database := postgres.Fresh(t)
	h := &house{
		t: t, binary: filepath.Join(t.TempDir(), "milepost"), shelf: filepath.Join(t.TempDir(), "files"), address: freeAddress(t), log: &output{},
		tokens: map[string]string{}, cookies: map[string]string{}, projects: map[string]string{}, names: map[string]string{},
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-o", h.binary, "milepost")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	h.env = append(os.Environ(),
		"MILEPOST_DATABASE="+database, "MILEPOST_TEMPORAL__ADDRESS="+temporal.Start(t), "MILEPOST_LISTEN="+h.address, "MILEPOST_LIMITS__USER=0", "MILEPOST_LIMITS__ATONCE=0",
		"MILEPOST_FILES__URL=file://"+h.shelf, "MILEPOST_LOG__FORMAT=json", "MILEPOST_LOG__LEVEL=debug")
	h.run("migrate", "--clock-origin", "2026-03-02T09:00:00+08:00", "--clock-rate", "1")
	h.run("demo", "load")
	h.start("worker", &output{})
	h.start("api", h.log)
	require.Eventually(t, func() bool {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+h.address+"/readyz", nil)
		require.NoError(t, err)
		answer, err := http.DefaultClient.Do(r)
		return err == nil && answer.Body.Close() == nil && answer.StatusCode == http.StatusOK
	}, time.Minute, 50*time.Millisecond, "the API does not get ready")
	h.db, err = pgx.Connect(t.Context(), database)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, h.db.Close(context.WithoutCancel(t.Context()))) })
	return h
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, l.Close()) }()
	return l.Addr().String()
}

// run runs a command of the program to its end.
func (h *house) run(args ...string) {
	h.t.Helper()
	c := exec.CommandContext(h.t.Context(), h.binary, args...)
	c.Env = h.env
	out, err := c.CombinedOutput()
	require.NoError(h.t, err, "milepost %v:\n%s", args, out)
}

// start starts a long-running role; it is stopped in good order when the test ends.
func (h *house) start(role string, said *output) {
	h.t.Helper()
	c := exec.CommandContext(context.WithoutCancel(h.t.Context()), h.binary, role)
	c.Env = h.env
	c.Stdout, c.Stderr = said, said
	require.NoError(h.t, c.Start())
	h.t.Cleanup(func() {
		require.NoError(h.t, c.Process.Signal(os.Interrupt))
		require.NoError(h.t, c.Wait(), "the %s did not stop in good order", role)
		if h.t.Failed() {
			h.t.Logf("the %s said at the end:\n%s", role, said.tail(4000))
		}
	})
}

// output is what a process says.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

// from is what was said after a place, and the place where it ends now.
func (o *output) from(place int) (string, int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return string(o.text.Bytes()[place:]), o.text.Len()
}

func (o *output) tail(n int) string {
	all, _ := o.from(0)
	return all[max(0, len(all)-n):]
}

// aside are the tables, or rows of them, that may well tell of what was refused: the record of refusals, the count of failed
// sign-ins, and refused commands.
var aside = map[string]string{
	"audit":         "act NOT IN ('call.refuse', 'call.refuse-more', 'session.fail', 'session.lock', 'record.read')",
	"audit_ends":    "FALSE",
	"sign_in_tries": "FALSE",
	"commands":      "state <> 'refused'",
}

// seen are columns that tell when something was used last.
const seen = "'{last_used_at,used_at,seen_at}'"

// digests are what each table holds. Tables that come later are looked at too.
func (h *house) digests() map[string]string {
	h.t.Helper()
	ctx := h.t.Context()
	rows, err := h.db.Query(ctx, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
	require.NoError(h.t, err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(h.t, err)
	var parts []string
	for _, table := range tables {
		condition := "TRUE"
		if c, ok := aside[table]; ok {
			condition = c
		}
		parts = append(parts, "SELECT '"+table+"', md5(coalesce(string_agg(j::text, ',' ORDER BY j::text), '')) FROM (SELECT to_jsonb(t) - "+seen+"::text[] AS j FROM "+
			pgx.Identifier{table}.Sanitize()+" t WHERE "+condition+") x")
	}
	found, err := h.db.Query(ctx, strings.Join(parts, " UNION ALL "))
	require.NoError(h.t, err)
	digests := map[string]string{}
	var table, digest string
	_, err = pgx.ForEachRow(found, []any{&table, &digest}, func() error {
		digests[table] = digest
		return nil
	})
	require.NoError(h.t, err)
	digests["shelf"] = h.shelved()
	return digests
}

// shelved names every content that is kept.
func (h *house) shelved() string {
	h.t.Helper()
	var names []string
	err := filepath.WalkDir(h.shelf, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			names = append(names, path)
		}
		return err
	})
	require.NoError(h.t, err)
	return strings.Join(names, "\n")
}

// settled waits until everything that was asked for is recorded and carried out.
func (h *house) settled() {
	h.t.Helper()
	require.Eventually(h.t, func() bool {
		var left int
		require.NoError(h.t, h.db.QueryRow(h.t.Context(), "SELECT (SELECT count(*) FROM effects WHERE state = 'pending') + "+
			"(SELECT count(*) FROM commands WHERE state = 'pending')").Scan(&left))
		return left == 0
	}, 30*time.Second, 10*time.Millisecond, "something stays undone")
}

// key is a fresh idempotency key.
func key() string { return "bad-" + strings.ToLower(rand.Text()) }
