package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"milepost/domain"
)

// Session is one sign-in at a browser. What opens it is a secret of which only the hash is kept. Times are real.
type Session struct {
	ID        string // names it to its holder, and opens nothing
	User      string
	Stamp     string // of the account's password when it began
	Way       string // how the holder signed in
	Address   string
	Agent     string // what the browser calls itself
	Begun     time.Time
	Seen      time.Time
	Confirmed time.Time // when the holder last proved who he is; zero when nobody knows
	Expires   time.Time
}

// The ways to sign in.
const (
	ByPassword = "password"
	BySignOn   = "oidc"
)

// BeginSession signs an account in. The session that the browser had before, if any, ends with it; with alone, so does
// every other of the account.
func (s *Store) BeginSession(ctx context.Context, x Session, secret, before string, alone bool) error {
	err := s.write(ctx, func(tx *gorm.DB) error {
		if err := tx.Exec("DELETE FROM sessions WHERE token = ? OR (user_id = ? AND ?)", hashed(before), x.User, alone).Error; err != nil {
			return err
		}
		if err := insert(tx, []sessionModel{{
			Token: hashed(secret), ID: x.ID, UserID: x.User, Stamp: x.Stamp, Way: x.Way, Address: x.Address, Agent: x.Agent,
			BegunAt: exact(x.Begun), SeenAt: exact(x.Seen), ConfirmedAt: maybe(x.Confirmed), ExpiresAt: exact(x.Expires),
		}}); err != nil {
			return err
		}
		return tx.Exec("UPDATE users SET used_at = ? WHERE id = ?", exact(s.now()), x.User).Error
	})
	if err != nil {
		return fmt.Errorf("begin a session: %w", err)
	}
	return nil
}

const sessionColumns = "s.id, s.user_id, s.stamp, s.way, s.address, s.agent, s.begun_at, s.seen_at, s.confirmed_at, s.expires_at"

func sessionFields(x *Session) []any {
	return []any{&x.ID, &x.User, &x.Stamp, &x.Way, &x.Address, &x.Agent, at(&x.Begun), at(&x.Seen), at(&x.Confirmed), at(&x.Expires)}
}

func scanSession(r row, x *Session) error { return r.Scan(sessionFields(x)...) }

// SessionBySecret returns a session that has not expired, and who holds it with the posts of a civil moment.
func (s *Store) SessionBySecret(ctx context.Context, secret string, now time.Time) (Session, Holder, error) {
	x, h, ok, err := held(s.db.WithContext(ctx), now, sessionColumns+", ", sessionFields, "sessions s JOIN users u ON u.id = s.user_id",
		"s.token = ? AND s.expires_at > ?", hashed(secret), exact(s.now()))
	if err != nil {
		return Session{}, Holder{}, fmt.Errorf("read the session: %w", err)
	}
	if !ok {
		return Session{}, Holder{}, noSession()
	}
	return x, h, nil
}

func noSession() error {
	return domain.NotFound("session.unknown", "sessionId", "没有这个登录会话", "There is no such session.")
}

// SessionSeen notes that a session is in use.
func (s *Store) SessionSeen(ctx context.Context, id string) error {
	if err := s.db.WithContext(ctx).Exec("UPDATE sessions SET seen_at = ? WHERE id = ?", exact(s.now()), id).Error; err != nil {
		return fmt.Errorf("note the use of a session: %w", err)
	}
	return nil
}

// ConfirmSession notes that the holder has proved again who he is, and gives the session another secret. One that has
// ended meanwhile is not found.
func (s *Store) ConfirmSession(ctx context.Context, id, secret string) error {
	done := s.db.WithContext(ctx).Exec("UPDATE sessions SET token = ?, confirmed_at = ? WHERE id = ?", hashed(secret), exact(s.now()), id)
	if done.Error != nil {
		return fmt.Errorf("confirm a session: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return noSession()
	}
	return nil
}

// Sessions returns the sessions of an account that have not expired, the newest first.
func (s *Store) Sessions(ctx context.Context, user string) ([]Session, error) {
	found, err := rows(s.db.WithContext(ctx), scanSession,
		"SELECT "+sessionColumns+" FROM sessions s WHERE s.user_id = ? AND s.expires_at > ? ORDER BY s.begun_at DESC, s.id", user, exact(s.now()))
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	return found, nil
}

// EndSession ends a session of an account. One that has ended already is not found.
func (s *Store) EndSession(ctx context.Context, user, id string) error {
	ended := s.db.WithContext(ctx).Exec("DELETE FROM sessions WHERE user_id = ? AND id = ?", user, id)
	if ended.Error != nil {
		return fmt.Errorf("end a session: %w", ended.Error)
	}
	if ended.RowsAffected == 0 {
		return noSession()
	}
	return nil
}

// EndOtherSessions ends the sessions of an account but one, and tells how many there were.
func (s *Store) EndOtherSessions(ctx context.Context, user, but string) (int, error) {
	ended := s.db.WithContext(ctx).Exec("DELETE FROM sessions WHERE user_id = ? AND id <> ?", user, but)
	if ended.Error != nil {
		return 0, fmt.Errorf("end sessions: %w", ended.Error)
	}
	return int(ended.RowsAffected), nil
}

// SweepSessions removes what has expired: sessions, single sign-ons under way, sign-ins that no longer count.
func (s *Store) SweepSessions(ctx context.Context) error {
	now := exact(s.now())
	return s.write(ctx, func(tx *gorm.DB) error {
		for _, sweep := range []string{
			"DELETE FROM sign_in_tries WHERE until_at <= ?", "DELETE FROM sign_ons WHERE expires_at <= ?", "DELETE FROM sessions WHERE expires_at <= ?",
		} {
			if err := tx.Exec(sweep, now).Error; err != nil {
				return err
			}
		}
		return nil
	})
}

// SignOn is a single sign-on on its way: what was sent to the provider, and what must come back with its answer.
type SignOn struct {
	Nonce    string
	Verifier string // of the code (PKCE)
	Target   string // where the browser goes afterwards
}

// BeginSignOn keeps a single sign-on under its state for a while.
func (s *Store) BeginSignOn(ctx context.Context, state string, x SignOn, expires time.Time) error {
	err := insert(s.db.WithContext(ctx), []signOnModel{{State: hashed(state), Nonce: x.Nonce, Verifier: x.Verifier, Target: x.Target, ExpiresAt: exact(expires)}})
	if err != nil {
		return fmt.Errorf("begin a single sign-on: %w", err)
	}
	return nil
}

// TakeSignOn returns what was kept under a state, once: whoever comes second with it finds nothing.
func (s *Store) TakeSignOn(ctx context.Context, state string) (SignOn, error) {
	x, ok, err := one(s.db.WithContext(ctx), func(r row, x *SignOn) error { return r.Scan(&x.Nonce, &x.Verifier, &x.Target) },
		"DELETE FROM sign_ons WHERE state = ? AND expires_at > ? RETURNING nonce, verifier, target", hashed(state), exact(s.now()))
	if err != nil {
		return SignOn{}, fmt.Errorf("end a single sign-on: %w", err)
	}
	if !ok {
		return SignOn{}, domain.NotFound("oidc.state", "state", "这次单点登录已经用过、已过期，或不是从这里开始的，请重新登录", "This sign-on was used before, has expired, or did not begin here; sign in again.")
	}
	return x, nil
}
