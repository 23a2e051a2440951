package project

import (
	"milepost/domain"
	"milepost/domain/policy"
)

type itemRule = policy.Item

// phases are those of a project that is on its way to production.
var phases = []Phase{Planning, Evaluation, Approval, Assurance, Startup, Construction, Completion}

// advance draws the automatic consequences of what has happened: items open, phases follow each other. It
// runs after every command and every tick, until nothing follows any more.
func (b *batch) advance() error {
	return b.automatic(func() error {
		for {
			before := b.p.Seq
			if b.p.Status != Active {
				return nil
			}
			if err := b.follow(); err != nil {
				return err
			}
			if b.p.Seq == before {
				return nil
			}
		}
	})
}

// follow is one step of the way from idea to production.
func (b *batch) follow() error {
	switch b.p.Phase {
	case Planning:
		if !b.p.Library.Recognised.IsZero() {
			return b.enter(Evaluation)
		}
	case Evaluation:
		if b.p.Panel.Skipped || (!b.p.Panel.Passed.IsZero() && len(b.p.Plan) > 0) {
			return b.enter(Approval)
		}
	case Approval:
		if b.p.settled(string(Approval)) {
			return b.enter(Assurance)
		}
		return b.openItems()
	case Assurance:
		if b.p.assured() {
			return b.enter(Startup)
		}
	case Completion:
		return b.followCompletion()
	case Startup, Construction, Closed:
		// a start, the end of the works and the joint acceptance are acts, not consequences
	}
	return nil
}

// enter begins a phase with what it needs.
func (b *batch) enter(phase Phase) error {
	b.emit(PhaseEntered{Phase: phase, From: b.p.Phase}, b.clauseOf(phase))
	switch phase {
	case Evaluation:
		return b.beginEvaluation()
	case Approval:
		return b.listItems(string(Approval))
	case Assurance:
		return b.beginAssurance()
	case Startup:
		return b.beginStartup()
	case Completion:
		return b.listItems(string(Completion))
	case Planning, Construction, Closed:
		// begun by Declared, ConstructionStarted and JointlyAccepted
	}
	return nil
}

// clauseOf is the clause that a phase goes by.
func (b *batch) clauseOf(phase Phase) string {
	switch phase {
	case Evaluation:
		return b.pack.Evaluation.Clause
	case Approval:
		return b.pack.Approval.Clause
	case Assurance:
		return b.pack.Assurance.Clause
	case Startup:
		return b.pack.Startup.Clause
	case Construction:
		return b.pack.Construction.Clause
	case Completion:
		return b.pack.Completion.Clause
	default:
		return rulePhase
	}
}

// PhaseEntered moves the project on; its class in the library moves with it (SL-4).
type PhaseEntered struct {
	Phase Phase `json:"phase"`
	From  Phase `json:"from"`
}

func (e PhaseEntered) evolve(p *Project, at domain.Entry) {
	p.Phase, p.Entered = e.Phase, at.OccurredAt
}

func (e PhaseEntered) text(*Project) domain.Text {
	return domain.Text{Zh: "进入“" + zhPhase[e.Phase] + "”阶段", En: "Phase: " + string(e.Phase)}
}
