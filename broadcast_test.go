package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/commands"
	"milepost/domain"
	"milepost/domain/policy"
	"milepost/store"
)

func TestAnOperatorLoadsAYear(t *testing.T) {
	cmd, db := console(t)
	file := filepath.Join(t.TempDir(), "2027.yaml")
	require.NoError(t, os.WriteFile(file, []byte("year: 2027\nnotice: 国办发明电〔2026〕9号\nholidays:\n  2027-01-01: 元旦\n"), 0o600))
	rules := policy.NewRegistry()
	keeper := &commands.RuleKeeper{Store: db, Registry: rules}
	require.NoError(t, keeper.Refresh(t.Context()))
	gateway := commands.New(commands.Options{Store: db, Rules: rules, Clock: domain.RealClock()})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go (&commands.Broadcaster{Gateway: gateway, Store: db, Rules: rules, Every: 10 * time.Millisecond}).Run(ctx) // as a worker does

	before, err := db.Rules(t.Context())
	require.NoError(t, err)
	out, err := cmd("calendar", "load", file, "--preview")
	require.NoError(t, err)
	require.Contains(t, out, "等待启动")
	after, err := db.Rules(t.Context())
	require.NoError(t, err)
	require.Equal(t, before.Calendar, after.Calendar, "a preview puts nothing in force")

	_, err = cmd("calendar", "load", file)
	require.ErrorContains(t, err, "已经发布")
	list, err := db.Broadcasts(t.Context(), store.Page{})
	require.NoError(t, err)
	id := list.Rows[0].ID
	out, err = cmd("broadcast", "start", id)
	require.NoError(t, err)
	require.Contains(t, out, "已完毕")
	after, err = db.Rules(t.Context())
	require.NoError(t, err)
	require.NotEqual(t, before.Calendar, after.Calendar)
	_, err = cmd("broadcast", "pause", id)
	require.ErrorContains(t, err, "已经下达完毕")
	out, err = cmd("broadcast", "list")
	require.NoError(t, err)
	require.Contains(t, out, "2027年节假日安排")
	_, err = cmd("calendar", "load", file)
	require.ErrorContains(t, err, "没有变化")
}
