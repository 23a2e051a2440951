package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"milepost/domain"
)

// By is who does an act of administration, and where from: a network address, or Console.
type By struct {
	Actor   domain.Actor
	Address string
}

// Console is where an operator acts who works on the server itself.
const Console = "console"

// AuditRow is one line of the audit record (OWN-212). Subject names what it is about, such as user/<id>; Detail, JSON,
// what has changed, and never a secret.
type AuditRow struct {
	Seq     int64
	At      time.Time // civil
	Actor   domain.Actor
	Address string
	Act     string
	Subject string
	Detail  json.RawMessage
	Hash    string
}

// AuditQuery chooses lines of the audit record; From and To are civil moments, To is not included.
type AuditQuery struct {
	Act     string
	User    string
	Subject string
	From    time.Time
	To      time.Time
	Page
}

// AuditCheck is what a check of the audit record found. BrokenAt is the first line that is not what was written, or
// the place where one is missing; 0 when all is sound.
type AuditCheck struct {
	Lines    int64
	Hash     string // of the last line: written down elsewhere, it shows later whether the end was cut off
	BrokenAt int64
}

// settingAudit holds the end of the audit record: its last number and hash. Its row is the lock under which lines are
// added.
const settingAudit = "audit"

// administer does one act of administration and writes it on the audit record, in one transaction: if it cannot be
// recorded it does not happen. f tells what changed.
func (s *Store) administer(ctx context.Context, by By, act, subject string, f func(tx *gorm.DB) (detail any, err error)) error {
	clock, err := s.Clock(ctx)
	if err != nil {
		return err
	}
	return s.master(ctx, act, func(tx *gorm.DB) error {
		detail, err := f(tx)
		if err != nil {
			return err
		}
		data, err := json.Marshal(detail)
		if err != nil {
			return err
		}
		return s.note(tx, AuditRow{At: clock.Civil(s.now()), Actor: by.Actor, Address: by.Address, Act: act, Subject: subject, Detail: data})
	})
}

// note adds a line to the audit record.
func (s *Store) note(tx *gorm.DB, line AuditRow) error {
	seq, prev, err := s.auditEnd(tx, s.forUpdate())
	if err != nil {
		return err
	}
	line.Seq = seq + 1
	line.Hash = line.chain(prev)
	err = insert(tx, []auditModel{{
		Seq: line.Seq, At: exact(line.At), Actor: actorRow(line.Actor), Address: line.Address, Act: line.Act, Subject: line.Subject,
		Detail: string(line.Detail), Hash: line.Hash,
	}})
	if err != nil {
		return err
	}
	return put(tx, []settingModel{{Name: settingAudit, Value: strconv.FormatInt(line.Seq, 10) + " " + line.Hash}})
}

// auditEnd reads the number and hash of the last line.
func (s *Store) auditEnd(tx *gorm.DB, lock string) (seq int64, hash string, err error) {
	if lock != "" {
		if err := add(tx, []settingModel{{Name: settingAudit, Value: "0 "}}); err != nil {
			return 0, "", err
		}
	}
	end, there, err := one(tx, scalar[string], "SELECT value FROM settings WHERE name = ?"+lock, settingAudit)
	if err != nil || !there {
		return 0, "", err
	}
	number, hash, _ := strings.Cut(end, " ")
	seq, err = strconv.ParseInt(number, 10, 64)
	return seq, hash, err
}

// chain binds a line to the one before it: a digest over a versioned, length-prefixed encoding of every field.
func (l AuditRow) chain(prev string) string {
	h := sha256.New()
	for _, field := range []string{
		"milepost/audit/1", prev, strconv.FormatInt(l.Seq, 10), l.At.UTC().Format(time.RFC3339Nano), l.Actor.User, string(l.Actor.Role),
		l.Actor.Party, l.Actor.Jurisdiction, l.Actor.OnBehalfOf, l.Address, l.Act, l.Subject, string(l.Detail),
	} {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(field)))
		h.Write(n[:])
		h.Write([]byte(field))
	}
	return hex.EncodeToString(h.Sum(nil))
}

const auditColumns = "seq, at, " + actorColumns + ", address, act, subject, detail, hash"

func scanAudit(r *sql.Rows, l *AuditRow) error {
	var detail string
	fields := append([]any{&l.Seq, at(&l.At)}, actorFields(&l.Actor)...)
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
	last, ok, err := q.placeOf("-seq", 1)
	if err != nil {
		return List[AuditRow]{}, err
	}
	if ok {
		seq, _ := strconv.ParseInt(last[0], 10, 64) // one that is no number is before all
		w.and("seq < ?", seq)
	}
	found, err := rows(s.db.WithContext(ctx), scanAudit, "SELECT "+auditColumns+" FROM audit"+w.String()+" ORDER BY seq DESC LIMIT ?",
		append(w.args, q.limit()+1)...)
	if err != nil {
		return List[AuditRow]{}, fmt.Errorf("list the audit record: %w", err)
	}
	return list(found, q.limit(), "-seq", func(l AuditRow) []string { return []string{strconv.FormatInt(l.Seq, 10)} }), nil
}

// AuditHas tells whether a line with that hash is on the record. Of a sound record it says that all before that line
// is as it was when the hash was written down.
func (s *Store) AuditHas(ctx context.Context, hash string) (bool, error) {
	_, there, err := one(s.db.WithContext(ctx), scalar[int64], "SELECT seq FROM audit WHERE hash = ?", hash)
	if err != nil {
		return false, fmt.Errorf("read the audit record: %w", err)
	}
	return there, nil
}

// auditPage is how many lines are checked at a time.
const auditPage = 1000

// VerifyAudit works out the whole chain again. An edit, an insertion, a deletion or a swap breaks it; a cut at the end
// shows against the end that is kept apart, and against a hash written down elsewhere.
func (s *Store) VerifyAudit(ctx context.Context) (AuditCheck, error) {
	var found AuditCheck
	db := s.db.WithContext(ctx)
	end, hash, err := s.auditEnd(db, "") // first: lines that are added meanwhile are sound in any case
	for err == nil {
		var page []AuditRow
		page, err = rows(db, scanAudit, "SELECT "+auditColumns+" FROM audit WHERE seq > ? ORDER BY seq LIMIT ?", found.Lines, auditPage)
		for _, l := range page {
			if l.Seq != found.Lines+1 || l.Hash != l.chain(found.Hash) || (l.Seq == end && l.Hash != hash) {
				found.BrokenAt = found.Lines + 1
				return found, err
			}
			found.Lines, found.Hash = l.Seq, l.Hash
		}
		if len(page) < auditPage {
			break
		}
	}
	if err != nil {
		return AuditCheck{}, fmt.Errorf("check the audit record: %w", err)
	}
	if found.Lines < end {
		found.BrokenAt = found.Lines + 1
	}
	return found, nil
}
