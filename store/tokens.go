package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm"

	"milepost/domain"
)

// Token is a key that a program signs in with. Only its hash is stored.
type Token struct {
	ID       string
	User     string
	Name     string
	Scope    Scope
	Post     string    // the only post in which it acts; "" = in any
	Created  time.Time // real
	Expires  time.Time // real
	LastUsed time.Time // real, to the minute; zero = never
	Revoked  bool
}

// Scope is what a token may do of what its account may, each more than the one before.
type Scope string

// The scopes.
const (
	ScopeRead      Scope = "read"      // read
	ScopeAct       Scope = "act"       // read and act, but for sensitive acts
	ScopeSensitive Scope = "sensitive" // sensitive acts too, for which a person has to prove again who he is
)

// LongestToken is how long the tokens of a scope may live.
func (s Scope) LongestToken() time.Duration {
	if s == ScopeSensitive {
		return 31 * 24 * time.Hour
	}
	return 366 * 24 * time.Hour
}

// IssueToken stores the hash of a new token. The secret must come from a secure source of chance; it is not
// stretched, so it needs the 128 bits or more that no password has. None lives for ever.
func (s *Store) IssueToken(ctx context.Context, by By, t Token, secret string) error {
	if longest := t.Scope.LongestToken(); !t.Expires.After(s.now()) || t.Expires.Sub(s.now()) > longest {
		days := strconv.Itoa(int(longest / (24 * time.Hour)))
		return domain.Invalid("token.expiry", "days", domain.RuleToken, "这种令牌最长有效"+days+"天", "Such a token lives for "+days+" days at most.")
	}
	return s.administer(ctx, by, "token.issue", about(t.User), func(tx *gorm.DB) (any, error) {
		return map[string]any{"token": t.ID, "name": t.Name, "scope": t.Scope, "expires": t.Expires}, tx.Create(&tokenModel{
			ID: t.ID, UserID: t.User, Name: t.Name, Hash: hashed(secret), CreatedAt: exact(s.now()), ExpiresAt: maybe(t.Expires),
			Scope: string(t.Scope), Post: t.Post,
		}).Error
	})
}

// TokenBySecret returns a token that is neither revoked nor expired and whose account is enabled, and who holds it with
// the posts of a civil moment, and notes its use. An account that nobody has used since unused (real) stays unused: a
// token does not wake it. Anything else is not found, whatever the reason.
func (s *Store) TokenBySecret(ctx context.Context, secret string, unused, civil time.Time) (Token, Holder, error) {
	now := exact(s.now())
	t, h, ok, err := held(s.db.WithContext(ctx), civil, tokenColumns+", ", tokenFields, "tokens k JOIN users u ON u.id = k.user_id",
		"k.hash = ? AND NOT k.revoked AND k.expires_at > ? AND NOT u.disabled", hashed(secret), now)
	if err != nil {
		return Token{}, Holder{}, fmt.Errorf("read the token: %w", err)
	}
	if !ok {
		return Token{}, Holder{}, domain.NotFound("token.unknown", "token", "令牌无效或已过期", "The token is unknown or has expired.")
	}
	if now.Sub(t.LastUsed) <= time.Minute { // not a write with every request
		return t, h, nil
	}
	t.LastUsed = now
	err = s.write(ctx, func(tx *gorm.DB) error {
		if err := tx.Exec("UPDATE tokens SET last_used_at = ? WHERE id = ?", now, t.ID).Error; err != nil {
			return err
		}
		used := tx.Exec("UPDATE users SET used_at = ? WHERE id = ? AND used_at > ?", now, t.User, exact(unused))
		if used.RowsAffected > 0 {
			h.User.Used = now
		}
		return used.Error
	})
	if err != nil {
		return Token{}, Holder{}, fmt.Errorf("note the use of the token: %w", err)
	}
	return t, h, nil
}

// Tokens returns the tokens of an account, the newest first.
func (s *Store) Tokens(ctx context.Context, user string) ([]Token, error) {
	found, err := rows(s.db.WithContext(ctx), scanToken,
		"SELECT "+tokenColumns+" FROM tokens k WHERE k.user_id = ? ORDER BY k.created_at DESC, k.id", user)
	if err != nil {
		return nil, fmt.Errorf("list tokens: %w", err)
	}
	return found, nil
}

// RevokeToken ends a token of an account at once.
func (s *Store) RevokeToken(ctx context.Context, by By, user, id string) error {
	return s.administer(ctx, by, "token.revoke", about(user), func(tx *gorm.DB) (any, error) {
		revoked := tx.Exec("UPDATE tokens SET revoked = TRUE WHERE id = ? AND user_id = ?", id, user)
		if revoked.Error == nil && revoked.RowsAffected == 0 {
			return nil, domain.NotFound("token.unknown", "token", "没有这个令牌", "There is no such token.")
		}
		return map[string]any{"token": id}, revoked.Error
	})
}

const tokenColumns = "k.id, k.user_id, k.name, k.created_at, k.expires_at, k.last_used_at, k.revoked, k.scope, k.post" //nolint:gosec // names of columns

func tokenFields(t *Token) []any {
	return []any{&t.ID, &t.User, &t.Name, at(&t.Created), at(&t.Expires), at(&t.LastUsed), &t.Revoked, &t.Scope, &t.Post}
}

func scanToken(r row, t *Token) error { return r.Scan(tokenFields(t)...) }

// hashed is what of a secret is stored.
func hashed(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
