package api

import (
	"context"
	"slices"

	"milepost/api/contract"
	"milepost/domain"
	"milepost/store"
)

// Experts score without knowing how the others score (OWN-1). So marks and opinions stay covered until the panel has
// concluded, whoever reads them: an expert could be told by anybody. A round that was given up, because too few
// experts were left for the quorum, has no conclusion of its own; its scores stay covered until a later round
// concludes, for its experts may sit again. Each expert reads his own at any time.

// The wire names of an expert's verdict and of the panel's.
const (
	scoreEvent     = "ScoreSubmitted"
	concludedEvent = "EvaluationConcluded"
)

// cover hides the marks and opinions of a panel that has not concluded from everybody but the expert who gave them.
func cover(p *contract.Panel, who Caller) {
	p.Complete = p.Result != ""
	if p.Complete {
		return
	}
	for i := range p.Members {
		if m := &p.Members[i]; !who.isExpert(m.Expert) {
			m.Marks, m.Total, m.Opinion = nil, 0, ""
		}
	}
}

func (c Caller) isExpert(code string) bool {
	return slices.ContainsFunc(c.Acting, func(p store.Post) bool { return p.Role == expert && p.Party == code })
}

// covered says which lines of a timeline do not show their content: the scores that no conclusion follows, to
// everybody but the expert who gave them.
func (s *Server) covered(ctx context.Context, who Caller, name string, lines []store.TimelineRow) (func(store.TimelineRow) bool, error) {
	if !slices.ContainsFunc(lines, func(l store.TimelineRow) bool { return l.Type == scoreEvent }) {
		return nil, nil
	}
	last, err := s.records.Timeline(ctx, store.Everything, store.TimelineQuery{Entity: name, Types: []string{concludedEvent}, Desc: true, Limit: 1})
	if err != nil {
		return nil, unavailable(err)
	}
	concluded := int64(0)
	if len(last) > 0 {
		concluded = last[0].Seq
	}
	return func(l store.TimelineRow) bool {
		return l.Type == scoreEvent && l.Seq > concluded && !who.isExpert(l.Actor.Party)
	}, nil
}

// foreseen is what of a preview may be told. The last expert to score would learn the others' average from what his
// score would conclude, and could choose his marks by it: an expert's preview ends before the conclusion.
func foreseen(who Caller, entries []domain.Entry) []domain.Entry {
	i := slices.IndexFunc(entries, func(e domain.Entry) bool { return e.Type == concludedEvent })
	if i < 0 || who.Post().Role != expert {
		return entries
	}
	return entries[:i]
}
