package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
)

// imported is an import of so many declarations.
func imported(t *testing.T, id string, n int) (Import, []domain.Command) {
	t.Helper()
	i := Import{ID: id, Digest: "d1", By: owner}
	var cs []domain.Command
	for row := 2; row < n+2; row++ {
		i.Rows = append(i.Rows, row)
		f := profile()
		f.Name = fmt.Sprint("工程", row)
		kind, body, err := project.Encode(project.Declare{Profile: f, Pack: "hash"})
		require.NoError(t, err)
		cs = append(cs, domain.Command{ID: i.Command(row), Entity: fmt.Sprintf("project/%s-%d", id, row), Type: kind, Body: body, Actor: owner, Seed: uint64(row)})
	}
	return i, cs
}

// OWN-249.
func TestTheIntentsOfAnImportAreStoredAllOrNone(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		i, cs := imported(t, "all-or-none", 450)
		last := cs[449]
		last.Body = []byte(`{}`)
		_, err := s.Intend(t.Context(), last) // somebody else has the id of the last
		require.NoError(t, err)
		_, err = s.IntendAll(t.Context(), i, cs)
		require.Equal(t, CodeMismatch, domain.CodeOf(err))
		left, err := s.Pending(t.Context(), -time.Hour, 1000)
		require.NoError(t, err)
		require.Len(t, left, 1, "nothing of the import is there")
		_, err = s.Import(t.Context(), i.ID)
		require.Equal(t, "import.unknown", domain.CodeOf(err))
	})
}

func TestAnImportSentAgainIsOne(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		i, cs := imported(t, "sent-again", 3)
		isNew, err := s.IntendAll(t.Context(), i, cs)
		require.NoError(t, err)
		require.True(t, isNew)
		cs[0].Body = []byte(`{"pack":"another, since another is in force now"}`)
		isNew, err = s.IntendAll(t.Context(), i, cs)
		require.NoError(t, err)
		require.False(t, isNew)

		for name, change := range map[string]func(*Import){
			"another file":   func(i *Import) { i.Digest = "d2" },
			"another sender": func(i *Import) { i.By = office },
		} {
			other := i
			change(&other)
			_, err = s.IntendAll(t.Context(), other, cs)
			require.Equal(t, CodeMismatch, domain.CodeOf(err), name)
		}

		read, err := s.Import(t.Context(), i.ID)
		require.NoError(t, err)
		require.Equal(t, i.Rows, read.Rows)
		require.Equal(t, owner, read.By)
		require.Len(t, read.Commands, 3)
		require.Equal(t, i.Command(2), read.Commands[0].ID)
		require.Equal(t, CommandPending, read.Commands[0].State)
		require.Contains(t, string(read.Commands[0].Body), "工程2", "the first sending counts")
		require.Equal(t, read.Commands[0].ReceivedAt, read.Commands[2].ReceivedAt, "all are received at one moment")
		require.False(t, read.Commands[0].ReceivedAt.IsZero())
	})
}

func TestWhoSetsOutOnACommandOfAnImportIsTheFirst(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		i, cs := imported(t, "first-attempt", 1)
		_, err := s.IntendAll(t.Context(), i, cs)
		require.NoError(t, err)
		intent, err := s.Intend(t.Context(), cs[0])
		require.NoError(t, err)
		require.EqualValues(t, 1, intent.Attempts)
	})
}

func TestNamesakesAreThoseThatOneSees(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		begin(t, s, "p1", "2026-03-02 10:00").approving()
		found, err := s.Namesakes(t.Context(), Everything, []string{profile().Name, "别的"})
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.Equal(t, "p1", found[0].ID)
		require.Equal(t, profile().Owner, found[0].Owner)
		found, err = s.Namesakes(t.Context(), Viewer{Owners: []string{"somebody-else"}}, []string{profile().Name})
		require.NoError(t, err)
		require.Empty(t, found)
		found, err = s.Namesakes(t.Context(), Everything, nil)
		require.NoError(t, err)
		require.Empty(t, found)
	})
}
