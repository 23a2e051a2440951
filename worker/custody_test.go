package worker

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"milepost/config"
	"milepost/domain"
	"milepost/domain/policy"
	"milepost/domain/project"
	"milepost/files"
	"milepost/store"
)

// vault is a shelf with its record, looked after by a worker.
type vault struct {
	*custody
	t    *testing.T
	root string

	mu     sync.Mutex
	told   []domain.Command
	refuse error
}

// sniffer finds what is called a virus, and counts what it looked at.
type sniffer struct {
	mu    sync.Mutex
	scans int
	away  bool
}

func (s *sniffer) Scan(_ context.Context, content io.Reader) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scans++
	if s.away {
		return "", errors.New("clamd is away")
	}
	all, err := io.ReadAll(content)
	if bytes.Contains(all, []byte("EICAR")) {
		return "Eicar-Test-Signature", err
	}
	return "", err
}

func newVault(t *testing.T) *vault {
	t.Helper()
	db, err := store.Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "milepost.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	require.NoError(t, db.Migrate(t.Context()))
	require.NoError(t, db.FixClock(t.Context(), domain.RealClock()))
	v := &vault{t: t, root: t.TempDir()}
	shelf, err := files.Open(t.Context(), "file://"+v.root)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, shelf.Close()) })
	v.custody = &custody{
		store: db, shelf: shelf, scanner: &sniffer{}, answer: v.hear, log: slog.New(slog.DiscardHandler),
		metrics: newMetrics(prometheus.NewRegistry()), idle: time.Millisecond, tidy: time.Millisecond, now: time.Now,
	}
	return v
}

func (v *vault) hear(_ context.Context, cmd domain.Command) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.told = append(v.told, cmd)
	return v.refuse
}

// declared puts the project on record.
func (v *vault) declared() {
	v.t.Helper()
	set, err := config.Packs()
	require.NoError(v.t, err)
	cal, err := config.Calendar()
	require.NoError(v.t, err)
	pack, ok := set.Pack("sl")
	require.True(v.t, ok)
	rules := policy.NewRegistry()
	rules.Put(pack)
	rules.PutCalendar(cal)
	require.NoError(v.t, rules.SetCurrentCalendar(cal.Version()))
	name, body, err := project.Encode(project.Declare{Pack: pack.Hash(), Profile: project.Profile{
		Name: "供水管网改造", Jurisdiction: "shangluo", Unit: "district", Owner: "builder", Sector: "infrastructure", Kind: "urban-infrastructure",
		Level: "city", Procedure: "approval", Investment: 8_000_000_000, PlannedStart: "2026-12-01", PlannedCompletion: "2028-06-30",
	}})
	require.NoError(v.t, err)
	now := time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)
	entries, err := project.New("p1").Decide(domain.Command{ID: "declare", Entity: "project/p1", Type: name, Body: body, Actor: builder, ReceivedAt: now, Seed: 1}, now, rules)
	require.NoError(v.t, err)
	require.NoError(v.t, v.store.Record(v.t.Context(), "project/p1", entries, nil))
}

var builder = domain.Actor{User: "owner-1", Role: domain.RoleOwner, Party: "builder"}

// uploads keeps content and puts it on record.
func (v *vault) uploads(name, content string) store.File {
	v.t.Helper()
	d, err := v.shelf.Receive(v.t.Context(), bytes.NewReader([]byte(content)), 1<<20)
	require.NoError(v.t, err)
	require.NoError(v.t, v.shelf.Keep(v.t.Context(), d))
	f, _, err := v.store.AddFile(v.t.Context(), store.File{Project: "p1", Digest: d.Digest, Name: name, Type: "application/pdf", Size: d.Size, By: builder},
		store.FileLimits{PerProject: 1 << 30, PerDay: 1 << 30}, false, func(context.Context) error { return nil })
	require.NoError(v.t, err)
	require.NoError(v.t, d.Close())
	return f
}

func (v *vault) place(digest string) string {
	return filepath.Join(v.root, digest[:2], digest[2:4], digest)
}

// state is what became of content: as its kind of file would be uploaded again.
func (v *vault) state(f store.File) store.FileState {
	v.t.Helper()
	again, _, err := v.store.AddFile(v.t.Context(), f, store.FileLimits{PerProject: 1 << 30, PerDay: 1 << 30}, false, func(context.Context) error { return nil })
	if domain.CodeOf(err) == "file.infected" {
		return store.FileRefused
	}
	require.NoError(v.t, err)
	return again.State
}

func TestContentIsGivenOutOnlyAfterTheScannerFoundItClean(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	f := v.uploads("批复.pdf", "harmless")
	require.Equal(t, store.FileQuarantined, v.state(f))
	require.True(t, v.scanNext(t.Context()))
	require.Equal(t, store.FileClean, v.state(f))
	require.False(t, v.scanNext(t.Context()))
	require.Empty(t, v.told)
	require.FileExists(t, v.place(f.Digest))
}

func TestWithoutAScannerOrAVerdictNothingIsClean(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	f := v.uploads("批复.pdf", "harmless")
	without := *v.custody
	without.scanner = nil
	require.False(t, without.scanNext(t.Context()))
	away := *v.custody
	away.scanner = &sniffer{away: true}
	require.True(t, away.scanNext(t.Context()))
	require.False(t, v.scanNext(t.Context()), "it rests before it is tried again")
	require.Equal(t, store.FileQuarantined, v.state(f))
	waiting, err := v.store.Quarantine(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, waiting)
}

func TestContentThatIsNotWhatItsDigestSaysIsNeverClean(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(place string) error{
		"another content": func(place string) error { return os.WriteFile(place, []byte("HARMLESS"), 0o600) },
		"cut off":         func(place string) error { return os.Truncate(place, 3) },
		"gone":            os.Remove,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVault(t)
			f := v.uploads("批复.pdf", "harmless")
			require.NoError(t, spoil(v.place(f.Digest)))
			require.True(t, v.scanNext(t.Context()))
			require.Equal(t, store.FileQuarantined, v.state(f))
		})
	}
}

// OWN-228.
func TestAnInfectedFileIsRemovedAndTold(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	f := v.uploads("病.pdf", "X EICAR X")
	v.refuse = errors.New("the engine is away")
	require.True(t, v.scanNext(t.Context()))
	require.Equal(t, store.FileRefused, v.state(f))
	require.NoFileExists(t, v.place(f.Digest))
	require.Len(t, v.told, 1)
	v.refuse = nil
	v.tidyUp(t.Context(), false)
	require.Len(t, v.told, 2, "it is told until it was heard")
	require.Equal(t, v.told[0], v.told[1], "and counts once, by its id")
	v.tidyUp(t.Context(), false)
	require.Len(t, v.told, 2)
	cmd := v.told[0]
	require.Equal(t, "scan/"+f.ID, cmd.ID)
	require.Equal(t, "project/p1", cmd.Entity)
	require.Equal(t, domain.System, cmd.Actor)
	var said project.RefuseFile
	require.NoError(t, json.Unmarshal(cmd.Body, &said))
	require.Equal(t, project.RefuseFile{
		File: f.ID, Digest: f.Digest, Name: "病.pdf", Found: "Eicar-Test-Signature", Party: domain.Party{Kind: domain.PartyOwner, Code: "builder"},
	}, said)
}

func TestWhatAWorkerThatDiedFoundIsToldByAnother(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	f := v.uploads("病.pdf", "X EICAR X")
	require.NoError(t, v.store.Scanned(t.Context(), f.Digest, "Eicar")) // and there it died
	v.refuse = domain.Conflict("project.archived", "OWN-104", "已归档", "archived")
	v.tidyUp(t.Context(), false)
	require.Len(t, v.told, 1)
	require.NoFileExists(t, v.place(f.Digest))
	v.tidyUp(t.Context(), false)
	require.Len(t, v.told, 1, "an archived project takes nothing more")
}

func TestOrphansAreSweptAfterADay(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	v.declared()
	kept := v.uploads("批复.pdf", "kept")
	removed := v.uploads("草稿.pdf", "removed")
	require.NoError(t, v.store.RemoveFile(t.Context(), []store.Post{{Role: domain.RoleOwner, Party: "builder"}}, "p1", removed.ID))
	d, err := v.shelf.Receive(t.Context(), bytes.NewReader([]byte("its process died before the row")), 1<<20)
	require.NoError(t, err)
	require.NoError(t, v.shelf.Keep(t.Context(), d))
	sweep := func() int {
		n, err := v.sweep(t.Context())
		require.NoError(t, err)
		return n
	}
	require.Zero(t, sweep(), "somebody may be about to put it on record")
	v.now = func() time.Time { return time.Now().Add(25 * time.Hour) }
	require.Equal(t, 1, sweep())
	require.FileExists(t, v.place(kept.Digest))
	require.FileExists(t, v.place(removed.Digest), "a backup of the database may name it still")
	require.NoFileExists(t, v.place(d.Digest))
	require.Zero(t, sweep())
}

func TestFilesAreLookedAfterWhileTheWorkerRuns(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		v.run(ctx)
	}()
	var all []store.File
	for i := range 5 {
		all = append(all, v.uploads("批复.pdf", fmt.Sprint("content ", i)))
	}
	sick := v.uploads("病.pdf", "EICAR")
	require.Eventually(t, func() bool {
		v.mu.Lock()
		told := len(v.told)
		v.mu.Unlock()
		waiting, err := v.store.Quarantine(ctx)
		return err == nil && waiting == 0 && told == 1
	}, 20*time.Second, 10*time.Millisecond)
	for _, f := range all {
		require.Equal(t, store.FileClean, v.state(f))
	}
	require.Equal(t, store.FileRefused, v.state(sick))
	stop()
	<-ended
}

// I11.
func TestVerifyFindsFilesWhoseContentIsNotAsItWas(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	var all []store.File
	for i := range 4 {
		all = append(all, v.uploads("批复.pdf", fmt.Sprint("content ", i)))
	}
	sick := v.uploads("病.pdf", "EICAR")
	require.NoError(t, v.store.Scanned(t.Context(), sick.Digest, "Eicar"))
	require.NoError(t, os.Remove(v.place(sick.Digest)))
	look := func() map[string]string {
		check := &Verify{Store: v.store, Shelf: v.shelf}
		require.NoError(t, check.files(t.Context()))
		found := map[string]string{}
		for _, f := range check.findings {
			require.Equal(t, "I11", f.Invariant)
			found[f.Where] = f.Err.Error()
		}
		return found
	}
	require.Empty(t, look())
	require.NoError(t, os.Remove(v.place(all[1].Digest)))
	require.NoError(t, os.WriteFile(v.place(all[2].Digest), []byte("content X"), 0o600))
	require.NoError(t, os.Truncate(v.place(all[3].Digest), 0))
	require.Equal(t, map[string]string{
		"content " + all[1].Digest: "it is on record and not on the shelf; bring it back from the backup",
		"content " + all[2].Digest: "it is not what was uploaded; bring it back from the backup",
		"content " + all[3].Digest: "it is not what was uploaded; bring it back from the backup",
	}, look())
}
