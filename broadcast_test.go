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

func TestAnOperatorMovesOpenProjectsToANewVersion(t *testing.T) {
	cmd, db := console(t)
	require.NoError(t, db.PutJurisdictions(t.Context(), store.Jurisdiction{Code: "my-city", Name: domain.Text{Zh: "某市"}}))
	pack := func(version, rules string) (file string) {
		file = filepath.Join(t.TempDir(), "v"+version+".yaml")
		text := "id: my-city\nversion: \"" + version + "\"\nextends: base\njurisdiction: my-city\ntitle: {zh: 某市规则}\nsource: {document: {zh: 某市办法}}\n" + rules
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		return file
	}
	first := pack("1", "")
	poorer := pack("2", "items:\n  - {key: civil-defence, remove: true}\n")
	second := pack("3", "items:\n  - {key: civil-defence, clause: XN-5, when: \"false\", otherwise: {zh: 不单独办理}}\n")

	_, err := cmd("pack", "check", poorer, "--in-force", "my-city")
	require.ErrorContains(t, err, "No pack is in force")
	_, err = cmd("pack", "publish", first)
	require.NoError(t, err)
	for _, before := range [][]string{{"--after", first}, {"--in-force", "my-city"}} {
		out, err := cmd(append([]string{"pack", "check", poorer}, before...)...)
		require.Error(t, err)
		require.Contains(t, out, "v2.yaml: items[civil-defence]: ")
		require.Contains(t, out, "[successor.dropped]")
		_, err = cmd(append([]string{"pack", "check", second}, before...)...)
		require.NoError(t, err)
	}
	out, err := cmd("pack", "check", poorer)
	require.NoError(t, err, "%s: by itself it is sound", out)
	out, err = cmd("pack", "publish", poorer)
	require.ErrorContains(t, err, "does not succeed version 1")
	require.Contains(t, out, "items[civil-defence]")
	_, err = cmd("pack", "publish", second)
	require.NoError(t, err)

	_, err = cmd("pack", "adopt", "elsewhere")
	require.ErrorContains(t, err, "No pack is in force")
	rules := policy.NewRegistry()
	require.NoError(t, (&commands.RuleKeeper{Store: db, Registry: rules}).Refresh(t.Context()))
	gateway := commands.New(commands.Options{Store: db, Rules: rules, Clock: domain.RealClock()})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go (&commands.Broadcaster{Gateway: gateway, Store: db, Rules: rules, Every: 10 * time.Millisecond}).Run(ctx) // as a worker does
	out, err = cmd("pack", "adopt", "my-city")
	require.NoError(t, err)
	require.Contains(t, out, "等待启动")
	list, err := db.Broadcasts(t.Context(), store.Page{})
	require.NoError(t, err)
	require.Contains(t, out, "milepost broadcast start "+list.Rows[0].ID)
	out, err = cmd("broadcast", "start", list.Rows[0].ID)
	require.NoError(t, err)
	require.Contains(t, out, "已完毕")
}
