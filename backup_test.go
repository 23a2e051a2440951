package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"milepost/deploy/cluster"
	"milepost/files"
	"milepost/store"
	"milepost/test/postgres"
	"milepost/test/temporal"
)

// onCluster is a console on an installation with a PostgreSQL cluster of its own.
func onCluster(t *testing.T) (cmd func(args ...string) (string, error)) {
	t.Helper()
	cmd, _ = console(t)
	dsn, err := postgres.StartCluster()
	require.NoError(t, err)
	t.Setenv("MILEPOST_DATABASE", dsn)
	_, err = cmd("migrate")
	require.NoError(t, err)
	_, err = cmd("account", "create", "--user", "auditor", "--role", "auditor")
	require.NoError(t, err)
	return cmd
}

func TestABackupIsTriedOut(t *testing.T) {
	cmd := onCluster(t)
	folder := filepath.Join(t.TempDir(), "backup")
	out, err := cmd("backup", folder)
	require.NoError(t, err, out)
	require.Contains(t, out, "备份完成")
	out, err = cmd("restore-drill", folder)
	require.NoError(t, err, out)
	require.Contains(t, out, "备份可以恢复")

	_, err = cmd("backup", folder)
	require.ErrorIs(t, err, os.ErrExist, "a backup is never written over another")
	_, err = cmd("release")
	require.ErrorContains(t, err, "不是从备份恢复的", "the live database bears no mark afterwards")
}

// A folder that is not the one in use holds nothing; who finds that out when restoring finds it out too late.
func TestABackupThatWouldLackFilesIsRefused(t *testing.T) {
	cmd := onCluster(t)
	db, err := store.Open(t.Context(), os.Getenv("MILEPOST_DATABASE"))
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	shelf, err := files.Open(t.Context(), os.Getenv("MILEPOST_FILES__URL"))
	require.NoError(t, err)
	defer func() { require.NoError(t, shelf.Close()) }()
	draft, err := shelf.Receive(t.Context(), strings.NewReader("content"), 100)
	require.NoError(t, err)
	defer func() { require.NoError(t, draft.Close()) }()
	require.NoError(t, shelf.Keep(t.Context(), draft))
	_, _, err = db.AddFile(t.Context(), store.File{Project: "p", Digest: draft.Digest, Name: "批复.pdf", Type: "application/pdf", Size: draft.Size},
		store.FileLimits{PerProject: 1 << 20, PerDay: 1 << 20}, true, func(context.Context) error { return nil })
	require.NoError(t, err)

	right := os.Getenv("MILEPOST_FILES__URL")
	for name, url := range map[string]string{"another folder": "file://" + t.TempDir(), "no folder": "", "one from here on": "file://files"} {
		t.Setenv("MILEPOST_FILES__URL", url)
		_, err = cmd("backup", filepath.Join(t.TempDir(), "backup"))
		require.ErrorContains(t, err, "files.url", name)
	}
	t.Setenv("MILEPOST_FILES__URL", right)
	folder := filepath.Join(t.TempDir(), "backup")
	out, err := cmd("backup", folder)
	require.NoError(t, err, out)
	_, err = os.Stat(filepath.Join(filepath.Dir(folder), "files", draft.Digest[:2], draft.Digest[2:4], draft.Digest))
	require.NoError(t, err)
	out, err = cmd("restore-drill", folder)
	require.NoError(t, err, out)
}

func TestADamagedBackupIsRefused(t *testing.T) {
	cmd := onCluster(t)
	whole := filepath.Join(t.TempDir(), "backup")
	out, err := cmd("backup", whole)
	require.NoError(t, err, out)
	tests := []struct {
		name   string
		damage func(t *testing.T, folder string)
		says   string
	}{
		{"one byte of a table is another", func(t *testing.T, folder string) {
			t.Helper()
			tables, err := filepath.Glob(filepath.Join(folder, "cluster", "base", "5", "*"))
			require.NoError(t, err)
			data, err := os.ReadFile(tables[len(tables)/2])
			require.NoError(t, err)
			require.NotEmpty(t, data)
			data[len(data)/2] ^= 1
			require.NoError(t, os.WriteFile(tables[len(tables)/2], data, 0o600))
		}, "damaged"},
		{"its log is missing", func(t *testing.T, folder string) {
			t.Helper()
			logs, err := filepath.Glob(filepath.Join(folder, "cluster", "pg_wal", "0*"))
			require.NoError(t, err)
			require.NotEmpty(t, logs)
			for _, l := range logs {
				require.NoError(t, os.Remove(l))
			}
		}, "damaged"},
		{"it was never finished", func(t *testing.T, folder string) {
			t.Helper()
			require.NoError(t, os.Remove(filepath.Join(folder, aboutFile)))
		}, "no whole backup"},
		{"it has less than was on record when it began", func(t *testing.T, folder string) {
			t.Helper()
			file := filepath.Join(folder, aboutFile)
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			more := strings.Replace(string(data), `"entities": 0`, `"entities": 1`, 1)
			require.NotEqual(t, string(data), more)
			require.NoError(t, os.WriteFile(file, []byte(more), 0o600))
		}, "not whole"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "backup")
			require.NoError(t, os.CopyFS(folder, os.DirFS(whole)))
			test.damage(t, folder)
			out, err := cmd("restore-drill", folder)
			require.ErrorContains(t, err, test.says, out)
		})
	}
}

func TestARestoredDatabaseDecidesNothingUntilItIsReleased(t *testing.T) {
	cmd := onCluster(t)
	t.Setenv("MILEPOST_TEMPORAL__ADDRESS", temporal.Start(t))
	t.Setenv("MILEPOST_LISTEN", "127.0.0.1:0")
	folder := filepath.Join(t.TempDir(), "backup")
	out, err := cmd("backup", folder)
	require.NoError(t, err, out)

	dir, err := os.MkdirTemp("", "restored-") //nolint:usetesting // PostgreSQL's user may not enter a test's own folder
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	r, err := cluster.Restore(t.Context(), folder, dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, r.Stop(context.WithoutCancel(t.Context()))) })
	t.Setenv("MILEPOST_DATABASE", r.DSN("postgres", "postgres"))
	conn, err := pgx.Connect(t.Context(), r.DSN("postgres", "postgres"))
	require.NoError(t, err)
	var mark string
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT value FROM settings WHERE name = 'backup'").Scan(&mark))
	old := time.Now().Add(-time.Minute).UTC().Format(time.RFC3339)
	_, err = conn.Exec(t.Context(), "UPDATE settings SET value = $1 WHERE name = 'backup'", fmt.Sprintf(`{"begun":%q,"alive":%q}`, old, old)) // as it will be after a while
	require.NoError(t, err)
	require.NoError(t, conn.Close(t.Context()))

	for _, part := range []string{"api", "worker"} {
		_, err = cmd(part)
		require.ErrorContains(t, err, "milepost release")
	}
	out, err = cmd("verify")
	require.NoError(t, err, out)
	_, err = cmd("backup", filepath.Join(t.TempDir(), "again"))
	require.ErrorContains(t, err, "milepost release")
	out, err = cmd("release")
	require.NoError(t, err)
	require.Contains(t, out, "已放行")
	_, err = cmd("release")
	require.ErrorContains(t, err, "已经放行")
}
