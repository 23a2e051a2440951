package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const root, written = "../../..", "../../../docs/clauses.md"

func theTable(t *testing.T) *table {
	t.Helper()
	all, err := read(root)
	require.NoError(t, err)
	return all
}

// rowsOf are the rows of a page by clause, without the tests that they name: adding one is no reason to write the
// page anew.
func rowsOf(page string) map[string]string {
	rows := map[string]string{}
	for line := range strings.Lines(page) {
		f := strings.Split(strings.TrimSpace(line), " | ")
		if len(f) != 5 || !clause.MatchString(f[0]) {
			continue
		}
		if f[3] != open {
			f[3] = "proved"
		}
		rows[strings.TrimPrefix(f[0], "| ")] = strings.Join(f[1:], " | ")
	}
	return rows
}

func TestThePageTellsTheTable(t *testing.T) {
	t.Parallel()
	all := theTable(t)
	page, err := os.ReadFile(written)
	require.NoError(t, err)
	now := rowsOf(string(all.page()))
	require.Len(t, now, len(all.rules))
	require.Equal(t, now, rowsOf(string(page)), "run go generate ./config")
	known := map[string]bool{}
	for _, tests := range all.tests {
		for _, name := range tests {
			known[name] = true
		}
	}
	for _, m := range regexp.MustCompile("`[\\w/]+ Test\\w+`").FindAllString(string(page), -1) {
		require.True(t, known[m], "there is no test %s any more: run go generate ./config", m)
	}
}

// Every clause that a pack, the core or a test names is one that there is.
func TestNobodyCitesAClauseThatThereIsNot(t *testing.T) {
	t.Parallel()
	all := theTable(t)
	var ids []string
	for _, r := range all.rules {
		require.NotContains(t, ids, r.id)
		require.NotEmpty(t, r.text, r.id)
		ids = append(ids, r.id)
	}
	for id, places := range all.places {
		require.Contains(t, ids, id, "%v", places)
	}
}

// What acts is proved: a rule of a shipped pack or of the core that no test names is a promise.
func TestEveryClauseThatActsIsProved(t *testing.T) {
	t.Parallel()
	all := theTable(t)
	for id, places := range all.places {
		require.NotEmpty(t, all.tests[id], "%s acts at %v", id, places)
	}
}

// The list that packs are checked against is the same.
func TestTheListsOfClausesAgree(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../clauses.txt")
	require.NoError(t, err)
	listed := map[string]bool{}
	for _, id := range clause.FindAllString(string(data), -1) {
		listed[id] = true
	}
	for _, r := range theTable(t).rules {
		if r.own() && regexp.MustCompile(`^OWN-\d{3}`).MatchString(r.id) {
			require.False(t, listed[r.id], "%s is the core's or the desk's", r.id)
			continue
		}
		require.True(t, listed[r.id], r.id)
		delete(listed, r.id)
	}
	require.Empty(t, listed)
}
