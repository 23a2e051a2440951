package domain

// Role is a post's function (domain rules, "Roles"). One person may hold several posts.
type Role string

// The roles. The last three are held by different people (三员分立).
const (
	RoleOffice        Role = "office"         // 重大项目办公室
	RoleHandler       Role = "handler"        // 部门经办人
	RoleHead          Role = "head"           // 部门负责人
	RoleExpert        Role = "expert"         // 专家
	RoleOwner         Role = "owner"          // 项目业主
	RoleLiaison       Role = "liaison"        // 责任单位联络员
	RoleSupervisor    Role = "supervisor"     // 督查
	RoleLeader        Role = "leader"         // 领导
	RoleAuditor       Role = "auditor"        // 审计员
	RoleSystemAdmin   Role = "system_admin"   // 系统管理员
	RoleSecurityAdmin Role = "security_admin" // 安全管理员
	RoleSystem        Role = "system"         // the product itself: ticks and effects, never a person
)

// Actor is who acts: an account in one of its posts. Party is the code of the department, unit or owner
// the post belongs to; OnBehalfOf is the account covered for (代办), so that both names stand on the record.
type Actor struct {
	User         string `json:"user,omitempty"`
	Role         Role   `json:"role"`
	Party        string `json:"party,omitempty"`
	Jurisdiction string `json:"jurisdiction,omitempty"`
	OnBehalfOf   string `json:"onBehalfOf,omitempty"`
}

// System is the actor of automatic acts: they are shown as automatic, never as a person's.
var System = Actor{Role: RoleSystem}

// Automatic tells whether no person acted.
func (a Actor) Automatic() bool { return a.Role == RoleSystem }

// PartyKind says what sort of party has a piece of work to do.
type PartyKind string

// The kinds of party.
const (
	PartyDepartment PartyKind = "department" // 审批部门
	PartyUnit       PartyKind = "unit"       // 责任单位
	PartyOwner      PartyKind = "owner"      // 项目业主
	PartyOffice     PartyKind = "office"     // 重大项目办公室
	PartyExpert     PartyKind = "expert"     // 专家
	PartyLeader     PartyKind = "leader"     // 领导
)

// Party is who has to act: a department, unit or owner by its code, an expert by the account's code.
type Party struct {
	Kind PartyKind `json:"kind"`
	Code string    `json:"code,omitempty"`
}

// Acts tells whether the actor acts for the party. The office acts under its own role whatever its code.
func (a Actor) Acts(p Party) bool {
	switch p.Kind {
	case PartyDepartment:
		return (a.Role == RoleHandler || a.Role == RoleHead) && a.Party == p.Code
	case PartyUnit:
		return a.Role == RoleLiaison && a.Party == p.Code
	case PartyOwner:
		return a.Role == RoleOwner && a.Party == p.Code
	case PartyOffice:
		return a.Role == RoleOffice
	case PartyExpert:
		return a.Role == RoleExpert && a.Party == p.Code
	case PartyLeader:
		return a.Role == RoleLeader
	default:
		return false
	}
}
