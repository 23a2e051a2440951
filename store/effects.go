package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/entity"
	"milepost/domain/project"
)

// ClaimedEffect is an effect that a worker holds for the time of its lease.
type ClaimedEffect struct {
	domain.Effect
	Attempt int // from 1
}

// ClaimEffects gives effects to one worker for a lease of real time. The effects of one entity come strictly
// in order: the next only when the one before is done or dead. Else a quota could be freed before it is reserved.
func (s *Store) ClaimEffects(ctx context.Context, limit int, lease time.Duration) ([]ClaimedEffect, error) {
	now := exact(s.now())
	skip := ""
	if s.dialect == PostgreSQL {
		skip = " FOR UPDATE SKIP LOCKED"
	}
	type placed struct {
		ClaimedEffect
		seq, n int64
	}
	var claimed []placed
	err := s.write(ctx, func(tx *gorm.DB) error {
		var err error
		claimed, err = rows(tx, func(r row, e *placed) error {
			var data string
			err := r.Scan(&e.ID, &e.Entity, &e.Kind, &data, &e.Attempt, &e.seq, &e.n)
			e.Data = json.RawMessage(data)
			return err
		}, `WITH ready AS MATERIALIZED (
				SELECT x.id FROM effects x WHERE x.state = 'pending' AND x.try_at <= ?
				AND NOT EXISTS (SELECT 1 FROM effects o WHERE o.entity = x.entity AND o.state = 'pending' AND (o.seq, o.n) < (x.seq, x.n))
				ORDER BY x.try_at, x.id LIMIT ?`+skip+`)
			UPDATE effects SET attempts = attempts + 1, try_at = ? WHERE id IN (SELECT id FROM ready)
			RETURNING id, entity, kind, data, attempts, seq, n`, now, limit, now.Add(lease))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claim effects: %w", err)
	}
	slices.SortFunc(claimed, func(a, b placed) int { return strings.Compare(a.ID, b.ID) })
	var out []ClaimedEffect
	for _, c := range claimed {
		out = append(out, c.ClaimedEffect)
	}
	return out, nil
}

// EffectDone ends an effect.
func (s *Store) EffectDone(ctx context.Context, id string) error {
	err := s.db.WithContext(ctx).Exec("UPDATE effects SET state = 'done', error = '', done_at = ? WHERE id = ? AND state <> 'done'",
		exact(s.now()), id).Error
	if err != nil {
		return fmt.Errorf("end effect %s: %w", id, err)
	}
	return nil
}

// EffectFailed gives an effect back. It is tried again later, each time a little later; a permanent failure
// makes it dead, kept with its error for the operator. A worker whose lease has run out says nothing any more.
func (s *Store) EffectFailed(ctx context.Context, e ClaimedEffect, cause error, permanent bool) error {
	state := outPending
	if permanent {
		state = outDead
	}
	err := s.db.WithContext(ctx).Exec("UPDATE effects SET state = ?, error = ?, try_at = ? WHERE id = ? AND state = 'pending' AND attempts = ?",
		state, shortened(cause), exact(s.now().Add(backoff(e.Attempt))), e.ID, e.Attempt).Error
	if err != nil {
		return fmt.Errorf("give back effect %s: %w", e.ID, err)
	}
	return nil
}

// RetryEffect takes up a dead effect again, after the operator has removed what was in its way. An act on a quota is
// refused when a later one of the same project has been carried out (effect.overtaken).
func (s *Store) RetryEffect(ctx context.Context, by By, id string) error {
	return s.administer(ctx, by, "effect.retry", "effect/"+id, func(tx *gorm.DB) (any, error) {
		var failed string
		dead, ok, err := one(tx, func(r row, e *domain.Effect) error {
			var data string
			err := r.Scan(&e.Entity, &e.Kind, &data, &failed)
			e.Data = json.RawMessage(data)
			return err
		}, "SELECT entity, kind, data, error FROM effects WHERE id = ? AND state = 'dead'"+s.forUpdate(), id)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, domain.NotFound("effect.unknown", "id", "没有这个失败的后续动作", "There is no such dead effect.")
		}
		if dead.Kind == project.EffectQuota {
			var act project.QuotaAct
			if err := json.Unmarshal(dead.Data, &act); err != nil {
				return nil, err
			}
			late, err := overtaken(tx, keyOf(act.Jurisdiction, act.Resource, act.Year), id)
			if err != nil {
				return nil, err
			}
			if late {
				return nil, errOvertaken()
			}
		}
		return map[string]any{"entity": dead.Entity, "kind": dead.Kind, "error": failed},
			tx.Exec("UPDATE effects SET state = 'pending', try_at = ? WHERE id = ?", exact(s.now()), id).Error
	})
}

// DeadEffect is an effect that failed for good, with its last error.
type DeadEffect struct {
	domain.Effect
	Attempts int
	Error    string
}

// DeadEffects lists the effects that wait for the operator.
func (s *Store) DeadEffects(ctx context.Context, limit int) ([]DeadEffect, error) {
	dead, err := rows(s.db.WithContext(ctx), func(r row, e *DeadEffect) error {
		var data string
		err := r.Scan(&e.ID, &e.Entity, &e.Kind, &data, &e.Attempts, &e.Error)
		e.Data = json.RawMessage(data)
		return err
	}, "SELECT id, entity, kind, data, attempts, error FROM effects WHERE state = 'dead' ORDER BY id LIMIT ?", limit)
	if err != nil {
		return nil, fmt.Errorf("list dead effects: %w", err)
	}
	return dead, nil
}

// Backlog is what waits to be finished, for gauges and alarms.
type Backlog struct {
	PendingCommands int
	PendingEffects  int
	DeadEffects     int
}

// Backlog counts what waits to be finished.
func (s *Store) Backlog(ctx context.Context) (Backlog, error) {
	b, _, err := one(s.db.WithContext(ctx), func(r row, b *Backlog) error {
		return r.Scan(&b.PendingCommands, &b.PendingEffects, &b.DeadEffects)
	}, `SELECT (SELECT count(*) FROM commands WHERE state = 'pending'), (SELECT count(*) FROM effects WHERE state = 'pending'),
		(SELECT count(*) FROM effects WHERE state = 'dead')`)
	if err != nil {
		return Backlog{}, fmt.Errorf("count the backlog: %w", err)
	}
	return b, nil
}

const (
	firstBackoff = time.Second
	mostBackoff  = 10 * time.Minute
	mostErrorLen = 500
)

// backoff doubles from a second to ten minutes.
func backoff(attempt int) time.Duration {
	d := firstBackoff
	for i := 1; i < attempt && d < mostBackoff; i++ {
		d *= 2
	}
	return min(d, mostBackoff)
}

func shortened(err error) string {
	if err == nil {
		return ""
	}
	text := []rune(strings.ToValidUTF8(strings.ReplaceAll(err.Error(), "\x00", ""), "�"))
	return string(text[:min(len(text), mostErrorLen)])
}

// CountSupervision counts the supervision notices of a party in the civil quarter of a moment, over all
// projects of the jurisdiction that the entity's project belongs to. Two that are recorded at the same time may
// both count three: who acts on the third derives its command's id from party and quarter.
func (s *Store) CountSupervision(ctx context.Context, name string, party domain.Party, at time.Time) (int, error) {
	_, id, err := entity.Split(name)
	if err != nil {
		return 0, err
	}
	from, to := quarter(at)
	n, _, err := one(s.db.WithContext(ctx), scalar[int], `SELECT count(*) FROM supervisions WHERE party_kind = ? AND party_code = ?
		AND at >= ? AND at < ? AND jurisdiction = (SELECT jurisdiction FROM projects WHERE id = ?)`,
		string(party.Kind), party.Code, from, to, id)
	if err != nil {
		return 0, fmt.Errorf("count supervision notices: %w", err)
	}
	return n, nil
}

// quarter returns the civil quarter of a moment: from its first instant to that of the next.
func quarter(at time.Time) (from, to time.Time) {
	local := at.In(calendar.Zone)
	first := (local.Month()-1)/3*3 + 1
	from = time.Date(local.Year(), first, 1, 0, 0, 0, 0, calendar.Zone)
	return from.UTC(), from.AddDate(0, 3, 0).UTC()
}
