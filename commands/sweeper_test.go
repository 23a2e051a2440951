package commands_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/commands"
	"milepost/domain"
	"milepost/domain/project"
)

// sweeper is one that takes every pending command for left.
func (w *world) sweeper() *commands.Sweeper {
	return &commands.Sweeper{Gateway: w.gateway, Store: w.store, After: time.Nanosecond}
}

func (w *world) sweep(s *commands.Sweeper) int {
	w.t.Helper()
	settled, err := s.Sweep(w.t.Context())
	require.NoError(w.t, err)
	return settled
}

func TestTheSweeperFinishesWhatACrashLeft(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		crash func(w *world, cmd domain.Command)
	}{
		{"after the intent", func(w *world, cmd domain.Command) {
			_, err := w.store.Intend(w.t.Context(), cmd)
			require.NoError(w.t, err)
		}},
		{"after the decision", func(w *world, cmd domain.Command) {
			w.store.record = errAway
			receipt, err := w.send(cmd)
			require.NoError(w.t, err)
			require.True(w.t, receipt.Pending)
			w.store.record = nil
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			name := w.declared("declare")
			cmd := w.command("paper", name, owner, project.FilePaper{Title: "说明"})
			cmd.Seed = 7
			test.crash(w, cmd)
			require.Equal(t, 1, w.sweep(w.sweeper()))
			require.Equal(t, []string{"Declared", "PaperFiled"}, w.timeline(name))
			require.Zero(t, w.sweep(w.sweeper()), "nothing is left")
		})
	}
	t.Run("of a declaration, after the intent", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		cmd := w.declaration("declare")
		cmd.Entity = commands.NameOf("project", "declare")
		_, err := w.store.Intend(t.Context(), cmd)
		require.NoError(t, err)
		require.Equal(t, 1, w.sweep(w.sweeper()))
		require.Equal(t, []string{"Declared"}, w.timeline(cmd.Entity))
	})
	t.Run("with a refusal", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		name := w.declared("declare")
		_, err := w.store.Intend(t.Context(), w.command("bad", name, owner, project.ReviewEntry{Decision: "admit"}))
		require.NoError(t, err)
		require.Equal(t, 1, w.sweep(w.sweeper()))
		_, err = w.send(w.command("bad", name, owner, project.ReviewEntry{Decision: "admit"}))
		require.NotNil(t, domain.AsError(err))
	})
}

func TestTheSweeperJudgesAsOfTheReceipt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name := w.declared("declare")
	cmd := w.command("paper", name, owner, project.FilePaper{Title: "说明"})
	cmd.ReceivedAt = time.Now().Add(-time.Hour).UTC().Truncate(time.Microsecond)
	_, err := w.store.Intend(t.Context(), cmd)
	require.NoError(t, err)
	require.Equal(t, 1, w.sweep(w.sweeper()))
	entries, err := w.store.Entries(t.Context(), name, 2, 1)
	require.NoError(t, err)
	require.Equal(t, cmd.ReceivedAt, entries[0].OccurredAt, "neither a crash nor a queue makes anybody late")
}

func TestTheSweeperKeepsTheOrderOfOneEntity(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name := w.declared("declare")
	for n, title := range []string{"一", "二", "三", "四"} {
		_, err := w.store.Intend(t.Context(), w.command(id(n), name, owner, project.FilePaper{Title: title}))
		require.NoError(t, err)
	}
	require.Equal(t, 4, w.sweep(w.sweeper()))
	entries, err := w.store.Entries(t.Context(), name, 2, 10)
	require.NoError(t, err)
	for n, e := range entries {
		require.Equal(t, id(n), e.Command)
	}
}

func TestACommandThatCannotBeFinishedRests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lost := w.declared("lost")
	delete(w.engine.entities, lost)
	alive := w.declared("alive")
	for n, name := range []string{lost, lost, alive} {
		_, err := w.store.Intend(t.Context(), w.command(id(n), name, owner, project.FilePaper{Title: "说明"}))
		require.NoError(t, err)
	}
	s := w.sweeper()
	w.engine.updates = nil
	require.Equal(t, 1, w.sweep(s), "one entity does not hold up the others")
	asked := len(w.engine.updates)
	require.NotContains(t, w.engine.updates, id(1), "a later command does not overtake")
	require.Zero(t, w.sweep(s))
	require.NotContains(t, w.engine.updates[asked:], id(0), "what failed just now rests")
	require.NotContains(t, w.engine.updates[asked:], id(1), "and a later command does not overtake one that rests")
}

func TestManyCommandsOfALostEntityDoNotHideTheOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lost := w.declared("lost")
	delete(w.engine.entities, lost)
	alive := w.declared("alive")
	for n := range 250 {
		_, err := w.store.Intend(t.Context(), w.command(id(n), lost, owner, project.FilePaper{Title: "说明"}))
		require.NoError(t, err)
	}
	_, err := w.store.Intend(t.Context(), w.command("paper", alive, owner, project.FilePaper{Title: "说明"}))
	require.NoError(t, err)
	w.impatient()
	s := w.sweeper()
	settled := 0
	for range 2 {
		settled += w.sweep(s)
	}
	require.Equal(t, 1, settled)
}

func TestTheSweeperRunsUntilItIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name := w.declared("declare")
	s := w.sweeper()
	s.Every = time.Millisecond
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { s.Run(ctx); close(ended) }()
	_, err := w.store.Intend(t.Context(), w.command("paper", name, owner, project.FilePaper{Title: "说明"}))
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		row, err := w.store.Command(t.Context(), "paper")
		return err == nil && row.State == "done"
	}, 10*time.Second, 5*time.Millisecond)
	stop()
	<-ended
}
