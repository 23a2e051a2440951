// Package store keeps the record: timelines that are only ever appended to, the read model folded from them in
// the same transaction, the outbox of effects, the quota ledger, and the people and rules of a deployment. It is
// the only place with SQL, and speaks PostgreSQL and SQLite.
package store

import (
	"gorm.io/gorm"
)

// Store is one database.
type Store struct {
	db *gorm.DB
}
