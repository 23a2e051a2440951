package api

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"milepost/api/contract"
	"milepost/domain"
	"milepost/domain/project"
	"milepost/store"
)

// GetChart draws a project's whole life from its timeline.
func (s *Server) GetChart(c echo.Context, id contract.ProjectIDPath, _ contract.GetChartParams) error {
	entries, err := s.wholeTimeline(c.Request().Context(), callerOf(c), id)
	if err != nil {
		return err
	}
	chart, err := project.ChartOf(entries)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, contract.Chart{Rows: each(chart.Rows, showRow)})
}

// wholeTimeline reads all lines of a project, the oldest first.
func (s *Server) wholeTimeline(ctx context.Context, who Caller, id string) ([]domain.Entry, error) {
	const page = 500
	var all []domain.Entry
	for {
		q := store.TimelineQuery{Entity: entityOf(id), Limit: page}
		if len(all) > 0 {
			q.After = all[len(all)-1].Seq
		}
		lines, err := s.records.Timeline(ctx, who.Viewer(), q)
		if err != nil {
			return nil, unavailable(err)
		}
		for _, l := range lines {
			all = append(all, l.Entry)
		}
		if len(lines) < page {
			return all, nil
		}
	}
}

func showRow(r project.ChartRow) contract.ChartRow {
	return contract.ChartRow{Key: r.Key, Name: showText(r.Name), Bars: each(r.Bars, showBar), Marks: each(r.Marks, func(m project.ChartMark) contract.ChartMark {
		return contract.ChartMark{At: m.At, Seq: m.Seq, Type: m.Type, Rung: m.Rung, Text: showText(m.Text), Clause: m.Clause}
	})}
}

func showBar(b project.Bar) contract.ChartBar {
	return contract.ChartBar{
		Task: b.Task, Kind: contract.TaskKind(b.Kind), Phase: contract.Phase(b.Phase), Name: showText(b.Name), Party: showParty(b.Party),
		From: b.From, To: b.To, Due: b.Due, FirstDue: b.FirstDue, Opened: b.Opened, Closed: b.Closed, Outcome: b.Outcome,
		Pauses: each(b.Pauses, func(p project.Span) contract.ChartSpan { return contract.ChartSpan{From: p.From, To: p.To} }),
	}
}
