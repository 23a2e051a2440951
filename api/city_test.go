package api_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"milepost/api"
	"milepost/config"
	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/entity"
	"milepost/domain/policy"
	"milepost/domain/project"
	"milepost/store"
)

// city is a whole deployment in memory behind the API's ports: the real core decides, nothing is kept.
type city struct {
	rules *policy.Registry
	pack  *policy.Pack
	clock domain.Clock

	mu         sync.Mutex
	now        time.Time
	projects   map[string]*life
	commands   map[string]store.CommandRow
	users      []store.User
	posts      map[string][]store.Post
	tokens     map[string]store.Token   // by secret
	sessions   map[string]store.Session // by secret
	signOns    map[string]store.SignOn  // by state
	passwords  map[string][]string      // earlier ones, the newest first
	tried      map[string]tries
	notices    []store.NoticeRow
	read       map[int64]bool
	grants     map[string]store.QuotaGrant
	experts    []store.Expert
	drawing    func() // once, when the pool is asked for
	away       error  // the database is away
	pending    bool   // records are late
	garbled    bool   // a state cannot be read
	set        *policy.Set
	desk       api.Desk // of tests that administer
	filing     api.Filing
	shelf      api.Shelf
	noted      []store.AuditRow
	unrecorded bool // the audit record cannot be written
	sent       []domain.Command
	imports    map[string]store.Import
	tokenUses  int
}

// life is one project with its timeline.
type life struct {
	p     *project.Project
	lines []store.TimelineRow
}

var errAway error = &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("10.0.0.7:5432: connection refused")}

// at reads a civil moment.
func at(s string) time.Time {
	m, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone)
	if err != nil {
		panic(err)
	}
	return m
}

func newCity(t *testing.T) *city {
	t.Helper()
	rules, set, err := config.Rules()
	require.NoError(t, err)
	pack, ok := set.Pack("sl")
	require.True(t, ok)
	require.NoError(t, rules.SetCurrent("shangluo", pack.Hash()))
	w := &city{
		set: set, rules: rules, pack: pack, clock: domain.RealClock(), now: at("2026-03-02 10:00"), projects: map[string]*life{},
		commands: map[string]store.CommandRow{}, posts: map[string][]store.Post{}, tokens: map[string]store.Token{},
		sessions: map[string]store.Session{}, signOns: map[string]store.SignOn{}, passwords: map[string][]string{}, tried: map[string]tries{}, read: map[int64]bool{}, grants: map[string]store.QuotaGrant{},
		imports: map[string]store.Import{},
	}
	w.settle("office", domain.RoleOffice, "")
	w.settle("owner", domain.RoleOwner, "builder")
	w.settle("other-owner", domain.RoleOwner, "other")
	w.settle("liaison", domain.RoleLiaison, "district")
	w.settle("leader", domain.RoleLeader, "")
	w.settle("supervisor", domain.RoleSupervisor, "")
	w.settle("auditor", domain.RoleAuditor, "")
	w.settle("system-admin", domain.RoleSystemAdmin, "")
	w.settle("security-admin", domain.RoleSecurityAdmin, "")
	for _, d := range pack.Departments {
		w.settle(d.Code+"-1", domain.RoleHandler, d.Code)
		w.settle(d.Code+"-2", domain.RoleHandler, d.Code)
		w.settle(d.Code+"-head", domain.RoleHead, d.Code)
	}
	for i := range 9 {
		code := "expert-" + strconv.Itoa(i+1)
		w.settle(code, domain.RoleExpert, code)
		w.experts = append(w.experts, store.Expert{Code: code, Jurisdiction: "shangluo", Name: "某某" + strconv.Itoa(i), Unit: "institute", Specialities: []string{"engineering"}})
	}
	return w
}

// settle makes an account with one post and a token whose secret is "token of <account>".
func (w *city) settle(account string, role domain.Role, party string) {
	w.users = append(w.users, store.User{ID: account, Account: account, Name: "用户" + account, Created: w.now, PasswordAt: w.now, Used: w.now})
	w.posts[account] = append(w.posts[account], store.Post{ID: account + "-post", User: account, Role: role, Party: party, Jurisdiction: "shangluo"})
	w.tokens["token of "+account] = store.Token{ID: account + "-token", User: account, Name: "test", Scope: store.ScopeSensitive, Created: w.now}
}

// others is a pack that is not in force.
func (w *city) others(id string) *policy.Pack {
	p, ok := w.set.Pack(id)
	if !ok {
		panic("no pack " + id)
	}
	return p
}

func (w *city) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// Commands.

func (w *city) Send(_ context.Context, c domain.Command) (api.Receipt, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.away != nil {
		return api.Receipt{}, w.away
	}
	w.sent = append(w.sent, c)
	if c.Entity == entity.Project {
		c.Entity = entity.ID(entity.Project, uuidOf(c.ID))
	}
	if before, ok := w.commands[c.ID]; ok {
		if before.Entity != c.Entity || before.Type != c.Type || string(before.Body) != string(c.Body) || before.Actor != c.Actor {
			return api.Receipt{}, domain.Invalid("idempotency.mismatch", "Idempotency-Key", "", "此键已用于另一项操作", "The key was used for another command.")
		}
		if before.Refusal != nil {
			return api.Receipt{}, before.Refusal
		}
		return api.Receipt{Command: c.ID, Entity: c.Entity, FirstSeq: before.FirstSeq, LastSeq: before.LastSeq, Pending: before.State == store.CommandPending}, nil
	}
	c.ReceivedAt = w.now
	row := store.CommandRow{Command: c, State: store.CommandDone, StoredAt: w.now}
	if w.pending {
		row.State = store.CommandPending
		w.commands[c.ID] = row
		return api.Receipt{Command: c.ID, Entity: c.Entity, Pending: true}, nil
	}
	id := strings.TrimPrefix(c.Entity, "project/")
	l, ok := w.projects[id]
	if !ok {
		l = &life{p: project.New(id)}
	}
	entries, err := l.p.Decide(c, w.now, w.rules)
	if err != nil {
		row.State, row.Refusal = store.CommandRefused, domain.AsError(err)
		w.commands[c.ID] = row
		return api.Receipt{}, err
	}
	w.projects[id] = l
	l.record(entries)
	if len(entries) > 0 {
		row.FirstSeq, row.LastSeq = entries[0].Seq, entries[len(entries)-1].Seq
	}
	w.commands[c.ID] = row
	return api.Receipt{Command: c.ID, Entity: c.Entity, FirstSeq: row.FirstSeq, LastSeq: row.LastSeq}, nil
}

func (w *city) SendAll(ctx context.Context, i store.Import, cs []domain.Command) error {
	w.mu.Lock()
	if w.away != nil {
		defer w.mu.Unlock()
		return w.away
	}
	w.imports[i.ID] = i
	w.mu.Unlock()
	for _, c := range cs {
		if _, err := w.Send(ctx, c); err != nil && domain.AsError(err) == nil {
			return err
		}
	}
	return nil
}

func (w *city) Import(_ context.Context, id string) (store.Import, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	i, ok := w.imports[id]
	switch {
	case w.away != nil:
		return i, w.away
	case !ok:
		return i, domain.NotFound("import.unknown", "id", "没有这次批量申报", "There is no such import.")
	}
	for _, row := range i.Rows {
		i.Commands = append(i.Commands, w.commands[i.Command(row)])
	}
	return i, nil
}

func (w *city) Namesakes(_ context.Context, v store.Viewer, names []string) (found []store.Namesake, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, l := range w.projects {
		if f := l.p.Profile; w.sees(v, l) && slices.Contains(names, f.Name) {
			found = append(found, store.Namesake{ID: l.p.ID, Name: f.Name, Unit: f.Unit, Owner: f.Owner})
		}
	}
	return found, w.away
}

func (l *life) record(entries []domain.Entry) {
	prev := ""
	if n := len(l.lines); n > 0 {
		prev = l.lines[n-1].Hash
	}
	for _, e := range entries {
		if err := l.p.Evolve(e); err != nil {
			panic(err)
		}
		text, err := l.p.Describe(e)
		if err != nil {
			panic(err)
		}
		prev = e.ChainHash("project/"+l.p.ID, prev)
		l.lines = append(l.lines, store.TimelineRow{Entry: e, Text: text, Hash: prev})
	}
}

func (w *city) Preview(_ context.Context, c domain.Command) ([]domain.Entry, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := project.New("preview")
	if l, ok := w.projects[strings.TrimPrefix(c.Entity, "project/")]; ok {
		p = l.p
	}
	return p.Decide(c, w.now, w.rules)
}

// uuidOf derives a project's id from a key.
func uuidOf(key string) string {
	h := decimal.NewFromInt(0).String() // any stable text will do
	for _, b := range []byte(key + h) {
		h += strconv.FormatInt(int64(b), 16)
	}
	h = (h + strings.Repeat("0", 32))[:32]
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:32]
}

// sees tells whether a viewer sees a project, as the store's where clause does.
func (w *city) sees(v store.Viewer, l *life) bool {
	f := l.p.Profile
	switch {
	case v.All, slices.Contains(v.Jurisdictions, f.Jurisdiction), slices.Contains(v.Units, f.Unit), slices.Contains(v.Owners, f.Owner):
		return true
	case slices.ContainsFunc(l.p.Panel.Members, func(m project.Member) bool { return slices.Contains(v.Experts, m.Expert) }):
		return true
	}
	return slices.ContainsFunc(v.Departments, func(s store.Seat) bool {
		return slices.ContainsFunc(l.p.Items, func(i project.Item) bool { return i.Department == s.Code }) ||
			slices.ContainsFunc(l.p.Tasks, func(t project.Task) bool { return t.Party.Code == s.Code })
	})
}

func (w *city) find(v store.Viewer, id string) (*life, error) {
	if w.away != nil {
		return nil, w.away
	}
	if l, ok := w.projects[id]; ok && w.sees(v, l) {
		return l, nil
	}
	return nil, domain.NotFound("project.unknown", "project", "没有这个项目", "There is no such project.")
}

// Records.

func (w *city) row(l *life) store.ProjectRow {
	r := store.ProjectRow{Summary: l.p.Summary(), OpenTasks: len(l.p.Tasks), Colour: store.Green, NextDue: l.p.NextDeadline(), Updated: w.now}
	for _, lamp := range l.p.Lamps() {
		r.Lamps = append(r.Lamps, store.LampRow{
			Kind: lamp.Kind, Colour: store.Colour(lamp.Colour(w.now)), YellowAt: lamp.YellowAt, RedAt: lamp.RedAt,
			ExcusedUntil: lamp.ExcusedUntil, Reason: lamp.Reason, Task: lamp.Task,
		})
	}
	return r
}

func (w *city) Projects(_ context.Context, v store.Viewer, q store.ProjectQuery) (store.List[store.ProjectRow], error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.away != nil {
		return store.List[store.ProjectRow]{}, w.away
	}
	var rows []store.ProjectRow
	for _, l := range w.projects {
		if w.sees(v, l) && strings.Contains(l.p.Profile.Name, q.Text) {
			rows = append(rows, w.row(l))
		}
	}
	slices.SortFunc(rows, func(a, b store.ProjectRow) int { return cmp.Compare(a.ID, b.ID) })
	return store.List[store.ProjectRow]{Rows: rows}, nil
}

func (w *city) Sees(_ context.Context, v store.Viewer, projects []string) ([]string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.away != nil {
		return nil, w.away
	}
	return slices.DeleteFunc(slices.Clone(projects), func(id string) bool {
		_, err := w.find(v, id)
		return err != nil
	}), nil
}

func (w *city) Project(_ context.Context, v store.Viewer, id string, _ time.Time) (store.ProjectView, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	l, err := w.find(v, id)
	if err != nil {
		return store.ProjectView{}, err
	}
	snapshot, err := l.p.Snapshot()
	if w.garbled {
		snapshot = []byte("{")
	}
	return store.ProjectView{ProjectRow: w.row(l), Snapshot: snapshot}, err
}

func (w *city) Timeline(_ context.Context, v store.Viewer, q store.TimelineQuery) ([]store.TimelineRow, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	l, err := w.find(v, strings.TrimPrefix(q.Entity, "project/"))
	if err != nil {
		return nil, err
	}
	lines := slices.Clone(l.lines)
	if q.Desc {
		slices.Reverse(lines)
	}
	lines = slices.DeleteFunc(lines, func(r store.TimelineRow) bool {
		return (q.After > 0 && r.Seq <= q.After) || (q.Before > 0 && r.Seq >= q.Before) || (len(q.Types) > 0 && !slices.Contains(q.Types, r.Type))
	})
	return lines[:min(len(lines), cmp.Or(q.Limit, 100))], nil
}

func (w *city) taskRow(l *life, t project.Task) store.TaskRow {
	colour := store.Green
	if !t.Clock.Due.IsZero() && w.now.After(t.Clock.Due) {
		colour = store.Red
	}
	return store.TaskRow{
		Project: l.p.ID, ProjectName: l.p.Profile.Name, Jurisdiction: l.p.Profile.Jurisdiction, Phase: l.p.Phase, Key: t.Key, Kind: t.Kind,
		Subject: t.Subject, Round: t.Round, Party: t.Party, Name: t.Name, Opened: t.Opened, Received: t.Clock.Received, Due: t.Clock.Due,
		WarnAt: t.Clock.WarnAt, FirstDue: t.Clock.FirstDue, Days: t.Clock.Days, Provisional: t.Clock.Provisional, Clause: t.Clock.Clause,
		Assignee: t.Assignee, Asked: t.Asked, Cosigners: t.Cosigners, Colour: colour, Paused: t.Clock.Due.IsZero(),
	}
}

func (w *city) Tasks(_ context.Context, v store.Viewer, q store.TaskQuery) (store.List[store.TaskRow], error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var rows []store.TaskRow
	for _, l := range w.projects {
		for _, t := range l.p.Tasks {
			mine := len(q.For) == 0 || slices.ContainsFunc(q.For, func(p domain.Party) bool { return p == t.Party })
			if w.sees(v, l) && mine && (q.Project == "" || q.Project == l.p.ID) && (q.Assignee == "" || q.Assignee == t.Assignee) &&
				(!q.Unassigned || t.Assignee == "") && (q.Person == "" || q.Person == t.Assignee || q.Person == t.Asked) {
				rows = append(rows, w.taskRow(l, t))
			}
		}
	}
	slices.SortFunc(rows, func(a, b store.TaskRow) int { return cmp.Compare(a.Key, b.Key) })
	from := 0
	if q.Cursor != "" {
		from, _ = strconv.Atoi(q.Cursor)
	}
	limit := cmp.Or(q.Limit, 50)
	list := store.List[store.TaskRow]{Rows: rows[from:min(from+limit, len(rows))]}
	if from+limit < len(rows) {
		list.Next = strconv.Itoa(from + limit)
	}
	return list, nil
}

func (w *city) Task(_ context.Context, v store.Viewer, id, key string, _ time.Time) (store.TaskRow, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	l, err := w.find(v, id)
	if err != nil {
		return store.TaskRow{}, err
	}
	for _, t := range l.p.Tasks {
		if t.Key == key {
			return w.taskRow(l, t), nil
		}
	}
	return store.TaskRow{}, domain.NotFound("task.unknown", "task", "没有这项待办", "There is no such task.")
}

func (w *city) Reports(_ context.Context, v store.Viewer, q store.ReportQuery) (store.List[store.ReportRow], error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var rows []store.ReportRow
	for _, l := range w.projects {
		for _, r := range l.p.Reporting.Reports {
			if w.sees(v, l) && (q.Project == "" || q.Project == l.p.ID) {
				rows = append(rows, store.ReportRow{Project: l.p.ID, ProjectName: l.p.Profile.Name, Report: r, FiledAt: w.now})
			}
		}
	}
	return store.List[store.ReportRow]{Rows: rows}, nil
}

func (w *city) Investments(_ context.Context, v store.Viewer, _ store.InvestmentQuery) (store.List[store.InvestmentRow], error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var list store.List[store.InvestmentRow]
	for _, l := range w.projects {
		if !w.sees(v, l) {
			continue
		}
		for _, m := range l.p.Months() {
			list.Rows = append(list.Rows, store.InvestmentRow{Project: l.p.ID, ProjectName: l.p.Profile.Name, Unit: l.p.Profile.Unit, Month: m})
		}
	}
	return list, w.away
}

func (w *city) Portfolio(_ context.Context, v store.Viewer, q store.PortfolioQuery) (store.Portfolio, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f := store.Portfolio{AsOf: q.Now, Year: calendar.DateOf(q.Now).Year}
	for _, l := range w.projects {
		if w.sees(v, l) {
			f.All.Projects++
			f.All.Investment += l.p.Profile.Investment
		}
	}
	return f, w.away
}

func (w *city) Notices(_ context.Context, q store.NoticeQuery) (store.List[store.NoticeRow], error) {
	var list store.List[store.NoticeRow]
	for _, n := range w.notices {
		if !q.Unread || !w.read[n.ID] {
			list.Rows = append(list.Rows, n)
		}
	}
	return list, nil
}

func (w *city) Unread(context.Context, store.NoticeQuery) (int, error) {
	return len(w.notices) - len(w.read), nil
}

func (w *city) MarkRead(_ context.Context, _ string, _ []store.Post, ids ...int64) error {
	for _, n := range w.notices {
		if len(ids) == 0 || slices.Contains(ids, n.ID) {
			w.read[n.ID] = true
		}
	}
	return nil
}

func (w *city) Quotas(_ context.Context, _ store.Viewer, q store.QuotaQuery) ([]store.QuotaRow, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	total := map[store.QuotaQuery]decimal.Decimal{}
	for _, g := range w.grants {
		k := store.QuotaQuery{Jurisdiction: g.Jurisdiction, Resource: g.Resource, Year: g.Year}
		total[k] = total[k].Add(decimal.RequireFromString(g.Amount))
	}
	var rows []store.QuotaRow
	for k, n := range total {
		if q.Resource == "" || q.Resource == k.Resource {
			rows = append(rows, store.QuotaRow{Jurisdiction: k.Jurisdiction, Resource: k.Resource, Year: k.Year, Total: n, Free: n})
		}
	}
	return rows, nil
}

func (w *city) AddQuota(_ context.Context, g store.QuotaGrant) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.grants[g.ID] = g
	return nil
}

func (w *city) waiting() []store.WaitingRow {
	return []store.WaitingRow{{Place: 1, Project: uuidOf("waiting"), Name: "排队项目", Amount: decimal.RequireFromString("12.5"), Level: "city", Benefit: decimal.NewFromInt(7), Since: w.now, Resource: "land", Year: 2026}}
}

func (w *city) WaitingLine(context.Context, store.Viewer, string, string, int) ([]store.WaitingRow, error) {
	return w.waiting(), nil
}

func (w *city) WaitingPlaces(_ context.Context, v store.Viewer, id string) ([]store.WaitingRow, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, err := w.find(v, id); err != nil {
		return nil, err
	}
	return w.waiting(), nil
}

func (w *city) Ledger(context.Context, store.Viewer, store.LedgerQuery) (store.List[store.LedgerRow], error) {
	return store.List[store.LedgerRow]{Rows: []store.LedgerRow{{
		ID: 1, Jurisdiction: "shangluo", Resource: "land", Year: 2026, Act: "add", Amount: decimal.NewFromInt(300),
		By: domain.Actor{User: "office", Role: domain.RoleOffice}, Clause: "GG-3n", At: w.now,
	}}}, nil
}

func (w *city) Command(_ context.Context, id string) (store.CommandRow, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.away != nil {
		return store.CommandRow{}, w.away
	}
	row, ok := w.commands[id]
	if !ok {
		return row, domain.NotFound("command.unknown", "command", "没有这个命令", "There is no such command.")
	}
	return row, nil
}

func (w *city) Candidates(context.Context, string) ([]project.Candidate, error) {
	if f := w.drawing; f != nil {
		w.drawing = nil
		f()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	var pool []project.Candidate
	for _, e := range w.experts {
		pool = append(pool, project.Candidate{Expert: e.Code, Unit: e.Unit, Specialities: e.Specialities})
	}
	return pool, nil
}

// Masters.

var shangluo = domain.Text{Zh: "商洛市", En: "Shangluo"}

func (w *city) Jurisdictions(context.Context) ([]store.Jurisdiction, error) {
	return []store.Jurisdiction{
		{Code: "shangluo", Name: shangluo, Level: "city"},
		{Code: "shangzhou", Parent: "shangluo", Name: shangluo, Level: "county"},
		{Code: "guilin", Name: domain.Text{Zh: "桂林市", En: "Guilin"}, Level: "city"},
	}, nil
}

func (w *city) Units(context.Context, string) ([]store.Unit, error) {
	return []store.Unit{{Code: "district", Jurisdiction: "shangluo", Name: shangluo}, {Code: "elsewhere", Jurisdiction: "shangluo", Name: shangluo}}, nil
}

func (w *city) Departments(context.Context, string) ([]store.Department, error) {
	return []store.Department{{Code: "resources", Jurisdiction: "shangluo", Name: shangluo}}, nil
}

func (w *city) Owners(context.Context, string) ([]store.Owner, error) {
	return []store.Owner{{Code: "builder", Jurisdiction: "shangluo", Name: shangluo, CreditCode: "91611000MA"}}, nil
}

func (w *city) Experts(context.Context, string) ([]store.Expert, error) { return w.experts, nil }

func (w *city) Pack(_ context.Context, hash string) (store.StoredPack, error) {
	p, ok := w.rules.Pack(hash)
	if !ok {
		return store.StoredPack{}, domain.NotFound("pack.unknown", "hash", "没有这个政策包", "There is no such pack.")
	}
	data, err := json.Marshal(p)
	return store.StoredPack{Hash: hash, ID: p.ID, Version: p.Version, YAML: string(config.PackSources()["sl.yaml"]), JSON: string(data), Title: p.Title}, err
}

func (w *city) Packs(ctx context.Context) ([]store.StoredPack, error) {
	p, err := w.Pack(ctx, w.pack.Hash())
	return []store.StoredPack{p}, err
}

func (w *city) Calendars(context.Context) ([]store.StoredCalendar, error) {
	cal, _ := w.rules.CurrentCalendar()
	return []store.StoredCalendar{{Version: cal.Version(), Published: w.now}}, nil
}

func (w *city) Rules(context.Context) (store.Rules, error) {
	cal, _ := w.rules.CurrentCalendar()
	return store.Rules{Packs: []string{w.pack.Hash()}, InForce: map[string]string{"shangluo": w.pack.Hash()}, Calendar: cal.Version()}, nil
}

// Accounts.

func (w *city) user(is func(store.User) bool) (store.User, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.away != nil {
		return store.User{}, w.away
	}
	if i := slices.IndexFunc(w.users, is); i >= 0 {
		return w.users[i], nil
	}
	return store.User{}, domain.NotFound("user.unknown", "user", "没有这个账号", "There is no such account.")
}

func (w *city) User(_ context.Context, id string) (store.User, error) {
	return w.user(func(u store.User) bool { return u.ID == id })
}

func (w *city) UserByAccount(_ context.Context, account string) (store.User, error) {
	return w.user(func(u store.User) bool { return u.Account == account })
}

func (w *city) UserBySubject(_ context.Context, subject string) (store.User, error) {
	return w.user(func(u store.User) bool { return u.Subject == subject })
}

func (w *city) OldPasswords(_ context.Context, user string, most int) ([]string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.passwords[user][:min(most, len(w.passwords[user]))], w.away
}

// changeLocked changes an account; the city is locked.
func (w *city) changeLocked(id string, f func(*store.User)) {
	f(&w.users[slices.IndexFunc(w.users, func(u store.User) bool { return u.ID == id })])
}

func (w *city) Users(context.Context, store.UserQuery) (store.List[store.User], error) {
	return store.List[store.User]{Rows: w.users}, nil
}

func (w *city) Colleagues(_ context.Context, role domain.Role, party, _ string, now time.Time) ([]store.User, error) {
	var users []store.User
	for _, u := range w.users {
		if slices.ContainsFunc(w.posts[u.ID], func(p store.Post) bool { return p.Role == role && p.Party == party && p.HeldAt(now) }) {
			users = append(users, u)
		}
	}
	return users, nil
}

func (w *city) Posts(_ context.Context, user string) ([]store.Post, error) { return w.posts[user], nil }

func (w *city) Holder(ctx context.Context, id string, now time.Time) (store.Holder, error) {
	u, err := w.User(ctx, id)
	if err != nil {
		return store.Holder{}, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	h := store.Holder{User: u}
	for _, p := range w.posts[id] {
		if p.HeldAt(now) && !u.Disabled {
			h.Posts = append(h.Posts, p)
		}
	}
	return h, nil
}

func (w *city) IssueToken(_ context.Context, _ store.By, t store.Token, secret string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tokens[secret] = t
	return nil
}

func (w *city) TokenBySecret(ctx context.Context, secret string, _, now time.Time) (store.Token, store.Holder, error) {
	t, err := w.tokenUsed(secret)
	if err != nil {
		return t, store.Holder{}, err
	}
	h, err := w.Holder(ctx, t.User, now)
	if err == nil && h.User.Disabled {
		err = noToken()
	}
	return t, h, err
}

func (w *city) tokenUsed(secret string) (store.Token, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.away != nil {
		return store.Token{}, w.away
	}
	t, ok := w.tokens[secret]
	if !ok || t.Revoked || (!t.Expires.IsZero() && !w.now.Before(t.Expires)) {
		return t, noToken()
	}
	w.tokenUses++
	return t, nil
}

func noToken() error {
	return domain.NotFound("token.unknown", "token", "令牌无效", "The token is not valid.")
}

func (w *city) Tokens(_ context.Context, user string) ([]store.Token, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []store.Token
	for _, t := range w.tokens {
		if t.User == user {
			list = append(list, t)
		}
	}
	return list, nil
}

func (w *city) RevokeToken(_ context.Context, _ store.By, user, id string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for secret, t := range w.tokens {
		if t.User == user && t.ID == id {
			t.Revoked = true
			w.tokens[secret] = t
			return nil
		}
	}
	return domain.NotFound("token.unknown", "tokenId", "没有这个令牌", "There is no such token.")
}

// tries are the sign-ins of a key that count, until when.
type tries struct {
	count int
	until time.Time
}

func (w *city) Attempt(_ context.Context, window time.Duration, all ...store.Tries) (time.Duration, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.away != nil {
		return 0, w.away
	}
	for _, t := range all {
		if f := w.tried[t.Key]; f.count >= t.Most && w.now.Before(f.until) {
			return f.until.Sub(w.now), nil
		}
	}
	for _, t := range all {
		f := w.tried[t.Key]
		until := w.now.Add(window)
		if !w.now.Before(f.until) {
			f.count = 0
		} else if t.FromFirst {
			until = f.until
		}
		w.tried[t.Key] = tries{f.count + 1, until}
	}
	return 0, nil
}

func (w *city) SignedIn(_ context.Context, what, from string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.tried, what)
	f := w.tried[from]
	w.tried[from] = tries{f.count - 1, f.until}
	return w.away
}

func (w *city) LockedUntil(_ context.Context, most int, keys ...string) (map[string]time.Time, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	locked := map[string]time.Time{}
	for _, key := range keys {
		if f := w.tried[key]; f.count >= most && w.now.Before(f.until) {
			locked[key] = f.until
		}
	}
	return locked, w.away
}

// Sessions.

func (w *city) BeginSession(_ context.Context, x store.Session, secret, before string, alone bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.sessions, before)
	if alone {
		maps.DeleteFunc(w.sessions, func(_ string, o store.Session) bool { return o.User == x.User })
	}
	w.sessions[secret] = x
	w.changeLocked(x.User, func(u *store.User) { u.Used = w.now })
	return w.away
}

func (w *city) SessionBySecret(ctx context.Context, secret string, now time.Time) (store.Session, store.Holder, error) {
	x, err := w.sessionBySecret(secret)
	if err != nil {
		return x, store.Holder{}, err
	}
	h, err := w.Holder(ctx, x.User, now)
	return x, h, err
}

func (w *city) sessionBySecret(secret string) (store.Session, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	x, ok := w.sessions[secret]
	if w.away == nil && (!ok || !w.now.Before(x.Expires)) {
		return x, domain.NotFound("session.unknown", "", "没有", "None.")
	}
	return x, w.away
}

// session finds a session by its id.
func (w *city) session(id string) (secret string, x store.Session, err error) {
	for secret, x := range w.sessions {
		if x.ID == id {
			return secret, x, nil
		}
	}
	return "", x, domain.NotFound("session.unknown", "sessionId", "没有这个会话", "There is no such session.")
}

func (w *city) SessionSeen(_ context.Context, id string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	secret, x, err := w.session(id)
	x.Seen = w.now
	w.sessions[secret] = x
	return err
}

func (w *city) ConfirmSession(_ context.Context, id, secret string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	before, x, err := w.session(id)
	delete(w.sessions, before)
	x.Confirmed = w.now
	w.sessions[secret] = x
	return err
}

func (w *city) Sessions(_ context.Context, user string) ([]store.Session, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []store.Session
	for _, x := range w.sessions {
		if x.User == user && w.now.Before(x.Expires) {
			list = append(list, x)
		}
	}
	return list, w.away
}

func (w *city) EndSession(_ context.Context, user, id string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	secret, x, err := w.session(id)
	if err == nil && x.User != user {
		return domain.NotFound("session.unknown", "sessionId", "没有这个会话", "There is no such session.")
	}
	delete(w.sessions, secret)
	return err
}

func (w *city) EndOtherSessions(_ context.Context, user, but string) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	before := len(w.sessions)
	maps.DeleteFunc(w.sessions, func(_ string, x store.Session) bool { return x.User == user && x.ID != but })
	return before - len(w.sessions), w.away
}

func (w *city) BeginSignOn(_ context.Context, state string, x store.SignOn, _ time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.signOns[state] = x
	return w.away
}

func (w *city) TakeSignOn(_ context.Context, state string) (store.SignOn, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	x, ok := w.signOns[state]
	delete(w.signOns, state)
	if !ok {
		return x, domain.NotFound("oidc.state", "state", "没有", "None.")
	}
	return x, w.away
}

// reserve answers a project's confirmed needs as the ledger would.
func (w *city) reserve(path string) {
	l := w.projects[strings.TrimPrefix(path, "/projects/")]
	for _, n := range l.p.Needs {
		if n.State != project.NeedConfirmed {
			continue
		}
		data, err := json.Marshal(project.RecordReservation{Resource: n.Resource, Year: n.Year, Reserved: true})
		if err != nil {
			panic(err)
		}
		entries, err := l.p.Decide(domain.Command{ID: "effect-1", Entity: "project/" + l.p.ID, Type: "RecordReservation", Body: data, Actor: domain.System, ReceivedAt: w.now}, w.now, w.rules)
		if err != nil {
			panic(err)
		}
		l.record(entries)
	}
}
