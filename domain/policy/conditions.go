package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"
)

// condition is one expression of a pack and where it stands.
type condition struct {
	when string
	env  any // Figures{} or Progress{}
	way  []any
}

// conditions lists every expression of the pack that is not empty.
func (p *Pack) conditions() []condition {
	all := []condition{
		{p.Library.Standard.When, Figures{}, way("library", "standard", "when")},
		{p.Evaluation.Required.When, Figures{}, way("evaluation", "required", "when")},
		{p.Construction.Yellow, Progress{}, way("construction", "yellow")},
		{p.Construction.Red, Progress{}, way("construction", "red")},
	}
	for i, item := range p.Items {
		all = append(all, condition{item.When, Figures{}, way("items", i, "when")})
	}
	for i, s := range p.Startup.Conditions {
		all = append(all, condition{s.When, Figures{}, way("startup", "conditions", i, "when")})
	}
	for i, d := range p.Startup.Deadlines {
		all = append(all, condition{d.When, Figures{}, way("startup", "deadlines", i, "when")})
	}
	return slices.DeleteFunc(all, func(c condition) bool { return strings.TrimSpace(c.when) == "" })
}

// compileAll compiles the conditions of a pack that was checked before.
func (p *Pack) compileAll() (programs, error) {
	made := programs{figures: map[string]*vm.Program{}, progress: map[string]*vm.Program{}}
	for _, c := range p.conditions() {
		if err := made.add(c); err != nil {
			return made, fmt.Errorf("condition %q: %w", c.when, err)
		}
	}
	return made, nil
}

func (p *programs) add(c condition) error {
	into := p.figures
	if _, ok := c.env.(Progress); ok {
		into = p.progress
	}
	if into[c.when] != nil {
		return nil
	}
	program, err := compile(c.when, c.env)
	if err != nil {
		return err
	}
	into[c.when] = program
	return nil
}

// expressions compiles every condition and reports those that do not compile or that compare with a word the pack
// does not know: such a condition would silently never hold.
func (c *checker) expressions() {
	made := programs{figures: map[string]*vm.Program{}, progress: map[string]*vm.Program{}}
	for _, cond := range c.pack.conditions() {
		n := c.root.look(cond.way...)
		if err := made.add(cond); err != nil {
			line, column, message := whereWrong(err)
			f := at(n, "expression", "表达式有误："+zhWrong(message), "The expression is wrong: "+message+".")
			f.Line, f.Column = n.within(line, column)
			c.faults = append(c.faults, f)
			continue
		}
		for _, w := range c.pack.strangers(cond.when) {
			f := at(n, "expression.value", "“"+w.value+"”不是 "+w.of+" 的取值", "“"+w.value+"” is no value of "+w.of+".")
			f.Line, f.Column = n.within(lineOf(cond.when, w.at))
			c.faults = append(c.faults, f)
		}
	}
	c.pack.programs = made
}

// within turns a line and column inside a text, both from 1, into a place in the file. In a folded text (>) lines
// are not where they were written; there, and where the line is not known, it is the beginning of the text.
func (n *node) within(line, column int) (int, int) {
	switch {
	case line < 1:
		return n.own.line, n.own.column
	case n.indent > 0:
		return n.own.line + line, n.indent + column
	case line == 1 && n.quoted:
		return n.own.line, n.own.column + column
	case line == 1:
		return n.own.line, n.own.column + column - 1
	default:
		return n.own.line, n.own.column
	}
}

// lineOf turns a position counted in characters into a line and column, both from 1.
func lineOf(s string, at int) (line, column int) {
	line, column = 1, 1
	for i, r := range []rune(s) {
		if i == at {
			break
		}
		if column++; r == '\n' {
			line, column = line+1, 1
		}
	}
	return line, column
}

// stranger is a word that a condition compares with and the pack does not know.
type stranger struct {
	value, of string
	at        int // in characters
}

// strangers lists the words of a condition that the pack does not know.
func (p *Pack) strangers(when string) []stranger {
	tree, err := parser.Parse(when)
	if err != nil {
		return nil // has been reported
	}
	v := &vocabulary{words: map[string][]string{
		"level":     {"national", "regional", "city", "county"},
		"procedure": {"approval", "verification", "filing"},
		"sector":    keys(p.Library.Sectors),
		"kind":      keys(p.Library.Kinds),
		"funding":   keys(p.Library.Fundings),
		"tags":      keys(p.Library.Tags),
	}}
	for _, r := range p.Assurance.Resources {
		v.words["needs"] = append(v.words["needs"], r.Key)
	}
	ast.Walk(&tree.Node, v)
	return v.found
}

func keys(list []Choice) []string {
	var ks []string
	for _, c := range list {
		ks = append(ks, c.Key)
	}
	return ks
}

// vocabulary walks an expression and looks at every word it compares a figure with.
type vocabulary struct {
	words map[string][]string // by figure; a figure without words takes any
	found []stranger
}

// Visit looks at one node.
func (v *vocabulary) Visit(n *ast.Node) {
	switch e := (*n).(type) {
	case *ast.BinaryNode:
		switch e.Operator {
		case "==", "!=":
			v.compare(e.Left, e.Right)
			v.compare(e.Right, e.Left)
		case "in":
			v.compare(e.Left, e.Right)
			v.compare(e.Right, e.Left)
		}
	case *ast.MemberNode:
		v.compare(e.Node, e.Property)
	}
}

// compare looks at the words on one side when the other side is a figure.
func (v *vocabulary) compare(figure, word ast.Node) {
	id, ok := figure.(*ast.IdentifierNode)
	if !ok {
		return
	}
	words := v.words[id.Value]
	switch w := word.(type) {
	case *ast.StringNode:
		if w.Value != "" && len(words) > 0 && !slices.Contains(words, w.Value) {
			v.found = append(v.found, stranger{w.Value, id.Value, w.Location().From})
		}
	case *ast.ArrayNode:
		for _, one := range w.Nodes {
			v.compare(figure, one)
		}
	}
}
