package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"milepost/domain"
)

// Seal is how far an entity was when it was sealed: the ends of its timeline and of the chain of its commands. It stands
// in a line of the audit record, so that whoever would write a timeline anew has to write the record anew too.
type Seal struct {
	Entity       string `json:"entity"`
	Seq          int64  `json:"seq"`
	Hash         string `json:"hash"`
	Commands     int64  `json:"commands"`
	CommandsHash string `json:"commandsHash"`
}

// sealsPerLine bounds the length of a line.
const sealsPerLine = 100

// unsealed are entities that have gone on since they were sealed.
const unsealed = ` FROM entities e LEFT JOIN seals s ON s.entity = e.name
	WHERE (e.last_seq > COALESCE(s.seq, 0) OR e.commands > COALESCE(s.commands, 0))`

// Seal writes the ends of all entities that have gone on since they were sealed last on the audit record, and tells how
// many there were. Two processes that seal at once say the same twice, which does no harm.
func (s *Store) Seal(ctx context.Context) (entities int, err error) {
	for after := ""; ; {
		names, err := rows(s.db.WithContext(ctx), scalar[string], "SELECT e.name"+unsealed+" AND e.name > ? ORDER BY e.name LIMIT ?", after, sealsPerLine)
		if err != nil {
			return entities, fmt.Errorf("look for what is to be sealed: %w", err)
		}
		if len(names) == 0 {
			return entities, nil
		}
		if err := s.write(ctx, func(tx *gorm.DB) error {
			n, err := s.seal(tx, names)
			entities += n
			return err
		}); err != nil {
			return entities, fmt.Errorf("seal: %w", err)
		}
		after = names[len(names)-1]
	}
}

func (s *Store) seal(tx *gorm.DB, names []string) (int, error) {
	ends, err := rows(tx, func(r row, x *Seal) error {
		return r.Scan(&x.Entity, &x.Seq, &x.Hash, &x.Commands, &x.CommandsHash)
	},
		"SELECT e.name, e.last_seq, e.last_hash, e.commands, e.commands_hash"+unsealed+" AND e.name IN ? ORDER BY e.name", names)
	if err != nil || len(ends) == 0 {
		return 0, err
	}
	marks := make([]sealModel, len(ends))
	for i, e := range ends {
		marks[i] = sealModel{Entity: e.Entity, Seq: e.Seq, Commands: e.Commands}
	}
	if err := put(tx, marks); err != nil {
		return 0, err
	}
	return len(ends), s.note(tx, By{domain.System, inWorker}, actSeal, "record", map[string]any{"ends": ends})
}

// Seals returns what a line of the audit record seals; nothing when it is another act's.
func (l AuditRow) Seals() ([]Seal, error) {
	if l.Act != actSeal {
		return nil, nil
	}
	var detail struct {
		Ends []Seal `json:"ends"`
	}
	if err := json.Unmarshal(l.Detail, &detail); err != nil {
		return nil, fmt.Errorf("read the seals of chain %d line %d: %w", l.Chain, l.Seq, err)
	}
	return detail.Ends, nil
}

// VerifySeal holds an entity's timeline against its seal: the line that was the last then is the same today.
func (s *Store) VerifySeal(ctx context.Context, sealed Seal) error {
	if sealed.Seq == 0 {
		return nil
	}
	hash, there, err := one(s.db.WithContext(ctx), scalar[string], "SELECT hash FROM timeline WHERE entity = ? AND seq = ?", sealed.Entity, sealed.Seq)
	switch {
	case err != nil:
		return fmt.Errorf("verify the seal of %s: %w", sealed.Entity, err)
	case !there:
		return fmt.Errorf("%w: line %d was sealed and is no more", ErrDiverged, sealed.Seq)
	case hash != sealed.Hash:
		return fmt.Errorf("%w: the first %d lines are not those that were sealed", ErrDiverged, sealed.Seq)
	}
	return nil
}
