package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"

	"milepost/api/contract"
	"milepost/domain"
	"milepost/domain/entity"
	"milepost/store"
)

// Live updates tell a client that something has changed, never what: it reads what it may read. So a message that is
// lost, doubled or late does no harm, and a stream holds nothing but the names of what has changed since it last wrote.

// The pace of live updates. A round asks the database at most so often, however much is recorded.
const (
	roundEvery  = 100 * time.Millisecond
	pollEvery   = 2 * time.Second
	heartbeat   = 15 * time.Second
	sureFor     = 2 * time.Second // how long an answer to "is this still he?" holds
	writeWithin = 5 * time.Second // else the reader is too slow and is cut off
	maxTopics   = 20
)

const inbox = "inbox"

// hub hears what changes and tells the streams. There is one in a process.
type hub struct {
	changes Changes
	each    int // most streams of a user
	all     int // most streams of the process
	failed  func(ctx context.Context, err error)

	mu      sync.Mutex
	open    bool
	place   int64 // before which everything has been told
	streams map[*stream]bool
	byUser  map[string]int
	running prometheus.Gauge
}

// stream is one client that listens.
type stream struct {
	user     string
	viewer   store.Viewer
	inbox    bool
	projects map[string]bool // ids

	news chan struct{} // something waits
	gone chan struct{} // closed when the hub ends

	mu      sync.Mutex
	waiting map[string]int64 // topic → version
	reset   bool
	place   int64
}

func newHub(changes Changes, each, all int, failed func(ctx context.Context, err error), reg prometheus.Registerer) (*hub, error) {
	h := &hub{
		changes: changes, each: each, all: all, failed: failed, streams: map[*stream]bool{}, byUser: map[string]int{},
		running: prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "milepost", Subsystem: "api", Name: "streams", Help: "Live updates that are open."}),
	}
	return h, reg.Register(h.running)
}

// run tells the streams what changes until the context ends, and then ends them.
func (h *hub) run(ctx context.Context) {
	woken := make(chan struct{}, 1)
	var watching sync.WaitGroup
	watching.Go(func() { h.changes.Watch(ctx, woken) })
	defer watching.Wait()
	poll, pace := time.NewTicker(pollEvery), time.NewTicker(roundEvery)
	defer poll.Stop()
	defer pace.Stop()
	defer h.close()
	for place := int64(-1); ; {
		if next, err := h.round(ctx, place); err == nil {
			place = next
		} else if ctx.Err() == nil {
			h.failed(ctx, err)
		}
		if !h.awaitChange(ctx, woken, poll.C) {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-pace.C:
		}
	}
}

// awaitChange waits until it is worth looking what has changed; false when the context has ended. While nobody listens
// that is only now and then, so that the place does not fall behind.
func (h *hub) awaitChange(ctx context.Context, woken <-chan struct{}, poll <-chan time.Time) bool {
	for {
		select {
		case <-ctx.Done():
			return false
		case <-poll:
			return true
		case <-woken:
			if h.listeners() {
				return true
			}
		}
	}
}

// listeners tells whether anybody listens.
func (h *hub) listeners() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.streams) > 0
}

// round tells what has changed since a place and returns the next. The first only learns the place, and opens the hub.
func (h *hub) round(ctx context.Context, place int64) (next int64, err error) {
	changed, next, err := h.changes.Changes(ctx, place)
	if tooMany := errors.Is(err, store.ErrTooManyChanges); tooMany || err == nil {
		h.mu.Lock()
		h.open, h.place = true, next
		listening := slices.Collect(maps.Keys(h.streams))
		h.mu.Unlock()
		if tooMany {
			for _, s := range listening {
				s.lookAgain(next)
			}
			return next, nil
		}
		return next, h.tell(ctx, listening, changed, next)
	}
	return place, err
}

// tell tells streams of changes, each only of what its viewer may see: the question is the lists' own, asked once for
// all who may see the same. Whom it cannot be asked for is told to look at everything again.
func (h *hub) tell(ctx context.Context, streams []*stream, changed []store.Change, place int64) error {
	versions := map[string]int64{}
	for _, c := range changed {
		if kind, id, err := entity.Split(c.Entity); err == nil && kind == entity.Project {
			versions[id] = c.Seq
		}
	}
	if len(versions) == 0 {
		return nil
	}
	var errs []error
	for len(streams) > 0 {
		same := func(s *stream) bool { return reflect.DeepEqual(s.viewer, streams[0].viewer) }
		alike := slices.DeleteFunc(slices.Clone(streams), func(s *stream) bool { return !same(s) })
		asked := slices.DeleteFunc(slices.Collect(maps.Keys(versions)), func(id string) bool {
			return !slices.ContainsFunc(alike, func(s *stream) bool { return s.inbox || s.projects[id] })
		})
		seen, err := h.changes.Sees(ctx, alike[0].viewer, asked)
		for _, s := range alike {
			if err != nil {
				s.lookAgain(place)
				continue
			}
			s.hear(seen, versions, place)
		}
		errs = append(errs, err)
		streams = slices.DeleteFunc(slices.Clone(streams), same)
	}
	return errors.Join(errs...)
}

// hear notes what has changed for a stream, and wakes it.
func (s *stream) hear(seen []string, versions map[string]int64, place int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range seen {
		if s.inbox {
			s.waiting[inbox] = 0
		}
		if s.projects[id] {
			s.waiting["project/"+id] = versions[id]
		}
	}
	s.place = place
	if len(s.waiting) > 0 {
		s.wake()
	}
}

// lookAgain has a stream tell its client to look at everything again.
func (s *stream) lookAgain(place int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reset, s.place = true, place
	s.wake()
}

func (s *stream) wake() {
	select {
	case s.news <- struct{}{}:
	default: // it is awake
	}
}

// take hands over what waits.
func (s *stream) take() (waiting map[string]int64, reset bool, place int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	waiting, reset, place = s.waiting, s.reset, s.place
	s.waiting, s.reset = map[string]int64{}, false
	return waiting, reset, place
}

// join adds a stream, unless there are too many.
func (h *hub) join(s *stream) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case !h.open:
		return refuse(http.StatusServiceUnavailable, "stream.closed", "", "实时提醒暂不可用，请稍后重试", "Live updates are not available just now; try again shortly.")
	case len(h.streams) >= h.all:
		return &refusal{status: http.StatusServiceUnavailable, code: "stream.full", clause: domain.RulePace, text: domain.Text{
			Zh: "实时提醒的连接已满，请稍后重试", En: "There are as many live updates as there may be; try again later.",
		}}
	case h.byUser[s.user] >= h.each:
		return &refusal{status: http.StatusTooManyRequests, code: "stream.many", clause: domain.RulePace, text: domain.Text{
			Zh: "您打开的实时提醒过多，请关闭一些页面", En: "You have too many live updates open; close some pages.",
		}}
	}
	s.place = h.place
	h.streams[s] = true
	h.byUser[s.user]++
	h.running.Inc()
	return nil
}

func (h *hub) leave(s *stream) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.streams[s] {
		return
	}
	delete(h.streams, s)
	if h.byUser[s.user]--; h.byUser[s.user] == 0 {
		delete(h.byUser, s.user)
	}
	h.running.Dec()
}

// close ends all streams; their clients come back to whoever answers next.
func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.open = false
	for s := range h.streams {
		close(s.gone)
		delete(h.streams, s)
		h.running.Dec()
	}
	clear(h.byUser)
}

// Live tells of changes until the context ends. Without it nobody can listen.
func (s *Server) Live(ctx context.Context) { s.hub.run(ctx) }

// Stream tells a client what has changed, for as long as both want and the client may.
func (s *Server) Stream(c echo.Context, p contract.StreamParams) error {
	who := callerOf(c)
	l := &stream{
		user: who.User.ID, viewer: who.Viewer(), projects: map[string]bool{}, waiting: map[string]int64{}, news: make(chan struct{}, 1), gone: make(chan struct{}),
	}
	if err := l.listenTo(p.Topics); err != nil {
		return err
	}
	ctx := c.Request().Context()
	if err := s.mayHear(ctx, l); err != nil {
		return err
	}
	if err := s.hub.join(l); err != nil {
		return err
	}
	defer s.hub.leave(l)
	// From here on nothing is missed; what has changed between the place asked for and here comes first.
	if err := s.catchUp(ctx, l, p.LastEventID); err != nil {
		return err
	}
	return s.write(c, l, who)
}

// listenTo reads the topics.
func (s *stream) listenTo(topics string) error {
	names := strings.Split(topics, ",")
	if len(names) > maxTopics {
		return refuse(http.StatusUnprocessableEntity, "stream.topics", "topics", "最多订阅20项", "At most 20 topics.")
	}
	for _, name := range names {
		id, isProject := strings.CutPrefix(name, "project/")
		switch {
		case name == inbox:
			s.inbox = true
		case isProject && uuid.Validate(id) == nil:
			s.projects[id] = true
		default:
			return refuse(http.StatusUnprocessableEntity, "stream.topic", "topics", "没有这种订阅："+name, "There is no such topic: "+name)
		}
	}
	return nil
}

// mayHear refuses a project that one may not see, as if it were not there.
func (s *Server) mayHear(ctx context.Context, l *stream) error {
	asked := slices.Collect(maps.Keys(l.projects))
	if len(asked) == 0 {
		return nil
	}
	seen, err := s.changes.Sees(ctx, l.viewer, asked)
	if err != nil {
		return unavailable(err)
	}
	if len(seen) < len(asked) {
		return domain.NotFound("project.unknown", "topics", "没有这个项目", "There is no such project.")
	}
	return nil
}

// catchUp notes what has changed since the place at which a client was cut off. A place that means nothing here has it
// look at everything again.
func (s *Server) catchUp(ctx context.Context, l *stream, last string) error {
	if last == "" {
		return nil // who begins reads first
	}
	here := l.heard()
	place, err := strconv.ParseInt(last, 10, 64)
	if foreign := err != nil || place < 0; foreign {
		l.lookAgain(here)
		return nil
	}
	changed, _, err := s.changes.Changes(ctx, place)
	switch {
	case errors.Is(err, store.ErrTooManyChanges):
		l.lookAgain(here)
		return nil
	case err != nil:
		return unavailable(err)
	}
	return unavailable(s.hub.tell(ctx, []*stream{l}, changed, here))
}

// write writes to the client until somebody ends it.
func (s *Server) write(c echo.Context, l *stream, who Caller) error {
	out := pen{w: c.Response(), rc: http.NewResponseController(c.Response())}
	defer out.rc.SetWriteDeadline(time.Time{}) //nolint:errcheck // the connection goes on, or has gone
	if err := out.rc.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/event-stream")
	h.Set("X-Accel-Buffering", "no") // proxies must not collect it
	c.Response().WriteHeader(http.StatusOK)
	if err := out.say("retry: 3000\nevent: open\ndata: {}\n\n"); err != nil {
		return nil
	}
	if err := out.tell(l.take()); err != nil {
		return nil
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	sure := s.now()
	for {
		select {
		case <-c.Request().Context().Done():
			return nil
		case <-l.gone:
			return nil
		case <-beat.C:
		case <-l.news:
		}
		if s.now().Sub(sure) >= sureFor {
			if err := s.stillThere(c, who); err != nil {
				why := problemOf(err, "", "", "")
				_ = out.say("event: end\ndata: {\"code\":%q,\"clause\":%q}\n\n", why.Code, why.Clause) // it ends either way
				return nil
			}
			sure = s.now()
		}
		if err := out.tell(l.take()); err != nil {
			return nil
		}
	}
}

// heard is the place before which a stream has heard everything.
func (s *stream) heard() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.place
}

// stillThere refuses a client whose session or token has ended, or whose posts are others by now: it comes back with what
// it may hear then. Listening does not keep a session from ending unused.
func (s *Server) stillThere(c echo.Context, who Caller) error {
	now, err := s.recognise(c)
	if err != nil {
		return err
	}
	if err := now.act(operationOf(c), c.Request().Header.Get("Milepost-Post")); err != nil {
		return err
	}
	if err := s.mayNow(now, operationOf(c)); err != nil {
		return err
	}
	if !reflect.DeepEqual(now.Viewer(), who.Viewer()) {
		return forbid("stream.post", "", domain.RuleStream, "您的岗位已经变化，请重新连接", "Your posts have changed; connect again.")
	}
	return nil
}

// pen writes to a client that must not be slow.
type pen struct {
	w  *echo.Response
	rc *http.ResponseController
}

func (p pen) say(format string, args ...any) error {
	if err := p.rc.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := fmt.Fprintf(p.w, format, args...); err != nil {
		return err
	}
	return p.rc.Flush()
}

// tell writes what waits; a heartbeat when nothing does.
func (p pen) tell(waiting map[string]int64, reset bool, place int64) error {
	if reset {
		return p.say("id: %d\nevent: reset\ndata: {}\n\n", place)
	}
	if len(waiting) == 0 {
		return p.say("id: %d\n: \n\n", place)
	}
	var all strings.Builder
	for _, topic := range slices.Sorted(maps.Keys(waiting)) {
		data, err := json.Marshal(contract.StreamEvent{Topic: topic, Version: waiting[topic]})
		if err != nil {
			return err
		}
		fmt.Fprintf(&all, "event: change\ndata: %s\n\n", data)
	}
	// The place comes with the last: who is cut off between two hears of both again.
	return p.say("%sid: %d\n: \n\n", all.String(), place)
}
