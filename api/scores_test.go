package api_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain/project"
)

// secret is what an expert writes, and what nobody else may read before the conclusion.
const secret = "我的意见只有我看"

// watching are all who see a project before its approval, by account; experts come on top.
var watching = []string{"office", "leader", "supervisor", "auditor", "owner", "liaison"}

// evaluating brings a project to its evaluation and returns its path and its panel.
func (s *site) evaluating() (p string, panel []string) {
	s.t.Helper()
	p = s.declared()
	s.as("office").post(p+"/review", body{"decision": "admit"}).ok()
	s.as("office").post(p+"/recognise", body{"document": "纪要"}).ok()
	return p, s.draw(p)
}

func (s *site) draw(p string) []string {
	s.t.Helper()
	s.as("office").post(p+"/panel/draw", nil).ok()
	var panel []string
	for _, m := range s.state(p).Panel.Members {
		panel = append(panel, m.Expert)
	}
	return panel
}

func (s *site) scores(p, expert, opinion string) *answer {
	s.t.Helper()
	return s.as(expert).post(p+"/panel/score", body{"marks": s.marks(), "opinion": opinion}).ok()
}

// cannotRead holds that an account finds neither the marks nor the opinion of an expert.
func (s *site) cannotRead(p, who, expert string) {
	s.t.Helper()
	for _, path := range []string{"", "/panel", "/timeline?limit=100", "/notices", "/tasks?state=all", "/items", "/lamps"} {
		a := s.as(who).get(p + path)
		require.NotContains(s.t, string(a.raw), secret, "%s reads %s", who, path)
		require.NotContains(s.t, string(a.raw), "用户"+expert, "experts have no names")
	}
	for _, line := range s.as(who).get(p + "/timeline?type=ScoreSubmitted&limit=100").ok().list("items") {
		l := object(s.t, line)
		if object(s.t, l["actor"])["party"] == who {
			continue // one's own
		}
		require.Equal(s.t, true, l["hidden"], "%s reads a line", who)
		require.NotContains(s.t, l, "data")
	}
}

func (s *site) canRead(p, who string) {
	s.t.Helper()
	require.Contains(s.t, string(s.as(who).get(p+"/timeline?limit=100").ok().raw), secret, who)
}

func TestScoresAreCoveredUntilThePanelConcludes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p, panel := s.evaluating()
	first := panel[0]
	receipt := s.scores(p, first, secret)
	require.Contains(t, string(receipt.raw), secret, "one's own receipt tells what one wrote")
	for _, who := range append(slices.Clone(watching), panel[1:]...) {
		s.cannotRead(p, who, first)
		require.Equal(t, false, s.as(who).get(p+"/panel").ok().at("complete"))
	}
	s.canRead(p, first)
	require.Contains(t, string(s.as(first).get(p+"/panel").ok().raw), secret)

	for _, e := range panel[1:] {
		s.scores(p, e, "同意")
	}
	for _, who := range append(slices.Clone(watching), panel...) {
		s.canRead(p, who)
		open := s.as(who).get(p + "/panel").ok()
		require.Equal(t, true, open.at("complete"))
		require.Contains(t, string(open.raw), secret)
	}
}

func TestTheScoresOfARoundThatWasGivenUpStayCovered(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	all := s.experts
	s.experts = all[:5] // nobody is left to fill a seat
	p, panel := s.evaluating()
	s.scores(p, panel[0], secret)
	for _, e := range panel[3:] {
		s.as(e).post(p+"/panel/decline", body{"reason": "出差"}).ok()
	}
	require.Equal(t, 2, s.state(p).Panel.Round, "with three seats the quorum of four is out of reach")

	s.experts = all
	everybody := slices.Clone(watching)
	for range 2 { // before the second panel is drawn, and while it scores
		for _, who := range everybody {
			s.cannotRead(p, who, panel[0])
		}
		if s.state(p).Panel.Members == nil {
			everybody = append(everybody, slices.DeleteFunc(s.draw(p), func(e string) bool { return e == panel[0] })...)
		}
	}
	for _, m := range s.state(p).Panel.Members {
		s.scores(p, m.Expert, "同意")
	}
	require.Equal(t, "pass", s.state(p).Panel.Result)
	for _, who := range everybody {
		s.canRead(p, who)
	}
}

func TestTheScoresOfANewRoundAreCoveredThoughAnEarlierOneHasConcluded(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p, panel := s.evaluating()
	for _, e := range panel {
		var marks []body
		for _, c := range s.pack.Evaluation.Criteria {
			marks = append(marks, body{"key": c.Key, "mark": c.Max * 65 / 100})
		}
		s.as(e).post(p+"/panel/score", body{"marks": marks, "opinion": "第一轮意见"}).ok()
	}
	require.Equal(t, "revise", s.state(p).Panel.Result)
	require.Contains(t, string(s.as("liaison").get(p+"/timeline?limit=100").ok().raw), "第一轮意见", "the unit revises by the opinions")
	s.as("liaison").post(p+"/panel/revise", body{"note": "已修改"}).ok()
	again := s.draw(p)
	s.scores(p, again[0], secret)
	for _, who := range append(slices.Clone(watching), again[1:]...) {
		require.NotContains(t, string(s.as(who).get(p+"/timeline?limit=100").ok().raw), secret, who)
		require.Contains(t, string(s.as(who).get(p+"/timeline?limit=100").ok().raw), "第一轮意见", who)
	}
}

func TestAnExpertDoesNotLearnTheAverageFromAPreview(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p, panel := s.evaluating()
	for _, e := range panel[:4] {
		s.scores(p, e, "同意")
	}
	last := s.as(panel[4])
	a := last.post(p+"/panel/score?preview=true", body{"marks": s.marks(), "opinion": "试一试"}).ok()
	require.Len(t, a.list("entries"), 1)
	require.Equal(t, "ScoreSubmitted", a.text("entries.0.type"))
	require.InDelta(t, a.at("firstSeq"), a.at("lastSeq"), 0)
	require.NotContains(t, string(a.raw), "平均")
	a = last.post(p+"/panel/score", body{"marks": s.marks(), "opinion": "同意"}).ok()
	require.Contains(t, string(a.raw), "EvaluationConcluded")
	require.Equal(t, project.Evaluation, s.state(p).Phase)
}
