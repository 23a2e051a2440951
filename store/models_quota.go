package store

import (
	"cmp"
	"time"
)

// quotaKey names one quota.
type quotaKey struct {
	Jurisdiction string `gorm:"primaryKey"`
	Resource     string `gorm:"primaryKey"`
	Year         int64  `gorm:"primaryKey;autoIncrement:false"`
}

// Amounts are in ten-thousandths of the resource's unit.
type quotaModel struct {
	Of        quotaKey `gorm:"embedded"`
	Total     int64    `gorm:"not null"`
	Reserved  int64    `gorm:"not null"`
	Committed int64    `gorm:"not null"`
}

func (quotaModel) TableName() string { return "quotas" }

type holdingModel struct {
	Of      quotaKey `gorm:"embedded"`
	Project string   `gorm:"primaryKey"`
	Amount  int64    `gorm:"not null"`
	State   string   `gorm:"not null"`
}

func (holdingModel) TableName() string { return "quota_holdings" }

type waitingModel struct {
	Of      quotaKey  `gorm:"embedded"`
	Project string    `gorm:"primaryKey"`
	Amount  int64     `gorm:"not null"`
	Rank    int64     `gorm:"not null"`
	Benefit string    `gorm:"not null"`
	Since   time.Time `gorm:"not null"`
	Effect  string    `gorm:"not null"`
}

func (waitingModel) TableName() string { return "quota_line" }

type ledgerModel struct {
	ID           int64      `gorm:"primaryKey"`
	Effect       string     `gorm:"not null;uniqueIndex:quota_ledger_effect"`
	N            int64      `gorm:"not null;uniqueIndex:quota_ledger_effect"`
	Jurisdiction string     `gorm:"not null"`
	Resource     string     `gorm:"not null"`
	Year         int64      `gorm:"not null"`
	Act          string     `gorm:"not null"`
	Project      string     `gorm:"not null"`
	Amount       int64      `gorm:"not null"`
	Place        int64      `gorm:"not null"`
	Actor        actorModel `gorm:"embedded"`
	Clause       string     `gorm:"not null"`
	Note         string     `gorm:"not null"`
	At           time.Time  `gorm:"not null"`
}

func (ledgerModel) TableName() string { return "quota_ledger" }

func compareKeys(a, b quotaKey) int {
	return cmp.Or(cmp.Compare(a.Jurisdiction, b.Jurisdiction), cmp.Compare(a.Year, b.Year), cmp.Compare(a.Resource, b.Resource))
}
