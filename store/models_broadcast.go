package store

import "time"

type broadcastModel struct {
	ID          string    `gorm:"primaryKey"`
	What        string    `gorm:"not null;uniqueIndex:broadcasts_open"`
	Subject     string    `gorm:"not null;uniqueIndex:broadcasts_open"`
	Content     string    `gorm:"not null"`
	Basis       string    `gorm:"not null"`
	TitleZh     string    `gorm:"not null"`
	TitleEn     string    `gorm:"not null"`
	State       string    `gorm:"not null"`
	PerSecond   int64     `gorm:"not null"`
	Total       int64     `gorm:"not null"`
	Asked       int64     `gorm:"not null"`
	Closed      int64     `gorm:"not null"`
	Last        string    `gorm:"not null"`
	Foreseen    int64     `gorm:"not null"`
	Affected    int64     `gorm:"not null"`
	Moved       int64     `gorm:"not null"`
	Impossible  int64     `gorm:"not null"`
	Error       string    `gorm:"not null"`
	CreatedAt   time.Time `gorm:"not null"`
	CreatedBy   string    `gorm:"not null"`
	PreviewedAt *time.Time
	StartedAt   *time.Time
	StartedBy   string `gorm:"not null"`
	EndedAt     *time.Time
	TellFrom    *time.Time
	Holder      string `gorm:"not null"`
	HeldUntil   *time.Time

	Jurisdiction string `gorm:"not null;uniqueIndex:broadcasts_open"`
}

func (broadcastModel) TableName() string { return "broadcasts" }

type moveModel struct {
	Broadcast string `gorm:"primaryKey"`
	Entity    string `gorm:"primaryKey"`
	N         int64  `gorm:"primaryKey;autoIncrement:false"`
	Task      string `gorm:"not null"`
	NameZh    string `gorm:"not null"`
	NameEn    string `gorm:"not null"`
	PartyKind string `gorm:"not null"`
	PartyCode string `gorm:"not null"`
	FromAt    *time.Time
	ToAt      *time.Time
	Refusal   *string
	Kind      string `gorm:"not null"`
}

func (moveModel) TableName() string { return "broadcast_moves" }

type exceptionModel struct {
	Broadcast string `gorm:"primaryKey"`
	Entity    string `gorm:"primaryKey"`
	Command   string `gorm:"not null"`
}

func (exceptionModel) TableName() string { return "broadcast_exceptions" }
