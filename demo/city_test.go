package demo_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"milepost/config"
	"milepost/domain"
	"milepost/domain/policy"
	"milepost/domain/project"
)

// city is a server in memory: the real deciders behind the public API's paths, with a clock of its own. It keeps
// no record beyond what the run looks at.
type city struct {
	http.Handler
	t     *testing.T
	data  *config.DemoCity
	rules *policy.Registry
	pack  *policy.Pack
	step  time.Duration // by which civil time goes on whenever somebody looks at the clock: a busy machine makes nobody late

	mu       sync.Mutex
	civil    time.Time
	projects map[string]*life
	order    []string
	sent     map[string]*answered
	quotas   map[string]*pot
	notices  []notice
	started  int
	files    map[string]file
}

// file is what was uploaded.
type file struct{ name, content string }

type life struct {
	p   *project.Project
	log []line
}

type line struct {
	domain.Entry
	text domain.Text
}

type answered struct {
	body        string
	project     string
	first, last int64
	refusal     *domain.Error
}

type pot struct {
	total, held decimal.Decimal
	line        []project.QuotaAct
	holds       map[string]decimal.Decimal
}

type notice struct {
	Project string `json:"project"`
	Kind    string `json:"kind"`
	party   domain.Party
}

func newCity(t *testing.T, step time.Duration) *city {
	t.Helper()
	data, err := config.Demo()
	require.NoError(t, err)
	rules, set, err := config.Rules()
	require.NoError(t, err)
	c := &city{
		t: t, data: data, rules: rules, projects: map[string]*life{}, sent: map[string]*answered{}, quotas: map[string]*pot{}, files: map[string]file{},
		step: step, civil: time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC),
	}
	c.pack, _ = set.Pack("gl")
	for _, q := range data.Quotas {
		c.potOf(q.Resource, q.Year, q.Jurisdiction).total = decimal.RequireFromString(q.Amount)
	}
	c.Handler = c.routes()
	return c
}

// acts are the paths of commands: the wire name, and the fields of the body that the path gives.
var acts = map[string]string{
	"/projects/{id}/review": "ReviewEntry", "/projects/{id}/amend": "AmendDeclaration", "/projects/{id}/recognise": "Recognise",
	"/projects/{id}/panel/draw": "DrawPanel", "/projects/{id}/panel/decline": "DeclinePanel", "/projects/{id}/panel/score": "SubmitScore",
	"/projects/{id}/panel/revise": "ReviseProposal", "/projects/{id}/plan": "FilePlan", "/projects/{id}/plan/{node}/complete": "CompleteNode",
	"/projects/{id}/items/{item}/submit": "SubmitItem", "/projects/{id}/items/{item}/accept": "AcceptItem",
	"/projects/{id}/items/{item}/ask-supplement": "AskSupplement", "/projects/{id}/items/{item}/supply": "SupplyPapers",
	"/projects/{id}/items/{item}/commitments/{paper}/keep": "KeepCommitment", "/projects/{id}/items/{item}/pause": "PauseItem",
	"/projects/{id}/items/{item}/resume": "ResumeItem", "/projects/{id}/items/{item}/extend": "ExtendItem",
	"/projects/{id}/items/{item}/grant": "GrantItem", "/projects/{id}/items/{item}/refuse": "RefuseItem",
	"/projects/{id}/joint-reviews": "ConveneJointReview", "/projects/{id}/joint-reviews/{jointReview}/record": "RecordJointReview",
	"/projects/{id}/needs/{resource}/{year}/confirm": "ConfirmNeed", "/projects/{id}/conditions/{condition}/confirm": "ConfirmCondition",
	"/projects/{id}/start": "StartConstruction", "/projects/{id}/investment-plan": "SetPlan", "/projects/{id}/reports/{period}/file": "FileReport",
	"/projects/{id}/reports/{period}/correct": "CorrectReport", "/projects/{id}/problems": "RegisterProblem",
	"/projects/{id}/problems/{problem}/assign": "AssignProblem", "/projects/{id}/problems/{problem}/close": "CloseProblem",
	"/projects/{id}/acceptance/request": "RequestAcceptance", "/projects/{id}/settlement": "FileSettlement",
	"/projects/{id}/acceptance/decide": "AcceptJointly", "/projects/{id}/rectifications/{rectification}/done": "FinishRectification", "/projects/{id}/suspend": "Suspend", "/projects/{id}/resume": "Resume",
	"/projects/{id}/withdraw": "Withdraw", "/projects/{id}/replace": "Replace", "/projects/{id}/papers": "FilePaper",
	"/projects/{id}/planned-dates/move": "MovePlannedDate", "/projects/{id}/tasks/{task}/claim": "ClaimTask", "/projects/{id}/tasks/{task}/hand-over": "HandOverTask",
	"/projects": "Declare",
}

func (c *city) routes() http.Handler {
	mux := http.NewServeMux()
	at := func(pattern string, h func(r *http.Request) (int, any)) {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" /api/v1"+path, func(w http.ResponseWriter, r *http.Request) {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.tick()
			status, body := h(r)
			if account, ok := body.(signedIn); ok {
				http.SetCookie(w, &http.Cookie{Name: "milepost", Value: string(account), Path: "/"})
				body = map[string]any{}
			}
			if status >= 400 {
				w.Header().Set("Content-Type", "application/problem+json")
			}
			w.WriteHeader(status)
			_ = json.NewEncoder(w).Encode(body)
		})
	}
	at("GET /clock", func(*http.Request) (int, any) {
		c.civil = c.civil.Add(c.step)
		return 200, map[string]any{"now": c.now(), "simulated": c.step > 0, "rate": c.step.Seconds() * 200, "zone": "Asia/Shanghai"}
	})
	at("POST /session", c.signIn)
	at("POST /me/tokens", func(r *http.Request) (int, any) {
		return 201, map[string]any{"id": "t1", "name": "x", "secret": "mp_" + c.account(r)}
	})
	at("DELETE /me/tokens/{id}", func(*http.Request) (int, any) { return 204, nil })
	at("GET /packs/{hash}", func(*http.Request) (int, any) { return 200, c.pack })
	at("GET /projects/{id}", c.show)
	at("GET /projects/{id}/timeline", c.timeline)
	at("GET /quotas", c.listQuotas)
	at("POST /quotas", c.addQuota)
	at("GET /notices", c.listNotices)
	at("GET /commands/{id}", func(r *http.Request) (int, any) {
		a, ok := c.sent[r.PathValue("id")]
		if !ok {
			return problem(404, "command.unknown", "没有这个命令")
		}
		if a.refusal != nil {
			_, p := refusal(a.refusal)
			return 200, map[string]any{"command": r.PathValue("id"), "state": "refused", "problem": p}
		}
		return 200, map[string]any{"command": r.PathValue("id"), "state": "recorded", "project": a.project, "firstSeq": a.first, "lastSeq": a.last}
	})
	at("POST /projects/{id}/files", func(r *http.Request) (int, any) {
		content, _ := io.ReadAll(r.Body)
		sum := sha256.Sum256(content)
		id := fmt.Sprintf("00000000-0000-8000-8000-%x", sum[:6])
		c.files[id] = file{r.URL.Query().Get("name"), string(content)}
		return 201, map[string]any{"id": id}
	})
	mux.HandleFunc("GET /api/v1/projects/{id}/files/{file}/content", func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		_, _ = io.WriteString(w, c.files[r.PathValue("file")].content)
	})
	for path, name := range acts {
		at("POST "+path, func(r *http.Request) (int, any) { return c.act(r, name) })
	}
	return mux
}

type signedIn string

func (c *city) signIn(r *http.Request) (int, any) {
	var in struct{ Account, Password string }
	_ = json.NewDecoder(r.Body).Decode(&in)
	if in.Password != "milepost-demo" || c.actor(in.Account).Role == "" {
		return problem(401, "login.failed", "账号或密码不正确")
	}
	return 200, signedIn(in.Account)
}

func problem(status int, code, title string) (int, any) {
	return status, map[string]any{"status": status, "code": code, "title": title, "detail": title}
}

func (c *city) account(r *http.Request) string {
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer mp_"); ok {
		return token
	}
	if k, err := r.Cookie("milepost"); err == nil {
		return k.Value
	}
	return ""
}

func (c *city) actor(account string) domain.Actor {
	for _, a := range c.data.Accounts {
		if a.Account == account {
			p := a.Posts[0]
			return domain.Actor{User: account, Role: domain.Role(p.Role), Party: p.Party, Jurisdiction: p.Jurisdiction}
		}
	}
	return domain.Actor{}
}

func (c *city) name(account string) string {
	for _, a := range c.data.Accounts {
		if a.Account == account {
			return a.Name
		}
	}
	return ""
}

func (c *city) now() time.Time { return c.civil }

// tick lets everything happen that is due.
func (c *city) tick() {
	now := c.now()
	for _, id := range c.order {
		l := c.projects[id]
		for due := l.p.NextDeadline(); !due.IsZero() && !due.After(now); due = l.p.NextDeadline() {
			entries, err := l.p.Tick(now, c.rules)
			if err != nil || len(entries) == 0 {
				c.t.Errorf("tick of %s: %v, %d entries", l.p.Profile.Name, err, len(entries))
				return
			}
			c.record(l, entries)
		}
	}
}

func (c *city) record(l *life, entries []domain.Entry) {
	var effects []domain.Effect
	for _, e := range entries {
		if err := l.p.Evolve(e); err != nil {
			c.t.Errorf("evolve: %v", err)
		}
		text, err := l.p.Describe(e)
		if err != nil {
			c.t.Errorf("describe: %v", err)
		}
		l.log = append(l.log, line{e, text})
		for _, n := range l.p.Notices(e) {
			c.notices = append(c.notices, notice{Project: l.p.ID, Kind: n.Kind, party: n.Party})
		}
		effects = append(effects, l.p.Effects(e)...)
	}
	for _, e := range effects {
		if e.Kind == project.EffectQuota {
			var act project.QuotaAct
			_ = json.Unmarshal(e.Data, &act)
			c.quota(e.ID, act)
		}
	}
}

func (c *city) send(l *life, cmd domain.Command) error {
	entries, err := l.p.Decide(cmd, c.now(), c.rules)
	if err != nil {
		return err
	}
	c.record(l, entries)
	return nil
}

func (c *city) act(r *http.Request, name string) (int, any) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return problem(400, "body", err.Error())
	}
	key, who := r.Header.Get("Idempotency-Key"), c.account(r)
	same := r.URL.Path + " " + who + " " + string(body)
	if a, ok := c.sent[key]; ok {
		switch {
		case a.body != same:
			return problem(422, "idempotency.mismatch", "同一个键，内容不同")
		case a.refusal != nil:
			return refusal(a.refusal)
		}
		return 200, c.receipt(key, a)
	}
	fields := map[string]any{}
	if len(bytes.TrimSpace(body)) > 0 {
		if err := json.Unmarshal(body, &fields); err != nil {
			return problem(400, "body", err.Error())
		}
	}
	for _, v := range []string{"node", "item", "paper", "jointReview", "resource", "condition", "period", "problem", "rectification", "task"} {
		if got := r.PathValue(v); got != "" {
			fields[v] = strings.ReplaceAll(got, "~", "/")
		}
	}
	if y := r.PathValue("year"); y != "" {
		fields["year"], _ = strconv.Atoi(y)
	}
	if handed, ok := fields["files"].([]any); ok {
		for _, one := range handed {
			h, _ := one.(map[string]any)
			f := c.files[fmt.Sprint(h["file"])]
			h["name"], h["size"], h["digest"] = f.name, len(f.content), fmt.Sprintf("%x", sha256.Sum256([]byte(f.content)))
		}
	}
	l, id := c.projects[r.PathValue("id")], r.PathValue("id")
	switch name {
	case "Declare":
		c.started++
		id = fmt.Sprintf("00000000-0000-0000-0000-%012d", c.started)
		l = &life{p: project.New(id)}
		fields["pack"] = c.pack.Hash()
		located(fields["profile"])
	case "AmendDeclaration":
		located(fields["profile"])
	case "DrawPanel":
		fields["candidates"] = c.candidates()
	case "Replace":
		fields["investment"] = c.projects[fmt.Sprint(fields["project"])].p.Profile.Investment
	}
	if l == nil {
		return problem(404, "project.unknown", "没有这个项目")
	}
	cmd := domain.Command{ID: key, Entity: "project/" + id, Type: name, Body: raw(fields), Actor: c.actor(who), ReceivedAt: c.now(), Seed: uint64(len(c.sent))}
	if at := r.Header.Get("Milepost-Occurred-At"); at != "" {
		cmd.OccurredAt, _ = time.Parse(time.RFC3339, at)
		cmd.Basis, _ = url.PathUnescape(r.Header.Get("Milepost-Basis"))
	}
	a := &answered{body: same, project: id, first: l.p.Seq + 1}
	if err := c.send(l, cmd); err != nil {
		e := domain.AsError(err)
		if e == nil {
			return problem(500, "internal", err.Error())
		}
		a.refusal = e
		c.sent[key] = a
		return refusal(e)
	}
	if name == "Declare" {
		c.projects[id] = l
		c.order = append(c.order, id)
	}
	a.last = l.p.Seq
	c.sent[key] = a
	return 200, c.receipt(key, a)
}

// located fills in the jurisdiction, as the server does.
func located(profile any) {
	if f, ok := profile.(map[string]any); ok {
		f["jurisdiction"] = "guilin"
	}
}

func raw(v any) json.RawMessage {
	data, _ := json.Marshal(v)
	return data
}

func refusal(e *domain.Error) (int, any) {
	status := map[domain.Kind]int{domain.KindInvalid: 422, domain.KindNotAllowed: 403, domain.KindConflict: 409, domain.KindNotFound: 404, domain.KindBusy: 503}[e.Kind]
	return status, map[string]any{"status": status, "code": e.Code, "title": "拒绝", "detail": e.Text.Zh, "clause": e.Clause, "field": e.Field}
}

func (c *city) receipt(key string, a *answered) map[string]any {
	l := c.projects[a.project]
	var entries []any
	for _, e := range l.log[a.first-1 : a.last] {
		entries = append(entries, c.entry(e))
	}
	return map[string]any{"command": key, "project": a.project, "state": "recorded", "firstSeq": a.first, "lastSeq": a.last, "entries": entries}
}

func (c *city) entry(e line) map[string]any {
	return map[string]any{
		"seq": e.Seq, "type": e.Type, "text": e.text, "occurredAt": e.OccurredAt, "recordedAt": e.RecordedAt, "late": e.Late,
		"clause": e.Clause, "hash": "h" + strconv.FormatInt(e.Seq, 10), "data": e.Data,
		"actor": map[string]any{"user": e.Actor.User, "name": c.name(e.Actor.User), "role": e.Actor.Role, "party": e.Actor.Party, "automatic": e.Actor.Automatic()},
	}
}

func (c *city) candidates() []project.Candidate {
	var cs []project.Candidate
	for _, e := range c.data.Experts {
		cs = append(cs, project.Candidate{Expert: e.Code, Unit: e.Unit, Specialities: e.Specialities})
	}
	return cs
}

func (c *city) show(r *http.Request) (int, any) {
	l := c.projects[r.PathValue("id")]
	if l == nil {
		return problem(404, "project.unknown", "没有这个项目")
	}
	data, err := l.p.Snapshot()
	if err != nil {
		return problem(500, "internal", err.Error())
	}
	var all map[string]any
	_ = json.Unmarshal(data, &all)
	all["row"] = map[string]any{"phase": l.p.Phase, "status": l.p.Status, "seq": l.p.Seq}
	return 200, all
}

func (c *city) timeline(r *http.Request) (int, any) {
	l := c.projects[r.PathValue("id")]
	limit, err := strconv.Atoi(r.URL.Query().Get("limit"))
	if err != nil || r.URL.Query().Get("order") != "desc" {
		return problem(400, "query", "演示按倒序读")
	}
	before := int64(len(l.log)) + 1
	if cursor := r.URL.Query().Get("cursor"); cursor != "" {
		before, _ = strconv.ParseInt(cursor, 10, 64)
	}
	var items []any
	next := ""
	for i := before - 1; i >= 1; i-- {
		if len(items) == min(limit, 20) { // small pages, so that they are turned
			next = strconv.FormatInt(i+1, 10)
			break
		}
		items = append(items, c.entry(l.log[i-1]))
	}
	return 200, map[string]any{"items": items, "next": next}
}

func (c *city) potOf(resource string, year int, jurisdiction string) *pot {
	key := fmt.Sprint(jurisdiction, "/", resource, "/", year)
	if c.quotas[key] == nil {
		c.quotas[key] = &pot{holds: map[string]decimal.Decimal{}}
	}
	return c.quotas[key]
}

// quota carries out a ledger act; who waits is served in the order of coming.
func (c *city) quota(effect string, act project.QuotaAct) {
	p := c.potOf(act.Resource, act.Year, act.Jurisdiction)
	switch act.Act {
	case "reserve":
		p.line = append(p.line, act)
		if !c.serve(effect, p, act.Resource) {
			c.reservation(effect, act, project.RecordReservation{Resource: act.Resource, Year: act.Year, Place: len(p.line)})
		}
	case "free":
		p.held = p.held.Sub(p.holds[act.Project])
		delete(p.holds, act.Project)
		p.line = slices.DeleteFunc(p.line, func(o project.QuotaAct) bool { return o.Project == act.Project })
		c.serve(effect, p, act.Resource)
	}
}

// serve moves the line; it tells whether its last has been served.
func (c *city) serve(effect string, p *pot, resource string) bool {
	for len(p.line) > 0 {
		head := p.line[0]
		amount := decimal.RequireFromString(head.Amount)
		if p.held.Add(amount).GreaterThan(p.total) {
			return false
		}
		p.line = p.line[1:]
		p.held = p.held.Add(amount)
		p.holds[head.Project] = amount
		c.reservation(effect, head, project.RecordReservation{Resource: resource, Year: head.Year, Reserved: true})
	}
	return true
}

func (c *city) reservation(effect string, act project.QuotaAct, r project.RecordReservation) {
	cmd := domain.Command{ID: effect + "/" + act.Project, Entity: "project/" + act.Project, Type: "RecordReservation", Body: raw(r), Actor: domain.System, ReceivedAt: c.now()}
	if err := c.send(c.projects[act.Project], cmd); err != nil {
		c.t.Errorf("reservation: %v", err)
	}
}

func (c *city) listQuotas(r *http.Request) (int, any) {
	q := r.URL.Query()
	year, _ := strconv.Atoi(q.Get("year"))
	return 200, map[string]any{"items": []any{c.quotaRow(q.Get("jurisdiction"), q.Get("resource"), year)}}
}

func (c *city) quotaRow(jurisdiction, resource string, year int) map[string]any {
	p := c.potOf(resource, year, jurisdiction)
	waiting := decimal.Zero
	for _, a := range p.line {
		waiting = waiting.Add(decimal.RequireFromString(a.Amount))
	}
	return map[string]any{
		"jurisdiction": jurisdiction, "resource": resource, "year": year, "total": p.total, "reserved": p.held, "committed": "0",
		"free": p.total.Sub(p.held), "waiting": len(p.line), "waitingFor": waiting,
	}
}

func (c *city) addQuota(r *http.Request) (int, any) {
	var in struct {
		Jurisdiction, Resource, Amount, Clause, Reason string
		Year                                           int
	}
	_ = json.NewDecoder(r.Body).Decode(&in)
	if in.Clause == "" || in.Reason == "" || c.actor(c.account(r)).Role != domain.RoleOffice {
		return problem(422, "quota", "缺依据")
	}
	p := c.potOf(in.Resource, in.Year, in.Jurisdiction)
	key := r.Header.Get("Idempotency-Key")
	if _, again := c.sent[key]; !again {
		c.sent[key] = &answered{}
		p.total = p.total.Add(decimal.RequireFromString(in.Amount))
		c.serve(key, p, in.Resource)
	}
	return 200, c.quotaRow(in.Jurisdiction, in.Resource, in.Year)
}

func (c *city) listNotices(r *http.Request) (int, any) {
	me, kind := c.actor(c.account(r)), r.URL.Query().Get("kind")
	mine := slices.DeleteFunc(slices.Clone(c.notices), func(n notice) bool { return n.Kind != kind || !me.Acts(n.party) })
	return 200, map[string]any{"items": mine}
}
