package api_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/api"
	"milepost/domain"
	"milepost/domain/project"
	"milepost/store"
)

// noOffers are the acts on a project that no list of acts names, and why.
var noOffers = map[string]string{
	"removeFile": "the list of files says whose a file is, and whether it was handed in",
}

func TestEveryActOnAProjectIsOnOfferOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	for id, op := range operations() {
		if op.method == http.MethodGet || !strings.Contains(op.path, "{projectId}") {
			continue
		}
		_, excused := noOffers[id]
		require.NotEqual(t, excused, slices.Contains(project.Acts(), op.command()) || id == "uploadFile", id)
	}
	for _, name := range project.Acts() {
		op, ok := operations()[strings.ToLower(name[:1])+name[1:]]
		require.True(t, ok, "%s has no operation", name)
		require.Contains(t, op.path, "{projectId}", name)
	}
}

// acts lists what a caller may do with a project: the operations, each with its path.
func (c *caller) acts(p, query string) (ids []string, paths map[string]string) {
	c.t.Helper()
	paths = map[string]string{}
	for _, v := range c.get(p + "/acts" + query).ok().list("items") {
		act := object(c.t, v)
		id, _ := act["operation"].(string)
		ids = append(ids, id)
		op, ok := operations()[id]
		require.True(c.t, ok, id)
		path := strings.Replace(op.path, "{projectId}", strings.TrimPrefix(p, "/projects/"), 1)
		for name, value := range object(c.t, act["params"]) {
			require.Contains(c.t, path, "{"+name+"}", "%s has no such parameter", id)
			text, _ := value.(string)
			path = strings.Replace(path, "{"+name+"}", url.PathEscape(text), 1)
		}
		require.NotContains(c.t, path, "{", "%s lacks a parameter: %v", id, act)
		require.Equal(c.t, api.Access[id].Fresh, act["fresh"] == true, id)
		require.NotEmpty(c.t, act["post"])
		paths[path] = id
	}
	return ids, paths
}

// ofTheirContent are the refusals of an act that is on offer which say what its content, or the world outside, does not
// permit: they are no reason to withhold the act.
var ofTheirContent = []string{
	"item.unknown",       // a joint review of an item that is not there
	"replace.unknown",    // a replacement that is not there
	"report.superseded",  // a correction of another record than the last
	"planned.started",    // a start that is moved after it has happened
	"planned.same",       // a date that is moved to where it is
	"acceptance.problem", // an acceptance that passes while a problem is on the register
}

// TestWhatIsDoneWasOnOffer leads a project through its life, over the real record. Whatever is about to be done and would be
// accepted is on offer to whoever does it; and whatever is on offer to anybody is refused for its content at most.
func TestWhatIsDoneWasOnOffer(t *testing.T) {
	t.Parallel()
	m := newMatrix(t, false)
	done, tried := map[string]int{}, map[string]int{}
	steps := 0
	m.first = func(c *caller, path string, in any) {
		rest, on := strings.CutPrefix(path, "/projects/")
		if !on {
			return
		}
		id, _, _ := strings.Cut(rest, "/")
		p := "/projects/" + id
		m.record(t.Context())
		_, paths := c.acts(p, "")
		if foreseen := c.send(http.MethodPost, path+"?preview=true", in); foreseen.status == http.StatusOK {
			escaped, err := url.Parse(path)
			require.NoError(t, err)
			require.Contains(t, paths, escaped.EscapedPath(), "it is accepted, and was not on offer: %v", slices.Collect(maps.Keys(paths)))
			done[paths[escaped.EscapedPath()]]++
		}
		if steps++; steps%8 != 0 {
			return
		}
		for _, role := range api.Roles {
			who := m.as(holders[role]).with("Idempotency-Key", "offered-"+holders[role])
			if role == domain.RoleSystemAdmin || role == domain.RoleSecurityAdmin {
				who.get(p+"/acts").refused(http.StatusForbidden, "role")
				continue
			}
			if who.get(p+"/acts").status == http.StatusNotFound {
				who.get(p).refused(http.StatusNotFound, "project.unknown")
				continue
			}
			_, paths := who.acts(p, "")
			for path, id := range paths {
				op := operations()[id]
				if op.command() == "" {
					continue
				}
				var in any
				if op.RequestBody != nil {
					in = sample(op.RequestBody.Value.Content.Get("application/json").Schema.Value)
				}
				a := who.send(http.MethodPost, path+"?preview=true", in)
				code, _ := a.body["code"].(string)
				allowed := a.status == http.StatusOK || a.status == http.StatusUnprocessableEntity || slices.Contains(ofTheirContent, code)
				require.True(t, allowed, "%s is on offer to %s: %s", path, role, a.raw)
				tried[id]++
			}
			if role == domain.RoleAuditor {
				require.Empty(t, paths, "who reads only")
			}
		}
	}
	m.lives()
	m.livesSideways()
	for _, name := range project.Acts() {
		id := strings.ToLower(name[:1]) + name[1:]
		if id == "replace" {
			continue // nothing is owed in these lives; in those of the core it is
		}
		require.Positive(t, done[id], "%s was never on offer when it was done: %v", id, done)
	}
	require.Greater(t, len(tried), 30, "%v", tried)
}

func TestActsOfATask(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := s.approving()
	item, papers := s.opened(p)
	s.as("owner").post(p+"/items/"+item.Key+"/submit", papers).ok()
	key := "decision/" + item.Key + "/1"
	one := s.as(item.Department + "-1")
	want := []string{"grantItem", "refuseItem", "claimTask", "pauseItem", "handOverTask", "askColleague", "addCosigner"}
	for _, written := range []string{key, strings.ReplaceAll(key, "/", "~")} {
		ids, paths := one.acts(p, "?task="+url.QueryEscape(written))
		require.Equal(t, want, ids)
		require.Equal(t, "claimTask", paths[strings.Replace(strings.Replace(operations()["claimTask"].path, "{projectId}", strings.TrimPrefix(p, "/projects/"), 1), "{task}", strings.ReplaceAll(key, "/", "~"), 1)])
	}
	ids, _ := one.acts(p, "?task=decision/nothing/1")
	require.Empty(t, ids, "what is not open cannot be moved on")
	boss, _ := s.as(item.Department+"-head").acts(p, "")
	require.Len(t, slices.DeleteFunc(slices.Clone(boss), func(id string) bool { return id != "reassignTasks" }), 1, "many tasks at once are reassigned by one act: %v", boss)
	require.Less(t, slices.Index(boss, "handOverTask"), slices.Index(boss, "reassignTasks"))
	all, _ := one.acts(p, "")
	require.NotContains(t, all, "reassignTasks", "only a head does")
}

func TestActsAreThoseOfPostAndToken(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := s.declared()
	office := s.as("office")
	ids, _ := office.acts(p, "")
	require.Contains(t, ids, "reviewEntry")
	require.Contains(t, ids, "remove", "on offer, though it needs a proof of identity")

	token := s.tokens["token of office"]
	token.Scope = store.ScopeAct
	s.tokens["token of office"] = token
	ids, _ = office.acts(p, "")
	require.Contains(t, ids, "reviewEntry")
	require.NotContains(t, ids, "remove", "this token does not reach so far")
	token.Scope = store.ScopeRead
	s.tokens["token of office"] = token
	ids, _ = office.acts(p, "")
	require.Empty(t, ids, "this token only reads")

	s.as("other-owner").get(p+"/acts").refused(http.StatusNotFound, "project.unknown")
	ids, _ = s.as("supervisor").acts(p, "")
	require.Equal(t, []string{"registerProblem"}, ids, "who may file a paper by the core, but not by the access table")

	s.posts["owner"] = append([]store.Post{
		{ID: "cover", User: "owner", Role: domain.RoleLiaison, Party: "district", Jurisdiction: "shangluo", Covers: "liaison"},
		{ID: "blind", User: "owner", Role: domain.RoleOwner, Party: "other", Jurisdiction: "shangluo"},
		{ID: "unit", User: "owner", Role: domain.RoleLiaison, Party: "elsewhere", Jurisdiction: "shangluo"},
	}, s.posts["owner"]...)
	posts := map[string]string{}
	for _, v := range s.as("owner").get(p + "/acts").ok().list("items") {
		act := object(t, v)
		id, _ := act["operation"].(string)
		require.NotContains(t, posts, id, "once, whoever may")
		posts[id], _ = act["post"].(string)
	}
	require.Equal(t, "owner-post", posts["withdraw"])
	require.Equal(t, "owner-post", posts["registerProblem"], "one's own post comes before one that is covered")
	ids, _ = s.as("owner").with("Milepost-Post", "cover").acts(p, "")
	require.Equal(t, []string{"registerProblem", "filePaper"}, ids)
	s.as("owner").with("Milepost-Post", "blind").get(p+"/acts").refused(http.StatusNotFound, "project.unknown")
}
