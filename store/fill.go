package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// settingUnfilled is there while a step of the migrations has left something for fill to do.
const settingUnfilled = "unfilled"

// fill derives from the states of the projects what a new step of the tables has room for. It begins again where it
// was cut off, and doing it twice is no harm.
func (s *Store) fill(ctx context.Context) error {
	_, wanting, err := one(s.db.WithContext(ctx), scalar[string], "SELECT value FROM settings WHERE name = ?", settingUnfilled)
	if err != nil || !wanting {
		return err
	}
	for after := ""; ; {
		names, err := s.Entities(ctx, after, portion)
		if err != nil {
			return err
		}
		if len(names) == 0 {
			return s.db.WithContext(ctx).Exec("DELETE FROM settings WHERE name = ?", settingUnfilled).Error
		}
		for _, name := range names {
			if err := s.write(ctx, func(tx *gorm.DB) error { return s.fillIn(tx, name) }); err != nil {
				return fmt.Errorf("fill in %s: %w", name, err)
			}
			after = name
		}
	}
}

func (s *Store) fillIn(tx *gorm.DB, name string) error {
	head, _, err := s.head(tx, name)
	if err != nil {
		return err
	}
	f, err := newFold(name, []byte(head.Snapshot))
	if err != nil || f.project == nil || f.project.Seq == 0 {
		return err
	}
	row := projectRow(f.project, f.first, f.last.RecordedAt)
	if err := tx.Exec("UPDATE projects SET red_order = ? WHERE id = ?", row.RedOrder, row.ID).Error; err != nil {
		return err
	}
	if err := put(tx, f.first.tasks); err != nil {
		return err
	}
	return put(tx, monthRows(f.project))
}
