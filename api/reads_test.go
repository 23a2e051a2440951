package api_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
	"milepost/store"
)

func TestDeadlinesAreExplainedDayByDay(t *testing.T) {
	s := newSite(t)
	ask := func(received, rest string) *answer {
		return s.anyone().get("/calendar/deadline?received=" + url.QueryEscape(received) + "&days=10" + rest).ok()
	}
	counted := func(a *answer) []string {
		var days []string
		for _, d := range a.list("days") {
			day := object(a.t, d)
			if date, ok := day["date"].(string); ok && day["counted"] == true {
				days = append(days, date)
			}
		}
		return days
	}
	t.Run("received on a Wednesday before the National Day", func(t *testing.T) {
		a := ask("2026-09-23T10:00:00+08:00", "")
		require.Equal(t, "2026-09-23", a.text("deemedReceipt"))
		require.Equal(t, "2026-10-14T17:30:00+08:00", a.text("due"))
		require.Equal(t, []string{
			"2026-09-24", "2026-09-28", "2026-09-29", "2026-09-30", "2026-10-08", "2026-10-09", "2026-10-10", "2026-10-12", "2026-10-13", "2026-10-14",
		}, counted(a))
		require.Equal(t, false, a.at("provisional"))
	})
	t.Run("received after hours on a make-up workday before the Spring Festival", func(t *testing.T) {
		a := ask("2026-02-14T18:00:00+08:00", "")
		require.Equal(t, "2026-02-24", a.text("deemedReceipt"))
		require.Equal(t, "2026-03-09T17:30:00+08:00", a.text("due"))
		require.Contains(t, counted(a), "2026-02-28")
	})
	t.Run("paused twice", func(t *testing.T) {
		a := ask("2026-09-23T10:00:00+08:00", "&pause=2026-09-28/2026-09-29&pause=2026-10-12/2026-10-12")
		require.Equal(t, "2026-10-19T17:30:00+08:00", a.text("due"))
	})
	t.Run("a clock that still stands has no due time", func(t *testing.T) {
		a := ask("2026-09-23T10:00:00+08:00", "&pause=2026-09-28/")
		require.Equal(t, true, a.at("standing"))
		require.NotContains(t, a.body, "due")
	})
	t.Run("a year without a notice is provisional", func(t *testing.T) {
		require.Equal(t, true, ask("2026-12-28T10:00:00+08:00", "").at("provisional"))
	})
	t.Run("what cannot be", func(t *testing.T) {
		get := func(query string) *answer { return s.anyone().get("/calendar/deadline?" + query) }
		get("received=2026-09-23T10:00:00%2B08:00").refused(http.StatusBadRequest, "parameter.missing")
		get("received=2026-09-23T10:00:00%2B08:00&days=0").refused(http.StatusUnprocessableEntity, "contract.minimum")
		get("received=2026-09-23T10:00:00%2B08:00&days=10&pause=2026-10-09/2026-09-28").refused(http.StatusUnprocessableEntity, "limit.pause")
		get("received=2026-09-23T10:00:00%2B08:00&days=10&pause=2026-02-30/2026-03-01").refused(http.StatusUnprocessableEntity, "limit.pause")
		get("received=2026-09-23T10:00:00%2B08:00&days=10&pause=2026-09-28/2999-12-31").refused(http.StatusUnprocessableEntity, "limit.pause")
		require.GreaterOrEqual(t, get("received=2026-02-30T10:00:00%2B08:00&days=10").status, 400)
	})
}

func TestTheYearAndTheClock(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	year := s.anyone().get("/calendar/days?year=2026").ok()
	require.Len(t, year.list("days"), 365)
	require.Equal(t, false, year.at("provisional"))
	require.Equal(t, true, s.anyone().get("/calendar/days?year=2027").ok().at("provisional"))
	clock := s.anyone().get("/clock").ok()
	require.Equal(t, "2026-03-02T10:00:00+08:00", clock.text("now"))
	require.Equal(t, false, clock.at("simulated"))
}

func TestTheTimelineIsPaged(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := s.approving()
	all := s.as("office").get(p + "/timeline?limit=100&order=asc").ok().list("items")
	for _, order := range []string{"asc", "desc"} {
		var paged []any
		for cursor := ""; ; {
			page := s.as("office").get(p + "/timeline?limit=3&order=" + order + "&cursor=" + cursor).ok()
			paged = append(paged, page.list("items")...)
			next, more := page.body["next"].(string)
			if !more {
				break
			}
			cursor = next
		}
		if order == "desc" {
			slices.Reverse(paged)
		}
		require.Equal(t, all, paged, order)
	}
	first := object(t, all[0])
	require.Equal(t, "Declared", first["type"])
	require.NotEmpty(t, first["hash"])
	s.as("office").get(p+"/timeline?cursor=nonsense").refused(http.StatusUnprocessableEntity, "cursor")
}

func TestTheChartLeadsToTheTimeline(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := s.approving()
	lines := s.as("office").get(p + "/timeline?limit=100&order=asc").ok().list("items")
	rows := s.as("leader").get(p + "/chart").ok().list("rows")
	phases := object(t, rows[0])
	require.Equal(t, "phases", phases["key"])
	bars, _ := phases["bars"].([]any)
	last := object(t, bars[len(bars)-1])
	require.Equal(t, "approval", last["phase"])
	require.NotContains(t, last, "closed", "the phase goes on")
	opened, _ := last["opened"].(float64)
	line := object(t, lines[int(opened)-1])
	require.Equal(t, "PhaseEntered", line["type"])
	require.Equal(t, line["occurredAt"], last["from"])
	require.True(t, slices.ContainsFunc(rows, func(r any) bool { return strings.HasPrefix(fmt.Sprint(object(t, r)["key"]), "item/") }))
	s.as("other-owner").get(p+"/chart").refused(http.StatusNotFound, "project.unknown")
}

func TestTheInbox(t *testing.T) {
	s := newSite(t)
	p := s.approving()
	item, papers := s.opened(p)
	s.as("owner").post(p+"/items/"+item.Key+"/submit", papers).ok()
	dept := item.Department
	inbox := s.as(dept + "-1").get("/tasks").ok()
	require.Len(t, inbox.list("items"), 2, "the check and the decision")
	require.Equal(t, dept, inbox.text("items.0.party.code"))
	require.IsType(t, 0.0, inbox.at("items.0.daysLeft"))
	require.Empty(t, s.as("auditor").get("/tasks").ok().list("items"), "no work of one's own, not everybody's")
	require.NotEmpty(t, s.as("auditor").get("/tasks?everyone=true").ok().list("items"))

	decision := "decision/" + item.Key + "/1"
	at := p + "/tasks/" + strings.ReplaceAll(decision, "/", "~")
	detail := s.as(dept + "-1").get(at).ok()
	require.Equal(t, decision, detail.text("task.key"))
	days := detail.list("days")
	require.Equal(t, "receipt", object(t, days[0])["reason"])
	require.Equal(t, "2026-03-02T02:00:00Z", detail.text("clock.received")) // 10:00 in civil time
	require.Equal(t, detail.text("task.due"), detail.text("clock.due"))

	t.Run("claim, hand over, ask, co-sign", func(t *testing.T) {
		one, two := s.as(dept+"-1").in(t), s.as(dept+"-2").in(t)
		one.post(at+"/claim", nil).ok()
		require.Equal(t, "用户"+dept+"-1", two.get(at).ok().text("task.assignee.name"))
		two.post(at+"/claim", nil).refused(http.StatusConflict, "task.taken")
		one.post(at+"/hand-over", body{"to": "owner"}).refused(http.StatusUnprocessableEntity, "colleague.unknown")
		asked := one.post(at+"/ask", body{"to": dept + "-2", "question": "可否"}).ok()
		require.Contains(t, asked.text("entries.0.text.zh"), "征求用户"+dept+"-2意见：可否", "people are told by their names")
		require.Equal(t, dept+"-2", asked.text("entries.0.data.to"), "and recorded by their accounts")
		two.post(at+"/answer", body{"opinion": "可"}).ok()
		one.post(at+"/cosigners", body{"user": dept + "-2"}).ok()
		two.post(at+"/cosign", body{"opinion": "同意"}).ok()
		one.post(at+"/cosigners", body{"user": dept + "-head"}).ok()
		one.post(at+"/cosigners/"+dept+"-head/remove", nil).ok()
		one.post(at+"/hand-over", body{"to": dept + "-2", "reason": "出差"}).ok()
		require.Equal(t, dept+"-2", s.task(p, decision).Assignee)
		two.post(at+"/release", nil).ok()
		names := one.get("/colleagues").ok()
		require.Len(t, names.list("items"), 3)
	})
	t.Run("a leaver's tasks move in one act, each failure is told and the rest is kept", func(t *testing.T) {
		boss := s.as(dept + "-head").in(t)
		s.as(dept+"-1").in(t).post(at+"/claim", nil).ok()
		id := strings.TrimPrefix(p, "/projects/")
		boss.post("/tasks/reassign", body{"to": dept + "-2", "reason": "离岗"}).refused(http.StatusUnprocessableEntity, "reassign.which")
		boss.post("/tasks/reassign", body{"to": "owner", "from": dept + "-1", "reason": "离岗"}).refused(http.StatusUnprocessableEntity, "colleague.unknown")
		moved := boss.post("/tasks/reassign", body{"to": dept + "-2", "from": dept + "-1", "reason": "离岗"}).ok()
		require.Len(t, moved.list("done"), 1)
		require.Equal(t, dept+"-2", s.task(p, decision).Assignee)

		again := boss.with("Idempotency-Key", "reassign-some")
		some := body{"to": dept + "-1", "reason": "均衡", "tasks": []body{{"project": id, "task": "decision/nothing/1"}, {"project": id, "task": decision}}}
		mixed := again.post("/tasks/reassign", some).ok()
		require.Equal(t, "task.unknown", mixed.text("failed.0.problem.code"))
		require.Equal(t, decision, mixed.text("done.0.task"))
		count := len(s.state(p).Tasks)
		again.post("/tasks/reassign", some).ok()
		require.Len(t, s.state(p).Tasks, count)
		s.as("leader").in(t).post("/tasks/reassign", some).refused(http.StatusForbidden, "role")
	})
}

func (s *site) task(p, key string) project.Task {
	s.t.Helper()
	tasks := s.state(p).Tasks
	i := slices.IndexFunc(tasks, func(t project.Task) bool { return t.Key == key })
	require.GreaterOrEqual(s.t, i, 0, key)
	return tasks[i]
}

func TestAnItemCanBeRecalledByWhoActedOnIt(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := s.approving()
	item, papers := s.opened(p)
	s.as("owner").post(p+"/items/"+item.Key+"/submit", papers).ok()
	s.as(item.Department+"-1").post(p+"/items/"+item.Key+"/accept", nil).ok()
	recallable := func(who string) bool {
		for _, i := range s.as(who).get(p + "/items").ok().list("items") {
			if it := object(t, i); it["key"] == item.Key {
				return it["recallable"] == true
			}
		}
		return false
	}
	require.True(t, recallable(item.Department+"-1"))
	require.False(t, recallable(item.Department+"-2"))
	require.False(t, recallable("owner"))
	require.NotContains(t, string(s.as("office").get(p+"/items").ok().raw), "undo")
}

func TestQuotas(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	grant := body{"resource": "land", "year": 2026, "amount": "300.5", "clause": "GG-3n", "reason": "省下达"}
	a := s.as("office").post("/quotas", grant).ok()
	require.Equal(t, "300.5", a.text("total"))
	for _, g := range s.grants {
		require.Equal(t, "shangluo", g.Jurisdiction)
		require.Equal(t, domain.Actor{User: "office", Role: domain.RoleOffice, Jurisdiction: "shangluo"}, g.By)
	}
	s.as("office").post("/quotas", merge(grant, body{"jurisdiction": "guilin"})).refused(http.StatusNotFound, "jurisdiction.unknown")
	s.as("office").post("/quotas", merge(grant, body{"resource": "gold"})).refused(http.StatusUnprocessableEntity, "quota.resource").by("OWN-208")
	s.as("office").post("/quotas", merge(grant, body{"amount": "1e5"})).refused(http.StatusUnprocessableEntity, "contract.pattern")
	s.as("leader").post("/quotas", grant).refused(http.StatusForbidden, "role")
	require.Len(t, s.as("resources-1").get("/quotas?resource=land").ok().list("items"), 1)
	s.as("resources-1").get("/quotas/ledger?year=2026").ok()
	s.as("resources-1").get("/quotas/line?jurisdiction=shangluo&resource=land&year=2026").ok()
}

func merge(a, b body) body {
	m := body{}
	maps.Copy(m, a)
	maps.Copy(m, b)
	return m
}

func TestNotices(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for i := range 3 {
		s.notices = append(s.notices, store.NoticeRow{ID: int64(i + 1), Kind: "reminder", Party: domain.Party{Kind: domain.PartyOffice}, Post: "handler", Text: domain.Text{Zh: "催办", En: "Reminder"}, At: s.now})
	}
	office := s.as("office")
	require.InDelta(t, 3, office.get("/notices").ok().at("unread"), 0)
	office.post("/notices/read", body{"ids": []int{1}}).ok()
	require.Len(t, office.get("/notices?unread=true").ok().list("items"), 2)
	office.post("/notices/read", body{}).ok()
	require.InDelta(t, 0, office.get("/notices").ok().at("unread"), 0)
}

func TestMasterData(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	office := s.as("office")
	for _, path := range []string{"/jurisdictions", "/units", "/departments?jurisdiction=shangluo", "/owners", "/packs", "/calendars"} {
		require.NotEmpty(t, office.get(path).ok().list("items"), path)
	}
	require.Equal(t, s.pack.Hash(), office.get("/jurisdictions").ok().text("items.0.pack"))
	experts := office.get("/experts").ok()
	require.Len(t, experts.list("items"), 9)
	require.NotContains(t, string(experts.raw), "某某")
	pack := office.get("/packs/" + s.pack.Hash()).ok()
	require.Equal(t, s.pack.Title.Zh, pack.text("title.zh"))
	require.Contains(t, pack.header.Get("Cache-Control"), "immutable")
	yaml := office.get("/packs/" + s.pack.Hash() + "?format=yaml").ok()
	require.Equal(t, "application/yaml", yaml.header.Get("Content-Type"))
	require.Contains(t, string(yaml.raw), "id: sl")
	office.get("/packs/pack-000000000000").refused(http.StatusNotFound, "pack.unknown")
	require.NotEmpty(t, s.as("system-admin").get("/users").ok().list("items"))
	require.Equal(t, "builder", s.as("security-admin").get("/users/owner").ok().text("posts.0.party"))
}

func TestASimulatedClockIsSaid(t *testing.T) {
	t.Parallel()
	w := newCity(t)
	w.clock = domain.Clock{Anchor: w.now, Origin: at("2030-01-01 09:00"), Rate: 3600}
	s := serve(t, w)
	s.wait(time.Second)
	clock := s.anyone().get("/clock").ok()
	require.Equal(t, true, clock.at("simulated"))
	require.InDelta(t, 3600, clock.at("rate"), 0)
	require.Equal(t, "2030-01-01T10:00:00+08:00", clock.text("now"))
}

func TestTheFiguresOfAllProjects(t *testing.T) {
	t.Parallel()
	m := newMatrix(t, false)
	p := m.approving()
	item, papers := m.opened(p)
	m.as("owner").post(p+"/items/"+item.Key+"/submit", papers).ok()
	leader := m.as("leader")
	f := leader.get("/portfolio").ok()
	require.EqualValues(t, 1, f.at("all.projects"))
	require.EqualValues(t, 2026, f.at("year"))
	require.Len(t, f.list("phases"), 8)
	require.Len(t, f.list("months"), 12)
	require.Len(t, f.list("lamps"), 6)
	require.Equal(t, []any{30.0, 60.0, 90.0}, []any{f.at("ahead.0.days"), f.at("ahead.1.days"), f.at("ahead.2.days")})
	due := url.Values{"everyone": {"true"}, "limit": {"100"}, "dueFrom": {f.text("ahead.0.dueFrom")}, "dueTo": {f.text("ahead.0.dueTo")}}
	require.Len(t, leader.get("/tasks?"+due.Encode()).ok().list("items"), int(number(t, f.at("ahead.0.tasks"))))
	for _, nothing := range []string{"sector=industry", "level=county", "unit=elsewhere", "class=construction", "jurisdiction=guilin"} {
		require.EqualValues(t, 0, leader.get("/portfolio?"+nothing).ok().at("all.projects"), nothing)
		require.Empty(t, leader.get("/investments?"+nothing).ok().list("items"), nothing)
		require.Empty(t, leader.get("/tasks?everyone=true&"+nothing).ok().list("items"), nothing)
	}
	for query, n := range map[string]int{
		"library=true": 1, "plannedStartFrom=2026-01-01&plannedStartTo=2027-12-31": 1, "plannedStartTo=2020-01-01": 0, "plannedCompletionFrom=2099-01-01": 0,
		"started=no": 1, "started=yes": 0, "completed=no": 1, "completed=yes": 0, "sort=gravity": 1,
	} {
		require.Len(t, leader.get("/projects?"+query).ok().list("items"), n, query)
	}
	leader.get("/projects?started=perhaps").refused(http.StatusUnprocessableEntity, "contract.enum")
	leader.get("/investments?from=2026-13").refused(http.StatusUnprocessableEntity, "contract.pattern")
	row := leader.get("/projects").ok()
	for _, v := range row.list("items.0.lamps") {
		if lamp := object(t, v); lamp["kind"] == "approval" {
			require.Equal(t, "department", object(t, lamp["party"])["kind"])
			require.NotEmpty(t, object(t, lamp["next"])["at"])
		}
	}
}

func number(t *testing.T, v any) float64 {
	t.Helper()
	n, ok := v.(float64)
	require.True(t, ok, "%v is no number", v)
	return n
}
