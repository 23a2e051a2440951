package worker_test

import (
	"bytes"
	"crypto/ed25519"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
	"milepost/store"
	"milepost/test/temporal"
	"milepost/worker"
)

// I9: the audit record verifies to the last signed head, every timeline to its seal, and every line to its command.
func TestALiveInstallationIsLookedOverToTheLastSignature(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "milepost.db")
	c := newCityOn(t, "sqlite://"+path, temporal.Start(t), domain.RealClock())
	c.work()
	name := c.done(c.declaration("lives")).Entity
	c.done(c.command("admit", name, office, project.ReviewEntry{Decision: "admit", Opinion: "符合标准"}))
	_, err := c.db.Seal(t.Context())
	require.NoError(t, err)
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	_, err = c.db.SignHeads(t.Context(), key)
	require.NoError(t, err)
	c.done(c.paper("after", name))
	public, _ := key.Public().(ed25519.PublicKey)
	look := func(trusted ...ed25519.PublicKey) []string {
		t.Helper()
		v := worker.Verify{Store: c.db, Client: c.engine, Namespace: "default", Clock: c.clock, Patience: 5 * time.Second, Trusted: trusted}
		findings, err := v.Run(t.Context(), func(int) {})
		require.NoError(t, err)
		var told []string
		for _, f := range findings {
			told = append(told, f.String())
		}
		return told
	}
	require.Empty(t, look(public))
	require.Empty(t, look())
	other, _ := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{8}, ed25519.SeedSize)).Public().(ed25519.PublicKey)
	require.Len(t, look(other), 1)
	require.Contains(t, look(other)[0], "no trusted key")

	raw, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	defer func() { require.NoError(t, raw.Close()) }()
	change := func(query string, args ...any) {
		t.Helper()
		_, err := raw.ExecContext(t.Context(), query, args...)
		require.NoError(t, err, query)
	}
	for _, guard := range []string{"audit_keeps_update", "audit_keeps_delete", "timeline_keeps_update", "timeline_keeps_delete"} {
		change("DROP TRIGGER " + guard)
	}
	found := func(what string) {
		t.Helper()
		told := strings.Join(look(public), "\n")
		require.Contains(t, told, "I9 ")
		require.Contains(t, told, what)
	}
	change("UPDATE commands SET actor_user = 'other' WHERE id = 'admit'")
	found("command admit is not what was sent")
	change("UPDATE commands SET actor_user = ? WHERE id = 'admit'", office.User)
	require.Empty(t, look(public))

	var chain, seq int64
	require.NoError(t, raw.QueryRowContext(t.Context(), "SELECT chain, seq FROM audit WHERE act = 'record.seal'").Scan(&chain, &seq))
	change("UPDATE audit SET address = 'nowhere' WHERE chain = ? AND seq = ?", chain, seq)
	found("is not what was written")
	change("UPDATE audit SET address = 'worker' WHERE chain = ? AND seq = ?", chain, seq)
	require.Empty(t, look(public))

	// Whoever cuts the seal off, and puts the end of the chain back, is shown by the signature.
	change("DELETE FROM audit WHERE chain = ? AND seq = ?", chain, seq)
	change("UPDATE audit_ends SET seq = ?, hash = COALESCE((SELECT hash FROM audit a WHERE a.chain = audit_ends.chain AND a.seq = ?), '') WHERE chain = ?", seq-1, seq-1, chain)
	found("was signed at")

	require.NoError(t, c.db.Note(t.Context(), store.Operator, store.ActExport, "audit", nil), "the record goes on")
}
