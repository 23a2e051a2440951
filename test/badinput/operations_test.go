package badinput

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"milepost/api"
	"milepost/domain"
)

// holders are accounts of the scenery by the post they hold.
var holders = map[domain.Role]string{
	domain.RoleOffice: office, domain.RoleOwner: owner, domain.RoleLiaison: liaison, domain.RoleHandler: handler, domain.RoleAuditor: "auditor",
	domain.RoleSystemAdmin: system, domain.RoleSecurityAdmin: security,
}

// nasty are values of a parameter that somebody may try: some are refused by the contract, the others reach what is behind.
var nasty = []string{
	"", "x", "'", "' OR '1'='1", "%", "_", `\`, "a\x00b", "\xff", "\u202e", "\n", "~", "~~", "../..", "a/b", "-1", "0", "1", "2147483648", "9223372036854775807",
	"9223372036854775808", "1e3", "NaN", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999+23:59", "0000-01-01", "9999-12-31", "2026-02-29", "0000-01",
	"9999-12", "true", "null", "*", strings.Repeat("a", 64), strings.Repeat("字", 100), "𠮷", cursor(`{"s":"-declared","a":["0000-01-01T00:00:00Z","x"]}`),
	cursor(`{"s":"","a":[]}`), cursor(`null`), cursor(`{"s":"due","a":["9999-12-31T23:59:59+23:59","x","y"]}`), "00000000-0000-4000-8000-000000000000",
}

// withstands puts every nasty value into every parameter of every operation that reads, as somebody who may call it:
// nothing is ever the server's fault.
func (h *house) withstands() {
	h.t.Helper()
	spec, err := openapi3.NewLoader().LoadFromFile("../../api/openapi.yaml")
	require.NoError(h.t, err)
	tried := 0
	for path, item := range spec.Paths.Map() {
		op := item.Get
		if op == nil || endless(op) {
			continue
		}
		who := holderOf(api.Access[op.OperationID])
		for _, p := range append(slices.Clone(item.Parameters), op.Parameters...) {
			for _, value := range nasty {
				r, ok := h.reading(who, path, p.Value, value)
				if !ok {
					continue
				}
				a, err := h.send(r)
				require.NoError(h.t, err, "%s %q", op.OperationID, value)
				require.Less(h.t, a.status, http.StatusInternalServerError, "%s: %s = %q: %s", op.OperationID, p.Value.Name, value, a.raw)
				require.NotEqual(h.t, http.StatusTooManyRequests, a.status, "it must come to be read")
				h.keepsSecrets(a.raw)
				tried++
			}
		}
	}
	require.Greater(h.t, tried, 2000)
}

// endless tells whether an answer goes on as long as somebody listens.
func endless(op *openapi3.Operation) bool {
	done := op.Responses.Status(http.StatusOK)
	return done != nil && done.Value.Content["text/event-stream"] != nil
}

// holderOf is somebody who may call an operation.
func holderOf(rule api.Rule) string {
	for _, role := range rule.Roles {
		if account := holders[role]; account != "" {
			return account
		}
	}
	return ""
}

// reading is a request with a value in one parameter. Other parameters of the path are those of a project that is there.
func (h *house) reading(who, path string, p *openapi3.Parameter, value string) (request, bool) {
	project := strings.TrimPrefix(h.projects["approving"], "/projects/")
	r := request{who: who, method: http.MethodGet}
	query := ""
	switch p.In {
	case openapi3.ParameterInPath:
		if value == "" {
			return r, false
		}
		path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(value))
	case openapi3.ParameterInQuery:
		query = "?" + url.Values{p.Name: {value}}.Encode()
	default:
		if strings.ContainsAny(value, "\x00\n") {
			return r, false // no header can have it
		}
		r = r.with(p.Name + ": " + value)
	}
	path = strings.ReplaceAll(path, "{projectId}", project)
	for strings.Contains(path, "{") {
		before, rest, _ := strings.Cut(path, "{")
		_, after, _ := strings.Cut(rest, "}")
		path = before + "x" + after
	}
	r.path = path + query
	return r, true
}
