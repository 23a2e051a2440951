package domain

import (
	"encoding/json"
	"time"
)

// Command is what somebody asks of an entity, as the wire carries it. ID is the client's idempotency key:
// the same key and body bring the same answer, however often they are sent. ReceivedAt is the civil time at
// which the intent was stored; the command is judged as of then, so that neither a crash nor a queue makes
// anybody late. OccurredAt is set for a late entry: what happened offline and is entered afterwards; clocks
// count from it. Seed feeds every draw.
type Command struct {
	ID         string          `json:"id"`
	Entity     string          `json:"entity"`
	Type       string          `json:"type"`
	Body       json.RawMessage `json:"body"`
	Actor      Actor           `json:"actor"`
	ReceivedAt time.Time       `json:"receivedAt"`
	OccurredAt time.Time       `json:"occurredAt,omitzero"`
	Seed       uint64          `json:"seed"`
}

// JudgedAt is the civil moment as of which the command is decided.
func (c Command) JudgedAt() time.Time {
	if !c.OccurredAt.IsZero() {
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
