package commands_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/activities"
	"milepost/domain"
	"milepost/domain/entity"
	"milepost/domain/project"
	"milepost/store"
)

// Whatever order projects ask, start, stand still and leave in, whatever relays crash between the ledger and the
// answer, and however often an effect is carried out by two at once: in the end the ledger and the projects say
// the same, and nothing is held by nobody.
func TestLedgerAndProjectsAgreeHoweverTheirMessengersFare(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			newFair(t, seed).play()
		})
	}
}

// fair is some projects that want more land than there is.
type fair struct {
	*world
	dice     *rand.Rand
	projects []string
	sent     int
	granted  int
}

func newFair(t *testing.T, seed uint64) *fair {
	f := &fair{world: newWorld(t), dice: rand.New(rand.NewPCG(seed, 7))}
	for n := range 5 {
		f.projects = append(f.projects, f.seeker(n))
	}
	return f
}

func (f *fair) play() {
	for range 50 {
		f.act(f.projects[f.dice.IntN(len(f.projects))])
		if f.dice.IntN(3) > 0 {
			f.relays(0.4)
		}
	}
	for range 200 {
		if f.relays(0) == 0 {
			break
		}
	}
	f.agree()
}

// act has somebody do what may come to his mind; that it may be refused is part of it.
func (f *fair) act(name string) {
	switch f.dice.IntN(12) {
	case 0, 1:
		f.granted++
		err := f.store.AddQuota(f.t.Context(), store.QuotaGrant{
			ID: fmt.Sprintf("grant-%04d", f.granted), Jurisdiction: "shangluo", Resource: "land", Year: 2026,
			Amount: strconv.Itoa(f.dice.IntN(60) - 20), By: office, Clause: "GG-3n", At: time.Now(),
		})
		require.True(f.t, err == nil || domain.AsError(err) != nil, "%v", err)
	case 2, 3, 4, 5:
		_, pack := shipped()
		rule, _ := pack.Resource("land")
		f.try(name, of(rule.Department), project.ConfirmNeed{Resource: "land", Year: 2026, Amount: strconv.Itoa(20 + f.dice.IntN(60)), Note: "核减"})
		if f.dice.IntN(4) == 0 { // before anybody has asked the ledger
			f.try(name, owner, project.Withdraw{Reason: "市场变化"})
		}
	case 6:
		f.try(name, owner, project.Withdraw{Reason: "市场变化"})
	case 7:
		if f.state(name).Status == project.Suspended {
			f.try(name, office, project.Resume{Reason: "条件具备"})
			return
		}
		f.try(name, office, project.Suspend{Reason: "资金未到位", Until: "2099-01-01"})
	default:
		for _, task := range f.state(name).Tasks {
			if task.Kind == project.TaskCondition {
				f.try(name, by(task.Party), project.ConfirmCondition{Condition: task.Subject, Document: "证明"})
			}
		}
		f.try(name, owner, project.StartConstruction{Document: "开工令"})
	}
}

// relays are two workers at the outbox at once. With some chance an answer gets lost, or a worker is gone before he
// has begun or before he has said that he is done; their leases are worth nothing. It returns how many effects they met.
func (f *fair) relays(mishap float64) int {
	var mu sync.Mutex
	met := 0
	unlucky := func() bool {
		mu.Lock()
		defer mu.Unlock()
		return f.dice.Float64() < mishap
	}
	effects := &activities.Effects{Store: f.store, Answers: messenger{f, unlucky}}
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			claimed, err := f.store.ClaimEffects(f.t.Context(), 3, time.Nanosecond)
			if err != nil {
				f.t.Error(err)
			}
			for _, e := range claimed {
				mu.Lock()
				met++
				mu.Unlock()
				if unlucky() {
					continue
				}
				err := effects.Carry(f.t.Context(), e.Effect)
				if errors.Is(err, activities.ErrPermanent) {
					f.t.Errorf("%s: %v", e.ID, err)
				}
				if err == nil && !unlucky() {
					err = f.store.EffectDone(f.t.Context(), e.ID)
					if err != nil {
						f.t.Error(err)
					}
				}
			}
		})
	}
	both.Wait()
	return met
}

// messenger carries answers to the projects, unless he is unlucky on the way there or back.
type messenger struct {
	*fair
	unlucky func() bool
}

func (m messenger) Answer(ctx context.Context, cmd domain.Command) error {
	if m.unlucky() {
		return errAway
	}
	receipt, err := m.gateway.Send(ctx, cmd)
	if err == nil && (receipt.Pending || m.unlucky()) {
		return errAway
	}
	return err
}

// agree compares what the ledger holds with what the projects believe.
func (f *fair) agree() {
	quotas, err := f.store.Quotas(f.t.Context(), store.Everything, store.QuotaQuery{})
	require.NoError(f.t, err)
	line, err := f.store.WaitingLine(f.t.Context(), store.Everything, "shangluo", "land", 2026)
	require.NoError(f.t, err)
	var reserved, committed float64
	waiting := 0
	for _, name := range f.projects {
		n := f.state(name).Needs[0]
		_, id, err := entity.Split(name)
		require.NoError(f.t, err)
		amount, err := strconv.ParseFloat(n.Amount+"0", 64)
		require.NoError(f.t, err)
		amount /= 10
		inLine := slices.ContainsFunc(line, func(r store.WaitingRow) bool { return r.Project == id })
		require.Equal(f.t, n.State == project.NeedWaiting, inLine, "%s is %s", name, n.State)
		switch n.State {
		case project.NeedReserved:
			reserved += amount
		case project.NeedCommitted:
			committed += amount
		case project.NeedWaiting:
			waiting++
		default:
			require.NotEqual(f.t, project.NeedConfirmed, n.State, "nobody has told %s", name)
		}
	}
	if len(quotas) == 0 {
		require.Zero(f.t, reserved+committed)
		return
	}
	q := quotas[0]
	require.InDelta(f.t, reserved, q.Reserved.InexactFloat64(), 1e-9)
	require.InDelta(f.t, committed, q.Committed.InexactFloat64(), 1e-9)
	require.Equal(f.t, waiting, q.Waiting)
	require.False(f.t, q.Free.IsNegative())
}

func (f *fair) state(name string) *project.Project {
	data, _, err := f.store.Snapshot(f.t.Context(), name)
	require.NoError(f.t, err)
	p, err := project.Restore(data)
	require.NoError(f.t, err)
	return p
}

// ask sends a command and returns its refusal, if any.
func (f *fair) ask(name string, a domain.Actor, cmd any) error {
	f.sent++
	receipt, err := f.send(f.command(fmt.Sprintf("%s-%d", name, f.sent), name, a, cmd))
	require.True(f.t, err == nil && !receipt.Pending || domain.AsError(err) != nil, "%v", err)
	return err
}

// try sends a command that may well be refused.
func (f *fair) try(name string, a domain.Actor, cmd any) {
	if err := f.ask(name, a, cmd); err != nil {
		f.t.Logf("%s: %v", name, err)
	}
}

// seeker declares a project and takes it to where its need of land is to be confirmed.
func (f *fair) seeker(n int) string {
	_, pack := shipped()
	want := profile()
	want.Asks = []project.Ask{{Resource: "land", Amount: "80", Year: 2026}}
	receipt, err := f.send(f.command(fmt.Sprintf("seeker-%d", n), entity.Project, owner, project.Declare{Profile: want, Pack: pack.Hash()}))
	require.NoError(f.t, err)
	name := receipt.Entity
	do := func(a domain.Actor, cmd any) { f.t.Helper(); require.NoError(f.t, f.ask(name, a, cmd)) }
	do(office, project.ReviewEntry{Decision: "admit", Opinion: "符合标准"})
	do(office, project.Recognise{Document: "领导小组纪要1号"})
	var pool []project.Candidate
	for i := range 9 {
		pool = append(pool, project.Candidate{Expert: "expert-" + strconv.Itoa(i), Unit: "institute", Specialities: []string{"engineering"}})
	}
	do(office, project.DrawPanel{Candidates: pool})
	var marks []project.Mark
	for _, c := range pack.Evaluation.Criteria {
		marks = append(marks, project.Mark{Key: c.Key, Mark: c.Max})
	}
	for _, m := range f.state(name).Panel.Members {
		do(domain.Actor{User: m.Expert, Role: domain.RoleExpert, Party: m.Expert}, project.SubmitScore{Marks: marks, Opinion: "同意"})
	}
	do(by(domain.Party{Kind: domain.PartyUnit, Code: "district"}),
		project.FilePlan{Nodes: []project.Node{{Key: "n1", Title: "征地", Due: "2099-11-30", Unit: "district", Post: "项目专员"}}})
	for open := true; open; {
		open = false
		for _, item := range f.state(name).Items {
			if item.State != project.ItemOpen {
				continue
			}
			open = true
			rule, _ := pack.Item(item.Key)
			var papers []string
			for _, p := range rule.Papers {
				papers = append(papers, p.Key)
			}
			do(owner, project.SubmitItem{Item: item.Key, Papers: papers})
			do(of(item.Department), project.GrantItem{Item: item.Key, Document: "批复〔2026〕1号"})
		}
	}
	require.Equal(f.t, project.Assurance, f.state(name).Phase)
	return name
}

// of is a handler of a department; by is somebody who acts for a party.
func of(department string) domain.Actor {
	return domain.Actor{User: department + "-1", Role: domain.RoleHandler, Party: department}
}

func by(p domain.Party) domain.Actor {
	switch p.Kind {
	case domain.PartyOwner:
		return owner
	case domain.PartyOffice:
		return office
	case domain.PartyUnit:
		return domain.Actor{User: "liaison-1", Role: domain.RoleLiaison, Party: p.Code}
	default:
		return of(p.Code)
	}
}
