package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"milepost/domain"
)

const settingClock = "clock"

// FixClock fixes the civil clock of a new database. Once fixed it never changes: another clock is a conflict,
// the same again is no change.
func (s *Store) FixClock(ctx context.Context, c domain.Clock) error {
	value, err := json.Marshal(c)
	if err != nil {
		return err
	}
	setting := settingModel{Name: settingClock, Value: string(value)}
	if err := s.db.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&setting).Error; err != nil {
		return fmt.Errorf("fix the clock: %w", err)
	}
	fixed, err := s.Clock(ctx)
	if err != nil {
		return err
	}
	if !fixed.Anchor.Equal(c.Anchor) || !fixed.Origin.Equal(c.Origin) || fixed.Rate != c.Rate {
		return domain.Conflict("clock.fixed", domain.RuleOneClock, "本数据库的时钟已经固定，不能更改", "The clock of this database is fixed and cannot be changed.")
	}
	return nil
}

// Clock returns the civil clock of the database.
func (s *Store) Clock(ctx context.Context) (domain.Clock, error) {
	return s.clockIn(s.db.WithContext(ctx))
}

func (s *Store) clockIn(db *gorm.DB) (domain.Clock, error) {
	if c := s.clock.Load(); c != nil {
		return *c, nil
	}
	value, ok, err := one(db, scalar[string], "SELECT value FROM settings WHERE name = ?", settingClock)
	if err != nil {
		return domain.Clock{}, fmt.Errorf("read the clock: %w", err)
	}
	if !ok {
		return domain.Clock{}, domain.NotFound("clock.missing", "clock", "数据库尚未初始化时钟", "The clock of this database is not fixed yet.")
	}
	var c domain.Clock
	if err := json.Unmarshal([]byte(value), &c); err != nil {
		return domain.Clock{}, fmt.Errorf("read the clock: %w", err)
	}
	s.clock.Store(&c)
	return c, nil
}
