// Package entity names the kinds of entity that share one durable host. Each kind is a decider; the host knows
// nothing else of it.
package entity

import (
	"fmt"
	"strings"
	"time"

	"milepost/domain"
	"milepost/domain/policy"
	"milepost/domain/project"
)

// Entity is a decider with its state: it judges commands and deadlines, obeys events, and can be written down.
type Entity interface {
	// Decide judges a command and returns the entries that record it, or a typed refusal. The state does not change.
	Decide(c domain.Command, recordedAt time.Time, rules *policy.Registry) ([]domain.Entry, error)
	// Tick decides what has come due by a civil moment. The state does not change.
	Tick(now time.Time, rules *policy.Registry) ([]domain.Entry, error)
	// Evolve applies one recorded entry.
	Evolve(e domain.Entry) error
	// NextDeadline is the civil moment at which Tick has something to decide; zero when there is none.
	NextDeadline() time.Time
	// Closed tells whether nothing can happen any more.
	Closed() bool
	// Labels are what operators find the entity by in the engine, under names that LabelNames lists; nothing personal.
	Labels() []domain.Label
	// Sequence is the number of the last entry applied.
	Sequence() int64
	// Snapshot writes the whole state.
	Snapshot() ([]byte, error)
}

// Project is the kind of entity that lives a project's life; ids read "project/<uuid>".
const Project = "project"

// ID joins kind and id to the name of an entity, which is also its workflow id.
func ID(kind, id string) string { return kind + "/" + id }

// Split takes an entity's name apart.
func Split(name string) (kind, id string, err error) {
	kind, id, ok := strings.Cut(name, "/")
	if !ok || id == "" {
		return "", "", fmt.Errorf("entity name %q has no kind", name)
	}
	return kind, id, nil
}

// LabelNames are the names of the labels of all kinds.
func LabelNames() []string { return []string{project.LabelJurisdiction, project.LabelPhase} }

// New is an entity of which nothing is known yet.
func New(name string) (Entity, error) {
	kind, id, err := Split(name)
	if err != nil {
		return nil, err
	}
	switch kind {
	case Project:
		return project.New(id), nil
	default:
		return nil, fmt.Errorf("unknown kind of entity %q", kind)
	}
}

// Restore reads an entity that Snapshot wrote; an empty snapshot gives a new one.
func Restore(name string, snapshot []byte) (Entity, error) {
	if len(snapshot) == 0 {
		return New(name)
	}
	kind, _, err := Split(name)
	if err != nil {
		return nil, err
	}
	switch kind {
	case Project:
		return project.Restore(snapshot)
	default:
		return nil, fmt.Errorf("unknown kind of entity %q", kind)
	}
}
