package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"milepost/domain"
)

// VerifyChain reads an entity's timeline from the first line and checks that no line was changed, added, left
// out or moved: ErrDiverged names the first line at fault. It also checks the end of the chain, so that lines
// cut off at the end are missed; a rewrite of everything can only be seen against an anchor kept elsewhere.
func (s *Store) VerifyChain(ctx context.Context, name string) error {
	db := s.db.WithContext(ctx)
	head, ok, err := one(db, func(r row, h *entityModel) error { return r.Scan(&h.Name, &h.LastSeq, &h.LastHash) },
		"SELECT name, last_seq, last_hash FROM entities WHERE name = ?", name)
	if err != nil {
		return fmt.Errorf("verify %s: %w", name, err)
	}
	if !ok {
		return domain.NotFound("entity.unknown", "entity", "没有这条时间线", "There is no such timeline.")
	}
	if err := eachLine(db, head, func(domain.Entry) error { return nil }); err != nil {
		return fmt.Errorf("verify %s: %w", name, err)
	}
	// A line comes with the end of its chain, in one transaction: one behind the end was put there by hand.
	stray, there, err := one(db, scalar[int64], `SELECT t.seq FROM timeline t JOIN entities e ON e.name = t.entity
		WHERE t.entity = ? AND t.seq > e.last_seq ORDER BY t.seq LIMIT 1`, name)
	if err != nil {
		return fmt.Errorf("verify %s: %w", name, err)
	}
	if there {
		return fmt.Errorf("verify %s: %w: line %d stands behind the end", name, ErrDiverged, stray)
	}
	return nil
}

// Rebuild derives an entity's read model and state again from its timeline alone, after verifying the chain.
// Notices and effects, which went out already, are left as they are, and so are the words of the timeline.
func (s *Store) Rebuild(ctx context.Context, name string) error {
	err := s.write(ctx, func(tx *gorm.DB) error {
		head, _, err := s.head(tx, name)
		if err != nil {
			return err
		}
		f, err := newFold(name, nil)
		if err != nil {
			return err
		}
		if err := eachLine(tx, head, func(e domain.Entry) error {
			_, err := f.apply(e)
			return err
		}); err != nil {
			return err
		}
		if f.project != nil {
			for _, table := range []string{"projects", "tasks", "lamps", "project_parties", "reports", "investment_months", "supervisions", "file_uses"} {
				key := "project"
				if table == "projects" {
					key = "id"
				}
				if err := tx.Exec("DELETE FROM "+table+" WHERE "+key+" = ?", f.project.ID).Error; err != nil {
					return err
				}
			}
		}
		if err := f.write(tx); err != nil {
			return err
		}
		return s.keep(tx, &head, f)
	})
	if err != nil {
		return fmt.Errorf("rebuild %s: %w", name, err)
	}
	return nil
}

// Entries returns the recorded entries of an entity from a sequence number on, as they were recorded. Recovery
// starts workflows again from them.
func (s *Store) Entries(ctx context.Context, name string, from int64, limit int) ([]domain.Entry, error) {
	links, err := rows(s.db.WithContext(ctx), scanLink,
		"SELECT "+lineColumns+" FROM timeline WHERE entity = ? AND seq >= ? ORDER BY seq LIMIT ?", name, from, limit)
	if err != nil {
		return nil, fmt.Errorf("read entries of %s: %w", name, err)
	}
	var es []domain.Entry
	for _, l := range links {
		es = append(es, l.Entry)
	}
	return es, nil
}

// Snapshot returns the state of an entity after its last recorded entry, as entity.Restore reads it; empty and
// zero when nothing is recorded.
func (s *Store) Snapshot(ctx context.Context, name string) (state []byte, seq int64, err error) {
	h, _, err := one(s.db.WithContext(ctx), func(r row, h *entityModel) error { return r.Scan(&h.Snapshot, &h.LastSeq) },
		"SELECT snapshot, last_seq FROM entities WHERE name = ?", name)
	if err != nil {
		return nil, 0, fmt.Errorf("read the state of %s: %w", name, err)
	}
	return []byte(h.Snapshot), h.LastSeq, nil
}

// Entities returns the names of entities after a name, in order; "" begins.
func (s *Store) Entities(ctx context.Context, after string, limit int) ([]string, error) {
	names, err := rows(s.db.WithContext(ctx), scalar[string], "SELECT name FROM entities WHERE name > ? ORDER BY name LIMIT ?", after, limit)
	if err != nil {
		return nil, fmt.Errorf("list entities: %w", err)
	}
	return names, nil
}

// link is a line with its link of the chain.
type link struct {
	domain.Entry
	hash string
}

const lineColumns = "seq, type, data, " + actorColumns + ", occurred_at, recorded_at, clause, command, late, basis, hash"

func scanLink(r row, l *link) error {
	var data string
	places := append([]any{&l.Seq, &l.Type, &data}, actorFields(&l.Actor)...)
	places = append(places, at(&l.OccurredAt), at(&l.RecordedAt), &l.Clause, &l.Command, &l.Late, &l.Basis, &l.hash)
	if err := r.Scan(places...); err != nil {
		return err
	}
	l.Data = json.RawMessage(data)
	return nil
}

// eachLine gives every line of a chain to f in order, and checks the chain on the way and its end.
func eachLine(db *gorm.DB, head entityModel, f func(domain.Entry) error) error {
	const portion = 500
	var seq int64
	var prev string
	for {
		links, err := rows(db, scanLink, "SELECT "+lineColumns+" FROM timeline WHERE entity = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
			head.Name, seq, head.LastSeq, portion) // lines after the head came while we read
		if err != nil {
			return err
		}
		for _, l := range links {
			if l.Seq != seq+1 || l.ChainHash(head.Name, prev) != l.hash {
				return fmt.Errorf("%w: line %d", ErrDiverged, seq+1)
			}
			if err := f(l.Entry); err != nil {
				return fmt.Errorf("line %d: %w", l.Seq, err)
			}
			seq, prev = l.Seq, l.hash
		}
		if len(links) == portion {
			continue
		}
		if seq != head.LastSeq || prev != head.LastHash {
			return fmt.Errorf("%w: the chain ends at line %d instead of %d", ErrDiverged, seq, head.LastSeq)
		}
		return nil
	}
}
