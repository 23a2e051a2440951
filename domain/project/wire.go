package project

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"time"

	"milepost/domain"
	"milepost/domain/calendar"
)

// command is something asked of a project: it looks at the state and emits events, or refuses.
type command interface{ decide(b *batch) error }

// event is a fact: it changes the state, and can be told in words.
type event interface {
	evolve(p *Project, e domain.Entry)
	text(p *Project) domain.Text
}

// wire turns values of a closed set of types into names and back.
type wire[T any] struct {
	types map[string]reflect.Type
	names map[reflect.Type]string
}

func newWire[T any](values map[string]T) wire[T] {
	w := wire[T]{map[string]reflect.Type{}, map[reflect.Type]string{}}
	for name, v := range values {
		t := reflect.TypeOf(v)
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		w.types[name], w.names[t] = t, name
	}
	return w
}

func (w wire[T]) name(v any) string {
	t := reflect.TypeOf(v)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return w.names[t]
}

func (w wire[T]) sorted() []string {
	var ns []string
	for n := range w.types {
		ns = append(ns, n)
	}
	slices.Sort(ns)
	return ns
}

func eventType(ev event) string { return events.name(ev) }

// DecodeCommand reads a command of a type by its wire name. Unknown fields and trailing text are refused.
func DecodeCommand(name string, body []byte) (command, error) {
	t, ok := commands.types[name]
	if !ok {
		return nil, domain.Invalid("command.unknown", "type", ruleInput, "不认识的操作："+name, "Unknown command: "+name)
	}
	v := reflect.New(t)
	if len(bytes.TrimSpace(body)) > 0 {
		dec := json.NewDecoder(bytes.NewReader(body))
		dec.DisallowUnknownFields()
		if err := dec.Decode(v.Interface()); err != nil {
			return nil, malformed(err)
		}
		if _, err := dec.Token(); !errors.Is(err, io.EOF) {
			return nil, domain.Invalid("command.malformed", "body", ruleInput, "请求内容之后有多余文字", "There is text after the body.")
		}
	}
	c, _ := reflect.TypeAssert[command](v)
	return c, nil
}

// malformed says which field of a body cannot be read, where that is known. What the reader says of our types is not
// for the sender.
func malformed(err error) error {
	field := "body"
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
		field = wrong.Field
	}
	return domain.Invalid("command.malformed", field, ruleInput, "请求内容无法读取，请按接口约定填写", "The body cannot be read; fill it in as the contract says.")
}

// Encode writes one of this package's commands with its wire name.
func Encode(cmd any) (name string, body json.RawMessage, err error) {
	if name = commands.name(cmd); name == "" {
		return "", nil, fmt.Errorf("%T is no command", cmd)
	}
	body, err = json.Marshal(cmd)
	return name, body, err
}

// CommandTypes lists the wire names of all commands.
func CommandTypes() []string { return commands.sorted() }

// EventTypes lists the wire names of all events.
func EventTypes() []string { return events.sorted() }

func decodeEvent(name string, data []byte) (event, error) {
	t, ok := events.types[name]
	if !ok {
		return nil, fmt.Errorf("unknown event type %q", name)
	}
	v := reflect.New(t)
	if err := json.Unmarshal(data, v.Interface()); err != nil {
		return nil, fmt.Errorf("event %s: %w", name, err)
	}
	ev, _ := reflect.TypeAssert[event](v.Elem())
	return ev, nil
}

// Describe tells an entry in words. The state is the one after the entry.
func (p *Project) Describe(e domain.Entry) (domain.Text, error) {
	ev, err := decodeEvent(e.Type, e.Data)
	if err != nil {
		return domain.Text{}, err
	}
	return told(ev, p, e), nil
}

func itoa(n int) string { return strconv.Itoa(n) }

func zhTime(t time.Time) string { return t.In(calendar.Zone).Format("2006年1月2日15:04") }
func enTime(t time.Time) string { return t.In(calendar.Zone).Format("2 Jan 2006 15:04") }

func zhDate(d calendar.Date) string { return fmt.Sprintf("%d年%d月%d日", d.Year, d.Month, d.Day) }

// zhDay writes a civil date of the wire (2026-03-02), zhMonth a month (2026-03), as officials do.
func zhDay(s string) string {
	d, err := calendar.ParseDate(s)
	if err != nil {
		return s
	}
	return zhDate(d)
}

func zhMonth(period string) string {
	d, err := firstOf(period)
	if err != nil {
		return period
	}
	return fmt.Sprintf("%d年%d月份", d.Year, d.Month)
}
