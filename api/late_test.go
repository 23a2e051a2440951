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

// late is the same caller entering what happened at a moment, with what proves it.
func (c *caller) late(occurred string) *caller {
	return c.with("Milepost-Occurred-At", occurred).with("Milepost-Basis", url.PathEscape("签收单第3号"))
}

// OWN-105
func TestALateEntryBearsBothTimesAndItsBasis(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := s.declared()
	s.now = at("2026-03-05 09:00")
	a := s.as("office").late("2026-03-03T15:00:00+08:00").post(p+"/review", body{"decision": "admit"}).ok()
	require.Equal(t, "2026-03-03T07:00:00Z", a.text("entries.0.occurredAt"))
	require.Equal(t, "2026-03-05T01:00:00Z", a.text("entries.0.recordedAt"))
	require.Equal(t, true, a.at("entries.0.late"))
	require.Equal(t, "签收单第3号", a.text("entries.0.basis"))
	require.Contains(t, a.text("entries.0.text.zh"), "（补录，依据：签收单第3号）")
	line := s.as("auditor").get(p + "/timeline").ok()
	require.Equal(t, "签收单第3号", line.text("items.0.basis"), "everybody who reads the timeline sees it")
}

// OWN-105, OWN-22
func TestALateEntryThatIsRefusedNamesItsHeaderAndRule(t *testing.T) {
	s := newSite(t)
	p := s.approving()
	s.now = at("2026-04-20 09:00")
	item, papers := s.opened(p)
	submit, when := p+"/items/"+item.Key+"/submit", "2026-04-17T10:00:00+08:00"
	for name, tc := range map[string]struct {
		who                *caller
		status             int
		code, field, claus string
	}{
		"without what proves it":                   {s.as("owner").with("Milepost-Occurred-At", when), 422, "basis.missing", "Milepost-Basis", "OWN-105"},
		"with blanks that prove nothing":           {s.as("owner").late(when).with("Milepost-Basis", "%20"), 422, "basis.missing", "Milepost-Basis", "OWN-105"},
		"with too long a proof":                    {s.as("owner").late(when).with("Milepost-Basis", url.PathEscape(strings.Repeat("签", 201))), 422, "basis.long", "Milepost-Basis", "OWN-105"},
		"with a proof and no time":                 {s.as("owner").with("Milepost-Basis", "receipt"), 422, "occurred.missing", "Milepost-Occurred-At", "OWN-105"},
		"with a proof that cannot be read":         {s.as("owner").late(when).with("Milepost-Basis", "100%"), 400, "parameter.malformed", "Milepost-Basis", ""},
		"with broken letters":                      {s.as("owner").late(when).with("Milepost-Basis", "%E7%AD"), 400, "parameter.malformed", "Milepost-Basis", ""},
		"with letters that cannot be seen":         {s.as("owner").late(when).with("Milepost-Basis", url.PathEscape("签\u200b收")), 422, "text.invisible", "Milepost-Basis", ""},
		"with letters that are not encoded":        {s.as("owner").late(when).with("Milepost-Basis", "签收单"), 422, "contract.pattern", "Milepost-Basis", ""},
		"from too far back":                        {s.as("owner").late("2026-03-05T10:00:00+08:00"), 422, "occurred.limit", "Milepost-Occurred-At", "OWN-22"},
		"by the office, as if it had been its own": {s.as("office"), 403, "occurred.required", "", "OWN-105b"},
		"by the department in the same way":        {s.as(item.Department + "-1"), 403, "occurred.required", "", "OWN-105b"},
	} {
		t.Run(name, func(t *testing.T) {
			a := tc.who.in(t).post(submit, papers).refused(tc.status, tc.code)
			field, _ := a.body["field"].(string)
			clause, _ := a.body["clause"].(string)
			require.Equal(t, tc.field, field)
			require.Equal(t, tc.claus, clause)
		})
	}
	s.as("office").late("2026-03-05T10:00:00+08:00").post(submit, papers).ok()
}

// OWN-105a, OWN-105b
func TestPapersReceivedAtTheDepartmentsWindow(t *testing.T) {
	t.Parallel()
	due := func(t *testing.T, who func(*site, project.Item) *caller) string {
		t.Helper()
		s := newSite(t)
		p := s.approving()
		item, papers := s.opened(p)
		s.now = at("2026-03-05 09:00")
		who(s, item).late("2026-03-03T10:00:00+08:00").post(p+"/items/"+item.Key+"/submit", papers).ok()
		return s.as("office").get(p + "/tasks/completeness~" + item.Key + "~1").ok().text("task.due")
	}
	require.Equal(t, "2026-03-05T09:30:00Z", due(t, func(s *site, i project.Item) *caller { return s.as(i.Department + "-1") }),
		"the department enters what it received and counts from then")
	require.Equal(t, "2026-03-09T09:30:00Z", due(t, func(s *site, _ project.Item) *caller { return s.as("owner") }),
		"the owner enters it and leaves the department its two days")
}

// Who holds posts of both acts in the one whose own work it is, and needs no basis for that.
func TestOnesOwnPostComesBeforeOneThatEntersForIt(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := s.approving()
	item, papers := s.opened(p)
	s.posts["owner"] = append(s.posts["office"][:1:1], s.posts["owner"]...)
	a := s.as("owner").post(p+"/items/"+item.Key+"/submit", papers).ok()
	require.Equal(t, "owner", a.text("entries.0.actor.role"))
	require.Equal(t, http.StatusOK, a.status)
}

// OWN-105a: the explanation of a due time that was moved ends where it lies, and says by which rule.
func TestAMovedDueTimeIsExplained(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := s.approving()
	s.grantAll(p)
	s.as("resources-1").post(p+"/needs/land/2026/confirm", body{"amount": "120.5"}).ok()
	s.reserve(p)
	for _, task := range slices.Clone(s.state(p).Tasks) {
		if task.Kind == project.TaskCondition {
			s.of(task).post(p+"/conditions/"+task.Subject+"/confirm", body{"document": "证明文件"}).ok()
		}
	}
	s.now = at("2026-04-08 09:00")
	s.as("liaison").late("2026-03-31T10:00:00+08:00").post(p+"/start", body{"document": "开工令"}).ok()
	report := s.as("owner").get(p + "/tasks/report~2026-03~1").ok()
	require.Equal(t, "2026-04-08T09:30:00Z", report.text("task.due"))
	require.Equal(t, "2026-04-03T09:30:00Z", report.text("clock.moved.from"), "where the document puts it")
	require.Equal(t, "OWN-105a", report.text("clock.moved.clause"))
	require.Equal(t, body{"date": "2026-04-08", "counted": false, "reason": "moved", "n": 0.0, "clause": "OWN-105a"}, report.at("days.0"))
}
