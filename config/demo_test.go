package config_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/config"
	"milepost/domain/policy"
)

func demo(t *testing.T) *config.DemoCity {
	t.Helper()
	city, err := config.Demo()
	require.NoError(t, err)
	return city
}

func TestTheDemonstrationHasEveryProjectOfTheDocumentOnce(t *testing.T) {
	t.Parallel()
	city := demo(t)
	byCategory, byGroup := map[string]int{}, map[string]int{}
	names, codes := map[string]bool{}, map[string]bool{}
	for _, p := range city.Projects {
		require.False(t, names[p.Name], "%s twice", p.Name)
		require.False(t, codes[p.Code], "%s twice", p.Code)
		names[p.Name], codes[p.Code] = true, true
		byCategory[p.Category]++
		byGroup[p.Group]++
	}
	require.Equal(t, map[string]int{"新开工": 85, "续建": 98, "竣工投产": 51, "前期工作": 38}, byCategory)
	require.Equal(t, map[string]int{"基础设施": 100, "产业": 99, "社会公益": 45, "节能环保": 28}, byGroup)
}

func TestOnlyTheInvestmentsThatTheDocumentGivesAreNotMadeUp(t *testing.T) {
	t.Parallel()
	given := map[string]int64{}
	for _, p := range demo(t).Projects {
		require.NotEmpty(t, p.MadeUp, p.Name)
		require.Contains(t, p.MadeUp, "start", p.Name)
		if !slices.Contains(p.MadeUp, "investment") {
			given[p.Name] = p.Investment
		}
	}
	require.Equal(t, map[string]int64{"桂林国奥体育文化项目": 340_000, "桂林华奥国际射击射箭比赛训练基地": 16_700, "桂林市中心医院": 29_000}, given)
}

func TestTheDemonstrationAgreesWithThePacks(t *testing.T) {
	t.Parallel()
	city := demo(t)
	set, err := config.Packs()
	require.NoError(t, err)
	for _, id := range []string{"gl", "sl"} {
		pack, ok := set.Pack(id)
		require.True(t, ok)
		for _, d := range pack.Departments {
			require.True(t, slices.ContainsFunc(city.Departments, func(o config.DemoDepartment) bool {
				return o.Jurisdiction == pack.Jurisdiction && o.Code == d.Code
			}), "%s has no department %s", pack.Jurisdiction, d.Code)
			for _, role := range []string{"handler", "head"} {
				require.True(t, held(city, role, d.Code, pack.Jurisdiction), "nobody is %s of %s in %s", role, d.Code, pack.Jurisdiction)
			}
		}
		for _, r := range pack.Assurance.Resources {
			require.True(t, slices.ContainsFunc(city.Quotas, func(q config.DemoQuota) bool {
				return q.Jurisdiction == pack.Jurisdiction && q.Resource == r.Key
			}), "%s has no quota of %s", pack.Jurisdiction, r.Key)
		}
	}
	pack, _ := set.Pack("gl")
	for _, e := range city.Experts {
		require.True(t, held(city, "expert", e.Code, city.Home()), "%s has no account", e.Code)
		for _, s := range e.Specialities {
			require.True(t, among(pack.Evaluation.Specialities, s), s)
		}
	}
	for _, p := range city.Projects {
		require.True(t, among(pack.Library.Fundings, p.Funding), p.Funding)
		require.GreaterOrEqual(t, p.Investment, int64(5000), "%s is below the standard", p.Name)
		for _, s := range p.Specialities {
			require.True(t, among(pack.Evaluation.Specialities, s), s)
		}
		for _, tag := range p.Tags {
			require.True(t, among(pack.Library.Tags, tag), tag)
		}
		for resource := range p.Needs {
			_, ok := pack.Resource(resource)
			require.True(t, ok, resource)
		}
		require.True(t, held(city, "owner", p.Owner, city.Home()), "%s has no owner's account", p.Name)
	}
}

func held(city *config.DemoCity, role, party, jurisdiction string) bool {
	return slices.ContainsFunc(city.Accounts, func(a config.DemoAccount) bool {
		return slices.ContainsFunc(a.Posts, func(p config.DemoPost) bool {
			return p.Role == role && p.Party == party && p.Jurisdiction == jurisdiction
		})
	})
}

func among(choices []policy.Choice, key string) bool {
	return slices.ContainsFunc(choices, func(c policy.Choice) bool { return c.Key == key })
}

func TestEveryRoleOfTheDemonstrationIsHeldAndTheAdministratorsAreDifferentPeople(t *testing.T) {
	t.Parallel()
	city := demo(t)
	holders := map[string][]string{}
	seen := map[string]bool{}
	for _, a := range city.Accounts {
		require.False(t, seen[a.Account], "%s twice", a.Account)
		seen[a.Account] = true
		for _, p := range a.Posts {
			holders[p.Role] = append(holders[p.Role], a.Account)
			if p.Covers != "" {
				require.NotEmpty(t, p.To, "a cover has an end")
			}
		}
	}
	for _, role := range []string{"office", "handler", "head", "expert", "owner", "liaison", "supervisor", "leader", "auditor", "system_admin", "security_admin"} {
		require.NotEmpty(t, holders[role], role)
	}
	for _, role := range []string{"auditor", "system_admin", "security_admin"} {
		require.Len(t, holders[role], 1)
		for other, accounts := range holders {
			require.True(t, other == role || !slices.Contains(accounts, holders[role][0]), "%s is %s too", role, other)
		}
	}
	require.GreaterOrEqual(t, len(city.Experts), 20)
}

func TestTheDemonstrationReadsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	one, err := json.Marshal(demo(t))
	require.NoError(t, err)
	two, err := json.Marshal(demo(t))
	require.NoError(t, err)
	require.Equal(t, string(one), string(two))
}
