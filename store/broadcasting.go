package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"milepost/domain"
)

// ErrNotHeld says that a broadcast is another process's by now, or that somebody has paused it.
var ErrNotHeld = errors.New("the broadcast is not held any more")

// settingBroadcasts is the row under whose lock broadcasts are claimed: one at a time in the whole installation.
const settingBroadcasts = "broadcasts"

// ClaimBroadcast gives one process the oldest broadcast that is to be prepared or told, for a lease of real time; not ok
// when there is none, or another process is at one.
func (s *Store) ClaimBroadcast(ctx context.Context, holder string, lease time.Duration) (b Broadcast, ok bool, err error) {
	err = s.write(ctx, func(tx *gorm.DB) error {
		if err := add(tx, []settingModel{{Name: settingBroadcasts, Value: ""}}); err != nil {
			return err
		}
		if _, _, err := one(tx, scalar[string], "SELECT value FROM settings WHERE name = ?"+s.forUpdate(), settingBroadcasts); err != nil {
			return err
		}
		now := exact(s.now())
		_, busy, err := one(tx, scalar[int], "SELECT 1 FROM broadcasts WHERE state IN ('preparing', 'running') AND held_until > ? AND holder <> ?", now, holder)
		if err != nil || busy {
			return err
		}
		b, ok, err = one(tx, scanBroadcast, "SELECT "+broadcastColumns+` FROM broadcasts b
			WHERE b.state = 'preparing' OR b.state = 'running' AND b.tell_from <= ? ORDER BY b.created_at, b.id LIMIT 1`, now)
		if err != nil || !ok {
			return err
		}
		return tx.Exec("UPDATE broadcasts SET holder = ?, held_until = ? WHERE id = ?", holder, exact(now.Add(lease)), b.ID).Error
	})
	if err != nil {
		return Broadcast{}, false, fmt.Errorf("claim a broadcast: %w", err)
	}
	return b, ok, nil
}

// Claim is who holds a broadcast, in which state, and for how long each step holds it on.
type Claim struct {
	Broadcast string
	Holder    string
	State     BroadcastState
	Lease     time.Duration
}

// step does one step of a broadcast that is still held, and holds it on. set are the columns that the step changes.
func (s *Store) step(ctx context.Context, c Claim, set string, args []any, f func(tx *gorm.DB) error) error {
	err := s.write(ctx, func(tx *gorm.DB) error {
		args := append(args, exact(s.now().Add(c.Lease)), c.Broadcast, c.Holder, string(c.State))
		held := tx.Exec("UPDATE broadcasts SET "+set+", held_until = ? WHERE id = ? AND holder = ? AND state = ?", args...)
		if held.Error != nil {
			return held.Error
		}
		if held.RowsAffected == 0 {
			return ErrNotHeld
		}
		return f(tx)
	})
	if err != nil {
		return fmt.Errorf("broadcast %s: %w", c.Broadcast, err)
	}
	return nil
}

func nothingMore(*gorm.DB) error { return nil }

// Foresee notes what the broadcast would move in a project, the next after the one before; nil moves and no refusal say
// that nothing would. A closed project is passed by.
func (s *Store) Foresee(ctx context.Context, c Claim, entity string, closed bool, moves []Move, refusal *domain.Error) error {
	var affected, impossible, open int
	if len(moves) > 0 {
		affected = 1
	}
	var found []moveModel
	for i, m := range moves {
		found = append(found, moveModel{
			Broadcast: c.Broadcast, Entity: entity, N: int64(i) + 1, Kind: string(m.Kind), Task: m.Task, NameZh: m.Name.Zh, NameEn: m.Name.En,
			PartyKind: string(m.Party.Kind), PartyCode: m.Party.Code, FromAt: maybe(m.From), ToAt: maybe(m.To),
		})
	}
	if refusal != nil {
		impossible = 1
		text, err := json.Marshal(refusal)
		if err != nil {
			return err
		}
		told := string(text)
		found = append(found, moveModel{Broadcast: c.Broadcast, Entity: entity, Kind: string(MoveDeadline), Refusal: &told})
	}
	if !closed {
		open = 1
	}
	return s.step(ctx, c, "last = ?, foreseen = foreseen + ?, affected = affected + ?, moved = moved + ?, impossible = impossible + ?",
		[]any{entity, open, affected, len(moves), impossible}, func(tx *gorm.DB) error { return insert(tx, found) })
}

// Passed passes a project by that a broadcast does not concern.
func (s *Store) Passed(ctx context.Context, c Claim, entity string) error {
	return s.step(ctx, c, "last = ?", []any{entity}, nothingMore)
}

// Previewed says that all has been foreseen: the broadcast waits to be started.
func (s *Store) Previewed(ctx context.Context, c Claim) error {
	return s.step(ctx, c, "state = 'previewed', last = '', previewed_at = ?", []any{exact(s.now())}, nothingMore)
}

// Told notes that a project, the next after the one before, was told by a command; or that it is closed, or works by it
// already, and was not. An exception is
// one that did not simply do it.
func (s *Store) Told(ctx context.Context, c Claim, entity, command string, closed, exception bool) error {
	column := "asked"
	if closed {
		column = "closed"
	}
	return s.step(ctx, c, "last = ?, "+column+" = "+column+" + 1", []any{entity}, func(tx *gorm.DB) error {
		if !exception {
			return nil
		}
		return insert(tx, []exceptionModel{{Broadcast: c.Broadcast, Entity: entity, Command: command}})
	})
}

// Held holds a broadcast on while nothing can be done.
func (s *Store) Held(ctx context.Context, c Claim) error {
	return s.step(ctx, c, "holder = holder", nil, nothingMore)
}

// BroadcastDone says that every open project was told.
func (s *Store) BroadcastDone(ctx context.Context, c Claim) error {
	return s.step(ctx, c, "state = 'done', ended_at = ?", []any{exact(s.now())}, nothingMore)
}

// BroadcastFailed stops a broadcast at what only people can mend.
func (s *Store) BroadcastFailed(ctx context.Context, c Claim, cause error) error {
	return s.step(ctx, c, "state = 'failed', error = ?", []any{shortened(cause)}, nothingMore)
}
