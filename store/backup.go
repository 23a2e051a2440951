package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"milepost/domain"
)

// settingBackup is there while a backup is taken, and so in every backup: a database in which it stands and is old has
// been restored.
const settingBackup = "backup"

// backupPulse is how long a backup under way may be silent. Its process renews the mark much more often.
const backupPulse = 15 * time.Second

// backupMark is what the setting holds; times are real.
type backupMark struct {
	Begun time.Time `json:"begun"`
	Alive time.Time `json:"alive"` // last
}

// Extent is how much is on record, which only ever grows.
type Extent struct {
	Entities int64 `json:"entities"`
	Entries  int64 `json:"entries"`  // on the timelines
	Commands int64 `json:"commands"` // with an outcome
	Audit    int64 `json:"audit"`    // lines of the audit record
}

// Within tells whether a record that was so much can have become the other.
func (e Extent) Within(o Extent) bool {
	return e.Entities <= o.Entities && e.Entries <= o.Entries && e.Commands <= o.Commands && e.Audit <= o.Audit
}

// Extent counts what is on record.
func (s *Store) Extent(ctx context.Context) (Extent, error) {
	e, _, err := one(s.db.WithContext(ctx), func(r row, e *Extent) error {
		return r.Scan(&e.Entities, &e.Entries, &e.Commands, &e.Audit)
	}, `SELECT (SELECT count(*) FROM entities), (SELECT count(*) FROM timeline), (SELECT count(*) FROM commands WHERE state <> 'pending'),
		(SELECT count(*) FROM audit)`)
	if err != nil {
		return Extent{}, fmt.Errorf("count the record: %w", err)
	}
	return e, nil
}

// BackupAlive marks that a backup is being taken that began at a real moment. It is called again and again while that lasts.
func (s *Store) BackupAlive(ctx context.Context, begun time.Time) error {
	value, err := json.Marshal(backupMark{Begun: begun, Alive: s.now()})
	if err != nil {
		return err
	}
	if err := put(s.db.WithContext(ctx), []settingModel{{Name: settingBackup, Value: string(value)}}); err != nil {
		return fmt.Errorf("mark the backup: %w", err)
	}
	return nil
}

// BackupGivenUp takes the mark away.
func (s *Store) BackupGivenUp(ctx context.Context) error {
	if err := unmark(s.db.WithContext(ctx)); err != nil {
		return fmt.Errorf("take the backup's mark away: %w", err)
	}
	return nil
}

// BackupTaken takes the mark away and notes that a backup was taken, which began at a real moment (OWN-212).
func (s *Store) BackupTaken(ctx context.Context, by By, begun time.Time) error {
	return s.administer(ctx, by, "backup.take", "installation", func(tx *gorm.DB) (any, error) {
		return map[string]any{"begun": begun}, unmark(tx)
	})
}

func unmark(tx *gorm.DB) error {
	return tx.Exec("DELETE FROM settings WHERE name = ?", settingBackup).Error
}

// Restored tells whether this database has come out of a backup and has not been released since, and when that backup
// was begun.
func (s *Store) Restored(ctx context.Context) (begun time.Time, restored bool, err error) {
	value, there, err := one(s.db.WithContext(ctx), scalar[string], "SELECT value FROM settings WHERE name = ?", settingBackup)
	if err != nil {
		return time.Time{}, false, fmt.Errorf("look for a backup's mark: %w", err)
	}
	if !there {
		return time.Time{}, false, nil
	}
	var mark backupMark
	if err := json.Unmarshal([]byte(value), &mark); err != nil {
		return time.Time{}, false, fmt.Errorf("read the backup's mark: %w", err)
	}
	return mark.Begun, s.now().Sub(mark.Alive) > backupPulse, nil
}

// Release lets a restored database be worked with again, once it has been looked over (OWN-246).
func (s *Store) Release(ctx context.Context, by By) error {
	begun, restored, err := s.Restored(ctx)
	if err != nil {
		return err
	}
	if !restored {
		return domain.Conflict("backup.none", domain.RuleRestored, "这个数据库不是从备份恢复的，或已经放行", "This database has not come out of a backup, or has been released already.")
	}
	return s.administer(ctx, by, "backup.release", "installation", func(tx *gorm.DB) (any, error) {
		return map[string]any{"backup": begun}, unmark(tx)
	})
}
