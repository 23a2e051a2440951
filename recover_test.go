package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/store"
	"milepost/test/postgres"
	"milepost/test/temporal"
)

// nowhere is an address at which nothing listens.
const nowhere = "127.0.0.1:1"

func TestWhoFindsNoServerIsToldWhatToDo(t *testing.T) {
	cmd, _ := console(t)
	t.Setenv("MILEPOST_TEMPORAL__ADDRESS", nowhere)
	tests := []struct {
		name string
		args []string
		says string
		code int
	}{
		{"preflight without an engine knows nothing", []string{"preflight"}, "MILEPOST_TEMPORAL__ADDRESS", 2},
		{"recovery without an engine fails", []string{"recover"}, "MILEPOST_TEMPORAL__ADDRESS", 1},
		{"the demonstration without a server", []string{"demo", "run", "--url", "http://" + nowhere}, "milepost dev", 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := cmd(test.args...)
			require.ErrorContains(t, err, test.says)
			require.Equal(t, test.code, exitCode(err))
		})
	}
}

func TestOperatorsLookBeforeAnUpgradeAndRecover(t *testing.T) {
	cmd, _ := console(t)
	t.Setenv("MILEPOST_TEMPORAL__ADDRESS", temporal.Start(t))
	out, err := cmd("recover")
	require.NoError(t, err)
	require.Contains(t, out, "重新启动0个项目")
	require.Contains(t, out, "milepost verify")
	out, err = cmd("preflight")
	require.NoError(t, err)
	require.Contains(t, out, "可以升级：0个")

	t.Setenv("MILEPOST_TEMPORAL__NAMESPACE", "elsewhere")
	_, err = cmd("recover")
	require.ErrorContains(t, err, "temporal operator namespace create --namespace elsewhere")
}

func TestNobodyElseMayWriteDuringARecovery(t *testing.T) {
	address := temporal.Start(t)
	t.Run("on an embedded database", func(t *testing.T) {
		cmd, _ := console(t)
		t.Setenv("MILEPOST_TEMPORAL__ADDRESS", address)
		folder := filepath.Join(t.TempDir(), "data")
		t.Setenv("MILEPOST_DATABASE", "sqlite://"+filepath.Join(folder, "milepost.db"))
		_, err := cmd("migrate")
		require.NoError(t, err)
		release, err := occupy(folder) // as `milepost dev` does
		require.NoError(t, err)
		_, err = cmd("recover")
		require.ErrorContains(t, err, "another milepost runs on")
		release()
		_, err = cmd("recover")
		require.NoError(t, err)
	})
	t.Run("on PostgreSQL", func(t *testing.T) {
		cmd, _ := console(t)
		t.Setenv("MILEPOST_TEMPORAL__ADDRESS", address)
		dsn := postgres.Fresh(t)
		t.Setenv("MILEPOST_DATABASE", dsn)
		_, err := cmd("migrate")
		require.NoError(t, err)
		api, err := store.Open(t.Context(), dsn)
		require.NoError(t, err)
		_, err = cmd("recover")
		require.ErrorContains(t, err, "stop every `milepost api` and `milepost worker` first")
		_, err = cmd("recover", "--force")
		require.NoError(t, err)
		require.NoError(t, api.Close())
		_, err = cmd("recover")
		require.NoError(t, err)
	})
}
