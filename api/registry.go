package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"milepost/api/contract"
	"milepost/domain"
	"milepost/domain/policy"
	"milepost/store"
)

// Master data is registered by the system administrator, the pool of experts by the office, each within the own
// jurisdiction and below. Nothing is deleted.

func given(t contract.GivenText) domain.Text { return domain.Text{Zh: t.Zh, En: t.En} }

// CreateJurisdiction registers a jurisdiction.
func (s *Server) CreateJurisdiction(c echo.Context, _ contract.CreateJurisdictionParams) error {
	var in contract.NewJurisdiction
	if err := bind(c, &in); err != nil {
		return err
	}
	ctx, own := c.Request().Context(), callerOf(c).Post().Jurisdiction
	switch {
	case in.Parent != "":
		if err := s.within(ctx, own, in.Parent); err != nil {
			return err
		}
	case own != "":
		return forbid("jurisdiction.top", "parent", domain.RuleOwnParty, "只能登记本辖区的下级辖区，请填写上级", "You can register jurisdictions below your own only; name the parent.")
	}
	j := store.Jurisdiction{Code: in.Code, Parent: in.Parent, Name: given(in.Name), Level: string(in.Level)}
	if err := s.desk.CreateJurisdiction(ctx, byOf(c), j); err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusCreated, s.showJurisdiction(j))
}

// masterChange reads a change of what belongs to a jurisdiction of the caller's.
func (s *Server) masterChange(c echo.Context, jurisdiction string) (contract.MasterChange, error) {
	var in contract.MasterChange
	if err := bind(c, &in); err != nil {
		return in, err
	}
	return in, s.within(c.Request().Context(), callerOf(c).Post().Jurisdiction, jurisdiction)
}

// ChangeJurisdiction renames, closes or opens a jurisdiction.
func (s *Server) ChangeJurisdiction(c echo.Context, code string, _ contract.ChangeJurisdictionParams) error {
	in, err := s.masterChange(c, code)
	if err != nil {
		return err
	}
	j, err := s.desk.ChangeJurisdiction(c.Request().Context(), byOf(c), code, given(in.Name), in.Closed)
	if err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusOK, s.showJurisdiction(j))
}

// CreateUnit registers a unit.
func (s *Server) CreateUnit(c echo.Context, _ contract.CreateUnitParams) error {
	var in contract.NewUnit
	if err := bind(c, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	if err := s.within(ctx, callerOf(c).Post().Jurisdiction, in.Jurisdiction); err != nil {
		return err
	}
	u := store.Unit{Code: in.Code, Jurisdiction: in.Jurisdiction, Name: given(in.Name)}
	if err := s.desk.CreateUnit(ctx, byOf(c), u); err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusCreated, showUnit(u))
}

// ChangeUnit renames, closes or opens a unit.
func (s *Server) ChangeUnit(c echo.Context, code string, _ contract.ChangeUnitParams) error {
	units, err := s.masters.Units(c.Request().Context(), "")
	at := slices.IndexFunc(units, func(u store.Unit) bool { return u.Code == code })
	if err != nil || at < 0 {
		return orUnknown(err, "unit")
	}
	in, err := s.masterChange(c, units[at].Jurisdiction)
	if err != nil {
		return err
	}
	u, err := s.desk.ChangeUnit(c.Request().Context(), byOf(c), code, given(in.Name), in.Closed)
	if err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusOK, showUnit(u))
}

// orUnknown is why master data was not found: the database is away, or it is not there.
func orUnknown(err error, what string) error {
	if err != nil {
		return unavailable(err)
	}
	return domain.NotFound(what+".unknown", "code", "没有登记这个代码", "No such code is registered.")
}

// CreateDepartment registers a department that the pack in force knows: one it does not know would get no work, and
// one registered under another code would never see its own.
func (s *Server) CreateDepartment(c echo.Context, _ contract.CreateDepartmentParams) error {
	var in contract.NewDepartment
	if err := bind(c, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	if err := s.within(ctx, callerOf(c).Post().Jurisdiction, in.Jurisdiction); err != nil {
		return err
	}
	pack, err := s.packFor(ctx, in.Jurisdiction)
	if err != nil {
		return err
	}
	if _, known := pack.Department(in.Code); !known {
		var codes []string
		for _, d := range pack.Departments {
			codes = append(codes, d.Code)
		}
		all := strings.Join(codes, ", ")
		return domain.Invalid("department.not-in-pack", "code", domain.RuleInForce, "现行政策包没有这个部门；可用的代码："+all, "The pack in force has no such department; it has: "+all)
	}
	d := store.Department{Jurisdiction: in.Jurisdiction, Code: in.Code, Name: given(in.Name)}
	if err := s.desk.CreateDepartment(ctx, byOf(c), d); err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusCreated, showDepartment(d))
}

// packFor is the pack in force in a jurisdiction, or else in the nearest one above it.
func (s *Server) packFor(ctx context.Context, jurisdiction string) (*policy.Pack, error) {
	tree, err := s.masters.Jurisdictions(ctx)
	if err != nil {
		return nil, unavailable(err)
	}
	for at := jurisdiction; at != ""; {
		if pack, ok := s.rules.Current(at); ok {
			return pack, nil
		}
		i := slices.IndexFunc(tree, func(j store.Jurisdiction) bool { return j.Code == at })
		if i < 0 {
			break
		}
		at = tree[i].Parent
	}
	return nil, domain.Conflict("pack.none", domain.RuleInForce, "本辖区和上级都还没有现行的政策包，先启用政策包", "No policy pack is in force here or above; put one in force first.")
}

// ChangeDepartment renames, closes or opens a department.
func (s *Server) ChangeDepartment(c echo.Context, jurisdiction, code string, _ contract.ChangeDepartmentParams) error {
	in, err := s.masterChange(c, jurisdiction)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if in.Closed {
		pack, err := s.packFor(ctx, jurisdiction)
		if err == nil {
			if _, needed := pack.Department(code); needed {
				return domain.Conflict("department.in-pack", domain.RuleInForce, "现行政策包还有这个部门的工作，换包之后才能停用", "The pack in force still has work for this department; it can be closed under another pack.")
			}
		} else if domain.CodeOf(err) != "pack.none" {
			return err
		}
	}
	d, err := s.desk.ChangeDepartment(ctx, byOf(c), jurisdiction, code, given(in.Name), in.Closed)
	if err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusOK, showDepartment(d))
}

// CreateOwner registers an owner.
func (s *Server) CreateOwner(c echo.Context, _ contract.CreateOwnerParams) error {
	var in contract.NewOwner
	if err := bind(c, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	if err := s.within(ctx, callerOf(c).Post().Jurisdiction, in.Jurisdiction); err != nil {
		return err
	}
	o := store.Owner{Code: in.Code, Jurisdiction: in.Jurisdiction, Name: given(in.Name), CreditCode: in.CreditCode}
	if err := s.desk.CreateOwner(ctx, byOf(c), o); err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusCreated, showOwner(o))
}

// ChangeOwner renames, closes or opens an owner.
func (s *Server) ChangeOwner(c echo.Context, code string, _ contract.ChangeOwnerParams) error {
	owners, err := s.masters.Owners(c.Request().Context(), "")
	at := slices.IndexFunc(owners, func(o store.Owner) bool { return o.Code == code })
	if err != nil || at < 0 {
		return orUnknown(err, "owner")
	}
	in, err := s.masterChange(c, owners[at].Jurisdiction)
	if err != nil {
		return err
	}
	o, err := s.desk.ChangeOwner(c.Request().Context(), byOf(c), code, given(in.Name), in.Closed)
	if err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusOK, showOwner(o))
}

// CreateExpert adds an expert to the pool, by code and without a name.
func (s *Server) CreateExpert(c echo.Context, _ contract.CreateExpertParams) error {
	var in contract.NewExpert
	if err := bind(c, &in); err != nil {
		return err
	}
	ctx, own := c.Request().Context(), callerOf(c).Post().Jurisdiction
	e := store.Expert{Code: in.Code, Jurisdiction: in.Jurisdiction, Unit: in.Unit, Specialities: in.Specialities, ConflictUnits: in.ConflictUnits}
	if e.Jurisdiction == "" {
		e.Jurisdiction = own
	}
	if err := s.specialists(ctx, own, e); err != nil {
		return err
	}
	if err := s.desk.CreateExpert(ctx, byOf(c), e); err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusCreated, showExpert(e))
}

// specialists refuses an expert of a jurisdiction elsewhere, or of a speciality that no project can ask for.
func (s *Server) specialists(ctx context.Context, own string, e store.Expert) error {
	if err := s.within(ctx, own, e.Jurisdiction); err != nil {
		return err
	}
	pack, err := s.packFor(ctx, e.Jurisdiction)
	if err != nil {
		return err
	}
	for i, speciality := range e.Specialities {
		if !slices.ContainsFunc(pack.Evaluation.Specialities, func(x policy.Choice) bool { return x.Key == speciality }) {
			return domain.Invalid("expert.speciality", "specialities."+strconv.Itoa(i), domain.RuleInForce, "现行政策包没有这个专业："+speciality, "The pack in force has no such speciality: "+speciality)
		}
	}
	return nil
}

// ChangeExpert changes what is known of an expert, or retires one.
func (s *Server) ChangeExpert(c echo.Context, code string, _ contract.ChangeExpertParams) error {
	var in contract.ExpertChange
	if err := bind(c, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	pool, err := s.masters.Experts(ctx, "")
	at := slices.IndexFunc(pool, func(e store.Expert) bool { return e.Code == code })
	if err != nil || at < 0 {
		return orUnknown(err, "expert")
	}
	e := pool[at]
	e.Unit, e.Specialities, e.ConflictUnits, e.Retired = in.Unit, in.Specialities, in.ConflictUnits, in.Retired
	if err := s.specialists(ctx, callerOf(c).Post().Jurisdiction, e); err != nil {
		return err
	}
	if e, err = s.desk.ChangeExpert(ctx, byOf(c), e); err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusOK, showExpert(e))
}

// NoteExpertConflict notes that an expert may not sit on the panel of a project.
func (s *Server) NoteExpertConflict(c echo.Context, code string, _ contract.NoteExpertConflictParams) error {
	var in contract.NewConflict
	if err := bind(c, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	if err := s.visible(ctx, callerOf(c), in.Project); err != nil {
		return err
	}
	if err := s.desk.NoteConflict(ctx, byOf(c), store.ExpertConflict{Project: in.Project, Expert: code, Reason: in.Reason}); err != nil {
		return unavailable(err)
	}
	return c.NoContent(http.StatusNoContent)
}
