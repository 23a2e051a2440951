package store

import (
	"context"
	"time"

	"milepost/domain"
)

// User is an account. It holds no right by itself; its posts do.
type User struct {
	ID           string
	Account      string // login name, unique
	Name         string
	PasswordHash string // argon2id; "" when the account signs in elsewhere only
	Subject      string // issuer and subject of single sign-on; "" when none
	Email        string
	Mobile       string
	Disabled     bool
	Created      time.Time // real
}

// Post is one function that an account holds (岗位). Covers names the account it stands in for (代办). Zero
// bounds are open; a post holds from From and before To.
type Post struct {
	ID           string
	User         string
	Role         domain.Role
	Party        string // code of the department, unit, owner or expert
	Jurisdiction string
	Covers       string
	From         time.Time // civil
	To           time.Time // civil
}

// Actor is the holder acting in the post.
func (p Post) Actor() domain.Actor {
	return domain.Actor{User: p.User, Role: p.Role, Party: p.Party, Jurisdiction: p.Jurisdiction, OnBehalfOf: p.Covers}
}

// HeldAt tells whether the post is held at a civil moment.
func (p Post) HeldAt(now time.Time) bool {
	return !now.Before(p.From) && (p.To.IsZero() || now.Before(p.To))
}

// Token is a key that a program signs in with. Only its hash is stored.
type Token struct {
	ID       string
	User     string
	Name     string
	Created  time.Time // real
	Expires  time.Time // real; zero = never
	LastUsed time.Time // real
	Revoked  bool
}

// PutUser creates or changes an account. A login name or subject of another account is a conflict.
func (s *Store) PutUser(ctx context.Context, u User) error { return errNotYet }

// User returns an account by id.
func (s *Store) User(ctx context.Context, id string) (User, error) { return User{}, errNotYet }

// UserByAccount returns an account by login name.
func (s *Store) UserByAccount(ctx context.Context, account string) (User, error) {
	return User{}, errNotYet
}

// UserBySubject returns the account of a single sign-on.
func (s *Store) UserBySubject(ctx context.Context, subject string) (User, error) {
	return User{}, errNotYet
}

// Users returns one page of accounts by login name; text is part of the login name or name.
func (s *Store) Users(ctx context.Context, text string, p Page) (List[User], error) {
	return List[User]{}, errNotYet
}

// Colleagues returns the accounts that hold a post of a party at a civil moment.
func (s *Store) Colleagues(ctx context.Context, role domain.Role, party, jurisdiction string, now time.Time) ([]User, error) {
	return nil, errNotYet
}

// PutPosts replaces the posts of an account. Auditor, system administrator and security administrator are held
// by different people (三员分立): two of them for one account are refused.
func (s *Store) PutPosts(ctx context.Context, user string, posts []Post) error { return errNotYet }

// Posts returns all posts of an account, those of the past and the future too.
func (s *Store) Posts(ctx context.Context, user string) ([]Post, error) { return nil, errNotYet }

// PostsAt returns the posts that an enabled account holds at a civil moment.
func (s *Store) PostsAt(ctx context.Context, user string, now time.Time) ([]Post, error) {
	return nil, errNotYet
}

// IssueToken stores the hash of a new token.
func (s *Store) IssueToken(ctx context.Context, t Token, secret string) error { return errNotYet }

// TokenBySecret returns a token that is neither revoked nor expired, and notes its use.
func (s *Store) TokenBySecret(ctx context.Context, secret string) (Token, error) {
	return Token{}, errNotYet
}

// Tokens returns the tokens of an account.
func (s *Store) Tokens(ctx context.Context, user string) ([]Token, error) { return nil, errNotYet }

// RevokeToken ends a token at once.
func (s *Store) RevokeToken(ctx context.Context, user, id string) error { return errNotYet }
