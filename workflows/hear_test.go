package workflows_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
	"pgregory.net/rapid"

	"milepost/config"
	"milepost/domain"
	"milepost/domain/project"
)

// lost is a command whose intent is stored and whose sender dies before he asks.
func lost(after time.Duration, cmd domain.Command) step { return step{at: after, cmd: cmd, lost: true} }

func TestWhoWasInTimeIsHeardBeforeTheClockStrikes(t *testing.T) {
	const due = 10 * time.Hour
	tests := []struct {
		name   string
		script []step
		want   []string
	}{
		{"a command whose sender died", []step{
			lost(due-time.Millisecond, ask("b", "Add", toyCommand{N: 1})),
		}, []string{"Open", "Add", "Add", "Rang"}},
		{"several, in order of receipt", []step{
			lost(due-3*time.Second, ask("z", "Twice", toyCommand{N: 1})),
			lost(due-2*time.Second, ask("y", "Add", toyCommand{N: 2})),
			lost(due-time.Second, ask("x", "Twice", toyCommand{N: 3})),
		}, []string{"Open", "Add", "Add", "Add", "Add", "Add", "Add", "Rang"}},
		{"one that was received at the very moment comes after it", []step{
			lost(due, ask("b", "Add", toyCommand{N: 1})),
			at(20, ask("c", "Add", ringAt(30))),
		}, []string{"Open", "Add", "Rang", "Add", "Add", "Rang"}},
		{"one that ends the entity", []step{
			lost(due-time.Minute, ask("b", "Close", toyCommand{})),
		}, []string{"Open", "Add", "Close"}},
		{"one that writes nothing, and one that is refused", []step{
			lost(due-time.Minute, ask("b", "Nothing", toyCommand{})),
			lost(due-time.Second, ask("c", "Refuse", toyCommand{})),
		}, []string{"Open", "Add", "Rang"}},
		{"a sender who is there has been heard already", []step{
			{at: due - time.Minute, cmd: ask("b", "Add", toyCommand{N: 1}), dies: true},
		}, []string{"Open", "Add", "Add", "Rang"}},
	}
	for _, test := range tests {
		for _, grace := range []time.Duration{0, 15 * time.Second} {
			t.Run(fmt.Sprintf("%s, with a grace of %s", test.name, grace), func(t *testing.T) {
				whole := sameHoweverCut(t, func() *life {
					l := toyLife(t, append([]step{at(1, ask("a", "Add", ringAt(10)))}, test.script...)...)
					l.grace = grace
					return l
				})
				require.Equal(t, test.want, types(whole.timeline()))
				inOrderOfTime(t, whole)
			})
		}
	}
}

// inOrderOfTime holds a timeline against the rule that neither crash nor queue makes anybody late: deadlines and
// commands stand in the order of the moments at which they were due and received. A command may stand before a deadline
// that nobody had set yet.
func inOrderOfTime(t *testing.T, l *life) {
	t.Helper()
	set := map[int64][]int{} // by deadline, the places of the entries that set it
	for j, later := range l.timeline() {
		if later.Type != "Rang" {
			for i, e := range l.timeline()[:j] {
				require.False(t, e.Type == "Rang" && later.OccurredAt.Before(e.OccurredAt), "entry %d was overtaken by the deadline of entry %d", j+1, i+1)
			}
			var body toyCommand
			require.NoError(t, json.Unmarshal(later.Data, &body))
			for _, at := range body.Ring {
				set[at.Unix()] = append(set[at.Unix()], j)
			}
			continue
		}
		due := later.OccurredAt.Unix()
		known := set[due][0]
		set[due] = set[due][1:]
		for i, e := range l.timeline()[known+1 : j] {
			overtook := e.Type != "Rang" && !e.OccurredAt.Before(later.OccurredAt) && e.Command != l.timeline()[known].Command
			require.False(t, overtook, "entry %d overtook the deadline of entry %d", known+i+2, j+1)
		}
	}
}

func TestADeadlineAndACommandNeverOvertakeEachOther(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		script := anyScript(rt)
		for i := range script[:len(script)-1] {
			script[i].lost = rapid.IntRange(0, 2).Draw(rt, "lost") == 0
		}
		grace := anyGrace(rt)
		deaf := rapid.IntRange(0, 3).Draw(rt, "deaf")
		play := func(cut int) *life {
			l := toyLife(t, script...)
			l.grace, l.cut, l.record = grace, cut, &memory{deaf: deaf}
			return l.play()
		}
		for _, cut := range []int{0, 1, 3} {
			l := play(cut)
			inOrderOfTime(t, l)
			require.Equal(t, l.folded(), l.status.State)
		}
	})
}

func TestACommandThatComesAfterADeadlineWaitsForIt(t *testing.T) {
	l := toyLife(t, at(1, ask("a", "Add", ringAt(10))),
		lost(10*time.Hour-time.Millisecond, ask("in-time", "Add", toyCommand{N: 1})),
		step{at: 10*time.Hour + time.Second, cmd: ask("after", "Add", toyCommand{N: 2})},
	)
	l.grace = time.Minute
	l.play()
	require.Equal(t, "entity.striking", l.waits["after"].Code)
	require.Equal(t, []string{"Open", "Add", "Add", "Rang", "Add"}, types(l.timeline()))
	require.Equal(t, dawn.Add(10*time.Hour), l.timeline()[3].OccurredAt)
	require.Equal(t, dawn.Add(10*time.Hour+time.Minute), l.timeline()[3].RecordedAt)
	require.Equal(t, dawn.Add(10*time.Hour+time.Second), l.timeline()[4].OccurredAt, "it is judged as of its receipt all the same")
}

func TestWhatWasHeardIsFoundByWhoComesLater(t *testing.T) {
	l := toyLife(t, at(1, ask("a", "Add", ringAt(10))),
		lost(9*time.Hour, ask("b", "Twice", toyCommand{N: 1})),
		lost(9*time.Hour+time.Second, ask("r", "Refuse", toyCommand{})),
		lost(9*time.Hour+2*time.Second, ask("p", "Panic", toyCommand{})),
		at(12, ask("b", "Twice", toyCommand{N: 1})), // the sweeper
		at(13, ask("r", "Refuse", toyCommand{})),
		at(14, ask("p", "Panic", toyCommand{})),
	)
	l.cut = 1
	l.play()
	require.Equal(t, []string{"Open", "Add", "Add", "Add", "Rang"}, types(l.timeline()))
	require.EqualValues(t, 3, l.answers["b"].FirstSeq)
	require.EqualValues(t, 4, l.answers["b"].LastSeq)
	require.Equal(t, "toy.refused", l.refusals["r"].Code)
	require.NotEmpty(t, l.refusals["r"].Text.Zh)
	require.Equal(t, "command.fault", l.refusals["p"].Code, "it held up nobody")
}

func TestTheRecordIsAskedOnceForADeadline(t *testing.T) {
	l := toyLife(t, at(1, ask("a", "Add", ringAt(10, 20))), at(2, ask("b", "Add", toyCommand{N: 1})), at(15, ask("c", "Add", toyCommand{N: 1}))).play()
	require.Equal(t, []string{"Open", "Add", "Add", "Rang", "Add", "Rang"}, types(l.timeline()))
	require.Equal(t, 2, l.record.asked)
}

func TestARecordThatCannotBeAskedDelaysADeadline(t *testing.T) {
	l := toyLife(t, at(1, ask("a", "Add", ringAt(10))), lost(10*time.Hour-time.Second, ask("b", "Add", toyCommand{N: 1})))
	l.record = &memory{deaf: 3}
	l.play()
	require.Equal(t, []string{"Open", "Add", "Add", "Rang"}, types(l.timeline()))
	waited := l.timeline()[3].RecordedAt.Sub(dawn.Add(10 * time.Hour))
	require.Equal(t, (1+2+4)*time.Second, waited, "it asks again, each time a little later")
}

func TestADeadlineWaitsForACommandThatWaitsForItsCalendar(t *testing.T) {
	l := toyLife(t, at(1, ask("a", "Add", ringAt(10))), lost(9*time.Hour, ask("b", "NeedsCalendar", toyCommand{})))
	l.horizon = 11 * time.Hour
	l.prepare = func(_ int, env *testsuite.TestWorkflowEnvironment) {
		env.RegisterDelayedCallback(func() {
			cal, err := config.Calendar()
			require.NoError(t, err)
			l.rules.PutCalendar(cal)
			require.NoError(t, l.rules.SetCurrentCalendar(cal.Version()))
		}, 10*time.Hour+30*time.Minute)
	}
	l.play()
	require.Equal(t, []string{"Open", "Add", "NeedsCalendar", "Rang"}, types(l.timeline()))
	require.GreaterOrEqual(t, l.timeline()[3].RecordedAt, dawn.Add(10*time.Hour+30*time.Minute))
}

func TestADeadlineOfAnEngineThatIsBehindTheRecordWaits(t *testing.T) {
	l := toyLife(t, at(1, ask("a", "Add", ringAt(10))))
	l.horizon = 12 * time.Hour
	l.record = &memory{}
	l.prepare = func(_ int, env *testsuite.TestWorkflowEnvironment) {
		env.RegisterDelayedCallback(func() {
			l.record.mu.Lock()
			defer l.record.mu.Unlock()
			for seq := range int64(3) {
				l.record.entries = append(l.record.entries, domain.Entry{Seq: 3 + seq, Type: "Add"})
			}
		}, 9*time.Hour)
	}
	l.play()
	require.EqualValues(t, 2, l.status.Sequence, "what it decided would take numbers that are taken")
	require.Contains(t, l.said.String(), "ALARM", "somebody has to recover it")
}

func TestAWorkerThatStoodStillIsNoAlarm(t *testing.T) {
	l := toyLife(t, at(1, ask("a", "Add", ringAt(10))))
	l.record = &memory{ahead: 1}
	l.play()
	require.Equal(t, []string{"Open", "Add", "Rang"}, types(l.timeline()))
	require.NotContains(t, l.said.String(), "ALARM")
}

func TestAHeavyCommandThatWaitedFindsNoRoomEither(t *testing.T) {
	l := toyLife(t)
	l.cut = 50
	big := ask("big", "Add", toyCommand{Keep: strings.Repeat("x", 200<<10)})
	for i := range 9 {
		cmd := big
		cmd.ID = fmt.Sprintf("big-%d", i)
		l.script = append(l.script, lost(time.Duration(i+1)*time.Minute, cmd))
	}
	l.script = append(l.script, at(1, ask("ring", "Add", ringAt(2))), at(3, big))
	for i := range 9 {
		cmd := big
		cmd.ID = fmt.Sprintf("big-%d", i)
		l.script = append(l.script, at(4+i, cmd))
	}
	l.play()
	require.Contains(t, l.answers, "big-0")
	require.Equal(t, "entity.full", l.refusals["big-8"].Code)
	require.Equal(t, "Rang", l.timeline()[len(l.timeline())-1].Type)
	require.Less(t, l.heaviest, 1<<20)
}

// What an expert and a department did in time counts although the update never came: nobody is replaced, nobody's
// ladder is climbed, and silence grants nothing.
func TestNobodyIsLateForAnUpdateThatDidNotComeThrough(t *testing.T) {
	tests := []struct {
		name     string
		tell     func(s *tale)
		said     string
		overtook string
	}{
		{"a score on the last day", func(s *tale) {
			s.declared()
			s.evaluating()
			s.score(len(s.p.Panel.Members) - 1)
			s.untilDue(project.TaskScoring)
			s.score(1)
		}, "EvaluationConcluded", "ExpertReplaced"},
		{"a grant in the last hour", func(s *tale) {
			s.approving()
			s.untilDue(project.TaskDecision)
			s.grantAll()
		}, "ItemGranted", "Escalated"},
		{"a refusal before silence would have granted", func(s *tale) {
			s.tacit("initiation")
			s.approving()
			s.untilDue(project.TaskDecision)
			s.do(domain.Actor{User: "development-1", Role: domain.RoleHandler, Party: "development"},
				project.RefuseItem{Item: "initiation", Reason: "选址不符合规划", Basis: "城乡规划法"})
		}, "ItemRefused", "ItemGranted"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newTale(t, "2026-03-02 10:00")
			test.tell(s)
			s.pass(s.now.Add(6 * time.Hour))
			l := s.life()
			l.script[len(l.script)-1].lost = true
			l.play()
			require.Contains(t, types(l.timeline()), test.said)
			require.NotContains(t, types(l.timeline())[len(l.timeline())-3:], test.overtook)
			require.Equal(t, brief(s.log), brief(l.timeline()), "the same is said of the same moments")
		})
	}
}

// brief is what entries say and of when, in whatever order they were decided.
func brief(entries []domain.Entry) map[string]int {
	said := map[string]int{}
	for _, e := range entries {
		said[fmt.Sprintf("%s %s %s %s", e.OccurredAt, e.Type, e.Actor.User, e.Data)]++
	}
	return said
}
