package policy_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/policy"
)

func TestARegistryKnowsWhatWasPut(t *testing.T) {
	r := policy.NewRegistry()
	p := load(t, small)

	_, ok := r.Pack(p.Hash())
	require.False(t, ok)
	require.Equal(t, "pack.unknown", domain.CodeOf(r.SetCurrent("town", p.Hash())))
	_, ok = r.Current("town")
	require.False(t, ok)

	r.Put(p)
	again, err := policy.Decode(p.Canonical())
	require.NoError(t, err)
	r.Put(again)
	got, ok := r.Pack(p.Hash())
	require.True(t, ok)
	require.Same(t, p, got, "the pack that is there stays")

	require.NoError(t, r.SetCurrent("town", p.Hash()))
	require.NoError(t, r.SetCurrent("village", p.Hash()), "a district may be under the pack of its city")
	for _, j := range []string{"town", "village"} {
		got, ok = r.Current(j)
		require.True(t, ok)
		require.Same(t, p, got)
	}
	_, ok = r.Current("hamlet")
	require.False(t, ok)
}

func TestARegistryKnowsTheCalendarInForce(t *testing.T) {
	r := &policy.Registry{}
	cal, err := calendar.New()
	require.NoError(t, err)
	_, ok := r.CurrentCalendar()
	require.False(t, ok)
	require.Equal(t, "calendar.unknown", domain.CodeOf(r.SetCurrentCalendar(cal.Version())))
	r.PutCalendar(cal)
	_, ok = r.CurrentCalendar()
	require.False(t, ok, "a calendar put is not yet in force")
	require.NoError(t, r.SetCurrentCalendar(cal.Version()))
	got, ok := r.CurrentCalendar()
	require.True(t, ok)
	require.Same(t, cal, got)
	got, ok = r.Calendar(cal.Version())
	require.True(t, ok)
	require.Same(t, cal, got)
}

func TestARegistryCanBeFilledWhileItIsRead(t *testing.T) {
	r := &policy.Registry{}
	p := load(t, small)
	cal, err := calendar.New()
	require.NoError(t, err)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 100 {
				r.Put(p)
				r.PutCalendar(cal)
				_ = r.SetCurrent("town", p.Hash())
				_ = r.SetCurrentCalendar(cal.Version())
			}
		})
		wg.Go(func() {
			for range 100 {
				r.Pack(p.Hash())
				r.Current("town")
				r.CurrentCalendar()
				r.Calendar(cal.Version())
			}
		})
	}
	wg.Wait()
	_, ok := r.Current("town")
	require.True(t, ok)
}
