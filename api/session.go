package api

import (
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"milepost/domain"
	"milepost/store"
)

// sessions keeps who is signed in at a browser: a cookie with an opaque 256-bit secret, of which only the hash is
// stored.
type sessions struct {
	kept   Sessions
	now    func() time.Time // real
	policy Policy
	alone  bool // one session for an account
	cookie string
	plain  bool // no TLS in front
}

// seenEvery is how often a session in use is written back; each request would cost a write otherwise.
const seenEvery = time.Minute

// freshFor is how long after its holder has proved who he is a session may do sensitive acts (OWN-213).
const freshFor = 10 * time.Minute

// maxAgent bounds what is kept of a browser's name for itself.
const maxAgent = 200

func newSessions(kept Sessions, cfg Config, policy Policy, now func() time.Time) *sessions {
	s := &sessions{kept: kept, now: now, policy: policy, alone: cfg.OneSession, cookie: "__Host-milepost", plain: cfg.PlainHTTP}
	if s.plain { // browsers take no __Host- cookie without TLS
		s.cookie = "milepost"
	}
	return s
}

// secret is what the browser brings; "" when it brings nothing.
func (s *sessions) secret(c echo.Context) string {
	if cookie, err := c.Cookie(s.cookie); err == nil {
		return cookie.Value
	}
	return ""
}

// write gives the browser its cookie, which ends with the browser: counters and desks are shared.
func (s *sessions) write(c echo.Context, name, value string, age time.Duration) {
	c.SetCookie(&http.Cookie{ //nolint:gosec // without Secure only where there is no TLS in front
		Name: name, Value: value, Path: "/", HttpOnly: true, Secure: !s.plain, SameSite: http.SameSiteLaxMode, MaxAge: int(age / time.Second),
	})
}

// read tells who is signed in, with the posts of a civil moment. A session that nobody has used for long has ended, and
// so has one that began under another password.
func (s *sessions) read(c echo.Context, civil time.Time) (store.Session, store.Holder, error) {
	secret := s.secret(c)
	if secret == "" {
		return store.Session{}, store.Holder{}, signInFirst()
	}
	x, h, err := s.kept.SessionBySecret(c.Request().Context(), secret, civil)
	switch {
	case domain.AsError(err) != nil, err == nil && (s.now().Sub(x.Seen) > s.policy.Idle || x.Stamp != stampOf(h.User)):
		return store.Session{}, store.Holder{}, signInFirst()
	case err != nil:
		return store.Session{}, store.Holder{}, unavailable(err)
	}
	return x, h, nil
}

// use notes that a session is in use.
func (s *sessions) use(c echo.Context, x store.Session) error {
	if s.now().Sub(x.Seen) <= seenEvery {
		return nil
	}
	return unavailable(s.kept.SessionSeen(c.Request().Context(), x.ID))
}

// begin signs somebody in under a new secret, so that one from before is worth nothing.
func (s *sessions) begin(c echo.Context, u store.User, way string, confirmed time.Time) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	agent := []rune(c.Request().UserAgent())
	secret, now := NewSecret(), s.now()
	x := store.Session{
		ID: id.String(), User: u.ID, Stamp: stampOf(u), Way: way, Address: c.RealIP(), Agent: string(agent[:min(len(agent), maxAgent)]),
		Begun: now, Seen: now, Confirmed: confirmed, Expires: now.Add(s.policy.Lifetime),
	}
	if err := s.kept.BeginSession(c.Request().Context(), x, secret, s.secret(c), s.alone); err != nil {
		return unavailable(err)
	}
	s.write(c, s.cookie, secret, 0)
	return nil
}

// confirm notes that the holder has proved again who he is; the session goes on under another secret.
func (s *sessions) confirm(c echo.Context, id string) error {
	secret := NewSecret()
	if err := s.kept.ConfirmSession(c.Request().Context(), id, secret); domain.AsError(err) != nil {
		return signInFirst()
	} else if err != nil {
		return unavailable(err)
	}
	s.write(c, s.cookie, secret, 0)
	return nil
}

// end signs out at once.
func (s *sessions) end(c echo.Context, x store.Session) error {
	err := s.kept.EndSession(c.Request().Context(), x.User, x.ID)
	if err != nil && domain.AsError(err) == nil {
		return unavailable(err)
	}
	s.write(c, s.cookie, "", -time.Second)
	return nil
}

// of lists the sessions of an account that still open something.
func (s *sessions) of(c echo.Context, u store.User) ([]store.Session, error) {
	list, err := s.kept.Sessions(c.Request().Context(), u.ID)
	if err != nil {
		return nil, unavailable(err)
	}
	return slices.DeleteFunc(list, func(x store.Session) bool {
		return x.Stamp != stampOf(u) || s.now().Sub(x.Seen) > s.policy.Idle
	}), nil
}

// fresh tells until when a session may do sensitive acts; the zero time when it may not.
func (s *sessions) fresh(x store.Session) time.Time {
	until := x.Confirmed.Add(freshFor)
	if x.Confirmed.IsZero() || !s.now().Before(until) {
		return time.Time{}
	}
	return until
}
