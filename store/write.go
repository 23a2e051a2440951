package store

import (
	"reflect"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

// portion is how many rows are written at a time: their parameters stay below the databases' limits.
const portion = 200

// insert writes rows.
func insert[T any](tx *gorm.DB, rows []T) error {
	return write(tx, rows, func(*schema.Schema) string { return "" })
}

// add writes rows whose key is not there yet.
func add[T any](tx *gorm.DB, rows []T) error {
	return write(tx, rows, func(*schema.Schema) string { return " ON CONFLICT DO NOTHING" })
}

// put writes rows in place of those with the same key.
func put[T any](tx *gorm.DB, rows []T) error {
	return write(tx, rows, func(s *schema.Schema) string {
		var set []string
		for _, f := range columnsOf(s) {
			if !f.PrimaryKey {
				set = append(set, quoted(f)+" = excluded."+quoted(f))
			}
		}
		return " ON CONFLICT (" + strings.Join(each(s.PrimaryFields, quoted), ", ") + ") DO UPDATE SET " + strings.Join(set, ", ")
	})
}

// write writes rows by one statement for each portion, and asks for nothing back: gorm would ask for the numbers that
// the database gives, and could not be sent together with other statements.
func write[T any](tx *gorm.DB, rows []T, conflict func(*schema.Schema) string) error {
	if len(rows) == 0 {
		return nil
	}
	shape := &gorm.Statement{DB: tx}
	if err := shape.Parse(&rows[0]); err != nil {
		return err
	}
	fields := columnsOf(shape.Schema)
	into := "INSERT INTO " + shape.Schema.Table + " (" + strings.Join(each(fields, quoted), ", ") + ") VALUES "
	places := "(" + strings.Repeat("?, ", len(fields)-1) + "?)"
	for part := range slices.Chunk(rows, portion) {
		args := make([]any, 0, len(fields)*len(part))
		for i := range part {
			row := reflect.ValueOf(&part[i]).Elem()
			for _, f := range fields {
				value, _ := f.ValueOf(tx.Statement.Context, row)
				args = append(args, value)
			}
		}
		all := strings.Repeat(places+", ", len(part)-1) + places
		if err := tx.Exec(into+all+conflict(shape.Schema), args...).Error; err != nil {
			return err
		}
	}
	return nil
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
