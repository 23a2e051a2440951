package workflows_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"milepost/domain"
	"milepost/domain/policy"
	"milepost/workflows"
)

var dawn = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

func toyLife(t *testing.T, script ...step) *life {
	t.Helper()
	return &life{
		t: t, rules: policy.NewRegistry(), restore: restoreToy, kind: toyKind, start: dawn, horizon: 1000 * time.Hour,
		first: &domain.Command{ID: "open", Type: "Open"}, script: script,
	}
}

func ask(id, kind string, body toyCommand) domain.Command {
	data, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return domain.Command{ID: id, Type: kind, Body: data, Actor: domain.Actor{User: "li", Role: domain.RoleOffice}}
}

func at(hours int, cmd domain.Command) step {
	return step{at: time.Duration(hours) * time.Hour, cmd: cmd}
}

func ringAt(hours ...int) toyCommand {
	var c toyCommand
	for _, h := range hours {
		c.Ring = append(c.Ring, dawn.Add(time.Duration(h)*time.Hour))
	}
	return c
}

func TestACommandIsDecidedAndHandedOver(t *testing.T) {
	l := toyLife(t, at(1, ask("a", "Add", toyCommand{N: 3})), at(2, ask("b", "Twice", toyCommand{N: 1}))).play()
	require.Equal(t, []string{"Open", "Add", "Add", "Add"}, types(l.timeline()))
	require.EqualValues(t, 2, l.answers["a"].FirstSeq)
	require.EqualValues(t, 2, l.answers["a"].LastSeq)
	require.Len(t, l.answers["a"].Tail, 2, "the first command's entry is handed over with it")
	require.EqualValues(t, 3, l.answers["b"].FirstSeq)
	require.EqualValues(t, 4, l.answers["b"].LastSeq)
	require.Len(t, l.answers["b"].Tail, 2, "what the caller knows to be recorded is left out")
	require.Equal(t, l.folded(), l.status.State, "the state is what the timeline tells")
}

func TestACommandThatWritesNothingIsAnswered(t *testing.T) {
	l := toyLife(t, at(1, ask("a", "Nothing", toyCommand{}))).play()
	require.Contains(t, l.answers, "a")
	require.Zero(t, l.answers["a"].FirstSeq)
	require.Zero(t, l.answers["a"].LastSeq)
}

func TestTheFirstCommandIsDecidedInside(t *testing.T) {
	again := ask("open", "Open", toyCommand{})
	l := toyLife(t, at(1, again)).play()
	require.EqualValues(t, 1, l.answers["open"].FirstSeq)
	require.Equal(t, []string{"Open"}, types(l.timeline()), "the update that follows finds it decided")
}

func TestWhatIsNeverDeclaredFailsAndFreesItsName(t *testing.T) {
	l := toyLife(t)
	l.first = &domain.Command{ID: "add", Type: "Add"}
	l.script = []step{{at: time.Second, cmd: ask("add", "Add", toyCommand{})}}
	l.play()
	require.False(t, l.ended)
	require.ErrorContains(t, l.err, "nothing was declared")
	require.Equal(t, "toy.order", l.refusals["add"].Code, "who asks what became of it is told why")
	require.Empty(t, l.timeline())
}

func TestRefusalsChangeNothing(t *testing.T) {
	tests := []struct {
		name string
		cmd  domain.Command
		code string
		kind domain.Kind
	}{
		{"a refusal keeps its code, clause and texts", ask("x", "Refuse", toyCommand{}), "toy.refused", domain.KindNotAllowed},
		{"rules that panic are a fault, and the entity lives on", ask("x", "Panic", toyCommand{}), "command.fault", workflows.KindFault},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := toyLife(t, at(1, test.cmd), at(2, ask("after", "Add", toyCommand{N: 1}))).play()
			require.Equal(t, test.code, l.refusals["x"].Code)
			require.Equal(t, test.kind, l.refusals["x"].Kind)
			require.NotEmpty(t, l.refusals["x"].Text.Zh)
			require.Equal(t, []string{"Open", "Add"}, types(l.timeline()))
		})
	}
}

func TestARefusalThatIsContestedIsForGood(t *testing.T) {
	odd := ask("x", "Odd", toyCommand{})
	for _, contested := range []bool{false, true} {
		t.Run(fmt.Sprintf("contested: %t", contested), func(t *testing.T) {
			l := toyLife(t,
				step{at: time.Hour, cmd: odd, contested: contested},
				at(2, ask("a", "Add", toyCommand{N: 1})),
				at(3, odd),
				step{at: 4 * time.Hour, cmd: ask("p", "Panic", toyCommand{}), contested: contested},
				step{at: 5 * time.Hour, cmd: ask("n", "NeedsCalendar", toyCommand{}), contested: contested},
			)
			l.cut, l.horizon = 1, 6*time.Hour
			l.play()
			require.Equal(t, "toy.even", l.refusals["x"].Code)
			require.Equal(t, "command.fault", l.refusals["p"].Code)
			require.Equal(t, "calendar.loading", l.waits["n"].Code, "busy is never for good")
			require.NotContains(t, l.refusals, "n")
			_, accepted := l.answers["x"]
			require.Equal(t, !contested, accepted, "a dry run is forgotten; what was decided for good is not")
		})
	}
}

func TestWhatIsNotLoadedYetMakesBusy(t *testing.T) {
	l := toyLife(t, at(1, ask("x", "NeedsCalendar", toyCommand{})), at(2, ask("after", "Add", toyCommand{N: 1})))
	l.horizon = 3 * time.Hour
	l.play()
	require.Equal(t, "calendar.loading", l.waits["x"].Code)
	require.NotContains(t, l.refusals, "x")
	require.Equal(t, []string{"Open", "Add"}, types(l.timeline()))
}

func TestADeadlineFires(t *testing.T) {
	l := toyLife(t, at(1, ask("a", "Add", ringAt(5, 9)))).play()
	require.Equal(t, []string{"Open", "Add", "Rang", "Rang"}, types(l.timeline()))
	for i, hours := range []int{5, 9} {
		due := dawn.Add(time.Duration(hours) * time.Hour)
		require.Equal(t, due, l.timeline()[2+i].OccurredAt)
		require.Equal(t, due, l.timeline()[2+i].RecordedAt)
	}
}

func TestADeadlineFiresInCivilTime(t *testing.T) {
	l := toyLife(t, at(0, ask("a", "Add", ringAt(24*300))))
	l.clock = domain.Clock{Anchor: dawn, Origin: dawn, Rate: 3600}
	l.horizon = 3 * time.Hour // of real time; 7,200 civil hours are two
	l.play()
	require.Equal(t, []string{"Open", "Add", "Rang"}, types(l.timeline()))
	require.WithinDuration(t, dawn.Add(300*24*time.Hour), l.timeline()[2].RecordedAt, time.Second)
}

func TestADeadlineCanBeMoved(t *testing.T) {
	tests := []struct {
		name  string
		later []int
		want  []int
	}{
		{"forward", []int{3}, []int{3, 10}},
		{"and one behind it leaves it where it is", []int{20}, []int{10, 20}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := toyLife(t, at(1, ask("a", "Add", ringAt(10))), at(2, ask("b", "Add", ringAt(test.later...)))).play()
			var rang []int
			for _, e := range l.timeline()[3:] {
				require.Equal(t, "Rang", e.Type)
				rang = append(rang, int(e.RecordedAt.Sub(dawn).Hours()))
			}
			require.Equal(t, test.want, rang)
		})
	}
}

func TestManyDeadlinesAtOnceAreDecidedInTurns(t *testing.T) {
	l := toyLife(t, at(1, ask("a", "Add", ringAt(5, 5, 5, 5, 5, 5, 5)))).play()
	require.Len(t, l.timeline(), 9)
	require.Equal(t, dawn.Add(5*time.Hour), l.timeline()[8].RecordedAt)
}

func TestADeadlineWaitsForItsCalendar(t *testing.T) {
	l := toyLife(t, at(1, ask("a", "Add", toyCommand{N: -1, Ring: ringAt(5).Ring})), at(6, ask("b", "Add", toyCommand{N: 2})))
	l.horizon = 8 * time.Hour
	l.play()
	require.Equal(t, []string{"Open", "Add"}, types(l.timeline()), "a command received after a deadline does not overtake it")
	require.Equal(t, "entity.striking", l.waits["b"].Code)
}

func TestTheSameCommandIsDecidedOnce(t *testing.T) {
	for _, cut := range []int{0, 1, 2, 3} {
		t.Run(fmt.Sprintf("with the run cut after every %d changes", cut), func(t *testing.T) {
			a := ask("a", "Add", toyCommand{N: 3})
			l := toyLife(t, at(1, a), at(2, ask("b", "Add", toyCommand{N: 4})), at(3, a), at(4, ask("c", "Add", toyCommand{N: 5})), at(5, a))
			l.cut = cut
			l.play()
			require.Equal(t, []string{"Open", "Add", "Add", "Add"}, types(l.timeline()))
			require.EqualValues(t, 2, l.answers["a"].FirstSeq, "each time the first answer")
			if cut > 0 {
				require.Greater(t, l.runs, 1)
			}
		})
	}
}

func TestAnEntityThatClosesRecordsTheRestAndEnds(t *testing.T) {
	l := toyLife(t, at(1, ask("a", "Add", ringAt(100))), step{at: 2 * time.Hour, cmd: ask("z", "Close", toyCommand{}), dies: true}).play()
	require.True(t, l.ended)
	require.Equal(t, []string{"Open", "Add", "Close"}, types(l.timeline()))
}

func TestWhatACallerLeftUnrecordedIsHandedToTheNext(t *testing.T) {
	l := toyLife(t,
		step{at: time.Hour, cmd: ask("a", "Add", toyCommand{N: 1}), dies: true},
		step{at: 2 * time.Hour, cmd: ask("b", "Add", toyCommand{N: 1}), dies: true},
		at(3, ask("c", "Add", toyCommand{N: 1})),
	).play()
	require.Len(t, l.answers["c"].Tail, 4)
	require.Equal(t, []string{"Open", "Add", "Add", "Add"}, types(l.timeline()))
}

func TestADatabaseThatIsAwayDelaysARecordAndLosesNothing(t *testing.T) {
	l := toyLife(t, at(1, ask("a", "Add", ringAt(5, 6))))
	l.record = &memory{}
	l.script = append(l.script, step{at: 4 * time.Hour, cmd: ask("b", "Add", toyCommand{N: 1}), dies: true})
	l.horizon = 20 * time.Hour
	l.play()
	require.Equal(t, []string{"Open", "Add", "Add", "Rang", "Rang"}, types(l.timeline()))

	l = toyLife(t, at(1, ask("a", "Add", ringAt(5, 6))))
	l.record = &memory{}
	l.script[0].dies = true
	l.record.away = 4 // the first tick is recorded at the fifth attempt
	l.horizon = 20 * time.Hour
	l.play()
	require.Equal(t, []string{"Open", "Add", "Rang", "Rang"}, types(l.timeline()))
}

func TestAFullTailTakesNoNewCommandAndKnowsOldOnes(t *testing.T) {
	heavy := step{at: time.Hour, cmd: ask("heavy", "Heavy", toyCommand{}), dies: true}
	again := step{at: 2 * time.Hour, cmd: ask("heavy2", "Heavy", toyCommand{}), dies: true}
	l := toyLife(t, heavy, again,
		step{at: 3 * time.Hour, cmd: ask("new", "Add", toyCommand{}), dies: true},
		step{at: 4 * time.Hour, cmd: ask("heavy", "Heavy", toyCommand{})},
		at(5, ask("later", "Add", toyCommand{})),
	).play()
	require.Equal(t, "entity.busy", l.waits["new"].Code)
	require.EqualValues(t, 802, l.answers["new"].LastSeq, "it is decided when there is room again")
	require.EqualValues(t, 401, l.answers["heavy"].LastSeq)
	require.EqualValues(t, 803, l.answers["later"].LastSeq)
}

func TestTheLastThousandCommandsAreKnownAgain(t *testing.T) {
	l := toyLife(t)
	l.cut = 100
	for i := range 1005 {
		l.script = append(l.script, step{at: time.Duration(i+1) * time.Minute, cmd: ask(fmt.Sprintf("c%d", i), "Add", toyCommand{N: 1})})
	}
	l.script = append(l.script,
		step{at: 999 * time.Hour, cmd: ask("c5", "Add", toyCommand{N: 1})},
		step{at: 999*time.Hour + time.Minute, cmd: ask("c4", "Add", toyCommand{N: 1})},
	)
	l.play()
	require.EqualValues(t, 7, l.answers["c5"].FirstSeq)
	require.EqualValues(t, 1007, l.answers["c4"].FirstSeq, "beyond the last thousand only the database knows")
}

func TestARunIsLeftBehind(t *testing.T) {
	a := at(1, ask("a", "Add", toyCommand{N: 1}))
	const day = 24 * time.Hour
	tests := []struct {
		name    string
		days    int
		prepare func(env *testsuite.TestWorkflowEnvironment)
		runs    int
	}{
		{"when its history is long", 50, func(env *testsuite.TestWorkflowEnvironment) { env.SetCurrentHistoryLength(1000) }, 2},
		{"when the engine suggests it", 50, func(env *testsuite.TestWorkflowEnvironment) { env.SetContinueAsNewSuggested(true) }, 2},
		{"when it is sixty days old", 61, func(*testsuite.TestWorkflowEnvironment) {}, 2},
		{"when an operator asks for it", 50, func(env *testsuite.TestWorkflowEnvironment) {
			for range 2 { // who asks twice gets it once
				env.RegisterDelayedCallback(func() { env.SignalWorkflow(workflows.Renew, nil) }, 10*day)
			}
		}, 2},
		{"not while it is young and short", 59, func(env *testsuite.TestWorkflowEnvironment) { env.SetCurrentHistoryLength(999) }, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := toyLife(t, a)
			l.horizon = time.Duration(test.days) * day
			l.prepare = func(run int, env *testsuite.TestWorkflowEnvironment) {
				if run == 1 {
					test.prepare(env)
				}
			}
			l.play()
			require.Equal(t, test.runs, l.runs)
			require.Equal(t, []string{"Open", "Add"}, types(l.timeline()))
		})
	}
}

func TestARunInWhichNothingHappenedIsLeftBehindWhenAnOperatorAsks(t *testing.T) {
	l := toyLife(t, at(1, ask("a", "Add", toyCommand{N: 1})))
	l.cut, l.horizon = 1, 10*time.Hour
	l.prepare = func(run int, env *testsuite.TestWorkflowEnvironment) {
		if run == 3 {
			env.RegisterDelayedCallback(func() { env.SignalWorkflow(workflows.Renew, nil) }, 5*time.Hour)
		}
	}
	l.play()
	require.Equal(t, 4, l.runs)
	require.Equal(t, []string{"Open", "Add"}, types(l.timeline()))
}

func TestARunInWhichNothingHappenedGoesOn(t *testing.T) {
	l := toyLife(t, at(1, ask("r", "Refuse", toyCommand{})), at(24*90, ask("n", "Refuse", toyCommand{})))
	l.horizon = 200 * 24 * time.Hour
	l.prepare = func(_ int, env *testsuite.TestWorkflowEnvironment) {
		env.SetCurrentHistoryLength(5000) // as heavy as the next would be
	}
	l.play()
	require.Equal(t, 2, l.runs, "the declaration is a change; in the run after it there is none")
}

func TestARunWhoseDeadlineStandsStillIsLeftBehindToo(t *testing.T) {
	// Nothing can be decided for want of a calendar. Every attempt weighs, and the engine ends what weighs too much.
	l := toyLife(t, at(1, ask("a", "Add", toyCommand{N: -1, Ring: ringAt(5).Ring})))
	l.horizon = 40 * time.Hour
	l.prepare = func(run int, env *testsuite.TestWorkflowEnvironment) {
		if run <= 2 { // the first ends with a change behind it, the second without
			env.RegisterDelayedCallback(func() { env.SetCurrentHistoryLength(1000) }, 10*time.Hour)
		}
	}
	l.play()
	require.Equal(t, 3, l.runs)
	require.Equal(t, []string{"Open", "Add"}, types(l.timeline()))
}

func TestAnEngineThatIsBehindTheRecordDecidesNothing(t *testing.T) {
	// The engine's store was restored as of an earlier hour: what it says would be numbered like what is on record.
	l := toyLife(t, at(1, ask("a", "Add", toyCommand{N: 1})))
	l.horizon = 3 * time.Hour
	l.record = &memory{}
	for seq := range 5 {
		l.record.entries = append(l.record.entries, domain.Entry{Seq: int64(seq) + 1, Type: "Add", Data: json.RawMessage(`{}`)})
	}
	l.play()
	require.Equal(t, workflows.CodeBehind, l.waits["a"].Code, "neither done nor refused: somebody has to look")
	require.EqualValues(t, 1, l.status.Sequence)
}

func TestAStateThatHasGrownTooLargeTakesNoMore(t *testing.T) {
	l := toyLife(t)
	l.cut = 50
	text := strings.Repeat("x", 15<<10)
	for i := range 100 {
		l.script = append(l.script, step{at: time.Duration(i+1) * time.Minute, cmd: ask(fmt.Sprintf("c%d", i), "Add", toyCommand{Keep: text})})
	}
	l.script = append(l.script, at(30, ask("small", "Add", toyCommand{N: 1})), at(40, ask("ring", "Add", ringAt(50))))
	l.play()
	require.Contains(t, l.answers, "c40")
	require.Equal(t, "entity.full", l.refusals["c99"].Code)
	require.Equal(t, domain.KindConflict, l.refusals["c99"].Kind)
	require.Contains(t, l.answers, "small", "what weighs little still finds room")
	require.Equal(t, "Rang", l.timeline()[len(l.timeline())-1].Type, "and deadlines pass")
	require.Less(t, l.heaviest, 1<<20, "the engine takes 2 MiB")
}

func TestNobodyEndsAnEntityByCancelling(t *testing.T) {
	l := toyLife(t, at(3, ask("a", "Add", ringAt(5))))
	l.prepare = func(_ int, env *testsuite.TestWorkflowEnvironment) {
		env.RegisterDelayedCallback(env.CancelWorkflow, time.Hour)
	}
	l.play()
	require.Equal(t, []string{"Open", "Add", "Rang"}, types(l.timeline()))
}

func TestNoTimerIsLeftRunning(t *testing.T) {
	started, ended := 0, 0
	l := toyLife(t, at(1, ask("a", "Add", ringAt(100))), at(2, ask("b", "Add", ringAt(50))), at(3, ask("c", "Add", ringAt(20))), at(4, ask("d", "Add", toyCommand{})))
	l.horizon = 10 * time.Hour
	l.prepare = func(_ int, env *testsuite.TestWorkflowEnvironment) {
		env.SetOnTimerScheduledListener(func(string, time.Duration) { started++ })
		env.SetOnTimerCanceledListener(func(string) { ended++ })
	}
	l.play()
	require.Equal(t, 4, started, "one at the beginning, one for each deadline that is the next, none for other commands")
	require.Equal(t, 3, ended, "one timer runs")
}

func TestAStateThatCannotBeReadStopsTheTaskAndNotTheEntity(t *testing.T) {
	suite := testsuite.WorkflowTestSuite{}
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestWorkflowEnvironment()
	workflows.NewHost(policy.NewRegistry(), restoreToy).Register(env, toyKind)
	env.ExecuteWorkflow(toyKind, workflows.Carried{Entity: "toy/1", State: json.RawMessage(`{"seq":"many"}`)})
	var stopped *temporal.PanicError
	require.ErrorAs(t, env.GetWorkflowError(), &stopped, "an error would end the workflow for good")
}
