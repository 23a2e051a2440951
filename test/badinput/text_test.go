package badinput

import (
	"encoding/csv"
	"encoding/json"
	"strings"

	"github.com/stretchr/testify/require"
)

// showsText has everything written down that other programs would take for an order. It is taken, and comes back letter
// by letter, as text.
func (h *house) showsText() {
	h.t.Helper()
	p := h.projects["fresh"]
	for _, text := range []string{
		"<script>alert(1)</script><img src=x onerror=alert(1)>", "'; DROP TABLE projects; --", "{{.Password}} ${jndi:ldap://x} <%= x %>",
		"=cmd|' /C calc'!A0", "@所有人 [点这里](https://evil.example)", `*)(uid=*))(|(uid=*`, `\r\nSet-Cookie: a=b`, "𠮷野家 🏗 ﬁ",
	} {
		quoted, err := json.Marshal(text)
		require.NoError(h.t, err)
		receipt := h.good(post(owner, p+"/papers", `{"title":`+string(quoted)+`,"note":`+string(quoted)+`}`))
		entries, _ := receipt["entries"].([]any)
		require.Len(h.t, entries, 1)
		require.Equal(h.t, text, at(entries[0], "data.title"))
		require.Equal(h.t, text, at(entries[0], "data.note"))

		a, err := h.send(get(office, p+"/timeline?limit=1&order=desc"))
		require.NoError(h.t, err)
		var timeline map[string]any
		require.NoError(h.t, json.Unmarshal([]byte(a.raw), &timeline), a.raw)
		lines, _ := timeline["items"].([]any)
		require.Len(h.t, lines, 1)
		require.Equal(h.t, text, at(lines[0], "data.title"))
		require.Contains(h.t, at(lines[0], "text.zh"), text)
		require.Equal(h.t, []string{"application/json", "nosniff"}, []string{strings.ToLower(a.header.Get("Content-Type")), a.header.Get("X-Content-Type-Options")})
	}
	h.exportsText()
}

// exportsText has an account that is named like a formula: no table that is handed out has a cell that begins like one.
func (h *house) exportsText() {
	h.t.Helper()
	h.good(post(system, "/users", `{"account":"formula","name":"=cmd|' /C calc'!A0"}`))
	h.good(post(system, "/owners", `{"code":"formula","jurisdiction":"guilin","name":{"zh":"@SUM(1+1)","en":"+1"}}`))
	a, err := h.send(get("auditor", "/audit/export?format=csv"))
	require.NoError(h.t, err)
	require.Equal(h.t, 200, a.status, a.raw)
	require.Contains(h.t, a.raw, "calc")
	h.keepsSecrets(a.raw)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.raw, "\ufeff"))).ReadAll()
	require.NoError(h.t, err)
	for _, row := range rows {
		for _, cell := range row {
			require.False(h.t, cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])), "%q", cell)
		}
	}
}
