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
