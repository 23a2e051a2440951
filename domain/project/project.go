// Package project decides the life of a major project, from declaration to production. It is a decider: a
// command is judged against the state and yields events or a typed refusal; events change the state and
// never judge. Nothing here reads a clock, a database or the engine; a deadline that passes is decided like
// a command (Tick), and every due time is a fact inside an event.
package project

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"milepost/domain"
	"milepost/domain/policy"
)

// Phase is a stage of a project's life (阶段).
type Phase string

// The phases, in order.
const (
	Planning     Phase = "planning"     // 谋划储备
	Evaluation   Phase = "evaluation"   // 专家评估
	Approval     Phase = "approval"     // 并联审批
	Assurance    Phase = "assurance"    // 要素保障
	Startup      Phase = "startup"      // 开工
	Construction Phase = "construction" // 建设
	Completion   Phase = "completion"   // 竣工投产
	Closed       Phase = "closed"       // 办结
)

// Status says whether the project moves.
type Status string

// The statuses. Everything but Active keeps the phase it happened in.
const (
	Active    Status = "active"
	Suspended Status = "suspended" // 暂停
	Withdrawn Status = "withdrawn" // 撤回
	Removed   Status = "removed"   // 移出项目库
	Refused   Status = "refused"   // 不予入库
	Done      Status = "done"      // 竣工投产
	Archived  Status = "archived"  // 归档
)

// Project is the whole state of one major project: a plain value that can be stored, copied and compared.
type Project struct {
	ID      string    `json:"id"`
	Seq     int64     `json:"seq"`
	Pack    string    `json:"pack"`             // the hash of the pack it runs under
	Former  []string  `json:"former,omitempty"` // the packs it ran under before, which some of its work goes on by
	Phase   Phase     `json:"phase"`
	Status  Status    `json:"status"`
	Profile Profile   `json:"profile"`
	Begun   time.Time `json:"begun"`
	Entered time.Time `json:"entered"` // when the present phase began

	Library      Library       `json:"library"`
	Panel        Panel         `json:"panel"`
	Plan         []Node        `json:"plan"`
	Items        []Item        `json:"items"`
	Commitments  []Commitment  `json:"commitments"`
	JointReviews []JointReview `json:"jointReviews"`
	Needs        []Need        `json:"needs"`
	Start        Start         `json:"start"`
	Reporting    Reporting     `json:"reporting"`
	Problems     []Problem     `json:"problems"`
	Acceptance   Acceptance    `json:"acceptance"`
	Debt         *Debt         `json:"debt,omitempty"`
	Excuses      []Excuse      `json:"excuses"`
	Interviews   []Interview   `json:"interviews"`

	Tasks     []Task    `json:"tasks"`  // open work, each piece with its clock
	Alarms    []Alarm   `json:"alarms"` // moments that nobody works towards
	Suspended time.Time `json:"suspended,omitzero"`
}

// Profile is what is declared about a project. Money is in fen.
type Profile struct {
	Name              string   `json:"name"`
	Jurisdiction      string   `json:"jurisdiction"`
	Unit              string   `json:"unit"`  // 责任单位
	Owner             string   `json:"owner"` // 项目业主
	Sector            string   `json:"sector"`
	Kind              string   `json:"kind,omitempty"`
	Level             string   `json:"level"`     // national | regional | city | county
	Procedure         string   `json:"procedure"` // approval 审批 | verification 核准 | filing 备案
	Funding           string   `json:"funding,omitempty"`
	Government        bool     `json:"government,omitempty"`
	Investment        int64    `json:"investment"`
	InvestmentUSD     float64  `json:"investmentUSD,omitempty"`
	AnnualTax         int64    `json:"annualTax,omitempty"` // expected when in production, a year
	Tags              []string `json:"tags,omitempty"`
	Specialities      []string `json:"specialities,omitempty"` // of the experts who should evaluate it
	PlannedStart      string   `json:"plannedStart"`           // civil date
	PlannedCompletion string   `json:"plannedCompletion"`
	Summary           string   `json:"summary,omitempty"`
	Source            string   `json:"source,omitempty"` // where the figures come from
	Asks              []Ask    `json:"asks,omitempty"`   // resources the project needs
}

// Ask is a resource that the project asks for.
type Ask struct {
	Resource string `json:"resource"`
	Amount   string `json:"amount"` // a decimal in the resource's unit
	Year     int    `json:"year"`
}

// Alarm is a moment at which something begins by itself.
type Alarm struct {
	Key string    `json:"key"`
	At  time.Time `json:"at"`
}

// New is a project of which nothing is known yet.
func New(id string) *Project { return &Project{ID: id} }

// Restore reads a project that Snapshot wrote.
func Restore(data []byte) (*Project, error) {
	p := &Project{}
	if err := json.Unmarshal(data, p); err != nil {
		return nil, fmt.Errorf("restore project: %w", err)
	}
	return p, nil
}

// Snapshot writes the whole state.
func (p *Project) Snapshot() ([]byte, error) { return json.Marshal(p) }

// Sequence is the number of the last event the state has seen.
func (p *Project) Sequence() int64 { return p.Seq }

// NextDeadline is the moment at which Tick has something to decide; zero when there is none.
func (p *Project) NextDeadline() time.Time {
	var next time.Time
	earlier := func(t time.Time) {
		if !t.IsZero() && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	if p.Status != Suspended {
		for i := range p.Tasks {
			earlier(p.Tasks[i].Clock.next())
		}
	}
	for _, a := range p.Alarms {
		earlier(a.At)
	}
	return next
}

// Closed tells whether nothing can ever happen to the project any more.
func (p *Project) Closed() bool { return p.Status == Archived }

// Decide judges a command against the state as of the command's own time and returns the entries that record
// it, or a typed refusal. recordedAt is the civil time of the recording. The state is not changed.
func (p *Project) Decide(c domain.Command, recordedAt time.Time, rules *policy.Registry) ([]domain.Entry, error) {
	b, err := p.judge(c, recordedAt, rules)
	if err != nil {
		return nil, err
	}
	return b.entries, nil
}

func (p *Project) judge(c domain.Command, recordedAt time.Time, rules *policy.Registry) (*batch, error) {
	cmd, err := DecodeCommand(c.Type, c.Body)
	if err != nil {
		return nil, err
	}
	b, err := newBatch(p, rules, c.Actor, c.JudgedAt(), recordedAt)
	if err != nil {
		return nil, err
	}
	b.command, b.seed, b.received, b.late, b.basis = c.ID, c.Seed, c.ReceivedAt, c.Late(), c.Basis
	if err := b.admit(cmd, c); err != nil {
		return nil, err
	}
	if err := cmd.decide(b); err != nil {
		return nil, err
	}
	if err := b.advance(); err != nil {
		return nil, err
	}
	return b, nil
}

// readers are the posts that change nothing: the auditor reads all, the administrators have no business data.
var readers = []domain.Role{domain.RoleAuditor, domain.RoleSystemAdmin, domain.RoleSecurityAdmin}

// admit refuses what no command may do: act on a project that does not exist, or on one that is archived, or enter
// late what nothing proves or what lies too far back.
func (b *batch) admit(cmd command, c domain.Command) error {
	_, declares := cmd.(*Declare)
	switch {
	case declares && b.p.Seq > 0:
		return domain.Conflict("project.exists", "GG-1", "项目已经申报，不能重复申报", "The project has been declared already.")
	case !declares && b.p.Seq == 0:
		return domain.NotFound("project.unknown", "project", "没有这个项目", "There is no such project.")
	case slices.Contains(readers, b.actor.Role):
		return domain.NotAllowed("role", ruleParty, "您的岗位不能执行此操作", "Your post may not do this.")
	case b.p.Status == Archived:
		return domain.Conflict("project.archived", ruleArchive, "项目已归档，不再受理", "The project is archived; nothing more can be filed.")
	}
	if err := b.proved(c); err != nil || declares {
		return err // how far back a declaration reaches is its own pack's to say
	}
	if err := b.since(b.p.Begun); err != nil {
		return err
	}
	return b.within()
}

// Tick decides what has come due by now: rungs of ladders, lapses, alarms, in the order of their times. Each
// event bears the time it was due, not the time a busy worker came to it.
func (p *Project) Tick(now time.Time, rules *policy.Registry) ([]domain.Entry, error) {
	b, err := p.tick(now, rules)
	if err != nil {
		return nil, err
	}
	return b.entries, nil
}

func (p *Project) tick(now time.Time, rules *policy.Registry) (*batch, error) {
	b, err := newBatch(p, rules, domain.System, now, now)
	if err != nil {
		return nil, err
	}
	for {
		due := b.p.NextDeadline()
		if due.IsZero() || due.After(now) {
			return b, nil
		}
		if len(b.entries) >= maxTickEvents {
			return b, nil // the rest follows in the next tick
		}
		b.at = due
		before := b.p.Seq
		if err := b.fire(due); err != nil {
			return nil, err
		}
		if b.p.Seq == before { // better stopped and seen than turning in circles
			return nil, fmt.Errorf("project %s: what is due at %s brings nothing", p.ID, due)
		}
		if err := b.advance(); err != nil {
			return nil, err
		}
	}
}

// maxTickEvents keeps one tick's events far below the engine's payload limit.
const maxTickEvents = 200

// Evolve applies one recorded event. It obeys facts and never judges; an unknown type is an error, since
// skipping it would make a different state out of the same timeline.
func (p *Project) Evolve(e domain.Entry) error {
	ev, err := decodeEvent(e.Type, e.Data)
	if err != nil {
		return err
	}
	p.apply(ev, e)
	return nil
}

func (p *Project) apply(ev event, e domain.Entry) {
	ev.evolve(p, e)
	p.Seq = e.Seq
}
