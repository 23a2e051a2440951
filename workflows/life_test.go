package workflows_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"milepost/activities"
	"milepost/domain"
	"milepost/domain/entity"
	"milepost/domain/policy"
	"milepost/store"
	"milepost/workflows"
)

// step is one command of a script, at a real time after the beginning.
type step struct {
	at   time.Duration
	cmd  domain.Command
	dies bool // the caller is gone before he records
	lost bool // the caller is gone before he asks: only his intent is stored
	// contested is what a caller says who is not the first.
	contested bool
}

// attempt is how far a step has come. A caller who is told to wait asks again every three minutes, at a second of his own
// and never at a full minute: no cut must decide who of two comes first.
type attempt struct {
	settled bool
	at      time.Duration
	tries   int
	second  time.Duration
}

// life plays an entity's life in virtual time: commands at their times, deadlines as they come, and the run cut
// by continue-as-new wherever the host wants.
type life struct {
	t       *testing.T
	rules   *policy.Registry
	restore func(string, []byte) (entity.Entity, error)
	kind    string
	start   time.Time
	clock   domain.Clock
	grace   time.Duration
	cut     int
	horizon time.Duration // how long is looked on
	first   *domain.Command
	script  []step
	record  *memory
	prepare func(run int, env *testsuite.TestWorkflowEnvironment) // before each run, when set
	said    bytes.Buffer                                          // the log

	runs     int
	heaviest int // bytes that one run handed to the next
	answers  map[string]workflows.Answer
	refusals map[string]*domain.Error
	waits    map[string]*domain.Error // why a caller was last told to wait
	status   workflows.Status
	ended    bool // the workflow completed
	err      error
}

func (l *life) name() string { return entity.ID(l.kind, "1") }

// play lives until the horizon or the end.
func (l *life) play() *life {
	l.t.Helper()
	if l.record == nil {
		l.record = &memory{}
	}
	if l.clock.Rate == 0 {
		l.clock = domain.RealClock()
	}
	l.answers, l.refusals, l.waits = map[string]workflows.Answer{}, map[string]*domain.Error{}, map[string]*domain.Error{}
	in := workflows.Carried{Entity: l.name(), Clock: l.clock, Grace: l.grace}
	if l.first != nil {
		first := *l.first
		first.Entity, first.ReceivedAt = l.name(), l.clock.Civil(l.start)
		in.First = &first
	}
	attempts := make([]attempt, len(l.script))
	for i, s := range l.script {
		attempts[i].at, attempts[i].second = s.at, time.Duration(1+i%29)*time.Second
	}
	for now := l.start; ; {
		again, ended := l.run(&in, now, attempts)
		if !again {
			return l
		}
		now = ended
	}
}

// run is one run; it tells whether there is another, and when this one ended.
func (l *life) run(in *workflows.Carried, now time.Time, attempts []attempt) (again bool, ended time.Time) {
	l.runs++
	require.Less(l.t, l.runs, 10_000, "the life goes on and on")
	suite := testsuite.WorkflowTestSuite{}
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.NewTextHandler(&l.said, nil))))
	env := suite.NewTestWorkflowEnvironment()
	env.SetStartTime(now)
	// Real times: a busy machine must not be taken for a stuck workflow.
	env.SetTestTimeout(time.Minute)
	env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Minute})
	env.SetWorkflowRunTimeout(l.start.Add(l.horizon).Sub(now))
	workflows.NewHost(l.rules, l.restore).CutAfter(l.cut).Register(env, l.kind)
	env.RegisterActivity(&activities.Timeline{Store: l.record})
	if l.prepare != nil {
		l.prepare(l.runs, env)
	}
	scheduled := 0
	for i, s := range l.script {
		if attempts[i].settled || scheduled == 500 { // the test environment takes no more at once
			continue
		}
		scheduled++
		wait := max(0, l.start.Add(attempts[i].at).Sub(now))
		env.RegisterDelayedCallback(func() { l.send(env, s, &attempts[i]) }, wait)
	}
	env.ExecuteWorkflow(l.kind, *in)
	l.look(env)

	err := env.GetWorkflowError()
	var next *workflow.ContinueAsNewError
	if !errors.As(err, &next) {
		var horizon *temporal.TimeoutError
		var unborn *temporal.ApplicationError
		require.True(l.t, err == nil || errors.As(err, &horizon) || errors.As(err, &unborn), "%v", err)
		l.ended, l.err = err == nil, err
		return false, time.Time{}
	}
	l.heaviest = max(l.heaviest, len(next.Input.GetPayloads()[0].GetData()))
	*in = workflows.Carried{}
	require.NoError(l.t, converter.GetDefaultDataConverter().FromPayloads(next.Input, in))
	return true, env.Now()
}

func (l *life) look(env *testsuite.TestWorkflowEnvironment) {
	value, err := env.QueryWorkflow(workflows.Standing)
	if err != nil {
		return
	}
	l.status = workflows.Status{}
	require.NoError(l.t, value.Get(&l.status))
}

func (l *life) send(env *testsuite.TestWorkflowEnvironment, s step, a *attempt) {
	cmd := s.cmd
	cmd.Entity = l.name()
	if cmd.ReceivedAt.IsZero() {
		cmd.ReceivedAt = l.clock.Civil(env.Now())
	}
	cmd = l.record.intend(cmd)
	if s.lost {
		a.settled = true
		return
	}
	ask := workflows.Ask{Command: cmd, Recorded: l.record.last(), Contested: s.contested}
	env.UpdateWorkflow(workflows.Command, fmt.Sprintf("%s@%s#%d", cmd.ID, s.at, a.tries), &testsuite.TestUpdateCallback{
		OnAccept: func() {},
		OnReject: func(err error) { l.refused(env, s, a, err) },
		OnComplete: func(v any, err error) {
			if err != nil {
				l.refused(env, s, a, err)
				return
			}
			a.settled = true
			answer, _ := v.(workflows.Answer)
			l.answers[cmd.ID] = answer
			if !s.dies {
				require.NoError(l.t, l.record.Record(l.t.Context(), l.name(), answer.Tail, &store.Done{Command: cmd.ID}))
			}
		},
	}, ask)
}

func (l *life) refused(env *testsuite.TestWorkflowEnvironment, s step, a *attempt, err error) {
	refusal, known := workflows.FromWire(err)
	require.True(l.t, known, "an error without a meaning: %v", err)
	if refusal.Kind != domain.KindBusy {
		a.settled = true
		l.refusals[s.cmd.ID] = refusal
		l.record.settle(s.cmd.ID)
		return
	}
	l.waits[s.cmd.ID] = refusal
	pause := 3 * time.Minute
	if a.tries == 0 {
		pause = a.second
	}
	a.tries++
	a.at = env.Now().Sub(l.start) + pause
	env.RegisterDelayedCallback(func() { l.send(env, s, a) }, pause)
}

// timeline is everything the entity has ever said: what is recorded, which must be all.
func (l *life) timeline() []domain.Entry { return l.record.entries }

// folded is the digest of the state that the timeline alone tells.
func (l *life) folded() string {
	e, err := l.restore(l.name(), nil)
	require.NoError(l.t, err)
	for _, entry := range l.timeline() {
		require.NoError(l.t, e.Evolve(entry))
	}
	snapshot, err := e.Snapshot()
	require.NoError(l.t, err)
	digest := sha256.Sum256(snapshot)
	return hex.EncodeToString(digest[:])
}

// memory is a record in memory that is as strict as the database.
type memory struct {
	mu      sync.Mutex // the clock asks from another goroutine
	entries []domain.Entry
	intents []domain.Command
	settled map[string]bool
	away    int // so many more attempts to record fail
	deaf    int // so many more questions fail
	ahead   int // so many more are told of lines that the workflow does not know
	asked   int
}

// intend stores a command; the first sending counts.
func (m *memory) intend(c domain.Command) domain.Command {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n := slices.IndexFunc(m.intents, func(o domain.Command) bool { return o.ID == c.ID }); n >= 0 {
		return m.intents[n]
	}
	m.intents = append(m.intents, c)
	return c
}

func (m *memory) settle(command string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.complete(command)
}

func (m *memory) complete(command string) {
	if m.settled == nil {
		m.settled = map[string]bool{}
	}
	m.settled[command] = true
}

// Waiting gives two at a time, so that there are often more.
func (m *memory) Waiting(_ context.Context, _ string, until time.Time, behind domain.Command) (store.Waiting, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked++
	if m.deaf > 0 {
		m.deaf--
		return store.Waiting{}, errors.New("the database is away")
	}
	inOrder := func(a, b domain.Command) int {
		return cmp.Or(a.ReceivedAt.Compare(b.ReceivedAt), strings.Compare(a.ID, b.ID))
	}
	var waiting []domain.Command
	for _, c := range m.intents {
		if !m.settled[c.ID] && !c.ReceivedAt.After(until) && inOrder(c, behind) > 0 {
			waiting = append(waiting, c)
		}
	}
	slices.SortFunc(waiting, inOrder)
	most := min(len(waiting), 2)
	w := store.Waiting{Commands: waiting[:most], More: len(waiting) > most, Recorded: m.head()}
	if m.ahead > 0 {
		m.ahead--
		w.Recorded += 3
	}
	return w, nil
}

func (m *memory) last() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.head()
}

func (m *memory) head() int64 { return int64(len(m.entries)) }

func (m *memory) Record(_ context.Context, _ string, tail []domain.Entry, done *store.Done) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.away > 0 {
		m.away--
		return errors.New("the database is away")
	}
	for _, e := range tail {
		switch {
		case e.Seq <= m.head():
			if e.ChainHash("", "") != m.entries[e.Seq-1].ChainHash("", "") {
				return fmt.Errorf("entry %d differs from the one on record", e.Seq)
			}
		case e.Seq == m.head()+1:
			m.entries = append(m.entries, e)
			m.complete(e.Command)
		default:
			return fmt.Errorf("entry %d comes after %d", e.Seq, m.head())
		}
	}
	if done != nil {
		m.complete(done.Command)
	}
	return nil
}

func types(entries []domain.Entry) []string {
	var names []string
	for _, e := range entries {
		names = append(names, e.Type)
	}
	return slices.Clip(names)
}
