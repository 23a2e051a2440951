package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"milepost/api/contract"
	"milepost/domain"
	"milepost/store"
)

// problemType begins the type of every problem; the stable code follows.
const problemType = "urn:milepost:problem:"

// statusOf maps the core's kinds of refusal to HTTP.
var statusOf = map[domain.Kind]int{
	domain.KindInvalid:    http.StatusUnprocessableEntity,
	domain.KindNotAllowed: http.StatusForbidden,
	domain.KindConflict:   http.StatusConflict,
	domain.KindNotFound:   http.StatusNotFound,
	domain.KindBusy:       http.StatusServiceUnavailable,
}

// statusGone is what logs and metrics say of a request whose sender has gone away; nobody is told. Proxies say so too.
const statusGone = 499

// titles are the first words of a problem, by status.
var titles = map[int]domain.Text{
	http.StatusBadRequest:            {Zh: "请求无法读取", En: "The request cannot be read"},
	http.StatusUnauthorized:          {Zh: "请先登录", En: "Sign in first"},
	http.StatusForbidden:             {Zh: "无权办理", En: "Not allowed"},
	http.StatusNotFound:              {Zh: "没有找到", En: "Not found"},
	http.StatusMethodNotAllowed:      {Zh: "不支持这种请求方法", En: "Method not allowed"},
	http.StatusRequestTimeout:        {Zh: "请求没有及时送达", En: "The request did not arrive in time"},
	http.StatusConflict:              {Zh: "当前状态不允许", En: "The present state does not permit it"},
	http.StatusRequestEntityTooLarge: {Zh: "内容过大", En: "The body is too large"},
	http.StatusRequestURITooLong:     {Zh: "地址过长", En: "The address is too long"},
	http.StatusUnsupportedMediaType:  {Zh: "内容类型不支持", En: "Unsupported media type"},
	http.StatusUnprocessableEntity:   {Zh: "内容不符合要求", En: "The content is not acceptable"},
	http.StatusTooManyRequests:       {Zh: "尝试次数过多", En: "Too many attempts"},
	http.StatusInternalServerError:   {Zh: "系统内部错误", En: "Internal error"},
	http.StatusInsufficientStorage:   {Zh: "存储空间不足", En: "Out of room"},
	http.StatusServiceUnavailable:    {Zh: "暂时无法办理，请稍后重试", En: "Not possible just now; try again shortly"},
}

// refusal is a problem that the API itself finds, with its status.
type refusal struct {
	status int
	code   string
	field  string
	clause string
	text   domain.Text
	errors []fault
	cause  error // for the log, never shown
}

// fault is one of several things wrong with a request.
type fault struct {
	field string
	code  string
	text  domain.Text

	line, column int    // in a file, from 1
	cell         string // of a table
}

func (r *refusal) Error() string {
	if r.cause != nil {
		return r.code + ": " + r.cause.Error()
	}
	return r.code + ": " + r.text.En
}

func (r *refusal) Unwrap() error { return r.cause }

func refuse(status int, code, field, zh, en string) error {
	return &refusal{status: status, code: code, field: field, text: domain.Text{Zh: zh, En: en}}
}

// forbid refuses by a rule of access, which it names.
func forbid(code, field, clause, zh, en string) error {
	return &refusal{status: http.StatusForbidden, code: code, field: field, clause: clause, text: domain.Text{Zh: zh, En: en}}
}

// unavailable says that the database does not answer just now, and that the same may be asked again. A refusal stays
// what it is, and so does a fault of ours, which asking again does not mend.
func unavailable(err error) error {
	if err == nil || !store.Away(err) {
		return err
	}
	return unknown(err)
}

// unknown says that nothing is known to have happened: the caller may send the same again, under the same key. A
// refusal of the core stays what it is.
func unknown(err error) error {
	if err == nil || domain.AsError(err) != nil {
		return err
	}
	return &refusal{status: http.StatusServiceUnavailable, code: "unavailable", cause: err, text: domain.Text{
		Zh: "服务暂时不可用，尚未作出任何改变；请用同一个 Idempotency-Key 重试", En: "The service is not available just now and nothing is known to have changed; try again with the same Idempotency-Key.",
	}}
}

// problemOf is the one place that turns an error into a problem document. What is not classified becomes a 500
// without detail: nothing internal leaks.
func problemOf(err error, lang, instance, requestID string) contract.Problem {
	p := contract.Problem{Instance: instance, RequestID: requestID}
	var r *refusal
	var h *echo.HTTPError
	switch e := domain.AsError(err); {
	case errors.As(err, &r):
		p.Status, p.Code, p.Field, p.Clause, p.Detail = r.status, r.code, r.field, r.clause, r.text.In(lang)
		for _, f := range r.errors {
			p.Errors = append(p.Errors, contract.FieldError{Field: f.field, Code: f.code, Detail: f.text.In(lang), Line: f.line, Column: f.column, Cell: f.cell})
		}
	case e != nil:
		p.Status, p.Code, p.Field, p.Clause, p.Detail = statusOf[e.Kind], e.Code, e.Field, e.Clause, e.Text.In(lang)
		if p.Status == 0 {
			p.Status = http.StatusInternalServerError
		}
	case errors.As(err, &h):
		p.Status, p.Code, p.Detail = h.Code, codeOf(h.Code), routed(h.Code).In(lang)
	case errors.Is(err, context.DeadlineExceeded):
		p.Status, p.Code = http.StatusServiceUnavailable, "timeout"
	default:
		p.Status, p.Code = http.StatusInternalServerError, "internal"
	}
	if p.Status >= http.StatusInternalServerError && p.Status != http.StatusServiceUnavailable && p.Status != http.StatusInsufficientStorage {
		p.Detail, p.Field = "", ""
	}
	p.Type = problemType + p.Code
	p.Title = titleOf(p.Status).In(lang)
	return p
}

func titleOf(status int) domain.Text {
	if t, ok := titles[status]; ok {
		return t
	}
	return domain.Text{Zh: http.StatusText(status), En: http.StatusText(status)}
}

// routed says what to do about a refusal by the router.
func routed(status int) domain.Text {
	switch status {
	case http.StatusNotFound:
		return domain.Text{Zh: "没有这个地址；全部接口见 /api/docs", En: "There is nothing at this address; /api/docs lists what there is."}
	case http.StatusBadRequest:
		return domain.Text{Zh: "请求不符合接口约定", En: "The request is not what the contract asks for."}
	default:
		return domain.Text{}
	}
}

// codeOf is the stable code of a refusal by the router: "not-found", "method-not-allowed".
func codeOf(status int) string {
	return strings.ReplaceAll(strings.ToLower(http.StatusText(status)), " ", "-")
}

// answerError writes the problem document for an error, once.
func (s *Server) answerError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	p := problemOf(err, language(c.Request()), c.Request().URL.Path, requestID(c))
	p.Field = pointerTo(p.Field, operationOf(c))
	if recorded(c, p) {
		s.refusals.note(c, p)
	}
	switch {
	case gone(c) && p.Status >= http.StatusInternalServerError: // it failed because nobody waits for it any more
		s.log.DebugContext(c.Request().Context(), "request given up", "request", p.RequestID, "operation", operationOf(c).id, "error", err)
		c.Response().WriteHeader(statusGone)
		return
	case p.Status >= http.StatusInternalServerError:
		s.log.ErrorContext(c.Request().Context(), "request failed", "request", p.RequestID, "status", p.Status, "operation", operationOf(c).id, "error", err)
	case p.Status == http.StatusForbidden || p.Status == http.StatusUnauthorized:
		s.log.WarnContext(c.Request().Context(), "request refused", "request", p.RequestID, "status", p.Status, "operation", operationOf(c).id, "code", p.Code, "user", callerOf(c).User.ID)
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "application/problem+json")
	h.Set("Content-Language", language(c.Request()))
	if p.Status == http.StatusServiceUnavailable && h.Get("Retry-After") == "" {
		h.Set("Retry-After", "1")
	}
	c.Response().WriteHeader(p.Status)
	if c.Request().Method == http.MethodHead {
		return
	}
	if err := json.NewEncoder(c.Response()).Encode(p); err != nil {
		s.log.WarnContext(c.Request().Context(), "problem not sent", "request", p.RequestID, "error", err)
	}
}
