package worker_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/entity"
	"milepost/domain/project"
	"milepost/store"
)

// quotasAreAnswered takes two projects to where they need land. The first takes what there is and the second
// waits in line; when the first withdraws, the line moves by itself.
func quotasAreAnswered(t *testing.T, address string) {
	c := newServerCity(t, address, domain.RealClock())
	c.work()
	require.NoError(t, c.db.AddQuota(t.Context(), store.QuotaGrant{
		ID: "grant", Jurisdiction: "shangluo", Resource: "land", Year: c.year(), Amount: "150", By: office, Clause: "SL-30", At: time.Now(),
	}))
	first, second := c.builder("first"), c.builder("second")
	first.needLand()
	require.Eventually(t, func() bool { return first.need() == project.NeedReserved }, 20*time.Second, 20*time.Millisecond)
	second.needLand()
	require.Eventually(t, func() bool { return second.need() == project.NeedWaiting }, 20*time.Second, 20*time.Millisecond)
	first.do(owner, project.Withdraw{Reason: "市场变化"})
	require.Eventually(t, func() bool { return second.need() == project.NeedReserved }, 20*time.Second, 20*time.Millisecond)
	require.Equal(t, 1, count(c.timeline(second.name), "QuotaReserved"))

	require.Eventually(t, func() bool {
		b, err := c.db.Backlog(t.Context())
		return err == nil && b.PendingEffects == 0
	}, 20*time.Second, 20*time.Millisecond)
	backlog, err := c.db.Backlog(t.Context())
	require.NoError(t, err)
	require.Zero(t, backlog.DeadEffects)
	c.sound(first.name)
	c.sound(second.name)
}

func count(types []string, kind string) (n int) {
	for _, t := range types {
		if t == kind {
			n++
		}
	}
	return n
}

func (c *city) year() int { return c.clock.Civil(time.Now()).Year() }

// builder takes one project through its phases.
type builder struct {
	*city
	name string
	sent int
}

func (c *city) builder(id string) *builder {
	c.t.Helper()
	kind, body, err := project.Encode(project.Declare{Pack: c.pack.Hash(), Profile: project.Profile{
		Name: "城区供水管网改造工程", Jurisdiction: "shangluo", Unit: "district", Owner: "builder", Sector: "infrastructure",
		Kind: "urban-infrastructure", Level: "city", Procedure: "approval", Funding: "local-budget", Government: true,
		Investment: 8_000_000_000, PlannedStart: "2099-12-01", PlannedCompletion: "2101-06-30",
		Asks: []project.Ask{{Resource: "land", Amount: "120.5", Year: c.year()}},
	}})
	require.NoError(c.t, err)
	receipt := c.done(domain.Command{ID: id, Entity: entity.Project, Type: kind, Body: body, Actor: owner})
	return &builder{city: c, name: receipt.Entity}
}

func (b *builder) do(a domain.Actor, cmd any) {
	b.t.Helper()
	b.sent++
	b.done(b.command(fmt.Sprintf("%s-%d", b.name, b.sent), b.name, a, cmd))
}

func (b *builder) state() *project.Project {
	b.t.Helper()
	data, _, err := b.db.Snapshot(b.t.Context(), b.name)
	require.NoError(b.t, err)
	p, err := project.Restore(data)
	require.NoError(b.t, err)
	return p
}

func (b *builder) need() project.NeedState { return b.state().Needs[0].State }

// needLand goes all the way to the department's confirmation of the need.
func (b *builder) needLand() {
	b.t.Helper()
	b.do(office, project.ReviewEntry{Decision: "admit", Opinion: "符合标准"})
	b.do(office, project.Recognise{Document: "领导小组纪要1号"})
	var pool []project.Candidate
	for i := range 9 {
		pool = append(pool, project.Candidate{Expert: "expert-" + strconv.Itoa(i), Unit: "institute", Specialities: []string{"engineering"}})
	}
	b.do(office, project.DrawPanel{Candidates: pool})
	var marks []project.Mark
	for _, c := range b.pack.Evaluation.Criteria {
		marks = append(marks, project.Mark{Key: c.Key, Mark: c.Max})
	}
	for _, m := range b.state().Panel.Members {
		b.do(domain.Actor{User: m.Expert, Role: domain.RoleExpert, Party: m.Expert}, project.SubmitScore{Marks: marks, Opinion: "同意"})
	}
	b.do(domain.Actor{User: "liaison-1", Role: domain.RoleLiaison, Party: "district"},
		project.FilePlan{Nodes: []project.Node{{Key: "n1", Title: "征地", Due: "2099-11-30", Unit: "district", Post: "项目专员"}}})
	for open := b.open(); len(open) > 0; open = b.open() {
		for _, item := range open {
			b.grant(item)
		}
	}
	rule, _ := b.pack.Resource("land")
	n := b.state().Needs[0]
	b.do(handler(rule.Department), project.ConfirmNeed{Resource: n.Resource, Year: n.Year, Amount: n.Asked})
}

func (b *builder) open() []project.Item {
	return slices.DeleteFunc(b.state().Items, func(i project.Item) bool { return i.State != project.ItemOpen })
}

func (b *builder) grant(item project.Item) {
	b.t.Helper()
	rule, _ := b.pack.Item(item.Key)
	var papers []string
	for _, p := range rule.Papers {
		papers = append(papers, p.Key)
	}
	b.do(owner, project.SubmitItem{Item: item.Key, Papers: papers})
	b.do(handler(item.Department), project.GrantItem{Item: item.Key, Document: "批复〔2026〕1号"})
}

func handler(department string) domain.Actor {
	return domain.Actor{User: department + "-1", Role: domain.RoleHandler, Party: department}
}
