package store

import (
	"slices"
	"strings"

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

// projects limits a query of projects (alias p) to what the viewer may see.
func (v Viewer) projects(w *where) {
	if !v.All {
		w.any(v.seesProjects())
	}
}

func (v Viewer) seesProjects() where {
	sees := v.common()
	for _, d := range v.Departments {
		var seat where
		seat.and("EXISTS (SELECT 1 FROM project_parties pp WHERE pp.project = p.id AND pp.kind = 'department' AND pp.code = ?)", d.Code)
		seat.below("p.jurisdiction", d.Jurisdiction)
		sees.and(strings.Join(seat.parts, " AND "), seat.args...)
	}
	if len(v.Units) > 0 {
		sees.and("EXISTS (SELECT 1 FROM project_parties pp WHERE pp.project = p.id AND pp.kind = 'unit' AND pp.code IN ?)", v.Units)
	}
	if len(v.Experts) > 0 {
		sees.and("EXISTS (SELECT 1 FROM project_parties pp WHERE pp.project = p.id AND pp.kind = 'expert' AND pp.code IN ?)", v.Experts)
	}
	return sees
}

// tasks limits a query of tasks (alias t, their project p) to what the viewer may see.
func (v Viewer) tasks(w *where) {
	if v.All {
		return
	}
	sees := v.common()
	for _, d := range v.Departments {
		var seat where
		seat.and("t.party_kind = 'department' AND t.party_code = ?", d.Code)
		seat.below("p.jurisdiction", d.Jurisdiction)
		sees.and(strings.Join(seat.parts, " AND "), seat.args...)
	}
	if len(v.Units) > 0 {
		sees.and("t.party_kind = 'unit' AND t.party_code IN ?", v.Units)
	}
	if len(v.Experts) > 0 {
		sees.and("t.party_kind = 'expert' AND t.party_code IN ?", v.Experts)
	}
	w.any(sees)
}

// quotas limits a query of quotas (alias q) to the viewer's jurisdictions and those of his departments.
func (v Viewer) quotas(w *where) {
	if !v.All {
		w.any(v.seesQuotas())
	}
}

// ledger limits a query of ledger lines (alias q, their project p) to the quotas and the projects that the
// viewer may see.
func (v Viewer) ledger(w *where) {
	if v.All {
		return
	}
	sees, projects := v.seesQuotas(), v.seesProjects()
	sees.parts, sees.args = append(sees.parts, projects.parts...), append(sees.args, projects.args...)
	w.any(sees)
}

func (v Viewer) seesQuotas() where {
	var sees where
	for _, j := range v.Jurisdictions {
		sees.below("q.jurisdiction", j)
	}
	for _, d := range v.Departments {
		if d.Jurisdiction == "" {
			sees.and("TRUE")
		}
		sees.below("q.jurisdiction", d.Jurisdiction)
	}
	return sees
}

// common is what of a project (alias p) is seen as a whole: by jurisdiction, by its unit, by its owner.
func (v Viewer) common() where {
	var sees where
	for _, j := range v.Jurisdictions {
		sees.below("p.jurisdiction", j)
	}
	if len(v.Units) > 0 {
		sees.and("p.unit IN ?", v.Units)
	}
	if len(v.Owners) > 0 {
		sees.and("p.owner IN ?", v.Owners)
	}
	return sees
}
