package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm"
)

// AuditQuery chooses lines of the audit record; From and To are civil moments, To is not included.
type AuditQuery struct {
	Act     string
	User    string
	Subject string
	From    time.Time
	To      time.Time
	Page
}

const auditColumns = "chain, seq, at, " + actorColumns + ", address, act, subject, detail, hash"

func scanAudit(r row, l *AuditRow) error {
	var detail string
	fields := append([]any{&l.Chain, &l.Seq, at(&l.At)}, actorFields(&l.Actor)...)
	err := r.Scan(append(fields, &l.Address, &l.Act, &l.Subject, &detail, &l.Hash)...)
	l.Detail = json.RawMessage(detail)
	return err
}

// Audit returns one page of the audit record, the newest line first.
func (s *Store) Audit(ctx context.Context, q AuditQuery) (List[AuditRow], error) {
	var w where
	w.is("act", q.Act)
	w.is("actor_user", q.User)
	w.is("subject", q.Subject)
	if !q.From.IsZero() {
		w.and("at >= ?", exact(q.From))
	}
	if !q.To.IsZero() {
		w.and("at < ?", exact(q.To))
	}
	last, ok, err := q.placeOf("-at", 3)
	if err != nil {
		return List[AuditRow]{}, err
	}
	if ok {
		moment, err := time.Parse(time.RFC3339Nano, last[0])
		if err != nil {
			return List[AuditRow]{}, errCursor()
		}
		chain, _ := strconv.ParseInt(last[1], 10, 64) // one that is no number is before all
		seq, _ := strconv.ParseInt(last[2], 10, 64)
		w.and("(at, chain, seq) < (?, ?, ?)", exact(moment), chain, seq)
	}
	found, err := rows(s.db.WithContext(ctx), scanAudit, "SELECT "+auditColumns+" FROM audit"+w.String()+" ORDER BY at DESC, chain DESC, seq DESC LIMIT ?",
		append(w.args, q.limit()+1)...)
	if err != nil {
		return List[AuditRow]{}, fmt.Errorf("list the audit record: %w", err)
	}
	return list(found, q.limit(), "-at", func(l AuditRow) []string {
		return []string{l.At.Format(time.RFC3339Nano), strconv.FormatInt(l.Chain, 10), strconv.FormatInt(l.Seq, 10)}
	}), nil
}

// AuditHas tells whether a line with that hash is on the record. Of a sound record it says that all before that line
// on its chain is as it was when the hash was written down.
func (s *Store) AuditHas(ctx context.Context, hash string) (bool, error) {
	_, there, err := one(s.db.WithContext(ctx), scalar[int64], "SELECT seq FROM audit WHERE hash = ?", hash)
	if err != nil {
		return false, fmt.Errorf("read the audit record: %w", err)
	}
	return there, nil
}

// AuditCheck is what a check of the audit record found. Broken is the first line that is not what was written, or the
// place where one is missing; zero when all is sound.
type AuditCheck struct {
	Lines  int64
	Ends   []AuditEnd // of the chains that have lines: written down elsewhere, they show later whether an end was cut off
	Broken AuditPlace
}

// AuditPlace is a line on a chain.
type AuditPlace struct {
	Chain int64
	Seq   int64
}

func (p AuditPlace) String() string {
	return "chain " + strconv.FormatInt(p.Chain, 10) + " line " + strconv.FormatInt(p.Seq, 10)
}

// auditPage is how many lines are checked at a time.
const auditPage = 1000

// VerifyAudit works out every chain again and shows each sound line to look, which may be nil. An edit, an insertion, a
// deletion or a swap breaks a chain; a cut at the end shows against the end that is kept apart, and, when somebody
// changed that too, against what was written down elsewhere.
func (s *Store) VerifyAudit(ctx context.Context, look func(AuditRow) error) (AuditCheck, error) {
	var found AuditCheck
	if look == nil {
		look = func(AuditRow) error { return nil }
	}
	for chain := range int64(chains) {
		end, sound, err := s.verifyChain(ctx, chain, look)
		if err != nil {
			return AuditCheck{}, fmt.Errorf("check the audit record: %w", err)
		}
		found.Lines += end.Seq
		if end.Seq > 0 {
			found.Ends = append(found.Ends, end)
		}
		if !sound {
			found.Broken = cmp.Or(found.Broken, AuditPlace{chain, end.Seq + 1})
		}
	}
	// What stands on a chain that there is not has been put there by hand.
	stray, there, err := one(s.db.WithContext(ctx), func(r row, p *AuditPlace) error { return r.Scan(&p.Chain, &p.Seq) },
		"SELECT chain, seq FROM audit WHERE chain >= ? ORDER BY chain, seq LIMIT 1", chains)
	if err != nil {
		return AuditCheck{}, fmt.Errorf("check the audit record: %w", err)
	}
	if there {
		found.Broken = cmp.Or(found.Broken, stray)
	}
	return found, nil
}

// verifyChain works out one chain; end is the last line that is sound.
func (s *Store) verifyChain(ctx context.Context, chain int64, look func(AuditRow) error) (end AuditEnd, sound bool, err error) {
	db := s.db.WithContext(ctx)
	ends := func() (AuditEnd, error) {
		e, there, err := one(db, scanEnd, "SELECT chain, seq, hash FROM audit_ends WHERE chain = ?", chain)
		if err == nil && !there {
			e.Seq = -1 // it was taken away
		}
		return e, err
	}
	kept, err := ends() // first: lines that are added meanwhile are sound in any case
	end = AuditEnd{Chain: chain}
	for err == nil {
		var page []AuditRow
		err = s.patiently(ctx, func(db *gorm.DB) (err error) {
			page, err = rows(db, scanAudit, "SELECT "+auditColumns+" FROM audit WHERE chain = ? AND seq > ? ORDER BY seq LIMIT ?", chain, end.Seq, auditPage)
			return err
		})
		for _, l := range page {
			if !end.follows(l) || (l.Seq == kept.Seq && l.Hash != kept.Hash) {
				return end, false, err
			}
			if err := look(l); err != nil {
				return end, false, err
			}
			end = l.end()
		}
		if len(page) < auditPage {
			break
		}
	}
	if err != nil || end.Seq < kept.Seq {
		return end, false, err
	}
	kept, err = ends() // last: a line behind the end was never added
	return end, end.Seq <= kept.Seq, err
}
