package api

import (
	"github.com/labstack/echo/v4"

	"milepost/api/contract"
	"milepost/domain/project"
)

// Every act of the contract, one line each: the command with the fields that the path gives, and what the server
// fills in. What an act means is told in openapi.yaml and decided in the core.

// Planning (谋划储备).

// Declare puts a project forward.
func (s *Server) Declare(c echo.Context, _ contract.DeclareParams) error {
	cmd := &project.Declare{}
	return s.act(c, "", cmd, s.declare(cmd))
}

// ReviewEntry is the office's review at the door.
func (s *Server) ReviewEntry(c echo.Context, id contract.ProjectIDPath, _ contract.ReviewEntryParams) error {
	return s.act(c, id, &project.ReviewEntry{})
}

// AmendDeclaration answers a returned declaration.
func (s *Server) AmendDeclaration(c echo.Context, id contract.ProjectIDPath, _ contract.AmendDeclarationParams) error {
	cmd := &project.AmendDeclaration{}
	return s.act(c, id, cmd, s.amend(cmd))
}

// Recognise puts the project in the reserve library.
func (s *Server) Recognise(c echo.Context, id contract.ProjectIDPath, _ contract.RecogniseParams) error {
	return s.act(c, id, &project.Recognise{})
}

// Expert evaluation (专家评估).

// DrawPanel draws the panel from the pool.
func (s *Server) DrawPanel(c echo.Context, id contract.ProjectIDPath, _ contract.DrawPanelParams) error {
	cmd := &project.DrawPanel{}
	return s.act(c, id, cmd, s.candidates(cmd))
}

// DeclinePanel refuses a seat; the next of the draw takes it.
func (s *Server) DeclinePanel(c echo.Context, id contract.ProjectIDPath, _ contract.DeclinePanelParams) error {
	return s.act(c, id, &project.DeclinePanel{})
}

// SubmitScore hands in an expert's marks and opinion.
func (s *Server) SubmitScore(c echo.Context, id contract.ProjectIDPath, _ contract.SubmitScoreParams) error {
	return s.act(c, id, &project.SubmitScore{})
}

// ReviseProposal brings a revised proposal before a new panel.
func (s *Server) ReviseProposal(c echo.Context, id contract.ProjectIDPath, _ contract.ReviseProposalParams) error {
	cmd := &project.ReviseProposal{}
	return s.act(c, id, cmd, s.handed(cmd, &cmd.Files))
}

// FilePlan files the pre-work plan.
func (s *Server) FilePlan(c echo.Context, id contract.ProjectIDPath, _ contract.FilePlanParams) error {
	cmd := &project.FilePlan{}
	return s.act(c, id, cmd, s.nodes(cmd))
}

// CompleteNode marks a node of the plan as done.
func (s *Server) CompleteNode(c echo.Context, id contract.ProjectIDPath, node contract.NodePath, _ contract.CompleteNodeParams) error {
	return s.act(c, id, &project.CompleteNode{Node: node})
}

// Parallel approval (并联审批).

// SubmitItem hands in the papers of an item.
func (s *Server) SubmitItem(c echo.Context, id contract.ProjectIDPath, item contract.ItemPath, _ contract.SubmitItemParams) error {
	cmd := &project.SubmitItem{Item: item}
	return s.act(c, id, cmd, s.handed(cmd, &cmd.Files))
}

// AcceptItem accepts the papers as complete.
func (s *Server) AcceptItem(c echo.Context, id contract.ProjectIDPath, item contract.ItemPath, _ contract.AcceptItemParams) error {
	return s.act(c, id, &project.AcceptItem{Item: item})
}

// AskSupplement asks once for everything that is missing.
func (s *Server) AskSupplement(c echo.Context, id contract.ProjectIDPath, item contract.ItemPath, _ contract.AskSupplementParams) error {
	return s.act(c, id, &project.AskSupplement{Item: item})
}

// SupplyPapers hands in what was asked for.
func (s *Server) SupplyPapers(c echo.Context, id contract.ProjectIDPath, item contract.ItemPath, _ contract.SupplyPapersParams) error {
	cmd := &project.SupplyPapers{Item: item}
	return s.act(c, id, cmd, s.handed(cmd, &cmd.Files))
}

// KeepCommitment hands in a deferred paper.
func (s *Server) KeepCommitment(c echo.Context, id contract.ProjectIDPath, item contract.ItemPath, paper contract.PaperPath, _ contract.KeepCommitmentParams) error {
	cmd := &project.KeepCommitment{Item: item, Paper: paper}
	return s.act(c, id, cmd, s.handed(cmd, &cmd.Files))
}

// PauseItem lets an item's clock stand still.
func (s *Server) PauseItem(c echo.Context, id contract.ProjectIDPath, item contract.ItemPath, _ contract.PauseItemParams) error {
	return s.act(c, id, &project.PauseItem{Item: item})
}

// ResumeItem lets the clock run again.
func (s *Server) ResumeItem(c echo.Context, id contract.ProjectIDPath, item contract.ItemPath, _ contract.ResumeItemParams) error {
	return s.act(c, id, &project.ResumeItem{Item: item})
}

// ExtendItem extends the limit once.
func (s *Server) ExtendItem(c echo.Context, id contract.ProjectIDPath, item contract.ItemPath, _ contract.ExtendItemParams) error {
	return s.act(c, id, &project.ExtendItem{Item: item})
}

// GrantItem decides a granted item.
func (s *Server) GrantItem(c echo.Context, id contract.ProjectIDPath, item contract.ItemPath, _ contract.GrantItemParams) error {
	return s.act(c, id, &project.GrantItem{Item: item})
}

// RefuseItem decides a refused item.
func (s *Server) RefuseItem(c echo.Context, id contract.ProjectIDPath, item contract.ItemPath, _ contract.RefuseItemParams) error {
	return s.act(c, id, &project.RefuseItem{Item: item})
}

// RecallAct takes back one's own last act on an item.
func (s *Server) RecallAct(c echo.Context, id contract.ProjectIDPath, item contract.ItemPath, _ contract.RecallActParams) error {
	return s.act(c, id, &project.RecallAct{Item: item})
}

// ConveneJointReview calls a joint review.
func (s *Server) ConveneJointReview(c echo.Context, id contract.ProjectIDPath, _ contract.ConveneJointReviewParams) error {
	return s.act(c, id, &project.ConveneJointReview{})
}

// RecordJointReview files its minutes.
func (s *Server) RecordJointReview(c echo.Context, id contract.ProjectIDPath, jointReview contract.JointReviewPath, _ contract.RecordJointReviewParams) error {
	return s.act(c, id, &project.RecordJointReview{JointReview: slashed(jointReview)})
}

// Assurance (要素保障).

// ConfirmNeed is a department's word on a resource.
func (s *Server) ConfirmNeed(c echo.Context, id contract.ProjectIDPath, resource contract.ResourcePath, year contract.YearPath, _ contract.ConfirmNeedParams) error {
	return s.act(c, id, &project.ConfirmNeed{Resource: resource, Year: year})
}

// Startup (开工).

// ConfirmCondition says that a start condition is met.
func (s *Server) ConfirmCondition(c echo.Context, id contract.ProjectIDPath, condition contract.ConditionPath, _ contract.ConfirmConditionParams) error {
	return s.act(c, id, &project.ConfirmCondition{Condition: condition})
}

// StartConstruction starts the works.
func (s *Server) StartConstruction(c echo.Context, id contract.ProjectIDPath, _ contract.StartConstructionParams) error {
	return s.act(c, id, &project.StartConstruction{})
}

// Construction (建设).

// SetPlan lays down the investment month by month.
func (s *Server) SetPlan(c echo.Context, id contract.ProjectIDPath, _ contract.SetPlanParams) error {
	return s.act(c, id, &project.SetPlan{})
}

// FileReport files a monthly report.
func (s *Server) FileReport(c echo.Context, id contract.ProjectIDPath, period contract.PeriodPath, _ contract.FileReportParams) error {
	cmd := &project.FileReport{Period: period}
	return s.act(c, id, cmd, s.handed(cmd, &cmd.Files))
}

// CorrectReport corrects an earlier report.
func (s *Server) CorrectReport(c echo.Context, id contract.ProjectIDPath, period contract.PeriodPath, _ contract.CorrectReportParams) error {
	cmd := &project.CorrectReport{Period: period}
	return s.act(c, id, cmd, s.handed(cmd, &cmd.Files))
}

// RegisterProblem puts a problem on the register.
func (s *Server) RegisterProblem(c echo.Context, id contract.ProjectIDPath, _ contract.RegisterProblemParams) error {
	return s.act(c, id, &project.RegisterProblem{})
}

// AssignProblem gives a problem to a party, with a date.
func (s *Server) AssignProblem(c echo.Context, id contract.ProjectIDPath, problem contract.ProblemPath, _ contract.AssignProblemParams) error {
	cmd := &project.AssignProblem{Problem: slashed(problem)}
	return s.act(c, id, cmd, s.assignee(cmd))
}

// CloseProblem strikes a problem off the register.
func (s *Server) CloseProblem(c echo.Context, id contract.ProjectIDPath, problem contract.ProblemPath, _ contract.CloseProblemParams) error {
	return s.act(c, id, &project.CloseProblem{Problem: slashed(problem)})
}

// Completion (竣工投产).

// RequestAcceptance applies for acceptance.
func (s *Server) RequestAcceptance(c echo.Context, id contract.ProjectIDPath, _ contract.RequestAcceptanceParams) error {
	cmd := &project.RequestAcceptance{}
	return s.act(c, id, cmd, s.handed(cmd, &cmd.Files))
}

// FileSettlement files the audited final account.
func (s *Server) FileSettlement(c echo.Context, id contract.ProjectIDPath, _ contract.FileSettlementParams) error {
	cmd := &project.FileSettlement{}
	return s.act(c, id, cmd, s.handed(cmd, &cmd.Files))
}

// AcceptJointly is the joint acceptance.
func (s *Server) AcceptJointly(c echo.Context, id contract.ProjectIDPath, _ contract.AcceptJointlyParams) error {
	cmd := &project.AcceptJointly{}
	return s.act(c, id, cmd, s.handed(cmd, &cmd.Files))
}

// FinishRectification says that one thing of the list is rectified.
func (s *Server) FinishRectification(c echo.Context, id contract.ProjectIDPath, rectification contract.RectificationPath, _ contract.FinishRectificationParams) error {
	return s.act(c, id, &project.FinishRectification{Rectification: rectification})
}

// Suspension, leaving, filing.

// Suspend stops the project and every clock.
func (s *Server) Suspend(c echo.Context, id contract.ProjectIDPath, _ contract.SuspendParams) error {
	return s.act(c, id, &project.Suspend{})
}

// Resume lets everything run again.
func (s *Server) Resume(c echo.Context, id contract.ProjectIDPath, _ contract.ResumeParams) error {
	return s.act(c, id, &project.Resume{})
}

// Withdraw is the owner's leave from the library.
func (s *Server) Withdraw(c echo.Context, id contract.ProjectIDPath, _ contract.WithdrawParams) error {
	return s.act(c, id, &project.Withdraw{})
}

// Remove takes a project out of the library.
func (s *Server) Remove(c echo.Context, id contract.ProjectIDPath, _ contract.RemoveParams) error {
	return s.act(c, id, &project.Remove{})
}

// Replace names the project that takes its place.
func (s *Server) Replace(c echo.Context, id contract.ProjectIDPath, _ contract.ReplaceParams) error {
	cmd := &project.Replace{}
	return s.act(c, id, cmd, s.replacement(cmd))
}

// Reopen takes a closed project up again.
func (s *Server) Reopen(c echo.Context, id contract.ProjectIDPath, _ contract.ReopenParams) error {
	return s.act(c, id, &project.Reopen{})
}

// FilePaper files a paper at any time.
func (s *Server) FilePaper(c echo.Context, id contract.ProjectIDPath, _ contract.FilePaperParams) error {
	cmd := &project.FilePaper{}
	return s.act(c, id, cmd, s.handed(cmd, &cmd.Files))
}

// MovePlannedDate moves the planned start or completion.
func (s *Server) MovePlannedDate(c echo.Context, id contract.ProjectIDPath, _ contract.MovePlannedDateParams) error {
	return s.act(c, id, &project.MovePlannedDate{})
}

// ExcuseLamp excuses a lamp until a date.
func (s *Server) ExcuseLamp(c echo.Context, id contract.ProjectIDPath, lamp contract.LampPath, _ contract.ExcuseLampParams) error {
	return s.act(c, id, &project.ExcuseLamp{Lamp: string(lamp)})
}

// Acts on tasks.

// ClaimTask takes a task that nobody has.
func (s *Server) ClaimTask(c echo.Context, id contract.ProjectIDPath, task contract.TaskPath, _ contract.ClaimTaskParams) error {
	return s.act(c, id, &project.ClaimTask{Task: slashed(task)})
}

// ReleaseTask puts one's task back.
func (s *Server) ReleaseTask(c echo.Context, id contract.ProjectIDPath, task contract.TaskPath, _ contract.ReleaseTaskParams) error {
	return s.act(c, id, &project.ReleaseTask{Task: slashed(task)})
}

// HandOverTask passes a task to a colleague.
func (s *Server) HandOverTask(c echo.Context, id contract.ProjectIDPath, task contract.TaskPath, _ contract.HandOverTaskParams) error {
	cmd := &project.HandOverTask{Task: slashed(task)}
	return s.act(c, id, cmd, s.colleague("to", &cmd.To))
}

// AskColleague asks a colleague for an opinion.
func (s *Server) AskColleague(c echo.Context, id contract.ProjectIDPath, task contract.TaskPath, _ contract.AskColleagueParams) error {
	cmd := &project.AskColleague{Task: slashed(task)}
	return s.act(c, id, cmd, s.colleague("to", &cmd.To))
}

// AnswerColleague gives the opinion.
func (s *Server) AnswerColleague(c echo.Context, id contract.ProjectIDPath, task contract.TaskPath, _ contract.AnswerColleagueParams) error {
	return s.act(c, id, &project.AnswerColleague{Task: slashed(task)})
}

// AddCosigner makes the decision wait for a signature.
func (s *Server) AddCosigner(c echo.Context, id contract.ProjectIDPath, task contract.TaskPath, _ contract.AddCosignerParams) error {
	cmd := &project.AddCosigner{Task: slashed(task)}
	return s.act(c, id, cmd, s.colleague("user", &cmd.User))
}

// RemoveCosigner takes a co-signer off.
func (s *Server) RemoveCosigner(c echo.Context, id contract.ProjectIDPath, task contract.TaskPath, user contract.CosignerPath, _ contract.RemoveCosignerParams) error {
	return s.act(c, id, &project.RemoveCosigner{Task: slashed(task), User: user})
}

// CosignTask signs.
func (s *Server) CosignTask(c echo.Context, id contract.ProjectIDPath, task contract.TaskPath, _ contract.CosignTaskParams) error {
	return s.act(c, id, &project.CosignTask{Task: slashed(task)})
}
