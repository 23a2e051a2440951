package api_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/api"
	"milepost/domain"
	"milepost/store"
)

func TestMySessions(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.secured("owner")
	s.secured("liaison")
	desk := s.anyone().with("User-Agent", "Desk/1").send(http.MethodPost, "/session", body{"account": "owner", "password": password}).ok().session(s)
	s.wait(time.Minute)
	phone := s.login("owner", password).ok().session(s)
	other := s.login("liaison", password).ok().session(s)
	list := desk.get("/sessions").ok()
	require.Len(t, list.list("items"), 2)
	current := slices.IndexFunc(list.list("items"), func(v any) bool { return object(t, v)["current"] == true })
	require.GreaterOrEqual(t, current, 0)
	mine, elsewhere := object(t, list.list("items")[current]), object(t, list.list("items")[1-current])
	require.Equal(t, "Desk/1", mine["agent"])
	require.Equal(t, "192.0.2.1", mine["address"])
	require.Equal(t, "password", mine["way"])
	require.NotContains(t, string(list.raw), "mp_", "what opens a session is not told")

	there, ok := elsewhere["id"].(string)
	require.True(t, ok)
	other.send(http.MethodDelete, "/sessions/"+there, nil).refused(http.StatusNotFound, "session.unknown")
	desk.send(http.MethodDelete, "/sessions/"+there, nil).ok()
	phone.get("/me").refused(http.StatusUnauthorized, "session.none")
	phone, third := s.login("owner", password).ok().session(s), s.login("owner", password).ok().session(s)
	desk.send(http.MethodDelete, "/sessions", nil).ok()
	for _, gone := range []*caller{phone, third} {
		gone.get("/me").refused(http.StatusUnauthorized, "session.none")
	}
	desk.get("/me").ok()
	other.get("/me").ok()
	s.as("owner").get("/sessions").refused(http.StatusForbidden, "session.needed").by("OWN-206")
}

func TestOneSessionForAnAccount(t *testing.T) {
	t.Parallel()
	s := serveWith(t, newCity(t), api.Config{PlainHTTP: true, OneSession: true})
	s.secured("owner")
	s.secured("liaison")
	first, other := s.login("owner", password).ok().session(s), s.login("liaison", password).ok().session(s)
	second := s.login("owner", password).ok().session(s)
	first.get("/me").refused(http.StatusUnauthorized, "session.none")
	second.get("/me").ok()
	other.get("/me").ok()
}

func TestASensitiveActNeedsAProofOfIdentity(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.secured("office")
	p := s.declared()
	in := s.login("office", password).ok()
	require.Equal(t, "2026-03-02T10:10:00+08:00", in.text("confirmedUntil"))
	office := in.session(s)
	remove := func(c *caller) *answer { return c.post(p+"/remove", body{"reason": "不再实施"}) }
	s.wait(10 * time.Minute)
	require.NotContains(t, office.get("/me").ok().body, "confirmedUntil")
	a := remove(office).refused(http.StatusUnauthorized, "session.stale").by("OWN-213")
	require.Contains(t, a.text("detail"), "POST /session/confirmation")
	require.Len(t, s.sent, 1, "nothing but the declaration has reached the core")
	office.post(p+"/review", body{"decision": "admit"}).ok() // what is not sensitive goes on

	confirm := func(c *caller, password string) *answer {
		return c.send(http.MethodPost, "/session/confirmation", body{"password": password})
	}
	wrong := confirm(office, another).refused(http.StatusUnprocessableEntity, "password.wrong")
	require.Equal(t, "/password", wrong.text("field"))
	remove(office).refused(http.StatusUnauthorized, "session.stale")
	for range 4 {
		confirm(office, another).refused(http.StatusUnprocessableEntity, "password.wrong")
	}
	confirm(office, password).refused(http.StatusTooManyRequests, "login.throttled") // a password is not tried out here either
	s.wait(16 * time.Minute)
	confirmed := confirm(office, password).ok()
	require.Equal(t, "2026-03-02T10:36:00+08:00", confirmed.text("until"))
	again := confirmed.session(s)
	office.get("/me").refused(http.StatusUnauthorized, "session.none") // the cookie of before opens nothing
	require.Len(t, again.get("/sessions").ok().list("items"), 1)
	s.wait(10*time.Minute - time.Second)
	remove(again).ok()
	s.as("office").send(http.MethodPost, "/session/confirmation", body{"password": password}).refused(http.StatusForbidden, "session.needed")
}

func TestATokenReachesAsFarAsItsScope(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.secured("office")
	s.posts["office"] = append(s.posts["office"], store.Post{ID: "second", User: "office", Role: domain.RoleLeader, Jurisdiction: "shangluo"})
	p := s.declared()
	me := s.login("office", password).ok().session(s)
	issue := func(in body) *answer {
		return me.send(http.MethodPost, "/me/tokens", merge(body{"name": "数据中心", "days": 30}, in))
	}
	token := func(in body) *caller {
		return s.anyone().with("Authorization", "Bearer "+issue(in).ok().text("secret"))
	}
	read, act, sensitive := token(body{"scope": "read"}), token(body{"scope": "act"}), token(body{"scope": "sensitive"})
	for _, c := range []*caller{read, act, sensitive} {
		c.get(p).ok()
	}
	admit, remove := body{"decision": "admit"}, body{"reason": "不再实施"}
	a := read.post(p+"/review", admit).refused(http.StatusForbidden, "token.scope").by("OWN-214")
	require.Contains(t, a.text("detail"), "act")
	read.post(p+"/review?preview=true", admit).refused(http.StatusForbidden, "token.scope")
	act.post(p+"/review", admit).ok()
	a = act.post(p+"/remove", remove).refused(http.StatusForbidden, "token.scope")
	require.Contains(t, a.text("detail"), "sensitive")
	require.NotContains(t, act.get("/me").ok().list("operations"), "remove")
	require.NotContains(t, read.get("/me").ok().list("operations"), "reviewEntry")
	require.Contains(t, sensitive.get("/me").ok().list("operations"), "remove")
	for _, c := range []*caller{act, sensitive} {
		require.NotEqual(t, http.StatusCreated, c.send(http.MethodPost, "/me/tokens", body{"name": "x", "days": 1, "scope": "read"}).status, "a token makes none")
	}

	issue(body{"scope": "act", "post": "nobody's"}).refused(http.StatusUnprocessableEntity, "post.unknown")
	leader := token(body{"scope": "act", "post": "second"})
	leader.post(p+"/suspend", body{"reason": "资金", "until": "2026-06-01"}).ok()
	require.Equal(t, domain.RoleLeader, s.sent[len(s.sent)-1].Actor.Role)
	leader.post(p+"/recognise", body{"document": "x"}).refused(http.StatusForbidden, "role")
	leader.with("Milepost-Post", "office-post").post(p+"/recognise", body{"document": "x"}).refused(http.StatusForbidden, "post.unknown")
	s.posts["office"] = s.posts["office"][:1]
	leader.get("/projects").refused(http.StatusForbidden, "role")

	issue(body{"scope": "all"}).refused(http.StatusUnprocessableEntity, "contract.enum")
	issue(body{"scope": "act", "days": 367}).refused(http.StatusUnprocessableEntity, "contract.maximum")
	listed := me.get("/me/tokens").ok()
	require.Contains(t, string(listed.raw), `"scope":"sensitive"`)
	require.Contains(t, string(listed.raw), `"post":"second"`)
	sensitive.post(p+"/resume", body{"reason": "资金到位"}).ok()
	sensitive.post(p+"/remove", remove).ok()
	s.change("office", func(u *store.User) { u.Disabled = true })
	for _, c := range []*caller{read, act, sensitive} {
		c.get(p).refused(http.StatusUnauthorized, "session.none")
	}
}
