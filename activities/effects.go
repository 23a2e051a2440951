package activities

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/entity"
	"milepost/domain/project"
	"milepost/store"
)

// ErrPermanent marks an effect that no repetition can carry out: somebody has to look.
var ErrPermanent = errors.New("this cannot be carried out")

// Books is what effects need of the store.
type Books interface {
	Quota(ctx context.Context, effect string, act project.QuotaAct) ([]store.Reservation, error)
	CountSupervision(ctx context.Context, entity string, party domain.Party, at time.Time) (int, error)
	Snapshot(ctx context.Context, entity string) (state []byte, seq int64, err error)
}

// Answers sends the product's own commands. A refusal is a *domain.Error; any other error, one that the outcome
// is not known yet among them, means that the same command is to be sent again.
type Answers interface {
	Answer(ctx context.Context, cmd domain.Command) error
}

// Effects carries out what events ask of the world outside.
type Effects struct {
	Store   Books
	Answers Answers
}

// Carry carries out an effect. It may be carried out again at any time, also by two workers at once: what it
// writes is unique by the effect's id, and so are the commands it answers with.
func (e *Effects) Carry(ctx context.Context, effect domain.Effect) error {
	switch effect.Kind {
	case project.EffectQuota:
		return e.quota(ctx, effect)
	case project.EffectSupervision:
		return e.supervision(ctx, effect)
	default:
		return fmt.Errorf("%w: effect %s is of the unknown kind %q", ErrPermanent, effect.ID, effect.Kind)
	}
}

// quota has the ledger act, and tells the project what came of it, and those whose line moved.
func (e *Effects) quota(ctx context.Context, effect domain.Effect) error {
	var act project.QuotaAct
	if err := read(effect, &act); err != nil {
		return err
	}
	reservations, err := e.Store.Quota(ctx, effect.ID, act)
	if err != nil {
		return lasting(err)
	}
	var refusals, unknown []error
	for _, r := range reservations {
		if ctx.Err() != nil { // one project that does not answer takes long
			unknown = append(unknown, ctx.Err())
			break
		}
		err := e.answer(ctx, "RecordReservation", effect.ID+"/"+r.Project, entity.ID(entity.Project, r.Project),
			project.RecordReservation{Resource: r.Resource, Year: r.Year, Reserved: r.Reserved, Place: r.Place})
		switch { // whatever becomes of one answer, the others are told all the same
		case err == nil, overtaken(err):
		case permanent(err):
			refusals = append(refusals, fmt.Errorf("project %s: %w", r.Project, err))
		default:
			unknown = append(unknown, fmt.Errorf("project %s: %w", r.Project, err))
		}
	}
	if len(unknown) > 0 {
		return errors.Join(unknown...) // a refusal is on record and comes again with the next attempt
	}
	return lasting(errors.Join(refusals...))
}

// overtaken tells whether an answer came too late to matter: the project has been answered since, or has left,
// which frees in the ledger whatever it was given.
func overtaken(err error) bool {
	code := domain.CodeOf(err)
	return code == "need.state" || code == "project.archived"
}

// interviewAt is the supervision notice of a quarter at which an interview is opened (domain rules, "Overdue").
const interviewAt = 3

// supervision counts a party's supervision notices of the quarter over all projects, and has an interview opened
// at the third: once for each party and quarter, on the project whose notice it was.
func (e *Effects) supervision(ctx context.Context, effect domain.Effect) error {
	var count project.SupervisionCount
	if err := read(effect, &count); err != nil {
		return err
	}
	n, err := e.Store.CountSupervision(ctx, effect.Entity, count.Party, count.At)
	if err != nil {
		return lasting(err)
	}
	if n < interviewAt {
		return nil
	}
	id, err := e.interview(ctx, effect.Entity, count)
	if err != nil {
		return err
	}
	err = e.answer(ctx, "OpenInterview", id, effect.Entity,
		project.OpenInterview{Party: count.Party, Count: n, Clause: count.Clause})
	switch domain.CodeOf(err) {
	case store.CodeMismatch, "interview.open": // another notice of the quarter has opened it
		return nil
	}
	return lasting(err)
}

// interview is the id of the command that opens the interview of a party over its notices in a quarter. Codes of
// parties are unique in their jurisdiction only.
func (e *Effects) interview(ctx context.Context, name string, count project.SupervisionCount) (string, error) {
	state, _, err := e.Store.Snapshot(ctx, name)
	if err != nil {
		return "", err
	}
	p, err := project.Restore(state)
	if err != nil {
		return "", err
	}
	day := calendar.DateOf(count.At)
	digest := sha256.Sum256([]byte(p.Profile.Jurisdiction + "\n" + string(count.Party.Kind) + "\n" + count.Party.Code))
	return fmt.Sprintf("interview/%dQ%d/%s", day.Year, (int(day.Month)+2)/3, hex.EncodeToString(digest[:12])), nil
}

func (e *Effects) answer(ctx context.Context, kind, id, name string, body any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return e.Answers.Answer(ctx, domain.Command{ID: id, Entity: name, Type: kind, Body: data, Actor: domain.System})
}

func read(effect domain.Effect, v any) error {
	if err := json.Unmarshal(effect.Data, v); err != nil {
		return fmt.Errorf("%w: effect %s: %w", ErrPermanent, effect.ID, err)
	}
	return nil
}

// lasting marks refusals as permanent: the same question brings the same answer.
func lasting(err error) error {
	if !permanent(err) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrPermanent, err)
}

func permanent(err error) bool {
	refusal := domain.AsError(err)
	return refusal != nil && refusal.Kind != domain.KindBusy
}
