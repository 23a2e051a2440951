package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"pgregory.net/rapid"

	"milepost/domain"
	"milepost/domain/project"
	"milepost/domain/quota"
)

func reserve(projectID, amount string) project.QuotaAct {
	return project.QuotaAct{Act: "reserve", Jurisdiction: "shangluo", Project: projectID, Resource: "land", Year: 2026, Amount: amount, Rank: 2, Clause: "GG-3n"}
}

func with(act string, a project.QuotaAct) project.QuotaAct {
	a.Act = act
	return a
}

func grant(id, amount string) QuotaGrant {
	return QuotaGrant{ID: id, Jurisdiction: "shangluo", Resource: "land", Year: 2026, Amount: amount, By: office, Clause: "GG-3n", Note: "省下达", At: on("2026-01-05 10:00")}
}

func TestAQuotaIsReservedCommittedAndFreed(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		act := func(effect string, a project.QuotaAct) []Reservation {
			t.Helper()
			got, err := s.Quota(t.Context(), effect, a)
			require.NoError(t, err)
			return got
		}
		require.Equal(t, []Reservation{{"a", "land", 2026, false, 1}}, act("e1", reserve("a", "60.5")), "nothing was granted yet")
		require.NoError(t, s.AddQuota(t.Context(), grant("g1", "100")))
		require.Equal(t, []Reservation{{"b", "land", 2026, false, 1}}, act("e2", reserve("b", "39.5001")))
		require.Empty(t, act("e3", with("commit", reserve("a", "60.5"))))

		quotas, err := s.Quotas(t.Context(), Everything, QuotaQuery{})
		require.NoError(t, err)
		require.Len(t, quotas, 1)
		q := quotas[0]
		require.Equal(t, []string{"100", "0", "60.5", "39.5", "39.5001"},
			[]string{q.Total.String(), q.Reserved.String(), q.Committed.String(), q.Free.String(), q.WaitingFor.String()})
		require.Equal(t, 1, q.Waiting)

		require.Equal(t, []Reservation{{"b", "land", 2026, true, 0}}, act("e4", with("free", reserve("a", ""))))
		require.Empty(t, act("e5", with("free", reserve("a", ""))), "there is nothing left to free")
		require.Equal(t, []Reservation{{"b", "land", 2026, true, 0}}, act("e4", with("free", reserve("a", ""))), "asked again, the same answer")

		_, err = s.Quota(t.Context(), "e6", with("commit", reserve("a", "1")))
		require.Equal(t, "quota.not-reserved", domain.CodeOf(err))
		_, err = s.Quota(t.Context(), "e7", reserve("b", "1"))
		require.Equal(t, "quota.held", domain.CodeOf(err))
		_, err = s.Quota(t.Context(), "e8", with("give", reserve("b", "1")))
		require.Equal(t, "quota.act", domain.CodeOf(err))
		for _, amount := range []string{"", "x", "1.00001", "-1", "0", "1e99", "NaN"} {
			_, err = s.Quota(t.Context(), "e9", reserve("c", amount))
			require.Equal(t, "quota.amount", domain.CodeOf(err), amount)
		}
		_, err = s.Quota(t.Context(), "e9", reserve("c", "1.00001"))
		require.Equal(t, "OWN-210", domain.AsError(err).Clause)
		_, err = s.Quota(t.Context(), "e10", project.QuotaAct{Act: "free", Project: "a"})
		require.Equal(t, "quota.key", domain.CodeOf(err))
		balanced(t, s)
	})
}

func TestAGrantIsMadeOnceAndMovesTheLine(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		_, err := s.Quota(t.Context(), "e1", reserve("a", "60"))
		require.NoError(t, err)
		_, err = s.Quota(t.Context(), "e2", reserve("b", "60"))
		require.NoError(t, err)
		together(t, 8, func(int) error { return s.AddQuota(t.Context(), grant("g1", "130")) })
		balanced(t, s)

		claimed, err := s.ClaimEffects(t.Context(), 10, time.Minute)
		require.NoError(t, err)
		require.Len(t, claimed, 1, "the projects served are told once")
		require.Equal(t, project.EffectQuota, claimed[0].Kind)
		var act project.QuotaAct
		require.NoError(t, json.Unmarshal(claimed[0].Data, &act))
		served, err := s.Quota(t.Context(), claimed[0].ID, act)
		require.NoError(t, err)
		require.Equal(t, []Reservation{{"a", "land", 2026, true, 0}, {"b", "land", 2026, true, 0}}, served)

		other := grant("g1", "131")
		require.Equal(t, "idempotency.mismatch", domain.CodeOf(s.AddQuota(t.Context(), other)))
		other = grant("g1", "130")
		other.By = owner
		require.Equal(t, "idempotency.mismatch", domain.CodeOf(s.AddQuota(t.Context(), other)))
		require.Equal(t, "quota.used", domain.CodeOf(s.AddQuota(t.Context(), grant("g2", "-10.0001"))))
		require.NoError(t, s.AddQuota(t.Context(), grant("g3", "-10")))
		require.Equal(t, "quota.amount", domain.CodeOf(s.AddQuota(t.Context(), grant("g4", "0"))))
		balanced(t, s)
	})
}

// GG-3e, XN-8e: the energy quota goes first to projects with high benefit, by the tax that they declared.
func TestBenefitIsTheFigureThatThePackRanksBy(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		for i, a := range []project.QuotaAct{
			{Project: "declares none", Amount: "10", Investment: 9_000, Benefit: "tax"},
			{Project: "pays little a tonne", Amount: "100", AnnualTax: 1_000, Benefit: "tax"},
			{Project: "pays much a tonne", Amount: "10", AnnualTax: 500, Benefit: "tax"},
			{Project: "is not ranked", Amount: "1", AnnualTax: 500, Investment: 500},
		} {
			a.Act, a.Jurisdiction, a.Resource, a.Year = "reserve", "shangluo", "energy", 2026
			_, err := s.Quota(t.Context(), fmt.Sprint("e", i), a)
			require.NoError(t, err)
		}
		line, err := s.WaitingLine(t.Context(), Everything, "shangluo", "energy", 2026)
		require.NoError(t, err)
		var order, benefit []string
		for _, w := range line {
			order, benefit = append(order, w.Project), append(benefit, w.Benefit.String())
		}
		require.Equal(t, []string{"50", "10", "0", "0"}, benefit)
		require.Equal(t, []string{"pays much a tonne", "pays little a tonne", "declares none", "is not ranked"}, order)
	})
}

func TestTheLineIsReadInItsOrder(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		cityWith(t, s)
		for i, a := range []project.QuotaAct{
			{Project: "p1", Amount: "10", Rank: 3},
			{Project: "p2", Amount: "10", Rank: 2, Benefit: "investment", Investment: 100},
			{Project: "p3", Amount: "10", Rank: 2, Benefit: "investment", Investment: 300},
		} {
			a.Act, a.Jurisdiction, a.Resource, a.Year = "reserve", "shangluo", "land", 2026
			_, err := s.Quota(t.Context(), fmt.Sprint("e", i), a)
			require.NoError(t, err)
		}
		line, err := s.WaitingLine(t.Context(), Everything, "shangluo", "land", 2026)
		require.NoError(t, err)
		require.Equal(t, []string{"p3", "p2", "p1"}, []string{line[0].Project, line[1].Project, line[2].Project})
		require.Equal(t, "30", line[0].Benefit.String())
		require.Equal(t, "丹凤公路_一期", line[0].Name)
		place, err := s.WaitingPlaces(t.Context(), Viewer{Owners: []string{"builder"}}, "p2")
		require.NoError(t, err)
		require.Len(t, place, 1)
		require.Equal(t, 2, place[0].Place)
		_, err = s.WaitingPlaces(t.Context(), Viewer{Owners: []string{"builder"}}, "p3")
		require.Equal(t, domain.KindNotFound, domain.AsError(err).Kind)

		for _, c := range []struct {
			name            string
			v               Viewer
			quotas, ledgers int
		}{
			{"the city", Viewer{Jurisdictions: []string{"shangluo"}}, 1, 3},
			{"a district sees its project's line of the city's ledger", Viewer{Jurisdictions: []string{"danfeng"}}, 0, 1},
			{"a department of the city", Viewer{Departments: []Seat{{"shangluo", "resources"}}}, 1, 3},
			{"an owner sees the lines of the own projects", Viewer{Owners: []string{"builder"}}, 0, 2},
			{"nobody", Viewer{}, 0, 0},
		} {
			quotas, err := s.Quotas(t.Context(), c.v, QuotaQuery{Jurisdiction: "shangluo", Resource: "land", Year: 2026})
			require.NoError(t, err)
			require.Len(t, quotas, c.quotas, c.name)
			ledger, err := s.Ledger(t.Context(), c.v, LedgerQuery{})
			require.NoError(t, err)
			require.Len(t, ledger.Rows, c.ledgers, c.name)
			line, err := s.WaitingLine(t.Context(), c.v, "shangluo", "land", 2026)
			require.NoError(t, err)
			require.Len(t, line, 3*c.quotas, c.name)
		}
		first, err := s.Ledger(t.Context(), Everything, LedgerQuery{Page: Page{Limit: 2}})
		require.NoError(t, err)
		rest, err := s.Ledger(t.Context(), Everything, LedgerQuery{Page: Page{Limit: 2, Cursor: first.Next}})
		require.NoError(t, err)
		require.Equal(t, []string{"p3", "p2", "p1"}, []string{first.Rows[0].Project, first.Rows[1].Project, rest.Rows[0].Project})
		require.Equal(t, "wait", first.Rows[0].Act)
		own, err := s.Ledger(t.Context(), Everything, LedgerQuery{Project: "p1"})
		require.NoError(t, err)
		require.Len(t, own.Rows, 1)
	})
}

func TestALedgerLineNamesWhoAskedAndWhen(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00").confirmed("118")
		claimed, err := s.ClaimEffects(t.Context(), 10, time.Minute)
		require.NoError(t, err)
		require.Len(t, claimed, 1)
		var act project.QuotaAct
		require.NoError(t, json.Unmarshal(claimed[0].Data, &act))
		answer, err := s.Quota(t.Context(), claimed[0].ID, act)
		require.NoError(t, err)
		require.Equal(t, []Reservation{{"p1", "land", 2026, false, 1}}, answer)
		require.NoError(t, s.EffectDone(t.Context(), claimed[0].ID))
		ledger, err := s.Ledger(t.Context(), Everything, LedgerQuery{})
		require.NoError(t, err)
		line := ledger.Rows[0]
		require.Equal(t, handler("resources"), line.By)
		require.Equal(t, l.now.UTC(), line.At)
		require.Equal(t, "118", line.Amount.String())
		require.NotEmpty(t, line.Clause)
		require.Equal(t, "城区供水管网改造工程", line.ProjectName)
	})
}

// OWN-105a: who enters late when a need was confirmed does not step before those who wait since.
func TestALateEntryDoesNotJumpTheLine(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		late := begin(t, s, "p1", "2026-03-02 10:00").approving()
		late.grantAll()
		begin(t, s, "p2", "2026-03-03 10:00").confirmed("100")
		late.now = on("2026-03-04 10:00")
		c := late.command(handler("resources"), project.ConfirmNeed{Resource: "land", Year: 2026, Amount: "100", Note: "核减"})
		c.OccurredAt, c.Basis = on("2026-03-02 15:00"), "签收单"
		entries, err := late.p.Decide(c, late.now, rulebook())
		require.NoError(t, err)
		late.evolve(entries)
		require.NoError(t, s.Record(t.Context(), late.name, entries, nil))

		claimed, err := s.ClaimEffects(t.Context(), 10, time.Minute)
		require.NoError(t, err)
		for _, e := range claimed {
			var act project.QuotaAct
			require.NoError(t, json.Unmarshal(e.Data, &act))
			_, err := s.Quota(t.Context(), e.ID, act)
			require.NoError(t, err)
		}
		line, err := s.WaitingLine(t.Context(), Everything, "shangluo", "land", 2026)
		require.NoError(t, err)
		require.Equal(t, []string{"p2", "p1"}, []string{line[0].Project, line[1].Project})
		require.Equal(t, on("2026-03-04 10:00").UTC(), line[1].Since)
	})
}

func TestTheDatabaseItselfRefusesMoreThanThereIs(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		require.NoError(t, s.AddQuota(t.Context(), grant("g1", "10")))
		for _, q := range []string{
			"UPDATE quotas SET reserved = 100001", "UPDATE quotas SET reserved = 50000, committed = 50001",
			"UPDATE quotas SET total = -1", "UPDATE quotas SET reserved = -1",
		} {
			require.ErrorIs(t, s.db.Exec(q).Error, gorm.ErrCheckConstraintViolated, q)
		}
	})
}

// Sixteen workers reserve, commit, free and grant at random: there is never more given than there is, and the
// ledger always adds up.
func TestAStormOfActsNeverGivesMoreThanThereIs(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		require.NoError(t, s.AddQuota(t.Context(), grant("g", "100")))
		together(t, 16, func(worker int) error {
			r := rand.New(rand.NewPCG(7, uint64(worker))) // a storm that can be repeated
			for i := range 12 {
				effect := fmt.Sprintf("w%d/%d", worker, i)
				a := reserve(fmt.Sprint("p", r.IntN(10)), fmt.Sprint(1+r.IntN(60)))
				a.Rank = r.IntN(4)
				var err error
				switch r.IntN(6) {
				case 0:
					err = s.AddQuota(t.Context(), grant(effect, fmt.Sprint(r.IntN(40)-19)))
				case 1:
					_, err = s.Quota(t.Context(), effect, with("commit", a))
				case 2:
					_, err = s.Quota(t.Context(), effect, with("free", a))
				default:
					_, err = s.Quota(t.Context(), effect, a)
				}
				if err != nil && domain.AsError(err) == nil {
					return err
				}
			}
			return nil
		})
		balanced(t, s)
		// In the end all is given back.
		for i := range 10 {
			_, err := s.Quota(t.Context(), fmt.Sprint("end", i), with("free", reserve(fmt.Sprint("p", i), "")))
			require.NoError(t, err)
		}
		balanced(t, s)
		require.Zero(t, count(t, s, "quota_line"))
	})
}

func TestManyWorkersWithOneEffectActOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		require.NoError(t, s.AddQuota(t.Context(), grant("g", "100")))
		together(t, 16, func(int) error {
			got, err := s.Quota(t.Context(), "e", reserve("a", "30"))
			if err == nil && (len(got) != 1 || !got[0].Reserved) {
				return errors.New("another answer")
			}
			return err
		})
		require.Equal(t, 1, countWhere(t, s, "quota_ledger", "act = 'reserve'"))
		balanced(t, s)
	})
}

// What the store keeps is what the arithmetic says, act by act.
func TestTheStoreAgreesWithTheArithmetic(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		run := 0
		rapid.Check(t, func(r *rapid.T) {
			run++
			var a quota.Account
			held := map[string]quota.Holding{}
			place := fmt.Sprint("j", run) // an account of its own
			for i := range rapid.IntRange(1, 12).Draw(r, "acts") {
				id := rapid.SampledFrom([]string{"p1", "p2", "p3", "p4"}).Draw(r, "project")
				n := fmt.Sprint(rapid.IntRange(1, 40).Draw(r, "amount"))
				h := held[id]
				h.Project = id
				effect := fmt.Sprintf("%s/%d", place, i)
				act := reserve(id, n)
				act.Jurisdiction, act.Rank = place, rapid.IntRange(0, 3).Draw(r, "rank")
				var want []quota.Entry
				var refused, err error
				switch rapid.IntRange(0, 3).Draw(r, "act") {
				case 0:
					g := grant(effect, n)
					g.Jurisdiction = place
					want, refused = a.Grant(decimal.RequireFromString(n))
					err = s.AddQuota(t.Context(), g)
				case 1:
					want, refused = a.Commit(h)
					_, err = s.Quota(t.Context(), effect, with("commit", act))
				case 2:
					want = a.Release(h)
					_, err = s.Quota(t.Context(), effect, with("free", act))
				case 3:
					since, serr := s.causeOf(t.Context(), effect)
					require.NoError(r, serr)
					want, refused = a.Reserve(h, quota.Claim{Project: id, Amount: decimal.RequireFromString(n), Rank: act.Rank, Since: since.at})
					_, err = s.Quota(t.Context(), effect, act)
				}
				require.Equal(r, domain.CodeOf(refused), domain.CodeOf(err))
				for _, e := range want {
					switch e.Act {
					case quota.Reserve:
						held[e.Project] = quota.Holding{Amount: e.Amount, State: quota.Reserved}
					case quota.Commit:
						held[e.Project] = quota.Holding{Amount: e.Amount, State: quota.Committed}
					case quota.Free:
						delete(held, e.Project)
					case quota.Add, quota.Cut, quota.Wait, quota.Leave:
					}
				}
				got, err := s.Quotas(t.Context(), Everything, QuotaQuery{Jurisdiction: place})
				require.NoError(r, err)
				if len(got) == 0 {
					require.True(r, a.Total.IsZero())
					continue
				}
				require.Equal(r, []string{a.Total.String(), a.Reserved.String(), a.Committed.String()},
					[]string{got[0].Total.String(), got[0].Reserved.String(), got[0].Committed.String()})
				line, err := s.WaitingLine(t.Context(), Everything, place, "land", 2026)
				require.NoError(r, err)
				require.Len(r, line, len(a.Line))
				for i, c := range a.Line {
					require.Equal(r, c.Project, line[i].Project)
				}
			}
		})
		balanced(t, s)
	})
}

// balanced checks that every quota is within its total, that it is the sum of its holdings, and that the ledger
// adds up to it (I5).
func balanced(t *testing.T, s *Store) {
	t.Helper()
	require.Zero(t, countWhere(t, s, "quotas", "reserved + committed > total OR reserved < 0 OR committed < 0"))
	for _, column := range []string{"reserved", "committed"} {
		require.Zero(t, countWhere(t, s, "quotas q", column+` <> COALESCE((SELECT sum(amount) FROM quota_holdings h WHERE h.jurisdiction = q.jurisdiction
			AND h.resource = q.resource AND h.year = q.year AND h.state = '`+column+`'), 0)`), column)
	}
	require.Zero(t, countWhere(t, s, "quotas q", `total <> COALESCE((SELECT sum(CASE act WHEN 'add' THEN amount WHEN 'cut' THEN -amount ELSE 0 END)
		FROM quota_ledger l WHERE l.jurisdiction = q.jurisdiction AND l.resource = q.resource AND l.year = q.year), 0)`))
	require.Zero(t, countWhere(t, s, "quotas q", `reserved + committed <> COALESCE((SELECT sum(CASE act WHEN 'reserve' THEN amount WHEN 'free' THEN -amount ELSE 0 END)
		FROM quota_ledger l WHERE l.jurisdiction = q.jurisdiction AND l.resource = q.resource AND l.year = q.year), 0)`), "the sum of the ledger is what is used")
}
