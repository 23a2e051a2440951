package project_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
)

// assuring is a project that asks for the resources given, at the beginning of assurance.
func assuring(t tester, asks ...project.Ask) *world {
	w := newWorld(t, "sl", "2026-03-02 10:00").declaredAs(func(f *project.Profile) { f.Asks, f.AnnualTax = asks, 90_000_000 })
	w.grantAll()
	return w
}

var (
	land   = project.Ask{Resource: "land", Amount: "120.5", Year: 2026}
	energy = project.Ask{Resource: "energy", Amount: "800", Year: 2026}
)

// acts are what the ledger is asked to do for the last entry.
func (w *world) acts() []project.QuotaAct {
	w.t.Helper()
	var acts []project.QuotaAct
	for _, eff := range w.p.Effects(w.log[len(w.log)-1]) {
		require.Equal(w.t, project.EffectQuota, eff.Kind)
		var a project.QuotaAct
		require.NoError(w.t, json.Unmarshal(eff.Data, &a))
		acts = append(acts, a)
	}
	return acts
}

// OWN-16: departments confirm within five working days.
func TestConfirmingANeed(t *testing.T) {
	t.Parallel()
	t.Run("the department says how much, and the ledger is asked to reserve it", func(t *testing.T) { // GG-3n
		t.Parallel()
		w := assuring(t, land)
		require.Equal(t, "2026-03-09 17:30", w.due(project.TaskNeed, "land/2026"))
		w.refuse("task.other-party", development, project.ConfirmNeed{Resource: "land", Year: 2026, Amount: "118", Note: "核减"})
		w.refuse("task.none", handler("resources"), project.ConfirmNeed{Resource: "land", Year: 2027, Amount: "118"})
		w.refuse("ask.amount", handler("resources"), project.ConfirmNeed{Resource: "land", Year: 2026, Amount: "-1"})
		w.refuse("ask.amount", handler("resources"), project.ConfirmNeed{Resource: "land", Year: 2026, Amount: "1.005"})
		w.do(handler("resources"), project.ConfirmNeed{Resource: "land", Year: 2026, Amount: "118.25", Note: "核减"})
		acts := w.acts()
		require.Len(t, acts, 1)
		require.Equal(t, "reserve", acts[0].Act)
		require.Equal(t, "118.25", acts[0].Amount)
		require.Equal(t, "shangluo", acts[0].Jurisdiction)
		require.Equal(t, "city", acts[0].Level)
		require.Equal(t, "GG-3n", acts[0].Clause)
		require.Equal(t, project.Assurance, w.p.Phase, "confirmed is not reserved")
	})
	t.Run("never more than was asked for; less with a reason", func(t *testing.T) { // OWN-16
		t.Parallel()
		w := assuring(t, land)
		confirm := func(amount, note string) project.ConfirmNeed {
			return project.ConfirmNeed{Resource: "land", Year: 2026, Amount: amount, Note: note}
		}
		for _, amount := range []string{"120.51", "121", "1e3"} {
			e := w.refuse("need.more", handler("resources"), confirm(amount, "多批一些"))
			require.Equal(t, domain.KindInvalid, e.Kind)
			require.Equal(t, "amount", e.Field)
			require.Equal(t, "OWN-16", e.Clause)
			require.Contains(t, e.Text.Zh, "120.5亩")
		}
		require.Equal(t, "note", w.refuse("reason.missing", handler("resources"), confirm("120.49", "")).Field)
		require.Equal(t, "amount", w.refuse("ask.amount", handler("resources"), confirm("1.234", "x")).Field)
		w.do(handler("resources"), confirm("120.50", ""))
		w = assuring(t, land)
		w.do(handler("resources"), confirm("118", "按净用地核减"))
		require.Equal(t, "确认新增建设用地指标需求118亩（按净用地核减）", said(w, "NeedConfirmed"))
	})
	t.Run("zero needs a note, and asks the ledger for nothing", func(t *testing.T) {
		t.Parallel()
		w := assuring(t, land)
		w.refuse("reason.missing", handler("resources"), project.ConfirmNeed{Resource: "land", Year: 2026, Amount: "0"})
		w.do(handler("resources"), project.ConfirmNeed{Resource: "land", Year: 2026, Amount: "0", Note: "使用存量用地"})
		require.Equal(t, project.NeedDeclined, w.p.Needs[0].State)
		require.Equal(t, project.Startup, w.p.Phase)
		for _, e := range w.log {
			for _, eff := range w.p.Effects(e) {
				require.NotEqual(t, project.EffectQuota, eff.Kind)
			}
		}
	})
	t.Run("a need that nobody confirms climbs its ladder", func(t *testing.T) { // OWN-5
		t.Parallel()
		w := assuring(t, land)
		w.until("2026-03-13 10:00")
		require.Equal(t, []string{"03-06 17:30 reminder", "03-09 17:30 overdue", "03-12 17:30 supervision-notice"}, w.rungs("land/2026"))
	})
	t.Run("a project that asks for nothing goes on", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, project.Startup, assuring(t).p.Phase)
	})
	t.Run("the order of the line comes from the pack, the level of the project", func(t *testing.T) { // GG-3n, GG-3e
		t.Parallel()
		w := assuring(t, energy)
		w.do(development, project.ConfirmNeed{Resource: "energy", Year: 2026, Amount: "800"})
		act := w.acts()[0]
		require.Equal(t, 2, act.Rank, "a city's project comes after national and regional ones")
		require.Equal(t, "tax", act.Benefit)
		require.EqualValues(t, 90_000_000, act.AnnualTax)
		require.Equal(t, "GG-3e", act.Clause)
	})
}

// GG-3n: what does not fit waits in line.
func TestWaitingForQuota(t *testing.T) {
	t.Parallel()
	w := assuring(t, land, energy)
	reserve := func(resource string, reserved bool, place int) project.RecordReservation {
		return project.RecordReservation{Resource: resource, Year: 2026, Reserved: reserved, Place: place}
	}
	w.refuse("need.state", domain.System, reserve("land", true, 0))
	w.do(handler("resources"), project.ConfirmNeed{Resource: "land", Year: 2026, Amount: "118", Note: "核减"})
	w.refuse("role", office, reserve("land", true, 0))
	w.do(domain.System, reserve("land", false, 3))
	require.Equal(t, project.NeedWaiting, w.p.Needs[0].State)
	require.Equal(t, 3, w.p.Needs[0].Place)
	e, _ := last[project.QuotaWaited](w, "QuotaWaited")
	require.Len(t, w.p.Notices(e), 2, "owner and unit are told")
	w.do(domain.System, reserve("land", false, 1))
	require.Equal(t, 1, w.p.Needs[0].Place)
	w.do(domain.System, reserve("land", true, 0))
	require.Equal(t, project.NeedReserved, w.p.Needs[0].State)
	require.Zero(t, w.p.Needs[0].Place)
	require.Equal(t, project.Assurance, w.p.Phase, "every resource must be there")
	w.refuse("need.state", domain.System, reserve("land", true, 0))
	w.do(development, project.ConfirmNeed{Resource: "energy", Year: 2026, Amount: "800"})
	w.do(domain.System, reserve("energy", true, 0))
	require.Equal(t, project.Startup, w.p.Phase)
}

// OWN-31: a need that waits in line is its department's to find; GG-2c: somebody must act now.
func TestAWaitingNeedHasALimit(t *testing.T) {
	t.Parallel()
	waiting := func(t *testing.T, ask project.Ask, department string) *world {
		t.Helper()
		w := assuring(t, ask)
		w.do(handler(department), project.ConfirmNeed{Resource: ask.Resource, Year: 2026, Amount: ask.Amount})
		w.do(domain.System, project.RecordReservation{Resource: ask.Resource, Year: 2026, Place: 3})
		return w
	}
	t.Run("twenty working days, whatever its place in the line", func(t *testing.T) {
		t.Parallel()
		w := waiting(t, land, "resources")
		require.Equal(t, "2026-03-30 17:30", w.due(project.TaskQuota, "land/2026"))
		w.until("2026-03-20 10:00")
		w.do(domain.System, project.RecordReservation{Resource: "land", Year: 2026, Place: 1})
		w.until("2026-05-01 10:00")
		require.Equal(t, []string{"03-25 17:30 reminder", "03-30 17:30 overdue"}, w.rungs("land/2026"), "nobody is supervised for what there is not")
		require.Equal(t, "green", w.colour("funds"))
		w.do(domain.System, project.RecordReservation{Resource: "land", Year: 2026, Reserved: true})
		require.Equal(t, project.Startup, w.p.Phase)
		for _, task := range w.p.Tasks {
			require.NotEqual(t, project.TaskQuota, task.Kind)
		}
	})
	t.Run("of funds it burns on the lamp of funds", func(t *testing.T) { // GG-3f, XS-10
		t.Parallel()
		w := waiting(t, project.Ask{Resource: "funds", Amount: "200", Year: 2026}, "finance")
		for _, c := range []struct{ at, colour string }{
			{"2026-03-25 17:29", "green"}, {"2026-03-25 17:30", "yellow"}, {"2026-03-30 17:30", "red"},
		} {
			w.until(c.at)
			require.Equal(t, c.colour, w.colour("funds"), c.at)
		}
		w.do(domain.System, project.RecordReservation{Resource: "funds", Year: 2026, Reserved: true})
		require.Equal(t, "green", w.colour("funds"))
	})
	t.Run("it stands still with the project", func(t *testing.T) { // OWN-107
		t.Parallel()
		w := assuring(t, land)
		w.do(handler("resources"), project.ConfirmNeed{Resource: "land", Year: 2026, Amount: land.Amount})
		w.do(office, project.Suspend{Reason: "x", Until: "2026-06-01"})
		w.do(domain.System, project.RecordReservation{Resource: "land", Year: 2026, Place: 1})
		require.Empty(t, w.due(project.TaskQuota, "land/2026"))
		w.until("2026-04-30 10:00")
		w.do(office, project.Resume{Reason: "x"})
		require.Equal(t, "2026-06-01 17:30", w.due(project.TaskQuota, "land/2026"))
		w.do(owner, project.Withdraw{Reason: "x"})
		require.Len(t, w.p.Tasks, 1)
	})
}

// XN-4, XN-12: money that is not there in time burns on a lamp of its own.
func TestTheFundsLamp(t *testing.T) {
	t.Parallel()
	t.Run("a need for funds that is not confirmed in time", func(t *testing.T) {
		t.Parallel()
		w := assuring(t, project.Ask{Resource: "funds", Amount: "200", Year: 2026}, land)
		w.until("2026-03-09 17:30")
		require.Equal(t, "red", w.colour("funds"))
		w.do(handler("finance"), project.ConfirmNeed{Resource: "funds", Year: 2026, Amount: "200"})
		require.Equal(t, "green", w.colour("funds"))
	})
	t.Run("funds for the works that are not in place in time, of whatever source", func(t *testing.T) {
		t.Parallel()
		for condition, government := range map[string]bool{"budget-funds": true, "own-funds": false} {
			w := starting(t, "2026-03-02 10:00", func(f *project.Profile) { f.Government = government })
			w.until("2026-03-30 17:30")
			require.Equal(t, "red", w.colour("funds"))
			who := w.of(w.task(project.TaskCondition, condition).Party)
			w.do(who, project.ConfirmCondition{Condition: condition, Document: "资金证明"})
			require.Equal(t, "green", w.colour("funds"))
			require.Equal(t, "red", w.colour("start"), "the legal person is not set up either")
		}
	})
}

func TestAQuotaThatComesWhileTheProjectIsSuspendedIsKept(t *testing.T) {
	t.Parallel()
	w := assuring(t, land)
	w.do(handler("resources"), project.ConfirmNeed{Resource: "land", Year: 2026, Amount: "118", Note: "核减"})
	w.do(office, project.Suspend{Reason: "x", Until: "2026-05-01"})
	w.do(domain.System, project.RecordReservation{Resource: "land", Year: 2026, Reserved: true})
	require.Equal(t, project.Assurance, w.p.Phase)
	w.do(office, project.Resume{Reason: "x"})
	require.Equal(t, project.Startup, w.p.Phase)
}

// OWN-113: committed at start, freed on leaving.
func TestWhatBecomesOfReservedResources(t *testing.T) {
	t.Parallel()
	t.Run("committed when construction starts", func(t *testing.T) {
		t.Parallel()
		w := assuring(t, land, energy).reserve()
		w.meetConditions()
		w.do(owner, project.StartConstruction{Document: "开工令"})
		e, _ := last[project.QuotaFollowed](w, "QuotaFollowed")
		require.Equal(t, "OWN-113", e.Clause)
		require.Len(t, w.p.Effects(e), 2)
		for _, n := range w.p.Needs {
			require.Equal(t, project.NeedCommitted, n.State)
		}
	})
	t.Run("freed when the project leaves, also while it still waits in line", func(t *testing.T) {
		t.Parallel()
		w := assuring(t, land, energy)
		w.do(handler("resources"), project.ConfirmNeed{Resource: "land", Year: 2026, Amount: "118", Note: "核减"})
		w.do(domain.System, project.RecordReservation{Resource: "land", Year: 2026, Place: 2})
		w.do(office, project.Remove{Reason: "长期无进展"})
		require.Equal(t, project.NeedFreed, w.p.Needs[0].State)
		require.Equal(t, project.NeedAsked, w.p.Needs[1].State, "what was never confirmed was never held")
		e, _ := last[project.QuotaFollowed](w, "QuotaFollowed")
		require.Len(t, w.p.Effects(e), 1)
		w.refuse("need.state", domain.System, project.RecordReservation{Resource: "land", Year: 2026, Reserved: true})
	})
	t.Run("freed after the start too", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").building()
		require.Equal(t, []string{"ProjectLeft", "QuotaFollowed"}, w.do(owner, project.Withdraw{Reason: "x"}), "and no replacement is owed for what did start")
		require.Equal(t, project.NeedFreed, w.p.Needs[0].State)
	})
	t.Run("a project without any frees nothing", func(t *testing.T) {
		t.Parallel()
		require.NotContains(t, assuring(t).do(owner, project.Withdraw{Reason: "x"}), "QuotaFollowed")
	})
}

// Each resource is confirmed by its department and reserved under its clause.
func TestEveryResourceHasItsDepartmentAndClause(t *testing.T) {
	t.Parallel()
	for resource, c := range map[string]struct{ department, amount, clause string }{
		"land":     {"resources", "120.5", "GG-3n"},
		"forest":   {"forestry", "1.2345", "GG-3n"},
		"farmland": {"resources", "30", "SL-18"}, // replaced one for one
		"energy":   {"development", "800", "GG-3e"},
		"cod":      {"environment", "0.125", "GG-3p"},
		"nh3n":     {"environment", "0.1", "GG-3p"},
		"nox":      {"environment", "2", "GG-3p"},
		"voc":      {"environment", "3.5", "GG-3p"},
		"funds":    {"finance", "250", "GG-3f"}, // pre-work funds, of the year
	} {
		t.Run(resource, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "sl", "2026-03-02 10:00").declaredAs(func(f *project.Profile) {
				f.Procedure, f.Asks = "filing", []project.Ask{{Resource: resource, Amount: c.amount, Year: 2026}}
			})
			w.grantAll()
			w.do(handler(c.department), project.ConfirmNeed{Resource: resource, Year: 2026, Amount: c.amount})
			act := w.acts()[0]
			require.Equal(t, c.clause, act.Clause)
			require.Equal(t, c.amount, act.Amount)
			require.Equal(t, 2026, act.Year)
		})
	}
}
