package commands

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"milepost/domain/calendar"
	"milepost/domain/policy"
	"milepost/store"
)

// RuleBook is what the keeper reads of the store.
type RuleBook interface {
	RulesRevision(ctx context.Context) (int64, error)
	Rules(ctx context.Context) (store.Rules, error)
	Pack(ctx context.Context, hash string) (store.StoredPack, error)
	Calendar(ctx context.Context, version string) (store.StoredCalendar, error)
}

// RuleKeeper keeps a process's registry as the database has it, so that deciders never wait for a pack.
type RuleKeeper struct {
	Store    RuleBook
	Registry *policy.Registry
	Logger   *slog.Logger
	Every    time.Duration // 1 s when zero

	loaded   bool
	revision int64
}

// Run refreshes until the context ends. What cannot be read is tried again; the registry stays as it was.
func (k *RuleKeeper) Run(ctx context.Context) {
	every := k.Every
	if every == 0 {
		every = time.Second
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		if err := k.Refresh(ctx); err != nil && ctx.Err() == nil {
			k.Logger.WarnContext(ctx, "The rules could not be refreshed.", "error", err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// Refresh reads what is new, if anything has changed since the last time.
func (k *RuleKeeper) Refresh(ctx context.Context) error {
	revision, err := k.Store.RulesRevision(ctx)
	if err != nil {
		return err
	}
	if k.loaded && revision == k.revision {
		return nil
	}
	rules, err := k.Store.Rules(ctx)
	if err != nil {
		return err
	}
	if err := k.loadPacks(ctx, rules); err != nil {
		return err
	}
	if err := k.loadCalendars(ctx, rules); err != nil {
		return err
	}
	// The revision read before the rules: what changed between comes with the next refresh.
	k.loaded, k.revision = true, revision
	return nil
}

func (k *RuleKeeper) loadPacks(ctx context.Context, rules store.Rules) error {
	for _, hash := range rules.Packs {
		if _, there := k.Registry.Pack(hash); there {
			continue
		}
		stored, err := k.Store.Pack(ctx, hash)
		if err != nil {
			return err
		}
		pack, err := policy.Decode([]byte(stored.JSON))
		if err != nil {
			return fmt.Errorf("pack %s: %w", hash, err)
		}
		if pack.Hash() != hash {
			return fmt.Errorf("pack %s: its content has the hash %s", hash, pack.Hash())
		}
		k.Registry.Put(pack)
	}
	for jurisdiction, hash := range rules.InForce {
		if err := k.Registry.SetCurrent(jurisdiction, hash); err != nil {
			return err
		}
	}
	return nil
}

// loadCalendars loads every calendar that has ever been in force: open deadlines name the one they were worked out with.
// The one in force comes first, so that whoever finds one of them here decides by it or by a later one.
func (k *RuleKeeper) loadCalendars(ctx context.Context, rules store.Rules) error {
	if rules.Calendar == "" {
		return nil
	}
	current, err := k.calendar(ctx, rules.Calendar)
	if err != nil {
		return err
	}
	k.Registry.PutCurrentCalendar(current)
	for _, version := range rules.Calendars {
		earlier, err := k.calendar(ctx, version)
		if err != nil {
			return err
		}
		k.Registry.PutCalendar(earlier)
	}
	return nil
}

// calendar returns a calendar of the registry, or else of the store.
func (k *RuleKeeper) calendar(ctx context.Context, version string) (*calendar.Calendar, error) {
	if c, there := k.Registry.Calendar(version); there {
		return c, nil
	}
	stored, err := k.Store.Calendar(ctx, version)
	if err != nil {
		return nil, err
	}
	c, err := DecodeCalendar(stored.Years)
	if err != nil {
		return nil, fmt.Errorf("calendar %s: %w", version, err)
	}
	if c.Version() != version {
		return nil, fmt.Errorf("calendar %s: its content has the version %s", version, c.Version())
	}
	return c, nil
}

// EncodeCalendar writes the notices of a calendar as the store keeps them.
func EncodeCalendar(years []calendar.Year) (string, error) {
	data, err := json.Marshal(years)
	return string(data), err
}

// DecodeCalendar reads a calendar that EncodeCalendar wrote.
func DecodeCalendar(years string) (*calendar.Calendar, error) {
	var ys []calendar.Year
	if err := json.Unmarshal([]byte(years), &ys); err != nil {
		return nil, err
	}
	return calendar.New(ys...)
}
