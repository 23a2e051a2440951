package policy

import (
	"maps"
	"sync"

	"milepost/domain"
	"milepost/domain/calendar"
)

// Registry holds in memory the packs, by hash, and the calendars, by version, that a process has loaded. It is
// filled at start and at publication; deciders read it and never wait. What is not there yet is answered with
// ok = false. The zero Registry is empty and ready for use by many goroutines.
type Registry struct {
	mu        sync.RWMutex
	packs     map[string]*Pack
	calendars map[string]*calendar.Calendar
	inForce   map[string]*Pack // by jurisdiction
	current   *calendar.Calendar
}

// NewRegistry returns an empty registry.
func NewRegistry() *Registry { return &Registry{} }

// Put adds packs. A pack that is there already stays: equal hashes mean equal content.
func (r *Registry) Put(packs ...*Pack) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.packs == nil {
		r.packs = map[string]*Pack{}
	}
	for _, p := range packs {
		if _, there := r.packs[p.Hash()]; !there {
			r.packs[p.Hash()] = p
		}
	}
}

// Pack returns the pack with that hash.
func (r *Registry) Pack(hash string) (*Pack, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	p, ok := r.packs[hash]
	return p, ok
}

// SetCurrent puts the pack with that hash in force in a jurisdiction, for projects that begin from now on. A
// district may be under the pack of its city.
func (r *Registry) SetCurrent(jurisdiction, hash string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, ok := r.packs[hash]
	if !ok {
		return domain.NotFound("pack.unknown", "pack", "没有加载这个政策包："+hash, "This policy pack is not loaded: "+hash+".")
	}
	if r.inForce == nil {
		r.inForce = map[string]*Pack{}
	}
	r.inForce[jurisdiction] = p
	return nil
}

// Current returns the pack in force in a jurisdiction.
func (r *Registry) Current(jurisdiction string) (*Pack, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	p, ok := r.inForce[jurisdiction]
	return p, ok
}

// PutCalendar adds a calendar under its version.
func (r *Registry) PutCalendar(c *calendar.Calendar) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.calendars == nil {
		r.calendars = map[string]*calendar.Calendar{}
	}
	r.calendars[c.Version()] = c
}

// Calendar returns the calendar of that version.
func (r *Registry) Calendar(version string) (*calendar.Calendar, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	c, ok := r.calendars[version]
	return c, ok
}

// PutCurrentCalendar adds a calendar and makes it the one that new deadlines are computed with, in one step: nobody finds
// it here while an earlier one is still in force.
func (r *Registry) PutCurrentCalendar(c *calendar.Calendar) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.calendars == nil {
		r.calendars = map[string]*calendar.Calendar{}
	}
	r.calendars[c.Version()], r.current = c, c
}

// Foreseeing returns a registry of the same packs in which a calendar is in force that is not yet: to see what would
// come of it.
func (r *Registry) Foreseeing(c *calendar.Calendar) *Registry {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return &Registry{packs: maps.Clone(r.packs), inForce: maps.Clone(r.inForce), calendars: map[string]*calendar.Calendar{c.Version(): c}, current: c}
}

// SetCurrentCalendar makes the calendar of that version the one that new deadlines are computed with.
func (r *Registry) SetCurrentCalendar(version string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	c, ok := r.calendars[version]
	if !ok {
		return domain.NotFound("calendar.unknown", "calendar", "没有加载这个日历："+version, "This calendar is not loaded: "+version+".")
	}
	r.current = c
	return nil
}

// CurrentCalendar returns the calendar that new deadlines are computed with.
func (r *Registry) CurrentCalendar() (*calendar.Calendar, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.current, r.current != nil
}
