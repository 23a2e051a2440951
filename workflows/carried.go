package workflows

import (
	"encoding/json"
	"time"

	"milepost/domain"
)

// Carried is all that an entity's workflow knows: what it is started with, and what one run hands to the next.
// Fields are only ever added, and an absent one means what it meant before it was there.
type Carried struct {
	Entity string       `json:"entity"`
	Clock  domain.Clock `json:"clock"`
	// Grace is the civil time for which a deadline waits for commands that were received before it and are
	// still on their way.
	Grace time.Duration `json:"grace,omitempty"`
	// First is the command that declares the entity; it is decided before anything else.
	First *domain.Command `json:"first,omitempty"`
	State json.RawMessage `json:"state,omitempty"`
	// Tail is what has been decided and is not known to be recorded, after entry number Recorded.
	Tail     []domain.Entry `json:"tail,omitempty"`
	Recorded int64          `json:"recorded,omitempty"`
	Outcomes []Outcome      `json:"outcomes,omitempty"`
}

// Outcome is what became of a command: the entries it wrote, both included and zero when it wrote none, or a
// refusal.
type Outcome struct {
	Command  string        `json:"command"`
	FirstSeq int64         `json:"firstSeq,omitempty"`
	LastSeq  int64         `json:"lastSeq,omitempty"`
	Refusal  *domain.Error `json:"refusal,omitempty"`
}

// Ask carries a command to its entity, and what the caller knows to be recorded.
type Ask struct {
	Command  domain.Command `json:"command"`
	Recorded int64          `json:"recorded,omitempty"`
	// Contested says that others may be asking the same. A refusal is then decided for good, and remembered like an
	// acceptance: one that stands in no history could be followed by an acceptance of the same command.
	Contested bool `json:"contested,omitempty"`
}

// Answer tells which entries a command wrote, zero when none, and hands over everything that waits to be recorded.
type Answer struct {
	FirstSeq int64          `json:"firstSeq,omitempty"`
	LastSeq  int64          `json:"lastSeq,omitempty"`
	Tail     []domain.Entry `json:"tail,omitempty"`
}

// Status is how far an entity is, for operators and for the comparison with the database.
type Status struct {
	Sequence   int64     `json:"sequence"`
	Recorded   int64     `json:"recorded"`
	Unrecorded int       `json:"unrecorded"`
	Deadline   time.Time `json:"deadline,omitzero"` // civil
	State      string    `json:"state"`             // SHA-256 of the snapshot
}
