package api

import (
	"slices"

	"milepost/domain"
)

// Scope says on what an operation works, once the role may call it at all. The store's viewer and the core's
// decisions hold everybody to it; the table says which.
type Scope string

// The scopes.
const (
	ScopePublic   Scope = "public"   // nobody has to sign in
	ScopeSelf     Scope = "self"     // one's own account
	ScopeVisible  Scope = "visible"  // what the post may see: its jurisdiction and below, its department's, unit's, owner's or panel's projects
	ScopeParty    Scope = "party"    // visible, and work of the post's own party
	ScopePlatform Scope = "platform" // the same for everybody who may call it
)

// Rule is one row of the access table.
type Rule struct {
	Roles []domain.Role
	Scope Scope
	Late  []domain.Role // who may enter it late for whose work it is, and in no other way (补录, OWN-105b)
	Fresh bool          // only by who has proved who he is in the last ten minutes: it gives rights, or cannot be mended (OWN-213)
}

// allows tells whether a post of that role may call the operation.
func (r Rule) allows(role domain.Role) bool {
	return slices.Contains(r.Roles, role) || slices.Contains(r.Late, role)
}

// holders names the roles that may call the operation, in Chinese and English.
func (r Rule) holders() (zh, en string) {
	for i, role := range r.Roles {
		if i > 0 {
			zh, en = zh+"、", en+", "
		}
		zh, en = zh+RoleNames[role].Zh, en+RoleNames[role].En
	}
	return zh, en
}

const (
	office     = domain.RoleOffice
	handler    = domain.RoleHandler
	head       = domain.RoleHead
	expert     = domain.RoleExpert
	owner      = domain.RoleOwner
	liaison    = domain.RoleLiaison
	supervisor = domain.RoleSupervisor
	leader     = domain.RoleLeader
	auditor    = domain.RoleAuditor
	sysAdmin   = domain.RoleSystemAdmin
	secAdmin   = domain.RoleSecurityAdmin
)

// Roles lists every role that an account can hold, in the order of the documents.
var Roles = []domain.Role{office, handler, head, expert, owner, liaison, supervisor, leader, auditor, sysAdmin, secAdmin}

// RoleNames is what the roles are called.
var RoleNames = map[domain.Role]domain.Text{
	office:     {Zh: "重大项目办", En: "the project office"},
	handler:    {Zh: "经办人", En: "handlers"},
	head:       {Zh: "部门负责人", En: "heads of department"},
	expert:     {Zh: "专家", En: "experts"},
	owner:      {Zh: "业主", En: "owners"},
	liaison:    {Zh: "责任单位", En: "liaison officers"},
	supervisor: {Zh: "督查", En: "supervisors"},
	leader:     {Zh: "领导", En: "leaders"},
	auditor:    {Zh: "审计员", En: "auditors"},
	sysAdmin:   {Zh: "系统管理员", En: "system administrators"},
	secAdmin:   {Zh: "安全管理员", En: "security administrators"},
}

var (
	business = []domain.Role{office, handler, head, expert, owner, liaison, supervisor, leader}
	readers  = append(slices.Clone(business), auditor)              // the auditor reads all and changes nothing
	workers  = []domain.Role{office, handler, head, owner, liaison} // whose tasks several colleagues share
	watchers = []domain.Role{office, supervisor, leader, auditor}
)

func may(scope Scope, roles ...domain.Role) Rule { return Rule{Roles: roles, Scope: scope} }

// orLate lets others enter it late. The core refuses whatever of theirs is no late entry.
func (r Rule) orLate(roles ...domain.Role) Rule {
	r.Late = roles
	return r
}

// fresh asks for a password that was just entered.
func (r Rule) fresh() Rule {
	r.Fresh = true
	return r
}

// Access is who may call what: one row for each operation of the contract, and nothing is allowed without a row.
// The three administrators' posts see no business data; docs/access.md is generated from this table.
var Access = map[string]Rule{
	// Session and account
	"getSignIn":        may(ScopePublic),
	"createSession":    may(ScopePublic),
	"startSignOn":      may(ScopePublic),
	"finishSignOn":     may(ScopePublic),
	"endSession":       may(ScopeSelf, Roles...),
	"confirmSession":   may(ScopeSelf, Roles...),
	"listSessions":     may(ScopeSelf, Roles...),
	"endOneSession":    may(ScopeSelf, Roles...).fresh(),
	"endOtherSessions": may(ScopeSelf, Roles...).fresh(),
	"getMe":            may(ScopeSelf, Roles...),
	"changePassword":   may(ScopeSelf, Roles...),
	"listTokens":       may(ScopeSelf, Roles...),
	"issueToken":       may(ScopeSelf, Roles...).fresh(),
	"revokeToken":      may(ScopeSelf, Roles...),

	// Master data
	"listJurisdictions": may(ScopePlatform, Roles...),
	"listUnits":         may(ScopePlatform, Roles...),
	"listDepartments":   may(ScopePlatform, Roles...),
	"listOwners":        may(ScopePlatform, Roles...),
	"listExperts":       may(ScopePlatform, office, auditor),
	"listUsers":         may(ScopePlatform, sysAdmin, secAdmin, auditor),
	"getUser":           may(ScopePlatform, sysAdmin, secAdmin, auditor),
	"listColleagues":    may(ScopeParty, workers...),
	"checkAudit":        may(ScopePlatform, auditor),
	"listAudit":         may(ScopePlatform, auditor),
	"listAuditActs":     may(ScopePlatform, auditor),
	"exportAudit":       may(ScopePlatform, auditor),
	"listPacks":         may(ScopePlatform, Roles...),
	"getPack":           may(ScopePlatform, Roles...),
	"listCalendars":     may(ScopePlatform, Roles...),

	// Administration: the system administrator keeps accounts and master data, the security administrator posts,
	// the office its pool of experts. All of it is on the audit record, which the auditor reads.
	"createUser":         may(ScopePlatform, sysAdmin),
	"changeUser":         may(ScopePlatform, sysAdmin).fresh(),
	"linkUser":           may(ScopePlatform, sysAdmin).fresh(),
	"resetPassword":      may(ScopePlatform, sysAdmin).fresh(),
	"givePost":           may(ScopePlatform, secAdmin).fresh(),
	"endPost":            may(ScopePlatform, secAdmin).fresh(),
	"createJurisdiction": may(ScopePlatform, sysAdmin),
	"changeJurisdiction": may(ScopePlatform, sysAdmin),
	"createUnit":         may(ScopePlatform, sysAdmin),
	"changeUnit":         may(ScopePlatform, sysAdmin),
	"createDepartment":   may(ScopePlatform, sysAdmin),
	"changeDepartment":   may(ScopePlatform, sysAdmin),
	"createOwner":        may(ScopePlatform, sysAdmin),
	"changeOwner":        may(ScopePlatform, sysAdmin),
	"createExpert":       may(ScopePlatform, office),
	"changeExpert":       may(ScopePlatform, office),
	"noteExpertConflict": may(ScopeVisible, office),

	// Rules: the office publishes and starts what touches its projects; the system administrator may hold it up.
	"publishPack":     may(ScopePlatform, office).fresh(),
	"publishAdoption": may(ScopePlatform, office).fresh(),
	"publishCalendar": may(ScopePlatform, office).fresh(),
	"startBroadcast":  may(ScopePlatform, office).fresh(),
	"pauseBroadcast":  may(ScopePlatform, office, sysAdmin),
	"resumeBroadcast": may(ScopePlatform, office, sysAdmin),
	"listBroadcasts":  may(ScopePlatform, append(slices.Clone(watchers), sysAdmin)...),
	"getBroadcast":    may(ScopePlatform, append(slices.Clone(watchers), sysAdmin)...),
	"listMoves":       may(ScopeVisible, watchers...),
	"listExceptions":  may(ScopeVisible, watchers...),

	// Live updates
	"stream": may(ScopeVisible, readers...),

	// Clock and calendar
	"getClock":         may(ScopePublic),
	"listCalendarDays": may(ScopePublic),
	"explainDeadline":  may(ScopePublic),

	// Reading projects
	"listProjects":       may(ScopeVisible, readers...),
	"getProject":         may(ScopeVisible, readers...),
	"getTimeline":        may(ScopeVisible, readers...),
	"getChart":           may(ScopeVisible, readers...),
	"listItems":          may(ScopeVisible, readers...),
	"listCommitments":    may(ScopeVisible, readers...),
	"getPanel":           may(ScopeVisible, readers...),
	"listLamps":          may(ScopeVisible, readers...),
	"listProjectTasks":   may(ScopeVisible, readers...),
	"listActs":           may(ScopeVisible, readers...),
	"listProjectReports": may(ScopeVisible, readers...),
	"listProjectNotices": may(ScopeVisible, readers...),
	"listWaitingPlaces":  may(ScopeVisible, readers...),
	"getPortfolio":       may(ScopeVisible, readers...),
	"listInvestments":    may(ScopeVisible, readers...),
	"listReports":        may(ScopeVisible, office, owner, liaison, supervisor, leader, auditor),
	"getCommand":         may(ScopeVisible, readers...),

	// Planning
	"declare":           may(ScopeParty, office, owner, liaison),
	"importProjects":    may(ScopeParty, office, owner, liaison),
	"getImportTemplate": may(ScopeParty, office, owner, liaison),
	"getImport":         may(ScopeSelf, office, owner, liaison),
	"reviewEntry":       may(ScopeParty, office),
	"amendDeclaration":  may(ScopeParty, owner).orLate(office),
	"recognise":         may(ScopeParty, office),

	// Evaluation
	"drawPanel":      may(ScopeParty, office),
	"declinePanel":   may(ScopeParty, expert),
	"submitScore":    may(ScopeParty, expert),
	"reviseProposal": may(ScopeParty, liaison),
	"filePlan":       may(ScopeParty, liaison),
	"completeNode":   may(ScopeParty, liaison),

	// Approval
	"submitItem":         may(ScopeParty, owner).orLate(office, handler, head),
	"acceptItem":         may(ScopeParty, handler, head),
	"askSupplement":      may(ScopeParty, handler, head),
	"supplyPapers":       may(ScopeParty, owner).orLate(office, handler, head),
	"keepCommitment":     may(ScopeParty, owner).orLate(office),
	"pauseItem":          may(ScopeParty, handler, head),
	"resumeItem":         may(ScopeParty, handler, head),
	"extendItem":         may(ScopeParty, head),
	"grantItem":          may(ScopeParty, handler, head),
	"refuseItem":         may(ScopeParty, handler, head),
	"recallAct":          may(ScopeParty, handler, head),
	"conveneJointReview": may(ScopeVisible, office, leader),
	"recordJointReview":  may(ScopeVisible, office, leader),

	// Assurance
	"confirmNeed": may(ScopeParty, handler, head),

	// Startup
	"confirmCondition":  may(ScopeParty, office, handler, head, owner, liaison),
	"startConstruction": may(ScopeVisible, office, owner, liaison),

	// Construction
	"setPlan":         may(ScopeVisible, office, owner, liaison),
	"fileReport":      may(ScopeParty, owner).orLate(office),
	"correctReport":   may(ScopeVisible, office, owner),
	"registerProblem": may(ScopeVisible, office, owner, liaison, supervisor),
	"assignProblem":   may(ScopeVisible, office, leader),
	"closeProblem":    may(ScopeParty, office, handler, head, liaison),

	// Completion
	"requestAcceptance":   may(ScopeParty, owner).orLate(office),
	"fileSettlement":      may(ScopeParty, owner).orLate(office),
	"acceptJointly":       may(ScopeParty, office),
	"finishRectification": may(ScopeParty, owner, liaison).orLate(office),

	// Suspension, leaving, filing
	"suspend":         may(ScopeVisible, office, leader),
	"resume":          may(ScopeVisible, office, leader),
	"withdraw":        may(ScopeParty, owner),
	"remove":          may(ScopeVisible, office).fresh(),
	"replace":         may(ScopeVisible, office, liaison).fresh(),
	"reopen":          may(ScopeVisible, office).fresh(),
	"filePaper":       may(ScopeVisible, office, handler, head, owner, liaison),
	"movePlannedDate": may(ScopeVisible, office),
	"excuseLamp":      may(ScopeVisible, office, leader),

	// Files
	"uploadFile":   may(ScopeParty, office, handler, head, owner, liaison),
	"listFiles":    may(ScopeVisible, readers...),
	"getFile":      may(ScopeVisible, readers...),
	"downloadFile": may(ScopeVisible, readers...),
	"removeFile":   may(ScopeParty, office, handler, head, owner, liaison),

	// Tasks
	"listTasks":       may(ScopeVisible, readers...),
	"getTask":         may(ScopeVisible, readers...),
	"claimTask":       may(ScopeParty, workers...),
	"releaseTask":     may(ScopeParty, workers...),
	"handOverTask":    may(ScopeParty, workers...),
	"askColleague":    may(ScopeParty, workers...),
	"answerColleague": may(ScopeParty, workers...),
	"addCosigner":     may(ScopeParty, workers...),
	"removeCosigner":  may(ScopeParty, workers...),
	"cosignTask":      may(ScopeParty, workers...),
	"reassignTasks":   may(ScopeParty, head),

	// Quotas
	"listQuotas":     may(ScopeVisible, append(slices.Clone(watchers), handler, head)...),
	"addQuota":       may(ScopeVisible, office).fresh(),
	"listLedger":     may(ScopeVisible, append(slices.Clone(watchers), handler, head)...),
	"getWaitingLine": may(ScopeVisible, append(slices.Clone(watchers), handler, head)...),

	// Notices
	"listNotices":     may(ScopeSelf, readers...),
	"markNoticesRead": may(ScopeSelf, readers...),
}
