package policy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/policy"
)

// extend loads the small pack and one that extends it with these rules.
func extend(t *testing.T, rules string) *policy.Pack {
	t.Helper()
	set, faults := policy.Load(map[string][]byte{"small.yaml": []byte(small), "child.yaml": []byte(childHead + rules)})
	require.Empty(t, faults)
	p, ok := set.Pack("child")
	require.True(t, ok)
	return p
}

const childHead = "id: child\nversion: \"2\"\nextends: small\njurisdiction: village\ntitle: {zh: 子包}\nsource: {document: {zh: 子文件}}\n"

func TestAPackTakesOverWhatItDoesNotChange(t *testing.T) {
	parent, child := load(t, small), extend(t, "")
	require.Equal(t, parent.Items, child.Items)
	require.Equal(t, parent.Approval, child.Approval)
	require.Equal(t, parent.Clock, child.Clock)
}

func TestWhatTellsPacksApartIsNotInherited(t *testing.T) {
	set, faults := policy.Load(map[string][]byte{
		"small.yaml": []byte(small),
		"child.yaml": []byte("id: child\nversion: \"2\"\nextends: small\ntitle: {zh: 子包}\nsource: {document: {zh: 子文件}}\n"),
	})
	require.Empty(t, faults)
	child, _ := set.Pack("child")
	require.Empty(t, child.Jurisdiction)
	require.Equal(t, "small", child.Extends)
	require.Equal(t, "子文件", child.Source.Document.Zh)
	require.Empty(t, child.Title.En)
}

func TestAFieldReplacesTheInheritedOne(t *testing.T) {
	child := extend(t, "approval:\n  days: 7\n  clause: SL-21a\n  completeness: {days: 1, clause: SL-21b}\n")
	require.Equal(t, 7, child.Approval.Days)
	require.Equal(t, "plain", child.Approval.Ladder)
	require.Equal(t, policy.Step{Days: 1, Ladder: "lapsing", Clause: "SL-21b"}, child.Approval.Completeness)
	require.Equal(t, 20, child.Approval.Submission.Days)
}

func TestTheClauseOfALimitGoesWithItsNumber(t *testing.T) {
	parent := extend(t, "approval:\n  completeness: {days: 3, clause: SL-21b, limitClause: OWN-9}\n")
	require.Equal(t, "OWN-9", parent.Approval.Completeness.LimitedBy())
	sources := map[string][]byte{"small.yaml": []byte(small), "child.yaml": []byte(childHead + "approval:\n  completeness: {days: 3, clause: SL-21b, limitClause: OWN-9}\n")}
	for rules, want := range map[string]policy.Step{
		"completeness: {days: 1, clause: SL-21b}":            {Days: 1, Ladder: "lapsing", Clause: "SL-21b"},
		"completeness: {ladder: lapsing, clause: SL-21a}":    {Days: 3, Ladder: "lapsing", Clause: "SL-21a", LimitClause: "OWN-9"},
		"completeness: {clause: SL-21b, limitClause: OWN-7}": {Days: 3, Ladder: "lapsing", Clause: "SL-21b", LimitClause: "OWN-7"},
	} {
		sources["grandchild.yaml"] = []byte("id: grandchild\nversion: \"3\"\nextends: child\ntitle: {zh: 孙包}\nsource: {document: {zh: 孙文件}}\napproval: {" + rules + "}\n")
		set, faults := policy.Load(sources)
		require.Empty(t, faults)
		p, _ := set.Pack("grandchild")
		require.Equal(t, want, p.Approval.Completeness, rules)
	}
}

func TestAnEntryOfAListChangesTheFieldsItNames(t *testing.T) {
	child := extend(t, "items:\n  - {key: design, days: 5, after: [], clause: SL-21a}\n  - {key: extra, name: {zh: 新事项}, phase: approval, department: water, clause: SL-3}\n")
	design, ok := child.Item("design")
	require.True(t, ok)
	require.Equal(t, 5, design.Days)
	require.Empty(t, design.After, "a list without a key is replaced")
	require.Equal(t, "planning", design.Department)
	require.Equal(t, "SL-21a", design.Clause)
	var order []string
	for _, i := range child.Items {
		order = append(order, i.Key)
	}
	require.Equal(t, []string{"site", "design", "acceptance", "extra"}, order, "a changed entry keeps its place, a new one goes to the end")
}

func TestAnInheritedEntryCanBeDropped(t *testing.T) {
	child := extend(t, "items:\n  - {key: design, remove: true}\nlibrary:\n  sectors:\n    - {key: social, remove: true}\n")
	_, ok := child.Item("design")
	require.False(t, ok)
	require.Len(t, child.Library.Sectors, 1)
}

func TestThePapersOfAnItemAreMergedToo(t *testing.T) {
	child := extend(t, "items:\n  - key: site\n    clause: XN-10\n    papers:\n      - {key: map, standard: {zh: 很准确}}\n      - {key: photo, name: {zh: 照片}, standard: {zh: 清晰}}\n")
	site, _ := child.Item("site")
	require.Len(t, site.Papers, 2)
	paper, ok := site.Paper("map")
	require.True(t, ok)
	require.Equal(t, policy.Paper{Key: "map", Name: domain.Text{Zh: "图"}, Standard: domain.Text{Zh: "很准确"}, Deferrable: true}, paper)
}

func TestAnInheritedConditionIsDroppedByAnEmptyOne(t *testing.T) {
	child := extend(t, "items:\n  - {key: site, when: \"\", clause: XN-5}\n")
	site, _ := child.Item("site")
	require.Empty(t, site.When)
}

func TestRungsConditionsAndSentencesAreReplacedAsAWhole(t *testing.T) {
	child := extend(t, "ladders:\n  - {key: plain, clause: GG-7, rungs: [{kind: overdue, to: party, clause: GG-7}]}\nlibrary:\n  standard: {when: government, text: {zh: 政府投资}, clause: SL-3}\n")
	l, ok := child.Ladder("plain")
	require.True(t, ok)
	require.Equal(t, []policy.Rung{{Kind: policy.RungOverdue, From: "due", To: "party", Clause: "GG-7"}}, l.Rungs)
	require.Equal(t, "一般", l.Name.Zh)
	require.Equal(t, policy.Condition{When: "government", Text: domain.Text{Zh: "政府投资"}, Clause: "SL-3"}, child.Library.Standard)
}

func TestARuleMayBeInheritedOverSeveralPacks(t *testing.T) {
	grandchild := "id: hamlet\nversion: \"1\"\nextends: child\njurisdiction: hamlet\ntitle: {zh: 孙包}\nsource: {document: {zh: 孙文件}}\n"
	set, faults := policy.Load(map[string][]byte{
		"a.yaml": []byte(grandchild), "b.yaml": []byte(childHead + "approval: {days: 7, clause: SL-21a}\n"), "c.yaml": []byte(small),
	})
	require.Empty(t, faults)
	p, _ := set.Pack("hamlet")
	require.Equal(t, 7, p.Approval.Days)
	require.Equal(t, "hamlet", p.Jurisdiction)
}

func TestWhoChangesAnInheritedRuleCitesTheClause(t *testing.T) {
	for _, tc := range []struct{ name, rules, want string }{
		{"of a step", "library:\n  review: {days: 3}\n", "8:3 library.review.clause clause.missing"},
		{"of an item", "items:\n  - {key: design, days: 3}\n", "8:5 items[design].clause clause.missing"},
		{"of all items", "approval: {days: 3}\n", "7:1 approval.clause clause.missing"},
		{"of an extension", "approval: {extensionMax: 3}\n", "7:1 approval.extensionClause clause.missing"},
		{"of the lamps", "construction: {red: ratio < 0.6}\n", "7:1 construction.lampClause clause.missing"},
		{"of the panel", "evaluation: {quorum: 3}\n", "7:1 evaluation.clause clause.missing"},
		{"of the hours", "clock: {close: \"18:00\"}\n", "7:1 clock.clause clause.missing"},
		{"of a ladder", "ladders:\n  - {key: plain, name: {zh: 新}}\n", "8:5 ladders[plain].clause clause.missing"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			faults := policy.Check("child.yaml", []byte(childHead+tc.rules), map[string][]byte{"small.yaml": []byte(small)})
			require.Equal(t, []string{tc.want}, seen(faults))
		})
	}
}

func TestAFaultIsReportedInTheFileThatMadeIt(t *testing.T) {
	set, faults := policy.Load(map[string][]byte{
		"small.yaml": []byte(small),
		"child.yaml": []byte(childHead + "evaluation: {quorum: 9, clause: OWN-13}\nitems:\n  - {key: site, remove: true}\n"),
	})
	require.Len(t, faults, 2)
	require.Equal(t, "child.yaml:7:22: evaluation.quorum: 最低评分人数多于专家人数 [evaluation.quorum]", faults[0].String("zh"))
	require.Equal(t, "small.yaml:83:13: items[design].after[0]: There is no item “site” to come first. [prerequisite.unknown]", faults[1].String("en"))
	_, ok := set.Pack("small")
	require.True(t, ok, "the parent is as good as before")
	_, ok = set.Pack("child")
	require.False(t, ok)
}

func TestAPackWhoseParentIsAtFaultIsNotUsed(t *testing.T) {
	set, faults := policy.Load(map[string][]byte{
		"small.yaml": []byte(change(t, "quorum: 4", "quorum: 6")), "child.yaml": []byte(childHead + "evaluation: {quorum: 5, clause: OWN-13}\n"),
	})
	require.Equal(t, []string{"45:11 evaluation.quorum evaluation.quorum"}, seen(faults))
	require.Empty(t, set.Packs())
}

func TestPacksThatExtendEachOtherAreRefused(t *testing.T) {
	pack := func(id, extends string) []byte {
		return []byte("id: " + id + "\nversion: \"1\"\nextends: " + extends + "\ntitle: {zh: 包}\nsource: {document: {zh: 文件}}\n")
	}
	set, faults := policy.Load(map[string][]byte{"a.yaml": pack("a", "b"), "b.yaml": pack("b", "c"), "c.yaml": pack("c", "a"), "d.yaml": pack("d", "a")})
	require.Equal(t, []string{"3:10 extends extends.cycle", "3:10 extends extends.cycle", "3:10 extends extends.cycle"}, seen(faults))
	require.Contains(t, faults[0].Message.En, "a → b → c → a")
	require.Empty(t, set.Packs())
}

func TestTwoPacksOfOneIDAreRefused(t *testing.T) {
	set, faults := policy.Load(map[string][]byte{"a.yaml": []byte(small), "b.yaml": []byte(small)})
	require.Len(t, faults, 1)
	require.Equal(t, "b.yaml:2:5: id: 编号“small”已用于 a.yaml [id.duplicate]", faults[0].String("zh"))
	require.Len(t, set.Packs(), 1)
}

func TestCheckTakesAFileAsTheNextEditionOfAShippedPack(t *testing.T) {
	shipped := map[string][]byte{"small.yaml": []byte(small), "child.yaml": []byte(childHead), "broken.yaml": []byte("id: x")}
	require.Empty(t, policy.Check("next.yaml", []byte(childHead+"approval: {days: 8, clause: SL-21a}\n"), shipped))
	require.Empty(t, policy.Check("next.yaml", []byte(small), shipped))
	faults := policy.Check("next.yaml", []byte(change(t, "quorum: 4", "quorum: 6")), shipped)
	require.Equal(t, []string{"45:11 evaluation.quorum evaluation.quorum"}, seen(faults))
	require.Equal(t, "next.yaml", faults[0].File)
	require.Equal(t, []string{"1:1 source.empty"}, seen(policy.Check("next.yaml", nil, shipped)))
}
