package store

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
)

func TestACommandIsIntendedDecidedAndRecorded(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00")
		c, entries := l.decide(office, project.Declare{Profile: profile(), Pack: l.pack().Hash()})

		intent, err := s.Intend(t.Context(), c)
		require.NoError(t, err)
		require.Equal(t, CommandPending, intent.State)
		require.Zero(t, intent.Recorded)
		done := outcome(c, entries)
		require.NoError(t, s.Record(t.Context(), l.name, entries, done))
		require.Len(t, done.Lines, len(entries))
		require.NoError(t, s.Record(t.Context(), l.name, entries, done))
		require.Nil(t, done.Lines, "they were on record before")

		again, err := s.Intend(t.Context(), c)
		require.NoError(t, err)
		require.Equal(t, CommandDone, again.State)
		require.Equal(t, int64(1), again.FirstSeq)
		require.Equal(t, int64(len(entries)), again.LastSeq)
		require.Equal(t, int64(len(entries)), again.Recorded)
		require.Equal(t, c.Actor, again.Actor)
		require.JSONEq(t, string(c.Body), string(again.Body))
		require.True(t, c.ReceivedAt.Equal(again.ReceivedAt))
		require.Equal(t, c.Seed, again.Seed)
		require.False(t, again.CompletedAt.IsZero())
	})
}

func TestTheSameKeyForAnotherRequestIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		c := domain.Command{ID: "k", Entity: "project/p", Type: "Withdraw", Body: []byte(`{"reason":"x"}`), Actor: owner, ReceivedAt: on("2026-03-02 10:00"), Seed: 1 << 63}
		first, err := s.Intend(t.Context(), c)
		require.NoError(t, err)
		require.Equal(t, uint64(1<<63), first.Seed)
		for name, change := range map[string]func(*domain.Command){
			"another body":   func(c *domain.Command) { c.Body = []byte(`{"reason":"y"}`) },
			"another actor":  func(c *domain.Command) { c.Actor = office },
			"another type":   func(c *domain.Command) { c.Type = "Remove" },
			"another entity": func(c *domain.Command) { c.Entity = "project/q" },
			"another time":   func(c *domain.Command) { c.OccurredAt = on("2026-03-01 10:00") },
			"another basis":  func(c *domain.Command) { c.Basis = "签收单" },
		} {
			other := c
			change(&other)
			_, err := s.Intend(t.Context(), other)
			require.Equal(t, "idempotency.mismatch", domain.CodeOf(err), name)
			require.Equal(t, domain.KindInvalid, domain.AsError(err).Kind)
			require.Equal(t, "Idempotency-Key", domain.AsError(err).Field)
			require.Equal(t, "OWN-209", domain.AsError(err).Clause)
		}
		later := c
		later.Body, later.ReceivedAt, later.Seed = []byte(` { "reason" : "x" } `), on("2026-03-02 11:00"), 7
		same, err := s.Intend(t.Context(), later)
		require.NoError(t, err)
		require.Equal(t, first.CommandRow, same.CommandRow, "the first sending counts")
	})
}

func TestAnIntentIsStampedWithTheCivilClock(t *testing.T) {
	s, err := Open(t.Context(), "sqlite://"+t.TempDir()+"/s.db")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.NoError(t, s.Migrate(t.Context()))
	_, err = s.Intend(t.Context(), domain.Command{ID: "k", Entity: "project/p", Actor: owner})
	require.Equal(t, "clock.missing", domain.CodeOf(err))

	now := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	s.now = func() time.Time { return now.Add(time.Second) }
	require.NoError(t, s.FixClock(t.Context(), domain.Clock{Anchor: now, Origin: on("2026-03-02 10:00"), Rate: 3600}))
	err = s.FixClock(t.Context(), domain.RealClock())
	require.Equal(t, "clock.fixed", domain.CodeOf(err))
	require.Equal(t, "OWN-211", domain.AsError(err).Clause)
	intent, err := s.Intend(t.Context(), domain.Command{ID: "k", Entity: "project/p", Actor: owner})
	require.NoError(t, err)
	require.Equal(t, on("2026-03-02 11:00").UTC(), intent.ReceivedAt)
}

func TestARefusalIsTheOutcomeOfItsCommand(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		c := domain.Command{ID: "k", Entity: "project/p", Type: "Withdraw", Body: []byte(`{}`), Actor: owner, ReceivedAt: on("2026-03-02 10:00")}
		_, err := s.Intend(t.Context(), c)
		require.NoError(t, err)
		refusal := domain.AsError(domain.Conflict("withdraw.late", "XS-5", "已经开工", "Started already."))
		require.NoError(t, s.Refuse(t.Context(), "k", refusal, 1))
		row, err := s.Command(t.Context(), "k")
		require.NoError(t, err)
		require.Equal(t, CommandRefused, row.State)
		require.Equal(t, refusal, row.Refusal)

		require.NoError(t, s.Refuse(t.Context(), "k", domain.AsError(domain.Conflict("other", "", "", "")), 0))
		row, err = s.Command(t.Context(), "k")
		require.NoError(t, err)
		require.Equal(t, refusal, row.Refusal, "an outcome never changes")
		_, err = s.Command(t.Context(), "unknown")
		require.Equal(t, domain.KindNotFound, domain.AsError(err).Kind)
	})
}

func TestARefusalCountsOnlyWhereNobodyElseHasSetOut(t *testing.T) {
	refusal := &domain.Error{Kind: domain.KindConflict, Code: "x"}
	onBoth(t, func(t *testing.T, s *Store) {
		due := on("2026-03-16 17:30")
		tests := []struct {
			name      string
			meanwhile func(c domain.Command) error
			refuses   bool
		}{
			{"nobody", func(domain.Command) error { return nil }, true},
			{"another sender", func(c domain.Command) error { _, err := s.Intend(t.Context(), c); return err }, false},
			{"the clock", func(c domain.Command) error {
				_, err := s.Waiting(t.Context(), c.Entity, due, domain.Command{})
				return err
			}, false},
			{"somebody with another request under the same key", func(c domain.Command) error {
				c.Body = []byte(`{"reason":"y"}`)
				_, err := s.Intend(t.Context(), c)
				require.Error(t, err)
				return nil
			}, true},
			{"a clock that asks about an earlier moment", func(c domain.Command) error {
				_, err := s.Waiting(t.Context(), c.Entity, due.Add(-2*time.Hour), domain.Command{})
				return err
			}, true},
		}
		for _, test := range tests {
			c := domain.Command{ID: test.name, Entity: "project/" + test.name, Type: "Withdraw", Body: []byte(`{"reason":"x"}`), Actor: owner, ReceivedAt: due.Add(-time.Hour)}
			intent, err := s.Intend(t.Context(), c)
			require.NoError(t, err)
			require.Equal(t, int64(1), intent.Attempts)
			require.NoError(t, test.meanwhile(c))
			require.NoError(t, s.Refuse(t.Context(), c.ID, refusal, intent.Attempts))
			row, err := s.Command(t.Context(), c.ID)
			require.NoError(t, err)
			require.Equal(t, test.refuses, row.State == CommandRefused, test.name)

			later, err := s.Intend(t.Context(), c)
			require.NoError(t, err)
			if test.refuses {
				require.Equal(t, refusal, later.Refusal)
				continue
			}
			require.Equal(t, int64(3), later.Attempts)
			require.NoError(t, s.Refuse(t.Context(), c.ID, refusal, 0), "the entity remembers it")
			row, err = s.Command(t.Context(), c.ID)
			require.NoError(t, err)
			require.Equal(t, CommandRefused, row.State)
		}
	})
}

func TestWhatACrashLeftIsPending(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		start := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
		for i, id := range []string{"a", "b", "c"} {
			s.now = func() time.Time { return start.Add(time.Duration(i) * time.Minute) }
			_, err := s.Intend(t.Context(), domain.Command{ID: id, Entity: "project/" + id, Type: "Withdraw", Body: []byte(`{}`), Actor: owner, Seed: 7})
			require.NoError(t, err)
		}
		require.NoError(t, s.Refuse(t.Context(), "a", &domain.Error{Kind: domain.KindConflict, Code: "x"}, 1))
		got, err := s.Pending(t.Context(), 30*time.Second, 10) // as of minute 2
		require.NoError(t, err)
		require.Len(t, got, 1)
		require.Equal(t, "b", got[0].ID)
		require.Equal(t, uint64(7), got[0].Seed)
	})
}

func TestWhoWaitsToBeHeardComesInOrderOfReceipt(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00").declared()
		due := on("2026-03-16 17:30")
		intend := func(id, entity string, received time.Time, body string) {
			t.Helper()
			_, err := s.Intend(t.Context(), domain.Command{
				ID: id, Entity: entity, Type: "FilePaper", Body: []byte(body), Actor: owner, ReceivedAt: received, OccurredAt: due.Add(-48 * time.Hour), Seed: 1 << 52,
			})
			require.NoError(t, err)
		}
		intend("late", l.name, due.Add(time.Microsecond), `{}`)
		intend("b", l.name, due.Add(-time.Second), `{"title":"b"}`)
		intend("z", l.name, due.Add(-time.Minute), `{}`)
		intend("a", l.name, due.Add(-time.Second), `{}`)
		intend("other", "project/p2", due.Add(-time.Second), `{}`)
		intend("refused", l.name, due.Add(-time.Second), `{}`)
		require.NoError(t, s.Refuse(t.Context(), "refused", &domain.Error{Kind: domain.KindConflict, Code: "x"}, 1))
		intend("at", l.name, due, `{}`)

		w, err := s.Waiting(t.Context(), l.name, due, domain.Command{})
		require.NoError(t, err)
		require.Equal(t, []string{"z", "a", "b", "at"}, idsOf(w.Commands))
		require.False(t, w.More)
		require.Equal(t, l.p.Seq, w.Recorded)
		b := w.Commands[2]
		require.True(t, b.ReceivedAt.Equal(due.Add(-time.Second)))
		require.True(t, b.OccurredAt.Equal(due.Add(-48*time.Hour)), "a late entry counts by its receipt")
		require.Equal(t, owner, b.Actor)
		require.Equal(t, uint64(1<<52), b.Seed)
		require.JSONEq(t, `{"title":"b"}`, string(b.Body))

		w, err = s.Waiting(t.Context(), l.name, due, domain.Command{ID: "a", ReceivedAt: b.ReceivedAt})
		require.NoError(t, err)
		require.Equal(t, []string{"b", "at"}, idsOf(w.Commands), "those behind one that was returned before")
		w, err = s.Waiting(t.Context(), "project/none", due, domain.Command{})
		require.NoError(t, err)
		require.Equal(t, Waiting{}, w)
	})
}

func TestWhoWaitsIsToldInPortionsThatTheEngineTakes(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		tests := []struct{ many, size, portion int }{{45, 10, 20}, {6, 200 << 10, 2}}
		for _, test := range tests {
			name := fmt.Sprintf("project/%d", test.many)
			for i := range test.many {
				_, err := s.Intend(t.Context(), domain.Command{
					ID: fmt.Sprintf("%s-%02d", name, i), Entity: name, Type: "FilePaper", Body: []byte(`"` + strings.Repeat("x", test.size) + `"`), Actor: owner,
				})
				require.NoError(t, err)
			}
			var ids []string
			for last := (domain.Command{}); ; {
				w, err := s.Waiting(t.Context(), name, time.Now().Add(time.Hour), last)
				require.NoError(t, err)
				require.LessOrEqual(t, len(w.Commands), test.portion)
				ids = append(ids, idsOf(w.Commands)...)
				if !w.More {
					break
				}
				last = w.Commands[len(w.Commands)-1]
			}
			require.Len(t, ids, test.many)
			require.True(t, sort.StringsAreSorted(ids))
		}
	})
}

func idsOf(cs []domain.Command) (ids []string) {
	for _, c := range cs {
		ids = append(ids, c.ID)
	}
	return ids
}

func TestRecordingAgainChangesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00").approving()
		before := dump(t, s)
		require.NoError(t, s.Record(t.Context(), l.name, l.log, nil))
		require.NoError(t, s.Record(t.Context(), l.name, l.log[3:5], nil))
		require.NoError(t, s.Record(t.Context(), l.name, nil, nil))
		require.Equal(t, before, dump(t, s))
		require.NoError(t, s.VerifyChain(t.Context(), l.name))
	})
}

func TestATailMayOverlapWhatIsRecorded(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00").declared()
		_, second := l.decide(office, project.ReviewEntry{Decision: "admit", Opinion: "符合标准"})
		_, third := l.decide(office, project.Recognise{Document: "纪要"})
		require.NotEmpty(t, third)
		require.NoError(t, s.Record(t.Context(), l.name, second[:1], nil))
		require.NoError(t, s.Record(t.Context(), l.name, l.log, nil))
		require.Equal(t, len(l.log), count(t, s, "timeline"))
		require.NoError(t, s.VerifyChain(t.Context(), l.name))
	})
}

func TestAnEntryThatDiffersIsNeverOverwritten(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00").declared()
		_, fresh := l.decide(office, project.ReviewEntry{Decision: "admit", Opinion: "符合标准"})
		before := dump(t, s)
		for name, change := range map[string]func(*domain.Entry){
			"data":     func(e *domain.Entry) { e.Data = []byte(`{}`) },
			"actor":    func(e *domain.Entry) { e.Actor.User = "other" },
			"occurred": func(e *domain.Entry) { e.OccurredAt = e.OccurredAt.Add(time.Microsecond) },
			"recorded": func(e *domain.Entry) { e.RecordedAt = e.RecordedAt.Add(time.Microsecond) },
			"type":     func(e *domain.Entry) { e.Type = "Amended" },
			"clause":   func(e *domain.Entry) { e.Clause = "XX" },
			"command":  func(e *domain.Entry) { e.Command = "other" },
			"late":     func(e *domain.Entry) { e.Late = true },
			"basis":    func(e *domain.Entry) { e.Basis = "签收单" },
		} {
			tail := append(append([]domain.Entry(nil), l.log[:len(l.log)-len(fresh)]...), fresh...)
			change(&tail[0])
			require.ErrorIs(t, s.Record(t.Context(), l.name, tail, nil), ErrDiverged, name)
		}
		require.Equal(t, before, dump(t, s))
	})
}

// OWN-105: what proves a late entry stands with its command and on every line of it, through a rebuild too.
func TestTheBasisOfALateEntryIsKept(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00").declared()
		l.now = on("2026-03-03 10:00")
		c := l.command(office, project.ReviewEntry{Decision: "admit"})
		c.OccurredAt, c.Basis = on("2026-03-02 15:00"), "签收单第3号"
		entries, err := l.p.Decide(c, l.now, rulebook())
		require.NoError(t, err)
		l.evolve(entries)
		intent, err := s.Intend(t.Context(), c)
		require.NoError(t, err)
		require.Equal(t, c.Basis, intent.Basis)
		require.NoError(t, s.Record(t.Context(), l.name, entries, outcome(c, entries)))
		row, err := s.Command(t.Context(), c.ID)
		require.NoError(t, err)
		require.Equal(t, c.Basis, row.Basis)
		lines, err := s.Timeline(t.Context(), Everything, TimelineQuery{Entity: l.name})
		require.NoError(t, err)
		require.Equal(t, c.Basis, lines[len(lines)-1].Basis)
		require.NoError(t, s.VerifyChain(t.Context(), l.name))
	})
}

func TestEntriesAreNeverLeftOut(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00").declared()
		n := len(l.log)
		l.decide(office, project.ReviewEntry{Decision: "admit", Opinion: "符合标准"})
		c, last := l.decide(office, project.Recognise{Document: "纪要"})
		before := dump(t, s)
		require.ErrorIs(t, s.Record(t.Context(), l.name, last, nil), ErrGap)
		require.ErrorIs(t, s.Record(t.Context(), l.name, append(l.log[:n:n], last...), nil), ErrGap)
		require.ErrorIs(t, s.Record(t.Context(), l.name, l.log[:n], outcome(c, last)), ErrGap)
		require.ErrorIs(t, s.Record(t.Context(), "project/p2", last, nil), ErrGap)
		require.Equal(t, before, dump(t, s))
	})
}

func TestACommandThatWasDecidedTwiceIsAnAlarm(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00").declared()
		_, twice := l.decide(office, project.ReviewEntry{Decision: "admit", Opinion: "符合标准"})
		for i := range twice {
			twice[i].Command = "p1-1" // the declaration's
		}
		before := dump(t, s)
		require.ErrorIs(t, s.Record(t.Context(), l.name, twice, nil), ErrDiverged)
		require.Equal(t, before, dump(t, s))
	})
}

func TestSixteenRecordersOfOneTailWriteItOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00")
		c, _ := l.decide(office, project.Declare{Profile: profile(), Pack: l.pack().Hash()})
		declared := outcome(c, l.log)
		_, err := s.Intend(t.Context(), c)
		require.NoError(t, err)
		l.decide(office, project.ReviewEntry{Decision: "admit", Opinion: "符合标准"})
		race := func() {
			together(t, 16, func(i int) error {
				// Some have seen less of the tail than others.
				return s.Record(t.Context(), l.name, l.log[:len(l.log)-i%2], declared)
			})
		}
		race() // an entity that nobody has recorded yet
		l.decide(office, project.Recognise{Document: "纪要"})
		race() // one that is on record
		require.Equal(t, len(l.log), count(t, s, "timeline"))
		require.NoError(t, s.VerifyChain(t.Context(), l.name))
		row, err := s.Command(t.Context(), c.ID)
		require.NoError(t, err)
		require.Equal(t, CommandDone, row.State)
	})
}

func TestManyProjectsAreRecordedAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		together(t, 16, func(i int) error {
			l := begin(t, s, fmt.Sprint("p", i), "2026-03-02 10:00")
			c, entries := l.decide(office, project.Declare{Profile: profile(), Pack: l.pack().Hash()})
			if _, err := s.Intend(t.Context(), c); err != nil {
				return err
			}
			return s.Record(t.Context(), l.name, entries, outcome(c, entries))
		})
		require.Equal(t, 16, count(t, s, "projects"))
	})
}

func TestTheReadModelIsRebuiltFromTheTimelineByteForByte(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00").building()
		l.until("2026-05-06 10:00")
		l.do(owner, project.FileReport{Period: "2026-03", Investment: 300_000_000, Image: "基础施工"})
		other := begin(t, s, "p2", "2026-03-02 10:00").declared()
		other.until("2026-04-20 10:00")
		for _, table := range []string{"tasks", "lamps", "project_parties", "reports", "supervisions", "notices", "effects"} {
			require.NotZero(t, count(t, s, table), table)
		}

		before := dump(t, s)
		require.NoError(t, s.Rebuild(t.Context(), l.name))
		require.Equal(t, before, dump(t, s))
		exec(t, s, "DELETE FROM tasks")
		exec(t, s, "DELETE FROM lamps")
		exec(t, s, "UPDATE projects SET name = 'x'")
		exec(t, s, "UPDATE entities SET snapshot = ''")
		require.NoError(t, s.Rebuild(t.Context(), l.name))
		require.NoError(t, s.Rebuild(t.Context(), other.name))
		require.Equal(t, before, dump(t, s))

		state, seq, err := s.Snapshot(t.Context(), l.name)
		require.NoError(t, err)
		want, err := l.p.Snapshot()
		require.NoError(t, err)
		require.Equal(t, string(want), string(state), "the state on record is the state in the workflow")
		require.Equal(t, l.p.Seq, seq)
		entries, err := s.Entries(t.Context(), l.name, 1, 1000)
		require.NoError(t, err)
		require.Len(t, entries, len(l.log))
		for i, e := range entries {
			require.Equal(t, l.log[i].ChainHash(l.name, ""), e.ChainHash(l.name, ""))
		}
	})
}

func TestWhatAProcessRemembersOfAnEntityIsOfNoUseOnceAnotherHasGoneOn(t *testing.T) {
	t.Parallel()
	dsn := freshPostgres(t)
	one, err := Open(t.Context(), dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, one.Close()) })
	require.NoError(t, one.Migrate(t.Context()))
	require.NoError(t, one.FixClock(t.Context(), domain.RealClock()))
	other, err := Open(t.Context(), dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, other.Close()) })

	l := begin(t, one, "p1", "2026-03-02 10:00").building()
	for i := range 8 { // each remembers the line before those of the other, and the first its own
		l.s = []*Store{one, other}[i/2%2]
		l.do(owner, project.FilePaper{Title: "说明"})
		l.until(l.now.AddDate(0, 0, 9).Format("2006-01-02 15:04"))
	}
	before := dump(t, one)
	require.NoError(t, one.Rebuild(t.Context(), l.name))
	require.Equal(t, before, dump(t, one))
	require.NoError(t, one.VerifyCommands(t.Context(), l.name, Seal{}))
}

func TestWhatCouldNotBeRecordedIsNotRemembered(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00").declared()
		c, next := l.decide(office, project.ReviewEntry{Decision: "admit", Opinion: "符合标准"})
		_, err := s.Intend(t.Context(), c)
		require.NoError(t, err)
		before := dump(t, s)
		foreign := slices.Clone(next)
		foreign[len(foreign)-1].Command = "p1-1" // the declaration's: an alarm, after the state has gone on
		require.ErrorIs(t, s.Record(t.Context(), l.name, foreign, nil), ErrDiverged)
		require.Equal(t, before, dump(t, s))
		require.NoError(t, s.Record(t.Context(), l.name, next, outcome(c, next)))
		before = dump(t, s)
		require.NoError(t, s.Rebuild(t.Context(), l.name))
		require.Equal(t, before, dump(t, s))
	})
}

func TestACommandHasOneOutcomeHoweverItsLinesLie(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00").declared()
		c, entries := l.decide(office, project.ReviewEntry{Decision: "admit", Opinion: "符合标准"})
		_, more := l.decide(office, project.Recognise{Document: "纪要"})
		_, last := l.decide(owner, project.FilePaper{Title: "说明"})
		_, err := s.Intend(t.Context(), c)
		require.NoError(t, err)
		before := dump(t, s)
		for i := range last {
			last[i].Command = c.ID
		}
		apart := slices.Concat(entries, more, last)
		require.ErrorIs(t, s.Record(t.Context(), l.name, apart, nil), ErrDiverged)
		require.Equal(t, before, dump(t, s))

		wider := outcome(c, slices.Concat(entries, more)) // than its lines: the lines are the fact
		require.NoError(t, s.Record(t.Context(), l.name, slices.Concat(entries, more), wider))
		row, err := s.Command(t.Context(), c.ID)
		require.NoError(t, err)
		require.Equal(t, entries[len(entries)-1].Seq, row.LastSeq)
		require.Equal(t, 2, countWhere(t, s, "commands", "nth > 0"))
		require.NoError(t, verifyCarried(s.db, l.name, Seal{}))
	})
}

func TestTheRowsDoNotDependOnHowTheTimelineWasCut(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00").building()
		l.until("2026-05-06 10:00")
		exec(t, s, "UPDATE entities SET commands = 0, commands_hash = ''") // those of the copies were asked elsewhere
		before := dump(t, s, "commands", "notices", "effects")
		for _, cut := range []int{1, 7} {
			again := fresh(t, s.dialect)
			for rest := l.log; len(rest) > 0; rest = rest[min(cut, len(rest)):] {
				require.NoError(t, again.Record(t.Context(), l.name, rest[:min(cut, len(rest))], nil))
			}
			require.Equal(t, before, dump(t, again, "commands", "notices", "effects"), "in pieces of %d", cut)
		}
	})
}

func TestTheTimelineAndTheLedgerCannotBeChanged(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00").declared()
		statements := []string{
			"UPDATE timeline SET data = '{}' WHERE seq = 1",
			"DELETE FROM timeline",
			"INSERT INTO quotas VALUES ('j', 'land', 2026, 10, 0, 0)",
			"INSERT INTO quota_ledger (effect, n, jurisdiction, resource, year, act, project, amount, place, actor_user, actor_role, actor_party, actor_jurisdiction, actor_on_behalf_of, clause, note, at) VALUES ('e', 0, 'j', 'land', 2026, 'add', '', 10, 0, '', '', '', '', '', '', '', '2026-03-02 10:00:00+00:00')",
			"UPDATE quota_ledger SET amount = 11",
			"DELETE FROM quota_ledger",
		}
		if s.dialect == PostgreSQL {
			statements = append(statements, "TRUNCATE timeline", "TRUNCATE quota_ledger")
		} else {
			statements = append(statements, "REPLACE INTO timeline SELECT * FROM timeline WHERE seq = 1")
		}
		for _, q := range statements {
			err := s.db.Exec(q).Error
			if strings.HasPrefix(q, "INSERT") {
				require.NoError(t, err)
				continue
			}
			require.ErrorContains(t, err, "only ever appended to", q)
		}
		require.NoError(t, s.VerifyChain(t.Context(), l.name))
	})
}

func TestAnyTamperingBreaksTheChain(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00").approving()
		triggers := "ALTER TABLE timeline DISABLE TRIGGER ALL"
		if s.dialect == SQLite {
			triggers = "DROP TRIGGER timeline_keeps_update"
			exec(t, s, "DROP TRIGGER timeline_keeps_delete")
		}
		exec(t, s, triggers)
		for _, tamper := range []string{
			"UPDATE timeline SET data = '{}' WHERE seq = 2",
			"UPDATE timeline SET actor_user = 'someone' WHERE seq = 2",
			"UPDATE timeline SET clause = 'X' WHERE seq = 2",
			"UPDATE timeline SET late = TRUE WHERE seq = 2",
			"UPDATE timeline SET hash = 'X' WHERE seq = 2",
			"DELETE FROM timeline WHERE seq = 2",
			"DELETE FROM timeline WHERE seq >= 5",
			"UPDATE timeline SET seq = seq + 1000 WHERE seq >= 5",
		} {
			tx := s.db.Begin()
			require.NoError(t, tx.Exec(tamper).Error)
			head, _, err := one(tx, func(r row, h *entityModel) error { return r.Scan(&h.Name, &h.LastSeq, &h.LastHash) },
				"SELECT name, last_seq, last_hash FROM entities")
			require.NoError(t, err)
			require.ErrorIs(t, eachLine(tx, head, func(domain.Entry) error { return nil }), ErrDiverged, tamper)
			require.NoError(t, tx.Rollback().Error)
		}
		require.NoError(t, s.VerifyChain(t.Context(), l.name))
		require.Equal(t, domain.KindNotFound, domain.AsError(s.VerifyChain(t.Context(), "project/none")).Kind)
	})
}

// together runs f in n goroutines that begin at the same moment; all must succeed.
func together(t *testing.T, n int, f func(i int) error) {
	t.Helper()
	start := make(chan struct{})
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = f(i)
		})
	}
	close(start)
	wg.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
}

func exec(t *testing.T, s *Store, query string, args ...any) {
	t.Helper()
	require.NoError(t, s.db.Exec(query, args...).Error)
}

func count(t *testing.T, s *Store, table string) int {
	t.Helper()
	n, _, err := one(s.db, scalar[int], "SELECT count(*) FROM "+table)
	require.NoError(t, err)
	return n
}

// dump writes every row of every table down, sorted, so that two states of a database can be compared.
func dump(t *testing.T, s *Store, without ...string) string {
	t.Helper()
	var lines []string
	for table := range s.tables(t) {
		if !strings.Contains(strings.Join(without, " "), table) {
			lines = append(lines, dumpTable(t, s, table)...)
		}
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}

func dumpTable(t *testing.T, s *Store, table string) (lines []string) {
	t.Helper()
	rs, err := s.db.Raw("SELECT * FROM " + table).Rows()
	require.NoError(t, err)
	defer rs.Close() //nolint:errcheck // only read
	columns, err := rs.Columns()
	require.NoError(t, err)
	for rs.Next() {
		values := make([]any, len(columns))
		places := make([]any, len(columns))
		for i := range values {
			places[i] = &values[i]
		}
		require.NoError(t, rs.Scan(places...))
		for i, v := range values {
			if when, is := v.(time.Time); is {
				values[i] = when.UTC().Format(time.RFC3339Nano)
			}
			if columns[i] == "changed" { // when it was written, not what
				values[i] = "-"
			}
		}
		lines = append(lines, fmt.Sprintf("%s %q", table, values))
	}
	require.NoError(t, rs.Err())
	return lines
}
