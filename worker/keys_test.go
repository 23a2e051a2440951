package worker_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/commands"
	"milepost/domain"
	"milepost/domain/project"
	"milepost/store"
	"milepost/test/temporal"
	"milepost/worker"
)

var (
	oldKey = commands.Key{Name: "2025", Secret: bytes.Repeat([]byte{1}, 32)}
	newKey = commands.Key{Name: "2026", Secret: bytes.Repeat([]byte{2}, 32)}
)

// needed are how many open workflows need each key, and are still to be found in the engine's list.
func (c *city) needed(want map[string]int) {
	c.t.Helper()
	got := map[string]int{}
	require.Eventually(c.t, func() bool {
		uses, err := (worker.Keys{Client: c.engine, Namespace: "default"}).Usage(c.t.Context(), func(int) {})
		require.NoError(c.t, err)
		clear(got)
		for _, u := range uses {
			got[u.Fingerprint] = u.Workflows
		}
		return len(got) == len(want) && func() bool {
			for k, n := range want {
				if got[k] != n {
					return false
				}
			}
			return true
		}()
	}, 20*time.Second, 50*time.Millisecond, "want %v, the last was %v", want, got)
}

func TestKeysAreChangedUnderRunningProjects(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	address := temporal.Start(t, "--db-filename", filepath.Join(folder, "engine.db"))
	c := newCity(t, address, domain.RealClock())
	c.dial(address, oldKey)
	_, stop := c.work()
	begun, quiet := c.done(c.declaration("begun")).Entity, c.done(c.declaration("quiet")).Entity
	c.done(c.command("told", begun, office, project.ReviewEntry{Decision: "return", Opinion: "请补充统一社会信用代码"}))
	c.needed(map[string]int{oldKey.Fingerprint(): 2})

	// The API has the new key before the workers do, against what the guide says. They cannot read what it sends, and
	// their sweeper sends it again.
	before := c.gateway
	c.dial(address, newKey, oldKey)
	_, err := c.gateway.Send(t.Context(), c.paper("early", begun))
	require.NoError(t, err)
	_, err = before.Send(t.Context(), c.command("meanwhile", begun, owner, project.FilePaper{Title: "其间"}))
	require.NoError(t, err, "who has the old key still goes on")
	require.Equal(t, store.CommandDone, c.settled("early").State)
	stop()

	// The workers have both: what was begun under the old key goes on.
	_, stop = c.work()
	require.Equal(t, []string{"Declared", "EntryReturned", "PaperFiled", "PaperFiled"}, c.timeline(begun))
	c.sound(begun)
	fresh := c.done(c.declaration("fresh")).Entity
	c.needed(map[string]int{oldKey.Fingerprint(): 2, newKey.Fingerprint(): 1})
	stop()

	// Somebody takes the old key away too early. What needs it stands still, what does not goes on, and nothing is lost.
	both := c.engine
	c.dial(address, newKey)
	_, stop = c.work()
	c.done(c.paper("fresh-paper", fresh))
	c.gateway.Deadline = 3 * time.Second
	receipt, err := c.gateway.Send(t.Context(), c.paper("stands-still", quiet))
	require.NoError(t, err)
	require.True(t, receipt.Pending)
	stop()
	c.engine = both
	c.work()
	require.Equal(t, store.CommandDone, c.settled("stands-still").State)
	c.sound(quiet)

	// An operator has no time to wait until the runs are renewed by themselves.
	asked, err := worker.Keys{Client: c.engine, Namespace: "default"}.Renew(t.Context(), newKey.Fingerprint(), func(int) {})
	require.NoError(t, err)
	require.Equal(t, 2, asked)
	c.needed(map[string]int{newKey.Fingerprint(): 3})
	require.Len(t, c.runsOf(begun), 2)
	require.Len(t, c.runsOf(fresh), 1)
	c.sound(begun)
	c.sound(quiet)

	require.False(t, found(t, folder, "信用代码"), "what was said is nowhere to be read")
	require.False(t, found(t, folder, "供水管网"), "and neither is what was declared")
	require.True(t, found(t, folder, begun), "this is where the engine keeps it")
}

// found tells whether a text stands in any file of a folder.
func found(t *testing.T, folder, text string) bool {
	t.Helper()
	there := false
	require.NoError(t, filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		there = there || bytes.Contains(content, []byte(text))
		return err
	}))
	return there
}

func TestWithoutKeysEverythingCanBeRead(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	address := temporal.Start(t, "--db-filename", filepath.Join(folder, "engine.db"))
	c := newCity(t, address, domain.RealClock())
	c.dial(address)
	c.work()
	c.done(c.declaration("plain"))
	c.needed(map[string]int{"": 1})
	require.True(t, found(t, folder, "供水管网"), "else the search for it proves nothing")
}
