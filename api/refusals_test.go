package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/store"
)

// noted are the lines of an act that were put on the audit record.
func (w *city) notedOf(act string) []store.AuditRow {
	w.mu.Lock()
	defer w.mu.Unlock()
	var lines []store.AuditRow
	for _, l := range w.noted {
		if l.Act == act {
			lines = append(lines, l)
		}
	}
	return lines
}

func detailOf(t *testing.T, l store.AuditRow) body {
	t.Helper()
	var detail body
	require.NoError(t, json.Unmarshal(l.Detail, &detail))
	return detail
}

// OWN-223, I14: who was refused what, why and from where.
func TestARefusalStandsOnTheRecord(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, who, method, path string
		in                      any
		status                  int
		code                    string
		recorded                bool
	}{
		{"an act of another's post", "owner", http.MethodPost, "/quotas", body{"resource": "land", "year": 2026, "amount": "1", "clause": "c", "reason": "r"}, http.StatusForbidden, "role", true},
		{"an act of nobody", "", http.MethodPost, "/quotas", body{}, http.StatusUnauthorized, "session.none", true},
		{"a body that is not acceptable", "office", http.MethodPost, "/quotas", body{"resource": "land"}, http.StatusUnprocessableEntity, "contract.required", true},
		{"the record itself", "owner", http.MethodGet, "/audit", nil, http.StatusForbidden, "role", true},
		{"a read", "", http.MethodGet, "/projects", nil, http.StatusUnauthorized, "session.none", false},
		{"what is not there", "office", http.MethodPost, "/nothing", body{}, http.StatusNotFound, "not-found", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			who := s.anyone()
			if c.who != "" {
				who = s.as(c.who)
			}
			a := who.with("Idempotency-Key", "key-1").send(c.method, c.path, c.in)
			require.Equal(t, c.status, a.status, string(a.raw))
			lines := s.notedOf(store.ActRefused)
			if !c.recorded {
				require.Empty(t, lines)
				return
			}
			require.Len(t, lines, 1)
			require.Equal(t, c.who, lines[0].Actor.User)
			require.Equal(t, "192.0.2.1", lines[0].Address)
			require.Equal(t, c.path, lines[0].Subject)
			detail := detailOf(t, lines[0])
			require.Equal(t, a.text("code"), detail["code"])
			require.Equal(t, "key-1", detail["key"])
			require.InDelta(t, c.status, detail["status"], 0)
			require.Equal(t, a.text("requestId"), detail["request"])
		})
	}
}

func TestACommandThatTheCoreRefusesStandsOnTheRecord(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := s.as("owner").post("/projects", declaration()).ok().text("project")
	review := body{"decision": "admit", "opinion": "符合标准"}
	s.as("office").post("/projects/"+p+"/review", review).ok()
	a := s.as("office").post("/projects/"+p+"/review?preview=true", review)
	require.Equal(t, http.StatusConflict, a.status)
	require.Empty(t, s.notedOf(store.ActRefused), "a preview is no act")
	a = s.as("office").post("/projects/"+p+"/review", review)
	require.Equal(t, http.StatusConflict, a.status)
	lines := s.notedOf(store.ActRefused)
	require.Len(t, lines, 1)
	require.Equal(t, "/projects/"+p+"/review", lines[0].Subject)
	require.Equal(t, "reviewEntry", detailOf(t, lines[0])["operation"])
	require.EqualValues(t, "office", lines[0].Actor.Role)
}

// OWN-205, OWN-220.
func TestSignInsStandOnTheRecord(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.secured("owner")
	for range 4 {
		require.Equal(t, http.StatusUnauthorized, s.login("owner", "wrong").status)
	}
	me := s.login("owner", password).ok().session(s)
	me.send(http.MethodDelete, "/session", nil).ok()
	require.Equal(t, http.StatusUnauthorized, s.login("who is that", "wrong").status)
	for range 7 {
		s.login("owner", "wrong")
	}
	for act, want := range map[string][]string{
		store.ActSignIn: {"user/owner"}, store.ActSignOut: {"user/owner"}, store.ActRefused: nil,
	} {
		var got []string
		for _, l := range s.notedOf(act) {
			got = append(got, l.Subject)
			require.Equal(t, "owner", l.Actor.User)
			require.Equal(t, "192.0.2.1", l.Address)
		}
		require.Equal(t, want, got, act)
	}
	failed := s.notedOf(store.ActSignInFailed)
	require.Equal(t, "user/owner", failed[0].Subject)
	require.Equal(t, "address/192.0.2.1", failed[4].Subject, "what was typed may be a password and is not kept")
	require.NotEmpty(t, s.notedOf(store.ActSignInLocked))
	for _, l := range s.noted {
		require.NotContains(t, string(l.Detail), "wrong")
		require.NotContains(t, string(l.Detail), "who is that")
	}
}

func TestWhatCannotBeRecordedIsNotShown(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.secured("owner")
	for path, who := range map[string]string{"/audit": "auditor", "/audit/check": "auditor", "/experts": "office", "/users": "auditor"} {
		s.unrecorded = true
		require.Equal(t, http.StatusServiceUnavailable, s.as(who).get(path).status, path)
	}
	a := s.login("owner", password)
	require.Equal(t, http.StatusServiceUnavailable, a.status)
	require.Empty(t, a.header.Get("Set-Cookie"), "nobody is signed in")
	s.unrecorded = false
	s.as("office").get("/experts").ok()
	lines := s.notedOf(store.ActRead)
	require.Len(t, lines, 1)
	require.Equal(t, "experts", lines[0].Subject)
	require.Equal(t, "listExperts", detailOf(t, lines[0])["operation"])
}

func TestARefusalThatCannotBeRecordedIsAnAlarm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.unrecorded = true
	require.Equal(t, http.StatusForbidden, s.as("owner").send(http.MethodPost, "/quotas", body{}).status, "the answer stays what it is")
	require.NotContains(t, s.log.String(), "ALARM", "it is counted and told later")
	s.server.SumUp(context.WithoutCancel(t.Context()), false)
	require.NotContains(t, s.log.String(), "ALARM", "a database may be away for a moment")
	w := httptest.NewRecorder()
	s.server.Operator().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	require.Contains(t, w.Body.String(), "milepost_audit_unrecorded_total 2")
	s.wait(2 * time.Minute)
	s.server.SumUp(context.WithoutCancel(t.Context()), false)
	require.Equal(t, 1, strings.Count(s.log.String(), "ALARM: refusals could not be put on the audit record"))
	s.server.SumUp(context.WithoutCancel(t.Context()), true)
	require.Equal(t, 2, strings.Count(s.log.String(), "ALARM: refusals could not be put on the audit record"), "it would be lost")
	s.unrecorded = false
	s.server.SumUp(context.WithoutCancel(t.Context()), false)
	more := s.notedOf(store.ActRefusedMore)
	require.Len(t, more, 1, "nothing is forgotten while the process lives")
	require.Equal(t, "owner", more[0].Actor.User)
	require.InDelta(t, 1, detailOf(t, more[0])["count"], 0)
}

// Whoever asks without end fills no disk: so many lines a minute, the rest is counted.
func TestAFloodOfRefusalsIsSummedUp(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	refused := func(who *caller, n int) {
		for range n {
			require.GreaterOrEqual(t, who.send(http.MethodPost, "/quotas", body{}).status, 400)
		}
	}
	refused(s.as("owner"), 50)
	refused(s.as("liaison"), 3)
	require.Len(t, s.notedOf(store.ActRefused), 23)
	require.Empty(t, s.notedOf(store.ActRefusedMore))
	s.server.SumUp(context.WithoutCancel(t.Context()), false)
	more := s.notedOf(store.ActRefusedMore)
	require.Len(t, more, 1)
	require.Equal(t, "owner", more[0].Actor.User)
	require.Equal(t, "caller/owner", more[0].Subject)
	detail := detailOf(t, more[0])
	require.InDelta(t, 30, detail["count"], 0)
	require.Equal(t, map[string]any{"role": 30.0}, detail["codes"])

	refused(s.as("owner"), 5)
	require.Len(t, s.notedOf(store.ActRefused), 23, "the minute goes on")
	s.wait(time.Minute)
	refused(s.as("owner"), 5)
	require.Len(t, s.notedOf(store.ActRefused), 28)
	s.server.SumUp(context.WithoutCancel(t.Context()), false)
	require.Len(t, s.notedOf(store.ActRefusedMore), 2)
	s.server.SumUp(context.WithoutCancel(t.Context()), false)
	require.Len(t, s.notedOf(store.ActRefusedMore), 2, "nothing is told twice")
}

func TestAFloodFromManyAddressesIsSummedUpToo(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	from := func(address string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v1/quotas", strings.NewReader(`{}`))
		r.Header.Set("Content-Type", "application/json")
		r.RemoteAddr = address
		w := httptest.NewRecorder()
		s.server.ServeHTTP(w, r)
		require.Equal(t, http.StatusUnauthorized, w.Code)
	}
	for i := range 30 { // one network, as whoever has an address has it
		from(fmt.Sprintf("[2001:db8::%x]:1234", i+1))
	}
	require.Len(t, s.notedOf(store.ActRefused), 20)
	for i := range 300 {
		from(fmt.Sprintf("10.1.%d.%d:1234", i/250, i%250))
	}
	require.Len(t, s.notedOf(store.ActRefused), 200)
	s.server.SumUp(context.WithoutCancel(t.Context()), false)
	more := s.notedOf(store.ActRefusedMore)
	require.Len(t, more, 21, "twenty by name, the others together")
	require.InDelta(t, 10, detailOf(t, more[0])["count"], 0)
	sum := 0.0
	for _, l := range more {
		n, _ := detailOf(t, l)["count"].(float64)
		sum += n
	}
	require.InDelta(t, 130, sum, 0, "every one is counted")
}

func TestWhatACallerSendsDoesNotGoOnTheRecordAtLength(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	long := strings.Repeat("x", 3000)
	s.as("owner").with("Idempotency-Key", "a\x00"+long).send(http.MethodPost, "/quotas/%00"+long, body{})
	s.as("owner").with("Idempotency-Key", long).send(http.MethodPost, "/quotas", body{})
	lines := s.notedOf(store.ActRefused)
	require.NotEmpty(t, lines)
	for _, l := range lines {
		require.Less(t, len(l.Detail)+len(l.Subject), 900)
		require.NotContains(t, l.Subject, "\x00")
	}
}
