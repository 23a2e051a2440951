package faults

import (
	"context"
	"os"
	"os/exec"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"milepost/test/town"
)

// A suite that finds nothing proves nothing. Each of these defects, seeded into the program, must make it fail: the
// tests of the room in which it lies, or the examination of an installation that suffered with it.
func TestEverySeededDefectIsFound(t *testing.T) {
	if *rounds == 0 {
		t.Skip("a machine of its own is needed: make faults")
	}
	defects := []struct {
		name   string
		change town.Change
		rooms  []string // whose tests must fail
	}{
		{
			"command ids are not carried from run to run",
			town.Change{File: "workflows/loop.go", Old: "Outcomes: r.outcomes,", New: ""},
			[]string{"./workflows"},
		},
		{
			"a validator changes the state",
			town.Change{File: "workflows/run.go", Old: "\tif r.tail.full(ask.Recorded)", New: "\t_, _ = r.decide(ctx, ask.Command)\n\tif r.tail.full(ask.Recorded)"},
			[]string{"./workflows"},
		},
		{
			"nobody finishes what a crash left",
			town.Change{File: "worker/worker.go", Old: "sides.Go(func() { sweeper.Run(ctx) })", New: "_ = sweeper"},
			[]string{"./worker"},
		},
		{
			"lines are recorded without looking where they belong",
			town.Change{File: "store/record.go", Old: "if first < 1 || first > head.LastSeq+1 {", New: "if first < 1 {"},
			[]string{"./store"},
		},
		{
			"lines on record are not compared",
			town.Change{File: "store/record.go", Old: "if e.ChainHash(head.Name, prev) != hashes[i] {", New: "if e.ChainHash(head.Name, prev) == \"\" {"},
			[]string{"./store"},
		},
		{
			"a quota is changed without its lock",
			town.Change{File: "store/quota.go", Old: "FROM quotas WHERE jurisdiction = ? AND resource = ? AND year = ?\"+s.forUpdate()", New: "FROM quotas WHERE jurisdiction = ? AND resource = ? AND year = ?\""},
			[]string{"./store"},
		},
		{
			"a route has no row in the access table",
			town.Change{File: "api/access.go", Old: "\t\"grantItem\":", New: "\t\"grant\":"},
			[]string{"./api"},
		},
		{
			"refusals are counted and not put on record",
			town.Change{File: "api/refusals.go", Old: "\tif !r.spend(caller, by) {", New: "\tif caller != \"\" {"},
			[]string{"./api"},
		},
	}
	for _, d := range defects {
		t.Run(d.name, func(t *testing.T) {
			list, err := town.Overlay(t.TempDir(), d.change)
			require.NoError(t, err)
			args := append([]string{"test", "-overlay", list, "-count=1", "-failfast"}, d.rooms...)
			test := exec.CommandContext(t.Context(), "go", args...)
			test.Dir, test.Env = "../..", os.Environ()
			out, err := test.CombinedOutput()
			require.Error(t, err, "the defect was not found")
			require.Contains(t, string(out), "--- FAIL", "nothing was tested")
		})
	}
}

// tampered edits one line of the record, which an examination must find.
func tampered(t *testing.T, spot *place, x *examiner) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), town.DSN(spot.database.Address, "milepost"))
	require.NoError(t, err)
	defer conn.Close(context.WithoutCancel(t.Context()))                      //nolint:errcheck // nothing is pending
	_, err = conn.Exec(t.Context(), "SET session_replication_role = replica") // as the owner of the database can
	require.NoError(t, err)
	tag, err := conn.Exec(t.Context(), `UPDATE timeline SET actor_user = actor_user || 'x'
		WHERE (entity, seq) = (SELECT entity, seq FROM timeline ORDER BY entity, seq OFFSET (SELECT count(*) / 2 FROM timeline) LIMIT 1)`)
	require.NoError(t, err)
	require.EqualValues(t, 1, tag.RowsAffected())
	require.ErrorContains(t, x.examine(t.Context()), "I3", "an edited line was not found")
}
