package api

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"milepost/api/contract"
	"milepost/domain"
	"milepost/store"
)

// GetSignIn tells a sign-in page what it needs to know.
func (s *Server) GetSignIn(c echo.Context) error {
	return c.JSON(http.StatusOK, contract.SignIn{SignOn: s.signOn != nil, Password: contract.PasswordRules{
		Policy: s.policy.Name, Length: s.policy.Length, Classes: s.policy.Classes, MaxDays: int(s.policy.MaxAge / day), History: s.policy.History,
	}})
}

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
	c.Set(triedKey, user.ID)
	hash := ""
	if !user.Disabled {
		hash = user.PasswordHash
	}
	match, err := s.proves(c, accountKey(user, in.Account), in.Password, hash)
	switch {
	case err != nil:
		return err
	case !match:
		s.log.WarnContext(ctx, "sign-in failed", "request", requestID(c), "address", c.RealIP())
		return refuse(http.StatusUnauthorized, "login.failed", "", "账号或密码不正确", "The account or the password is wrong.")
	case s.policy.unused(user, s.now()):
		return longUnused()
	}
	if err := s.noteSession(c, store.ActSignIn, user.ID); err != nil {
		return err
	}
	if err := s.sessions.begin(c, user, store.ByPassword, s.now()); err != nil {
		return err
	}
	h, err := s.accounts.Holder(ctx, user.ID, s.civil())
	if err != nil {
		return unavailable(err)
	}
	s.log.InfoContext(ctx, "signed in", "request", requestID(c), "user", user.ID)
	who := Caller{User: user, Posts: h.Posts, Session: store.Session{Way: store.ByPassword, Confirmed: s.now()}}
	return c.JSON(http.StatusOK, s.me(ctx, who, h.Posts))
}

// proves tells whether a password is the one of a hash, and counts the try.
func (s *Server) proves(c echo.Context, account, password, hash string) (bool, error) {
	ctx, address := c.Request().Context(), addressKey(c)
	if err := s.throttle.attempt(c, account, address); err != nil {
		return false, err
	}
	match, err := s.passwords.match(ctx, password, hash)
	if err != nil || !match {
		return false, unavailable(err)
	}
	return true, unavailable(s.accounts.SignedIn(ctx, account, address))
}

// ConfirmSession lets its holder do sensitive acts for a while, once the password is entered again (OWN-213).
func (s *Server) ConfirmSession(c echo.Context) error {
	var in contract.SessionConfirmation
	if err := bind(c, &in); err != nil {
		return err
	}
	who := callerOf(c)
	if err := notProgram(who); err != nil {
		return err
	}
	match, err := s.proves(c, accountKey(who.User, ""), in.Password, who.User.PasswordHash)
	switch {
	case err != nil:
		return err
	case !match:
		return domain.Invalid("password.wrong", "password", domain.RuleFresh, "密码不正确", "The password is wrong.")
	}
	if err := s.noteSession(c, store.ActConfirm, who.User.ID); err != nil {
		return err
	}
	if err := s.sessions.confirm(c, who.Session.ID); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, contract.Confirmed{Until: s.now().Add(freshFor)})
}

// EndSession signs out.
func (s *Server) EndSession(c echo.Context) error {
	who := callerOf(c)
	if err := notProgram(who); err != nil {
		return err
	}
	if err := s.noteSession(c, store.ActSignOut, who.User.ID); err != nil {
		return err
	}
	if err := s.sessions.end(c, who.Session); err != nil {
		return err
	}
	if who.Session.Way == store.BySignOn && s.signOn != nil {
		if address := s.signOn.leave(c.Request().Context()); address != "" {
			return c.JSON(http.StatusOK, contract.SignedOut{Address: address})
		}
	}
	return c.NoContent(http.StatusNoContent)
}

// ListSessions lists where I am signed in.
func (s *Server) ListSessions(c echo.Context) error {
	who := callerOf(c)
	if err := notProgram(who); err != nil {
		return err
	}
	list, err := s.sessions.of(c, who.User)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, contract.SessionList{Items: each(list, func(x store.Session) contract.Session {
		return contract.Session{
			ID: x.ID, Way: contract.SessionWay(x.Way), Current: x.ID == who.Session.ID, Address: x.Address, Agent: x.Agent,
			Begun: x.Begun, Seen: x.Seen, Expires: x.Expires,
		}
	})})
}

// EndOneSession ends one of my sessions, this one too.
func (s *Server) EndOneSession(c echo.Context, id string) error {
	who := callerOf(c)
	if err := notProgram(who); err != nil {
		return err
	}
	if err := s.noteSession(c, store.ActSignOut, who.User.ID); err != nil {
		return err
	}
	if err := s.sessions.kept.EndSession(c.Request().Context(), who.User.ID, id); err != nil {
		return unavailable(err)
	}
	return c.NoContent(http.StatusNoContent)
}

// EndOtherSessions ends all my sessions but this one.
func (s *Server) EndOtherSessions(c echo.Context) error {
	who := callerOf(c)
	if err := notProgram(who); err != nil {
		return err
	}
	if err := s.noteSession(c, store.ActSignOut, who.User.ID); err != nil {
		return err
	}
	if _, err := s.sessions.kept.EndOtherSessions(c.Request().Context(), who.User.ID, who.Session.ID); err != nil {
		return unavailable(err)
	}
	return c.NoContent(http.StatusNoContent)
}

// GetMe tells who I am, what posts I hold and what I may do: in the post named, else in any.
func (s *Server) GetMe(c echo.Context, _ contract.GetMeParams) error {
	who := callerOf(c)
	return c.JSON(http.StatusOK, s.me(c.Request().Context(), who, who.Acting))
}

func (s *Server) me(ctx context.Context, who Caller, acting []store.Post) contract.Me {
	password := !who.Program && who.Session.Way != store.BySignOn
	m := contract.Me{
		User:  contract.Person{ID: who.User.ID, Account: who.User.Account, Name: who.User.Name},
		Posts: s.showPosts(ctx, who.Posts), Operations: []string{},
	}
	if password {
		m.MustChangePassword = who.User.MustChange || s.policy.expired(who.User, s.now())
		m.PasswordExpires = s.policy.expires(who.User)
	}
	if !who.Program {
		m.ConfirmedUntil = s.sessions.fresh(who.Session)
	}
	for _, op := range s.operations {
		may := op.known && (op.rule.Scope == ScopePublic || slices.ContainsFunc(acting, func(p store.Post) bool { return op.rule.allows(p.Role) }))
		if may && (!who.Program || reaches(who.Scope, op)) {
			m.Operations = append(m.Operations, op.id)
		}
	}
	slices.Sort(m.Operations)
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
	match, err := s.proves(c, accountKey(who.User, ""), in.Old, who.User.PasswordHash)
	switch {
	case err != nil:
		return err
	case !match:
		return domain.Invalid("password.old", "old", domain.RulePassword, "原密码不正确", "The old password is wrong.")
	}
	if err := s.newPassword(ctx, who.User, in.Old, in.New); err != nil {
		return err
	}
	if who.User.PasswordHash, err = HashPassword(in.New); err != nil {
		return err
	}
	if err := s.desk.ChangePassword(ctx, byOf(c), who.User.PasswordHash); err != nil {
		return unavailable(err)
	}
	if err := s.sessions.begin(c, who.User, store.ByPassword, s.now()); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// newPassword refuses a password that is too easy, or one of the last ones.
func (s *Server) newPassword(ctx context.Context, u store.User, old, chosen string) error {
	if err := s.policy.Check(u.Account, chosen); err != nil {
		return err
	}
	if chosen == old {
		return weak("password.same", "新密码不能与原密码相同", "The new password must differ from the old one.")
	}
	hashes, err := s.accounts.OldPasswords(ctx, u.ID, s.policy.History-1)
	if err != nil {
		return unavailable(err)
	}
	for _, hash := range hashes {
		switch match, err := s.passwords.match(ctx, chosen, hash); {
		case err != nil:
			return unavailable(err)
		case match:
			n := strconv.Itoa(s.policy.History)
			return weak("password.reused", "不能使用最近"+n+"次用过的密码", "None of the last "+n+" passwords may come back.")
		}
	}
	return nil
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
		return contract.Token{
			ID: t.ID, Name: t.Name, Scope: contract.TokenScope(t.Scope), Post: t.Post, Created: t.Created, Expires: t.Expires, LastUsed: t.LastUsed, Revoked: t.Revoked,
		}
	})})
}

// IssueToken makes a token for a program. Of what my posts can do it can do what its scope says, until it expires or is
// revoked (OWN-214).
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
	if in.Post != "" && !slices.ContainsFunc(who.Posts, func(p store.Post) bool { return p.ID == in.Post }) {
		return domain.Invalid("post.unknown", "post", domain.RuleRole, "您没有这个岗位", "You do not hold this post.")
	}
	now := s.now()
	t := store.Token{
		ID: id.String(), User: who.User.ID, Name: in.Name, Scope: store.Scope(in.Scope), Post: in.Post, Created: now,
		Expires: now.Add(time.Duration(in.Days) * day),
	}
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
