package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"milepost/domain"
	"milepost/domain/policy"
)

// StoredPack is a published policy pack. Packs are immutable and known by their hash.
type StoredPack struct {
	Hash         string
	ID           string
	Version      string
	Jurisdiction string
	YAML         string
	JSON         string // the resolved pack
	Title        domain.Text
	Published    time.Time // civil
	By           string
}

// StoredCalendar is a calendar: the notices of its years.
type StoredCalendar struct {
	Version   string
	Years     string // JSON
	Published time.Time
	By        string
}

// Rules names what is in force. Revision grows with every change, so that a process can ask for it every second.
type Rules struct {
	Revision  int64
	Packs     []string          // hashes of all packs
	InForce   map[string]string // hash by jurisdiction
	Calendars []string          // versions of all that have ever been in force
	Calendar  string            // version in force, "" when none
}

const (
	settingRevision = "rules.revision"
	settingCalendar = "calendar"
)

// PutPack stores a pack; the same hash again is no change.
func (s *Store) PutPack(ctx context.Context, p StoredPack) error {
	return s.revise(ctx, func(tx *gorm.DB) (bool, error) {
		added, err := addPack(tx, p)
		if err != nil || !added {
			return added, err
		}
		return true, s.note(tx, Operator, "pack.store", "pack/"+p.Hash, map[string]any{"id": p.ID, "version": p.Version, "by": p.By})
	})
}

func addPack(tx *gorm.DB, p StoredPack) (added bool, err error) {
	row := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&packModel{
		Hash: p.Hash, ID: p.ID, Version: p.Version, Jurisdiction: p.Jurisdiction, YAML: p.YAML, JSON: p.JSON,
		TitleZh: p.Title.Zh, TitleEn: p.Title.En, PublishedAt: exact(p.Published), PublishedBy: p.By,
	})
	return row.RowsAffected > 0, row.Error
}

// PublishPack stores a pack and puts it in force in a jurisdiction that is registered and open, now, in one act of
// administration. It must succeed the pack in force there, if there is one, so that open projects can move to it
// (OWN-248); a *policy.NotSuccessor says what is wrong.
func (s *Store) PublishPack(ctx context.Context, by By, p StoredPack, jurisdiction string) error {
	clock, err := s.Clock(ctx)
	if err != nil {
		return err
	}
	now := clock.Civil(s.now())
	p.Published, p.By = now, cmp.Or(by.Actor.User, by.Address)
	return s.administer(ctx, by, "pack.publish", "jurisdiction/"+jurisdiction, func(tx *gorm.DB) (any, error) {
		if err := s.jurisdictionIsOpen(tx, jurisdiction); err != nil {
			return nil, err
		}
		was, err := inForce(tx, jurisdiction)
		if err != nil {
			return nil, err
		}
		if err := succeeds(tx, was, p); err != nil {
			return nil, err
		}
		return map[string]any{"was": was, "is": p.Hash, "id": p.ID, "version": p.Version}, s.reviseIn(tx, func(tx *gorm.DB) (bool, error) {
			if _, err := addPack(tx, p); err != nil {
				return false, err
			}
			return true, put(tx, []inForceModel{{Jurisdiction: jurisdiction, Hash: p.Hash, Since: exact(now), PutBy: p.By}})
		})
	})
}

// succeeds refuses a pack that cannot take the place of the one in force.
func succeeds(tx *gorm.DB, inForce string, p StoredPack) error {
	text, ok, err := one(tx, scalar[string], "SELECT json FROM packs WHERE hash = ?", inForce)
	if err != nil || !ok {
		return err
	}
	before, err := policy.Decode([]byte(text))
	if err != nil {
		return fmt.Errorf("the pack in force: %w", err)
	}
	after, err := policy.Decode([]byte(p.JSON))
	if err != nil {
		return err
	}
	if faults := policy.Succeeds(before, after); len(faults) > 0 {
		return &policy.NotSuccessor{Before: before.Version, Faults: faults}
	}
	return nil
}

func inForce(tx *gorm.DB, jurisdiction string) (hash string, err error) {
	hash, _, err = one(tx, scalar[string], "SELECT hash FROM packs_in_force WHERE jurisdiction = ?", jurisdiction)
	return hash, err
}

// SetPackInForce puts a stored pack in force in a jurisdiction, for projects that begin from now on.
func (s *Store) SetPackInForce(ctx context.Context, jurisdiction, hash, by string, since time.Time) error {
	err := s.revise(ctx, func(tx *gorm.DB) (bool, error) {
		was, err := inForce(tx, jurisdiction)
		if err != nil {
			return false, err
		}
		if err := put(tx, []inForceModel{{Jurisdiction: jurisdiction, Hash: hash, Since: exact(since), PutBy: by}}); err != nil {
			return false, err
		}
		return true, s.note(tx, Operator, "pack.publish", "jurisdiction/"+jurisdiction, map[string]any{"was": was, "is": hash, "by": by})
	})
	if errors.Is(err, gorm.ErrForeignKeyViolated) {
		return noPack()
	}
	return err
}

// Pack returns a pack by its hash.
func (s *Store) Pack(ctx context.Context, hash string) (StoredPack, error) {
	p, ok, err := one(s.db.WithContext(ctx), func(r row, p *StoredPack) error {
		return r.Scan(append(packFields(p), &p.YAML, &p.JSON)...)
	}, "SELECT "+packColumns+", yaml, json FROM packs WHERE hash = ?", hash)
	if err != nil {
		return StoredPack{}, fmt.Errorf("read the pack: %w", err)
	}
	if !ok {
		return StoredPack{}, noPack()
	}
	return p, nil
}

func noPack() error {
	return domain.NotFound("pack.unknown", "pack", "没有这个政策包", "There is no such policy pack.")
}

// Packs returns all packs without their text, the newest first.
func (s *Store) Packs(ctx context.Context) ([]StoredPack, error) {
	found, err := rows(s.db.WithContext(ctx), func(r row, p *StoredPack) error { return r.Scan(packFields(p)...) },
		"SELECT "+packColumns+" FROM packs ORDER BY published_at DESC, hash")
	if err != nil {
		return nil, fmt.Errorf("list packs: %w", err)
	}
	return found, nil
}

const packColumns = "hash, id, version, jurisdiction, title_zh, title_en, published_at, published_by"

func packFields(p *StoredPack) []any {
	return []any{&p.Hash, &p.ID, &p.Version, &p.Jurisdiction, &p.Title.Zh, &p.Title.En, at(&p.Published), &p.By}
}

// PutCalendar stores a calendar, unless it is there already, and puts it in force.
func (s *Store) PutCalendar(ctx context.Context, c StoredCalendar) error {
	return s.revise(ctx, func(tx *gorm.DB) (bool, error) {
		was, changed, err := putCalendar(tx, c)
		if err != nil || !changed {
			return false, err
		}
		return true, s.note(tx, Operator, "calendar.publish", "calendar/"+c.Version, map[string]any{"was": was, "by": c.By})
	})
}

func putCalendar(tx *gorm.DB, c StoredCalendar) (was string, changed bool, err error) {
	m := calendarModel{Version: c.Version, Years: c.Years, PublishedAt: exact(c.Published), PublishedBy: c.By}
	if err := add(tx, []calendarModel{m}); err != nil {
		return "", false, err
	}
	current, err := calendarInForce(tx)
	if err != nil || current == c.Version {
		return current, false, err
	}
	return current, true, put(tx, []settingModel{{Name: settingCalendar, Value: c.Version}})
}

// Calendar returns a calendar by its version.
func (s *Store) Calendar(ctx context.Context, version string) (StoredCalendar, error) {
	c, ok, err := one(s.db.WithContext(ctx), func(r row, c *StoredCalendar) error {
		return r.Scan(&c.Version, &c.Years, at(&c.Published), &c.By)
	}, "SELECT version, years, published_at, published_by FROM calendars WHERE version = ?", version)
	if err != nil {
		return StoredCalendar{}, fmt.Errorf("read the calendar: %w", err)
	}
	if !ok {
		return StoredCalendar{}, domain.NotFound("calendar.unknown", "calendar", "没有这个日历", "There is no such calendar.")
	}
	return c, nil
}

// Calendars returns all calendars without their years, the newest first.
func (s *Store) Calendars(ctx context.Context) ([]StoredCalendar, error) {
	found, err := rows(s.db.WithContext(ctx), func(r row, c *StoredCalendar) error {
		return r.Scan(&c.Version, at(&c.Published), &c.By)
	}, "SELECT version, published_at, published_by FROM calendars ORDER BY published_at DESC, version")
	if err != nil {
		return nil, fmt.Errorf("list calendars: %w", err)
	}
	return found, nil
}

// RulesRevision is the revision alone; it costs one row.
func (s *Store) RulesRevision(ctx context.Context) (int64, error) {
	n, err := revision(s.db.WithContext(ctx))
	if err != nil {
		return 0, fmt.Errorf("read the revision of the rules: %w", err)
	}
	return n, nil
}

func revision(db *gorm.DB) (int64, error) {
	n, _, err := one(db, scalar[int64], "SELECT CAST(value AS bigint) FROM settings WHERE name = ?", settingRevision)
	return n, err
}

// Rules names what is in force. The revision is read first: what changes meanwhile is read again with the next.
func (s *Store) Rules(ctx context.Context) (Rules, error) {
	r := Rules{InForce: map[string]string{}}
	db := s.db.WithContext(ctx)
	var err error
	if r.Revision, err = revision(db); err != nil {
		return Rules{}, fmt.Errorf("read the rules in force: %w", err)
	}
	if r.Packs, err = rows(db, scalar[string], "SELECT hash FROM packs ORDER BY hash"); err != nil {
		return Rules{}, fmt.Errorf("read the rules in force: %w", err)
	}
	pairs, err := rows(db, func(r row, p *[2]string) error { return r.Scan(&p[0], &p[1]) }, "SELECT jurisdiction, hash FROM packs_in_force")
	if err != nil {
		return Rules{}, fmt.Errorf("read the rules in force: %w", err)
	}
	for _, p := range pairs {
		r.InForce[p[0]] = p[1]
	}
	if r.Calendars, err = rows(db, scalar[string], "SELECT version FROM calendars ORDER BY version"); err != nil {
		return Rules{}, fmt.Errorf("read the rules in force: %w", err)
	}
	if r.Calendar, err = calendarInForce(db); err != nil {
		return Rules{}, fmt.Errorf("read the rules in force: %w", err)
	}
	return r, nil
}

// revise changes the rules and, if f says that something changed, counts the revision up.
func (s *Store) revise(ctx context.Context, f func(tx *gorm.DB) (changed bool, err error)) error {
	err := s.write(ctx, func(tx *gorm.DB) error { return s.reviseIn(tx, f) })
	if err != nil {
		return fmt.Errorf("change the rules: %w", err)
	}
	return nil
}

// reviseIn is revise within a transaction that goes on.
func (s *Store) reviseIn(tx *gorm.DB, f func(tx *gorm.DB) (changed bool, err error)) error {
	if err := add(tx, []settingModel{{Name: settingRevision, Value: "0"}}); err != nil {
		return err
	}
	if _, _, err := one(tx, scalar[string], "SELECT value FROM settings WHERE name = ?"+s.forUpdate(), settingRevision); err != nil {
		return err
	}
	changed, err := f(tx)
	if err != nil || !changed {
		return err
	}
	n, err := revision(tx)
	if err != nil {
		return err
	}
	return tx.Exec("UPDATE settings SET value = ? WHERE name = ?", strconv.FormatInt(n+1, 10), settingRevision).Error
}
