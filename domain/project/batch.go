package project

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/policy"
)

// batch collects the events of one decision. It works on a copy of the state, so that a rule sees what the
// events before it in the same decision have done.
type batch struct {
	p       *Project
	rules   *policy.Registry
	pack    *policy.Pack
	cal     *calendar.Calendar
	actor   domain.Actor
	at      time.Time // the civil moment judged
	now     time.Time // the civil moment of recording
	command string
	seed    uint64
	late    bool
	entries []domain.Entry
}

// newBatch prepares a decision. A pack or calendar that this process has not loaded yet makes the command
// busy: it is tried again, never judged by other rules.
func newBatch(p *Project, rules *policy.Registry, actor domain.Actor, at, now time.Time) (*batch, error) {
	b := &batch{p: clone(p), rules: rules, actor: actor, at: at, now: now}
	cal, ok := rules.CurrentCalendar()
	if !ok {
		return nil, domain.Busy("calendar.loading", "日历正在加载，请稍后重试", "The calendar is being loaded; try again shortly.")
	}
	b.cal = cal
	if p.Pack == "" {
		return b, nil
	}
	pack, ok := rules.Pack(p.Pack)
	if !ok {
		return nil, domain.Busy("pack.loading", "政策包正在加载，请稍后重试", "The policy pack is being loaded; try again shortly.")
	}
	b.pack = pack
	return b, nil
}

// emit records an event under the clause that makes it so, and applies it to the working copy.
func (b *batch) emit(ev event, clause string) {
	data, err := json.Marshal(ev)
	if err != nil {
		panic(fmt.Sprintf("event %T does not encode: %v", ev, err)) // events are plain values
	}
	e := domain.Entry{
		Seq: b.p.Seq + 1, Type: eventType(ev), Data: data, Actor: b.actor,
		OccurredAt: b.at.UTC(), RecordedAt: b.now.UTC(), Clause: clause, Command: b.command, Late: b.late,
	}
	b.entries = append(b.entries, e)
	b.p.apply(ev, e)
}

// automatic runs f as the product itself: what follows from an act by a rule is shown as automatic.
func (b *batch) automatic(f func() error) error {
	actor := b.actor
	b.actor = domain.System
	defer func() { b.actor = actor }()
	return f()
}

// clone copies a plain value with everything it refers to.
func clone[T any](v *T) *T {
	c := reflect.New(reflect.TypeFor[T]()).Elem()
	deepCopy(c, reflect.ValueOf(v).Elem())
	p, _ := reflect.TypeAssert[*T](c.Addr())
	return p
}

func deepCopy(dst, src reflect.Value) {
	switch src.Kind() {
	case reflect.Pointer:
		if src.IsNil() {
			return
		}
		dst.Set(reflect.New(src.Type().Elem()))
		deepCopy(dst.Elem(), src.Elem())
	case reflect.Slice:
		if src.IsNil() {
			return
		}
		dst.Set(reflect.MakeSlice(src.Type(), src.Len(), src.Len()))
		for i := range src.Len() {
			deepCopy(dst.Index(i), src.Index(i))
		}
	case reflect.Struct:
		dst.Set(src) // unexported parts (time, decimals) are immutable
		for i := range src.NumField() {
			if f := dst.Field(i); f.CanSet() && refers(f.Kind()) {
				deepCopy(f, src.Field(i))
			}
		}
	default:
		dst.Set(src)
	}
}

func refers(k reflect.Kind) bool {
	return k == reflect.Pointer || k == reflect.Slice || k == reflect.Struct
}
