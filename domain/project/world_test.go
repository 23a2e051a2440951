package project_test

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/config"
	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/policy"
	"milepost/domain/project"
)

// world is a city in which one project lives: commands go in, time passes, and everything is checked on the way.
type world struct {
	t     tester
	rules *policy.Registry
	pack  *policy.Pack
	p     *project.Project
	log   []domain.Entry
	now   time.Time
	sent  int

	open    map[string]bool         // the open work, by key
	climbed map[string]map[int]bool // the rungs of each piece of work that were climbed
}

// tester is a test, a benchmark, or one case of a property.
type tester interface {
	require.TestingT
	Helper()
	Logf(format string, args ...any)
}

// at reads a civil moment: "2026-03-02 10:00".
func at(t tester, s string) time.Time {
	t.Helper()
	m, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone)
	require.NoError(t, err)
	return m
}

// civil writes a moment as at reads it; "" for the zero time.
func civil(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(calendar.Zone).Format("2006-01-02 15:04")
}

// shipped are the packs and the calendar that the product comes with; they never change.
var shipped = sync.OnceValues(func() (*policy.Set, *calendar.Calendar) {
	set, err := config.Packs()
	if err != nil {
		panic(err)
	}
	cal, err := config.Calendar()
	if err != nil {
		panic(err)
	}
	return set, cal
})

// newWorld is a city under a shipped pack, at a civil moment.
func newWorld(t tester, pack, now string) *world {
	t.Helper()
	set, _ := shipped()
	p, ok := set.Pack(pack)
	require.True(t, ok)
	return worldUnder(t, p, now)
}

func worldUnder(t tester, p *policy.Pack, now string) *world {
	t.Helper()
	_, cal := shipped()
	rules := policy.NewRegistry()
	rules.Put(p)
	rules.PutCalendar(cal)
	require.NoError(t, rules.SetCurrentCalendar(cal.Version()))
	w := &world{t: t, rules: rules, pack: p, p: project.New("p1"), now: at(t, now), climbed: map[string]map[int]bool{}}
	w.remember()
	return w
}

// variant is a city whose document differs from Shangluo's in some rules, written as a pack is.
func variant(t tester, rules, now string) *world {
	t.Helper()
	sources := config.PackSources()
	sources["variant.yaml"] = []byte("id: variant\nversion: \"1\"\nextends: sl\njurisdiction: shangluo\ntitle: {zh: 变更, en: Variant}\nsource: {document: {zh: 变更, en: Variant}}\n" + rules)
	set, faults := policy.Load(sources)
	require.Empty(t, faults)
	p, ok := set.Pack("variant")
	require.True(t, ok)
	return worldUnder(t, p, now)
}

// The people of the city, by post.
var (
	office     = domain.Actor{User: "office-1", Role: domain.RoleOffice}
	owner      = domain.Actor{User: "owner-1", Role: domain.RoleOwner, Party: "builder"}
	liaison    = domain.Actor{User: "liaison-1", Role: domain.RoleLiaison, Party: "district"}
	leader     = domain.Actor{User: "leader-1", Role: domain.RoleLeader}
	supervisor = domain.Actor{User: "supervisor-1", Role: domain.RoleSupervisor}
)

func handler(department string) domain.Actor {
	return domain.Actor{User: department + "-1", Role: domain.RoleHandler, Party: department}
}

func head(department string) domain.Actor {
	return domain.Actor{User: department + "-head", Role: domain.RoleHead, Party: department}
}

func expert(code string) domain.Actor {
	return domain.Actor{User: code, Role: domain.RoleExpert, Party: code}
}

// profile is a project of the Shangluo pack that needs most things.
func profile() project.Profile {
	return project.Profile{
		Name: "城区供水管网改造工程", Jurisdiction: "shangluo", Unit: "district", Owner: "builder", Sector: "infrastructure",
		Kind: "urban-infrastructure", Level: "city", Procedure: "approval", Funding: "local-budget", Government: true,
		Investment: 8_000_000_000, PlannedStart: "2026-12-01", PlannedCompletion: "2028-06-30",
		Asks: []project.Ask{{Resource: "land", Amount: "120.5", Year: 2026}},
	}
}

// command builds an envelope as the way in would.
func (w *world) command(a domain.Actor, cmd any) domain.Command {
	w.t.Helper()
	w.sent++
	name, body := encode(w.t, cmd)
	return domain.Command{
		ID: "cmd-" + strconv.Itoa(w.sent), Entity: "project/p1", Type: name, Body: body, Actor: a, ReceivedAt: w.now, Seed: uint64(w.sent),
	}
}

// do has an actor do something that must be accepted, and returns the names of the events.
func (w *world) do(a domain.Actor, cmd any) []string {
	w.t.Helper()
	return w.send(w.command(a, cmd))
}

// late enters something afterwards that happened before.
func (w *world) late(a domain.Actor, occurred string, cmd any) []string {
	w.t.Helper()
	return w.send(w.lateEntry(a, occurred, cmd))
}

// lateEntry is the envelope of a late entry.
func (w *world) lateEntry(a domain.Actor, occurred string, cmd any) domain.Command {
	w.t.Helper()
	c := w.command(a, cmd)
	c.OccurredAt, c.Basis = at(w.t, occurred), "签收单"
	return c
}

func (w *world) send(c domain.Command) []string {
	w.t.Helper()
	before, offers := w.snapshot(), w.offers(c.Actor, c.JudgedAt())
	entries, after, err := project.Decided(w.p, c, w.now, w.rules)
	require.NoError(w.t, err, "%s by %s", c.Type, c.Actor.User)
	require.Equal(w.t, before, w.snapshot(), "deciding must not change the state")
	w.offered(offers, c)
	return w.record(entries, after)
}

// refuse has an actor try something that must be refused with a code and must change nothing; entered late if a
// moment of occurrence is given.
func (w *world) refuse(code string, a domain.Actor, cmd any, occurred ...string) *domain.Error {
	w.t.Helper()
	before := w.snapshot()
	c := w.command(a, cmd)
	for _, moment := range occurred {
		c.OccurredAt, c.Basis = at(w.t, moment), "签收单"
	}
	entries, err := w.p.Decide(c, w.now, w.rules)
	require.Error(w.t, err, "accepted: %v", names(entries))
	e := domain.AsError(err)
	require.NotNil(w.t, e, "untyped refusal: %v", err)
	require.Equal(w.t, code, e.Code, "%v", err)
	require.NotEmpty(w.t, e.Text.Zh)
	require.NotEmpty(w.t, e.Text.En)
	if e.Kind != domain.KindNotFound && e.Kind != domain.KindBusy {
		require.NotEmpty(w.t, e.Clause, "a refusal names its rule")
	}
	require.Equal(w.t, before, w.snapshot())
	return e
}

// until lets time pass to a civil moment; what comes due on the way happens at its own time.
func (w *world) until(moment string) []string {
	w.t.Helper()
	to := at(w.t, moment)
	require.False(w.t, to.Before(w.now), "time goes on")
	var happened []string
	for {
		due := w.p.NextDeadline()
		if due.IsZero() || due.After(to) {
			break
		}
		if due.After(w.now) {
			w.now = due
		}
		happened = append(happened, w.tick()...)
	}
	w.now = to
	return happened
}

// asleep lets time pass while no worker runs, who then finds everything at once.
func (w *world) asleep(until string) []string {
	w.t.Helper()
	w.now = at(w.t, until)
	var happened []string
	for due := w.p.NextDeadline(); !due.IsZero() && !due.After(w.now); due = w.p.NextDeadline() {
		happened = append(happened, w.tick()...)
	}
	return happened
}

// tick has everything decided that is due now.
func (w *world) tick() []string {
	w.t.Helper()
	before := w.snapshot()
	entries, after, err := project.Ticked(w.p, w.now, w.rules)
	require.NoError(w.t, err)
	require.NotEmpty(w.t, entries, "a deadline that passes must bring something")
	require.Equal(w.t, before, w.snapshot(), "deciding must not change the state")
	for _, e := range entries {
		require.True(w.t, e.Actor.Automatic(), "%s is nobody's act", e.Type)
		require.False(w.t, e.OccurredAt.After(w.now))
	}
	return w.record(entries, after)
}

// record applies entries as they come back from a record, and checks what must hold of every one of them. after is
// the state that their decision had before its eyes.
func (w *world) record(entries []domain.Entry, after *project.Project) []string {
	w.t.Helper()
	for _, decided := range entries {
		e := roundTrip(w.t, decided)
		require.Equal(w.t, decided, e)
		require.Equal(w.t, w.p.Seq+1, e.Seq)
		require.NotEmpty(w.t, e.Clause, "%s cites no clause", e.Type)
		require.False(w.t, e.OccurredAt.After(e.RecordedAt), "%s is recorded before it happened", e.Type)
		require.NoError(w.t, w.p.Evolve(e))
		text, err := w.p.Describe(e)
		require.NoError(w.t, err)
		require.NotEmpty(w.t, text.Zh)
		require.NotEmpty(w.t, text.En)
		for _, n := range w.p.Notices(e) {
			require.NotEmpty(w.t, n.Kind)
			require.NotEmpty(w.t, n.Party.Kind, "%s tells nobody", e.Type)
			require.NotEmpty(w.t, n.Post)
		}
		w.p.Effects(e)
		w.watch(e)
	}
	decided, err := after.Snapshot()
	require.NoError(w.t, err)
	state := w.snapshot()
	require.Equal(w.t, string(decided), string(state), "the record does not say what was decided")
	again, err := project.Restore(state)
	require.NoError(w.t, err)
	data, err := again.Snapshot()
	require.NoError(w.t, err)
	require.Equal(w.t, string(state), string(data))
	w.log = append(w.log, entries...)
	w.sound()
	return names(entries)
}

// watch sees to it that each rung of a piece of work is climbed once.
func (w *world) watch(e domain.Entry) {
	w.t.Helper()
	open := map[string]bool{}
	for _, task := range w.p.Tasks {
		open[task.Key] = true
		if !w.open[task.Key] && e.Type != "ActRecalled" { // not work that goes on after a recall
			delete(w.climbed, task.Key)
		}
	}
	w.open = open
	switch e.Type {
	case "PlannedDateMoved": // another date, another ladder
		if ev := as[project.PlannedDateMoved](w.t, e); ev.Wound != nil {
			delete(w.climbed, ev.Wound.Task)
		}
	case "Escalated":
		ev := as[project.Escalated](w.t, e)
		if ev.Task == "" || !ev.Again.IsZero() {
			return
		}
		require.False(w.t, w.climbed[ev.Task][ev.N], "rung %d of %s is climbed twice", ev.N, ev.Task)
		if w.climbed[ev.Task] == nil {
			w.climbed[ev.Task] = map[int]bool{}
		}
		w.climbed[ev.Task][ev.N] = true
	}
}

func roundTrip(t tester, e domain.Entry) domain.Entry {
	t.Helper()
	data, err := json.Marshal(e)
	require.NoError(t, err)
	var back domain.Entry
	require.NoError(t, json.Unmarshal(data, &back))
	return back
}

// as reads what an entry says.
func as[T any](t tester, e domain.Entry) T {
	t.Helper()
	var ev T
	require.NoError(t, json.Unmarshal(e.Data, &ev))
	return ev
}

// last is the latest entry of a type, and what it says.
func last[T any](w *world, name string) (domain.Entry, T) {
	w.t.Helper()
	for _, e := range slices.Backward(w.log) {
		if e.Type == name {
			return e, as[T](w.t, e)
		}
	}
	require.Fail(w.t, "it never happened", name)
	var none T
	return domain.Entry{}, none
}

// sound checks what must hold of every state.
func (w *world) sound() {
	w.t.Helper()
	w.soundTasks()
	w.soundItems()
	w.soundLife()
}

func (w *world) soundTasks() {
	w.t.Helper()
	keys := map[string]bool{}
	for _, task := range w.p.Tasks {
		require.False(w.t, keys[task.Key], "two open tasks are called %s", task.Key)
		keys[task.Key] = true
		require.NotEmpty(w.t, task.Name.Zh)
		require.NotEmpty(w.t, task.Clock.Clause)
		require.NotEmpty(w.t, task.Party.Kind)
		require.False(w.t, task.Clock.FirstDue.IsZero(), task.Key)
		standing := slices.ContainsFunc(task.Clock.Pauses, func(p project.Pause) bool { return p.To.IsZero() })
		if w.p.Status == project.Suspended {
			require.True(w.t, standing, "%s runs though the project is suspended", task.Key)
		} else if standing {
			require.True(w.t, task.Kind == project.TaskDecision && w.item(task.Subject).Paused, "%s stands still for nothing", task.Key)
		}
		if !standing {
			require.False(w.t, task.Clock.Due.IsZero(), "%s has no due time", task.Key)
		}
		w.explained(task)
		rungs := map[int]bool{}
		for i, r := range task.Clock.Rungs {
			require.False(w.t, r.At.IsZero())
			require.False(w.t, rungs[r.N], "%s has a rung twice", task.Key)
			rungs[r.N] = true
			require.False(w.t, i > 0 && r.At.Before(task.Clock.Rungs[i-1].At), "the rungs of %s are out of order", task.Key)
		}
	}
}

// explained checks that the days of a clock lead to its due time.
func (w *world) explained(task project.Task) {
	w.t.Helper()
	cal, ok := w.rules.Calendar(task.Clock.Calendar)
	require.True(w.t, ok, task.Key)
	days, err := task.Clock.Explain(cal, w.under(task.Clock.Pack).Clock.Close)
	require.NoError(w.t, err)
	if task.Clock.Days == 0 && task.Clock.Moved == nil || task.Clock.Due.IsZero() {
		return
	}
	end := days[len(days)-1]
	require.Equal(w.t, calendar.DateOf(task.Clock.Due), end.Date, "the explanation of %s ends elsewhere", task.Key)
	require.Equal(w.t, task.Clock.Days, end.N, task.Key)
	require.Equal(w.t, task.Clock.Moved != nil, end.Reason == calendar.ReasonMoved, task.Key)
}

func (w *world) soundItems() {
	w.t.Helper()
	open := func(kind project.TaskKind, item string) bool {
		return slices.ContainsFunc(w.p.Tasks, func(t project.Task) bool { return t.Kind == kind && t.Subject == item })
	}
	for _, item := range w.p.Items {
		for _, before := range item.After {
			if item.State != project.ItemWaiting && item.State != project.ItemNotApplicable {
				require.Equal(w.t, project.ItemGranted, w.item(before).State, "%s is open before %s", item.Key, before)
			}
		}
		if w.p.Status != project.Active && w.p.Status != project.Suspended {
			continue
		}
		// What is open for an item follows from its state, and nothing else is.
		want := map[project.TaskKind]bool{}
		switch item.State {
		case project.ItemOpen, project.ItemRefused, project.ItemGone:
			want[project.TaskSubmission] = true
		case project.ItemReceived:
			want[project.TaskCompleteness], want[project.TaskDecision] = true, true
		case project.ItemSupplementing:
			want[project.TaskSupplement] = true
		case project.ItemAccepted:
			want[project.TaskDecision] = true
		case project.ItemNotApplicable, project.ItemWaiting, project.ItemGranted:
		}
		for _, kind := range []project.TaskKind{project.TaskSubmission, project.TaskCompleteness, project.TaskSupplement, project.TaskDecision} {
			require.Equal(w.t, want[kind], open(kind, item.Key), "%s is %s: %s", item.Key, item.State, kind)
		}
	}
	for i, c := range w.p.Commitments {
		owed := slices.ContainsFunc(w.p.Commitments, func(o project.Commitment) bool {
			return o.Item == c.Item && o.Paper == c.Paper && o.Open()
		})
		again := slices.ContainsFunc(w.p.Commitments[i+1:], func(o project.Commitment) bool {
			return o.Item == c.Item && o.Paper == c.Paper && o.Open()
		})
		require.False(w.t, c.Open() && again, "%s of %s is owed twice", c.Paper, c.Item)
		if w.p.Status == project.Active || w.p.Status == project.Suspended {
			require.Equal(w.t, owed, open(project.TaskCommitment, c.Item+"/"+c.Paper), "commitment for %s of %s", c.Paper, c.Item)
		}
	}
}

// soundLife checks that every project has what brings it on: work, a line it waits in, or an end.
func (w *world) soundLife() {
	w.t.Helper()
	switch w.p.Status {
	case project.Active:
		waits := slices.ContainsFunc(w.p.Needs, func(n project.Need) bool {
			return n.State == project.NeedConfirmed || n.State == project.NeedWaiting
		})
		require.True(w.t, waits || len(w.p.Tasks) > 0, "nobody has anything to do in the %s phase", w.p.Phase)
		require.True(w.t, w.p.Suspended.IsZero())
		if w.p.Phase == project.Construction {
			require.Len(w.t, w.p.Alarms, 1, "the next month's report")
		}
	case project.Suspended:
		require.False(w.t, w.p.Suspended.IsZero())
	case project.Archived:
		require.Empty(w.t, w.p.Tasks)
		require.True(w.t, w.p.NextDeadline().IsZero())
	case project.Withdrawn, project.Removed, project.Refused, project.Done:
		owed := w.p.Debt != nil && w.p.Debt.Settled.IsZero()
		for _, t := range w.p.Tasks {
			require.Equal(w.t, project.TaskReplacement, t.Kind)
		}
		require.Equal(w.t, owed, len(w.p.Tasks) == 1)
		require.Equal(w.t, owed, len(w.p.Alarms) == 0, "what has ended is archived, unless a replacement is owed")
	}
}

func (w *world) snapshot() []byte {
	w.t.Helper()
	data, err := w.p.Snapshot()
	require.NoError(w.t, err)
	return data
}

func (w *world) item(key string) project.Item {
	w.t.Helper()
	for _, i := range w.p.Items {
		if i.Key == key {
			return i
		}
	}
	require.Fail(w.t, "no such item", key)
	return project.Item{}
}

func (w *world) task(kind project.TaskKind, subject string) project.Task {
	w.t.Helper()
	for _, t := range w.p.Tasks {
		if t.Kind == kind && t.Subject == subject {
			return t
		}
	}
	require.Fail(w.t, "no such open task", "%s %s", kind, subject)
	return project.Task{}
}

func (w *world) taskKey(kind project.TaskKind, subject string) string {
	return w.task(kind, subject).Key
}

// due is the due time of an open task; "" while its clock stands still.
func (w *world) due(kind project.TaskKind, subject string) string {
	w.t.Helper()
	return civil(w.task(kind, subject).Clock.Due)
}

// rungs lists what climbed on a task so far.
func (w *world) rungs(subject string) []string {
	w.t.Helper()
	var climbed []string
	for _, e := range w.log {
		if e.Type != "Escalated" {
			continue
		}
		ev := as[project.Escalated](w.t, e)
		if ev.Subject == subject {
			climbed = append(climbed, e.OccurredAt.In(calendar.Zone).Format("01-02 15:04 ")+string(ev.Rung))
		}
	}
	return climbed
}

func names(entries []domain.Entry) []string {
	var ns []string
	for _, e := range entries {
		ns = append(ns, e.Type)
	}
	return ns
}

func (w *world) colour(lamp string) string {
	for _, l := range w.p.Lamps() {
		if l.Kind == lamp {
			return l.Colour(w.now)
		}
	}
	return ""
}

// Ways through the phases that tests of later ones start from.

// reach takes a world that has just begun some way. The way is gone once; other worlds of the same city and moment
// go on from a copy.
func (w *world) reach(stage string, walk func()) *world {
	w.t.Helper()
	if w.p.Seq > 0 {
		walk()
		return w
	}
	here := stage + " " + w.pack.Hash() + " " + civil(w.now)
	if known, ok := reached.Load(here); ok {
		far, _ := known.(place)
		p, err := project.Restore(far.state)
		require.NoError(w.t, err)
		w.p, w.log, w.sent = p, slices.Clone(far.log), far.sent
		return w
	}
	walk()
	reached.Store(here, place{w.snapshot(), slices.Clone(w.log), w.sent})
	return w
}

// reached holds the places that worlds may go on from. They are all reached within one moment, so that no rung was
// climbed on the way.
var reached sync.Map

type place struct {
	state []byte
	log   []domain.Entry
	sent  int
}

func (w *world) declared() *world {
	w.t.Helper()
	w.do(office, project.Declare{Profile: profile(), Pack: w.pack.Hash()})
	return w
}

func (w *world) recognised() *world {
	w.t.Helper()
	w.declared()
	w.do(office, project.ReviewEntry{Decision: "admit", Opinion: "符合标准"})
	w.do(office, project.Recognise{Document: "领导小组纪要1号"})
	return w
}

func pool(n int) []project.Candidate {
	var cs []project.Candidate
	for i := range n {
		cs = append(cs, project.Candidate{Expert: "expert-" + strconv.Itoa(i+1), Unit: "institute", Specialities: []string{"engineering"}})
	}
	return cs
}

// under is the version that something has begun under; the project's own when none is named.
func (w *world) under(hash string) *policy.Pack {
	p, ok := w.rules.Pack(cmp.Or(hash, w.p.Pack))
	if !ok {
		return w.pack
	}
	return p
}

func (w *world) marks(each int) []project.Mark {
	var ms []project.Mark
	for _, c := range w.under(w.p.Panel.Pack).Evaluation.Criteria {
		ms = append(ms, project.Mark{Key: c.Key, Mark: c.Max * each / 100})
	}
	return ms
}

// total are marks that add up to a total.
func (w *world) total(sum int) []project.Mark {
	var ms []project.Mark
	for _, c := range w.under(w.p.Panel.Pack).Evaluation.Criteria {
		m := min(c.Max, sum)
		ms = append(ms, project.Mark{Key: c.Key, Mark: m})
		sum -= m
	}
	return ms
}

// invited are the experts whose marks are awaited, in the order of their seats.
func (w *world) invited() []string {
	var es []string
	for _, m := range w.p.Panel.Members {
		if m.State == "invited" {
			es = append(es, m.Expert)
		}
	}
	return es
}

func (w *world) scoredBy(each int) {
	w.t.Helper()
	for _, e := range w.invited() {
		w.do(expert(e), project.SubmitScore{Marks: w.marks(each), Opinion: "同意"})
	}
}

func (w *world) approving() *world {
	w.t.Helper()
	return w.reach("approving", func() {
		w.recognised()
		w.do(office, project.DrawPanel{Candidates: pool(9)})
		w.scoredBy(90)
		w.do(liaison, project.FilePlan{Nodes: []project.Node{{Key: "n1", Title: "征地", Due: "2026-11-30", Unit: "district", Post: "项目专员"}}})
		require.Equal(w.t, project.Approval, w.p.Phase)
	})
}

// submit hands in all papers of an item.
func (w *world) submit(item string) []string {
	w.t.Helper()
	return w.do(owner, project.SubmitItem{Item: item, Papers: w.papers(item)})
}

func (w *world) papers(item string) []string {
	w.t.Helper()
	pack := w.under("")
	if i := w.item(item); i.State == project.ItemReceived || i.State == project.ItemSupplementing || i.State == project.ItemAccepted {
		pack = w.under(i.Pack)
	}
	rule, ok := pack.Item(item)
	require.True(w.t, ok)
	var ps []string
	for _, p := range rule.Papers {
		ps = append(ps, p.Key)
	}
	return ps
}

func (w *world) grant(item string) []string {
	w.t.Helper()
	return w.do(handler(w.item(item).Department), project.GrantItem{Item: item, Document: "批复〔2026〕1号"})
}

// grantAll submits and grants every item of the phase as it opens.
func (w *world) grantAll() {
	w.t.Helper()
	for again := true; again; {
		again = false
		for _, i := range w.p.Items {
			if i.State == project.ItemOpen {
				w.submit(i.Key)
				w.grant(i.Key)
				again = true
			}
		}
	}
}

func (w *world) assured() *world {
	w.t.Helper()
	return w.reach("assured", func() {
		w.approving()
		w.grantAll()
		w.reserve()
	})
}

// reserve has every need confirmed and reserved.
func (w *world) reserve() *world {
	w.t.Helper()
	for _, n := range slices.Clone(w.p.Needs) {
		rule, _ := w.pack.Resource(n.Resource)
		w.do(handler(rule.Department), project.ConfirmNeed{Resource: n.Resource, Year: n.Year, Amount: n.Asked})
		w.do(domain.System, project.RecordReservation{Resource: n.Resource, Year: n.Year, Reserved: true})
	}
	require.Equal(w.t, project.Startup, w.p.Phase)
	return w
}

func (w *world) building() *world {
	w.t.Helper()
	return w.reach("building", func() { w.approving().started() })
}

// started takes a project under approval to the first spade.
func (w *world) started() *world {
	w.t.Helper()
	w.grantAll()
	w.reserve()
	w.meetConditions()
	w.do(owner, project.StartConstruction{Document: "开工令"})
	require.Equal(w.t, project.Construction, w.p.Phase)
	return w
}

func (w *world) meetConditions() {
	w.t.Helper()
	for _, task := range append([]project.Task(nil), w.p.Tasks...) {
		if task.Kind == project.TaskCondition {
			w.do(w.of(task.Party), project.ConfirmCondition{Condition: task.Subject, Document: "证明文件"})
		}
	}
}

// of is somebody who acts for a party.
func (w *world) of(p domain.Party) domain.Actor {
	switch p.Kind {
	case domain.PartyOwner:
		return owner
	case domain.PartyUnit:
		return liaison
	case domain.PartyOffice:
		return office
	case domain.PartyExpert:
		return expert(p.Code)
	default:
		return handler(p.Code)
	}
}

func encode(t tester, cmd any) (name string, body json.RawMessage) {
	t.Helper()
	name, body, err := project.Encode(cmd)
	require.NoError(t, err)
	return name, body
}

// completing takes a project under construction to the single acceptances.
func (w *world) completing() *world {
	w.t.Helper()
	w.do(owner, project.RequestAcceptance{TrialRun: calendar.DateOf(w.now).String()})
	require.Equal(w.t, project.Completion, w.p.Phase)
	return w
}

// loadNotice2027 publishes a notice for 2027 and has every deadline computed anew: New Year lasts until 4 January,
// and Saturday 16 January is worked for it.
func (w *world) loadNotice2027() []string {
	w.t.Helper()
	_, cal := shipped()
	day := func(m time.Month, d int) calendar.Date { return calendar.NewDate(2027, m, d) }
	with, err := cal.With(calendar.Year{
		Year: 2027, Notice: "国办发明电〔2026〕1号",
		Holidays: map[calendar.Date]string{
			day(1, 1): "元旦", day(1, 2): "元旦", day(1, 3): "元旦", day(1, 4): "元旦", day(5, 1): "劳动节", day(5, 2): "劳动节", day(10, 1): "国庆节", day(10, 2): "国庆节", day(10, 3): "国庆节",
		},
		Makeup: map[calendar.Date]string{day(1, 16): "元旦"},
	})
	require.NoError(w.t, err)
	w.rules.PutCalendar(with)
	require.NoError(w.t, w.rules.SetCurrentCalendar(with.Version()))
	return w.do(domain.System, project.ApplyCalendar{})
}
