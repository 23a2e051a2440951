package commands_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/commands"
	"milepost/config"
	"milepost/domain/calendar"
	"milepost/domain/policy"
	"milepost/store"
)

func TestTheRegistryFollowsTheDatabase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, pack := shipped()
	registry := policy.NewRegistry()
	keeper := &commands.RuleKeeper{Store: w.store, Registry: registry}
	require.NoError(t, keeper.Refresh(t.Context()))
	_, ok := registry.CurrentCalendar()
	require.False(t, ok, "nothing is published yet")

	require.NoError(t, w.store.PutPack(t.Context(), store.StoredPack{
		Hash: pack.Hash(), ID: pack.ID, Version: pack.Version, Jurisdiction: pack.Jurisdiction, Title: pack.Title,
		JSON: string(pack.Canonical()), Published: time.Now(),
	}))
	require.NoError(t, w.store.SetPackInForce(t.Context(), "shangluo", pack.Hash(), "admin", time.Now()))
	version := w.publish(config.CalendarYears)
	require.NoError(t, keeper.Refresh(t.Context()))
	got, ok := registry.Current("shangluo")
	require.True(t, ok)
	require.Equal(t, pack.Canonical(), got.Canonical())
	cal, ok := registry.CurrentCalendar()
	require.True(t, ok)
	require.Equal(t, version, cal.Version())

	later := w.publish(func() ([]calendar.Year, error) {
		years, err := config.CalendarYears()
		return years[:len(years)-1], err
	})
	require.NoError(t, keeper.Refresh(t.Context()))
	cal, _ = registry.CurrentCalendar()
	require.Equal(t, later, cal.Version())
	require.NotEqual(t, version, later)
	_, ok = registry.Calendar(version)
	require.True(t, ok, "what running projects refer to stays")
}

// publish puts a calendar in force and returns its version.
func (w *world) publish(read func() ([]calendar.Year, error)) string {
	w.t.Helper()
	years, err := read()
	require.NoError(w.t, err)
	cal, err := calendar.New(years...)
	require.NoError(w.t, err)
	data, err := commands.EncodeCalendar(years)
	require.NoError(w.t, err)
	require.NoError(w.t, w.store.PutCalendar(w.t.Context(), store.StoredCalendar{Version: cal.Version(), Years: data, Published: time.Now()}))
	return cal.Version()
}
