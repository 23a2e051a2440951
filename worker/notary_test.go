package worker

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"milepost/store"
)

// recorded is a record that is sealed and signed, or cannot be.
type recorded struct {
	sealed, signed int
	away           error
}

func (r *recorded) Seal(context.Context) (int, error) {
	r.sealed++
	return 1, r.away
}

func (r *recorded) SignHeads(_ context.Context, key ed25519.PrivateKey) (store.Heads, error) {
	r.signed++
	return store.Sign(key, time.Now(), []store.AuditEnd{{Chain: 1, Seq: int64(r.signed), Hash: "ab"}}), nil
}

// gauged is what a metric without labels shows.
func gauged(t *testing.T, registry *prometheus.Registry, name string) float64 {
	t.Helper()
	families, err := registry.Gather()
	require.NoError(t, err)
	for _, f := range families {
		if f.GetName() == name {
			m := f.GetMetric()[0]
			return m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	t.Fatalf("there is no metric %s", name)
	return 0
}

var notaryKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))

// OWN-222.
func TestTheHeadsAreSignedEveryHour(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "heads.jsonl")
	synctest.Test(t, func(t *testing.T) {
		r, metrics := &recorded{}, prometheus.NewRegistry()
		n := newNotary(Audit{Key: notaryKey, Heads: file, Every: time.Hour}, r, slog.New(slog.DiscardHandler), metrics)
		go n.run(t.Context())
		for i := range 4 { // the first at once
			synctest.Wait()
			require.Equal(t, i+1, r.sealed)
			require.Equal(t, i+1, r.signed)
			require.InDelta(t, time.Now().Unix(), gauged(t, metrics, "milepost_audit_signed_timestamp_seconds"), 1)
			time.Sleep(time.Hour)
		}
	})
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	lines := bytes.Split(bytes.TrimSpace(data), []byte("\n"))
	require.GreaterOrEqual(t, len(lines), 4)
	public, _ := notaryKey.Public().(ed25519.PublicKey)
	for i, line := range lines {
		var h store.Heads
		require.NoError(t, json.Unmarshal(line, &h))
		require.NoError(t, h.Check(public))
		require.EqualValues(t, i+1, h.Ends[0].Seq)
	}
}

func TestARecordThatCannotBeSignedIsAnAlarm(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, c := range map[string]struct {
		file string
		away error
	}{
		"the database is away":  {filepath.Join(folder, "heads"), errors.New("away")},
		"the file is no file":   {folder, nil},
		"the folder is no more": {filepath.Join(folder, "none", "heads"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				r, metrics := &recorded{away: c.away}, prometheus.NewRegistry()
				n := newNotary(Audit{Key: notaryKey, Heads: c.file, Every: time.Hour}, r, slog.New(slog.NewTextHandler(&log, nil)), metrics)
				go n.run(t.Context())
				synctest.Wait()
				require.NotContains(t, log.String(), "ALARM", "it may be away for a moment")
				time.Sleep(retryNotary)
				synctest.Wait()
				require.Equal(t, 2, r.sealed, "it is tried again soon")
				require.Contains(t, log.String(), "ALARM")
				require.InDelta(t, 1, gauged(t, metrics, "milepost_audit_unsigned_total"), 0)
				require.Zero(t, gauged(t, metrics, "milepost_audit_signed_timestamp_seconds"))
			})
		})
	}
}

func TestWithoutAKeyTimelinesAreSealedAllTheSame(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &recorded{}
		n := newNotary(Audit{Every: time.Hour}, r, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
		go n.run(t.Context())
		synctest.Wait()
		require.Equal(t, 1, r.sealed)
		require.Zero(t, r.signed)
	})
}

func TestWithoutAFileTheHeadsAreLogged(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	n := newNotary(Audit{Key: notaryKey, Every: time.Hour}, &recorded{}, slog.New(slog.NewJSONHandler(&log, nil)), prometheus.NewRegistry())
	require.NoError(t, n.attest(t.Context()))
	var line struct{ Heads string }
	require.NoError(t, json.Unmarshal(log.Bytes(), &line))
	var h store.Heads
	require.NoError(t, json.Unmarshal([]byte(line.Heads), &h))
	public, _ := notaryKey.Public().(ed25519.PublicKey)
	require.NoError(t, h.Check(public))
}
