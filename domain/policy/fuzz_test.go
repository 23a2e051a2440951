package policy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain/policy"
)

// FuzzLoad feeds anything to the reader: it answers with packs or with faults, and what it accepts can be stored.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(childHead))
	shipped, err := filepath.Glob("../../config/packs/*.yaml")
	require.NoError(f, err)
	for _, name := range shipped {
		data, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(data)
	}
	for _, s := range []string{
		"", "#", "---\n---\n", "[", "{", "- - - -", "a: &a [*a]", "? a\n: b", "<<: {}", "%YAML 1.2\n---\na: 1", "a: !!binary x", "a: |\n", "a: >+1\n b",
		"id: a\nid: a", "id: {a: [b, {c: d}]}", "\ufeffid: a", "items: [{key: a, after: [a]}]", "items: [null, 3, [], {}]", "ladders: [{rungs: [{}]}]",
		"1: 2", "null: null", "a: 0x", "a: 1e999", "a: .nan", "'': ''", "a: 'b\n  c'", "a:\r\n  b: c\r\n", "a: \"\\u0000\"", "\x00", "\xff",
		strings.Repeat("[", 100), strings.Repeat("a:\n ", 100),
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		sources := map[string][]byte{"x.yaml": data}
		if strings.Contains(string(data), "extends: small") {
			sources["small.yaml"] = []byte(small)
		}
		set, faults := policy.Load(sources)
		for _, fault := range faults {
			require.NotEmpty(t, fault.Code)
			require.Positive(t, fault.Line, fault.String("en"))
			require.Positive(t, fault.Column, fault.String("en"))
		}
		require.True(t, len(faults) > 0 || len(set.Packs()) == len(sources))
		for _, p := range set.Packs() {
			again, err := policy.Decode(p.Canonical())
			require.NoError(t, err)
			require.Equal(t, p.Hash(), again.Hash())
		}
	})
}
