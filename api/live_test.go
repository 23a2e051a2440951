package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/api"
	"milepost/domain"
	"milepost/domain/entity"
	"milepost/domain/project"
)

// wire is a bureau whose API listens, with a city and live updates.
type wire struct {
	*bureau
	http          *httptest.Server
	sys, sec      *caller
	office, owner *caller
	stop          context.CancelFunc
}

func newWire(t *testing.T) *wire {
	t.Helper()
	return newWireWith(t, api.Config{})
}

func newWireWith(t *testing.T, cfg api.Config) *wire {
	t.Helper()
	b := newBureauWith(t, cfg)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		b.server.Live(ctx)
		close(ended)
	}()
	w := &wire{bureau: b, http: httptest.NewServer(b.server), stop: func() { stop(); <-ended }}
	t.Cleanup(func() {
		w.stop()
		w.http.Close()
	})
	w.sys, w.sec = b.signIn("sys", password), b.signIn("sec", password)
	b.settleCity(w.sys)
	w.sys.send(http.MethodPost, "/owners", body{"jurisdiction": "shangluo", "code": "other", "name": named, "creditCode": "91611000MA70000002"}).ok()
	_, w.office = b.hire(w.sys, w.sec, "office", body{"role": "office", "jurisdiction": "shangluo"})
	_, w.owner = b.hire(w.sys, w.sec, "owner", body{"role": "owner", "party": "builder", "jurisdiction": "shangluo"})
	return w
}

// lives is a project on record, and records a line of it each time it is called.
func (w *wire) lives(id string) (next func() int64) {
	w.t.Helper()
	p := project.New(id)
	name := entity.ID(entity.Project, id)
	act := func(cmd any, who domain.Actor) int64 {
		kind, text, err := project.Encode(cmd)
		require.NoError(w.t, err)
		now := time.Now().UTC()
		entries, err := p.Decide(domain.Command{ID: "c", Entity: name, Type: kind, Body: text, ReceivedAt: now, Actor: who}, now, w.rules)
		require.NoError(w.t, err)
		for _, e := range entries {
			require.NoError(w.t, p.Evolve(e))
		}
		require.NoError(w.t, w.db.Record(context.WithoutCancel(w.t.Context()), name, entries, nil))
		return p.Seq
	}
	builder := domain.Actor{User: "owner", Role: domain.RoleOwner, Party: "builder"}
	act(project.Declare{Pack: w.pack.Hash(), Profile: project.Profile{
		Name: "城区供水管网改造工程", Jurisdiction: "shangluo", Unit: "district", Owner: "builder", Sector: "infrastructure",
		Kind: "urban-infrastructure", Level: "city", Procedure: "approval", Funding: "local-budget", Government: true,
		Investment: 8_000_000_000, PlannedStart: "2099-12-01", PlannedCompletion: "2101-06-30",
	}}, builder)
	return func() int64 { return act(project.FilePaper{Title: "说明"}, builder) }
}

const first, second = "11111111-2222-8333-8444-555555555555", "21111111-2222-8333-8444-555555555555"

// ear is a client that listens.
type ear struct {
	t      *testing.T
	status int
	raw    string
	events chan event
	last   string // the place it was told last
	stop   context.CancelFunc
}

type event struct {
	kind, id string
	data     struct {
		Topic   string
		Version int64
		Code    string
		Clause  string
	}
}

func (w *wire) listen(c *caller, topics, last string) *ear {
	w.t.Helper()
	ctx, stop := context.WithCancel(w.t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.http.URL+"/api/v1/stream?topics="+topics, http.NoBody)
	require.NoError(w.t, err)
	r.Header = c.headers.Clone()
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	a, err := http.DefaultClient.Do(r) //nolint:bodyclose // by who reads it to the end
	require.NoError(w.t, err)
	e := &ear{t: w.t, status: a.StatusCode, events: make(chan event, 100), stop: stop}
	w.t.Cleanup(stop)
	if a.StatusCode != http.StatusOK {
		buffer := make([]byte, 4096)
		n, _ := a.Body.Read(buffer)
		e.raw = string(buffer[:n])
		require.NoError(w.t, a.Body.Close())
		return e
	}
	require.Equal(w.t, "text/event-stream", a.Header.Get("Content-Type"))
	go func() {
		defer close(e.events)
		defer a.Body.Close() //nolint:errcheck // read to the end
		var now event
		for lines := bufio.NewScanner(a.Body); lines.Scan(); {
			field, value, _ := strings.Cut(lines.Text(), ": ")
			switch field {
			case "event":
				now.kind = value
			case "id":
				now.id = value
			case "data":
				_ = json.Unmarshal([]byte(value), &now.data)
			case "":
				e.events <- now
				now = event{}
			}
		}
	}()
	require.Equal(w.t, "open", e.next().kind)
	return e
}

// next is the next event; heartbeats and places are passed by. The zero event when the stream has ended.
func (e *ear) next() event {
	e.t.Helper()
	for {
		select {
		case got, open := <-e.events:
			if got.id != "" {
				e.last = got.id
			}
			if got.kind != "" || !open {
				return got
			}
		case <-time.After(20 * time.Second):
			require.Fail(e.t, "nothing was heard")
		}
	}
}

// hears waits for a change of a topic.
func (e *ear) hears(topic string, version int64) {
	e.t.Helper()
	for {
		got := e.next()
		require.Equal(e.t, "change", got.kind, "%+v", got)
		if got.data.Topic == topic && got.data.Version == version {
			return
		}
	}
}

func TestWhatChangesIsHeardByThoseWhoMaySeeIt(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	one, two := w.lives(first), w.lives(second)
	_, stranger := w.hire(w.sys, w.sec, "stranger", body{"role": "owner", "party": "other", "jurisdiction": "shangluo"})

	watching := w.listen(w.owner, "project/"+first, "")
	working := w.listen(w.office, "inbox", "")
	outside := w.listen(stranger, "inbox", "")
	refused := w.listen(stranger, "project/"+first, "")
	require.Equal(t, http.StatusNotFound, refused.status)
	require.Contains(t, refused.raw, "project.unknown")
	require.Equal(t, http.StatusForbidden, w.listen(w.sys, "inbox", "").status, "administrators have no business data")
	for _, topics := range []string{"everything", "project/x", "inbox,,inbox", strings.Repeat("inbox,", 30) + "inbox"} {
		require.Equal(t, http.StatusUnprocessableEntity, w.listen(w.owner, topics, "").status, topics)
	}

	two() // which nobody watches
	version := one()
	watching.hears("project/"+first, version)
	working.hears("inbox", 0)
	watching.hears("project/"+first, one())
	select {
	case got := <-outside.events:
		require.Empty(t, got.kind, "whoever may not see a project hears nothing of it")
	default:
	}
}

func TestWhoWasCutOffMissesNothing(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	one, two := w.lives(first), w.lives(second)
	both := "project/" + first + ",project/" + second
	e := w.listen(w.owner, both, "")
	e.hears("project/"+first, one())
	seen := one()
	e.hears("project/"+first, seen)
	for e.last == "" { // the place comes behind the change
		got := <-e.events
		e.last = got.id
	}
	place := e.last
	e.stop()
	missed := two()
	w.listen(w.owner, both, place).hears("project/"+second, missed)

	for _, foreign := range []string{"999999999999", "nonsense", "-1"} {
		require.Equal(t, "reset", w.listen(w.owner, both, foreign).next().kind, foreign)
	}
}

func TestAStreamEndsWithWhatItRestsOn(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		end  func(w *wire, c *caller, id string)
		says string
		by   string
	}{
		{"the session", func(_ *wire, c *caller, _ string) { c.send(http.MethodDelete, "/session", nil).ok() }, "session.none", ""},
		{"the account", func(w *wire, _ *caller, id string) {
			w.sys.send(http.MethodPut, "/users/"+id, body{"name": "已停用", "disabled": true}).ok()
		}, "session.none", ""},
		{"the post", func(w *wire, _ *caller, id string) {
			post := w.sys.get("/users/" + id).ok().text("posts.0.id")
			w.sec.send(http.MethodPost, "/users/"+id+"/posts/"+post+"/end", body{}).ok()
		}, "role", "OWN-201"},
		{"what may be heard", func(w *wire, _ *caller, id string) {
			w.sec.send(http.MethodPost, "/users/"+id+"/posts", body{"role": "handler", "party": "resources", "jurisdiction": "shangluo"}).ok()
		}, "stream.post", "OWN-236"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWire(t)
			one := w.lives(first)
			id, c := w.hire(w.sys, w.sec, "leaver", body{"role": "leader", "jurisdiction": "shangluo"})
			e := w.listen(c, "inbox", "")
			one()
			e.hears("inbox", 0)
			test.end(w, c, id)
			for { // an answer to "is this still he?" holds for two seconds
				one()
				got := e.next()
				if got.kind == "end" {
					require.Equal(t, test.says, got.data.Code)
					require.Equal(t, test.by, got.data.Clause)
					break
				}
			}
			require.Empty(t, e.next().kind, "it is over")
		})
	}
}

func TestStreamsAreBounded(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	var open []*ear
	for range 8 {
		e := w.listen(w.owner, "inbox", "")
		require.Equal(t, http.StatusOK, e.status)
		open = append(open, e)
	}
	ninth := w.listen(w.owner, "inbox", "")
	require.Equal(t, http.StatusTooManyRequests, ninth.status)
	require.Contains(t, ninth.raw, "stream.many")
	require.Equal(t, http.StatusOK, w.listen(w.office, "inbox", "").status, "others are not concerned")
	open[0].stop()
	require.Eventually(t, func() bool { return w.listen(w.owner, "inbox", "").status == http.StatusOK }, 20*time.Second, 20*time.Millisecond)
}

func TestStreamsEndWhenTheServerDoes(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	e := w.listen(w.owner, "inbox", "")
	w.stop()
	for got := range e.events {
		require.Empty(t, got.kind)
	}
	require.Equal(t, http.StatusServiceUnavailable, w.listen(w.owner, "inbox", "").status)
}

// pipes is a listener whose connections hold nothing back: what is not read cannot be written.
type pipes struct{ made chan net.Conn }

func (p pipes) Accept() (net.Conn, error) {
	c, open := <-p.made
	if !open {
		return nil, errors.New("closed")
	}
	return c, nil
}
func (p pipes) Close() error   { close(p.made); return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

func TestAReaderThatDoesNotReadIsCutOff(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	one := w.lives(first)
	listener := pipes{make(chan net.Conn, 1)}
	server := &http.Server{Handler: w.server, ReadHeaderTimeout: time.Second, ReadTimeout: time.Second}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	here, there := net.Pipe()
	listener.made <- there
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://x/api/v1/stream?topics=inbox", http.NoBody)
	require.NoError(t, err)
	request.Header = w.owner.headers.Clone()
	require.NoError(t, request.Write(here))
	lines := bufio.NewReader(here)
	for line := ""; !strings.HasPrefix(line, "event: open"); {
		line, err = lines.ReadString('\n')
		require.NoError(t, err)
	}
	// From here on nothing is read, whatever changes.
	for range 30 {
		one()
	}
	require.Eventually(t, func() bool { return w.openStreams() == 0 }, 20*time.Second, 50*time.Millisecond)
	require.NoError(t, here.Close())
}

// openStreams is how many streams the server counts.
func (w *wire) openStreams() int {
	w.t.Helper()
	a := httptest.NewRecorder()
	w.server.Operator().ServeHTTP(a, httptest.NewRequestWithContext(w.t.Context(), http.MethodGet, "/metrics", http.NoBody))
	for line := range strings.Lines(a.Body.String()) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), "milepost_api_streams "); ok {
			n, err := strconv.Atoi(value)
			require.NoError(w.t, err)
			return n
		}
	}
	require.Fail(w.t, "streams are not counted")
	return -1
}

// TestFiveHundredListen measures what 500 streams cost, client and server in one process, and how long a recorded change
// takes until the last has heard of it; it logs both and holds them within generous bounds.
func TestFiveHundredListen(t *testing.T) {
	if testing.Short() {
		t.Skip("opens 500 connections")
	}
	t.Parallel()
	const streams = 500
	w := newWireWith(t, api.Config{UserStreams: streams})
	one := w.lives(first)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	ears := make([]*ear, streams)
	for i := range ears {
		ears[i] = w.listen(w.owner, "project/"+first, "")
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	each := (after.HeapAlloc + after.StackInuse - before.HeapAlloc - before.StackInuse) / streams
	var took []time.Duration
	for range 10 {
		begun := time.Now()
		version := one()
		for _, e := range ears {
			e.hears("project/"+first, version)
		}
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	t.Logf("%d KiB for a stream and its client; the last of %d heard after %v (median), %v (most)", each>>10, streams, took[5], took[9])
	require.Less(t, each, uint64(512<<10))
	require.Less(t, took[5], 5*time.Second)
}
