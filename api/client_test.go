package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/stretchr/testify/require"

	"milepost/api"
	"milepost/config"
	"milepost/store"
)

// site is a server over a city in memory; every answer it gives is held to the contract.
type site struct {
	*city
	t      *testing.T
	server *api.Server
	log    *bytes.Buffer
	first  func(c *caller, path string, body any) // what others try before each command
}

func newSite(t *testing.T) *site {
	t.Helper()
	return serve(t, newCity(t))
}

// serve opens the server of a city.
func serve(t *testing.T, w *city) *site {
	t.Helper()
	return serveWith(t, w, api.Config{PlainHTTP: true})
}

// serveWith opens it with other settings.
func serveWith(t *testing.T, w *city, cfg api.Config) *site {
	t.Helper()
	return serveCommands(t, w, w, cfg)
}

// serveCommands opens it with another way in.
func serveCommands(t *testing.T, w *city, in api.Commands, cfg api.Config) *site {
	t.Helper()
	log := &bytes.Buffer{}
	issues, _ := w.desk.(api.Broadcasts)
	changes, _ := w.desk.(api.Changes)
	server, err := api.New(api.Deps{
		Config: cfg, Clock: w.clock, Now: w.Now, Log: slog.New(slog.NewJSONHandler(&locked{w: log}, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Commands: in, Records: w, Masters: masters{w}, Accounts: w, Desk: desk{w.desk, w}, Sessions: w, Rules: w.rules,
		Changes: changes, Issues: issues, Shipped: config.PackSources(),
		Filing: w.filing, Shelf: w.shelf,
	})
	require.NoError(t, err)
	return &site{city: w, t: t, server: server, log: log}
}

// desk is the administration of a city in memory: a real one where a test brings it, and the own password.
type desk struct {
	api.Desk
	w *city
}

func (d desk) ChangePassword(_ context.Context, by store.By, hash string) error {
	d.w.mu.Lock()
	defer d.w.mu.Unlock()
	d.w.changeLocked(by.Actor.User, func(u *store.User) {
		if !u.MustChange {
			d.w.passwords[u.ID] = append([]string{u.PasswordHash}, d.w.passwords[u.ID]...)
		}
		u.PasswordHash, u.MustChange, u.PasswordAt = hash, false, d.w.now
	})
	return nil
}

// Note keeps what was noted, where no test brought a real desk.
func (d desk) Note(ctx context.Context, by store.By, act, subject string, detail any) error {
	if d.Desk != nil {
		return d.Desk.Note(ctx, by, act, subject, detail)
	}
	d.w.mu.Lock()
	defer d.w.mu.Unlock()
	if d.w.away != nil || d.w.unrecorded {
		return errAway
	}
	data, err := json.Marshal(detail)
	d.w.noted = append(d.w.noted, store.AuditRow{Actor: by.Actor, Address: by.Address, Act: act, Subject: subject, Detail: data})
	return err
}

// masters keeps the two meanings of Rules apart.
type masters struct{ *city }

type locked struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// contractSpec and contractRoutes hold answers to the contract.
var contractSpec, contractRoutes = func() (*openapi3.T, routers.Router) {
	openapi3filter.RegisterBodyDecoder("application/jsonl", openapi3filter.FileBodyDecoder)
	spec, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
	if err != nil {
		panic(err)
	}
	router, err := gorillamux.NewRouter(spec)
	if err != nil {
		panic(err)
	}
	return spec, router
}()

// caller sends requests as somebody.
type caller struct {
	*site
	headers http.Header
}

// as is an account with its token.
func (s *site) as(account string) *caller {
	return &caller{s, http.Header{"Authorization": {"Bearer token of " + account}}}
}

// anyone is nobody in particular.
func (s *site) anyone() *caller { return &caller{s, http.Header{}} }

// with is the same caller with another header.
func (c *caller) with(name, value string) *caller {
	h := c.headers.Clone()
	h.Set(name, value)
	return &caller{c.site, h}
}

// in is the same caller within a subtest.
func (c *caller) in(t *testing.T) *caller {
	t.Helper()
	s := *c.site
	s.t = t
	return &caller{&s, c.headers}
}

// answer is what came back.
type answer struct {
	t      *testing.T
	status int
	header http.Header
	raw    []byte
	body   map[string]any
}

var keys atomic.Int64

// post sends a command under a new key unless one is set; the body may be a value, text, or nil.
func (c *caller) post(path string, body any) *answer {
	c.t.Helper()
	if c.headers.Get("Idempotency-Key") == "" {
		c = c.with("Idempotency-Key", "test-key-"+strconv.FormatInt(keys.Add(1), 10))
	}
	if c.first != nil {
		c.first(c, path, body)
	}
	return c.send(http.MethodPost, path, body)
}

func (c *caller) get(path string) *answer {
	c.t.Helper()
	return c.send(http.MethodGet, path, nil)
}

func (c *caller) send(method, path string, body any) *answer {
	c.t.Helper()
	var payload io.Reader = http.NoBody
	switch b := body.(type) {
	case nil:
	case string:
		payload = strings.NewReader(b)
	default:
		data, err := json.Marshal(b)
		require.NoError(c.t, err)
		payload = bytes.NewReader(data)
	}
	r := httptest.NewRequestWithContext(context.Background(), method, "/api/v1"+path, payload)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	maps.Copy(r.Header, c.headers)
	w := httptest.NewRecorder()
	c.server.ServeHTTP(w, r)
	a := &answer{t: c.t, status: w.Code, header: w.Header(), raw: w.Body.Bytes()}
	media, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
	if strings.HasSuffix(media, "json") && method != http.MethodHead {
		require.NoError(c.t, json.Unmarshal(a.raw, &a.body), string(a.raw))
	}
	c.conforms(r, a)
	return a
}

// conforms holds an answer to the contract.
func (c *caller) conforms(r *http.Request, a *answer) {
	c.t.Helper()
	route, params, err := contractRoutes.FindRoute(r)
	if err != nil {
		return // no operation of the contract
	}
	err = openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route},
		Status:                 a.status, Header: a.header, Body: io.NopCloser(bytes.NewReader(a.raw)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	})
	require.NoError(c.t, err, "%s %s answered %d %s", r.Method, r.URL.Path, a.status, a.raw)
}

// ok is an answer that must be good.
func (a *answer) ok() *answer {
	a.t.Helper()
	require.Less(a.t, a.status, 300, string(a.raw))
	return a
}

// refused is an answer that must be a problem with a status and code.
func (a *answer) refused(status int, code string) *answer {
	a.t.Helper()
	require.Equal(a.t, status, a.status, string(a.raw))
	require.Equal(a.t, "application/problem+json", a.header.Get("Content-Type"))
	require.Equal(a.t, code, a.body["code"], string(a.raw))
	require.Equal(a.t, "urn:milepost:problem:"+code, a.body["type"])
	require.NotEmpty(a.t, a.body["title"])
	require.NotEmpty(a.t, a.body["requestId"])
	return a
}

// by is a refusal that must name its rule.
func (a *answer) by(clause string) *answer {
	a.t.Helper()
	require.Equal(a.t, clause, a.body["clause"], string(a.raw))
	return a
}

// text is a value of the answer by its path: "items.0.key".
func (a *answer) at(path string) any {
	a.t.Helper()
	var v any = a.body
	for step := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			v = in[step]
		case []any:
			i, err := strconv.Atoi(step)
			require.NoError(a.t, err)
			require.Less(a.t, i, len(in), "%s of %s", path, a.raw)
			v = in[i]
		default:
			require.Fail(a.t, "no such value", "%s of %s", path, a.raw)
		}
	}
	return v
}

func (a *answer) text(path string) string {
	a.t.Helper()
	s, ok := a.at(path).(string)
	require.True(a.t, ok, "%s of %s", path, a.raw)
	return s
}

func (a *answer) list(path string) []any {
	a.t.Helper()
	l, ok := a.at(path).([]any)
	require.True(a.t, ok, "%s of %s", path, a.raw)
	return l
}

// object is a JSON object within an answer.
func object(t *testing.T, v any) body {
	t.Helper()
	o, ok := v.(body)
	require.True(t, ok, "%v is no object", v)
	return o
}
