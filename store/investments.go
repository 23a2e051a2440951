package store

import (
	"context"
	"fmt"

	"milepost/domain/project"
)

// InvestmentQuery chooses months of projects. Of the projects, the page and the order are not looked at.
type InvestmentQuery struct {
	Of    ProjectQuery
	From  string // 2026-01 or later, …
	To    string // … this month or before
	State project.MonthState
	Sort  string // period | shortfall; "-" turns it round; "" = period
	Page
}

// InvestmentRow is the investment of a project in a month, in fen.
type InvestmentRow struct {
	Project      string
	ProjectName  string
	Jurisdiction string
	Unit         string
	project.Month
}

// Investments returns one page of the months of the projects that the viewer may see.
func (s *Store) Investments(ctx context.Context, v Viewer, q InvestmentQuery) (List[InvestmentRow], error) {
	order, err := choose(q.Sort, "period", investmentOrders, "m.project, m.period", func(r InvestmentRow) []string {
		return []string{r.Project, r.Period}
	})
	if err != nil {
		return List[InvestmentRow]{}, err
	}
	w := q.where(v)
	if err := order.from(&w, q.Page); err != nil {
		return List[InvestmentRow]{}, err
	}
	found, err := rows(s.db.WithContext(ctx), func(r row, i *InvestmentRow) error {
		return r.Scan(&i.Project, &i.ProjectName, &i.Jurisdiction, &i.Unit, &i.Period, &i.Planned, &i.Done, &i.State)
	}, `SELECT m.project, p.name, p.jurisdiction, p.unit, m.period, m.planned, m.done, m.state
		FROM investment_months m JOIN projects p ON p.id = m.project`+w.String()+order.by()+" LIMIT ?", append(w.args, q.limit()+1)...)
	if err != nil {
		return List[InvestmentRow]{}, fmt.Errorf("list investments: %w", err)
	}
	return order.page(found, q.Page), nil
}

func (q InvestmentQuery) where(v Viewer) where {
	w := q.Of.where(v)
	w.from("m.period", q.From)
	w.upTo("m.period", q.To)
	w.is("m.state", string(q.State))
	return w
}

var investmentOrders = map[string]order[InvestmentRow]{
	"period":    {"m.period", func(r InvestmentRow) any { return r.Period }},
	"shortfall": {"m.planned - m.done", func(r InvestmentRow) any { return r.Planned - r.Done }},
}
