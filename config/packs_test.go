package config

import (
	_ "embed"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain/policy"
)

//go:embed clauses.txt
var clauseList string

func shipped(t *testing.T, id string) *policy.Pack {
	t.Helper()
	set, err := Packs()
	require.NoError(t, err)
	p, ok := set.Pack(id)
	require.True(t, ok, id)
	return p
}

// walk visits every field of a pack.
func walk(t *testing.T, p *policy.Pack, visit func(path string, value any)) {
	t.Helper()
	var tree any
	require.NoError(t, json.Unmarshal(p.Canonical(), &tree))
	var down func(path string, v any)
	down = func(path string, v any) {
		visit(path, v)
		switch v := v.(type) {
		case map[string]any:
			for name, field := range v {
				down(path+"/"+name, field)
			}
		case []any:
			for _, e := range v {
				down(path, e)
			}
		}
	}
	down("", tree)
}

func TestShippedPacksAreWithoutFault(t *testing.T) {
	set, faults := policy.Load(PackSources())
	require.Empty(t, faults)
	require.Len(t, set.Packs(), 3)
	require.Equal(t, "shangluo", shipped(t, "sl").Jurisdiction)
	require.Equal(t, "guilin", shipped(t, "gl").Jurisdiction)
	require.Empty(t, shipped(t, "base").Jurisdiction)
	for name, data := range PackSources() {
		require.Empty(t, policy.Check(name, data, PackSources()))
	}
}

func TestEveryClauseOfAShippedPackIsKnown(t *testing.T) {
	known := strings.Fields(regexp.MustCompile(`(?m)^#.*$`).ReplaceAllString(clauseList, ""))
	set, err := Packs()
	require.NoError(t, err)
	cited := 0
	for _, p := range set.Packs() {
		walk(t, p, func(path string, v any) {
			if !strings.HasSuffix(strings.ToLower(path), "clause") {
				return
			}
			cited++
			require.Contains(t, known, v, "%s: %s", p.ID, path)
		})
	}
	require.Greater(t, cited, 300)
}

func TestEveryRuleOfTheProductsOwnIsExplained(t *testing.T) {
	doc, err := os.ReadFile("../docs/packs.md")
	require.NoError(t, err)
	var listed, explained []string
	for id := range strings.FieldsSeq(clauseList) {
		if strings.HasPrefix(id, "OWN-") {
			listed = append(listed, id)
		}
	}
	for _, row := range regexp.MustCompile(`(?m)^\| (OWN-\d+) \|`).FindAllSubmatch(doc, -1) {
		explained = append(explained, string(row[1]))
	}
	require.Equal(t, listed, explained)
}

func TestEverySentenceIsThereInBothLanguages(t *testing.T) {
	set, err := Packs()
	require.NoError(t, err)
	for _, p := range set.Packs() {
		walk(t, p, func(path string, v any) {
			if text, ok := v.(map[string]any); ok && text["zh"] != nil {
				require.NotEmpty(t, text["en"], "%s: %s: %s", p.ID, path, text["zh"])
			}
		})
	}
}

func TestEveryItemOpensInTheEnd(t *testing.T) {
	set, err := Packs()
	require.NoError(t, err)
	for _, p := range set.Packs() {
		for _, procedure := range []string{"approval", "verification", "filing"} {
			for _, phase := range []string{"approval", "completion"} {
				require.NotEmpty(t, waves(p, phase, procedure))
			}
		}
	}
}

// waves are the items of a procedure in the order in which they open when everything applies and is granted.
func waves(p *policy.Pack, phase, procedure string) [][]string {
	left := p.ItemsOf(phase, procedure)
	var all [][]string
	for len(left) > 0 {
		waits := func(i policy.Item) bool {
			return slices.ContainsFunc(left, func(o policy.Item) bool { return slices.Contains(i.After, o.Key) })
		}
		var wave []string
		for _, i := range left {
			if !waits(i) {
				wave = append(wave, i.Key)
			}
		}
		left = slices.DeleteFunc(slices.Clone(left), func(i policy.Item) bool { return !waits(i) })
		slices.Sort(wave)
		all = append(all, wave)
	}
	return all
}

func TestItemsFollowEachOtherAsXN5Asks(t *testing.T) {
	p := shipped(t, "base")
	require.Equal(t, [][]string{
		{"initiation"},
		{"energy-review", "environment", "land-preliminary", "safety", "site-selection", "soil-water"},
		{"feasibility"},
		{"forest-use", "land-planning-permit", "land-use", "preliminary-design"},
		{"civil-defence", "drawing-review", "fire-design", "works-planning-permit"},
	}, waves(p, "approval", "approval"), "审批类")
	require.Equal(t, [][]string{
		{"energy-review", "environment", "forest-use", "land-preliminary", "safety", "site-selection", "soil-water"},
		{"land-planning-permit", "land-use", "verification"},
		{"civil-defence", "drawing-review", "fire-design", "works-planning-permit"},
	}, waves(p, "approval", "verification"), "核准类")
	for _, id := range []string{"base", "sl", "gl"} {
		require.Len(t, waves(shipped(t, id), "approval", "filing"), 1, "备案类 all in parallel: %s", id)
	}
}

func TestSingleAcceptancesRunInParallelAsSL15Names(t *testing.T) {
	require.Equal(t, [][]string{{
		"accept-archives", "accept-construction", "accept-design", "accept-environment",
		"accept-fire", "accept-health", "accept-planning", "accept-safety",
	}}, waves(shipped(t, "sl"), "completion", "approval"))
}

func TestShangluoCountsAsMajorWhatItsThirdArticleSays(t *testing.T) {
	p := shipped(t, "sl")
	require.Len(t, p.Library.Kinds, 8)
	const wan = 1_000_000
	for _, tc := range []struct {
		name string
		f    policy.Figures
		want bool
	}{
		{"30 million yuan and one of the kinds", policy.Figures{Kind: "strategic", Investment: 3000 * wan}, true},
		{"a fen less", policy.Figures{Kind: "strategic", Investment: 3000*wan - 1}, false},
		{"5 million dollars", policy.Figures{Kind: "outside-capital", Investment: 10 * wan, InvestmentUSD: 5_000_000}, true},
		{"less in both", policy.Figures{Kind: "outside-capital", Investment: 10 * wan, InvestmentUSD: 4_999_999}, false},
		{"large, of no kind", policy.Figures{Investment: 90000 * wan}, false},
		{"smaller, but agriculture", policy.Figures{Kind: "livelihood", Sector: "agriculture", Investment: 1500 * wan}, true},
		{"smaller, but social", policy.Figures{Kind: "landmark", Sector: "social", Investment: 1500 * wan}, true},
		{"smaller, industry", policy.Figures{Kind: "high-tech", Sector: "industry", Investment: 1500 * wan}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := p.Holds(p.Library.Standard.When, tc.f)
			require.NoError(t, err)
			require.Equal(t, tc.want, got)
		})
	}
}

func TestShangluoDecidesInTenAndTellsInTwoWorkingDays(t *testing.T) {
	p := shipped(t, "sl")
	for _, i := range p.Items {
		require.Equal(t, policy.Step{Days: 10, Ladder: "decision", Clause: "SL-21a"}, p.DecisionStep(i), i.Key)
	}
	require.Equal(t, policy.Step{Days: 2, Ladder: "completeness", Clause: "SL-21b"}, p.Approval.Completeness)
	require.Equal(t, "SL-23", p.Construction.Monthly.Clause)
	require.Equal(t, 3, p.Construction.Monthly.Day)
	water, _ := p.Department("water")
	require.Equal(t, "水务局", water.Name.Zh)
	_, ok := p.Item("budget-estimate")
	require.True(t, ok)
}

func TestALateDecisionIsEscalatedStepByStep(t *testing.T) {
	l, ok := shipped(t, "sl").Ladder("decision")
	require.True(t, ok)
	type step struct {
		kind policy.RungKind
		from string
		days int
		to   string
	}
	var steps []step
	for _, r := range l.Rungs {
		steps = append(steps, step{r.Kind, r.From, r.Days, r.To})
	}
	require.Equal(t, []step{
		{policy.RungReminder, "due", -3, "handler"},
		{policy.RungOverdue, "due", 0, "head"},
		{policy.RungSupervision, "due", 1, "party"},
		{policy.RungCriticism, "previous", 3, "party"},
		{policy.RungInterview, "previous", 5, "leader"},
	}, steps)
}

func TestPapersAreDeferredOnlyWhereXN10Allows(t *testing.T) {
	for _, id := range []string{"base", "sl", "gl"} {
		deferrable := 0
		for _, i := range shipped(t, id).Items {
			for _, paper := range i.Papers {
				if paper.Deferrable {
					deferrable++
					require.NotEqual(t, "resources", i.Department, "land and planning come first: %s/%s", i.Key, paper.Key)
					require.Equal(t, "approval", i.Phase, "everything is complete before acceptance: %s/%s", i.Key, paper.Key)
				}
			}
		}
		require.Greater(t, deferrable, 5)
	}
}

func TestGuilinUsesTheDefaultsWithItsOwnSectors(t *testing.T) {
	p := shipped(t, "gl")
	var sectors []string
	for _, s := range p.Library.Sectors {
		sectors = append(sectors, s.Name.Zh)
		require.Equal(t, "GL-1", s.Clause)
	}
	require.Equal(t, []string{"基础设施", "产业", "社会公益", "节能环保"}, sectors)
	require.Equal(t, "OWN-4", p.Library.Standard.Clause)
	require.Equal(t, shipped(t, "base").Items, p.Items)
}

func TestEveryResourceOfTheDomainIsThere(t *testing.T) {
	units := map[string]string{}
	for _, r := range shipped(t, "sl").Assurance.Resources {
		units[r.Key] = r.Unit.Zh
	}
	require.Equal(t, map[string]string{
		"land": "亩", "forest": "公顷", "farmland": "亩", "energy": "吨标准煤", "cod": "吨", "nh3n": "吨", "nox": "吨", "voc": "吨", "funds": "万元",
	}, units)
}

func TestTheExampleOfTheGuideIsAPack(t *testing.T) {
	doc, err := os.ReadFile("../docs/packs.md")
	require.NoError(t, err)
	example := regexp.MustCompile("(?s)```yaml\n(# yaml-language-server.*?)```").FindSubmatch(doc)
	require.NotNil(t, example)
	require.Empty(t, policy.Check("my-city.yaml", example[1], PackSources()))

	bad := strings.Replace(strings.Replace(string(example[1]), "days: 8 ", "days: 0 ", 1), ", clause: MC-10", "", 1)
	var lines []string
	for _, f := range policy.Check("my-city.yaml", []byte(bad), PackSources()) {
		lines = append(lines, f.String("zh"))
	}
	require.Contains(t, string(doc), strings.Join(lines, "\n"))
	require.Len(t, lines, 2)
}

func TestEveryFaultCodeIsInTheGuide(t *testing.T) {
	doc, err := os.ReadFile("../docs/packs.md")
	require.NoError(t, err)
	files, err := os.ReadDir("../domain/policy")
	require.NoError(t, err)
	code := regexp.MustCompile(`"((?:pack|source|yaml|field|clause|entry|remove|extends|id|department|party|pause|ladder|prerequisite|evaluation|expression)\.[a-z]+)"`)
	var told []string
	for _, m := range regexp.MustCompile("`([a-z]+\\.[a-z]+)`").FindAllSubmatch(doc, -1) {
		told = append(told, string(m[1]))
	}
	found := 0
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		source, err := os.ReadFile("../domain/policy/" + f.Name())
		require.NoError(t, err)
		for _, m := range code.FindAllSubmatch(source, -1) {
			if f.Name() == "registry.go" || f.Name() == "merge.go" && strings.HasPrefix(string(m[1]), "evaluation.") {
				continue // a refusal of another kind, the name of a list
			}
			found++
			require.Contains(t, told, string(m[1]), f.Name())
		}
	}
	require.Greater(t, found, 30)
}
