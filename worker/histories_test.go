package worker_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"google.golang.org/protobuf/encoding/protojson"

	"milepost/domain"
	"milepost/domain/project"
	"milepost/store"
	"milepost/test/temporal"
)

// Histories are recorded once for each release, from what is released, into workflows/testdata/good/<release>:
//
//	go test ./worker -run TestRecordHistories -record v1.2.0
//
// One that is there is never recorded again: a history that no longer replays says that the release breaks
// projects that run.
var record = flag.String("record", "", "record the golden histories of this release")

// rollAfter is how many changes the runs of the histories called roll-… were cut after; the replay knows.
const rollAfter = 3

func TestRecordHistories(t *testing.T) {
	if *record == "" {
		t.Skip("only when a release is recorded")
	}
	dir := filepath.Join("..", "workflows", "testdata", "good", *record)
	require.NoError(t, os.MkdirAll(filepath.Dir(dir), 0o750))
	require.NoError(t, os.Mkdir(dir, 0o750), "this release is recorded already")
	address := temporal.Start(t)

	t.Run("a life from declaration to archive", func(t *testing.T) {
		c := newOpenCity(t, address, civilMonths())
		c.work()
		name := c.done(c.declaration("life")).Entity
		require.Eventually(t, func() bool { return len(c.timeline(name)) >= 3 }, 20*time.Second, 20*time.Millisecond)
		c.done(c.command("refuse", name, office, project.ReviewEntry{Decision: "refuse", Opinion: "不符合产业政策"}))
		require.NoError(t, c.engine.GetWorkflow(t.Context(), name, "").Get(t.Context(), nil))
		c.save(name, "", filepath.Join(dir, "life.json"))
	})
	t.Run("an open project after commands, refusals and a deadline that is moved", func(t *testing.T) {
		c := newOpenCity(t, address, domain.RealClock())
		c.work()
		name := c.done(c.declaration("open")).Entity
		c.done(c.command("admit", name, office, project.ReviewEntry{Decision: "admit", Opinion: "符合标准"}))
		c.done(c.command("recognise", name, office, project.Recognise{Document: "纪要1号"}))
		_, err := c.gateway.Send(t.Context(), c.command("refused", name, owner, project.Recognise{Document: "纪要2号"}))
		require.Error(t, err)
		for n := range 3 {
			c.done(c.paper(fmt.Sprintf("p%d", n), name))
		}
		c.save(name, "", filepath.Join(dir, "open.json"))
	})
	t.Run("a command that was in time and whose sender died", func(t *testing.T) {
		c := newOpenCity(t, address, civilDays(10))
		c.noSweeper()
		c.work()
		name := c.done(c.declaration("heard")).Entity
		due := c.reviewDue(name)
		stranger := c.refuseEntry("stranger", name)
		stranger.Actor = owner
		c.intend(c.db, stranger, due.Add(-2*time.Hour))
		c.intend(c.db, c.command("admit", name, office, project.ReviewEntry{Decision: "admit", Opinion: "符合标准"}), due.Add(-time.Hour))
		require.Equal(t, store.CommandDone, c.settled("admit").State)
		c.done(c.paper("p", name))
		c.save(name, "", filepath.Join(dir, "heard.json"))
	})
	t.Run("runs that roll over", func(t *testing.T) {
		c := newOpenCity(t, address, domain.RealClock())
		c.cut = rollAfter
		c.work()
		name := c.done(c.declaration("rolls")).Entity
		for n := range 9 {
			c.done(c.paper(fmt.Sprintf("p%d", n), name))
			require.Eventually(t, func() bool { return len(c.runsOf(name)) == 1+(n+2)/rollAfter }, 20*time.Second, 10*time.Millisecond)
		}
		for n, run := range c.runsOf(name)[:3] {
			c.save(name, run, filepath.Join(dir, fmt.Sprintf("roll-%d.json", n+1)))
		}
	})
}

// newOpenCity is a city whose engine stores what it stores readably.
func newOpenCity(t *testing.T, address string, clock domain.Clock) *city {
	t.Helper()
	c := newCity(t, address, clock)
	c.dial(address)
	return c
}

// civilMonths is a clock by which a civil month passes in a real second.
func civilMonths() domain.Clock {
	return domain.Clock{
		Anchor: time.Now().UTC().Truncate(time.Microsecond), Origin: time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC), Rate: 30 * 86400,
	}
}

// save writes the history of a run without the name of the machine.
func (c *city) save(name, run, file string) {
	c.t.Helper()
	history := &historypb.History{}
	for events := c.engine.GetWorkflowHistory(c.t.Context(), name, run, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); events.HasNext(); {
		event, err := events.Next()
		require.NoError(c.t, err)
		history.Events = append(history.Events, event)
	}
	data, err := protojson.MarshalOptions{Indent: " "}.Marshal(history)
	require.NoError(c.t, err)
	host, err := os.Hostname()
	require.NoError(c.t, err)
	text := strings.ReplaceAll(string(data), `"`+host+`:`, `"worker:`)
	text = strings.ReplaceAll(text, fmt.Sprintf("%d@%s@", os.Getpid(), host), "worker")
	require.NoError(c.t, os.WriteFile(file, []byte(text+"\n"), 0o600))
}
