package project

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"milepost/domain"
	"milepost/domain/policy"
)

// Summary is what lists show of a project.
type Summary struct {
	ID                string
	Name              string
	Jurisdiction      string
	Unit              string
	Owner             string
	Sector            string
	Kind              string
	Level             string
	Procedure         string
	Phase             Phase
	Status            Status
	Class             string
	Investment        int64 // fen
	InvestmentDone    int64 // fen, to date
	PlannedStart      string
	PlannedCompletion string
	Started           time.Time
	Completed         time.Time
	Declared          time.Time
	Seq               int64
}

// Summary returns what lists show.
func (p *Project) Summary() Summary {
	f := p.Profile
	return Summary{
		ID: p.ID, Name: f.Name, Jurisdiction: f.Jurisdiction, Unit: f.Unit, Owner: f.Owner, Sector: f.Sector, Kind: f.Kind,
		Level: f.Level, Procedure: f.Procedure, Phase: p.Phase, Status: p.Status, Class: p.Class(), Investment: f.Investment,
		InvestmentDone: p.Reporting.ToDate(), PlannedStart: f.PlannedStart, PlannedCompletion: f.PlannedCompletion,
		Started: p.Start.Started, Completed: p.Acceptance.Accepted, Declared: p.Begun, Seq: p.Seq,
	}
}

// Notice is one message to a post of a party; it never blocks a decision.
type Notice struct {
	Kind  string // reminder | overdue | supervision-notice | criticism | interview | task | information
	Party domain.Party
	Post  string // handler | head | party | supervisor | leader …
	Task  string
	Text  domain.Text
}

// Notices are the messages that an entry sends out. The state is the one after it.
func (p *Project) Notices(e domain.Entry) []Notice {
	ev, err := decodeEvent(e.Type, e.Data)
	if err != nil {
		return nil
	}
	say := func(kind string, to domain.Party, post, task string) Notice {
		return Notice{Kind: kind, Party: to, Post: post, Task: task, Text: told(ev, p, e)}
	}
	concerned := []Notice{say("information", p.owner(), "party", ""), say("information", p.unit(), "party", "")}
	switch ev := ev.(type) {
	case Escalated:
		if !ev.Again.IsZero() && !e.RecordedAt.Before(ev.Again) {
			return nil // it came to be known so late that the next reminder takes its place
		}
		if ev.Rung == policy.RungInterview {
			return nil // InterviewOpened tells of it
		}
		return []Notice{say(string(ev.Rung), p.told(ev.To, ev.Party), ev.To, ev.Task)}
	case InterviewOpened:
		to := cmp.Or(ev.To, "leader")
		told := []Notice{say("interview", ev.Party, "head", ev.Task)}
		if other := say("interview", p.told(to, ev.Party), to, ev.Task); other != told[0] {
			told = append(told, other)
		}
		return told
	case SupplementAsked, ItemRefusedBy, ItemExtended, ItemPaused, ItemResumed, ItemOpened, ActRecalled:
		return concerned[:1]
	case Amended, ItemSubmitted, PapersSupplied, CommitmentKept, ConditionMet, ReportFiled, AcceptanceRequested, Settled, Rectified:
		if e.Late && !e.Actor.Acts(p.owner()) { // somebody entered for the owner what it did on paper
			return concerned[:1]
		}
	case ItemGrantedBy:
		if ev.Tacit { // what binds the department now, and it has said nothing
			return []Notice{concerned[0], say("information", p.departmentOf(ev.Item), "head", "")}
		}
		return concerned[:1]
	case EntryRefused, Recognised, EvaluationConcluded, PlannedDateMoved, ProblemClosed, JointlyReturned, JointlyAccepted, Reopened:
		return concerned // there is no task that would tell them
	case NeedConfirmedAs:
		if ev.Amount == "0" {
			return concerned
		}
	case PlanSet:
		if len(ev.Changed) > 0 {
			return concerned
		}
	case SuspensionBegan, SuspensionEnded, Departed:
		for _, party := range p.atWork() {
			concerned = append(concerned, say("information", party, "party", ""))
		}
		return concerned
	case JointReviewConvened:
		var told []Notice
		for _, k := range ev.Items {
			n := say("information", p.departmentOf(k), "party", "")
			if !slices.Contains(told, n) {
				told = append(told, n)
			}
		}
		return append(told, concerned[0])
	case PanelDrawn:
		var told []Notice
		for i := range ev.Scoring {
			told = append(told, asked(&ev.Scoring[i]))
		}
		return told
	case ExpertReplaced:
		if ev.Scoring != nil {
			return []Notice{asked(ev.Scoring)}
		}
	case ProblemRegistered:
		told := []Notice{say("information", office, "office", "")}
		if ev.Major { // at once (YY-4)
			told = append(told, say("information", domain.Party{Kind: domain.PartyLeader}, "leader", ""))
		}
		return told
	case ItemWithdrawn:
		return []Notice{say("information", p.owner(), "party", ""), say("information", p.unit(), "unit", "")}
	case ItemDeemedAccepted:
		return []Notice{say("information", p.owner(), "party", ""), say("information", p.departmentOf(ev.Item), "head", "")}
	case CommitmentBroken:
		item, _, _ := strings.Cut(ev.Subject, "/")
		return []Notice{say("overdue", p.owner(), "party", ev.Task), say("information", p.departmentOf(item), "party", "")}
	case PackAdopted:
		if len(ev.changes()) > 0 {
			return concerned
		}
	case DeadlineMoved:
		other := say("information", p.owner(), "party", ev.Task)
		if ev.Party == p.owner() {
			other = say("information", p.unit(), "unit", ev.Task)
		}
		return []Notice{say("information", ev.Party, "party", ev.Task), other}
	case FileRefused:
		told := []Notice{say("information", office, "office", "")}
		if ev.Party != office {
			told = append(told, say("information", ev.Party, "party", ""))
		}
		return told
	case ResumptionDue:
		return []Notice{say("reminder", office, "office", "")}
	case QuotaReserved, QuotaWaited:
		return []Notice{say("information", p.owner(), "party", ""), say("information", p.unit(), "unit", "")}
	}
	return nil
}

// asked tells somebody who does not look every day what he has to do, and by when.
func asked(t *Task) Notice {
	return Notice{Kind: "task", Party: t.Party, Post: "party", Task: t.Key, Text: domain.Text{
		Zh: t.Name.Zh + "，" + zhTime(t.Clock.Due) + "前完成", En: t.Name.En + ", due " + enTime(t.Clock.Due),
	}}
}

// atWork are those who have work in the project or its papers in hand, besides owner and unit.
func (p *Project) atWork() []domain.Party {
	var ps []domain.Party
	add := func(party domain.Party) {
		if party != p.owner() && party != p.unit() && !slices.Contains(ps, party) {
			ps = append(ps, party)
		}
	}
	for i := range p.Tasks {
		add(p.Tasks[i].Party)
	}
	for i := range p.Items {
		switch p.Items[i].State {
		case ItemReceived, ItemAccepted, ItemSupplementing:
			add(department(p.Items[i].Department))
		default:
		}
	}
	return ps
}

func (p *Project) departmentOf(k string) domain.Party {
	if item, ok := p.item(k); ok {
		return department(item.Department)
	}
	return domain.Party{}
}

// told is the party whose post a rung speaks to, over work of a party.
func (p *Project) told(to string, party domain.Party) domain.Party {
	switch to {
	case "unit": // the unit that is late, else the one that answers for the project
		if party.Kind == domain.PartyUnit {
			return party
		}
		return p.unit()
	case "owner":
		return p.owner()
	case "office":
		return office
	case "leader":
		return domain.Party{Kind: domain.PartyLeader}
	default:
		return party
	}
}

// The kinds of effect.
const (
	EffectQuota       = "quota"       // Data: QuotaAct
	EffectSupervision = "supervision" // Data: SupervisionCount: counted over all projects of a party
)

// SupervisionCount asks for the supervision notices of a party to be counted in a quarter.
type SupervisionCount struct {
	Party  domain.Party `json:"party"`
	At     time.Time    `json:"at"`
	Clause string       `json:"clause"`
}

// Effects is the work that an entry asks of the world outside. The state is the one after it.
func (p *Project) Effects(e domain.Entry) []domain.Effect {
	var effects []domain.Effect
	name := key("project", p.ID)
	add := func(kind string, v any) {
		id := key(name, itoa(int(e.Seq)), itoa(len(effects)))
		effects = append(effects, domain.Effect{ID: id, Entity: name, Kind: kind, Data: encode(v)})
	}
	for _, a := range p.quotaActs(e) {
		add(EffectQuota, a)
	}
	if ev, err := decodeEvent(e.Type, e.Data); err == nil {
		if esc, ok := ev.(Escalated); ok && esc.Rung == policy.RungSupervision {
			if party := p.supervised(esc); party.Code != "" {
				add(EffectSupervision, SupervisionCount{Party: party, At: e.OccurredAt, Clause: e.Clause})
			}
		}
	}
	return effects
}

// supervised is the department or unit that a supervision notice is counted against: the unit where the notice goes
// to it, else the party that is late. One to an owner counts for nobody.
func (p *Project) supervised(e Escalated) domain.Party {
	party := e.Party
	if e.To == "unit" && party.Kind == domain.PartyOwner {
		party = p.unit()
	}
	if party.Kind != domain.PartyDepartment && party.Kind != domain.PartyUnit {
		return domain.Party{}
	}
	return party
}
