package commands_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"milepost/commands"
	"milepost/domain"
	"milepost/domain/entity"
	"milepost/domain/project"
	"milepost/store"
	"milepost/workflows"
)

var unavailable = serviceerror.NewUnavailable("the engine is away")

func TestACommandIsStoredDecidedAndRecorded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name := w.declared("declare")
	require.Equal(t, commands.NameOf(entity.Project, "declare"), name)
	receipt, err := w.send(w.command("review", name, office, project.ReviewEntry{Decision: "admit"}))
	require.NoError(t, err)
	require.Equal(t, "EntryAdmitted", receipt.Lines[0].Type)
	require.Equal(t, commands.Receipt{Command: "review", Entity: name, FirstSeq: 2, LastSeq: 2, Lines: receipt.Lines[:1]}, receipt)
	require.Equal(t, []string{"Declared", "EntryAdmitted"}, w.timeline(name))
	row, err := w.store.Command(t.Context(), "review")
	require.NoError(t, err)
	require.Equal(t, store.CommandDone, row.State)
	require.NotZero(t, row.Seed)
	require.WithinDuration(t, time.Now(), row.ReceivedAt, time.Minute)
}

func TestADeadlineWaitsForStampsAndCommits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		rate float64
		want time.Duration
	}{
		{"some seconds in a real deployment, for clocks that differ", 1, 5 * time.Second},
		{"as much where civil time runs slowly", 10, 5 * time.Second},
		{"real time for a commit where a civil day passes in a second", 86400, 17280 * time.Second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			o := w.gateway.Options
			o.Clock, o.Grace = domain.Clock{Anchor: time.Now(), Origin: time.Now(), Rate: test.rate}, 0
			w.gateway = commands.New(o)
			w.declared("declare")
			require.Equal(t, test.want, w.engine.started[0].Grace)
		})
	}
}

func TestTheSameCommandBringsTheSameAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name := w.declared("declare")
	require.Equal(t, name, w.declared("declare"), "the same key declares the same project")
	paper := w.command("paper", name, owner, project.FilePaper{Title: "说明"})
	first, err := w.send(paper)
	require.NoError(t, err)
	decided := w.engine.decided
	again, err := w.send(paper)
	require.NoError(t, err)
	first.Lines = nil // who comes later reads them
	require.Equal(t, first, again)
	require.Equal(t, decided, w.engine.decided, "the entity was not even asked")
}

func TestAnotherRequestUnderTheSameKeyIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name := w.declared("declare")
	_, err := w.send(w.command("k", name, owner, project.FilePaper{Title: "一"}))
	require.NoError(t, err)
	_, err = w.send(w.command("k", name, owner, project.FilePaper{Title: "二"}))
	require.Equal(t, "idempotency.mismatch", domain.CodeOf(err))
	_, err = w.send(w.command("k", name, office, project.FilePaper{Title: "一"}))
	require.Equal(t, "idempotency.mismatch", domain.CodeOf(err), "another actor is another request")
}

func TestARefusalIsRecordedAndToldAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name := w.declared("declare")
	bad := w.command("bad", name, owner, project.ReviewEntry{Decision: "admit"})
	_, err := w.send(bad)
	first := domain.AsError(err)
	require.NotNil(t, first)
	decided := w.engine.decided
	_, err = w.send(bad)
	require.Equal(t, first, domain.AsError(err))
	require.Equal(t, decided, w.engine.decided)
	require.Equal(t, []string{"Declared"}, w.timeline(name))
}

func TestARefusedDeclarationStartsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, pack := shipped()
	f := profile()
	f.Name = ""
	_, err := w.send(w.command("declare", entity.Project, owner, project.Declare{Profile: f, Pack: pack.Hash()}))
	require.Equal(t, "profile.name", domain.CodeOf(err))
	require.Empty(t, w.engine.entities)
}

func TestWhatAnEarlierReleaseTookIsNotRefusedAfterwards(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, pack := shipped()
	f := profile()
	f.Name = "" // what this release refuses
	declaration := w.command("declare", entity.Project, owner, project.Declare{Profile: f, Pack: pack.Hash()})

	name := commands.NameOf(entity.Project, "declare")
	taken := w.declaration("declare")
	taken.Entity, taken.ReceivedAt = name, time.Now()
	_, err := w.engine.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: name}, entity.Project, workflows.Carried{Entity: name, First: &taken})
	require.NoError(t, err)
	w.engine.before = []error{unavailable}
	w.impatient()
	receipt, err := w.send(declaration)
	require.NoError(t, err)
	require.True(t, receipt.Pending, "as long as nobody knows, nobody is refused")
	receipt, err = w.send(declaration)
	require.NoError(t, err)
	require.False(t, receipt.Pending)
	require.Equal(t, []string{"Declared"}, w.timeline(name))
}

func TestWhatCannotBeACommandIsRefusedAtTheDoor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fine := w.command("k", "project/1", owner, project.FilePaper{Title: "说明"})
	tests := []struct {
		name  string
		spoil func(*domain.Command)
		code  string
	}{
		{"without a key", func(c *domain.Command) { c.ID = "" }, "idempotency.key"},
		{"with a key too long", func(c *domain.Command) { c.ID = strings.Repeat("k", 201) }, "idempotency.key"},
		{"with a key in Chinese", func(c *domain.Command) { c.ID = "键" }, "idempotency.key"},
		{"with a space in its key", func(c *domain.Command) { c.ID = "a b" }, "idempotency.key"},
		{"without a type", func(c *domain.Command) { c.Type = "" }, "command.unknown"},
		{"with a body too large", func(c *domain.Command) { c.Body = json.RawMessage(`"` + strings.Repeat("x", 256<<10) + `"`) }, "command.large"},
		{"with a body that is no JSON", func(c *domain.Command) { c.Body = json.RawMessage(`{"a":`) }, "command.malformed"},
		{"with bytes that are no text", func(c *domain.Command) { c.Body = json.RawMessage("{\"title\":\"\xff\"}") }, "command.malformed"},
		{"with a character that no database keeps", func(c *domain.Command) { c.Body = json.RawMessage(`{"title":"a\u0000b"}`) }, "command.malformed"},
		{"for nobody", func(c *domain.Command) { c.Entity = "" }, "entity.unknown"},
		{"for a name that is none", func(c *domain.Command) { c.Entity = "project/" }, "entity.unknown"},
		{"for a name with a line break", func(c *domain.Command) { c.Entity = "project/1\n" }, "entity.unknown"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := fine
			test.spoil(&c)
			_, err := w.send(c)
			require.Equal(t, test.code, domain.CodeOf(err))
		})
	}
}

func TestATextAboutACharacterIsNotTheCharacter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name := w.declared("declare")
	_, err := w.send(w.command("k", name, owner, project.FilePaper{Title: `the \u0000 of a text`}))
	require.NoError(t, err)
}

func TestAPanelIsDrawnFromAsManyExpertsAsTheRulesPermit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name := w.declared("declare")
	var pool []project.Candidate
	for n := range 1000 {
		pool = append(pool, project.Candidate{Expert: "expert-" + id(n), Unit: "市发展改革研究院", Specialities: []string{"engineering", "economics"}})
	}
	for _, cmd := range []any{
		project.ReviewEntry{Decision: "admit", Opinion: "符合标准"}, project.Recognise{Document: "纪要1号"}, project.DrawPanel{Candidates: pool},
	} {
		kind, _, err := project.Encode(cmd)
		require.NoError(t, err)
		_, err = w.send(w.command(kind, name, office, cmd))
		require.NoError(t, err)
	}
	require.Contains(t, w.timeline(name), "PanelDrawn")
}

func TestADatabaseAwayAtTheIntentMeansNothingHappened(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name := w.declared("declare")
	decided := w.engine.decided
	w.store.intend = errAway
	_, err := w.send(w.command("k", name, owner, project.FilePaper{Title: "说明"}))
	require.ErrorIs(t, err, errAway)
	require.Nil(t, domain.AsError(err), "no refusal")
	require.Equal(t, decided, w.engine.decided)
}

func TestADatabaseAwayAtTheRecordMeansPending(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name := w.declared("declare")
	paper := w.command("paper", name, owner, project.FilePaper{Title: "说明"})
	w.store.record = errAway
	receipt, err := w.send(paper)
	require.NoError(t, err)
	require.Equal(t, commands.Receipt{Command: "paper", Entity: name, Pending: true}, receipt)

	w.store.record = nil
	receipt, err = w.send(paper)
	require.NoError(t, err)
	require.False(t, receipt.Pending)
	require.Equal(t, []string{"Declared", "PaperFiled"}, w.timeline(name), "decided once")
}

func TestARefusalThatCannotBeRecordedIsNotTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name := w.declared("declare")
	bad := w.command("bad", name, owner, project.ReviewEntry{Decision: "admit"})
	w.store.refuse = errAway
	receipt, err := w.send(bad)
	require.NoError(t, err)
	require.True(t, receipt.Pending)
	w.store.refuse = nil
	_, err = w.send(bad)
	require.NotNil(t, domain.AsError(err))
}

func TestWhatTheEngineDoesIsNeverCalledAFailure(t *testing.T) {
	t.Parallel()
	timeout := serviceerror.NewDeadlineExceeded("too slow")
	closing := serviceerror.NewResourceExhausted(0, "workflow is closing")
	tests := []struct {
		name          string
		before, after []error
	}{
		{"an engine that is away for a moment", []error{unavailable, unavailable}, nil},
		{"an answer that is lost", nil, []error{timeout}},
		{"answers that are lost again and again", nil, []error{timeout, unavailable, timeout}},
		{"a run that rolls over meanwhile", []error{closing, closing}, nil},
		{"a worker that has not loaded the pack yet", []error{busyWire(), busyWire()}, nil},
		{"a workflow that is not ready", []error{serviceerror.NewWorkflowNotReady("not yet")}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			name := w.declared("declare")
			w.engine.before, w.engine.after = test.before, test.after
			receipt, err := w.send(w.command("paper", name, owner, project.FilePaper{Title: "说明"}))
			require.NoError(t, err)
			require.False(t, receipt.Pending)
			require.Equal(t, []string{"Declared", "PaperFiled"}, w.timeline(name))
			require.Len(t, w.engine.updates, 2+len(test.before)+len(test.after))
		})
	}
}

func TestADeclarationSurvivesLostAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.engine.before = []error{unavailable}
	w.engine.after = []error{unavailable, unavailable}
	name := w.declared("declare")
	require.Equal(t, []string{"Declared"}, w.timeline(name))
}

func TestBusyIsAskedAgainUnderAnotherUpdate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name := w.declared("declare")
	w.engine.updates = nil
	w.engine.before = []error{busyWire(), unavailable}
	_, err := w.send(w.command("paper", name, owner, project.FilePaper{Title: "说明"}))
	require.NoError(t, err)
	require.Equal(t, []string{"paper", "paper#2", "paper#2"}, w.engine.updates,
		"the engine may keep busy as an outcome; a lost answer is fetched under the same id")
}

func TestAnEngineThatStaysAwayMeansPending(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name := w.declared("declare")
	w.impatient()
	for range 50 {
		w.engine.before = append(w.engine.before, unavailable)
	}
	paper := w.command("paper", name, owner, project.FilePaper{Title: "说明"})
	began := time.Now()
	receipt, err := w.send(paper)
	require.NoError(t, err)
	require.True(t, receipt.Pending)
	require.Less(t, time.Since(began), 5*time.Second)

	w.engine.before = nil
	receipt, err = w.send(paper)
	require.NoError(t, err)
	require.False(t, receipt.Pending)
}

func TestASenderWhoGoesAwayChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name := w.declared("declare")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := w.gateway.Send(ctx, w.command("paper", name, owner, project.FilePaper{Title: "说明"}))
	require.NoError(t, err)
	require.Equal(t, []string{"Declared", "PaperFiled"}, w.timeline(name))
}

func TestWhatTheEngineDoesNotKnow(t *testing.T) {
	t.Parallel()
	t.Run("was never declared", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		_, err := w.send(w.command("k", "project/none", owner, project.FilePaper{Title: "说明"}))
		require.Equal(t, domain.KindNotFound, domain.AsError(err).Kind)
	})
	t.Run("is archived", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		name := w.declared("declare")
		w.archive(name)
		delete(w.engine.entities, name)
		_, err := w.send(w.command("k", name, owner, project.FilePaper{Title: "说明"}))
		require.Equal(t, "project.archived", domain.CodeOf(err))
	})
	t.Run("is lost, and is neither archived nor refused", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		name := w.declared("declare")
		delete(w.engine.entities, name)
		receipt, err := w.send(w.command("k", name, owner, project.FilePaper{Title: "说明"}))
		require.NoError(t, err)
		require.True(t, receipt.Pending)
	})
	t.Run("is recovered, and knows its commands again", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		name := w.declared("declare")
		lost := w.command("k", name, owner, project.FilePaper{Title: "说明"})
		w.store.record = errAway
		receipt, err := w.send(lost)
		require.NoError(t, err)
		require.True(t, receipt.Pending)
		w.store.record = nil
		delete(w.engine.entities, name)
		restarted, err := w.gateway.Recover(t.Context(), name, w.store, false)
		require.NoError(t, err)
		require.True(t, restarted)
		require.Contains(t, w.engine.entities[name].outcomes, "declare")
		receipt, err = w.send(lost)
		require.NoError(t, err)
		require.Equal(t, commands.Receipt{Command: "k", Entity: name, FirstSeq: 2, LastSeq: 2, Lines: receipt.Lines}, receipt)
		restarted, err = w.gateway.Recover(t.Context(), name, w.store, false)
		require.NoError(t, err)
		require.False(t, restarted, "again is no harm")
	})
}

// archive records the end of a project, as ticks would.
func (w *world) archive(name string) {
	w.t.Helper()
	_, err := w.send(w.command("refuse", name, office, project.ReviewEntry{Decision: "refuse", Opinion: "不符合产业政策"}))
	require.NoError(w.t, err)
	state := w.engine.entities[name].state
	for !state.Closed() {
		entries, err := state.Tick(state.NextDeadline(), w.engine.rules)
		require.NoError(w.t, err)
		for _, e := range entries {
			require.NoError(w.t, state.Evolve(e))
		}
		require.NoError(w.t, w.store.Record(w.t.Context(), name, entries, nil))
	}
}

func TestAtMostFiveCommandsToOneEntityAreInFlight(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name := w.declared("declare")
	w.engine.hold = make(chan struct{})
	var all sync.WaitGroup
	for n := range 12 {
		cmd := w.command(id(n), name, owner, project.FilePaper{Title: "说明"})
		all.Go(func() {
			_, err := w.send(cmd)
			require.NoError(t, err)
		})
	}
	require.Eventually(t, func() bool {
		w.engine.mu.Lock()
		defer w.engine.mu.Unlock()
		return w.engine.inside == 5
	}, 5*time.Second, time.Millisecond)
	close(w.engine.hold)
	all.Wait()
	require.Equal(t, 5, w.engine.most)
	require.Len(t, w.timeline(name), 13)
}

func TestOneCommandSentManyTimesAtOnceIsDecidedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name := w.declared("declare")
	cmd := w.command("k", name, owner, project.FilePaper{Title: "说明"})
	var all sync.WaitGroup
	receipts := make([]commands.Receipt, 20)
	for n := range receipts {
		all.Go(func() {
			var err error
			receipts[n], err = w.send(cmd)
			require.NoError(t, err)
		})
	}
	all.Wait()
	for _, r := range receipts {
		r.Lines = receipts[0].Lines // who comes later reads them
		require.Equal(t, receipts[0], r)
	}
	require.Equal(t, []string{"Declared", "PaperFiled"}, w.timeline(name))
}

func TestAPreviewTellsAndDoesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	entries, err := w.gateway.Preview(t.Context(), w.declaration("declare"))
	require.NoError(t, err)
	require.Equal(t, "Declared", entries[0].Type)
	require.Empty(t, w.engine.entities)

	name := w.declared("declare")
	entries, err = w.gateway.Preview(t.Context(), w.command("x", name, office, project.ReviewEntry{Decision: "admit"}))
	require.NoError(t, err)
	require.Len(t, entries, 1)
	require.EqualValues(t, 2, entries[0].Seq)
	_, err = w.gateway.Preview(t.Context(), w.command("x", name, owner, project.ReviewEntry{Decision: "admit"}))
	require.NotNil(t, domain.AsError(err))
	require.Equal(t, []string{"Declared"}, w.timeline(name))
}
