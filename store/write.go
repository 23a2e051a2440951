package store

import (
	"context"
	"time"

	"milepost/domain"
	"milepost/domain/project"
)

// ClaimedEffect is an effect that a worker holds for the time of its lease.
type ClaimedEffect struct {
	domain.Effect
	Attempt int // from 1
}

// ClaimEffects gives effects to one worker for a lease of real time. The effects of one entity come strictly
// in order: the next only when the one before is done or dead.
func (s *Store) ClaimEffects(ctx context.Context, limit int, lease time.Duration) ([]ClaimedEffect, error) {
	return nil, errNotYet
}

// EffectDone ends an effect.
func (s *Store) EffectDone(ctx context.Context, id string) error { return errNotYet }

// EffectFailed gives an effect back. It is tried again later, each time a little later; a permanent failure
// makes it dead, kept with its error for the operator.
func (s *Store) EffectFailed(ctx context.Context, e ClaimedEffect, cause error, permanent bool) error {
	return errNotYet
}

// Reservation is the ledger's answer to a project: reserved, or a place in line.
type Reservation struct {
	Project  string
	Resource string
	Year     int
	Reserved bool
	Place    int // from 1; 0 when reserved
}

// Quota carries out a ledger act once, under the id of its effect; repeated, it returns the same answers: the
// project's own, and one for each project that the act let move from the line to a reservation.
func (s *Store) Quota(ctx context.Context, effect string, act project.QuotaAct) ([]Reservation, error) {
	return nil, errNotYet
}

// QuotaGrant changes a quota's total: by a positive amount, or a negative one that must not go below what is
// reserved and committed. ID is the client's idempotency key.
type QuotaGrant struct {
	ID           string
	Jurisdiction string
	Resource     string
	Year         int
	Amount       string // decimal, at most four places
	By           domain.Actor
	Clause       string
	Note         string
	At           time.Time
}

// AddQuota carries out a grant and moves the line; the projects served are told through the outbox of effects.
func (s *Store) AddQuota(ctx context.Context, g QuotaGrant) error { return errNotYet }

// CountSupervision counts the supervision notices of a party in the civil quarter of a moment, over all
// projects of the jurisdiction that the entity's project belongs to.
func (s *Store) CountSupervision(ctx context.Context, entity string, party domain.Party, at time.Time) (int, error) {
	return 0, errNotYet
}
