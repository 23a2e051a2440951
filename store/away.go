package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// passing are the classes of PostgreSQL's errors that pass by themselves: connection lost, transaction rolled back
// for another's sake, out of resources, lock not to be had, operator's intervention.
var passing = []string{"08", "40", "53", "55", "57"}

// Primary result codes of SQLite that pass by themselves.
var passingSQLite = []int{5, 6} // busy, locked

// Away tells whether an error means that the database does not answer, or not just now, so that the same may be
// tried again. Any other error that is no refusal is a fault of ours.
func Away(err error) bool {
	var network net.Error
	if errors.As(err, &network) || pgconn.Timeout(err) || pgconn.SafeToRetry(err) {
		return true
	}
	for _, gone := range []error{
		context.Canceled, context.DeadlineExceeded, driver.ErrBadConn, sql.ErrConnDone, sql.ErrTxDone, net.ErrClosed, io.EOF, io.ErrUnexpectedEOF,
	} {
		if errors.Is(err, gone) {
			return true
		}
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return slices.ContainsFunc(passing, func(class string) bool { return strings.HasPrefix(pg.Code, class) })
	}
	var coded interface{ Code() int }
	return errors.As(err, &coded) && slices.Contains(passingSQLite, coded.Code()&0xff)
}
