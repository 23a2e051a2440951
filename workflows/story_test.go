package workflows_test

import (
	"encoding/json"
	"slices"
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

// shipped are the rules the product comes with, and Shangluo's pack among them.
var shipped = sync.OnceValues(func() (*policy.Registry, *policy.Pack) {
	rules, set, err := config.Rules()
	if err != nil {
		panic(err)
	}
	pack, _ := set.Pack("sl")
	return rules, pack
})

// tale is a project's life told in advance: it is lived in memory by the decider alone, and what was done in it
// is the script for the host.
type tale struct {
	t      *testing.T
	rules  *policy.Registry
	pack   *policy.Pack
	p      *project.Project
	start  time.Time
	now    time.Time
	script []step
	log    []domain.Entry
}

// The people of the tale.
var (
	office  = domain.Actor{User: "office-1", Role: domain.RoleOffice}
	owner   = domain.Actor{User: "owner-1", Role: domain.RoleOwner, Party: "builder"}
	liaison = domain.Actor{User: "liaison-1", Role: domain.RoleLiaison, Party: "district"}
)

func newTale(t *testing.T, start string) *tale {
	t.Helper()
	rules, pack := shipped()
	s := &tale{t: t, rules: rules, pack: pack, p: project.New("1")}
	s.start = s.moment(start)
	s.now = s.start
	return s
}

func (s *tale) moment(m string) time.Time {
	at, err := time.ParseInLocation("2006-01-02 15:04", m, calendar.Zone)
	require.NoError(s.t, err)
	return at.UTC()
}

// do has somebody do something a minute after what was last.
func (s *tale) do(a domain.Actor, cmd any) {
	s.t.Helper()
	if len(s.script) > 0 {
		s.pass(s.now.Add(time.Minute))
	}
	name, body, err := project.Encode(cmd)
	require.NoError(s.t, err)
	n := len(s.script) + 1
	c := domain.Command{
		ID: "c" + strconv.Itoa(n), Entity: "project/1", Type: name, Body: body, Actor: a,
		ReceivedAt: s.now, Seed: uint64(n),
	}
	entries, err := s.p.Decide(c, s.now, s.rules)
	require.NoError(s.t, err, "%s by %s", name, a.User)
	s.evolve(entries)
	c.ReceivedAt = time.Time{}
	s.script = append(s.script, step{at: s.now.Sub(s.start), cmd: c, dies: n%3 == 0})
}

// until lets time pass.
func (s *tale) until(m string) { s.t.Helper(); s.pass(s.moment(m)) }

func (s *tale) pass(to time.Time) {
	s.t.Helper()
	for due := s.p.NextDeadline(); !due.IsZero() && !due.After(to); due = s.p.NextDeadline() {
		s.now = due
		entries, err := s.p.Tick(s.now, s.rules)
		require.NoError(s.t, err)
		s.evolve(entries)
	}
	s.now = to
}

func (s *tale) evolve(entries []domain.Entry) {
	s.t.Helper()
	for _, e := range entries {
		require.NoError(s.t, s.p.Evolve(e))
	}
	s.log = append(s.log, entries...)
}

// life is the tale for the host to live.
func (s *tale) life() *life {
	first := s.script[0].cmd
	return &life{
		t: s.t, rules: s.rules, restore: entity.Restore, kind: entity.Project, start: s.start,
		horizon: s.now.Sub(s.start), first: &first, script: slices.Clone(s.script),
	}
}

// story is a project that is declared, evaluated with a silent expert, approved by departments some of which let
// their limits pass, and given up.
func story(t *testing.T) *tale {
	t.Helper()
	s := newTale(t, "2026-03-02 10:00")
	s.declared()
	s.until("2026-03-20 10:00") // the review is late and climbs its ladder
	s.evaluating()
	s.score(1)
	for !slices.Contains(types(s.log), "ExpertReplaced") { // the others stay silent until their limit is over
		s.pass(s.now.Add(24 * time.Hour))
	}
	s.score(99)
	s.plan()
	s.submitAll()
	s.until("2026-05-29 10:00") // nobody checks the papers: deemed accepted, and the decisions are late
	s.grantAll()
	s.until("2026-07-01 10:00")
	s.do(owner, project.FilePaper{Title: "补充说明"})
	s.do(owner, project.Withdraw{Reason: "市场变化"})
	s.until("2026-12-31 10:00")
	s.do(liaison, project.Replace{Project: "2", Investment: 8_000_000_000})
	s.until("2027-09-01 10:00")
	require.True(t, s.p.Closed(), "the tale has no end: %s", s.p.Status)
	return s
}

func (s *tale) declared() {
	s.t.Helper()
	s.do(office, project.Declare{Pack: s.pack.Hash(), Profile: project.Profile{
		Name: "城区供水管网改造工程", Jurisdiction: "shangluo", Unit: "district", Owner: "builder", Sector: "infrastructure",
		Kind: "urban-infrastructure", Level: "city", Procedure: "approval", Funding: "local-budget", Government: true,
		Investment: 8_000_000_000, PlannedStart: "2026-12-01", PlannedCompletion: "2028-06-30",
		Asks: []project.Ask{{Resource: "land", Amount: "120.5", Year: 2026}},
	}})
}

// evaluating leads a declared project to its panel.
func (s *tale) evaluating() {
	s.t.Helper()
	s.do(office, project.ReviewEntry{Decision: "admit", Opinion: "符合标准"})
	s.do(office, project.Recognise{Document: "领导小组纪要1号"})
	s.do(office, project.DrawPanel{Candidates: s.pool(12)})
}

// plan leads an evaluated project to approval.
func (s *tale) plan() {
	s.t.Helper()
	s.do(liaison, project.FilePlan{Nodes: []project.Node{{Key: "n1", Title: "征地", Due: "2026-11-30", Unit: "district", Post: "项目专员"}}})
}

// approving is a project of which all items that are open wait for their departments.
func (s *tale) approving() {
	s.t.Helper()
	s.declared()
	s.evaluating()
	s.score(99)
	s.plan()
	s.submitAll()
}

// untilDue lets time pass until shortly before the first task of a kind is due.
func (s *tale) untilDue(kind project.TaskKind) {
	s.t.Helper()
	var due time.Time
	for _, t := range s.p.Tasks {
		if t.Kind == kind && (due.IsZero() || t.Clock.Due.Before(due)) {
			due = t.Clock.Due
		}
	}
	require.False(s.t, due.IsZero(), "no task of the kind %s", kind)
	s.pass(due.Add(-10 * time.Minute))
}

// tacit has the pack grant an item by silence.
func (s *tale) tacit(item string) {
	s.t.Helper()
	var tree map[string]any
	require.NoError(s.t, json.Unmarshal(s.pack.Canonical(), &tree))
	items, _ := tree["items"].([]any)
	for _, i := range items {
		if rule, _ := i.(map[string]any); rule["key"] == item {
			rule["tacit"] = true
		}
	}
	data, err := json.Marshal(tree)
	require.NoError(s.t, err)
	s.pack, err = policy.Decode(data)
	require.NoError(s.t, err)
	s.rules.Put(s.pack)
}

func (s *tale) pool(n int) []project.Candidate {
	var cs []project.Candidate
	for i := range n {
		cs = append(cs, project.Candidate{Expert: "expert-" + strconv.Itoa(i+1), Unit: "institute", Specialities: []string{"engineering"}})
	}
	return cs
}

// score has up to so many of the experts whose marks are awaited score.
func (s *tale) score(most int) {
	s.t.Helper()
	var marks []project.Mark
	for _, c := range s.pack.Evaluation.Criteria {
		marks = append(marks, project.Mark{Key: c.Key, Mark: c.Max * 9 / 10})
	}
	for _, m := range slices.Clone(s.p.Panel.Members) {
		if m.State == "invited" && most > 0 {
			most--
			s.do(domain.Actor{User: m.Expert, Role: domain.RoleExpert, Party: m.Expert}, project.SubmitScore{Marks: marks, Opinion: "同意"})
		}
	}
}

func (s *tale) submitAll() {
	s.t.Helper()
	for _, item := range slices.Clone(s.p.Items) {
		if item.State != project.ItemOpen {
			continue
		}
		rule, _ := s.pack.Item(item.Key)
		var papers []string
		for _, p := range rule.Papers {
			papers = append(papers, p.Key)
		}
		s.do(owner, project.SubmitItem{Item: item.Key, Papers: papers})
	}
}

func (s *tale) grantAll() {
	s.t.Helper()
	for _, item := range slices.Clone(s.p.Items) {
		if item.State == project.ItemAccepted || item.State == project.ItemReceived {
			by := domain.Actor{User: item.Department + "-1", Role: domain.RoleHandler, Party: item.Department}
			s.do(by, project.GrantItem{Item: item.Key, Document: "批复〔2026〕1号"})
		}
	}
}
