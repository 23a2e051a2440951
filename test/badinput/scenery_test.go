package badinput

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/stretchr/testify/require"

	"milepost/demo"
)

// The people of the scenery, by account.
const (
	office   = "office"
	leader   = "leader"
	owner    = "owner-bridge"
	other    = "owner-flood" // the owner of nothing here
	liaison  = "liaison-zjj"
	handler  = "fgw-handler" // of the department that decides the first item
	stranger = "zrzy-handler"
	system   = "sysadmin"
	security = "secadmin"
)

// people sign in and take a token each.
func (h *house) people(accounts ...string) {
	h.t.Helper()
	h.secrets = append(h.secrets, demo.Password)
	for _, account := range accounts {
		h.cookies[account] = h.signIn(account)
		h.tokens[account] = h.token(account, "sensitive")
	}
}

func (h *house) signIn(account string) (cookie string) {
	h.t.Helper()
	a, err := h.send(request{method: "POST", path: "/session", body: `{"account":"` + account + `","password":"` + demo.Password + `"}`})
	require.NoError(h.t, err)
	require.Equal(h.t, 200, a.status, a.raw)
	cookie, _, _ = strings.Cut(a.header.Get("Set-Cookie"), ";")
	_, secret, _ := strings.Cut(cookie, "=")
	h.secrets = append(h.secrets, secret)
	return cookie
}

func (h *house) token(account, scope string) string {
	h.t.Helper()
	r := post("", "/me/tokens", `{"name":"bad input","days":1,"scope":"`+scope+`"}`).with("Cookie: " + h.cookies[account])
	issued := h.good(r)
	secret, _ := issued["secret"].(string)
	require.NotEmpty(h.t, secret)
	h.names["token of "+account+" for "+scope], _ = issued["id"].(string)
	h.secrets = append(h.secrets, secret)
	return secret
}

// profile is a declaration of the demonstration's bridge, with some facts changed: pairs of a JSON name and a JSON value.
func profile(changes ...string) string {
	facts := map[string]string{
		"name": `"漓江桥扩建改造工程"`, "unit": `"unit-zjj"`, "owner": `"bridge"`, "sector": `"infrastructure"`, "level": `"city"`,
		"procedure": `"approval"`, "funding": `"local-budget"`, "government": `true`, "investment": `23000000000`,
		"specialities": `["engineering","planning","economics"]`, "plannedStart": `"2026-07-31"`, "plannedCompletion": `"2027-03-31"`,
		"asks": `[{"resource":"land","amount":"60","year":2026}]`,
	}
	for i := 0; i+1 < len(changes); i += 2 {
		facts[changes[i]] = changes[i+1]
	}
	var fields []string
	for name, value := range facts {
		fields = append(fields, `"`+name+`":`+value)
	}
	return `{"profile":{` + strings.Join(fields, ",") + `}}`
}

// declared declares a project and gives it a name.
func (h *house) declared(name string) (path string) {
	h.t.Helper()
	id, _ := h.good(post(owner, "/projects", profile()))["project"].(string)
	require.NotEmpty(h.t, id)
	h.projects[name] = "/projects/" + id
	return h.projects[name]
}

// approving is a project in its parallel approval: its first item waits for its papers.
func (h *house) approving(name string) {
	h.t.Helper()
	p := h.declared(name)
	h.good(post(office, p+"/review", `{"decision":"admit","opinion":"符合标准"}`))
	h.good(post(office, p+"/recognise", `{"document":"领导小组纪要1号"}`))
	h.good(post(office, p+"/panel/draw", `{}`))
	marks := h.marks(p)
	for _, expert := range h.invited(p) {
		h.people(expert)
		h.good(post(expert, p+"/panel/score", `{"marks":`+marks+`,"opinion":"同意"}`))
	}
	h.good(post(liaison, p+"/plan", `{"nodes":[{"key":"n1","title":"征地","due":"2026-06-30","unit":"unit-zjj","post":"项目专员"}]}`))
	full := h.good(get(office, p))
	require.Equal(h.t, "approval", at(full, "row.phase"), "%v", full)
}

// marks gives every criterion most of its marks.
func (h *house) marks(p string) string {
	h.t.Helper()
	full := h.good(get(office, p))
	a, err := h.send(get(office, fmt.Sprintf("/packs/%v", full["pack"])))
	require.NoError(h.t, err)
	var pack struct {
		Evaluation struct {
			Criteria []struct {
				Key string `json:"key"`
				Max int    `json:"max"`
			} `json:"criteria"`
		} `json:"evaluation"`
	}
	require.NoError(h.t, json.Unmarshal([]byte(a.raw), &pack))
	var marks []string
	for _, c := range pack.Evaluation.Criteria {
		marks = append(marks, fmt.Sprintf(`{"key":%q,"mark":%d}`, c.Key, c.Max*9/10))
	}
	return "[" + strings.Join(marks, ",") + "]"
}

// invited are the experts of the panel; each has an account of the same name.
func (h *house) invited(p string) (experts []string) {
	h.t.Helper()
	members, _ := at(h.good(get(office, p)), "panel.members").([]any)
	require.NotEmpty(h.t, members)
	for _, m := range members {
		experts = append(experts, fmt.Sprint(at(m, "expert")))
	}
	return experts
}

// at is a value within an answer by its path.
func at(v any, path string) any {
	for step := range strings.SplitSeq(path, ".") {
		in, _ := v.(map[string]any)
		v = in[step]
	}
	return v
}
