package commands_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/commands"
	"milepost/domain"
	"milepost/domain/entity"
	"milepost/domain/project"
	"milepost/store"
)

// imported is an import of so many declarations.
func (w *world) imported(id string, n int) (store.Import, []domain.Command) {
	w.t.Helper()
	_, pack := shipped()
	i := store.Import{ID: id, Digest: "digest", By: owner}
	var cs []domain.Command
	for row := 2; row < n+2; row++ {
		i.Rows = append(i.Rows, row)
		f := profile()
		f.Name = fmt.Sprint("供水工程", row)
		cs = append(cs, w.command(i.Command(row), entity.Project, owner, project.Declare{Profile: f, Pack: pack.Hash()}))
	}
	return i, cs
}

// outcomes counts the commands of an import by what has become of them.
func (w *world) outcomes(id string) map[store.CommandState]int {
	w.t.Helper()
	i, err := w.store.Import(w.t.Context(), id)
	require.NoError(w.t, err)
	states := map[store.CommandState]int{}
	for _, c := range i.Commands {
		states[c.State]++
	}
	return states
}

// OWN-249.
func TestAnImportIsTakenInWholeAndCarriedOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i, cs := w.imported("import", 40)
	require.NoError(t, w.gateway.SendAll(t.Context(), i, cs))
	w.gateway.Settle()
	require.Equal(t, map[store.CommandState]int{store.CommandDone: 40}, w.outcomes("import"))
	require.LessOrEqual(t, w.engine.most, 4, "others come in between")
	require.Len(t, w.engine.started, 40)
	require.NoError(t, w.gateway.SendAll(t.Context(), i, cs))
	w.gateway.Settle()
	require.Len(t, w.engine.started, 40, "the same file again declares nothing")
	require.Equal(t, []string{"Declared"}, w.timeline(commands.NameOf("project", i.Command(2))))
}

func TestNothingOfAnImportHappensThatIsNotTakenIn(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(w *world, cs []domain.Command){
		"one of its commands is none":      func(_ *world, cs []domain.Command) { cs[2].Body = []byte(`{"profile":`) },
		"one of its keys is another's":     func(w *world, cs []domain.Command) { w.declared(cs[2].ID) },
		"the database goes away meanwhile": func(w *world, _ []domain.Command) { w.store.intend = errAway },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			i, cs := w.imported("import", 3)
			spoil(w, cs)
			started := len(w.engine.started)
			require.Error(t, w.gateway.SendAll(t.Context(), i, cs))
			w.gateway.Settle()
			require.Len(t, w.engine.started, started)
			_, err := w.store.Import(t.Context(), i.ID)
			require.Equal(t, "import.unknown", domain.CodeOf(err))
		})
	}
}

// A process may be killed at any moment after the intents are stored. Whoever sweeps finishes all of them.
func TestTheSweeperFinishesAnImport(t *testing.T) {
	t.Parallel()
	t.Run("of a process that was killed before it sent any", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		i, cs := w.imported("import", 7)
		for n := range cs {
			cs[n].Entity, cs[n].Seed = commands.NameOf("project", cs[n].ID), 7
		}
		_, err := w.store.IntendAll(t.Context(), i, cs)
		require.NoError(t, err)
		require.Equal(t, 7, w.sweep(w.sweeper()))
		require.Equal(t, map[store.CommandState]int{store.CommandDone: 7}, w.outcomes("import"))
	})
	t.Run("of a process that was killed before it recorded what was decided", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		i, cs := w.imported("import", 5)
		w.store.record = errAway
		require.NoError(t, w.gateway.SendAll(t.Context(), i, cs))
		w.gateway.Settle()
		require.Equal(t, map[store.CommandState]int{store.CommandPending: 5}, w.outcomes("import"))
		w.store.record = nil
		require.Equal(t, 5, w.sweep(w.sweeper()))
		require.Equal(t, map[store.CommandState]int{store.CommandDone: 5}, w.outcomes("import"))
		require.Len(t, w.engine.started, 5, "nothing is decided twice")
	})
}
