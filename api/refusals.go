package api

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"

	"milepost/api/contract"
	"milepost/domain"
	"milepost/store"
)

// refusals puts on the audit record what was refused to whom (OWN-223), and lets nobody fill the disk with it: of one
// caller a number of lines a minute, and of all callers together another. What is beyond is counted and summed up in one
// line for each minute. The counts are in memory: a process that is killed loses those of its last minute.
type refusals struct {
	desk   Desk
	log    *slog.Logger
	now    func() time.Time // real
	missed prometheus.Counter

	mu      sync.Mutex
	callers map[string]*tally
	all     budget
}

const (
	mostOfOne   = 20     // lines a minute about one caller
	mostOfAll   = 200    // lines a minute about all of them
	mostSummed  = 20     // callers a minute that are summed up by name; the others together
	mostCallers = 10_000 // that are told apart
	noteWithin  = 5 * time.Second
	alarmAfter  = 2 * time.Minute // a database may be away for a moment
)

// budget is how many lines were written in a minute.
type budget struct {
	minute time.Time
	lines  int
}

func (b *budget) spend(now time.Time, most int) bool {
	if minute := now.Truncate(time.Minute); !minute.Equal(b.minute) {
		b.minute, b.lines = minute, 0
	}
	if b.lines >= most {
		return false
	}
	b.lines++
	return true
}

// tally is what was refused to one caller beyond the lines.
type tally struct {
	budget
	by    store.By
	since time.Time
	count int
	codes map[string]int
}

func newRefusals(desk Desk, log *slog.Logger, now func() time.Time, metrics prometheus.Registerer) (*refusals, error) {
	missed := prometheus.NewCounter(prometheus.CounterOpts{
		Namespace: "milepost", Subsystem: "audit", Name: "unrecorded_total",
		Help: "Times that the audit record could not take refusals. They are counted, and told later.",
	})
	return &refusals{desk: desk, log: log, now: now, missed: missed, callers: map[string]*tally{}}, metrics.Register(missed)
}

// triedKey is under which a sign-in keeps whose account it tries.
const triedKey = "milepost.tried"

// recorded tells whether a refusal belongs on the record: of what would change something, or of what is recorded when it
// is read. What a preview would be refused is no refusal; that somebody may not even preview it is one.
func recorded(c echo.Context, p contract.Problem) bool {
	switch p.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests:
	case http.StatusConflict, http.StatusUnprocessableEntity:
		if preview, _ := strconv.ParseBool(c.QueryParam("preview")); preview {
			return false
		}
	default:
		return false
	}
	switch c.Request().Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		_, witnessed := confidential[operationOf(c).id]
		return witnessed || operationOf(c).id == "exportAudit"
	default:
		return strings.HasPrefix(c.Request().URL.Path, base+"/")
	}
}

// note puts a refusal on the record, or counts it: beyond the lines, or where the database does not answer. The answer
// does not wait for the caller to stay, nor is it changed by what becomes of the record.
func (r *refusals) note(c echo.Context, p contract.Problem) {
	who := callerOf(c)
	by := store.By{Actor: who.Actor(), Address: c.RealIP()}
	act, subject := store.ActRefused, shortened(strings.TrimPrefix(c.Request().URL.EscapedPath(), base))
	if tried, ok := c.Get(triedKey).(string); ok {
		act, subject = store.ActSignInFailed, "address/"+c.RealIP()
		if p.Status == http.StatusTooManyRequests {
			act = store.ActSignInLocked
		}
		if tried != "" {
			by.Actor, subject = domain.Actor{User: tried}, "user/"+tried
		}
	}
	caller := cmp.Or(who.User.ID, network(by.Address))
	if !r.spend(caller, by) {
		r.count(caller, by, p.Code)
		return
	}
	detail := map[string]any{"operation": operationOf(c).id, "status": p.Status, "code": p.Code, "request": p.RequestID}
	for name, value := range map[string]string{"clause": p.Clause, "field": p.Field, "key": c.Request().Header.Get("Idempotency-Key")} {
		if value != "" {
			detail[name] = shortened(value)
		}
	}
	if err := r.write(c.Request().Context(), by, act, subject, detail); err != nil {
		r.log.WarnContext(c.Request().Context(), "A refusal could not be put on the audit record yet; it is counted.", "request", p.RequestID, "act", act,
			"subject", subject, "user", by.Actor.User, "address", by.Address, "error", err)
		r.count(caller, by, p.Code)
	}
}

// of is the tally of a caller. Who is not signed in is told by the address; whoever has one IPv6 address has a whole
// network of them.
func (r *refusals) of(caller string, by store.By) *tally {
	t, known := r.callers[caller]
	if !known && len(r.callers) >= mostCallers {
		caller, by = "", store.By{Address: "*"}
		t, known = r.callers[caller]
	}
	if !known {
		t = &tally{by: by, codes: map[string]int{}}
		r.callers[caller] = t
	}
	return t
}

// spend tells whether there may be another line about a caller.
func (r *refusals) spend(caller string, by store.By) bool {
	now := r.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.of(caller, by).spend(now, mostOfOne) && r.all.spend(now, mostOfAll)
}

// count counts a refusal that has no line of its own.
func (r *refusals) count(caller string, by store.By, code string) {
	now := r.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.of(caller, by)
	if t.count == 0 {
		t.since = now
	}
	t.count++
	t.codes[code]++
}

// SumUp writes what was counted beyond the lines. It is called every minute, and a last time when the process ends.
func (s *Server) SumUp(ctx context.Context, last bool) { s.refusals.sumUp(ctx, last) }

func (r *refusals) sumUp(ctx context.Context, last bool) {
	var over []*tally
	r.mu.Lock()
	for _, caller := range slices.Sorted(maps.Keys(r.callers)) {
		t := r.callers[caller]
		if t.count > 0 {
			over = append(over, t)
		}
		delete(r.callers, caller)
		if t.minute.Equal(r.now().Truncate(time.Minute)) { // its minute goes on
			r.callers[caller] = &tally{budget: t.budget, by: t.by, codes: map[string]int{}}
		}
	}
	r.mu.Unlock()
	slices.SortStableFunc(over, func(a, b *tally) int { return b.count - a.count })
	for _, t := range over[:min(len(over), mostSummed)] {
		r.tell(ctx, t.by, "caller/"+cmp.Or(t.by.Actor.User, t.by.Address), map[string]any{"count": t.count, "codes": t.codes, "since": t.since.UTC()}, last, t)
	}
	if len(over) <= mostSummed {
		return
	}
	rest, codes := 0, map[string]int{}
	for _, t := range over[mostSummed:] {
		rest += t.count
		for code, n := range t.codes {
			codes[code] += n
		}
	}
	r.tell(ctx, store.By{Address: "*"}, "caller/*", map[string]any{"callers": len(over) - mostSummed, "count": rest, "codes": codes}, last, over[mostSummed:]...)
}

// tell writes tallies. What cannot be written is counted on, for as long as the process lives; it is an alarm when it has
// waited for long, or would be lost.
func (r *refusals) tell(ctx context.Context, by store.By, subject string, detail any, last bool, tallies ...*tally) {
	err := r.write(ctx, by, store.ActRefusedMore, subject, detail)
	if err == nil {
		return
	}
	since := slices.MinFunc(tallies, func(a, b *tally) int { return a.since.Compare(b.since) }).since
	if last || r.now().Sub(since) >= alarmAfter {
		r.log.ErrorContext(ctx, "ALARM: refusals could not be put on the audit record.", "subject", subject, "detail", detail, "error", err)
	} else {
		r.log.WarnContext(ctx, "Refusals could not be put on the audit record yet; they are counted on.", "subject", subject, "error", err)
	}
	for _, t := range tallies {
		r.putBack(t)
	}
}

// putBack counts on from what could not be written.
func (r *refusals) putBack(old *tally) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.of(cmp.Or(old.by.Actor.User, network(old.by.Address)), old.by)
	if t.count == 0 || old.since.Before(t.since) {
		t.since = old.since
	}
	t.count += old.count
	for code, n := range old.codes {
		t.codes[code] += n
	}
}

func (r *refusals) write(ctx context.Context, by store.By, act, subject string, detail any) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteWithin)
	defer cancel()
	err := r.desk.Note(ctx, by, act, subject, detail)
	if err != nil {
		r.missed.Inc()
	}
	return err
}

// network is the part of an address that its owner cannot choose.
func network(address string) string {
	ip := net.ParseIP(address)
	if ip == nil || ip.To4() != nil {
		return address
	}
	return ip.Mask(net.CIDRMask(64, 128)).String()
}

// mostTold bounds what of a request stands on the record.
const mostTold = 200

// shortened is text of a caller's as the record takes it.
func shortened(s string) string {
	s = strings.ToValidUTF8(s, "")
	if len(s) <= mostTold {
		return s
	}
	return strings.ToValidUTF8(s[:mostTold], "") + "…"
}
