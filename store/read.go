package store

import (
	"encoding/json"
	"time"

	"github.com/shopspring/decimal"

	"milepost/domain"
	"milepost/domain/policy"
	"milepost/domain/project"
)

// This page is what can be read. All times are civil unless a comment says real. Rows that do not exist, and
// rows the viewer may not see, are refused alike (domain.KindNotFound).

// Colour is the colour of a lamp at a moment, derived when it is asked for.
type Colour string

// The colours. Excused counts as better than yellow where the worst of several lamps is wanted.
const (
	Green   Colour = "green"
	Excused Colour = "excused"
	Yellow  Colour = "yellow"
	Red     Colour = "red"
)

// Answer is a question's: yes, no, or not asked.
type Answer string

// The answers.
const (
	Yes Answer = "yes"
	No  Answer = "no"
)

// ProjectQuery chooses projects. Empty fields choose all.
type ProjectQuery struct {
	Jurisdiction string // and below
	Phase        project.Phase
	Status       project.Status
	Unit         string
	Owner        string
	Sector       string
	Level        string
	Class        string
	Library      bool   // only what is in the library: neither withdrawn nor removed nor refused
	StartFrom    string // planned to start on this date or later, …
	StartTo      string // … on this date or before
	CompleteFrom string // planned completion, likewise
	CompleteTo   string
	Started      Answer // whether construction has started
	Completed    Answer // whether it is accepted as complete
	Lamp         string // with Colour: the lamp that must have it; "" the worst of all
	Colour       Colour
	Text         string    // part of the name
	Sort         string    // name | investment | declared | updated | plannedStart | phase | nextDue | gravity; "-" before it turns it round; "" = -declared
	Now          time.Time // the moment at which lamps are looked at
	Page
}

// ProjectRow is one line of a list of projects.
type ProjectRow struct {
	project.Summary
	Colour    Colour // of the worst lamp
	Lamps     []LampRow
	OpenTasks int
	NextDue   time.Time // of its open work; zero when nothing has a due time
	RedOrder  time.Time // when its first lamp turns or turned red; far away when none does
	Updated   time.Time // when its last line was recorded
}

// LampRow is one lamp of a project. Zero times mean never.
type LampRow struct {
	Kind         string
	Colour       Colour
	YellowAt     time.Time
	RedAt        time.Time
	ExcusedUntil time.Time
	Reason       domain.Text
	Task         string
	Party        domain.Party // whose work the task is, while it is open
	Next         NextRung     // what follows by itself while it is not done
}

// NextRung is what a ladder does next by itself; zero when it does nothing more.
type NextRung struct {
	Kind policy.RungKind
	At   time.Time
}

// ProjectView is one project with its whole state as project.Restore reads it.
type ProjectView struct {
	ProjectRow
	Snapshot json.RawMessage
}

// TimelineQuery chooses lines of an entity's timeline. After and Before are sequence numbers and themselves
// left out; zero means no bound. A page goes on from the Seq of its last row: After when ascending, Before
// when descending.
type TimelineQuery struct {
	Entity   string // "project/<uuid>"
	After    int64
	Before   int64
	Types    []string
	Clause   string
	Actor    string    // the account that acted
	From, To time.Time // occurred at or after From and before To
	Desc     bool
	Limit    int // 1 to 500; 100 when zero
}

// TimelineRow is one line of a timeline in words, with its link of the chain.
type TimelineRow struct {
	domain.Entry
	Text domain.Text
	Hash string
}

// TaskState says which tasks a query wants.
type TaskState string

// The states of a task.
const (
	TaskOpen   TaskState = "open" // the default
	TaskClosed TaskState = "closed"
	TaskAny    TaskState = "any"
)

// TaskQuery chooses pieces of work. Empty fields choose all.
type TaskQuery struct {
	For          []domain.Party // whose work it is; office and leader have no code
	Jurisdiction string         // and below
	Project      string         // uuid
	Kind         project.TaskKind
	Subject      string
	Assignee     string // the account that has it
	Person       string // the account that has it, was asked, or is to co-sign
	Unassigned   bool
	Colour       Colour
	DueFrom      time.Time // due at or after
	DueTo        time.Time // due before
	Unit         string    // that answers for the project
	Sector       string    // of the project, and so on
	Level        string
	Class        string
	Text         string // part of the project's name
	State        TaskState
	Sort         string    // due | opened | closed; "-" turns it round; "" = due
	Now          time.Time // the moment at which lamps are looked at
	Page
}

// TaskRow is one piece of work. Due is zero while the clock stands still (Paused) or none runs.
type TaskRow struct {
	Project      string
	ProjectName  string
	Jurisdiction string
	Phase        project.Phase
	Key          string
	Kind         project.TaskKind
	Subject      string
	Round        int
	Party        domain.Party
	Name         domain.Text
	Opened       time.Time
	Received     time.Time
	Due          time.Time
	WarnAt       time.Time
	FirstDue     time.Time // as first announced
	Days         int       // 0 when the document gives a date
	Provisional  bool
	Paused       bool
	Clause       string
	Next         NextRung
	Assignee     string
	Asked        string
	Cosigners    []project.Cosigner
	Colour       Colour // closed work: red when it was closed after its due time, else green
	Closed       time.Time
	ClosedBy     string // the account; "" when it was closed by a rule
	Outcome      string // the type of the event that closed it
}

// ReportQuery chooses monthly reports.
type ReportQuery struct {
	Jurisdiction string // and below
	Project      string
	Period       string // 2026-09
	Lamp         Colour
	Current      bool // only the last word on each period: corrected reports are left out
	Page
}

// ReportRow is one monthly report or correction; figures in fen.
type ReportRow struct {
	Project     string
	ProjectName string
	project.Report
	FiledAt    time.Time
	Superseded bool // a later record for the period exists
}

// NoticeQuery chooses messages to somebody: those to his posts.
type NoticeQuery struct {
	User    string // whose reading counts
	Posts   []Post
	Unread  bool
	Kind    string
	Project string
	Page
}

// NoticeRow is one message.
type NoticeRow struct {
	ID          int64
	Project     string
	ProjectName string
	Seq         int64 // the line of the timeline that sent it
	Kind        string
	Party       domain.Party
	Post        string
	Task        string
	Text        domain.Text
	At          time.Time
	Read        time.Time // real; zero while the user has not read it
}

// QuotaQuery chooses quotas. Empty fields choose all.
type QuotaQuery struct {
	Jurisdiction string // and below
	Resource     string
	Year         int
}

// QuotaRow is one quota: a resource of a jurisdiction in a year, in the resource's unit.
type QuotaRow struct {
	Jurisdiction string
	Resource     string
	Year         int
	Total        decimal.Decimal
	Reserved     decimal.Decimal
	Committed    decimal.Decimal
	Free         decimal.Decimal
	Waiting      int             // projects in line
	WaitingFor   decimal.Decimal // what they wait for in all
}

// WaitingRow is one place of a waiting line, the head first.
type WaitingRow struct {
	Place    int
	Project  string
	Name     string
	Amount   decimal.Decimal
	Level    string
	Benefit  decimal.Decimal // fen per unit of the resource; zero when the pack does not rank by it
	Since    time.Time
	Resource string
	Year     int
}

// LedgerQuery chooses lines of the ledger, the newest first.
type LedgerQuery struct {
	QuotaQuery
	Project string
	Page
}

// LedgerRow is one line of the quota ledger. Amounts are positive; Act says which way.
type LedgerRow struct {
	ID           int64
	Jurisdiction string
	Resource     string
	Year         int
	Act          string // add | cut | reserve | commit | free | wait | leave
	Project      string
	ProjectName  string
	Amount       decimal.Decimal
	By           domain.Actor
	Clause       string
	Note         string
	At           time.Time
	Effect       string // the effect or grant that caused it
}

// CommandState is how far a command has come.
type CommandState string

// The states of a command.
const (
	CommandPending CommandState = "pending" // intended; its outcome is not recorded yet
	CommandDone    CommandState = "done"
	CommandRefused CommandState = "refused"
)

// CommandRow is a command with its outcome. FirstSeq and LastSeq are the lines it wrote, both included; zero
// when it wrote none.
type CommandRow struct {
	domain.Command
	State       CommandState
	FirstSeq    int64
	LastSeq     int64
	Refusal     *domain.Error
	StoredAt    time.Time // real
	CompletedAt time.Time // real
}
