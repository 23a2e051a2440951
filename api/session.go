package api

import (
	"context"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"
)

// sessions keeps who is signed in at a browser: a cookie with an opaque 256-bit token, of which only the hash is
// stored.
type sessions struct {
	manager *scs.SessionManager
	now     func() time.Time // real
	idle    time.Duration
}

const (
	sessionUser  = "user"
	sessionStamp = "stamp"
	sessionSeen  = "seen"
)

// seenEvery is how often a session in use is written back; each request would cost a write otherwise.
const seenEvery = time.Minute

func newSessions(kept scs.CtxStore, cfg Config, now func() time.Time) *sessions {
	m := scs.New()
	m.Store = kept
	m.HashTokenInStore = true
	m.Lifetime = cfg.SessionLifetime
	m.Cookie.Name = "__Host-milepost"
	m.Cookie.Path = "/"
	m.Cookie.Persist = false // ends with the browser: counters and desks are shared
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Secure = true
	if cfg.PlainHTTP { // browsers take no __Host- cookie without TLS
		m.Cookie.Name, m.Cookie.Secure = "milepost", false
	}
	return &sessions{manager: m, now: now, idle: cfg.SessionIdle}
}

// load brings the session of the request's cookie, or an empty one, into the context.
func (s *sessions) load(c echo.Context) (context.Context, error) {
	token := ""
	if cookie, err := c.Cookie(s.manager.Cookie.Name); err == nil {
		token = cookie.Value
	}
	ctx, err := s.manager.Load(c.Request().Context(), token)
	if err != nil {
		return nil, unavailable(err)
	}
	return ctx, nil
}

// read tells who is signed in, and ends a session that nobody has used for long.
func (s *sessions) read(c echo.Context) (identity, error) {
	ctx, err := s.load(c)
	if err != nil {
		return identity{}, err
	}
	id := identity{s.manager.GetString(ctx, sessionUser), s.manager.GetString(ctx, sessionStamp)}
	if id.user == "" {
		return identity{}, signInFirst()
	}
	unused := s.now().Sub(time.Unix(s.manager.GetInt64(ctx, sessionSeen), 0))
	if unused > s.idle {
		if err := s.manager.Destroy(ctx); err != nil {
			return identity{}, unavailable(err)
		}
		return identity{}, signInFirst()
	}
	if unused > seenEvery {
		s.manager.Put(ctx, sessionSeen, s.now().Unix())
		if _, _, err := s.manager.Commit(ctx); err != nil {
			return identity{}, unavailable(err)
		}
	}
	return id, nil
}

// begin signs somebody in under a new token, so that a token from before is worth nothing.
func (s *sessions) begin(c echo.Context, id identity) error {
	ctx, err := s.load(c)
	if err != nil {
		return err
	}
	if err := s.manager.RenewToken(ctx); err != nil {
		return unavailable(err)
	}
	s.manager.Put(ctx, sessionUser, id.user)
	s.manager.Put(ctx, sessionStamp, id.stamp)
	s.manager.Put(ctx, sessionSeen, s.now().Unix())
	token, expiry, err := s.manager.Commit(ctx)
	if err != nil {
		return unavailable(err)
	}
	s.manager.WriteSessionCookie(ctx, c.Response(), token, expiry)
	return nil
}

// end signs out at once.
func (s *sessions) end(c echo.Context) error {
	ctx, err := s.load(c)
	if err != nil {
		return err
	}
	if err := s.manager.Destroy(ctx); err != nil {
		return unavailable(err)
	}
	s.manager.WriteSessionCookie(ctx, c.Response(), "", time.Time{})
	return nil
}
