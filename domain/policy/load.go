package policy

import (
	"maps"
	"slices"
	"strings"
)

// Set holds packs that were read together.
type Set struct{ packs []*Pack }

// Pack returns the pack with that id.
func (s *Set) Pack(id string) (*Pack, bool) {
	return find(s.packs, func(p *Pack) bool { return p.ID == id })
}

// Packs returns all packs in the order of their ids.
func (s *Set) Packs() []*Pack { return slices.Clone(s.packs) }

// Load reads packs from YAML files, resolves what they inherit from each other, and checks everything. The set
// holds the packs without fault whose parents are without fault; all faults of all files are returned.
func Load(sources map[string][]byte) (*Set, Faults) {
	l := readAll(sources)
	set := &Set{}
	var faults Faults
	for _, d := range l.docs {
		faults = append(faults, d.faults...)
	}
	for _, id := range slices.Sorted(maps.Keys(l.byID)) {
		r := l.resolve(id)
		faults = append(faults, r.faults...)
		if r.pack != nil {
			set.packs = append(set.packs, r.pack)
		}
	}
	return set, faults.sorted()
}

// Check reads one pack file against the shipped packs it may extend, and returns its faults and those of its
// parents. A shipped pack with the same id is the earlier edition of the file and gives way to it.
func Check(name string, data []byte, shipped map[string][]byte) []Fault {
	_, faults := Read(name, data, shipped)
	return faults
}

// Read is Check that returns the pack as well, resolved, when there is no fault.
func Read(name string, data []byte, shipped map[string][]byte) (*Pack, []Fault) {
	l := readAll(map[string][]byte{name: data})
	checked := l.docs[0]
	for _, d := range readAll(shipped).docs {
		if d.id != "" && d.id != checked.id {
			l.add(d)
		}
	}
	faults := slices.Clone(checked.faults)
	for id := checked.id; id != ""; {
		r, d := l.resolve(id), l.byID[id]
		if d == nil {
			break
		}
		faults = append(append(faults, d.faults...), r.faults...)
		id = d.extends
		if id == checked.id {
			break
		}
	}
	if len(faults) > 0 {
		return nil, faults.sorted()
	}
	return l.resolve(checked.id).pack, nil
}

// document is one file: its usable tree and what is wrong with it by itself.
type document struct {
	id, extends string
	root        *node
	faults      Faults
}

type loader struct {
	docs     []*document
	byID     map[string]*document
	resolved map[string]*resolution
}

// resolution is a pack with everything inherited: its tree, what is wrong with it as a whole, and the pack itself
// when nothing is.
type resolution struct {
	root   *node
	faults Faults
	pack   *Pack
}

func readAll(sources map[string][]byte) *loader {
	l := &loader{byID: map[string]*document{}, resolved: map[string]*resolution{}}
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		root, faults := read(name, sources[name])
		d := &document{faults: faults}
		if root != nil {
			var more Faults
			d.root, more = checkFile(root)
			d.faults = append(d.faults, more...)
			d.id, d.extends = word(d.root, "id"), word(d.root, "extends")
		}
		l.add(d)
	}
	return l
}

func (l *loader) add(d *document) {
	l.docs = append(l.docs, d)
	if d.root == nil || d.id == "" {
		return
	}
	if first, taken := l.byID[d.id]; taken {
		n := d.root.get("id")
		file := first.root.get("id").own.file
		d.faults = append(d.faults, at(n, "id.duplicate", "编号“"+d.id+"”已用于 "+file, "The id “"+d.id+"” is taken by "+file+"."))
		return
	}
	l.byID[d.id] = d
}

// resolve merges a pack with its parents and checks the result.
func (l *loader) resolve(id string) *resolution {
	if r, done := l.resolved[id]; done {
		return r
	}
	r := &resolution{}
	l.resolved[id] = r
	d := l.byID[id]
	if d == nil {
		return r
	}
	var parent *resolution
	if d.extends != "" {
		if f, wrong := l.parentFault(d); wrong {
			r.faults = Faults{f}
			return r
		}
		parent = l.resolve(d.extends)
		if parent.root == nil {
			return r // the parent's own parent is at fault, and that has been said
		}
	}
	var base *node
	if parent != nil {
		base = parent.root
	}
	r.root, r.faults = merge(base, d.root)
	r.faults = append(r.faults, checkComplete(r.root)...)
	tree, _ := r.root.plain().(map[string]any)
	pack, err := assemble(tree)
	if err != nil {
		r.faults = append(r.faults, at(r.root, "pack.unreadable", "无法读取："+err.Error(), "Cannot be read: "+err.Error()+"."))
		return r
	}
	r.faults = append(r.faults, pack.checkRules(r.root)...)
	if len(r.faults) == 0 && len(d.faults) == 0 && (parent == nil || parent.pack != nil) {
		r.pack = pack
	}
	return r
}

// parentFault tells whether the pack a file extends is missing, or extends the file in turn.
func (l *loader) parentFault(d *document) (Fault, bool) {
	n := d.root.get("extends")
	if l.byID[d.extends] == nil {
		return at(n, "extends.unknown", "没有政策包“"+d.extends+"”", "There is no pack “"+d.extends+"”."), true
	}
	way := []string{d.id}
	for up := d; up != nil && up.extends != ""; up = l.byID[up.extends] {
		way = append(way, up.extends)
		if up.extends == d.id {
			circle := strings.Join(way, " → ")
			return at(n, "extends.cycle", "继承成环："+circle, "Packs extend each other: "+circle+"."), true
		}
		if len(way) > len(l.byID)+1 {
			break // a circle further up is its own packs' fault
		}
	}
	return Fault{}, false
}

// word returns a text field, or "".
func word(n *node, field string) string {
	if v := n.get(field); v != nil && v.kind == text {
		return v.text
	}
	return ""
}
