package store

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

// portion is how many rows are written at a time: their parameters stay below the databases' limits.
const portion = 200

// insert writes rows.
func insert[T any](tx *gorm.DB, rows []T) error { return write(tx, rows, onceOnly) }

// add writes rows whose key is not there yet.
func add[T any](tx *gorm.DB, rows []T) error { return write(tx, rows, ifMissing) }

// put writes rows in place of those with the same key.
func put[T any](tx *gorm.DB, rows []T) error { return write(tx, rows, instead) }

// manner is what becomes of a row whose key is there.
type manner int

const (
	onceOnly manner = iota
	ifMissing
	instead
)

func (m manner) conflict(s *schema.Schema) string {
	switch m {
	case ifMissing:
		return " ON CONFLICT DO NOTHING"
	case instead:
		var set []string
		for _, f := range columnsOf(s) {
			if !f.PrimaryKey {
				set = append(set, quoted(f)+" = excluded."+quoted(f))
			}
		}
		return " ON CONFLICT (" + strings.Join(each(s.PrimaryFields, quoted), ", ") + ") DO UPDATE SET " + strings.Join(set, ", ")
	default:
		return ""
	}
}

// write writes rows by one statement for each portion, and asks for nothing back: gorm would ask for the numbers that
// the database gives, and could not be sent together with other statements.
func write[T any](tx *gorm.DB, rows []T, how manner) error {
	for part := range slices.Chunk(rows, portion) {
		st, err := statementOf(tx, reflect.TypeFor[T](), len(part), how)
		if err != nil {
			return err
		}
		args := make([]any, 0, len(st.fields)*len(part))
		for i := range part {
			row := reflect.ValueOf(&part[i]).Elem()
			for _, f := range st.fields {
				value, _ := f.ValueOf(tx.Statement.Context, row)
				args = append(args, value)
			}
		}
		if p, ok := tx.Statement.ConnPool.(*pipeline); ok {
			p.waiting.Queue(st.numbered, args...)
		} else if err := tx.Exec(st.text, args...).Error; err != nil {
			return err
		}
	}
	return nil
}

// statement writes some rows of a table.
type statement struct {
	fields   []*schema.Field
	text     string // with question marks
	numbered string // with $1, $2
}

// statements are kept as they are made: there are few, and each is long.
var statements sync.Map

func statementOf(tx *gorm.DB, model reflect.Type, rows int, how manner) (*statement, error) {
	type key struct {
		model reflect.Type
		rows  int
		how   manner
	}
	known, _ := statements.Load(key{model, rows, how})
	if st, ok := known.(*statement); ok {
		return st, nil
	}
	shape := &gorm.Statement{DB: tx}
	if err := shape.Parse(reflect.New(model).Interface()); err != nil {
		return nil, err
	}
	fields := columnsOf(shape.Schema)
	into := "INSERT INTO " + shape.Schema.Table + " (" + strings.Join(each(fields, quoted), ", ") + ") VALUES "
	sentence := func(place func(n int) string) string {
		var text strings.Builder
		text.WriteString(into)
		for n := range rows * len(fields) {
			switch {
			case n == 0:
				text.WriteString("(")
			case n%len(fields) == 0:
				text.WriteString("), (")
			default:
				text.WriteString(", ")
			}
			text.WriteString(place(n + 1))
		}
		return text.String() + ")" + how.conflict(shape.Schema)
	}
	st := &statement{
		fields: fields, text: sentence(func(int) string { return "?" }),
		numbered: sentence(func(n int) string { return "$" + strconv.Itoa(n) }),
	}
	statements.Store(key{model, rows, how}, st)
	return st, nil
}

// columnsOf are the columns that we write; the others are numbers that the database gives.
func columnsOf(s *schema.Schema) []*schema.Field {
	return slices.DeleteFunc(slices.Clone(s.Fields), func(f *schema.Field) bool { return f.DBName == "" || f.AutoIncrement })
}

func quoted(f *schema.Field) string { return `"` + f.DBName + `"` }

func each[T, V any](list []T, f func(T) V) []V {
	out := make([]V, len(list))
	for i, v := range list {
		out[i] = f(v)
	}
	return out
}
