package project_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
)

// What an official of the project office and a lawyer found when they read the rules against what happens.

// tells are the messages that the last entry of a type sends out.
func tells(w *world, name string) []string {
	w.t.Helper()
	again := project.New("p1")
	var ts []string
	for _, e := range w.log {
		require.NoError(w.t, again.Evolve(e))
		if e.Type != name {
			continue
		}
		ts = nil
		for _, n := range again.Notices(e) {
			require.NotEmpty(w.t, n.Text.Zh)
			require.NotEmpty(w.t, n.Text.En)
			ts = append(ts, strings.TrimRight(n.Kind+" to "+string(n.Party.Kind)+" "+n.Party.Code, " ")+", "+n.Post)
		}
	}
	return ts
}

// said is the last entry of a type in words.
func said(w *world, name string) string {
	w.t.Helper()
	again := project.New("p1")
	var zh string
	for _, e := range w.log {
		require.NoError(w.t, again.Evolve(e))
		if e.Type == name {
			text, err := again.Describe(e)
			require.NoError(w.t, err)
			zh = text.Zh
		}
	}
	return zh
}

func department(code string) domain.Party {
	return domain.Party{Kind: domain.PartyDepartment, Code: code}
}

var theOwner, theUnit = "information to owner builder, party", "information to unit district, party"

// Whoever loses, gains or has to come is told: nobody learns of it only by looking.
func TestNobodyIsLeftToFindOutByHimself(t *testing.T) {
	t.Parallel()
	t.Run("of a project that is not admitted", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").declared()
		w.do(office, project.ReviewEntry{Decision: "refuse", Opinion: "不符合产业政策"})
		require.Equal(t, []string{theOwner, theUnit}, tells(w, "EntryRefused"))
	})
	t.Run("of the recognition, and of what the panel found", func(t *testing.T) { // XS-8, XN-3a
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		require.Equal(t, []string{theOwner, theUnit}, tells(w, "Recognised"))
		require.Equal(t, []string{theOwner, theUnit}, tells(w, "EvaluationConcluded"))
	})
	t.Run("of a seat on the panel, by the expert who has it alone", func(t *testing.T) { // OWN-14
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").recognised()
		w.do(office, project.DrawPanel{Candidates: pool(9)})
		var want []string
		for _, e := range w.invited() {
			want = append(want, "task to expert "+e+", party")
		}
		require.Len(t, want, 5)
		require.Equal(t, want, tells(w, "PanelDrawn"))
		w.do(expert(w.invited()[0]), project.DeclinePanel{Reason: "参与过可研咨询"})
		require.Equal(t, []string{"task to expert " + w.invited()[4] + ", party"}, tells(w, "ExpertReplaced"))
	})
	t.Run("of a joint review, by each department that has to come", func(t *testing.T) { // BH-2
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		w.submit("initiation")
		w.grant("initiation")
		for _, k := range []string{"site-selection", "land-preliminary", "environment"} {
			w.submit(k)
		}
		w.do(leader, project.ConveneJointReview{Items: []string{"site-selection", "land-preliminary", "environment"}, At: "3月24日9时"})
		require.Equal(t, []string{
			"information to department resources, party", "information to department environment, party", theOwner,
		}, tells(w, "JointReviewConvened"), "each once")
	})
	t.Run("of an act that is recalled", func(t *testing.T) { // OWN-106
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00")
		w.grant("initiation")
		w.do(handler("development"), project.RecallAct{Item: "initiation", Reason: "文号有误"})
		require.Equal(t, []string{theOwner}, tells(w, "ActRecalled"), "who was told that it is granted")
	})
	t.Run("of a grant by silence, by the head whose department was silent", func(t *testing.T) {
		t.Parallel()
		w := variant(t, "\nitems:\n  - {key: initiation, tacit: true, clause: SL-21a}\n", "2026-03-02 10:00").approving()
		w.submit("initiation")
		w.until("2026-03-16 17:30")
		require.Equal(t, []string{theOwner, "information to department development, head"}, tells(w, "ItemGranted"))
	})
	t.Run("of a broken commitment, by the department that relied on it", func(t *testing.T) { // XN-10
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		w.do(owner, project.SubmitItem{Item: "initiation", Papers: []string{"proposal"}, Commitments: []project.DeferredPaper{{Paper: "funding", Due: "2026-03-31"}}})
		w.until("2026-03-31 17:30")
		require.Equal(t, []string{"overdue to owner builder, party", "information to department development, party"}, tells(w, "CommitmentBroken"))
	})
	t.Run("of a need that the department declines", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		w.grantAll()
		w.do(handler("resources"), project.ConfirmNeed{Resource: "land", Year: 2026, Amount: "0", Note: "利用存量用地"})
		require.Equal(t, []string{theOwner, theUnit}, tells(w, "NeedConfirmed"))
		require.Equal(t, "认定不需要新增建设用地指标：利用存量用地", said(w, "NeedConfirmed"))
	})
	t.Run("of a problem, by the office; of a major one by the leaders too, at once", func(t *testing.T) { // YY-4, YY-5, SL-23
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").building()
		w.do(owner, project.RegisterProblem{Title: "线路未迁改"})
		require.Equal(t, []string{"information to office, office"}, tells(w, "ProblemRegistered"))
		w.do(owner, project.RegisterProblem{Title: "塌方", Major: true})
		require.Equal(t, []string{"information to office, office", "information to leader, leader"}, tells(w, "ProblemRegistered"))
		e, _ := last[project.ProblemRegistered](w, "ProblemRegistered")
		require.Equal(t, "YY-4", e.Clause)
		w.do(office, project.CloseProblem{Problem: "problem/1", Outcome: "已迁改"})
		require.Equal(t, []string{theOwner, theUnit}, tells(w, "ProblemClosed"))
	})
	t.Run("of a suspension and of its end, by all who have work in the project", func(t *testing.T) { // OWN-107
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00")
		w.do(office, project.Suspend{Reason: "汛期", Until: "2026-05-01"})
		all := []string{theOwner, theUnit, "information to department development, party"}
		require.Equal(t, all, tells(w, "ProjectSuspended"))
		w.do(office, project.Resume{Reason: "汛期结束"})
		require.Equal(t, all, tells(w, "ProjectResumed"))
	})
	t.Run("of a project that leaves, by the departments that have its papers", func(t *testing.T) { // GG-2
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00")
		w.do(office, project.Remove{Reason: "长期无进展"})
		require.Equal(t, []string{theOwner, theUnit, "information to department development, party"}, tells(w, "ProjectLeft"))
	})
	t.Run("of a planned date that the office moves", func(t *testing.T) { // OWN-109
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		w.do(office, project.MovePlannedDate{Which: "start", To: "2027-03-01", Why: "征地", Basis: "会议纪要"})
		require.Equal(t, []string{theOwner, theUnit}, tells(w, "PlannedDateMoved"))
	})
	t.Run("of how the joint acceptance ended", func(t *testing.T) { // SL-15, OWN-112
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").building().completing()
		w.grantAll()
		w.do(owner, project.FileSettlement{Amount: 7_900_000_000, Audit: "审计报告1号"})
		w.do(office, project.AcceptJointly{Document: "初验意见", Rectify: []project.Finding{passage}})
		w.do(owner, project.FinishRectification{Rectification: "1-1", Note: "已拓宽"})
		w.do(office, project.AcceptJointly{Passed: true, Document: "验收鉴定书"})
		w.do(office, project.Reopen{Reason: "补充整改"})
		for _, name := range []string{"JointlyReturned", "JointlyAccepted", "Reopened"} {
			require.Equal(t, []string{theOwner, theUnit}, tells(w, name), name)
		}
	})
}

// GG-7, XS-9b: a notice, and what follows from three of them, goes to the body that is answerable.
func TestSupervisionAndInterviewsAreOfWhoIsAnswerable(t *testing.T) {
	t.Parallel()
	counted := func(w *world) []string {
		again := project.New("p1")
		var cs []string
		for _, e := range w.log {
			require.NoError(t, again.Evolve(e))
			for _, x := range again.Effects(e) {
				if x.Kind == project.EffectSupervision {
					c := as[project.SupervisionCount](t, domain.Entry{Data: x.Data})
					cs = append(cs, string(c.Party.Kind)+" "+c.Party.Code)
				}
			}
		}
		return cs
	}
	t.Run("a report that is missing is the unit's to answer for, who is told, and not the owner's", func(t *testing.T) { // OWN-19
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").building()
		w.until("2026-04-10 10:00")
		require.Contains(t, w.rungs("2026-03"), "04-09 17:30 supervision-notice")
		require.Contains(t, counted(w), "unit district")
		require.NotContains(t, counted(w), "owner builder")
	})
	t.Run("a notice to the owner himself counts for nobody: a company is not interviewed", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").declared()
		w.do(office, project.ReviewEntry{Decision: "return", Opinion: "投资构成不清"})
		w.until("2026-04-01 10:00")
		require.Contains(t, w.rungs("entry"), "03-19 17:30 supervision-notice")
		require.Empty(t, counted(w))
	})
	t.Run("an owner's work that climbs to the interview is answered for by the unit", func(t *testing.T) {
		t.Parallel()
		w := variant(t, "\napproval:\n  submission: {days: 20, ladder: decision, clause: SL-21a}\n", "2026-03-02 10:00").approving()
		w.until("2026-04-30 10:00")
		require.Equal(t, domain.Party{Kind: domain.PartyUnit, Code: "district"}, w.p.Interviews[0].Party)
	})
	t.Run("a node of the plan that another unit has is that unit's to answer for", func(t *testing.T) { // GG-2c
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").recognised()
		w.do(office, project.DrawPanel{Candidates: pool(9)})
		w.scoredBy(90)
		w.do(liaison, project.FilePlan{Nodes: []project.Node{{Key: "n1", Title: "征地", Due: "2026-03-20", Unit: "town", Post: "镇长"}}})
		w.until("2026-03-26 10:00")
		require.Equal(t, []string{"unit town"}, counted(w))
		again := project.New("p1")
		for _, e := range w.log {
			require.NoError(t, again.Evolve(e))
			if e.Type == "Escalated" && as[project.Escalated](t, e).Subject == "n1" {
				require.Equal(t, domain.Party{Kind: domain.PartyUnit, Code: "town"}, again.Notices(e)[0].Party)
			}
		}
	})
	t.Run("the third notice of a quarter opens an interview under its own clause, whatever the notice was for", func(t *testing.T) { // XS-9b
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00")
		w.do(domain.System, project.OpenInterview{Party: department("development"), Count: 3, Clause: "GG-7"})
		e, _ := last[project.InterviewOpened](w, "InterviewOpened")
		require.Equal(t, "XS-9b", e.Clause)
	})
}

// XN-4, OWN-21: a condition that is late is not the start that is late.
func TestAStartConditionHasALadderOfItsOwn(t *testing.T) {
	t.Parallel()
	w := starting(t, "2026-03-02 10:00", func(f *project.Profile) { f.PlannedStart = "2027-03-01" })
	w.until("2026-12-30 10:00")
	interviews := len(w.p.Interviews)
	require.Zero(t, interviews, "nobody is interviewed for the latest start before it")
	for _, e := range w.log {
		if e.Type == "Escalated" && as[project.Escalated](t, e).Kind == project.TaskCondition {
			require.NotEqual(t, "XN-12", e.Clause, as[project.Escalated](t, e).Subject)
		}
	}
	require.Equal(t, []string{"03-25 17:30 reminder", "03-30 17:30 overdue", "04-07 17:30 supervision-notice"}, w.rungs("budget-funds"))
	permit := w.task(project.TaskCondition, "building-permit").Clock
	site := w.task(project.TaskCondition, "site").Clock
	require.Greater(t, permit.Days, site.Days, "a permit cannot be had before there is a site")
}

// OWN-109, XN-12: a date that a document lays down does not move, though the planned one was the same.
func TestALatestStartThatHappensToBeThePlannedOneStaysWhereItIs(t *testing.T) {
	t.Parallel()
	w := starting(t, "2026-03-02 10:00", func(f *project.Profile) { f.Funding, f.PlannedStart = "central-budget", "2026-06-30" })
	w.do(office, project.MovePlannedDate{Which: "start", To: "2026-11-30", Why: "征地", Basis: "会议纪要"})
	require.Equal(t, "2026-11-30", w.p.Profile.PlannedStart)
	require.Equal(t, "2026-06-30 17:30", w.due(project.TaskStart, "start"))
	w = starting(t, "2026-03-02 10:00", func(f *project.Profile) { f.PlannedStart = "2026-06-30" })
	w.do(office, project.MovePlannedDate{Which: "start", To: "2026-11-30", Why: "征地", Basis: "会议纪要"})
	require.Equal(t, "2026-11-30 17:30", w.due(project.TaskStart, "start"), "the planned one alone moves")
}

// OWN-1, OWN-14: why an expert does not sit stands on the record.
func TestWhyAnExpertDeclinesIsOnRecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sl", "2026-03-02 10:00").recognised()
	w.do(office, project.DrawPanel{Candidates: pool(9)})
	w.do(expert(w.invited()[0]), project.DeclinePanel{Reason: "参与过可研咨询"})
	require.Contains(t, said(w, "ExpertReplaced"), "参与过可研咨询")
}

// OWN-114: the owner's leave is his own act, and no cleaning up of the library.
func TestWithdrawalAndRemovalCiteTheirOwnRules(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sl", "2026-03-02 10:00").declared()
	w.do(owner, project.Withdraw{Reason: "市场变化"})
	e, _ := last[project.Departed](w, "ProjectLeft")
	require.Equal(t, "OWN-114", e.Clause)
	w = newWorld(t, "sl", "2026-03-02 10:00").declared()
	w.do(office, project.Remove{Reason: "长期无进展"})
	e, _ = last[project.Departed](w, "ProjectLeft")
	require.Equal(t, "GG-2", e.Clause)
}

// What is told is whole: somebody who reads the message alone knows what he has to do, and by when.
func TestMessagesSayWhatHasToBeDone(t *testing.T) {
	t.Parallel()
	t.Run("a supplement names each paper, its standard and the date", func(t *testing.T) { // SL-21b
		t.Parallel()
		w := submitted(t, "2026-03-02 10:00")
		w.do(handler("development"), project.AskSupplement{Item: "initiation", Missing: []project.Missing{
			{Paper: "proposal", Standard: "加盖公章"}, {Paper: "funding", Standard: "附银行证明"},
		}})
		require.Equal(t, "一次性告知“立项（项目建议书审批）”须补正2件材料：1.项目建议书（加盖公章）；2.资金筹措说明（附银行证明）。2026年3月16日17:30前补齐", said(w, "SupplementAsked"))
	})
	t.Run("a supervision notice gives the time to mend", func(t *testing.T) { // GG-7: 限期整改
		t.Parallel()
		w := accepted(t, beforeTheFestivals)
		w.until("2026-10-15 17:30")
		require.Equal(t, "发出督办通知：立项（项目建议书审批）·办理，应于2026年10月14日17:30前办结，限2026年10月20日17:30前整改", said(w, "Escalated"))
	})
	t.Run("an interview says what it is about", func(t *testing.T) { // XS-9b
		t.Parallel()
		w := accepted(t, beforeTheFestivals)
		w.until("2026-10-27 17:30")
		require.Equal(t, "启动约谈：发展改革委，事由：立项（项目建议书审批）·办理逾期", said(w, "InterviewOpened"))
	})
	t.Run("a joint review names its items", func(t *testing.T) { // BH-2
		t.Parallel()
		w := submitted(t, "2026-03-02 10:00")
		w.do(leader, project.ConveneJointReview{Items: []string{"initiation"}, At: "3月4日9时，市政府二楼"})
		require.Equal(t, "召开联评联审（3月4日9时，市政府二楼），评审1个事项：立项（项目建议书审批）", said(w, "JointReviewConvened"))
	})
	t.Run("a recall says what is recalled", func(t *testing.T) { // OWN-106
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00")
		w.grant("initiation")
		w.do(handler("development"), project.RecallAct{Item: "initiation", Reason: "文号有误"})
		require.Equal(t, "撤回对“立项（项目建议书审批）”的批准：文号有误", said(w, "ActRecalled"))
	})
	t.Run("a commitment is named by paper and item, never by a key", func(t *testing.T) { // XN-10
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		w.do(owner, project.SubmitItem{Item: "initiation", Papers: []string{"proposal"}, Commitments: []project.DeferredPaper{{Paper: "funding", Due: "2026-03-31"}}})
		w.do(handler("development"), project.AcceptItem{Item: "initiation"})
		require.NotContains(t, said(w, "ItemAccepted"), "材料齐全")
		w.until("2026-03-31 17:30")
		require.Contains(t, said(w, "CommitmentBroken"), "资金筹措说明")
		require.NotContains(t, said(w, "CommitmentBroken"), "funding")
	})
	t.Run("a late start is called late", func(t *testing.T) { // BH-4, XN-12
		t.Parallel()
		w := starting(t, "2026-03-02 10:00", func(f *project.Profile) { f.Funding = "central-budget" })
		w.meetConditions()
		w.until("2026-07-01 10:00")
		w.do(owner, project.StartConstruction{Document: "开工令"})
		require.Equal(t, "逾期开工（开工令），计划2028年6月30日前竣工", said(w, "ConstructionStarted"))
	})
	t.Run("after a suspension it is said which limits move and which do not", func(t *testing.T) { // OWN-107
		t.Parallel()
		w := accepted(t, "2026-03-02 10:00")
		w.do(office, project.Suspend{Reason: "汛期", Until: "2026-05-01"})
		require.Equal(t, "项目暂停（预计2026年5月1日恢复）：汛期", said(w, "ProjectSuspended"))
		w.do(office, project.Resume{Reason: "汛期结束"})
		require.Equal(t, "项目恢复，按工作日计算的时限顺延，定明日期的不变：汛期结束", said(w, "ProjectResumed"))
	})
	t.Run("what does not fit waits, in words that fit every resource", func(t *testing.T) { // GG-3n
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		w.grantAll()
		w.do(handler("resources"), project.ConfirmNeed{Resource: "land", Year: 2026, Amount: "120.5"})
		w.do(domain.System, project.RecordReservation{Resource: "land", Year: 2026, Place: 2})
		require.NotContains(t, said(w, "QuotaWaited"), "指标指标")
	})
	t.Run("no date is written as a machine writes it", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").building()
		w.until("2026-04-02 10:00")
		w.do(owner, project.FileReport{Period: "2026-03", Investment: 300_000_000, Image: "基础施工"})
		_, filed := last[project.ReportFiled](w, "ReportFiled")
		require.Equal(t, "2026-03", filed.Period)
		w.do(owner, project.CorrectReport{Period: "2026-03", Record: w.p.Reporting.Reports[0].Seq, Investment: 200_000_000, Image: "基础施工", Reason: "笔误"})
		w.do(office, project.MovePlannedDate{Which: "completion", To: "2028-12-31", Why: "汛期", Basis: "会议纪要"})
		w.do(office, project.Suspend{Reason: "汛期", Until: "2026-05-20"})
		w.until("2026-05-01 00:00")
		w.do(office, project.Resume{Reason: "结束"})
		w.completing()
		again := project.New("p1")
		for _, e := range w.log {
			require.NoError(t, again.Evolve(e))
			text, err := again.Describe(e)
			require.NoError(t, err)
			for _, year := range []string{"2026-", "2028-"} {
				require.NotContains(t, text.Zh, year, e.Type)
			}
		}
		require.True(t, slices.ContainsFunc(w.log, func(e domain.Entry) bool { return e.Type == "ReportSkipped" }))
	})
}

// XN-10, BH-12: what is missing is promised or asked for, else nobody would ask for it before the acceptance.
func TestNothingIsAcceptedWithAPaperMissingThatNobodyPromised(t *testing.T) {
	t.Parallel()
	partly := project.SubmitItem{Item: "initiation", Papers: []string{"proposal"}}
	t.Run("neither accepted nor granted at once", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		w.do(owner, partly)
		e := w.refuse("papers.missing", development, project.AcceptItem{Item: "initiation"})
		require.Equal(t, "XN-10", e.Clause)
		require.Contains(t, e.Text.Zh, "资金筹措说明")
		w.refuse("papers.missing", development, project.GrantItem{Item: "initiation", Document: "批复"})
		w.do(development, project.AskSupplement{Item: "initiation", Missing: missing("funding")})
		w.do(owner, project.SupplyPapers{Item: "initiation", Papers: []string{"funding"}})
		w.grant("initiation")
	})
	t.Run("a written commitment stands in for it", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		promised := partly
		promised.Commitments = []project.DeferredPaper{{Paper: "funding", Due: "2026-03-31"}}
		w.do(owner, promised)
		w.do(development, project.AcceptItem{Item: "initiation"})
		w.grant("initiation")
	})
	t.Run("silence still accepts: the department has lost its right to ask", func(t *testing.T) { // OWN-9
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		w.do(owner, partly)
		w.until("2026-03-05 10:00")
		require.True(t, w.item("initiation").Deemed)
		w.grant("initiation")
	})
	t.Run("it may be refused all the same", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "sl", "2026-03-02 10:00").approving()
		w.do(owner, partly)
		w.do(development, project.RefuseItem{Item: "initiation", Reason: "不符合规划", Basis: "城乡规划法"})
	})
}

// GG-6a, OWN-107: a month in which works go on is reported, though it began in a suspension.
func TestTheMonthInWhichWorksGoOnIsReported(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sl", "2026-03-02 10:00").building()
	w.until("2026-03-31 10:00")
	w.do(owner, project.FileReport{Period: "2026-03", Investment: 900_000_000, Image: "基础施工"})
	w.do(office, project.Suspend{Reason: "汛期", Until: "2026-05-05"})
	w.until("2026-05-06 10:00")
	w.do(office, project.Resume{Reason: "汛期结束"})
	require.Equal(t, "2026-06-03 17:30", w.due(project.TaskReport, "2026-05"))
	w.refuse("task.none", owner, project.FileReport{Period: "2026-04", Investment: 1, Image: "x"})
	w.do(office, project.Suspend{Reason: "事故", Until: "2026-05-20"})
	w.do(office, project.Resume{Reason: "整改完毕"})
	require.Equal(t, "2026-06-03 17:30", w.due(project.TaskReport, "2026-05"), "asked for once")
	w.do(owner, project.FileReport{Period: "2026-05", Investment: 900_000_000, Image: "主体施工"})
	w.do(office, project.Suspend{Reason: "事故", Until: "2026-05-20"})
	require.NotContains(t, w.do(office, project.Resume{Reason: "整改完毕"}), "ReportOpened")
	w.until("2026-06-01 10:00")
	require.Equal(t, "2026-07-03 17:30", w.due(project.TaskReport, "2026-06"))
}

// SL-13: the project's legal person is set up by the feasibility stage at the latest.
func TestFeasibilityAsksForTheLegalPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sl", "2026-03-02 10:00").approving()
	for _, k := range []string{"initiation", "site-selection", "land-preliminary"} {
		w.submit(k)
		w.grant(k)
	}
	papers := slices.DeleteFunc(w.papers("feasibility"), func(p string) bool { return p == "legal-person" })
	promised := []project.DeferredPaper{{Paper: "legal-person", Due: "2026-06-30"}}
	w.refuse("papers.not-deferrable", owner, project.SubmitItem{Item: "feasibility", Papers: papers, Commitments: promised})
	w.do(owner, project.SubmitItem{Item: "feasibility", Papers: papers})
	w.refuse("papers.missing", handler("development"), project.AcceptItem{Item: "feasibility"})
}
