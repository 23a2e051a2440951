package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm"

	"milepost/domain"
)

// Import is a table of declarations that was taken in as a whole.
type Import struct {
	ID       string // the sender's key
	Digest   string // SHA-256 of the file
	By       domain.Actor
	Rows     []int        // their numbers in the file; the command of each has the id that Command gives
	StoredAt time.Time    // real
	Commands []CommandRow // of the rows, in their order
}

// Command is the id of the command that declares a row.
func (i Import) Command(row int) string { return i.ID + "." + strconv.Itoa(row) }

type importModel struct {
	ID       string     `gorm:"primaryKey"`
	Digest   string     `gorm:"not null"`
	Actor    actorModel `gorm:"embedded"`
	Rows     string     `gorm:"not null"`
	StoredAt time.Time  `gorm:"not null"`
}

func (importModel) TableName() string { return "imports" }

// IntendAll stores the commands of an import before any is decided: all of them in one transaction, or none. They are
// received at one moment, and nobody has set out yet to find their outcomes; the sweeper does, should nobody else. The
// same import again is no other and changes nothing; isNew tells. Another file or sender under its id is refused
// (idempotency.mismatch), and so is an import one of whose commands has the id of another.
func (s *Store) IntendAll(ctx context.Context, i Import, cs []domain.Command) (isNew bool, err error) {
	clock, err := s.Clock(ctx)
	if err != nil {
		return false, err
	}
	list, err := json.Marshal(i.Rows)
	if err != nil {
		return false, err
	}
	err = s.write(ctx, func(tx *gorm.DB) error {
		now := exact(s.now())
		header := importModel{i.ID, i.Digest, actorRow(i.By), string(list), now}
		taken := tx.Exec("INSERT INTO imports (id, digest, "+actorColumns+", rows, stored_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
			header.ID, header.Digest, header.Actor.ActorUser, header.Actor.ActorRole, header.Actor.ActorParty, header.Actor.ActorJurisdiction,
			header.Actor.ActorOnBehalfOf, header.Rows, header.StoredAt)
		if isNew = taken.RowsAffected > 0; taken.Error != nil || !isNew {
			return taken.Error
		}
		var intents []commandModel
		for _, c := range cs {
			if c.ReceivedAt.IsZero() {
				c.ReceivedAt = clock.Civil(now)
			}
			intents = append(intents, commandModel{
				ID: c.ID, Entity: c.Entity, Type: c.Type, Body: string(c.Body), Digest: digest(c), Actor: actorRow(c.Actor),
				ReceivedAt: exact(c.ReceivedAt), OccurredAt: maybe(c.OccurredAt), Basis: c.Basis, Seed: int64(c.Seed), //nolint:gosec // the bits are kept
				State: string(CommandPending), StoredAt: now,
			})
		}
		return insert(tx, intents)
	})
	switch {
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return false, mismatch()
	case err != nil:
		return false, fmt.Errorf("store the intents of an import: %w", err)
	case isNew:
		return true, nil
	}
	before, ok, err := one(s.db.WithContext(ctx), scanImport, "SELECT "+importColumns+" FROM imports WHERE id = ?", i.ID)
	if err != nil {
		return false, fmt.Errorf("read an import: %w", err)
	}
	if !ok || before.Digest != i.Digest || before.By != i.By {
		return false, mismatch()
	}
	return false, nil
}

// Import returns an import with what has become of its commands. It is not scoped by a viewer: the API shows it to its
// sender.
func (s *Store) Import(ctx context.Context, id string) (Import, error) {
	db := s.db.WithContext(ctx)
	i, ok, err := one(db, scanImport, "SELECT "+importColumns+" FROM imports WHERE id = ?", id)
	if err != nil {
		return Import{}, fmt.Errorf("read an import: %w", err)
	}
	if !ok {
		return Import{}, domain.NotFound("import.unknown", "id", "没有这次批量申报", "There is no such import.")
	}
	var ids []string
	for _, row := range i.Rows {
		ids = append(ids, i.Command(row))
	}
	found, err := rows(db, scanCommand, "SELECT "+commandColumns+" FROM commands WHERE id IN ?", ids)
	if err != nil {
		return Import{}, fmt.Errorf("read the commands of an import: %w", err)
	}
	by := map[string]CommandRow{}
	for _, c := range found {
		by[c.ID] = c
	}
	for _, id := range ids {
		i.Commands = append(i.Commands, by[id])
	}
	return i, nil
}

const importColumns = "id, digest, " + actorColumns + ", rows, stored_at"

func scanImport(r row, i *Import) error {
	var list string
	places := append([]any{&i.ID, &i.Digest}, actorFields(&i.By)...)
	if err := r.Scan(append(places, &list, at(&i.StoredAt))...); err != nil {
		return err
	}
	return json.Unmarshal([]byte(list), &i.Rows)
}

// Namesake is a project that has the name of another.
type Namesake struct {
	ID    string
	Name  string
	Unit  string
	Owner string
}

// Namesakes returns the projects of the given names that the viewer may see and that go on.
func (s *Store) Namesakes(ctx context.Context, v Viewer, names []string) ([]Namesake, error) {
	if len(names) == 0 {
		return nil, nil
	}
	var w where
	w.and("p.name IN ?", names)
	w.and("p.status NOT IN ?", []string{"withdrawn", "removed", "refused", "archived"})
	v.projects(&w)
	found, err := rows(s.db.WithContext(ctx), func(r row, n *Namesake) error { return r.Scan(&n.ID, &n.Name, &n.Unit, &n.Owner) },
		"SELECT p.id, p.name, p.unit, p.owner FROM projects p"+w.String()+" ORDER BY p.declared_at, p.id", w.args...)
	if err != nil {
		return nil, fmt.Errorf("look for projects of the same name: %w", err)
	}
	return found, nil
}
