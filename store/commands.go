package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"milepost/domain"
)

// Intent is a command as it was first stored: its received-at and seed are those of the first sending.
type Intent struct {
	CommandRow
	Recorded int64 // the entity's last recorded sequence number, zero when nothing is
	// Attempts is how many have set out to find the outcome while there was none, this one included. Each may yet
	// have the entity decide.
	Attempts int64
}

// Intend stores what somebody asks before it is decided. The same id with the same entity, type, body and actor
// returns what is stored, with its outcome when there is one; anything else under the same id is refused
// (idempotency.mismatch). A zero ReceivedAt is stamped with the database's civil clock.
//
// It is stamped when there is a connection, and on SQLite the lock, so that waiting for a connection or for a lock lies before the
// stamp: what remains between the stamp and the moment at which Waiting can see the intent is the commit.
func (s *Store) Intend(ctx context.Context, c domain.Command) (Intent, error) {
	clock, err := s.Clock(ctx)
	if err != nil && c.ReceivedAt.IsZero() {
		return Intent{}, err
	}
	var first storedCommand
	var stored bool
	asked := digest(c)
	err = s.alone(ctx, func(tx *gorm.DB) error {
		now := exact(s.now())
		if c.ReceivedAt.IsZero() {
			c.ReceivedAt = clock.Civil(now)
		}
		first, stored, err = one(tx, scanStored, storeIntent, c.ID, c.Entity, c.Type, string(c.Body), asked,
			c.Actor.User, string(c.Actor.Role), c.Actor.Party, c.Actor.Jurisdiction, c.Actor.OnBehalfOf,
			exact(c.ReceivedAt), maybe(c.OccurredAt), c.Basis, int64(c.Seed), now) //nolint:gosec // the bits are kept
		if err == nil && !stored { // it has its outcome already, or the id is another request's
			first, stored, err = one(tx, scanStored, "SELECT "+storedColumns+" FROM commands WHERE id = ?", c.ID)
		}
		return err
	})
	if err != nil {
		return Intent{}, fmt.Errorf("store the intent: %w", err)
	}
	if !stored || first.digest != asked {
		return Intent{}, mismatch()
	}
	return Intent{first.CommandRow, first.recorded, first.attempts}, nil
}

// storeIntent stores a request, or counts another attempt at one that is stored and has no outcome.
const storeIntent = `INSERT INTO commands (id, entity, type, body, digest, ` + actorColumns + `, received_at, occurred_at, basis, seed, stored_at,
		state, attempts, first_seq, last_seq)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', 1, 0, 0)
	ON CONFLICT (id) DO UPDATE SET attempts = commands.attempts + 1 WHERE commands.state = 'pending' AND commands.digest = excluded.digest
	RETURNING ` + storedColumns

// CodeMismatch is the refusal of an id that another request has.
const CodeMismatch = "idempotency.mismatch"

func mismatch() error {
	return domain.Invalid(CodeMismatch, "Idempotency-Key", domain.RuleOnce,
		"这个幂等键已经用于另一个请求，请换一个新的", "This idempotency key was used for another request; use a new one.")
}

// digest tells requests under the same id apart: by entity, type, body, actor, time of occurrence and basis.
// White space in the body does not count.
func digest(c domain.Command) string {
	var body bytes.Buffer
	if json.Compact(&body, c.Body) != nil {
		body.Reset()
		body.Write(c.Body)
	}
	told, _ := json.Marshal([]any{c.Entity, c.Type, body.String(), c.Actor, exact(c.OccurredAt), c.Basis}) //nolint:errchkjson // plain strings
	sum := sha256.Sum256(told)
	return hex.EncodeToString(sum[:])
}

// Refuse stores a refusal as the outcome of a pending command, if nobody has set out to find its outcome since the
// given number of attempts; zero for a refusal that the entity itself remembers, which whoever asks later is told too.
func (s *Store) Refuse(ctx context.Context, command string, refusal *domain.Error, attempts int64) error {
	text, err := json.Marshal(refusal)
	if err != nil {
		return err
	}
	err = s.db.WithContext(ctx).Exec(
		"UPDATE commands SET state = 'refused', refusal = ?, completed_at = ? WHERE id = ? AND state = 'pending' AND (? = 0 OR attempts = ?)",
		string(text), exact(s.now()), command, attempts, attempts).Error
	if err != nil {
		return fmt.Errorf("store the refusal: %w", err)
	}
	return nil
}

// Command returns a command by its id. It is not scoped by a viewer: the API shows it to its sender, and to
// those who see its entity.
func (s *Store) Command(ctx context.Context, id string) (CommandRow, error) {
	c, ok, err := one(s.db.WithContext(ctx), scanCommand, "SELECT "+commandColumns+" FROM commands WHERE id = ?", id)
	if err != nil {
		return CommandRow{}, fmt.Errorf("read the command: %w", err)
	}
	if !ok {
		return CommandRow{}, domain.NotFound("command.unknown", "id", "没有这个请求", "There is no such command.")
	}
	return c, nil
}

// Pending returns commands without an outcome that were stored longer ago than a real duration, the oldest first.
func (s *Store) Pending(ctx context.Context, olderThan time.Duration, limit int) ([]domain.Command, error) {
	found, err := rows(s.db.WithContext(ctx), scanCommand,
		"SELECT "+commandColumns+" FROM commands WHERE state = 'pending' AND stored_at <= ? ORDER BY stored_at, id LIMIT ?",
		exact(s.now().Add(-olderThan)), limit)
	if err != nil {
		return nil, fmt.Errorf("read pending commands: %w", err)
	}
	var cs []domain.Command
	for _, c := range found {
		cs = append(cs, c.Command)
	}
	return cs, nil
}

// Waiting is what the record knows of an entity before its clock goes on.
type Waiting struct {
	Commands []domain.Command // without an outcome, in order of receipt
	More     bool             // there are more behind the last
	Recorded int64            // the number of the last entry on record
}

// What Waiting returns at once: it stands in the engine's history, where one payload may weigh 2 MiB.
const (
	mostWaiting  = 20
	heavyWaiting = 512 << 10
)

// Waiting returns the commands to an entity that were received no later than a civil moment and have no outcome
// yet, in order of receipt: those behind a command that it returned before, the first ones for none. Late entries
// count by their receipt too. Who asks has them decided, so that it counts as an attempt at each.
func (s *Store) Waiting(ctx context.Context, entity string, until time.Time, behind domain.Command) (Waiting, error) {
	db := s.db.WithContext(ctx)
	recorded, _, err := one(db, scalar[int64], "SELECT last_seq FROM entities WHERE name = ?", entity)
	if err != nil {
		return Waiting{}, fmt.Errorf("read waiting commands: %w", err)
	}
	w := Waiting{Recorded: recorded}
	found, err := rows(db, scanCommand, "SELECT "+commandColumns+` FROM commands
		WHERE state = 'pending' AND entity = ? AND received_at <= ? AND (received_at, id) > (?, ?) ORDER BY received_at, id LIMIT ?`,
		entity, exact(until), exact(behind.ReceivedAt), behind.ID, mostWaiting+1)
	if err != nil {
		return Waiting{}, fmt.Errorf("read waiting commands: %w", err)
	}
	weight := 0
	for i, c := range found {
		weight += len(c.Body)
		if w.More = i == mostWaiting || i > 0 && weight > heavyWaiting; w.More {
			break
		}
		// One statement each: together they could stand in the way of a record that completes several.
		counted := db.Exec("UPDATE commands SET attempts = attempts + 1 WHERE id = ? AND state = 'pending'", c.ID)
		if counted.Error != nil {
			return Waiting{}, fmt.Errorf("count an attempt: %w", counted.Error)
		}
		if counted.RowsAffected > 0 { // else it has got its outcome since
			w.Commands = append(w.Commands, c.Command)
		}
	}
	return w, nil
}

const commandColumns = "id, entity, type, body, " + actorColumns +
	", received_at, occurred_at, basis, seed, state, first_seq, last_seq, refusal, stored_at, completed_at"

// storedCommand is a command with what tells it from others under the same id, and how far its entity is recorded.
type storedCommand struct {
	CommandRow
	digest   string
	attempts int64
	recorded int64
}

const storedColumns = commandColumns + ", digest, attempts, COALESCE((SELECT last_seq FROM entities WHERE name = commands.entity), 0)"

func scanStored(r row, f *storedCommand) error {
	return readCommand(r, &f.CommandRow, &f.digest, &f.attempts, &f.recorded)
}

func scanCommand(r row, c *CommandRow) error { return readCommand(r, c) }

func readCommand(r row, c *CommandRow, more ...any) error {
	var body string
	var seed int64
	var refusal sql.NullString
	places := append([]any{&c.ID, &c.Entity, &c.Type, &body}, actorFields(&c.Actor)...)
	places = append(places, at(&c.ReceivedAt), at(&c.OccurredAt), &c.Basis, &seed, &c.State, &c.FirstSeq, &c.LastSeq, &refusal,
		at(&c.StoredAt), at(&c.CompletedAt))
	if err := r.Scan(append(places, more...)...); err != nil {
		return err
	}
	c.Body, c.Seed = json.RawMessage(body), uint64(seed) //nolint:gosec // the bits are kept
	if refusal.Valid {
		return json.Unmarshal([]byte(refusal.String), &c.Refusal)
	}
	return nil
}
