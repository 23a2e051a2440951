package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"milepost/config"
	"milepost/demo"
	"milepost/domain/policy"
	"milepost/test/town"
)

// officials are everybody who works with the installation while it suffers: they look at projects and do what is to
// be done next, several at once, without knowing of each other.
type officials struct {
	public  *town.Public
	journal *journal
	city    *config.DemoCity
	packs   *policy.Set
	run     string // begins every key

	live   int // projects worked on at a time
	serial atomic.Int64

	mu         sync.Mutex
	projects   []string // those under way
	declared   int
	finished   int
	complaints []error
}

// begin lets so many people begin to work; they end when they are told to go home, and have finished what they began.
func (o *officials) begin(ctx context.Context, people int, seed uint64) (goHome func()) {
	home := make(chan struct{})
	var all sync.WaitGroup
	for n := range people {
		r := rand.New(rand.NewPCG(seed, uint64(n)))
		all.Go(func() {
			if err := o.work(ctx, home, r); err != nil {
				o.complain(err)
			}
		})
	}
	return func() { close(home); all.Wait() }
}

// work does one thing after another until it is time to go home; what was begun is finished.
func (o *officials) work(ctx context.Context, home <-chan struct{}, r *rand.Rand) error {
	for {
		select {
		case <-home:
			return nil
		default:
		}
		if err := o.step(ctx, r); err != nil {
			return err
		}
	}
}

// step is one thing that somebody does.
func (o *officials) step(ctx context.Context, r *rand.Rand) error {
	o.mu.Lock()
	few := len(o.projects) < o.live
	id := ""
	if !few {
		id = o.projects[r.IntN(len(o.projects))]
	}
	o.mu.Unlock()
	if few {
		return o.declare(ctx, r)
	}
	var s sight
	if err := o.public.Read(ctx, "leader", "/projects/"+id, &s); err != nil {
		return pausing(ctx, err)
	}
	if s.Row.Status != "active" && s.Row.Status != "suspended" {
		o.leave(id)
		return nil
	}
	acts := o.toDo(&s, r)
	if len(acts) == 0 {
		return pausing(ctx, nil)
	}
	a, digest, err := o.attached(ctx, r, id, acts[r.IntN(len(acts))])
	if err != nil {
		return err
	}
	c, err := o.call(id, a)
	if err != nil {
		return err
	}
	c.Digest = digest
	if a.rival == "" {
		_, err = o.send(ctx, r, c)
		return err
	}
	return o.race(ctx, r, c, a.rival)
}

// race has two people do the same work at the same moment; only one of them can have done it.
func (o *officials) race(ctx context.Context, r *rand.Rand, one call, rival string) error {
	other := one
	other.Key, other.Who = o.key(), rival
	one.Rival, other.Rival = other.Key, one.Key
	seeds := [2]uint64{r.Uint64(), r.Uint64()}
	var errs [2]error
	var both sync.WaitGroup
	for i, c := range []call{one, other} {
		both.Go(func() { _, errs[i] = o.send(ctx, rand.New(rand.NewPCG(seeds[i], 0)), c) })
	}
	both.Wait()
	if errs[0] != nil {
		return errs[0]
	}
	return errs[1]
}

func (o *officials) key() string { return fmt.Sprintf("%s-%d", o.run, o.serial.Add(1)) }

func (o *officials) call(project string, a act) (call, error) {
	c := call{Key: o.key(), Project: project, Who: a.who, Path: "/projects/" + project + a.path}
	if a.body == nil {
		return c, nil
	}
	body, err := json.Marshal(a.body)
	c.Body = body
	return c, err
}

// declare puts a new project forward.
func (o *officials) declare(ctx context.Context, r *rand.Rand) error {
	o.mu.Lock()
	o.declared++
	n := o.declared
	o.mu.Unlock()
	p := o.city.Projects[r.IntN(len(o.city.Projects))]
	f, err := demo.Profile(o.city, p, 0)
	if err != nil {
		return err
	}
	f.Name = fmt.Sprintf("%s（第%d号）", f.Name, n)
	for i := range f.Asks { // so little that many fit, and so much that not all do
		f.Asks[i].Amount = fmt.Sprintf("%d", 1+r.IntN(20))
	}
	f.Jurisdiction = ""
	body, err := json.Marshal(map[string]any{"profile": withoutJurisdiction(f)})
	if err != nil {
		return err
	}
	c, err := o.send(ctx, r, call{Key: o.key(), Who: o.holder("owner", p.Owner), Path: "/projects", Body: body})
	if err != nil || c.Outcome != acknowledged {
		return pausing(ctx, err)
	}
	o.mu.Lock()
	o.projects = append(o.projects, c.Project)
	o.mu.Unlock()
	return nil
}

// withoutJurisdiction is a profile as it is sent: the server fills the jurisdiction in.
func withoutJurisdiction(profile any) map[string]any {
	data, _ := json.Marshal(profile) //nolint:errchkjson // plain values
	m := map[string]any{}
	_ = json.Unmarshal(data, &m) // what was just written
	delete(m, "jurisdiction")
	return m
}

// leave lets go of a project that is over.
func (o *officials) leave(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if i := slices.Index(o.projects, id); i >= 0 {
		o.projects = slices.Delete(o.projects, i, i+1)
		o.finished++
	}
}

// complain keeps what a client found wrong by itself.
func (o *officials) complain(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.complaints = append(o.complaints, err)
}

// holder is the first account that holds a post of a party.
func (o *officials) holder(role, party string) string {
	if all := o.holders(role, party); len(all) > 0 {
		return all[0]
	}
	return ""
}

func (o *officials) holders(role, party string) []string {
	var all []string
	for _, a := range o.city.Accounts {
		for _, p := range a.Posts {
			if p.Role == role && (party == "" || p.Party == party) && p.Covers == "" && !slices.Contains(all, a.Account) {
				all = append(all, a.Account)
			}
		}
	}
	return all
}

// pausing waits a moment before the next look: the installation is away, or there is nothing to do.
func pausing(ctx context.Context, _ error) error {
	select {
	case <-ctx.Done():
	case <-time.After(100 * time.Millisecond):
	}
	return nil
}

// lazy tells whether a piece of work is one that nobody does in time.
func lazy(project, task string) bool {
	h := fnv.New32a()
	_, _ = h.Write([]byte(project + task)) // never fails
	return h.Sum32()%25 == 0
}

func inPath(key string) string { return url.PathEscape(strings.ReplaceAll(key, "/", "~")) }
