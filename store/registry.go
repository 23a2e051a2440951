package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"milepost/domain"
)

// Master data is registered, renamed and closed one by one, each act on the audit record. Nothing is ever deleted:
// projects and timelines refer to it (OWN-207).

// CreateJurisdiction registers a jurisdiction; the one above it, if any, is open.
func (s *Store) CreateJurisdiction(ctx context.Context, by By, j Jurisdiction) error {
	return s.administer(ctx, by, "jurisdiction.create", "jurisdiction/"+j.Code, func(tx *gorm.DB) (any, error) {
		if _, there, err := jurisdictionOf(tx, j.Code, s.forUpdate()); err != nil || there {
			return nil, errors.Join(err, codeTaken(there))
		}
		if err := s.jurisdictionIsOpen(tx, j.Parent); err != nil {
			return nil, err
		}
		return map[string]any{"parent": j.Parent, "name": j.Name, "level": j.Level}, putJurisdictions(tx, j)
	})
}

// ChangeJurisdiction gives a jurisdiction another name, or closes or opens it. One that has open ones below it cannot
// be closed.
func (s *Store) ChangeJurisdiction(ctx context.Context, by By, code string, name domain.Text, closed bool) (Jurisdiction, error) {
	var j Jurisdiction
	err := s.administer(ctx, by, "jurisdiction.change", "jurisdiction/"+code, func(tx *gorm.DB) (any, error) {
		var there bool
		var err error
		if j, there, err = jurisdictionOf(tx, code, s.forUpdate()); err != nil || !there {
			return nil, errors.Join(err, notThere("jurisdiction", there))
		}
		if closed && !j.Closed {
			below, _, err := one(tx, scalar[int64], "SELECT count(*) FROM jurisdictions WHERE parent = ? AND NOT closed", code)
			if err != nil {
				return nil, err
			}
			if below > 0 {
				return nil, domain.Conflict("jurisdiction.in-use", domain.RuleMaster, "还有下级辖区在用，先停用下级辖区", "There are open jurisdictions below it; close them first.")
			}
		}
		detail := map[string]any{}
		changed(detail, "name", j.Name, name)
		changed(detail, "closed", j.Closed, closed)
		j.Name, j.Closed = name, closed
		return detail, tx.Exec("UPDATE jurisdictions SET name_zh = ?, name_en = ?, closed = ? WHERE code = ?", name.Zh, name.En, closed, code).Error
	})
	return j, err
}

func jurisdictionOf(tx *gorm.DB, code, lock string) (Jurisdiction, bool, error) {
	return one(tx, scanJurisdiction, "SELECT "+jurisdictionColumns+" FROM jurisdictions WHERE code = ?"+lock, code)
}

// jurisdictionIsOpen refuses a jurisdiction that is not registered, or is closed. "" is no jurisdiction.
func (s *Store) jurisdictionIsOpen(tx *gorm.DB, code string) error {
	if code == "" {
		return nil
	}
	j, there, err := jurisdictionOf(tx, code, "")
	switch {
	case err != nil:
		return err
	case !there:
		return domain.Invalid("jurisdiction.unknown", "jurisdiction", domain.RuleMaster, "没有登记这个辖区："+code, "No such jurisdiction is registered: "+code)
	case j.Closed:
		return domain.Conflict("jurisdiction.closed", domain.RuleMaster, "辖区已停用："+code, "The jurisdiction is closed: "+code)
	}
	return nil
}

// CreateUnit registers a unit.
func (s *Store) CreateUnit(ctx context.Context, by By, u Unit) error {
	return register(ctx, s, by, "unit", u.Code, u.Jurisdiction, u.row(), map[string]any{"jurisdiction": u.Jurisdiction, "name": u.Name})
}

// CreateDepartment registers a department of a jurisdiction.
func (s *Store) CreateDepartment(ctx context.Context, by By, d Department) error {
	return register(ctx, s, by, "department", d.Jurisdiction+"/"+d.Code, d.Jurisdiction, d.row(), map[string]any{"name": d.Name})
}

// CreateOwner registers an owner.
func (s *Store) CreateOwner(ctx context.Context, by By, o Owner) error {
	return register(ctx, s, by, "owner", o.Code, o.Jurisdiction, o.row(),
		map[string]any{"jurisdiction": o.Jurisdiction, "name": o.Name, "creditCode": o.CreditCode})
}

func register[M any](ctx context.Context, s *Store, by By, what, code, jurisdiction string, row M, detail map[string]any) error {
	return s.administer(ctx, by, what+".create", what+"/"+code, func(tx *gorm.DB) (any, error) {
		if err := s.jurisdictionIsOpen(tx, jurisdiction); err != nil {
			return nil, err
		}
		err := insert(tx, []M{row})
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			err = codeTaken(true)
		}
		return detail, err
	})
}

// ChangeUnit gives a unit another name, or closes or opens it.
func (s *Store) ChangeUnit(ctx context.Context, by By, code string, name domain.Text, closed bool) (Unit, error) {
	u, err := change(ctx, s, by, "unit", code, scanUnit, unitColumns, "code = ?", []any{code}, name, closed, func(u *Unit) (*domain.Text, *bool) { return &u.Name, &u.Closed })
	return u, err
}

// ChangeDepartment gives a department another name, or closes or opens it.
func (s *Store) ChangeDepartment(ctx context.Context, by By, jurisdiction, code string, name domain.Text, closed bool) (Department, error) {
	return change(ctx, s, by, "department", jurisdiction+"/"+code, scanDepartment, departmentColumns, "jurisdiction = ? AND code = ?", []any{jurisdiction, code},
		name, closed, func(d *Department) (*domain.Text, *bool) { return &d.Name, &d.Closed })
}

// ChangeOwner gives an owner another name, or closes or opens it.
func (s *Store) ChangeOwner(ctx context.Context, by By, code string, name domain.Text, closed bool) (Owner, error) {
	return change(ctx, s, by, "owner", code, scanOwner, ownerColumns, "code = ?", []any{code}, name, closed, func(o *Owner) (*domain.Text, *bool) { return &o.Name, &o.Closed })
}

// change changes the name and state of one row of a table named after what it holds.
func change[T any](ctx context.Context, s *Store, by By, what, code string, scan func(row, *T) error, columns, which string, args []any,
	name domain.Text, closed bool, fields func(*T) (*domain.Text, *bool),
) (T, error) {
	var is T
	err := s.administer(ctx, by, what+".change", what+"/"+code, func(tx *gorm.DB) (any, error) {
		var there bool
		var err error
		if is, there, err = one(tx, scan, "SELECT "+columns+" FROM "+what+"s WHERE "+which+s.forUpdate(), args...); err != nil || !there {
			return nil, errors.Join(err, notThere(what, there))
		}
		n, c := fields(&is)
		detail := map[string]any{}
		changed(detail, "name", *n, name)
		changed(detail, "closed", *c, closed)
		*n, *c = name, closed
		return detail, tx.Exec("UPDATE "+what+"s SET name_zh = ?, name_en = ?, closed = ? WHERE "+which, append([]any{name.Zh, name.En, closed}, args...)...).Error
	})
	return is, err
}

// CreateExpert adds an expert to the pool. The units of conflict are registered units or owners: a code that means
// nobody would protect nobody.
func (s *Store) CreateExpert(ctx context.Context, by By, e Expert) error {
	return s.administer(ctx, by, "expert.create", "expert/"+e.Code, func(tx *gorm.DB) (any, error) {
		if err := s.jurisdictionIsOpen(tx, e.Jurisdiction); err != nil {
			return nil, err
		}
		if err := conflictsAreKnown(tx, e.ConflictUnits); err != nil {
			return nil, err
		}
		err := insert(tx, []expertModel{e.row()})
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			err = codeTaken(true)
		}
		return toldExpert(e), err
	})
}

// ChangeExpert changes what is known of an expert, or retires him; panels that are drawn already stay.
func (s *Store) ChangeExpert(ctx context.Context, by By, e Expert) (Expert, error) {
	err := s.administer(ctx, by, "expert.change", "expert/"+e.Code, func(tx *gorm.DB) (any, error) {
		was, there, err := one(tx, scanExpert, "SELECT "+expertColumns+" FROM experts WHERE code = ?"+s.forUpdate(), e.Code)
		if err != nil || !there {
			return nil, errors.Join(err, notThere("expert", there))
		}
		if err := conflictsAreKnown(tx, e.ConflictUnits); err != nil {
			return nil, err
		}
		e.Jurisdiction, e.Name = was.Jurisdiction, was.Name
		return map[string]any{"was": toldExpert(was), "is": toldExpert(e)}, put(tx, []expertModel{e.row()})
	})
	return e, err
}

// NoteConflict notes that an expert may not sit on a project's panel. It counts from the next draw on.
func (s *Store) NoteConflict(ctx context.Context, by By, c ExpertConflict) error {
	return s.administer(ctx, by, "expert.conflict", "expert/"+c.Expert, func(tx *gorm.DB) (any, error) {
		_, there, err := one(tx, scalar[string], "SELECT code FROM experts WHERE code = ?", c.Expert)
		if err != nil || !there {
			return nil, errors.Join(err, notThere("expert", there))
		}
		return map[string]any{"project": c.Project, "reason": c.Reason}, put(tx, []conflictModel{conflictModel(c)})
	})
}

// toldExpert is an expert as the audit record tells him: by code, without a name.
func toldExpert(e Expert) map[string]any {
	return map[string]any{
		"jurisdiction": e.Jurisdiction, "unit": e.Unit, "specialities": e.Specialities, "conflictUnits": e.ConflictUnits, "retired": e.Retired,
	}
}

func conflictsAreKnown(tx *gorm.DB, codes []string) error {
	for i, code := range codes {
		n, _, err := one(tx, scalar[int64], "SELECT (SELECT count(*) FROM units WHERE code = ?) + (SELECT count(*) FROM owners WHERE code = ?)", code, code)
		if err != nil {
			return err
		}
		if n == 0 {
			return domain.Invalid("party.unknown", fmt.Sprintf("conflictUnits.%d", i), domain.RuleMaster, "没有登记这个单位："+code, "No such party is registered: "+code)
		}
	}
	return nil
}

// codeTaken refuses a code that is registered already.
func codeTaken(there bool) error {
	if !there {
		return nil
	}
	return &domain.Error{Kind: domain.KindConflict, Code: "code.taken", Field: "code", Clause: domain.RuleMaster, Text: domain.Text{
		Zh: "这个代码已经登记", En: "The code is registered already.",
	}}
}

// notThere refuses to change what is not registered.
func notThere(what string, there bool) error {
	if there {
		return nil
	}
	return domain.NotFound(what+".unknown", "code", "没有登记这个代码", "No such code is registered.")
}
