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

	// Lines are these lines as they stand on record, where Record has just written them all; else they can be read.
	Lines []TimelineRow
}

func (d Done) same(o Done) bool {
	return d.Command == o.Command && d.FirstSeq == o.FirstSeq && d.LastSeq == o.LastSeq
}

// Record appends a tail of entries to an entity's timeline, folds the read model, writes notices and effects,
// and completes the commands whose lines these are, in one transaction. What is recorded already is compared and
// not written again, so anyone may repeat it any number of times. ErrDiverged: an entry differs from the one on
// record. ErrGap: entries before the tail are missing. Either way nothing changes.
func (s *Store) Record(ctx context.Context, name string, tail []domain.Entry, done *Done) error {
	changed := false
	var lines []TimelineRow
	var f *fold
	err := s.pipelined(ctx, func(tx *gorm.DB) error {
		head, asked, err := s.head(tx, name, commandsOf(tail, done)...)
		if err != nil {
			return err
		}
		fresh, err := unrecorded(tx, head, tail)
		if err != nil {
			return err
		}
		before := head
		if f, err = s.fold(head); err != nil {
			return err
		}
		if lines, err = s.append(tx, f, &head, fresh); err != nil {
			return err
		}
		if err := s.complete(tx, asked, &head, fresh, done); err != nil {
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
	s.folds.keep(name, f)
	if changed {
		s.stir() //nolint:contextcheck // it outlives the caller
	}
	if done != nil {
		done.Lines = done.among(lines)
	}
	return nil
}

// among is those of some lines that the command wrote; nil when they are not all there.
func (d Done) among(lines []TimelineRow) []TimelineRow {
	if len(lines) == 0 || d.FirstSeq < lines[0].Seq || d.LastSeq > lines[len(lines)-1].Seq {
		return nil
	}
	first := lines[0].Seq
	return lines[d.FirstSeq-first : d.LastSeq-first+1]
}

// head locks the end of an entity's chain; an entity of which nothing is known yet begins here. With it comes what is on
// record of some commands, as it is behind the lock.
func (s *Store) head(tx *gorm.DB, name string, commands ...string) (h entityModel, asked []carried, err error) {
	var found []entityModel
	find := func() error {
		asked = nil
		scan := func(r row, h *entityModel) error {
			return r.Scan(&h.Name, &h.Kind, &h.LastSeq, &h.LastHash, &h.Snapshot, &h.Commands, &h.CommandsHash)
		}
		query := "SELECT name, kind, last_seq, last_hash, snapshot, commands, commands_hash FROM entities WHERE name = ?" + s.forUpdate()
		if len(commands) == 0 {
			found, err = rows(tx, scan, query, name)
			return err
		}
		if err = soon(tx, &found, scan, query, name); err == nil {
			asked, err = rows(tx, scanCarried, "SELECT "+carriedColumns+" FROM commands WHERE entity = ? AND id IN ?", name, commands)
		}
		return err
	}
	if err := find(); err != nil || len(found) > 0 {
		return first(found), asked, err
	}
	kind, _, err := entity.Split(name)
	if err != nil {
		return h, nil, err
	}
	if err := add(tx, []entityModel{{Name: name, Kind: kind}}); err != nil {
		return h, nil, err
	}
	err = find()
	return first(found), asked, err
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

// append writes new lines and what follows from them, and returns how they stand on record.
func (s *Store) append(tx *gorm.DB, f *fold, head *entityModel, fresh []domain.Entry) ([]TimelineRow, error) {
	if len(fresh) == 0 {
		return nil, nil
	}
	lines, told := make([]timelineModel, len(fresh)), make([]TimelineRow, len(fresh))
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
		told[i] = TimelineRow{Entry: e, Text: text, Hash: head.LastHash}
	}
	if err := insert(tx, lines); err != nil {
		return nil, err
	}
	if err := f.write(tx); err != nil {
		return nil, err
	}
	return told, f.send(tx, exact(s.now()))
}

// keep saves the ends of the chains and the state after them.
func (s *Store) keep(tx *gorm.DB, head *entityModel, f *fold) error {
	snapshot, err := f.state.Snapshot()
	if err != nil {
		return err
	}
	f.hash, f.weight = head.LastHash, len(snapshot)
	return tx.Exec("UPDATE entities SET last_seq = ?, last_hash = ?, snapshot = ?, commands = ?, commands_hash = ?, changed = "+s.thisChange()+" WHERE name = ?",
		head.LastSeq, head.LastHash, string(snapshot), head.Commands, head.CommandsHash, head.Name).Error
}

// complete gives every command whose lines were written its outcome. The timeline is the fact: it overrides a
// refusal that a racing sender stored. A command with other lines on record was decided twice, which no one may
// paper over.
func (s *Store) complete(tx *gorm.DB, asked []carried, head *entityModel, fresh []domain.Entry, done *Done) error {
	var outcomes []Done
	for _, e := range fresh {
		n := len(outcomes)
		switch {
		case e.Command == "":
		case n > 0 && outcomes[n-1].Command == e.Command:
			outcomes[n-1].LastSeq = e.Seq
		default:
			outcomes = append(outcomes, Done{Command: e.Command, FirstSeq: e.Seq, LastSeq: e.Seq})
		}
	}
	if done != nil {
		if done.LastSeq > head.LastSeq {
			return fmt.Errorf("%w: the command's line %d is not among them", ErrGap, done.LastSeq)
		}
		if !slices.ContainsFunc(outcomes, done.same) {
			outcomes = append(outcomes, *done)
		}
	}
	for _, d := range outcomes {
		if i := slices.IndexFunc(asked, func(c carried) bool { return c.id == d.Command }); i >= 0 {
			if err := s.completeOne(tx, &asked[i], head, d); err != nil {
				return err
			}
		} // else its intent is of another life of the database
	}
	return nil
}

// commandsOf are the commands that a tail may bring their outcome.
func commandsOf(tail []domain.Entry, done *Done) []string {
	var ids []string
	add := func(id string) {
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for _, e := range tail {
		add(e.Command)
	}
	if done != nil {
		add(done.Command)
	}
	return ids
}

// completeOne gives a command its outcome and adds it to the chain of the commands that the entity carried out: whose
// lines a timeline bears and what was asked with them is bound as the lines are (OWN-221). Nobody else does so meanwhile:
// the end of the entity's chain is locked.
func (s *Store) completeOne(tx *gorm.DB, c *carried, head *entityModel, d Done) error {
	if c.state == CommandDone {
		if c.first != d.FirstSeq {
			return fmt.Errorf("%w: command %s wrote line %d and again line %d", ErrDiverged, d.Command, c.first, d.FirstSeq)
		}
		return nil
	}
	c.state, c.nth, c.first, c.last = CommandDone, head.Commands+1, d.FirstSeq, d.LastSeq
	head.Commands, head.CommandsHash = c.nth, c.chain(head.CommandsHash)
	return tx.Exec("UPDATE commands SET state = 'done', first_seq = ?, last_seq = ?, nth = ?, refusal = NULL, completed_at = ? WHERE id = ? AND entity = ? AND state <> 'done'",
		c.first, c.last, c.nth, exact(s.now()), c.id, head.Name).Error
}
