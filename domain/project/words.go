package project

import (
	"github.com/shopspring/decimal"

	"milepost/domain"
)

var zhPhase = map[Phase]string{
	Planning: "谋划储备", Evaluation: "专家评估", Approval: "并联审批", Assurance: "要素保障",
	Startup: "开工准备", Construction: "建设", Completion: "竣工投产", Closed: "办结",
}

var enPhase = map[Phase]string{
	Planning: "Planning", Evaluation: "Expert evaluation", Approval: "Parallel approval", Assurance: "Assurance",
	Startup: "Start-up", Construction: "Construction", Completion: "Completion", Closed: "Closed",
}

var zhStatus = map[Status]string{
	Active: "推进中", Suspended: "暂停", Withdrawn: "已撤回", Removed: "已移出", Refused: "不予入库", Done: "已投产", Archived: "已归档",
}

var taskNames = map[TaskKind]domain.Text{
	TaskEntryReview:   {Zh: "入库初审", En: "Entry review"},
	TaskRecognition:   {Zh: "领导小组审定", En: "Recognition by the leading group"},
	TaskAmendment:     {Zh: "补正申报", En: "Amend the declaration"},
	TaskDraw:          {Zh: "抽取评估专家", En: "Draw the panel"},
	TaskScoring:       {Zh: "专家评分", En: "Score the proposal"},
	TaskRevision:      {Zh: "修改完善方案", En: "Revise the proposal"},
	TaskPlan:          {Zh: "制定前期工作计划", En: "File the pre-work plan"},
	TaskNode:          {Zh: "前期工作节点", En: "Node of the pre-work plan"},
	TaskSubmission:    {Zh: "申报", En: "Submit"},
	TaskCompleteness:  {Zh: "材料完整性审查", En: "Completeness check"},
	TaskDecision:      {Zh: "办理", En: "Decide"},
	TaskSupplement:    {Zh: "补正材料", En: "Supply what is missing"},
	TaskCommitment:    {Zh: "履行容缺承诺", En: "Keep the commitment"},
	TaskNeed:          {Zh: "确认要素需求", En: "Confirm the need"},
	TaskQuota:         {Zh: "落实排队指标", En: "Find the quota it waits for"},
	TaskCondition:     {Zh: "落实开工条件", En: "Meet the start condition"},
	TaskStart:         {Zh: "开工建设", En: "Start construction"},
	TaskReport:        {Zh: "报送月进度", En: "Monthly report"},
	TaskProblem:       {Zh: "问题销号", En: "Close the problem"},
	TaskCompletion:    {Zh: "按期竣工", En: "Complete on time"},
	TaskSettlement:    {Zh: "工程结算和竣工决算审计", En: "Settlement and final account audit"},
	TaskJoint:         {Zh: "竣工验收", En: "Joint acceptance"},
	TaskRectification: {Zh: "整改", En: "Rectify"},
	TaskReplacement:   {Zh: "补充替换项目（减一增一）", En: "Replace the removed project"},
}

// taskName names a task of a kind about a subject.
func taskName(k TaskKind, subject domain.Text) domain.Text {
	n := taskNames[k]
	if subject.Zh == "" {
		return n
	}
	return domain.Text{Zh: subject.Zh + "·" + n.Zh, En: n.En + ": " + subject.En}
}

// ZhMoney writes fen as officials do: 亿元 from one 亿 on, else 万元.
func ZhMoney(fen int64) string {
	if fen >= yi || fen <= -yi {
		return decimal.New(fen, -10).Round(4).String() + "亿元"
	}
	return decimal.New(fen, -6).Round(4).String() + "万元"
}

// EnMoney writes fen in million yuan.
func EnMoney(fen int64) string { return "CNY " + decimal.New(fen, -8).Round(4).String() + " million" }

// yi is one 亿元 in fen.
const yi = 10_000_000_000

func trimFloat(f float64) string { return decimal.NewFromFloat(f).Round(2).String() }

// name is what a phase is called.
func (p Phase) name() domain.Text { return domain.Text{Zh: zhPhase[p], En: enPhase[p]} }
