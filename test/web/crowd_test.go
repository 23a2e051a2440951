package web

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"milepost/config"
	"milepost/domain"
	"milepost/domain/entity"
	"milepost/domain/policy"
	"milepost/domain/project"
	"milepost/store"
	"milepost/test/installation"
)

// crowded is how many tasks the neighbouring city has at least.
const crowded = 10_000

// crowd fills the neighbouring city with projects in parallel approval, until its desks hold ten thousand tasks. Each is
// decided by the rules and recorded as a worker records it; only the engine is spared, as nobody is going to act on them.
func crowd(t *testing.T, in *installation.Installation) {
	t.Helper()
	rules, set, err := config.Rules()
	require.NoError(t, err)
	pack, ok := set.Pack("sl")
	require.True(t, ok)
	require.NoError(t, rules.SetCurrent(pack.Jurisdiction, pack.Hash()))
	db, err := store.Open(t.Context(), in.Database)
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	clock, err := db.Clock(t.Context())
	require.NoError(t, err)

	began := time.Now()
	then := clock.Civil(began).AddDate(0, 0, -30) // some of it is late by now
	first := resident{id: uuid.NewString(), n: 1, pack: pack, rules: rules, now: then}
	each, err := first.moveIn(t.Context(), db)
	require.NoError(t, err)
	all := (crowded + each - 1) / each
	errs := make([]error, all+1)
	var movers sync.WaitGroup
	for from := range 8 { // at once
		movers.Go(func() {
			for n := 2 + from; n <= all; n += 8 {
				_, errs[n] = resident{id: uuid.NewString(), n: n, pack: pack, rules: rules, now: then}.moveIn(t.Context(), db)
			}
		})
	}
	movers.Wait()
	require.NoError(t, errors.Join(errs...))
	t.Logf("%d tasks of %d projects recorded in %d ms", all*each, all, time.Since(began).Milliseconds())
}

// resident is one of the crowd's projects.
type resident struct {
	id    string
	n     int
	pack  *policy.Pack
	rules *policy.Registry
	now   time.Time
}

// moveIn leads the project into parallel approval and records its life so far; tells how many tasks are open then.
func (r resident) moveIn(ctx context.Context, db *store.Store) (open int, err error) {
	p := project.New(r.id)
	var log []domain.Entry
	does := func(a domain.Actor, cmd any) error {
		name, body, err := project.Encode(cmd)
		if err != nil {
			return err
		}
		entries, err := p.Decide(domain.Command{
			ID: fmt.Sprint(r.id, "-", len(log)), Entity: entity.ID(entity.Project, r.id), Type: name, Body: body, Actor: a, ReceivedAt: r.now, Seed: uint64(r.n),
		}, r.now, r.rules)
		for _, e := range entries {
			if err := p.Evolve(e); err != nil {
				return err
			}
		}
		log = append(log, entries...)
		return err
	}
	office := domain.Actor{User: "sl-office", Role: domain.RoleOffice, Jurisdiction: "shangluo"}
	owner := domain.Actor{User: "sl-owner", Role: domain.RoleOwner, Party: "sl-water-works", Jurisdiction: "shangluo"}
	liaison := domain.Actor{User: "sl-liaison-shangzhou", Role: domain.RoleLiaison, Party: "unit-shangzhou", Jurisdiction: "shangzhou"}
	var nodes []project.Node
	for n := range 6 {
		nodes = append(nodes, project.Node{Key: fmt.Sprint("n", n+1), Title: fmt.Sprintf("第%d标段前期工作", n+1), Due: fmt.Sprintf("2026-%02d-%02d", 6+n, 1+r.n%28), Unit: "unit-shangzhou", Post: "项目专员"})
	}
	var pool []project.Candidate
	for n := range 5 {
		pool = append(pool, project.Candidate{Expert: fmt.Sprintf("expert%03d", n+1), Unit: "institute", Specialities: []string{"engineering"}})
	}
	var marks []project.Mark
	for _, c := range r.pack.Evaluation.Criteria {
		marks = append(marks, project.Mark{Key: c.Key, Mark: c.Max * 9 / 10})
	}
	steps := []func() error{
		func() error { return does(owner, project.Declare{Profile: r.profile(), Pack: r.pack.Hash()}) },
		func() error { return does(office, project.ReviewEntry{Decision: "admit", Opinion: "符合标准"}) },
		func() error { return does(office, project.Recognise{Document: "领导小组纪要1号"}) },
		func() error { return does(office, project.DrawPanel{Candidates: pool}) },
	}
	for _, c := range pool {
		expert := domain.Actor{User: c.Expert, Role: domain.RoleExpert, Party: c.Expert}
		steps = append(steps, func() error { return does(expert, project.SubmitScore{Marks: marks, Opinion: "同意"}) })
	}
	steps = append(steps, func() error { return does(liaison, project.FilePlan{Nodes: nodes}) })
	for _, step := range steps {
		if err := step(); err != nil {
			return 0, err
		}
	}
	return len(p.Tasks), db.Record(ctx, entity.ID(entity.Project, r.id), log, nil)
}

func (r resident) profile() project.Profile {
	return project.Profile{
		Name: fmt.Sprintf("商州区供水管网改造工程第%04d号片区", r.n), Jurisdiction: "shangluo", Unit: "unit-shangzhou", Owner: "sl-water-works", Sector: "infrastructure",
		Kind: "urban-infrastructure", Level: "city", Procedure: "filing", Funding: "enterprise", Investment: 8_000_000_000,
		PlannedStart: "2027-03-01", PlannedCompletion: "2028-06-30",
	}
}
