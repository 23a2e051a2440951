package api_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/api"
	"milepost/store"
)

const (
	password = "Right-horse-7-battery"
	another  = "Other-horse-8-battery"
)

// secured gives an account a password.
func (s *site) secured(account string) {
	s.t.Helper()
	hash, err := api.HashPassword(password)
	require.NoError(s.t, err)
	s.change(account, func(u *store.User) { u.PasswordHash = hash })
}

func (s *site) change(account string, f func(*store.User)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changeLocked(account, f)
}

func (s *site) login(account, password string) *answer {
	s.t.Helper()
	return s.anyone().send(http.MethodPost, "/session", body{"account": account, "password": password})
}

// session is the same caller with the cookie that an answer set.
func (a *answer) session(s *site) *caller {
	a.t.Helper()
	r := http.Response{Header: a.header}
	require.Len(a.t, r.Cookies(), 1)
	return &caller{s, http.Header{"Cookie": {r.Cookies()[0].Name + "=" + r.Cookies()[0].Value}}}
}

func (s *site) wait(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

func TestSigningIn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.secured("owner")

	in := s.login("owner", password).ok()
	require.Equal(t, "owner", in.text("user.id"))
	require.Contains(t, in.list("operations"), "declare")
	require.NotContains(t, in.list("operations"), "reviewEntry")
	cookie := in.header.Get("Set-Cookie")
	require.Contains(t, cookie, "HttpOnly")
	require.Contains(t, cookie, "SameSite=Lax")
	require.NotContains(t, cookie, "Expires", "the session ends with the browser")
	me := in.session(s)
	me.get("/me").ok()
	me.post("/projects", declaration()).ok()

	me.send(http.MethodDelete, "/session", nil).ok()
	me.get("/me").refused(http.StatusUnauthorized, "session.none")
	require.Empty(t, s.sessions)
}

func TestASessionHasAnotherTokenAfterSigningIn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.secured("owner")
	first := s.login("owner", password).ok().session(s)
	second := first.send(http.MethodPost, "/session", body{"account": "owner", "password": password}).ok().session(s)
	second.get("/me").ok()
	first.get("/me").refused(http.StatusUnauthorized, "session.none")
}

func TestACookieIsSecureUnlessTheAddressIsPlain(t *testing.T) {
	t.Parallel()
	w := newCity(t)
	server, err := api.New(api.Deps{Clock: w.clock, Now: w.Now, Commands: w, Records: w, Masters: masters{w}, Accounts: w, Desk: desk{nil, w}, Sessions: w, Rules: w.rules})
	require.NoError(t, err)
	s := &site{city: w, t: t, server: server}
	s.secured("owner")
	cookie := s.login("owner", password).ok().header.Get("Set-Cookie")
	require.True(t, strings.HasPrefix(cookie, "__Host-milepost="), cookie)
	require.Contains(t, cookie, "Secure")
	require.Contains(t, cookie, "Path=/")
}

func TestASessionEndsWhenNobodyUsesIt(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.secured("owner")
	me := s.login("owner", password).ok().session(s)
	for range 4 {
		s.wait(20 * time.Minute)
		me.get("/me").ok()
	}
	s.wait(31 * time.Minute)
	me.get("/me").refused(http.StatusUnauthorized, "session.none")
}

func TestFailedSignIns(t *testing.T) {
	t.Parallel()
	t.Run("an unknown account, a wrong password and a disabled account look alike", func(t *testing.T) {
		t.Parallel()
		s := newSite(t)
		s.secured("owner")
		s.secured("liaison")
		s.change("liaison", func(u *store.User) { u.Disabled = true })
		for _, account := range []string{"nobody", "owner", "liaison", "office"} {
			given := another
			if account == "liaison" {
				given = password
			}
			s.login(account, given).refused(http.StatusUnauthorized, "login.failed")
		}
	})
	t.Run("after five failures an account waits fifteen minutes, then may try again", func(t *testing.T) {
		t.Parallel()
		s := newSite(t)
		s.secured("owner")
		for range 5 {
			s.login("owner", another).refused(http.StatusUnauthorized, "login.failed")
		}
		a := s.login("owner", password).refused(http.StatusTooManyRequests, "login.throttled").by("OWN-205")
		require.NotEmpty(t, a.header.Get("Retry-After"))
		s.wait(15*time.Minute + time.Second)
		s.login("owner", password).ok()
	})
	t.Run("all processes count together, and the administrator sees who has to wait", func(t *testing.T) {
		t.Parallel()
		s := newSite(t)
		s.secured("owner")
		other := serve(t, s.city)
		for range 3 {
			s.login("owner", another).refused(http.StatusUnauthorized, "login.failed")
		}
		admin := s.as("system-admin")
		require.NotContains(t, object(t, admin.get("/users/owner").ok().at("user")), "lockedUntil")
		for range 2 {
			other.login("owner", another).refused(http.StatusUnauthorized, "login.failed")
		}
		s.login("owner", password).refused(http.StatusTooManyRequests, "login.throttled")
		require.Equal(t, "2026-03-02T10:15:00+08:00", admin.get("/users/owner").ok().text("user.lockedUntil"))
		require.Contains(t, string(admin.get("/users").ok().raw), "lockedUntil")
	})
	t.Run("what succeeds does not count against its address", func(t *testing.T) {
		t.Parallel()
		s := newSite(t)
		s.secured("owner")
		for range 9 {
			s.login("owner", password).ok()
		}
	})
	t.Run("a name that is no account's is kept as a digest", func(t *testing.T) {
		t.Parallel()
		s := newSite(t)
		s.login("My-Secret-7-typed-in-the-wrong-place", another).refused(http.StatusUnauthorized, "login.failed")
		for key := range s.tried {
			require.NotContains(t, key, "Secret")
		}
	})
	t.Run("an address has more tries than an account: an office behind it is not shut out by one who mistypes", func(t *testing.T) {
		t.Parallel()
		s := newSite(t)
		s.secured("owner")
		for _, account := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"} {
			s.login(account, another).refused(http.StatusUnauthorized, "login.failed")
		}
		s.login("owner", password).ok()
	})
	t.Run("many who sign in at once from one address are all let in", func(t *testing.T) {
		t.Parallel()
		s := newSite(t)
		var all sync.WaitGroup
		for _, account := range []string{"office", "owner", "liaison", "leader", "supervisor", "auditor", "resources-1", "resources-2", "resources-head"} {
			s.secured(account)
			all.Go(func() { s.login(account, password).ok() })
		}
		all.Wait()
	})
	t.Run("after as many failures as an address may have, of any accounts, it waits", func(t *testing.T) {
		t.Parallel()
		s := serveWith(t, newCity(t), api.Config{PlainHTTP: true, AddressFailures: 5})
		s.secured("owner")
		for _, account := range []string{"a", "b", "c", "d", "e"} {
			s.login(account, another).refused(http.StatusUnauthorized, "login.failed")
			s.wait(time.Minute)
		}
		a := s.login("owner", password).refused(http.StatusTooManyRequests, "login.throttled").by("OWN-205")
		require.Equal(t, "601", a.header.Get("Retry-After"), "from the first of them")
		s.wait(10 * time.Minute)
		s.login("owner", password).ok()
	})
	t.Run("a header that names another address changes nothing", func(t *testing.T) {
		t.Parallel()
		s := serveWith(t, newCity(t), api.Config{PlainHTTP: true, AddressFailures: 5})
		for _, account := range []string{"a", "b", "c", "d", "e"} {
			s.anyone().with("X-Forwarded-For", account+".example").send(http.MethodPost, "/session", body{"account": account, "password": another}).refused(http.StatusUnauthorized, "login.failed")
		}
		s.anyone().with("X-Forwarded-For", "203.0.113.9").send(http.MethodPost, "/session", body{"account": "f", "password": another}).refused(http.StatusTooManyRequests, "login.throttled")
	})
}

func TestBehindAProxyThatIsTrustedTheClientsAddressCounts(t *testing.T) {
	t.Parallel()
	_, proxies, err := net.ParseCIDR("192.0.2.0/24") // where test requests come from
	require.NoError(t, err)
	s := serveWith(t, newCity(t), api.Config{PlainHTTP: true, AddressFailures: 5, TrustedProxies: []*net.IPNet{proxies}})
	s.secured("owner")
	from := func(address string) *caller { return s.anyone().with("X-Forwarded-For", address) }
	for _, account := range []string{"a", "b", "c", "d", "e"} {
		from("203.0.113.9").send(http.MethodPost, "/session", body{"account": account, "password": another}).refused(http.StatusUnauthorized, "login.failed")
	}
	in := body{"account": "owner", "password": password}
	from("203.0.113.9").send(http.MethodPost, "/session", in).refused(http.StatusTooManyRequests, "login.throttled")
	from("198.51.100.1, 203.0.113.9").send(http.MethodPost, "/session", in).refused(http.StatusTooManyRequests, "login.throttled")
	from("203.0.113.10").send(http.MethodPost, "/session", in).ok()
	require.Contains(t, s.log.String(), `"address":"203.0.113.9"`)
}

func TestPasswords(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.secured("owner")
	me, elsewhere := s.login("owner", password).ok().session(s), s.login("owner", password).ok().session(s)
	me.send(http.MethodPut, "/me/password", body{"old": another, "new": another}).refused(http.StatusUnprocessableEntity, "password.old")
	me.send(http.MethodPut, "/me/password", body{"old": password, "new": "alllowercaseletters"}).refused(http.StatusUnprocessableEntity, "password.weak").by("OWN-204")
	me.send(http.MethodPut, "/me/password", body{"old": password, "new": "My-Owner-password-1"}).refused(http.StatusUnprocessableEntity, "password.account")
	s.as("owner").send(http.MethodPut, "/me/password", body{"old": password, "new": another}).refused(http.StatusForbidden, "session.needed").by("OWN-206")

	changed := me.send(http.MethodPut, "/me/password", body{"old": password, "new": another}).ok()
	changed.session(s).get("/me").ok()
	elsewhere.get("/me").refused(http.StatusUnauthorized, "session.none")
	s.login("owner", password).refused(http.StatusUnauthorized, "login.failed")
	s.login("owner", another).ok()
}

func TestTokens(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.secured("owner")
	me := s.login("owner", password).ok().session(s)
	issued := me.send(http.MethodPost, "/me/tokens", body{"name": "数据中心", "days": 30, "scope": "act"}).ok()
	require.Equal(t, http.StatusCreated, issued.status)
	secret := issued.text("secret")
	program := s.anyone().with("Authorization", "Bearer "+secret)
	program.get("/projects").ok()
	program.send(http.MethodPost, "/me/tokens", body{"name": "x", "days": 1, "scope": "read"}).refused(http.StatusForbidden, "token.scope").by("OWN-214")
	s.as("owner").send(http.MethodPost, "/me/tokens", body{"name": "x", "days": 1, "scope": "read"}).refused(http.StatusForbidden, "session.needed").by("OWN-206")
	require.NotContains(t, string(me.get("/me/tokens").ok().raw), secret)

	s.wait(31 * 24 * time.Hour)
	program.get("/projects").refused(http.StatusUnauthorized, "session.none")

	me = s.login("owner", password).ok().session(s)
	issued = me.send(http.MethodPost, "/me/tokens", body{"name": "数据中心", "days": 30, "scope": "act"}).ok()
	program = s.anyone().with("Authorization", "Bearer "+issued.text("secret"))
	program.get("/projects").ok()
	me.send(http.MethodDelete, "/me/tokens/"+issued.text("id"), nil).ok()
	program.get("/projects").refused(http.StatusUnauthorized, "session.none")
	s.anyone().with("Authorization", "Bearer ").get("/projects").refused(http.StatusUnauthorized, "session.none")
}

func TestDeniedAtOnce(t *testing.T) {
	t.Parallel()
	t.Run("a disabled account", func(t *testing.T) {
		t.Parallel()
		s := newSite(t)
		s.secured("owner")
		me := s.login("owner", password).ok().session(s)
		s.change("owner", func(u *store.User) { u.Disabled = true })
		me.get("/projects").refused(http.StatusUnauthorized, "session.none")
		s.as("owner").get("/projects").refused(http.StatusUnauthorized, "session.none")
	})
	t.Run("a post that has ended", func(t *testing.T) {
		t.Parallel()
		s := newSite(t)
		s.as("office").get("/projects").ok()
		s.posts["office"][0].To = s.now.Add(time.Hour)
		s.as("office").get("/projects").ok()
		s.wait(time.Hour)
		s.as("office").get("/projects").refused(http.StatusForbidden, "role")
		s.as("office").with("Milepost-Post", "office-post").get("/projects").refused(http.StatusForbidden, "post.unknown").by("OWN-201")
		s.as("office").get("/me").ok()
	})
	t.Run("a post that has not begun", func(t *testing.T) {
		t.Parallel()
		s := newSite(t)
		s.posts["office"][0].From = s.now.Add(time.Hour)
		s.as("office").get("/projects").refused(http.StatusForbidden, "role")
	})
}

func TestRequestsOfOtherSites(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.secured("owner")
	me := s.login("owner", password).ok().session(s)
	me.with("Sec-Fetch-Site", "cross-site").post("/projects", declaration()).refused(http.StatusForbidden, "origin").by("OWN-206")
	me.with("Origin", "https://evil.example").post("/projects", declaration()).refused(http.StatusForbidden, "origin").by("OWN-206")
	require.Empty(t, s.sent)
	me.with("Sec-Fetch-Site", "same-origin").post("/projects", declaration()).ok()
	me.with("Sec-Fetch-Site", "cross-site").get("/me").ok()
}

func TestAnswersAreNotForOtherSitesOrCaches(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	h := s.as("office").get("/projects").ok().header
	require.Equal(t, "no-store", h.Get("Cache-Control"))
	require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"))
	require.Contains(t, h.Get("Content-Security-Policy"), "frame-ancestors 'none'")
	require.Empty(t, h.Get("Access-Control-Allow-Origin"))
	require.NotEmpty(t, h.Get("X-Request-Id"))
}

func TestTheLogKnowsWhoAndNothingSecret(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.secured("owner")
	me := s.login("owner", password).ok().session(s)
	s.login("owner", another)
	me.post("/projects", declaration()).ok()
	log := s.log.String()
	require.Contains(t, log, `"operation":"declare"`)
	require.Contains(t, log, `"user":"owner"`)
	for _, secret := range []string{password, another, "token of", strings.TrimPrefix(me.headers.Get("Cookie"), "milepost="), "供水管网"} {
		require.NotContains(t, log, secret)
	}
}

func TestOperators(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		s.server.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
		return w
	}
	s.as("office").get("/projects").ok()
	require.Equal(t, "ok\n", get("/healthz").Body.String())
	require.Equal(t, "ready\n", get("/readyz").Body.String())
	require.Equal(t, http.StatusNotFound, get("/metrics").Code, "figures are not for everybody")
	operator := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		s.server.Operator().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
		return w
	}
	require.Equal(t, "ok\n", operator("/healthz").Body.String())
	require.Equal(t, "ready\n", operator("/readyz").Body.String())
	require.Contains(t, operator("/metrics").Body.String(), `milepost_api_request_seconds_count{operation="listProjects",status="200"} 1`)
	require.Equal(t, http.StatusNotFound, operator("/api/v1/clock").Code)
	page := get("/api/docs/")
	require.Equal(t, http.StatusOK, page.Code)
	require.Contains(t, page.Body.String(), "docs.js")
	require.Equal(t, http.StatusOK, get("/api/docs/docs.js").Code)
	for _, asset := range []string{"/api/docs/", "/api/docs/docs.js", "/api/docs/docs.css"} {
		require.NotContains(t, get(asset).Body.String(), "://", "the page loads nothing from elsewhere")
	}
	require.Equal(t, http.StatusNotFound, get("/api/v1/nothing").Code)
	require.Equal(t, http.StatusNotFound, get("/api/nothing").Code)
}
