package store

import (
	"strconv"
	"strings"
	"time"

	"milepost/domain"
)

// order is one way to sort a list: by a column, and by the key where that is equal.
type order[T any] struct {
	column string
	value  func(T) any // of the column, in the row
}

// sorting is an order chosen for one query.
type sorting[T any] struct {
	order[T]
	name string // as asked for, with its direction
	desc bool
	key  string // the columns that make rows different, comma-separated
	id   func(T) []string
}

// choose finds the order asked for among those allowed; "-" before a name turns it round.
func choose[T any](asked, usual string, allowed map[string]order[T], key string, id func(T) []string) (sorting[T], error) {
	if asked == "" {
		asked = usual
	}
	name, desc := strings.CutPrefix(asked, "-")
	o, ok := allowed[name]
	if !ok {
		return sorting[T]{}, domain.Invalid("sort", "sort", "", "不支持这种排序："+name, "There is no such order: "+name+".")
	}
	return sorting[T]{o, asked, desc, key, id}, nil
}

// from goes on after the place where the page before ended.
func (s sorting[T]) from(w *where, p Page) error {
	keys := strings.Count(s.key, ",") + 1
	values, ok, err := p.placeOf(s.name, keys+1)
	if err != nil || !ok {
		return err
	}
	compare := " > "
	if s.desc {
		compare = " < "
	}
	var zero T
	first, err := parseLike(s.value(zero), values[0])
	if err != nil {
		return errCursor()
	}
	args := []any{first}
	for _, v := range values[1:] {
		args = append(args, v)
	}
	w.and("("+s.column+", "+s.key+")"+compare+"(?"+strings.Repeat(", ?", keys)+")", args...)
	return nil
}

func (s sorting[T]) by() string {
	direction := " ASC"
	if s.desc {
		direction = " DESC"
	}
	return " ORDER BY " + s.column + direction + ", " + strings.ReplaceAll(s.key, ",", direction+",") + direction
}

func (s sorting[T]) page(rows []T, p Page) List[T] {
	return list(rows, p.limit(), s.name, func(row T) []string {
		return append([]string{written(s.value(row))}, s.id(row)...)
	})
}

// written and parseLike carry a column's value through a cursor.
func written(v any) string {
	switch v := v.(type) {
	case time.Time:
		return orFar(v).Format(time.RFC3339Nano)
	case int64:
		return strconv.FormatInt(v, 10)
	case string:
		return v
	default:
		panic("a list is sorted by times, whole numbers or texts")
	}
}

func parseLike(v any, text string) (any, error) {
	switch v.(type) {
	case time.Time:
		return time.Parse(time.RFC3339Nano, text)
	case int64:
		return strconv.ParseInt(text, 10, 64)
	default:
		return text, nil
	}
}
