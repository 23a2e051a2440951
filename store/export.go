package store

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"

	"milepost/domain"
)

// Exported is one line of an export of the audit record: a line of the record, or signed heads. The heads come first.
type Exported struct {
	Line  *ExportedLine `json:"line,omitempty"`
	Heads *Heads        `json:"heads,omitempty"`
}

// ExportedLine is a line of the record with the hash of the line before it, so that it can be checked by itself.
type ExportedLine struct {
	Chain   int64           `json:"chain"`
	Seq     int64           `json:"seq"`
	At      time.Time       `json:"at"`
	Actor   domain.Actor    `json:"actor"`
	Address string          `json:"address"`
	Act     string          `json:"act"`
	Subject string          `json:"subject"`
	Detail  json.RawMessage `json:"detail"`
	Prev    string          `json:"prev"`
	Hash    string          `json:"hash"`
}

func (l ExportedLine) row() AuditRow {
	return AuditRow{l.Chain, l.Seq, l.At, l.Actor, l.Address, l.Act, l.Subject, l.Detail, l.Hash}
}

// ExportAudit gives the signed heads and then the lines of the record to f, chain by chain: those from a civil moment on
// and before another, where these are not zero. No chain has a gap, so a line that is a little out of time may come along.
func (s *Store) ExportAudit(ctx context.Context, from, to time.Time, f func(Exported) error) error {
	var signed [chains]int64 // the last line of each chain that these heads tell of
	if err := s.EachHeads(ctx, from, to, func(h Heads) error {
		for _, e := range h.Ends {
			if e.Chain >= 0 && e.Chain < chains {
				signed[e.Chain] = max(signed[e.Chain], e.Seq)
			}
		}
		return f(Exported{Heads: &h})
	}); err != nil {
		return err
	}
	for chain := range int64(chains) {
		if err := s.exportChain(ctx, chain, signed[chain], from, to, f); err != nil {
			return fmt.Errorf("export the audit record: %w", err)
		}
	}
	return nil
}

func (s *Store) exportChain(ctx context.Context, chain, signed int64, from, to time.Time, f func(Exported) error) error {
	var first, last int64
	var prev string
	err := s.patiently(ctx, func(db *gorm.DB) (err error) {
		first, last, prev, err = exportedPart(db, chain, from, to)
		return err
	})
	last = max(last, signed)
	for err == nil && first > 0 && first <= last {
		var page []AuditRow
		err = s.patiently(ctx, func(db *gorm.DB) (err error) {
			page, err = rows(db, scanAudit, "SELECT "+auditColumns+" FROM audit WHERE chain = ? AND seq BETWEEN ? AND ? ORDER BY seq LIMIT ?", chain, first, last, auditPage)
			return err
		})
		for _, l := range page {
			line := ExportedLine{l.Chain, l.Seq, l.At, l.Actor, l.Address, l.Act, l.Subject, l.Detail, prev, l.Hash}
			if err := f(Exported{Line: &line}); err != nil {
				return err
			}
			first, prev = l.Seq+1, l.Hash
		}
		if len(page) == 0 {
			break
		}
	}
	return err
}

// exportedPart finds the lines of a chain that are of a time, and the hash of the line before them; first is zero when
// there is none.
func exportedPart(db *gorm.DB, chain int64, from, to time.Time) (first, last int64, prev string, err error) {
	if to.IsZero() {
		to = far
	}
	first, some, err := one(db, scalar[int64], "SELECT seq FROM audit WHERE chain = ? AND at >= ? ORDER BY seq LIMIT 1", chain, exact(from))
	if err != nil || !some {
		return 0, 0, "", err
	}
	last, _, err = one(db, scalar[int64], "SELECT COALESCE(max(seq), 0) FROM audit WHERE chain = ? AND at < ?", chain, exact(to))
	if err != nil {
		return 0, 0, "", err
	}
	prev, _, err = one(db, scalar[string], "SELECT hash FROM audit WHERE chain = ? AND seq = ?", chain, first-1)
	return first, last, prev, err
}

// WriteExported writes one line of an export, as JSON in a line of text.
func WriteExported(w io.Writer, x Exported) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false) // the detail is hashed as it is
	return out.Encode(x)
}

// longestExported bounds a line of an export that is read.
const longestExported = 16 << 20

// CheckExport works out the chains of an export, and holds them against the heads that the witness has heard and those
// in the export. heads is asked of each whether it is to be believed. A part of the record may begin in the middle of
// its chains; of what lies before, nothing can be said.
func CheckExport(r io.Reader, part bool, w *Witness, heads func(Heads) error) (AuditCheck, error) {
	var found AuditCheck
	ends, begins := map[int64]AuditEnd{}, map[int64]int64{}
	in := bufio.NewScanner(r)
	in.Buffer(nil, longestExported)
	for n := 1; in.Scan(); n++ {
		x, err := readExported(in.Bytes())
		switch {
		case err != nil:
			return found, fmt.Errorf("line %d of the export: %w", n, err)
		case x.Heads != nil && found.Lines > 0:
			return found, fmt.Errorf("line %d of the export: heads come before the lines", n)
		case x.Heads != nil:
			if err := errors.Join(heads(*x.Heads), w.Hear(*x.Heads)); err != nil {
				return found, err
			}
			continue
		}
		l := x.Line.row()
		end, begun := ends[l.Chain]
		if !begun {
			end = AuditEnd{Chain: l.Chain}
			if part {
				end.Seq, end.Hash = l.Seq-1, x.Line.Prev
			}
			begins[l.Chain] = end.Seq
			if err := w.See(l.Chain, end.Seq, end.Hash); err != nil {
				return found, err
			}
		}
		if !end.follows(l) || x.Line.Prev != end.Hash {
			found.Broken = AuditPlace{l.Chain, end.Seq + 1}
			return found, nil
		}
		if err := w.See(l.Chain, l.Seq, l.Hash); err != nil {
			return found, err
		}
		ends[l.Chain] = l.end()
		found.Lines++
	}
	for _, chain := range slices.Sorted(maps.Keys(ends)) {
		found.Ends = append(found.Ends, ends[chain])
	}
	if part {
		w.forget(begins)
	}
	return found, in.Err()
}

func readExported(line []byte) (Exported, error) {
	var x Exported
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&x); err != nil {
		return x, err
	}
	if (x.Line == nil) == (x.Heads == nil) {
		return x, errors.New("it is neither a line of the record nor heads")
	}
	return x, nil
}
