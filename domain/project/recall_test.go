package project_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
)

var recall = project.RecallAct{Item: "initiation", Reason: "误操作"}

// OWN-106: one's own act can be recalled while nobody has acted on it.
func TestEveryActOnAnItemCanBeRecalledByWhoDidIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		who domain.Actor
		act func(w *world)
	}{
		"acceptance": {development, func(w *world) { w.do(development, project.AcceptItem{Item: "initiation"}) }},
		"a supplement notice": {development, func(w *world) {
			w.do(development, project.AskSupplement{Item: "initiation", Missing: missing("proposal")})
		}},
		"a grant":   {development, func(w *world) { w.grant("initiation") }},
		"a refusal": {development, func(w *world) { w.do(development, project.RefuseItem{Item: "initiation", Reason: "x", Basis: "x"}) }},
		"a pause":   {development, func(w *world) { w.do(development, project.PauseItem{Item: "initiation", Reason: "hearing", Note: "x"}) }},
		"an extension": {head("development"), func(w *world) {
			w.do(head("development"), project.ExtendItem{Item: "initiation", Days: 5, Reason: "x"})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := submitted(t, beforeTheFestivals)
			before := w.standing()
			c.act(w)
			require.NotEqual(t, before, w.standing())
			w.refuse("recall.other", handler("environment"), recall)
			w.refuse("reason.missing", c.who, project.RecallAct{Item: "initiation"})
			w.do(c.who, recall)
			require.Equal(t, before, w.standing())
			w.refuse("recall.none", c.who, recall)
			e, recalled := last[project.ActRecalled](w, "ActRecalled")
			require.Equal(t, "OWN-106", e.Clause)
			require.NotEmpty(t, recalled.Act)
		})
	}
	t.Run("a resumption, which lets the clock stand still again", func(t *testing.T) {
		t.Parallel()
		w := submitted(t, beforeTheFestivals)
		w.do(development, project.PauseItem{Item: "initiation", Reason: "hearing", Note: "x"})
		w.until("2026-09-30 10:00")
		w.do(development, project.ResumeItem{Item: "initiation"})
		w.do(development, recall)
		require.Empty(t, w.due(project.TaskDecision, "initiation"))
		require.True(t, w.item("initiation").Paused)
		w.until("2026-10-08 10:00")
		w.do(development, project.ResumeItem{Item: "initiation"})
		require.Equal(t, "2026-10-21 17:30", w.due(project.TaskDecision, "initiation"))
	})
	t.Run("what was never there cannot", func(t *testing.T) {
		t.Parallel()
		w := submitted(t, beforeTheFestivals)
		w.refuse("recall.none", development, recall)
		w.refuse("item.unknown", development, project.RecallAct{Item: "poetry", Reason: "x"})
	})
}

// standing is what matters of the items and their work, in words.
func (w *world) standing() map[string]string {
	s := map[string]string{}
	for _, i := range w.p.Items {
		s[i.Key] = string(i.State)
	}
	for _, task := range w.p.Tasks {
		s[task.Key] = civil(task.Clock.Due)
		for _, r := range task.Clock.Rungs {
			s[task.Key] += " " + civil(r.At)
		}
	}
	return s
}

func TestNothingIsRecalledOnWhichSomebodyHasActed(t *testing.T) {
	t.Parallel()
	t.Run("a grant on which the owner has handed in the next item", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00")
		w.grant("initiation")
		w.submit("environment")
		w.refuse("recall.none", development, recall)
	})
	t.Run("a supplement that was supplied", func(t *testing.T) {
		t.Parallel()
		w := submitted(t, "2026-03-02 10:00")
		w.do(development, project.AskSupplement{Item: "initiation", Missing: missing("proposal", "funding")})
		w.do(owner, project.SupplyPapers{Item: "initiation", Papers: []string{"funding"}})
		w.refuse("recall.none", development, recall)
	})
	t.Run("a refusal after which the item was handed in anew", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00")
		w.do(development, project.RefuseItem{Item: "initiation", Reason: "x", Basis: "x"})
		w.submit("initiation")
		w.refuse("recall.none", development, recall)
	})
	t.Run("acceptance before the whole project was suspended", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00")
		w.do(office, project.Suspend{Reason: "x", Until: "2026-05-01"})
		w.refuse("recall.none", development, recall)
		w.until("2026-05-06 10:00")
		w.do(office, project.Resume{Reason: "x"})
		w.refuse("recall.none", development, recall)
	})
	t.Run("the last grant, on which the project has gone on to the next phase", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		w.grantAll()
		item := w.p.Items[len(w.p.Items)-1]
		require.Equal(t, project.Assurance, w.p.Phase)
		for _, i := range w.p.Items {
			if i.State == project.ItemGranted {
				item = i
			}
		}
		w.refuse("recall.none", handler(item.Department), project.RecallAct{Item: item.Key, Reason: "x"})
	})
}

func TestRecallingAGrantClosesWhatItHadOpened(t *testing.T) {
	t.Parallel()
	w := accepted(t, "2026-03-02 10:00")
	w.grant("initiation")
	require.Equal(t, project.ItemOpen, w.item("environment").State)
	w.until("2026-03-04 10:00")
	w.do(development, recall)
	require.Equal(t, project.ItemWaiting, w.item("environment").State)
	require.Equal(t, "2026-03-16 17:30", w.due(project.TaskDecision, "initiation"), "the old limit goes on")
	w.grant("initiation")
	require.Equal(t, "2026-04-01 17:30", w.due(project.TaskSubmission, "environment"), "its clock begins anew")
	w.until("2026-04-30 10:00")
}

func TestARecalledActDoesNotBringTheLadderBack(t *testing.T) {
	t.Parallel()
	t.Run("rungs climbed since stay climbed", func(t *testing.T) {
		t.Parallel()
		w := submitted(t, beforeTheFestivals)
		w.do(development, project.AcceptItem{Item: "initiation"})
		w.until("2026-10-16 10:00") // overdue and supervised
		w.do(development, recall)
		require.Equal(t, []string{"ItemDeemedAccepted"}, w.until("2026-10-16 10:00"), "the two days of the check are long over")
		w.until("2026-11-20 10:00")
		require.Equal(t, ladderOfAutumn, w.rungs("initiation"))
	})
	t.Run("who gave the decision back late is late from now on, not from then", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00")
		w.until("2026-03-09 10:00")
		w.grant("initiation")
		w.until("2026-04-20 10:00")
		w.do(development, recall)
		w.until("2026-05-20 10:00")
		require.Equal(t, []string{
			"04-20 10:00 overdue", "04-21 17:30 supervision-notice", "04-24 17:30 criticism", "05-06 17:30 interview",
		}, w.rungs("initiation"), "five working days after 24 April, over the May festival")
		w.grant("initiation")
		require.True(t, w.item("initiation").Late)
	})
	t.Run("who was late already goes on where he stood", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, beforeTheFestivals)
		w.until("2026-10-16 10:00") // red since the 14th, supervised on the 15th; criticism on the 20th, interview on the 27th
		w.grant("initiation")
		w.do(development, recall)
		w.until("2026-10-16 16:00")
		w.grant("initiation")
		w.until("2026-10-21 10:00") // three working days have closed: Fri 16, Mon 19, Tue 20
		w.do(development, recall)
		w.until("2026-11-20 10:00")
		require.Equal(t, append(ladderOfAutumn[:3:3], "10-23 17:30 criticism", "10-30 17:30 interview"), w.rungs("initiation"))
	})
	t.Run("an extension recalled after the old limit makes it overdue at once", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00")
		w.until("2026-03-13 10:00")
		w.do(head("development"), project.ExtendItem{Item: "initiation", Days: 10, Reason: "x"})
		w.until("2026-03-20 10:00")
		w.do(head("development"), recall)
		w.until("2026-03-23 18:00")
		require.Equal(t, []string{"03-11 17:30 reminder", "03-20 10:00 overdue", "03-23 17:30 supervision-notice"}, w.rungs("initiation"))
	})
	t.Run("what was climbed under the extended limit stays climbed under the old one", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00") // due Mon 16, extended to Tue 17 March
		w.until("2026-03-13 10:00")
		w.do(head("development"), project.ExtendItem{Item: "initiation", Days: 1, Reason: "x"})
		w.until("2026-03-18 10:00")
		w.do(head("development"), recall)
		w.until("2026-03-20 10:00")
		require.Equal(t, []string{"03-11 17:30 reminder", "03-17 17:30 overdue", "03-19 17:30 supervision-notice"}, w.rungs("initiation"))
	})
	t.Run("who took the task over meanwhile keeps it", func(t *testing.T) {
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00")
		w.do(head("development"), project.HandOverTask{Task: w.taskKey(project.TaskDecision, "initiation"), To: "development-2"})
		w.do(development, recall)
		require.Equal(t, "development-2", w.task(project.TaskDecision, "initiation").Assignee)
	})
	t.Run("a calendar that was loaded meanwhile holds for it", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-12-20 10:00").approving()
		w.now = at(t, "2026-12-25 10:00")
		w.submit("initiation")
		require.Equal(t, "2027-01-11 17:30", w.due(project.TaskDecision, "initiation"))
		w.grant("initiation")
		w.loadNotice2027()
		w.do(development, recall)
		require.Equal(t, "2027-01-12 17:30", w.due(project.TaskDecision, "initiation"))
	})
}

// SL-15: settlement follows when all single acceptances are granted, and not before.
func TestRecallingASingleAcceptanceTakesTheSettlementBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sl", "2026-03-02 10:00").building().completing()
	w.grantAll()
	require.NotEmpty(t, w.taskKey(project.TaskSettlement, "settlement"))
	w.do(handler("archives"), project.RecallAct{Item: "accept-archives", Reason: "档案缺页"})
	w.refuse("task.none", owner, project.FileSettlement{Amount: 1, Audit: "x"})
	w.grant("accept-archives")
	w.do(owner, project.FileSettlement{Amount: 7_900_000_000, Audit: "审计报告"})
	w.refuse("recall.none", handler("archives"), project.RecallAct{Item: "accept-archives", Reason: "x"})
}
