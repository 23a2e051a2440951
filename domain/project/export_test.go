package project

import (
	"time"

	"milepost/domain"
	"milepost/domain/policy"
)

// Decided is Decide, and the state as the decision saw it at its end.
func Decided(p *Project, c domain.Command, recordedAt time.Time, rules *policy.Registry) ([]domain.Entry, *Project, error) {
	b, err := p.judge(c, recordedAt, rules)
	if err != nil {
		return nil, nil, err
	}
	return b.entries, b.p, nil
}

// Ticked is Tick, and the state as the decision saw it at its end.
func Ticked(p *Project, now time.Time, rules *policy.Registry) ([]domain.Entry, *Project, error) {
	b, err := p.tick(now, rules)
	if err != nil {
		return nil, nil, err
	}
	return b.entries, b.p, nil
}

// Conceivable lists whatever may be asked for an offer, before anybody is asked.
func Conceivable(p *Project) []any {
	var list []any
	for _, a := range acts {
		for c := range a.about(p) {
			list = append(list, c)
		}
	}
	return list
}
