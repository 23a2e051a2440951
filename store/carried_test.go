package store

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
)

// OWN-221: what was asked is bound as what came of it is.
func TestTheCommandsOfAnEntityAreAChain(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00").approving()
		begin(t, s, "p2", "2026-03-02 10:00").declared()
		require.NoError(t, s.VerifyCommands(t.Context(), l.name, Seal{}))
		carriedOut, _, err := one(s.db, scalar[int64], "SELECT commands FROM entities WHERE name = ?", l.name)
		require.NoError(t, err)
		require.Equal(t, int64(count(t, s, "commands WHERE entity = 'project/p1' AND state = 'done'")), carriedOut)

		// Recorded again, refused, or asked again: nothing is bound twice.
		require.NoError(t, s.Record(t.Context(), l.name, l.log, nil))
		refused := l.command(owner, project.ClaimTask{Task: "none"})
		_, err = s.Intend(t.Context(), refused)
		require.NoError(t, err)
		require.NoError(t, s.Refuse(t.Context(), refused.ID, &domain.Error{Kind: domain.KindConflict, Code: "x"}, 1))
		require.NoError(t, s.VerifyCommands(t.Context(), l.name, Seal{}))

		for _, guard := range map[Dialect][]string{
			PostgreSQL: {"ALTER TABLE timeline DISABLE TRIGGER ALL"}, SQLite: {"DROP TRIGGER timeline_keeps_update", "DROP TRIGGER timeline_keeps_delete"},
		}[s.dialect] {
			exec(t, s, guard)
		}
		const second = "WHERE entity = 'project/p1' AND nth = 2"
		for name, change := range map[string][]string{
			"another body":             {`UPDATE commands SET body = '{"x": 1}' ` + second},
			"another actor":            {"UPDATE commands SET actor_user = 'other' " + second},
			"another digest":           {"UPDATE commands SET digest = 'other' " + second},
			"another moment":           {"UPDATE commands SET received_at = '2026-03-02 01:00:00+00:00' " + second},
			"another seed":             {"UPDATE commands SET seed = seed + 1 " + second},
			"a command less":           {"DELETE FROM commands " + second},
			"the last command less":    {"DELETE FROM commands WHERE entity = 'project/p1' AND nth = (SELECT commands FROM entities WHERE name = 'project/p1')"},
			"another order":            {"UPDATE commands SET nth = 99 " + second, "UPDATE commands SET nth = 2 WHERE entity = 'project/p1' AND nth = 3", "UPDATE commands SET nth = 3 WHERE nth = 99"},
			"taken off the chain":      {"UPDATE commands SET nth = 0 " + second},
			"another entity's":         {"UPDATE commands SET entity = 'project/p2' " + second},
			"called refused":           {"UPDATE commands SET state = 'refused' " + second},
			"a command more":           {"UPDATE commands SET state = 'done', nth = 0, first_seq = 2, last_seq = 2 WHERE id = '" + refused.ID + "'"},
			"the end put back":         {"UPDATE entities SET commands = commands - 1 WHERE name = 'project/p1'"},
			"lines of no command":      {"UPDATE timeline SET command = 'nobody' WHERE entity = 'project/p1' AND seq = 2"},
			"a command without lines":  {"UPDATE timeline SET command = '' WHERE entity = 'project/p1' AND seq = 2"},
			"lines of another command": {"UPDATE commands SET first_seq = first_seq + 1, last_seq = last_seq + 1 " + second},
		} {
			tx := s.db.Begin()
			for _, q := range change {
				require.NoError(t, tx.Exec(q).Error, name)
			}
			err := errors.Join(verifyCarried(tx, l.name, Seal{}), verifyLines(tx, l.name))
			require.ErrorIs(t, err, ErrDiverged, name)
			require.NoError(t, tx.Rollback().Error)
		}
	})
}

// Commands of before the chain stand on none, and those after them do.
func TestCommandsOfBeforeTheChainAreLeftAsTheyAre(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00").declared()
		exec(t, s, "UPDATE commands SET nth = 0")
		exec(t, s, "UPDATE entities SET commands = 0, commands_hash = ''")
		require.NoError(t, s.VerifyCommands(t.Context(), l.name, Seal{}))
		l.approving()
		require.NoError(t, s.VerifyCommands(t.Context(), l.name, Seal{}))
		exec(t, s, "UPDATE commands SET nth = nth + 1 WHERE nth > 0")
		require.ErrorIs(t, s.VerifyCommands(t.Context(), l.name, Seal{}), ErrDiverged)
	})
}

// A timeline that somebody writes anew, commands and all, is not what was sealed.
func TestWhatIsSealedIsBoundByTheAuditRecord(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		a := begin(t, s, "p1", "2026-03-02 10:00").declared()
		for i := range 150 {
			begin(t, s, fmt.Sprint("x", i), "2026-03-02 10:00").declared()
		}
		n, err := s.Seal(t.Context())
		require.NoError(t, err)
		require.Equal(t, 151, n)
		n, err = s.Seal(t.Context())
		require.NoError(t, err)
		require.Zero(t, n, "nothing has gone on")
		seals := map[string]Seal{}
		read := func() {
			t.Helper()
			check, err := s.VerifyAudit(t.Context(), func(l AuditRow) error {
				sealed, err := l.Seals()
				for _, x := range sealed {
					seals[x.Entity] = x
				}
				return err
			})
			require.NoError(t, err)
			require.Zero(t, check.Broken)
		}
		read()
		require.Len(t, seals, 151)
		require.Equal(t, 2, count(t, s, "audit WHERE act = 'record.seal'"), "a line has a bound")
		first := seals[a.name]
		require.NoError(t, s.VerifySeal(t.Context(), first))

		a.approving()
		n, err = s.Seal(t.Context())
		require.NoError(t, err)
		require.Equal(t, 1, n)
		read()
		require.Greater(t, seals[a.name].Seq, first.Seq)
		require.Greater(t, seals[a.name].Commands, first.Commands)
		for _, x := range []Seal{first, seals[a.name]} {
			require.NoError(t, s.VerifySeal(t.Context(), x))
			require.NoError(t, s.VerifyCommands(t.Context(), a.name, x))
		}

		for name, x := range map[string]Seal{
			"another line":           {Entity: a.name, Seq: first.Seq, Hash: "other", Commands: first.Commands, CommandsHash: first.CommandsHash},
			"a line that is no more": {Entity: a.name, Seq: 10_000, Hash: first.Hash, Commands: first.Commands, CommandsHash: first.CommandsHash},
			"another command":        {Entity: a.name, Seq: first.Seq, Hash: first.Hash, Commands: first.Commands, CommandsHash: "other"},
			"a command less":         {Entity: a.name, Seq: first.Seq, Hash: first.Hash, Commands: 10_000, CommandsHash: first.CommandsHash},
			"an entity that is gone": {Entity: "project/none", Seq: 1, Hash: "x", Commands: 1, CommandsHash: "x"},
		} {
			err := errors.Join(s.VerifySeal(t.Context(), x), s.VerifyCommands(t.Context(), x.Entity, x))
			require.ErrorIs(t, err, ErrDiverged, name)
		}
	})
}

// A line behind the end of a timeline was put there by hand, whatever its hash.
func TestALineBehindTheEndOfATimelineIsFound(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00").approving()
		require.NoError(t, s.VerifyChain(t.Context(), l.name))
		exec(t, s, "UPDATE entities SET last_seq = last_seq - 1, last_hash = (SELECT hash FROM timeline WHERE entity = name AND seq = last_seq - 1)")
		require.ErrorIs(t, s.VerifyChain(t.Context(), l.name), ErrDiverged)
	})
}
