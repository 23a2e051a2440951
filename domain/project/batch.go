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
	rules   Rules
	pack    *policy.Pack
	cal     *calendar.Calendar
	actor   domain.Actor // who acts; the product itself where something follows by a rule
	sender  domain.Actor // who sent the command, also while something follows from it
	at      time.Time    // the civil moment judged
	now     time.Time    // the civil moment of recording
	command string
	seed    uint64

	late     bool      // a late entry: it happened before it was received
	received time.Time // the civil moment at which the command was received
	basis    string    // what proves a late entry

	asking bool   // whether an act is on offer is asked, and nothing is said (offers.go)
	task   string // the open task that the act is about, as far as its decider has looked

	entries []domain.Entry
}

// Rules are the packs and calendars by which a project is decided.
type Rules interface {
	Pack(hash string) (*policy.Pack, bool)
	Calendar(version string) (*calendar.Calendar, bool)
	CurrentCalendar() (*calendar.Calendar, bool)
}

// newBatch prepares a decision. A pack or calendar that this process has not loaded yet makes the command
// busy: it is tried again, never judged by other rules.
func newBatch(p *Project, rules Rules, actor domain.Actor, at, now time.Time) (*batch, error) {
	b := &batch{p: clone(p), rules: rules, actor: actor, sender: actor, at: at, now: now}
	cal, ok := rules.CurrentCalendar()
	if !ok {
		return nil, domain.Busy("calendar.loading", "日历正在加载，请稍后重试", "The calendar is being loaded; try again shortly.")
	}
	b.cal = cal
	if p.Pack == "" {
		if p.Seq > 0 || !p.NextDeadline().IsZero() {
			return nil, fmt.Errorf("project %s: its state names no pack", p.ID)
		}
		return b, nil
	}
	pack, ok := rules.Pack(p.Pack)
	if !ok {
		return nil, domain.Busy("pack.loading", "政策包正在加载，请稍后重试", "The policy pack is being loaded; try again shortly.")
	}
	b.pack = pack
	for _, hash := range p.Former {
		if _, there := rules.Pack(hash); !there {
			return nil, domain.Busy("pack.loading", "政策包正在加载，请稍后重试", "The policy pack is being loaded; try again shortly.")
		}
	}
	return b, nil
}

// emit records an event under the clause that makes it so, and applies it to the working copy. Who is only asked whether
// an act is on offer has answered with that, and nothing happens.
func (b *batch) emit(ev event, clause string) {
	if b.asking {
		return
	}
	data, err := json.Marshal(ev)
	if err != nil {
		panic(fmt.Sprintf("event %T does not encode: %v", ev, err)) // events are plain values
	}
	e := domain.Entry{
		Seq: b.p.Seq + 1, Type: eventType(ev), Data: data, Actor: b.actor,
		OccurredAt: b.at.UTC(), RecordedAt: b.now.UTC(), Clause: clause, Command: b.command, Late: b.late, Basis: b.basis,
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

// clone copies a plain value of the state with everything it refers to.
func clone[T any](v *T) *T {
	c := *v
	separate(reflect.ValueOf(&c).Elem())
	return &c
}

// separate gives a value that was copied by assignment own copies of what it refers to.
func separate(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		own := reflect.New(v.Type().Elem())
		own.Elem().Set(v.Elem())
		separate(own.Elem())
		v.Set(own)
	case reflect.Slice:
		if v.IsNil() {
			return
		}
		own := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(own, v)
		if refers(v.Type().Elem()) {
			for i := range own.Len() {
				separate(own.Index(i))
			}
		}
		v.Set(own)
	case reflect.Struct:
		for _, i := range references[v.Type()] {
			separate(v.Field(i))
		}
	default: // holds all it is
	}
}

// references are the fields of every struct of the state that refer to something, found once: most do not, and
// looking at each of them for every command is what copying a state would cost.
var references = referencesOf(reflect.TypeFor[Project]())

func referencesOf(state reflect.Type) map[reflect.Type][]int {
	known := map[reflect.Type][]int{}
	structs(state, known)
	for more := true; more; { // until no struct is found to refer by way of another
		more = false
		for t, fields := range known {
			var refs []int
			for i := range t.NumField() {
				if f := t.Field(i); f.IsExported() && refersBy(known, f.Type) { // what is not exported are times; they never change
					refs = append(refs, i)
				}
			}
			more = more || len(refs) > len(fields)
			known[t] = refs
		}
	}
	return known
}

// structs finds every struct within a type.
func structs(t reflect.Type, known map[reflect.Type][]int) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		structs(t.Elem(), known)
	case reflect.Struct:
		if _, seen := known[t]; seen {
			return
		}
		known[t] = nil
		for f := range t.Fields() {
			if f.IsExported() {
				structs(f.Type, known)
			}
		}
	case reflect.Map, reflect.Interface, reflect.Func, reflect.Chan, reflect.Array, reflect.UnsafePointer:
		panic("a state is a plain value; it cannot hold a " + t.String())
	default:
	}
}

func refers(t reflect.Type) bool { return refersBy(references, t) }

func refersBy(known map[reflect.Type][]int, t reflect.Type) bool {
	k := t.Kind()
	return k == reflect.Pointer || k == reflect.Slice || k == reflect.Struct && len(known[t]) > 0
}
