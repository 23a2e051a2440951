package policy_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/config"
	"milepost/domain/policy"
)

// OWN-248: a new version keeps all that an open project may refer to.
func TestAPackSucceedsAnother(t *testing.T) {
	t.Parallel()
	sources := config.PackSources()
	load := func(t *testing.T, rules string) *policy.Pack {
		t.Helper()
		all := config.PackSources()
		all["next.yaml"] = []byte("id: next\nversion: \"2\"\nextends: sl\njurisdiction: shangluo\ntitle: {zh: 新版}\nsource: {document: {zh: 新版}}\n" + rules)
		set, faults := policy.Load(all)
		require.Empty(t, faults)
		p, _ := set.Pack("next")
		return p
	}
	set, faults := policy.Load(sources)
	require.Empty(t, faults)
	before, _ := set.Pack("sl")
	require.Empty(t, policy.Succeeds(before, before))

	for name, c := range map[string]struct {
		rules string
		want  []string // path and code
	}{
		"limits, ladders, marks and papers may change": {rules: "approval: {days: 7, clause: SL-21a}\nevaluation: {passMark: 80, clause: OWN-13}\n" +
			"items:\n  - {key: initiation, clause: XN-5, papers: [{key: proposal, remove: true}]}\n"},
		"an item that is no longer wanted stays with a condition that never holds": {rules: "items:\n  - {key: safety, clause: SL-21a, when: \"false\"}\n"},
		"a new item, department and resource may come": {rules: "departments: [{code: culture, name: {zh: 文旅局}}]\n" +
			"items:\n  - {key: heritage, name: {zh: 文物}, phase: approval, department: culture, clause: XN-5, papers: [{key: a, name: {zh: 甲}, standard: {zh: 乙}}]}\n"},
		"an item is gone":          {"items:\n  - {key: safety, remove: true}\n", []string{"items[safety] successor.dropped"}},
		"a department is gone":     {"departments: [{code: audit, remove: true}]\n", []string{"departments[audit] successor.dropped"}},
		"a sector and a tag are":   {"library:\n  sectors: [{key: ecology, remove: true}]\n  tags: [{key: standard-land, remove: true}]\n", []string{"library.sectors[ecology] successor.dropped", "library.tags[standard-land] successor.dropped"}},
		"a kind and a funding are": {"library:\n  kinds: [{key: landmark, remove: true}]\n  fundings: [{key: loan, remove: true}]\n", []string{"library.kinds[landmark] successor.dropped", "library.fundings[loan] successor.dropped"}},
		"a speciality is gone":     {"evaluation:\n  clause: OWN-13\n  specialities: [{key: industry, remove: true}]\n", []string{"evaluation.specialities[industry] successor.dropped"}},
		"a ladder is gone":         {"ladders: [{key: replacement, remove: true}]\nlibrary:\n  replacement: {ladder: routine, clause: XS-5}\n", []string{"ladders[replacement] successor.dropped"}},
		"a resource is gone":       {"assurance:\n  clause: GG-5\n  resources: [{key: farmland, remove: true}]\n", []string{"assurance.resources[farmland] successor.dropped"}},
		"a resource is measured in another unit, and more coarsely": {
			"assurance:\n  clause: GG-5\n  resources: [{key: land, clause: GG-5, unit: {zh: 公顷, en: ha}, scale: 0}]\n",
			[]string{"assurance.resources[land].unit successor.unit", "assurance.resources[land].scale successor.scale"},
		},
		"an item moves to another phase": {"items:\n  - {key: civil-defence, clause: XN-5, phase: completion}\n", []string{"items[civil-defence].phase successor.phase"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, f := range policy.Succeeds(before, load(t, c.rules)) {
				require.NotEmpty(t, f.Message.Zh)
				require.NotEmpty(t, f.Message.En)
				require.True(t, strings.HasPrefix(f.String("zh"), f.Path), "there is no line to name: %s", f.String("zh"))
				got = append(got, f.Path+" "+f.Code)
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestAListThatTookAnythingMayBeginToNameWhatItTakes(t *testing.T) {
	t.Parallel()
	before := load(t, small)
	after := extend(t, "library:\n  tags: [{key: urgent, name: {zh: 急}}]\n")
	require.Empty(t, policy.Succeeds(before, after))
	require.Equal(t, "library.tags[urgent]", policy.Succeeds(after, before)[0].Path, "and then keeps them")
}
