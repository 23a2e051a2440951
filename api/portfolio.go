package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"milepost/api/contract"
	"milepost/domain/project"
	"milepost/store"
)

// GetPortfolio sums up the projects that my posts may see.
func (s *Server) GetPortfolio(c echo.Context, p contract.GetPortfolioParams) error {
	f, err := s.records.Portfolio(c.Request().Context(), callerOf(c).Viewer(), store.PortfolioQuery{
		Jurisdiction: p.Jurisdiction, Unit: p.Unit, Sector: p.Sector, Level: string(p.Level), Class: string(p.Class), Now: s.civil(),
	})
	if err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusOK, showPortfolio(f))
}

// ListInvestments lists what the projects that my posts may see have planned and done, month by month.
func (s *Server) ListInvestments(c echo.Context, p contract.ListInvestmentsParams) error {
	list, err := s.records.Investments(c.Request().Context(), callerOf(c).Viewer(), store.InvestmentQuery{
		Of: store.ProjectQuery{
			Jurisdiction: p.Jurisdiction, Unit: p.Unit, Sector: p.Sector, Level: string(p.Level), Class: string(p.Class), Library: p.Library,
		},
		From: p.From, To: p.To, State: project.MonthState(p.State), Sort: string(p.Sort), Page: store.Page{Limit: p.Limit, Cursor: p.Cursor},
	})
	if err != nil {
		return unavailable(err)
	}
	show := func(i store.InvestmentRow) contract.MonthlyInvestment {
		return contract.MonthlyInvestment{
			Project: i.Project, ProjectName: i.ProjectName, Jurisdiction: i.Jurisdiction, Unit: i.Unit, Period: i.Period,
			Planned: i.Planned, Done: i.Done, State: contract.MonthState(i.State),
		}
	}
	return c.JSON(http.StatusOK, contract.InvestmentList{Items: each(list.Rows, show), Next: list.Next})
}

func showPortfolio(f store.Portfolio) contract.Portfolio {
	shown := contract.Portfolio{
		AsOf: f.AsOf, Year: f.Year, All: showSum(f.All), Phases: each(f.Phases, showSum), Sectors: each(f.Sectors, showSum), Levels: each(f.Levels, showSum),
		Statuses: each(f.Statuses, showSum), Colours: showColours(f.Colours), Starts: showShare(f.Starts),
		Completions: showShare(f.Ends), Overdue: f.Overdue,
		Months: each(f.Months, func(m store.MonthSum) contract.PortfolioMonth {
			return contract.PortfolioMonth{Period: m.Period, Planned: m.Planned, Done: m.Done, Reported: m.Reported, Asked: m.Asked}
		}),
		Ahead: each(f.Ahead, func(a store.Ahead) contract.PortfolioAhead {
			return contract.PortfolioAhead{
				Days: a.Days, From: a.From.String(), To: a.To.String(), DueFrom: a.Begins, DueTo: a.Ends, Tasks: a.Tasks, Starts: a.Starts, Completions: a.Closes,
			}
		}),
	}
	for _, kind := range project.LampKinds() {
		shown.Lamps = append(shown.Lamps, contract.PortfolioLamp{Kind: contract.LampKind(kind), Colours: showColours(f.Lamps[kind])})
	}
	for _, m := range f.Months {
		shown.PlannedThisYear += m.Planned
		shown.DoneThisYear += m.Done
	}
	return shown
}

func showSum(s store.Sum) contract.PortfolioSum {
	return contract.PortfolioSum{Key: s.Key, Projects: s.Projects, Investment: s.Investment, InvestmentDone: s.Done}
}

func showShare(s store.Share) contract.PortfolioShare {
	return contract.PortfolioShare{Planned: s.Planned, Done: s.Done}
}

func showColours(n map[store.Colour]int) contract.PortfolioColours {
	return contract.PortfolioColours{Green: n[store.Green], Excused: n[store.Excused], Yellow: n[store.Yellow], Red: n[store.Red]}
}
