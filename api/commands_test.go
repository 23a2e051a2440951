package api_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/store"
)

func TestACommandSentAgain(t *testing.T) {
	t.Parallel()
	t.Run("the same key and body bring the same answer and happen once", func(t *testing.T) {
		t.Parallel()
		s := newSite(t)
		owner := s.as("owner").with("Idempotency-Key", "declare-once")
		first := owner.post("/projects", declaration()).ok()
		again := owner.post("/projects", declaration()).ok()
		require.Equal(t, first.status, again.status)
		require.Equal(t, string(first.raw), string(again.raw))
		require.Equal(t, first.header.Get("Location"), again.header.Get("Location"))
		require.Len(t, s.projects, 1)
	})
	t.Run("the same key with another body is refused", func(t *testing.T) {
		t.Parallel()
		s := newSite(t)
		p := s.declared()
		office := s.as("office").with("Idempotency-Key", "review-once")
		office.post(p+"/review", body{"decision": "admit"}).ok()
		office.post(p+"/review", body{"decision": "admit", "opinion": "改"}).refused(http.StatusUnprocessableEntity, "idempotency.mismatch")
	})
	t.Run("the same key of another person is refused", func(t *testing.T) {
		t.Parallel()
		s := newSite(t)
		p := s.declared()
		s.as("owner").with("Idempotency-Key", "paper-once").post(p+"/papers", body{"title": "一"}).ok()
		s.as("liaison").with("Idempotency-Key", "paper-once").post(p+"/papers", body{"title": "一"}).refused(http.StatusUnprocessableEntity, "idempotency.mismatch")
	})
	t.Run("the space and order of a body do not matter", func(t *testing.T) {
		t.Parallel()
		s := newSite(t)
		p := s.declared()
		office := s.as("office").with("Idempotency-Key", "review-once")
		office.post(p+"/review", `{"decision":"admit","opinion":"好"}`).ok()
		office.post(p+"/review", `{ "opinion" : "好", "decision": "admit" }`).ok()
	})
	t.Run("a refusal stays a refusal", func(t *testing.T) {
		t.Parallel()
		s := newSite(t)
		p := s.declared()
		office := s.as("office").with("Idempotency-Key", "recognise-early")
		office.post(p+"/recognise", body{"document": "纪要"}).refused(http.StatusConflict, "task.none")
		s.as("office").post(p+"/review", body{"decision": "admit"}).ok()
		office.post(p+"/recognise", body{"document": "纪要"}).refused(http.StatusConflict, "task.none")
	})
	t.Run("what the server filled in the first time stays, whatever has changed since", func(t *testing.T) {
		t.Parallel()
		s := newSite(t)
		owner := s.as("owner").with("Idempotency-Key", "declare-once")
		p := "/projects/" + owner.post("/projects", declaration()).ok().text("project")
		require.NoError(t, s.rules.SetCurrent("shangluo", s.others("gl").Hash()))
		owner.post("/projects", declaration()).ok()

		s.as("office").post(p+"/review", body{"decision": "admit"}).ok()
		s.as("office").post(p+"/recognise", body{"document": "纪要"}).ok()
		office := s.as("office").with("Idempotency-Key", "draw-once")
		first := office.post(p+"/panel/draw", nil).ok()
		s.experts = s.experts[:7]
		again := office.post(p+"/panel/draw", nil).ok()
		require.Equal(t, string(first.raw), string(again.raw))
	})
	t.Run("the same sent at the same moment is filled in once", func(t *testing.T) {
		t.Parallel()
		s := newSite(t)
		p := s.declared()
		s.as("office").post(p+"/review", body{"decision": "admit"}).ok()
		s.as("office").post(p+"/recognise", body{"document": "纪要"}).ok()
		office := s.as("office").with("Idempotency-Key", "draw-once")
		var first *answer
		s.drawing = func() {
			first = office.post(p+"/panel/draw", nil).ok()
			s.experts = s.experts[:7]
		}
		second := office.post(p+"/panel/draw", nil).ok()
		require.Equal(t, string(first.raw), string(second.raw))
		office.post(p+"/panel/draw", body{"specialities": []string{"engineering"}}).refused(http.StatusUnprocessableEntity, "idempotency.mismatch")
	})
}

func TestTheServerFillsIn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := s.declared()
	declared := s.sent[len(s.sent)-1]
	require.Equal(t, "owner", declared.Actor.User)
	require.Equal(t, "builder", declared.Actor.Party)
	require.Equal(t, "shangluo", s.state(p).Profile.Jurisdiction)
	require.Equal(t, s.pack.Hash(), s.state(p).Pack)

	s.as("office").post(p+"/review", body{"decision": "admit"}).ok()
	s.as("office").post(p+"/recognise", body{"document": "纪要"}).ok()
	s.as("office").post(p+"/panel/draw", nil).ok()
	one := s.sent[len(s.sent)-1]
	require.Zero(t, one.Seed, "the way in draws it, once")
	draw := s.as("office").get(p + "/timeline?type=PanelDrawn").ok()
	require.Len(t, draw.list("items.0.data.candidates"), 9)
	require.NotContains(t, string(draw.raw), "某某", "experts have no names")
	require.Contains(t, string(draw.raw), `"seed":0`, "the seed is told, so that the draw can be checked")
}

func TestNobodyIsGivenWorkWhoIsNotThere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	office := s.as("office")
	office.post("/projects", declarationWith(body{"unit": "nowhere"})).refused(http.StatusUnprocessableEntity, "party.unknown").by("OWN-207")
	a := office.post("/projects", declarationWith(body{"owner": "nobody"})).refused(http.StatusUnprocessableEntity, "party.unknown")
	require.Equal(t, "/profile/owner", a.text("field"))
	p := s.declared()
	s.as("supervisor").post(p+"/problems", body{"title": "征地受阻"}).ok()
	office.post(p+"/problems/problem~1/assign", body{"party": body{"kind": "unit", "code": "nowhere"}}).refused(http.StatusUnprocessableEntity, "party.unknown")
	s.as("liaison").post(p+"/plan", body{"nodes": []body{{"key": "n1", "title": "征地", "due": "2026-11-30", "unit": "nowhere", "post": "x"}}}).refused(http.StatusUnprocessableEntity, "party.unknown")
}

func TestWhatWasLetPassOnceIsToldAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := s.approving()
	item, papers := s.opened(p)
	s.as("owner").post(p+"/items/"+item.Key+"/submit", papers).ok()
	one := s.as(item.Department+"-1").with("Idempotency-Key", "hand-over-once")
	over := p + "/tasks/decision~" + item.Key + "~1/hand-over"
	first := one.post(over, body{"to": item.Department + "-2"}).ok()
	s.posts[item.Department+"-2"] = nil // has left since
	require.Equal(t, string(first.raw), string(one.post(over, body{"to": item.Department + "-2"}).ok().raw))
	one.post(over, body{"to": item.Department + "-head"}).refused(http.StatusUnprocessableEntity, "idempotency.mismatch")
	s.as(item.Department+"-head").post(over, body{"to": item.Department + "-2"}).refused(http.StatusUnprocessableEntity, "colleague.unknown")
}

func TestARecordThatIsLate(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := s.declared()
	s.pending = true
	office := s.as("office").with("Idempotency-Key", "review-late")
	a := office.post(p+"/review", body{"decision": "admit"})
	require.Equal(t, http.StatusAccepted, a.status)
	require.Equal(t, "pending", a.text("state"))
	require.Equal(t, "/api/v1/commands/review-late", a.header.Get("Location"))
	require.Equal(t, "pending", office.get("/commands/review-late").ok().text("state"))

	row := s.commands["review-late"]
	row.State, row.FirstSeq, row.LastSeq = store.CommandDone, 2, 2
	s.commands["review-late"] = row
	require.Equal(t, "recorded", office.get("/commands/review-late").ok().text("state"))
}

func TestTheOutcomeOfACommand(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := s.declared()
	office := s.as("office").with("Idempotency-Key", "recognise-early")
	office.post(p+"/recognise", body{"document": "纪要"}).refused(http.StatusConflict, "task.none")
	out := office.get("/commands/recognise-early").ok()
	require.Equal(t, "refused", out.text("state"))
	require.Equal(t, "task.none", out.text("problem.code"))
	require.NotContains(t, s.as("owner").get("/commands/recognise-early").ok().body, "problem.nothing")
	s.as("other-owner").get("/commands/recognise-early").refused(http.StatusNotFound, "command.unknown")
	office.get("/commands/never-sent-before").refused(http.StatusNotFound, "command.unknown")
}

func TestTheDatabaseAway(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := s.declared()
	s.away = errAway
	for _, a := range []*answer{
		s.as("office").post(p+"/review", body{"decision": "admit"}), s.as("office").get("/projects"), s.as("office").get(p),
		s.login("owner", password),
	} {
		a.refused(http.StatusServiceUnavailable, "unavailable")
		require.NotEmpty(t, a.header.Get("Retry-After"))
		require.NotContains(t, string(a.raw), "10.0.0.7", "nothing internal leaks")
	}
	require.Contains(t, s.log.String(), "10.0.0.7", "the log tells the operator")
	s.away = nil
	s.as("office").post(p+"/review", body{"decision": "admit"}).ok()
}

func TestWhoGoesAwayIsNoFailure(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.away = context.Canceled // what a database says to somebody who does not wait
	ctx, leave := context.WithCancel(t.Context())
	leave()
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/api/v1/projects", nil)
	r.Header.Set("Authorization", "Bearer token of office")
	told := httptest.NewRecorder()
	s.server.ServeHTTP(told, r)
	require.Equal(t, 499, told.Code)
	require.Empty(t, told.Body.String())
	require.Contains(t, s.log.String(), "request given up")
	require.NotContains(t, s.log.String(), `"level":"ERROR"`)
}

func TestAPreviewChangesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := s.declared()
	sent := len(s.sent)
	a := s.as("office").post(p+"/review?preview=true", body{"decision": "admit"}).ok()
	require.Equal(t, "preview", a.text("state"))
	require.Equal(t, "EntryAdmitted", a.text("entries.0.type"))
	require.Equal(t, "入库初审通过，报领导小组审定", a.text("entries.0.text.zh"))
	require.Len(t, s.sent, sent)
	require.Equal(t, 1, lines(s, p))
	s.as("office").post(p+"/recognise?preview=true", body{"document": "纪要"}).refused(http.StatusConflict, "task.none")
	s.as("owner").post(p+"/review?preview=true", body{"decision": "admit"}).refused(http.StatusForbidden, "role")

	d := s.as("owner").post("/projects?preview=true", declaration()).ok()
	require.Equal(t, http.StatusOK, d.status)
	require.Equal(t, "Declared", d.text("entries.0.type"))
	require.Len(t, s.projects, 1)
}

func TestProblems(t *testing.T) {
	s := newSite(t)
	p := s.declared()
	t.Run("in Chinese unless the client prefers English", func(t *testing.T) {
		for accept, want := range map[string]string{
			"": "当前状态不允许", "zh-CN,zh;q=0.9,en;q=0.8": "当前状态不允许", "en-GB,en;q=0.9": "The present state does not permit it",
			"fr, en;q=0.5": "The present state does not permit it", "en;q=0.1,zh;q=0.2": "当前状态不允许", "de": "当前状态不允许", ";;q=x": "当前状态不允许",
		} {
			a := s.as("office").in(t).with("Accept-Language", accept).post(p+"/recognise", body{"document": "纪要"})
			a.refused(http.StatusConflict, "task.none")
			require.Equal(t, want, a.text("title"), accept)
			require.NotEmpty(t, a.text("detail"))
		}
	})
	t.Run("name the clause and the field as a JSON pointer", func(t *testing.T) {
		small := declarationWith(body{"investment": 100_000_000})
		q := "/projects/" + s.as("owner").in(t).post("/projects", small).ok().text("project")
		a := s.as("office").in(t).post(q+"/review", body{"decision": "admit"}).refused(http.StatusConflict, "entry.below-standard")
		require.Equal(t, "SL-3", a.text("clause"))
		a = s.as("office").in(t).post(q+"/review", body{"decision": "return"}).refused(http.StatusUnprocessableEntity, "reason.missing")
		require.Equal(t, "/opinion", a.text("field"))
		require.Equal(t, "/api/v1"+q+"/review", a.text("instance"))
	})
	t.Run("each kind of refusal has its status", func(t *testing.T) {
		office := s.as("office").in(t)
		office.post(p+"/review", body{"decision": "return"}).refused(http.StatusUnprocessableEntity, "reason.missing")
		office.post(p+"/recognise", body{"document": "x"}).refused(http.StatusConflict, "task.none")
		office.get("/projects/00000000-0000-0000-0000-000000000000").refused(http.StatusNotFound, "project.unknown")
		office.post(p+"/items/nothing-here/accept", nil).refused(http.StatusForbidden, "role")
	})
	t.Run("an error that nobody has named is a 500 without detail", func(t *testing.T) {
		s.garbled = true
		defer func() { s.garbled = false }()
		for lang, title := range map[string]string{"zh": "系统内部错误", "en": "Internal error"} {
			a := s.as("office").in(t).with("Accept-Language", lang).get(p+"/panel").refused(http.StatusInternalServerError, "internal")
			require.Equal(t, title, a.text("title"))
			require.NotContains(t, a.body, "detail")
			require.Contains(t, s.log.String(), a.text("requestId"), "the log tells more under the same id")
		}
		s.garbled = false
		s.away = errors.New("relation timeline_old does not exist")
		defer func() { s.away = nil }()
		a := s.as("office").in(t).get("/projects").refused(http.StatusInternalServerError, "internal")
		require.NotContains(t, string(a.raw), "timeline_old", "nothing internal leaks")
		require.Empty(t, a.header.Get("Retry-After"), "asking again does not mend a fault")
	})
}
