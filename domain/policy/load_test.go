package policy_test

import (
	_ "embed"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain/policy"
)

//go:embed testdata/small.yaml
var small string

// change is the small pack with one thing changed.
func change(t *testing.T, old, changed string) string {
	t.Helper()
	require.Equal(t, 1, strings.Count(small, old), "the text to change is there once: %q", old)
	return strings.Replace(small, old, changed, 1)
}

// seen writes faults as line:column path code.
func seen(faults []policy.Fault) []string {
	lines := []string{}
	for _, f := range faults {
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%d:%d %s", f.Line, f.Column, strings.TrimSpace(f.Path+" "+f.Code))))
	}
	return lines
}

func load(t *testing.T, source string) *policy.Pack {
	t.Helper()
	set, faults := policy.Load(map[string][]byte{"pack.yaml": []byte(source)})
	require.Empty(t, faults)
	require.Len(t, set.Packs(), 1)
	return set.Packs()[0]
}

func TestABadPackIsRefusedWithLineAndField(t *testing.T) {
	for _, tc := range []struct {
		name, old, changed string
		want               []string
	}{
		{"an unknown field at the top", "clock:\n", "colour: red\nclock:\n", []string{"7:1 colour field.unknown"}},
		{"an unknown field of a step", "review: {days: 5,", "review: {day: 5, days: 5,", []string{"38:12 library.review.day field.unknown"}},
		{"an unknown field of an item", "    after: [site]\n", "    afterwards: [site]\n", []string{"83:5 items[design].afterwards field.unknown"}},
		{"a field given twice", "archiveDays: 90", "archiveDays: 90\n  archiveDays: 91", []string{"42:3 library.archiveDays field.duplicate"}},
		{"a field of an item given twice", "    after: [site]\n", "    after: [site]\n    phase: completion\n", []string{"84:5 items[design].phase field.duplicate"}},
		{"a text where a number belongs", "quorum: 4", "quorum: four", []string{"45:11 evaluation.quorum field.type"}},
		{"a number where a text belongs", `version: "1"`, "version: 1.0", []string{"3:10 version field.type"}},
		{"a list where a text belongs", "department: water", "department: [water]", []string{"86:58 items[acceptance].department field.type"}},
		{"a text where a list belongs", "after: [site]", "after: site", []string{"83:12 items[design].after field.type"}},
		{"a field without a value", "pauses: [hearing]", "pauses:", []string{"84:5 items[design].pauses field.type"}},
		{"a text that is no sentence in two languages", "name: {zh: 选址}", "name: 选址", []string{"71:11 items[site].name field.type"}},
		{"a sentence without Chinese", "name: {zh: 选址}", "name: {en: Site}", []string{"71:5 items[site].name.zh field.missing"}},
		{"a fraction of a day", "review: {days: 5,", "review: {days: 2.5,", []string{"38:18 library.review.days field.type"}},
		{"a limit of zero", "review: {days: 5,", "review: {days: 0,", []string{"38:18 library.review.days field.range"}},
		{"a limit below zero", "confirm: {days: 5,", "confirm: {days: -5,", []string{"88:19 assurance.confirm.days field.range"}},
		{"an item's own limit of zero", "    after: [site]\n", "    days: 0\n", []string{"83:11 items[design].days field.range"}},
		{"a start condition's limit of zero", "party: owner, days: 20,", "party: owner, days: 0,", []string{"95:56 startup.conditions[funds].days field.range"}},
		{"a step without its clause", "ladder: plain, clause: GG-1}", "ladder: plain}", []string{"38:3 library.review.clause clause.missing"}},
		{"an item without its clause", "    pauses: [hearing]\n    clause: XN-5\n", "    pauses: [hearing]\n", []string{"79:5 items[design].clause clause.missing"}},
		{"a rung without its clause", "- {kind: overdue, to: head, clause: OWN-6}", "- {kind: overdue, to: head}", []string{"25:9 ladders[plain].rungs[1].clause clause.missing"}},
		{"a ladder without its clause", "    name: {zh: 期满}\n    clause: OWN-9\n", "    name: {zh: 期满}\n", []string{"27:5 ladders[lapsing].clause clause.missing"}},
		{"a resource without its clause", "department: planning, clause: GG-3n}", "department: planning}", []string{"90:15 assurance.resources[land].clause clause.missing"}},
		{"a pause reason without its clause", "name: {zh: 听证}, clause: OWN-3}", "name: {zh: 听证}}", []string{"15:7 clock.pauseReasons[hearing].clause clause.missing"}},
		{"a standard without its clause", "text: {zh: 五千万}, clause: OWN-4}", "text: {zh: 五千万}}", []string{"34:3 library.standard.clause clause.missing"}},
		{"a lamp rule without its clause", "  lampClause: OWN-18\n", "", []string{"100:1 construction.lampClause clause.missing"}},
		{"a deadline without its clause", "date: 2026-06-30, clause: XN-12}", "date: 2026-06-30}", []string{"98:7 startup.deadlines[0].clause clause.missing"}},
		{"a clause that is no clause", "ladder: plain, clause: GG-1}", "ladder: plain, clause: 第三条}", []string{"38:44 library.review.clause field.format"}},
		{"a circle of two items", "    otherwise: {zh: 不用地}\n", "    otherwise: {zh: 不用地}\n    after: [design]\n", []string{"84:13 items[design].after[0] prerequisite.cycle"}},
		{"an item that waits for itself", "after: [site]", "after: [design]", []string{"83:13 items[design].after[0] prerequisite.cycle"}},
		{"a prerequisite that is not there", "after: [site]", "after: [site, sight]", []string{"83:19 items[design].after[1] prerequisite.unknown"}},
		{"a prerequisite given twice", "after: [site]", "after: [site, site]", []string{"83:19 items[design].after[1] entry.duplicate"}},
		{"an approval that waits for a completion", "after: [site]", "after: [acceptance]", []string{"83:13 items[design].after[0] prerequisite.phase"}},
		{"a department that is not there", "phase: completion, department: water", "phase: completion, department: wind", []string{"86:70 items[acceptance].department department.unknown"}},
		{"a resource of a department that is not there", "scale: 2, department: planning", "scale: 2, department: plans", []string{"90:80 assurance.resources[land].department department.unknown"}},
		{"a ladder that is not there", "draw: {days: 3, ladder: plain", "draw: {days: 3, ladder: steep", []string{"51:27 evaluation.draw.ladder ladder.unknown"}},
		{"an item's ladder that is not there", "pauses: [hearing]", "ladder: steep", []string{"84:13 items[design].ladder ladder.unknown"}},
		{"a completeness check that does not lapse", "completeness: {days: 2, ladder: lapsing", "completeness: {days: 2, ladder: plain", []string{"60:35 approval.completeness.ladder ladder.lapse"}},
		{"a lapse where nothing happens by itself", "draw: {days: 3, ladder: plain", "draw: {days: 3, ladder: lapsing", []string{"51:27 evaluation.draw.ladder ladder.lapse"}},
		{"rungs out of time", "days: -3, to: handler", "days: 3, to: handler", []string{"25:9 ladders[plain].rungs[1] ladder.order"}},
		{"a morning after the close of its day", "- {kind: lapse, to: head, clause: OWN-9}", "- {kind: overdue, to: head, clause: OWN-9}\n      - {kind: lapse, morning: true, to: head, clause: OWN-9}", []string{"33:9 ladders[lapsing].rungs[2] ladder.order"}},
		{"a rung above the previous one", "from: previous, days: 5", "from: previous, days: -1", []string{"26:49 ladders[plain].rungs[2].days ladder.order"}},
		{"a first rung that counts from the one above", "{kind: reminder, days: -3,", "{kind: reminder, from: previous, days: -3,", []string{"24:32 ladders[plain].rungs[0].from ladder.order"}},
		{"a ladder that lapses twice", "- {kind: lapse, to: head, clause: OWN-9}", "- {kind: lapse, to: head, clause: OWN-9}\n      - {kind: lapse, to: head, clause: OWN-9}", []string{"33:16 ladders[lapsing].rungs[2].kind ladder.lapse"}},
		{"an interview every day", "from: previous, days: 5, to: leader", "repeat: true, to: leader", []string{"26:35 ladders[plain].rungs[2].repeat ladder.repeat"}},
		{"a rung of an unknown kind", "kind: interview", "kind: dismissal", []string{"26:16 ladders[plain].rungs[2].kind field.value"}},
		{"a rung to nobody known", "to: leader", "to: mayor", []string{"26:56 ladders[plain].rungs[2].to field.value"}},
		{"a quorum larger than the panel", "quorum: 4", "quorum: 6", []string{"45:11 evaluation.quorum evaluation.quorum"}},
		{"marks that do not add up", "max: 40", "max: 30", []string{"48:3 evaluation.criteria evaluation.criteria"}},
		{"a mark for revision above the mark to pass", "reviseMark: 60", "reviseMark: 80", []string{"47:15 evaluation.reviseMark evaluation.marks"}},
		{"a reason to pause that is not there", "pauses: [hearing]", "pauses: [hearing, strike]", []string{"84:23 items[design].pauses[1] pause.unknown"}},
		{"a start condition of nobody known", "party: owner", "party: mayor", []string{"95:43 startup.conditions[funds].party party.unknown"}},
		{"a phase that is not there", "phase: completion", "phase: planning", []string{"86:46 items[acceptance].phase field.value"}},
		{"a procedure that is not there", "    after: [site]\n", "    procedures: [approval, blessing]\n", []string{"83:28 items[design].procedures[1] field.value"}},
		{"a level given twice", "levels: [national, city]", "levels: [national, city, city]", []string{"89:28 assurance.levels[2] entry.duplicate"}},
		{"a report on the 31st", "day: 3,", "day: 31,", []string{"101:18 construction.monthly.day field.range"}},
		{"a time that is none", `close: "17:30"`, `close: "24:30"`, []string{"8:10 clock.close field.format"}},
		{"a date that is none", "date: 2026-06-30", "date: 2026-06-31", []string{"98:32 startup.deadlines[0].date field.format"}},
		{"a key in capitals", "key: acceptance", "key: Acceptance", []string{"86:11 items[Acceptance].key field.format"}},
		{"two items of one key", "key: acceptance", "key: design", []string{"86:11 items[design].key entry.duplicate"}},
		{"two departments of one code", "code: water", "code: planning", []string{"18:12 departments[planning].code entry.duplicate", "86:70 items[acceptance].department department.unknown"}},
		{"an item without a key", "  - {key: acceptance, name", "  - {name", []string{"86:5 items[2].key field.missing"}},
		{"a condition without words for when it is false", "    otherwise: {zh: 不用地}\n", "", []string{"70:5 items[site].otherwise field.missing"}},
		{"a section that is missing", "completion:\n  rectification: plain\n  rectificationClause: OWN-23\n  settlement: {days: 60, ladder: plain, clause: SL-15}\n  joint: {days: 20, ladder: plain, clause: SL-15}\n  clause: SL-15\n", "", []string{"2:1 completion field.missing"}},
		{"an expression that breaks off", "when: needs.land > 0", "when: needs.land >", []string{"74:22 items[site].when expression"}},
		{"an expression with an unknown name", "when: needs.land > 0", "when: 'true && size > 3'", []string{"74:20 items[site].when expression"}},
		{"an expression that is not a question", "when: needs.land > 0", "when: needs.land + 1", []string{"74:11 items[site].when expression"}},
		{"an expression that compares unlike things", "when: needs.land > 0", "when: sector > 3", []string{"74:18 items[site].when expression"}},
		{"an expression in a block, wrong in its second line", "    when: needs.land > 0\n", "    when: |\n      government &&\n        colour == \"red\"\n", []string{"76:9 items[site].when expression"}},
		{"an expression that asks the clock", "when: needs.land > 0", "when: now().Year() > 2020", []string{"74:11 items[site].when expression"}},
		{"a lamp rule over figures", "yellow: ratio < 0.9", "yellow: investment > 0", []string{"102:11 construction.yellow expression"}},
		{"a sector that is not in the list", "when: government,", `when: 'government && sector == "forestry"',`, []string{"98:39 startup.deadlines[0].when expression.value"}},
		{"a resource that is not in the list", "when: needs.land > 0", "when: needs.sea > 0", []string{"74:17 items[site].when expression.value"}},
		{"a level that is not there", "when: government,", `when: 'level in ["national", "state"]',`, []string{"98:37 startup.deadlines[0].when expression.value"}},
		{"a parent that is not there", "jurisdiction: town", "jurisdiction: town\nextends: big", []string{"6:10 extends extends.unknown"}},
		{"a parent that is itself", "jurisdiction: town", "jurisdiction: town\nextends: small", []string{"6:10 extends extends.cycle"}},
		{"an entry to remove that is not inherited", "{code: water, name: {zh: 水务局}}", "{code: water, name: {zh: 水务局}}\n  - {code: wind, remove: true}", []string{"19:12 departments[wind].code remove.unknown"}},
		{"a removed entry with more to say", "{code: water, name: {zh: 水务局}}", "{code: water, name: {zh: 水务局}}\n  - {code: wind, name: {zh: 风}, remove: true}", []string{"19:5 departments[wind] remove.extra"}},
		{"an anchor and an alias", "department: water", "department: &w water", []string{"86:70 yaml.alias"}},
		{"a merge key", "source: {document: {zh: 文件}}", "source: {<<: {}, document: {zh: 文件}}", []string{"6:10 yaml.alias"}},
		{"a tag", "experts: 5", "experts: !!int 5", []string{"44:12 yaml.tag"}},
		{"a list that is not closed", "after: [site]", "after: [site", []string{"84:5 yaml.syntax"}},
		{"a tab for indentation", "  experts: 5", "\texperts: 5", []string{"44:1 yaml.syntax"}},
		{"a number without end", "experts: 5", "experts: .inf", []string{"44:12 evaluation.experts field.type"}},
		{"three faults at once", "quorum: 4\n  passMark: 70", "quorum: 6\n  passMark: 700\n  colour: red", []string{"45:11 evaluation.quorum evaluation.quorum", "46:13 evaluation.passMark field.range", "47:3 evaluation.colour field.unknown"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			set, faults := policy.Load(map[string][]byte{"pack.yaml": []byte(change(t, tc.old, tc.changed))})
			require.Equal(t, tc.want, seen(faults))
			require.Empty(t, set.Packs())
			for _, f := range faults {
				require.NotEmpty(t, f.Message.Zh)
				require.NotEmpty(t, f.Message.En)
			}
		})
	}
}

func TestAFileThatNoPackWouldBeIsRefusedQuickly(t *testing.T) {
	for _, tc := range []struct{ name, data, want string }{
		{"more than a mebibyte", small + "#" + strings.Repeat("x", 1<<20), "1:1 source.size"},
		{"another encoding", "title: \xb9\xf0\xc1\xd6", "1:1 source.encoding"},
		{"nothing at all", "", "1:1 source.empty"},
		{"nothing but a comment", "# later", "1:1 source.empty"},
		{"a list", "- id: small", "1:1 field.type"},
		{"two documents", "id: a\n---\nid: b\n", "3:1 yaml.documents"},
		{"a bomb of aliases", "a: &a [x, x]\nb: &b [*a, *a]\n", "1:4 yaml.alias|2:4 yaml.alias|2:8 yaml.alias|2:12 yaml.alias"},
		{"brackets without end", strings.Repeat("[", 1<<19), "1:1 yaml.tokens"},
		{"brackets too deep", strings.Repeat("[", 200), "1:33 yaml.depth"},
		{"dashes too deep", strings.Repeat("- ", 200), "1:65 yaml.depth"},
		{"a great many fields", strings.Repeat("a: 1\n", 1<<17), "1:1 yaml.tokens"},
		{"a name without end", small + strings.Repeat("x", 1000) + ": 1\n", "115:1 field.long"},
		{"a directive", "%YAML 1.2\n---\nid: a\n", "1:1 yaml.syntax"},
		{"a complex key", "? [a, b]\n: c\n", "1:1 yaml.syntax"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, faults := policy.Load(map[string][]byte{"pack.yaml": []byte(tc.data)})
			require.Equal(t, tc.want, strings.Join(seen(faults), "|"))
		})
	}
}

func TestAByteOrderMarkDoesNoHarm(t *testing.T) {
	require.Equal(t, load(t, small).Hash(), load(t, "\ufeff"+small).Hash())
}

func TestWindowsLinesDoNoHarm(t *testing.T) {
	require.Equal(t, load(t, small).Hash(), load(t, strings.ReplaceAll(small, "\n", "\r\n")).Hash())
}

func TestFaultsCanBeReadAsOneError(t *testing.T) {
	require.NoError(t, policy.Faults(nil).Err())
	_, faults := policy.Load(map[string][]byte{"pack.yaml": []byte(change(t, "quorum: 4", "quorum: 6"))})
	require.EqualError(t, faults.Err(), "pack.yaml:45:11: evaluation.quorum: The quorum is larger than the panel. [evaluation.quorum]")
}

func TestThePublishedSchemaIsTheOneInUse(t *testing.T) {
	require.Contains(t, string(policy.Schema()), `"$id": "urn:milepost:pack"`)
}
