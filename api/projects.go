package api

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"milepost/api/contract"
	"milepost/domain"
	"milepost/domain/project"
	"milepost/store"
)

// ListProjects lists the projects that my posts may see.
func (s *Server) ListProjects(c echo.Context, p contract.ListProjectsParams) error {
	list, err := s.records.Projects(c.Request().Context(), callerOf(c).Viewer(), store.ProjectQuery{
		Jurisdiction: p.Jurisdiction, Phase: project.Phase(p.Phase), Status: project.Status(p.Status), Unit: p.Unit, Owner: p.Owner,
		Sector: p.Sector, Level: string(p.Level), Class: string(p.Class), Lamp: string(p.Lamp), Colour: store.Colour(p.Colour),
		Library: p.Library, StartFrom: p.PlannedStartFrom, StartTo: p.PlannedStartTo, CompleteFrom: p.PlannedCompletionFrom,
		CompleteTo: p.PlannedCompletionTo, Started: store.Answer(p.Started), Completed: store.Answer(p.Completed),
		Text: p.Q, Sort: string(p.Sort), Now: s.civil(), Page: store.Page{Limit: p.Limit, Cursor: p.Cursor},
	})
	if err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusOK, contract.ProjectList{Items: each(list.Rows, showProject), Next: list.Next})
}

// viewOf is a project as its recorded state shows it to a caller.
type viewOf struct {
	row   store.ProjectView
	shown contract.Project
}

// see reads a project. The contract names the parts of the state that are shown; what it does not name is left
// out, and so is what the caller may not read yet.
func (s *Server) see(c echo.Context, id string) (viewOf, error) {
	who := callerOf(c)
	row, err := s.records.Project(c.Request().Context(), who.Viewer(), id, s.civil())
	if err != nil {
		return viewOf{}, unavailable(err)
	}
	v := viewOf{row: row}
	if err := json.Unmarshal(row.Snapshot, &v.shown); err != nil {
		return viewOf{}, err
	}
	v.shown.Row = showProject(row.ProjectRow)
	closeAllLists(&v.shown)
	cover(&v.shown.Panel, who)
	return v, markRecallable(&v.shown, row.Snapshot, who)
}

// GetProject shows one project in full.
func (s *Server) GetProject(c echo.Context, id contract.ProjectIDPath, _ contract.GetProjectParams) error {
	v, err := s.see(c, id)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, v.shown)
}

// ListItems shows the approval items and single acceptances of a project.
func (s *Server) ListItems(c echo.Context, id contract.ProjectIDPath, _ contract.ListItemsParams) error {
	v, err := s.see(c, id)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, contract.ItemList{Items: v.shown.Items})
}

// ListCommitments shows the papers that are owed, by promise or by lapse.
func (s *Server) ListCommitments(c echo.Context, id contract.ProjectIDPath, _ contract.ListCommitmentsParams) error {
	v, err := s.see(c, id)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, contract.CommitmentList{Items: v.shown.Commitments})
}

// GetPanel shows the evaluation panel.
func (s *Server) GetPanel(c echo.Context, id contract.ProjectIDPath, _ contract.GetPanelParams) error {
	v, err := s.see(c, id)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, v.shown.Panel)
}

// ListLamps shows the project's lamps and the excuses behind them.
func (s *Server) ListLamps(c echo.Context, id contract.ProjectIDPath, _ contract.ListLampsParams) error {
	v, err := s.see(c, id)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, contract.LampList{Items: v.shown.Row.Lamps, Excuses: v.shown.Excuses})
}

// markRecallable marks the items whose last act is the caller's own and nobody has acted on.
func markRecallable(p *contract.Project, snapshot json.RawMessage, who Caller) error {
	var undos struct {
		Items []struct {
			Undo *struct {
				By string `json:"by"`
			} `json:"undo"`
		} `json:"items"`
	}
	if err := json.Unmarshal(snapshot, &undos); err != nil {
		return err
	}
	for i := range p.Items {
		u := undos.Items[i].Undo
		p.Items[i].Recallable = u != nil && u.By == who.User.ID && p.Row.Status == contract.ProjectStatusActive && string(p.Items[i].Phase) == string(p.Row.Phase)
	}
	return nil
}

// GetTimeline pages through a project's timeline.
func (s *Server) GetTimeline(c echo.Context, id contract.ProjectIDPath, p contract.GetTimelineParams) error {
	ctx, who := c.Request().Context(), callerOf(c)
	q := store.TimelineQuery{
		Entity: entityOf(id), Types: p.Type, Clause: p.Clause, Actor: p.Actor, From: p.From, To: p.To,
		Desc: p.Order != contract.GetTimelineParamsOrderAsc, Limit: orUsual(p.Limit) + 1,
	}
	if err := goOn(&q, p.Cursor); err != nil {
		return err
	}
	lines, err := s.records.Timeline(ctx, who.Viewer(), q)
	if err != nil {
		return unavailable(err)
	}
	next := ""
	if len(lines) == q.Limit {
		lines = lines[:q.Limit-1]
		next = lineCursor(lines[len(lines)-1].Seq)
	}
	hide, err := s.covered(ctx, who, q.Entity, lines)
	if err != nil {
		return err
	}
	page := timelineJSON(contract.Timeline{Items: s.showEntries(ctx, lines, hide), Next: next})
	c.Response().Header().Set(echo.HeaderContentLength, strconv.Itoa(len(page)))
	return c.JSONBlob(http.StatusOK, page)
}

// usualLimit is how many rows a page has when the client does not say.
const usualLimit = 50

func orUsual(limit int) int {
	if limit == 0 {
		return usualLimit
	}
	return limit
}

func lineCursor(seq int64) string {
	return base64.RawURLEncoding.EncodeToString([]byte("line " + strconv.FormatInt(seq, 10)))
}

// goOn lets a timeline go on after the line that a cursor names.
func goOn(q *store.TimelineQuery, cursor string) error {
	if cursor == "" {
		return nil
	}
	var seq int64
	data, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil && len(data) > len("line ") {
		seq, err = strconv.ParseInt(string(data[len("line "):]), 10, 64)
	}
	if err != nil || seq < 1 {
		return domain.Invalid("cursor", "cursor", "", "翻页位置无效，请从第一页重新开始", "The cursor does not belong to this list; begin again with the first page.")
	}
	if q.Desc {
		q.Before = seq
	} else {
		q.After = seq
	}
	return nil
}

// ListProjectReports lists the monthly reports of a project, corrected ones too.
func (s *Server) ListProjectReports(c echo.Context, id contract.ProjectIDPath, p contract.ListProjectReportsParams) error {
	if err := s.visible(c.Request().Context(), callerOf(c), id); err != nil {
		return err
	}
	return s.reports(c, store.ReportQuery{Project: id, Page: store.Page{Limit: p.Limit, Cursor: p.Cursor}})
}

// ListReports lists the monthly reports of all projects that my posts may see.
func (s *Server) ListReports(c echo.Context, p contract.ListReportsParams) error {
	return s.reports(c, store.ReportQuery{
		Jurisdiction: p.Jurisdiction, Period: p.Period, Lamp: store.Colour(p.Colour), Current: !p.History,
		Page: store.Page{Limit: p.Limit, Cursor: p.Cursor},
	})
}

func (s *Server) reports(c echo.Context, q store.ReportQuery) error {
	list, err := s.records.Reports(c.Request().Context(), callerOf(c).Viewer(), q)
	if err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusOK, contract.ReportList{Items: each(list.Rows, s.showReport), Next: list.Next})
}

// ListWaitingPlaces tells where a project stands in line for quotas.
func (s *Server) ListWaitingPlaces(c echo.Context, id contract.ProjectIDPath, _ contract.ListWaitingPlacesParams) error {
	places, err := s.records.WaitingPlaces(c.Request().Context(), callerOf(c).Viewer(), id)
	if err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusOK, contract.WaitingList{Items: each(places, showWaiting)})
}
