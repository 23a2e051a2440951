package store

import (
	"slices"

	"milepost/domain"
)

// Viewer is what somebody may see. It is applied in SQL to every list and every single read: what lies beyond
// it is not found. The zero Viewer sees nothing.
//
//   - Jurisdictions: every project in these and below (office, supervisor, leader, auditor)
//   - Departments: the projects that have an item or a task of the department, in the jurisdiction and below;
//     of their tasks the department's own
//   - Units, Owners: the projects that they answer for or build
//   - Experts: the projects whose panel they sit or sat on; of their tasks their own
//
// What of a visible project an expert or an owner may not read (another expert's score before all are in) is
// the API's to leave out.
type Viewer struct {
	All           bool
	Jurisdictions []string
	Departments   []Seat
	Units         []string
	Owners        []string
	Experts       []string
}

// Everything is the viewer of the product itself.
var Everything = Viewer{All: true}

// Seat is a department of a jurisdiction. Jurisdiction "" means of any.
type Seat struct {
	Jurisdiction string
	Code         string
}

// ViewerOf is what the holder of some posts may see. Administrators see no business data.
func ViewerOf(posts []Post) Viewer {
	var v Viewer
	add := func(list *[]string, s string) {
		if !slices.Contains(*list, s) {
			*list = append(*list, s)
		}
	}
	for _, p := range posts {
		switch p.Role {
		case domain.RoleOffice, domain.RoleSupervisor, domain.RoleLeader, domain.RoleAuditor:
			if p.Jurisdiction == "" {
				v.All = true
			}
			add(&v.Jurisdictions, p.Jurisdiction)
		case domain.RoleHandler, domain.RoleHead:
			if s := (Seat{p.Jurisdiction, p.Party}); !slices.Contains(v.Departments, s) {
				v.Departments = append(v.Departments, s)
			}
		case domain.RoleLiaison:
			add(&v.Units, p.Party)
		case domain.RoleOwner:
			add(&v.Owners, p.Party)
		case domain.RoleExpert:
			add(&v.Experts, p.Party)
		case domain.RoleSystem:
			v.All = true
		case domain.RoleSystemAdmin, domain.RoleSecurityAdmin:
		}
	}
	return v
}
