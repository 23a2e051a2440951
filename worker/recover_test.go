package worker_test

import (
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

// recovered recovers everything and returns what came of it.
func (c *city) recovered(replace bool) commands.Recovery {
	c.t.Helper()
	require.NoError(c.t, worker.EnsureLabels(c.t.Context(), c.engine, "default"))
	reported := 0
	r, err := c.gateway.RecoverAll(c.t.Context(), c.db, replace, func(commands.Recovery) { reported++ })
	require.NoError(c.t, err)
	require.Equal(c.t, r.Restarted+r.Left+len(r.Failed), reported)
	return r
}

func TestWhatTheEngineHasLostGoesOnFromItsTimelines(t *testing.T) {
	t.Parallel()
	key := commands.Key{Name: "test", Secret: make([]byte, 32)}
	c := newCity(t, temporal.Start(t), civilDays(1))
	_, stop := c.work()
	name := c.done(c.declaration("lives")).Entity
	c.done(c.command("admit", name, office, project.ReviewEntry{Decision: "admit", Opinion: "符合标准"}))
	c.done(c.command("recognise", name, office, project.Recognise{Document: "纪要1号"}))
	stop()
	c.intend(c.db, c.paper("left", name), c.clock.Civil(time.Now())) // whose sender died with the engine

	c.dial(temporal.Start(t), key) // an engine that knows nothing
	require.Equal(t, 1, c.recovered(false).Restarted)
	c.listed(name, `Phase = "evaluation" AND Jurisdiction = "shangluo"`) // though no worker has come yet
	require.Zero(t, c.recovered(false).Restarted, "again is no harm")

	before := count(c.timeline(name), "Escalated")
	c.work()
	require.Equal(t, store.CommandDone, c.settled("left").State)
	recognised := c.done(c.command("recognise", name, office, project.Recognise{Document: "纪要1号"}))
	require.Equal(t, "recognise", recognised.Command, "it knows its commands again")
	c.done(c.paper("new", name))
	require.Eventually(t, func() bool { return count(c.timeline(name), "Escalated") > before }, 30*time.Second, 20*time.Millisecond, "deadlines pass again")
	require.NoError(t, c.db.VerifyChain(t.Context(), name))
}

func TestAnEngineThatWasRestoredAsOfAnEarlierHourIsReplaced(t *testing.T) {
	t.Parallel()
	c := newCity(t, temporal.Start(t), domain.RealClock())
	_, stop := c.work()
	name := c.done(c.declaration("behind")).Entity
	// What the engine knew before it was restored.
	data, _, err := c.db.Snapshot(t.Context(), name)
	require.NoError(t, err)
	p, err := project.Restore(data)
	require.NoError(t, err)
	lost := c.paper("lost", name)
	lost.ReceivedAt = time.Now().UTC().Truncate(time.Microsecond)
	require.NoError(t, (&commands.RuleKeeper{Store: c.db, Registry: c.rules}).Refresh(t.Context()))
	entries, err := p.Decide(lost, lost.ReceivedAt, c.rules)
	require.NoError(t, err)
	require.NoError(t, c.db.Record(t.Context(), name, entries, nil))

	c.gateway.Deadline = 2 * time.Second
	receipt, err := c.gateway.Send(t.Context(), c.paper("waits", name))
	require.NoError(t, err)
	require.True(t, receipt.Pending, "an engine that is behind decides nothing")
	stop()
	require.Zero(t, c.recovered(false).Restarted, "it knows the project, though of an earlier hour")
	require.Equal(t, 1, c.recovered(true).Restarted)
	c.work()
	require.Equal(t, store.CommandDone, c.settled("waits").State)
	require.Equal(t, []string{"Declared", "PaperFiled", "PaperFiled"}, c.timeline(name))
	c.sound(name)
}
