package worker_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
	"milepost/store"
	"milepost/test/postgres"
)

// civilDays is a clock by which so many civil days pass in a real second.
func civilDays(n float64) domain.Clock {
	clock := civilMonths()
	clock.Rate = n * 86400
	return clock
}

// noSweeper leaves commands whose senders are dead where they are.
func (c *city) noSweeper() { c.sweep = time.Hour }

// reviewDue is when the entry review of a project is due.
func (c *city) reviewDue(name string) time.Time {
	c.t.Helper()
	data, _, err := c.db.Snapshot(c.t.Context(), name)
	require.NoError(c.t, err)
	p, err := project.Restore(data)
	require.NoError(c.t, err)
	for _, task := range p.Tasks {
		if task.Kind == project.TaskEntryReview {
			return task.Clock.Due
		}
	}
	c.t.Fatal("no review is open")
	return time.Time{}
}

// intend stores a command as of a civil moment, as a sender does who dies right after it.
func (c *city) intend(db *store.Store, cmd domain.Command, received time.Time) {
	c.t.Helper()
	cmd.ReceivedAt = received.UTC().Truncate(time.Microsecond)
	_, err := db.Intend(c.t.Context(), cmd)
	require.NoError(c.t, err)
}

// past waits until a civil moment has passed.
func (c *city) past(moment time.Time) {
	c.t.Helper()
	require.Eventually(c.t, func() bool { return c.clock.Civil(time.Now()).After(moment) }, 30*time.Second, 5*time.Millisecond)
}

func (c *city) refuseEntry(id, name string) domain.Command {
	return c.command(id, name, office, project.ReviewEntry{Decision: "refuse", Opinion: "不符合产业政策"})
}

// nothingAfter requires that the review climbed no rung at or after a civil moment.
func (c *city) nothingAfter(name string, moment time.Time) {
	c.t.Helper()
	entries, err := c.db.Entries(c.t.Context(), name, 1, 1000)
	require.NoError(c.t, err)
	for _, e := range entries {
		rung := e.Type == "Escalated" && strings.Contains(string(e.Data), `"kind":"`+string(project.TaskEntryReview)+`"`)
		require.False(c.t, rung && !e.OccurredAt.Before(moment), "entry %d: %s", e.Seq, e.Data)
	}
}

// whoWasInTime has a review decided in time whose sender died, once more with the run cut after every change.
func whoWasInTime(t *testing.T, address string) {
	for _, cut := range []int{0, 1} {
		t.Run(fmt.Sprintf("with runs cut after %d", cut), func(t *testing.T) {
			t.Parallel()
			c := newCity(t, address, civilDays(10))
			c.cut = cut
			c.noSweeper()
			c.work()
			name := c.done(c.declaration(fmt.Sprintf("in-time-%d", cut))).Entity
			due := c.reviewDue(name)
			c.intend(c.db, c.paper("paper", name), due.Add(-2*time.Hour))
			stranger := c.refuseEntry("stranger", name)
			stranger.Actor = owner
			c.intend(c.db, stranger, due.Add(-90*time.Minute))
			c.intend(c.db, c.refuseEntry("refuse", name), due.Add(-time.Hour))

			row := c.settled("refuse")
			require.Equal(t, store.CommandDone, row.State)
			require.Positive(t, row.FirstSeq)
			require.GreaterOrEqual(t, row.LastSeq, row.FirstSeq)
			require.Equal(t, store.CommandDone, c.settled("paper").State)
			require.NoError(t, c.engine.GetWorkflow(t.Context(), name, "").Get(t.Context(), nil), "it is archived in the end")
			c.nothingAfter(name, due)
			entries, err := c.db.Entries(t.Context(), name, row.FirstSeq, 1)
			require.NoError(t, err)
			require.Equal(t, "EntryRefused", entries[0].Type)
			require.True(t, entries[0].OccurredAt.Equal(due.Add(-time.Hour)))
			require.NoError(t, c.db.VerifyChain(t.Context(), name))
		})
	}
	t.Run("a refusal is told to who asks later", func(t *testing.T) {
		t.Parallel()
		c := newCity(t, address, civilDays(10))
		c.noSweeper()
		c.work()
		name := c.done(c.declaration("in-time-refused")).Entity
		due := c.reviewDue(name)
		stranger := c.refuseEntry("stranger", name)
		stranger.Actor = owner
		c.intend(c.db, stranger, due.Add(-time.Hour))
		require.Eventually(t, func() bool { return count(c.timeline(name), "Escalated") > 0 }, 20*time.Second, 20*time.Millisecond)
		c.past(due.Add(24 * time.Hour))
		_, err := c.gateway.Send(t.Context(), stranger)
		require.NotNil(t, domain.AsError(err))
		require.Equal(t, store.CommandRefused, c.settled("stranger").State)
		c.sound(name)
	})
}

// whoComesAfter lets a deadline pass while there is no worker. When one comes, the first to send is somebody who came
// after the deadline.
func whoComesAfter(t *testing.T, address string) {
	c := newCity(t, address, civilDays(10))
	c.noSweeper()
	_, stop := c.work()
	name := c.done(c.declaration("comes-after")).Entity
	due := c.reviewDue(name)
	stop()
	c.intend(c.db, c.command("admit", name, office, project.ReviewEntry{Decision: "admit", Opinion: "符合标准"}), due.Add(-time.Hour))
	c.past(due.Add(20 * 24 * time.Hour))
	c.work()
	c.done(c.paper("after", name))
	c.nothingAfter(name, due)
	require.Equal(t, store.CommandDone, c.settled("admit").State)
	said := c.timeline(name)
	require.Equal(t, "PaperFiled", said[len(said)-1])
	require.Contains(t, said, "EntryAdmitted")
	c.sound(name)
}

// databaseAwayOverADeadline cuts the worker's way to the database over a deadline.
func databaseAwayOverADeadline(t *testing.T, address string) {
	dsn := postgres.Fresh(t)
	direct, err := store.Open(t.Context(), dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, direct.Close()) })
	wire, wired := databaseWire(t, dsn)
	wire.mend()
	c := newCityOn(t, wired, address, civilDays(5))
	c.noSweeper()
	c.work()
	name := c.done(c.declaration("away-over-due")).Entity
	due := c.reviewDue(name)
	c.intend(direct, c.refuseEntry("refuse", name), due.Add(-time.Hour))
	c.past(due.Add(-2 * 24 * time.Hour))
	wire.cut()
	c.past(due.Add(10 * 24 * time.Hour))
	entries, err := direct.Entries(t.Context(), name, 1, 100)
	require.NoError(t, err)
	require.NotContains(t, typesOf(entries), "EntryRefused", "the wire was not cut in time")
	wire.mend()
	require.Equal(t, store.CommandDone, c.settled("refuse").State)
	c.nothingAfter(name, due)
}

func typesOf(entries []domain.Entry) (types []string) {
	for _, e := range entries {
		types = append(types, e.Type)
	}
	return types
}

// databaseWire is a wire to the server of a database, and the DSN that leads through it.
func databaseWire(t *testing.T, dsn string) (w *wire, wired string) {
	t.Helper()
	config, err := pgx.ParseConfig(dsn)
	require.NoError(t, err)
	upstream := fmt.Sprintf("%s:%d", config.Host, config.Port)
	if config.Host[0] == '/' {
		upstream = fmt.Sprintf("%s/.s.PGSQL.%d", config.Host, config.Port)
	}
	w = newWire(t, upstream)
	u := url.URL{Scheme: "postgres", User: url.UserPassword(config.User, config.Password), Host: w.address, Path: "/" + config.Database, RawQuery: "sslmode=disable"}
	return w, u.String()
}
