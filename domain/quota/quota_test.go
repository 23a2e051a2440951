package quota_test

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"milepost/domain"
	"milepost/domain/quota"
)

func mu(n string) decimal.Decimal { return decimal.RequireFromString(n) }

func day(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }

func claim(project, amount string, rank, since int) quota.Claim {
	return quota.Claim{Project: project, Amount: mu(amount), Rank: rank, Since: day(since)}
}

// acts writes entries as "act project amount".
func acts(es []quota.Entry) []string {
	var out []string
	for _, e := range es {
		out = append(out, fmt.Sprintf("%s %s %s", e.Act, e.Project, e.Amount))
	}
	return out
}

func TestTheLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		before []quota.Claim // all ask while nothing is there
		grant  string
		want   []string
	}{
		{"what fits is reserved", []quota.Claim{claim("a", "60", 2, 1)}, "60", []string{"add  60", "reserve a 60"}},
		{"what does not fit waits", []quota.Claim{claim("a", "60", 2, 1)}, "59.9999", []string{"add  59.9999"}},
		{"a higher level goes first", []quota.Claim{claim("county", "50", 3, 1), claim("nation", "50", 0, 2)}, "50", []string{"add  50", "reserve nation 50"}},
		{"the same level goes by date", []quota.Claim{claim("later", "50", 2, 2), claim("earlier", "50", 2, 1)}, "50", []string{"add  50", "reserve earlier 50"}},
		{"the same day goes by project, so that the order is always the same", []quota.Claim{claim("b", "50", 2, 1), claim("a", "50", 2, 1)}, "50", []string{"add  50", "reserve a 50"}},
		{"a smaller one behind never overtakes", []quota.Claim{claim("large", "100", 2, 1), claim("small", "1", 2, 2)}, "99", []string{"add  99"}},
		{"the line moves as far as it goes", []quota.Claim{claim("a", "40", 2, 1), claim("b", "40", 2, 2), claim("c", "40", 2, 3)}, "90", []string{"add  90", "reserve a 40", "reserve b 40"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var a quota.Account
			for i, claim := range c.before {
				es, err := a.Reserve(quota.Holding{Project: claim.Project}, claim)
				require.NoError(t, err)
				require.Len(t, es, 1)
				require.Equal(t, quota.Wait, es[0].Act)
				require.Equal(t, a.Place(claim.Project), es[0].Place)
				require.Len(t, a.Line, i+1)
			}
			es, err := a.Grant(mu(c.grant))
			require.NoError(t, err)
			require.Equal(t, c.want, acts(es))
		})
	}
}

func TestBenefitCountsWithinALevel(t *testing.T) {
	t.Parallel()
	var a quota.Account
	for i, benefit := range []string{"10", "30", "20"} {
		c := claim(fmt.Sprint("p", i), "1", 2, 1)
		c.Benefit = mu(benefit)
		_, err := a.Reserve(quota.Holding{}, c)
		require.NoError(t, err)
	}
	es, err := a.Grant(mu("3"))
	require.NoError(t, err)
	require.Equal(t, []string{"add  3", "reserve p1 1", "reserve p2 1", "reserve p0 1"}, acts(es))
}

func TestOneOfAHigherLevelComesToTheHeadAndHoldsTheLine(t *testing.T) {
	t.Parallel()
	var a quota.Account
	_, err := a.Grant(mu("50"))
	require.NoError(t, err)
	es, err := a.Reserve(quota.Holding{}, claim("nation", "80", 0, 1))
	require.NoError(t, err)
	require.Equal(t, []string{"wait nation 80"}, acts(es))
	es, err = a.Reserve(quota.Holding{}, claim("city", "10", 2, 2))
	require.NoError(t, err)
	require.Equal(t, []string{"wait city 10"}, acts(es), "ten are free, but not for those behind")
	require.Equal(t, 2, es[0].Place)
	require.Equal(t, []string{"leave nation 80", "reserve city 10"}, acts(a.Release(quota.Holding{Project: "nation"})))
}

func TestAReservationIsCommittedAndFreed(t *testing.T) {
	t.Parallel()
	var a quota.Account
	_, err := a.Grant(mu("100"))
	require.NoError(t, err)
	_, err = a.Reserve(quota.Holding{}, claim("a", "70", 2, 1))
	require.NoError(t, err)
	_, err = a.Reserve(quota.Holding{}, claim("b", "50", 2, 2))
	require.NoError(t, err)
	held := quota.Holding{Project: "a", Amount: mu("70"), State: quota.Reserved}
	es, err := a.Commit(held)
	require.NoError(t, err)
	require.Equal(t, []string{"commit a 70"}, acts(es))
	held.State = quota.Committed
	require.Equal(t, []string{"free a 70", "reserve b 50"}, acts(a.Release(held)))
	require.Equal(t, []string{"free a 0"}, acts(a.Release(quota.Holding{Project: "a"})), "nothing to free is said so")
}

func TestWhatTheLedgerRefuses(t *testing.T) {
	t.Parallel()
	a := quota.Account{Total: mu("100"), Reserved: mu("60"), Line: []quota.Claim{claim("b", "50", 2, 1)}}
	_, err := a.Grant(mu("-41"))
	require.Equal(t, "quota.used", domain.CodeOf(err))
	_, err = a.Grant(mu("0"))
	require.Equal(t, "quota.amount", domain.CodeOf(err))
	_, err = a.Reserve(quota.Holding{}, claim("a", "0", 2, 1))
	require.Equal(t, "quota.amount", domain.CodeOf(err))
	_, err = a.Reserve(quota.Holding{State: quota.Reserved}, claim("a", "1", 2, 1))
	require.Equal(t, "quota.held", domain.CodeOf(err))
	_, err = a.Reserve(quota.Holding{}, claim("b", "1", 2, 1))
	require.Equal(t, "quota.waiting", domain.CodeOf(err))
	for _, state := range []quota.State{quota.Nothing, quota.Committed} {
		_, err = a.Commit(quota.Holding{Project: "a", State: state})
		require.Equal(t, "quota.not-reserved", domain.CodeOf(err))
	}
	es, err := a.Grant(mu("-40"))
	require.NoError(t, err)
	require.Equal(t, []string{"cut  40"}, acts(es))
}

// model is a ledger kept the plain way: everything is worked out again from lists.
type model struct {
	total   int64
	held    map[string]quota.Holding
	waiting []quota.Claim
}

func (m *model) used() int64 {
	var n int64
	for _, h := range m.held {
		n += h.Amount.IntPart()
	}
	return n
}

func (m *model) serve() {
	sort.Slice(m.waiting, func(i, j int) bool {
		a, b := m.waiting[i], m.waiting[j]
		switch {
		case a.Rank != b.Rank:
			return a.Rank < b.Rank
		case !a.Benefit.Equal(b.Benefit):
			return a.Benefit.GreaterThan(b.Benefit)
		case !a.Since.Equal(b.Since):
			return a.Since.Before(b.Since)
		default:
			return a.Project < b.Project
		}
	})
	for len(m.waiting) > 0 && m.used()+m.waiting[0].Amount.IntPart() <= m.total {
		c := m.waiting[0]
		m.held[c.Project] = quota.Holding{Project: c.Project, Amount: c.Amount, State: quota.Reserved}
		m.waiting = m.waiting[1:]
	}
}

func TestTheArithmeticAgreesWithAPlainModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, agreesWithAPlainModel)
}

// FuzzQuota is the same, led by what the code has not done yet.
func FuzzQuota(f *testing.F) {
	for seed := range byte(16) {
		stream := make([]byte, 12<<10)
		_, _ = rand.NewChaCha8([32]byte{seed}).Read(stream) // never fails
		f.Add(stream)
	}
	f.Fuzz(rapid.MakeFuzz(agreesWithAPlainModel))
}

// agreesWithAPlainModel does a number of acts on an account and on a plain model of one.
func agreesWithAPlainModel(t *rapid.T) {
	var a quota.Account
	m := model{held: map[string]quota.Holding{}}
	var ledger []quota.Entry
	number := func(name string, low, high int) int { return rapid.IntRange(low, high).Draw(t, name) }
	for range number("acts", 1, 60) {
		project := fmt.Sprint("p", number("project", 0, 7))
		h := m.held[project]
		h.Project = project
		var es []quota.Entry
		var err error
		switch number("act", 0, 4) {
		case 0:
			n := int64(number("grant", -30, 60))
			if es, err = a.Grant(decimal.NewFromInt(n)); err == nil {
				m.total += n
			} else {
				require.True(t, n == 0 || m.used() > m.total+n)
			}
		case 1, 2:
			c := quota.Claim{
				Project: project, Amount: decimal.NewFromInt(int64(number("amount", 1, 40))), Rank: number("rank", 0, 3),
				Benefit: decimal.NewFromInt(int64(number("benefit", 0, 2))), Since: day(number("day", 1, 5)),
			}
			waits := false
			for _, w := range m.waiting {
				waits = waits || w.Project == project
			}
			if es, err = a.Reserve(h, c); err == nil {
				m.waiting = append(m.waiting, c)
			} else {
				require.True(t, waits || h.State != quota.Nothing)
			}
		case 3:
			if es, err = a.Commit(h); err == nil {
				h.State = quota.Committed
				m.held[project] = h
			} else {
				require.NotEqual(t, quota.Reserved, h.State)
			}
		case 4:
			es = a.Release(h)
			delete(m.held, project)
			var rest []quota.Claim
			for _, w := range m.waiting {
				if w.Project != project {
					rest = append(rest, w)
				}
			}
			m.waiting = rest
		}
		m.serve()
		ledger = append(ledger, es...)
		agree(t, a, m, ledger)
	}
}

// agree holds the account against the model and against the sum of the ledger.
func agree(t *rapid.T, a quota.Account, m model, ledger []quota.Entry) {
	require.Equal(t, m.total, a.Total.IntPart())
	require.Equal(t, m.used(), a.Reserved.Add(a.Committed).IntPart())
	require.False(t, a.Free().IsNegative(), "never more than there is")
	require.Len(t, a.Line, len(m.waiting))
	for i, c := range a.Line {
		require.Equal(t, m.waiting[i].Project, c.Project)
	}
	total, reserved, committed := decimal.Zero, decimal.Zero, decimal.Zero
	state := map[string]quota.Act{}
	for _, e := range ledger {
		switch e.Act {
		case quota.Add:
			total = total.Add(e.Amount)
		case quota.Cut:
			total = total.Sub(e.Amount)
		case quota.Reserve:
			reserved = reserved.Add(e.Amount)
			state[e.Project] = quota.Reserve
		case quota.Commit:
			reserved, committed = reserved.Sub(e.Amount), committed.Add(e.Amount)
			state[e.Project] = quota.Commit
		case quota.Free:
			if state[e.Project] == quota.Commit {
				committed = committed.Sub(e.Amount)
			} else {
				reserved = reserved.Sub(e.Amount)
			}
		case quota.Wait, quota.Leave:
		}
	}
	require.True(t, total.Equal(a.Total))
	require.True(t, reserved.Equal(a.Reserved), "the ledger adds up")
	require.True(t, committed.Equal(a.Committed))
}
