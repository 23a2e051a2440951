package store

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
)

func onEach(b *testing.B, bench func(b *testing.B, s *Store)) {
	b.Helper()
	for _, d := range []Dialect{PostgreSQL, SQLite} {
		b.Run(string(d), func(b *testing.B) { bench(b, fresh(b, d)) })
	}
}

// BenchmarkCommand is the store's part of a command on a project in approval: intent and record.
func BenchmarkCommand(b *testing.B) {
	onEach(b, func(b *testing.B, s *Store) {
		b.Helper()
		l := begin(b, s, "p1", "2026-03-02 10:00").approving()
		l.submit("initiation")
		var task string
		for _, t := range l.p.Tasks {
			if t.Kind == project.TaskDecision {
				task = t.Key
			}
		}
		acts := []any{project.ClaimTask{Task: task}, project.ReleaseTask{Task: task}}
		for i := 0; b.Loop(); i++ {
			b.StopTimer()
			c, entries := l.decide(handler("development"), acts[i%2])
			b.StartTimer()
			_, err := s.Intend(b.Context(), c)
			require.NoError(b, err)
			require.NoError(b, s.Record(b.Context(), l.name, entries, outcome(c, entries)))
		}
		snapshot, _ := l.p.Snapshot()
		b.ReportMetric(float64(len(snapshot)), "state-bytes")
	})
}

// BenchmarkWaiting is the question that comes before every deadline; almost always nobody waits. The record holds five
// thousand commands of other days.
func BenchmarkWaiting(b *testing.B) {
	onEach(b, func(b *testing.B, s *Store) {
		b.Helper()
		l := begin(b, s, "p1", "2026-03-02 10:00").declared()
		for i := range 5000 {
			id := fmt.Sprint("old-", i)
			_, err := s.Intend(b.Context(), domain.Command{ID: id, Entity: fmt.Sprint("project/", i%100), Type: "FilePaper", Body: []byte(`{}`), Actor: owner})
			require.NoError(b, err)
			require.NoError(b, s.Refuse(b.Context(), id, &domain.Error{Kind: domain.KindConflict, Code: "x"}, 1))
		}
		for b.Loop() {
			w, err := s.Waiting(b.Context(), l.name, on("2026-03-16 17:30"), domain.Command{})
			require.NoError(b, err)
			require.Empty(b, w.Commands)
		}
	})
}

// BenchmarkTimeline reads a page of sixty lines as the head of the project's jurisdiction sees them.
func BenchmarkTimeline(b *testing.B) {
	onEach(b, func(b *testing.B, s *Store) {
		b.Helper()
		l := begin(b, s, "p1", "2026-03-02 10:00").building()
		l.until("2026-06-02 10:00")
		v := Viewer{Jurisdictions: []string{"shangluo"}}
		n := 0
		for b.Loop() {
			lines, err := s.Timeline(b.Context(), v, TimelineQuery{Entity: l.name, Limit: 60})
			require.NoError(b, err)
			n = len(lines)
		}
		require.Equal(b, 60, n)
	})
}

// BenchmarkInbox reads the first page of a department's work among two hundred projects.
func BenchmarkInbox(b *testing.B) {
	onEach(b, func(b *testing.B, s *Store) {
		b.Helper()
		for i := range 200 {
			begin(b, s, fmt.Sprint("p", i), "2026-03-02 10:00").declared()
		}
		v := Viewer{Jurisdictions: []string{"shangluo"}}
		q := TaskQuery{For: []domain.Party{{Kind: domain.PartyOffice}}, Now: on("2026-03-12 10:00"), Page: Page{Limit: 50}}
		for b.Loop() {
			got, err := s.Tasks(b.Context(), v, q)
			require.NoError(b, err)
			require.Len(b, got.Rows, 50)
		}
	})
}

// BenchmarkEmpty is the floor under all of these: one round trip.
func BenchmarkEmpty(b *testing.B) {
	onEach(b, func(b *testing.B, s *Store) {
		b.Helper()
		for b.Loop() {
			_, err := s.RulesRevision(b.Context())
			require.NoError(b, err)
		}
	})
}

// BenchmarkPortfolio sums up twenty thousand projects as the leader of the city sees them.
func BenchmarkPortfolio(b *testing.B) {
	onEach(b, func(b *testing.B, s *Store) {
		b.Helper()
		const n = 20_000
		many(b, s, n)
		for _, v := range []struct {
			name   string
			viewer Viewer
		}{{"city", Viewer{Jurisdictions: []string{"shangluo"}}}, {"department", Viewer{Departments: []Seat{{"shangluo", "development"}}}}} {
			b.Run(v.name, func(b *testing.B) {
				var f Portfolio
				var err error
				for b.Loop() {
					f, err = s.Portfolio(b.Context(), v.viewer, PortfolioQuery{Now: on("2026-04-20 12:00")})
					require.NoError(b, err)
				}
				require.Equal(b, n, f.All.Projects)
			})
		}
	})
}

// many copies one project under construction and one in approval, rows of the read model only.
func many(b *testing.B, s *Store, n int) {
	b.Helper()
	require.NoError(b, s.PutJurisdictions(b.Context(), Jurisdiction{Code: "shangluo", Name: domain.Text{Zh: "商洛市"}, Level: "city"}))
	approving := begin(b, s, "a", "2026-03-02 10:00").approving()
	approving.submit("initiation")
	built := begin(b, s, "b", "2026-03-02 10:00").building()
	built.until("2026-04-20 10:00")
	for _, l := range []*life{approving, built} {
		v := viewOf(l.p)
		row := projectRow(l.p, v, l.now)
		var projects []projectModel
		var parties []partyModel
		var tasks []taskModel
		var lamps []lampModel
		var plan []monthModel
		for i := 1; i < n/2; i++ {
			id := fmt.Sprint(l.p.ID, "-", i)
			row.ID = id
			projects = append(projects, row)
			for _, p := range v.parties {
				p.Project = id
				parties = append(parties, p)
			}
			for _, t := range v.tasks {
				t.Project = id
				tasks = append(tasks, t)
			}
			for _, x := range v.lamps {
				x.Project = id
				lamps = append(lamps, x)
			}
			for m := range 36 {
				plan = append(plan, monthModel{Project: id, Period: fmt.Sprintf("%d-%02d", 2026+m/12, 1+m%12), Planned: 1000, State: "planned"})
			}
		}
		require.NoError(b, insert(s.db, projects))
		require.NoError(b, insert(s.db, parties))
		require.NoError(b, insert(s.db, tasks))
		require.NoError(b, insert(s.db, lamps))
		require.NoError(b, insert(s.db, plan))
	}
	if s.dialect == PostgreSQL {
		require.NoError(b, s.db.Exec("ANALYZE").Error)
	}
}
