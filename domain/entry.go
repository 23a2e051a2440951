package domain

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"time"
)

// Entry is one immutable line of an entity's timeline. Seq counts from 1 without gaps. OccurredAt is when
// it happened in civil time, RecordedAt when the engine came to know; they differ for late entries and for
// deadlines that passed while nobody was looking. Command is the idempotency key of the command that caused
// it, empty for automatic acts. Late marks what was entered afterwards, and what followed from it by a rule; Basis
// names what proves when it happened (OWN-105).
type Entry struct {
	Seq        int64           `json:"seq"`
	Type       string          `json:"type"`
	Data       json.RawMessage `json:"data"`
	Actor      Actor           `json:"actor"`
	OccurredAt time.Time       `json:"occurredAt"`
	RecordedAt time.Time       `json:"recordedAt"`
	Clause     string          `json:"clause,omitempty"`
	Command    string          `json:"command,omitempty"`
	Late       bool            `json:"late,omitempty"`
	Basis      string          `json:"basis,omitempty"`
}

// ChainHash links the entry to the one before it: a digest over a versioned, length-prefixed encoding of
// every field, so that no edit, insertion, deletion or swap leaves the chain whole. prev is the hash of the
// entry before, "" for the first.
func (e Entry) ChainHash(entity, prev string) string {
	h := sha256.New()
	field := func(b []byte) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(b)))
		h.Write(n[:])
		h.Write(b)
	}
	var seq [8]byte
	binary.BigEndian.PutUint64(seq[:], uint64(e.Seq)) //nolint:gosec // a sequence number is positive
	actor, _ := json.Marshal(e.Actor)                 //nolint:errchkjson // plain strings
	field([]byte("milepost/entry/1"))
	field([]byte(prev))
	field([]byte(entity))
	field(seq[:])
	field([]byte(e.Type))
	field(e.Data)
	field(actor)
	field([]byte(e.OccurredAt.UTC().Format(time.RFC3339Nano)))
	field([]byte(e.RecordedAt.UTC().Format(time.RFC3339Nano)))
	field([]byte(e.Clause))
	field([]byte(e.Command))
	if e.Late {
		field([]byte{1})
	}
	if e.Basis != "" { // told apart from the mark above by its first letter
		field([]byte("basis " + e.Basis))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Clock maps real time to civil time: a real deployment runs at rate 1 from an origin equal to its anchor; a
// demonstration starts at a chosen civil moment and runs Rate civil seconds per real second. It is fixed when
// a database is created.
type Clock struct {
	Anchor time.Time `json:"anchor"` // the real moment at which Origin was
	Origin time.Time `json:"origin"` // the civil moment at Anchor
	Rate   float64   `json:"rate"`   // civil seconds per real second
}

// RealClock is the clock of a real deployment: civil time is real time.
func RealClock() Clock { return Clock{Rate: 1} }

// Simulated tells whether civil time differs from real time.
func (c Clock) Simulated() bool { return c.Rate != 1 || !c.Anchor.Equal(c.Origin) }

// Civil returns the civil time at a real moment, cut to the microsecond that databases keep.
func (c Clock) Civil(realTime time.Time) time.Time {
	if !c.Simulated() {
		return realTime.UTC().Truncate(time.Microsecond)
	}
	return c.Origin.Add(duration(float64(realTime.Sub(c.Anchor)) * c.Rate)).UTC().Truncate(time.Microsecond)
}

// Span returns the civil time that passes in a real time.
func (c Clock) Span(realTime time.Duration) time.Duration {
	return duration(float64(realTime) * c.Rate)
}

// Until returns the real time to wait from a real moment until a civil one; never negative.
func (c Clock) Until(realTime, civil time.Time) time.Duration {
	wait := civil.Sub(c.Civil(realTime))
	if wait <= 0 {
		return 0
	}
	if !c.Simulated() {
		return wait
	}
	// One real microsecond more, so that rounding never wakes a waiter just before the moment.
	return duration(float64(wait)/c.Rate) + time.Microsecond
}

// duration is a span of nanoseconds, at most 291 years. Beyond it a simulated clock stands still: it would else
// jump to the eighteenth century, which at a day a second is reached in thirty hours.
func duration(ns float64) time.Duration {
	const most = 9.2e18
	return time.Duration(max(-most, min(ns, most)))
}
