package policy

import (
	"slices"

	"milepost/domain/calendar"
)

// What the lookups return belongs to the pack: read it, never write into its slices.

// Hash identifies the content of the resolved pack: "pack-" and twelve hexadecimal digits. Packs that mean the
// same have the same hash, however they are laid out; a changed rule of a parent changes it.
func (p *Pack) Hash() string { return p.hash }

// Ladder returns the escalation ladder with that key.
func (p *Pack) Ladder(key string) (Ladder, bool) {
	return find(p.Ladders, func(l Ladder) bool { return l.Key == key })
}

// Item returns the approval item or single acceptance with that key.
func (p *Pack) Item(key string) (Item, bool) {
	return find(p.Items, func(i Item) bool { return i.Key == key })
}

// Department returns the department with that code.
func (p *Pack) Department(code string) (Department, bool) {
	return find(p.Departments, func(d Department) bool { return d.Code == code })
}

// Resource returns the kind of quota with that key.
func (p *Pack) Resource(key string) (Resource, bool) {
	return find(p.Assurance.Resources, func(r Resource) bool { return r.Key == key })
}

// PauseReason returns the reason for which a clock may stand still.
func (p *Pack) PauseReason(key string) (Choice, bool) {
	return find(p.Clock.PauseReasons, func(c Choice) bool { return c.Key == key })
}

// ItemsOf returns the items of a phase that a procedure asks for, in the pack's order. Conditions are not looked
// at. A prerequisite that is not among them counts as met.
func (p *Pack) ItemsOf(phase, procedure string) []Item {
	var items []Item
	for _, i := range p.Items {
		if i.Phase == phase && i.For(procedure) {
			items = append(items, i)
		}
	}
	return items
}

// DecisionStep returns the limit and ladder under which an item is decided, and the clause that sets the limit:
// the item's own (SL-21c), else the pack's.
func (p *Pack) DecisionStep(i Item) Step {
	s := Step{Days: p.Approval.Days, Ladder: p.Approval.Ladder, Clause: p.Approval.Clause}
	if i.Days > 0 {
		s.Days, s.Clause = i.Days, i.Clause
	}
	if i.Ladder != "" {
		s.Ladder = i.Ladder
	}
	return s
}

// LatestStart returns the deadline by which a project with these figures must have started: the earliest whose
// condition holds and whose date is not over on the day given. ok is false when none applies; then the working
// days of Startup.Start count.
func (p *Pack) LatestStart(f Figures, today calendar.Date) (d StartDeadline, ok bool, err error) {
	for _, s := range p.Startup.Deadlines {
		if s.Date.Before(today) || ok && !s.Date.Before(d.Date) {
			continue
		}
		holds, err := p.Holds(s.When, f)
		if err != nil {
			return StartDeadline{}, false, err
		}
		if holds {
			d, ok = s, true
		}
	}
	return d, ok, nil
}

// For tells whether a procedure asks for the item.
func (i Item) For(procedure string) bool {
	return len(i.Procedures) == 0 || slices.Contains(i.Procedures, procedure)
}

// MayPause tells whether the item's clock may stand still for a reason of the pack.
func (i Item) MayPause(reason string) bool {
	return len(i.Pauses) == 0 || slices.Contains(i.Pauses, reason)
}

// Paper returns the paper with that key.
func (i Item) Paper(key string) (Paper, bool) {
	return find(i.Papers, func(p Paper) bool { return p.Key == key })
}

func find[T any](list []T, is func(T) bool) (T, bool) {
	if n := slices.IndexFunc(list, is); n >= 0 {
		return list[n], true
	}
	var none T
	return none, false
}
