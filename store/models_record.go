package store

import (
	"time"

	"milepost/domain"
)

// actorModel is who acted, in five columns.
type actorModel struct {
	ActorUser         string `gorm:"not null"`
	ActorRole         string `gorm:"not null"`
	ActorParty        string `gorm:"not null"`
	ActorJurisdiction string `gorm:"not null"`
	ActorOnBehalfOf   string `gorm:"not null"`
}

func actorRow(a domain.Actor) actorModel {
	return actorModel{a.User, string(a.Role), a.Party, a.Jurisdiction, a.OnBehalfOf}
}

const actorColumns = "actor_user, actor_role, actor_party, actor_jurisdiction, actor_on_behalf_of"

// actorFields are the places to scan actorColumns to.
func actorFields(a *domain.Actor) []any {
	return []any{&a.User, &a.Role, &a.Party, &a.Jurisdiction, &a.OnBehalfOf}
}

type commandModel struct {
	ID          string     `gorm:"primaryKey"`
	Entity      string     `gorm:"not null"`
	Type        string     `gorm:"not null"`
	Body        string     `gorm:"not null"`
	Digest      string     `gorm:"not null"`
	Actor       actorModel `gorm:"embedded"`
	ReceivedAt  time.Time  `gorm:"not null"`
	OccurredAt  *time.Time
	Basis       string `gorm:"not null"`
	Seed        int64  `gorm:"not null"` // the bits of the unsigned seed
	State       string `gorm:"not null"`
	Attempts    int64  `gorm:"not null"`
	FirstSeq    int64  `gorm:"not null"`
	LastSeq     int64  `gorm:"not null"`
	Nth         int64  `gorm:"not null"` // which of its entity's commands it was; 0 when it was not carried out
	Refusal     *string
	StoredAt    time.Time `gorm:"not null"`
	CompletedAt *time.Time
}

func (commandModel) TableName() string { return "commands" }

type entityModel struct {
	Name     string `gorm:"primaryKey"`
	Kind     string `gorm:"not null"`
	LastSeq  int64  `gorm:"not null"`
	LastHash string `gorm:"not null"`
	Snapshot string `gorm:"not null"`
	Changed  int64  `gorm:"not null"`
	// The end of the chain of the commands that it carried out.
	Commands     int64  `gorm:"not null"`
	CommandsHash string `gorm:"not null"`
}

func (entityModel) TableName() string { return "entities" }

type timelineModel struct {
	Entity     string     `gorm:"primaryKey"`
	Seq        int64      `gorm:"primaryKey;autoIncrement:false"`
	Type       string     `gorm:"not null"`
	Data       string     `gorm:"not null"`
	Actor      actorModel `gorm:"embedded"`
	OccurredAt time.Time  `gorm:"not null"`
	RecordedAt time.Time  `gorm:"not null"`
	Clause     string     `gorm:"not null"`
	Command    string     `gorm:"not null"`
	Late       bool       `gorm:"not null"`
	Basis      string     `gorm:"not null"`
	TextZh     string     `gorm:"not null"`
	TextEn     string     `gorm:"not null"`
	Hash       string     `gorm:"not null"`
}

func (timelineModel) TableName() string { return "timeline" }

// The states of a message and of an effect on the way out.
const (
	outPending = "pending"
	outSent    = "sent"
	outDone    = "done"
	outDead    = "dead"
)

type noticeModel struct {
	ID           int64     `gorm:"primaryKey"`
	Project      string    `gorm:"not null;uniqueIndex:notices_line"`
	Seq          int64     `gorm:"not null;uniqueIndex:notices_line"`
	N            int64     `gorm:"not null;uniqueIndex:notices_line"`
	Jurisdiction string    `gorm:"not null"`
	Kind         string    `gorm:"not null"`
	PartyKind    string    `gorm:"not null"`
	PartyCode    string    `gorm:"not null"`
	Post         string    `gorm:"not null"`
	Task         string    `gorm:"not null"`
	TextZh       string    `gorm:"not null"`
	TextEn       string    `gorm:"not null"`
	At           time.Time `gorm:"not null"`
	Delivery     string    `gorm:"not null"`
	Attempts     int64     `gorm:"not null"`
	TryAt        time.Time `gorm:"not null"`
	Error        string    `gorm:"not null"`
	DeliveredAt  *time.Time
}

func (noticeModel) TableName() string { return "notices" }

type readModel struct {
	NoticeID int64     `gorm:"primaryKey;autoIncrement:false"`
	UserID   string    `gorm:"primaryKey"`
	ReadAt   time.Time `gorm:"not null"`
}

func (readModel) TableName() string { return "notice_reads" }

type effectModel struct {
	ID       string    `gorm:"primaryKey"`
	Entity   string    `gorm:"not null;uniqueIndex:effects_line"`
	Seq      int64     `gorm:"not null;uniqueIndex:effects_line"`
	N        int64     `gorm:"not null;uniqueIndex:effects_line"`
	Kind     string    `gorm:"not null"`
	Data     string    `gorm:"not null"`
	State    string    `gorm:"not null"`
	Attempts int64     `gorm:"not null"`
	TryAt    time.Time `gorm:"not null"`
	Error    string    `gorm:"not null"`
	DoneAt   *time.Time
}

func (effectModel) TableName() string { return "effects" }
