// Package e2e tries the product as it is run for real, over HTTP only.
package e2e

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"milepost/demo"
	"milepost/store"
	"milepost/test/installation"
	"milepost/workflows"
)

// Ten projects live from declaration to production, some late on purpose; the run itself fails when a reminder,
// a notice, an interview, a wait in line or anything else that had to come did not. Then the record is examined.
func TestTenProjectsLiveTheirLifeOverHTTP(t *testing.T) {
	t.Parallel()
	in := installation.Start(t, installation.Build(t), installation.Clock{Origin: "2026-03-02T09:00:00+08:00", Rate: 86400})
	told := &bytes.Buffer{}
	err := demo.Run(t.Context(), demo.Options{BaseURL: in.URL, Out: told})
	require.NoError(t, err, "%s", told)
	examine(t, in)
}

// examine holds every timeline against its hash chain, its read model, and the state in its workflow.
func examine(t *testing.T, in *installation.Installation) {
	t.Helper()
	ctx := t.Context()
	db, err := store.Open(ctx, in.Database)
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	engine, err := client.DialContext(ctx, client.Options{HostPort: in.Engine})
	require.NoError(t, err)
	defer engine.Close()
	names, err := db.Entities(ctx, "", 1000)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(names), 10)
	for _, name := range names {
		require.NoError(t, db.VerifyChain(ctx, name))
		sameState(t, engine, db, name)
	}
}

// sameState waits until everything a workflow has decided is on record, and compares the states. Deadlines go on
// passing meanwhile, so what is compared is a moment at which both have seen the same number of entries.
func sameState(t *testing.T, engine client.Client, db *store.Store, name string) {
	t.Helper()
	require.Eventually(t, func() bool {
		answer, err := engine.QueryWorkflow(t.Context(), name, "", workflows.Standing)
		require.NoError(t, err, name)
		var s workflows.Status
		require.NoError(t, answer.Get(&s))
		snapshot, seq, err := db.Snapshot(t.Context(), name)
		require.NoError(t, err)
		if s.Sequence != seq {
			return false
		}
		digest := sha256.Sum256(snapshot)
		require.Equal(t, s.State, hex.EncodeToString(digest[:]), "%s: the record and the workflow differ", name)
		return true
	}, time.Minute, 200*time.Millisecond, "%s is not recorded", name)
}
