package main

import (
	_ "embed" // the rules are part of the program
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"milepost/config"
)

//go:embed rules.txt
var rules string

// rule is one row of the table.
type rule struct{ id, text, missing string }

// own tells whether the rule is the product's and no document's.
func (r rule) own() bool { return strings.HasPrefix(r.id, "OWN-") }

// table is every clause with where it acts and what proves it.
type table struct {
	rules  []rule
	places map[string][]string
	tests  map[string][]string
}

var clause = regexp.MustCompile(`\b(?:XS|SL|GL|GG|XN|BH|YY|OWN)-\d+[a-z]?\b`)

// read gathers the table from a repository.
func read(root string) (*table, error) {
	t := &table{places: map[string][]string{}, tests: map[string][]string{}}
	for _, step := range []func(string) error{t.readRules, t.readPacks, t.readCode} {
		if err := step(root); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// constants finds the rules that a file of constants lists, each with what it asks for.
const constants = `(?m)= "(OWN-\d+[a-z]?)"\s+// (.+)$`

// readRules reads what each clause asks for: the documents' from the list, the packs' own from the guide, the core's
// own and the desk's from their constants.
func (t *table) readRules(root string) error {
	for line := range strings.Lines(rules) {
		if line = strings.TrimRight(line, "\n"); line == "" || line[0] == '#' {
			continue
		}
		f := append(strings.Split(line, "\t"), "", "")
		t.rules = append(t.rules, rule{f[0], f[1], f[2]})
	}
	for _, src := range []struct{ file, row string }{
		{"docs/packs.md", `(?m)^\| (OWN-\d+[a-z]?) \| (.+) \|$`},
		{"domain/project/clauses.go", constants},
		{"domain/rules.go", constants},
	} {
		data, err := os.ReadFile(filepath.Join(root, src.file)) //nolint:gosec // the repository's own files
		if err != nil {
			return err
		}
		for _, m := range regexp.MustCompile(src.row).FindAllSubmatch(data, -1) {
			if !slices.ContainsFunc(t.rules, func(r rule) bool { return r.id == string(m[1]) }) {
				t.rules = append(t.rules, rule{id: string(m[1]), text: string(m[2])})
			}
		}
	}
	return nil
}

// readPacks finds the rules of shipped packs that cite a clause. What a pack inherits is its parent's.
func (t *table) readPacks(string) error {
	set, err := config.Packs()
	if err != nil {
		return err
	}
	inherited := map[string]bool{}
	for _, id := range []string{"base", "sl", "gl"} {
		p, ok := set.Pack(id)
		if !ok {
			return fmt.Errorf("there is no pack %s", id)
		}
		var tree any
		if err := json.Unmarshal(p.Canonical(), &tree); err != nil {
			return err
		}
		cites(tree, "", func(path, clause string) {
			if line := path + " " + clause; !inherited[line] {
				inherited[line] = id == "base"
				add(t.places, clause, "`"+id+":"+path+"`")
			}
		})
	}
	return nil
}

// cites tells the path of every field of a document that holds a clause, in the document's order of names.
func cites(v any, path string, tell func(path, clause string)) {
	switch v := v.(type) {
	case map[string]any:
		var names []string
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			if s, ok := v[name].(string); ok && strings.HasSuffix(strings.ToLower(name), "clause") && s != "" {
				at := path
				if name != "clause" {
					at += "." + name
				}
				tell(strings.TrimPrefix(at, "."), s)
				continue
			}
			cites(v[name], path+"."+name, tell)
		}
	case []any:
		for i, e := range v {
			cites(e, path+"["+keyOf(e, i)+"]", tell)
		}
	}
}

func keyOf(e any, i int) string {
	if m, ok := e.(map[string]any); ok {
		for _, name := range []string{"key", "code", "kind"} {
			if s, ok := m[name].(string); ok {
				return s
			}
		}
	}
	return strconv.Itoa(i)
}

// readCode finds the declarations of the core that cite a clause, and the tests of all rooms that name one.
func (t *table) readCode(root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error { //nolint:gosec // the repository itself
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		switch {
		case d.IsDir() && slices.Contains([]string{"third_party", "node_modules", "testdata", "web", ".git", "internal"}, d.Name()):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go"):
			return nil
		case strings.HasSuffix(name, "_test.go"):
			return t.readFile(path, func(decl string) (map[string][]string, string) {
				return t.tests, "`" + filepath.ToSlash(filepath.Dir(name)) + " " + decl + "`"
			}, testName)
		case name == "domain/project/clauses.go", name == "domain/rules.go":
			return t.readConstants(path, strings.TrimPrefix(name, "domain/"))
		case strings.HasPrefix(name, "domain/"):
			return t.readFile(path, func(decl string) (map[string][]string, string) {
				return t.places, "`" + strings.TrimPrefix(name, "domain/") + ":" + decl + "`"
			}, declName)
		}
		return nil
	})
}

// readFile notes the clauses in each declaration of a file that has a name: in its comments, and as its words.
func (t *table) readFile(path string, where func(string) (map[string][]string, string), nameOf func(ast.Decl) string) error {
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, path, nil, parser.ParseComments)
	if err != nil {
		return err
	}
	for _, decl := range f.Decls {
		name := nameOf(decl)
		if name == "" {
			continue
		}
		into, place := where(name)
		from, to := decl.Pos(), decl.End()
		if doc := docOf(decl); doc != nil {
			from = doc.Pos()
		}
		line := files.Position(to).Line
		for _, group := range f.Comments {
			// A comment on the last line of the declaration belongs to it.
			if group.Pos() < from || group.Pos() > to && files.Position(group.Pos()).Line != line {
				continue
			}
			for _, id := range clause.FindAllString(group.Text(), -1) {
				add(into, id, place)
			}
		}
		ast.Inspect(decl, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if s, err := strconv.Unquote(lit.Value); err == nil && clause.FindString(s) == s && s != "" {
					add(into, s, place)
				}
			}
			return true
		})
	}
	return nil
}

// readConstants notes the product's own rules by the names of their constants.
func (t *table) readConstants(path, name string) error {
	data, err := os.ReadFile(path) //nolint:gosec // the repository's own file
	if err != nil {
		return err
	}
	for _, m := range regexp.MustCompile(`(?m)^\s+(\w+)\s+= "([A-Z]+-\d+[a-z]?)"`).FindAllSubmatch(data, -1) {
		add(t.places, string(m[2]), "`"+name+":"+string(m[1])+"`")
	}
	return nil
}

func docOf(d ast.Decl) *ast.CommentGroup {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return d.Doc
	case *ast.GenDecl:
		return d.Doc
	default:
		return nil
	}
}

// testName is the name of a test; other declarations of a test file prove nothing.
func testName(d ast.Decl) string {
	if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Test") {
		return f.Name.Name
	}
	return ""
}

// declName is the name of a declaration, of a method the one of its type.
func declName(d ast.Decl) string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			return d.Name.Name
		}
		of := d.Recv.List[0].Type
		if p, ok := of.(*ast.StarExpr); ok {
			of = p.X
		}
		if id, ok := of.(*ast.Ident); ok && id.Name != "batch" {
			return id.Name + "." + d.Name.Name
		}
		return d.Name.Name
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				return s.Name.Name
			case *ast.ValueSpec:
				return s.Names[0].Name
			}
		}
	}
	return ""
}

// add notes a place of a clause once.
func add(into map[string][]string, id, place string) {
	if !slices.Contains(into[id], place) {
		into[id] = append(into[id], place)
	}
}
