package main

import (
	"context"
	"fmt"
	"path"
	"strings"
	"time"

	"milepost/commands"
	"milepost/config"
	"milepost/domain/calendar"
	"milepost/store"
)

// publishShipped puts the packs and the calendar that the product ships with into the database. A pack comes into
// force only in a jurisdiction that has none yet, and the calendar only where there is none: what a city has
// decided itself stands.
func publishShipped(ctx context.Context, db *store.Store, now time.Time) error {
	rules, err := db.Rules(ctx)
	if err != nil {
		return err
	}
	set, err := config.Packs()
	if err != nil {
		return err
	}
	sources := config.PackSources()
	for _, p := range set.Packs() {
		stored := storedPack(p, sourceOf(sources, p.ID))
		stored.Published, stored.By = now, "shipped"
		if err := db.PutPack(ctx, stored); err != nil {
			return fmt.Errorf("publish pack %s: %w", p.ID, err)
		}
		if _, decided := rules.InForce[p.Jurisdiction]; decided || p.Jurisdiction == "" {
			continue
		}
		if err := db.SetPackInForce(ctx, p.Jurisdiction, p.Hash(), "shipped", now); err != nil {
			return fmt.Errorf("put pack %s in force: %w", p.ID, err)
		}
	}
	if rules.Calendar != "" {
		return nil
	}
	return publishCalendar(ctx, db, now)
}

func sourceOf(sources map[string][]byte, id string) []byte {
	for name, data := range sources {
		if strings.TrimSuffix(path.Base(name), ".yaml") == id {
			return data
		}
	}
	return nil
}

func publishCalendar(ctx context.Context, db *store.Store, now time.Time) error {
	years, err := config.CalendarYears()
	if err != nil {
		return err
	}
	cal, err := calendar.New(years...)
	if err != nil {
		return err
	}
	data, err := commands.EncodeCalendar(years)
	if err != nil {
		return err
	}
	err = db.PutCalendar(ctx, store.StoredCalendar{Version: cal.Version(), Years: data, Published: now, By: "shipped"})
	if err != nil {
		return fmt.Errorf("publish the calendar: %w", err)
	}
	return nil
}
