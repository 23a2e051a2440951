package project_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var clauseID = regexp.MustCompile(`\b(?:XS|SL|GL|GG|XN|BH|YY|OWN)-\d+[a-z]?\b`)

// Every clause that a shipped pack cites, and every rule of the core's own, is named by a test of this package, in a
// comment that says what is proved or as what is expected.
func TestEveryClauseOfThePacksIsProvedHere(t *testing.T) {
	t.Parallel()
	cited := map[string]bool{}
	set, _ := shipped()
	for _, p := range set.Packs() {
		var tree any
		require.NoError(t, json.Unmarshal(p.Canonical(), &tree))
		collect(tree, cited)
	}
	own, err := os.ReadFile("clauses.go")
	require.NoError(t, err)
	for _, id := range clauseID.FindAllString(string(own), -1) {
		cited[id] = true
	}
	require.Greater(t, len(cited), 50)

	files, err := filepath.Glob("*_test.go")
	require.NoError(t, err)
	proved := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, id := range clauseID.FindAllString(string(text), -1) {
			proved[id] = true
		}
	}
	var open []string
	for id := range cited {
		if !proved[id] {
			open = append(open, id)
		}
	}
	slices.Sort(open)
	require.Empty(t, open, "cited and not proved")
}

// collect gathers what stands in the clause fields of a document.
func collect(v any, into map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for name, field := range v {
			if s, ok := field.(string); ok && strings.HasSuffix(strings.ToLower(name), "clause") && s != "" {
				into[s] = true
			}
			collect(field, into)
		}
	case []any:
		for _, e := range v {
			collect(e, into)
		}
	}
}
