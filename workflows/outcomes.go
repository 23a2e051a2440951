package workflows

import "slices"

// Remembered is how many commands an entity knows again. The engine forgets the ids of updates whenever a run
// ends; the entity must not, or a command sent twice would be decided twice.
const Remembered = 1000

// outcomes are the last commands with what became of them, the oldest first.
type outcomes []Outcome

func (os outcomes) of(command string) (Outcome, bool) {
	n := slices.IndexFunc(os, func(o Outcome) bool { return o.Command == command })
	if n < 0 {
		return Outcome{}, false
	}
	return os[n], true
}

func (os outcomes) with(o Outcome) outcomes {
	os = append(os, o)
	if len(os) > Remembered {
		os = slices.Clone(os[len(os)-Remembered:]) // not a slice of a slice that only ever grows
	}
	return os
}
