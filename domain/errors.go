// Package domain holds what every part of the core shares: the typed refusals, the parties who act,
// and the line of a timeline. It knows no clock, no database and no engine.
package domain

import "errors"

// Kind says what sort of refusal an error is; the API maps each kind to one HTTP status.
type Kind string

// The kinds of refusal.
const (
	KindInvalid    Kind = "invalid"     // the input is wrong: 422
	KindNotAllowed Kind = "not_allowed" // this actor may not do this: 403
	KindConflict   Kind = "conflict"    // the state does not permit it now: 409
	KindNotFound   Kind = "not_found"   // there is no such thing, or none the actor may see: 404
	KindBusy       Kind = "busy"        // try the same command again a little later: 503
)

// Text is a sentence in the two languages of the product.
type Text struct {
	Zh string `json:"zh" yaml:"zh"`
	En string `json:"en" yaml:"en"`
}

// In returns the text in the language asked for, Chinese unless it is "en".
func (t Text) In(lang string) string {
	if lang == "en" && t.En != "" {
		return t.En
	}
	return t.Zh
}

// Error is a refusal. Code is stable and never translated; Field names the part of the input at fault;
// Clause names the rule that refused, as in the documents ("SL-21b"). Compare codes, never identities:
// identity does not survive the way through the engine.
type Error struct {
	Kind   Kind   `json:"kind"`
	Code   string `json:"code"`
	Field  string `json:"field,omitempty"`
	Clause string `json:"clause,omitempty"`
	Text   Text   `json:"text"`
}

func (e *Error) Error() string { return e.Code + ": " + e.Text.En }

// Invalid refuses an input that can never be right.
func Invalid(code, field, clause, zh, en string) error {
	return &Error{KindInvalid, code, field, clause, Text{zh, en}}
}

// NotAllowed refuses an act that belongs to somebody else.
func NotAllowed(code, clause, zh, en string) error {
	return &Error{KindNotAllowed, code, "", clause, Text{zh, en}}
}

// Conflict refuses an act that the present state does not permit.
func Conflict(code, clause, zh, en string) error {
	return &Error{KindConflict, code, "", clause, Text{zh, en}}
}

// NotFound refuses an act on something that is not there.
func NotFound(code, field, zh, en string) error {
	return &Error{KindNotFound, code, field, "", Text{zh, en}}
}

// Busy asks the caller to send the same command again a little later.
func Busy(code, zh, en string) error {
	return &Error{KindBusy, code, "", "", Text{zh, en}}
}

// AsError returns the refusal inside err, or nil when err is none.
func AsError(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return nil
}

// CodeOf returns the stable code of a refusal, or "" when err is none.
func CodeOf(err error) string {
	if e := AsError(err); e != nil {
		return e.Code
	}
	return ""
}
