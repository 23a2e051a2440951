package api

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/labstack/echo/v4"

	"milepost/domain"
)

// maxQuery bounds the text of a query.
const maxQuery = 4096

// validated holds every request to the contract: parameters, headers, and every field of a body. All faults are
// reported at once. Who may call what is decided before; the contract's security is not asked again.
//
// The operation is known from the server's own routes. The contract checker's router would look for it again, one
// pattern after the other, and cost more than all the checking.
func validated(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := knownQuery(c); err != nil {
			return err
		}
		if err := singleHeaders(c); err != nil {
			return err
		}
		params := map[string]string{}
		for i, name := range c.ParamNames() {
			value, err := url.PathUnescape(c.ParamValues()[i])
			if err == nil {
				err = checkText(value, name)
			}
			if err != nil {
				return breach(&openapi3filter.RequestError{Parameter: &openapi3.Parameter{In: openapi3.ParameterInPath, Name: name}})
			}
			params[name] = value
		}
		r, options := c.Request(), checking
		if operationOf(c).takes { // the checker would read it whole into memory
			r, options = r.WithContext(r.Context()), unread
			r.Body = http.NoBody
		}
		err := openapi3filter.ValidateRequest(c.Request().Context(), &openapi3filter.RequestValidationInput{
			Request: r, PathParams: params, Route: operationOf(c).route, Options: options,
		})
		if err != nil {
			return breach(err)
		}
		return next(c)
	}
}

var checking = &openapi3filter.Options{
	MultiError: true, SkipSettingDefaults: true, RejectWhenRequestBodyNotSpecified: true,
	AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
}

// unread leaves the body alone: a file is read by whoever keeps it.
var unread = &openapi3filter.Options{
	MultiError: true, SkipSettingDefaults: true, ExcludeRequestBody: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
}

// knownQuery refuses a query that asks for what the operation does not know: a misspelt filter would silently
// show everything.
func knownQuery(c echo.Context) error {
	if len(c.Request().URL.RawQuery) > maxQuery {
		return refuse(http.StatusRequestURITooLong, "query.too-long", "", "查询条件过长", "The query is too long.")
	}
	op := operationOf(c)
	query, err := url.ParseQuery(c.Request().URL.RawQuery)
	if err != nil {
		return refuse(http.StatusBadRequest, "query.malformed", "", "查询条件无法读取", "The query cannot be read.")
	}
	for name, values := range query {
		many, known := op.query[name]
		switch {
		case op.anyQuery:
		case !known:
			return refuse(http.StatusBadRequest, "query.unknown", name, "没有这个查询参数", "There is no such query parameter.")
		case len(values) > 1 && !many:
			return refuse(http.StatusBadRequest, "query.twice", name, "查询参数重复", "A query parameter is given twice.")
		case op.takes:
			continue // what is wrong with the name of a file is told by whoever takes it
		}
		for _, v := range values {
			if err := checkText(v, name); err != nil {
				return err
			}
		}
	}
	return nil
}

// singleHeaders refuses a header that is given twice: nobody knows which one counts.
func singleHeaders(c echo.Context) error {
	for _, name := range operationOf(c).headers {
		if len(c.Request().Header.Values(name)) > 1 {
			return refuse(http.StatusBadRequest, "header.twice", name, "请求头重复", "A header is given twice.")
		}
	}
	return nil
}

// mostFaults bounds how many faults are told at once.
const mostFaults = 100

// breach turns what the contract's checker found into one refusal with all faults. Text that cannot be read at
// all is 400; what can be read but may not be so is 422; a path that cannot exist is 404.
func breach(err error) error {
	var faults []fault
	status := http.StatusUnprocessableEntity
	for _, e := range flatten(err) {
		var request *openapi3filter.RequestError
		if !errors.As(e, &request) {
			continue
		}
		if p := request.Parameter; p != nil && p.In == openapi3.ParameterInPath {
			return refuse(http.StatusNotFound, "path.unknown", p.Name, "没有这个编号", "There is nothing under that name.")
		}
		if notReadable(request) {
			status = http.StatusBadRequest
		}
		faults = append(faults, faultsOf(request)...)
	}
	if len(faults) == 0 {
		return err
	}
	first := faults[0]
	r := &refusal{status: status, code: first.code, field: first.field, text: first.text}
	if len(faults) > 1 {
		r.errors = faults[:min(len(faults), mostFaults)]
	}
	return r
}

// flatten lists the errors that an error is made of, down to the requests' own.
func flatten(err error) []error {
	all, ok := err.(openapi3.MultiError) //nolint:errorlint // errors.As would look through it at the first only
	if !ok {
		return []error{err}
	}
	var flat []error
	for _, e := range all {
		flat = append(flat, flatten(e)...)
	}
	return flat
}

// notReadable tells whether a part of the request could not be read, as against read and found wrong.
func notReadable(e *openapi3filter.RequestError) bool {
	var parse *openapi3filter.ParseError
	return errors.As(e.Err, &parse) || errors.Is(e.Err, openapi3filter.ErrInvalidRequired) || errors.Is(e.Err, openapi3filter.ErrInvalidEmptyValue)
}

func faultsOf(e *openapi3filter.RequestError) []fault {
	if e.Parameter != nil {
		return []fault{parameterFault(e)}
	}
	var faults []fault
	for _, se := range schemaErrors(e.Err) {
		code, text := wording(se)
		faults = append(faults, fault{field: pointer(se), code: code, text: text})
	}
	if len(faults) > 0 {
		return faults
	}
	if errors.Is(e.Err, openapi3filter.ErrInvalidRequired) {
		return []fault{{code: "body.missing", text: domain.Text{Zh: "缺少内容", En: "The body is missing."}}}
	}
	return []fault{{code: "body.unexpected", text: domain.Text{Zh: "内容不符合接口约定", En: "The body is not what the contract asks for."}}}
}

// pointer is the JSON pointer to the value at fault; "" is the whole body. Of an unknown field the checker names
// only the object that has it, and the field in its words.
func pointer(e *openapi3.SchemaError) string {
	steps := e.JSONPointer()
	if e.SchemaField == "properties" {
		if _, rest, ok := strings.Cut(e.Reason, `"`); ok {
			field, _, _ := strings.Cut(rest, `"`)
			steps = append(steps, field)
		}
	}
	var p strings.Builder
	for _, step := range steps {
		p.WriteString("/" + escaper.Replace(step))
	}
	return p.String()
}

// escaper writes a name as a JSON pointer has it (RFC 6901).
var escaper = strings.NewReplacer("~", "~0", "/", "~1")

func parameterFault(e *openapi3filter.RequestError) fault {
	f := fault{field: e.Parameter.Name, code: "parameter.malformed", text: domain.Text{Zh: "参数无法读取", En: "The parameter cannot be read."}}
	if errors.Is(e.Err, openapi3filter.ErrInvalidRequired) {
		f.code, f.text = "parameter.missing", domain.Text{Zh: "缺少必填的参数或请求头", En: "A parameter or header is missing."}
		return f
	}
	for _, se := range schemaErrors(e.Err) {
		f.code, f.text = wording(se)
	}
	return f
}

// schemaErrors lists every place where a value does not meet its schema.
func schemaErrors(err error) []*openapi3.SchemaError {
	switch e := err.(type) { //nolint:errorlint // errors.As would stop at the first of several
	case nil:
		return nil
	case *openapi3.SchemaError:
		if inner := schemaErrors(e.Origin); len(inner) > 0 {
			return inner
		}
		return []*openapi3.SchemaError{e}
	case openapi3.MultiError:
		var list []*openapi3.SchemaError
		for _, one := range e {
			list = append(list, schemaErrors(one)...)
		}
		return list
	default:
		return schemaErrors(errors.Unwrap(err))
	}
}

// words says what is wrong, by the keyword of the schema that was not met. The code is the keyword's.
var words = map[string]domain.Text{
	"type":                 {Zh: "类型不正确", En: "The type is wrong."},
	"enum":                 {Zh: "不在可选值之内", En: "It is not one of the values allowed."},
	"required":             {Zh: "缺少必填项", En: "It is missing."},
	"properties":           {Zh: "没有这个字段", En: "There is no such field."},
	"additionalProperties": {Zh: "没有这个字段", En: "There is no such field."},
	"minLength":            {Zh: "文字太短", En: "The text is too short."},
	"maxLength":            {Zh: "文字太长", En: "The text is too long."},
	"pattern":              {Zh: "格式不正确", En: "The form is wrong."},
	"format":               {Zh: "格式不正确", En: "The form is wrong."},
	"minimum":              {Zh: "数值太小", En: "The figure is too small."},
	"maximum":              {Zh: "数值太大", En: "The figure is too large."},
	"minItems":             {Zh: "条目太少", En: "There are too few entries."},
	"maxItems":             {Zh: "条目太多", En: "There are too many entries."},
	"nullable":             {Zh: "不能为空值（null）", En: "It must not be null."},
}

func wording(e *openapi3.SchemaError) (code string, text domain.Text) {
	if e.SchemaField == "format" && e.Schema.Format == "line" {
		return "text.line", notALine
	}
	text, ok := words[e.SchemaField]
	if !ok {
		text = domain.Text{Zh: "内容不符合接口约定", En: "It is not what the contract asks for."}
	}
	return "contract." + e.SchemaField, text
}
