// Package store keeps the record: timelines that are only ever appended to, the read model folded from them in
// the same transaction, the outbox of effects, the quota ledger, and the people and rules of a deployment. It is
// the only place with SQL, and speaks PostgreSQL and SQLite.
package store

import (
	"database/sql"
	"sync/atomic"
	"time"

	"gorm.io/gorm"

	"milepost/domain"
)

// Store is one database. It is safe for many goroutines.
type Store struct {
	db      *gorm.DB
	pool    *sql.DB
	dialect Dialect
	now     func() time.Time // real
	clock   atomic.Pointer[domain.Clock]
	stirs   stirs
	folds   folds
}
