package api_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// formal are the refusals of what cannot be read or understood: no rule is behind them but the form itself.
var formal = []string{"cursor", "sort", "limit.pause", "limit.close", "reassign.which", "quota.act", "quota.key"}

// TestARefusalNamesItsRule holds every refusal that the API or the store writes to naming the rule that refuses.
func TestARefusalNamesItsRule(t *testing.T) {
	t.Parallel()
	clauseAt := map[string]int{"domain.Invalid": 2, "domain.NotAllowed": 1, "domain.Conflict": 1}
	found := 0
	for _, room := range []string{".", "../store"} {
		files, err := filepath.Glob(filepath.Join(room, "*.go"))
		require.NoError(t, err)
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			set := token.NewFileSet()
			f, err := parser.ParseFile(set, name, nil, 0)
			require.NoError(t, err)
			ast.Inspect(f, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				where := set.Position(call.Pos())
				of := called(call)
				if of == "refuse" {
					status, _ := call.Args[0].(*ast.SelectorExpr)
					require.False(t, status != nil && status.Sel.Name == "StatusForbidden", "%s: a 403 names its rule, by forbid", where)
				}
				i, refusal := clauseAt[of]
				if !refusal {
					return true
				}
				found++
				if literal(call.Args[i]) == `""` {
					code, err := strconv.Unquote(literal(call.Args[0]))
					require.NoError(t, err, "%s", where)
					require.True(t, slices.Contains(formal, code), "%s: %s names no rule", where, code)
				}
				return true
			})
		}
	}
	require.Greater(t, found, 20, "the refusals are found")
}

// called is the name of what a call calls: "refuse", "domain.Invalid".
func called(c *ast.CallExpr) string {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		if of, ok := f.X.(*ast.Ident); ok {
			return of.Name + "." + f.Sel.Name
		}
	}
	return ""
}

func literal(e ast.Expr) string {
	if l, ok := e.(*ast.BasicLit); ok {
		return l.Value
	}
	return ""
}
