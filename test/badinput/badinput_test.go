package badinput

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func cursor(place string) string { return base64.RawURLEncoding.EncodeToString([]byte(place)) }

// prepared is a house with people and with projects in several states.
func prepared(t *testing.T) *house {
	t.Helper()
	h := open(t)
	h.people(office, owner, other, liaison, handler, stranger, system, security, "leader-yangshuo", "auditor")
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
	_, begun := h.log.from(0)
	groups := h.groups()
	slow := map[string]*sent{}
	for _, g := range groups {
		for _, r := range g.rows {
			if r.slow && !testing.Short() {
				slow[r.name] = h.sendAside(r)
			}
		}
	}
	for _, g := range groups {
		t.Run(g.name, func(t *testing.T) {
			require.GreaterOrEqual(t, len(g.rows), 10)
			for _, r := range g.rows {
				if !r.slow {
					t.Run(r.name, func(t *testing.T) { h.refuses(t, r) })
				}
			}
		})
	}
	for _, g := range groups {
		for _, r := range g.rows {
			if s := slow[r.name]; s != nil {
				t.Run(r.name, func(t *testing.T) {
					<-s.done
					require.NoError(t, s.err)
					h.in(t).refused(r, s.answer)
				})
			}
		}
	}
	t.Run("no value of a parameter makes a reading fail", func(t *testing.T) { h.in(t).withstands() })
	t.Run("what is taken as text is shown as text", func(t *testing.T) { h.in(t).showsText() })
	said, _ := h.log.from(begun)
	h.logged(said)
}

// sent is a request under way.
type sent struct {
	done   chan struct{}
	answer answer
	err    error
}

func (h *house) sendAside(r row) *sent {
	s := &sent{done: make(chan struct{})}
	go func() {
		defer close(s.done)
		s.answer, s.err = h.send(r.send)
	}()
	return s
}

// in is the same house within a subtest.
func (h *house) in(t *testing.T) *house {
	t.Helper()
	within := *h
	within.t = t
	return &within
}

// refuses holds one row to everything that is promised of it.
func (h *house) refuses(t *testing.T, r row) {
	t.Helper()
	h = h.in(t)
	before := h.digests()
	a, err := h.send(r.send)
	require.NoError(t, err)
	require.Less(t, a.took, 5*time.Second)
	h.refused(r, a)
	require.Equal(t, before, h.digests(), "something has changed")
	h.good(post(owner, h.projects["fresh"]+"/papers", `{"title":"补充材料"}`))
	h.settled()
}

// refused holds an answer to what is documented.
func (h *house) refused(r row, a answer) {
	h.t.Helper()
	h.t.Logf("%d %s field=%q clause=%q %v %.1000s", a.status, a.problem.Code, a.problem.Field, a.problem.Clause, a.took.Round(time.Millisecond), a.raw)
	require.Equal(h.t, r.status, a.status)
	h.betraysNothing(a.raw)
	if r.plain {
		return
	}
	require.True(h.t, documented(h.t, a.problem), "docs/problems.md knows no such refusal")
	require.Equal(h.t, "application/problem+json", a.header.Get("Content-Type"))
	require.Equal(h.t, []string{r.code, r.field, r.clause}, []string{a.problem.Code, a.problem.Field, a.problem.Clause})
	require.Equal(h.t, "urn:milepost:problem:"+r.code, a.problem.Type)
	require.Equal(h.t, r.status, a.problem.Status)
	require.NotEmpty(h.t, a.problem.Title)
	require.NotEmpty(h.t, a.problem.Detail)
	require.NotEmpty(h.t, a.problem.RequestID)
	require.LessOrEqual(h.t, len(a.problem.Errors), 100)
}

// documented tells whether a refusal is on the list, under its code or under the beginning of it.
func documented(t *testing.T, p problem) bool {
	t.Helper()
	list, err := os.ReadFile("../../docs/problems.md")
	require.NoError(t, err)
	family, _, _ := strings.Cut(p.Code, ".")
	for _, code := range []string{p.Code, family + ".…"} {
		if strings.Contains(string(list), "\n| `"+code+"` | "+strconv.Itoa(p.Status)+" |") {
			return true
		}
	}
	return false
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
		require.NotContains(h.t, text, secret)
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
		require.NotRegexp(h.t, `goroutine \d|\.go:\d|runtime error|SQLSTATE|SELECT `, line)
	}
}
