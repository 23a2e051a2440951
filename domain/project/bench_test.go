package project_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/project"
)

// huge is a project with more than 60 items under approval, all of them handed in, and more than 300 entries on its
// timeline.
var huge = sync.OnceValue(func() world {
	var more strings.Builder
	more.WriteString("items:\n")
	for i := range 48 {
		fmt.Fprintf(&more, "  - {key: extra-%d, name: {zh: 附加事项%d}, phase: approval, department: housing, after: [initiation], clause: SL-21a, papers: [{key: form, name: {zh: 申请表}, standard: {zh: 加盖公章}}]}\n", i, i)
	}
	w := variant(silent{}, more.String(), "2026-03-02 10:00").declaredAs(everything)
	w.submit("initiation")
	w.grant("initiation")
	for again := true; again; {
		again = false
		for _, i := range w.p.Items {
			if i.State == project.ItemOpen {
				w.submit(i.Key)
				w.do(handler(i.Department), project.AcceptItem{Item: i.Key})
				w.do(handler(i.Department), project.ClaimTask{Task: w.taskKey(project.TaskDecision, i.Key)})
				again = true
			}
		}
	}
	w.until("2026-03-18 10:00") // all overdue and supervised
	return *w
})

func TestTheHugeProjectIsHuge(t *testing.T) {
	t.Parallel()
	w := huge()
	require.GreaterOrEqual(t, len(w.p.Items), 60)
	require.GreaterOrEqual(t, len(w.log), 300)
	require.Less(t, len(w.snapshot()), 512<<10, "reliability I10: a state stays below 512 KB")
}

// BenchmarkGrant is one decision and what it changes: what a command costs the engine's worker, twice over.
func BenchmarkGrant(b *testing.B) {
	w := huge().on(b)
	c := w.command(handler("housing"), project.GrantItem{Item: "extra-40", Document: "批复"})
	b.Run("decide", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := w.p.Decide(c, w.now, w.rules); err != nil {
				b.Fatal(err)
			}
		}
	})
	entries, err := w.p.Decide(c, w.now, w.rules)
	require.NoError(b, err)
	b.Run("evolve", func(b *testing.B) {
		b.ReportAllocs()
		state := w.snapshot()
		for b.Loop() {
			b.StopTimer()
			p, err := project.Restore(state)
			require.NoError(b, err)
			b.StartTimer()
			for _, e := range entries {
				if err := p.Evolve(e); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

// BenchmarkRefusal is a command that changes nothing, as every validator's dry run is at least.
func BenchmarkRefusal(b *testing.B) {
	w := huge().on(b)
	c := w.command(handler("water"), project.GrantItem{Item: "extra-40", Document: "批复"})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := w.p.Decide(c, w.now, w.rules); domain.CodeOf(err) != "task.other-party" {
			b.Fatal(err)
		}
	}
}

func BenchmarkSnapshot(b *testing.B) {
	w := huge().on(b)
	state := w.snapshot()
	b.Run("write", func(b *testing.B) {
		b.ReportMetric(float64(len(state)), "bytes")
		b.ReportAllocs()
		for b.Loop() {
			if _, err := w.p.Snapshot(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("restore", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := project.Restore(state); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkTick is an evening on which sixty overdue items climb a rung together.
func BenchmarkTick(b *testing.B) {
	w := huge().on(b)
	to := at(b, "2026-03-20 17:30") // criticism
	entries, err := w.p.Tick(to, w.rules)
	require.NoError(b, err)
	require.Greater(b, len(entries), 50)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := w.p.Tick(to, w.rules); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(entries)), "entries")
}

// BenchmarkRebuild is a state made again from its timeline alone.
func BenchmarkRebuild(b *testing.B) {
	w := huge()
	b.ReportAllocs()
	for b.Loop() {
		p := project.New("p1")
		for _, e := range w.log {
			if err := p.Evolve(e); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(len(w.log)), "entries")
}

func BenchmarkNextDeadline(b *testing.B) {
	w := huge()
	for b.Loop() {
		w.p.NextDeadline()
	}
}
