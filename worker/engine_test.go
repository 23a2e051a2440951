package worker_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"milepost/commands"
	"milepost/config"
	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/entity"
	"milepost/domain/policy"
	"milepost/domain/project"
	"milepost/store"
	"milepost/test/postgres"
	"milepost/test/temporal"
	"milepost/worker"
	"milepost/workflows"
)

// city is a database, an engine, and a way in; workers come and go.
type city struct {
	t       *testing.T
	db      *store.Store
	frail   *frail
	engine  client.Client
	queue   string
	clock   domain.Clock
	rules   *policy.Registry
	pack    *policy.Pack
	gateway *commands.Gateway
	cut     int
	sweep   time.Duration // the age from which its workers take a command for left; 1 s
}

var (
	office = domain.Actor{User: "office-1", Role: domain.RoleOffice}
	owner  = domain.Actor{User: "owner-1", Role: domain.RoleOwner, Party: "builder"}
)

// frail is a real store whose record fails while a test says so.
type frail struct {
	*store.Store
	away atomic.Bool
}

func (f *frail) Record(ctx context.Context, name string, tail []domain.Entry, done *store.Done) error {
	if f.away.Load() {
		return errors.New("the database is away")
	}
	return f.Store.Record(ctx, name, tail, done)
}

// newCity is a city on the embedded database, newServerCity one on PostgreSQL.
func newCity(t *testing.T, address string, clock domain.Clock) *city {
	t.Helper()
	return newCityOn(t, "sqlite://"+filepath.Join(t.TempDir(), "milepost.db"), address, clock)
}

func newServerCity(t *testing.T, address string, clock domain.Clock) *city {
	t.Helper()
	return newCityOn(t, postgres.Fresh(t), address, clock)
}

func newCityOn(t *testing.T, dsn, address string, clock domain.Clock) *city {
	t.Helper()
	db, err := store.Open(t.Context(), dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	require.NoError(t, db.Migrate(t.Context()))
	require.NoError(t, db.FixClock(t.Context(), clock))
	c := &city{t: t, db: db, frail: &frail{Store: db}, queue: t.Name(), clock: clock, rules: policy.NewRegistry(), sweep: time.Second}
	c.publish()
	require.NoError(t, (&commands.RuleKeeper{Store: db, Registry: c.rules}).Refresh(t.Context()))
	c.dial(address, commands.Key{Name: "test", Secret: make([]byte, 32)})
	return c
}

// dial reaches the engine, with keys for what it stores.
func (c *city) dial(address string, keys ...commands.Key) {
	c.t.Helper()
	engine, err := commands.Dial(commands.Connection{Address: address, Namespace: "default", Keys: keys})
	require.NoError(c.t, err)
	c.t.Cleanup(engine.Close)
	c.engine = engine
	c.gateway = commands.New(commands.Options{
		Store: c.frail, Engine: engine, Rules: c.rules, Clock: c.clock, TaskQueue: c.queue, Deadline: 10 * time.Second,
	})
}

// publish puts the shipped rules into the database.
func (c *city) publish() {
	c.t.Helper()
	set, err := config.Packs()
	require.NoError(c.t, err)
	c.pack, _ = set.Pack("sl")
	require.NoError(c.t, c.db.PutPack(c.t.Context(), store.StoredPack{
		Hash: c.pack.Hash(), ID: c.pack.ID, Version: c.pack.Version, Jurisdiction: c.pack.Jurisdiction, Title: c.pack.Title,
		JSON: string(c.pack.Canonical()), Published: time.Now(),
	}))
	years, err := config.CalendarYears()
	require.NoError(c.t, err)
	cal, err := calendar.New(years...)
	require.NoError(c.t, err)
	data, err := commands.EncodeCalendar(years)
	require.NoError(c.t, err)
	require.NoError(c.t, c.db.PutCalendar(c.t.Context(), store.StoredCalendar{Version: cal.Version(), Years: data, Published: time.Now()}))
}

// work runs a worker until stop is called, and waits until it can work.
func (c *city) work() (w *worker.Worker, stop func()) {
	c.t.Helper()
	w, stop = c.start()
	require.Eventually(c.t, func() bool { return w.Ready(c.t.Context()) == nil }, 20*time.Second, 20*time.Millisecond)
	return w, stop
}

// start runs a worker until stop is called.
func (c *city) start() (w *worker.Worker, stop func()) {
	c.t.Helper()
	w = worker.New(worker.Options{
		Store: c.db, Client: c.engine, TaskQueue: c.queue, CutAfter: c.cut, StopTimeout: time.Second,
		SweepAfter: c.sweep, SweepEvery: 100 * time.Millisecond, Deadline: 5 * time.Second,
	})
	ctx, cancel := context.WithCancel(c.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		require.NoError(c.t, <-ended)
	})
	c.t.Cleanup(stop)
	return w, stop
}

func (c *city) command(id, name string, a domain.Actor, cmd any) domain.Command {
	c.t.Helper()
	kind, body, err := project.Encode(cmd)
	require.NoError(c.t, err)
	return domain.Command{ID: id, Entity: name, Type: kind, Body: body, Actor: a}
}

func (c *city) declaration(id string) domain.Command {
	c.t.Helper()
	return c.command(id, entity.Project, owner, project.Declare{Pack: c.pack.Hash(), Profile: project.Profile{
		Name: "城区供水管网改造工程", Jurisdiction: "shangluo", Unit: "district", Owner: "builder", Sector: "infrastructure",
		Kind: "urban-infrastructure", Level: "city", Procedure: "approval", Funding: "local-budget", Government: true,
		Investment: 8_000_000_000, PlannedStart: "2099-12-01", PlannedCompletion: "2101-06-30",
	}})
}

func (c *city) paper(id, name string) domain.Command {
	return c.command(id, name, owner, project.FilePaper{Title: "说明"})
}

// done sends a command that must be done at once.
func (c *city) done(cmd domain.Command) commands.Receipt {
	c.t.Helper()
	receipt, err := c.gateway.Send(c.t.Context(), cmd)
	require.NoError(c.t, err)
	require.False(c.t, receipt.Pending)
	receipt.Lines = nil // who comes later reads them
	return receipt
}

// settled waits until a command has its outcome.
func (c *city) settled(id string) store.CommandRow {
	c.t.Helper()
	var row store.CommandRow
	require.Eventually(c.t, func() bool {
		var err error
		row, err = c.db.Command(c.t.Context(), id)
		return err == nil && row.State != store.CommandPending
	}, 30*time.Second, 20*time.Millisecond)
	return row
}

func (c *city) timeline(name string) []string {
	c.t.Helper()
	entries, err := c.db.Entries(c.t.Context(), name, 1, 1000)
	require.NoError(c.t, err)
	var types []string
	for _, e := range entries {
		types = append(types, e.Type)
	}
	if len(types) > 0 {
		require.NoError(c.t, c.db.VerifyChain(c.t.Context(), name))
	}
	return types
}

// sound checks that the engine and the record tell the same of an entity; a deadline may just be passing.
func (c *city) sound(name string) {
	c.t.Helper()
	var status workflows.Status
	var state []byte
	var seq int64
	require.Eventually(c.t, func() bool {
		value, err := c.engine.QueryWorkflow(c.t.Context(), name, "", workflows.Standing)
		if err == nil {
			err = value.Get(&status)
		}
		if err == nil {
			state, seq, err = c.db.Snapshot(c.t.Context(), name)
		}
		return err == nil && seq == status.Sequence
	}, 20*time.Second, 20*time.Millisecond)
	require.Equal(c.t, workflows.Digest(state), status.State)
}

// runsOf are the ids of an entity's runs, the first first.
func (c *city) runsOf(name string) []string {
	c.t.Helper()
	var runs []string
	for id := ""; ; {
		d, err := c.engine.DescribeWorkflowExecution(c.t.Context(), name, id)
		require.NoError(c.t, err)
		run := d.GetWorkflowExecutionInfo().GetExecution().GetRunId()
		runs = slices.Insert(runs, 0, run)
		history := c.engine.GetWorkflowHistory(c.t.Context(), name, run, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
		require.True(c.t, history.HasNext())
		started, err := history.Next()
		require.NoError(c.t, err)
		if id = started.GetWorkflowExecutionStartedEventAttributes().GetContinuedExecutionRunId(); id == "" {
			return runs
		}
	}
}

// TestWithTheEngine lives with a real engine and a real database.
func TestWithTheEngine(t *testing.T) {
	t.Parallel()
	address := temporal.Start(t)
	tests := []struct {
		name string
		run  func(t *testing.T, address string)
	}{
		{"commands are decided and recorded, and the same one once", commandsAreRecorded},
		{"a command without a worker is pending, and is done when one comes", withoutAWorker},
		{"workers that are stopped in the midst lose nothing", workersComeAndGo},
		{"the sweeper finishes what a dead sender left", deadSenders},
		{"a database away at the record means pending, then done", databaseAway},
		{"the same command is decided once over many runs", manyRuns},
		{"deadlines pass, and an archived project ends", aWholeLife},
		{"whoever was in time is heard before the clock strikes", whoWasInTime},
		{"who comes after a deadline waits for those who were before it", whoComesAfter},
		{"a database away over a deadline makes nobody late", databaseAwayOverADeadline},
		{"operators find projects by phase and jurisdiction", operatorsFindProjects},
		{"quotas are reserved, and the line moves by itself", quotasAreAnswered},
		{"a worker without the key ends nobody", withoutTheKey},
		{"an engine that comes late and goes away is waited for", engineAway},
		{"health and metrics are told", healthIsTold},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, address)
		})
	}
}

func commandsAreRecorded(t *testing.T, address string) {
	c := newCity(t, address, domain.RealClock())
	c.work()
	declared := c.done(c.declaration("recorded"))
	require.EqualValues(t, 1, declared.LastSeq)
	require.Equal(t, declared, c.done(c.declaration("recorded")))
	paper := c.done(c.paper("p1", declared.Entity))
	require.Equal(t, paper, c.done(c.paper("p1", declared.Entity)))
	_, err := c.gateway.Send(t.Context(), c.command("bad", declared.Entity, owner, project.ReviewEntry{Decision: "admit"}))
	refusal := domain.AsError(err)
	require.NotNil(t, refusal)
	require.NotEmpty(t, refusal.Text.Zh, "a refusal keeps its words on the way")
	_, err = c.gateway.Send(t.Context(), c.paper("p2", "project/none"))
	require.Equal(t, "project.unknown", domain.CodeOf(err))
	require.Equal(t, []string{"Declared", "PaperFiled"}, c.timeline(declared.Entity))
	c.sound(declared.Entity)
}

func withoutAWorker(t *testing.T, address string) {
	c := newCity(t, address, domain.RealClock())
	c.gateway.Deadline = time.Second
	receipt, err := c.gateway.Send(t.Context(), c.declaration("nobody"))
	require.NoError(t, err)
	require.True(t, receipt.Pending)
	require.Empty(t, c.timeline(receipt.Entity))
	c.work()
	row := c.settled("nobody")
	require.Equal(t, store.CommandDone, row.State)
	require.Equal(t, []string{"Declared"}, c.timeline(receipt.Entity))
}

func workersComeAndGo(t *testing.T, address string) {
	c := newServerCity(t, address, domain.RealClock())
	c.cut = 7
	_, stop := c.work()
	name := c.done(c.declaration("goers")).Entity
	const papers = 60
	var all sync.WaitGroup
	ids := make(chan int)
	for range 4 {
		all.Go(func() {
			for n := range ids {
				_, err := c.gateway.Send(t.Context(), c.paper(fmt.Sprintf("paper-%d", n), name))
				require.NoError(t, err)
			}
		})
	}
	for n := range papers {
		ids <- n
		if n%20 == 10 {
			stop()
			_, stop = c.work()
		}
	}
	close(ids)
	all.Wait()
	for n := range papers {
		row := c.settled(fmt.Sprintf("paper-%d", n))
		require.Equal(t, store.CommandDone, row.State)
		require.Equal(t, row.FirstSeq, row.LastSeq)
	}
	require.Len(t, c.timeline(name), 1+papers, "each exactly once")
	c.sound(name)
}

func deadSenders(t *testing.T, address string) {
	c := newCity(t, address, domain.RealClock())
	_, stop := c.work()
	name := c.done(c.declaration("left")).Entity
	stop() // so that its sweeper is not quicker

	afterIntent := c.paper("after-intent", name)
	afterIntent.Seed = 1
	_, err := c.db.Intend(t.Context(), afterIntent)
	require.NoError(t, err)
	declaration := c.declaration("left-declaration")
	declaration.Entity = commands.NameOf(entity.Project, "left-declaration")
	_, err = c.db.Intend(t.Context(), declaration)
	require.NoError(t, err)

	c.work()
	require.Equal(t, store.CommandDone, c.settled("after-intent").State)
	require.Equal(t, store.CommandDone, c.settled("left-declaration").State)
	c.frail.away.Store(true)
	receipt, err := c.gateway.Send(t.Context(), c.paper("after-decision", name))
	require.NoError(t, err)
	require.True(t, receipt.Pending)
	require.Equal(t, store.CommandDone, c.settled("after-decision").State, "the worker's own way to the database is open")
	require.Equal(t, []string{"Declared", "PaperFiled", "PaperFiled"}, c.timeline(name))
	require.Equal(t, []string{"Declared"}, c.timeline(declaration.Entity))
	c.sound(name)
}

func databaseAway(t *testing.T, address string) {
	c := newCity(t, address, domain.RealClock())
	c.work()
	name := c.done(c.declaration("away")).Entity
	c.frail.away.Store(true)
	receipt, err := c.gateway.Send(t.Context(), c.paper("p", name))
	require.NoError(t, err)
	require.True(t, receipt.Pending)
	c.frail.away.Store(false)
	receipt = c.done(c.paper("p", name))
	require.EqualValues(t, 2, receipt.FirstSeq)
	require.Equal(t, []string{"Declared", "PaperFiled"}, c.timeline(name))
}

func manyRuns(t *testing.T, address string) {
	c := newCity(t, address, domain.RealClock())
	c.cut = 1
	c.work()
	name := c.done(c.declaration("runs")).Entity
	var first []commands.Receipt
	for n := range 6 {
		first = append(first, c.done(c.paper(fmt.Sprintf("p%d", n), name)))
		require.Eventually(t, func() bool { return len(c.runsOf(name)) >= n+2 }, 20*time.Second, 10*time.Millisecond)
	}
	// The record forgets; the entity must not.
	for n := range 6 {
		ask := workflows.Ask{Command: c.paper(fmt.Sprintf("p%d", n), name)}
		ask.Command.ReceivedAt = time.Now()
		handle, err := c.engine.UpdateWorkflow(t.Context(), client.UpdateWorkflowOptions{
			UpdateID: ask.Command.ID, WorkflowID: name, UpdateName: workflows.Command, Args: []any{ask},
			WaitForStage: client.WorkflowUpdateStageCompleted,
		})
		require.NoError(t, err)
		var answer workflows.Answer
		require.NoError(t, handle.Get(t.Context(), &answer))
		require.Equal(t, first[n].FirstSeq, answer.FirstSeq)
	}
	require.Len(t, c.timeline(name), 7)
	c.sound(name)
}

func withoutTheKey(t *testing.T, address string) {
	c := newCity(t, address, domain.RealClock())
	_, stop := c.work()
	name := c.done(c.declaration("key")).Entity
	stop()

	keyed, gateway := c.engine, c.gateway
	c.dial(address) // somebody has forgotten the key in the settings
	_, stop = c.work()
	gateway.Deadline = 3 * time.Second
	receipt, err := gateway.Send(t.Context(), c.paper("p", name))
	require.NoError(t, err)
	require.True(t, receipt.Pending)
	receipt, err = gateway.Send(t.Context(), c.declaration("new"))
	require.NoError(t, err)
	require.True(t, receipt.Pending)
	stop()

	c.engine = keyed
	c.work()
	require.Equal(t, store.CommandDone, c.settled("p").State)
	require.Equal(t, store.CommandDone, c.settled("new").State)
	require.Equal(t, []string{"Declared", "PaperFiled"}, c.timeline(name))
	c.sound(name)
}

func aWholeLife(t *testing.T, address string) {
	c := newCity(t, address, civilMonths())
	c.work()
	name := c.done(c.declaration("life")).Entity
	require.Eventually(t, func() bool { return len(c.timeline(name)) >= 3 }, 20*time.Second, 20*time.Millisecond, "the late review escalates by itself")
	c.done(c.command("refuse", name, office, project.ReviewEntry{Decision: "refuse", Opinion: "不符合产业政策"}))
	require.NoError(t, c.engine.GetWorkflow(t.Context(), name, "").Get(t.Context(), nil), "the workflow of an archived project ends")
	said := c.timeline(name)
	require.Equal(t, "ProjectArchived", said[len(said)-1])
	require.Contains(t, said, "Escalated")
	_, err := c.gateway.Send(t.Context(), c.paper("late", name))
	require.Equal(t, "project.archived", domain.CodeOf(err))
	require.Equal(t, "refuse", c.done(c.command("refuse", name, office, project.ReviewEntry{Decision: "refuse", Opinion: "不符合产业政策"})).Command)
}

func healthIsTold(t *testing.T, address string) {
	c := newCity(t, address, domain.RealClock())
	w, stop := c.work()
	c.done(c.declaration("health"))
	get := func(path string) (int, string) {
		recorder := httptest.NewRecorder()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody)
		require.NoError(t, err)
		w.Handler().ServeHTTP(recorder, request)
		body, err := io.ReadAll(recorder.Body)
		require.NoError(t, err)
		return recorder.Code, string(body)
	}
	code, _ := get("/readyz")
	require.Equal(t, http.StatusOK, code)
	code, _ = get("/healthz")
	require.Equal(t, http.StatusOK, code)
	code, body := get("/metrics")
	require.Equal(t, http.StatusOK, code)
	require.Contains(t, body, "milepost_effects_total")
	stop()
	code, body = get("/readyz")
	require.Equal(t, http.StatusServiceUnavailable, code)
	require.Contains(t, body, "hosting no entities")
}
