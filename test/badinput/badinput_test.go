package badinput

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func cursor(place string) string { return base64.RawURLEncoding.EncodeToString([]byte(place)) }

// prepared is a house with people and with projects in several states.
func prepared(t *testing.T) *house {
	t.Helper()
	h := open(t)
	h.people(office, owner, other, liaison, handler, stranger, system, security, "leader-yangshuo")
	h.declared("fresh")
	h.good(post(office, h.declared("suspended")+"/suspend", `{"reason":"资金","until":"2026-06-01"}`))
	h.good(post(owner, h.declared("withdrawn")+"/withdraw", `{"reason":"不建了"}`))
	h.approving("approving")
	h.approving("lacking")
	h.good(post(owner, h.projects["lacking"]+"/items/initiation/submit", `{"papers":["proposal"]}`))

	h.cookies["ended"] = h.signIn(office)
	h.good(request{method: "DELETE", path: "/session", headers: []string{"Cookie: " + h.cookies["ended"]}})
	h.tokens["reading"] = h.token(office, "read")
	h.tokens["revoked"] = h.token(office, "act")
	h.good(request{who: office, method: "DELETE", path: "/me/tokens/" + h.names["token of office for act"]})
	h.tokens["expired"] = h.token(office, "act")
	_, err := h.db.Exec(t.Context(), "UPDATE tokens SET expires_at = now() - interval '1 second' WHERE id = $1", h.names["token of office for act"])
	require.NoError(t, err)

	me := h.good(get("leader-yangshuo", "/me"))
	h.names["user"], _ = at(me, "user.id").(string)
	given := h.good(post(security, "/users/"+h.names["user"]+"/posts", `{"role":"office","jurisdiction":"guilin"}`))
	h.names["ended post"], _ = given["id"].(string)
	h.good(post(security, "/users/"+h.names["user"]+"/posts/"+h.names["ended post"]+"/end", `{}`))
	h.names["key"] = key()
	h.good(post(owner, "/projects", profile()).with("Idempotency-Key: " + h.names["key"]))
	h.settled()
	return h
}

func TestBadInput(t *testing.T) {
	h := prepared(t)
	var slow sync.WaitGroup
	late := map[string]func(){}
	for _, g := range h.groups() {
		for _, r := range g.rows {
			if r.slow {
				done := make(chan struct{})
				var a answer
				var err error
				slow.Go(func() { a, err = h.send(r.send); close(done) })
				late[g.name+"/"+r.name] = func() { <-done; _ = a; _ = err }
			}
		}
	}
	for _, g := range h.groups() {
		t.Run(g.name, func(t *testing.T) {
			require.GreaterOrEqual(t, len(g.rows), 10)
			for _, r := range g.rows {
				if r.slow {
					continue
				}
				t.Run(r.name, func(t *testing.T) { h.refuses(t, r) })
			}
		})
	}
	slow.Wait()
}

// refuses holds one row to everything that is promised of it.
func (h *house) refuses(t *testing.T, r row) {
	t.Helper()
	within := *h
	within.t = t
	h = &within
	_, place := h.log.from(0)
	before := h.digests()
	a, err := h.send(r.send)
	require.NoError(t, err)
	said, _ := h.log.from(place)
	t.Logf("%d %s field=%q clause=%q %v %s", a.status, a.problem.Code, a.problem.Field, a.problem.Clause, a.took.Round(time.Millisecond), a.raw)
	require.Equal(t, r.status, a.status, a.raw)
	require.Less(t, a.took, 5*time.Second)
	h.betraysNothing(a.raw)
	h.logged(said)
	if !r.plain {
		require.Equal(t, "application/problem+json", a.header.Get("Content-Type"))
		require.Equal(t, []string{r.code, r.field, r.clause}, []string{a.problem.Code, a.problem.Field, a.problem.Clause}, a.raw)
		require.Equal(t, "urn:milepost:problem:"+r.code, a.problem.Type)
		require.Equal(t, r.status, a.problem.Status)
		require.NotEmpty(t, a.problem.Detail)
		require.NotEmpty(t, a.problem.RequestID)
	}
	require.Equal(t, before, h.digests(), "something has changed")
	h.good(post(owner, h.projects["fresh"]+"/papers", `{"title":"补充材料"}`))
	h.settled()
}

// internals are what tells of the inside of the program.
var internals = regexp.MustCompile(`goroutine \d|\.go:\d|runtime error|SQLSTATE|\bSELECT |\bINSERT |\bUPDATE |pgx|gorm|strconv\.|json: |struct field|Go (value|struct)|milepost/[a-z]+|/root/|/home/|/tmp/|\*[a-z]+\.[A-Z]`)

// betraysNothing holds what everybody may read to telling no secret and nothing of the inside.
func (h *house) betraysNothing(text string) {
	h.t.Helper()
	require.NotRegexp(h.t, internals, text)
	h.keepsSecrets(text)
}

func (h *house) keepsSecrets(text string) {
	h.t.Helper()
	for _, secret := range h.secrets {
		require.False(h.t, strings.Contains(text, secret), "a secret is told: %.300s", text)
	}
}

// logged holds the lines of the log to being the program's own, to telling no secret, and to calling nothing a failure:
// it is the sender's.
func (h *house) logged(said string) {
	h.t.Helper()
	h.keepsSecrets(said)
	for line := range strings.Lines(said) {
		var entry struct{ Time, Level, Msg string }
		require.NoError(h.t, json.Unmarshal([]byte(line), &entry), line)
		require.NotEmpty(h.t, entry.Time, line)
		require.NotEqual(h.t, "ERROR", entry.Level, line)
		require.NotEqual(h.t, "forged", entry.Msg, line)
		require.NotRegexp(h.t, regexp.MustCompile(`goroutine \d|\.go:\d|runtime error|SQLSTATE|SELECT `), line)
	}
}
