package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/labstack/echo/v4"

	"milepost/api/contract"
	"milepost/domain"
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
		Chain: l.Chain, Seq: l.Seq, At: l.At, Address: l.Address, Act: l.Act, Text: showText(store.ActText(l.Act)), Subject: l.Subject, Hash: l.Hash,
		Actor: contract.AuditActor{
			User: l.Actor.User, Name: s.nameOf(ctx, l.Actor.User), Role: contract.ActorRole(l.Actor.Role), Party: l.Actor.Party, Jurisdiction: l.Actor.Jurisdiction,
		},
	}
	return shown, json.Unmarshal(l.Detail, &shown.Detail)
}

// ListAuditActs tells what the audit record knows, to choose from.
func (s *Server) ListAuditActs(c echo.Context, _ contract.ListAuditActsParams) error {
	show := func(act string) contract.AuditAct {
		return contract.AuditAct{Act: act, Text: showText(store.ActText(act))}
	}
	return c.JSON(http.StatusOK, contract.AuditActList{Items: each(store.Acts(), show)})
}

// CheckAudit works out the chain of the audit record again, and looks for a hash that was written down before.
func (s *Server) CheckAudit(c echo.Context, p contract.CheckAuditParams) error {
	ctx := c.Request().Context()
	found, err := s.desk.VerifyAudit(ctx, nil)
	if err != nil {
		return unavailable(err)
	}
	there := true
	if p.Since != "" {
		if there, err = s.desk.AuditHas(ctx, p.Since); err != nil {
			return unavailable(err)
		}
	}
	out := contract.AuditCheck{Sound: found.Broken == store.AuditPlace{}, Lines: found.Lines, Ends: each(found.Ends, showEnd), Lost: !there}
	if !there {
		s.log.WarnContext(ctx, "A hash that somebody has written down is not on the audit record: it is mistyped, or lines are lost.", "request", requestID(c), "hash", p.Since)
	}
	if !out.Sound {
		s.log.ErrorContext(ctx, "ALARM: the audit record is not what was written", "request", requestID(c), "line", found.Broken)
		out.Broken = contract.AuditPlace{Chain: found.Broken.Chain, Seq: found.Broken.Seq}
	}
	return c.JSON(http.StatusOK, out)
}

func showEnd(e store.AuditEnd) contract.AuditEnd {
	return contract.AuditEnd{Chain: e.Chain, Seq: e.Seq, Hash: e.Hash}
}

// confidential are the operations that show what is personal or covered, or the record itself, each with what it shows.
// Who reads them stands on the record.
var confidential = map[string]string{
	"listAudit": "audit", "checkAudit": "audit",
	"listUsers": "users", "getUser": "users",
	"listExperts": "experts", "getPanel": "scores",
}

// witnessed puts the reading of what is confidential on the record, before anything is shown.
func (s *Server) witnessed(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		what, ok := confidential[operationOf(c).id]
		if !ok {
			return next(c)
		}
		if project := c.Param("projectId"); project != "" {
			what += "/" + project
		}
		if err := s.note(c, store.ActRead, what, asked(c)); err != nil {
			return err
		}
		return next(c)
	}
}

// asked is what a reader has asked for, as the audit record tells it.
func asked(c echo.Context) map[string]any {
	detail := map[string]any{"operation": operationOf(c).id}
	for _, name := range c.ParamNames() {
		detail[name] = shortened(c.Param(name))
	}
	for name, values := range c.QueryParams() {
		if name != "cursor" {
			detail[name] = shortened(values[0])
		}
	}
	return detail
}

// noteSession notes that somebody signs in or out.
func (s *Server) noteSession(c echo.Context, act, user string) error {
	by := store.By{Actor: domain.Actor{User: user}, Address: c.RealIP()}
	return unavailable(s.desk.Note(c.Request().Context(), by, act, "user/"+user, nil))
}

// note writes on the audit record what the caller does and what changes nothing in the database: a sign-in, a download,
// a read. It comes before the act: what cannot be recorded does not happen (OWN-220).
func (s *Server) note(c echo.Context, act, subject string, detail any) error {
	return unavailable(s.desk.Note(c.Request().Context(), byOf(c), act, subject, detail))
}
