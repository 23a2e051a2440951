package api_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/stretchr/testify/require"

	"milepost/api"
	"milepost/domain"
	"milepost/store"
)

const (
	clientID     = "milepost"
	clientSecret = "a secret between two servers"
	callback     = "https://milepost.example" + api.SignOnCallback
)

// provider is a provider of single sign-on that does what the standard says, unless a test has it do otherwise.
type provider struct {
	*httptest.Server
	t   *testing.T
	key *rsa.PrivateKey
	now func() time.Time

	mu    sync.Mutex
	asked map[string]url.Values // what it was asked for, by the code it gave: each code is good once
	away  bool
	lies  func(claims map[string]any)                     // what of a token it tells otherwise
	signs func(p *provider, claims map[string]any) string // how it signs; with its key when nil
}

var signingKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func newProvider(t *testing.T, now func() time.Time) *provider {
	t.Helper()
	p := &provider{t: t, key: signingKey(), now: now, asked: map[string]url.Values{}}
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(v); err != nil {
			panic(err)
		}
	}
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{
			"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
			"end_session_endpoint": p.URL + "/end?kind=rp", "id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: p.key.Public(), KeyID: "k1", Algorithm: "RS256", Use: "sig"}}})
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		id, secret, _ := r.BasicAuth()
		asked := p.take(r.FormValue("code"))
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		switch {
		case id != clientID || secret != url.QueryEscape(clientSecret):
			w.WriteHeader(http.StatusUnauthorized)
			answer(w, map[string]any{"error": "invalid_client"})
		case asked == nil, r.FormValue("redirect_uri") != callback, asked.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(sum[:]):
			w.WriteHeader(http.StatusBadRequest)
			answer(w, map[string]any{"error": "invalid_grant"})
		default:
			answer(w, map[string]any{"access_token": "a secret of the provider's", "token_type": "Bearer", "id_token": p.token(asked)})
		}
	})
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		away := p.away
		p.mu.Unlock()
		if away {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

// take gives what a code stands for, once.
func (p *provider) take(code string) url.Values {
	p.mu.Lock()
	defer p.mu.Unlock()
	asked := p.asked[code]
	delete(p.asked, code)
	return asked
}

// token tells who has signed in there: always the same.
func (p *provider) token(asked url.Values) string {
	claims := map[string]any{
		"iss": p.URL, "aud": clientID, "sub": "wang-7", "nonce": asked.Get("nonce"), "iat": p.now().Unix(), "exp": p.now().Add(5 * time.Minute).Unix(),
		"auth_time": p.now().Add(-time.Minute).Unix(),
	}
	if p.lies != nil {
		p.lies(claims)
	}
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	if p.signs != nil {
		return p.signs(p, claims)
	}
	return p.sign(jose.RS256, p.key, claims)
}

func (p *provider) sign(alg jose.SignatureAlgorithm, key any, claims map[string]any) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", "k1"))
	require.NoError(p.t, err)
	token, err := jwt.Signed(signer).Claims(claims).Serialize()
	require.NoError(p.t, err)
	return token
}

// signsOn lets somebody prove who he is there, and returns the code.
func (p *provider) signsOn(location string) (code, state string) {
	p.t.Helper()
	u, err := url.Parse(location)
	require.NoError(p.t, err)
	q := u.Query()
	require.Equal(p.t, p.URL+"/authorize", u.Scheme+"://"+u.Host+u.Path)
	require.Equal(p.t, "code", q.Get("response_type"))
	require.Equal(p.t, clientID, q.Get("client_id"))
	require.Equal(p.t, callback, q.Get("redirect_uri"))
	require.Equal(p.t, "S256", q.Get("code_challenge_method"))
	require.Contains(p.t, strings.Fields(q.Get("scope")), "openid")
	require.GreaterOrEqual(p.t, len(q.Get("state")), 40)
	require.GreaterOrEqual(p.t, len(q.Get("nonce")), 40)
	p.mu.Lock()
	defer p.mu.Unlock()
	code = "code-" + strconv.Itoa(len(p.asked)) + rand.Text()
	p.asked[code] = q
	return code, q.Get("state")
}

// signOnSite is a site with a provider at which wang-7 is the owner.
func signOnSite(t *testing.T) (*site, *provider) {
	t.Helper()
	w := newCity(t)
	p := newProvider(t, w.Now)
	s := serveWith(t, w, api.Config{PlainHTTP: true, SignOn: p.settings()})
	s.change("owner", func(u *store.User) { u.Subject = p.URL + " wang-7" })
	return s, p
}

func (p *provider) settings() api.SignOn {
	return api.SignOn{Issuer: p.URL, ClientID: clientID, ClientSecret: clientSecret, Redirect: callback, Leave: "https://milepost.example/"}
}

// browser is somebody's, with its cookies.
type browser struct {
	*site
	cookies map[string]string
}

func (s *site) browser() *browser { return &browser{s, map[string]string{}} }

func (b *browser) get(path string) *answer {
	b.t.Helper()
	var cookies []string
	for name, value := range b.cookies {
		cookies = append(cookies, name+"="+value)
	}
	c := b.anyone()
	if len(cookies) > 0 {
		c = c.with("Cookie", strings.Join(cookies, "; "))
	}
	a := c.get(path)
	for _, k := range (&http.Response{Header: a.header}).Cookies() {
		require.True(b.t, k.HttpOnly)
		if b.cookies[k.Name] = k.Value; k.MaxAge < 0 {
			delete(b.cookies, k.Name)
		}
	}
	return a
}

// begins goes to the provider and comes back with a code.
func (b *browser) begins(p *provider, query string) (code, state string) {
	b.t.Helper()
	a := b.get("/session/oidc" + query)
	require.Equal(b.t, http.StatusFound, a.status, string(a.raw))
	return p.signsOn(a.header.Get("Location"))
}

func back(code, state string) string {
	return "/session/oidc/callback?" + url.Values{"code": {code}, "state": {state}, "session_state": {"what this provider adds"}}.Encode()
}

func TestSigningInByTheSingleSignOn(t *testing.T) {
	t.Parallel()
	s, p := signOnSite(t)
	require.Equal(t, true, s.anyone().get("/session").ok().at("signOn"))
	b := s.browser()
	code, state := b.begins(p, "?target=/projects?phase=approval")
	in := b.get(back(code, state))
	require.Equal(t, http.StatusFound, in.status, string(in.raw))
	require.Equal(t, "/projects?phase=approval", in.header.Get("Location"))
	require.Len(t, b.cookies, 1, "nothing is left of the way there")
	me := b.get("/me").ok()
	require.Equal(t, "owner", me.text("user.id"))
	require.Equal(t, "oidc", b.get("/sessions").ok().text("items.0.way"))
	for _, secret := range []string{"a secret of the provider's", code, state, clientSecret} {
		require.NotContains(t, s.log.String(), secret)
	}
	require.NotContains(t, me.body, "passwordExpires", "there is no password to change")
	s.wait(80 * 24 * time.Hour)
	s.change("owner", func(u *store.User) { u.MustChange, u.PasswordAt = true, s.now.AddDate(-1, 0, 0) })
	b.begins(p, "")
	code, state = b.begins(p, "")
	require.Equal(t, "/", b.get(back(code, state)).header.Get("Location"))
	b.get("/projects").ok()
}

func TestASingleSignOnThatIsNotWhatItShouldBe(t *testing.T) {
	t.Parallel()
	set := func(claim string, v any) func(map[string]any) {
		return func(claims map[string]any) { claims[claim] = v }
	}
	for _, c := range []struct {
		name  string
		lies  func(map[string]any)
		signs func(*provider, map[string]any) string
	}{
		{"another nonce", set("nonce", "x"), nil},
		{"no nonce", set("nonce", nil), nil},
		{"another audience", set("aud", "another client"), nil},
		{"one audience among others", set("aud", []string{clientID, "another"}), nil},
		{"for another party", set("azp", "another"), nil},
		{"another issuer", set("iss", "https://evil.example"), nil},
		{"an issuer with a slash more", func(c map[string]any) { c["iss"] = fmt.Sprint(c["iss"], "/") }, nil},
		{"expired", set("exp", at("2026-03-02 09:59").Unix()), nil},
		{"without an end", set("exp", nil), nil},
		{"not yet good", set("nbf", at("2026-03-02 11:00").Unix()), nil},
		{"of nobody", set("sub", ""), nil},
		{"not signed", nil, func(_ *provider, claims map[string]any) string {
			data, err := json.Marshal(claims)
			if err != nil {
				panic(err)
			}
			return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(data) + "."
		}},
		{"signed with the public key as a secret", nil, func(p *provider, claims map[string]any) string {
			der, err := x509.MarshalPKIXPublicKey(p.key.Public())
			if err != nil {
				panic(err)
			}
			return p.sign(jose.HS256, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), claims)
		}},
		{"signed with the client's secret", nil, func(p *provider, claims map[string]any) string {
			return p.sign(jose.HS256, []byte(clientSecret+" and as long as it must be"), claims)
		}},
		{"signed with another key", nil, func(p *provider, claims map[string]any) string {
			key, err := rsa.GenerateKey(rand.Reader, 2048)
			if err != nil {
				panic(err)
			}
			return p.sign(jose.RS256, key, claims)
		}},
		{"changed after it was signed", nil, func(p *provider, claims map[string]any) string {
			parts := strings.Split(p.sign(jose.RS256, p.key, claims), ".")
			claims["sub"] = "somebody-else"
			data, err := json.Marshal(claims)
			if err != nil {
				panic(err)
			}
			return parts[0] + "." + base64.RawURLEncoding.EncodeToString(data) + "." + parts[2]
		}},
		{"no token at all", nil, func(*provider, map[string]any) string { return "" }},
		{"no token but text", nil, func(*provider, map[string]any) string { return "a.b.c" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, p := signOnSite(t)
			p.lies, p.signs = c.lies, c.signs
			s.change("liaison", func(u *store.User) { u.Subject = p.URL + " " })
			b := s.browser()
			code, state := b.begins(p, "")
			a := b.get(back(code, state)).refused(http.StatusUnauthorized, "oidc.refused").by("OWN-216")
			require.NotContains(t, string(a.raw), "signature", "the log knows why, not whoever tries")
			b.get("/me").refused(http.StatusUnauthorized, "session.none")
			require.Empty(t, s.sessions)
		})
	}
}

func TestASingleSignOnThatDoesNotBelongHere(t *testing.T) {
	t.Parallel()
	s, p := signOnSite(t)
	out := func(a *answer) { t.Helper(); a.refused(http.StatusUnauthorized, "oidc.refused").by("OWN-216") }

	b := s.browser()
	code, state := b.begins(p, "")
	held := maps.Clone(b.cookies)
	out(s.browser().get(back(code, state))) // another browser: the link was sent to somebody
	other := s.browser()
	other.begins(p, "")
	out(other.get(back(code, state)))
	require.Equal(t, http.StatusFound, b.get(back(code, state)).status, "nobody else's try spoils it")
	thief := s.browser()
	thief.cookies = held
	out(thief.get(back(code, state))) // the same once more, cookie and all

	b = s.browser()
	_, state = b.begins(p, "")
	out(b.get(back(code, state))) // a code that was used, under a state that was not

	victim, attacker := s.browser(), s.browser()
	stolen, _ := victim.begins(p, "")
	_, state = attacker.begins(p, "")
	out(attacker.get(back(stolen, state))) // a code that was begun elsewhere: its proof is another's

	b = s.browser()
	code, state = b.begins(p, "")
	out(b.get(back(code, state) + "&iss=https://evil.example"))
	b = s.browser()
	_, state = b.begins(p, "")
	out(b.get("/session/oidc/callback?error=access_denied&state=" + state))
	out(s.browser().get("/session/oidc/callback"))

	b = s.browser()
	code, state = b.begins(p, "")
	require.Len(t, s.signOns, 3, "what came back is gone, and what did not has an end")
	for _, target := range []string{"//evil.example", "https://evil.example", "/\\evil.example", "evil", "/a\nb"} {
		s.anyone().get("/session/oidc?target="+url.QueryEscape(target)).refused(http.StatusUnprocessableEntity, "contract.pattern")
	}
	require.Equal(t, http.StatusFound, b.get(back(code, state)+"&iss="+url.QueryEscape(p.URL)).status)
}

func TestWhomTheSingleSignOnLetsIn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*store.User)
		code   string
	}{
		{"who is linked to no account", func(u *store.User) { u.Subject = "" }, "oidc.unlinked"},
		{"who is linked at another issuer", func(u *store.User) { u.Subject = "https://elsewhere.example wang-7" }, "oidc.unlinked"},
		{"whose account is disabled", func(u *store.User) { u.Disabled = true }, "oidc.unlinked"},
		{"whose account nobody has used for long", func(u *store.User) { u.Used = u.Used.AddDate(0, 0, -90) }, "account.unused"},
	} {
		t.Run("not "+c.name, func(t *testing.T) {
			t.Parallel()
			s, p := signOnSite(t)
			s.change("owner", c.change)
			users := len(s.users)
			b := s.browser()
			code, state := b.begins(p, "")
			a := b.get(back(code, state)).refused(http.StatusForbidden, c.code)
			if c.code == "oidc.unlinked" {
				require.Contains(t, a.by("OWN-216").text("detail"), "wang-7", "he can tell the administrator whom to link")
			}
			b.get("/me").refused(http.StatusUnauthorized, "session.none")
			require.Len(t, s.users, users, "no account is made")
		})
	}
}

func TestASingleSignOnProvesWhoSomebodyIsWhenItSaysSo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ago   time.Duration
		says  bool
		fresh bool
	}{
		"just now":                           {0, true, true},
		"nine minutes ago":                   {9 * time.Minute, true, true},
		"ten minutes ago":                    {10 * time.Minute, true, false},
		"this morning":                       {3 * time.Hour, true, false},
		"nobody knows when":                  {0, false, false},
		"in a while, says a clock that lies": {-5 * time.Minute, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, p := signOnSite(t)
			p.lies = func(claims map[string]any) {
				if claims["auth_time"] = s.Now().Add(-c.ago).Unix(); !c.says {
					claims["auth_time"] = nil
				}
			}
			b := s.browser()
			code, state := b.begins(p, "")
			require.Equal(t, http.StatusFound, b.get(back(code, state)).status)
			_, fresh := b.get("/me").ok().body["confirmedUntil"]
			require.Equal(t, c.fresh, fresh)
		})
	}
	s, p := signOnSite(t)
	a := s.browser().get("/session/oidc?confirm=true")
	u, err := url.Parse(a.header.Get("Location"))
	require.NoError(t, err)
	require.Equal(t, "0", u.Query().Get("max_age"))
	require.Equal(t, "login", u.Query().Get("prompt"))
	p.signsOn(a.header.Get("Location"))
}

func TestLeavingTheSingleSignOn(t *testing.T) {
	t.Parallel()
	s, p := signOnSite(t)
	b := s.browser()
	code, state := b.begins(p, "")
	b.get(back(code, state))
	out := s.anyone().with("Cookie", "milepost="+b.cookies["milepost"]).send(http.MethodDelete, "/session", nil).ok()
	require.Equal(t, p.URL+"/end?client_id=milepost&kind=rp&post_logout_redirect_uri=https%3A%2F%2Fmilepost.example%2F", out.text("address"))
	b.get("/me").refused(http.StatusUnauthorized, "session.none")
	s.secured("owner")
	me := s.login("owner", password).ok().session(s)
	require.Equal(t, http.StatusNoContent, me.send(http.MethodDelete, "/session", nil).status, "who came by password has nothing to leave")
}

func TestAProviderThatIsAway(t *testing.T) {
	t.Parallel()
	s, p := signOnSite(t)
	p.away = true
	b := s.browser()
	b.get("/session/oidc").refused(http.StatusServiceUnavailable, "oidc.away")
	p.mu.Lock()
	p.away = false
	p.mu.Unlock()
	code, state := b.begins(p, "")
	require.Equal(t, http.StatusFound, b.get(back(code, state)).status)
	newSite(t).anyone().get("/session/oidc").refused(http.StatusNotFound, "oidc.none")
	newSite(t).anyone().get("/session/oidc/callback").refused(http.StatusNotFound, "oidc.none")
}

func TestSignOnsThatAreBegunAndNeverEndAreBounded(t *testing.T) {
	t.Parallel()
	w := newCity(t)
	p := newProvider(t, w.Now)
	s := serveWith(t, w, api.Config{PlainHTTP: true, AddressFailures: 5, SignOn: p.settings()})
	s.change("owner", func(u *store.User) { u.Subject = p.URL + " wang-7" })
	for range 9 {
		b := s.browser()
		code, state := b.begins(p, "")
		require.Equal(t, http.StatusFound, b.get(back(code, state)).status)
	}
	for range 5 {
		s.browser().begins(p, "")
	}
	s.browser().get("/session/oidc").refused(http.StatusTooManyRequests, "login.throttled")
}

func TestAnAdministratorLinksAnAccount(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	p := newProvider(t, time.Now)
	server, err := api.New(api.Deps{
		Config: api.Config{PlainHTTP: true, SignOn: p.settings()}, Clock: domain.RealClock(), Log: slog.New(slog.DiscardHandler),
		Commands: b.city, Records: b.city, Masters: b.db, Accounts: b.db, Desk: b.db, Sessions: b.db, Rules: b.rules,
	})
	require.NoError(t, err)
	plain := b.server
	b.server = server
	sys, sec := b.signIn("sys", password), b.signIn("sec", password)
	id, zhang := b.hire(sys, sec, "zhang", nil)
	link := func(user, subject string) *answer {
		return sys.send(http.MethodPut, "/users/"+user+"/subject", body{"subject": subject})
	}
	require.Equal(t, p.URL+" wang-7", link(id, "wang-7").ok().text("subject"))
	zhang.get("/me").refused(http.StatusUnauthorized, "session.none") // whoever was signed in may be somebody else
	who := b.browser()
	code, state := who.begins(p, "")
	require.Equal(t, http.StatusFound, who.get(back(code, state)).status)
	require.Equal(t, "zhang", who.get("/me").ok().text("user.account"))
	require.NotContains(t, link(id, "").ok().body, "subject")
	who.get("/me").refused(http.StatusUnauthorized, "session.none")

	other, _ := b.hire(sys, sec, "li", nil)
	link(id, "wang-7").ok()
	link(other, "wang-7").refused(http.StatusConflict, "user.taken")
	link(id, "wang 7").refused(http.StatusUnprocessableEntity, "contract.pattern")
	u, err := b.db.UserByAccount(t.Context(), "sec")
	require.NoError(t, err)
	link(u.ID, "mine").refused(http.StatusConflict, "account.administrator").by("OWN-203")
	b.server = plain
	sys.send(http.MethodPut, "/users/"+id+"/subject", body{"subject": "x"}).refused(http.StatusNotFound, "oidc.none")
	sys.send(http.MethodPut, "/users/"+id+"/subject", body{"subject": ""}).ok()
}

// FuzzOIDCClaims: whatever a token claims that the provider has signed, it opens the one account that is linked to what
// it says, or none.
func FuzzOIDCClaims(f *testing.F) {
	for _, claims := range []string{
		`{}`, `{"sub":""}`, `{"sub":null}`, `{"sub":7}`, `{"sub":{"a":1}}`, `{"sub":"wang-7\u0000"}`, `{"sub":"wang-8"}`, `{"aud":null}`, `{"aud":[]}`,
		`{"aud":["milepost"]}`, `{"aud":["milepost","other"]}`, `{"aud":["milepost","other"],"azp":"milepost"}`, `{"azp":"other"}`, `{"iss":"https://other"}`,
		`{"exp":1}`, `{"exp":"x"}`, `{"exp":1e300}`, `{"nbf":99999999999}`, `{"iat":-1}`, `{"nonce":""}`, `{"nonce":["x"]}`, `{"auth_time":-1}`, `{"auth_time":1e30}`,
		`{"auth_time":"now"}`, `{"_claim_names":{"sub":"x"},"_claim_sources":{"x":{"endpoint":"http://127.0.0.1:1"}}}`,
	} {
		f.Add(claims)
	}
	t := &testing.T{}
	w := newCity(t)
	p := newProvider(t, w.Now)
	s := serveWith(t, w, api.Config{PlainHTTP: true, SignOn: p.settings(), AddressFailures: 1 << 40})
	s.change("owner", func(u *store.User) { u.Subject = p.URL + " wang-7" })
	f.Fuzz(func(t *testing.T, text string) {
		var lie map[string]any
		if json.Unmarshal([]byte(text), &lie) != nil {
			return
		}
		told := map[string]any{}
		p.lies = func(claims map[string]any) {
			maps.Copy(claims, lie)
			told = maps.Clone(claims)
		}
		b := s.anyone().in(t).browser()
		code, state := b.begins(p, "")
		a := b.get(back(code, state))
		if a.status != http.StatusFound {
			require.Contains(t, []int{http.StatusUnauthorized, http.StatusForbidden}, a.status, string(a.raw))
			require.Empty(t, b.cookies)
			return
		}
		require.Equal(t, []any{p.URL, "wang-7"}, []any{told["iss"], told["sub"]})
		require.Contains(t, told["aud"], clientID)
		require.Equal(t, "owner", b.get("/me").ok().text("user.id"))
	})
}
