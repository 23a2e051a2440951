package api

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"milepost/api/contract"
	"milepost/domain"
	"milepost/store"
)

// Accounts and posts are kept by two people who are not the same: the system administrator makes accounts, which hold
// no right, and the security administrator gives posts, which are the rights.

// byOf is who acts in a request, and where from.
func byOf(c echo.Context) store.By { return store.By{Actor: callerOf(c).Actor(), Address: c.RealIP()} }

// CreateUser creates an account with a one-time password.
func (s *Server) CreateUser(c echo.Context, _ contract.CreateUserParams) error {
	var in contract.NewAccount
	if err := bind(c, &in); err != nil {
		return err
	}
	password, hash, err := newPassword()
	if err != nil {
		return err
	}
	u, err := s.desk.CreateAccount(c.Request().Context(), byOf(c), store.User{Account: in.Account, Name: in.Name, PasswordHash: hash, MustChange: true})
	if err != nil {
		return unavailable(err)
	}
	c.Response().Header().Set(echo.HeaderLocation, base+"/users/"+u.ID)
	return c.JSON(http.StatusCreated, contract.IssuedAccount{User: s.showUser(u, time.Time{}), Password: password})
}

func newPassword() (password, hash string, err error) {
	password = OneTimePassword()
	hash, err = HashPassword(password)
	return password, hash, err
}

// ChangeUser gives an account another name, or disables or enables it.
func (s *Server) ChangeUser(c echo.Context, id string, _ contract.ChangeUserParams) error {
	var in contract.AccountChange
	if err := bind(c, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	if err := s.governs(ctx, callerOf(c).Post(), id); err != nil {
		return err
	}
	u, err := s.desk.ChangeAccount(ctx, byOf(c), id, in.Name, in.Disabled, s.policy.unusedSince(s.now()))
	if err != nil {
		return unavailable(err)
	}
	locked, err := s.throttle.locked(ctx, u)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, s.showUser(u, locked[id]))
}

// LinkUser links an account to an identity of the single sign-on (OWN-216).
func (s *Server) LinkUser(c echo.Context, id string, _ contract.LinkUserParams) error {
	var in contract.AccountLink
	if err := bind(c, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	if err := s.governs(ctx, callerOf(c).Post(), id); err != nil {
		return err
	}
	subject := ""
	switch {
	case in.Subject == "":
	case s.signOn == nil:
		return noSignOn()
	default:
		subject = SubjectOf(s.signOn.set.Issuer, in.Subject)
	}
	u, err := s.desk.LinkAccount(ctx, byOf(c), id, subject)
	if err != nil {
		return unavailable(err)
	}
	locked, err := s.throttle.locked(ctx, u)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, s.showUser(u, locked[id]))
}

// ResetPassword gives an account a one-time password.
func (s *Server) ResetPassword(c echo.Context, id string, _ contract.ResetPasswordParams) error {
	ctx := c.Request().Context()
	if err := s.governs(ctx, callerOf(c).Post(), id); err != nil {
		return err
	}
	password, hash, err := newPassword()
	if err != nil {
		return err
	}
	if err := s.desk.ResetPassword(ctx, byOf(c), id, hash); err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusOK, contract.OneTimePassword{Password: password})
}

// governs refuses an account that holds a post, or will, outside the administrator's jurisdiction.
func (s *Server) governs(ctx context.Context, admin store.Post, user string) error {
	if admin.Jurisdiction == "" {
		return nil
	}
	posts, err := s.accounts.Posts(ctx, user)
	if err != nil {
		return unavailable(err)
	}
	now := s.civil()
	for _, p := range posts {
		if !p.To.IsZero() && !now.Before(p.To) {
			continue
		}
		if err := s.within(ctx, admin.Jurisdiction, p.Jurisdiction); domain.AsError(err) != nil {
			return forbid("user.elsewhere", "", domain.RuleOwnParty, "该账号在您的辖区之外任职", "The account holds a post outside your jurisdiction.")
		} else if err != nil {
			return err
		}
	}
	return nil
}

// GivePost gives an account a post, or a cover for somebody.
func (s *Server) GivePost(c echo.Context, user string, _ contract.GivePostParams) error {
	var in contract.NewPost
	if err := bind(c, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	if own := callerOf(c).Post().Jurisdiction; own != "" || in.Jurisdiction != "" {
		if err := s.within(ctx, own, in.Jurisdiction); err != nil {
			return err
		}
	}
	p, err := s.desk.GivePost(ctx, byOf(c), store.Post{
		User: user, Role: domain.Role(in.Role), Party: in.Party, Jurisdiction: in.Jurisdiction, Covers: in.Covers, From: in.From, To: in.To,
	})
	if err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusCreated, s.showPost(ctx, p))
}

// EndPost ends a post, now or later.
func (s *Server) EndPost(c echo.Context, user, id string, _ contract.EndPostParams) error {
	var in contract.PostEnd
	if err := bind(c, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	if err := s.governs(ctx, callerOf(c).Post(), user); err != nil {
		return err
	}
	p, err := s.desk.EndPost(ctx, byOf(c), user, id, in.At)
	if err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusOK, s.showPost(ctx, p))
}
