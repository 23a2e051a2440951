package api

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"milepost/api/contract"
	"milepost/domain"
	"milepost/store"
)

// ListJurisdictions lists the tree of jurisdictions with the pack in force in each.
func (s *Server) ListJurisdictions(c echo.Context) error {
	tree, err := s.masters.Jurisdictions(c.Request().Context())
	if err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusOK, contract.JurisdictionList{Items: each(tree, s.showJurisdiction)})
}

// ListUnits lists the units.
func (s *Server) ListUnits(c echo.Context, p contract.ListUnitsParams) error {
	units, err := s.masters.Units(c.Request().Context(), p.Jurisdiction)
	if err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusOK, contract.UnitList{Items: each(units, showUnit)})
}

// ListDepartments lists the departments.
func (s *Server) ListDepartments(c echo.Context, p contract.ListDepartmentsParams) error {
	departments, err := s.masters.Departments(c.Request().Context(), p.Jurisdiction)
	if err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusOK, contract.DepartmentList{Items: each(departments, showDepartment)})
}

// ListOwners lists the owners.
func (s *Server) ListOwners(c echo.Context, p contract.ListOwnersParams) error {
	owners, err := s.masters.Owners(c.Request().Context(), p.Jurisdiction)
	if err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusOK, contract.OwnerList{Items: each(owners, showOwner)})
}

// ListExperts lists the pool by code; names stay in the database.
func (s *Server) ListExperts(c echo.Context, p contract.ListExpertsParams) error {
	experts, err := s.masters.Experts(c.Request().Context(), p.Jurisdiction)
	if err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusOK, contract.ExpertList{Items: each(experts, showExpert)})
}

// ListUsers pages through the accounts.
func (s *Server) ListUsers(c echo.Context, p contract.ListUsersParams) error {
	list, err := s.accounts.Users(c.Request().Context(), store.UserQuery{
		Text: p.Q, Role: domain.Role(p.Role), Party: p.Party, Jurisdiction: p.Jurisdiction,
		Disabled: map[contract.ListUsersParamsState]string{contract.ListUsersParamsStateEnabled: "no", contract.ListUsersParamsStateDisabled: "yes"}[p.State],
		Unused:   s.policy.unusedSince(s.now()), Now: s.civil(), Page: store.Page{Limit: p.Limit, Cursor: p.Cursor},
	})
	if err != nil {
		return unavailable(err)
	}
	locked, err := s.throttle.locked(c.Request().Context(), list.Rows...)
	if err != nil {
		return err
	}
	show := func(u store.User) contract.User { return s.showUser(u, locked[u.ID]) }
	return c.JSON(http.StatusOK, contract.UserList{Items: each(list.Rows, show), Next: list.Next})
}

// GetUser shows one account with its posts, those of the past and the future too.
func (s *Server) GetUser(c echo.Context, id string) error {
	ctx := c.Request().Context()
	user, err := s.accounts.User(ctx, id)
	if err != nil {
		return unavailable(err)
	}
	posts, err := s.accounts.Posts(ctx, id)
	if err != nil {
		return unavailable(err)
	}
	locked, err := s.throttle.locked(ctx, user)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, contract.UserWithPosts{User: s.showUser(user, locked[id]), Posts: s.showPosts(ctx, posts)})
}

// ListPacks lists the policy packs and where each is in force.
func (s *Server) ListPacks(c echo.Context) error {
	ctx := c.Request().Context()
	packs, err := s.masters.Packs(ctx)
	if err != nil {
		return unavailable(err)
	}
	rules, err := s.masters.Rules(ctx)
	if err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusOK, contract.PackList{Items: each(packs, func(p store.StoredPack) contract.PackSummary {
		shown := contract.PackSummary{
			Hash: p.Hash, ID: p.ID, Version: p.Version, Title: showText(p.Title), Jurisdiction: p.Jurisdiction, Published: p.Published,
		}
		for jurisdiction, hash := range rules.InForce {
			if hash == p.Hash {
				shown.InForce = append(shown.InForce, jurisdiction)
			}
		}
		slices.Sort(shown.InForce)
		return shown
	})})
}

// GetPack shows one policy pack: resolved as JSON, or as it was published as YAML. A pack never changes, so a
// browser may keep it.
func (s *Server) GetPack(c echo.Context, hash string, p contract.GetPackParams) error {
	stored, err := s.masters.Pack(c.Request().Context(), hash)
	if err != nil {
		return unavailable(err)
	}
	c.Response().Header().Set(echo.HeaderCacheControl, "private, max-age=31536000, immutable")
	if p.Format == contract.GetPackParamsFormatYaml {
		return c.Blob(http.StatusOK, "application/yaml", []byte(stored.YAML))
	}
	var pack contract.Pack
	if err := json.Unmarshal([]byte(stored.JSON), &pack); err != nil {
		return err
	}
	closeAllLists(&pack)
	return c.JSON(http.StatusOK, pack)
}

// ListCalendars lists the calendars.
func (s *Server) ListCalendars(c echo.Context) error {
	ctx := c.Request().Context()
	calendars, err := s.masters.Calendars(ctx)
	if err != nil {
		return unavailable(err)
	}
	rules, err := s.masters.Rules(ctx)
	if err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusOK, contract.CalendarList{Items: each(calendars, func(k store.StoredCalendar) contract.CalendarSummary {
		shown := contract.CalendarSummary{Version: k.Version, InForce: k.Version == rules.Calendar, Published: k.Published, Years: []int{}}
		if cal, ok := s.rules.Calendar(k.Version); ok {
			shown.Years = append(shown.Years, cal.Years()...)
		}
		return shown
	})})
}
