package worker_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/log"

	"milepost/commands"
	"milepost/domain"
	"milepost/test/temporal"
	"milepost/worker"
)

func TestPreflightFindsWhatThisProgramCannotGoOnWith(t *testing.T) {
	t.Parallel()
	c := newCity(t, temporal.Start(t), domain.RealClock())
	c.cut = 3
	c.work()
	fine := c.done(c.declaration("fine")).Entity
	c.done(c.paper("p1", fine))
	rolled := c.done(c.declaration("rolled")).Entity
	c.done(c.paper("r1", rolled))
	c.done(c.paper("r2", rolled))
	require.Eventually(t, func() bool { return len(c.runsOf(rolled)) == 2 }, 20*time.Second, 20*time.Millisecond)

	keys := commands.Connection{Keys: []commands.Key{{Name: "test", Secret: make([]byte, 32)}}}
	data, err := keys.DataConverter()
	require.NoError(t, err)
	p := worker.Preflight{Client: c.engine, Namespace: "default", Data: data, Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler))}
	var misfits []worker.Misfit
	reported := 0
	require.Eventually(t, func() bool { // the engine's list lags behind
		misfits, err = p.Run(t.Context(), func(n int) { reported = n })
		return err == nil && reported == 2
	}, 20*time.Second, 20*time.Millisecond)
	require.Empty(t, misfits)

	p.Data = converter.GetDefaultDataConverter()
	misfits, err = p.Run(t.Context(), func(int) {})
	require.NoError(t, err)
	require.Len(t, misfits, 2, "without the key no history can be read")
	require.ErrorContains(t, misfits[0].Err, "not supported")
}
