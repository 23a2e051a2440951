package commands_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"pgregory.net/rapid"

	"milepost/commands"
	"milepost/domain"
	"milepost/domain/project"
	"milepost/store"
)

func TestWhatOneTellsAnotherDoesNotUndo(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		meanwhile func(w *world, cmd domain.Command, change func())
	}{
		{"another process, whose record fails", func(w *world, cmd domain.Command, change func()) {
			change()
			w.store.record = errAway
			receipt, err := w.send(cmd)
			require.NoError(w.t, err)
			require.True(w.t, receipt.Pending)
			w.store.record = nil
		}},
		{"the clock that asks who waits", func(w *world, cmd domain.Command, change func()) {
			waiting, err := w.store.Waiting(w.t.Context(), cmd.Entity, time.Now().Add(time.Hour), domain.Command{})
			require.NoError(w.t, err)
			change()
			w.engine.hear(cmd.Entity, waiting.Commands)
		}},
		{"the clock that has asked and not yet decided", func(w *world, cmd domain.Command, change func()) {
			_, err := w.store.Waiting(w.t.Context(), cmd.Entity, time.Now().Add(time.Hour), domain.Command{})
			require.NoError(w.t, err)
			change()
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			name := w.declared("declare")
			cmd := w.command("recognise", name, office, project.Recognise{Document: "纪要"})
			o := w.gateway.Options
			o.Store = &slow{w.store, func() { // a refusal is known that stands in no history
				test.meanwhile(w, cmd, func() {
					_, err := w.send(w.command("admit", name, office, project.ReviewEntry{Decision: "admit", Opinion: "符合标准"}))
					require.NoError(t, err)
				})
			}}
			receipt, err := commands.New(o).Send(t.Context(), cmd)
			require.NoError(t, err, "it is told what the entity has decided")
			row, err := w.store.Command(t.Context(), "recognise")
			require.NoError(t, err)
			require.Equal(t, store.CommandDone, row.State)
			require.Equal(t, commands.Receipt{Command: "recognise", Entity: name, FirstSeq: row.FirstSeq, LastSeq: row.LastSeq, Lines: receipt.Lines}, receipt)
		})
	}
}

// slow does something else before it stores its first refusal.
type slow struct {
	*frail
	meanwhile func()
}

func (s *slow) Refuse(ctx context.Context, id string, refusal *domain.Error, attempts int64) error {
	if meanwhile := s.meanwhile; meanwhile != nil {
		s.meanwhile = nil
		meanwhile()
	}
	return s.frail.Refuse(ctx, id, refusal, attempts)
}

// TestWhatIsToldIsWhatIsOnRecord has several processes send one command; its entity changes meanwhile, so that it would be refused, accepted, and refused
// again; the clock hears who waits; records fail. In whatever order all that happens, what anybody was told is what is
// on record in the end.
func TestWhatIsToldIsWhatIsOnRecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		contest(rt, w, fmt.Sprintf("c%d", n))
	})
}

func contest(rt *rapid.T, w *world, key string) {
	name := w.declared(key)
	cmd := w.command(key+"-x", name, office, project.Recognise{Document: "纪要1号"})
	if rapid.Bool().Draw(rt, "declares") {
		name = commands.NameOf("project", key+"-x")
		cmd = w.declaration(key + "-x")
		cmd.Entity = name
	}
	if rapid.IntRange(0, 9).Draw(rt, "unfit") == 0 {
		cmd.Actor = domain.Actor{User: "nobody", Role: domain.RoleAuditor}
	}
	s := &stage{rt: rt, at: make(chan *actor), world: w, flying: map[string]*flight{}}
	senders := rapid.IntRange(1, 3).Draw(rt, "senders")
	told := make([]error, senders)
	receipts := make([]commands.Receipt, senders)
	for i := range senders {
		s.enter(func(a *actor) {
			o := w.gateway.Options
			o.Store, o.Engine = &pausing{w.store, a}, &pausingEngine{w.engine, a}
			receipts[i], told[i] = commands.New(o).Send(context.Background(), cmd)
		})
	}
	s.enter(func(a *actor) { // the world goes on
		for _, change := range []domain.Command{
			w.command(key+"-admit", name, office, project.ReviewEntry{Decision: "admit", Opinion: "符合标准"}),
			w.command(key+"-other", name, office, project.Recognise{Document: "纪要2号"}),
		} {
			a.pause()
			_, _ = w.send(change)
		}
	})
	s.enter(func(a *actor) { // the clock asks who waits, twice
		for range 2 {
			a.pause()
			waiting, err := w.store.Waiting(context.Background(), name, time.Now().Add(time.Hour), domain.Command{})
			require.NoError(rt, err)
			a.pause()
			w.engine.hear(name, waiting.Commands)
			a.pause()
			w.engine.recordOwn(name, w.store)
		}
	})
	s.play()
	w.gateway.Store = w.store
	sweeper := w.sweeper()
	for range 3 {
		w.sweep(sweeper)
	}
	row, err := w.store.Command(context.Background(), key+"-x")
	require.NoError(rt, err)
	require.NotEqual(rt, store.CommandPending, row.State)
	for i := range senders {
		if receipts[i].Pending {
			continue
		}
		require.Equal(rt, row.Refusal, domain.AsError(told[i]))
		if row.State == store.CommandDone {
			require.Equal(rt, row.FirstSeq, receipts[i].FirstSeq)
			require.Equal(rt, row.LastSeq, receipts[i].LastSeq)
		}
	}
}

// stage lets actors take their steps one at a time, in an order that is drawn.
type stage struct {
	rt     *rapid.T
	world  *world
	at     chan *actor // who has come to a pause, or to his end
	actors []*actor
	flying map[string]*flight // by workflow and update
}

type actor struct {
	stage *stage
	next  chan bool // whether his next step fails
	ended bool
}

func (s *stage) enter(play func(*actor)) {
	a := &actor{stage: s, next: make(chan bool)}
	s.actors = append(s.actors, a)
	go func() {
		a.pause()
		play(a)
		a.ended = true
		s.at <- a
	}()
}

// pause waits for the actor's turn; it tells whether what he is about to do fails.
func (a *actor) pause() (fails bool) {
	a.stage.at <- a
	return <-a.next
}

func (s *stage) play() {
	waiting := s.actors
	for range waiting {
		<-s.at // all have come to their first pause
	}
	for len(waiting) > 0 {
		i := rapid.IntRange(0, len(waiting)-1).Draw(s.rt, "next")
		a := waiting[i]
		a.next <- rapid.IntRange(0, 4).Draw(s.rt, "fails") == 0
		<-s.at
		if a.ended {
			waiting = append(waiting[:i:i], waiting[i+1:]...)
		}
	}
}

// pausing is the store as one actor uses it.
type pausing struct {
	*frail
	actor *actor
}

func (p *pausing) Intend(ctx context.Context, c domain.Command) (store.Intent, error) {
	p.actor.pause()
	return p.frail.Intend(ctx, c)
}

func (p *pausing) Refuse(ctx context.Context, id string, refusal *domain.Error, attempts int64) error {
	if p.actor.pause() {
		return errAway
	}
	return p.frail.Refuse(ctx, id, refusal, attempts)
}

func (p *pausing) Command(ctx context.Context, id string) (store.CommandRow, error) {
	if p.actor.pause() {
		return store.CommandRow{}, errAway
	}
	return p.frail.Command(ctx, id)
}

func (p *pausing) Record(ctx context.Context, name string, tail []domain.Entry, done *store.Done) error {
	if p.actor.pause() {
		return errAway
	}
	return p.frail.Record(ctx, name, tail, done)
}

// pausingEngine is the engine as one actor uses it. An update under the id of one that has not been answered yet is no
// update of its own: whoever sends it waits for the other's answer, whatever he has asked himself.
type pausingEngine struct {
	*engine
	actor *actor
}

// flight is an update that is on its way.
type flight struct {
	landed bool
	handle client.WorkflowUpdateHandle
	err    error
}

func (p *pausingEngine) ExecuteWorkflow(ctx context.Context, o client.StartWorkflowOptions, kind any, args ...any) (client.WorkflowRun, error) {
	p.actor.pause()
	return p.engine.ExecuteWorkflow(ctx, o, kind, args...)
}

func (p *pausingEngine) UpdateWorkflow(ctx context.Context, o client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	p.actor.pause()
	flying, id := p.actor.stage.flying, o.WorkflowID+" "+o.UpdateID
	if f := flying[id]; f != nil {
		for !f.landed {
			p.actor.pause()
		}
		p.actor.pause()
		return f.handle, f.err
	}
	f := &flight{}
	flying[id] = f
	p.actor.pause()
	f.handle, f.err = p.engine.UpdateWorkflow(ctx, o)
	f.landed = true
	delete(flying, id)
	p.actor.pause()
	return f.handle, f.err
}

// hear decides commands as a clock does that has asked who waits.
func (e *engine) hear(name string, waiting []domain.Command) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if h := e.entities[name]; h != nil {
		for _, cmd := range waiting {
			e.remember(h, cmd)
		}
	}
}

func (e *engine) recordOwn(name string, db *frail) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if h := e.entities[name]; h != nil {
		if err := db.Store.Record(context.Background(), name, h.tail, nil); err != nil {
			panic(err)
		}
	}
}
