package project

import "milepost/domain"

// The names of the labels of projects.
const (
	LabelJurisdiction = "Jurisdiction"
	LabelPhase        = "Phase"
)

// Labels are the labels of the project as it is; none before it is declared.
func (p *Project) Labels() []domain.Label {
	if p.Seq == 0 {
		return nil
	}
	return []domain.Label{{Name: LabelJurisdiction, Value: p.Profile.Jurisdiction}, {Name: LabelPhase, Value: string(p.Phase)}}
}
