// Package policy reads a jurisdiction's document as data. A pack says what counts as a major project, which
// items must be approved by whom within how many working days, what is reported when, and who is reminded,
// supervised and interviewed. Every rule cites the clause it comes from. Packs are immutable; a project pins
// the pack it started under by its hash.
package policy

import (
	"cmp"

	"milepost/domain"
	"milepost/domain/calendar"
)

// Pack is one policy pack after inheritance has been resolved. All limits are working days unless a field
// says otherwise. Codes and keys are lower-case words joined by hyphens.
type Pack struct {
	ID           string       `yaml:"id" json:"id"`
	Version      string       `yaml:"version" json:"version"`
	Title        domain.Text  `yaml:"title" json:"title"`
	Jurisdiction string       `yaml:"jurisdiction" json:"jurisdiction"`
	Extends      string       `yaml:"extends" json:"extends,omitempty"`
	Source       Source       `yaml:"source" json:"source"`
	Clock        Clock        `yaml:"clock" json:"clock"`
	Departments  []Department `yaml:"departments" json:"departments"`
	Ladders      []Ladder     `yaml:"ladders" json:"ladders"`
	Library      Library      `yaml:"library" json:"library"`
	Evaluation   Evaluation   `yaml:"evaluation" json:"evaluation"`
	Approval     Approval     `yaml:"approval" json:"approval"`
	Items        []Item       `yaml:"items" json:"items"`
	Assurance    Assurance    `yaml:"assurance" json:"assurance"`
	Startup      Startup      `yaml:"startup" json:"startup"`
	Construction Construction `yaml:"construction" json:"construction"`
	Completion   Completion   `yaml:"completion" json:"completion"`

	hash      string
	canonical []byte   // the resolved pack as it is stored and hashed
	programs  programs // its conditions, compiled
}

// Source names the document a pack was made from.
type Source struct {
	Document domain.Text `yaml:"document" json:"document"`
	Issued   string      `yaml:"issued" json:"issued,omitempty"`
}

// Clock holds what the working-day clock takes from the pack.
type Clock struct {
	Close        calendar.TimeOfDay `yaml:"close" json:"close"` // close of business
	Open         calendar.TimeOfDay `yaml:"open" json:"open"`   // when morning reminders go out
	WarnDays     int                `yaml:"warnDays" json:"warnDays"`
	PauseReasons []Choice           `yaml:"pauseReasons" json:"pauseReasons"`
	Clause       string             `yaml:"clause" json:"clause"`

	LateEntryDays   int    `yaml:"lateEntryDays" json:"lateEntryDays"` // how far back a late entry (补录) reaches
	LateEntryClause string `yaml:"lateEntryClause" json:"lateEntryClause"`
}

// Choice is one entry of a list that the pack lays down: pause reasons, kinds of project, criteria.
type Choice struct {
	Key    string      `yaml:"key" json:"key"`
	Name   domain.Text `yaml:"name" json:"name"`
	Clause string      `yaml:"clause" json:"clause,omitempty"`
}

// Department is a body that decides items or confirms quotas.
type Department struct {
	Code string      `yaml:"code" json:"code"`
	Name domain.Text `yaml:"name" json:"name"`
}

// RungKind is one step of an escalation ladder.
type RungKind string

// The rungs. Lapse is what happens by itself when nobody acts; the clock it stands on says what that is
// (deemed acceptance, withdrawal, replacement of an expert, a broken commitment). Tacit approval needs no rung:
// it comes with the due time of an item that has it.
const (
	RungReminder    RungKind = "reminder"           // 催办
	RungOverdue     RungKind = "overdue"            // 超期亮红灯
	RungSupervision RungKind = "supervision-notice" // 督办
	RungCriticism   RungKind = "criticism"          // 通报
	RungInterview   RungKind = "interview"          // 约谈
	RungLapse       RungKind = "lapse"              // 期满自动生效
)

// Ladder is what happens around a due time, in order.
type Ladder struct {
	Key    string      `yaml:"key" json:"key"`
	Name   domain.Text `yaml:"name" json:"name"`
	Rungs  []Rung      `yaml:"rungs" json:"rungs"`
	Clause string      `yaml:"clause" json:"clause"`
}

// Rung happens Days working days after the due time (before it when negative), or after the rung above it
// when From is "previous". It happens at close of business, or in the morning when Morning is set. Repeat
// makes it come again every working day until the work is done.
type Rung struct {
	Kind    RungKind `yaml:"kind" json:"kind"`
	From    string   `yaml:"from" json:"from"` // due (default) | previous
	Days    int      `yaml:"days" json:"days"`
	Morning bool     `yaml:"morning" json:"morning,omitempty"`
	Repeat  bool     `yaml:"repeat" json:"repeat,omitempty"`
	To      string   `yaml:"to" json:"to"` // handler | head | party | unit | owner | office | supervisor | leader
	Clause  string   `yaml:"clause" json:"clause"`
}

// Step is a plain piece of work with a limit and a ladder. A document often asks for the work and names no number of
// days; LimitClause is then the rule that sets it.
type Step struct {
	Days        int    `yaml:"days" json:"days"`
	Ladder      string `yaml:"ladder" json:"ladder"`
	Clause      string `yaml:"clause" json:"clause"`
	LimitClause string `yaml:"limitClause" json:"limitClause,omitempty"`
}

// LimitedBy is the clause that sets the number of days.
func (s Step) LimitedBy() string { return cmp.Or(s.LimitClause, s.Clause) }

// Condition is an expression over the project's figures, and the words shown when it is false.
type Condition struct {
	When   string      `yaml:"when" json:"when"`
	Text   domain.Text `yaml:"text" json:"text"`
	Clause string      `yaml:"clause" json:"clause"`
}

// Library holds entry, recognition and removal.
type Library struct {
	Standard    Condition `yaml:"standard" json:"standard"` // what counts as a major project
	Kinds       []Choice  `yaml:"kinds" json:"kinds"`       // the document's kinds of project; empty = not asked
	Sectors     []Choice  `yaml:"sectors" json:"sectors"`
	Fundings    []Choice  `yaml:"fundings" json:"fundings"`       // sources of money a project may name; empty = any
	Tags        []Choice  `yaml:"tags" json:"tags"`               // marks that conditions look at; empty = any
	Review      Step      `yaml:"review" json:"review"`           // the office's entry review
	Recognition Step      `yaml:"recognition" json:"recognition"` // the leading group's approval of the list
	Replacement Step      `yaml:"replacement" json:"replacement"` // 减一增一: how long a unit may owe one
	ArchiveDays int       `yaml:"archiveDays" json:"archiveDays"` // calendar days from closing to archive
}

// Evaluation holds the expert evaluation.
type Evaluation struct {
	Required     Condition  `yaml:"required" json:"required"` // which projects are evaluated
	Experts      int        `yaml:"experts" json:"experts"`   // how many sit on the panel
	Specialities []Choice   `yaml:"specialities" json:"specialities"`
	Quorum       int        `yaml:"quorum" json:"quorum"`         // scores needed to conclude
	PassMark     int        `yaml:"passMark" json:"passMark"`     // average of totals, out of 100
	ReviseMark   int        `yaml:"reviseMark" json:"reviseMark"` // from here to PassMark: revise; below: reject
	Criteria     []Criteria `yaml:"criteria" json:"criteria"`
	Draw         Step       `yaml:"draw" json:"draw"`         // the office draws the panel
	Scoring      Step       `yaml:"scoring" json:"scoring"`   // each expert's limit; its lapse replaces the expert
	Revision     Step       `yaml:"revision" json:"revision"` // the unit's limit for a revised proposal
	Plan         Step       `yaml:"plan" json:"plan"`         // filing the pre-work plan
	PlanNode     string     `yaml:"planNode" json:"planNode"` // ladder of a late node of the plan
	Clause       string     `yaml:"clause" json:"clause"`
}

// Criteria is one scoring criterion with its highest mark; the marks of a pack add up to 100.
type Criteria struct {
	Key  string      `yaml:"key" json:"key"`
	Name domain.Text `yaml:"name" json:"name"`
	Max  int         `yaml:"max" json:"max"`
}

// Approval holds what is the same for every approval item.
type Approval struct {
	Days         int    `yaml:"days" json:"days"` // decided within, from receipt of complete papers
	Ladder       string `yaml:"ladder" json:"ladder"`
	Completeness Step   `yaml:"completeness" json:"completeness"` // its lapse is deemed acceptance
	Submission   Step   `yaml:"submission" json:"submission"`     // the owner hands in an open item
	Supplement   Step   `yaml:"supplement" json:"supplement"`     // default time to supply; its lapse is withdrawal
	Deferral     string `yaml:"deferral" json:"deferral"`         // ladder of a 容缺 commitment; its lapse breaks it
	DeferralRule string `yaml:"deferralClause" json:"deferralClause"`
	ExtensionMax int    `yaml:"extensionMax" json:"extensionMax"` // working days, once
	Extension    string `yaml:"extensionClause" json:"extensionClause"`
	JointReview  string `yaml:"jointReviewClause" json:"jointReviewClause"`
	Clause       string `yaml:"clause" json:"clause"`
}

// Item is one approval item, or one single acceptance when Phase is completion.
type Item struct {
	Key        string      `yaml:"key" json:"key"`
	Name       domain.Text `yaml:"name" json:"name"`
	Phase      string      `yaml:"phase" json:"phase"` // approval | completion
	Department string      `yaml:"department" json:"department"`
	Procedures []string    `yaml:"procedures" json:"procedures,omitempty"` // approval | verification | filing; empty = all
	Days       int         `yaml:"days" json:"days,omitempty"`             // 0: the pack's approval.days
	After      []string    `yaml:"after" json:"after,omitempty"`
	When       string      `yaml:"when" json:"when,omitempty"`
	Otherwise  domain.Text `yaml:"otherwise" json:"otherwise"` // why it is not applicable when the condition is false
	Papers     []Paper     `yaml:"papers" json:"papers"`
	Tacit      bool        `yaml:"tacit" json:"tacit,omitempty"`   // 超时默许
	Pauses     []string    `yaml:"pauses" json:"pauses,omitempty"` // reasons that may stop its clock; empty = all the pack lists
	Ladder     string      `yaml:"ladder" json:"ladder,omitempty"`
	Clause     string      `yaml:"clause" json:"clause"`
}

// Paper is one document an item asks for. A deferrable one may follow later against a commitment (容缺).
type Paper struct {
	Key        string      `yaml:"key" json:"key"`
	Name       domain.Text `yaml:"name" json:"name"`
	Standard   domain.Text `yaml:"standard" json:"standard"`
	Deferrable bool        `yaml:"deferrable" json:"deferrable,omitempty"`
}

// Assurance holds the resources that are given by quota.
type Assurance struct {
	Confirm   Step       `yaml:"confirm" json:"confirm"` // the department confirms the need
	Waiting   Step       `yaml:"waiting" json:"waiting"` // how long a need may wait in line for its quota
	Resources []Resource `yaml:"resources" json:"resources"`
	Levels    []string   `yaml:"levels" json:"levels"` // order of the waiting line, first served first
	Clause    string     `yaml:"clause" json:"clause"`
}

// Resource is one kind of quota. Amounts are decimals with at most Scale places in Unit.
type Resource struct {
	Key        string      `yaml:"key" json:"key"`
	Name       domain.Text `yaml:"name" json:"name"`
	Unit       domain.Text `yaml:"unit" json:"unit"`
	Scale      int32       `yaml:"scale" json:"scale"`
	Department string      `yaml:"department" json:"department"`
	Benefit    string      `yaml:"benefit" json:"benefit,omitempty"` // investment | tax per unit; empty = not ranked
	Lamp       string      `yaml:"lamp" json:"lamp,omitempty"`       // funds: what is late of it burns on this lamp; empty = on none
	Clause     string      `yaml:"clause" json:"clause"`
}

// Startup holds the conditions of a start and the latest start date.
type Startup struct {
	Conditions []StartCondition `yaml:"conditions" json:"conditions"`
	Start      Step             `yaml:"start" json:"start"`         // ladder of the latest start date; Days when nothing dated applies
	Deadlines  []StartDeadline  `yaml:"deadlines" json:"deadlines"` // by funding source
	Clause     string           `yaml:"clause" json:"clause"`
}

// StartCondition must be confirmed before construction starts.
type StartCondition struct {
	Key    string      `yaml:"key" json:"key"`
	Name   domain.Text `yaml:"name" json:"name"`
	Party  string      `yaml:"party" json:"party"` // owner | unit | office | department code
	Days   int         `yaml:"days" json:"days"`
	When   string      `yaml:"when" json:"when,omitempty"`
	Ladder string      `yaml:"ladder" json:"ladder,omitempty"` // empty: that of the latest start
	Lamp   string      `yaml:"lamp" json:"lamp,omitempty"`     // funds: it burns on this lamp; empty = on that of the start
	Clause string      `yaml:"clause" json:"clause"`

	LimitClause string `yaml:"limitClause" json:"limitClause,omitempty"` // sets the days, when the clause does not
}

// StartDeadline is a latest start date laid down for a funding source.
type StartDeadline struct {
	When   string        `yaml:"when" json:"when"`
	Date   calendar.Date `yaml:"date" json:"date"`
	Clause string        `yaml:"clause" json:"clause"`
}

// Construction holds reports, progress lamps and problems.
type Construction struct {
	Monthly       Rhythm `yaml:"monthly" json:"monthly"`
	Yellow        string `yaml:"yellow" json:"yellow"` // expression over ratio and redMonths: the progress lamp is at least yellow
	Red           string `yaml:"red" json:"red"`
	SupervisedRed int    `yaml:"supervisedRed" json:"supervisedRed"` // so many red months running bring a supervision notice
	LampClause    string `yaml:"lampClause" json:"lampClause"`
	Problem       Step   `yaml:"problem" json:"problem"`       // default time to close a problem
	Completion    string `yaml:"completion" json:"completion"` // ladder of the planned completion date
	Clause        string `yaml:"clause" json:"clause"`
}

// Rhythm is a report that returns. It is due at close of business on Day of the month after the period; a
// due date on a non-working day stays, for the documents give dates.
type Rhythm struct {
	Day    int    `yaml:"day" json:"day"`
	Ladder string `yaml:"ladder" json:"ladder"`
	Clause string `yaml:"clause" json:"clause"`
}

// Completion holds trial run, settlement and joint acceptance; the single acceptances are items.
type Completion struct {
	Settlement          Step   `yaml:"settlement" json:"settlement"`
	Joint               Step   `yaml:"joint" json:"joint"`
	Rectification       string `yaml:"rectification" json:"rectification"` // ladder of what a joint acceptance wants rectified; each has a date of its own
	RectificationClause string `yaml:"rectificationClause" json:"rectificationClause"`
	Clause              string `yaml:"clause" json:"clause"`
}

// Figures is what conditions may look at. Money is in fen; wan(n) and yi(n) turn 万元 and 亿元 into fen.
type Figures struct {
	Investment    int64              `expr:"investment"`
	InvestmentUSD float64            `expr:"investmentUSD"` // foreign investment in US dollars
	Sector        string             `expr:"sector"`
	Kind          string             `expr:"kind"`
	Level         string             `expr:"level"`     // national | regional | city | county
	Procedure     string             `expr:"procedure"` // approval | verification | filing
	Funding       string             `expr:"funding"`
	Government    bool               `expr:"government"` // government investment
	Tags          []string           `expr:"tags"`       // regional-assessment, simple, …
	Needs         map[string]float64 `expr:"needs"`      // resource → amount asked for
}

// Progress is what the progress lamp's expressions may look at.
type Progress struct {
	Ratio     float64 `expr:"ratio"`     // done ÷ planned for the period; 1 when nothing was planned
	RedMonths int     `expr:"redMonths"` // red months running, this one not counted
}
