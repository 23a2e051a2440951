package project_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
)

// colleague is another handler of the same department.
var colleague = domain.Actor{User: "development-2", Role: domain.RoleHandler, Party: "development"}

// covering acts for an absent handler; both names stand on what he does.
var covering = domain.Actor{User: "development-3", Role: domain.RoleHandler, Party: "development", OnBehalfOf: development.User}

// deciding is a project with one decision to be made, and the task's key.
func deciding(t tester) (*world, string) {
	w := accepted(t, "2026-03-02 10:00")
	return w, w.taskKey(project.TaskDecision, "initiation")
}

var grantInitiation = project.GrantItem{Item: "initiation", Document: "批复〔2026〕1号"}

// OWN-101: a task is done by the party that has it, and by the person who holds it.
func TestWhoHoldsATask(t *testing.T) {
	t.Parallel()
	t.Run("claimed, it is nobody else's but the head's", func(t *testing.T) {
		t.Parallel()
		w, task := deciding(t)
		w.refuse("task.other-party", handler("environment"), project.ClaimTask{Task: task})
		w.do(development, project.ClaimTask{Task: task})
		w.refuse("task.mine", development, project.ClaimTask{Task: task})
		w.refuse("task.taken", colleague, project.ClaimTask{Task: task})
		w.refuse("task.held", colleague, grantInitiation)
		w.refuse("task.held", colleague, project.ReleaseTask{Task: task})
		w.refuse("task.held", colleague, project.HandOverTask{Task: task, To: colleague.User})
		w.do(head("development"), grantInitiation)
	})
	t.Run("released, anyone of the department may take it", func(t *testing.T) {
		t.Parallel()
		w, task := deciding(t)
		w.refuse("task.free", development, project.ReleaseTask{Task: task})
		w.do(development, project.ClaimTask{Task: task})
		w.do(development, project.ReleaseTask{Task: task})
		w.do(colleague, project.ClaimTask{Task: task})
		w.do(colleague, grantInitiation)
	})
	t.Run("handed over, it is the other's", func(t *testing.T) {
		t.Parallel()
		w, task := deciding(t)
		w.do(development, project.ClaimTask{Task: task})
		w.refuse("task.to", development, project.HandOverTask{Task: task, To: development.User})
		w.refuse("task.to", development, project.HandOverTask{Task: task, To: " "})
		w.do(development, project.HandOverTask{Task: task, To: colleague.User, Reason: "休假"})
		_, assigned := last[project.TaskAssigned](w, "TaskAssigned")
		require.Equal(t, "hand-over", assigned.How)
		w.refuse("task.held", development, grantInitiation)
		w.do(colleague, grantInitiation)
	})
	t.Run("the head assigns and reassigns", func(t *testing.T) {
		t.Parallel()
		w, task := deciding(t)
		w.do(head("development"), project.HandOverTask{Task: task, To: development.User})
		w.do(head("development"), project.HandOverTask{Task: task, To: colleague.User})
		_, assigned := last[project.TaskAssigned](w, "TaskAssigned")
		require.Equal(t, "assign", assigned.How)
		w.refuse("task.other-party", head("environment"), project.HandOverTask{Task: task, To: "x"})
		w.do(head("development"), project.ReleaseTask{Task: task})
		require.Empty(t, w.task(project.TaskDecision, "initiation").Assignee)
	})
	t.Run("a task that is done is nobody's", func(t *testing.T) {
		t.Parallel()
		w, task := deciding(t)
		w.do(development, grantInitiation)
		for _, cmd := range []any{
			project.ClaimTask{Task: task},
			project.ReleaseTask{Task: task},
			project.HandOverTask{Task: task, To: "x"},
			project.AskColleague{Task: task, To: "x", Question: "x"},
			project.AnswerColleague{Task: task, Opinion: "x"},
			project.AddCosigner{Task: task, User: "x"},
			project.RemoveCosigner{Task: task, User: "x"},
			project.CosignTask{Task: task, Opinion: "x"},
		} {
			w.refuse("task.unknown", development, cmd)
		}
		w.refuse("item.state", development, grantInitiation)
	})
}

// OWN-101: cover (代办): both names stand on what is done under it.
func TestCoveringForAColleague(t *testing.T) {
	t.Parallel()
	w, task := deciding(t)
	w.do(development, project.ClaimTask{Task: task})
	w.do(colleague, project.ClaimTask{Task: w.addTask()})
	w.refuse("task.mine", covering, project.ClaimTask{Task: task})
	w.do(development, project.AskColleague{Task: task, To: colleague.User, Question: "投资估算是否合理"})
	w.refuse("task.not-asked", covering, project.AnswerColleague{Task: task, Opinion: "x"})
	w.do(covering, project.AddCosigner{Task: task, User: "development-9"})
	w.do(covering, project.RemoveCosigner{Task: task, User: "development-9"})
	w.do(covering, grantInitiation)
	e, _ := last[project.ItemGrantedBy](w, "ItemGranted")
	require.Equal(t, "development-3", e.Actor.User)
	require.Equal(t, development.User, e.Actor.OnBehalfOf)
}

// addTask gives the department another task: a problem.
func (w *world) addTask() string {
	w.t.Helper()
	w.do(office, project.RegisterProblem{Title: "供电线路未迁改"})
	id := w.p.Problems[len(w.p.Problems)-1].ID
	w.do(office, project.AssignProblem{Problem: id, Party: domain.Party{Kind: domain.PartyDepartment, Code: "development"}})
	return w.taskKey(project.TaskProblem, id)
}

func TestWhoCoversSignsForWhomHeCovers(t *testing.T) {
	t.Parallel()
	w, task := deciding(t)
	w.do(colleague, project.AddCosigner{Task: task, User: development.User})
	w.do(covering, project.CosignTask{Task: task, Opinion: "同意"})
	e, signed := last[project.TaskCosigned](w, "TaskCosigned")
	require.Equal(t, development.User, signed.User)
	require.Equal(t, covering.User, e.Actor.User)
	w.do(colleague, grantInitiation)
}

// OWN-101: an opinion asked for leaves the task where it is.
func TestAskingAColleague(t *testing.T) {
	t.Parallel()
	w, task := deciding(t)
	ask := project.AskColleague{Task: task, To: colleague.User, Question: "投资估算是否合理"}
	w.refuse("task.to", development, project.AskColleague{Task: task, To: development.User, Question: "x"})
	w.refuse("reason.missing", development, project.AskColleague{Task: task, To: colleague.User})
	w.do(development, ask)
	w.refuse("task.not-asked", development, project.AnswerColleague{Task: task, Opinion: "x"})
	w.refuse("reason.missing", colleague, project.AnswerColleague{Task: task})
	w.do(colleague, project.AnswerColleague{Task: task, Opinion: "合理"})
	w.refuse("task.not-asked", colleague, project.AnswerColleague{Task: task, Opinion: "再答"})
	w.do(development, grantInitiation)
}

// OWN-101: the end of a task waits for every co-signer.
func TestCosigners(t *testing.T) {
	t.Parallel()
	t.Run("a decision waits for the signature", func(t *testing.T) {
		t.Parallel()
		w, task := deciding(t)
		w.refuse("task.cosigner", development, project.AddCosigner{Task: task, User: development.User})
		w.do(development, project.AddCosigner{Task: task, User: colleague.User})
		w.refuse("task.cosigner", development, project.AddCosigner{Task: task, User: colleague.User})
		w.refuse("task.cosign", development, grantInitiation)
		w.refuse("task.cosign", development, project.RefuseItem{Item: "initiation", Reason: "x", Basis: "x"})
		w.do(development, project.PauseItem{Item: "initiation", Reason: "hearing", Note: "x"})
		w.do(development, project.ResumeItem{Item: "initiation"})
		w.refuse("task.not-cosigner", development, project.CosignTask{Task: task, Opinion: "x"})
		w.refuse("reason.missing", colleague, project.CosignTask{Task: task})
		w.do(colleague, project.CosignTask{Task: task, Opinion: "同意"})
		w.refuse("task.not-cosigner", colleague, project.CosignTask{Task: task, Opinion: "再签"})
		w.refuse("task.cosigner", development, project.RemoveCosigner{Task: task, User: colleague.User})
		w.do(development, grantInitiation)
	})
	t.Run("one who has not signed can be taken off", func(t *testing.T) {
		t.Parallel()
		w, task := deciding(t)
		w.do(development, project.AddCosigner{Task: task, User: colleague.User})
		w.do(development, project.RemoveCosigner{Task: task, User: colleague.User})
		w.do(development, grantInitiation)
	})
	t.Run("so does every other kind of task", func(t *testing.T) {
		t.Parallel()
		w, _ := deciding(t)
		problem := w.addTask()
		w.do(development, project.AddCosigner{Task: problem, User: colleague.User})
		w.refuse("task.cosign", development, project.CloseProblem{Problem: "problem/1", Outcome: "已迁改"})
		w.do(colleague, project.CosignTask{Task: problem, Opinion: "属实"})
		w.do(development, project.CloseProblem{Problem: "problem/1", Outcome: "已迁改"})

		node := w.taskKey(project.TaskNode, "n1")
		w.do(liaison, project.AddCosigner{Task: node, User: "liaison-2"})
		w.refuse("task.cosign", liaison, project.CompleteNode{Node: "n1"})
	})
}

// Roles: the auditor reads all and changes nothing; administrators have no business data.
func TestPostsThatOnlyReadChangeNothing(t *testing.T) {
	t.Parallel()
	for _, role := range []domain.Role{domain.RoleAuditor, domain.RoleSystemAdmin, domain.RoleSecurityAdmin} {
		a := domain.Actor{User: "u", Role: role, Party: "builder"}
		w := newWorld(t, "sl", "2026-03-02 10:00")
		w.refuse("role", a, project.Declare{Profile: profile()})
		w, task := deciding(t)
		for _, cmd := range []any{project.FilePaper{Title: "x"}, project.ClaimTask{Task: task}, grantInitiation, project.ApplyCalendar{}} {
			w.refuse("role", a, cmd)
		}
	}
}

// GG-1, OWN-101: an owner declares his own projects, a unit those it answers for.
func TestWhoDeclares(t *testing.T) {
	t.Parallel()
	for _, a := range []domain.Actor{owner, liaison, office} {
		w := newWorld(t, "sl", "2026-03-02 10:00")
		w.do(a, project.Declare{Profile: profile(), Pack: w.pack.Hash()})
	}
	for _, a := range []domain.Actor{{User: "o2", Role: domain.RoleOwner, Party: "rival"}, expert("e"), development, leader, supervisor} {
		w := newWorld(t, "sl", "2026-03-02 10:00")
		w.refuse("declare.party", a, project.Declare{Profile: profile(), Pack: w.pack.Hash()})
	}
	w := newWorld(t, "sl", "2026-03-02 10:00")
	w.refuse("pack.loading", owner, project.Declare{Profile: profile(), Pack: "pack-of-tomorrow"})
	w.refuse("project.unknown", office, project.Recognise{Document: "x"})
	w.declared()
	w.refuse("project.exists", owner, project.Declare{Profile: profile(), Pack: w.pack.Hash()})
}
