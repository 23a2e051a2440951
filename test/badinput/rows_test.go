package badinput

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
	"time"
)

// row is one kind of bad input, and how it must be answered.
type row struct {
	name   string // a sentence
	send   request
	status int
	code   string
	field  string
	clause string
	plain  bool // the server answers before it is known what is asked, in plain text
	slow   bool // it takes its time, and is sent beside the others
}

// The groups, in the order of the plan of tests.
func (h *house) groups() []struct {
	name string
	rows []row
} {
	return []struct {
		name string
		rows []row
	}{
		{"JSON shape", h.shape()},
		{"encoding", h.encoding()},
		{"numbers", h.numbers()},
		{"dates", h.dates()},
		{"size", h.size()},
		{"ids", h.ids()},
		{"state", h.state()},
		{"files", h.files()},
		{"injection", h.injection()},
		{"protocol and identity", h.identity()},
	}
}

func (h *house) shape() []row {
	review := func(body string) request { return post(office, h.projects["fresh"]+"/review", body) }
	return []row{
		{name: "an empty body", send: review(""), status: 400, code: "body.missing"},
		{name: "a truncated body", send: review(`{"decision":"ad`), status: 400, code: "body.malformed"},
		{name: "a list for an object", send: review(`[{"decision":"admit"}]`), status: 422, code: "contract.type"},
		{name: "nested ten thousand deep", send: review(strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)), status: 400, code: "body.malformed"},
		{name: "a field given twice", send: review(`{"decision":"admit","decision":"refuse"}`), status: 400, code: "body.twice", field: "/decision"},
		{name: "a field given twice in other escapes", send: review(`{"decision":"admit","d\u0065cision":"refuse"}`), status: 400, code: "body.twice", field: "/decision"},
		{name: "an unknown field", send: review(`{"decision":"admit","admin":true}`), status: 422, code: "contract.properties", field: "/admin"},
		{name: "a field in other letters", send: review(`{"Decision":"admit"}`), status: 422, code: "contract.properties", field: "/Decision"},
		{name: "a wrong type", send: review(`{"decision":{"admit":true}}`), status: 422, code: "contract.enum", field: "/decision"},
		{name: "null for what is required", send: review(`{"decision":null}`), status: 422, code: "contract.enum", field: "/decision"},
		{name: "text after the document", send: review(`{"decision":"admit"} or 1=1`), status: 400, code: "body.malformed"},
		{name: "a second document", send: review(`{"decision":"admit"}{"decision":"refuse"}`), status: 400, code: "body.malformed"},
		{name: "a literal for a document", send: review(`"admit"`), status: 422, code: "contract.type"},
	}
}

func (h *house) encoding() []row {
	p := h.projects["fresh"]
	opinion := func(text string) request {
		return post(office, p+"/review", `{"decision":"admit","opinion":"`+text+`"}`)
	}
	named := func(name string) request { return post(owner, "/projects", profile("name", name)) }
	return []row{
		{name: "invalid UTF-8", send: opinion("\xff\xfe"), status: 400, code: "body.malformed"},
		{name: "overlong UTF-8", send: opinion("\xc0\xaf"), status: 400, code: "body.malformed"},
		{name: "GB18030 as UTF-8", send: opinion("\xcf\xee\xc4\xbf"), status: 400, code: "body.malformed"},
		{name: "a surrogate half written as UTF-8", send: opinion("\xed\xa0\x80"), status: 400, code: "body.malformed"},
		{name: "a byte order mark", send: post(office, p+"/review", "\ufeff"+`{"decision":"admit"}`), status: 400, code: "body.malformed"},
		{name: "UTF-16", send: post(office, p+"/review", "\xff\xfe{\x00}\x00"), status: 400, code: "body.malformed"},
		{name: "another charset", send: opinion("x").with("Content-Type: application/json; charset=gb18030"), status: 415, code: "body.media-type", field: "Content-Type"},
		{name: "a NUL", send: opinion(`a\u0000b`), status: 422, code: "text.invisible", field: "/opinion"},
		{name: "a lone surrogate", send: opinion(`a\ud800b`), status: 422, code: "text.invisible", field: "/opinion"},
		{name: "text that turns the reading round", send: opinion(`同意\u202e意同不`), status: 422, code: "text.invisible", field: "/opinion"},
		{name: "a name with letters without width", send: named(`"漓江\u200b桥"`), status: 422, code: "text.invisible", field: "/profile/name"},
		{name: "a name that only looks like another (NFD)", send: named(`"Cafe\u0301 Lijiang"`), status: 422, code: "text.line", field: "/profile/name"},
		{name: "a name of blanks only", send: named(`"\u3000\u00a0 "`), status: 422, code: "text.line", field: "/profile/name"},
		{name: "a name of two lines", send: named(`"漓江桥\n已准予入库"`), status: 422, code: "text.line", field: "/profile/name"},
		{name: "a NUL in a query", send: get(office, "/projects?q=%00"), status: 422, code: "text.invisible", field: "q"},
		{name: "invalid UTF-8 in a query", send: get(office, "/projects?q=%ff"), status: 422, code: "text.invisible", field: "q"},
		{name: "a NUL in a path", send: get(office, p+"/tasks/entry%00review"), status: 404, code: "path.unknown", field: "task"},
	}
}

func (h *house) numbers() []row {
	p := h.projects["fresh"]
	declared := func(field, value string) request { return post(owner, "/projects", profile(field, value)) }
	asked := func(amount string) request {
		return declared("asks", `[{"resource":"land","amount":`+amount+`,"year":2026}]`)
	}
	return []row{
		{name: "NaN", send: declared("investment", "NaN"), status: 400, code: "body.malformed"},
		{name: "1e400", send: declared("investment", "1e400"), status: 422, code: "contract.type", field: "/profile/investment"},
		{name: "a whole number written with an exponent", send: declared("investment", "1e9"), status: 422, code: "contract.type", field: "/profile/investment"},
		{name: "a whole number written with a point", send: declared("investment", "6000000000.0"), status: 422, code: "contract.type", field: "/profile/investment"},
		{name: "minus zero", send: declared("investment", "-0"), status: 422, code: "profile.investment", field: "/profile/investment", clause: "OWN-102"},
		{name: "2 to the 63rd", send: declared("investment", "9223372036854775808"), status: 422, code: "contract.maximum", field: "/profile/investment"},
		{name: "a record number beyond all records", send: post(owner, p+"/reports/2026-03/correct", `{"record":9223372036854775808,"investment":1,"image":"x","reason":"x"}`), status: 422, code: "contract.type", field: "/record"},
		{name: "a negative investment", send: declared("investment", "-1"), status: 422, code: "contract.minimum", field: "/profile/investment"},
		{name: "a negative area", send: asked(`"-60"`), status: 422, code: "contract.pattern", field: "/profile/asks/0/amount"},
		{name: "twenty decimals", send: asked(`"60.00000000000000000001"`), status: 422, code: "contract.pattern", field: "/profile/asks/0/amount"},
		{name: "leading zeros in JSON", send: declared("investment", "0023000000000"), status: 400, code: "body.malformed"},
		{name: "leading zeros in an amount", send: asked(`"0060"`), status: 422, code: "contract.pattern", field: "/profile/asks/0/amount"},
		{name: "a number as text", send: declared("investment", `"23000000000"`), status: 422, code: "contract.type", field: "/profile/investment"},
		{name: "a comma for the point", send: asked(`"60,5"`), status: 422, code: "contract.pattern", field: "/profile/asks/0/amount"},
		{name: "a float where an area is decimal text", send: asked(`60.5`), status: 422, code: "contract.type", field: "/profile/asks/0/amount"},
		{name: "digits of another script", send: asked(`"６０"`), status: 422, code: "contract.pattern", field: "/profile/asks/0/amount"},
		{name: "a year in a path that overflows", send: post("zrzy-handler", p+"/needs/land/99999999999999999999/confirm", `{"amount":"1"}`), status: 404, code: "path.unknown", field: "year"},
		{name: "a limit that overflows", send: get(office, "/projects?limit=99999999999999999999"), status: 400, code: "parameter.malformed", field: "limit"},
	}
}

func (h *house) dates() []row {
	p := h.projects["fresh"]
	start := func(date string) request {
		return post(owner, "/projects", profile("plannedStart", `"`+date+`"`))
	}
	suspend := func(until string) request { return post(office, p+"/suspend", `{"reason":"x","until":`+until+`}`) }
	late := func(moment string) request {
		return post(office, p+"/review", `{"decision":"admit"}`).with("Milepost-Occurred-At: "+moment, "Milepost-Basis: x")
	}
	return []row{
		{name: "29 February of a common year", send: start("2027-02-29"), status: 422, code: "profile.plannedStart", field: "/profile/plannedStart", clause: "OWN-102"},
		{name: "the year 0", send: start("0000-01-01"), status: 422, code: "profile.plannedStart", field: "/profile/plannedStart", clause: "OWN-102"},
		{name: "the year 9999", send: suspend(`"9999-12-31"`), status: 422, code: "suspend.until", field: "/until", clause: "OWN-107"},
		{name: "the year 10000", send: suspend(`"10000-01-01"`), status: 422, code: "contract.pattern", field: "/until"},
		{name: "a moment for a date", send: suspend(`"2026-05-01T00:00:00Z"`), status: 422, code: "contract.pattern", field: "/until"},
		{name: "a date for a moment", send: late("2026-03-02"), status: 422, code: "contract.format", field: "Milepost-Occurred-At"},
		{name: "a moment without a zone", send: late("2026-03-02T08:59:00"), status: 422, code: "contract.format", field: "Milepost-Occurred-At"},
		{name: "a leap second", send: late("2016-12-31T23:59:60Z"), status: 422, code: "contract.format", field: "Milepost-Occurred-At"},
		{name: "a time of occurrence in the future", send: late("2026-03-02T23:59:59%2B08:00"), status: 422, code: "contract.format", field: "Milepost-Occurred-At"},
		{name: "tomorrow in another zone", send: late("2026-03-03T00:00:00-12:00"), status: 422, code: "occurred.future", field: "Milepost-Occurred-At", clause: "OWN-105"},
		{name: "before there were calendars", send: post(office, "/projects", profile()).with("Milepost-Occurred-At: 0001-01-02T00:00:00Z", "Milepost-Basis: x"), status: 422, code: "occurred.early", field: "Milepost-Occurred-At", clause: "OWN-105"},
		{name: "the end before the start", send: post(owner, "/projects", profile("plannedCompletion", `"2026-07-30"`)), status: 422, code: "profile.plannedCompletion", field: "/profile/plannedCompletion", clause: "OWN-102"},
		{name: "a report on a month to come", send: post(owner, p+"/reports/2026-12/file", `{"investment":1,"image":"x"}`), status: 409, code: "task.none", clause: "OWN-101"},
		{name: "month 13", send: start("2026-13-01"), status: 422, code: "contract.pattern", field: "/profile/plannedStart"},
		{name: "a period of month 13", send: post(owner, p+"/reports/2026-13/file", `{"investment":1,"image":"x"}`), status: 404, code: "path.unknown", field: "period"},
		{name: "milliseconds for a date", send: suspend(`1767225600000`), status: 422, code: "contract.type", field: "/until"},
		{name: "a pause that ends before it begins", send: get("", "/calendar/deadline?received=2026-03-02T09:00:00%2B08:00&days=5&pause=2026-03-10/2026-03-05"), status: 422, code: "limit.pause", field: "pause"},
		{name: "a day off that is none", send: get("", "/calendar/deadline?received=2026-03-02T09:00:00%2B08:00&days=5&pause=2026-02-30/"), status: 422, code: "limit.pause", field: "pause"},
		{name: "a post from the year 0", send: post(security, "/users/"+h.names["user"]+"/posts", `{"role":"supervisor","jurisdiction":"guilin","from":"0000-01-01T00:00:00Z","to":"0000-02-01T00:00:00Z"}`), status: 422, code: "post.to", field: "/to", clause: "OWN-201"},
	}
}

// streamed is a command whose body is sent as it comes.
func (h *house) streamed(path string, headers []string, stream func(io.Writer) error) request {
	r := post(office, path, "").with(append(headers, "Content-Type: application/json")...)
	r.stream = stream
	return r
}

func (h *house) size() []row {
	p := h.projects["fresh"]
	review := p + "/review"
	list := `{"nodes":[` + strings.Repeat(`{},`, 20_000) + `{}]}`
	names := `"aaaaaaaa":1,`
	for i := range 1900 {
		names += fmt.Sprintf(`"name-%d":1,`, i)
	}
	shut := func(r request) request { r.shut = true; return r }
	return []row{
		{name: "64 KiB and one byte", send: post(office, review, `{"decision":"admit","opinion":"`+strings.Repeat("x", 64<<10+1-33)+`"}`), status: 413, code: "body.too-large"},
		{name: "three megabytes", send: post(office, review, `{"opinion":"`+strings.Repeat("字", 1<<20)+`"}`), status: 413, code: "body.too-large"},
		{name: "a gigabyte in chunks", send: h.streamed(review, []string{"Transfer-Encoding: chunked"}, func(w io.Writer) error {
			chunk := fmt.Sprintf("%x\r\n%s\r\n", 64<<10, strings.Repeat(" ", 64<<10))
			for range 1 << 14 {
				if _, err := io.WriteString(w, chunk); err != nil {
					return nil //nolint:nilerr // the server has hung up, as it should
				}
			}
			return nil
		}), status: 413, code: "body.too-large"},
		{name: "a gigabyte announced", send: post(office, review, "{}").with("Content-Length: 1073741824"), status: 413, code: "body.too-large"},
		{name: "a list of twenty thousand within a body", send: post(liaison, p+"/plan", list), status: 422, code: "body.many"},
		{name: "nineteen hundred unknown fields", send: post(liaison, p+"/plan", `{`+names+`"nodes":[]}`), status: 422, code: "contract.properties", field: "/aaaaaaaa"},
		{name: "thirteen hundred entries without anything", send: post(liaison, p+"/plan", `{"nodes":[`+strings.Repeat(`{},`, 1299)+`{}]}`), status: 422, code: "contract.maxItems", field: "/nodes"},
		{name: "a list beyond its most", send: post(liaison, p+"/plan", `{"nodes":[`+strings.Repeat(`{"key":"n","title":"x","due":"2026-06-30","unit":"u","post":"p"},`, 100)+`{"key":"n","title":"x","due":"2026-06-30","unit":"u","post":"p"}]}`), status: 422, code: "contract.maxItems", field: "/nodes"},
		{name: "ten megabytes of headers", send: post(office, review, "").bomb(), status: 431, plain: true},
		{name: "an address of 8 KB", send: get(office, "/projects?q="+strings.Repeat("x", 8<<10)), status: 414, code: "query.too-long"},
		{name: "a path of 8 KB", send: get(office, "/projects/"+strings.Repeat("x", 8<<10)), status: 404, code: "path.unknown", field: "projectId"},
		{name: "ten thousand query parameters", send: get(office, "/projects?"+strings.Repeat("q=x&", 10_000)), status: 414, code: "query.too-long"},
		{name: "a thousand query parameters of one name", send: get(office, "/projects?"+strings.Repeat("q=x&", 1_000)), status: 400, code: "query.twice", field: "q"},
		{name: "a body that comes too slowly", slow: true, send: h.streamed(review, []string{"Content-Length: 1000"}, func(w io.Writer) error {
			for range 1000 {
				if _, err := io.WriteString(w, " "); err != nil {
					return nil //nolint:nilerr // the server has hung up, as it should
				}
				time.Sleep(100 * time.Millisecond) // a slow client is what is tried
			}
			return nil
		}), status: 408, code: "body.slow"},
		{name: "less than was announced", send: shut(post(office, review, `{"decision":"admit"}`).with("Content-Length: 1000")), status: 400, code: "body.unreadable"},
		{name: "more than was announced", send: post(office, review, `{"decision":"admit"}`).with("Content-Length: 10"), status: 400, code: "body.malformed"},
		{name: "two lengths", send: post(office, review, `{"decision":"admit"}`).with("Content-Length: 20", "Content-Length: 3"), status: 400, plain: true},
		{name: "a length that is none", send: post(office, review, `{"decision":"admit"}`).with("Content-Length: -1"), status: 400, plain: true},
		{name: "chunks that are none", send: post(office, review, "no chunk\r\n\r\n").with("Transfer-Encoding: chunked"), status: 400, code: "body.unreadable"},
		{name: "a gzip bomb", send: post(office, review, bomb()).with("Content-Encoding: gzip"), status: 415, code: "body.encoding", field: "Content-Encoding"},
		{name: "a gzip bomb that says it is JSON", send: post(office, review, bomb()), status: 400, code: "body.malformed"},
	}
}

// bomb adds ten megabytes of headers.
func (r request) bomb() request {
	line := "X-Long: " + strings.Repeat("x", 1000)
	for range 10_000 {
		r.headers = append(r.headers, line)
	}
	return r
}

// bomb is a little that unpacks to sixteen megabytes.
func bomb() string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	for range 16 {
		_, _ = w.Write(bytes.Repeat([]byte(" "), 1<<20)) // to memory
	}
	_ = w.Close()
	return b.String()
}

func (h *house) ids() []row {
	p, ready := h.projects["fresh"], h.projects["approving"]
	return []row{
		{name: "a project that is another owner's", send: get(other, p), status: 404, code: "project.unknown", field: "projectId"},
		{name: "an act on another owner's project", send: post(other, p+"/withdraw", `{"reason":"x"}`), status: 404, code: "project.unknown", field: "projectId"},
		{name: "a task of another department", send: post(stranger, h.projects["lacking"]+"/items/initiation/grant", `{"document":"x"}`), status: 403, code: "task.other-party", clause: "OWN-101"},
		{name: "a finished task", send: post(office, ready+"/tasks/entry-review~entry~1/claim", ""), status: 404, code: "task.unknown", field: "task"},
		{name: "a project that is not there", send: get(office, "/projects/00000000-0000-4000-8000-000000000000"), status: 404, code: "project.unknown", field: "projectId"},
		{name: "a malformed id", send: get(office, "/projects/42"), status: 404, code: "path.unknown", field: "projectId"},
		{name: "an id in capitals", send: get(office, strings.ToUpper(p)), status: 404, code: "not-found"},
		{name: "the id of a user for a project", send: get(office, "/projects/"+h.names["user"]), status: 404, code: "path.unknown", field: "projectId"},
		{name: "the id of a command for a task", send: get(office, p+"/tasks/"+key()), status: 404, code: "task.unknown", field: "task"},
		{name: "a way out of the path", send: get(office, "/projects/..%2f..%2f..%2fetc%2fpasswd"), status: 404, code: "path.unknown", field: "projectId"},
		{name: "a way out of the address", send: get(office, "/../../etc/passwd"), status: 404, code: "not-found"},
		{name: "SQL for an id", send: get(office, "/projects/'%20OR%201=1;--"), status: 404, code: "path.unknown", field: "projectId"},
		{name: "SQL for a task", send: get(office, p+"/tasks/x'%20OR%20'1'='1"), status: 404, code: "task.unknown", field: "task"},
		{name: "an id of 300 characters", send: get(office, p+"/tasks/"+strings.Repeat("a", 300)), status: 404, code: "path.unknown", field: "task"},
		{name: "an account of 300 characters", send: get(system, "/users/"+strings.Repeat("a", 300)), status: 404, code: "path.unknown", field: "userId"},
		{name: "a workflow of the engine's own", send: get(office, "/projects/temporal-sys-scheduler:x"), status: 404, code: "path.unknown", field: "projectId"},
		{name: "an account with a NUL", send: get(system, "/users/a%00b"), status: 404, code: "path.unknown", field: "userId"},
		{name: "a cursor that is none", send: get(office, "/projects?cursor=abc"), status: 422, code: "cursor", field: "cursor"},
		{name: "a cursor that was made up", send: get(office, "/projects?cursor="+cursor(`{"s":"-declared","a":["2026-01-01T00:00:00Z","a\u0000b"]}`)), status: 422, code: "cursor", field: "cursor"},
		{name: "a command that is not there", send: get(office, "/commands/"+key()), status: 404, code: "command.unknown", field: "commandId"},
	}
}

func (h *house) state() []row {
	fresh, ready, stopped, gone := h.projects["fresh"], h.projects["approving"], h.projects["suspended"], h.projects["withdrawn"]
	return []row{
		{name: "completion out of order", send: post(owner, fresh+"/acceptance/request", `{"trialRun":"2026-03-01"}`), status: 409, code: "project.phase", clause: "OWN-103"},
		{name: "a review done twice", send: post(office, ready+"/review", `{"decision":"admit"}`), status: 409, code: "task.none", clause: "OWN-101"},
		{name: "an act on a project that has left", send: post(office, gone+"/suspend", `{"reason":"x","until":"2026-06-01"}`), status: 409, code: "project.not-active", clause: "OWN-103"},
		{name: "an act on a suspended project", send: post(office, stopped+"/review", `{"decision":"admit"}`), status: 409, code: "project.not-active", clause: "OWN-103"},
		{name: "a review by the applicant himself", send: post(owner, fresh+"/review", `{"decision":"admit"}`), status: 403, code: "role", clause: "OWN-201"},
		{name: "a decision by the applicant himself", send: post(owner, ready+"/items/initiation/grant", `{"document":"x"}`), status: 403, code: "role", clause: "OWN-201"},
		{name: "a deputy whose time is over", send: post("leader-yangshuo", fresh+"/review", `{"decision":"admit"}`).with("Milepost-Post: " + h.names["ended post"]), status: 403, code: "post.unknown", field: "Milepost-Post", clause: "OWN-201"},
		{name: "a cut of a quota below nothing", send: post(office, "/quotas", `{"resource":"land","year":2026,"amount":"-99999999","clause":"GG-3n","reason":"x"}`), status: 409, code: "quota.used", clause: "GG-3n"},
		{name: "a quota of nothing", send: post(office, "/quotas", `{"resource":"land","year":2026,"amount":"0","clause":"GG-3n","reason":"x"}`), status: 422, code: "quota.amount", field: "/amount", clause: "GG-3n"},
		{name: "a need of less than nothing", send: post(stranger, ready+"/needs/land/2026/confirm", `{"amount":"-1"}`), status: 422, code: "contract.pattern", field: "/amount"},
		{name: "a stage skipped", send: post(owner, fresh+"/start", `{"document":"x"}`), status: 409, code: "project.phase", clause: "OWN-103"},
		{name: "a decision before the papers are in", send: post(handler, ready+"/items/initiation/grant", `{"document":"x"}`), status: 409, code: "item.state", clause: "XN-5"},
		{name: "an application without its papers", send: post(owner, ready+"/items/initiation/submit", `{"papers":["seal"]}`), status: 422, code: "papers.unknown", field: "/papers/0", clause: "XN-5"},
		{name: "an acceptance with papers missing", send: post(handler, h.projects["lacking"]+"/items/initiation/accept", ""), status: 409, code: "papers.missing", clause: "XN-10"},
	}
}

func (h *house) injection() []row {
	p := h.projects["fresh"]
	return []row{
		{name: "SQL in a filter", send: get(office, "/projects?unit=a'%20OR%20'1'='1"), status: 422, code: "contract.pattern", field: "unit"},
		{name: "SQL for an order", send: get(office, "/projects?sort=name%3Bdrop%20table%20projects"), status: 422, code: "contract.enum", field: "sort"},
		{name: "a header in a basis", send: post(office, p+"/review", `{"decision":"admit"}`).with("Milepost-Occurred-At: 2026-03-02T09:00:30+08:00", "Milepost-Basis: x%0d%0aSet-Cookie:%20a=b"), status: 422, code: "text.line", field: "Milepost-Basis"},
		{name: "a header within a header", send: post(office, p+"/review", `{"decision":"admit"}`).with("Idempotency-Key: abcdefgh\rSet-Cookie: a=b"), status: 400, plain: true},
		{name: "a line of the log within a key", send: post(office, p+"/review", `{"decision":"admit"}`).with(`Idempotency-Key: x"}{"level":"ERROR"`), status: 422, code: "contract.pattern", field: "Idempotency-Key"},
		{name: "a line of the log within a path", send: get(office, `/projects/%0a{"level":"ERROR","msg":"forged"}`), status: 404, code: "path.unknown", field: "projectId"},
		{name: "LDAP in an account", send: request{method: "POST", path: "/session", body: `{"account":"*)(uid=*","password":"x"}`}, status: 401, code: "login.failed"},
		{name: "a line of the log within an account", send: request{method: "POST", path: "/session", body: `{"account":"office\n{\"level\":\"ERROR\"}","password":"x"}`}, status: 422, code: "text.line", field: "/account"},
		{name: "an account that is markup", send: post(system, "/users", `{"account":"<b>","name":"x"}`), status: 422, code: "contract.pattern", field: "/account"},
		{name: "a mail's subject of two lines", send: post(system, "/users", `{"account":"subject","name":"经办人\r\nBcc: all@example.org"}`), status: 422, code: "text.line", field: "/name"},
		{name: "a place elsewhere after the single sign-on", send: get("", "/session/oidc?target=//evil.example"), status: 422, code: "contract.pattern", field: "target"},
		{name: "a script for a place after the single sign-on", send: get("", "/session/oidc?target=javascript:alert(1)"), status: 422, code: "contract.pattern", field: "target"},
		{name: "an absolute address for a request", send: request{method: "GET", raw: "GET http://169.254.169.254/latest/meta-data HTTP/1.1\r\nHost: 169.254.169.254\r\nConnection: close\r\n\r\n"}, status: 404, code: "not-found"},
		{name: "a pack that reads a file", send: post(office, "/packs", `{"text":"id: !!file /etc/passwd\nextends: ../../etc/passwd\n"}`), status: 422, code: "pack.unsound", field: "/text", clause: "OWN-208"},
		{name: "a pack without what open projects may refer to", send: post(office, "/packs", `{"text":"id: poorer\nversion: \"1\"\nextends: gl\njurisdiction: guilin\ntitle: {zh: 缺项}\nsource: {document: {zh: 缺项}}\nitems:\n  - {key: environment, remove: true}\n"}`), status: 422, code: "pack.successor", field: "/text", clause: "OWN-248"},
		{name: "a move to a pack that is not there", send: post(office, "/packs/pack-000000000000/adoption", `{}`), status: 404, code: "pack.unknown", field: "pack"},
		{name: "a move to a pack elsewhere", send: post(office, "/packs/pack-000000000000/adoption", `{"jurisdiction":"../shangluo"}`), status: 422, code: "contract.pattern", field: "/jurisdiction"},
		{name: "a pack that unfolds without end", send: post(office, "/packs", `{"text":"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\nh: [*g,*g,*g,*g,*g,*g,*g,*g,*g]\n"}`), status: 422, code: "pack.unsound", field: "/text", clause: "OWN-208"},
	}
}

func (h *house) identity() []row {
	p := h.projects["fresh"]
	review := func(who string) request { return post(who, p+"/review", `{"decision":"admit"}`) }
	bearing := func(token string) request { return review("").with("Authorization: Bearer " + token) }
	cookie := "Cookie: " + h.cookies[office]
	const none = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJvZmZpY2UifQ."
	const hs256 = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJvZmZpY2UiLCJhdWQiOiJtaWxlcG9zdCJ9.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	return []row{
		{name: "no token", send: review(""), status: 401, code: "session.none"},
		{name: "a token that is none", send: bearing("mp_" + strings.Repeat("A", 43)), status: 401, code: "session.none"},
		{name: "an expired token", send: bearing(h.tokens["expired"]), status: 401, code: "session.none"},
		{name: "a revoked token", send: bearing(h.tokens["revoked"]), status: 401, code: "session.none"},
		{name: "a token without a signature (alg none)", send: bearing(none), status: 401, code: "session.none"},
		{name: "a token signed with a public key (HS256)", send: bearing(hs256), status: 401, code: "session.none"},
		{name: "a token issued for less", send: bearing(h.tokens["reading"]), status: 403, code: "token.scope", clause: "OWN-214"},
		{name: "a session that has ended", send: review("").with("Cookie: " + h.cookies["ended"]), status: 401, code: "session.none"},
		{name: "a session for a token", send: bearing(strings.TrimPrefix(h.cookies[office], "milepost=")), status: 401, code: "session.none"},
		{name: "a single sign-on come back a second time", send: get("", "/session/oidc/callback?state=used&code=used"), status: 404, code: "oidc.none"},
		{name: "another site's form", send: review("").with(cookie, "Origin: https://evil.example"), status: 403, code: "origin", clause: "OWN-206"},
		{name: "another site's form without its origin", send: review("").with(cookie, "Sec-Fetch-Site: cross-site"), status: 403, code: "origin", clause: "OWN-206"},
		{name: "a form from nowhere", send: review("").with(cookie, "Origin: null"), status: 403, code: "origin", clause: "OWN-206"},
		{name: "a form that is no JSON", send: review("").with(cookie, "Content-Type: text/plain"), status: 415, code: "body.media-type", field: "Content-Type"},
		{name: "another method in a header", send: request{method: "GET", path: "/sessions", headers: []string{cookie, "X-HTTP-Method-Override: DELETE"}}.as("POST"), status: 405, code: "method-not-allowed"},
		{name: "a method that there is not", send: request{method: "TRACE", path: "/projects"}, status: 405, code: "method-not-allowed"},
		{name: "a post that is another's", send: review(office).with("Milepost-Post: " + h.names["ended post"]), status: 403, code: "post.unknown", field: "Milepost-Post", clause: "OWN-201"},
		{name: "another's idempotency key", send: post(other, "/projects", profile("owner", `"flood"`, "unit", `"unit-yangshuo"`)).with("Idempotency-Key: " + h.names["key"]), status: 422, code: "idempotency.mismatch", field: "Idempotency-Key", clause: "OWN-209"},
		{name: "one's own key for something else", send: post(owner, "/projects", profile("name", `"another"`)).with("Idempotency-Key: " + h.names["key"]), status: 422, code: "idempotency.mismatch", field: "Idempotency-Key", clause: "OWN-209"},
		{name: "two keys", send: review(office).with("Idempotency-Key: "+key(), "Idempotency-Key: "+key()), status: 400, code: "header.twice", field: "Idempotency-Key"},
		{name: "another's address before a proxy's", send: review("").with("X-Forwarded-For: 127.0.0.1", "Authorization: Basic b2ZmaWNlOm1pbGVwb3N0LWRlbW8="), status: 401, code: "session.none"},
	}
}

// as is the same request with another method.
func (r request) as(method string) request {
	r.method = method
	return r
}
