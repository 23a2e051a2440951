package faults

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/test/town"
)

// manyProjects are under way when the engine's store is lost, and when a program is looked at before an upgrade.
const manyProjects = 100

// The timelines are the record: an engine that has lost everything is told it again, and nobody notices but by the wait.
func TestAfterTheEnginesStoreIsLostAllProjectsGoOn(t *testing.T) {
	if *rounds == 0 {
		t.Skip("a machine of its own is needed: make faults")
	}
	list, err := town.Overlay(t.TempDir(), town.CutOften)
	require.NoError(t, err)
	spot, people := underWay(t, list)

	goHome := people.begin(t.Context(), *clients, *seed+1)
	people.journal.reaches(t, 6*manyProjects)
	for _, p := range spot.ours() { // in the middle of their work
		p.Kill()
	}
	require.NoError(t, spot.engine.Lose(t.Context(), spot.database))
	err = town.Patiently(t.Context(), time.Minute, "the database has noticed that they are gone", func(ctx context.Context) error {
		others, err := spot.record.Others(ctx)
		if err == nil && others > 0 {
			err = fmt.Errorf("%d sessions are left", others)
		}
		return err
	})
	require.NoError(t, err)
	said, err := spot.operate(t.Context(), spot.binary, "recover")
	require.NoError(t, err, said)
	t.Log(said)
	for _, p := range spot.ours() {
		require.NoError(t, p.Start())
	}
	goHome()
	people.touchAll(t)
	examined(t, spot, people)
}

// What was told before a backup began is in it, and an installation that stands on it goes on from there.
func TestABackupTakenUnderLoadHasAllThatWasTold(t *testing.T) {
	if *rounds == 0 {
		t.Skip("a machine of its own is needed: make faults")
	}
	list, err := town.Overlay(t.TempDir(), town.CutOften)
	require.NoError(t, err)
	spot, people := underWay(t, list)

	goHome := people.begin(t.Context(), *clients, *seed+1)
	people.journal.reaches(t, 6*manyProjects)
	folder := filepath.Join(spot.dir, "backup")
	begun := time.Now()
	said, err := spot.operate(t.Context(), spot.binary, "backup", folder)
	require.NoError(t, err, said)
	people.journal.reaches(t, people.journal.count(acknowledged)+manyProjects) // which are to be lost
	said, err = spot.operate(t.Context(), spot.binary, "restore-drill", folder)
	require.NoError(t, err, said)
	t.Log(said)
	for _, p := range spot.ours() {
		p.Kill()
	}
	goHome()

	spot.engine.Kill()
	require.NoError(t, spot.database.Replace(t.Context(), filepath.Join(folder, "cluster")))
	require.NoError(t, spot.engine.Start())
	err = town.Patiently(t.Context(), time.Minute, "the mark of the backup is old", func(ctx context.Context) error {
		_, restored, err := spot.record.Restored(ctx)
		if err == nil && !restored {
			err = errors.New("it may be a live one")
		}
		return err
	})
	require.NoError(t, err)
	said, err = spot.operate(t.Context(), spot.binary, "worker")
	require.Error(t, err)
	require.Contains(t, said, "milepost release")
	said, err = spot.operate(t.Context(), spot.binary, "release")
	require.NoError(t, err, said)
	for _, p := range spot.ours() {
		require.NoError(t, p.Start())
	}

	restored := people.journal.toldBefore(begun)
	t.Logf("%d of %d acknowledged commands were told before the backup began", restored.count(acknowledged), people.journal.count(acknowledged))
	people.journal = restored
	people.touchAll(t)
	examined(t, spot, people)
}

// A program that would lead the open projects another way than the one that runs must not take over.
func TestAProgramThatCannotGoOnIsRefusedBeforeAnUpgrade(t *testing.T) {
	if *rounds == 0 {
		t.Skip("a machine of its own is needed: make faults")
	}
	spot, people := underWay(t, "")
	said, err := spot.operate(t.Context(), spot.binary, "preflight")
	require.NoError(t, err, said)
	t.Log(said)

	// It sleeps through commands, where the histories tell of timers that commands ended.
	list, err := town.Overlay(t.TempDir(), town.Change{
		File: "workflows/loop.go", Old: "\t\tawaitUntil(ctx, wait, stirred)", New: "\t\tmust(workflow.Sleep(ctx, wait))",
	})
	require.NoError(t, err)
	broken, err := build(t.Context(), spot.dir, "broken", list)
	require.NoError(t, err)
	said, err = spot.operate(t.Context(), broken, "preflight")
	require.Error(t, err, said)
	require.Contains(t, said, "Do not upgrade")
	examined(t, spot, people)
}

// underWay founds an installation in which many projects are under way.
func underWay(t *testing.T, overlay string) (*place, *officials) {
	t.Helper()
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	t.Logf("seed %d", *seed)
	dir := folder(t)
	spot, err := found(t.Context(), dir, options{Overlay: overlay})
	require.NoError(t, err)
	t.Cleanup(spot.raze)
	log, err := newJournal(dir + "/calls.jsonl")
	require.NoError(t, err)
	people := officialsOf(t, spot, log)
	people.live = manyProjects
	goHome := people.begin(t.Context(), *clients, *seed)
	log.reaches(t, 5*manyProjects)
	goHome()
	return spot, people
}

// reaches waits until so many commands are acknowledged.
func (j *journal) reaches(t *testing.T, commands int) {
	t.Helper()
	err := town.Patiently(t.Context(), 10*time.Minute, "enough commands are acknowledged", func(context.Context) error {
		if n := j.count(acknowledged); n < commands {
			return fmt.Errorf("%d commands are acknowledged", n)
		}
		return nil
	})
	require.NoError(t, err)
}

// touchAll has a paper filed on every project that was declared, which can be done at any time: all must take it.
func (o *officials) touchAll(t *testing.T) {
	t.Helper()
	r := rand.New(rand.NewPCG(*seed, 2<<32))
	var all []string
	for _, c := range o.journal.all() {
		if c.Outcome == acknowledged && !slices.Contains(all, c.Project) {
			all = append(all, c.Project)
		}
	}
	require.GreaterOrEqual(t, len(all), manyProjects)
	for _, id := range all {
		c, err := o.call(id, act{who: "office", path: "/papers", body: fields{"title": "恢复后核对"}})
		require.NoError(t, err)
		for c.Outcome = unknown; c.Outcome == unknown; { // one in seven is hasty
			c.Key = o.key()
			c, err = o.send(t.Context(), r, c)
			require.NoError(t, err)
		}
		require.Equal(t, acknowledged, c.Outcome, "project %s: %s", id, c.Code)
	}
}

// examined holds everything that was told against the record.
func examined(t *testing.T, spot *place, people *officials) {
	t.Helper()
	x, err := newExaminer(spot, people.journal)
	require.NoError(t, err)
	require.NoError(t, x.calm(t.Context()))
	require.NoError(t, x.examine(t.Context()))
	require.Empty(t, people.complaints)
	t.Logf("%d acknowledged, %d refused, %d unknown; %d entries on record", people.journal.count(acknowledged),
		people.journal.count(refused), people.journal.count(unknown), x.entries)
}
