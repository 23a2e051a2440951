package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
)

// effectRows puts effects of two entities into the outbox.
func effectRows(t *testing.T, s *Store, entities, each int) {
	t.Helper()
	var ms []effectModel
	for e := range entities {
		for i := range each {
			name := fmt.Sprint("project/p", e)
			ms = append(ms, effectModel{ID: fmt.Sprintf("%s/%d/0", name, i+1), Entity: name, Seq: int64(i + 1), Kind: "test", Data: "{}", State: outPending, TryAt: exact(s.now())})
		}
	}
	require.NoError(t, insert(s.db, ms))
}

func ids(claimed []ClaimedEffect) []string {
	var out []string
	for _, c := range claimed {
		out = append(out, strings.TrimPrefix(c.ID, "project/"))
	}
	return out
}

func TestEffectsOfOneEntityComeInOrder(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		now := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
		s.now = func() time.Time { return now }
		effectRows(t, s, 2, 11)
		claim := func() []ClaimedEffect {
			t.Helper()
			got, err := s.ClaimEffects(t.Context(), 10, time.Minute)
			require.NoError(t, err)
			return got
		}
		first := claim()
		require.Equal(t, []string{"p0/1/0", "p1/1/0"}, ids(first))
		require.Empty(t, claim(), "each is held, and those behind wait")
		require.NoError(t, s.EffectDone(t.Context(), first[0].ID))
		require.Equal(t, []string{"p0/2/0"}, ids(claim()))
		now = now.Add(time.Minute)
		again := claim()
		require.Equal(t, []string{"p0/2/0", "p1/1/0"}, ids(again), "a lease that ran out is claimed anew")
		require.Equal(t, 2, again[1].Attempt)

		require.NoError(t, s.EffectFailed(t.Context(), first[1], errors.New("zombie"), true))
		require.NoError(t, s.EffectFailed(t.Context(), again[1], errors.New("down"), false))
		require.Empty(t, claim(), "it waits a little")
		now = now.Add(2 * time.Second)
		third := claim()
		require.Equal(t, []string{"p1/1/0"}, ids(third))
		require.NoError(t, s.EffectFailed(t.Context(), third[0], errors.New(strings.Repeat("错", 1000)+"\x00\xff"), true))
		require.Equal(t, []string{"p1/2/0"}, ids(claim()), "a dead one holds nobody up")

		dead, err := s.DeadEffects(t.Context(), 10)
		require.NoError(t, err)
		require.Len(t, dead, 1)
		require.Contains(t, dead[0].Error, "错")
		backlog, err := s.Backlog(t.Context())
		require.NoError(t, err)
		require.Equal(t, Backlog{PendingEffects: 20, DeadEffects: 1}, backlog)
		require.NoError(t, s.RetryEffect(t.Context(), Operator, dead[0].ID))
		require.Equal(t, "effect.unknown", domain.CodeOf(s.RetryEffect(t.Context(), Operator, dead[0].ID)))
	})
}

func TestAnActThatWasOvertakenIsNotTakenUpAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		require.NoError(t, s.AddQuota(t.Context(), grant("g1", "100")))
		dead := func(name string, acts ...project.QuotaAct) {
			t.Helper()
			for i, act := range acts {
				data, err := json.Marshal(act)
				require.NoError(t, err)
				require.NoError(t, insert(s.db, []effectModel{{
					ID: fmt.Sprintf("%s/%d/0", name, i+9), Entity: name, Seq: int64(i + 9), Kind: project.EffectQuota, Data: string(data), State: outDead, TryAt: exact(s.now()),
				}}))
			}
		}
		act := func(effect string, a project.QuotaAct) error {
			_, err := s.Quota(t.Context(), effect, a)
			return err
		}
		water := reserve("a", "5")
		water.Resource = "water"

		// A reservation died, the project has left, and its release was carried out.
		dead("project/a", reserve("a", "60"), with("free", reserve("a", "")), water)
		require.NoError(t, act("project/a/10/0", with("free", reserve("a", ""))))
		require.Equal(t, "effect.overtaken", domain.CodeOf(s.RetryEffect(t.Context(), Operator, "project/a/9/0")))
		require.Equal(t, "effect.overtaken", domain.CodeOf(act("project/a/9/0", reserve("a", "60"))), "nor by a worker that was slow")
		require.NoError(t, s.RetryEffect(t.Context(), Operator, "project/a/11/0"), "another resource is another matter")

		// A release died, and the project has reserved anew.
		dead("project/b", with("free", reserve("b", "")), reserve("b", "10"))
		require.NoError(t, act("project/b/10/0", reserve("b", "10")))
		require.Equal(t, "effect.overtaken", domain.CodeOf(s.RetryEffect(t.Context(), Operator, "project/b/9/0")), "it would free what was reserved after it")

		// What was reserved and not told is told, whatever came after.
		dead("project/c", reserve("c", "20"), with("commit", reserve("c", "")))
		require.NoError(t, act("project/c/9/0", reserve("c", "20")))
		require.NoError(t, act("project/c/10/0", with("commit", reserve("c", ""))))
		require.NoError(t, s.RetryEffect(t.Context(), Operator, "project/c/9/0"))

		// Nothing has come after it yet.
		dead("project/d", reserve("d", "20"), with("free", reserve("d", "")))
		require.NoError(t, s.RetryEffect(t.Context(), Operator, "project/d/9/0"))
		balanced(t, s)
	})
}

func TestTheTenthEffectComesAfterTheNinth(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		effectRows(t, s, 1, 11)
		for i := range 11 {
			got, err := s.ClaimEffects(t.Context(), 10, time.Minute)
			require.NoError(t, err)
			require.Equal(t, []string{fmt.Sprintf("p0/%d/0", i+1)}, ids(got))
			require.NoError(t, s.EffectDone(t.Context(), got[0].ID))
		}
	})
}

func TestNoTwoWorkersHoldOneEffect(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		effectRows(t, s, 40, 2)
		var mu sync.Mutex
		held := map[string]int{}
		together(t, 16, func(int) error {
			for {
				got, err := s.ClaimEffects(t.Context(), 3, time.Hour)
				if err != nil || len(got) == 0 {
					return err
				}
				if len(got) > 3 {
					return errors.New("more than asked for")
				}
				for _, e := range got {
					mu.Lock()
					held[e.ID]++
					mu.Unlock()
					if err := s.EffectDone(t.Context(), e.ID); err != nil {
						return err
					}
				}
			}
		})
		// Some second effects may have come after every worker had gone home.
		for {
			got, err := s.ClaimEffects(t.Context(), 100, time.Hour)
			require.NoError(t, err)
			if len(got) == 0 {
				break
			}
			for _, e := range got {
				held[e.ID]++
				require.NoError(t, s.EffectDone(t.Context(), e.ID))
			}
		}
		require.Len(t, held, 80)
		for id, n := range held {
			require.Equal(t, 1, n, id)
		}
	})
}

func TestBackoffDoublesToTenMinutes(t *testing.T) {
	t.Parallel()
	for attempt, want := range map[int]time.Duration{1: time.Second, 2: 2 * time.Second, 5: 16 * time.Second, 11: 10 * time.Minute, 1000: 10 * time.Minute} {
		require.Equal(t, want, backoff(attempt))
	}
}

func TestSupervisionNoticesAreCountedByQuarter(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		development := domain.Party{Kind: domain.PartyDepartment, Code: "development"}
		idle := func(id, jurisdiction string) {
			f := profile()
			f.Jurisdiction = jurisdiction
			l := begin(t, s, id, "2026-03-02 10:00").declaredAs(f).approving()
			l.submit("initiation") // due on 16 March, supervised the working day after
			l.until("2026-03-18 10:00")
		}
		idle("p1", "shangluo")
		idle("p2", "shangluo")
		idle("p3", "elsewhere")
		for moment, want := range map[string]int{"2026-01-01 00:00": 2, "2026-03-31 23:59": 2, "2026-04-01 00:00": 0, "2025-12-31 23:59": 0} {
			got, err := s.CountSupervision(t.Context(), "project/p1", development, on(moment))
			require.NoError(t, err)
			require.Equal(t, want, got, moment)
		}
		got, err := s.CountSupervision(t.Context(), "project/p3", development, on("2026-03-31 10:00"))
		require.NoError(t, err)
		require.Equal(t, 1, got)
		got, err = s.CountSupervision(t.Context(), "project/p1", domain.Party{Kind: domain.PartyDepartment, Code: "resources"}, on("2026-03-31 10:00"))
		require.NoError(t, err)
		require.Zero(t, got)
	})
}

func TestAQuarterIsACivilQuarter(t *testing.T) {
	t.Parallel()
	from, to := quarter(on("2026-12-31 23:59"))
	require.Equal(t, on("2026-10-01 00:00").UTC(), from)
	require.Equal(t, on("2027-01-01 00:00").UTC(), to)
}
