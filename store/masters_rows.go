package store

import (
	"database/sql"
	"encoding/json"
)

// This page turns master data into rows and back.

const (
	jurisdictionColumns = "code, parent, name_zh, name_en, level, closed"
	unitColumns         = "code, jurisdiction, name_zh, name_en, closed"
	departmentColumns   = "jurisdiction, code, name_zh, name_en, closed"
	ownerColumns        = "code, jurisdiction, name_zh, name_en, credit_code, closed"
	expertColumns       = "code, jurisdiction, name, unit, specialities, conflict_units, retired"
)

func (j Jurisdiction) row() jurisdictionModel {
	row := jurisdictionModel{Code: j.Code, NameZh: j.Name.Zh, NameEn: j.Name.En, Level: j.Level, Closed: j.Closed}
	if j.Parent != "" {
		row.Parent = &j.Parent
	}
	return row
}

func scanJurisdiction(r row, j *Jurisdiction) error {
	var parent sql.NullString
	err := r.Scan(&j.Code, &parent, &j.Name.Zh, &j.Name.En, &j.Level, &j.Closed)
	j.Parent = parent.String
	return err
}

func (u Unit) row() unitModel {
	return unitModel{Code: u.Code, Jurisdiction: u.Jurisdiction, NameZh: u.Name.Zh, NameEn: u.Name.En, Closed: u.Closed}
}

func scanUnit(r row, u *Unit) error {
	return r.Scan(&u.Code, &u.Jurisdiction, &u.Name.Zh, &u.Name.En, &u.Closed)
}

func (d Department) row() departmentModel {
	return departmentModel{Jurisdiction: d.Jurisdiction, Code: d.Code, NameZh: d.Name.Zh, NameEn: d.Name.En, Closed: d.Closed}
}

func scanDepartment(r row, d *Department) error {
	return r.Scan(&d.Jurisdiction, &d.Code, &d.Name.Zh, &d.Name.En, &d.Closed)
}

func (o Owner) row() ownerModel {
	return ownerModel{Code: o.Code, Jurisdiction: o.Jurisdiction, NameZh: o.Name.Zh, NameEn: o.Name.En, CreditCode: o.CreditCode, Closed: o.Closed}
}

func scanOwner(r row, o *Owner) error {
	return r.Scan(&o.Code, &o.Jurisdiction, &o.Name.Zh, &o.Name.En, &o.CreditCode, &o.Closed)
}

// row never has a list that is nil: that would be NULL.
func (e Expert) row() expertModel {
	return expertModel{
		Code: e.Code, Jurisdiction: e.Jurisdiction, Name: e.Name, Unit: e.Unit, Specialities: append([]string{}, e.Specialities...),
		ConflictUnits: append([]string{}, e.ConflictUnits...), Retired: e.Retired,
	}
}

func scanExpert(r row, e *Expert) error {
	var specialities, units string
	if err := r.Scan(&e.Code, &e.Jurisdiction, &e.Name, &e.Unit, &specialities, &units, &e.Retired); err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(specialities), &e.Specialities); err != nil {
		return err
	}
	return json.Unmarshal([]byte(units), &e.ConflictUnits)
}
