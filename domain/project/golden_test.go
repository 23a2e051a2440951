package project_test

import (
	"flag"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The timeline of one life, as an official reads it: a change of wording, date, clause or order is seen in review.
// Written anew with: go test ./domain/project -run Golden -update
func TestGoldenTimelineOfALife(t *testing.T) {
	t.Parallel()
	w := aWholeLife(t)
	var lines strings.Builder
	again := project.New("p1")
	for _, e := range w.log {
		require.NoError(t, again.Evolve(e))
		text, err := again.Describe(e)
		require.NoError(t, err)
		who := e.Actor.User
		if e.Actor.Automatic() {
			who = "（自动）"
		}
		line := []string{strconv.FormatInt(e.Seq, 10), civil(e.OccurredAt), e.Type, e.Clause, who, text.Zh}
		if e.Late {
			line = append(line, "补录于"+civil(e.RecordedAt))
		}
		lines.WriteString(strings.Join(line, "\t") + "\n")
	}
	const file = "testdata/life.golden"
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(lines.String()), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), lines.String())
}

// aWholeLife is a project that meets with most of what can happen to one.
func aWholeLife(t tester) *world {
	w := newWorld(t, "sl", "2026-02-14 18:00")
	f := profile()
	f.Specialities = []string{"engineering"}
	f.PlannedStart, f.PlannedCompletion = "2026-09-01", "2026-12-31"
	w.do(owner, project.Declare{Profile: f, Pack: w.pack.Hash()})
	w.until("2026-03-02 09:30")
	w.do(office, project.ReviewEntry{Decision: "return", Opinion: "投资构成不清"})
	w.until("2026-03-04 14:00")
	w.do(owner, project.AmendDeclaration{Profile: f})
	w.until("2026-03-06 10:00")
	w.do(office, project.ReviewEntry{Decision: "admit", Opinion: "符合标准"})
	w.do(office, project.Recognise{Document: "领导小组纪要〔2026〕1号"})

	w.do(office, project.DrawPanel{Candidates: pool(8)})
	w.do(expert(w.invited()[1]), project.DeclinePanel{Reason: "参与过可研咨询"})
	for _, e := range w.invited()[:4] {
		w.do(expert(e), project.SubmitScore{Marks: w.total(65), Opinion: "补充比选方案"})
	}
	w.until("2026-03-13 18:00") // the fifth stays silent
	w.scoredBy(60)
	w.do(liaison, project.ReviseProposal{Note: "已补充两个比选方案"})
	w.do(office, project.DrawPanel{Candidates: pool(8)})
	w.scoredBy(92)
	w.until("2026-03-16 09:30")
	w.do(liaison, project.FilePlan{Nodes: []project.Node{
		{Key: "n1", Title: "征地拆迁", Due: "2026-04-10", Unit: "district", Post: "项目专员"},
		{Key: "n2", Title: "管线迁改", Due: "2026-06-30", Unit: "district", Post: "分管副区长"},
	}})

	w.do(owner, project.SubmitItem{Item: "initiation", Papers: []string{"proposal"}, Commitments: []project.DeferredPaper{{Paper: "funding", Due: "2026-04-15"}}})
	w.do(development, project.ClaimTask{Task: w.taskKey(project.TaskDecision, "initiation")})
	w.do(development, project.AcceptItem{Item: "initiation"})
	w.until("2026-03-20 10:00")
	w.do(development, project.AskColleague{Task: w.taskKey(project.TaskDecision, "initiation"), To: colleague.User, Question: "投资估算是否合理"})
	w.do(colleague, project.AnswerColleague{Task: w.taskKey(project.TaskDecision, "initiation"), Opinion: "合理"})
	w.do(development, grantInitiation)
	w.do(development, project.RecallAct{Item: "initiation", Reason: "文号有误"})
	w.do(development, project.GrantItem{Item: "initiation", Document: "商发改批〔2026〕12号"})

	for _, k := range []string{"site-selection", "land-preliminary", "environment", "soil-water"} {
		w.submit(k)
	}
	w.do(leader, project.ConveneJointReview{Items: []string{"site-selection", "land-preliminary"}, At: "3月24日9时，市政府二楼"})
	w.until("2026-03-23 10:00")
	w.do(handler("environment"), project.AskSupplement{Item: "environment", Missing: missing("totals")})
	w.do(handler("water"), project.RefuseItem{Item: "soil-water", Reason: "防治责任范围不清", Basis: "《水土保持法》第二十五条"})
	w.until("2026-03-24 17:00")
	w.do(handler("resources"), project.GrantItem{Item: "site-selection", Document: "选字〔2026〕3号", JointReview: "joint/1"})
	w.do(handler("resources"), project.GrantItem{Item: "land-preliminary", Document: "预审〔2026〕5号", JointReview: "joint/1"})
	w.do(office, project.RecordJointReview{JointReview: "joint/1", Minutes: "会议纪要〔2026〕3号"})
	w.submit("soil-water")
	w.until("2026-03-25 10:00")
	w.do(owner, project.SupplyPapers{Item: "environment", Papers: []string{"totals"}})
	w.until("2026-03-27 10:00")
	w.do(handler("environment"), project.PauseItem{Item: "environment", Reason: "publicity", Note: "网上公示十日"})
	w.do(handler("water"), project.GrantItem{Item: "soil-water", Document: "水保〔2026〕7号"})
	w.until("2026-04-09 10:00")
	w.do(handler("environment"), project.ResumeItem{Item: "environment"})
	w.do(head("environment"), project.ExtendItem{Item: "environment", Days: 3, Reason: "公众意见较多"})
	w.until("2026-05-20 10:00") // the limit passes, the ladder is climbed; so are those of plan and commitment
	w.grant("environment")
	w.do(owner, project.KeepCommitment{Item: "initiation", Paper: "funding"})
	w.do(liaison, project.CompleteNode{Node: "n1", Note: "征地完成"})
	w.do(leader, project.ExcuseLamp{Lamp: "approval", Reason: "特大暴雨", Until: "2026-06-15", ForceMajeure: true})
	w.do(office, project.Suspend{Reason: "汛期停工", Until: "2026-06-15"})
	w.until("2026-06-15 10:00")
	w.do(office, project.Resume{Reason: "汛期结束"})
	w.grantAll()

	w.do(handler("resources"), project.ConfirmNeed{Resource: "land", Year: 2026, Amount: "118.25", Note: "核减"})
	w.do(domain.System, project.RecordReservation{Resource: "land", Year: 2026, Place: 2})
	w.until("2026-06-22 10:00")
	w.do(domain.System, project.RecordReservation{Resource: "land", Year: 2026, Reserved: true})
	w.do(office, project.MovePlannedDate{Which: "completion", To: "2027-01-31", Why: "汛期停工", Basis: "领导小组纪要〔2026〕6号"})
	w.do(liaison, project.CompleteNode{Node: "n2"})
	w.meetConditions()
	w.until("2026-06-30 10:00")
	w.late(owner, "2026-06-26 09:00", project.StartConstruction{Document: "开工令〔2026〕1号"})

	w.do(owner, project.SetPlan{Months: []project.PlanMonth{{Period: "2026-07", Amount: planned}, {Period: "2026-08", Amount: planned}, {Period: "2026-09", Amount: planned}}})
	w.until("2026-07-02 10:00")
	w.do(owner, report("2026-06", planned/10))
	w.until("2026-08-07 10:00") // overdue
	w.do(owner, report("2026-07", planned/2))
	w.do(owner, project.RegisterProblem{Title: "电力线路未迁改", Major: true})
	w.do(office, project.AssignProblem{Problem: "problem/1", Party: domain.Party{Kind: domain.PartyDepartment, Code: "housing"}, Due: "2026-08-20"})
	w.until("2026-08-24 18:00")
	w.do(handler("housing"), project.CloseProblem{Problem: "problem/1", Outcome: "已迁改"})
	w.until("2026-09-01 10:00")
	w.do(owner, report("2026-08", planned/2))
	w.do(owner, project.CorrectReport{Period: "2026-08", Record: w.p.Reporting.Reports[2].Seq, Investment: planned, Image: "主体封顶", Reason: "漏统设备款"})
	w.until("2026-09-30 10:00")
	w.do(owner, report("2026-09", planned))

	w.completing()
	w.grantAll()
	w.do(owner, project.FileSettlement{Amount: 7_900_000_000, Audit: "审计报告〔2026〕9号"})
	w.do(office, project.AcceptJointly{Document: "初验意见", Rectify: []project.Finding{
		{What: "消防通道宽度不足", Due: "2026-10-16"}, {What: "周边道路标线未恢复", Due: "2026-10-30", Party: "unit"},
	}})
	w.until("2026-10-19 10:00") // the first is late
	w.do(owner, project.FinishRectification{Rectification: "1-1", Note: "已拓宽至4米"})
	w.do(liaison, project.FinishRectification{Rectification: "1-2", Note: "已恢复"})
	w.until("2026-10-20 10:00")
	w.do(office, project.AcceptJointly{Passed: true, Document: "竣工验收鉴定书"})
	w.do(owner, project.FilePaper{Title: "补充竣工图"})
	w.until("2027-03-01 10:00")
	require.True(t, w.p.Closed())
	return w
}
