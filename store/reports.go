package store

import (
	"context"
	"fmt"
)

// Reports returns one page of monthly reports, the newest period first.
func (s *Store) Reports(ctx context.Context, v Viewer, q ReportQuery) (List[ReportRow], error) {
	var w where
	v.projects(&w)
	w.below("p.jurisdiction", q.Jurisdiction)
	w.is("r.project", q.Project)
	w.is("r.period", q.Period)
	w.is("r.lamp", string(q.Lamp))
	if q.Current {
		w.and("NOT r.superseded")
	}
	order, err := choose("-period", "", reportOrders, "r.project, r.seq", func(r ReportRow) []string {
		return []string{r.Project, written(r.Seq)}
	})
	if err != nil {
		return List[ReportRow]{}, err
	}
	if err := order.from(&w, q.Page); err != nil {
		return List[ReportRow]{}, err
	}
	found, err := rows(s.db.WithContext(ctx), func(r row, p *ReportRow) error {
		return r.Scan(&p.Project, &p.ProjectName, &p.Seq, &p.Period, &p.Investment, &p.Planned, &p.Image, &p.Forecast, &p.Lamp, &p.Corrects,
			&p.Reason, at(&p.FiledAt), &p.Superseded)
	}, `SELECT r.project, p.name, r.seq, r.period, r.investment, r.planned, r.image, r.forecast, r.lamp, r.corrects, r.reason, r.filed_at,
		r.superseded FROM reports r JOIN projects p ON p.id = r.project`+w.String()+order.by()+" LIMIT ?", append(w.args, q.limit()+1)...)
	if err != nil {
		return List[ReportRow]{}, fmt.Errorf("list reports: %w", err)
	}
	return order.page(found, q.Page), nil
}

var reportOrders = map[string]order[ReportRow]{
	"period": {"r.period", func(r ReportRow) any { return r.Period }},
}
