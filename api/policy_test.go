package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"milepost/api"
	"milepost/domain"
	"milepost/store"
)

func TestWhatIsAskedOfAPassword(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, password, mlps3, asvs string }{
		{"long, of all classes", "Right-horse-7-battery", "", ""},
		{"in Chinese, of three classes", "里程碑不是密码Aa吗", "password.weak", "password.weak"},
		{"in Chinese, long", "我们单位的第三条规定是Aa准时", "", ""},
		{"eleven characters", "Right-hor7e", "password.weak", "password.weak"},
		{"twelve characters", "Right-hor7ex", "", "password.weak"},
		{"fifteen letters of one class", "qzhorsetablerun", "password.weak", ""},
		{"a sentence of sixty-four", strings.Repeat("Ab3-", 16), "", ""},
		{"two hundred characters", "Tower-5-" + strings.Repeat("bridge river ", 15), "", ""},
		{"the login name in it", "My-Wangwu-password-1", "password.account", "password.account"},
		{"the login name in signs", "xx-W@ngwu-table-12", "password.account", "password.account"},
		{"a common word with figures", "Password2026!!!", "password.common", "password.common"},
		{"a common word in signs", "P@ssw0rd12345678", "password.common", "password.common"},
		{"a common word twice", "QwertyQwerty-2026", "password.common", "password.common"},
		{"a row of the keyboard", "1qaz2wsx3EDC!!!!", "password.common", "password.common"},
		{"a common word in Chinese letters", "Woaizhongguo@2026", "password.common", "password.common"},
		{"the organisation's everyday word", "Fagaiwei#202612", "password.common", "password.common"},
		{"nothing but figures and signs", "2026-11-22-2027-01-01", "password.weak", "password.common"},
		{"the name of the system", "my-Milepost-tower-5", "password.word", "password.word"},
		{"the name of the place", "Tower-Shangluo-51-x", "password.word", "password.word"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for policy, code := range map[string]string{"mlps3": c.mlps3, "asvs": c.asvs} {
				p, err := api.PolicyOf(policy, []string{"shangluo"})
				require.NoError(t, err)
				err = p.Check("wangwu", c.password)
				require.Equal(t, code, domain.CodeOf(err), policy)
				if code != "" {
					require.Equal(t, "OWN-204", domain.AsError(err).Clause)
				}
			}
		})
	}
}

func TestAOneTimePasswordPleasesEveryPolicy(t *testing.T) {
	t.Parallel()
	for range 50 {
		p := api.OneTimePassword()
		for _, policy := range api.Policies {
			require.NoError(t, policy.Check("", p))
		}
	}
}

func TestAnyTextIsCheckedAsAPassword(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := api.Policies[rapid.SampledFrom([]string{"mlps3", "asvs"}).Draw(t, "policy")]
		password := rapid.String().Draw(t, "password")
		if p.Check(rapid.String().Draw(t, "account"), password) == nil && len([]rune(password)) < p.Length {
			t.Fatalf("%q passes", password)
		}
	})
}

func TestSettingsOnlyShortenWhatThePolicySays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		cfg  api.Config
		says string
	}{
		{"the policy's own", api.Config{}, ""},
		{"shorter", api.Config{SessionIdle: time.Minute, SessionLifetime: time.Hour}, ""},
		{"as long", api.Config{SessionIdle: 30 * time.Minute, SessionLifetime: 12 * time.Hour}, ""},
		{"idle for longer", api.Config{SessionIdle: 31 * time.Minute}, "session.idle: 31m0s is longer than the policy mlps3 lets a session last (30m0s)"},
		{"as long as another policy lets it", api.Config{Policy: "asvs", SessionIdle: 31 * time.Minute}, ""},
		{"longer than a day", api.Config{Policy: "asvs", SessionLifetime: 25 * time.Hour}, "session.absolute"},
		{"a policy that is none", api.Config{Policy: "none"}, "session.policy"},
		{"a time that is none", api.Config{SessionIdle: -time.Minute}, "session.idle"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newCity(t)
			_, err := api.New(api.Deps{Config: c.cfg, Clock: w.clock, Now: w.Now, Commands: w, Records: w, Masters: masters{w}, Accounts: w, Sessions: w, Rules: w.rules})
			if c.says == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestHowLongASessionLasts(t *testing.T) {
	t.Parallel()
	for policy, c := range map[string]struct{ idle, lifetime time.Duration }{
		"mlps3": {30 * time.Minute, 12 * time.Hour},
		"asvs":  {time.Hour, 24 * time.Hour},
	} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			s := serveWith(t, newCity(t), api.Config{PlainHTTP: true, Policy: policy})
			s.secured("owner")
			me := s.login("owner", password).ok().session(s)
			s.wait(c.idle)
			me.get("/me").ok()
			s.wait(c.idle + time.Second)
			me.get("/me").refused(http.StatusUnauthorized, "session.none")
			me = s.login("owner", password).ok().session(s)
			for range int(c.lifetime/c.idle) - 1 {
				s.wait(c.idle)
				me.get("/me").ok()
			}
			s.wait(c.idle)
			me.get("/me").refused(http.StatusUnauthorized, "session.none")
		})
	}
}

func TestAPasswordThatIsTooOld(t *testing.T) {
	t.Parallel()
	t.Run("lets its holder in, to change it and do nothing else", func(t *testing.T) {
		t.Parallel()
		s := newSite(t)
		s.secured("owner")
		s.wait(90*24*time.Hour - time.Second)
		s.as("owner").get("/me").ok() // in use all the while
		s.change("owner", func(u *store.User) { u.Used = s.now })
		me := s.login("owner", password).ok()
		require.NotContains(t, me.body, "mustChangePassword")
		require.Equal(t, "2026-05-31T10:00:00+08:00", me.text("passwordExpires"))
		me.session(s).get("/projects").ok()
		s.wait(time.Second)
		in := s.login("owner", password).ok()
		require.Equal(t, true, in.at("mustChangePassword"))
		old := in.session(s)
		for _, path := range []string{"/projects", "/sessions", "/me/tokens"} {
			a := old.get(path).refused(http.StatusForbidden, "password.expired").by("OWN-204")
			require.Contains(t, a.text("detail"), "PUT /me/password")
		}
		s.as("owner").get("/projects").ok() // a program has its own end
		fresh := old.send(http.MethodPut, "/me/password", body{"old": password, "new": another}).ok().session(s)
		fresh.get("/projects").ok()
		require.NotContains(t, fresh.get("/me").ok().body, "mustChangePassword")
	})
	t.Run("there is none where passwords are not changed for their age", func(t *testing.T) {
		t.Parallel()
		s := serveWith(t, newCity(t), api.Config{PlainHTTP: true, Policy: "asvs"})
		s.secured("owner")
		s.wait(5 * 365 * 24 * time.Hour)
		in := s.login("owner", password).ok()
		require.NotContains(t, in.body, "passwordExpires")
		in.session(s).get("/projects").ok()
	})
}

func TestThePasswordsOfBeforeDoNotComeBack(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.secured("owner")
	all := []string{password, "Other-horse-1-battery", "Other-horse-2-battery", "Other-horse-3-battery", "Other-horse-4-battery", "Other-horse-5-battery"}
	me := s.login("owner", password).ok().session(s)
	to := func(i, j int) *answer {
		return me.send(http.MethodPut, "/me/password", body{"old": all[i], "new": all[j]})
	}
	for i := range 4 {
		me = to(i, i+1).ok().session(s)
	}
	for j := range 4 {
		a := to(4, j).refused(http.StatusUnprocessableEntity, "password.reused").by("OWN-204")
		require.Equal(t, "/new", a.text("field"))
	}
	to(4, 4).refused(http.StatusUnprocessableEntity, "password.same")
	me = to(4, 5).ok().session(s)
	me = to(5, 0).ok().session(s)
	me.get("/me").ok()
}

func TestAnAccountThatNobodyUses(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.secured("owner")
	s.secured("liaison")
	admin := s.as("system-admin")
	s.wait(90*24*time.Hour - time.Second)
	s.login("owner", password).ok()
	s.wait(time.Second)
	s.login("owner", password).ok()
	s.change("system-admin", func(u *store.User) { u.Used = s.now })
	s.login("liaison", another).refused(http.StatusUnauthorized, "login.failed") // who does not know the password learns nothing
	s.login("liaison", password).refused(http.StatusForbidden, "account.unused").by("OWN-215")
	s.as("liaison").get("/projects").refused(http.StatusForbidden, "account.unused")
	seen := object(t, admin.get("/users/liaison").ok().at("user"))
	require.Equal(t, true, seen["unused"])
	require.Equal(t, true, seen["disabled"])
	require.Equal(t, "2026-03-02T10:00:00+08:00", seen["lastUsed"])
	require.NotContains(t, object(t, admin.get("/users/owner").ok().at("user")), "unused")

	asvs := serveWith(t, s.city, api.Config{PlainHTTP: true, Policy: "asvs"})
	asvs.login("liaison", password).ok()
}

func TestASignInPageIsToldWhatIsAsked(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	a := s.anyone().get("/session").ok()
	require.Equal(t, "mlps3", a.text("password.policy"))
	require.InDelta(t, 12, a.at("password.length"), 0)
	require.InDelta(t, 90, a.at("password.maxDays"), 0)
	require.Equal(t, false, a.at("signOn"))
}
