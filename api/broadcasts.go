package api

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"milepost/api/contract"
	"milepost/commands"
	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/policy"
	"milepost/store"
)

// PublishPack checks a policy pack and puts it in force in the own jurisdiction or one below.
func (s *Server) PublishPack(c echo.Context, _ contract.PublishPackParams) error {
	var in contract.PackFile
	if err := bind(c, &in); err != nil {
		return err
	}
	pack, faults := policy.Read("text", []byte(in.Text), s.shipped)
	if len(faults) > 0 {
		return unsound(faults)
	}
	where := in.Jurisdiction
	if where == "" {
		where = pack.Jurisdiction
	}
	if where == "" {
		return domain.Invalid("pack.jurisdiction", "jurisdiction", domain.RuleInForce, "政策包没有写明辖区，请填写在哪个辖区启用", "The pack names no jurisdiction; say where it comes into force.")
	}
	ctx, post := c.Request().Context(), callerOf(c).Post()
	if err := s.within(ctx, post.Jurisdiction, where); err != nil {
		return err
	}
	stored := store.StoredPack{
		Hash: pack.Hash(), ID: pack.ID, Version: pack.Version, Jurisdiction: pack.Jurisdiction, Title: pack.Title, YAML: in.Text, JSON: string(pack.Canonical()),
	}
	if err := s.issues.PublishPack(ctx, byOf(c), stored, where); err != nil {
		if refused, ok := errors.AsType[*policy.NotSuccessor](err); ok {
			return notSuccessor(refused)
		}
		return unavailable(err)
	}
	return c.JSON(http.StatusCreated, contract.PackSummary{
		Hash: stored.Hash, ID: stored.ID, Version: stored.Version, Title: showText(stored.Title), Jurisdiction: stored.Jurisdiction,
		Published: s.civil(), InForce: []string{where},
	})
}

// maxFaults bounds the faults that one answer lists; who has mended these asks again.
const maxFaults = 100

// unsound lists what is wrong with a pack.
func unsound(faults []policy.Fault) error {
	r := &refusal{status: http.StatusUnprocessableEntity, code: "pack.unsound", field: "text", clause: domain.RuleInForce, text: domain.Text{
		Zh: "政策包有问题，请逐条修改", En: "The pack has faults; mend them one by one.",
	}}
	r.errors = eachFault(faults)
	return r
}

// notSuccessor lists what a pack lacks that open projects may refer to.
func notSuccessor(refused *policy.NotSuccessor) error {
	return &refusal{
		status: http.StatusUnprocessableEntity, code: "pack.successor", field: "text", clause: domain.RuleSuccessor, errors: eachFault(refused.Faults), text: domain.Text{
			Zh: "不能接替现行的第" + refused.Before + "版：办理中的项目可能用到下列内容，请保留",
			En: "It cannot take the place of version " + refused.Before + ", which is in force: open projects may refer to what follows; keep it.",
		},
	}
}

func eachFault(faults []policy.Fault) []fault {
	return each(faults[:min(len(faults), maxFaults)], func(f policy.Fault) fault {
		return fault{field: f.Path, code: f.Code, text: f.Message, line: f.Line, column: f.Column}
	})
}

// PublishAdoption has worked out what it would change if open projects moved to the pack in force.
func (s *Server) PublishAdoption(c echo.Context, hash string, _ contract.PublishAdoptionParams) error {
	var in contract.Adoption
	if err := bind(c, &in); err != nil {
		return err
	}
	ctx, post := c.Request().Context(), callerOf(c).Post()
	pack, err := s.issues.Pack(ctx, hash)
	if err != nil {
		return unavailable(err)
	}
	where := cmp.Or(in.Jurisdiction, pack.Jurisdiction, post.Jurisdiction)
	if err := s.within(ctx, post.Jurisdiction, where); err != nil {
		return err
	}
	return s.prepared(c)(commands.PublishAdoption(ctx, s.issues, byOf(c), where, hash))
}

// prepared answers with a broadcast that was just taken in.
func (s *Server) prepared(c echo.Context) func(store.Broadcast, error) error {
	return func(b store.Broadcast, err error) error {
		if err != nil {
			return unavailable(err)
		}
		c.Response().Header().Set(echo.HeaderLocation, base+"/broadcasts/"+b.ID)
		return c.JSON(http.StatusCreated, s.showBroadcast(c.Request().Context(), b))
	}
}

// PublishCalendar takes in a year's notice, and has worked out what it would move.
func (s *Server) PublishCalendar(c echo.Context, _ contract.PublishCalendarParams) error {
	var in contract.NoticeFile
	if err := bind(c, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	if err := s.overAll(ctx, callerOf(c)); err != nil {
		return err
	}
	year, err := calendar.ParseYear([]byte(in.Text))
	if err != nil {
		return err
	}
	return s.prepared(c)(commands.PublishCalendar(ctx, s.issues, byOf(c), year))
}

// overAll refuses an office that does not answer for every jurisdiction: a calendar touches the projects of all.
func (s *Server) overAll(ctx context.Context, who Caller) error {
	post := who.Post()
	if post.Role != office || post.Jurisdiction == "" {
		return nil
	}
	tree, err := s.masters.Jurisdictions(ctx)
	if err != nil {
		return unavailable(err)
	}
	if slices.ContainsFunc(tree, func(j store.Jurisdiction) bool { return j.Parent == "" && j.Code != post.Jurisdiction }) {
		return forbid("broadcast.whole", "", domain.RuleOwnParty, "日历关系到全部辖区，由最上一级的重大项目办公室办理", "A calendar touches every jurisdiction; the office at the top sees to it.")
	}
	return nil
}

// mayTurn refuses an office that does not answer for all that a broadcast touches.
func (s *Server) mayTurn(ctx context.Context, who Caller, id string) error {
	b, err := s.issues.Broadcast(ctx, id)
	if err != nil {
		return unavailable(err)
	}
	if b.What != store.BroadcastPack {
		return s.overAll(ctx, who)
	}
	post := who.Post()
	if post.Role != office {
		return nil
	}
	err = s.within(ctx, post.Jurisdiction, b.Jurisdiction)
	if domain.CodeOf(err) == "jurisdiction.unknown" {
		return forbid("broadcast.whole", "", domain.RuleOwnParty, "这次下达关系到"+b.Jurisdiction+"的项目，由该辖区或上级的重大项目办公室办理", "It touches the projects of "+b.Jurisdiction+"; the office there or above sees to it.")
	}
	return err
}

// ListBroadcasts pages through the broadcasts.
func (s *Server) ListBroadcasts(c echo.Context, p contract.ListBroadcastsParams) error {
	ctx := c.Request().Context()
	list, err := s.issues.Broadcasts(ctx, store.Page{Limit: p.Limit, Cursor: p.Cursor})
	if err != nil {
		return unavailable(err)
	}
	show := func(b store.Broadcast) contract.Broadcast { return s.showBroadcast(ctx, b) }
	return c.JSON(http.StatusOK, contract.BroadcastList{Items: each(list.Rows, show), Next: list.Next})
}

// GetBroadcast tells how far a broadcast has come.
func (s *Server) GetBroadcast(c echo.Context, id string, _ contract.GetBroadcastParams) error {
	return s.tellBroadcast(c)(s.issues.Broadcast(c.Request().Context(), id))
}

func (s *Server) tellBroadcast(c echo.Context) func(store.Broadcast, error) error {
	return func(b store.Broadcast, err error) error {
		if err != nil {
			return unavailable(err)
		}
		return c.JSON(http.StatusOK, s.showBroadcast(c.Request().Context(), b))
	}
}

// StartBroadcast puts a calendar in force, and has the open projects told of it or of the pack in force.
func (s *Server) StartBroadcast(c echo.Context, id string, _ contract.StartBroadcastParams) error {
	pace, err := s.paceOf(c, id)
	if err != nil {
		return err
	}
	return s.tellBroadcast(c)(s.issues.StartBroadcast(c.Request().Context(), byOf(c), id, pace))
}

// PauseBroadcast holds a broadcast up.
func (s *Server) PauseBroadcast(c echo.Context, id string, _ contract.PauseBroadcastParams) error {
	ctx := c.Request().Context()
	if err := s.mayTurn(ctx, callerOf(c), id); err != nil {
		return err
	}
	return s.tellBroadcast(c)(s.issues.PauseBroadcast(ctx, byOf(c), id))
}

// ResumeBroadcast lets a broadcast go on.
func (s *Server) ResumeBroadcast(c echo.Context, id string, _ contract.ResumeBroadcastParams) error {
	pace, err := s.paceOf(c, id)
	if err != nil {
		return err
	}
	return s.tellBroadcast(c)(s.issues.ResumeBroadcast(c.Request().Context(), byOf(c), id, pace))
}

// paceOf reads how fast somebody who may turn a broadcast wants projects to be told; 0 for the usual.
func (s *Server) paceOf(c echo.Context, id string) (int, error) {
	var in contract.Pace
	if err := bind(c, &in); err != nil {
		return 0, err
	}
	return in.PerSecond, s.mayTurn(c.Request().Context(), callerOf(c), id)
}

func (s *Server) showBroadcast(ctx context.Context, b store.Broadcast) contract.Broadcast {
	return contract.Broadcast{
		ID: b.ID, What: contract.BroadcastWhat(b.What), Subject: b.Subject, Jurisdiction: b.Jurisdiction, Title: showText(b.Title), State: contract.BroadcastState(b.State), Error: b.Error,
		PerSecond: b.PerSecond, Total: b.Total, Asked: b.Asked, Done: b.Done(), Refused: b.Refused, Pending: b.Pending, Closed: b.Closed,
		Foreseen: b.Foreseen, Affected: b.Affected, Moved: b.Moved, Impossible: b.Impossible, Created: b.Created, CreatedBy: s.nameOf(ctx, b.CreatedBy),
		Previewed: b.Previewed, Started: b.Started, StartedBy: s.nameOf(ctx, b.StartedBy), Ended: b.Ended,
	}
}

// ListMoves pages through what a broadcast would change.
func (s *Server) ListMoves(c echo.Context, id string, p contract.ListMovesParams) error {
	list, err := s.issues.Moves(c.Request().Context(), callerOf(c).Viewer(), store.MoveQuery{
		Broadcast: id, Refusals: p.Impossible, Page: store.Page{Limit: p.Limit, Cursor: p.Cursor},
	})
	if err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusOK, contract.MoveList{Next: list.Next, Items: each(list.Rows, func(m store.Move) contract.Move {
		shown := contract.Move{Project: projectOf(m.Entity), ProjectName: m.Project}
		if shown.Code, shown.Reason = showReason(m.Refusal); m.Refusal != nil {
			return shown
		}
		shown.Kind, shown.Text, shown.Name = contract.MoveKind(m.Kind), showText(tellMove(m)), showText(m.Name)
		if m.Kind == store.MoveDeadline {
			shown.Task, shown.From, shown.To = m.Task, m.From, m.To
		} else {
			shown.Item = m.Task
		}
		shown.Party = contract.Party{Kind: contract.PartyKind(m.Party.Kind), Code: m.Party.Code}
		return shown
	})})
}

// tellMove says in a sentence what a broadcast would change.
func tellMove(m store.Move) domain.Text {
	switch m.Kind {
	case store.MoveAdded:
		return domain.Text{Zh: "新增事项：" + m.Name.Zh, En: "An item is added: " + m.Name.En}
	case store.MoveDropped:
		return domain.Text{Zh: "不再需要：" + m.Name.Zh + "（尚未开始）", En: "No longer needed: " + m.Name.En + " (not begun)"}
	default:
		return domain.Text{
			Zh: m.Name.Zh + "的时限由" + m.From.In(calendar.Zone).Format("2006年1月2日15:04") + "改为" + m.To.In(calendar.Zone).Format("2006年1月2日15:04"),
			En: m.Name.En + ": due moves from " + m.From.In(calendar.Zone).Format("2 Jan 2006 15:04") + " to " + m.To.In(calendar.Zone).Format("2 Jan 2006 15:04"),
		}
	}
}

// ListExceptions pages through the projects that have not followed a broadcast.
func (s *Server) ListExceptions(c echo.Context, id string, p contract.ListExceptionsParams) error {
	list, err := s.issues.Exceptions(c.Request().Context(), callerOf(c).Viewer(), id, store.Page{Limit: p.Limit, Cursor: p.Cursor})
	if err != nil {
		return unavailable(err)
	}
	return c.JSON(http.StatusOK, contract.ExceptionList{Next: list.Next, Items: each(list.Rows, func(x store.Exception) contract.BroadcastException {
		shown := contract.BroadcastException{Project: projectOf(x.Entity), ProjectName: x.Project}
		shown.Code, shown.Reason = showReason(x.Refusal)
		return shown
	})})
}

func showReason(refusal *domain.Error) (code string, text contract.Text) {
	if refusal == nil {
		return "", text
	}
	return refusal.Code, showText(refusal.Text)
}
