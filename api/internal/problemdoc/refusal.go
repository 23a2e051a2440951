package main

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// The parts of a refusal, as problem has them.
const (
	partCode = iota
	partStatus
	partField
	partClause
	partZh
	partEn
)

// constructor says which argument of a function is which part; -1 for none.
type constructor struct {
	status    string // where it is always the same
	arguments [6]int
}

// constructors are the functions that every refusal comes from.
var constructors = map[string]constructor{
	"domain.Invalid":    {"422", [6]int{0, -1, 1, 2, 3, 4}},
	"domain.NotAllowed": {"403", [6]int{0, -1, -1, 1, 2, 3}},
	"domain.Conflict":   {"409", [6]int{0, -1, -1, 1, 2, 3}},
	"domain.NotFound":   {"404", [6]int{0, -1, 1, -1, 2, 3}},
	"domain.Busy":       {"503", [6]int{0, -1, -1, -1, 1, 2}},
	"refuse":            {"", [6]int{1, 0, 2, -1, 3, 4}},
	"forbid":            {"403", [6]int{0, -1, 1, 2, 3, 4}},
}

// statuses are the kinds of refusal of the core, and the statuses that the API names.
var statuses = map[string]string{
	"KindInvalid": "422", "KindNotAllowed": "403", "KindConflict": "409", "KindNotFound": "404", "KindBusy": "503", "KindFault": "500",
	"StatusBadRequest": "400", "StatusUnauthorized": "401", "StatusForbidden": "403", "StatusNotFound": "404", "StatusMethodNotAllowed": "405",
	"StatusRequestTimeout": "408", "StatusConflict": "409", "StatusRequestEntityTooLarge": "413", "StatusRequestURITooLong": "414",
	"StatusUnsupportedMediaType": "415", "StatusUnprocessableEntity": "422", "StatusTooManyRequests": "429",
	"StatusServiceUnavailable": "503", "StatusInsufficientStorage": "507",
}

// refusal takes an expression apart that makes a refusal.
func (r *reader) refusal(n ast.Node, in *scope) (parts [6]ast.Expr, from *source, ok bool) {
	switch n := n.(type) {
	case *ast.CallExpr:
		return r.call(n, in)
	case *ast.CompositeLit:
		return literal(n, in.source)
	}
	return parts, nil, false
}

func (r *reader) call(n *ast.CallExpr, in *scope) (parts [6]ast.Expr, from *source, ok bool) {
	name := nameOf(n.Fun)
	for at := in; at != nil; at = at.outer {
		if m := at.closures[name]; m != nil && m != in.own() {
			return m.with(n.Args), in.source, true
		}
	}
	if m := in.source.makers[name]; m != nil && name != in.name {
		return m.with(n.Args), in.source, true
	}
	c, ok := constructors[name]
	if !ok || (name == "refuse" || name == "forbid") && (in.source.dir != "api" || len(n.Args) < 5) {
		return parts, nil, false
	}
	for part, argument := range c.arguments {
		if argument >= 0 && argument < len(n.Args) {
			parts[part] = n.Args[argument]
		}
	}
	if c.status != "" {
		parts[partStatus] = &ast.BasicLit{Kind: token.STRING, Value: strconv.Quote(c.status)}
	}
	return parts, in.source, true
}

// own is the maker that the scope itself is.
func (in *scope) own() *maker {
	if in.outer == nil {
		return nil
	}
	return in.closures[in.name]
}

// with puts arguments in the place of a maker's parameters.
func (m *maker) with(arguments []ast.Expr) (parts [6]ast.Expr) {
	given := map[string]ast.Expr{}
	for i, name := range m.params {
		if i < len(arguments) {
			given[name] = arguments[i]
		}
	}
	for i, part := range m.parts {
		parts[i] = replaced(part, given)
	}
	return parts
}

// replaced is an expression with others in the place of names.
func replaced(e ast.Expr, given map[string]ast.Expr) ast.Expr {
	switch e := e.(type) {
	case *ast.Ident:
		if other, ok := given[e.Name]; ok {
			return other
		}
	case *ast.BinaryExpr:
		return &ast.BinaryExpr{X: replaced(e.X, given), Op: e.Op, Y: replaced(e.Y, given)}
	case *ast.CallExpr:
		call := &ast.CallExpr{Fun: e.Fun}
		for _, a := range e.Args {
			call.Args = append(call.Args, replaced(a, given))
		}
		return call
	}
	return e
}

// literal takes a refusal apart that is written as a value: &refusal{…} and &domain.Error{…}.
func literal(n *ast.CompositeLit, s *source) (parts [6]ast.Expr, from *source, ok bool) {
	switch name := nameOf(n.Type); {
	case name == "refusal" && s.dir == "api", name == "domain.Error":
	default:
		return parts, nil, false
	}
	places := map[string]int{"status": partStatus, "kind": partStatus, "code": partCode, "field": partField, "clause": partClause}
	for _, element := range n.Elts {
		pair, isPair := element.(*ast.KeyValueExpr)
		if !isPair {
			return parts, nil, false
		}
		name := strings.ToLower(nameOf(pair.Key))
		if place, known := places[name]; known {
			parts[place] = pair.Value
		}
		if name == "text" {
			parts[partZh], parts[partEn] = texts(s.named(pair.Value))
		}
	}
	if again, is := parts[partCode].(*ast.SelectorExpr); is && again.Sel.Name == "code" {
		return parts, nil, false // it says again what was found before
	}
	return parts, s, parts[partCode] != nil
}

// named is the value of a name that the package gives one to.
func (s *source) named(e ast.Expr) ast.Expr {
	if name, ok := e.(*ast.Ident); ok && s.consts[name.Name] != nil {
		return s.consts[name.Name]
	}
	return e
}

// texts are the two languages of a text.
func texts(e ast.Expr) (zh, en ast.Expr) {
	n, ok := e.(*ast.CompositeLit)
	if !ok {
		return e, e
	}
	for i, element := range n.Elts {
		value, name := element, []string{"Zh", "En"}[min(i, 1)]
		if pair, isPair := element.(*ast.KeyValueExpr); isPair {
			value, name = pair.Value, nameOf(pair.Key)
		}
		if name == "Zh" {
			zh = value
		} else {
			en = value
		}
	}
	return zh, en
}

func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok {
			return x.Name + "." + e.Sel.Name
		}
	}
	return ""
}

// mentions tells whether an expression speaks of one of some names.
func mentions(e ast.Expr, names []string) (found bool) {
	if e == nil {
		return false
	}
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr: // a part of something is not what was given
			return false
		case *ast.Ident:
			found = found || slices.Contains(names, n.Name)
		}
		return true
	})
	return found
}

// unknown stands for what is only known when it happens.
const unknown = "…"

// text is what an expression says, as far as the code tells.
func (r *reader) text(e ast.Expr, s *source) string {
	switch e := e.(type) {
	case nil:
		return ""
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil {
			return text
		}
		return e.Value
	case *ast.BinaryExpr:
		joined := r.text(e.X, s) + r.text(e.Y, s)
		return strings.ReplaceAll(joined, unknown+unknown, unknown)
	case *ast.Ident:
		if value, ok := s.consts[e.Name]; ok {
			return r.text(value, s)
		}
		if status, ok := statuses[e.Name]; ok {
			return status
		}
	case *ast.SelectorExpr:
		if status, ok := statuses[e.Sel.Name]; ok {
			return status
		}
		if of, ok := e.X.(*ast.Ident); ok && r.packages[of.Name] != nil {
			if value, ok := r.packages[of.Name].consts[e.Sel.Name]; ok {
				return r.text(value, r.packages[of.Name])
			}
		}
		if strings.Contains(e.Sel.Name, "Clause") || strings.Contains(e.Sel.Name, "Rule") {
			return byPack
		}
	case *ast.CallExpr:
		if nameOf(e.Fun) == "strings.ReplaceAll" && len(e.Args) == 3 {
			return strings.ReplaceAll(r.text(e.Args[0], s), r.text(e.Args[1], s), r.text(e.Args[2], s))
		}
	case *ast.ParenExpr:
		return r.text(e.X, s)
	}
	return unknown
}

// byPack stands for a clause that the policy pack names.
const byPack = "政策包 pack"
