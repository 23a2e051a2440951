package store

import (
	"context"

	"milepost/domain"
	"milepost/domain/project"
)

// Jurisdiction is a city, county or district; Parent is "" at the root.
type Jurisdiction struct {
	Code   string
	Parent string
	Name   domain.Text
	Level  string // national | regional | city | county
}

// Unit is a government body answerable for projects (责任单位).
type Unit struct {
	Code         string
	Jurisdiction string
	Name         domain.Text
}

// Department decides approval items and confirms quotas (审批部门); its code is unique in its jurisdiction.
type Department struct {
	Jurisdiction string
	Code         string
	Name         domain.Text
}

// Owner is the legal person that builds projects (项目业主).
type Owner struct {
	Code         string
	Jurisdiction string
	Name         domain.Text
	CreditCode   string // 统一社会信用代码
}

// Expert is one of the pool.
type Expert struct {
	Code         string // the party code of the expert's post
	Jurisdiction string
	Name         string
	Unit         string // the unit or owner the expert works for
	Specialities []string
	Retired      bool // draws no more
}

// ExpertConflict is a reason why an expert may not sit on a project's panel, declared or known.
type ExpertConflict struct {
	Project string
	Expert  string
	Reason  string
}

// PutJurisdictions creates or changes jurisdictions. A parent must be there already or be among them; a circle
// is refused.
func (s *Store) PutJurisdictions(ctx context.Context, js ...Jurisdiction) error { return errNotYet }

// Jurisdictions returns the whole tree, parents before children.
func (s *Store) Jurisdictions(ctx context.Context) ([]Jurisdiction, error) { return nil, errNotYet }

// PutUnits creates or changes units.
func (s *Store) PutUnits(ctx context.Context, us ...Unit) error { return errNotYet }

// Units returns the units of a jurisdiction and below, "" for all.
func (s *Store) Units(ctx context.Context, jurisdiction string) ([]Unit, error) {
	return nil, errNotYet
}

// PutDepartments creates or changes departments.
func (s *Store) PutDepartments(ctx context.Context, ds ...Department) error { return errNotYet }

// Departments returns the departments of a jurisdiction and below, "" for all.
func (s *Store) Departments(ctx context.Context, jurisdiction string) ([]Department, error) {
	return nil, errNotYet
}

// PutOwners creates or changes owners.
func (s *Store) PutOwners(ctx context.Context, os ...Owner) error { return errNotYet }

// Owners returns the owners of a jurisdiction and below, "" for all.
func (s *Store) Owners(ctx context.Context, jurisdiction string) ([]Owner, error) {
	return nil, errNotYet
}

// PutExperts creates or changes experts of the pool.
func (s *Store) PutExperts(ctx context.Context, es ...Expert) error { return errNotYet }

// Experts returns the pool of a jurisdiction and below, "" for all, without the retired.
func (s *Store) Experts(ctx context.Context, jurisdiction string) ([]Expert, error) {
	return nil, errNotYet
}

// PutConflicts notes conflicts of experts with projects.
func (s *Store) PutConflicts(ctx context.Context, cs ...ExpertConflict) error { return errNotYet }

// Candidates returns the pool as a draw for a project needs it: every expert of the project's jurisdiction, of
// those above and below it, with his conflicts. Earlier work on the project's panel counts as no conflict.
func (s *Store) Candidates(ctx context.Context, projectID string) ([]project.Candidate, error) {
	return nil, errNotYet
}
