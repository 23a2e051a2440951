package project_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/project"
)

// somewhere is a project at some point of its life, at some moment.
func somewhere(t *rapid.T) *world {
	moment := rapid.SampledFrom([]string{"2026-02-13 16:00", "2026-03-02 10:00", "2026-09-23 10:00", "2026-12-21 18:00"}).Draw(t, "moment")
	w := newWorld(t, "sl", moment)
	w.rules.Put(successors()...)
	switch rapid.SampledFrom([]string{"new", "declared", "recognised", "approving", "assured", "building", "completing", "settling"}).Draw(t, "stage") {
	case "declared":
		w.reach("declared", func() { w.declared() })
	case "recognised":
		w.reach("recognised", func() { w.recognised() })
	case "approving":
		w.approving()
	case "assured":
		w.assured()
	case "building":
		w.building()
	case "completing":
		w.building().completing()
	case "settling":
		w.building().completing().grantAll()
	}
	return w
}

// dice make the choices of one step. Whatever number the property draws, each choice is as likely as the others:
// the values that a property likes to draw are the first and smallest ones.
type dice struct{ *rand.Rand }

func throw(t *rapid.T) dice {
	return dice{rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "dice"), 1))}
}

func (d dice) from(a, b int) int { return a + d.IntN(b-a+1) }

func oneOf[T any](d dice, list ...T) T { return list[d.IntN(len(list))] }

func part[T any](d dice, list []T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(T) bool { return d.IntN(3) == 0 })
}

// try is something somebody may try.
type try struct {
	who domain.Actor
	cmd any
}

// anybody are people of the city with and without something to say.
func anybody() []domain.Actor {
	return []domain.Actor{
		office, owner, liaison, leader, supervisor, domain.System, development, colleague, covering, head("development"),
		handler("resources"), handler("environment"), head("environment"), handler("housing"), handler("finance"), handler("emergency"), expert("expert-1"), expert("expert-7"),
		{User: "auditor", Role: domain.RoleAuditor},
		{User: "rival", Role: domain.RoleOwner, Party: "rival"},
		{},
	}
}

// tries are acts that make sense now, with the right people; some are wrong in detail. Mostly they are what ends a
// piece of work.
func (w *world) tries(d dice) []try {
	var ts []try
	add := func(who domain.Actor, cmds ...any) {
		for _, c := range cmds {
			ts = append(ts, try{who, c})
		}
	}
	switch {
	case w.p.Seq == 0:
		add(owner, project.Declare{Profile: profile(), Pack: w.pack.Hash()})
	case len(w.p.Tasks) > 0 && d.from(0, 9) < 6:
		task := oneOf(d, w.p.Tasks...)
		w.ends(d, task, w.of(task.Party), add)
	case len(w.p.Tasks) > 0 && d.from(0, 9) < 3:
		w.moves(d, oneOf(d, w.p.Tasks...), add)
	default:
		w.others(d, add)
	}
	if len(ts) == 0 {
		w.others(d, add)
	}
	return ts
}

// word is a reason, mostly.
func (d dice) word() string { return oneOf(d, "理由", "理由", "x", "x", "x", "") }

func (d dice) amount() int64 {
	return oneOf[int64](d, 0, 1, 100_000_000, 400_000_000, 8_000_000_000, 9_000_000_000, -1)
}

// day is a civil date some days from now.
func (w *world) day(d dice, from, to int) string {
	return calendar.DateOf(w.now).AddDays(d.from(from, to)).String()
}

// moves adds what may be done with a task without ending it.
func (w *world) moves(d dice, task project.Task, add func(domain.Actor, ...any)) {
	who := w.of(task.Party)
	mate := who
	mate.User = "colleague"
	add(who, project.ClaimTask{Task: task.Key}, project.ReleaseTask{Task: task.Key}, project.HandOverTask{Task: task.Key, To: "colleague"},
		project.AskColleague{Task: task.Key, To: "colleague", Question: d.word()}, project.AddCosigner{Task: task.Key, User: "colleague"},
		project.RemoveCosigner{Task: task.Key, User: "colleague"})
	add(mate, project.CosignTask{Task: task.Key, Opinion: d.word()}, project.AnswerColleague{Task: task.Key, Opinion: d.word()},
		project.HandOverTask{Task: task.Key, To: who.User}, project.ReleaseTask{Task: task.Key})
}

// others adds what may be done apart from the open work.
func (w *world) others(d dice, add func(domain.Actor, ...any)) {
	word := d.word()
	for _, n := range w.p.Needs {
		add(domain.System, project.RecordReservation{Resource: n.Resource, Year: n.Year, Reserved: word != "", Place: 2})
	}
	for _, i := range w.p.Items {
		if i.Undo != nil {
			recall := project.RecallAct{Item: i.Key, Reason: word}
			add(domain.Actor{User: i.Undo.By, Role: domain.RoleHandler, Party: i.Department}, recall, recall)
		}
	}
	if len(w.p.Items) > 0 {
		add(leader, project.ConveneJointReview{Items: []string{oneOf(d, w.p.Items...).Key}, At: word})
	}
	for _, j := range w.p.JointReviews {
		add(office, project.RecordJointReview{JointReview: j.ID, Minutes: word})
	}
	for _, r := range w.p.Reporting.Reports {
		add(owner, project.CorrectReport{Period: r.Period, Record: r.Seq, Investment: d.amount(), Image: "x", Reason: word})
	}
	for _, p := range w.p.Problems {
		add(office, project.AssignProblem{Problem: p.ID, Party: domain.Party{Kind: domain.PartyDepartment, Code: "development"}, Due: w.day(d, -1, 20)},
			project.CloseProblem{Problem: p.ID, Outcome: word})
	}
	add(office,
		project.MovePlannedDate{Which: "start", To: w.day(d, -1, 400), Why: word, Basis: "x"},
		project.MovePlannedDate{Which: "completion", To: w.day(d, -1, 900), Why: word, Basis: "x"},
		project.RegisterProblem{Title: "问题" + word}, project.FilePaper{Title: word}, project.Reopen{Reason: word}, project.ApplyCalendar{},
		project.ExcuseLamp{Lamp: oneOf(d, "approval", "start", "progress", "funds", "reporting", "moon"), Reason: word, Until: w.day(d, -1, 30)},
	)
	if w.p.Status == project.Suspended {
		add(leader, project.Resume{Reason: "复工"}, project.Resume{Reason: "复工"}, project.Resume{Reason: "复工"}, project.Resume{Reason: word})
	} else {
		add(office, project.Suspend{Reason: word, Until: w.day(d, -1, 90)})
	}
	month := calendar.DateOf(w.now).String()[:7]
	months := []project.PlanMonth{{Period: month, Amount: d.amount()}, {Period: "2027-12", Amount: d.amount()}}
	add(office, project.SetPlan{Months: months, Reason: word})
	add(owner, project.SetPlan{Months: months[oneOf(d, 0, 1):]}, project.StartConstruction{Document: word})
	add(domain.System, project.OpenInterview{Party: domain.Party{Kind: domain.PartyUnit, Code: "district"}, Count: 3, Clause: "XS-9b"})
	add(domain.System, project.AdoptPack{Pack: oneOf(d, successors()...).Hash()})
	if w.p.Debt != nil {
		add(liaison, project.Replace{Project: "p2", Investment: d.amount()})
	}
	if d.from(0, 9) == 0 {
		add(office, project.Remove{Reason: word})
		add(owner, project.Withdraw{Reason: word})
	}
}

// ends adds what may be done about a task by who has it.
func (w *world) ends(d dice, task project.Task, who domain.Actor, add func(domain.Actor, ...any)) {
	k, word, amount := task.Subject, d.word(), d.amount()
	if task.Assignee != "" {
		who.User = task.Assignee
	}
	day := func(from, to int) string { return w.day(d, from, to) }
	switch task.Kind {
	case project.TaskEntryReview:
		add(who, project.ReviewEntry{Decision: oneOf(d, "admit", "admit", "admit", "return", "refuse", "?"), Opinion: word})
	case project.TaskRecognition:
		add(who, project.Recognise{Document: word})
	case project.TaskAmendment:
		add(who, project.AmendDeclaration{Profile: profile()})
	case project.TaskDraw:
		add(who, project.DrawPanel{Candidates: pool(d.from(4, 9)), Specialities: oneOf(d, nil, nil, []string{"engineering"}, []string{"poetry"})})
	case project.TaskScoring:
		add(who, project.SubmitScore{Marks: w.total(oneOf(d, 30, 65, 69, 70, 71, 100)), Opinion: "x"})
		add(who, project.DeclinePanel{Reason: word})
	case project.TaskRevision:
		add(who, project.ReviseProposal{Note: word})
	case project.TaskPlan:
		add(who, project.FilePlan{Nodes: []project.Node{{Key: "n1", Title: "征地", Due: day(-5, 60), Unit: "district", Post: "专员"}}})
	case project.TaskNode:
		add(who, project.CompleteNode{Node: k})
	case project.TaskSubmission:
		ps := w.papers(k)
		add(who, project.SubmitItem{Item: k, Papers: ps})
		add(who, project.SubmitItem{Item: k, Papers: ps[:len(ps)-1], Commitments: []project.DeferredPaper{{Paper: ps[len(ps)-1], Due: day(0, 30)}}})
		add(who, project.SubmitItem{Item: k, Papers: part(d, ps)}) // with papers missing
	case project.TaskCompleteness:
		add(who, project.AcceptItem{Item: k}, project.AskSupplement{Item: k, Missing: missing(oneOf(d, w.papers(k)...)), Due: oneOf(d, "", day(0, 20))})
	case project.TaskDecision:
		boss := who
		boss.Role, boss.User = domain.RoleHead, "head"
		add(boss, project.ExtendItem{Item: k, Days: d.from(0, 11), Reason: word})
		add(who, project.GrantItem{Item: k, Document: word}, project.RefuseItem{Item: k, Reason: word, Basis: "x"}, project.ResumeItem{Item: k},
			project.PauseItem{Item: k, Reason: oneOf(d, "hearing", "expert-review", "lunch"), Note: word})
	case project.TaskSupplement:
		add(who, project.SupplyPapers{Item: k, Papers: part(d, w.papers(k))})
	case project.TaskCommitment:
		for _, c := range w.p.Commitments {
			add(who, project.KeepCommitment{Item: c.Item, Paper: c.Paper})
		}
	case project.TaskNeed:
		for _, n := range w.p.Needs {
			add(who, project.ConfirmNeed{Resource: n.Resource, Year: n.Year, Amount: oneOf(d, "0", "1", "118.5", "120.5", "121", "1.234", "-1", "many"), Note: word})
		}
	case project.TaskQuota:
		for _, n := range w.p.Needs {
			add(domain.System, project.RecordReservation{Resource: n.Resource, Year: n.Year, Reserved: d.from(0, 1) == 0, Place: d.from(1, 3)})
		}
	case project.TaskCondition:
		add(who, project.ConfirmCondition{Condition: k, Document: word})
	case project.TaskStart:
		add(who, project.StartConstruction{Document: word})
	case project.TaskCompletion:
		add(who, project.RequestAcceptance{TrialRun: day(-3, 0)})
	case project.TaskReport:
		add(who, project.FileReport{Period: k, Investment: amount, Image: word})
	case project.TaskProblem:
		add(who, project.CloseProblem{Problem: k, Outcome: word})
	case project.TaskSettlement:
		add(who, project.FileSettlement{Amount: amount, Audit: word})
	case project.TaskJoint:
		add(who, project.AcceptJointly{Passed: true, Document: word}, project.AcceptJointly{Document: word, Rectify: []project.Finding{
			{What: word, Due: day(-1, 30)}, {What: "标线", Due: day(1, 30), Party: oneOf(d, "", "owner", "unit", "mayor")},
		}})
	case project.TaskRectification:
		add(who, project.FinishRectification{Rectification: k, Note: word})
	case project.TaskReplacement:
		add(who, project.Replace{Project: "p2", Investment: amount})
	}
}

// repeatable are the commands that are accepted twice over; none of them does more than to write a line again.
var repeatable = []string{"FilePaper", "SetPlan", "ExcuseLamp", "AskColleague", "RecordJointReview", "RecordReservation", "MovePlannedDate", "ApplyCalendar"}

// attempt has somebody try something. It is refused in words, or leads to a sound state; in both cases a copy of
// the state decides the same, and the same command again does no harm.
func (w *world) attempt(c domain.Command) bool {
	w.t.Helper()
	before := w.snapshot()
	entries, after, err := project.Decided(w.p, c, w.now, w.rules)
	require.Equal(w.t, string(before), string(w.snapshot()), "deciding must not change the state")
	copied, restoreErr := project.Restore(before)
	require.NoError(w.t, restoreErr)
	again, errAgain := copied.Decide(c, w.now, w.rules)
	require.Equal(w.t, entries, again, "a copy decides otherwise")
	if err != nil {
		e := domain.AsError(err)
		require.NotNil(w.t, e, "%s: an untyped refusal: %v", c.Type, err)
		require.Equal(w.t, e, domain.AsError(errAgain))
		require.NotEmpty(w.t, e.Code)
		require.NotEmpty(w.t, e.Text.Zh)
		require.NotEmpty(w.t, e.Text.En)
		return false
	}
	if c.Seed%4 == 0 { // asking for all costs more than deciding one
		w.offered(w.offers(c.Actor, c.JudgedAt()), c)
	}
	w.record(entries, after)
	twice, err := w.p.Decide(c, w.now, w.rules)
	if err == nil && len(twice) > 0 {
		require.Contains(w.t, repeatable, c.Type, "the same command is accepted twice: %v", names(twice))
		require.LessOrEqual(w.t, len(twice), 1)
	}
	return true
}

// some is a command that somebody may send: plausible, by the wrong person, or sheer nonsense, perhaps entered late.
func (w *world) some(d dice) domain.Command {
	choice := oneOf(d, w.tries(d)...)
	if d.from(0, 7) == 0 {
		choice.who = oneOf(d, anybody()...)
	}
	c := w.command(choice.who, choice.cmd)
	c.Seed = d.Uint64()
	switch d.from(0, 9) {
	case 0:
		c.OccurredAt = w.now.Add(-time.Duration(d.from(-60, 20*24*60)) * time.Minute)
		c.Basis = oneOf(d, "签收单", "签收单", "签收单", "")
	case 1:
		c.ReceivedAt = w.now.Add(-time.Duration(d.from(0, 300)) * time.Minute)
	case 2:
		c.Type = oneOf(d, project.CommandTypes()...)
	}
	return c
}

// pass lets some time pass, with the eye on deadlines.
func (w *world) pass(d dice) {
	to := w.now.Add(time.Duration(d.from(0, 40*24*60)) * time.Minute)
	if due := w.p.NextDeadline(); due.After(w.now) {
		to = oneOf(d, to, due.Add(-time.Second), due, due.Add(time.Second))
	}
	w.sleep(to)
}

// sleep lets time pass to a moment, and has everything decided then.
func (w *world) sleep(to time.Time) {
	w.t.Helper()
	w.now = to
	for due := w.p.NextDeadline(); !due.IsZero() && !due.After(to); due = w.p.NextDeadline() {
		w.tick()
	}
}

// live does some steps of a life.
func (w *world) live(t *rapid.T, most int) {
	loaded := false
	for range rapid.IntRange(most/2, most).Draw(t, "steps") {
		d := throw(t)
		switch d.from(0, 39) {
		case 0, 1, 2, 3, 4, 5:
			w.pass(d)
		case 6:
			if !loaded && w.p.Seq > 0 && !w.p.Closed() {
				w.loadNotice2027()
				loaded = true
			}
		default:
			w.attempt(w.some(d))
		}
	}
}

// Reliability I3, I4, I7, I14: any life, by anybody, at any pace, is sound at every step.
func TestPropertyEveryLifeIsSound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := somewhere(rt)
		w.live(rt, 60)
		again := project.New("p1")
		for _, e := range w.log {
			require.NoError(rt, again.Evolve(e))
		}
		data, err := again.Snapshot()
		require.NoError(rt, err)
		require.Equal(rt, string(w.snapshot()), string(data), "the timeline alone gives the state")
	})
}

// Due times do not depend on when a worker ran: one long sleep or many short ones bring the same entries.
func TestPropertyItDoesNotMatterHowOftenAWorkerLooks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := somewhere(rt)
		w.live(rt, 15)
		w.sleep(w.now)
		lazy := *w
		lazy.p, _ = project.Restore(w.snapshot())
		lazy.log, lazy.climbed = nil, map[string]map[int]bool{}
		w.log = nil
		end := w.now.Add(time.Duration(rapid.IntRange(1, 100*24*60).Draw(rt, "minutes")) * time.Minute)
		for w.now.Before(end) {
			to := w.now.Add(time.Duration(rapid.IntRange(1, 8*24*60).Draw(rt, "nap")) * time.Minute)
			if to.After(end) {
				to = end
			}
			w.sleep(to)
		}
		lazy.sleep(end)
		require.Equal(rt, unrecorded(w.log), unrecorded(lazy.log))
		require.Equal(rt, string(w.snapshot()), string(lazy.snapshot()))
		due := w.p.NextDeadline()
		require.True(rt, due.IsZero() || due.After(end))
	})
}

// unrecorded are entries without the time of their recording.
func unrecorded(entries []domain.Entry) []domain.Entry {
	entries = slices.Clone(entries)
	for i := range entries {
		entries[i].RecordedAt = time.Time{}
	}
	return entries
}

// An act that is recalled at once leaves everything as it was.
func TestPropertyARecalledActLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := somewhere(rt)
		w.live(rt, 20)
		w.sleep(w.now)
		before := w.standing()
		c := w.some(throw(rt))
		c.OccurredAt, c.Basis, c.ReceivedAt = time.Time{}, "", w.now
		if !w.attempt(c) || w.p.Status != project.Active {
			return
		}
		body := struct{ Item string }{}
		if json.Unmarshal(c.Body, &body) != nil || body.Item == "" {
			return
		}
		item := w.item(body.Item)
		if item.Undo == nil || item.Undo.By != c.Actor.User || item.Phase != string(w.p.Phase) {
			return
		}
		w.do(c.Actor, project.RecallAct{Item: body.Item, Reason: "误操作"})
		require.Equal(rt, before, w.standing())
	})
}
