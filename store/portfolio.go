package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"milepost/domain/calendar"
	"milepost/domain/project"
)

// Portfolio is the figures of the projects that somebody may see, as of a civil moment. But for the statuses, it is
// of the projects in the library. Every figure is the length, or the sum, of a list: each field says of which. Money
// is in fen.
type Portfolio struct {
	AsOf     time.Time
	Year     int
	All      Sum   // Projects{Library}
	Phases   []Sum // … with Phase: all of them in their order
	Sectors  []Sum // … with Sector, the largest first
	Levels   []Sum // … with Level
	Statuses []Sum // Projects{Status}
	Colours  map[Colour]int
	Lamps    map[string]map[Colour]int // Projects{Library, Lamp, Colour}
	Months   []MonthSum                // Investments{Of: {Library}, From, To}: the twelve of the year
	Starts   Share                     // Projects{Library, StartFrom, StartTo}: the year's first and last day; of these, {Started: Yes}
	Ends     Share                     // Projects{Library, CompleteFrom, CompleteTo}; of these, {Completed: Yes}
	Overdue  int                       // Tasks{Colour: Red}
	Ahead    []Ahead
}

// Sum is how many projects there are of a kind, and their investment.
type Sum struct {
	Key        string
	Projects   int
	Investment int64
	Done       int64
}

// Share is how many were planned, and how many of these are done.
type Share struct{ Planned, Done int }

// MonthSum is the investment of a month, and how many reports are in and are missing.
type MonthSum struct {
	Period   string
	Planned  int64
	Done     int64
	Reported int // Investments{State: reported}
	Asked    int // Investments{State: asked}
}

// Ahead is what comes within some days: from today to a date, both included.
type Ahead struct {
	Days   int
	From   calendar.Date
	To     calendar.Date
	Begins time.Time // the beginning of today
	Ends   time.Time // the end of the last day
	Tasks  int       // Tasks{DueFrom: Begins, DueTo: Ends}
	Starts int       // Projects{Library, StartFrom: From, StartTo: To, Started: No}
	Closes int       // Projects{Library, CompleteFrom: From, CompleteTo: To, Completed: No}
}

// horizons are how many days a look ahead goes.
var horizons = [3]int{30, 60, 90}

// PortfolioQuery chooses whose figures are summed up, as ProjectQuery does. Empty fields choose all.
type PortfolioQuery struct {
	Jurisdiction string
	Unit         string
	Sector       string
	Level        string
	Class        string
	Now          time.Time
}

func (q PortfolioQuery) projects(library bool) ProjectQuery {
	return ProjectQuery{Jurisdiction: q.Jurisdiction, Unit: q.Unit, Sector: q.Sector, Level: q.Level, Class: q.Class, Library: library, Now: q.Now}
}

// Portfolio sums up the projects that a query chooses: by a few grouped questions over the read model, whoever asks, so
// that what is summed is what he may see.
func (s *Store) Portfolio(ctx context.Context, v Viewer, q PortfolioQuery) (Portfolio, error) {
	today := calendar.DateOf(q.Now)
	f := Portfolio{AsOf: q.Now, Year: today.Year, Phases: each(phases, func(p project.Phase) Sum { return Sum{Key: string(p)} })}
	for _, days := range horizons {
		to := today.AddDays(days)
		f.Ahead = append(f.Ahead, Ahead{Days: days, From: today, To: to, Begins: today.At(calendar.TimeOfDay{}), Ends: to.AddDays(1).At(calendar.TimeOfDay{})})
	}
	for _, sum := range []func(context.Context, Viewer, PortfolioQuery, *Portfolio) error{s.sumProjects, s.sumLamps, s.sumMonths, s.sumTasks} {
		if err := sum(ctx, v, q, &f); err != nil {
			return Portfolio{}, fmt.Errorf("sum up the projects: %w", err)
		}
	}
	return f, nil
}

// counted are the projects of a cell that meet a condition; its parameters are the counter's.
type counted struct {
	condition string
	args      []any
	add       func(n int)
}

func (s *Store) sumProjects(ctx context.Context, v Viewer, q PortfolioQuery, f *Portfolio) error {
	first, last := calendar.NewDate(f.Year, time.January, 1).String(), calendar.NewDate(f.Year, time.December, 31).String()
	into := func(n *int) func(int) { return func(m int) { *n += m } }
	counts := []counted{
		{"p.planned_start BETWEEN ? AND ?", []any{first, last}, into(&f.Starts.Planned)},
		{"p.planned_start BETWEEN ? AND ? AND p.started_at IS NOT NULL", []any{first, last}, into(&f.Starts.Done)},
		{"p.planned_completion BETWEEN ? AND ?", []any{first, last}, into(&f.Ends.Planned)},
		{"p.planned_completion BETWEEN ? AND ? AND p.completed_at IS NOT NULL", []any{first, last}, into(&f.Ends.Done)},
	}
	for i := range f.Ahead {
		a := &f.Ahead[i]
		span := []any{a.From.String(), a.To.String()}
		counts = append(counts,
			counted{"p.planned_start BETWEEN ? AND ? AND p.started_at IS NULL", span, into(&a.Starts)},
			counted{"p.planned_completion BETWEEN ? AND ? AND p.completed_at IS NULL", span, into(&a.Closes)})
	}
	var columns strings.Builder
	var args []any
	for _, c := range counts {
		columns.WriteString(", SUM(CASE WHEN " + c.condition + " THEN 1 ELSE 0 END)")
		args = append(args, c.args...)
	}
	w := q.projects(false).where(v)
	cells, err := rows(s.db.WithContext(ctx), func(r row, c *cell) error {
		c.counts = make([]int, len(counts))
		places := []any{&c.phase, &c.sector, &c.level, &c.status, &c.Projects, &c.Investment, &c.Done}
		for i := range c.counts {
			places = append(places, &c.counts[i])
		}
		return r.Scan(places...)
	}, `SELECT p.phase, p.sector, p.level, p.status, COUNT(*), CAST(SUM(p.investment) AS bigint), CAST(SUM(p.investment_done) AS bigint)`+
		columns.String()+` FROM projects p`+w.String()+` GROUP BY p.phase, p.sector, p.level, p.status`, append(args, w.args...)...)
	if err != nil {
		return err
	}
	for _, c := range cells {
		f.Statuses = c.addTo(f.Statuses, string(c.status))
		if !slices.Contains(library, string(c.status)) {
			continue
		}
		f.All.add(c.Sum)
		f.Phases, f.Sectors, f.Levels = c.addTo(f.Phases, string(c.phase)), c.addTo(f.Sectors, c.sector), c.addTo(f.Levels, c.level)
		for i, n := range c.counts {
			counts[i].add(n)
		}
	}
	for _, sums := range [][]Sum{f.Sectors, f.Levels, f.Statuses} {
		slices.SortFunc(sums, func(a, b Sum) int {
			if a.Projects != b.Projects {
				return b.Projects - a.Projects
			}
			return strings.Compare(a.Key, b.Key)
		})
	}
	return nil
}

// cell is the sum of the projects that are alike in all by which they are counted.
type cell struct {
	Sum
	phase  project.Phase
	sector string
	level  string
	status project.Status
	counts []int
}

func (c cell) addTo(sums []Sum, key string) []Sum {
	i := slices.IndexFunc(sums, func(s Sum) bool { return s.Key == key })
	if i < 0 {
		sums, i = append(sums, Sum{Key: key}), len(sums)
	}
	sums[i].add(c.Sum)
	return sums
}

func (s *Sum) add(o Sum) {
	s.Projects += o.Projects
	s.Investment += o.Investment
	s.Done += o.Done
}

// sumLamps counts the lamps that are not green; what is left is.
func (s *Store) sumLamps(ctx context.Context, v Viewer, q PortfolioQuery, f *Portfolio) error {
	w, now := q.projects(true).where(v), exact(q.Now)
	w.and("l.red_at <= ? OR l.yellow_at <= ? OR l.excused_until > ?", now, now, now)
	type lit struct {
		kind string
		rank int
		n    int
	}
	found, err := rows(s.db.WithContext(ctx), func(r row, l *lit) error { return r.Scan(&l.kind, &l.rank, &l.n) },
		`WITH lit AS (SELECT l.project, l.kind, `+lampRank+` AS lamp_rank FROM lamps l JOIN projects p ON p.id = l.project`+w.String()+`)
		SELECT kind, lamp_rank, COUNT(*) FROM lit GROUP BY kind, lamp_rank
		UNION ALL SELECT '', lamp_rank, COUNT(*) FROM (SELECT MAX(lamp_rank) AS lamp_rank FROM lit GROUP BY project) worst GROUP BY lamp_rank`,
		append(lampArgs(q.Now), w.args...)...)
	if err != nil {
		return err
	}
	count := func(kind string) map[Colour]int {
		colours := map[Colour]int{Green: f.All.Projects, Excused: 0, Yellow: 0, Red: 0}
		for _, l := range found {
			if l.kind == kind {
				colours[ranks[l.rank]] += l.n
				colours[Green] -= l.n
			}
		}
		return colours
	}
	f.Colours, f.Lamps = count(""), map[string]map[Colour]int{}
	for _, l := range project.LampKinds() {
		f.Lamps[l] = count(l)
	}
	return nil
}

func (s *Store) sumMonths(ctx context.Context, v Viewer, q PortfolioQuery, f *Portfolio) error {
	for m := 1; m <= 12; m++ {
		f.Months = append(f.Months, MonthSum{Period: strconv.Itoa(f.Year) + "-" + strconv.Itoa(100 + m)[1:]})
	}
	w := InvestmentQuery{Of: q.projects(true), From: f.Months[0].Period, To: f.Months[11].Period}.where(v)
	found, err := rows(s.db.WithContext(ctx), func(r row, m *MonthSum) error {
		return r.Scan(&m.Period, &m.Planned, &m.Done, &m.Reported, &m.Asked)
	}, `SELECT m.period, CAST(SUM(m.planned) AS bigint), CAST(SUM(m.done) AS bigint), SUM(CASE m.state WHEN 'reported' THEN 1 ELSE 0 END),
		SUM(CASE m.state WHEN 'asked' THEN 1 ELSE 0 END) FROM investment_months m JOIN projects p ON p.id = m.project`+w.String()+` GROUP BY m.period`, w.args...)
	if err != nil {
		return err
	}
	for _, m := range found {
		i := slices.IndexFunc(f.Months, func(o MonthSum) bool { return o.Period == m.Period })
		f.Months[i] = m
	}
	return nil
}

func (s *Store) sumTasks(ctx context.Context, v Viewer, q PortfolioQuery, f *Portfolio) error {
	w := TaskQuery{
		Jurisdiction: q.Jurisdiction, Unit: q.Unit, Sector: q.Sector, Level: q.Level, Class: q.Class, DueTo: f.Ahead[len(f.Ahead)-1].Ends,
	}.where(v)
	columns, args, places := "SUM(CASE WHEN t.due_at <= ? THEN 1 ELSE 0 END)", []any{exact(q.Now)}, []any{&f.Overdue}
	for i := range f.Ahead {
		columns += ", SUM(CASE WHEN t.due_at >= ? AND t.due_at < ? THEN 1 ELSE 0 END)"
		args = append(args, exact(f.Ahead[i].Begins), exact(f.Ahead[i].Ends))
		places = append(places, &f.Ahead[i].Tasks)
	}
	_, _, err := one(s.db.WithContext(ctx), func(r row, _ *struct{}) error { return r.Scan(places...) },
		`SELECT `+columns+` FROM tasks t JOIN projects p ON p.id = t.project`+w.String()+` HAVING COUNT(*) > 0`, append(args, w.args...)...)
	return err
}
