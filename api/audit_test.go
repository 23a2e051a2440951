package api_test

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/store"
)

func TestTheRecordIsExported(t *testing.T) {
	t.Parallel()
	b := newBureau(t)
	sys, aud := b.signIn("sys", password), b.signIn("aud", password)
	sys.send(http.MethodPost, "/users", body{"account": "zhang", "name": "=cmd|' /C calc'!A0"}).ok()
	sys.get("/audit/export").refused(http.StatusForbidden, "role")

	lines := aud.get("/audit/export").ok()
	require.Equal(t, "application/jsonl", lines.header.Get("Content-Type"))
	require.Equal(t, `attachment; filename="audit.jsonl"`, lines.header.Get("Content-Disposition"))
	check, err := store.CheckExport(strings.NewReader(string(lines.raw)), false, &store.Witness{}, func(store.Heads) error { return nil })
	require.NoError(t, err)
	require.Zero(t, check.Broken)
	require.GreaterOrEqual(t, check.Lines, int64(7), "three administrators, two sign-ins, an account, an export")

	aud.get("/audit/export?act=account.create").refused(http.StatusUnprocessableEntity, "export.filter")
	table := aud.with("Accept-Language", "en").get("/audit/export?format=csv&act=account.create").ok()
	require.Equal(t, "text/csv; charset=utf-8", table.header.Get("Content-Type"))
	text, marked := strings.CutPrefix(string(table.raw), "\ufeff")
	require.True(t, marked)
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 1+4)
	require.Equal(t, []string{"Time", "What", "Act"}, rows[0][:3])
	for _, row := range rows[1:] {
		require.Equal(t, "Created an account", row[1])
	}
	exports := aud.get("/audit?act=record.export").ok()
	require.Len(t, exports.list("items"), 2, "what was refused was not exported")
	require.Equal(t, "csv", exports.text("items.0.detail.format"))
	require.Equal(t, "导出记录", exports.text("items.0.text.zh"))
}
