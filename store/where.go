package store

import "strings"

// where collects the conditions of a query; all must hold. Values go in as parameters only.
type where struct {
	parts []string
	args  []any
}

func (w *where) and(condition string, args ...any) {
	w.parts = append(w.parts, "("+condition+")")
	w.args = append(w.args, args...)
}

// is asks for a value of a column, unless the value is empty.
func (w *where) is(column, value string) {
	if value != "" {
		w.and(column+" = ?", value)
	}
}

// from asks for a value or what comes after it, unless the value is empty.
func (w *where) from(column, value string) {
	if value != "" {
		w.and(column+" >= ?", value)
	}
}

// upTo asks for what comes before a value or the value itself, unless it is empty.
func (w *where) upTo(column, value string) {
	if value != "" {
		w.and(column+" <= ?", value)
	}
}

// known asks for a time that is there or is not.
func (w *where) known(column string, is Answer) {
	switch is {
	case Yes:
		w.and(column + " IS NOT NULL")
	case No:
		w.and(column + " IS NULL")
	default:
	}
}

// any asks for one of several conditions; with none, nothing is found.
func (w *where) any(alternatives where) {
	if len(alternatives.parts) == 0 {
		w.and("FALSE")
		return
	}
	w.and(strings.Join(alternatives.parts, " OR "), alternatives.args...)
}

// contains asks for a text inside a column, whatever its case.
func (w *where) contains(column, text string) {
	if text != "" {
		w.and("lower("+column+") LIKE lower(?) ESCAPE '!'", "%"+likeEscaper.Replace(text)+"%")
	}
}

var likeEscaper = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")

// String is the WHERE clause, "" when there are no conditions.
func (w *where) String() string {
	if len(w.parts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.parts, " AND ")
}

// below asks for a jurisdiction or one below it, unless it is empty.
func (w *where) below(column, jurisdiction string) {
	if jurisdiction != "" {
		w.and(column+" = ? OR "+column+" IN (SELECT descendant FROM jurisdiction_tree WHERE ancestor = ?)", jurisdiction, jurisdiction)
	}
}
