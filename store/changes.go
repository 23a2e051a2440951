package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/stdlib"
)

// Change is an entity that has changed, and the number of its last line.
type Change struct {
	Entity string
	Seq    int64
}

// thisChange numbers the change that a transaction makes.
func (s *Store) thisChange() string {
	if s.dialect == PostgreSQL {
		return "pg_current_xact_id()::text::bigint"
	}
	return "(SELECT COALESCE(max(changed), 0) + 1 FROM entities)"
}

// mostChanges bounds one look: who has missed more has to look at everything again.
const mostChanges = 1000

// ErrTooManyChanges says that more has changed than is worth telling one by one, or that the place asked for is of
// another life of the database.
var ErrTooManyChanges = errors.New("too much has changed since")

// Changes returns what has changed since a place, and the place after it. A negative place asks only for the present one.
//
// A place is a transaction before which all have ended: none that began before it can still come in behind it. An entity
// that has changed twice is told once, with its last line.
func (s *Store) Changes(ctx context.Context, since int64) (changes []Change, next int64, err error) {
	// One statement, so that place and rows are of one snapshot.
	place := "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS next"
	if s.dialect == SQLite {
		place = "SELECT COALESCE(max(changed), 0) + 1 AS next FROM entities"
	}
	type look struct {
		next int64
		name sql.NullString
		seq  sql.NullInt64
	}
	found, err := rows(s.db.WithContext(ctx), func(r row, v *look) error { return r.Scan(&v.next, &v.name, &v.seq) },
		"WITH here AS ("+place+`)
		SELECT h.next, e.name, e.last_seq FROM here h
		LEFT JOIN entities e ON CAST(? AS bigint) >= 0 AND e.changed >= CAST(? AS bigint) AND e.changed < h.next LIMIT ?`,
		since, since, mostChanges+1)
	if err != nil {
		return nil, 0, fmt.Errorf("read what has changed: %w", err)
	}
	for _, v := range found {
		if next = v.next; v.name.Valid {
			changes = append(changes, Change{v.name.String, v.seq.Int64})
		}
	}
	if len(changes) > mostChanges || since > next {
		return nil, next, ErrTooManyChanges
	}
	return changes, next, nil
}

// Sees returns which of some projects, by id, the viewer may see.
func (s *Store) Sees(ctx context.Context, v Viewer, projects []string) ([]string, error) {
	if len(projects) == 0 {
		return nil, nil
	}
	var w where
	w.and("p.id IN ?", projects)
	v.projects(&w)
	seen, err := rows(s.db.WithContext(ctx), scalar[string], "SELECT p.id FROM projects p"+w.String(), w.args...)
	if err != nil {
		return nil, fmt.Errorf("ask what may be seen: %w", err)
	}
	return seen, nil
}

// stirs tells within the process that something was recorded, and lets other processes know.
type stirs struct {
	mu       sync.Mutex
	watchers map[chan<- struct{}]bool
	telling  bool
	tellers  sync.WaitGroup
	over     bool
}

// The channel of PostgreSQL on which processes tell each other, and how often one of them does so at most.
const (
	stirChannel = "milepost_changes"
	stirEvery   = 20 * time.Millisecond
)

// stir tells that something was recorded. It never waits, and may be lost: who watches looks by himself now and then.
//
// PostgreSQL is told after the commit and not in it: transactions that notify are committed one after the other, each
// with its own write to the disk, and many at once would wait for each other.
func (s *Store) stir() {
	t := &s.stirs
	t.mu.Lock()
	defer t.mu.Unlock()
	for w := range t.watchers {
		wake(w)
	}
	if s.dialect != PostgreSQL || t.telling || t.over {
		return
	}
	t.telling = true
	t.tellers.Go(func() {
		time.Sleep(stirEvery) // what is recorded meanwhile is told together
		t.mu.Lock()
		t.telling = false
		t.mu.Unlock()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_, _ = s.pool.ExecContext(ctx, "SELECT pg_notify('"+stirChannel+"', '')") // who misses it looks by himself
	})
}

func wake(w chan<- struct{}) {
	select {
	case w <- struct{}{}:
	default: // it is awake
	}
}

// quiet waits for what is being told, and tells no more.
func (t *stirs) quiet() {
	t.mu.Lock()
	t.over = true
	t.mu.Unlock()
	t.tellers.Wait()
}

// Watch wakes whoever listens on w when something is recorded, by this process or, on PostgreSQL, by another, until the
// context ends. It may wake without reason, and may miss something while the database is away.
func (s *Store) Watch(ctx context.Context, w chan<- struct{}) {
	t := &s.stirs
	t.mu.Lock()
	if t.watchers == nil {
		t.watchers = map[chan<- struct{}]bool{}
	}
	t.watchers[w] = true
	t.mu.Unlock()
	defer func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.watchers, w)
	}()
	if s.dialect != PostgreSQL {
		<-ctx.Done()
		return
	}
	retry := time.NewTicker(2 * time.Second)
	defer retry.Stop()
	for ctx.Err() == nil {
		_ = s.listen(ctx, w) // tried again below; until then who watches looks by himself
		wake(w)
		select {
		case <-retry.C:
		case <-ctx.Done():
		}
	}
}

// listen holds one connection of the pool, and gives it up when it ends.
func (s *Store) listen(ctx context.Context, w chan<- struct{}) error {
	conn, err := s.pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck // it is given up
	return conn.Raw(func(raw any) error {
		c, ok := raw.(*stdlib.Conn)
		if !ok {
			return errors.New("this driver cannot listen")
		}
		if _, err := c.Conn().Exec(ctx, "LISTEN "+stirChannel); err != nil {
			return err
		}
		wake(w) // what was told before is not told again
		for {
			if _, err := c.Conn().WaitForNotification(ctx); err != nil {
				return errors.Join(driver.ErrBadConn, err)
			}
			wake(w)
		}
	})
}
