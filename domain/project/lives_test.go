package project_test

import (
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
)

// The lives of every release: what was put on a timeline then must mean the same for ever. They are chosen from the
// lives that this package's tests lead, so that every kind of event is among them, and are written when a release is
// made and never again:
//
//	go test ./domain/project -lives v0.1.0
var release = flag.String("lives", "", "write the lives of this release")

// life is one timeline with what a release made of it.
type life struct {
	Test      string         `json:"test"`
	Entries   []domain.Entry `json:"entries"`
	Deadlines []time.Time    `json:"deadlines"` // the next deadline after each entry; zero when there was none
	States    []state        `json:"states"`
}

// state is what a project was after so many entries.
type state struct {
	After    int             `json:"after"`
	Snapshot json.RawMessage `json:"snapshot"`
}

func TestLivesOfEveryReleaseGoOn(t *testing.T) {
	t.Parallel()
	for _, file := range lives(t) {
		t.Run(strings.TrimPrefix(file, "testdata/lives/"), func(t *testing.T) {
			t.Parallel()
			l := readLife(t, file)
			whole := project.New("p1")
			projects := []*project.Project{whole} // and as this release finds it in the middle of its life
			for i, e := range l.Entries {
				for _, p := range projects {
					require.NoError(t, p.Evolve(e), "entry %d", e.Seq)
					require.True(t, p.NextDeadline().Equal(l.Deadlines[i]), "the next deadline after entry %d moved from %s to %s", e.Seq, l.Deadlines[i], p.NextDeadline())
				}
				if s, ok := l.state(i + 1); ok {
					p, err := project.Restore(s)
					require.NoError(t, err)
					require.Equal(t, snapshot(whole), snapshot(p), "the state after entry %d", e.Seq)
					projects = append(projects, p)
				}
			}
			require.Greater(t, len(projects), 1)
			for _, p := range projects {
				require.Equal(t, snapshot(whole), snapshot(p))
			}
		})
	}
}

// The lives of the latest release hold every kind of event that there is.
func TestLivesOfTheLatestReleaseHoldEveryKindOfEvent(t *testing.T) {
	t.Parallel()
	files := lives(t)
	held := map[string]bool{}
	latest := filepath.Dir(files[len(files)-1])
	for _, file := range files {
		if filepath.Dir(file) != latest {
			continue
		}
		for _, e := range readLife(t, file).Entries {
			held[e.Type] = true
		}
	}
	for _, kind := range project.EventTypes() {
		require.True(t, held[kind], "no life holds %s: write them anew, or, after a release, those of the next", kind)
	}
}

// An event that comes to mean nothing must be noticed, else the lives would prove nothing. Some mean nothing to the
// state, and are there to be read: messages, minutes, opinions.
func TestLivesNoticeAnEventThatMeansNothingAnyMore(t *testing.T) {
	t.Parallel()
	for _, file := range lives(t) {
		l := readLife(t, file)
		noticed := 0
		for left := range l.Entries {
			if !l.holds(left) {
				noticed++
			}
		}
		t.Logf("%s: %d of %d", file, noticed, len(l.Entries))
		require.Greater(t, noticed, len(l.Entries)*4/5, file)
	}
}

// holds tells whether a life reads as it did with one of its entries ignored.
func (l life) holds(ignored int) bool {
	p := project.New("p1")
	for i, e := range l.Entries {
		if i == ignored {
			p.Seq = e.Seq
		} else if p.Evolve(e) != nil {
			return false
		}
		if !p.NextDeadline().Equal(l.Deadlines[i]) {
			return false
		}
		if s, ok := l.state(i + 1); ok {
			kept, err := project.Restore(s)
			if err != nil || snapshot(kept) != snapshot(p) {
				return false
			}
		}
	}
	return true
}

// state is what the project was after so many entries, where that was kept.
func (l life) state(after int) (json.RawMessage, bool) {
	for _, s := range l.States {
		if s.After == after {
			return s.Snapshot, true
		}
	}
	return nil, false
}

func snapshot(p *project.Project) string {
	data, err := p.Snapshot()
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// lives are the files of every release; there are none to look at while one is being written.
func lives(t *testing.T) []string {
	t.Helper()
	if *release != "" {
		t.Skip("the lives of a release are being written")
	}
	files, err := filepath.Glob("testdata/lives/*/*.json.gz")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

func readLife(t *testing.T, file string) (l life) {
	t.Helper()
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close() //nolint:errcheck // only read
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	require.NoError(t, json.NewDecoder(z).Decode(&l))
	return l
}

// lived are the lives that the tests of this run have led, when they are to be written down.
var lived = struct {
	sync.Mutex
	worlds []*world
	names  []string
}{}

// remember keeps a test's life for the release.
func (w *world) remember() {
	if t, ok := w.t.(*testing.T); ok && *release != "" {
		lived.Lock()
		defer lived.Unlock()
		lived.worlds, lived.names = append(lived.worlds, w), append(lived.names, t.Name())
	}
}

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if *release != "" {
		if err := writeLives(filepath.Join("testdata", "lives", *release)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// writeLives writes a few lives that together hold every kind of event.
func writeLives(folder string) error {
	if _, err := os.Stat(folder); err == nil {
		return fmt.Errorf("%s is there already: what a release has written stays", folder)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	var kinds []map[string]bool
	for _, w := range lived.worlds {
		kinds = append(kinds, w.kinds())
	}
	held := map[string]bool{}
	for n := 1; ; n++ {
		best, most := -1, 0
		for i := range lived.worlds {
			more := 0
			for k := range kinds[i] {
				if !held[k] {
					more++
				}
			}
			if more > most || more == most && best >= 0 && lived.names[i] < lived.names[best] {
				best, most = i, more
			}
		}
		if most == 0 {
			return nil
		}
		for k := range kinds[best] {
			held[k] = true
		}
		file := filepath.Join(folder, fmt.Sprintf("%02d.json.gz", n))
		if err := lived.worlds[best].write(file, lived.names[best]); err != nil {
			return err
		}
	}
}

// kinds are the kinds of event that a life holds.
func (w *world) kinds() map[string]bool {
	ks := map[string]bool{}
	for _, e := range w.log {
		ks[e.Type] = true
	}
	return ks
}

func (w *world) write(file, test string) error {
	l := life{Test: test, Entries: w.log}
	p := project.New("p1")
	every := max(1, len(w.log)/5)
	for i, e := range w.log {
		if err := p.Evolve(e); err != nil {
			return err
		}
		l.Deadlines = append(l.Deadlines, p.NextDeadline())
		if (i+1)%every == 0 {
			snapshot, err := p.Snapshot()
			if err != nil {
				return err
			}
			l.States = append(l.States, state{After: i + 1, Snapshot: snapshot})
		}
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	z := gzip.NewWriter(f)
	if err := json.NewEncoder(z).Encode(l); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return f.Close()
}
