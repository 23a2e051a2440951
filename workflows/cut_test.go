package workflows_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"milepost/domain"
)

// cuts are the numbers of changes after which runs are cut by continue-as-new.
var cuts = []int{1, 2, 3, 5, 7, 11}

// sameHoweverCut plays a life whole and cut, and wants the same said and the same left in the end. It returns
// the whole one.
func sameHoweverCut(t *testing.T, make func() *life) *life {
	t.Helper()
	whole := make().play()
	require.NotEmpty(t, whole.timeline())
	for _, cut := range cuts {
		l := make()
		l.cut = cut
		l.play()
		require.Equal(t, coarse(whole.timeline()), coarse(l.timeline()), "cut after every %d changes", cut)
		require.Equal(t, whole.refusals, l.refusals, "cut after every %d changes", cut)
		require.Equal(t, places(whole), places(l), "cut after every %d changes", cut)
		require.Equal(t, whole.status, l.status, "cut after every %d changes", cut)
		require.Equal(t, whole.ended, l.ended)
		require.Equal(t, l.folded(), l.status.State, "the state is what the timeline tells")
		if len(whole.timeline()) > 4*cut {
			require.Greater(t, l.runs, 1, "it was not cut after %d changes", cut)
		}
	}
	return whole
}

// coarse are entries with the time of recording to the minute: a cut takes a millisecond, which may delay a deadline of
// the same moment, and whoever comes behind it waits a second.
func coarse(entries []domain.Entry) []domain.Entry {
	entries = slices.Clone(entries)
	for i := range entries {
		entries[i].RecordedAt = entries[i].RecordedAt.Truncate(time.Minute)
	}
	return entries
}

// places are where each command's entries stand.
func places(l *life) map[string][2]int64 {
	ps := map[string][2]int64{}
	for id, a := range l.answers {
		ps[id] = [2]int64{a.FirstSeq, a.LastSeq}
	}
	return ps
}

func TestALifeIsTheSameHoweverItIsCut(t *testing.T) {
	script := []step{
		at(1, ask("a", "Add", ringAt(5, 6, 30))),
		{at: 2 * time.Hour, cmd: ask("b", "Twice", toyCommand{N: 2}), dies: true},
		at(3, ask("a", "Add", ringAt(5, 6, 30))),
		at(4, ask("r", "Refuse", toyCommand{})),
		{at: 7 * time.Hour, cmd: ask("c", "Add", ringAt(40, 41, 42)), dies: true},
		at(8, ask("n", "Nothing", toyCommand{})),
		at(9, ask("d", "Add", toyCommand{N: 7})),
		at(10, ask("p", "Panic", toyCommand{})),
		at(29, ask("e", "Add", toyCommand{N: 1})),
		at(30, ask("f", "Add", toyCommand{N: 1})), // at the very moment of a deadline
		at(50, ask("b", "Twice", toyCommand{N: 2})),
		at(60, ask("z", "Close", toyCommand{})),
		at(61, ask("late", "Add", toyCommand{})),
	}
	whole := sameHoweverCut(t, func() *life { return toyLife(t, script...) })
	require.True(t, whole.ended)
	require.Equal(t, "Open Add Add Add Rang Rang Add Add Add Rang Add Rang Rang Rang Close", strings.Join(types(whole.timeline()), " "))
}

func TestAnyLifeIsTheSameHoweverItIsCut(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		script := anyScript(rt)
		grace := anyGrace(rt)
		sameHoweverCut(t, func() *life {
			l := toyLife(t, script...)
			l.grace = grace
			return l
		})
	})
}

// anyGrace draws a grace after which deadlines pass when nobody sends: commands come at full minutes, and those who are
// told to wait never come again at half past.
func anyGrace(rt *rapid.T) time.Duration {
	if minutes := rapid.IntRange(-1, 100).Draw(rt, "grace"); minutes >= 0 {
		return time.Duration(minutes)*time.Minute + 30*time.Second
	}
	return 0
}

// anyScript draws commands of every sort at any distance, some sent twice, some whose sender dies before he
// records, with deadlines between them.
func anyScript(rt *rapid.T) []step {
	var script []step
	now := time.Duration(0)
	n := rapid.IntRange(3, 25).Draw(rt, "commands")
	for i := range n {
		now += time.Duration(rapid.IntRange(1, 300).Draw(rt, "minutes")) * time.Minute
		var body toyCommand
		for _, m := range rapid.SliceOfN(rapid.IntRange(0, 1000), 0, 4).Draw(rt, "rings") {
			body.Ring = append(body.Ring, dawn.Add(now+time.Duration(m)*time.Minute))
		}
		body.N = rapid.IntRange(0, 9).Draw(rt, "n")
		kind := rapid.SampledFrom([]string{"Add", "Add", "Add", "Twice", "Nothing", "Refuse", "Panic", "Open"}).Draw(rt, "kind")
		s := step{at: now, cmd: ask(fmt.Sprintf("c%d", i), kind, body), dies: rapid.Bool().Draw(rt, "dies")}
		if i > 0 && rapid.IntRange(0, 4).Draw(rt, "again") == 0 {
			s.cmd = script[rapid.IntRange(0, i-1).Draw(rt, "which")].cmd
		}
		script = append(script, s)
	}
	if rapid.Bool().Draw(rt, "closes") {
		script = append(script, step{at: now + time.Hour, cmd: ask("close", "Close", toyCommand{}), dies: true})
	}
	return append(script, step{at: 900 * time.Hour, cmd: ask("last", "Nothing", toyCommand{})})
}

func TestAProjectsLifeIsTheSameHoweverItIsCut(t *testing.T) {
	s := story(t)
	whole := sameHoweverCut(t, s.life)
	require.Equal(t, s.log, whole.timeline(), "the host says what the decider alone says")
	said := types(whole.timeline())
	for _, kind := range []string{"Declared", "PanelDrawn", "ExpertReplaced", "ItemDeemedAccepted", "ItemGranted", "Escalated", "ProjectLeft"} {
		require.Contains(t, said, kind, "the story is not the whole of a life")
	}
}

func TestTheDryRunChangesNothing(t *testing.T) {
	s := story(t)
	l := s.life()
	l.cut = 5
	// Every command is first asked by somebody who may not, at the same moment: the validator runs and refuses.
	var doubled []step
	for i, st := range l.script {
		intruder := st
		intruder.cmd.ID = fmt.Sprintf("intruder-%d", i)
		intruder.cmd.Actor = domain.Actor{User: "nobody", Role: domain.RoleAuditor}
		doubled = append(doubled, intruder, st)
	}
	l.script = doubled
	l.play()
	require.Equal(t, coarse(s.log), coarse(l.timeline()))
	for i := range s.script {
		require.NotNil(t, l.refusals[fmt.Sprintf("intruder-%d", i)])
	}
}
