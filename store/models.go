package store

import (
	"reflect"
	"time"
)

// The models are the rows as gorm writes them. They never leave the package; a test holds them against the
// tables that the migrations make.
var models = []any{
	settingModel{},
	jurisdictionModel{},
	treeModel{},
	unitModel{},
	departmentModel{},
	ownerModel{},
	expertModel{},
	conflictModel{},
	userModel{},
	postModel{},
	oldPasswordModel{},
	tokenModel{},
	sessionModel{},
	signOnModel{},
	triesModel{},
	auditModel{},
	endModel{},
	headsModel{},
	sealModel{},
	packModel{},
	inForceModel{},
	calendarModel{},
	broadcastModel{},
	moveModel{},
	exceptionModel{},
	commandModel{},
	importModel{},
	entityModel{},
	timelineModel{},
	projectModel{},
	partyModel{},
	taskModel{},
	lampModel{},
	reportModel{},
	monthModel{},
	supervisionModel{},
	noticeModel{},
	blobModel{},
	fileModel{},
	useModel{},
	readModel{},
	effectModel{},
	quotaModel{},
	holdingModel{},
	waitingModel{},
	ledgerModel{},
}

// same tells whether two rows are equal; models are plain values, times in them are exact.
func same[T any](a, b T) bool { return reflect.DeepEqual(a, b) }

type settingModel struct {
	Name  string `gorm:"primaryKey"`
	Value string `gorm:"not null"`
}

func (settingModel) TableName() string { return "settings" }

type jurisdictionModel struct {
	Code   string `gorm:"primaryKey"`
	Parent *string
	NameZh string `gorm:"not null"`
	NameEn string `gorm:"not null"`
	Level  string `gorm:"not null"`
	Closed bool   `gorm:"not null"`
}

func (jurisdictionModel) TableName() string { return "jurisdictions" }

type treeModel struct {
	Ancestor   string `gorm:"primaryKey"`
	Descendant string `gorm:"primaryKey"`
}

func (treeModel) TableName() string { return "jurisdiction_tree" }

type unitModel struct {
	Code         string `gorm:"primaryKey"`
	Jurisdiction string `gorm:"not null"`
	NameZh       string `gorm:"not null"`
	NameEn       string `gorm:"not null"`
	Closed       bool   `gorm:"not null"`
}

func (unitModel) TableName() string { return "units" }

type departmentModel struct {
	Jurisdiction string `gorm:"primaryKey"`
	Code         string `gorm:"primaryKey"`
	NameZh       string `gorm:"not null"`
	NameEn       string `gorm:"not null"`
	Closed       bool   `gorm:"not null"`
}

func (departmentModel) TableName() string { return "departments" }

type ownerModel struct {
	Code         string `gorm:"primaryKey"`
	Jurisdiction string `gorm:"not null"`
	NameZh       string `gorm:"not null"`
	NameEn       string `gorm:"not null"`
	CreditCode   string `gorm:"not null"`
	Closed       bool   `gorm:"not null"`
}

func (ownerModel) TableName() string { return "owners" }

type expertModel struct {
	Code          string   `gorm:"primaryKey"`
	Jurisdiction  string   `gorm:"not null"`
	Name          string   `gorm:"not null"`
	Unit          string   `gorm:"not null"`
	Specialities  []string `gorm:"not null;serializer:json"`
	ConflictUnits []string `gorm:"not null;serializer:json"`
	Retired       bool     `gorm:"not null"`
}

func (expertModel) TableName() string { return "experts" }

type conflictModel struct {
	Project string `gorm:"primaryKey"`
	Expert  string `gorm:"primaryKey"`
	Reason  string `gorm:"not null"`
}

func (conflictModel) TableName() string { return "expert_conflicts" }

type userModel struct {
	ID           string    `gorm:"primaryKey"`
	Account      string    `gorm:"not null;uniqueIndex:users_account"`
	Name         string    `gorm:"not null"`
	PasswordHash string    `gorm:"not null"`
	Subject      *string   `gorm:"uniqueIndex:users_subject"`
	Email        string    `gorm:"not null"`
	Mobile       string    `gorm:"not null"`
	MustChange   bool      `gorm:"not null"`
	Disabled     bool      `gorm:"not null"`
	CreatedAt    time.Time `gorm:"not null;autoCreateTime:false"`
	PasswordAt   time.Time `gorm:"not null"`
	UsedAt       time.Time `gorm:"not null"`
}

func (userModel) TableName() string { return "users" }

type postModel struct {
	ID           string `gorm:"primaryKey"`
	UserID       string `gorm:"not null"`
	Role         string `gorm:"not null"`
	Party        string `gorm:"not null"`
	Jurisdiction string `gorm:"not null"`
	Covers       string `gorm:"not null"`
	ValidFrom    *time.Time
	ValidTo      *time.Time
}

func (postModel) TableName() string { return "posts" }

type tokenModel struct {
	ID         string    `gorm:"primaryKey"`
	UserID     string    `gorm:"not null"`
	Name       string    `gorm:"not null"`
	Hash       string    `gorm:"not null;uniqueIndex:tokens_hash"`
	CreatedAt  time.Time `gorm:"not null;autoCreateTime:false"`
	ExpiresAt  *time.Time
	LastUsedAt *time.Time
	Revoked    bool   `gorm:"not null"`
	Scope      string `gorm:"not null"`
	Post       string `gorm:"not null"`
}

func (tokenModel) TableName() string { return "tokens" }

type oldPasswordModel struct {
	UserID     string    `gorm:"primaryKey"`
	Hash       string    `gorm:"primaryKey"`
	ReplacedAt time.Time `gorm:"not null"`
}

func (oldPasswordModel) TableName() string { return "old_passwords" }

type sessionModel struct {
	Token       string    `gorm:"primaryKey"`
	ID          string    `gorm:"not null;uniqueIndex:sessions_id"`
	UserID      string    `gorm:"not null"`
	Stamp       string    `gorm:"not null"`
	Way         string    `gorm:"not null"`
	Address     string    `gorm:"not null"`
	Agent       string    `gorm:"not null"`
	BegunAt     time.Time `gorm:"not null"`
	SeenAt      time.Time `gorm:"not null"`
	ConfirmedAt *time.Time
	ExpiresAt   time.Time `gorm:"not null"`
}

func (sessionModel) TableName() string { return "sessions" }

type signOnModel struct {
	State     string    `gorm:"primaryKey"`
	Nonce     string    `gorm:"not null"`
	Verifier  string    `gorm:"not null"`
	Target    string    `gorm:"not null"`
	ExpiresAt time.Time `gorm:"not null"`
}

func (signOnModel) TableName() string { return "sign_ons" }

type triesModel struct {
	Key     string    `gorm:"primaryKey"`
	Count   int64     `gorm:"not null"`
	UntilAt time.Time `gorm:"not null"`
}

func (triesModel) TableName() string { return "sign_in_tries" }

type auditModel struct {
	Chain   int64      `gorm:"primaryKey;autoIncrement:false"`
	Seq     int64      `gorm:"primaryKey;autoIncrement:false"`
	At      time.Time  `gorm:"not null"`
	Actor   actorModel `gorm:"embedded"`
	Address string     `gorm:"not null"`
	Act     string     `gorm:"not null"`
	Subject string     `gorm:"not null"`
	Detail  string     `gorm:"not null"`
	Hash    string     `gorm:"not null"`
}

func (auditModel) TableName() string { return "audit" }

type endModel struct {
	Chain int64  `gorm:"primaryKey;autoIncrement:false"`
	Seq   int64  `gorm:"not null"`
	Hash  string `gorm:"not null"`
}

func (endModel) TableName() string { return "audit_ends" }

type headsModel struct {
	ID        int64     `gorm:"primaryKey"`
	At        time.Time `gorm:"not null"`
	Statement string    `gorm:"not null"`
}

func (headsModel) TableName() string { return "audit_heads" }

type sealModel struct {
	Entity   string `gorm:"primaryKey"`
	Seq      int64  `gorm:"not null"`
	Commands int64  `gorm:"not null"`
}

func (sealModel) TableName() string { return "seals" }

type packModel struct {
	Hash         string    `gorm:"primaryKey"`
	ID           string    `gorm:"not null"`
	Version      string    `gorm:"not null"`
	Jurisdiction string    `gorm:"not null"`
	YAML         string    `gorm:"not null;column:yaml"`
	JSON         string    `gorm:"not null;column:json"`
	TitleZh      string    `gorm:"not null"`
	TitleEn      string    `gorm:"not null"`
	PublishedAt  time.Time `gorm:"not null"`
	PublishedBy  string    `gorm:"not null"`
}

func (packModel) TableName() string { return "packs" }

type inForceModel struct {
	Jurisdiction string    `gorm:"primaryKey"`
	Hash         string    `gorm:"not null"`
	Since        time.Time `gorm:"not null"`
	PutBy        string    `gorm:"not null"`
}

func (inForceModel) TableName() string { return "packs_in_force" }

type calendarModel struct {
	Version     string    `gorm:"primaryKey"`
	Years       string    `gorm:"not null"`
	PublishedAt time.Time `gorm:"not null"`
	PublishedBy string    `gorm:"not null"`
}

func (calendarModel) TableName() string { return "calendars" }
