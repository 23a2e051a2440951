package store

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
)

// FuzzFilterQuery: whatever a list is asked for, the statement is one of ours and what was asked is only ever a
// parameter of it; what is found is what was asked for.
func FuzzFilterQuery(f *testing.F) {
	for _, text := range []string{
		"", "x", "供水", "%", "_", "!", "!%", `\`, `\%`, "'", `"`, "' OR '1'='1", "'; DROP TABLE projects; --", "?", "$1", "@name", ":name", "/*", "--", "{{",
		strings.Repeat("a", 1000), "一期", "İ", "ß", "𠮷",
	} {
		f.Add(text, text, text, "-declared", "")
		f.Add("", "", text, "name", place{"name", []string{text, text}}.cursor())
		f.Add(text, "", "", text, text)
	}
	f.Add("", "", "", "investment", place{"investment", []string{"9223372036854775807", "p1"}}.cursor())
	f.Add("", "", "", "investment", place{"investment", []string{"1 OR 1=1", "p1"}}.cursor())
	f.Add("", "", "", "-declared", place{"-declared", []string{"0000-01-01T00:00:00Z", "a\x00b"}}.cursor())
	f.Add("", "", "", "nextDue", place{"nextDue", []string{"9999-12-31T23:59:59.999999999+23:59", ""}}.cursor())
	s := fresh(f, SQLite)
	f.Fuzz(func(t *testing.T, unit, phase, text, sort, cursor string) {
		for _, given := range []string{unit, phase, text, sort, cursor} {
			if !utf8.ValidString(given) || strings.ContainsRune(given, 0) {
				t.Skip("the API lets no such text in")
			}
		}
		q := ProjectQuery{
			Jurisdiction: unit, Unit: unit, Owner: phase, Phase: project.Phase(phase), Status: project.Status(phase), Sector: text, Level: text, Class: text,
			Text: text, Sort: sort, Page: Page{Cursor: cursor},
		}
		if phase != "" {
			q.Colour, q.Lamp, q.Now = Red, text, noon
		}
		statement, values, err := q.statement()
		if err != nil {
			require.Equal(t, domain.KindInvalid, domain.AsError(err).Kind)
			return
		}
		plain := ProjectQuery{
			Jurisdiction: ours(unit), Unit: ours(unit), Owner: ours(phase), Phase: project.Phase(ours(phase)), Status: project.Status(ours(phase)),
			Sector: ours(text), Level: ours(text), Class: ours(text), Text: ours(text), Sort: sort, Colour: q.Colour, Lamp: ours(q.Lamp), Now: q.Now,
			Page: Page{Cursor: cursor},
		}
		expected, _, err := plain.statement()
		require.NoError(t, err)
		require.Equal(t, expected, statement)
		require.Len(t, values, strings.Count(statement, "?"))
		_, err = s.Projects(t.Context(), Everything, q)
		require.NoError(t, err)
		_, err = s.Tasks(t.Context(), Everything, TaskQuery{Project: unit, Assignee: phase, Subject: text, Now: noon})
		require.NoError(t, err)
		_, err = s.Users(t.Context(), UserQuery{Text: text, Party: unit, Jurisdiction: phase, Now: noon})
		require.NoError(t, err)
	})
}

// ours is a text of ours in the place of another.
func ours(text string) string {
	if text == "" {
		return ""
	}
	return "x"
}

// statement is what a query of projects asks the database, and with what values.
func (q ProjectQuery) statement() (string, []any, error) {
	order, err := choose(q.Sort, "-declared", projectOrders, "p.id", func(r ProjectRow) []string { return []string{r.ID} })
	if err != nil {
		return "", nil, err
	}
	w := q.where(Everything)
	err = order.from(&w, q.Page)
	return w.String() + order.by(), w.args, err
}

// The text that a name must contain means itself, whatever signs it is made of.
func TestATextIsSearchedForLetterByLetter(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		cityWith(t, s)
		for text, want := range map[string]int{"": 3, "_": 1, "_一": 1, "%": 0, "!": 0, "' OR '1'='1": 0, "公路": 1, `\`: 0} {
			require.Len(t, projectIDs(t, s, ProjectQuery{Text: text, Now: noon}), want, text)
		}
	})
}

// A cursor is a client's text: no value of it may reach the database that it cannot take.
func TestACursorThatWasMadeUpIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		for _, values := range [][]string{{"2026-01-01T00:00:00Z", "a\x00b"}, {"a\x00", "b"}, {"yesterday", "b"}, {"2026-01-01T00:00:00Z"}, nil} {
			_, err := s.Projects(t.Context(), Everything, ProjectQuery{Page: Page{Cursor: place{"-declared", values}.cursor()}})
			require.Equal(t, "cursor", domain.CodeOf(err), "%q", values)
		}
		_, err := s.Projects(t.Context(), Everything, ProjectQuery{Page: Page{Cursor: place{"-declared", []string{"0000-01-01T00:00:00Z", "b"}}.cursor()}})
		require.NoError(t, err)
	})
}
