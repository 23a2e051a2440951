package store

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/config"
	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/entity"
	"milepost/domain/policy"
	"milepost/domain/project"
)

// rulebook is the shipped rules, read once.
var rulebook = sync.OnceValue(func() *policy.Registry {
	rules, set, err := config.Rules()
	if err != nil {
		panic(err)
	}
	p, _ := set.Pack("sl")
	if err := rules.SetCurrent("shangluo", p.Hash()); err != nil {
		panic(err)
	}
	return rules
})

// life is a project that lives in a store: what happens to it is decided in memory and recorded.
type life struct {
	t    testing.TB
	s    *Store
	p    *project.Project
	name string
	log  []domain.Entry
	now  time.Time
	sent int
}

// on reads a civil moment: "2026-03-02 10:00".
func on(moment string) time.Time {
	m, err := time.ParseInLocation("2006-01-02 15:04", moment, calendar.Zone)
	if err != nil {
		panic(err)
	}
	return m
}

func begin(t testing.TB, s *Store, id, moment string) *life {
	t.Helper()
	return &life{t: t, s: s, p: project.New(id), name: entity.ID(entity.Project, id), now: on(moment)}
}

// The people of the city, by post.
var (
	office  = domain.Actor{User: "office-1", Role: domain.RoleOffice, Jurisdiction: "shangluo"}
	owner   = domain.Actor{User: "owner-1", Role: domain.RoleOwner, Party: "builder"}
	liaison = domain.Actor{User: "liaison-1", Role: domain.RoleLiaison, Party: "district"}
)

func handler(department string) domain.Actor {
	return domain.Actor{User: department + "-1", Role: domain.RoleHandler, Party: department, Jurisdiction: "shangluo"}
}

func expert(code string) domain.Actor {
	return domain.Actor{User: code, Role: domain.RoleExpert, Party: code}
}

func profile() project.Profile {
	return project.Profile{
		Name: "城区供水管网改造工程", Jurisdiction: "shangluo", Unit: "district", Owner: "builder", Sector: "infrastructure",
		Kind: "urban-infrastructure", Level: "city", Procedure: "approval", Funding: "local-budget", Government: true,
		Investment: 8_000_000_000, PlannedStart: "2026-12-01", PlannedCompletion: "2028-06-30",
		Asks: []project.Ask{{Resource: "land", Amount: "120.5", Year: 2026}},
	}
}

func (l *life) command(a domain.Actor, cmd any) domain.Command {
	l.t.Helper()
	name, body, err := project.Encode(cmd)
	require.NoError(l.t, err)
	l.sent++
	return domain.Command{
		ID: l.p.ID + "-" + strconv.Itoa(l.sent), Entity: l.name, Type: name, Body: body, Actor: a, ReceivedAt: l.now, Seed: uint64(l.sent),
	}
}

// decide judges a command without recording what comes of it.
func (l *life) decide(a domain.Actor, cmd any) (domain.Command, []domain.Entry) {
	l.t.Helper()
	c := l.command(a, cmd)
	entries, err := l.p.Decide(c, l.now, rulebook())
	require.NoError(l.t, err, "%s by %s", c.Type, a.User)
	l.evolve(entries)
	return c, entries
}

func (l *life) evolve(entries []domain.Entry) {
	l.t.Helper()
	for _, e := range entries {
		require.NoError(l.t, l.p.Evolve(e))
	}
	l.log = append(l.log, entries...)
}

// do has somebody do something, the whole way: intent, decision, record.
func (l *life) do(a domain.Actor, cmd any) []domain.Entry {
	l.t.Helper()
	c, entries := l.decide(a, cmd)
	_, err := l.s.Intend(l.t.Context(), c)
	require.NoError(l.t, err)
	done := outcome(c, entries)
	require.NoError(l.t, l.s.Record(l.t.Context(), l.name, entries, done))
	if len(entries) > 0 {
		told, err := l.s.Timeline(l.t.Context(), Everything, TimelineQuery{Entity: l.name, After: done.FirstSeq - 1, Before: done.LastSeq + 1, Limit: mostLines})
		require.NoError(l.t, err)
		require.Equal(l.t, told, done.Lines, "who records is told the lines as anybody reads them")
	}
	return entries
}

func outcome(c domain.Command, entries []domain.Entry) *Done {
	d := &Done{Command: c.ID}
	if len(entries) > 0 {
		d.FirstSeq, d.LastSeq = entries[0].Seq, entries[len(entries)-1].Seq
	}
	return d
}

// until lets time pass; what comes due on the way is recorded at its own time.
func (l *life) until(moment string) {
	l.t.Helper()
	to := on(moment)
	for {
		due := l.p.NextDeadline()
		if due.IsZero() || due.After(to) {
			break
		}
		if due.After(l.now) {
			l.now = due
		}
		entries, err := l.p.Tick(l.now, rulebook())
		require.NoError(l.t, err)
		l.evolve(entries)
		require.NoError(l.t, l.s.Record(l.t.Context(), l.name, entries, nil))
	}
	l.now = to
}

func (l *life) pack() *policy.Pack {
	p, _ := rulebook().Current("shangluo")
	return p
}

func (l *life) declared() *life {
	l.t.Helper()
	return l.declaredAs(profile())
}

func (l *life) declaredAs(f project.Profile) *life {
	l.t.Helper()
	l.do(office, project.Declare{Profile: f, Pack: l.pack().Hash()})
	return l
}

func (l *life) approving() *life {
	l.t.Helper()
	if l.p.Seq == 0 {
		l.declared()
	}
	l.do(office, project.ReviewEntry{Decision: "admit", Opinion: "符合标准"})
	l.do(office, project.Recognise{Document: "领导小组纪要1号"})
	var pool []project.Candidate
	for i := range 9 {
		pool = append(pool, project.Candidate{Expert: "expert-" + strconv.Itoa(i+1), Unit: "institute", Specialities: []string{"engineering"}})
	}
	l.do(office, project.DrawPanel{Candidates: pool})
	for _, m := range l.p.Panel.Members {
		if m.State != "invited" {
			continue
		}
		var marks []project.Mark
		for _, c := range l.pack().Evaluation.Criteria {
			marks = append(marks, project.Mark{Key: c.Key, Mark: c.Max * 9 / 10})
		}
		l.do(expert(m.Expert), project.SubmitScore{Marks: marks, Opinion: "同意"})
	}
	l.do(liaison, project.FilePlan{Nodes: []project.Node{{Key: "n1", Title: "征地", Due: "2026-11-30", Unit: "district", Post: "项目专员"}}})
	require.Equal(l.t, project.Approval, l.p.Phase)
	return l
}

func (l *life) submit(item string) {
	l.t.Helper()
	rule, ok := l.pack().Item(item)
	require.True(l.t, ok)
	var papers []string
	for _, p := range rule.Papers {
		papers = append(papers, p.Key)
	}
	l.do(owner, project.SubmitItem{Item: item, Papers: papers})
}

func (l *life) grantAll() {
	l.t.Helper()
	for again := true; again; {
		again = false
		for _, i := range l.p.Items {
			if i.State == project.ItemOpen {
				l.submit(i.Key)
				l.do(handler(i.Department), project.GrantItem{Item: i.Key, Document: "批复〔2026〕1号"})
				again = true
			}
		}
	}
}

func (l *life) confirmed(amount string) *life {
	l.t.Helper()
	l.approving()
	l.grantAll()
	l.do(handler("resources"), project.ConfirmNeed{Resource: "land", Year: 2026, Amount: amount, Note: "核减"})
	return l
}

func (l *life) building() *life {
	l.t.Helper()
	l.confirmed("118")
	l.do(domain.System, project.RecordReservation{Resource: "land", Year: 2026, Reserved: true})
	for _, task := range append([]project.Task(nil), l.p.Tasks...) {
		if task.Kind == project.TaskCondition {
			l.do(of(task.Party), project.ConfirmCondition{Condition: task.Subject, Document: "证明文件"})
		}
	}
	l.do(owner, project.StartConstruction{Document: "开工令"})
	require.Equal(l.t, project.Construction, l.p.Phase)
	return l
}

// of is somebody who acts for a party.
func of(p domain.Party) domain.Actor {
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
