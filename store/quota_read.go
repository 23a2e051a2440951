package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/shopspring/decimal"

	"milepost/domain/quota"
)

// Quotas returns the quotas that the viewer may see: of his jurisdictions and below, and of his departments'.
func (s *Store) Quotas(ctx context.Context, v Viewer, q QuotaQuery) ([]QuotaRow, error) {
	w := q.where()
	v.quotas(&w)
	found, err := rows(s.db.WithContext(ctx), func(r row, row *QuotaRow) error {
		var total, reserved, committed, waitingFor int64
		if err := r.Scan(&row.Jurisdiction, &row.Resource, &row.Year, &total, &reserved, &committed, &row.Waiting, &waitingFor); err != nil {
			return err
		}
		row.Total, row.Reserved, row.Committed, row.WaitingFor = amount(total), amount(reserved), amount(committed), amount(waitingFor)
		row.Free = row.Total.Sub(row.Reserved).Sub(row.Committed)
		return nil
	}, `SELECT q.jurisdiction, q.resource, q.year, q.total, q.reserved, q.committed, count(w.project), COALESCE(CAST(sum(w.amount) AS bigint), 0)
		FROM quotas q LEFT JOIN quota_line w ON w.jurisdiction = q.jurisdiction AND w.resource = q.resource AND w.year = q.year`+w.String()+`
		GROUP BY q.jurisdiction, q.resource, q.year, q.total, q.reserved, q.committed ORDER BY q.jurisdiction, q.year DESC, q.resource`, w.args...)
	if err != nil {
		return nil, fmt.Errorf("list quotas: %w", err)
	}
	return found, nil
}

func (q QuotaQuery) where() where {
	var w where
	w.below("q.jurisdiction", q.Jurisdiction)
	w.is("q.resource", q.Resource)
	if q.Year != 0 {
		w.and("q.year = ?", q.Year)
	}
	return w
}

// WaitingLine returns the line for one quota, the head first.
func (s *Store) WaitingLine(ctx context.Context, v Viewer, jurisdiction, resource string, year int) ([]WaitingRow, error) {
	var w where
	v.quotas(&w)
	w.and("q.jurisdiction = ? AND q.resource = ? AND q.year = ?", jurisdiction, resource, year)
	return s.waiting(ctx, w)
}

// WaitingPlaces returns where a project stands in line now, one row per resource and year.
func (s *Store) WaitingPlaces(ctx context.Context, v Viewer, projectID string) ([]WaitingRow, error) {
	seen, err := v.visible(s.db.WithContext(ctx), projectID)
	if err != nil {
		return nil, fmt.Errorf("read the waiting line: %w", err)
	}
	if !seen {
		return nil, noProject()
	}
	var w where
	w.and(`EXISTS (SELECT 1 FROM quota_line own WHERE own.project = ? AND own.jurisdiction = q.jurisdiction AND own.resource = q.resource
		AND own.year = q.year)`, projectID)
	lines, err := s.waiting(ctx, w)
	return slices.DeleteFunc(lines, func(r WaitingRow) bool { return r.Project != projectID }), err
}

// waiting reads whole lines, each in its order.
func (s *Store) waiting(ctx context.Context, w where) ([]WaitingRow, error) {
	type named struct {
		waitingModel
		name, level string
	}
	found, err := rows(s.db.WithContext(ctx), func(r row, n *named) error {
		return readWaiting(r, &n.waitingModel, &n.name, &n.level)
	}, "SELECT "+waitingColumns+`, COALESCE(p.name, ''), COALESCE(p.level, '') FROM quotas q
		JOIN quota_line w ON w.jurisdiction = q.jurisdiction AND w.resource = q.resource AND w.year = q.year
		LEFT JOIN projects p ON p.id = w.project`+w.String(), w.args...)
	if err != nil {
		return nil, fmt.Errorf("read the waiting line: %w", err)
	}
	byQuota := map[quotaKey][]waitingModel{}
	names := map[string]named{}
	var keys []quotaKey
	for _, n := range found {
		if byQuota[n.Of] == nil {
			keys = append(keys, n.Of)
		}
		byQuota[n.Of] = append(byQuota[n.Of], n.waitingModel)
		names[n.Project] = n
	}
	slices.SortFunc(keys, compareKeys)
	var out []WaitingRow
	for _, key := range keys {
		line, err := lineOf(byQuota[key])
		if err != nil {
			return nil, err
		}
		for i, c := range line {
			out = append(out, WaitingRow{
				Place: i + 1, Project: c.Project, Name: names[c.Project].name, Amount: c.Amount, Level: names[c.Project].level, Benefit: c.Benefit,
				Since: c.Since, Resource: key.Resource, Year: int(key.Year),
			})
		}
	}
	return out, nil
}

const waitingColumns = "w.jurisdiction, w.resource, w.year, w.project, w.amount, w.rank, w.benefit, w.since"

func scanWaiting(r row, w *waitingModel) error { return readWaiting(r, w) }

func readWaiting(r row, w *waitingModel, more ...any) error {
	return r.Scan(append([]any{&w.Of.Jurisdiction, &w.Of.Resource, &w.Of.Year, &w.Project, &w.Amount, &w.Rank, &w.Benefit, at(&w.Since)}, more...)...)
}

// lineOf puts the rows of one line in its order.
func lineOf(ws []waitingModel) ([]quota.Claim, error) {
	var line []quota.Claim
	for _, w := range ws {
		benefit, err := decimal.NewFromString(w.Benefit)
		if err != nil {
			return nil, fmt.Errorf("benefit of %s: %w", w.Project, err)
		}
		line = append(line, quota.Claim{Project: w.Project, Amount: amount(w.Amount), Rank: int(w.Rank), Benefit: benefit, Since: w.Since})
	}
	slices.SortFunc(line, quota.Order)
	return line, nil
}

// Ledger returns one page of the quota ledger, the newest line first. Who sees a project sees the project's
// lines; who sees a quota sees all of its lines.
func (s *Store) Ledger(ctx context.Context, v Viewer, q LedgerQuery) (List[LedgerRow], error) {
	w := q.where()
	w.is("q.project", q.Project)
	v.ledger(&w)
	last, ok, err := q.placeOf("-id", 1)
	if err != nil {
		return List[LedgerRow]{}, err
	}
	if ok {
		id, _ := strconv.ParseInt(last[0], 10, 64) // one that is no number is before all
		w.and("q.id < ?", id)
	}
	found, err := rows(s.db.WithContext(ctx), func(r row, l *LedgerRow) error {
		var n int64
		head := []any{&l.ID, &l.Jurisdiction, &l.Resource, &l.Year, &l.Act, &l.Project, &l.ProjectName, &n, &l.Clause, &l.Note, at(&l.At), &l.Effect}
		err := r.Scan(append(head, actorFields(&l.By)...)...)
		l.Amount = amount(n)
		return err
	}, `SELECT q.id, q.jurisdiction, q.resource, q.year, q.act, q.project, COALESCE(p.name, ''), q.amount, q.clause, q.note, q.at, q.effect,
		`+actorColumns+` FROM quota_ledger q LEFT JOIN projects p ON p.id = q.project`+w.String()+" ORDER BY q.id DESC LIMIT ?",
		append(w.args, q.limit()+1)...)
	if err != nil {
		return List[LedgerRow]{}, fmt.Errorf("list the ledger: %w", err)
	}
	return list(found, q.limit(), "-id", func(l LedgerRow) []string { return []string{strconv.FormatInt(l.ID, 10)} }), nil
}
