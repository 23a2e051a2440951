package api_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"milepost/api"
	"milepost/domain"
)

func TestEveryOperationHasARowAndEveryRowAnOperation(t *testing.T) {
	t.Parallel()
	require.Equal(t, slices.Sorted(maps.Keys(operations())), slices.Sorted(maps.Keys(api.Access)))
	for id, rule := range api.Access {
		if rule.Scope == api.ScopePublic {
			require.Empty(t, rule.Roles, id)
			continue
		}
		require.NotEmpty(t, rule.Roles, id)
		for _, role := range slices.Concat(rule.Roles, rule.Late) {
			require.Contains(t, api.Roles, role, id)
		}
		for _, role := range rule.Late {
			require.NotContains(t, rule.Roles, role, "who may do %s need not enter it late", id)
		}
	}
}

func TestThePublicIsWhatTheContractSaysIsPublic(t *testing.T) {
	t.Parallel()
	for id, op := range operations() {
		open := op.Security != nil && len(*op.Security) == 0
		require.Equal(t, open, api.Access[id].Scope == api.ScopePublic, id)
	}
}

func TestWhatNeedsAProofOfIdentitySaysSo(t *testing.T) {
	t.Parallel()
	for id, op := range operations() {
		require.Equal(t, api.Access[id].Fresh, strings.Contains(op.Description, "OWN-213"), id)
	}
}

func TestTheThreeAdministratorsTouchNoBusiness(t *testing.T) {
	t.Parallel()
	for id, op := range operations() {
		rule := api.Access[id]
		if rule.Scope == api.ScopePublic {
			continue
		}
		if op.command() != "" || op.method == http.MethodPost && rule.Scope != api.ScopeSelf {
			require.NotContains(t, slices.Concat(rule.Roles, rule.Late), domain.RoleAuditor, "the auditor changes nothing: %s", id)
		}
		if rule.Scope == api.ScopeVisible || rule.Scope == api.ScopeParty {
			require.NotContains(t, rule.Roles, domain.RoleSystemAdmin, id)
			require.NotContains(t, rule.Roles, domain.RoleSecurityAdmin, id)
		}
	}
}

// holders is an account of each role.
var holders = map[domain.Role]string{
	domain.RoleOffice: "office", domain.RoleHandler: "resources-1", domain.RoleHead: "resources-head", domain.RoleExpert: "expert-1",
	domain.RoleOwner: "owner", domain.RoleLiaison: "liaison", domain.RoleSupervisor: "supervisor", domain.RoleLeader: "leader",
	domain.RoleAuditor: "auditor", domain.RoleSystemAdmin: "system-admin", domain.RoleSecurityAdmin: "security-admin",
}

// TestEveryOperationForEveryRole calls each operation as each role, and as nobody, with a request that the
// contract accepts. Whoever the table does not name is refused before anything happens; whoever it names gets as
// far as the core, whatever that says.
func TestEveryOperationForEveryRole(t *testing.T) {
	t.Parallel()
	w := newCity(t)
	w.desk = openStore(t)
	s := serve(t, w)
	p := s.approving()
	for id, op := range operations() {
		if id == "createSession" {
			continue
		}
		rule := api.Access[id]
		path, body := s.example(op, p)
		if rule.Scope == api.ScopePublic {
			if a := s.anyone().send(op.method, path, body); a.status != http.StatusNotFound || a.body["code"] != "oidc.none" {
				a.ok()
			}
			continue
		}
		before := len(s.sent)
		s.anyone().with("Idempotency-Key", "nobody-"+id).send(op.method, path, body).refused(http.StatusUnauthorized, "session.none")
		for _, role := range api.Roles {
			c := s.as(holders[role]).with("Idempotency-Key", "matrix-"+id+"-"+string(role))
			if !slices.Contains(slices.Concat(rule.Roles, rule.Late), role) {
				c.send(op.method, path, body).refused(http.StatusForbidden, "role").by("OWN-201")
				require.Len(t, s.sent, before, "a refused %s by %s reached the gateway", id, role)
				continue
			}
			a := c.send(op.method, path, body)
			require.NotEqual(t, http.StatusUnauthorized, a.status, "%s by %s: %s", id, role, a.raw)
			require.NotEqual(t, "role", a.body["code"], "%s by %s: %s", id, role, a.raw)
			require.NotEqual(t, http.StatusInternalServerError, a.status, "%s by %s: %s", id, role, a.raw)
			code, _ := a.body["code"].(string)
			require.NotContains(t, code, "contract.", "the example of %s must be what the contract asks for: %s", id, a.raw)
			before = len(s.sent)
		}
	}
}

// example is a request that the contract accepts.
func (s *site) example(op route, project string) (path string, body any) {
	s.t.Helper()
	path = op.path
	known := map[string]string{
		"projectId": strings.TrimPrefix(project, "/projects/"), "item": s.state(project).Items[0].Key, "hash": s.pack.Hash(),
		"task": "decision~land~1", "problem": "problem~1", "jointReview": "joint~1", "period": "2026-03", "year": "2026",
		"node": "n1", "lamp": "progress", "userId": "owner", "file": "01a20149-f203-8b7d-ae47-bb709cd955d3", "tokenId": "nothing", "commandId": "unknown-command", "importId": "unknown-import", "rectification": "1-1",
	}
	for _, name := range op.names(openapi3.ParameterInPath) {
		value, ok := known[name]
		if !ok {
			value = "x"
		}
		path = strings.Replace(path, "{"+name+"}", value, 1)
	}
	var query []string
	for _, p := range op.parameters {
		if p.Value.In == openapi3.ParameterInQuery && p.Value.Required {
			value := map[string]string{"year": "2026", "received": "2026-09-23T10:00:00%2B08:00", "days": "10", "jurisdiction": "shangluo", "resource": "land", "name": "a.pdf", "topics": "inbox"}[p.Value.Name]
			require.NotEmpty(s.t, value, p.Value.Name)
			query = append(query, p.Value.Name+"="+value)
		}
	}
	if len(query) > 0 {
		path += "?" + strings.Join(query, "&")
	}
	if op.RequestBody != nil {
		body = sample(op.RequestBody.Value.Content.Get("application/json").Schema.Value)
	}
	return path, body
}

// sample is the least value that a schema accepts.
func sample(s *openapi3.Schema) any {
	switch {
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Type.Is("object"):
		o := map[string]any{}
		for _, name := range s.Required {
			o[name] = sample(s.Properties[name].Value)
		}
		return o
	case s.Type.Is("array"):
		return []any{sample(s.Items.Value)}
	case s.Type.Is("integer"), s.Type.Is("number"):
		if s.Min != nil && *s.Min > 0 {
			return *s.Min
		}
		return 1
	case s.Type.Is("boolean"):
		return true
	default:
		return textFor(s)
	}
}

// textFor is a text that a pattern accepts.
func textFor(s *openapi3.Schema) string {
	for _, text := range []string{"2026-12-31", "2026-03", "SL-21a", "12", "something", "Something-Long-1", "01a20149-f203-7b7d-ae47-bb709cd955d3"} {
		if s.VisitJSONString(text) == nil {
			return text
		}
	}
	return "no text fits " + s.Pattern
}

func TestWhatIsNotThere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, c := range []struct{ name, method, path, allow string }{
		{"an unknown path", http.MethodGet, "/nothing", ""},
		{"an unknown path under a known one", http.MethodPost, "/projects/x/nothing", ""},
		{"a list, with a method that it has not", http.MethodPatch, "/projects", "GET, POST"},
		{"a command, read", http.MethodGet, "/projects/x/review", "POST"},
		{"a place with several methods", http.MethodPost, "/me/password", "PUT"},
		{"a name in the path", http.MethodPost, "/users/x", "GET, PUT"},
		{"only the head of a page", http.MethodHead, "/me", "GET"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, who := range []*caller{s.as("office"), s.anyone()} {
				a := who.in(t).send(c.method, c.path, nil)
				require.Equal(t, c.allow, a.header.Get("Allow"))
				require.Equal(t, "application/problem+json", a.header.Get("Content-Type"))
				switch {
				case c.method == http.MethodHead:
					require.Equal(t, http.StatusMethodNotAllowed, a.status)
				case c.allow == "":
					require.NotEmpty(t, a.refused(http.StatusNotFound, "not-found").text("detail"))
				default:
					require.Contains(t, a.refused(http.StatusMethodNotAllowed, "method-not-allowed").text("detail"), c.allow)
				}
			}
		})
	}
}

func TestScope(t *testing.T) {
	t.Parallel()
	t.Run("what lies beyond the post is not found, to read or to act on", func(t *testing.T) {
		t.Parallel()
		s := newSite(t)
		p := s.declared()
		s.as("other-owner").get(p).refused(http.StatusNotFound, "project.unknown")
		s.as("other-owner").get(p+"/timeline").refused(http.StatusNotFound, "project.unknown")
		s.as("other-owner").post(p+"/withdraw", body{"reason": "x"}).refused(http.StatusNotFound, "project.unknown")
		require.Empty(t, s.as("other-owner").get("/projects").ok().list("items"))
	})
	t.Run("an owner declares only for itself, a unit only what it answers for", func(t *testing.T) {
		t.Parallel()
		s := newSite(t)
		s.as("other-owner").post("/projects", declaration()).refused(http.StatusForbidden, "declare.owner").by("OWN-202")
		s.as("liaison").post("/projects", declarationWith(body{"unit": "elsewhere"})).refused(http.StatusForbidden, "declare.unit").by("OWN-202")
	})
	t.Run("a person with two posts acts in the one named, and in no other's", func(t *testing.T) {
		t.Parallel()
		s := newSite(t)
		s.posts["owner"] = append(s.posts["owner"], s.posts["liaison"][0])
		s.posts["owner"][1].User = "owner"
		p := s.declared()
		s.as("owner").with("Milepost-Post", "owner-post").post(p+"/papers", body{"title": "一"}).ok()
		s.as("owner").with("Milepost-Post", "liaison-post").post(p+"/papers", body{"title": "二"}).ok()
		require.Equal(t, domain.RoleLiaison, s.sent[len(s.sent)-1].Actor.Role)
		require.Equal(t, "district", s.sent[len(s.sent)-1].Actor.Party)
		s.as("owner").with("Milepost-Post", "office-post").post(p+"/papers", body{"title": "三"}).refused(http.StatusForbidden, "post.unknown")
		s.as("owner").with("Milepost-Post", "liaison-post").post(p+"/withdraw", body{"reason": "x"}).refused(http.StatusForbidden, "role")
	})
	t.Run("who covers for somebody is recorded with both names", func(t *testing.T) {
		t.Parallel()
		s := newSite(t)
		s.posts["owner"][0].Covers = "other-owner"
		p := s.declared()
		line := s.as("office").get(p + "/timeline?order=asc").ok()
		require.Equal(t, "owner", line.text("items.0.actor.user"))
		require.Equal(t, "other-owner", line.text("items.0.actor.onBehalfOf"))
	})
}
