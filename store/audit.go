package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"strconv"
	"time"

	"gorm.io/gorm"

	"milepost/domain"
)

// By is who does an act that stands on the audit record, and where from: a network address, or Console.
type By struct {
	Actor   domain.Actor
	Address string
}

// Where acts come from that come from no network: an operator who works on the server itself, and the product's own
// workers.
const (
	Console  = "console"
	inWorker = "worker"
)

// Operator is who acts on the server itself.
var Operator = By{Actor: domain.System, Address: Console}

// AuditRow is one line of the audit record (OWN-212). Subject names what it is about, such as user/<id>; Detail, JSON,
// what has changed, and never a secret.
type AuditRow struct {
	Chain   int64
	Seq     int64     // on its chain
	At      time.Time // civil
	Actor   domain.Actor
	Address string
	Act     string
	Subject string
	Detail  json.RawMessage
	Hash    string
}

// chains is how many chains the record has. Lines about one subject stand on one chain; others seldom wait for them.
const chains = 16

func chainOf(subject string) int64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(subject)) // never fails
	return int64(h.Sum32() % chains)
}

// administer carries out an act and writes it on the audit record, in one transaction: if it cannot be recorded it
// does not happen. f tells what changed.
func (s *Store) administer(ctx context.Context, by By, act, subject string, f func(tx *gorm.DB) (detail any, err error)) error {
	return s.master(ctx, act, func(tx *gorm.DB) error {
		detail, err := f(tx)
		if err != nil {
			return err
		}
		return s.note(tx, by, act, subject, detail)
	})
}

// Note writes on the audit record what changes nothing in the database: a sign-in, a read, an export, a refusal. Who
// calls it before the act holds it so that what cannot be recorded does not happen.
func (s *Store) Note(ctx context.Context, by By, act, subject string, detail any) error {
	err := s.write(ctx, func(tx *gorm.DB) error { return s.note(tx, by, act, subject, detail) })
	if err != nil {
		return fmt.Errorf("note %s: %w", act, err)
	}
	return nil
}

// note adds a line to the audit record in the transaction of the act that it tells. It comes last in a transaction:
// the end of the chain stays locked until then.
func (s *Store) note(tx *gorm.DB, by By, act, subject string, detail any) error {
	if _, known := acts[act]; !known {
		return fmt.Errorf("the audit record knows no act %q", act)
	}
	clock, err := s.clockIn(tx)
	if err != nil {
		return err
	}
	if detail == nil {
		detail = map[string]any{}
	}
	data, err := json.Marshal(detail)
	if err != nil {
		return err
	}
	line := AuditRow{
		Chain: chainOf(subject), At: exact(clock.Civil(s.now())), Actor: by.Actor, Address: by.Address, Act: act, Subject: subject, Detail: data,
	}
	end, err := s.end(tx, line.Chain)
	if err != nil {
		return err
	}
	line.Seq = end.Seq + 1
	line.Hash = line.chain(end.Hash)
	err = insert(tx, []auditModel{{
		Chain: line.Chain, Seq: line.Seq, At: line.At, Actor: actorRow(line.Actor), Address: line.Address, Act: line.Act, Subject: line.Subject,
		Detail: string(line.Detail), Hash: line.Hash,
	}})
	if err != nil {
		return err
	}
	return tx.Exec("UPDATE audit_ends SET seq = ?, hash = ? WHERE chain = ?", line.Seq, line.Hash, line.Chain).Error
}

// AuditEnd is the end of one chain of the record: its last number and hash, "" when it has no line.
type AuditEnd struct {
	Chain int64  `json:"chain"`
	Seq   int64  `json:"seq"`
	Hash  string `json:"hash"`
}

func (l AuditRow) end() AuditEnd { return AuditEnd{l.Chain, l.Seq, l.Hash} }

// follows tells whether a line is the next on its chain, and unchanged.
func (e AuditEnd) follows(l AuditRow) bool {
	return l.Chain == e.Chain && l.Seq == e.Seq+1 && l.Hash == l.chain(e.Hash)
}

// end reads and locks the end of a chain.
func (s *Store) end(tx *gorm.DB, chain int64) (AuditEnd, error) {
	e, there, err := one(tx, scanEnd, "SELECT chain, seq, hash FROM audit_ends WHERE chain = ?"+s.forUpdate(), chain)
	if err == nil && !there {
		err = fmt.Errorf("chain %d of the audit record has no end", chain)
	}
	return e, err
}

func scanEnd(r row, e *AuditEnd) error { return r.Scan(&e.Chain, &e.Seq, &e.Hash) }

// chain binds a line to the one before it: a digest over a versioned, length-prefixed encoding of every field. The
// first line of a chain is bound to the chain itself; only chain 0 is bound to nothing, as it was when it was alone.
func (l AuditRow) chain(prev string) string {
	if prev == "" && l.Chain > 0 {
		prev = "chain " + strconv.FormatInt(l.Chain, 10)
	}
	return linked(
		"milepost/audit/1", prev, strconv.FormatInt(l.Seq, 10), l.At.UTC().Format(time.RFC3339Nano), l.Actor.User, string(l.Actor.Role),
		l.Actor.Party, l.Actor.Jurisdiction, l.Actor.OnBehalfOf, l.Address, l.Act, l.Subject, string(l.Detail),
	)
}

// linked is a digest over fields, each with its length before it, so that no two lists of fields have one digest.
func linked(fields ...string) string {
	h := sha256.New()
	for _, field := range fields {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(field)))
		h.Write(n[:])
		h.Write([]byte(field))
	}
	return hex.EncodeToString(h.Sum(nil))
}
