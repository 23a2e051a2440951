package api_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"milepost/api"
	"milepost/config"
	"milepost/domain"
	"milepost/domain/policy"
	"milepost/domain/project"
	"milepost/files"
	"milepost/store"
)

// The matrix holds the access table to what happens: every operation, called by every role in every relation to a project,
// on a real database. What is expected follows from the table and from who holds which post, worked out here in another
// way than the server does.

// matrix is a city whose record is a real database.
type matrix struct {
	*site
	db       *store.Store
	file     *sql.DB // the same database, seen from outside
	recorded map[string]int
	people   []person
}

// person is somebody in a relation to the project in question: an own post, or one that is not, or not any more.
type person struct {
	account  string
	relation string
	post     store.Post
	disabled bool
}

// The relations. The first three do as the owner of the post does.
const (
	relOwn       = "own"
	relColleague = "another of the same party"
	relCover     = "a cover that holds"
	relOther     = "another party"
	relElsewhere = "another jurisdiction"
	relBelow     = "a jurisdiction below"
	relOver      = "a cover that is over"
	relEnded     = "a post that ended a second ago"
	relUnbegun   = "a post that begins in a second"
	relDisabled  = "a disabled account"
)

// held are the posts that a person holds now.
func (m *matrix) held(p person) []store.Post {
	if p.disabled || !p.post.HeldAt(m.now) {
		return nil
	}
	return []store.Post{p.post}
}

// newMatrix settles a city; with everybody each of its people has those beside him who may as much or may not.
func newMatrix(t *testing.T, everybody bool) *matrix {
	t.Helper()
	name := filepath.Join(t.TempDir(), "matrix.db")
	db, err := store.Open(t.Context(), "sqlite://"+name)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	require.NoError(t, db.Migrate(t.Context()))
	require.NoError(t, db.FixClock(t.Context(), domain.RealClock()))
	file, err := sql.Open("sqlite", "file:"+name+"?_pragma=busy_timeout(10000)")
	require.NoError(t, err)
	file.SetMaxOpenConns(1)
	t.Cleanup(func() { require.NoError(t, file.Close()) })

	w := newCity(t)
	for code, pack := range map[string]string{"guilin": "gl", "shangzhou": "sl"} {
		require.NoError(t, w.rules.SetCurrent(code, w.others(pack).Hash()))
	}
	all, err := w.Jurisdictions(t.Context())
	require.NoError(t, err)
	require.NoError(t, db.PutJurisdictions(t.Context(), all...))
	m := &matrix{db: db, file: file, recorded: map[string]int{}}
	shelf, err := files.Open(t.Context(), "file://"+t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, shelf.Close()) })
	log := &bytes.Buffer{}
	server, err := api.New(api.Deps{
		Config: api.Config{PlainHTTP: true, Files: api.FileRules{MaxSize: maxFile, FileLimits: store.FileLimits{PerProject: 1 << 20, PerDay: 1 << 20}}}, Clock: w.clock, Now: w.Now, Log: slog.New(slog.NewJSONHandler(&locked{w: log}, nil)),
		Commands: scribe{w, m}, Records: recordsOf{db, w}, Masters: masters{w}, Accounts: db, Desk: db, Sessions: db, Rules: w.rules, Issues: db, Shipped: config.PackSources(), Filing: db, Shelf: shelf,
	})
	require.NoError(t, err)
	m.site = &site{city: w, t: t, server: server, log: log}
	for _, u := range w.users {
		m.settle(person{u.ID, relOwn, w.posts[u.ID][0], false})
	}
	for _, p := range slices.Clone(m.people) {
		if everybody || m.stands(p) {
			m.relatives(p)
		}
	}
	m.watch()
	m.settle(person{"nobody-in-particular", relColleague, store.Post{Role: domain.RoleLeader, Jurisdiction: "guilin"}, false})
	return m
}

// settle gives a person an account, the post, and a token that reaches everything.
func (m *matrix) settle(p person) {
	m.t.Helper()
	p.post.ID, p.post.User = p.account+"-post", p.account
	ctx := m.t.Context()
	require.NoError(m.t, m.db.PutUser(ctx, store.User{
		ID: p.account, Account: p.account, Name: "用户" + p.account, PasswordHash: "$argon2id$hidden", Email: "hidden@example.org", Mobile: "13800hidden", Disabled: p.disabled,
	}))
	require.NoError(m.t, m.db.PutPosts(ctx, p.account, []store.Post{p.post}))
	token := store.Token{ID: p.account + "-token", User: p.account, Name: "test", Scope: store.ScopeSensitive, Expires: time.Now().Add(time.Hour)}
	require.NoError(m.t, m.db.IssueToken(ctx, store.Operator, token, "token of "+p.account))
	m.people = append(m.people, p)
}

// relatives settles those who stand beside the holder of a post: who may as much, and who may not.
func (m *matrix) relatives(p person) {
	m.t.Helper()
	as := func(relation, suffix string, change func(*store.Post)) {
		q := person{p.account + suffix, relation, p.post, relation == relDisabled}
		if change != nil {
			change(&q.post)
		}
		m.settle(q)
	}
	second, hour := time.Second, time.Hour
	switch p.post.Role {
	case domain.RoleAuditor, domain.RoleSystemAdmin, domain.RoleSecurityAdmin: // are not covered
	default:
		as(relCover, "-cover", func(q *store.Post) { q.Covers, q.From, q.To = p.account, m.now.Add(-hour), m.now.Add(hour) })
		as(relOver, "-cover-over", func(q *store.Post) { q.Covers, q.From, q.To = p.account, m.now.Add(-hour), m.now })
	}
	as(relEnded, "-ended", func(q *store.Post) { q.To = m.now.Add(-second) })
	as(relUnbegun, "-unbegun", func(q *store.Post) { q.From = m.now.Add(second) })
	as(relDisabled, "-disabled", nil)
	switch p.post.Role {
	case domain.RoleOwner, domain.RoleLiaison, domain.RoleExpert: // see by their party, wherever they are
		as(relOther, "-of-others", func(q *store.Post) { q.Party = "others" })
	case domain.RoleHandler, domain.RoleHead:
		as(relElsewhere, "-elsewhere", func(q *store.Post) { q.Jurisdiction = "guilin" })
		as(relBelow, "-below", func(q *store.Post) { q.Jurisdiction = "shangzhou" })
	default:
		as(relElsewhere, "-elsewhere", func(q *store.Post) { q.Jurisdiction = "guilin" })
		as(relBelow, "-below", func(q *store.Post) { q.Jurisdiction = "shangzhou" })
	}
}

// scribe decides in memory, and records what was decided in the database.
type scribe struct {
	*city
	m *matrix
}

func (x scribe) Send(ctx context.Context, c domain.Command) (api.Receipt, error) {
	receipt, err := x.city.Send(ctx, c)
	x.m.record(ctx)
	return receipt, err
}

func (x scribe) SendAll(ctx context.Context, i store.Import, cs []domain.Command) error {
	err := x.city.SendAll(ctx, i, cs)
	x.m.record(ctx)
	return err
}

// record brings the database up to what is decided.
func (m *matrix) record(ctx context.Context) {
	for id, l := range m.projects {
		var entries []domain.Entry
		for _, line := range l.lines[m.recorded[id]:] {
			entries = append(entries, line.Entry)
		}
		if err := m.db.Record(ctx, "project/"+id, entries, nil); err != nil {
			panic(err)
		}
		m.recorded[id] = len(l.lines)
	}
}

// recordsOf reads from the database, but for the commands, which the city keeps.
type recordsOf struct {
	*store.Store
	w *city
}

func (a recordsOf) Command(ctx context.Context, id string) (store.CommandRow, error) {
	return a.w.Command(ctx, id)
}

func (a recordsOf) Import(ctx context.Context, id string) (store.Import, error) {
	return a.w.Import(ctx, id)
}

func (a recordsOf) Candidates(ctx context.Context, id string) ([]project.Candidate, error) {
	return a.w.Candidates(ctx, id)
}

// below tells whether a jurisdiction is another, or below it; "" is above all.
func below(j, top string) bool {
	return top == "" || j == top || (top == "shangluo" && j == "shangzhou")
}

// sees tells whether a person sees a project: by jurisdiction, department, unit, owner, or panel.
func (m *matrix) sees(p person, l *life) bool {
	f := l.p.Profile
	return slices.ContainsFunc(m.held(p), func(x store.Post) bool {
		switch x.Role {
		case domain.RoleOffice, domain.RoleSupervisor, domain.RoleLeader, domain.RoleAuditor:
			return below(f.Jurisdiction, x.Jurisdiction)
		case domain.RoleHandler, domain.RoleHead:
			return below(f.Jurisdiction, x.Jurisdiction) && l.concerns(domain.Party{Kind: domain.PartyDepartment, Code: x.Party})
		case domain.RoleOwner:
			return f.Owner == x.Party
		case domain.RoleLiaison:
			return f.Unit == x.Party || l.concerns(domain.Party{Kind: domain.PartyUnit, Code: x.Party})
		case domain.RoleExpert:
			return slices.ContainsFunc(l.p.Panel.Members, func(e project.Member) bool { return e.Expert == x.Party })
		default:
			return false
		}
	})
}

// concerns tells whether a party has a part in a project: an item, or work that it was given.
func (l *life) concerns(party domain.Party) bool {
	if party.Kind == domain.PartyDepartment && slices.ContainsFunc(l.p.Items, func(i project.Item) bool { return i.Department == party.Code }) {
		return true
	}
	return slices.ContainsFunc(l.p.Tasks, func(t project.Task) bool { return t.Party == party })
}

// seesTask tells whether a person sees a piece of work of a project that he sees: departments and experts their own.
func (m *matrix) seesTask(p person, l *life, t project.Task) bool {
	return m.sees(p, l) && slices.ContainsFunc(m.held(p), func(x store.Post) bool {
		own := map[domain.Role]domain.Party{
			domain.RoleHandler: {Kind: domain.PartyDepartment, Code: x.Party}, domain.RoleHead: {Kind: domain.PartyDepartment, Code: x.Party},
			domain.RoleExpert: {Kind: domain.PartyExpert, Code: x.Party},
		}
		party, only := own[x.Role]
		switch {
		case only:
			return t.Party == party
		case x.Role == domain.RoleLiaison && l.p.Profile.Unit != x.Party:
			return t.Party == domain.Party{Kind: domain.PartyUnit, Code: x.Party}
		default:
			return true
		}
	})
}

// refusal is how the table refuses a person an operation on a project; "" when it lets him pass to the core. Project is
// nil for operations that are on none.
func (m *matrix) refusal(p person, id string, l *life) (status int, code string) {
	rule := api.Access[id]
	held := m.held(p)
	may := slices.ContainsFunc(held, func(x store.Post) bool { return slices.Contains(slices.Concat(rule.Roles, rule.Late), x.Role) })
	switch {
	case rule.Scope == api.ScopePublic:
		return 0, ""
	case p.disabled:
		return http.StatusUnauthorized, "session.none"
	case len(held) == 0 && rule.Scope == api.ScopeSelf && len(rule.Roles) == len(api.Roles):
		return 0, ""
	case !may:
		return http.StatusForbidden, "role"
	case l != nil && !m.sees(p, l):
		return http.StatusNotFound, "project.unknown"
	}
	return 0, ""
}

// watch lets the database count every row that is written, whoever writes it, but for what is noted of who came and asked.
func (m *matrix) watch() {
	m.t.Helper()
	m.exec("CREATE TABLE test_changes (n integer NOT NULL)")
	m.exec("INSERT INTO test_changes VALUES (0)")
	const tables = "SELECT group_concat(name, ' ') FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'audit%' AND name NOT LIKE 'goose%' AND name NOT LIKE 'test_%'"
	for table := range strings.FieldsSeq(m.one(tables)) {
		columns := m.one("SELECT group_concat(name, ', ') FROM pragma_table_info('" + table + "') WHERE name NOT IN ('last_used_at', 'used_at')")
		for _, change := range []string{"INSERT", "DELETE", "UPDATE OF " + columns} {
			kind, _, _ := strings.Cut(change, " ")
			m.exec("CREATE TRIGGER test_" + table + "_" + kind + " AFTER " + change + " ON " + table + " BEGIN UPDATE test_changes SET n = n + 1; END")
		}
	}
}

func (m *matrix) exec(statement string) {
	m.t.Helper()
	_, err := m.file.ExecContext(m.t.Context(), statement)
	require.NoError(m.t, err, statement)
}

func (m *matrix) one(query string) (text string) {
	m.t.Helper()
	require.NoError(m.t, m.file.QueryRowContext(m.t.Context(), query).Scan(&text))
	return text
}

// changes counts the rows that were written so far.
func (m *matrix) changes() string { m.t.Helper(); return m.one("SELECT n FROM test_changes") }

// unchanged runs what must change nothing: neither in the database nor in what is decided.
func (m *matrix) unchanged(f func() *answer, who string) {
	m.t.Helper()
	state := func() string {
		n := m.changes()
		for _, id := range slices.Sorted(maps.Keys(m.projects)) {
			n += fmt.Sprint(" ", id, len(m.projects[id].lines))
		}
		return n
	}
	before := state()
	a := f()
	require.Equal(m.t, before, state(), "%s was answered %d %s, and something has changed", who, a.status, a.raw)
}

// request is one operation with a request that the contract accepts.
type request struct {
	id, method, path string
	body             any
	project          *life
	dry              bool // changes nothing though it succeeds
}

func (m *matrix) send(p person, r request) *answer {
	m.t.Helper()
	c := m.as(p.account).with("Idempotency-Key", "matrix-key-"+strconv.FormatInt(keys.Add(1), 10))
	return c.send(r.method, r.path, r.body)
}

// tries holds that a person is refused, as the table says, and that nothing has changed; or that the table lets him pass.
func (m *matrix) tries(p person, r request) (a *answer, passed bool) {
	m.t.Helper()
	who := fmt.Sprintf("%s by %s (%s)", r.id, p.account, p.relation)
	status, code := m.refusal(p, r.id, r.project)
	if status == 0 {
		if r.dry {
			m.unchanged(func() *answer { a = m.send(p, r); return a }, who)
		} else {
			a = m.send(p, r)
		}
		require.NotEqual(m.t, http.StatusUnauthorized, a.status, "%s: %s", who, a.raw)
		require.NotEqual(m.t, "role", a.body["code"], "%s: %s", who, a.raw)
		require.False(m.t, r.project != nil && a.body["code"] == "project.unknown", "%s: %s", who, a.raw)
		if a.body["code"] != "stream.closed" { // no hub runs here: live updates have tests of their own
			require.Less(m.t, a.status, 500, "%s: %s", who, a.raw)
		}
		return a, true
	}
	m.unchanged(func() *answer {
		a = m.send(p, r)
		require.Equal(m.t, status, a.status, "%s: %s", who, a.raw)
		if told, _ := a.body["code"].(string); status == http.StatusNotFound { // of a task: that there is no such
			require.True(m.t, strings.HasSuffix(told, ".unknown"), "%s: %s", who, a.raw)
			return a
		}
		require.Equal(m.t, code, a.body["code"], "%s: %s", who, a.raw)
		return a
	}, who)
	return a, false
}

// TestEveryOperationInEveryRelation calls each operation of the contract, at one moment of a project's life, as everybody
// in the city. Whom the table does not let pass is refused with the status it says, and nothing changes; commands are
// previewed, which changes nothing either, and who covers somebody is told exactly what he is told.
func TestEveryOperationInEveryRelation(t *testing.T) {
	t.Parallel()
	m := newMatrix(t, false)
	p := m.approving()
	l := m.projects[strings.TrimPrefix(p, "/projects/")]
	for _, id := range slices.Sorted(maps.Keys(operations())) {
		op := operations()[id]
		if strings.HasSuffix(id, "SignOn") && op.method == http.MethodGet && id != "getSignIn" || id == "createSession" {
			continue // there is no provider here; signing in has tests of its own
		}
		path, body := m.example(op, p)
		path = strings.Replace(path, "/users/owner", "/users/nobody-in-particular", 1)
		r := request{id: id, method: op.method, path: path, body: body}
		if strings.Contains(op.path, "{projectId}") {
			r.project = l
		}
		if op.command() != "" {
			r.path += "?preview=true"
		}
		r.dry = op.command() != "" || op.method == http.MethodGet
		if api.Access[id].Scope != api.ScopePublic {
			m.unchanged(func() *answer {
				return m.anyone().with("Idempotency-Key", "matrix-nobody-"+id).send(r.method, r.path, r.body).refused(http.StatusUnauthorized, "session.none")
			}, id+" by nobody")
		}
		told, surplus := map[string]*answer{}, false
		for _, who := range m.standing() {
			a, passed := m.tries(who, r)
			require.NotContains(t, string(a.raw), "hidden", "%s tells %s of somebody's address or password", id, who.account)
			require.NotContains(t, string(a.raw), "某某", "%s tells %s an expert's name", id, who.account)
			if !passed {
				continue
			}
			code, _ := a.body["code"].(string)
			require.NotContains(t, code, "contract.", "the example of %s must be what the contract asks for: %s", id, a.raw)
			told[who.account] = a
			if op.command() == "" {
				continue
			}
			if of := told[who.post.Covers]; who.relation == relCover && of != nil {
				require.Equal(t, of.status, a.status, "%s by the cover of %s: %s", id, who.post.Covers, a.raw)
				require.Equal(t, of.body["code"], a.body["code"], "%s by the cover of %s", id, who.post.Covers)
			}
			if who.relation == relOwn && !surplus {
				surplus = true
				m.surplus(who, r)
			}
		}
	}
}

// stands tells whether a person is one of those that the matrix calls everything as: one of each role, those beside him,
// a colleague, and somebody of another department and owner.
func (m *matrix) stands(p person) bool {
	for _, account := range append(slices.Collect(maps.Values(holders)), "resources-2", "other-owner", "development-1", "development-head") {
		if p.account == account || strings.HasPrefix(p.account, account+"-") && p.relation != relOwn {
			return true
		}
	}
	return false
}

// standing are the people who stand for all.
func (m *matrix) standing() []person {
	return slices.DeleteFunc(slices.Clone(m.people), func(p person) bool { return !m.stands(p) })
}

// surplus sends a field that the contract does not know.
func (m *matrix) surplus(p person, r request) {
	m.t.Helper()
	in, ok := r.body.(body)
	if !ok {
		return
	}
	for _, field := range []string{"surplus", "actor", "id", "jurisdiction", "receivedAt"} {
		if _, known := in[field]; known {
			continue
		}
		more := r
		more.body = merge(in, body{field: "x"})
		m.unchanged(func() *answer {
			a := m.send(p, more)
			if a.status != http.StatusUnprocessableEntity { // a name that this command knows
				return a
			}
			return a.refused(http.StatusUnprocessableEntity, "contract.properties")
		}, r.id+" with "+field)
	}
}

// TestNobodyElseDoesWhatIsSomebodysToDo leads a project through its life. Before each act everybody tries it who is not
// the one to do it: who holds the same post elsewhere, or not any more, or not yet; who has another role; who works for
// another party of the project. All are refused, nothing changes, and then it is done by whose act it is.
func TestNobodyElseDoesWhatIsSomebodysToDo(t *testing.T) {
	t.Parallel()
	m := newMatrix(t, true)
	tried := map[string]int{}
	m.first = func(c *caller, path string, in any) {
		r := request{method: http.MethodPost, path: path, body: in}
		route, _, err := contractRoutes.FindRoute(httptest.NewRequestWithContext(t.Context(), r.method, "/api/v1"+path, http.NoBody))
		require.NoError(t, err)
		r.id = route.Operation.OperationID
		if rest, on := strings.CutPrefix(path, "/projects/"); on {
			id, _, _ := strings.Cut(rest, "/")
			r.project = m.projects[id]
		}
		m.record(t.Context())
		account := strings.TrimPrefix(c.headers.Get("Authorization"), "Bearer token of ")
		for _, who := range m.people {
			if m.hasNothingToDoWith(who, account, r) {
				tried[r.id]++
				m.intrudes(who, r)
			}
		}
	}
	m.lives()
	m.livesSideways()
	for id, op := range operations() {
		if op.command() != "" {
			require.GreaterOrEqual(t, tried[id], 10, "%s was tried %d times by others", id, tried[id])
		}
	}
}

// livesSideways leads projects through what happens to few: a declaration returned, a panel that must meet twice, papers
// that are missing or promised, work that is shared, and the ways out.
func (m *matrix) livesSideways() {
	m.t.Helper()
	p := m.declared()
	m.as("office").post(p+"/review", body{"decision": "return", "opinion": "资金来源不清"}).ok()
	m.as("owner").post(p+"/amend", declaration()).ok()
	m.as("office").post(p+"/review", body{"decision": "admit"}).ok()
	m.as("office").post(p+"/recognise", body{"document": "纪要"}).ok()
	panel := m.draw(p)
	m.as(panel[0]).post(p+"/panel/decline", body{"reason": "出差"}).ok()
	for _, e := range m.state(p).Panel.Members {
		if e.State != "invited" {
			continue
		}
		var marks []body
		for _, c := range m.pack.Evaluation.Criteria {
			marks = append(marks, body{"key": c.Key, "mark": c.Max * 65 / 100})
		}
		m.as(e.Expert).post(p+"/panel/score", body{"marks": marks, "opinion": "修改后再议"}).ok()
	}
	m.as("liaison").post(p+"/panel/revise", body{"note": "已修改"}).ok()
	for _, e := range m.draw(p) {
		m.scores(p, e, "同意")
	}
	m.as("liaison").post(p+"/plan", body{"nodes": []body{{"key": "n1", "title": "征地", "due": "2026-11-30", "unit": "district", "post": "专员"}}}).ok()

	item, papers := m.opened(p)
	at, one, two := p+"/items/"+item.Key, m.as(item.Department+"-1"), m.as(item.Department+"-2")
	m.as("owner").post(at+"/submit", papers).ok()
	list, _ := papers["papers"].([]string)
	one.post(at+"/ask-supplement", body{"missing": []body{{"paper": list[0], "standard": "加盖公章"}}}).ok()
	m.as("owner").post(at+"/supply", body{"papers": list[:1]}).ok()
	open := m.state(p).Tasks
	n := slices.IndexFunc(open, func(t project.Task) bool { return t.Subject == item.Key && t.Kind == project.TaskDecision })
	require.GreaterOrEqual(m.t, n, 0, "%+v", open)
	task := p + "/tasks/" + strings.ReplaceAll(open[n].Key, "/", "~")
	one.post(task+"/release", nil).ok() // it came back to who asked
	one.post(task+"/claim", nil).ok()
	one.post(task+"/ask", body{"to": item.Department + "-2", "question": "可否"}).ok()
	two.post(task+"/answer", body{"opinion": "可"}).ok()
	one.post(task+"/cosigners", body{"user": item.Department + "-2"}).ok()
	two.post(task+"/cosign", body{"opinion": "同意"}).ok()
	one.post(task+"/cosigners", body{"user": item.Department + "-head"}).ok()
	one.post(task+"/cosigners/"+item.Department+"-head/remove", nil).ok()
	one.post(task+"/hand-over", body{"to": item.Department + "-2", "reason": "出差"}).ok()
	two.post(task+"/release", nil).ok()
	two.post(at+"/grant", body{"document": "批复〔2026〕1号"}).ok()
	m.promises(p)

	m.as("owner").post(p+"/withdraw", body{"reason": "不再建设"}).ok()
	removed, instead := m.declared(), m.declared()
	m.as("office").post(instead+"/review", body{"decision": "admit"}).ok()
	m.as("office").post(instead+"/recognise", body{"document": "纪要"}).ok()
	m.as("office").post(removed+"/remove", body{"reason": "不再实施"}).ok()
	m.as("office").post(removed+"/replace", body{"project": strings.TrimPrefix(instead, "/projects/")})
}

// promises hands an item in with a paper that is promised for a day, and brings it.
func (m *matrix) promises(p string) {
	m.t.Helper()
	for item, whole := m.opened(p); item.Key != ""; item, whole = m.opened(p) {
		rule, ok := m.pack.Item(item.Key)
		require.True(m.t, ok)
		at, handler := p+"/items/"+item.Key, m.as(item.Department+"-1")
		n := slices.IndexFunc(rule.Papers, func(p policy.Paper) bool { return p.Deferrable })
		if n < 0 {
			m.as("owner").post(at+"/submit", whole).ok()
			handler.post(at+"/grant", body{"document": "批复〔2026〕2号"}).ok()
			continue
		}
		var papers []string
		for _, paper := range slices.Delete(slices.Clone(rule.Papers), n, n+1) {
			papers = append(papers, paper.Key)
		}
		m.as("owner").post(at+"/submit", body{"papers": papers, "commitments": []body{{"paper": rule.Papers[n].Key, "due": "2026-04-30"}}}).ok()
		m.as("owner").post(at+"/commitments/"+rule.Papers[n].Key+"/keep", nil).ok()
		return
	}
	require.Fail(m.t, "no item takes a promise for a paper")
}

// hasNothingToDoWith tells whether an act is none of a person's, though he may hold a post of the right role.
func (m *matrix) hasNothingToDoWith(p person, account string, r request) bool {
	rule := api.Access[r.id]
	if strings.HasPrefix(p.account, account+"-") { // the same post, but for one thing
		return p.relation != relCover && p.relation != relOwn && (r.project != nil || p.relation != relElsewhere && p.relation != relBelow)
	}
	if p.relation != relOwn || p.account == account || !m.stands(p) {
		return false
	}
	switch role := p.post.Role; {
	case !slices.Contains(slices.Concat(rule.Roles, rule.Late), role):
		return true
	case slices.Contains(rule.Late, role):
		return r.project != nil // nothing is entered late here
	case rule.Scope != api.ScopeParty:
		return r.project != nil && !m.sees(p, r.project)
	case r.project == nil:
		return p.account == "other-owner"
	case strings.Contains(r.path, "/tasks/") && role != domain.RoleHandler && role != domain.RoleHead:
		return true // the work of a department
	case role == domain.RoleHandler, role == domain.RoleHead:
		holder := m.people[slices.IndexFunc(m.people, func(o person) bool { return o.account == account })]
		return (holder.post.Role == domain.RoleHandler || holder.post.Role == domain.RoleHead) && holder.post.Party != p.post.Party
	default:
		return !m.sees(p, r.project)
	}
}

// intrudes holds that a person is refused: as the table says, or by the core where the table cannot know.
func (m *matrix) intrudes(p person, r request) {
	m.t.Helper()
	if status, _ := m.refusal(p, r.id, r.project); status != 0 {
		m.tries(p, r)
		return
	}
	who := fmt.Sprintf("%s by %s (%s)", r.id, p.account, p.relation)
	m.unchanged(func() *answer {
		a := m.send(p, r)
		refused := a.status == http.StatusForbidden || a.status == http.StatusNotFound || a.body["clause"] == domain.RuleOwnParty
		require.True(m.t, refused && a.status >= 400, "%s: %s", who, a.raw)
		return a
	}, who)
}

// TestListsShowWhatIsToBeSeen compares every list with what was worked out of who sees what.
func TestListsShowWhatIsToBeSeen(t *testing.T) {
	t.Parallel()
	m := newMatrix(t, false)
	all := []string{m.approving()}
	item, papers := m.opened(all[0])
	m.as("owner").post(all[0]+"/items/"+item.Key+"/submit", papers).ok() // work for a department, that experts do not see
	declare := func(owner, jurisdiction string, other body) {
		account := "declares-" + owner + "-" + jurisdiction
		m.settle(person{account, relOwn, store.Post{Role: domain.RoleOwner, Party: owner, Jurisdiction: jurisdiction}, false})
		all = append(all, "/projects/"+m.as(account).post("/projects", declarationWith(other)).ok().text("project"))
	}
	declare("builder", "shangzhou", nil)
	declare("builder", "guilin", nil)
	evaluated, _ := m.evaluating()
	all = append(all, evaluated)
	seen := 0
	for _, who := range m.people {
		var projects, tasks []string
		for _, p := range all {
			id := strings.TrimPrefix(p, "/projects/")
			l := m.projects[id]
			own := []string{}
			for _, task := range l.p.Tasks {
				if m.seesTask(who, l, task) {
					own = append(own, id+" "+task.Key)
				}
			}
			tasks = append(tasks, own...)
			reads := slices.ContainsFunc(m.held(who), func(x store.Post) bool { return slices.Contains(api.Access["getProject"].Roles, x.Role) })
			for _, part := range []string{"", "/timeline", "/chart", "/items", "/tasks", "/panel", "/lamps", "/reports", "/commitments", "/notices", "/waiting"} {
				a := m.as(who.account).get(p + part)
				switch {
				case m.sees(who, l):
					a.ok()
				case reads:
					require.Equal(t, http.StatusNotFound, a.status, "%s%s by %s (%s): %s", p, part, who.account, who.relation, a.raw)
				default:
					require.Contains(t, []int{http.StatusUnauthorized, http.StatusForbidden}, a.status)
				}
				if part == "/tasks" && m.sees(who, l) {
					require.ElementsMatch(t, own, m.keys(a, id), "the work of %s for %s", p, who.account)
				}
			}
			for _, task := range l.p.Tasks {
				a := m.as(who.account).get(p + "/tasks/" + url.PathEscape(strings.ReplaceAll(task.Key, "/", "~")))
				require.Equal(t, slices.Contains(own, id+" "+task.Key), a.status == http.StatusOK, "%s of %s for %s: %s", task.Key, p, who.account, a.raw)
			}
			if m.sees(who, l) {
				projects = append(projects, id)
				seen++
			}
		}
		a := m.as(who.account).get("/projects?limit=100")
		if a.status != http.StatusOK {
			require.Empty(t, projects, who.account)
			continue
		}
		var listed []string
		for _, v := range a.list("items") {
			id, _ := object(t, v)["id"].(string)
			listed = append(listed, id)
		}
		require.ElementsMatch(t, projects, listed, "the projects of %s", who.account)
		require.ElementsMatch(t, tasks, m.keys(m.as(who.account).get("/tasks?everyone=true&limit=100").ok(), ""), "the work that %s sees", who.account)
		m.figures(who, projects)
	}
	require.Greater(t, seen, 50)
}

// figures holds that what a person is told of all projects is told of exactly those that he sees.
func (m *matrix) figures(who person, projects []string) {
	m.t.Helper()
	var investment, planned, done int64
	months := map[string]bool{}
	for _, id := range projects {
		l := m.projects[id]
		investment += l.p.Profile.Investment
		for _, month := range l.p.Months() {
			months[id+" "+month.Period] = true
			if strings.HasPrefix(month.Period, "2026-") {
				planned, done = planned+month.Planned, done+month.Done
			}
		}
	}
	a := m.as(who.account).get("/portfolio").ok()
	require.EqualValues(m.t, len(projects), a.at("all.projects"), who.account)
	require.EqualValues(m.t, investment, a.at("all.investment"), who.account)
	require.EqualValues(m.t, planned, a.at("plannedThisYear"), who.account)
	require.EqualValues(m.t, done, a.at("doneThisYear"), who.account)
	listed := map[string]bool{}
	for cursor := ""; ; {
		page := m.as(who.account).get("/investments?limit=100&cursor=" + cursor).ok()
		for _, v := range page.list("items") {
			month := object(m.t, v)
			listed[fmt.Sprint(month["project"], " ", month["period"])] = true
		}
		next, more := page.body["next"].(string)
		if !more {
			break
		}
		cursor = next
	}
	require.Equal(m.t, months, listed, "the months of %s", who.account)
}

// keys are the tasks of an answer, each with its project.
func (m *matrix) keys(a *answer, id string) []string {
	m.t.Helper()
	keys := []string{}
	for _, v := range a.list("items") {
		task := object(m.t, v)
		of := id
		if of == "" {
			of, _ = task["project"].(string)
			if p, nested := task["project"].(body); nested {
				of, _ = p["id"].(string)
			}
		}
		key, _ := task["key"].(string)
		keys = append(keys, of+" "+key)
	}
	return keys
}

// TestAScoreIsCoveredInEveryAnswer looks for one expert's opinion in whatever can be read, as everybody.
func TestAScoreIsCoveredInEveryAnswer(t *testing.T) {
	t.Parallel()
	m := newMatrix(t, false)
	p, panel := m.evaluating()
	const opinion = "只有我知道的意见"
	m.scores(p, panel[0], opinion)
	found := 0
	for id, op := range operations() {
		if op.method != http.MethodGet || api.Access[id].Scope == api.ScopePublic {
			continue
		}
		path := strings.NewReplacer("{projectId}", strings.TrimPrefix(p, "/projects/"), "{task}", "scoring~"+panel[0]+"~1").Replace(op.path)
		if strings.Contains(path, "{") {
			continue
		}
		for _, name := range op.names(openapi3.ParameterInQuery) {
			if name == "limit" {
				path += "?limit=100"
			}
		}
		for _, who := range m.people {
			a := m.as(who.account).get(path)
			if !strings.Contains(string(a.raw), opinion) {
				continue
			}
			found++
			own := who.post.Party == panel[0] && who.post.Role == domain.RoleExpert && len(m.held(who)) > 0
			require.True(t, own, "%s tells %s (%s) what %s thinks", id, who.account, who.relation, panel[0])
		}
	}
	require.GreaterOrEqual(t, found, 1, "the expert himself reads it")
}
