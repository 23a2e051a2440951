package api_test

import (
	"context"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/api"
	"milepost/config"
	"milepost/domain"
	"milepost/store"
)

// openStore is a fresh database.
func openStore(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "milepost.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.NoError(t, s.Migrate(t.Context()))
	require.NoError(t, s.FixClock(t.Context(), domain.RealClock()))
	return s
}

// bureau is a deployment as it is when it is installed: a real database with nobody in it but the three
// administrators, who were made at the console.
type bureau struct {
	*site
	db *store.Store
}

func newBureau(t *testing.T) *bureau {
	t.Helper()
	return newBureauWith(t, api.Config{})
}

func newBureauWith(t *testing.T, cfg api.Config) *bureau {
	t.Helper()
	cfg.PlainHTTP, cfg.LoginFailures, cfg.AddressFailures = true, 1000, 1000
	db, w := openStore(t), newCity(t)
	server, err := api.New(api.Deps{
		Config: cfg, Clock: domain.RealClock(), Log: slog.New(slog.DiscardHandler),
		Commands: w, Records: w, Masters: db, Accounts: db, Desk: db, Sessions: db, Rules: w.rules,
		Changes: db, Issues: db, Shipped: config.PackSources(),
	})
	require.NoError(t, err)
	b := &bureau{&site{city: w, t: t, server: server}, db}
	w.now = time.Now()
	hash, err := api.HashPassword(password)
	require.NoError(t, err)
	for account, role := range map[string]domain.Role{"sys": domain.RoleSystemAdmin, "sec": domain.RoleSecurityAdmin, "aud": domain.RoleAuditor} {
		_, err := db.CreateAdministrator(t.Context(), store.User{Account: account, Name: account, PasswordHash: hash}, store.Post{Role: role})
		require.NoError(t, err)
	}
	return b
}

// signIn is the session of an account.
func (b *bureau) signIn(account, password string) *caller {
	b.t.Helper()
	return b.login(account, password).ok().session(b.site)
}

// settle makes an account with a post over the API, and returns its id and a token's caller.
func (b *bureau) hire(sys, sec *caller, account string, post body) (id string, c *caller) {
	b.t.Helper()
	made := sys.send(http.MethodPost, "/users", body{"account": account, "name": "岗位" + account}).ok()
	id = made.text("user.id")
	fresh := b.signIn(account, made.text("password"))
	c = fresh.send(http.MethodPut, "/me/password", body{"old": made.text("password"), "new": another}).ok().session(b.site)
	if post != nil {
		sec.send(http.MethodPost, "/users/"+id+"/posts", post).ok()
	}
	return id, c
}

var named = body{"zh": "某某局", "en": "A bureau"}

// settleCity registers what the pack's city needs.
func (b *bureau) settleCity(sys *caller) {
	b.t.Helper()
	create := func(path string, in body) { b.t.Helper(); sys.send(http.MethodPost, path, in).ok() }
	create("/jurisdictions", body{"code": "shangluo", "name": named, "level": "city"})
	create("/departments", body{"jurisdiction": "shangluo", "code": "resources", "name": named})
	create("/units", body{"jurisdiction": "shangluo", "code": "district", "name": named})
	create("/owners", body{"jurisdiction": "shangluo", "code": "builder", "name": named, "creditCode": "91611000MA70000001"})
}

func TestAnInstallationIsSettledOverTheAPI(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	sys, sec, aud := b.signIn("sys", password), b.signIn("sec", password), b.signIn("aud", password)
	b.settleCity(sys)

	made := sys.send(http.MethodPost, "/users", body{"account": "office", "name": "重大项目办经办人"}).ok()
	require.Equal(t, http.StatusCreated, made.status)
	id, once := made.text("user.id"), made.text("password")
	require.Equal(t, "/api/v1/users/"+id, made.header.Get("Location"))
	require.NoError(t, api.Policies["mlps3"].Check("office", once))

	fresh := b.signIn("office", once)
	require.Equal(t, true, fresh.get("/me").ok().at("mustChangePassword"))
	fresh.get("/projects").refused(http.StatusForbidden, "role")
	given := sec.send(http.MethodPost, "/users/"+id+"/posts", body{"role": "office", "jurisdiction": "shangluo"}).ok()
	require.Equal(t, "office", given.text("role"))
	fresh.get("/projects").refused(http.StatusForbidden, "password.change").by("OWN-204")
	fresh.send(http.MethodPost, "/me/tokens", body{"name": "x", "days": 1, "scope": "read"}).refused(http.StatusForbidden, "password.change")
	fresh.send(http.MethodPut, "/me/password", body{"old": once, "new": once}).refused(http.StatusUnprocessableEntity, "password.same")
	office := fresh.send(http.MethodPut, "/me/password", body{"old": once, "new": another}).ok().session(b.site)
	office.get("/projects").ok()
	require.NotContains(t, office.get("/me").ok().body, "mustChangePassword")

	e := office.send(http.MethodPost, "/experts", body{"code": "E01", "specialities": []string{"engineering"}, "conflictUnits": []string{"builder"}}).ok()
	require.Equal(t, "shangluo", e.text("jurisdiction"))
	require.Equal(t, "builder", e.text("conflictUnits.0"))
	_, owner := b.hire(sys, sec, "owner", body{"role": "owner", "party": "builder", "jurisdiction": "shangluo"})
	p := owner.post("/projects", declaration()).ok()
	office.post("/projects/"+p.text("project")+"/review", body{"decision": "admit", "opinion": "符合标准"}).ok()
	office.send(http.MethodPost, "/experts/E01/conflicts", body{"project": p.text("project"), "reason": "参加过可研咨询"}).ok()
	require.Equal(t, "office", sys.get("/users?role=office").ok().text("items.0.account"))
	require.Empty(t, sys.get("/users?state=disabled").ok().list("items"))

	// Everything of it is on the record, and nothing of it is secret.
	record := aud.get("/audit?limit=100").ok()
	for _, act := range []string{"session.begin", "record.read", "account.create", "account.password", "post.give", "jurisdiction.create", "department.create", "unit.create", "owner.create", "expert.create", "expert.conflict"} {
		require.NotEmpty(t, aud.get("/audit?act="+act).ok().list("items"), act)
	}
	require.NotContains(t, string(record.raw), once)
	require.NotContains(t, string(record.raw), "argon2")
	line := aud.get("/audit?act=post.give&subject=user/" + id).ok()
	require.Equal(t, "security_admin", line.text("items.0.actor.role"))
	require.Equal(t, "sec", line.text("items.0.actor.name"))
	require.Equal(t, "192.0.2.1", line.text("items.0.address"))
	require.Equal(t, "office", line.text("items.0.detail.role"))
	require.Equal(t, "Gave a post", line.text("items.0.text.en"))
	read := aud.get("/audit?act=record.read").ok()
	require.Equal(t, "listAudit", read.text("items.0.detail.operation"))
	require.Equal(t, "record.read", read.text("items.0.detail.act"), "the reading itself")
	check := aud.get("/audit/check").ok()
	require.Equal(t, true, check.at("sound"))
	require.NotEmpty(t, check.list("ends"))
	require.Nil(t, aud.get("/audit/check?since="+check.text("ends.0.hash")).ok().at("lost"), "what was written down is still there")
	require.Equal(t, true, aud.get("/audit/check?since="+strings.Repeat("0", 64)).ok().at("lost"))
	acts := aud.get("/audit/acts").ok().list("items")
	require.Contains(t, acts, any(map[string]any{"act": "post.give", "text": map[string]any{"zh": "授予岗位", "en": "Gave a post"}}))
	for _, other := range []*caller{sys, sec, office} {
		other.get("/audit").refused(http.StatusForbidden, "role")
	}
}

func TestADepartmentIsOneThatThePackKnows(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	sys := b.signIn("sys", password)
	b.settleCity(sys)
	create := func(in body) *answer { return sys.send(http.MethodPost, "/departments", in) }
	a := create(body{"jurisdiction": "shangluo", "code": "space", "name": named}).refused(http.StatusUnprocessableEntity, "department.not-in-pack").by("OWN-208")
	require.Equal(t, "/code", a.text("field"))
	require.Contains(t, a.text("detail"), "resources", "it tells which there are")
	sys.send(http.MethodPost, "/jurisdictions", body{"code": "shangzhou", "parent": "shangluo", "name": named, "level": "county"}).ok()
	create(body{"jurisdiction": "shangzhou", "code": "resources", "name": named}).ok() // under the pack of its city
	sys.send(http.MethodPost, "/jurisdictions", body{"code": "elsewhere", "name": named, "level": "city"}).ok()
	create(body{"jurisdiction": "elsewhere", "code": "resources", "name": named}).refused(http.StatusConflict, "pack.none").by("OWN-208")
	sys.send(http.MethodPut, "/departments/shangluo/resources", body{"name": named, "closed": true}).refused(http.StatusConflict, "department.in-pack").by("OWN-208")
	require.Equal(t, "自然资源局", sys.send(http.MethodPut, "/departments/shangluo/resources", body{"name": body{"zh": "自然资源局"}, "closed": false}).ok().text("name.zh"))
}

func TestADistrictIsUnderThePackOfItsCity(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.posts["owner"][0].Jurisdiction = "shangzhou"
	p := "/projects/" + s.as("owner").post("/projects", declaration()).ok().text("project")
	require.Equal(t, s.pack.Hash(), s.state(p).Pack)
	require.Equal(t, "shangzhou", s.state(p).Profile.Jurisdiction)
	s.as("office").post("/quotas", body{"jurisdiction": "shangzhou", "resource": "land", "year": 2026, "amount": "10", "clause": "GG-3n", "reason": "下达"}).ok()
	s.posts["owner"][0].Jurisdiction = "guilin"
	s.as("owner").post("/projects", declaration()).refused(http.StatusConflict, "pack.none").by("OWN-208")
}

func TestMasterDataIsClosedNotDeleted(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	sys, sec := b.signIn("sys", password), b.signIn("sec", password)
	b.settleCity(sys)
	_, owner := b.hire(sys, sec, "owner", body{"role": "owner", "party": "builder", "jurisdiction": "shangluo"})
	for _, path := range []string{"/units/district", "/owners/builder", "/jurisdictions/shangluo"} {
		require.Equal(t, true, sys.send(http.MethodPut, path, body{"name": named, "closed": true}).ok().at("closed"))
		a := owner.post("/projects", declaration())
		require.GreaterOrEqual(t, a.status, 400, path)
		require.Contains(t, a.text("code"), ".closed")
		require.Equal(t, "OWN-207", a.text("clause"))
		sys.send(http.MethodPut, path, body{"name": named, "closed": false}).ok()
		sys.send(http.MethodDelete, path, nil).refused(http.StatusMethodNotAllowed, "method-not-allowed")
	}
	owner.post("/projects", declaration()).ok()
	sys.send(http.MethodPost, "/units", body{"jurisdiction": "shangluo", "code": "district", "name": named}).refused(http.StatusConflict, "code.taken").by("OWN-207")
	for _, path := range []string{"/units/nothing", "/owners/nothing"} {
		a := sys.send(http.MethodPut, path, body{"name": named, "closed": true})
		require.Equal(t, http.StatusNotFound, a.status)
	}
}

func TestAPostThatEndsIsLostAtOnce(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	sys, sec := b.signIn("sys", password), b.signIn("sec", password)
	b.settleCity(sys)
	id, leader := b.hire(sys, sec, "leader", body{"role": "leader", "jurisdiction": "shangluo"})
	program := b.anyone().with("Authorization", "Bearer "+leader.send(http.MethodPost, "/me/tokens", body{"name": "大屏", "days": 30, "scope": "act"}).ok().text("secret"))
	leader.get("/projects").ok()
	program.get("/projects").ok()
	post := sec.get("/users/" + id).ok().text("posts.0.id")
	sec.send(http.MethodPost, "/users/"+id+"/posts/"+post+"/end", body{}).ok()
	leader.get("/projects").refused(http.StatusForbidden, "role")
	program.get("/projects").refused(http.StatusForbidden, "role")
	sec.send(http.MethodPost, "/users/"+id+"/posts/"+post+"/end", body{}).refused(http.StatusConflict, "post.ended")

	sec.send(http.MethodPost, "/users/"+id+"/posts", body{"role": "leader", "jurisdiction": "shangluo"}).ok()
	program.get("/projects").ok()
	sys.send(http.MethodPut, "/users/"+id, body{"name": "离任", "disabled": true}).ok()
	leader.get("/me").refused(http.StatusUnauthorized, "session.none")
	program.get("/projects").refused(http.StatusUnauthorized, "session.none")
	sys.send(http.MethodPut, "/users/"+id, body{"name": "复职", "disabled": false}).ok()
	program.get("/projects").ok()

	once := sys.send(http.MethodPost, "/users/"+id+"/password", nil).ok().text("password")
	leader.get("/me").refused(http.StatusUnauthorized, "session.none")
	program.get("/projects").refused(http.StatusUnauthorized, "session.none")
	b.login("leader", another).refused(http.StatusUnauthorized, "login.failed")
	require.Equal(t, true, b.login("leader", once).ok().at("mustChangePassword"))
}

// OWN-203: 三员分立.
func TestTheThreeAdministratorsAreThreePeople(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	sys, sec, aud := b.signIn("sys", password), b.signIn("sec", password), b.signIn("aud", password)
	b.settleCity(sys)
	idOf := func(account string) string { return sys.get("/users?q=" + account).ok().text("items.0.id") }
	for account, role := range map[string]string{"sys": "security_admin", "sec": "system_admin", "aud": "system_admin"} {
		sec.send(http.MethodPost, "/users/"+idOf(account)+"/posts", body{"role": role}).refused(http.StatusConflict, "posts.separate").by("OWN-203")
		sec.send(http.MethodPost, "/users/"+idOf(account)+"/posts", body{"role": "office", "jurisdiction": "shangluo"}).refused(http.StatusConflict, "posts.separate").by("OWN-203")
		sys.send(http.MethodPost, "/users/"+idOf(account)+"/password", nil).refused(http.StatusConflict, "account.administrator").by("OWN-203")
	}
	// Who makes accounts gives no posts, and who gives posts makes no accounts; the auditor does neither.
	id, _ := b.hire(sys, sec, "somebody", nil)
	for _, who := range []*caller{sys, aud} {
		who.send(http.MethodPost, "/users/"+id+"/posts", body{"role": "office", "jurisdiction": "shangluo"}).refused(http.StatusForbidden, "role").by("OWN-201")
	}
	for _, who := range []*caller{sec, aud} {
		who.send(http.MethodPost, "/users", body{"account": "shadow", "name": "x"}).refused(http.StatusForbidden, "role").by("OWN-201")
	}
	unclaimed := sys.send(http.MethodPost, "/users", body{"account": "fresh", "name": "x"}).ok().text("user.id")
	sec.send(http.MethodPost, "/users/"+unclaimed+"/posts", body{"role": "auditor"}).refused(http.StatusConflict, "post.unclaimed").by("OWN-203")
	sec.send(http.MethodPost, "/users/"+id+"/posts", body{"role": "auditor"}).ok()
}

func TestAnAdministratorsJurisdictionBoundsWhatHeKeeps(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	sys, sec := b.signIn("sys", password), b.signIn("sec", password)
	b.settleCity(sys)
	sys.send(http.MethodPost, "/jurisdictions", body{"code": "guilin", "name": named, "level": "city"}).ok()
	sys.send(http.MethodPost, "/units", body{"jurisdiction": "guilin", "code": "far", "name": named}).ok()
	_, local := b.hire(sys, sec, "local-sys", body{"role": "system_admin", "jurisdiction": "shangluo"})
	_, guard := b.hire(sys, sec, "local-sec", body{"role": "security_admin", "jurisdiction": "shangluo"})
	_, office := b.hire(sys, sec, "office", body{"role": "office", "jurisdiction": "shangluo"})
	far, _ := b.hire(sys, sec, "far-leader", body{"role": "leader", "jurisdiction": "guilin"})
	near, _ := b.hire(sys, sec, "near-leader", body{"role": "leader", "jurisdiction": "shangluo"})

	local.send(http.MethodPost, "/units", body{"jurisdiction": "guilin", "code": "x", "name": named}).refused(http.StatusNotFound, "jurisdiction.unknown")
	local.send(http.MethodPut, "/units/far", body{"name": named, "closed": true}).refused(http.StatusNotFound, "jurisdiction.unknown")
	local.send(http.MethodPost, "/jurisdictions", body{"code": "x", "name": named, "level": "city"}).refused(http.StatusForbidden, "jurisdiction.top").by("OWN-202")
	local.send(http.MethodPost, "/jurisdictions", body{"code": "shangzhou", "parent": "shangluo", "name": named, "level": "county"}).ok()
	local.send(http.MethodPost, "/users/"+far+"/password", nil).refused(http.StatusForbidden, "user.elsewhere").by("OWN-202")
	local.send(http.MethodPut, "/users/"+far, body{"name": "x", "disabled": true}).refused(http.StatusForbidden, "user.elsewhere")
	local.send(http.MethodPost, "/users/"+near+"/password", nil).ok()
	guard.send(http.MethodPost, "/users/"+near+"/posts", body{"role": "leader", "jurisdiction": "guilin"}).refused(http.StatusNotFound, "jurisdiction.unknown")
	guard.send(http.MethodPost, "/users/"+near+"/posts", body{"role": "system_admin"}).refused(http.StatusNotFound, "jurisdiction.unknown")
	office.send(http.MethodPost, "/experts", body{"code": "E02", "jurisdiction": "guilin", "specialities": []string{"engineering"}}).refused(http.StatusNotFound, "jurisdiction.unknown")
	a := office.send(http.MethodPost, "/experts", body{"code": "E02", "specialities": []string{"engineering", "magic"}}).refused(http.StatusUnprocessableEntity, "expert.speciality").by("OWN-208")
	require.Equal(t, "/specialities/1", a.text("field"))
	a = office.send(http.MethodPost, "/experts", body{"code": "E02", "specialities": []string{"engineering"}, "conflictUnits": []string{"nobody"}}).refused(http.StatusUnprocessableEntity, "party.unknown")
	require.Equal(t, "/conflictUnits/0", a.text("field"))
	office.send(http.MethodPost, "/experts", body{"code": "E02", "specialities": []string{"engineering"}}).ok()
	retired := office.send(http.MethodPut, "/experts/E02", body{"specialities": []string{"economics"}, "retired": true}).ok()
	require.Equal(t, true, retired.at("retired"))
	office.send(http.MethodPut, "/experts/nobody", body{"specialities": []string{"economics"}, "retired": true}).refused(http.StatusNotFound, "expert.unknown")
}

func TestWhatAnAdministratorSendsIsChecked(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	sys, sec := b.signIn("sys", password), b.signIn("sec", password)
	b.settleCity(sys)
	id, _ := b.hire(sys, sec, "somebody", nil)
	for _, c := range []struct {
		name        string
		who         *caller
		path        string
		in          body
		code, field string
	}{
		{"a login name with a space", sys, "/users", body{"account": "wang wu", "name": "x"}, "contract.pattern", "/account"},
		{"no label", sys, "/users", body{"account": "wangwu"}, "contract.required", "/name"},
		{"a unit without a Chinese name", sys, "/units", body{"code": "u", "jurisdiction": "shangluo", "name": body{"en": "x"}}, "contract.required", "/name/zh"},
		{"a credit code that is none", sys, "/owners", body{"code": "o", "jurisdiction": "shangluo", "name": named, "creditCode": "123"}, "contract.pattern", "/creditCode"},
		{"a role that is none", sec, "/users/" + id + "/posts", body{"role": "king"}, "contract.enum", "/role"},
		{"a party that is not registered", sec, "/users/" + id + "/posts", body{"role": "handler", "party": "space", "jurisdiction": "shangluo"}, "party.unknown", "/party"},
		{"a post that has passed", sec, "/users/" + id + "/posts", body{"role": "leader", "jurisdiction": "shangluo", "to": "2020-01-01T00:00:00+08:00"}, "post.to", "/to"},
		{"a cover of somebody without the post", sec, "/users/" + id + "/posts", body{"role": "leader", "jurisdiction": "shangluo", "to": "2099-01-01T00:00:00+08:00", "covers": "nobody"}, "post.covers", "/covers"},
		{"an end in the past", sec, "/users/" + id + "/posts/x/end", body{"at": "yesterday"}, "contract.format", "/at"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := c.who.in(t).send(http.MethodPost, c.path, c.in)
			require.GreaterOrEqual(t, a.status, 400)
			require.Less(t, a.status, 500)
			require.Equal(t, c.code, a.text("code"), string(a.raw))
			require.Equal(t, c.field, a.text("field"))
		})
	}
}

func TestACoverStandsInForAColleague(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	sys, sec := b.signIn("sys", password), b.signIn("sec", password)
	b.settleCity(sys)
	handler := body{"role": "handler", "party": "resources", "jurisdiction": "shangluo"}
	zhang, _ := b.hire(sys, sec, "zhang", handler)
	li, covering := b.hire(sys, sec, "li", nil)
	until := time.Now().Add(48 * time.Hour).UTC().Format(time.RFC3339)
	given := sec.send(http.MethodPost, "/users/"+li+"/posts", merge(handler, body{"covers": zhang, "to": until})).ok()
	require.Equal(t, zhang, given.text("covers"))
	require.Equal(t, zhang, covering.get("/me").ok().text("posts.0.covers"))
	require.Equal(t, "岗位zhang", covering.get("/me").ok().text("posts.0.coversName"))
	covering.get("/tasks").ok()
}

func TestAnAuditRecordThatWasChangedIsSaid(t *testing.T) {
	t.Parallel()
	w := newCity(t)
	w.desk = broken{openStore(t)}
	s := serve(t, w)
	a := s.as("auditor").get("/audit/check").ok()
	require.Equal(t, false, a.at("sound"))
	require.InDelta(t, 7, a.at("broken.chain"), 0)
	require.InDelta(t, 3, a.at("broken.seq"), 0)
	require.Contains(t, s.log.String(), "the audit record is not what was written")
}

type broken struct{ *store.Store }

func (broken) VerifyAudit(context.Context, func(store.AuditRow) error) (store.AuditCheck, error) {
	return store.AuditCheck{Lines: 2, Broken: store.AuditPlace{Chain: 7, Seq: 3}}, nil
}
