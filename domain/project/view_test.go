package project_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
)

// SL-4: the class moves by itself as the project advances.
func TestTheClassInTheLibraryMovesWithThePhase(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sl", "2026-03-02 10:00").declared()
	require.Equal(t, "long-term", w.p.Class())
	w.do(office, project.ReviewEntry{Decision: "admit"})
	w.do(office, project.Recognise{Document: "纪要"})
	require.Equal(t, "long-term", w.p.Class())
	w = newWorld(t, "sl", "2026-03-02 10:00").approving()
	require.Equal(t, "preparatory", w.p.Class())
	w.grantAll()
	require.Equal(t, "preparatory", w.p.Class())
	w.reserve()
	require.Equal(t, "construction", w.p.Class())
	require.Equal(t, "construction", newWorld(t, "sl", "2026-03-02 10:00").building().completing().p.Summary().Class)
}

func TestTheSummaryTellsWhatListsShow(t *testing.T) {
	t.Parallel()
	w := built(t, "2026-03-02 10:00")
	w.do(owner, report("2026-03", 123))
	s := w.p.Summary()
	f := profile()
	require.Equal(t, project.Summary{
		ID: "p1", Name: f.Name, Jurisdiction: f.Jurisdiction, Unit: f.Unit, Owner: f.Owner, Sector: f.Sector, Kind: f.Kind, Level: f.Level,
		Procedure: f.Procedure, Phase: project.Construction, Status: project.Active, Class: "construction", Investment: f.Investment,
		InvestmentDone: 123, PlannedStart: f.PlannedStart, PlannedCompletion: f.PlannedCompletion, Started: w.now.UTC(),
		Declared: w.now.UTC(), Seq: int64(len(w.log)),
	}, s)
}

// Lights: several lamps, each by its worst piece of work; derived, never stored.
func TestLamps(t *testing.T) {
	t.Parallel()
	t.Run("yellow from three days before, red from the due time on, to the second", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, beforeTheFestivals)
		for _, c := range []struct{ at, colour string }{
			{"2026-10-10 17:29", "green"}, {"2026-10-10 17:30", "yellow"}, {"2026-10-14 17:29", "yellow"}, {"2026-10-14 17:30", "red"},
		} {
			w.now = at(t, c.at)
			require.Equal(t, c.colour, w.colour("approval"), c.at)
		}
	})
	t.Run("the worst item counts, and is named", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		w.submit("initiation")
		w.grant("initiation")
		w.submit("environment")
		w.until("2026-03-06 10:00")
		w.submit("soil-water")
		w.do(handler("water"), project.AcceptItem{Item: "soil-water"})
		lamp := w.p.Lamps()[0]
		require.Equal(t, "approval", lamp.Kind)
		require.Equal(t, w.taskKey(project.TaskDecision, "environment"), lamp.Task)
		require.Contains(t, lamp.Reason.Zh, "环境影响评价")
		w.grant("environment")
		require.Equal(t, w.taskKey(project.TaskDecision, "soil-water"), firstLamp(w).Task)
	})
	t.Run("progress burns for the earlier of a missed completion and a red month", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").declaredAs(func(f *project.Profile) {
			f.PlannedStart, f.PlannedCompletion = "2026-03-02", "2026-04-10"
		}).started()
		w.until("2026-04-20 10:00")
		w.do(owner, report("2026-03", 0))
		for _, l := range w.p.Lamps() {
			if l.Kind == "progress" {
				require.Equal(t, "2026-04-10 17:30", civil(l.RedAt))
				require.NotEmpty(t, l.Task)
			}
		}
	})
	t.Run("while a project is suspended nothing turns red, and what was red stays", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00") // due 16 March
		w.do(office, project.Suspend{Reason: "x", Until: "2026-05-01"})
		w.until("2026-04-01 10:00")
		require.Equal(t, "green", w.colour("approval"))
		w = accepted(t, "2026-03-02 10:00")
		w.until("2026-03-16 18:00")
		w.do(office, project.Suspend{Reason: "x", Until: "2026-05-01"})
		w.until("2026-04-01 10:00")
		require.Equal(t, "red", w.colour("approval"))
	})
}

func firstLamp(w *world) project.Lamp { return w.p.Lamps()[0] }

// OWN-110: what a lamp burns for is excused by someone with the right, with reason and end.
func TestExcusingALamp(t *testing.T) {
	t.Parallel()
	t.Run("until its date", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, beforeTheFestivals)
		w.until("2026-10-15 10:00")
		excuse := project.ExcuseLamp{Lamp: "approval", Reason: "特大暴雨", Until: "2026-10-20", ForceMajeure: true}
		w.refuse("role", owner, excuse)
		w.refuse("role", development, excuse)
		w.refuse("excuse.lamp", leader, project.ExcuseLamp{Lamp: "sun", Reason: "x", Until: "2026-10-20"})
		w.refuse("reason.missing", leader, project.ExcuseLamp{Lamp: "approval", Until: "2026-10-20"})
		for _, day := range []string{"2026-10-14", "2027-10-16", "2099-12-31", "soon"} {
			e := w.refuse("excuse.until", leader, project.ExcuseLamp{Lamp: "approval", Reason: "x", Until: day})
			require.Equal(t, domain.KindInvalid, e.Kind)
			require.Equal(t, "until", e.Field)
		}
		require.Equal(t, "red", w.colour("approval"))
		w.do(leader, excuse)
		require.Equal(t, "excused", w.colour("approval"))
		require.True(t, w.p.Excuses[0].ForceMajeure)
		require.Equal(t, "leader-1", w.p.Excuses[0].By)
		require.Equal(t, w.taskKey(project.TaskDecision, "initiation"), w.p.Excuses[0].Cause)
		e, _ := last[project.LampExcused](w, "LampExcused")
		require.Equal(t, "OWN-110", e.Clause)
		require.Contains(t, said(w, "LampExcused"), "审批灯（立项（项目建议书审批）·办理）因正当理由免于亮灯")
		require.Contains(t, firstLamp(w).Reason.Zh, "立项", "what is excused is still named")
		w.until("2026-10-20 17:29")
		require.Equal(t, "excused", w.colour("approval"))
		w.until("2026-10-20 17:30")
		require.Equal(t, "red", w.colour("approval"), "when the excuse ends it is what it was")
		require.Contains(t, w.rungs("initiation"), "10-15 17:30 supervision-notice", "the ladder goes on")
	})
	t.Run("a lamp that does not burn has nothing to excuse", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, beforeTheFestivals)
		w.until("2026-10-10 17:29")
		e := w.refuse("excuse.green", leader, project.ExcuseLamp{Lamp: "approval", Reason: "x", Until: "2026-10-20"})
		require.Equal(t, domain.KindConflict, e.Kind)
		w.until("2026-10-10 17:30")
		w.do(leader, project.ExcuseLamp{Lamp: "approval", Reason: "x", Until: "2026-10-20"})
		require.Equal(t, "excused", w.colour("approval"), "a yellow one can be")
	})
	t.Run("it ends with its cause, and covers no other", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		w.submit("initiation")
		w.grant("initiation")
		w.submit("environment") // due 16 March
		w.until("2026-03-06 10:00")
		w.submit("soil-water") // due 20 March
		w.until("2026-03-17 10:00")
		w.do(leader, project.ExcuseLamp{Lamp: "approval", Reason: "x", Until: "2026-04-20"})
		require.Equal(t, []string{"decision/environment/1"}, causes(w))
		w.until("2026-03-17 17:29")
		require.Equal(t, "excused", w.colour("approval"))
		w.until("2026-03-17 17:30")
		require.Equal(t, "yellow", w.colour("approval"), "the other one has three days left")
		require.Contains(t, firstLamp(w).Reason.Zh, "水土保持")
		w.until("2026-03-20 18:00")
		require.Equal(t, "red", w.colour("approval"))
		w.do(leader, project.ExcuseLamp{Lamp: "approval", Reason: "y", Until: "2026-04-10"})
		require.Equal(t, []string{"decision/environment/1", "decision/soil-water/1"}, causes(w), "what burns unexcused comes first")
		w.until("2026-04-09 10:00")
		require.NotEqual(t, "excused", w.colour("approval"), "the owner has not handed in the others")
		w.until("2026-04-10 17:30")
		require.Equal(t, "red", w.colour("approval"))
	})
	t.Run("a limit that is extended, missed again, is another cause", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00") // due 16 March
		w.until("2026-03-12 10:00")
		w.do(leader, project.ExcuseLamp{Lamp: "approval", Reason: "x", Until: "2026-04-30"})
		require.Equal(t, "excused", w.colour("approval"))
		w.do(head("development"), project.ExtendItem{Item: "initiation", Days: 10, Reason: "复杂"})
		require.Equal(t, "green", w.colour("approval"))
		w.until("2026-03-30 18:00")
		require.Equal(t, "red", w.colour("approval"))
	})
	t.Run("of the progress it covers the month reported, not the next", func(t *testing.T) {
		t.Parallel()
		w := built(t, "2026-03-02 10:00")
		w.until("2026-04-01 10:00")
		w.do(owner, report("2026-03", 0))
		w.do(leader, project.ExcuseLamp{Lamp: "progress", Reason: "洪水", Until: "2026-12-31", ForceMajeure: true})
		require.Equal(t, []string{"2026-03"}, causes(w))
		require.Equal(t, "excused", w.colour("progress"))
		w.until("2026-05-01 10:00")
		require.Equal(t, "excused", w.colour("progress"))
		w.do(owner, report("2026-04", 0))
		require.Equal(t, "red", w.colour("progress"))
	})
	t.Run("it may be given longer before it ends; the last word holds", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00")
		w.until("2026-03-17 10:00")
		w.do(leader, project.ExcuseLamp{Lamp: "approval", Reason: "x", Until: "2026-03-20"})
		w.do(leader, project.ExcuseLamp{Lamp: "approval", Reason: "y", Until: "2026-03-31"})
		require.Len(t, w.p.Excuses, 1)
		w.until("2026-03-30 10:00")
		require.Equal(t, "excused", w.colour("approval"))
	})
}

func causes(w *world) []string {
	var ks []string
	for _, x := range w.p.Excuses {
		ks = append(ks, x.Cause)
	}
	return ks
}

// OWN-2: yellow begins with the pack's three days; of a limit that is not longer, with its last third.
func TestAShortLimitIsNotYellowFromTheBeginning(t *testing.T) {
	t.Parallel()
	w := submitted(t, "2026-03-02 10:00") // Monday; the check is due on Wednesday
	w.until("2026-03-03 17:29")
	require.Equal(t, "green", w.colour("approval"))
	w.until("2026-03-03 17:30")
	require.Equal(t, "yellow", w.colour("approval"), "on its last day")
	for days, c := range map[int]string{1: "03-02 17:30", 2: "03-03 17:30", 3: "03-04 17:30", 4: "03-03 17:30", 10: "03-11 17:30", 15: "03-18 17:30"} {
		w := variant(t, "\nassurance:\n  confirm: {days: "+strconv.Itoa(days)+", clause: OWN-16}\n", "2026-03-02 10:00").declaredAs(func(*project.Profile) {})
		w.grantAll()
		require.Equal(t, "2026-"+c, civil(w.task(project.TaskNeed, "land/2026").Clock.WarnAt), days)
	}
	w = newWorld(t, "sl", "2026-03-02 10:00").building()
	w.do(office, project.RegisterProblem{Title: "x"})
	unit := domain.Party{Kind: domain.PartyUnit, Code: "district"}
	w.do(office, project.AssignProblem{Problem: "problem/1", Party: unit, Due: "2026-03-04"})
	require.Equal(t, "2026-03-03 17:30", civil(w.task(project.TaskProblem, "problem/1").Clock.WarnAt), "a date two days ahead is the same")
}

// Messages say who is told; a message never blocks anything.
func TestWhoIsTold(t *testing.T) {
	t.Parallel()
	told := func(w *world) []string {
		var ts []string
		for _, n := range w.p.Notices(w.log[len(w.log)-1]) {
			ts = append(ts, n.Kind+" to "+string(n.Party.Kind)+" "+n.Post)
			require.NotEmpty(t, n.Text.Zh)
		}
		return ts
	}
	w := accepted(t, beforeTheFestivals)
	require.Empty(t, told(w), "acceptance is seen in the inbox")
	w.do(development, project.PauseItem{Item: "initiation", Reason: "hearing", Note: "听证"})
	require.Equal(t, []string{"information to owner party"}, told(w))
	w.do(development, project.ResumeItem{Item: "initiation"})
	require.Equal(t, []string{"information to owner party"}, told(w))
	w.do(head("development"), project.ExtendItem{Item: "initiation", Days: 5, Reason: "复杂"})
	require.Equal(t, []string{"information to owner party"}, told(w))
	w.do(development, project.RefuseItem{Item: "initiation", Reason: "x", Basis: "x"})
	require.Equal(t, []string{"information to owner party"}, told(w))
	require.Nil(t, w.p.Notices(domain.Entry{Type: "Unheard"}))
	require.Nil(t, w.p.Effects(domain.Entry{Type: "Unheard"}))
}

func TestMoneyIsWrittenAsOfficialsDo(t *testing.T) {
	t.Parallel()
	for fen, c := range map[int64]struct{ zh, en string }{
		0:                 {"0万元", "CNY 0 million"},
		1_000_000:         {"1万元", "CNY 0.01 million"},
		1_234_567:         {"1.2346万元", "CNY 0.0123 million"},
		9_999_999_999:     {"10000万元", "CNY 100 million"},
		10_000_000_000:    {"1亿元", "CNY 100 million"},
		-12_345_600_000:   {"-1.2346亿元", "CNY -123.456 million"},
		5_000_000_000:     {"5000万元", "CNY 50 million"},
		1_000_000_000_000: {"100亿元", "CNY 10000 million"},
	} {
		require.Equal(t, c.zh, project.ZhMoney(fen))
		require.Equal(t, c.en, project.EnMoney(fen))
	}
}

// Due times never depend on the machine's zone.
func TestTheZoneOfAnInstantDoesNotMatter(t *testing.T) {
	t.Parallel()
	here, away := newWorld(t, "sl", "2026-03-02 00:30"), newWorld(t, "sl", "2026-03-02 00:30")
	away.now = away.now.In(time.FixedZone("away", -7*3600))
	require.Equal(t, string(here.approving().snapshot()), string(away.approving().snapshot()))
}
