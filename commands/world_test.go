package commands_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"milepost/commands"
	"milepost/config"
	"milepost/domain"
	"milepost/domain/entity"
	"milepost/domain/policy"
	"milepost/domain/project"
	"milepost/store"
	"milepost/workflows"
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

var (
	office = domain.Actor{User: "office-1", Role: domain.RoleOffice}
	owner  = domain.Actor{User: "owner-1", Role: domain.RoleOwner, Party: "builder"}
)

// world is a gateway with a real store and an engine in memory, each of which can fail where a test wants it.
type world struct {
	t       *testing.T
	store   *frail
	engine  *engine
	gateway *commands.Gateway
}

func newWorld(t *testing.T) *world {
	t.Helper()
	db, err := store.Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "milepost.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	require.NoError(t, db.Migrate(t.Context()))
	require.NoError(t, db.FixClock(t.Context(), domain.RealClock()))
	rules, _ := shipped()
	w := &world{t: t, store: &frail{Store: db}, engine: &engine{rules: rules, entities: map[string]*hosted{}}}
	w.gateway = commands.New(commands.Options{
		Store: w.store, Engine: w.engine, Rules: rules, Clock: domain.RealClock(), Deadline: 20 * time.Second,
	})
	return w
}

// impatient is the same world with a gateway that waits only a moment.
func (w *world) impatient() *world {
	w.gateway.Deadline = 300 * time.Millisecond
	return w
}

func profile() project.Profile {
	return project.Profile{
		Name: "城区供水管网改造工程", Jurisdiction: "shangluo", Unit: "district", Owner: "builder", Sector: "infrastructure",
		Kind: "urban-infrastructure", Level: "city", Procedure: "approval", Funding: "local-budget", Government: true,
		Investment: 8_000_000_000, PlannedStart: "2099-12-01", PlannedCompletion: "2101-06-30",
	}
}

func (w *world) command(id, name string, a domain.Actor, cmd any) domain.Command {
	w.t.Helper()
	kind, body, err := project.Encode(cmd)
	require.NoError(w.t, err)
	return domain.Command{ID: id, Entity: name, Type: kind, Body: body, Actor: a}
}

func (w *world) declaration(id string) domain.Command {
	w.t.Helper()
	_, pack := shipped()
	return w.command(id, entity.Project, owner, project.Declare{Profile: profile(), Pack: pack.Hash()})
}

// declared declares a project and returns its name.
func (w *world) declared(id string) string {
	w.t.Helper()
	receipt, err := w.gateway.Send(w.t.Context(), w.declaration(id))
	require.NoError(w.t, err)
	require.False(w.t, receipt.Pending)
	return receipt.Entity
}

func (w *world) send(c domain.Command) (commands.Receipt, error) {
	return w.gateway.Send(w.t.Context(), c)
}

func (w *world) timeline(name string) []string {
	w.t.Helper()
	entries, err := w.store.Entries(w.t.Context(), name, 1, 1000)
	require.NoError(w.t, err)
	var types []string
	for _, e := range entries {
		types = append(types, e.Type)
	}
	return types
}

// frail is a real store whose steps fail while a test says so.
type frail struct {
	*store.Store
	intend, record, refuse, read error
}

var errAway = errors.New("the database is away")

func (f *frail) Intend(ctx context.Context, c domain.Command) (store.Intent, error) {
	if f.intend != nil {
		return store.Intent{}, f.intend
	}
	return f.Store.Intend(ctx, c)
}

func (f *frail) IntendAll(ctx context.Context, i store.Import, cs []domain.Command) (bool, error) {
	if f.intend != nil {
		return false, f.intend
	}
	return f.Store.IntendAll(ctx, i, cs)
}

func (f *frail) Record(ctx context.Context, name string, tail []domain.Entry, done *store.Done) error {
	if f.record != nil {
		return f.record
	}
	return f.Store.Record(ctx, name, tail, done)
}

func (f *frail) Refuse(ctx context.Context, id string, refusal *domain.Error, attempts int64) error {
	if f.refuse != nil {
		return f.refuse
	}
	return f.Store.Refuse(ctx, id, refusal, attempts)
}

func (f *frail) Snapshot(ctx context.Context, name string) ([]byte, int64, error) {
	if f.read != nil {
		return nil, 0, f.read
	}
	return f.Store.Snapshot(ctx, name)
}

// engine hosts entities in memory as the workflows do. before fails calls before anything happens, after loses
// the answers of calls that did happen; each is used up once.
type engine struct {
	rules *policy.Registry

	mu       sync.Mutex
	entities map[string]*hosted
	before   []error
	after    []error
	started  []workflows.Carried
	updates  []string // ids of all updates asked for
	decided  int
	inside   int
	most     int
	hold     chan struct{}    // updates wait here when set
	refusing map[string]error // entities that refuse whatever comes
}

type hosted struct {
	state    entity.Entity
	tail     []domain.Entry
	outcomes map[string]workflows.Outcome
}

func (e *engine) ExecuteWorkflow(_ context.Context, o client.StartWorkflowOptions, _ any, args ...any) (client.WorkflowRun, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := pop(&e.before); err != nil {
		return nil, err
	}
	if e.entities[o.ID] != nil {
		return nil, serviceerror.NewWorkflowExecutionAlreadyStarted("already started", "", "")
	}
	in, _ := args[0].(workflows.Carried)
	e.started = append(e.started, in)
	state, err := entity.Restore(o.ID, in.State)
	if err != nil {
		return nil, err
	}
	h := &hosted{state: state, outcomes: map[string]workflows.Outcome{}}
	for _, out := range in.Outcomes {
		h.outcomes[out.Command] = out
	}
	e.entities[o.ID] = h
	if in.First != nil {
		e.remember(h, *in.First)
	}
	return nil, pop(&e.after)
}

func (e *engine) UpdateWorkflow(_ context.Context, o client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	e.mu.Lock()
	e.inside++
	e.most = max(e.most, e.inside)
	hold := e.hold
	e.mu.Unlock()
	if hold != nil {
		<-hold
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.inside--
	e.updates = append(e.updates, o.UpdateID)
	if err := pop(&e.before); err != nil {
		return nil, err
	}
	if err := e.refusing[o.WorkflowID]; err != nil {
		return nil, err
	}
	h := e.entities[o.WorkflowID]
	if h == nil {
		return nil, serviceerror.NewNotFound("workflow not found for ID: " + o.WorkflowID)
	}
	ask, _ := o.Args[0].(workflows.Ask)
	answer, err := e.decide(h, ask)
	if lost := pop(&e.after); lost != nil {
		return nil, lost
	}
	return &handle{answer: answer, err: err}, nil
}

// decide answers an update. A refusal by the dry run is forgotten, unless it is contested.
func (e *engine) decide(h *hosted, ask workflows.Ask) (workflows.Answer, error) {
	o, known := h.outcomes[ask.Command.ID]
	if !known {
		e.decided++
		_, err := h.state.Decide(ask.Command, ask.Command.ReceivedAt, e.rules)
		if refusal := domain.AsError(err); refusal != nil && (!ask.Contested || refusal.Kind == domain.KindBusy) {
			return workflows.Answer{}, onWire(refusal)
		}
		o = e.remember(h, ask.Command)
	}
	if o.Refusal != nil {
		return workflows.Answer{}, onWire(o.Refusal)
	}
	return workflows.Answer{FirstSeq: o.FirstSeq, LastSeq: o.LastSeq, Tail: h.tail}, nil
}

// remember decides a command for good.
func (e *engine) remember(h *hosted, cmd domain.Command) workflows.Outcome {
	if o, known := h.outcomes[cmd.ID]; known {
		return o
	}
	entries, err := h.state.Decide(cmd, cmd.ReceivedAt, e.rules)
	o := workflows.Outcome{Command: cmd.ID, Refusal: domain.AsError(err)}
	for _, entry := range entries {
		if err := h.state.Evolve(entry); err != nil {
			panic(err)
		}
		o.LastSeq = entry.Seq
	}
	if len(entries) > 0 {
		o.FirstSeq = entries[0].Seq
	}
	h.tail = append(slices.Clone(h.tail), entries...)
	h.outcomes[cmd.ID] = o
	return o
}

func onWire(refusal *domain.Error) error {
	kind := "refusal"
	if refusal.Kind == domain.KindBusy {
		kind = "busy"
	}
	return temporal.NewNonRetryableApplicationError(refusal.Code, kind, nil, *refusal)
}

func pop(errs *[]error) error {
	if len(*errs) == 0 {
		return nil
	}
	err := (*errs)[0]
	*errs = (*errs)[1:]
	return err
}

// handle is an update that has its outcome.
type handle struct {
	answer workflows.Answer
	err    error
}

func (h *handle) WorkflowID() string { return "" }
func (h *handle) RunID() string      { return "" }
func (h *handle) UpdateID() string   { return "" }

func (h *handle) Get(_ context.Context, v any) error {
	if h.err != nil {
		return h.err
	}
	data, err := json.Marshal(h.answer)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}

func busyWire() error {
	refusal := domain.Error{Kind: domain.KindBusy, Code: "entity.busy"}
	return temporal.NewNonRetryableApplicationError(refusal.Code, "busy", nil, refusal)
}

func id(n int) string { return fmt.Sprintf("key-%d", n) }
