package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/store"
)

// console runs command lines on a fresh database.
func console(t *testing.T) (run1 func(args ...string) (string, error), db *store.Store) {
	t.Helper()
	dsn := "sqlite://" + filepath.Join(t.TempDir(), "milepost.db")
	t.Setenv("MILEPOST_DATABASE", dsn)
	t.Setenv("MILEPOST_FILES__URL", "file://"+filepath.Join(t.TempDir(), "files"))
	run1 = func(args ...string) (string, error) {
		var out bytes.Buffer
		err := run(context.WithoutCancel(t.Context()), args, &out, io.Discard)
		return out.String(), err
	}
	_, err := run1("account", "create", "--user", "root", "--role", "system_admin")
	require.ErrorContains(t, err, "milepost migrate")
	_, err = run1("migrate")
	require.NoError(t, err)
	db, err = store.Open(t.Context(), dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return run1, db
}

func TestACityPublishesItsPack(t *testing.T) {
	cmd, db := console(t)
	file := filepath.Join(t.TempDir(), "my-city.yaml")
	pack := "id: my-city\nversion: \"1\"\nextends: base\njurisdiction: my-city\ntitle: {zh: 某市规则}\nsource: {document: {zh: 某市办法}}\n"
	require.NoError(t, os.WriteFile(file, []byte(pack+"approval: {days: 8}\n"), 0o600))
	out, err := cmd("pack", "publish", file)
	require.Error(t, err)
	require.Contains(t, out, "clause.missing")

	require.NoError(t, os.WriteFile(file, []byte(pack+"approval: {days: 8, clause: MC-9}\n"), 0o600))
	_, err = cmd("pack", "publish", file)
	require.ErrorContains(t, err, "No such jurisdiction")
	require.NoError(t, db.PutJurisdictions(t.Context(), store.Jurisdiction{Code: "my-city", Level: "city"}, store.Jurisdiction{Code: "my-county", Parent: "my-city", Level: "county"}))
	before, err := db.RulesRevision(t.Context())
	require.NoError(t, err)
	for _, where := range []string{"my-city", "my-county"} {
		_, err = cmd("pack", "publish", file, "--jurisdiction", where)
		require.NoError(t, err)
	}
	rules, err := db.Rules(t.Context())
	require.NoError(t, err)
	require.Equal(t, rules.InForce["my-city"], rules.InForce["my-county"])
	require.Greater(t, rules.Revision, before, "processes that run see it")
	stored, err := db.Pack(t.Context(), rules.InForce["my-city"])
	require.NoError(t, err)
	require.Contains(t, stored.YAML, "MC-9")
	line, err := db.Audit(t.Context(), store.AuditQuery{Act: "pack.publish", Subject: "jurisdiction/my-city"})
	require.NoError(t, err)
	require.Len(t, line.Rows, 1)
}

// typed is what somebody types on standard input.
func typed(t *testing.T, text string) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "typed")
	require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	f, err := os.Open(name)
	require.NoError(t, err)
	before := os.Stdin
	os.Stdin = f
	t.Cleanup(func() {
		os.Stdin = before
		_ = f.Close()
	})
}

func TestTheFirstAdministratorsAreMadeOnTheServer(t *testing.T) {
	cmd, db := console(t)
	out, err := cmd("account", "create", "--user", "Root", "--role", "system_admin")
	require.NoError(t, err)
	require.Regexp(t, `: \w{5}-\w{5}-\w{5}-\w{5}\n`, out)
	u, err := db.UserByAccount(t.Context(), "root")
	require.NoError(t, err)
	require.True(t, u.MustChange)
	require.Equal(t, "系统管理员", u.Name)
	posts, err := db.Posts(t.Context(), u.ID)
	require.NoError(t, err)
	require.Len(t, posts, 1)
	require.Equal(t, domain.RoleSystemAdmin, posts[0].Role)

	_, err = cmd("account", "create", "--user", "root", "--role", "auditor")
	require.ErrorContains(t, err, "belongs to another account")
	_, err = cmd("account", "create", "--user", "zhang san", "--role", "auditor")
	require.ErrorContains(t, err, "login name")
	_, err = cmd("account", "create", "--user", "clerk", "--role", "office")
	require.ErrorContains(t, err, "system_admin")
	_, err = cmd("account", "create", "--user", "guard", "--role", "security_admin", "--jurisdiction", "nowhere")
	require.ErrorContains(t, err, "No such jurisdiction")

	typed(t, "too short\n")
	_, err = cmd("account", "create", "--user", "guard", "--role", "security_admin", "--password-stdin")
	require.ErrorContains(t, err, "12")
	typed(t, "Right-horse-7-battery\n")
	out, err = cmd("account", "create", "--user", "guard", "--role", "security_admin", "--password-stdin")
	require.NoError(t, err)
	require.NotContains(t, out, "battery")
	u, err = db.UserByAccount(t.Context(), "guard")
	require.NoError(t, err)
	require.False(t, u.MustChange, "its holder chose it")

	out, err = cmd("account", "reset", "--user", "guard")
	require.NoError(t, err)
	require.Contains(t, out, "one-time password")
	u, err = db.UserByAccount(t.Context(), "guard")
	require.NoError(t, err)
	require.True(t, u.MustChange)
	_, err = cmd("account", "reset", "--user", "nobody")
	require.ErrorContains(t, err, "no such account")

	typed(t, "Right-horse-7-bat\n")
	t.Setenv("MILEPOST_SESSION__POLICY", "asvs")
	_, err = cmd("account", "reset", "--user", "guard", "--password-stdin")
	require.NoError(t, err)
	typed(t, "Right-horse-7\n")
	_, err = cmd("account", "reset", "--user", "guard", "--password-stdin")
	require.ErrorContains(t, err, "15")

	_, err = db.ChangeAccount(t.Context(), store.Operator, u.ID, "guard", true, time.Time{})
	require.NoError(t, err)
	_, err = cmd("account", "enable", "--user", "guard")
	require.NoError(t, err)
	u, err = db.UserByAccount(t.Context(), "guard")
	require.NoError(t, err)
	require.False(t, u.Disabled)
	_, err = cmd("account", "link", "--user", "guard", "--subject", "g-1")
	require.ErrorContains(t, err, "oidc.issuer")
	t.Setenv("MILEPOST_OIDC__ISSUER", "https://id.example")
	t.Setenv("MILEPOST_OIDC__CLIENTID", "milepost")
	t.Setenv("MILEPOST_OIDC__CLIENTSECRETFILE", "secret")
	t.Setenv("MILEPOST_PUBLIC", "https://milepost.example")
	_, err = cmd("account", "link", "--user", "guard", "--subject", "g-1")
	require.NoError(t, err)
	u, err = db.UserBySubject(t.Context(), "https://id.example g-1")
	require.NoError(t, err)
	require.Equal(t, "guard", u.Account)
	_, err = cmd("account", "link", "--user", "guard")
	require.NoError(t, err)
	_, err = db.UserBySubject(t.Context(), "https://id.example g-1")
	require.Error(t, err)

	out, err = cmd("audit", "check")
	require.NoError(t, err)
	hash := regexp.MustCompile(`[0-9a-f]{64}`).FindString(out)
	require.NotEmpty(t, hash)
	_, err = cmd("audit", "check", "--since", hash)
	require.NoError(t, err)
	_, err = cmd("audit", "check", "--since", "0000")
	require.ErrorContains(t, err, "not on the chain")
}
