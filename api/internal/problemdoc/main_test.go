package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestThePageTellsEveryRefusal(t *testing.T) {
	t.Parallel()
	problems, err := read("../../..")
	require.NoError(t, err)
	written, err := os.ReadFile("../../../docs/problems.md")
	require.NoError(t, err)
	require.Equal(t, string(page(problems)), string(written), "run go generate ./api")
}

func TestRefusalsAreFound(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		room, code string
		found      []problem
	}{
		"by a constructor": {
			"store", `func f() error { return domain.Invalid("a.b", "field", "OWN-1", "甲", "A.") }`,
			[]problem{{"a.b", "422", "field", "OWN-1", "甲", "A."}},
		},
		"with a rule, a clause of the pack, and what is known later": {
			"store", `const rule = "OWN-2"
				func f(p P, n string) error { if n == "" { return domain.Conflict("a", rule, "第"+n+"个", "Number "+n+".") }; return domain.NotAllowed("b", p.Clause, "甲", "A.") }`,
			[]problem{{"a", "409", "", "OWN-2", "第…个", "Number …."}, {"b", "403", "", byPack, "甲", "A."}},
		},
		"through a function that is given the code": {
			"store", `func wrong(what, zh string) error { return domain.NotFound(what+".unknown", "code", zh, "A.") }
				func again(what string) error { return wrong(what, "甲") }
				func f() error { return again("unit") }`,
			[]problem{{"unit.unknown", "404", "code", "", "甲", "A."}},
		},
		"through a closure": {
			"store", `func f() error { bad := func(field string) error { return domain.Invalid("p."+field, field, "", "甲", "A.") }; return bad("name") }`,
			[]problem{{"p.name", "422", "name", "", "甲", "A."}},
		},
		"as a value": {
			"api", `func f() error { return &refusal{status: http.StatusConflict, code: "a", text: domain.Text{Zh: "甲", En: "A."}} }`,
			[]problem{{"a", "409", "", "", "甲", "A."}},
		},
		"by the API": {
			"api", `func f() error { return refuse(http.StatusBadRequest, "a", "q", "甲", "A.") }`,
			[]problem{{"a", "400", "q", "", "甲", "A."}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			problems, err := read(repository(t, test.room, test.code))
			require.NoError(t, err)
			require.Subset(t, problems, test.found)
			require.Len(t, problems, len(test.found)+len(fixed))
		})
	}
}

func TestARefusalWithoutACodeOfItsOwnIsAFault(t *testing.T) {
	t.Parallel()
	_, err := read(repository(t, "store", `func f(x X) error { return domain.Conflict(x.code(), "", "甲", "A.") }`))
	require.ErrorContains(t, err, "cannot be told")
}

// repository is one with a single file in one room.
func repository(t *testing.T, room, code string) string {
	t.Helper()
	dir := t.TempDir()
	for _, r := range rooms {
		require.NoError(t, os.Mkdir(filepath.Join(dir, r), 0o700))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, room, "x.go"), []byte("package x\n"+code+"\n"), 0o600))
	return dir
}
