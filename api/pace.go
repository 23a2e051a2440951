package api

import (
	"math"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"milepost/domain"
)

// Limits are how much this process takes in, so that whoever asks for more than his share waits, and not everybody
// (OWN-237). What is zero is not limited.
type Limits struct {
	User         float64 // requests a second of one account, a program's too
	UserBurst    int     // and so many at once
	Address      float64 // requests a second from one address, behind which a whole office may sit
	AddressBurst int
	AtOnce       int // requests being answered; more are told at once to come again
}

// pacer counts requests by who sends them. It keeps no more names than mostPaced; whoever comes when it is full shares
// one share with the others, so that nobody gains by having many names.
type pacer struct {
	rate  rate.Limit
	burst int
	now   func() time.Time

	mu    sync.Mutex
	known map[string]*rate.Limiter
}

const mostPaced = 50_000

func newPacer(perSecond float64, burst int, now func() time.Time) *pacer {
	if burst < 1 {
		burst = max(1, int(perSecond))
	}
	return &pacer{rate: rate.Limit(perSecond), burst: burst, now: now, known: map[string]*rate.Limiter{}}
}

// wait is how long a request of somebody has to wait; zero when it may come in.
func (p *pacer) wait(name string) time.Duration {
	if p.rate <= 0 {
		return 0
	}
	now := p.now()
	r := p.of(name, now).ReserveN(now, 1)
	delay := r.DelayFrom(now)
	if delay > 0 {
		r.CancelAt(now)
	}
	return delay
}

func (p *pacer) of(name string, now time.Time) *rate.Limiter {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l, known := p.known[name]; known {
		return l
	}
	if len(p.known) >= mostPaced {
		for other, l := range p.known { // who has his whole share again need not be remembered
			if l.TokensAt(now) >= float64(p.burst) {
				delete(p.known, other)
			}
		}
	}
	if len(p.known) >= mostPaced {
		name = ""
		if l, known := p.known[name]; known {
			return l
		}
	}
	l := rate.NewLimiter(p.rate, p.burst)
	p.known[name] = l
	return l
}

// paced asks somebody to wait who sends more than his share.
func paced(c echo.Context, wait time.Duration) error {
	if wait <= 0 {
		return nil
	}
	seconds := strconv.Itoa(int(math.Ceil(wait.Seconds())))
	c.Response().Header().Set("Retry-After", seconds)
	return &refusal{status: http.StatusTooManyRequests, code: "pace", clause: domain.RulePace, text: domain.Text{
		Zh: "请求过于频繁，请" + seconds + "秒后再试", En: "Too many requests; try again in " + seconds + " s.",
	}}
}

// addressPaced holds the requests from one address to their share, before anything is done for them. The machine itself
// is not held: behind it may be a proxy that nobody has named, and so everybody.
func (s *Server) addressPaced(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if ip := net.ParseIP(c.RealIP()); ip != nil && !ip.IsLoopback() {
			if err := paced(c, s.addresses.wait(network(c.RealIP()))); err != nil {
				return err
			}
		}
		return next(c)
	}
}

// userPaced holds the requests of one account to their share.
func (s *Server) userPaced(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if id := callerOf(c).User.ID; id != "" {
			if err := paced(c, s.users.wait(id)); err != nil {
				return err
			}
		}
		return next(c)
	}
}

// notTooMany refuses early what would only wait: those that are let in are answered in time. Files and streams have
// bounds of their own, and whether the server is alive may always be asked.
func (s *Server) notTooMany(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if s.places == nil || s.flows(c) || !strings.HasPrefix(c.Path(), base) {
			return next(c)
		}
		select {
		case s.places <- struct{}{}:
			defer func() { <-s.places }()
			return next(c)
		default:
			c.Response().Header().Set("Retry-After", "1")
			return &refusal{status: http.StatusServiceUnavailable, code: "overloaded", clause: domain.RulePace, text: domain.Text{
				Zh: "系统繁忙，尚未作出任何改变，请稍后用同一个 Idempotency-Key 重试", En: "The service is busy and nothing has changed; try again shortly with the same Idempotency-Key.",
			}}
		}
	}
}

// readInTime bounds how long an answer may take to be written: a little longer than the request itself. Whoever does not
// read it loses the connection. Files and streams set bounds of their own.
func (s *Server) readInTime(within time.Duration) echo.MiddlewareFunc {
	const slack = 10 * time.Second
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			deadline := time.Now().Add(within + slack)
			if s.flows(c) {
				deadline = time.Time{}
			}
			_ = http.NewResponseController(c.Response()).SetWriteDeadline(deadline) // not every connection has one
			return next(c)
		}
	}
}
