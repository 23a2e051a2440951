package project_test

import (
	"encoding/json"
	"strconv"
	"testing"
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
	t     *testing.T
	rules *policy.Registry
	pack  *policy.Pack
	p     *project.Project
	log   []domain.Entry
	now   time.Time
	sent  int
}

// at reads a civil moment: "2026-03-02 10:00".
func at(t *testing.T, s string) time.Time {
	t.Helper()
	m, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone)
	require.NoError(t, err)
	return m
}

func newWorld(t *testing.T, pack, now string) *world {
	t.Helper()
	set, err := config.Packs()
	require.NoError(t, err)
	cal, err := config.Calendar()
	require.NoError(t, err)
	rules := policy.NewRegistry()
	rules.Put(set.Packs()...)
	rules.PutCalendar(cal)
	require.NoError(t, rules.SetCurrentCalendar(cal.Version()))
	p, ok := set.Pack(pack)
	require.True(t, ok)
	return &world{t: t, rules: rules, pack: p, p: project.New("p1"), now: at(t, now)}
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
		ID: "cmd-" + strconv.Itoa(w.sent), Entity: "project/p1", Type: name, Body: body, Actor: a, ReceivedAt: w.now, Seed: uint64(w.sent), //nolint:gosec // small
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
	c := w.command(a, cmd)
	c.OccurredAt = at(w.t, occurred)
	return w.send(c)
}

func (w *world) send(c domain.Command) []string {
	w.t.Helper()
	before := w.snapshot()
	entries, err := w.p.Decide(c, w.now, w.rules)
	require.NoError(w.t, err, "%s by %s", c.Type, c.Actor.User)
	require.Equal(w.t, before, w.snapshot(), "deciding must not change the state")
	return w.record(entries)
}

// refuse has an actor try something that must be refused with a code and must change nothing.
func (w *world) refuse(code string, a domain.Actor, cmd any) *domain.Error {
	w.t.Helper()
	before := w.snapshot()
	entries, err := w.p.Decide(w.command(a, cmd), w.now, w.rules)
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
		entries, err := w.p.Tick(w.now, w.rules)
		require.NoError(w.t, err)
		require.NotEmpty(w.t, entries, "a deadline that passes must bring something: %s", due)
		for _, e := range entries {
			require.True(w.t, e.Actor.Automatic())
			require.False(w.t, e.OccurredAt.After(w.now))
		}
		happened = append(happened, w.record(entries)...)
	}
	w.now = to
	return happened
}

// record applies entries and checks what must hold of every one of them.
func (w *world) record(entries []domain.Entry) []string {
	w.t.Helper()
	for _, e := range entries {
		require.Equal(w.t, w.p.Seq+1, e.Seq)
		require.NotEmpty(w.t, e.Clause, "%s cites no clause", e.Type)
		require.NoError(w.t, w.p.Evolve(e))
		text, err := w.p.Describe(e)
		require.NoError(w.t, err)
		require.NotEmpty(w.t, text.Zh)
		require.NotEmpty(w.t, text.En)
		w.p.Notices(e)
		w.p.Effects(e)
	}
	w.log = append(w.log, entries...)
	w.sound()
	return names(entries)
}

// sound checks what must hold of every state.
func (w *world) sound() {
	w.t.Helper()
	keys := map[string]bool{}
	for _, task := range w.p.Tasks {
		require.False(w.t, keys[task.Key], "two open tasks are called %s", task.Key)
		keys[task.Key] = true
		require.NotEmpty(w.t, task.Name.Zh)
		require.NotEmpty(w.t, task.Clock.Clause)
	}
	for _, item := range w.p.Items {
		if item.State == project.ItemReceived || item.State == project.ItemAccepted {
			require.True(w.t, keys[w.taskKey(project.TaskDecision, item.Key)], "%s has no decision task", item.Key)
		}
		for _, before := range item.After {
			if item.State != project.ItemWaiting && item.State != project.ItemNotApplicable {
				s := w.item(before).State
				require.True(w.t, s == project.ItemGranted || s == project.ItemNotApplicable, "%s is open before %s", item.Key, before)
			}
		}
	}
	again, err := project.Restore(w.snapshot())
	require.NoError(w.t, err)
	data, err := again.Snapshot()
	require.NoError(w.t, err)
	require.JSONEq(w.t, string(w.snapshot()), string(data))
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

func (w *world) due(kind project.TaskKind, subject string) string {
	return w.task(kind, subject).Clock.Due.In(calendar.Zone).Format("2006-01-02 15:04")
}

// rungs lists what climbed on a task so far.
func (w *world) rungs(subject string) []string {
	w.t.Helper()
	var climbed []string
	for _, e := range w.log {
		if e.Type != "Escalated" {
			continue
		}
		var ev project.Escalated
		require.NoError(w.t, json.Unmarshal(e.Data, &ev))
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

func (w *world) marks(each int) []project.Mark {
	var ms []project.Mark
	for _, c := range w.pack.Evaluation.Criteria {
		ms = append(ms, project.Mark{Key: c.Key, Mark: c.Max * each / 100})
	}
	return ms
}

func (w *world) scoredBy(each int) {
	w.t.Helper()
	for _, m := range w.p.Panel.Members {
		if m.State == "invited" {
			w.do(expert(m.Expert), project.SubmitScore{Marks: w.marks(each), Opinion: "同意"})
		}
	}
}

func (w *world) approving() *world {
	w.t.Helper()
	w.recognised()
	w.do(office, project.DrawPanel{Candidates: pool(9)})
	w.scoredBy(90)
	w.do(liaison, project.FilePlan{Nodes: []project.Node{{Key: "n1", Title: "征地", Due: "2026-11-30", Unit: "district", Post: "项目专员"}}})
	require.Equal(w.t, project.Approval, w.p.Phase)
	return w
}

// submit hands in all papers of an item.
func (w *world) submit(item string) []string {
	w.t.Helper()
	return w.do(owner, project.SubmitItem{Item: item, Papers: w.papers(item)})
}

func (w *world) papers(item string) []string {
	w.t.Helper()
	rule, ok := w.pack.Item(item)
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
	w.approving()
	w.grantAll()
	require.Equal(w.t, project.Assurance, w.p.Phase)
	w.do(handler("resources"), project.ConfirmNeed{Resource: "land", Year: 2026, Amount: "118"})
	w.do(domain.System, project.RecordReservation{Resource: "land", Year: 2026, Reserved: true})
	require.Equal(w.t, project.Startup, w.p.Phase)
	return w
}

func (w *world) building() *world {
	w.t.Helper()
	w.assured()
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

func encode(t *testing.T, cmd any) (name string, body json.RawMessage) {
	t.Helper()
	name, body, err := project.Encode(cmd)
	require.NoError(t, err)
	return name, body
}
