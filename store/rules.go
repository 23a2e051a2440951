package store

import (
	"context"
	"time"

	"milepost/domain"
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
	Revision int64
	Packs    []string          // hashes of all packs
	InForce  map[string]string // hash by jurisdiction
	Calendar string            // version in force, "" when none
}

// PutPack stores a pack; the same hash again is no change.
func (s *Store) PutPack(ctx context.Context, p StoredPack) error { return errNotYet }

// SetPackInForce puts a stored pack in force in a jurisdiction, for projects that begin from now on.
func (s *Store) SetPackInForce(ctx context.Context, jurisdiction, hash, by string, since time.Time) error {
	return errNotYet
}

// Pack returns a pack by its hash.
func (s *Store) Pack(ctx context.Context, hash string) (StoredPack, error) {
	return StoredPack{}, errNotYet
}

// Packs returns all packs without their text, the newest first.
func (s *Store) Packs(ctx context.Context) ([]StoredPack, error) { return nil, errNotYet }

// PutCalendar stores a calendar and puts it in force.
func (s *Store) PutCalendar(ctx context.Context, c StoredCalendar) error { return errNotYet }

// Calendar returns a calendar by its version.
func (s *Store) Calendar(ctx context.Context, version string) (StoredCalendar, error) {
	return StoredCalendar{}, errNotYet
}

// Calendars returns all calendars, the newest first.
func (s *Store) Calendars(ctx context.Context) ([]StoredCalendar, error) { return nil, errNotYet }

// RulesRevision is the revision alone; it costs one row.
func (s *Store) RulesRevision(ctx context.Context) (int64, error) { return 0, errNotYet }

// Rules names what is in force.
func (s *Store) Rules(ctx context.Context) (Rules, error) { return Rules{}, errNotYet }
