package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/gorm"
)

// pipelined runs f in one transaction, as write does. On PostgreSQL what f changes is sent together, in order, with the
// next question or at the end, so that the transaction takes as many round trips as f has questions. So f is not told
// how many rows a change has touched, and learns only then that one has failed.
func (s *Store) pipelined(ctx context.Context, f func(tx *gorm.DB) error) error {
	if s.dialect != PostgreSQL {
		return s.write(ctx, f)
	}
	conn, err := s.pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck // it goes back to the pool
	return conn.Raw(func(raw any) error {
		c, ok := raw.(*stdlib.Conn)
		if !ok {
			return errors.New("this driver is not PostgreSQL's")
		}
		p := &pipeline{conn: c.Conn(), waiting: &pgx.Batch{}}
		return p.run(ctx, s.db, f)
	})
}

// pipeline is a connection, for gorm too, on which statements wait to be sent together.
type pipeline struct {
	conn    *pgx.Conn
	waiting *pgx.Batch
}

func (p *pipeline) run(ctx context.Context, db *gorm.DB, f func(tx *gorm.DB) error) error {
	tx := db.Session(&gorm.Session{NewDB: true, Context: ctx})
	tx.Statement.ConnPool = p
	p.waiting.Queue("BEGIN")
	err := f(tx)
	if err == nil {
		p.waiting.Queue("COMMIT").Exec(committed)
		err = p.send(ctx)
	}
	if err != nil && !p.conn.IsClosed() && p.conn.PgConn().TxStatus() != 'I' {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_, undone := p.conn.Exec(ctx, "ROLLBACK") // else the pool gives the connection up, and with it the transaction
		err = errors.Join(err, undone)
	}
	return err
}

// committed: where a statement before it failed, a COMMIT is answered with a ROLLBACK.
func committed(done pgconn.CommandTag) error {
	if done.String() == "ROLLBACK" {
		return pgx.ErrTxCommitRollback
	}
	return nil
}

// expect has a question wait; its answer comes with what is sent next.
func (p *pipeline) expect(query *gorm.DB, all func(answer) error) {
	defer spent(query)
	p.waiting.Queue(query.Statement.SQL.String(), query.Statement.Vars...).Query(func(rs pgx.Rows) error { return all(rs) })
}

// send sends what waits, and reads what is answered.
func (p *pipeline) send(ctx context.Context) error {
	sent := p.waiting
	p.waiting = &pgx.Batch{}
	return p.conn.SendBatch(ctx, sent).Close()
}

// ExecContext has a change wait.
func (p *pipeline) ExecContext(_ context.Context, query string, args ...any) (sql.Result, error) {
	p.waiting.Queue(query, args...)
	return unknownYet{}, nil
}

// QueryContext is for reads that go by way of gorm's own scanning; they have to go by rows.
func (p *pipeline) QueryContext(context.Context, string, ...any) (*sql.Rows, error) {
	return nil, errNotPipelined
}

// PrepareContext is not needed: the connection prepares what it sends.
func (p *pipeline) PrepareContext(context.Context, string) (*sql.Stmt, error) {
	return nil, errNotPipelined
}

// QueryRowContext is never called: gorm asks for single rows only where somebody calls Row.
func (p *pipeline) QueryRowContext(context.Context, string, ...any) *sql.Row { panic(errNotPipelined) }

var errNotPipelined = errors.New("statements that are sent together are asked by rows")

// unknownYet is the outcome of what waits.
type unknownYet struct{}

func (unknownYet) LastInsertId() (int64, error) { return 0, errNotPipelined }
func (unknownYet) RowsAffected() (int64, error) { return 0, errNotPipelined }
