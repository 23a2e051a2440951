package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"milepost/api/contract"
	"milepost/domain"
	"milepost/domain/entity"
	"milepost/domain/project"
	"milepost/store"
)

// call is one command on its way in.
type call struct {
	who     Caller
	key     string // the client's Idempotency-Key: the command's id
	project string // "" for a declaration
	preview bool
	late    time.Time // when it happened, for a late entry
	basis   string    // what proves it
}

// act is the way of every command: the body completes the command whose path fields are set, the server fills in
// the rest, and the gateway sends it. The command's wire name is the name of its type.
func (s *Server) act(c echo.Context, projectID string, cmd any, fills ...fill) error {
	if err := bind(c, cmd); err != nil {
		return err
	}
	a, err := callFrom(c, projectID)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if projectID != "" {
		if err := s.visible(ctx, a.who, projectID); err != nil {
			return err
		}
	}
	sent, err := s.filled(ctx, a, cmd, fills)
	if err != nil {
		return err
	}
	if a.preview {
		return s.rehearse(c, a, sent)
	}
	receipt, err := s.commands.Send(ctx, sent)
	if len(fills) > 0 && domain.CodeOf(err) == store.CodeMismatch {
		// The same, sent at the same moment, may have been filled in otherwise and be stored: then that is the one.
		if sent, err = s.filled(ctx, a, cmd, fills); err != nil {
			return err
		}
		receipt, err = s.commands.Send(ctx, sent)
	}
	if err != nil {
		return unknown(err)
	}
	return s.answer(c, a, receipt)
}

// filled is a command with what the server fills in.
func (s *Server) filled(ctx context.Context, a *call, cmd any, fills []fill) (domain.Command, error) {
	for _, f := range fills {
		if err := f(ctx, a); err != nil && !s.sentBefore(ctx, a, cmd) {
			return domain.Command{}, err
		}
	}
	return s.command(a, cmd)
}

// sentBefore tells whether the same person has sent such a command under the key before. What the server would
// refuse today it may have let pass then; the gateway compares, and tells what became of it.
func (s *Server) sentBefore(ctx context.Context, a *call, cmd any) bool {
	row, err := s.records.Command(ctx, a.key)
	return err == nil && row.Type == wireName(cmd) && row.Actor == a.who.Actor()
}

// callFrom reads what every command carries beside its body. A command is acted in one post.
func callFrom(c echo.Context, projectID string) (*call, error) {
	h := c.Request().Header
	a := &call{who: callerOf(c), key: h.Get("Idempotency-Key"), project: projectID}
	a.who.Acting = a.who.Acting[:1]
	a.preview, _ = strconv.ParseBool(c.QueryParam("preview"))
	if at := h.Get(occurredHeader); at != "" {
		t, err := time.Parse(time.RFC3339, at)
		if err != nil {
			return nil, refuse(http.StatusBadRequest, "parameter.malformed", occurredHeader, "发生时间须为 RFC 3339 格式", "The time of occurrence must be RFC 3339.")
		}
		a.late = t.UTC().Truncate(time.Microsecond)
	}
	var err error
	a.basis, err = basisOf(h.Get(basisHeader))
	return a, err
}

// The headers of a late entry.
const (
	occurredHeader = "Milepost-Occurred-At"
	basisHeader    = "Milepost-Basis"
)

// basisOf reads what proves a late entry: text in UTF-8, percent-encoded, since headers carry no Chinese.
func basisOf(header string) (string, error) {
	basis, err := url.PathUnescape(header)
	if err != nil || !utf8.ValidString(basis) {
		return "", refuse(http.StatusBadRequest, "parameter.malformed", basisHeader, "补录依据须为百分号编码的 UTF-8 文字", "The basis must be text in UTF-8, percent-encoded.")
	}
	if err := checkText(basis, basisHeader); err != nil {
		return "", err
	}
	if strings.TrimSpace(basis) != "" && !isLine(basis) { // that there is one is asked for by the rule
		return "", &refusal{status: http.StatusUnprocessableEntity, code: "text.line", field: basisHeader, text: notALine}
	}
	return basis, nil
}

// command addresses a command. The actor and the seed are the server's; the time of receipt is stamped when the
// intent is stored.
func (s *Server) command(a *call, cmd any) (domain.Command, error) {
	body, err := json.Marshal(cmd)
	if err != nil {
		return domain.Command{}, err
	}
	return domain.Command{
		ID: a.key, Entity: entityOf(a.project), Type: wireName(cmd), Body: body,
		Actor: a.who.Actor(), OccurredAt: a.late, Basis: a.basis,
	}, nil
}

func wireName(cmd any) string { return reflect.TypeOf(cmd).Elem().Name() }

// entityOf names a project's entity; of a project that is not there yet, its kind: the gateway names it.
func entityOf(projectID string) string {
	if projectID == "" {
		return entity.Project
	}
	return entity.ID(entity.Project, projectID)
}

// projectOf is the id of the project that an entity is; "" when it is none.
func projectOf(name string) string {
	id, ok := strings.CutPrefix(name, entity.Project+"/")
	if !ok {
		return ""
	}
	return id
}

// answer tells what a command did: 201 with the place of a new project, 202 with the place of the outcome while
// the record is late, 200 otherwise.
func (s *Server) answer(c echo.Context, a *call, r Receipt) error {
	out := contract.Receipt{
		Command: a.key, Project: projectOf(r.Entity), State: contract.ReceiptStateRecorded,
		FirstSeq: r.FirstSeq, LastSeq: r.LastSeq, Entries: []contract.Entry{},
	}
	location := c.Response().Header()
	if r.Pending {
		out.State = contract.ReceiptStatePending
		location.Set(echo.HeaderLocation, base+"/commands/"+a.key)
		return c.JSON(http.StatusAccepted, out)
	}
	ctx := c.Request().Context()
	told, err := s.written(ctx, a.who, r)
	if err != nil { // the act is done; that it cannot be told in words is no reason to call it failed
		s.log.WarnContext(ctx, "receipt without entries", "request", requestID(c), "command", a.key, "error", err)
	} else {
		out.Entries = told
	}
	if a.project == "" {
		location.Set(echo.HeaderLocation, base+"/projects/"+out.Project)
		return c.JSON(http.StatusCreated, out)
	}
	return c.JSON(http.StatusOK, out)
}

// written tells the lines that a command wrote.
func (s *Server) written(ctx context.Context, who Caller, r Receipt) ([]contract.Entry, error) {
	lines := r.Lines
	if lines == nil {
		var err error
		if lines, err = s.records.Timeline(ctx, store.Everything, store.TimelineQuery{
			Entity: r.Entity, After: r.FirstSeq - 1, Before: r.LastSeq + 1, Limit: maxReceipt,
		}); err != nil {
			return nil, err
		}
	}
	lines = lines[:min(len(lines), maxReceipt)]
	hide, err := s.covered(ctx, who, r.Entity, lines)
	if err != nil {
		return nil, err
	}
	return s.showEntries(ctx, lines, hide), nil
}

// maxReceipt bounds the entries that a receipt tells; the timeline has them all.
const maxReceipt = 100

// rehearse answers with what a command would record. Nothing changes.
func (s *Server) rehearse(c echo.Context, a *call, sent domain.Command) error {
	ctx := c.Request().Context()
	sent.ReceivedAt = s.civil()
	entries, err := s.commands.Preview(ctx, sent)
	if err != nil {
		return unavailable(err)
	}
	entries = foreseen(a.who, entries)
	lines, err := s.told(ctx, a, sent.Entity, entries)
	if err != nil {
		return err
	}
	out := contract.Receipt{Command: a.key, Project: a.project, State: contract.ReceiptStatePreview, Entries: s.showEntries(ctx, lines, nil)}
	if len(entries) > 0 {
		out.FirstSeq, out.LastSeq = entries[0].Seq, entries[len(entries)-1].Seq
	}
	return c.JSON(http.StatusOK, out)
}

// told puts entries that are not recorded into words.
func (s *Server) told(ctx context.Context, a *call, name string, entries []domain.Entry) ([]store.TimelineRow, error) {
	p := project.New(projectOf(name))
	if a.project != "" {
		v, err := s.records.Project(ctx, a.who.Viewer(), a.project, s.civil())
		if err != nil {
			return nil, unavailable(err)
		}
		if p, err = project.Restore(v.Snapshot); err != nil {
			return nil, err
		}
	}
	var lines []store.TimelineRow
	for _, e := range entries {
		if e.Seq <= p.Sequence() {
			continue // recorded in the meantime
		}
		if err := p.Evolve(e); err != nil {
			return nil, err
		}
		text, err := p.Describe(e)
		if err != nil {
			return nil, err
		}
		lines = append(lines, store.TimelineRow{Entry: e, Text: text})
	}
	return lines, nil
}

// bind reads the body, which the contract has checked, into v. Without a body v stays as it is.
func bind(c echo.Context, v any) error {
	dec := json.NewDecoder(c.Request().Body)
	dec.DisallowUnknownFields()
	switch err := dec.Decode(v); {
	case err == nil, errors.Is(err, io.EOF):
		return nil
	default:
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok { // such as 1e3 where a whole number belongs
			return &refusal{status: http.StatusUnprocessableEntity, code: "contract.type", field: "/" + strings.ReplaceAll(wrong.Field, ".", "/"), cause: err, text: words["type"]}
		}
		return &refusal{status: http.StatusUnprocessableEntity, code: "body.unexpected", cause: err, text: domain.Text{Zh: "内容不符合接口约定", En: "The body is not what the contract asks for."}}
	}
}

// slashed turns the name of a task, problem or meeting as paths write it back: decision~land~1 is decision/land/1.
func slashed(name string) string { return strings.ReplaceAll(name, "~", "/") }
