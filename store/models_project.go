package store

import "time"

type projectModel struct {
	ID                string    `gorm:"primaryKey"`
	Name              string    `gorm:"not null"`
	Jurisdiction      string    `gorm:"not null"`
	Unit              string    `gorm:"not null"`
	Owner             string    `gorm:"not null"`
	Sector            string    `gorm:"not null"`
	Kind              string    `gorm:"not null"`
	Level             string    `gorm:"not null"`
	Procedure         string    `gorm:"not null"`
	Phase             string    `gorm:"not null"`
	Status            string    `gorm:"not null"`
	Class             string    `gorm:"not null"`
	Investment        int64     `gorm:"not null"`
	InvestmentDone    int64     `gorm:"not null"`
	PlannedStart      string    `gorm:"not null"`
	PlannedCompletion string    `gorm:"not null"`
	DeclaredAt        time.Time `gorm:"not null"`
	StartedAt         *time.Time
	CompletedAt       *time.Time
	UpdatedAt         time.Time `gorm:"not null;autoUpdateTime:false"`
	Seq               int64     `gorm:"not null"`
	OpenTasks         int64     `gorm:"not null"`
	NextDue           *time.Time
	NextDueOrder      time.Time `gorm:"not null"`
	RedOrder          time.Time `gorm:"not null"` // when its first lamp turns or turned red
}

func (projectModel) TableName() string { return "projects" }

type partyModel struct {
	Project string `gorm:"primaryKey"`
	Kind    string `gorm:"primaryKey"`
	Code    string `gorm:"primaryKey"`
}

func (partyModel) TableName() string { return "project_parties" }

type taskModel struct {
	Project     string    `gorm:"primaryKey"`
	Key         string    `gorm:"primaryKey"`
	Kind        string    `gorm:"not null"`
	Subject     string    `gorm:"not null"`
	Round       int64     `gorm:"not null"`
	PartyKind   string    `gorm:"not null"`
	PartyCode   string    `gorm:"not null"`
	NameZh      string    `gorm:"not null"`
	NameEn      string    `gorm:"not null"`
	OpenedAt    time.Time `gorm:"not null"`
	ReceivedAt  time.Time `gorm:"not null"`
	DueAt       *time.Time
	DueOrder    time.Time `gorm:"not null"`
	WarnAt      *time.Time
	FirstDue    *time.Time
	Days        int64  `gorm:"not null"`
	Provisional bool   `gorm:"not null"`
	Paused      bool   `gorm:"not null"`
	Clause      string `gorm:"not null"`
	Assignee    string `gorm:"not null"`
	Asked       string `gorm:"not null"`
	Cosigners   string `gorm:"not null"` // JSON
	ClosedAt    *time.Time
	ClosedBy    string `gorm:"not null"`
	ClosedSeq   int64  `gorm:"not null"`
	Outcome     string `gorm:"not null"`
	NextRung    string `gorm:"not null"` // what the ladder does next by itself
	NextRungAt  *time.Time
}

func (taskModel) TableName() string { return "tasks" }

type lampModel struct {
	Project      string `gorm:"primaryKey"`
	Kind         string `gorm:"primaryKey"`
	YellowAt     *time.Time
	RedAt        *time.Time
	ExcusedUntil *time.Time
	ReasonZh     string `gorm:"not null"`
	ReasonEn     string `gorm:"not null"`
	Task         string `gorm:"not null"`
}

func (lampModel) TableName() string { return "lamps" }

type reportModel struct {
	Project    string    `gorm:"primaryKey"`
	Seq        int64     `gorm:"primaryKey;autoIncrement:false"`
	Period     string    `gorm:"not null"`
	Investment int64     `gorm:"not null"`
	Planned    int64     `gorm:"not null"`
	Image      string    `gorm:"not null"`
	Forecast   string    `gorm:"not null"`
	Lamp       string    `gorm:"not null"`
	Corrects   int64     `gorm:"not null"`
	Reason     string    `gorm:"not null"`
	FiledAt    time.Time `gorm:"not null"`
	Superseded bool      `gorm:"not null"`
}

func (reportModel) TableName() string { return "reports" }

// monthModel is the investment of a project in a month.
type monthModel struct {
	Project string `gorm:"primaryKey"`
	Period  string `gorm:"primaryKey"`
	Planned int64  `gorm:"not null"`
	Done    int64  `gorm:"not null"`
	State   string `gorm:"not null"`
}

func (monthModel) TableName() string { return "investment_months" }

type supervisionModel struct {
	Project      string    `gorm:"primaryKey"`
	Seq          int64     `gorm:"primaryKey;autoIncrement:false"`
	Jurisdiction string    `gorm:"not null"`
	PartyKind    string    `gorm:"not null"`
	PartyCode    string    `gorm:"not null"`
	At           time.Time `gorm:"not null"`
}

func (supervisionModel) TableName() string { return "supervisions" }
