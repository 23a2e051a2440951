package project_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"milepost/domain"
	"milepost/domain/project"
)

// What a chart shows is on the timeline: every end of a bar is a line, what is open is what the state says is open, and
// everything that was ever worked at is there.
func TestAChartIsTheTimeline(t *testing.T) {
	t.Parallel()
	for _, file := range lives(t) {
		t.Run(strings.TrimPrefix(file, "testdata/lives/"), func(t *testing.T) {
			t.Parallel()
			drawn(t, readLife(t, file).Entries)
		})
	}
	t.Run("of any life", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(rt *rapid.T) {
			w := somewhere(rt)
			w.live(rt, 40)
			drawn(rt, w.log)
		})
	})
}

func drawn(t require.TestingT, entries []domain.Entry) {
	c, err := project.ChartOf(entries)
	require.NoError(t, err)
	p := project.New("")
	worked, opened := 0, map[string]bool{}
	for _, e := range entries {
		require.NoError(t, p.Evolve(e))
		now := map[string]bool{}
		for _, task := range p.Tasks {
			now[task.Key] = true
			if !opened[task.Key] {
				worked++
			}
		}
		opened = now
	}
	lines := map[int64]domain.Entry{}
	for _, e := range entries {
		lines[e.Seq] = e
	}
	bars := 0
	var still []string
	for _, r := range c.Rows {
		require.NotEmpty(t, r.Name.Zh, r.Key)
		require.NotEmpty(t, r.Name.En, r.Key)
		for i, b := range r.Bars {
			require.Contains(t, lines, b.Opened)
			if b.Task != "" {
				bars++
			}
			if b.Closed == 0 {
				require.True(t, b.To.IsZero())
				if b.Task != "" {
					still = append(still, b.Task)
				}
				continue
			}
			require.Equal(t, lines[b.Closed].Type, b.Outcome)
			require.True(t, lines[b.Closed].OccurredAt.Equal(b.To), "%s ends with its line", b.Task)
			if r.Key == "phases" && i > 0 {
				require.GreaterOrEqual(t, b.Opened, r.Bars[i-1].Closed, "one phase after the other")
			}
		}
		for _, m := range r.Marks {
			require.Equal(t, lines[m.Seq].Type, m.Type)
			require.NotEmpty(t, m.Text.Zh)
		}
	}
	require.Equal(t, worked, bars, "each piece of work is drawn once")
	var open []string
	for _, task := range p.Tasks {
		open = append(open, task.Key)
	}
	require.ElementsMatch(t, open, still)
}
