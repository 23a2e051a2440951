package policy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/domain/calendar"
	"milepost/domain/policy"
)

func TestRulesAreFoundByTheirKeys(t *testing.T) {
	p := load(t, small)
	d, ok := p.Department("water")
	require.True(t, ok)
	require.Equal(t, "水务局", d.Name.Zh)
	r, ok := p.Resource("land")
	require.True(t, ok)
	require.Equal(t, int32(2), r.Scale)
	c, ok := p.PauseReason("hearing")
	require.True(t, ok)
	require.Equal(t, "OWN-3", c.Clause)
	for _, found := range []func(string) bool{
		func(k string) bool { _, ok := p.Department(k); return ok },
		func(k string) bool { _, ok := p.Resource(k); return ok },
		func(k string) bool { _, ok := p.PauseReason(k); return ok },
		func(k string) bool { _, ok := p.Item(k); return ok },
		func(k string) bool { _, ok := p.Ladder(k); return ok },
		func(k string) bool { _, ok := policy.Item{}.Paper(k); return ok },
	} {
		require.False(t, found("nothing"))
	}
}

func TestAProcedureAsksForItsItemsInThePacksOrder(t *testing.T) {
	p := load(t, change(t, "    after: [site]\n", "    after: [site]\n    procedures: [verification]\n"))
	keys := func(phase, procedure string) (ks []string) {
		for _, i := range p.ItemsOf(phase, procedure) {
			ks = append(ks, i.Key)
		}
		return ks
	}
	require.Equal(t, []string{"site", "design"}, keys("approval", "verification"))
	require.Equal(t, []string{"site"}, keys("approval", "filing"))
	require.Equal(t, []string{"acceptance"}, keys("completion", "filing"))
}

func TestAnItemsOwnLimitComesBeforeThePacks(t *testing.T) {
	p := load(t, small)
	require.Equal(t, policy.Step{Days: 10, Ladder: "plain", Clause: "SL-21a"}, p.DecisionStep(policy.Item{Clause: "XN-5"}))
	require.Equal(t, policy.Step{Days: 30, Ladder: "plain", Clause: "SL-21c"}, p.DecisionStep(policy.Item{Days: 30, Clause: "SL-21c"}))
	require.Equal(t, policy.Step{Days: 10, Ladder: "steep", Clause: "SL-21a"}, p.DecisionStep(policy.Item{Ladder: "steep", Clause: "XN-5"}))
}

func TestAClockStandsStillOnlyForTheItemsReasons(t *testing.T) {
	require.True(t, policy.Item{}.MayPause("hearing"), "an item that names none takes all the pack lists")
	require.True(t, policy.Item{Pauses: []string{"hearing"}}.MayPause("hearing"))
	require.False(t, policy.Item{Pauses: []string{"hearing"}}.MayPause("testing"))
}

func TestTheLatestStartIsTheNextDateLaidDown(t *testing.T) {
	p := load(t, change(t, "    - {when: government, date: 2026-06-30, clause: XN-12}\n",
		"    - {when: government, date: 2027-06-30, clause: XN-12}\n    - {when: government, date: 2026-06-30, clause: XN-12}\n    - {when: 'level == \"national\"', date: 2026-08-15, clause: XN-12}\n"))
	for _, tc := range []struct {
		name  string
		f     policy.Figures
		today calendar.Date
		want  string
	}{
		{"the earlier of two", policy.Figures{Government: true}, calendar.NewDate(2026, time.March, 1), "2026-06-30"},
		{"the day itself is not over", policy.Figures{Government: true}, calendar.NewDate(2026, time.June, 30), "2026-06-30"},
		{"next year's when this year's is over", policy.Figures{Government: true}, calendar.NewDate(2026, time.July, 1), "2027-06-30"},
		{"the earliest of those that hold", policy.Figures{Government: true, Level: "national"}, calendar.NewDate(2026, time.July, 1), "2026-08-15"},
		{"none when all are over", policy.Figures{Government: true}, calendar.NewDate(2028, time.January, 1), ""},
		{"none when none holds", policy.Figures{}, calendar.NewDate(2026, time.March, 1), ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d, ok, err := p.LatestStart(tc.f, tc.today)
			require.NoError(t, err)
			require.Equal(t, tc.want != "", ok)
			require.Equal(t, tc.want, d.Date.String())
		})
	}
}
