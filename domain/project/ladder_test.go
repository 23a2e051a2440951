package project_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
)

// ladderOfAutumn is the whole ladder of an item handed in on 23 September 2026, over two festivals and a make-up
// Saturday, due on 14 October.
var ladderOfAutumn = []string{
	"10-10 17:30 reminder", // three working days before: a Saturday that is worked
	"10-14 17:30 overdue",
	"10-15 17:30 supervision-notice",
	"10-20 17:30 criticism", // three working days to mend
	"10-27 17:30 interview", // still open five working days later
}

// OWN-6, OWN-7, GG-7, XS-9b: reminder, red, supervision, criticism, interview.
func TestTheWholeLadder(t *testing.T) {
	t.Parallel()
	t.Run("each rung comes at its own time, over festivals", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, beforeTheFestivals)
		require.Equal(t, "green", w.colour("approval"))
		w.until("2026-10-10 17:30")
		require.Equal(t, "yellow", w.colour("approval"), "three days left")
		w.until("2026-10-14 17:30")
		require.Equal(t, "red", w.colour("approval"))
		w.until("2026-11-20 10:00")
		require.Equal(t, ladderOfAutumn, w.rungs("initiation"))
		require.Len(t, w.p.Interviews, 1)
		v := w.p.Interviews[0]
		require.Equal(t, domain.Party{Kind: domain.PartyDepartment, Code: "development"}, v.Party)
		require.Equal(t, "ladder", v.Rule)
		require.Equal(t, "2026-10-27 17:30", civil(v.Opened))
	})
	t.Run("each rung cites its clause and tells its post", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, beforeTheFestivals)
		w.until("2026-11-20 10:00")
		var told []string
		for _, e := range w.log {
			if e.Type != "Escalated" && e.Type != "InterviewOpened" {
				continue
			}
			require.True(t, e.Actor.Automatic())
			require.Empty(t, e.Command)
			if e.Type == "Escalated" && as[project.Escalated](t, e).Subject != "initiation" {
				continue
			}
			for _, n := range w.p.Notices(e) {
				told = append(told, e.Clause+" "+n.Kind+" "+string(n.Party.Kind)+" "+n.Party.Code+" "+n.Post)
			}
		}
		require.Equal(t, []string{
			"OWN-6 reminder department development handler",
			"OWN-6 overdue department development head",
			"GG-7 supervision-notice department development party",
			"GG-7 criticism department development party",
			"XS-9b interview department development head",
			"XS-9b interview leader  leader",
		}, told, "of an interview everybody is told once")
	})
	t.Run("an interview is told to the post that the pack names", func(t *testing.T) {
		t.Parallel()
		for to, want := range map[string][]string{
			"office": {"department/head", "office/office"}, "unit": {"department/head", "unit/unit"}, "head": {"department/head"},
		} {
			w := variant(t, `
ladders:
  - key: decision
    rungs: [{kind: interview, days: 1, to: `+to+`, clause: XS-9b}]
    clause: OWN-7
`, "2026-03-02 10:00").approving()
			w.submit("initiation")
			w.until("2026-03-18 10:00")
			var told []string
			for _, e := range w.log[len(w.log)-2:] {
				for _, n := range w.p.Notices(e) {
					told = append(told, string(n.Party.Kind)+"/"+n.Post)
				}
			}
			require.Equal(t, want, told)
		}
	})
	t.Run("a supervision notice is counted over all projects of a party", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, beforeTheFestivals)
		w.until("2026-10-15 17:30")
		e, _ := last[project.Escalated](w, "Escalated")
		effects := w.p.Effects(e)
		require.Len(t, effects, 1)
		require.Equal(t, project.EffectSupervision, effects[0].Kind)
		require.JSONEq(t, `{"party":{"kind":"department","code":"development"},"at":"2026-10-15T09:30:00Z","clause":"GG-7"}`, string(effects[0].Data))
	})
	t.Run("the ladder stops when the item is decided", func(t *testing.T) {
		t.Parallel()
		for _, stop := range []struct {
			at    string
			rungs int
		}{{"2026-10-10 17:29", 0}, {"2026-10-14 17:00", 1}, {"2026-10-15 10:00", 2}, {"2026-10-16 10:00", 3}, {"2026-10-21 10:00", 4}} {
			w := accepted(t, beforeTheFestivals)
			w.until(stop.at)
			w.grant("initiation")
			w.until("2026-11-20 10:00")
			require.Equal(t, ladderOfAutumn[:stop.rungs], emptyIfNil(w.rungs("initiation")), stop.at)
		}
	})
	t.Run("a month without a worker fires every rung once, in order, with its own due time", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, beforeTheFestivals)
		w.asleep("2026-11-23 03:00")
		require.Equal(t, ladderOfAutumn, w.rungs("initiation"))
		for _, e := range w.log {
			if e.Type == "Escalated" && e.Actor.Automatic() && as[project.Escalated](t, e).Kind == project.TaskDecision {
				require.Equal(t, "2026-11-23 03:00", civil(e.RecordedAt))
			}
		}
	})
	t.Run("at night and on days off it is the same", func(t *testing.T) {
		t.Parallel()
		day, night := accepted(t, beforeTheFestivals), accepted(t, beforeTheFestivals)
		day.until("2026-11-20 10:00")
		for _, moment := range []string{"2026-10-04 02:00", "2026-10-10 23:59", "2026-10-18 00:00", "2026-11-20 10:00"} {
			night.asleep(moment)
		}
		require.Equal(t, day.rungs("initiation"), night.rungs("initiation"))
	})
}

func emptyIfNil(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// XS-9b: three supervision notices for one party in one quarter, counted outside, open an interview.
func TestThreeSupervisionNoticesOpenAnInterview(t *testing.T) {
	t.Parallel()
	w := accepted(t, beforeTheFestivals)
	party := domain.Party{Kind: domain.PartyDepartment, Code: "development"}
	open := project.OpenInterview{Party: party, Count: 3, Clause: "XS-9b"}
	w.refuse("role", office, open)
	w.refuse("interview.party", domain.System, project.OpenInterview{Party: party, Count: 3})
	w.do(domain.System, open)
	w.refuse("interview.open", domain.System, open)
	e, _ := last[project.InterviewOpened](w, "InterviewOpened")
	require.Equal(t, "XS-9b", e.Clause)
	text, err := w.p.Describe(e)
	require.NoError(t, err)
	require.Contains(t, text.Zh, "督办3次")
	w.until("2027-01-04 10:00")
	w.do(domain.System, open) // another quarter
}

// A deadline that brings nothing would be tried for ever.
func TestADeadlineThatBringsNothingIsAnError(t *testing.T) {
	t.Parallel()
	w := accepted(t, beforeTheFestivals)
	w.p.Alarms = append(w.p.Alarms, project.Alarm{Key: "report/never", At: w.now})
	_, err := w.p.Tick(w.now, w.rules)
	require.Error(t, err)
	require.Nil(t, domain.AsError(err))
}
