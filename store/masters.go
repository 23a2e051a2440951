package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"milepost/domain"
	"milepost/domain/project"
)

// Jurisdiction is a city, county or district; Parent is "" at the root.
type Jurisdiction struct {
	Code   string
	Parent string
	Name   domain.Text
	Level  string // national | regional | city | county
	Closed bool   // takes nothing new
}

// Unit is a government body answerable for projects (责任单位).
type Unit struct {
	Code         string
	Jurisdiction string
	Name         domain.Text
	Closed       bool // takes no new projects and posts
}

// Department decides approval items and confirms quotas (审批部门); its code is unique in its jurisdiction.
type Department struct {
	Jurisdiction string
	Code         string
	Name         domain.Text
	Closed       bool // takes no new posts
}

// Owner is the legal person that builds projects (项目业主).
type Owner struct {
	Code         string
	Jurisdiction string
	Name         domain.Text
	CreditCode   string // 统一社会信用代码
	Closed       bool   // takes no new projects and posts
}

// Expert is one of the pool.
type Expert struct {
	Code          string // the party code of the expert's post
	Jurisdiction  string
	Name          string
	Unit          string // the unit or owner the expert works for
	Specialities  []string
	ConflictUnits []string // other units and owners of whose projects the expert recuses himself
	Retired       bool     // draws no more
}

// ExpertConflict is a reason why an expert may not sit on a project's panel, declared or known.
type ExpertConflict struct {
	Project string
	Expert  string
	Reason  string
}

// PutJurisdictions creates or changes jurisdictions. A parent must be there already or be among them; a circle
// is refused.
func (s *Store) PutJurisdictions(ctx context.Context, js ...Jurisdiction) error {
	return s.master(ctx, "jurisdiction", func(tx *gorm.DB) error { return putJurisdictions(tx, js...) })
}

func putJurisdictions(tx *gorm.DB, js ...Jurisdiction) error {
	all, err := jurisdictions(tx)
	if err != nil {
		return err
	}
	for _, j := range js {
		if i := slices.IndexFunc(all, func(o Jurisdiction) bool { return o.Code == j.Code }); i >= 0 {
			all[i] = j
		} else {
			all = append(all, j)
		}
	}
	ordered, tree, err := arrange(all)
	if err != nil {
		return err
	}
	var written []jurisdictionModel
	for _, j := range ordered {
		if slices.Contains(js, j) {
			written = append(written, j.row())
		}
	}
	if err := put(tx, written); err != nil {
		return err
	}
	if err := tx.Exec("DELETE FROM jurisdiction_tree").Error; err != nil {
		return err
	}
	return add(tx, tree)
}

// arrange puts parents before children and lists every pair of one above the other, each with itself too.
func arrange(all []Jurisdiction) (ordered []Jurisdiction, tree []treeModel, err error) {
	above := map[string][]string{} // each with all above it, itself first
	for len(ordered) < len(all) {
		before := len(ordered)
		for _, j := range all {
			up, placed := above[j.Parent], above[j.Code] != nil
			if placed || (j.Parent != "" && up == nil) {
				continue
			}
			above[j.Code] = append([]string{j.Code}, up...)
			ordered = append(ordered, j)
			for _, a := range above[j.Code] {
				tree = append(tree, treeModel{Ancestor: a, Descendant: j.Code})
			}
		}
		if len(ordered) == before {
			return nil, nil, domain.Invalid("jurisdiction.parent", "parent", domain.RuleMaster, "上级辖区不存在或互为上下级", "A parent is missing, or jurisdictions lie above each other.")
		}
	}
	return ordered, tree, nil
}

// Jurisdictions returns the whole tree, parents before children.
func (s *Store) Jurisdictions(ctx context.Context) ([]Jurisdiction, error) {
	all, err := jurisdictions(s.db.WithContext(ctx))
	if err != nil {
		return nil, fmt.Errorf("list jurisdictions: %w", err)
	}
	ordered, _, err := arrange(all)
	return ordered, err
}

func jurisdictions(db *gorm.DB) ([]Jurisdiction, error) {
	return rows(db, scanJurisdiction, "SELECT "+jurisdictionColumns+" FROM jurisdictions ORDER BY code")
}

// PutUnits creates or changes units.
func (s *Store) PutUnits(ctx context.Context, us ...Unit) error {
	var ms []unitModel
	for _, u := range us {
		ms = append(ms, u.row())
	}
	return s.master(ctx, "unit", func(tx *gorm.DB) error { return put(tx, ms) })
}

// Units returns the units of a jurisdiction and below, "" for all.
func (s *Store) Units(ctx context.Context, jurisdiction string) ([]Unit, error) {
	return within(ctx, s, "units", unitColumns, jurisdiction, scanUnit)
}

// PutDepartments creates or changes departments.
func (s *Store) PutDepartments(ctx context.Context, ds ...Department) error {
	var ms []departmentModel
	for _, d := range ds {
		ms = append(ms, d.row())
	}
	return s.master(ctx, "department", func(tx *gorm.DB) error { return put(tx, ms) })
}

// Departments returns the departments of a jurisdiction and below, "" for all.
func (s *Store) Departments(ctx context.Context, jurisdiction string) ([]Department, error) {
	return within(ctx, s, "departments", departmentColumns, jurisdiction, scanDepartment)
}

// PutOwners creates or changes owners.
func (s *Store) PutOwners(ctx context.Context, os ...Owner) error {
	var ms []ownerModel
	for _, o := range os {
		ms = append(ms, o.row())
	}
	return s.master(ctx, "owner", func(tx *gorm.DB) error { return put(tx, ms) })
}

// Owners returns the owners of a jurisdiction and below, "" for all.
func (s *Store) Owners(ctx context.Context, jurisdiction string) ([]Owner, error) {
	return within(ctx, s, "owners", ownerColumns, jurisdiction, scanOwner)
}

// PutExperts creates or changes experts of the pool.
func (s *Store) PutExperts(ctx context.Context, es ...Expert) error {
	var ms []expertModel
	for _, e := range es {
		ms = append(ms, e.row())
	}
	return s.master(ctx, "expert", func(tx *gorm.DB) error { return put(tx, ms) })
}

// Experts returns the pool of a jurisdiction and below, "" for all, the retired among them.
func (s *Store) Experts(ctx context.Context, jurisdiction string) ([]Expert, error) {
	return within(ctx, s, "experts", expertColumns, jurisdiction, scanExpert)
}

// PutConflicts notes conflicts of experts with projects.
func (s *Store) PutConflicts(ctx context.Context, cs ...ExpertConflict) error {
	var ms []conflictModel
	for _, c := range cs {
		ms = append(ms, conflictModel(c))
	}
	return s.master(ctx, "expert", func(tx *gorm.DB) error { return put(tx, ms) })
}

// Candidates returns the pool as a draw for a project needs it: the experts of the project's jurisdiction and of
// those above and below it, each with his declared conflicts. Who works for the unit or the owner is told by his
// unit, and left to the draw to pass over.
func (s *Store) Candidates(ctx context.Context, projectID string) ([]project.Candidate, error) {
	db := s.db.WithContext(ctx)
	experts, err := rows(db, scanExpert, `SELECT `+expertColumns+` FROM experts x WHERE NOT retired AND x.jurisdiction IN (
			SELECT p.jurisdiction FROM projects p WHERE p.id = ?
			UNION SELECT tree.ancestor FROM jurisdiction_tree tree JOIN projects p ON p.jurisdiction = tree.descendant WHERE p.id = ?
			UNION SELECT tree.descendant FROM jurisdiction_tree tree JOIN projects p ON p.jurisdiction = tree.ancestor WHERE p.id = ?)
		ORDER BY code`, projectID, projectID, projectID)
	if err != nil {
		return nil, fmt.Errorf("list candidates: %w", err)
	}
	conflicts, err := rows(db, func(r row, c *ExpertConflict) error { return r.Scan(&c.Expert, &c.Reason) },
		"SELECT expert, reason FROM expert_conflicts WHERE project = ?", projectID)
	if err != nil {
		return nil, fmt.Errorf("list candidates: %w", err)
	}
	parties, _, err := one(db, func(r row, p *[2]string) error { return r.Scan(&p[0], &p[1]) }, "SELECT unit, owner FROM projects WHERE id = ?", projectID)
	if err != nil {
		return nil, fmt.Errorf("list candidates: %w", err)
	}
	var cs []project.Candidate
	for _, e := range experts {
		c := project.Candidate{Expert: e.Code, Unit: e.Unit, Specialities: e.Specialities}
		for _, party := range parties {
			if slices.Contains(e.ConflictUnits, party) {
				c.Conflicts = append(c.Conflicts, "conflict-unit:"+party)
			}
		}
		for _, x := range conflicts {
			if x.Expert == e.Code {
				c.Conflicts = append(c.Conflicts, x.Reason)
			}
		}
		cs = append(cs, c)
	}
	return cs, nil
}

// master writes master data; a reference to what is not there is refused with the field it stands in.
func (s *Store) master(ctx context.Context, what string, f func(tx *gorm.DB) error) error {
	err := s.write(ctx, f)
	if errors.Is(err, gorm.ErrForeignKeyViolated) {
		return domain.Invalid(what+".reference", what, domain.RuleMaster, "引用的辖区或人员不存在", "It names a jurisdiction or person that is not there.")
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	return nil
}

// within lists rows of a jurisdiction and below, in the order of their codes.
func within[T any](ctx context.Context, s *Store, table, columns, jurisdiction string, scan func(row, *T) error) ([]T, error) {
	var w where
	w.below("jurisdiction", jurisdiction)
	found, err := rows(s.db.WithContext(ctx), scan, "SELECT "+columns+" FROM "+table+w.String()+" ORDER BY jurisdiction, code", w.args...)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", table, err)
	}
	return found, nil
}
