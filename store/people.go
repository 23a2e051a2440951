package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

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
	MustChange   bool // the password is one that somebody else knows: it is changed before anything else
	Disabled     bool
	Created      time.Time // real
	PasswordAt   time.Time // real: since when it has its password
	Used         time.Time // real: when it last signed in or a token of it was used, or since when it is there or enabled again
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

// PutUser creates or changes an account. A login name or subject of another account is a conflict.
func (s *Store) PutUser(ctx context.Context, u User) error {
	u.begun(s.now())
	m := u.row()
	changed := clause.OnConflict{
		Columns:   []clause.Column{{Name: "id"}},
		DoUpdates: clause.AssignmentColumns([]string{"account", "name", "password_hash", "subject", "email", "mobile", "must_change", "disabled", "password_at", "used_at"}),
	}
	err := s.db.WithContext(ctx).Clauses(changed).Create(&m).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return taken()
	}
	if err != nil {
		return fmt.Errorf("write the account: %w", err)
	}
	return nil
}

func taken() error {
	return domain.Conflict("user.taken", domain.RuleMaster, "登录名或单点登录标识已被其他账号使用", "The login name or sign-on subject belongs to another account.")
}

// begun gives an account the times that it has none of yet.
func (u *User) begun(now time.Time) {
	for _, t := range []*time.Time{&u.Created, &u.PasswordAt, &u.Used} {
		if t.IsZero() {
			*t = exact(now)
		}
	}
}

func (u User) row() userModel {
	m := userModel{
		ID: u.ID, Account: u.Account, Name: u.Name, PasswordHash: u.PasswordHash, Email: u.Email, Mobile: u.Mobile,
		MustChange: u.MustChange, Disabled: u.Disabled, CreatedAt: exact(u.Created), PasswordAt: exact(u.PasswordAt), UsedAt: exact(u.Used),
	}
	if u.Subject != "" {
		m.Subject = &u.Subject
	}
	return m
}

// User returns an account by id.
func (s *Store) User(ctx context.Context, id string) (User, error) { return s.user(ctx, "id", id) }

// UserByAccount returns an account by login name.
func (s *Store) UserByAccount(ctx context.Context, account string) (User, error) {
	return s.user(ctx, "account", account)
}

// UserBySubject returns the account of a single sign-on.
func (s *Store) UserBySubject(ctx context.Context, subject string) (User, error) {
	return s.user(ctx, "subject", subject)
}

func (s *Store) user(ctx context.Context, column, value string) (User, error) {
	u, ok, err := one(s.db.WithContext(ctx), scanUser, "SELECT "+userColumns+" FROM users u WHERE u."+column+" = ?", value)
	if err != nil {
		return User{}, fmt.Errorf("read the account: %w", err)
	}
	if !ok {
		return User{}, domain.NotFound("user.unknown", "user", "没有这个账号", "There is no such account.")
	}
	return u, nil
}

const userColumns = "u.id, u.account, u.name, u.password_hash, COALESCE(u.subject, ''), u.email, u.mobile, u.must_change, u.disabled, u.created_at, u.password_at, u.used_at"

func scanUser(r row, u *User) error {
	return r.Scan(userFields(u)...)
}

func userFields(u *User) []any {
	return []any{
		&u.ID, &u.Account, &u.Name, &u.PasswordHash, &u.Subject, &u.Email, &u.Mobile, &u.MustChange, &u.Disabled,
		at(&u.Created), at(&u.PasswordAt), at(&u.Used),
	}
}

var userOrders = map[string]order[User]{"account": {"u.account", func(u User) any { return u.Account }}}

// UserQuery chooses accounts: by part of the login name or name, by a post that has not ended, and by whether they can
// sign in. Now is civil.
type UserQuery struct {
	Text         string
	Role         domain.Role
	Party        string
	Jurisdiction string    // and below
	Disabled     string    // "yes" | "no"; "" = both
	Unused       time.Time // real: what nobody has used since then counts as disabled; zero = nothing does
	Now          time.Time
	Page
}

// Users returns one page of accounts by login name.
func (s *Store) Users(ctx context.Context, q UserQuery) (List[User], error) {
	order, err := choose("", "account", userOrders, "u.id", func(u User) []string { return []string{u.ID} })
	if err != nil {
		return List[User]{}, err
	}
	var w where
	w.contains("u.account || ' ' || u.name", q.Text)
	if q.Disabled != "" {
		w.and("(u.disabled OR u.used_at <= ?) = ?", exact(q.Unused), q.Disabled == "yes")
	}
	var post where
	post.is("x.role", string(q.Role))
	post.is("x.party", q.Party)
	post.below("x.jurisdiction", q.Jurisdiction)
	if len(post.parts) > 0 {
		post.and("x.user_id = u.id AND (x.valid_to IS NULL OR x.valid_to > ?)", exact(q.Now))
		w.and("EXISTS (SELECT 1 FROM posts x"+post.String()+")", post.args...)
	}
	if err := order.from(&w, q.Page); err != nil {
		return List[User]{}, err
	}
	found, err := rows(s.db.WithContext(ctx), scanUser, "SELECT "+userColumns+" FROM users u"+w.String()+order.by()+" LIMIT ?",
		append(w.args, q.limit()+1)...)
	if err != nil {
		return List[User]{}, fmt.Errorf("list accounts: %w", err)
	}
	return order.page(found, q.Page), nil
}

// Colleagues returns the enabled accounts that hold a post at a civil moment: of a role, and of a party and a
// jurisdiction unless these are empty.
func (s *Store) Colleagues(ctx context.Context, role domain.Role, party, jurisdiction string, now time.Time) ([]User, error) {
	var w where
	w.and("NOT u.disabled")
	w.and("EXISTS (SELECT 1 FROM posts x WHERE x.user_id = u.id AND x.role = ? AND (? = '' OR x.party = ?) AND (? = '' OR x.jurisdiction = ?)"+
		" AND (x.valid_from IS NULL OR x.valid_from <= ?) AND (x.valid_to IS NULL OR x.valid_to > ?))",
		string(role), party, party, jurisdiction, jurisdiction, exact(now), exact(now))
	found, err := rows(s.db.WithContext(ctx), scanUser, "SELECT "+userColumns+" FROM users u"+w.String()+" ORDER BY u.account", w.args...)
	if err != nil {
		return nil, fmt.Errorf("list colleagues: %w", err)
	}
	return found, nil
}

// PutPosts replaces the posts of an account. A post without an id gets one.
func (s *Store) PutPosts(ctx context.Context, user string, posts []Post) error {
	if err := apart(posts); err != nil {
		return err
	}
	ms := make([]postModel, len(posts))
	for i, p := range posts {
		p.User = user
		ms[i] = p.row()
	}
	return s.master(ctx, "posts", func(tx *gorm.DB) error {
		if err := s.lockUser(tx, user); err != nil {
			return err
		}
		if err := tx.Exec("DELETE FROM posts WHERE user_id = ?", user).Error; err != nil {
			return err
		}
		return insert(tx, ms)
	})
}

// lockUser lets the posts of an account change one at a time, or two sets that are each allowed would both stay.
func (s *Store) lockUser(tx *gorm.DB, user string) error {
	_, _, err := one(tx, scalar[string], "SELECT id FROM users WHERE id = ?"+s.forUpdate(), user)
	return err
}

func (p Post) row() postModel {
	if p.ID == "" {
		p.ID = uuid.NewString()
	}
	return postModel{
		ID: p.ID, UserID: p.User, Role: string(p.Role), Party: p.Party, Jurisdiction: p.Jurisdiction, Covers: p.Covers,
		ValidFrom: maybe(p.From), ValidTo: maybe(p.To),
	}
}

// Posts returns all posts of an account, those of the past and the future too.
func (s *Store) Posts(ctx context.Context, user string) ([]Post, error) {
	found, err := postsOf(s.db.WithContext(ctx), user)
	if err != nil {
		return nil, fmt.Errorf("list posts: %w", err)
	}
	return found, nil
}

func postsOf(db *gorm.DB, user string) ([]Post, error) {
	return rows(db, func(r row, p *Post) error {
		return r.Scan(&p.ID, &p.User, &p.Role, &p.Party, &p.Jurisdiction, &p.Covers, at(&p.From), at(&p.To))
	}, `SELECT x.id, x.user_id, x.role, x.party, x.jurisdiction, x.covers, x.valid_from, x.valid_to FROM posts x
		WHERE x.user_id = ? ORDER BY x.role, x.jurisdiction, x.party, x.id`, user)
}

// Holder is an account with the posts that it holds at a civil moment. A disabled account holds none.
type Holder struct {
	User  User
	Posts []Post
}

// Holder returns an account with the posts that it holds at a civil moment.
func (s *Store) Holder(ctx context.Context, id string, now time.Time) (Holder, error) {
	_, h, ok, err := held(s.db.WithContext(ctx), now, "", func(*struct{}) []any { return nil }, "users u", "u.id = ?", id)
	if err != nil {
		return Holder{}, fmt.Errorf("read the account: %w", err)
	}
	if !ok {
		return Holder{}, domain.NotFound("user.unknown", "user", "没有这个账号", "There is no such account.")
	}
	return h, nil
}

// held finds what somebody signs in with, such as a session, together with who holds it: one question, since every
// request brings it. columns, each with a comma behind it, are scanned to fields; from has the accounts as u.
func held[T any](db *gorm.DB, now time.Time, columns string, fields func(*T) []any, from, condition string, args ...any) (v T, h Holder, ok bool, err error) {
	h.Posts, err = rows(db, func(r row, p *Post) error {
		return r.Scan(slices.Concat(fields(&v), userFields(&h.User), []any{
			&p.ID, &p.User, &p.Role, &p.Party, &p.Jurisdiction, &p.Covers, at(&p.From), at(&p.To),
		})...)
	}, "SELECT "+columns+userColumns+`, COALESCE(x.id, ''), COALESCE(x.user_id, ''), COALESCE(x.role, ''), COALESCE(x.party, ''), COALESCE(x.jurisdiction, ''),
		COALESCE(x.covers, ''), x.valid_from, x.valid_to FROM `+from+` LEFT JOIN posts x ON x.user_id = u.id WHERE `+condition+`
		ORDER BY x.role, x.jurisdiction, x.party, x.id`, args...)
	ok = err == nil && len(h.Posts) > 0
	h.Posts = slices.DeleteFunc(h.Posts, func(p Post) bool { return p.ID == "" || h.User.Disabled || !p.HeldAt(now) })
	return v, h, ok, err
}
