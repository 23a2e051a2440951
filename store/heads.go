package store

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Heads are the ends of the audit record's chains at a civil moment, signed. Kept where nobody reaches who reaches the
// database, they show later whether an end was cut off, or everything written anew: no hash inside the database can.
type Heads struct {
	At        time.Time  `json:"at"`
	Ends      []AuditEnd `json:"ends"` // of the chains that have lines
	Algorithm string     `json:"algorithm"`
	Key       string     `json:"key"` // KeyID of the key it was signed with
	Signature string     `json:"signature"`
}

// Ed25519 is the algorithm of signatures.
const Ed25519 = "Ed25519"

// KeyID names a public key: the beginning of its digest.
func KeyID(public ed25519.PublicKey) string {
	sum := sha256.Sum256(public)
	return hex.EncodeToString(sum[:8])
}

// Sign signs ends as they were at a civil moment.
func Sign(key ed25519.PrivateKey, at time.Time, ends []AuditEnd) Heads {
	public, _ := key.Public().(ed25519.PublicKey) // an Ed25519 key has no other
	h := Heads{At: exact(at), Ends: ends, Algorithm: Ed25519, Key: KeyID(public)}
	h.Signature = base64.StdEncoding.EncodeToString(ed25519.Sign(key, h.message()))
	return h
}

// ErrUnsigned says that heads are signed by none of the keys that are trusted, or were changed since.
var ErrUnsigned = errors.New("no trusted key has signed these heads")

// Check holds the signature against the keys that are trusted.
func (h Heads) Check(trusted ...ed25519.PublicKey) error {
	signature, err := base64.StdEncoding.DecodeString(h.Signature)
	if err != nil || h.Algorithm != Ed25519 {
		return fmt.Errorf("%w: at %s", ErrUnsigned, h.At)
	}
	for _, public := range trusted {
		if KeyID(public) == h.Key && ed25519.Verify(public, h.message(), signature) {
			return nil
		}
	}
	return fmt.Errorf("%w: at %s, key %s", ErrUnsigned, h.At, h.Key)
}

// message is what is signed: everything but the signature.
func (h Heads) message() []byte {
	fields := []string{"milepost/heads/1", h.At.UTC().Format(time.RFC3339Nano), h.Algorithm, h.Key}
	for _, e := range h.Ends {
		fields = append(fields, strconv.FormatInt(e.Chain, 10), strconv.FormatInt(e.Seq, 10), e.Hash)
	}
	return []byte(linked(fields...))
}

// SignHeads signs the ends of all chains, and keeps them in the database too, so that an export has them.
func (s *Store) SignHeads(ctx context.Context, key ed25519.PrivateKey) (Heads, error) {
	clock, err := s.Clock(ctx)
	if err != nil {
		return Heads{}, err
	}
	// The moment comes first: what the ends hold besides was added later, and is signed all the same.
	now := clock.Civil(s.now())
	ends, err := rows(s.db.WithContext(ctx), scanEnd, "SELECT chain, seq, hash FROM audit_ends WHERE seq > 0 ORDER BY chain")
	if err != nil {
		return Heads{}, fmt.Errorf("sign the heads of the audit record: %w", err)
	}
	h := Sign(key, now, ends)
	statement, err := json.Marshal(h)
	if err != nil {
		return Heads{}, err
	}
	if err := s.db.WithContext(ctx).Create(&headsModel{At: h.At, Statement: string(statement)}).Error; err != nil {
		return Heads{}, fmt.Errorf("keep the heads of the audit record: %w", err)
	}
	return h, nil
}

// EachHeads gives the signed heads that the database keeps to f, the oldest first; those of a time from and before to,
// where these are not zero.
func (s *Store) EachHeads(ctx context.Context, from, to time.Time, f func(Heads) error) error {
	for after := int64(0); ; {
		kept, err := rows(s.db.WithContext(ctx), scanHeads, "SELECT id, at, statement FROM audit_heads WHERE id > ? ORDER BY id LIMIT ?", after, auditPage)
		if err != nil {
			return fmt.Errorf("read the heads of the audit record: %w", err)
		}
		for _, k := range kept {
			after = k.ID
			if (!from.IsZero() && k.At.Before(from)) || (!to.IsZero() && !k.At.Before(to)) {
				continue
			}
			var h Heads
			if err := json.Unmarshal([]byte(k.Statement), &h); err != nil {
				return fmt.Errorf("read the heads of the audit record: %w", err)
			}
			if err := f(h); err != nil {
				return err
			}
		}
		if len(kept) < auditPage {
			return nil
		}
	}
}

func scanHeads(r row, h *headsModel) error { return r.Scan(&h.ID, at(&h.At), &h.Statement) }

// Witness holds lines of the audit record against signed heads that were kept elsewhere.
type Witness struct {
	said map[AuditPlace]witnessed
}

// witnessed is what heads said of a line.
type witnessed struct {
	hash string
	at   time.Time
}

// Hear takes heads as true. An error: they contradict heads that were heard before.
func (w *Witness) Hear(h Heads) error {
	if w.said == nil {
		w.said = map[AuditPlace]witnessed{}
	}
	for _, e := range h.Ends {
		place := AuditPlace{e.Chain, e.Seq}
		if before, heard := w.said[place]; heard && before.hash != e.Hash {
			return fmt.Errorf("%s was signed twice, and not as the same: at %s and at %s", place, before.at, h.At)
		}
		w.said[place] = witnessed{e.Hash, h.At}
	}
	return nil
}

// See holds a line against what was heard of it.
func (w *Witness) See(chain, seq int64, hash string) error {
	place := AuditPlace{chain, seq}
	said, heard := w.said[place]
	if !heard {
		return nil
	}
	if said.hash != hash {
		return fmt.Errorf("%w: %s is not what was signed at %s", ErrDiverged, place, said.at)
	}
	delete(w.said, place)
	return nil
}

// Missing returns the first line that was heard of and not seen, and when it was signed; ok is false when there is none.
// Whatever stood at a place that was signed must be there as long as the record is.
func (w *Witness) Missing() (place AuditPlace, signed time.Time, ok bool) {
	for p, said := range w.said {
		if !ok || p.Chain < place.Chain || (p.Chain == place.Chain && p.Seq < place.Seq) {
			place, signed, ok = p, said.at, true
		}
	}
	return place, signed, ok
}

// forget drops what was heard of places before those at which chains begin, and of chains that do not.
func (w *Witness) forget(begins map[int64]int64) {
	for p := range w.said {
		if begin, there := begins[p.Chain]; !there || p.Seq <= begin {
			delete(w.said, p)
		}
	}
}
