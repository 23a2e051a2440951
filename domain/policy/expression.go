package policy

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"

	"milepost/domain"
)

// programs are the compiled conditions of a pack by their text. They are made when the pack is loaded and never
// change, so that a pack can be shared.
type programs struct {
	figures  map[string]*vm.Program // over Figures
	progress map[string]*vm.Program // over Progress
}

// Lamps of a rule over figures.
const (
	LampGreen  = "green"
	LampYellow = "yellow"
	LampRed    = "red"
)

// Holds tells whether a condition of the pack is true for a project's figures. The empty condition always is.
// A condition that cannot be decided, such as a division by zero, is an error and never false.
func (p *Pack) Holds(when string, f Figures) (bool, error) {
	if strings.TrimSpace(when) == "" {
		return true, nil
	}
	program, ok := p.programs.figures[when]
	if !ok {
		var err error
		if program, err = compile(when, Figures{}); err != nil {
			return false, undecidable(when, err)
		}
	}
	return decide(when, program, f)
}

// ProgressLamp returns the lamp of a period by the pack's rule: red where the red expression holds, else yellow
// where the yellow one does, else green.
func (p *Pack) ProgressLamp(pr Progress) (string, error) {
	for _, rule := range []struct{ when, lamp string }{{p.Construction.Red, LampRed}, {p.Construction.Yellow, LampYellow}} {
		program, ok := p.programs.progress[rule.when]
		if !ok {
			var err error
			if program, err = compile(rule.when, Progress{}); err != nil {
				return "", undecidable(rule.when, err)
			}
		}
		holds, err := decide(rule.when, program, pr)
		if err != nil {
			return "", err
		}
		if holds {
			return rule.lamp, nil
		}
	}
	return LampGreen, nil
}

func decide(when string, program *vm.Program, env any) (bool, error) {
	out, err := expr.Run(program, env)
	if err != nil {
		return false, undecidable(when, err)
	}
	holds, ok := out.(bool)
	if !ok {
		return false, undecidable(when, fmt.Errorf("the result is %T", out))
	}
	return holds, nil
}

func undecidable(when string, err error) error {
	_, _, message := whereWrong(err)
	return domain.Conflict("condition.undecidable", "",
		"条件“"+when+"”无法判定："+zhWrong(message), "The condition “"+when+"” cannot be decided: "+message+".")
}

// An expression is a sentence or two; these bounds keep one from exhausting the machine.
const (
	maxExpression = 500 // characters
	maxNodes      = 200
)

// compile checks an expression against the environment it will see; it must be boolean. Functions that would
// make the answer depend on anything but the figures, such as now(), do not exist, and none that loops, so that
// an answer is always quick.
func compile(when string, env any) (*vm.Program, error) {
	if len(when) > maxExpression*4 {
		return nil, errors.New("the expression is too long")
	}
	if err := noLoops(when); err != nil {
		return nil, err
	}
	return expr.Compile(when,
		expr.Env(env), expr.AsBool(), expr.WarnOnAny(), expr.MaxNodes(maxNodes),
		expr.DisableAllBuiltins(),
		expr.EnableBuiltin("len"), expr.EnableBuiltin("abs"), expr.EnableBuiltin("min"), expr.EnableBuiltin("max"),
		money("wan", fenPerWan), money("yi", fenPerYi),
		expr.Function(divideName, divide, new(func(float64, float64) float64)), expr.Patch(safeDivision{}),
	)
}

// noLoops refuses the expressions that go through a list or make one of a range; the reader knows no option to
// leave them out.
func noLoops(when string) error {
	tree, err := parser.Parse(when)
	if err != nil {
		return nil //nolint:nilerr // the compiler says it better
	}
	v := &loops{}
	ast.Walk(&tree.Node, v)
	if v.first == nil {
		return nil
	}
	return (&file.Error{Location: v.first.Location(), Message: "loops and ranges are not allowed"}).Bind(tree.Source)
}

type loops struct{ first ast.Node }

// Visit looks at one node.
func (v *loops) Visit(n *ast.Node) {
	loop := false
	switch e := (*n).(type) {
	case *ast.PredicateNode:
		loop = true
	case *ast.BinaryNode:
		loop = e.Operator == ".."
	}
	if loop && v.first == nil {
		v.first = *n
	}
}

const (
	fenPerWan = 1_000_000      // 万元
	fenPerYi  = 10_000_000_000 // 亿元
)

// money makes the function that turns amounts of a unit into fen.
func money(name string, fen int64) expr.Option {
	return expr.Function(name, func(args ...any) (any, error) {
		if len(args) != 1 {
			return nil, fmt.Errorf("%s takes one amount", name)
		}
		switch n := args[0].(type) {
		case int:
			return fenOf(name, int64(n), fen)
		case int64:
			return fenOf(name, n, fen)
		case float64:
			v := math.Round(n * float64(fen))
			if math.IsNaN(v) || math.Abs(v) > maxFen {
				return nil, fmt.Errorf("%s(%v) is too large", name, n)
			}
			return int64(v), nil
		default:
			return nil, fmt.Errorf("%s takes a number", name)
		}
	}, new(func(int) int64), new(func(int64) int64), new(func(float64) int64))
}

// maxFen keeps sums and comparisons exact: 9,000 trillion fen is more than any budget.
const maxFen = 9e15

func fenOf(name string, n, fen int64) (any, error) {
	if n > maxFen/fen || n < -maxFen/fen {
		return nil, fmt.Errorf("%s(%d) is too large", name, n)
	}
	return n * fen, nil
}

// divideName cannot be written in an expression; only safeDivision puts it there.
const divideName = "÷"

// safeDivision turns a / b into a call that fails when b is zero: an infinite ratio would otherwise pass or fail
// a threshold without anybody noticing.
type safeDivision struct{}

// Visit replaces one node.
func (safeDivision) Visit(n *ast.Node) {
	b, ok := (*n).(*ast.BinaryNode)
	if !ok || b.Operator != "/" || !numeric(b.Left.Type()) || !numeric(b.Right.Type()) {
		return // what is wrong with its types the checker says better
	}
	call := &ast.CallNode{Callee: &ast.IdentifierNode{Value: divideName}, Arguments: []ast.Node{b.Left, b.Right}}
	call.SetType(reflect.TypeFor[float64]())
	ast.Patch(n, call)
}

func numeric(t reflect.Type) bool {
	if t == nil {
		return false
	}
	k := t.Kind()
	return k >= reflect.Int && k <= reflect.Float64
}

func divide(args ...any) (any, error) {
	if len(args) != 2 {
		return nil, errors.New("a division has two sides")
	}
	a, b := number(args[0]), number(args[1])
	if b == 0 {
		return nil, errors.New("division by zero")
	}
	return a / b, nil
}

func number(v any) float64 {
	r := reflect.ValueOf(v)
	switch {
	case r.CanInt():
		return float64(r.Int())
	case r.CanUint():
		return float64(r.Uint())
	case r.CanFloat():
		return r.Float()
	default:
		return math.NaN()
	}
}

// whereWrong returns the line and column, both from 1, at which an expression fails, and what is wrong there;
// line 0 when it is not known.
func whereWrong(err error) (line, column int, message string) {
	if e, ok := errors.AsType[*file.Error](err); ok {
		return e.Line, e.Column + 1, e.Message
	}
	return 0, 0, err.Error()
}

// zhWrong puts the commonest messages of the expression reader into Chinese.
func zhWrong(message string) string {
	for _, w := range []struct{ en, zh string }{
		{"unknown name ", "没有这个名称："},
		{"expected bool, but got ", "结果须为真或假，实为 "},
		{"unexpected token EOF", "表达式不完整"},
		{"unexpected token ", "符号放错了地方："},
		{"invalid operation: ", "这两种值不能这样运算："},
		{"division by zero", "除数为零"},
		{"loops and ranges are not allowed", "不能使用循环和区间"},
	} {
		if rest, ok := strings.CutPrefix(message, w.en); ok {
			return w.zh + rest
		}
	}
	return message
}
