package store

import (
	"context"
	"time"

	"milepost/domain"
	"milepost/domain/project"
)

// Intent is a command as it was first stored: its received-at and seed are those of the first sending.
// Recorded is the entity's last recorded sequence number, zero when nothing is.
type Intent struct {
	CommandRow
	Recorded int64
}

// Done names the command whose outcome a tail carries.
type Done struct {
	Command  string
	FirstSeq int64
	LastSeq  int64
}

// Intend stores what somebody asks before it is decided. The same id with the same entity, type, body and actor
// returns what is stored, with its outcome when there is one; anything else under the same id is refused
// (idempotency.mismatch). A zero ReceivedAt is stamped with the database's civil clock.
func (s *Store) Intend(ctx context.Context, c domain.Command) (Intent, error) {
	return Intent{}, errNotYet
}

// Record appends a tail of entries to an entity's timeline, folds the read model, writes notices and effects,
// and completes the command, in one transaction. What is recorded already is compared and not written again,
// so anyone may repeat it any number of times. ErrDiverged: an entry differs from the one on record; nothing
// changes. ErrGap: entries before the tail are missing.
func (s *Store) Record(ctx context.Context, entity string, tail []domain.Entry, done *Done) error {
	return errNotYet
}

// Refuse stores a refusal as the outcome of a pending command.
func (s *Store) Refuse(ctx context.Context, command string, refusal *domain.Error) error {
	return errNotYet
}

// Pending returns commands without an outcome that were stored longer ago than a real duration, the oldest first.
func (s *Store) Pending(ctx context.Context, olderThan time.Duration, limit int) ([]domain.Command, error) {
	return nil, errNotYet
}

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
