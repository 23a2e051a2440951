package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBadRequests sends what must be refused before anything happens: each with its documented status, its code
// and the field at fault.
func TestBadRequests(t *testing.T) {
	s := newSite(t)
	p := s.declared()
	owner, office := s.as("owner"), s.as("office")
	sent := len(s.sent)
	deep := strings.Repeat("[", 20000) + strings.Repeat("]", 20000)

	for _, c := range []struct {
		name   string
		who    *caller
		path   string
		body   any
		status int
		code   string
		field  any
	}{
		{"no body", office, "/review", nil, 400, "body.missing", nil},
		{"an empty body", office, "/review", "", 400, "body.missing", nil},
		{"a truncated body", office, "/review", `{"decision": "ad`, 400, "body.malformed", nil},
		{"a list for an object", office, "/review", `[]`, 422, "contract.type", nil},
		{"nested too deep", office, "/review", deep, 400, "body.malformed", nil},
		{"a field given twice", office, "/review", `{"decision":"admit","decision":"refuse"}`, 400, "body.twice", "/decision"},
		{"an unknown field", office, "/review", body{"decision": "admit", "admin": true}, 422, "contract.properties", "/admin"},
		{"a field in other letters", office, "/review", body{"Decision": "admit"}, 422, "contract.properties", "/Decision"},
		{"a wrong type", office, "/review", body{"decision": 7}, 422, "contract.enum", "/decision"},
		{"null for a value", office, "/review", body{"decision": "admit", "opinion": nil}, 422, "contract.nullable", "/opinion"},
		{"text after the body", office, "/review", `{"decision":"admit"} x`, 400, "body.malformed", nil},
		{"a second document", office, "/review", `{"decision":"admit"}{}`, 400, "body.malformed", nil},
		{"invalid UTF-8", office, "/review", "{\"decision\":\"admit\",\"opinion\":\"\xff\"}", 400, "body.malformed", nil},
		{"overlong UTF-8", office, "/review", "{\"decision\":\"admit\",\"opinion\":\"\xc0\xaf\"}", 400, "body.malformed", nil},
		{"GB18030 for UTF-8", office, "/review", "{\"decision\":\"admit\",\"opinion\":\"\xcf\xee\xc4\xbf\"}", 400, "body.malformed", nil},
		{"a byte order mark", office, "/review", "\ufeff{\"decision\":\"admit\"}", 400, "body.malformed", nil},
		{"UTF-16", office, "/review", "\xff\xfe{\x00}\x00", 400, "body.malformed", nil},
		{"a NUL", office, "/review", `{"decision":"admit","opinion":"a\u0000b"}`, 422, "text.invisible", "/opinion"},
		{"a lone surrogate", office, "/review", `{"decision":"admit","opinion":"\ud800"}`, 422, "text.invisible", "/opinion"},
		{"text that turns the reading round", office, "/review", `{"decision":"admit","opinion":"a\u202eb"}`, 422, "text.invisible", "/opinion"},
		{"text without width", office, "/review", `{"decision":"admit","opinion":"a\u200bb"}`, 422, "text.invisible", "/opinion"},
		{"too long a text", office, "/review", body{"decision": "admit", "opinion": strings.Repeat("字", 2001)}, 422, "contract.maxLength", "/opinion"},
		{"too big a body", office, "/review", body{"decision": "admit", "opinion": strings.Repeat("x", 64<<10)}, 413, "body.too-large", nil},
		{"three megabytes", office, "/review", strings.Repeat(" ", 3<<20), 413, "body.too-large", nil},
		{"a body where none belongs", s.as("resources-1"), "/items/site-selection/accept", body{"candidates": []body{}}, 422, "body.unexpected", nil},
		{"a field that the server fills in", office, "/panel/draw", body{"candidates": []body{}}, 422, "contract.properties", "/candidates"},
		{"an item that cannot exist", s.as("resources-1"), "/items/..%2f..%2fetc/accept", nil, 404, "path.unknown", "item"},
		{"SQL for an item", s.as("resources-1"), "/items/x'%20or%201=1/accept", nil, 404, "path.unknown", "item"},
		{"a period that does not exist", owner, "/reports/2026-13/file", body{"investment": 1, "image": "x"}, 404, "path.unknown", "period"},
		{"a figure that is no number", owner, "/reports/2026-03/file", `{"investment":NaN,"image":"x"}`, 400, "body.malformed", nil},
		{"a figure beyond all money", owner, "/reports/2026-03/file", `{"investment":1e400,"image":"x"}`, 422, "contract.type", "/investment"},
		{"a negative figure", owner, "/reports/2026-03/file", body{"investment": -1, "image": "x"}, 422, "contract.minimum", "/investment"},
		{"a broken figure", owner, "/reports/2026-03/file", `{"investment":1.5,"image":"x"}`, 422, "contract.type", "/investment"},
		{"a figure as text", owner, "/reports/2026-03/file", body{"investment": "100", "image": "x"}, 422, "contract.type", "/investment"},
		{"a date of another style", s.as("leader"), "/suspend", body{"reason": "x", "until": "31/12/2026"}, 422, "contract.pattern", "/until"},
		{"a day that is none", s.as("leader"), "/suspend", body{"reason": "x", "until": "2026-02-30"}, 422, "suspend.until", "/until"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := c.who.in(t).post(p+c.path, c.body)
			a.refused(c.status, c.code)
			require.Equal(t, c.field, a.body["field"], string(a.raw))
		})
	}
	require.LessOrEqual(t, len(s.sent)-sent, 1, "only the day that is none reaches the core")
	require.Equal(t, 1, lines(s, p))
}

// lines counts the lines of a project's timeline.
func lines(s *site, p string) int {
	return len(s.projects[strings.TrimPrefix(p, "/projects/")].lines)
}

func TestBadHeaders(t *testing.T) {
	s := newSite(t)
	p := s.declared()
	review := body{"decision": "admit"}
	office := s.as("office")
	t.Run("a command needs an idempotency key", func(t *testing.T) {
		a := office.send(http.MethodPost, p+"/review", review).refused(http.StatusBadRequest, "parameter.missing")
		require.Equal(t, "Idempotency-Key", a.text("field"))
	})
	t.Run("the key has a form", func(t *testing.T) {
		for _, key := range []string{"short", strings.Repeat("k", 101), "with spaces in it", "项目一项目二项目三"} {
			a := office.with("Idempotency-Key", key).send(http.MethodPost, p+"/review", review)
			require.Equal(t, http.StatusUnprocessableEntity, a.status, string(a.raw))
			require.Equal(t, "Idempotency-Key", a.text("field"))
		}
	})
	t.Run("the time of occurrence is a moment, and not in the future", func(t *testing.T) {
		a := office.with("Milepost-Occurred-At", "yesterday").post(p+"/review", review)
		require.Contains(t, []int{400, 422}, a.status, string(a.raw))
		require.Equal(t, "Milepost-Occurred-At", a.text("field"))
		office.late("2027-01-01T10:00:00+08:00").post(p+"/review", review).refused(http.StatusUnprocessableEntity, "occurred.future")
	})
	t.Run("another media type, or a packed body", func(t *testing.T) {
		for name, value := range map[string]string{"Content-Type": "text/xml", "Content-Encoding": "gzip"} {
			a := office.with(name, value).post(p+"/review", review)
			require.Equal(t, http.StatusUnsupportedMediaType, a.status, string(a.raw))
			require.Equal(t, name, a.text("field"))
		}
	})
}

func TestBadQueries(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	office := s.as("office")
	for query, want := range map[string]struct {
		status int
		code   string
		field  string
	}{
		"?phases=planning":                    {400, "query.unknown", "phases"},
		"?phase=nowhere":                      {422, "contract.enum", "phase"},
		"?limit=0":                            {422, "contract.minimum", "limit"},
		"?limit=101":                          {422, "contract.maximum", "limit"},
		"?limit=many":                         {400, "parameter.malformed", "limit"},
		"?sort=password":                      {422, "contract.enum", "sort"},
		"?sort=name;drop%20table":             {400, "query.malformed", ""},
		"?unit=a'%20or%20'1'='1":              {422, "contract.pattern", "unit"},
		"?q=" + strings.Repeat("x", 101):      {422, "contract.maxLength", "q"},
		"?q=x&" + strings.Repeat("a=1&", 1e4): {414, "query.too-long", ""},
	} {
		a := office.get("/projects"+query).refused(want.status, want.code)
		field, _ := a.body["field"].(string)
		require.Equal(t, want.field, field, query)
	}
}

func TestAllFaultsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := declarationWith(body{"level": "galactic", "investment": -5, "asks": []body{{"resource": "LAND", "amount": "1,5", "year": 2026}}})
	delete(object(t, d["profile"]), "name")
	a := s.as("owner").post("/projects", d)
	require.Equal(t, http.StatusUnprocessableEntity, a.status)
	fields := map[string]string{}
	for _, e := range a.list("errors") {
		fault := object(t, e)
		field, _ := fault["field"].(string)
		fields[field], _ = fault["code"].(string)
	}
	require.Equal(t, map[string]string{
		"/profile/name": "contract.required", "/profile/level": "contract.enum", "/profile/investment": "contract.minimum",
		"/profile/asks/0/resource": "contract.pattern", "/profile/asks/0/amount": "contract.pattern",
	}, fields)
}

func TestAFieldTheServerFillsInCannotBeSent(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := declaration()
	d["pack"] = "pack-000000000000"
	s.as("owner").post("/projects", d).refused(http.StatusUnprocessableEntity, "contract.properties")
	s.as("owner").post("/projects", declarationWith(body{"jurisdiction": "guilin"})).refused(http.StatusUnprocessableEntity, "contract.properties")
	for _, field := range []string{"actor", "receivedAt", "seed", "occurredAt"} {
		d = declaration()
		d[field] = "x"
		s.as("owner").post("/projects", d).refused(http.StatusUnprocessableEntity, "contract.properties")
	}
	require.Empty(t, s.sent)
}

func FuzzBodies(f *testing.F) {
	for _, seed := range []string{`{"decision":"admit"}`, `{"decision":"admit","decision":1}`, `[[[[`, "\xff", `{"a":{"b":[1,"\u202e"]}}`, `""`, `{"decision":"admit"}x`} {
		f.Add([]byte(seed))
	}
	s := newSite(&testing.T{})
	p := "/projects/" + uuidOf("declare-for-fuzzing")
	s.as("owner").in(&testing.T{}).with("Idempotency-Key", "declare-for-fuzzing").post("/projects", declaration())
	f.Fuzz(func(t *testing.T, data []byte) {
		before := lines(s, p)
		a := s.as("office").in(t).post(p+"/review", string(data))
		require.Less(t, a.status, 500, string(a.raw))
		if a.status >= 400 {
			require.Equal(t, before, lines(s, p), "what is refused changes nothing")
		}
	})
}
