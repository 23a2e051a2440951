package main

import (
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/config"
	"milepost/store"
)

// signedHeads signs the heads as a worker would and keeps them elsewhere.
func signedHeads(t *testing.T, db *store.Store, keyFile string) (file string) {
	t.Helper()
	key, err := signingKey(keyFile)
	require.NoError(t, err)
	h, err := db.SignHeads(t.Context(), key)
	require.NoError(t, err)
	line, err := json.Marshal(h)
	require.NoError(t, err)
	file = filepath.Join(t.TempDir(), "heads.jsonl")
	require.NoError(t, os.WriteFile(file, append(line, '\n'), 0o600))
	return file
}

// OWN-222.
func TestTheRecordIsHeldAgainstHeadsThatWereKeptElsewhere(t *testing.T) {
	cmd, db := console(t)
	dir := t.TempDir()
	key := filepath.Join(dir, "audit.key")
	out, err := cmd("audit", "key", key)
	require.NoError(t, err)
	require.Contains(t, out, key+".pub")
	info, err := os.Stat(key)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o400), info.Mode().Perm())
	_, err = cmd("audit", "key", key)
	require.Error(t, err, "a key is never written over")

	_, err = cmd("account", "create", "--user", "root", "--role", "system_admin")
	require.NoError(t, err)
	heads := signedHeads(t, db, key)
	_, err = cmd("account", "create", "--user", "eyes", "--role", "auditor")
	require.NoError(t, err)

	out, err = cmd("audit", "check", "--heads", heads, "--key", key+".pub")
	require.NoError(t, err)
	require.Contains(t, out, "2次签名", "that of the file and that of the database")
	_, err = cmd("audit", "check", "--heads", heads)
	require.ErrorContains(t, err, "--key")
	other := filepath.Join(dir, "other.key")
	_, err = cmd("audit", "key", other)
	require.NoError(t, err)
	_, err = cmd("audit", "check", "--heads", heads, "--key", other+".pub")
	require.ErrorContains(t, err, "no trusted key")
	_, err = cmd("audit", "check", "--key", key)
	require.ErrorContains(t, err, "PUBLIC KEY", "the secret is none to hand round")

	// An export is checked where there is no database.
	export := filepath.Join(dir, "record.jsonl")
	_, err = cmd("audit", "export", "--out", export)
	require.NoError(t, err)
	_, err = cmd("audit", "export", "--out", export)
	require.Error(t, err, "nothing is written over")
	t.Setenv("MILEPOST_DATABASE", "sqlite://"+filepath.Join(dir, "none", "none.db"))
	_, err = cmd("audit", "check", "--export", export, "--heads", heads, "--key", key+".pub")
	require.NoError(t, err)
	data, err := os.ReadFile(export)
	require.NoError(t, err)
	require.Contains(t, string(data), store.ActExport, "the export itself is on it")
	lines := strings.SplitAfter(string(data), "\n")
	signed := slices.IndexFunc(lines, func(l string) bool { // under the heads; an end that nobody has signed yet can be cut off
		return strings.Contains(l, `"account":"root"`)
	})
	require.Positive(t, signed, string(data))
	for name, forged := range map[string]string{
		"a line less":  strings.Join(slices.Delete(slices.Clone(lines), signed, signed+1), ""),
		"another name": strings.Replace(string(data), `"address":"console"`, `"address":"consoles"`, 1),
		"nothing left": lines[0],
	} {
		file := filepath.Join(t.TempDir(), "forged.jsonl")
		require.NoError(t, os.WriteFile(file, []byte(forged), 0o600))
		_, err = cmd("audit", "check", "--export", file, "--heads", heads, "--key", key+".pub")
		require.Error(t, err, name)
	}
}

func TestAPartOfTheRecordIsExported(t *testing.T) {
	cmd, db := console(t)
	all, err := db.Audit(t.Context(), store.AuditQuery{})
	require.NoError(t, err)
	require.NotEmpty(t, all.Rows, "the shipped rules are on the record")
	from := all.Rows[0].At.Format("2006-01-02T15:04:05.999999999Z07:00")
	file := filepath.Join(t.TempDir(), "part.jsonl")
	_, err = cmd("audit", "export", "--from", from, "--out", file)
	require.NoError(t, err)
	_, err = cmd("audit", "check", "--export", file, "--from", from)
	require.NoError(t, err)
	line, err := db.Audit(t.Context(), store.AuditQuery{Act: store.ActExport})
	require.NoError(t, err)
	require.Len(t, line.Rows, 1)
	require.Contains(t, string(line.Rows[0].Detail), "from")
	require.Equal(t, "console", line.Rows[0].Address)
}

func TestAKeyThatOthersMayReadSignsNothing(t *testing.T) {
	cmd, _ := console(t)
	key := filepath.Join(t.TempDir(), "audit.key")
	_, err := cmd("audit", "key", key)
	require.NoError(t, err)
	require.NoError(t, os.Chmod(key, 0o440))
	_, err = auditing(config.Audit{Key: key})
	require.ErrorContains(t, err, "chmod 400")
	_, err = auditing(config.Audit{Key: key + ".none"})
	require.ErrorContains(t, err, "audit.key")
	a, err := auditing(config.Audit{})
	require.NoError(t, err)
	require.Nil(t, a.Key)
	require.NoError(t, os.Chmod(key, 0o600))
	require.NoError(t, os.WriteFile(key, []byte("no key"), 0o600))
	_, err = auditing(config.Audit{Key: key})
	require.ErrorContains(t, err, "PRIVATE KEY")
}

func TestAnOperatorTakesADeadEffectUpAgain(t *testing.T) {
	cmd, db := console(t)
	out, err := cmd("effects", "list")
	require.NoError(t, err)
	require.Contains(t, out, "共0个")
	_, err = cmd("effects", "retry", "project/none/1/0")
	require.ErrorContains(t, err, "no such dead effect")

	raw, err := sql.Open("sqlite", strings.TrimPrefix(os.Getenv("MILEPOST_DATABASE"), "sqlite://"))
	require.NoError(t, err)
	defer func() { require.NoError(t, raw.Close()) }()
	_, err = raw.ExecContext(t.Context(), `INSERT INTO effects (id, entity, seq, n, kind, data, state, attempts, try_at, error)
		VALUES ('project/p/9/0', 'project/p', 9, 0, 'notice', '{}', 'dead', 3, '2026-03-02 10:00:00+00:00', 'the reason')`)
	require.NoError(t, err)
	out, err = cmd("effects", "list")
	require.NoError(t, err)
	require.Contains(t, out, "共1个")
	require.Contains(t, out, "the reason")
	id, _, _ := strings.Cut(out, "\t")
	out, err = cmd("effects", "retry", id)
	require.NoError(t, err)
	require.Contains(t, out, "will be carried out again")
	out, err = cmd("effects", "list")
	require.NoError(t, err)
	require.Contains(t, out, "共0个")
	line, err := db.Audit(t.Context(), store.AuditQuery{Act: "effect.retry", Subject: "effect/" + id})
	require.NoError(t, err)
	require.Len(t, line.Rows, 1)
	require.Equal(t, "console", line.Rows[0].Address)
	require.Contains(t, string(line.Rows[0].Detail), "the reason")
}
