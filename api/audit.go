package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/labstack/echo/v4"

	"milepost/api/contract"
	"milepost/store"
)

// ListAudit pages through the audit record.
func (s *Server) ListAudit(c echo.Context, p contract.ListAuditParams) error {
	ctx := c.Request().Context()
	list, err := s.desk.Audit(ctx, store.AuditQuery{
		Act: p.Act, User: p.Actor, Subject: p.Subject, From: p.From, To: p.To, Page: store.Page{Limit: p.Limit, Cursor: p.Cursor},
	})
	if err != nil {
		return unavailable(err)
	}
	out := contract.AuditList{Items: []contract.AuditLine{}, Next: list.Next}
	for _, l := range list.Rows {
		line, err := s.showAudit(ctx, l)
		if err != nil {
			return err
		}
		out.Items = append(out.Items, line)
	}
	return c.JSON(http.StatusOK, out)
}

func (s *Server) showAudit(ctx context.Context, l store.AuditRow) (contract.AuditLine, error) {
	shown := contract.AuditLine{
		Seq: l.Seq, At: l.At, Address: l.Address, Act: l.Act, Subject: l.Subject, Hash: l.Hash,
		Actor: contract.AuditActor{
			User: l.Actor.User, Name: s.nameOf(ctx, l.Actor.User), Role: contract.ActorRole(l.Actor.Role), Party: l.Actor.Party, Jurisdiction: l.Actor.Jurisdiction,
		},
	}
	return shown, json.Unmarshal(l.Detail, &shown.Detail)
}

// CheckAudit works out the chain of the audit record again.
func (s *Server) CheckAudit(c echo.Context, _ contract.CheckAuditParams) error {
	found, err := s.desk.VerifyAudit(c.Request().Context())
	if err != nil {
		return unavailable(err)
	}
	if found.BrokenAt > 0 {
		s.log.ErrorContext(c.Request().Context(), "the audit record is not what was written", "request", requestID(c), "line", found.BrokenAt)
	}
	return c.JSON(http.StatusOK, contract.AuditCheck{Sound: found.BrokenAt == 0, Lines: found.Lines, Hash: found.Hash, BrokenAt: found.BrokenAt})
}
