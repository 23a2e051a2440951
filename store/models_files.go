package store

import "time"

type blobModel struct {
	Digest   string    `gorm:"primaryKey"`
	Size     int64     `gorm:"not null"`
	State    string    `gorm:"not null"`
	Found    string    `gorm:"not null"`
	Attempts int64     `gorm:"not null"`
	TryAt    time.Time `gorm:"not null"`
	Error    string    `gorm:"not null"`
}

func (blobModel) TableName() string { return "blobs" }

type fileModel struct {
	ID        string     `gorm:"primaryKey"`
	Project   string     `gorm:"not null"`
	Digest    string     `gorm:"not null"`
	Name      string     `gorm:"not null"`
	Type      string     `gorm:"not null"`
	Actor     actorModel `gorm:"embedded"`
	At        time.Time  `gorm:"not null"`
	StoredAt  time.Time  `gorm:"not null"`
	NamedAt   *time.Time
	RemovedAt *time.Time
	Told      bool `gorm:"not null"`
}

func (fileModel) TableName() string { return "files" }

type useModel struct {
	Project string `gorm:"primaryKey"`
	Seq     int64  `gorm:"primaryKey;autoIncrement:false"`
	N       int64  `gorm:"primaryKey;autoIncrement:false"`
	File    string `gorm:"not null"`
	Act     string `gorm:"not null"`
	Item    string `gorm:"not null"`
	Round   int64  `gorm:"not null"`
	Paper   string `gorm:"not null"`
	Period  string `gorm:"not null"`
	Phase   string `gorm:"not null"`
}

func (useModel) TableName() string { return "file_uses" }
