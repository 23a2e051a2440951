package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm"

	"milepost/domain"
)

// carried is a command that was carried out, as the chain of its entity's commands binds it: what was asked, by whom
// and when, and which lines came of it.
type carried struct {
	nth      int64
	id       string
	digest   string // of entity, type, body, actor, time of occurrence and basis
	received time.Time
	seed     int64
	first    int64
	last     int64
	state    CommandState
}

const carriedColumns = "nth, id, digest, received_at, seed, first_seq, last_seq, state"

func (c *carried) fields() []any {
	return []any{&c.nth, &c.id, &c.digest, at(&c.received), &c.seed, &c.first, &c.last, &c.state}
}

func scanCarried(r row, c *carried) error { return r.Scan(c.fields()...) }

// chain binds a command to the one that the entity carried out before it.
func (c carried) chain(prev string) string {
	return linked("milepost/command/1", prev, strconv.FormatInt(c.nth, 10), c.id, c.digest, c.received.UTC().Format(time.RFC3339Nano),
		strconv.FormatInt(c.seed, 10), strconv.FormatInt(c.first, 10), strconv.FormatInt(c.last, 10))
}

// VerifyCommands holds the commands of an entity against the chain that binds them, against its timeline, and against
// the seal, which may be zero: every line that a command caused has its command, every command its lines, and none was
// changed, added, left out or moved. ErrDiverged names the first at fault.
func (s *Store) VerifyCommands(ctx context.Context, name string, sealed Seal) error {
	err := s.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := verifyCarried(tx, name, sealed); err != nil {
			return err
		}
		return verifyLines(tx, name)
	}, &sql.TxOptions{Isolation: s.standStill(), ReadOnly: s.dialect == PostgreSQL})
	if err != nil {
		return fmt.Errorf("verify the commands of %s: %w", name, err)
	}
	return nil
}

// standStill is the isolation under which all reads of a transaction see one moment. SQLite has no other.
func (s *Store) standStill() sql.IsolationLevel {
	if s.dialect == PostgreSQL {
		return sql.LevelRepeatableRead
	}
	return sql.LevelDefault
}

// asked is a command with what its digest was made of.
type asked struct {
	carried
	domain.Command
}

func verifyCarried(tx *gorm.DB, name string, sealed Seal) error {
	head, _, err := one(tx, func(r row, h *entityModel) error { return r.Scan(&h.Commands, &h.CommandsHash) },
		"SELECT commands, commands_hash FROM entities WHERE name = ?", name)
	if err != nil {
		return err
	}
	if sealed.Commands > head.Commands {
		return fmt.Errorf("%w: %d commands were sealed and %d are left", ErrDiverged, sealed.Commands, head.Commands)
	}
	last := carried{}
	hash := ""
	for page := []asked(nil); last.nth == 0 || len(page) > 0; {
		page, err = rows(tx, func(r row, a *asked) error {
			var body string
			places := append(a.fields(), &a.Type, &body)
			places = append(places, actorFields(&a.Actor)...)
			err := r.Scan(append(places, at(&a.OccurredAt), &a.Basis)...)
			a.Body = json.RawMessage(body)
			return err
		}, "SELECT "+carriedColumns+", type, body, "+actorColumns+", occurred_at, basis FROM commands WHERE entity = ? AND nth > ? ORDER BY nth LIMIT 500", name, last.nth)
		if err != nil {
			return err
		}
		for _, a := range page {
			a.Entity = name
			switch {
			case a.nth != last.nth+1:
				return fmt.Errorf("%w: command %d is missing", ErrDiverged, last.nth+1)
			case digest(a.Command) != a.digest:
				return fmt.Errorf("%w: command %s is not what was sent", ErrDiverged, a.id)
			}
			last, hash = a.carried, a.chain(hash)
			if a.nth == sealed.Commands && hash != sealed.CommandsHash {
				return fmt.Errorf("%w: the first %d commands are not those that were sealed", ErrDiverged, a.nth)
			}
		}
		if len(page) == 0 {
			break
		}
	}
	if last.nth != head.Commands || hash != head.CommandsHash {
		return fmt.Errorf("%w: the chain of commands ends at %d instead of %d, or one of them was changed", ErrDiverged, last.nth, head.Commands)
	}
	return nil
}

// verifyLines holds the lines of a timeline against the commands that caused them, both ways. Commands of before there
// was a chain come before those on it.
func verifyLines(tx *gorm.DB, name string) error {
	for _, q := range []struct{ query, fault string }{
		{`SELECT t.command FROM timeline t WHERE t.entity = ? AND t.command <> '' AND NOT EXISTS (SELECT 1 FROM commands c
			WHERE c.id = t.command AND c.entity = t.entity AND c.state = 'done' AND t.seq BETWEEN c.first_seq AND c.last_seq)
			ORDER BY t.seq LIMIT 1`, "its lines are on the timeline, and it is not among the commands that were carried out"},
		{`SELECT c.id FROM commands c WHERE c.entity = ? AND c.state = 'done' AND c.first_seq > 0 AND c.last_seq - c.first_seq + 1 <>
			(SELECT count(*) FROM timeline t WHERE t.entity = c.entity AND t.seq BETWEEN c.first_seq AND c.last_seq AND t.command = c.id)
			ORDER BY c.first_seq LIMIT 1`, "it was carried out, and its lines are not on the timeline"},
		{`SELECT c.id FROM commands c WHERE c.entity = ? AND c.state = 'done' AND c.nth = 0 AND c.last_seq >
			(SELECT min(first_seq) FROM commands o WHERE o.entity = c.entity AND o.nth > 0 AND o.first_seq > 0)
			ORDER BY c.first_seq LIMIT 1`, "it is not on the chain of the commands"},
	} {
		id, there, err := one(tx, scalar[string], q.query, name)
		if err != nil {
			return err
		}
		if there {
			return fmt.Errorf("%w: command %s: %s", ErrDiverged, id, q.fault)
		}
	}
	return nil
}
