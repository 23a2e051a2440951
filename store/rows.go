package store

import (
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/gorm"
)

// row is one row of an answer, to be scanned.
type row interface{ Scan(places ...any) error }

// answer is what a query brings, row by row.
type answer interface {
	row
	Next() bool
	Err() error
}

// rows runs a query and scans each row; reads go this way and build no models.
//
// Outside a transaction PostgreSQL is asked without database/sql between, which would make a value on the heap of every
// field of every row: a page of a timeline has a thousand.
func rows[T any](db *gorm.DB, scan func(row, *T) error, query string, args ...any) ([]T, error) {
	var out []T
	if err := ask(db.Raw(query, args...), allInto(&out, scan)); err != nil {
		return nil, err
	}
	return out, nil
}

// soon is rows for a query that is asked together with the next one of the transaction: until then there is no answer.
func soon[T any](tx *gorm.DB, out *[]T, scan func(row, *T) error, query string, args ...any) error {
	*out = nil
	q := tx.Raw(query, args...)
	if p, ok := q.Statement.ConnPool.(*pipeline); ok {
		p.expect(q, allInto(out, scan))
		return nil
	}
	return ask(q, allInto(out, scan))
}

func allInto[T any](out *[]T, scan func(row, *T) error) func(answer) error {
	return func(a answer) error {
		for a.Next() {
			var blank T
			*out = append(*out, blank)
			if err := scan(a, &(*out)[len(*out)-1]); err != nil {
				return err
			}
		}
		return a.Err()
	}
}

// ask sends a query the shortest way there is.
//
//nolint:contextcheck,nolintlint // the query bears it; the first of these looks at what is here, not at this line
func ask(query *gorm.DB, all func(answer) error) error {
	if query.Name() == string(PostgreSQL) {
		defer spent(query)
		switch way := query.Statement.ConnPool.(type) {
		case *sql.DB:
			conn, err := way.Conn(query.Statement.Context)
			if err != nil {
				return err
			}
			defer conn.Close() //nolint:errcheck // it goes back to the pool
			return onConnection(query, conn, all)
		case *sql.Conn:
			return onConnection(query, way, all)
		case *pipeline:
			way.expect(query, all)
			return way.send(query.Statement.Context)
		}
	}
	rs, err := query.Rows() //nolint:rowserrcheck // all asks
	if err != nil {
		return err
	}
	defer func() { _ = rs.Close() }() // what it would say, Err has said
	return all(rs)
}

// spent makes room for the next: the statements of a connection share one.
func spent(query *gorm.DB) {
	query.Statement.SQL.Reset()
	query.Statement.Vars = nil
}

// onConnection asks PostgreSQL itself. A connection that breaks closes itself, and the pool gives out no closed ones.
//
//nolint:contextcheck,nolintlint // the query bears it; the first of these looks at what is here, not at this line
func onConnection(query *gorm.DB, conn *sql.Conn, all func(answer) error) error {
	return conn.Raw(func(raw any) error {
		c, ok := raw.(*stdlib.Conn)
		if !ok {
			return errors.New("this driver is not PostgreSQL's")
		}
		rs, err := c.Conn().Query(query.Statement.Context, query.Statement.SQL.String(), query.Statement.Vars...)
		if err != nil {
			return err
		}
		defer rs.Close()
		return all(rs)
	})
}

// one is rows for a query that finds at most one; ok is false when it finds none.
func one[T any](db *gorm.DB, scan func(row, *T) error, query string, args ...any) (v T, ok bool, err error) {
	found, err := rows(db, scan, query, args...)
	if err != nil || len(found) == 0 {
		return v, false, err
	}
	return found[0], true, nil
}

func first[T any](list []T) (v T) {
	if len(list) > 0 {
		return list[0]
	}
	return v
}

// scalar scans a row of one column.
func scalar[T any](r row, v *T) error { return r.Scan(v) }
