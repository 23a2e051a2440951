package domain

import (
	"encoding/json"
	"time"
)

// Command is what somebody asks of an entity, as the wire carries it. ID is the client's idempotency key:
// the same key and body bring the same answer, however often they are sent. ReceivedAt is the civil time at
// which the intent was stored; the command is judged as of then, so that neither a crash nor a queue makes
// anybody late. OccurredAt is set for a late entry (补录, OWN-105): what happened offline and is
// entered afterwards; Basis names what proves that it happened then, and there is no late entry without one. Seed
// feeds every draw.
type Command struct {
	ID         string          `json:"id"`
	Entity     string          `json:"entity"`
	Type       string          `json:"type"`
	Body       json.RawMessage `json:"body"`
	Actor      Actor           `json:"actor"`
	ReceivedAt time.Time       `json:"receivedAt"`
	OccurredAt time.Time       `json:"occurredAt,omitzero"`
	Basis      string          `json:"basis,omitempty"`
	Seed       uint64          `json:"seed"`
}

// Late tells whether the command is a late entry.
func (c Command) Late() bool { return !c.OccurredAt.IsZero() }

// JudgedAt is the civil moment as of which the command is decided.
func (c Command) JudgedAt() time.Time {
	if c.Late() {
		return c.OccurredAt
	}
	return c.ReceivedAt
}

// Effect is work that an event asks of the world outside: reserving a quota, telling a party. It is carried
// out at least once by a worker, idempotently under its ID, and answered with a command where the entity has
// to know.
type Effect struct {
	ID     string          `json:"id"` // entity/seq/n
	Entity string          `json:"entity"`
	Kind   string          `json:"kind"`
	Data   json.RawMessage `json:"data"`
}
