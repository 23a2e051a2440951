package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// Sessions keeps signed-in sessions for the session manager (its CtxStore). Times are real. The manager hashes
// the session's token before it comes here.
type Sessions struct{ s *Store }

// Sessions returns the store of sessions.
func (s *Store) Sessions() *Sessions { return &Sessions{s} }

// FindCtx returns the data of a session that has not expired.
func (x *Sessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	data, found, err = one(x.s.db.WithContext(ctx), func(r *sql.Rows, b *[]byte) error { return r.Scan(b) },
		"SELECT data FROM sessions WHERE token = ? AND expires_at > ?", token, exact(x.s.now()))
	if err != nil {
		return nil, false, fmt.Errorf("read the session: %w", err)
	}
	return data, found, nil
}

// CommitCtx writes a session.
func (x *Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	if data == nil {
		data = []byte{}
	}
	err := put(x.s.db.WithContext(ctx), []sessionModel{{Token: token, Data: data, ExpiresAt: exact(expiry)}})
	if err != nil {
		return fmt.Errorf("write the session: %w", err)
	}
	return nil
}

// DeleteCtx ends a session.
func (x *Sessions) DeleteCtx(ctx context.Context, token string) error {
	if err := x.s.db.WithContext(ctx).Exec("DELETE FROM sessions WHERE token = ?", token).Error; err != nil {
		return fmt.Errorf("end the session: %w", err)
	}
	return nil
}

// Find is FindCtx without a context.
func (x *Sessions) Find(token string) ([]byte, bool, error) {
	return x.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (x *Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return x.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx without a context.
func (x *Sessions) Delete(token string) error { return x.DeleteCtx(context.Background(), token) }

// Sweep removes expired sessions, and sign-ins that no longer count.
func (x *Sessions) Sweep(ctx context.Context) error {
	return x.s.write(ctx, func(tx *gorm.DB) error {
		if err := tx.Exec("DELETE FROM sign_in_tries WHERE until_at <= ?", exact(x.s.now())).Error; err != nil {
			return err
		}
		return tx.Exec("DELETE FROM sessions WHERE expires_at <= ?", exact(x.s.now())).Error
	})
}
