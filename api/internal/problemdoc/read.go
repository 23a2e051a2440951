package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// problem is one refusal as the code makes it. What is only known when it happens is "…".
type problem struct {
	code, status, field, clause, zh, en string
}

// rooms are the folders whose code refuses.
var rooms = []string{"activities", "api", "commands", "domain", "files", "store", "worker", "workflows"}

// source is the code of one package.
type source struct {
	dir    string
	files  []*ast.File
	consts map[string]ast.Expr
	makers map[string]*maker // functions of its own that make refusals of a code they are given
}

// maker makes a refusal out of its arguments: parts are in the order of problem's fields. A part that is nil is empty.
type maker struct {
	params []string
	parts  [6]ast.Expr
	from   *source
}

// reader reads all rooms.
type reader struct {
	fset     *token.FileSet
	packages map[string]*source // by folder
	found    map[problem]bool
	faults   []error
}

// read lists every refusal that the code of a repository can make. A refusal whose code it cannot tell is an error: no
// code goes undocumented.
func read(repository string) ([]problem, error) {
	r := &reader{fset: token.NewFileSet(), packages: map[string]*source{}, found: map[problem]bool{}}
	for _, room := range rooms {
		err := filepath.WalkDir(filepath.Join(repository, room), func(path string, d fs.DirEntry, err error) error { //nolint:gosec // whoever generates names the repository
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(filepath.ToSlash(path), "/internal/") {
				return err
			}
			return r.parse(repository, path)
		})
		if err != nil {
			return nil, err
		}
	}
	for grown := true; grown; { // a maker may be made of another
		grown = false
		for _, dir := range slices.Sorted(keys(r.packages)) {
			grown = r.makersOf(r.packages[dir]) || grown
		}
	}
	for _, s := range r.packages {
		r.refusalsOf(s)
	}
	if len(r.faults) > 0 {
		return nil, r.faults[0]
	}
	for _, p := range fixed {
		r.found[p] = true
	}
	r.keywords()
	problems := slices.Collect(keys(r.found))
	slices.SortFunc(problems, func(a, b problem) int { return strings.Compare(a.row(), b.row()) })
	return problems, nil
}

func keys[K comparable, V any](m map[K]V) func(func(K) bool) {
	return func(yield func(K) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func (r *reader) parse(repository, path string) error {
	file, err := parser.ParseFile(r.fset, path, nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	dir, err := filepath.Rel(repository, filepath.Dir(path))
	if err != nil {
		return err
	}
	dir = filepath.ToSlash(dir)
	s, ok := r.packages[dir]
	if !ok {
		s = &source{dir: dir, consts: map[string]ast.Expr{}, makers: map[string]*maker{}}
		r.packages[dir] = s
	}
	s.files = append(s.files, file)
	for _, decl := range file.Decls {
		general, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range general.Specs {
			if v, ok := spec.(*ast.ValueSpec); ok && len(v.Names) == len(v.Values) {
				for i, name := range v.Names {
					s.consts[name.Name] = v.Values[i]
				}
			}
		}
	}
	return nil
}

// keywords notes what the contract's checker refuses, by the keyword of the schema that is not met.
func (r *reader) keywords() {
	api, ok := r.packages["api"]
	if !ok {
		return
	}
	note := func(code string, text ast.Expr) {
		zh, en := texts(text)
		r.found[problem{code, "422", unknown, "", r.text(zh, api), r.text(en, api)}] = true
	}
	words, _ := api.consts["words"].(*ast.CompositeLit)
	if words == nil {
		return
	}
	note("text.line", api.consts["notALine"])
	for _, element := range words.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			note("contract."+r.text(pair.Key, api), pair.Value)
		}
	}
}

// each visits every expression of a package with the function around it, if any, and the closures that it has named.
func (s *source) each(visit func(n ast.Node, in *scope)) {
	for _, file := range s.files {
		for _, decl := range file.Decls {
			in := &scope{source: s, closures: map[string]*maker{}}
			if f, ok := decl.(*ast.FuncDecl); ok {
				in.name, in.params = f.Name.Name, paramsOf(f.Type)
			}
			s.walk(decl, in, visit)
		}
	}
}

// scope is where an expression stands.
type scope struct {
	source   *source
	name     string // of the function around it
	params   []string
	outer    *scope
	closures map[string]*maker
}

func (s *source) walk(n ast.Node, in *scope, visit func(ast.Node, *scope)) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, value := range n.Rhs {
				name, isName := n.Lhs[min(i, len(n.Lhs)-1)].(*ast.Ident)
				literal, isFunc := value.(*ast.FuncLit)
				if isName && isFunc {
					s.walk(literal.Body, &scope{source: s, name: name.Name, params: paramsOf(literal.Type), outer: in, closures: in.closures}, visit)
					return false
				}
			}
		case nil:
			return false
		}
		visit(n, in)
		return true
	})
}

func paramsOf(f *ast.FuncType) (names []string) {
	for _, field := range f.Params.List {
		for _, name := range field.Names {
			names = append(names, name.Name)
		}
		if len(field.Names) == 0 {
			names = append(names, "_")
		}
	}
	return names
}

// makersOf finds functions that make refusals of a code that they are given; it tells whether it found another.
func (r *reader) makersOf(s *source) (grown bool) {
	s.each(func(n ast.Node, in *scope) {
		parts, from, ok := r.refusal(n, in)
		if !ok || in.name == "" || !mentions(parts[0], in.params) {
			return
		}
		known := s.makers
		if in.outer != nil {
			known = in.closures
		}
		if _, there := known[in.name]; !there {
			known[in.name] = &maker{in.params, parts, from}
			grown = in.outer == nil
		}
	})
	return grown
}

// refusalsOf notes every refusal of a package that is whole where it stands.
func (r *reader) refusalsOf(s *source) {
	if s.dir == "domain" { // where the constructors are
		return
	}
	// Closures are known only once the walk has come past them, and they are always named before they are called.
	s.each(func(n ast.Node, in *scope) {
		parts, from, ok := r.refusal(n, in)
		if !ok {
			return
		}
		if in.name != "" && mentions(parts[0], in.params) {
			if in.outer != nil {
				in.closures[in.name] = &maker{in.params, parts, from}
			}
			return
		}
		p := problem{
			code: r.text(parts[0], s), status: r.text(parts[1], s), field: r.text(parts[2], s), clause: r.text(parts[3], s),
			zh: r.text(parts[4], s), en: r.text(parts[5], s),
		}
		if strings.Trim(p.code, unknown+".") == "" || p.status == "" || strings.Contains(p.status, unknown) {
			r.faults = append(r.faults, fmt.Errorf("%s: it cannot be told from the code what is refused here: %+v", r.fset.Position(n.Pos()), p))
			return
		}
		r.found[p] = true
	})
}
