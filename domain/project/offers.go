package project

import (
	"iter"
	"slices"
	"time"

	"milepost/domain"
)

// Offer is an act that an actor may do now: a command that lacks nothing but what its sender has to say.
type Offer struct {
	Act  any    // the command, with the fields that say what it is about
	Type string // its wire name
	Task string // the key of the open task that it would move on; empty where there is none
}

// Offers lists what an actor may do at a civil moment, in the order in which an official looks for it: what ends a piece
// of work, what moves it, the rest. The deciders themselves are asked, each with a command that says what it is about and
// nothing else: who is refused for a missing word only may act, and who is refused for his post or for the state of
// things may not. So a decider looks at party and state before it looks at what its sender says.
//
// What the world outside decides does not show: whether a colleague, a file or a large enough pool is there. Late entries
// are not on offer.
func (p *Project) Offers(who domain.Actor, at time.Time, rules Rules) ([]Offer, error) {
	b, err := newBatch(p, rules, who, at, at)
	if err != nil {
		return nil, err
	}
	b.received, b.asking = at, true
	if may, err := offered(b.admit(FilePaper{}, domain.Command{})); !may {
		return nil, err
	}
	var offers []Offer
	for _, a := range acts {
		for c := range a.about(b.p) {
			b.task = ""
			may, err := offered(c.decide(b))
			if err != nil {
				return nil, err
			}
			if !may {
				continue
			}
			if i := slices.IndexFunc(b.p.Tasks, func(t Task) bool { return t.Kind == a.moves }); i >= 0 {
				b.task = b.p.Tasks[i].Key
			}
			offers = append(offers, Offer{Act: c, Type: a.name, Task: b.task})
		}
	}
	return offers, nil
}

// offered tells from what a decider says to a command without content whether the act is on offer.
func offered(answer error) (bool, error) {
	switch e := domain.AsError(answer); {
	case answer == nil:
		return true, nil
	case e == nil, e.Kind == domain.KindBusy:
		return false, answer
	default:
		return e.Kind == domain.KindInvalid, nil
	}
}

// Acts lists the wire names of what somebody may do with a project, in the order of offers. The rest is done by the
// product itself.
func Acts() []string {
	var names []string
	for _, a := range acts {
		names = append(names, a.name)
	}
	return names
}

// act is a kind of command that people send, and what it may be about.
type act struct {
	name  string
	moves TaskKind // the work that it moves on, where its decider looks at none
	about func(p *Project) iter.Seq[command]
}

// once is an act about the project as a whole, or about what its body names.
func once[C command]() act {
	return each(func(*Project) []struct{} { return make([]struct{}, 1) }, func(*struct{}) C { var c C; return c })
}

// each is an act about one of several things.
func each[S any, C command](list func(p *Project) []S, of func(s *S) C) act {
	var c C
	return act{name: commands.name(c), about: func(p *Project) iter.Seq[command] {
		return func(yield func(command) bool) {
			subjects := list(p)
			for i := range subjects {
				if !yield(of(&subjects[i])) {
					return
				}
			}
		}
	}}
}

func (a act) moving(kind TaskKind) act {
	a.moves = kind
	return a
}

// acts are in the order in which an official looks for them.
var acts = []act{
	// What ends a piece of work.
	once[ReviewEntry](),
	once[Recognise](),
	once[AmendDeclaration](),
	once[DrawPanel](),
	once[SubmitScore](),
	once[DeclinePanel](),
	once[ReviseProposal](),
	once[FilePlan](),
	each(theNodes, func(n *Node) CompleteNode { return CompleteNode{Node: n.Key} }),
	each(theItems, func(i *Item) SubmitItem { return SubmitItem{Item: i.Key} }),
	each(theItems, func(i *Item) SupplyPapers { return SupplyPapers{Item: i.Key} }),
	each(theItems, func(i *Item) AcceptItem { return AcceptItem{Item: i.Key} }),
	each(theItems, func(i *Item) GrantItem { return GrantItem{Item: i.Key} }),
	each(theItems, func(i *Item) AskSupplement { return AskSupplement{Item: i.Key} }),
	each(theItems, func(i *Item) RefuseItem { return RefuseItem{Item: i.Key} }),
	each(theDebts, func(c *Commitment) KeepCommitment { return KeepCommitment{Item: c.Item, Paper: c.Paper} }),
	each(theNeeds, func(n *Need) ConfirmNeed { return ConfirmNeed{Resource: n.Resource, Year: n.Year} }),
	each(theConditions, func(c *Condition) ConfirmCondition { return ConfirmCondition{Condition: c.Key} }),
	once[StartConstruction]().moving(TaskStart),
	each(theReports, func(t *Task) FileReport { return FileReport{Period: t.Subject} }),
	each(theProblems, func(p *Problem) CloseProblem { return CloseProblem{Problem: p.ID} }),
	once[RequestAcceptance]().moving(TaskCompletion),
	once[FileSettlement](),
	once[AcceptJointly](),
	each(theRectifications, func(r *Rectification) FinishRectification { return FinishRectification{Rectification: r.ID} }),
	once[Replace]().moving(TaskReplacement),

	// What moves it.
	each(theTasks, func(t *Task) CosignTask { return CosignTask{Task: t.Key} }),
	each(theTasks, func(t *Task) AnswerColleague { return AnswerColleague{Task: t.Key} }),
	each(theTasks, func(t *Task) ClaimTask { return ClaimTask{Task: t.Key} }),
	each(theItems, func(i *Item) ResumeItem { return ResumeItem{Item: i.Key} }),
	each(theItems, func(i *Item) PauseItem { return PauseItem{Item: i.Key} }),
	each(theItems, func(i *Item) ExtendItem { return ExtendItem{Item: i.Key} }),
	each(theTasks, func(t *Task) HandOverTask { return HandOverTask{Task: t.Key} }),
	each(theTasks, func(t *Task) AskColleague { return AskColleague{Task: t.Key} }),
	each(theTasks, func(t *Task) AddCosigner { return AddCosigner{Task: t.Key} }),
	each(theCosigners, func(c *RemoveCosigner) RemoveCosigner { return *c }),
	each(theTasks, func(t *Task) ReleaseTask { return ReleaseTask{Task: t.Key} }),
	each(theProblems, func(p *Problem) AssignProblem { return AssignProblem{Problem: p.ID} }),
	each(theItems, func(i *Item) RecallAct { return RecallAct{Item: i.Key} }),

	// The rest.
	once[ConveneJointReview](),
	each(theJointReviews, func(j *JointReview) RecordJointReview { return RecordJointReview{JointReview: j.ID} }),
	once[SetPlan](),
	each(theReported, func(r *Report) CorrectReport { return CorrectReport{Period: r.Period} }),
	once[RegisterProblem](),
	once[FilePaper](),
	once[MovePlannedDate](),
	each(theLamps, func(lamp *string) ExcuseLamp { return ExcuseLamp{Lamp: *lamp} }),
	once[Suspend](),
	once[Resume](),
	once[Reopen](),
	once[Withdraw](),
	once[Remove](),
}

func theNodes(p *Project) []Node                   { return p.Plan }
func theItems(p *Project) []Item                   { return p.Items }
func theNeeds(p *Project) []Need                   { return p.Needs }
func theConditions(p *Project) []Condition         { return p.Start.Conditions }
func theProblems(p *Project) []Problem             { return p.Problems }
func theRectifications(p *Project) []Rectification { return p.Acceptance.Rectify }
func theTasks(p *Project) []Task                   { return p.Tasks }
func theJointReviews(p *Project) []JointReview     { return p.JointReviews }
func theLamps(*Project) []string                   { return lampKinds }

// theDebts are the papers that the owner owes; one that was kept may be owed anew.
func theDebts(p *Project) []Commitment {
	return slices.DeleteFunc(slices.Clone(p.Commitments), func(c Commitment) bool { return !c.Open() })
}

// theReports are the months of which a report is awaited.
func theReports(p *Project) []Task {
	return slices.DeleteFunc(slices.Clone(p.Tasks), func(t Task) bool { return t.Kind != TaskReport })
}

// theReported are the months reported, each by its first record, the latest month first: that is the one to be corrected.
func theReported(p *Project) []Report {
	rs := slices.DeleteFunc(slices.Clone(p.Reporting.Reports), func(r Report) bool { return r.Corrects != 0 })
	slices.Reverse(rs)
	return rs
}

// theCosigners are the colleagues whose signatures tasks wait for.
func theCosigners(p *Project) []RemoveCosigner {
	var cs []RemoveCosigner
	for i := range p.Tasks {
		for _, c := range p.Tasks[i].Cosigners {
			if c.Signed.IsZero() {
				cs = append(cs, RemoveCosigner{Task: p.Tasks[i].Key, User: c.User})
			}
		}
	}
	return cs
}
