package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"milepost/api/contract"
	"milepost/domain"
	"milepost/store"
)

// ListNotices lists the messages to my posts.
func (s *Server) ListNotices(c echo.Context, p contract.ListNoticesParams) error {
	return s.notices(c, store.NoticeQuery{Unread: p.Unread, Kind: string(p.Kind), Page: store.Page{Limit: p.Limit, Cursor: p.Cursor}})
}

// ListProjectNotices lists the messages of one project to my posts.
func (s *Server) ListProjectNotices(c echo.Context, id contract.ProjectIDPath, p contract.ListProjectNoticesParams) error {
	if err := s.visible(c.Request().Context(), callerOf(c), id); err != nil {
		return err
	}
	return s.notices(c, store.NoticeQuery{Project: id, Page: store.Page{Limit: p.Limit, Cursor: p.Cursor}})
}

func (s *Server) notices(c echo.Context, q store.NoticeQuery) error {
	ctx, who := c.Request().Context(), callerOf(c)
	q.User, q.Posts = who.User.ID, who.Acting
	list, err := s.records.Notices(ctx, q)
	if err != nil {
		return unavailable(err)
	}
	unread, err := s.records.Unread(ctx, store.NoticeQuery{User: q.User, Posts: q.Posts, Project: q.Project})
	if err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusOK, contract.NoticeList{Items: each(list.Rows, showNotice), Next: list.Next, Unread: unread})
}

// MarkNoticesRead notes that I have read messages; without ids, all of them.
func (s *Server) MarkNoticesRead(c echo.Context, _ contract.MarkNoticesReadParams) error {
	var in contract.NoticesRead
	if err := bind(c, &in); err != nil {
		return err
	}
	who := callerOf(c)
	if err := s.records.MarkRead(c.Request().Context(), who.User.ID, who.Acting, in.Ids...); err != nil {
		return unavailable(err)
	}
	return c.NoContent(http.StatusNoContent)
}

// GetCommand tells what has become of a command, to its sender and to those who see its project.
func (s *Server) GetCommand(c echo.Context, id contract.CommandID) error {
	ctx, who := c.Request().Context(), callerOf(c)
	row, err := s.records.Command(ctx, id)
	if err != nil {
		return unavailable(err)
	}
	if row.Actor.User != who.User.ID {
		if err := s.visible(ctx, who, projectOf(row.Entity)); err != nil {
			return domain.NotFound("command.unknown", "commandId", "没有这个命令", "There is no such command.")
		}
	}
	out := contract.CommandStatus{
		Command: row.ID, Type: row.Type, Project: projectOf(row.Entity), State: contract.CommandStatusStatePending,
		ReceivedAt: row.ReceivedAt, FirstSeq: row.FirstSeq, LastSeq: row.LastSeq,
	}
	switch row.State {
	case store.CommandDone:
		out.State = contract.CommandStatusStateRecorded
	case store.CommandRefused:
		out.State = contract.CommandStatusStateRefused
		if row.Refusal != nil {
			out.Problem = problemOf(row.Refusal, language(c.Request()), c.Request().URL.Path, requestID(c))
		}
	case store.CommandPending:
	}
	return c.JSON(http.StatusOK, out)
}
