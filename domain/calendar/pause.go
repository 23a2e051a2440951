package calendar

// Pause is a time in which a clock stands still: from the day it is paused to the day it is resumed, both
// included. A zero To means that nobody has resumed it yet.
type Pause struct {
	From Date `json:"from"`
	To   Date `json:"to,omitzero"`
}

// covers tells whether the clock stands still on that day. A pause without a first day covers none.
func (p Pause) covers(d Date) bool {
	return !p.From.IsZero() && !d.Before(p.From) && (p.open() || !d.After(p.To))
}

func (p Pause) open() bool { return p.To.IsZero() }

func (p Pause) real() bool {
	return p.From.real() && (p.open() || p.To.real() && !p.To.Before(p.From))
}

// clockState says what the clock does on one day.
type clockState int

const (
	running  clockState = iota
	paused              // stands still, and runs again on a day that is known
	standing            // stands still until somebody resumes it
)

func clockOn(d Date, pauses []Pause) clockState {
	state := running
	for _, p := range pauses {
		if !p.covers(d) {
			continue
		}
		if p.open() {
			return standing
		}
		state = paused
	}
	return state
}
