package policy_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"milepost/domain/policy"
)

func TestPacksThatMeanTheSameHaveTheSameHash(t *testing.T) {
	hash := load(t, small).Hash()
	require.Regexp(t, `^pack-[0-9a-f]{12}$`, hash)
	for _, tc := range []struct{ name, old, changed string }{
		{"with another comment", "# The smallest complete pack", "# Another remark"},
		{"with fields in another order", "{days: 5, ladder: plain, clause: GG-1}", "{clause: GG-1, ladder: plain, days: 5}"},
		{"in another layout", "{days: 5, ladder: plain, clause: GG-1}", "\n    days: 5\n    ladder: plain\n    clause: GG-1"},
		{"with quotes", "planNode: plain", `planNode: "plain"`},
		{"with the default written out", "{kind: overdue, to: head,", "{kind: overdue, from: due, days: 0, morning: false, to: head,"},
		{"with an empty list written out", "{key: acceptance,", "{key: acceptance, after: [], papers: [],"},
		{"with the number written otherwise", "archiveDays: 90", "archiveDays: 0x5A"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, hash, load(t, change(t, tc.old, tc.changed)).Hash())
		})
	}
}

func TestPacksThatMeanOtherwiseHaveAnotherHash(t *testing.T) {
	hashes := map[string]string{load(t, small).Hash(): "as it is"}
	for _, tc := range []struct{ name, old, changed string }{
		{"a limit", "archiveDays: 90", "archiveDays: 91"},
		{"a clause", "clause: GG-1}", "clause: GG-2}"},
		{"a sentence", "{zh: 五千万}", "{zh: 五千万元}"},
		{"the order of items that wait in line", "levels: [national, city]", "levels: [city, national]"},
		{"the version", `version: "1"`, `version: "2"`},
		{"a condition", "investment >= wan(5000)", "investment > wan(5000)"},
	} {
		hash := load(t, change(t, tc.old, tc.changed)).Hash()
		require.NotContains(t, hashes, hash, tc.name)
		hashes[hash] = tc.name
	}
}

func TestAChangedRuleOfTheParentChangesTheHash(t *testing.T) {
	hash := func(parent string) string {
		set, faults := policy.Load(map[string][]byte{"small.yaml": []byte(parent), "child.yaml": []byte(childHead)})
		require.Empty(t, faults)
		p, _ := set.Pack("child")
		return p.Hash()
	}
	require.Equal(t, hash(small), hash(change(t, "# The smallest", "# A small")))
	require.NotEqual(t, hash(small), hash(change(t, "archiveDays: 90", "archiveDays: 91")))
	require.Equal(t, hash(small), hash(change(t, `version: "1"`, `version: "2"`)), "the parent's version is no rule of the child")
}

func TestAStoredPackIsTheSamePack(t *testing.T) {
	p := load(t, small)
	again, err := policy.Decode(p.Canonical())
	require.NoError(t, err)
	require.Equal(t, p.Hash(), again.Hash())
	require.Equal(t, p.Items, again.Items)
	require.Equal(t, p.Canonical(), again.Canonical())
	holds, err := again.Holds(again.Library.Standard.When, policy.Figures{Investment: 5_000_000_000})
	require.NoError(t, err)
	require.True(t, holds)
}

func TestAStoredPackOfALaterReleaseKeepsItsHash(t *testing.T) {
	stored := strings.Replace(string(load(t, small).Canonical()), `{"approval":`, `{"aRuleToCome":{"days":3},"approval":`, 1)
	p, err := policy.Decode([]byte(stored))
	require.NoError(t, err)
	require.NotEqual(t, load(t, small).Hash(), p.Hash())
	require.JSONEq(t, stored, string(p.Canonical()))
}

func TestWhatIsNoStoredPackIsRefused(t *testing.T) {
	for _, data := range []string{"", "[]", "{", `{"items":3}`, `{"library":{"standard":{"when":"size > 3"}}}`} {
		_, err := policy.Decode([]byte(data))
		require.Error(t, err, data)
	}
}

// The order in which fields are written never matters.
func TestTheHashDoesNotDependOnTheOrderOfFields(t *testing.T) {
	var tree any
	require.NoError(t, yaml.Unmarshal([]byte(small), &tree))
	hash := load(t, small).Hash()
	rapid.Check(t, func(rt *rapid.T) {
		var b strings.Builder
		write(rt, &b, tree)
		set, faults := policy.Load(map[string][]byte{"shuffled.yaml": []byte(b.String())})
		require.Empty(rt, faults)
		require.Equal(rt, hash, set.Packs()[0].Hash())
	})
}

// write writes a value as JSON, which YAML reads, with the fields in any order.
func write(rt *rapid.T, b *strings.Builder, v any) {
	switch v := v.(type) {
	case map[string]any:
		b.WriteString("{")
		for i, k := range rapid.Permutation(slices.Sorted(maps.Keys(v))).Draw(rt, "order") {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(`"` + k + `": `)
			write(rt, b, v[k])
		}
		b.WriteString("}")
	case []any:
		b.WriteString("[")
		for i, e := range v {
			if i > 0 {
				b.WriteString(", ")
			}
			write(rt, b, e)
		}
		b.WriteString("]")
	default:
		data, err := json.Marshal(v)
		require.NoError(rt, err)
		b.Write(data)
	}
}
