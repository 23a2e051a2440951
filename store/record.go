package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"milepost/domain"
	"milepost/domain/entity"
)

// ErrDiverged says that what should be recorded differs from what is on record. It is an alarm: nothing was
// changed, and nothing may be overwritten.
var ErrDiverged = errors.New("the entries differ from those on record")

// ErrGap says that entries before those to be recorded are missing.
var ErrGap = errors.New("entries are missing before these")

// Done names the command whose outcome a tail carries, and the lines it wrote, both included; zero when none.
type Done struct {
	Command  string
	FirstSeq int64
	LastSeq  int64
}

// Record appends a tail of entries to an entity's timeline, folds the read model, writes notices and effects,
// and completes the commands whose lines these are, in one transaction. What is recorded already is compared and
// not written again, so anyone may repeat it any number of times. ErrDiverged: an entry differs from the one on
// record. ErrGap: entries before the tail are missing. Either way nothing changes.
func (s *Store) Record(ctx context.Context, name string, tail []domain.Entry, done *Done) error {
	changed := false
	err := s.pipelined(ctx, func(tx *gorm.DB) error {
		head, err := s.head(tx, name)
		if err != nil {
			return err
		}
		fresh, err := unrecorded(tx, head, tail)
		if err != nil {
			return err
		}
		before := head
		f, err := s.append(tx, &head, fresh)
		if err != nil {
			return err
		}
		if err := s.complete(tx, &head, fresh, done); err != nil {
			return err
		}
		if changed = head != before; !changed {
			return nil
		}
		return s.keep(tx, &head, f)
	})
	if err != nil {
		return fmt.Errorf("record %s: %w", name, err)
	}
	if changed {
		s.stir() //nolint:contextcheck // it outlives the caller
	}
	return nil
}

// head locks the end of an entity's chain; an entity of which nothing is known yet begins here.
func (s *Store) head(tx *gorm.DB, name string) (entityModel, error) {
	find := func() (entityModel, bool, error) {
		return one(tx, func(r row, h *entityModel) error {
			return r.Scan(&h.Name, &h.Kind, &h.LastSeq, &h.LastHash, &h.Snapshot, &h.Commands, &h.CommandsHash)
		}, "SELECT name, kind, last_seq, last_hash, snapshot, commands, commands_hash FROM entities WHERE name = ?"+s.forUpdate(), name)
	}
	h, ok, err := find()
	if err != nil || ok {
		return h, err
	}
	kind, _, err := entity.Split(name)
	if err != nil {
		return h, err
	}
	if err := add(tx, []entityModel{{Name: name, Kind: kind}}); err != nil {
		return h, err
	}
	h, _, err = find()
	return h, err
}

// unrecorded returns the part of the tail that is not on record yet, in exact times, after comparing the rest
// with what is.
func unrecorded(tx *gorm.DB, head entityModel, tail []domain.Entry) ([]domain.Entry, error) {
	if len(tail) == 0 {
		return nil, nil
	}
	first := tail[0].Seq
	if first < 1 || first > head.LastSeq+1 {
		return nil, fmt.Errorf("%w: line %d after %d", ErrGap, first, head.LastSeq)
	}
	for i, e := range tail {
		if e.Seq != first+int64(i) {
			return nil, fmt.Errorf("%w: line %d in place of %d", ErrGap, e.Seq, first+int64(i))
		}
	}
	var hashes []string
	var prev string
	if first <= head.LastSeq {
		var err error
		if hashes, err = rows(tx, scalar[string], "SELECT hash FROM timeline WHERE entity = ? AND seq BETWEEN ? AND ? ORDER BY seq",
			head.Name, first-1, tail[len(tail)-1].Seq); err != nil {
			return nil, err
		}
	}
	if first > 1 && len(hashes) > 0 {
		prev, hashes = hashes[0], hashes[1:]
	}
	var fresh []domain.Entry
	for i, e := range tail {
		e.OccurredAt, e.RecordedAt = exact(e.OccurredAt), exact(e.RecordedAt)
		if i >= len(hashes) {
			fresh = append(fresh, e)
			continue
		}
		if e.ChainHash(head.Name, prev) != hashes[i] {
			return nil, fmt.Errorf("%w: line %d", ErrDiverged, e.Seq)
		}
		prev = hashes[i]
	}
	return fresh, nil
}

// append writes new lines and what follows from them, and returns what they make.
func (s *Store) append(tx *gorm.DB, head *entityModel, fresh []domain.Entry) (*fold, error) {
	f, err := newFold(head.Name, []byte(head.Snapshot))
	if err != nil || len(fresh) == 0 {
		return f, err
	}
	lines := make([]timelineModel, len(fresh))
	for i, e := range fresh {
		text, err := f.apply(e)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", e.Seq, err)
		}
		head.LastSeq, head.LastHash = e.Seq, e.ChainHash(head.Name, head.LastHash)
		lines[i] = timelineModel{
			Entity: head.Name, Seq: e.Seq, Type: e.Type, Data: string(e.Data), Actor: actorRow(e.Actor),
			OccurredAt: e.OccurredAt, RecordedAt: e.RecordedAt, Clause: e.Clause, Command: e.Command, Late: e.Late, Basis: e.Basis,
			TextZh: text.Zh, TextEn: text.En, Hash: head.LastHash,
		}
	}
	if err := insert(tx, lines); err != nil {
		return nil, err
	}
	if err := f.write(tx); err != nil {
		return nil, err
	}
	return f, f.send(tx, exact(s.now()))
}

// keep saves the ends of the chains and the state after them.
func (s *Store) keep(tx *gorm.DB, head *entityModel, f *fold) error {
	snapshot, err := f.state.Snapshot()
	if err != nil {
		return err
	}
	return tx.Exec("UPDATE entities SET last_seq = ?, last_hash = ?, snapshot = ?, commands = ?, commands_hash = ?, changed = "+s.thisChange()+" WHERE name = ?",
		head.LastSeq, head.LastHash, string(snapshot), head.Commands, head.CommandsHash, head.Name).Error
}

// complete gives every command whose lines were written its outcome. The timeline is the fact: it overrides a
// refusal that a racing sender stored. A command with other lines on record was decided twice, which no one may
// paper over.
func (s *Store) complete(tx *gorm.DB, head *entityModel, fresh []domain.Entry, done *Done) error {
	var outcomes []Done
	for _, e := range fresh {
		n := len(outcomes)
		switch {
		case e.Command == "":
		case n > 0 && outcomes[n-1].Command == e.Command:
			outcomes[n-1].LastSeq = e.Seq
		default:
			outcomes = append(outcomes, Done{e.Command, e.Seq, e.Seq})
		}
	}
	if done != nil {
		if done.LastSeq > head.LastSeq {
			return fmt.Errorf("%w: the command's line %d is not among them", ErrGap, done.LastSeq)
		}
		if !slices.Contains(outcomes, *done) {
			outcomes = append(outcomes, *done)
		}
	}
	for _, d := range outcomes {
		if err := s.completeOne(tx, head, d); err != nil {
			return err
		}
	}
	return nil
}

// completeOne gives a command its outcome and adds it to the chain of the commands that the entity carried out: whose
// lines a timeline bears and what was asked with them is bound as the lines are (OWN-221).
func (s *Store) completeOne(tx *gorm.DB, head *entityModel, d Done) error {
	c, updated, err := one(tx, scanCarried, `UPDATE commands SET state = 'done', first_seq = ?, last_seq = ?, nth = ?, refusal = NULL, completed_at = ?
		WHERE id = ? AND entity = ? AND state <> 'done' RETURNING `+carriedColumns,
		d.FirstSeq, d.LastSeq, head.Commands+1, exact(s.now()), d.Command, head.Name)
	if err != nil {
		return err
	}
	if updated {
		head.Commands, head.CommandsHash = c.nth, c.chain(head.CommandsHash)
		return nil
	}
	first, ok, err := one(tx, scalar[int64], "SELECT first_seq FROM commands WHERE id = ? AND entity = ?", d.Command, head.Name)
	if err != nil {
		return err
	}
	if ok && first != d.FirstSeq { // no such command: its intent is of another life of the database
		return fmt.Errorf("%w: command %s wrote line %d and again line %d", ErrDiverged, d.Command, first, d.FirstSeq)
	}
	return nil
}
