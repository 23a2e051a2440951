package api

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// FuzzExportCSV: no cell of a table begins a formula, and what it says can be read back.
func FuzzExportCSV(f *testing.F) {
	for _, text := range []string{"", "=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u3000=1", "＝1", "'=1", "a,b\"c", "一行\n两行", "=cmd|' /C calc'!A0"} {
		f.Add(text, "商洛")
	}
	f.Fuzz(func(t *testing.T, one, two string) {
		if !utf8.ValidString(one) || !utf8.ValidString(two) || strings.ContainsAny(one+two, "\r") {
			t.Skip("the record takes valid text, and tables know one kind of line end")
		}
		var out bytes.Buffer
		w := csv.NewWriter(&out)
		require.NoError(t, w.Write(cells("x", one, two)))
		w.Flush()
		require.NoError(t, w.Error())
		rows, err := csv.NewReader(&out).ReadAll()
		require.NoError(t, err)
		require.Len(t, rows, 1)
		for i, was := range []string{one, two} {
			cell := rows[0][i+1]
			require.False(t, startsFormula(cell), "%q", cell)
			require.Equal(t, was, unquoted(cell, was))
		}
	})
}

// startsFormula says what spreadsheets take for a formula, in another way than the code does.
func startsFormula(cell string) bool {
	for _, r := range cell {
		switch r {
		case '\t', '\r', '\n', '=', '+', '-', '@', '＝', '＋', '－', '＠':
			return true
		case ' ', '\u3000', '\u00a0':
			continue
		default:
			return false
		}
	}
	return false
}

// unquoted takes the mark off that a cell was given, if it was given one.
func unquoted(cell, was string) string {
	if cell == was {
		return cell
	}
	return strings.TrimPrefix(cell, "'")
}
