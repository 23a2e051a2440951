package policy

import "slices"

// Inheritance: a pack takes over every rule of the one it extends and says only what is different.
//
//   - A field replaces the inherited one; groups of fields are merged field by field.
//   - The lists below are merged by key: an entry with an inherited key changes the fields it names, in the
//     inherited place; a new key is added at the end; remove: true drops the inherited entry.
//   - Any other list, a condition, and a text in two languages are replaced as a whole, since half of one and half
//     of the other would say what nobody meant.
//   - The clause of a limit (limitClause) goes with its number: who sets another number does not inherit it.
//   - What tells packs apart (own below) is never inherited.

// keyed are the lists merged by key, with the field that is the key. Positions in lists are left out of the path.
var keyed = map[string]string{
	"departments":             "code",
	"ladders":                 "key",
	"clock.pauseReasons":      "key",
	"library.kinds":           "key",
	"library.sectors":         "key",
	"library.fundings":        "key",
	"library.tags":            "key",
	"evaluation.specialities": "key",
	"evaluation.criteria":     "key",
	"items":                   "key",
	"items.papers":            "key",
	"assurance.resources":     "key",
	"startup.conditions":      "key",
}

// whole are the groups replaced as a whole.
var whole = []string{"library.standard", "evaluation.required"}

// own are the fields that every pack states for itself.
var own = []string{"id", "version", "title", "jurisdiction", "source", "extends"}

// merge lays a pack's file over the resolved tree of its parent, or over nothing.
func merge(parent, child *node) (*node, Faults) {
	m := merger{}
	base := &node{kind: mapping, own: child.own}
	if parent != nil {
		for _, e := range parent.entries {
			if !slices.Contains(own, e.name) {
				base.entries = append(base.entries, e)
			}
		}
	}
	merged := m.mapping(base, child, "")
	merged.label("")
	return merged, m.faults
}

type merger struct{ faults Faults }

func (m *merger) value(parent, child *node, path string) *node {
	switch {
	case child.kind == broken && parent != nil:
		return parent
	case child.kind == list && keyed[path] != "":
		return m.list(parent, child, path)
	case child.kind == mapping && !isText(child) && !slices.Contains(whole, path):
		if parent == nil || parent.kind != mapping {
			parent = &node{kind: mapping}
		}
		return m.mapping(parent, child, path)
	default:
		return child
	}
}

func (m *merger) mapping(parent, child *node, path string) *node {
	out := *child
	out.entries = slices.Clone(parent.entries)
	if child.get("days") != nil {
		out.entries = slices.DeleteFunc(out.entries, func(p entry) bool { return p.name == "limitClause" })
	}
	for _, e := range child.entries {
		i := slices.IndexFunc(out.entries, func(p entry) bool { return p.name == e.name })
		if i < 0 {
			out.entries = append(out.entries, entry{e.name, e.key, m.value(nil, e.value, join(path, e.name))})
			continue
		}
		out.entries[i] = entry{e.name, e.key, m.value(out.entries[i].value, e.value, join(path, e.name))}
	}
	return &out
}

func (m *merger) list(parent, child *node, path string) *node {
	out := *child
	out.list = nil
	if parent != nil {
		out.list = slices.Clone(parent.list)
	}
	field := keyed[path]
	seen := map[string]bool{}
	for _, v := range child.list {
		k := v.get(field)
		if v.kind != mapping || k == nil || k.kind != text {
			continue // refused by its shape
		}
		if seen[k.text] {
			m.faults = append(m.faults, at(k, "entry.duplicate", "“"+k.text+"”重复", "“"+k.text+"” is given twice."))
			continue
		}
		seen[k.text] = true
		i := slices.IndexFunc(out.list, func(p *node) bool { return p.get(field).text == k.text })
		drop := v.get("remove")
		switch {
		case drop != nil && i < 0:
			m.faults = append(m.faults, at(k, "remove.unknown", "没有可删去的“"+k.text+"”", "There is no inherited “"+k.text+"” to remove."))
		case drop != nil:
			out.list = slices.Delete(out.list, i, i+1)
		case i < 0:
			out.list = append(out.list, m.value(nil, v, path))
		default:
			out.list[i] = m.value(out.list[i], v, path)
		}
	}
	return &out
}

// isText tells whether a group is a sentence in the two languages.
func isText(n *node) bool {
	return len(n.entries) > 0 && !slices.ContainsFunc(n.entries, func(e entry) bool { return e.name != "zh" && e.name != "en" })
}
