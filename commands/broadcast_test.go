package commands_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/commands"
	"milepost/domain/entity"
	"milepost/domain/project"
)

func TestABroadcastReachesEveryOpenProjectOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var names []string
	for n := range 4 {
		names = append(names, w.declared(id(n)))
	}
	w.archive(names[2])
	b := commands.Broadcast{
		Name: "papers/2026", Kind: entity.Project, PerSecond: 1000,
		Command: w.command("", "", office, project.FilePaper{Title: "通知"}),
	}
	var reported []commands.Progress
	p, err := w.gateway.Broadcast(t.Context(), b, w.store, func(p commands.Progress) { reported = append(reported, p) })
	require.NoError(t, err)
	require.Equal(t, 3, p.Done)
	require.Equal(t, 1, p.Closed)
	require.Len(t, reported, 4)

	again, err := w.gateway.Broadcast(t.Context(), b, w.store, func(commands.Progress) {})
	require.NoError(t, err)
	require.Equal(t, p, again)
	for _, n := range []int{0, 1, 3} {
		require.Equal(t, []string{"Declared", "PaperFiled"}, w.timeline(names[n]), "told once")
	}
}

func TestABroadcastGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for n := range 3 {
		w.declared(id(n))
	}
	b := commands.Broadcast{
		Name: "papers/2026", Kind: entity.Project, PerSecond: 1000,
		Command: w.command("", "", office, project.FilePaper{Title: "通知"}),
	}
	ctx, stop := context.WithCancel(t.Context())
	p, err := w.gateway.Broadcast(ctx, b, w.store, func(commands.Progress) { stop() })
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 1, p.Done)
	decided := w.engine.decided
	p, err = w.gateway.Broadcast(t.Context(), b, w.store, func(commands.Progress) {})
	require.NoError(t, err)
	require.Equal(t, 3, p.Done)
	require.Equal(t, decided+2, w.engine.decided, "what was told is not told again")
}

func TestABroadcastCountsRefusalsAndWhatIsUnknown(t *testing.T) {
	t.Parallel()
	w := newWorld(t).impatient()
	lost := w.declared("lost")
	w.declared("fine")
	delete(w.engine.entities, lost)
	b := commands.Broadcast{
		Name: "reviews", Kind: entity.Project, PerSecond: 1000,
		Command: w.command("", "", owner, project.ReviewEntry{Decision: "admit"}),
	}
	p, err := w.gateway.Broadcast(t.Context(), b, w.store, func(commands.Progress) {})
	require.NoError(t, err)
	require.Equal(t, 1, p.Refused)
	require.Equal(t, 1, p.Pending)
}
