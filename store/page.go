package store

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"milepost/domain"
)

// Page asks for one page of a list: at most Limit rows (1 to 100; 50 when zero) after the place that Cursor
// names. A cursor belongs to the query that returned it; another filter or order makes it meaningless.
type Page struct {
	Limit  int
	Cursor string
}

// List is one page of rows. Next is the cursor of the page after it, "" on the last page.
type List[T any] struct {
	Rows []T
	Next string
}

const (
	usualLimit = 50
	mostLimit  = 100
)

func (p Page) limit() int {
	switch {
	case p.Limit <= 0:
		return usualLimit
	case p.Limit > mostLimit:
		return mostLimit
	default:
		return p.Limit
	}
}

// place is where a page ended: the values of its last row, in the order of the sort.
type place struct {
	Sort string   `json:"s"`
	At   []string `json:"a"`
}

func (p place) cursor() string {
	data, _ := json.Marshal(p) //nolint:errchkjson // plain strings
	return base64.RawURLEncoding.EncodeToString(data)
}

// placeOf reads a cursor; ok is false on the first page. A cursor of another order is refused.
func (p Page) placeOf(sort string, values int) (at []string, ok bool, err error) {
	if p.Cursor == "" {
		return nil, false, nil
	}
	var pl place
	data, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	if err == nil {
		err = json.Unmarshal(data, &pl)
	}
	if err != nil || pl.Sort != sort || len(pl.At) != values || slices.ContainsFunc(pl.At, unstorable) {
		return nil, false, errCursor()
	}
	return pl.At, true, nil
}

// unstorable tells whether a text holds what no database takes.
func unstorable(s string) bool { return strings.ContainsRune(s, 0) || !utf8.ValidString(s) }

func errCursor() error {
	return domain.Invalid("cursor", "cursor", "", "翻页位置无效，请从第一页重新开始", "The cursor does not belong to this list; begin again with the first page.")
}

// list cuts the one row too many that tells whether there is another page.
func list[T any](rows []T, limit int, sort string, at func(T) []string) List[T] {
	if len(rows) <= limit {
		return List[T]{Rows: rows}
	}
	rows = rows[:limit]
	return List[T]{Rows: rows, Next: place{sort, at(rows[limit-1])}.cursor()}
}
