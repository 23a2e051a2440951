package demo

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// answering is a server that gives its answers one after the other, the last for ever, and remembers what it was asked.
type answering struct {
	answers []func(http.ResponseWriter, *http.Request)
	asked   []*http.Request
}

func (a *answering) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.asked = append(a.asked, r)
	answer := a.answers[min(len(a.asked), len(a.answers))-1]
	answer(w, r)
}

func says(status int, body any) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body)
	}
}

func refuses(status int, code string) func(http.ResponseWriter, *http.Request) {
	return says(status, map[string]any{"status": status, "code": code, "title": "拒绝", "clause": "SL-21a"})
}

func asking(t *testing.T, answers ...func(http.ResponseWriter, *http.Request)) (*client, *answering) {
	t.Helper()
	a := &answering{answers: answers}
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	return &client{base: server.URL, http: server.Client(), account: "office", password: "p"}, a
}

func TestActing(t *testing.T) {
	t.Parallel()
	recorded := receipt{Command: "k", Project: "p1", State: "recorded", FirstSeq: 3, LastSeq: 4}
	t.Run("what is recorded at once is returned", func(t *testing.T) {
		t.Parallel()
		c, a := asking(t, says(200, recorded))
		r, err := c.act(t.Context(), "key-12345", "/projects/p1/review", map[string]string{"decision": "admit"}, lateEntry{})
		require.NoError(t, err)
		require.Equal(t, "p1", r.Project)
		require.Equal(t, "key-12345", a.asked[0].Header.Get("Idempotency-Key"))
		require.Empty(t, a.asked[0].Header.Get("Milepost-Occurred-At"))
	})
	t.Run("a server that is away is asked again under the same key", func(t *testing.T) {
		t.Parallel()
		c, a := asking(t, refuses(503, "unavailable"), refuses(503, "unavailable"), says(200, recorded))
		_, err := c.act(t.Context(), "key-12345", "/projects/p1/review", nil, lateEntry{})
		require.NoError(t, err)
		require.Len(t, a.asked, 3)
		require.Equal(t, "key-12345", a.asked[2].Header.Get("Idempotency-Key"))
	})
	t.Run("what is pending is waited for", func(t *testing.T) {
		t.Parallel()
		c, a := asking(t, says(202, receipt{State: "pending"}), says(200, commandStatus{State: "pending"}), says(200, commandStatus{State: "recorded", Project: "p1", LastSeq: 9}))
		r, err := c.act(t.Context(), "key-12345", "/projects/p1/review", nil, lateEntry{})
		require.NoError(t, err)
		require.Equal(t, int64(9), r.LastSeq)
		require.Equal(t, "/api/v1/commands/key-12345", a.asked[2].URL.Path)
	})
	t.Run("what is pending and then refused is refused", func(t *testing.T) {
		t.Parallel()
		c, _ := asking(t, says(202, receipt{State: "pending"}), says(200, commandStatus{State: "refused", Problem: &Problem{Status: 409, Code: "item.state"}}))
		_, err := c.act(t.Context(), "key-12345", "/projects/p1/items/x/accept", nil, lateEntry{})
		require.True(t, refused(err, "item.state"))
	})
	t.Run("a key used before with another body keeps its outcome", func(t *testing.T) {
		t.Parallel()
		c, _ := asking(t, refuses(422, "idempotency.mismatch"), says(200, commandStatus{State: "recorded", Project: "p1"}))
		r, err := c.act(t.Context(), "key-12345", "/projects", map[string]string{"a": "b"}, lateEntry{})
		require.NoError(t, err)
		require.Equal(t, "p1", r.Project)
	})
	t.Run("a refusal is told with its code and clause and not tried again", func(t *testing.T) {
		t.Parallel()
		c, a := asking(t, refuses(409, "extension.once"))
		_, err := c.act(t.Context(), "key-12345", "/x", nil, lateEntry{})
		require.True(t, refused(err, "extension.once"))
		require.ErrorContains(t, err, "SL-21a")
		require.Len(t, a.asked, 1)
	})
	t.Run("a late entry says when it happened and what proves it", func(t *testing.T) {
		t.Parallel()
		c, a := asking(t, says(200, recorded))
		_, err := c.act(t.Context(), "key-12345", "/x", nil, lateEntry{time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), "签收单"})
		require.NoError(t, err)
		require.Equal(t, "2026-03-02T09:00:00Z", a.asked[0].Header.Get("Milepost-Occurred-At"))
		require.Equal(t, "%E7%AD%BE%E6%94%B6%E5%8D%95", a.asked[0].Header.Get("Milepost-Basis"))
	})
}

func TestSessions(t *testing.T) {
	t.Parallel()
	opens := func(w http.ResponseWriter, _ *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "__Host-milepost", Value: "s1", Path: "/", Secure: true, HttpOnly: true})
		w.WriteHeader(http.StatusOK)
	}
	t.Run("the cookie is carried whatever its flags are", func(t *testing.T) {
		t.Parallel()
		c, a := asking(t, opens, says(200, map[string]any{}))
		require.NoError(t, c.signIn(t.Context()))
		require.NoError(t, c.get(t.Context(), "/me", nil))
		require.Equal(t, "__Host-milepost=s1", a.asked[1].Header.Get("Cookie"))
	})
	t.Run("a session that has ended is begun again once", func(t *testing.T) {
		t.Parallel()
		c, a := asking(t, opens, refuses(401, "session.none"), opens, says(200, map[string]any{}))
		require.NoError(t, c.signIn(t.Context()))
		require.NoError(t, c.get(t.Context(), "/me", nil))
		require.Len(t, a.asked, 4)
	})
	t.Run("a program uses its token instead of the session", func(t *testing.T) {
		t.Parallel()
		c, a := asking(t, opens, says(201, map[string]any{"id": "t1", "secret": "mp_x"}), says(200, map[string]any{}))
		require.NoError(t, c.signIn(t.Context()))
		back, err := c.program(t.Context(), "demo")
		require.NoError(t, err)
		require.NoError(t, c.get(t.Context(), "/projects", nil))
		require.Equal(t, "Bearer mp_x", a.asked[2].Header.Get("Authorization"))
		require.Empty(t, a.asked[2].Header.Get("Cookie"))
		require.NoError(t, back(t.Context()))
		require.Equal(t, http.MethodDelete, a.asked[3].Method)
	})
}

func TestPeopleWorkOnWorkingDaysInOfficeHours(t *testing.T) {
	t.Parallel()
	c, err := newCivil(t.Context(), clockAt(t), time.Millisecond)
	require.NoError(t, err)
	at := func(s string) time.Time {
		m, err := time.ParseInLocation("2006-01-02 15:04", s, c.now().Location())
		require.NoError(t, err)
		return m
	}
	for name, row := range map[string]struct{ from, to string }{
		"during the day nobody waits":                 {"2026-03-04 10:20", "2026-03-04 10:20"},
		"at night it is the next morning":             {"2026-03-04 22:00", "2026-03-05 09:00"},
		"before dawn it is the same morning":          {"2026-03-05 03:00", "2026-03-05 09:00"},
		"on a day off it is the next working day":     {"2026-03-07 11:00", "2026-03-09 09:00"},
		"after a holiday comes the first working day": {"2026-10-01 11:00", "2026-10-08 09:00"},
		"a make-up workday is one":                    {"2026-10-10 11:00", "2026-10-10 11:00"},
	} {
		require.Equal(t, at(row.to), c.atWork(at(row.from), 0), name)
	}
}

func clockAt(t *testing.T) *client {
	t.Helper()
	c, _ := asking(t, says(200, map[string]any{"now": "2026-03-02T09:00:00+08:00", "simulated": true, "rate": 86400}))
	return c
}

func TestTextIsPaddedByColumns(t *testing.T) {
	t.Parallel()
	require.Equal(t, "漓江桥  |", padded("漓江桥", 8)+"|")
	require.Equal(t, "abc     |", padded("abc", 8)+"|")
	require.Equal(t, "太长的名字 |", padded("太长的名字", 4)+"|")
}

func TestKeysAreWhatTheContractAllows(t *testing.T) {
	t.Parallel()
	r := &run{Options: Options{RunID: "r2026-03-02.x"}}
	require.Regexp(t, `^[A-Za-z0-9._-]{8,100}$`, r.key("bridge", "condition-own funds/中文"))
	require.NotEqual(t, r.key("a", "b"), r.key("a", "c"))
}
