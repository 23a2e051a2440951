package api

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"maps"
	"net/http"
	"slices"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"milepost/api/contract"
	"milepost/domain"
	"milepost/store"
)

// CreateSession signs a person in with the local account.
func (s *Server) CreateSession(c echo.Context) error {
	var in contract.Credentials
	if err := bind(c, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	user, err := s.accounts.UserByAccount(ctx, in.Account)
	if err != nil && domain.AsError(err) == nil {
		return unavailable(err)
	}
	account, address := accountKey(user, in.Account), addressKey(c)
	if err := s.throttle.attempt(c, account, address); err != nil {
		return err
	}
	hash := ""
	if !user.Disabled {
		hash = user.PasswordHash
	}
	match, err := s.passwords.match(ctx, in.Password, hash)
	switch {
	case err != nil:
		return unavailable(err)
	case !match:
		s.log.WarnContext(ctx, "sign-in failed", "request", requestID(c), "address", c.RealIP())
		return refuse(http.StatusUnauthorized, "login.failed", "", "账号或密码不正确", "The account or the password is wrong.")
	}
	if err := s.accounts.SignedIn(ctx, account, address); err != nil {
		return unavailable(err)
	}
	if err := s.noteSession(c, store.ActSignIn, user.ID); err != nil {
		return err
	}
	if err := s.sessions.begin(c, identity{user.ID, stampOf(user)}); err != nil {
		return err
	}
	_, posts, err := s.accounts.Holder(ctx, user.ID, s.civil())
	if err != nil {
		return unavailable(err)
	}
	s.log.InfoContext(ctx, "signed in", "request", requestID(c), "user", user.ID)
	return c.JSON(http.StatusOK, me(Caller{User: user, Posts: posts}, posts))
}

// EndSession signs out.
func (s *Server) EndSession(c echo.Context) error {
	if err := s.noteSession(c, store.ActSignOut, callerOf(c).User.ID); err != nil {
		return err
	}
	if err := s.sessions.end(c); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// GetMe tells who I am, what posts I hold and what I may do: in the post named, else in any.
func (s *Server) GetMe(c echo.Context, _ contract.GetMeParams) error {
	who := callerOf(c)
	return c.JSON(http.StatusOK, me(who, who.Acting))
}

func me(who Caller, acting []store.Post) contract.Me {
	m := contract.Me{
		User:  contract.Person{ID: who.User.ID, Account: who.User.Account, Name: who.User.Name},
		Posts: each(who.Posts, showPost), Operations: []string{}, MustChangePassword: who.User.MustChange,
	}
	for _, id := range slices.Sorted(maps.Keys(Access)) {
		rule := Access[id]
		if rule.Scope == ScopePublic || slices.ContainsFunc(acting, func(p store.Post) bool { return rule.allows(p.Role) }) {
			m.Operations = append(m.Operations, id)
		}
	}
	return m
}

// ChangePassword changes one's own password; every other session of the account ends.
func (s *Server) ChangePassword(c echo.Context) error {
	var in contract.PasswordChange
	if err := bind(c, &in); err != nil {
		return err
	}
	who, ctx := callerOf(c), c.Request().Context()
	if err := notProgram(who); err != nil {
		return err
	}
	key, address := accountKey(who.User, ""), addressKey(c)
	if err := s.throttle.attempt(c, key, address); err != nil {
		return err
	}
	match, err := s.passwords.match(ctx, in.Old, who.User.PasswordHash)
	if err != nil {
		return unavailable(err)
	}
	if !match {
		return domain.Invalid("password.old", "old", domain.RulePassword, "原密码不正确", "The old password is wrong.")
	}
	if err := s.accounts.SignedIn(ctx, key, address); err != nil {
		return unavailable(err)
	}
	if err := CheckPassword(who.User.Account, in.New); err != nil {
		return err
	}
	if in.New == in.Old {
		return domain.Invalid("password.same", "new", domain.RulePassword, "新密码不能与原密码相同", "The new password must differ from the old one.")
	}
	if who.User.PasswordHash, err = HashPassword(in.New); err != nil {
		return err
	}
	if err := s.desk.ChangePassword(ctx, byOf(c), who.User.PasswordHash); err != nil {
		return unavailable(err)
	}
	if err := s.sessions.begin(c, identity{who.User.ID, stampOf(who.User)}); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// notProgram keeps acts on the account itself away from tokens.
func notProgram(who Caller) error {
	if who.Program {
		return forbid("session.needed", "", domain.RuleSession, "只能在登录会话中办理", "This needs a session; a token is not enough.")
	}
	return nil
}

// NewSecret makes the secret of a token: 256 bits from the system's source of chance.
func NewSecret() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: the runtime aborts first
	return "mp_" + base64.RawURLEncoding.EncodeToString(b)
}

// ListTokens lists my tokens.
func (s *Server) ListTokens(c echo.Context) error {
	tokens, err := s.accounts.Tokens(c.Request().Context(), callerOf(c).User.ID)
	if err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusOK, contract.TokenList{Items: each(tokens, func(t store.Token) contract.Token {
		return contract.Token{ID: t.ID, Name: t.Name, Created: t.Created, Expires: t.Expires, LastUsed: t.LastUsed, Revoked: t.Revoked}
	})})
}

// IssueToken makes a token for a program. It can do what my posts can, until it expires or is revoked.
func (s *Server) IssueToken(c echo.Context) error {
	var in contract.TokenRequest
	if err := bind(c, &in); err != nil {
		return err
	}
	who := callerOf(c)
	if err := notProgram(who); err != nil {
		return err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	t := store.Token{ID: id.String(), User: who.User.ID, Name: in.Name, Created: s.now(), Expires: s.now().AddDate(0, 0, in.Days)}
	secret := NewSecret()
	if err := s.accounts.IssueToken(c.Request().Context(), byOf(c), t, secret); err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusCreated, contract.IssuedToken{ID: t.ID, Name: t.Name, Secret: secret, Expires: t.Expires})
}

// RevokeToken ends one of my tokens at once.
func (s *Server) RevokeToken(c echo.Context, id string) error {
	if err := s.accounts.RevokeToken(c.Request().Context(), byOf(c), callerOf(c).User.ID, id); err != nil {
		return unavailable(err)
	}
	return c.NoContent(http.StatusNoContent)
}

// nameOf is the name of an account, remembered for a while; the id itself when there is none.
func (s *Server) nameOf(ctx context.Context, id string) string {
	if id == "" {
		return ""
	}
	return s.names.get(id, func() string {
		u, err := s.accounts.User(ctx, id)
		if err != nil {
			return ""
		}
		return u.Name
	})
}
