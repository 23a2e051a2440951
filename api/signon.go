package api

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/labstack/echo/v4"
	"golang.org/x/oauth2"

	"milepost/api/contract"
	"milepost/domain"
	"milepost/store"
)

// SignOn is a provider of single sign-on (OpenID Connect). There is none when Issuer is empty.
type SignOn struct {
	Issuer       string // exactly as its tokens name it
	ClientID     string
	ClientSecret string
	Redirect     string   // where it sends the browser back to: …/api/v1/session/oidc/callback
	Leave        string   // where it sends the browser after signing out
	Scopes       []string // beside openid
}

// signOn signs people in by a provider. It keeps none of the provider's tokens: what it learns is who somebody is, and
// when that was proved.
type signOn struct {
	set  SignOn
	now  func() time.Time // real
	http *http.Client

	mu       sync.Mutex
	provider *oidc.Provider // nil until it was first reached
	endpoint oauth2.Endpoint
	end      string // where a browser signs out; "" when nowhere
}

// SignOnCallback is the path that a provider sends browsers back to.
const SignOnCallback = base + "/session/oidc/callback"

// signOnWithin is how long a browser may take to come back from the provider.
const signOnWithin = 10 * time.Minute

// algorithms are those with which a provider may sign: with a key that only it has, whatever it says it could do too.
var algorithms = []string{
	oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA,
}

func newSignOn(set SignOn, now func() time.Time) *signOn {
	if set.Issuer == "" {
		return nil
	}
	return &signOn{set: set, now: now, http: &http.Client{
		Timeout:       10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return errors.New("the provider must answer itself") },
	}}
}

func noSignOn() error {
	return refuse(http.StatusNotFound, "oidc.none", "", "没有配置单点登录", "There is no single sign-on here.")
}

// refusedSignOn is the answer to whatever does not come back as it should; the log knows why.
func refusedSignOn(cause error) error {
	return &refusal{status: http.StatusUnauthorized, code: "oidc.refused", clause: domain.RuleSignOn, cause: cause, text: domain.Text{
		Zh: "单点登录没有通过，请重新登录", En: "The single sign-on did not succeed; sign in again.",
	}}
}

// reach finds the provider out, once; one that is away is asked again the next time.
func (o *signOn) reach(ctx context.Context) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.provider != nil {
		return nil
	}
	p, err := oidc.NewProvider(oidc.ClientContext(ctx, o.http), o.set.Issuer)
	if err != nil {
		return fmt.Errorf("reach the provider of single sign-on: %w", err)
	}
	var more struct {
		End     string   `json:"end_session_endpoint"`
		Methods []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := p.Claims(&more); err != nil {
		return err
	}
	o.provider, o.endpoint, o.end = p, p.Endpoint(), more.End
	o.endpoint.AuthStyle = oauth2.AuthStyleInHeader // the standard's usual
	if len(more.Methods) > 0 && !slices.Contains(more.Methods, "client_secret_basic") {
		o.endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return nil
}

func (o *signOn) client() *oauth2.Config {
	return &oauth2.Config{
		ClientID: o.set.ClientID, ClientSecret: o.set.ClientSecret, Endpoint: o.endpoint, RedirectURL: o.set.Redirect,
		Scopes: append([]string{oidc.ScopeOpenID}, o.set.Scopes...),
	}
}

// identity is who the provider says somebody is.
type identity struct {
	subject   string
	confirmed time.Time // when that was proved; zero when the provider does not say
}

// redeem gives a code back and reads who it is of. The token must be for us, from exactly this issuer, signed with a key
// of its own, and answer the nonce of this sign-on.
func (o *signOn) redeem(ctx context.Context, code string, x store.SignOn) (identity, error) {
	ctx = oidc.ClientContext(ctx, o.http)
	tokens, err := o.client().Exchange(ctx, code, oauth2.VerifierOption(x.Verifier))
	if err != nil {
		return identity{}, err
	}
	raw, _ := tokens.Extra("id_token").(string)
	token, err := o.provider.Verifier(&oidc.Config{ClientID: o.set.ClientID, SupportedSigningAlgs: algorithms, Now: o.now}).Verify(ctx, raw)
	if err != nil {
		return identity{}, err
	}
	var more struct {
		Party    string `json:"azp"`
		AuthTime int64  `json:"auth_time"`
	}
	if err := token.Claims(&more); err != nil {
		return identity{}, err
	}
	switch {
	case subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(x.Nonce)) != 1:
		return identity{}, errors.New("the token answers another sign-on")
	case more.Party != "" && more.Party != o.set.ClientID, more.Party == "" && len(token.Audience) > 1:
		return identity{}, errors.New("the token is for another client")
	case token.Subject == "":
		return identity{}, errors.New("the token is of nobody")
	}
	who := identity{subject: token.Subject}
	if at := time.Unix(more.AuthTime, 0); more.AuthTime > 0 && at.Before(o.now().Add(time.Minute)) { // clocks differ a little
		who.confirmed = at
		if at.After(o.now()) {
			who.confirmed = o.now()
		}
	}
	return who, nil
}

// leave is where a browser signs out at the provider; "" when nowhere, or when it cannot be found out just now.
func (o *signOn) leave(ctx context.Context) string {
	if o.reach(ctx) != nil || o.end == "" {
		return ""
	}
	u, err := url.Parse(o.end)
	if err != nil {
		return ""
	}
	q := u.Query()
	q.Set("client_id", o.set.ClientID) // the token itself, as a hint, would pass through the browser
	q.Set("post_logout_redirect_uri", o.set.Leave)
	u.RawQuery = q.Encode()
	return u.String()
}

// SubjectOf is an identity as accounts are linked to it: a subject is one person's only together with its issuer.
func SubjectOf(issuer, subject string) string { return issuer + " " + subject }

// StartSignOn sends a browser to the provider, and remembers in it and in the database what must come back.
func (s *Server) StartSignOn(c echo.Context, p contract.StartSignOnParams) error {
	if s.signOn == nil {
		return noSignOn()
	}
	ctx := c.Request().Context()
	if err := s.throttle.attempt(c, "", addressKey(c)); err != nil {
		return err
	}
	if err := s.signOn.reach(ctx); err != nil {
		return awaySignOn(err)
	}
	state := NewSecret()
	x := store.SignOn{Nonce: NewSecret(), Verifier: oauth2.GenerateVerifier(), Target: p.Target}
	if x.Target == "" {
		x.Target = "/"
	}
	if err := s.sessions.kept.BeginSignOn(ctx, state, x, s.now().Add(signOnWithin)); err != nil {
		return unavailable(err)
	}
	options := []oauth2.AuthCodeOption{oidc.Nonce(x.Nonce), oauth2.S256ChallengeOption(x.Verifier)}
	if p.Confirm {
		options = append(options, oauth2.SetAuthURLParam("max_age", "0"), oauth2.SetAuthURLParam("prompt", "login"))
	}
	s.sessions.write(c, s.sessions.cookie+"-oidc", state, signOnWithin)
	return c.Redirect(http.StatusFound, s.signOn.client().AuthCodeURL(state, options...))
}

func awaySignOn(cause error) error {
	return &refusal{status: http.StatusServiceUnavailable, code: "oidc.away", cause: cause, text: domain.Text{
		Zh: "单点登录暂时没有应答，请稍后再试，或用账号密码登录", En: "The single sign-on does not answer just now; try again shortly, or sign in with account and password.",
	}}
}

// FinishSignOn signs in who comes back from the provider: to the account that an administrator has linked to the
// identity, and to none else (OWN-216).
func (s *Server) FinishSignOn(c echo.Context, p contract.FinishSignOnParams) error {
	if s.signOn == nil {
		return noSignOn()
	}
	ctx := c.Request().Context()
	began, err := c.Cookie(s.sessions.cookie + "-oidc")
	if err != nil || p.State == "" || subtle.ConstantTimeCompare([]byte(began.Value), []byte(p.State)) != 1 {
		return refusedSignOn(errors.New("this browser has begun no such sign-on"))
	}
	s.sessions.write(c, s.sessions.cookie+"-oidc", "", -time.Second)
	x, err := s.sessions.kept.TakeSignOn(ctx, p.State)
	switch {
	case domain.AsError(err) != nil:
		return refusedSignOn(err)
	case err != nil:
		return unavailable(err)
	case p.Error != "":
		return refusedSignOn(errors.New("the provider refuses: " + strconv.Quote(p.Error)))
	case p.Iss != "" && p.Iss != s.signOn.set.Issuer:
		return refusedSignOn(errors.New("the answer is another issuer's"))
	}
	if err := s.signOn.reach(ctx); err != nil {
		return awaySignOn(err)
	}
	who, err := s.signOn.redeem(ctx, p.Code, x)
	if err != nil {
		return refusedSignOn(err)
	}
	user, err := s.linked(ctx, who)
	if err != nil {
		return err
	}
	if err := s.accounts.SignedIn(ctx, accountKey(user, ""), addressKey(c)); err != nil {
		return unavailable(err)
	}
	if err := s.noteSession(c, store.ActSignIn, user.ID); err != nil {
		return err
	}
	if err := s.sessions.begin(c, user, store.BySignOn, who.confirmed); err != nil {
		return err
	}
	s.log.InfoContext(ctx, "signed in", "request", requestID(c), "user", user.ID, "way", store.BySignOn)
	return c.Redirect(http.StatusFound, x.Target)
}

// linked is the account that an identity opens.
func (s *Server) linked(ctx context.Context, who identity) (store.User, error) {
	user, err := s.accounts.UserBySubject(ctx, SubjectOf(s.signOn.set.Issuer, who.subject))
	switch {
	case domain.AsError(err) != nil, err == nil && user.Disabled:
		return user, forbid("oidc.unlinked", "", domain.RuleSignOn, "您的单点登录身份（"+visible(who.subject)+"）没有关联可用的账号，请系统管理员关联",
			"Your identity at the single sign-on ("+visible(who.subject)+") is linked to no account in use; ask the system administrator to link it.")
	case err != nil:
		return user, unavailable(err)
	case s.policy.unused(user, s.now()):
		return user, longUnused()
	}
	return user, nil
}

// visible is a text of somebody else's as it may be shown.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '!' || r > '~' {
			return '?'
		}
		return r
	}, s[:min(len(s), 255)])
}
