// Package faults kills, freezes and cuts off the parts of a whole installation while people work with it, and then
// holds the record against what they were told: nothing acknowledged may be lost, doubled or changed, nothing
// refused may have happened, no quota may be given twice (invariants I1 to I14). Its clients write down every call
// before and after; the examiner trusts that log, the rules, and nothing else.
package faults

import (
	"errors"
	"flag"
	"math/rand/v2"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/config"
	"milepost/test/town"
)

var (
	seed    = flag.Uint64("seed", 0, "the order of the faults; 0: a new one, which is printed")
	rounds  = flag.Int("rounds", 0, "in every round each kind of process is killed once; 0: nothing is tried")
	clients = flag.Int("clients", 12, "people who work at the same time")
	only    = flag.String("only", "", "strike no faults but those whose names match this expression, to look at one closely")
	keep    = flag.String("keep", "", "folder in which everything stays for looking at")
)

func TestNothingIsLostOrDoubledUnderFaults(t *testing.T) {
	if *rounds == 0 {
		t.Skip("a machine of its own is needed: make faults")
	}
	list, err := town.Overlay(t.TempDir(), town.CutOften)
	require.NoError(t, err)
	s := suffer(t, options{Overlay: list, Room: room()}, *rounds)
	require.NoError(t, s.err)
	require.GreaterOrEqual(t, s.races, (*rounds+2)/3, "two people at one task were hardly ever seen")
}

// room is what the database needs for so many rounds, in MiB. Where a volume of its own cannot be had, or everything
// is to stay, it is never full.
func room() int {
	if *keep != "" || os.Getuid() != 0 {
		return 0
	}
	return 1000 + 20*(*rounds)
}

// suffering is what a run showed.
type suffering struct {
	err   error
	races int // pairs of people who did one piece of work at the same moment, of whom one was told so
}

// suffer lets people work with an installation while it is hurt, and has it examined.
func suffer(t *testing.T, o options, rounds int) suffering {
	t.Helper()
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	t.Logf("seed %d", *seed)
	dir := folder(t)
	spot, err := found(t.Context(), dir, o)
	require.NoError(t, err)
	t.Cleanup(spot.raze)
	log, err := newJournal(dir + "/calls.jsonl")
	require.NoError(t, err)
	people := officialsOf(t, spot, log)

	goHome := people.begin(t.Context(), *clients, *seed)
	n := &nemesis{spot: spot, journal: log, rand: rand.New(rand.NewPCG(*seed, 1<<32)), say: t.Logf}
	if *only != "" {
		n.only = regexp.MustCompile(*only)
	}
	struck := n.rounds(t.Context(), rounds)
	goHome()

	x, err := newExaminer(spot, log)
	require.NoError(t, err)
	if struck == nil {
		struck = x.calm(t.Context())
	}
	found := x.examine(t.Context())
	report(t, spot, log, n, x)
	if found == nil {
		again, err := newExaminer(spot, log)
		require.NoError(t, err)
		tampered(t, spot, again)
	}
	return suffering{err: errors.Join(struck, found, errors.Join(people.complaints...)), races: racesIn(log)}
}

// folder is where an installation lives. PostgreSQL runs as another user, who may not enter a test's own folder.
func folder(t *testing.T) string {
	t.Helper()
	dir := *keep
	if dir == "" {
		var err error
		dir, err = os.MkdirTemp("", "milepost-faults-") //nolint:usetesting // see above
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	}
	require.NoError(t, os.Chmod(dir, 0o755))
	return dir
}

func officialsOf(t *testing.T, spot *place, log *journal) *officials {
	t.Helper()
	city, err := config.Demo()
	require.NoError(t, err)
	packs, err := config.Packs()
	require.NoError(t, err)
	return &officials{public: town.NewPublic(spot.doors), journal: log, city: city, packs: packs, run: "faults", live: 30}
}

// racesIn counts the pairs of which one was acknowledged and the other refused, both on their way at the same time.
func racesIn(j *journal) int {
	calls := map[string]call{}
	for _, c := range j.all() {
		calls[c.Key] = c
	}
	n := 0
	for _, c := range calls {
		if o, ok := calls[c.Rival]; ok && c.Outcome == acknowledged && o.Outcome == refused && c.Invoked.Before(o.Told) && o.Invoked.Before(c.Told) {
			n++
		}
	}
	return n
}

// report prints what was measured.
func report(t *testing.T, spot *place, j *journal, n *nemesis, x *examiner) {
	t.Helper()
	t.Logf("%d calls acknowledged, %d refused, %d unknown; %d races; %d entries on record, %d decisions and %d spans of deadlines made once more",
		j.count(acknowledged), j.count(refused), j.count(unknown), racesIn(j), x.entries, x.decided, x.ticks)
	t.Logf("%d files uploaded, %d refusals with a line of their own on the audit record", x.files, x.noted)
	for _, p := range spot.processes() {
		t.Logf("the %s was killed %d times", p.Name, p.Kills)
	}
	for _, err := range spot.deaths {
		t.Logf("nursed: %v", err)
	}
	worst := map[string]time.Duration{}
	for _, b := range n.blows {
		worst[b.Kind] = max(worst[b.Kind], b.Dark)
	}
	for kind, dark := range worst {
		t.Logf("%-40s longest without success %s", kind, dark.Round(10*time.Millisecond))
	}
}
