package store

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/project"
)

// portfolioCity is a city with projects of several kinds at several points of their lives.
func portfolioCity(t *testing.T, s *Store) {
	t.Helper()
	cityWith(t, s)
	as := func(id, jurisdiction, unit, sector, level, start, completion string) project.Profile {
		f := profile()
		f.Name, f.Jurisdiction, f.Unit, f.Sector, f.Level, f.PlannedStart, f.PlannedCompletion = "项目"+id, jurisdiction, unit, sector, level, start, completion
		return f
	}
	gone := begin(t, s, "gone", "2026-03-02 10:00").declaredAs(as("gone", "shangluo", "district", "industry", "city", "2026-04-01", "2027-06-30"))
	gone.do(owner, project.Withdraw{Reason: "不再建设"})
	begin(t, s, "soon", "2026-03-02 10:00").declaredAs(as("soon", "shangzhou", "district", "industry", "county", "2026-05-01", "2026-12-31"))
	begin(t, s, "late", "2026-03-02 10:00").declaredAs(as("late", "danfeng", "danfeng-gov", "social", "regional", "2026-06-01", "2026-06-15"))
	built := begin(t, s, "built", "2026-03-02 10:00").building()
	built.do(office, project.SetPlan{
		Months: []project.PlanMonth{{Period: "2026-03", Amount: 500}, {Period: "2026-04", Amount: 800}, {Period: "2027-01", Amount: 900}}, Reason: "提前开工",
	})
	built.until("2026-04-20 10:00")
	built.do(owner, project.FileReport{Period: "2026-03", Investment: 300, Image: "基础施工"})
}

// viewers see all, a part, or nothing.
var viewers = map[string]Viewer{
	"everything": Everything,
	"the city":   {Jurisdictions: []string{"shangluo"}},
	"a district": {Jurisdictions: []string{"danfeng"}},
	"department": {Departments: []Seat{{"shangluo", "development"}}},
	"unit":       {Units: []string{"district"}},
	"owner":      {Owners: []string{"builder"}},
	"nobody":     {},
}

// TestEveryFigureIsTheLengthOfItsList opens the list behind each figure, for whoever looks, however it is filtered and
// whenever it is.
func TestEveryFigureIsTheLengthOfItsList(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		portfolioCity(t, s)
		rapid.Check(t, func(r *rapid.T) {
			v := viewers[rapid.SampledFrom(slices.Sorted(maps.Keys(viewers))).Draw(r, "viewer")]
			q := PortfolioQuery{
				Jurisdiction: rapid.SampledFrom([]string{"", "shangluo", "danfeng", "elsewhere"}).Draw(r, "jurisdiction"),
				Unit:         rapid.SampledFrom([]string{"", "", "district"}).Draw(r, "unit"),
				Sector:       rapid.SampledFrom([]string{"", "", "infrastructure", "industry"}).Draw(r, "sector"),
				Level:        rapid.SampledFrom([]string{"", "", "city"}).Draw(r, "level"),
				Class:        rapid.SampledFrom([]string{"", "", "construction", "preparatory"}).Draw(r, "class"),
				Now:          on("2026-03-02 10:00").AddDate(0, 0, rapid.IntRange(0, 400).Draw(r, "days")),
			}
			f, err := s.Portfolio(t.Context(), v, q)
			require.NoError(r, err)
			holds{r, s, v, q, f}.all()
		})
	})
}

// holds compares figures with lists.
type holds struct {
	t *rapid.T
	s *Store
	v Viewer
	q PortfolioQuery
	f Portfolio
}

func (h holds) projects(change func(*ProjectQuery)) Sum {
	h.t.Helper()
	q := h.q.projects(true)
	change(&q)
	sum := Sum{}
	for {
		got, err := h.s.Projects(h.t.Context(), h.v, q)
		require.NoError(h.t, err)
		for _, p := range got.Rows {
			sum.add(Sum{Projects: 1, Investment: p.Investment, Done: p.InvestmentDone})
		}
		if got.Next == "" {
			return sum
		}
		q.Cursor = got.Next
	}
}

func (h holds) tasks(q TaskQuery) int {
	h.t.Helper()
	q.Jurisdiction, q.Unit, q.Sector, q.Level, q.Class, q.Now = h.q.Jurisdiction, h.q.Unit, h.q.Sector, h.q.Level, h.q.Class, h.q.Now
	n := 0
	for {
		got, err := h.s.Tasks(h.t.Context(), h.v, q)
		require.NoError(h.t, err)
		n += len(got.Rows)
		if got.Next == "" {
			return n
		}
		q.Cursor = got.Next
	}
}

func (h holds) investments(q InvestmentQuery) (rows int, planned, done int64) {
	h.t.Helper()
	q.Of = h.q.projects(true)
	for {
		got, err := h.s.Investments(h.t.Context(), h.v, q)
		require.NoError(h.t, err)
		for _, m := range got.Rows {
			rows, planned, done = rows+1, planned+m.Planned, done+m.Done
		}
		if got.Next == "" {
			return rows, planned, done
		}
		q.Cursor = got.Next
	}
}

func (h holds) all() {
	h.t.Helper()
	f := h.f
	require.Equal(h.t, f.All, h.projects(func(*ProjectQuery) {}))
	for _, g := range []struct {
		sums []Sum
		by   func(q *ProjectQuery, key string)
	}{
		{f.Phases, func(q *ProjectQuery, key string) { q.Phase = project.Phase(key) }},
		{f.Sectors, func(q *ProjectQuery, key string) { q.Sector = key }},
		{f.Levels, func(q *ProjectQuery, key string) { q.Level = key }},
		{f.Statuses, func(q *ProjectQuery, key string) { q.Status, q.Library = project.Status(key), false }},
	} {
		for _, sum := range g.sums {
			listed := h.projects(func(q *ProjectQuery) { g.by(q, sum.Key) })
			listed.Key = sum.Key
			require.Equal(h.t, sum, listed)
		}
	}
	for _, c := range ranks {
		require.Equal(h.t, f.Colours[c], h.projects(func(q *ProjectQuery) { q.Colour = c }).Projects, c)
		for kind, n := range f.Lamps {
			require.Equal(h.t, n[c], h.projects(func(q *ProjectQuery) { q.Colour, q.Lamp = c, kind }).Projects, "%s %s", kind, c)
		}
	}
	require.Len(h.t, f.Months, 12)
	for _, m := range f.Months {
		_, planned, done := h.investments(InvestmentQuery{From: m.Period, To: m.Period})
		require.Equal(h.t, m.Planned, planned, m.Period)
		require.Equal(h.t, m.Done, done, m.Period)
		reported, _, _ := h.investments(InvestmentQuery{From: m.Period, To: m.Period, State: project.MonthReported})
		asked, _, _ := h.investments(InvestmentQuery{From: m.Period, To: m.Period, State: project.MonthAsked})
		require.Equal(h.t, m.Reported, reported)
		require.Equal(h.t, m.Asked, asked)
	}
	first, last := fmt.Sprint(f.Year, "-01-01"), fmt.Sprint(f.Year, "-12-31")
	starts, ends := func(q *ProjectQuery) { q.StartFrom, q.StartTo = first, last }, func(q *ProjectQuery) { q.CompleteFrom, q.CompleteTo = first, last }
	require.Equal(h.t, Share{h.projects(starts).Projects, h.projects(func(q *ProjectQuery) { starts(q); q.Started = Yes }).Projects}, f.Starts)
	require.Equal(h.t, Share{h.projects(ends).Projects, h.projects(func(q *ProjectQuery) { ends(q); q.Completed = Yes }).Projects}, f.Ends)
	require.Equal(h.t, f.Overdue, h.tasks(TaskQuery{Colour: Red}))
	for _, a := range f.Ahead {
		require.Equal(h.t, a.Tasks, h.tasks(TaskQuery{DueFrom: a.Begins, DueTo: a.Ends}))
		require.Equal(h.t, a.Starts, h.projects(func(q *ProjectQuery) { q.StartFrom, q.StartTo, q.Started = a.From.String(), a.To.String(), No }).Projects)
		require.Equal(h.t, a.Closes, h.projects(func(q *ProjectQuery) { q.CompleteFrom, q.CompleteTo, q.Completed = a.From.String(), a.To.String(), No }).Projects)
	}
}

func TestTheFiguresOfACity(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		portfolioCity(t, s)
		f, err := s.Portfolio(t.Context(), Everything, PortfolioQuery{Now: on("2026-04-20 12:00")})
		require.NoError(t, err)
		require.Equal(t, 6, f.All.Projects, "what was withdrawn is not in the library")
		require.Equal(t, int64(300), f.All.Done)
		keys := func(sums []Sum) (keys []string) {
			for _, s := range sums {
				if s.Projects > 0 {
					keys = append(keys, fmt.Sprint(s.Key, " ", s.Projects))
				}
			}
			return keys
		}
		require.Equal(t, []string{"planning 4", "approval 1", "construction 1"}, keys(f.Phases))
		require.Len(t, f.Phases, 8)
		require.Equal(t, []string{"infrastructure 4", "industry 1", "social 1"}, keys(f.Sectors))
		require.Equal(t, []string{"city 4", "county 1", "regional 1"}, keys(f.Levels))
		require.Equal(t, []string{"active 6", "withdrawn 1"}, keys(f.Statuses))
		require.Equal(t, 6, f.Colours[Green]+f.Colours[Yellow]+f.Colours[Red]+f.Colours[Excused])
		require.Equal(t, 1, f.Lamps[project.LampProgress][Red], "300 of 500 is far behind")
		require.Equal(t, MonthSum{Period: "2026-03", Planned: 500, Done: 300, Reported: 1}, f.Months[2])
		require.Equal(t, MonthSum{Period: "2026-04", Planned: 800, Asked: 1}, f.Months[3])
		require.Equal(t, []int{1, 2, 2}, []int{f.Ahead[0].Starts, f.Ahead[1].Starts, f.Ahead[2].Starts})
		require.Equal(t, []int{0, 1, 1}, []int{f.Ahead[0].Closes, f.Ahead[1].Closes, f.Ahead[2].Closes})
		require.Equal(t, calendar.NewDate(2026, time.May, 20), f.Ahead[0].To)
		require.Equal(t, 6, f.Starts.Planned)
		require.Equal(t, 1, f.Starts.Done)
		require.Positive(t, f.Overdue)
	})
}

func TestTheGravestProjectsComeFirst(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		portfolioCity(t, s)
		now := on("2026-04-20 12:00")
		got, err := s.Projects(t.Context(), Everything, ProjectQuery{Colour: Red, Sort: "gravity", Now: now})
		require.NoError(t, err)
		require.NotEmpty(t, got.Rows)
		since := time.Time{}
		for _, p := range got.Rows {
			red := far
			for _, l := range p.Lamps {
				if !l.RedAt.IsZero() && l.RedAt.Before(red) {
					red = l.RedAt
				}
			}
			require.False(t, red.Before(since), "%s came after what is red for less long", p.ID)
			require.True(t, red.Equal(p.RedOrder))
			since = red
		}
	})
}

func TestALampTellsWhoseWorkItIsAndWhatFollows(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00").approving()
		l.submit("initiation")
		lamp := func() LampRow {
			p, err := s.Project(t.Context(), Everything, "p1", l.now)
			require.NoError(t, err)
			i := slices.IndexFunc(p.Lamps, func(l LampRow) bool { return l.Kind == project.LampApproval })
			return p.Lamps[i]
		}
		require.Equal(t, domain.PartyDepartment, lamp().Party.Kind)
		var rungs []string
		for l.now.Before(on("2026-04-10 10:00")) {
			next := lamp().Next
			i := slices.IndexFunc(l.p.Tasks, func(task project.Task) bool { return task.Key == lamp().Task })
			if next.At.IsZero() {
				require.Empty(t, l.p.Tasks[i].Clock.Rungs)
			} else {
				require.True(t, l.p.Tasks[i].Clock.Rungs[0].At.Equal(next.At))
				if len(rungs) == 0 || rungs[len(rungs)-1] != string(next.Kind) {
					rungs = append(rungs, string(next.Kind))
				}
			}
			l.until(l.now.Add(24 * time.Hour).Format("2006-01-02 15:04"))
		}
		require.Contains(t, rungs, "supervision-notice")
		got, err := s.Tasks(t.Context(), Everything, TaskQuery{Now: l.now})
		require.NoError(t, err)
		require.Len(t, got.Rows, len(l.p.Tasks))
	})
}

func TestInvestmentsArePagedInBothOrders(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		portfolioCity(t, s)
		read := func(q InvestmentQuery) (got []InvestmentRow) {
			for {
				page, err := s.Investments(t.Context(), Everything, q)
				require.NoError(t, err)
				got = append(got, page.Rows...)
				if page.Next == "" {
					return got
				}
				q.Cursor = page.Next
			}
		}
		for name := range investmentOrders {
			for _, sort := range []string{name, "-" + name} {
				whole, paged := read(InvestmentQuery{Sort: sort, Page: Page{Limit: 100}}), read(InvestmentQuery{Sort: sort, Page: Page{Limit: 3}})
				require.Greater(t, len(whole), 50)
				require.Equal(t, whole, paged, sort)
			}
		}
		most := read(InvestmentQuery{Sort: "-shortfall", From: "2026-04", To: "2026-04"})
		require.GreaterOrEqual(t, most[0].Planned-most[0].Done, most[len(most)-1].Planned-most[len(most)-1].Done)
		_, err := s.Investments(t.Context(), Everything, InvestmentQuery{Sort: "planned; DROP TABLE projects"})
		require.Equal(t, "sort", domain.CodeOf(err))
	})
}

// TestWhatANewStepHasRoomForIsFilledIn goes back to the tables before the portfolio, with projects in them, and up again.
func TestWhatANewStepHasRoomForIsFilledIn(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		portfolioCity(t, s)
		all := func() (kept []string) {
			for _, query := range []string{
				"SELECT id || ' ' || red_order FROM projects ORDER BY id",
				"SELECT project || ' ' || period || ' ' || planned || ' ' || done || ' ' || state FROM investment_months ORDER BY project, period",
				"SELECT project || ' ' || key || ' ' || next_rung || ' ' || COALESCE(CAST(next_rung_at AS text), '-') FROM tasks WHERE closed_at IS NULL ORDER BY project, key",
			} {
				found, err := rows(s.db, scalar[string], query)
				require.NoError(t, err)
				require.NotEmpty(t, found)
				kept = append(kept, found...)
			}
			return kept
		}
		before := all()
		p, err := s.migrator()
		require.NoError(t, err)
		_, err = p.DownTo(t.Context(), 9)
		require.NoError(t, err)
		require.NoError(t, s.Migrate(t.Context()))
		require.Equal(t, before, all())
		_, wanting, err := one(s.db, scalar[string], "SELECT value FROM settings WHERE name = ?", settingUnfilled)
		require.NoError(t, err)
		require.False(t, wanting)
	})
}

// TestMonthsFollowTheProject holds that the months of the read model are the project's, whatever happens to it.
func TestMonthsFollowTheProject(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		l := begin(t, s, "p1", "2026-03-02 10:00").building()
		same := func() {
			t.Helper()
			got, err := rows(s.db, func(r row, m *project.Month) error { return r.Scan(&m.Period, &m.Planned, &m.Done, &m.State) },
				"SELECT period, planned, done, state FROM investment_months WHERE project = 'p1' ORDER BY period")
			require.NoError(t, err)
			require.Equal(t, l.p.Months(), got)
		}
		same()
		l.do(owner, project.SetPlan{Months: []project.PlanMonth{{Period: "2026-06", Amount: 900}}})
		same()
		l.until("2026-05-10 10:00")
		same()
		l.do(owner, project.FileReport{Period: "2026-04", Investment: 1, Image: "基础施工"})
		same()
		require.NoError(t, s.Rebuild(t.Context(), l.name))
		same()
	})
}
