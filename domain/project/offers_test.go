package project_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/policy"
	"milepost/domain/project"
)

// ours are the commands that only the product itself sends, and the one that begins a project: none is on offer.
var ours = []string{"AdoptPack", "ApplyCalendar", "Declare", "OpenInterview", "RecordReservation", "RefuseFile"}

func TestWhateverPeopleSendMayBeOnOffer(t *testing.T) {
	t.Parallel()
	known := append(slices.Clone(ours), project.Acts()...)
	slices.Sort(known)
	require.Equal(t, project.CommandTypes(), known, "a new command is on offer, or only the product sends it")
}

// what says what a command is about, and under which name it is sent: the fields of an offer that say something.
func what(t tester, act any) map[string]any {
	t.Helper()
	name, body, err := project.Encode(act)
	require.NoError(t, err)
	return fieldsOf(t, name, body)
}

func fieldsOf(t tester, name string, body []byte) map[string]any {
	t.Helper()
	fields := map[string]any{}
	require.NoError(t, json.Unmarshal(body, &fields))
	about := map[string]any{"": name}
	for k, v := range fields {
		switch v := v.(type) {
		case string:
			if v != "" {
				about[k] = v
			}
		case float64:
			if v != 0 {
				about[k] = v
			}
		}
	}
	return about
}

// onOffer tells whether a command is one of those on offer.
func onOffer(t tester, offers []project.Offer, name string, body []byte) bool {
	t.Helper()
	sent := fieldsOf(t, name, body)
	return slices.ContainsFunc(offers, func(o project.Offer) bool {
		if o.Type != name {
			return false
		}
		for k, v := range what(t, o.Act) {
			if sent[k] != v {
				return false
			}
		}
		return true
	})
}

func (w *world) offers(who domain.Actor, at time.Time) []project.Offer {
	w.t.Helper()
	offers, err := w.p.Offers(who, at, w.rules)
	require.NoError(w.t, err)
	return offers
}

// keepsOffers has what somebody may do held against what happens when he does it, with what is needed filled in: what is
// on offer is accepted, and nothing else is, however good its content. Of what is not on offer every so-manieth is tried.
func (w *world) keepsOffers(who domain.Actor, nth func() bool) {
	w.t.Helper()
	before := w.snapshot()
	offers := w.offers(who, w.now)
	require.Equal(w.t, offers, w.offers(who, w.now), "the order is stable")
	for _, o := range offers {
		if o.Task != "" {
			_, open := w.openTask(o.Task)
			require.True(w.t, open, "%s moves %s, which is not open", o.Type, o.Task)
		}
		c := w.command(who, w.completed(o.Act))
		_, err := w.p.Decide(c, w.now, w.rules)
		require.NoError(w.t, err, "%s by %+v is on offer: %s", c.Type, who, c.Body)
	}
	for _, act := range project.Conceivable(w.p) {
		if !nth() {
			continue
		}
		c := w.command(who, w.completed(act))
		if onOffer(w.t, offers, c.Type, c.Body) {
			continue
		}
		_, err := w.p.Decide(c, w.now, w.rules)
		require.Error(w.t, err, "%s by %+v is not on offer, and accepted: %s", c.Type, who, c.Body)
		require.NotEqual(w.t, domain.KindInvalid, domain.AsError(err).Kind, "%s by %+v: party and state come before content, but %v", c.Type, who, err)
	}
	require.Equal(w.t, string(before), string(w.snapshot()), "asking must not change the state")
}

func (w *world) openTask(key string) (project.Task, bool) {
	i := slices.IndexFunc(w.p.Tasks, func(t project.Task) bool { return t.Key == key })
	if i < 0 {
		return project.Task{}, false
	}
	return w.p.Tasks[i], true
}

// completed is an act with what its sender has to say, such that nothing is left to be refused but for party and state.
func (w *world) completed(act any) any {
	w.t.Helper()
	today := calendar.DateOf(w.now)
	soon := today.AddDays(7).String()
	switch c := act.(type) {
	case project.ReviewEntry:
		c.Decision, c.Opinion = "return", "资金来源不清" // to be admitted it must meet the standard
		return c
	case project.Recognise:
		c.Document = "纪要"
		return c
	case project.AmendDeclaration:
		c.Profile = w.p.Profile
		return c
	case project.DrawPanel:
		c.Candidates = pool(60) // whether the pool is large enough the world outside decides
		for i := range c.Candidates {
			c.Candidates[i].Specialities = append(c.Candidates[i].Specialities, w.p.Profile.Specialities...)
			c.Candidates[i].Specialities = append(c.Candidates[i].Specialities, w.p.Panel.Specialities...)
		}
		return c
	case project.SubmitScore:
		c.Marks, c.Opinion = w.marks(80), "同意"
		return c
	case project.DeclinePanel:
		c.Reason = "出差"
		return c
	case project.ReviseProposal:
		c.Note = "已修改"
		return c
	case project.FilePlan:
		c.Nodes = []project.Node{{Key: "n1", Title: "征地", Due: soon, Unit: "district", Post: "专员"}}
		return c
	case project.SubmitItem:
		c.Papers = w.papers(c.Item)
		return c
	case project.SupplyPapers:
		c.Papers = w.papers(c.Item)
		return c
	case project.GrantItem:
		c.Document = "批复"
		return c
	case project.AskSupplement:
		c.Missing = missing(slices.DeleteFunc(w.papers(c.Item), func(paper string) bool {
			return slices.ContainsFunc(w.p.Commitments, func(m project.Commitment) bool { return m.Item == c.Item && m.Paper == paper && m.Open() && !m.Lapse })
		})...)
		return c
	case project.RefuseItem:
		c.Reason, c.Basis = "不符合规划", "城乡规划法"
		return c
	case project.ConfirmNeed:
		for _, n := range w.p.Needs {
			if n.Resource == c.Resource && n.Year == c.Year {
				c.Amount = n.Asked
			}
		}
		return c
	case project.ConfirmCondition:
		c.Document = "证明"
		return c
	case project.StartConstruction:
		c.Document = "开工令"
		return c
	case project.FileReport:
		c.Image = "主体施工"
		return c
	case project.CloseProblem:
		c.Outcome = "已解决"
		return c
	case project.RequestAcceptance:
		c.TrialRun = today.String()
		return c
	case project.FileSettlement:
		c.Amount, c.Audit = 1, "审计报告"
		return c
	case project.AcceptJointly:
		c.Document, c.Rectify = "验收意见", []project.Finding{{What: "标线", Due: soon}}
		return c
	case project.FinishRectification:
		c.Note = "已整改"
		return c
	case project.Replace:
		c.Project, c.Investment = "p2", 9_000_000_000_000_000 // how large it is the server fills in
		return c
	default:
		return w.completedMove(act, today, soon)
	}
}

func (w *world) completedMove(act any, today calendar.Date, soon string) any {
	w.t.Helper()
	const somebody = "somebody-else" // whether there is one the world outside decides
	switch c := act.(type) {
	case project.CosignTask:
		c.Opinion = "同意"
		return c
	case project.AnswerColleague:
		c.Opinion = "可"
		return c
	case project.PauseItem:
		pack := w.under(w.item(c.Item).Pack)
		rule, ok := pack.Item(c.Item)
		require.True(w.t, ok)
		for _, r := range pack.Clock.PauseReasons {
			if rule.MayPause(r.Key) {
				c.Reason = r.Key
			}
		}
		c.Note = "听证"
		return c
	case project.ExtendItem:
		c.Days, c.Reason = 1, "案情复杂"
		return c
	case project.HandOverTask:
		c.To = somebody
		return c
	case project.AskColleague:
		c.To, c.Question = somebody, "可否"
		return c
	case project.AddCosigner:
		c.User = somebody
		return c
	case project.AssignProblem:
		c.Party, c.Due = domain.Party{Kind: domain.PartyDepartment, Code: "dept-" + strconv.Itoa(w.sent)}, soon
		return c
	case project.RecallAct:
		c.Reason = "误操作"
		return c
	case project.ConveneJointReview:
		c.At = "会议" + strconv.Itoa(w.sent)
		for _, i := range w.p.Items {
			if i.State == project.ItemReceived || i.State == project.ItemAccepted {
				c.Items = append(c.Items, i.Key)
			}
		}
		return c
	case project.RecordJointReview:
		c.Minutes = "纪要"
		return c
	case project.SetPlan:
		c.Months = []project.PlanMonth{{Period: today.FirstOfMonth().AddMonths(2).String()[:7], Amount: 1}}
		return c
	case project.CorrectReport:
		for _, r := range w.p.Reporting.Reports {
			if r.Period == c.Period {
				c.Record = r.Seq
			}
		}
		c.Image, c.Reason = "更正", "笔误"
		return c
	case project.RegisterProblem:
		c.Title = "问题" + strconv.Itoa(w.sent)
		return c
	case project.FilePaper:
		c.Title = "说明"
		return c
	case project.MovePlannedDate:
		c.Which, c.To, c.Why, c.Basis = "completion", "2035-06-29", "工期调整", "批文"
		return c
	case project.ExcuseLamp:
		c.Reason, c.Until = "暴雨", today.String()
		return c
	case project.Suspend:
		c.Reason, c.Until = "汛期", soon
		return c
	case project.Resume:
		c.Reason = "复工"
		return c
	case project.Reopen:
		c.Reason = "重新验收"
		return c
	case project.Withdraw:
		c.Reason = "不再建设"
		return c
	case project.Remove:
		c.Reason = "不符合政策"
		return c
	default: // says nothing but what it is about
		return act
	}
}

// Whoever is asked, at whatever point of whatever life: what is on offer is accepted when it is sent with what it needs,
// and nothing else is, however good its content. That whatever anybody does was on offer just before, every life of these
// tests checks (world.send, attempt).
func TestPropertyOffersAreKept(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := somewhere(rt)
		for range 2 {
			w.live(rt, 16)
			w.sleep(w.now)
			d := throw(rt)
			for range 4 {
				who := oneOf(d, anybody()...)
				if n := len(w.p.Tasks); n > 0 && d.from(0, 1) == 0 { // somebody with something to do
					who = w.of(w.p.Tasks[d.IntN(n)].Party)
				}
				if !who.Automatic() { // the product sends what it sends, and looks for no offers
					w.keepsOffers(who, func() bool { return d.from(0, 7) == 0 })
				}
			}
		}
	})
}

// offered holds that what somebody has just been let do was on offer before: all but late entries, and what only the
// product sends.
func (w *world) offered(before []project.Offer, c domain.Command) {
	w.t.Helper()
	if !c.Late() && !c.Actor.Automatic() && slices.Contains(project.Acts(), c.Type) {
		require.True(w.t, onOffer(w.t, before, c.Type, c.Body), "%s by %+v is accepted, and was not on offer: %s", c.Type, c.Actor, c.Body)
	}
}

func TestOffersComeInTheOrderInWhichTheyAreLookedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sl", "2026-03-02 10:00").approving()
	w.submit("initiation")
	list := func(who domain.Actor, task string) []string {
		var names []string
		for _, o := range w.offers(who, w.now) {
			if task == "" || o.Task == task {
				names = append(names, o.Type)
			}
		}
		return names
	}
	decision := w.taskKey(project.TaskDecision, "initiation")
	require.Equal(t, []string{"GrantItem", "RefuseItem", "ClaimTask", "PauseItem", "HandOverTask", "AskColleague", "AddCosigner"}, list(development, decision))
	require.Equal(t, []string{"GrantItem", "RefuseItem", "ClaimTask", "PauseItem", "ExtendItem", "HandOverTask", "AskColleague", "AddCosigner"}, list(head("development"), decision), "only a head extends")
	require.Empty(t, list(handler("housing"), decision), "the work of another department")
	require.Empty(t, list(owner, decision))
	require.Empty(t, list(domain.Actor{User: "auditor", Role: domain.RoleAuditor}, ""), "who reads only")

	w.do(development, project.AddCosigner{Task: decision, User: colleague.User})
	require.Equal(t, []string{"ClaimTask", "PauseItem", "HandOverTask", "AskColleague", "AddCosigner", "RemoveCosigner"}, list(development, decision), "a signature is missing")
	require.Equal(t, "CosignTask", list(colleague, decision)[0], "whose signature it is")

	w.do(leader, project.Suspend{Reason: "汛期", Until: "2026-04-01"})
	require.NotContains(t, list(development, ""), "PauseItem")
	require.Contains(t, list(leader, ""), "Resume")
	require.NotContains(t, list(leader, ""), "Suspend")
}

func TestNothingIsOnOfferWhereThereIsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sl", "2026-03-02 10:00")
	require.Empty(t, w.offers(owner, w.now), "nothing has been declared")
	w.declared()
	w.do(office, project.Remove{Reason: "不符合政策"})
	w.until("2036-01-01 10:00")
	require.Equal(t, project.Archived, w.p.Status)
	for _, who := range anybody() {
		require.Empty(t, w.offers(who, w.now), "%+v, of what is archived", who)
	}
}

func TestOffersWaitForTheRules(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sl", "2026-03-02 10:00").declared()
	_, err := w.p.Offers(office, w.now, policy.NewRegistry())
	require.Equal(t, domain.KindBusy, domain.AsError(err).Kind)
}

// BenchmarkOffers asks for all that a handler may do with a project of more than 60 items.
func BenchmarkOffers(b *testing.B) {
	w := huge().on(b)
	for name, who := range map[string]domain.Actor{"a handler of most": handler("housing"), "the office": office, "the owner": owner} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := w.p.Offers(who, w.now, w.rules); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
