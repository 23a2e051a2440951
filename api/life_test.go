package api_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain/project"
)

// body is a JSON object.
type body = map[string]any

func declaration() body { return declarationWith(nil) }

// declarationWith is a declaration with other facts.
func declarationWith(other body) body {
	return body{"profile": merge(body{
		"name": "城区供水管网改造工程", "unit": "district", "owner": "builder", "sector": "infrastructure", "kind": "urban-infrastructure",
		"level": "city", "procedure": "approval", "funding": "local-budget", "government": true, "investment": 8_000_000_000,
		"plannedStart": "2026-12-01", "plannedCompletion": "2028-06-30",
		"asks": []body{{"resource": "land", "amount": "120.5", "year": 2026}},
	}, other)}
}

// declared declares a project and returns its path.
func (s *site) declared() string {
	s.t.Helper()
	a := s.as("owner").post("/projects", declaration()).ok()
	require.Equal(s.t, http.StatusCreated, a.status)
	return "/projects/" + a.text("project")
}

func (s *site) state(path string) *project.Project {
	return s.projects[strings.TrimPrefix(path, "/projects/")].p
}

// approving brings a project to its parallel approval.
func (s *site) approving() string {
	s.t.Helper()
	p := s.declared()
	s.as("office").post(p+"/review", body{"decision": "admit", "opinion": "符合标准"}).ok()
	s.as("office").post(p+"/recognise", body{"document": "领导小组纪要1号"}).ok()
	s.as("office").post(p+"/panel/draw", body{"specialities": []string{"poetry"}}).refused(http.StatusUnprocessableEntity, "panel.speciality")
	s.as("office").post(p+"/panel/draw", body{"specialities": []string{"engineering"}}).ok()
	for _, m := range s.state(p).Panel.Members {
		s.as(m.Expert).post(p+"/panel/score", body{"marks": s.marks(), "opinion": "同意"}).ok()
	}
	s.as("liaison").post(p+"/plan", body{"nodes": []body{{"key": "征地", "title": "征地", "due": "2026-11-30", "unit": "district", "post": "项目专员"}}}).ok()
	require.Equal(s.t, project.Approval, s.state(p).Phase)
	return p
}

func (s *site) marks() []body {
	var ms []body
	for _, c := range s.pack.Evaluation.Criteria {
		ms = append(ms, body{"key": c.Key, "mark": c.Max * 9 / 10})
	}
	return ms
}

// opened is an item that waits for its papers, and they.
func (s *site) opened(p string) (project.Item, body) {
	s.t.Helper()
	for _, i := range s.state(p).Items {
		if i.State == project.ItemOpen {
			rule, ok := s.pack.Item(i.Key)
			require.True(s.t, ok)
			papers := []string{}
			for _, paper := range rule.Papers {
				papers = append(papers, paper.Key)
			}
			return i, body{"papers": papers}
		}
	}
	return project.Item{}, nil
}

func (s *site) grantAll(p string) {
	s.t.Helper()
	for {
		i, papers := s.opened(p)
		if i.Key == "" {
			return
		}
		s.as("owner").post(p+"/items/"+i.Key+"/submit", papers).ok()
		s.as(i.Department+"-1").post(p+"/items/"+i.Key+"/accept", nil).ok()
		s.as(i.Department+"-1").post(p+"/items/"+i.Key+"/grant", body{"document": "批复〔2026〕1号"}).ok()
	}
}

func TestAProjectLivesOverTheAPI(t *testing.T) {
	t.Parallel()
	newSite(t).lives()
}

// lives leads a project through its whole life.
func (s *site) lives() {
	s.t.Helper()
	p := s.approving()

	item, papers := s.opened(p)
	at := p + "/items/" + item.Key
	handler, boss := s.as(item.Department+"-1"), s.as(item.Department+"-head")
	s.as("owner").post(at+"/submit", papers).ok()
	handler.post(at+"/pause", body{"reason": s.pack.Clock.PauseReasons[0].Key, "note": "公示"}).ok()
	handler.post(at+"/resume", nil).ok()
	handler.post(at+"/extend", body{"days": 5, "reason": "情况复杂"}).refused(http.StatusForbidden, "role")
	boss.post(at+"/extend", body{"days": 5, "reason": "情况复杂"}).ok()
	s.as("leader").post(p+"/joint-reviews", body{"items": []string{item.Key}, "at": "3月9日，第一会议室"}).ok()
	s.as("leader").post(p+"/joint-reviews/joint~1/record", body{"minutes": "一致同意"}).ok()
	handler.post(at+"/refuse", body{"reason": "选址不符", "basis": "城乡规划法第三十六条"}).ok()
	handler.post(at+"/recall", body{"reason": "录入错误"}).ok()
	handler.post(at+"/grant", body{"document": "批复〔2026〕1号", "jointReview": "joint/1"}).ok()

	s.grantAll(p)
	s.as("resources-1").post(p+"/needs/land/2026/confirm", body{"amount": "1000000"}).refused(http.StatusUnprocessableEntity, "need.more")
	s.as("resources-1").post(p+"/needs/land/2026/confirm", body{"amount": "118", "note": "核减"}).ok()
	s.reserve(p)
	for _, task := range slices.Clone(s.state(p).Tasks) {
		if task.Kind == project.TaskCondition {
			s.of(task).post(p+"/conditions/"+task.Subject+"/confirm", body{"document": "证明文件"}).ok()
		}
	}
	s.as("liaison").post(p+"/plan/"+url.PathEscape("征地")+"/complete", body{"note": "完成"}).ok()
	s.as("liaison").post(p+"/investment-plan", body{"months": []body{{"period": "2026-03", "amount": 300_000_000}}}).ok()
	s.as("owner").post(p+"/start", body{"document": "开工令"}).ok()
	require.Equal(s.t, project.Construction, s.state(p).Phase)
	s.as("supervisor").post(p+"/problems", body{"title": "征地受阻", "major": true}).ok()
	s.as("office").post(p+"/problems/problem~1/assign", body{"party": body{"kind": "unit", "code": "district"}}).ok()
	s.as("liaison").post(p+"/problems/problem~1/close", body{"outcome": "已解决"}).ok()
	s.as("owner").post(p+"/reports/2026-03/file", body{"investment": 30_000_000, "image": "基础施工"}).ok()
	s.as("leader").post(p+"/lamps/funds/excuse", body{"reason": "洪水", "until": "2026-05-31"}).refused(http.StatusConflict, "excuse.green")
	s.as("leader").post(p+"/lamps/progress/excuse", body{"reason": "洪水", "until": "2026-05-31", "forceMajeure": true}).ok()
	record := s.state(p).Reporting.Reports[0].Seq
	s.as("owner").post(p+"/reports/2026-03/correct", body{"record": record, "investment": 310_000_000, "image": "基础施工", "reason": "漏报"}).ok()
	s.as("office").post(p+"/planned-dates/move", body{"which": "completion", "to": "2028-12-31", "why": "雨季", "basis": "会议纪要"}).ok()
	s.as("leader").post(p+"/suspend", body{"reason": "资金", "until": "2026-06-01"}).ok()
	s.as("leader").post(p+"/resume", body{"reason": "资金到位"}).ok()

	s.readEverything(p)

	s.as("owner").post(p+"/acceptance/request", body{"trialRun": "2026-03-02"}).ok()
	s.grantAll(p)
	s.as("owner").post(p+"/settlement", body{"amount": 7_900_000_000, "audit": "审计报告1号"}).ok()
	s.as("office").post(p+"/acceptance/decide", body{"passed": false, "document": "初验意见"}).refused(http.StatusUnprocessableEntity, "acceptance.rectify")
	s.as("office").post(p+"/acceptance/decide", body{"passed": false, "document": "初验意见", "rectify": []body{
		{"what": "消防通道", "due": "2026-03-20"}, {"what": "道路标线", "due": "2026-03-20", "party": "unit"},
	}}).ok()
	s.readEverything(p)
	s.as("owner").post(p+"/rectifications/1-1/done", body{"note": "已拓宽"}).ok()
	s.as("liaison").post(p+"/rectifications/1-2/done", body{"note": "已恢复"}).ok()
	s.as("office").post(p+"/acceptance/decide", body{"passed": true, "document": "验收鉴定书"}).ok()
	require.Equal(s.t, project.Done, s.state(p).Status)
	s.as("owner").post(p+"/papers", body{"title": "补充竣工图"}).ok()
	s.as("office").post(p+"/reopen", body{"reason": "验收有误"}).ok()
	s.readEverything(p)
}

// of is somebody who acts for a task's party.
func (s *site) of(t project.Task) *caller {
	switch t.Party.Kind {
	case "owner":
		return s.as("owner")
	case "unit":
		return s.as("liaison")
	case "office":
		return s.as("office")
	default:
		return s.as(t.Party.Code + "-1")
	}
}

// readEverything reads all there is of a project, so that every answer is held to the contract.
func (s *site) readEverything(p string) {
	s.t.Helper()
	c := s.as("office")
	full := c.get(p).ok()
	require.Equal(s.t, s.state(p).Profile.Name, full.text("profile.name"))
	for _, part := range []string{"items", "timeline", "commitments", "panel", "lamps", "tasks", "reports", "notices", "waiting"} {
		c.get(p + "/" + part).ok()
	}
	for _, task := range slices.Clone(s.state(p).Tasks) {
		c.get(p + "/tasks/" + url.PathEscape(strings.ReplaceAll(task.Key, "/", "~"))).ok()
	}
	c.get("/projects?phase=construction&sort=-investment&limit=10").ok()
	c.get("/tasks").ok()
	c.get("/tasks?everyone=true&partyKind=owner").ok()
	c.get("/reports?history=true").ok()
}
