// Package api is the way in from outside: the contract (openapi.yaml, written first), who may call what, and the
// handlers that turn requests into commands and rows into answers. It judges no rule of the domain and knows
// neither the engine nor the database; what it needs of them it declares in ports.go.
package api

import (
	"compress/gzip"
	"context"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"github.com/prometheus/client_golang/prometheus"

	"milepost/api/contract"
	"milepost/domain"
)

//go:generate go tool -modfile=../tools/go.mod oapi-codegen -config codegen.yaml openapi.yaml
//go:generate go run ./internal/accessdoc openapi.yaml ../docs/access.md
//go:generate go run ./internal/problemdoc .. ../docs/problems.md

// Config is what an operator may set.
type Config struct {
	Policy          string        // of passwords and sessions (Policies); the usual one when empty
	SessionLifetime time.Duration // a session ends then whatever happens; the policy's when zero, else not longer
	SessionIdle     time.Duration // a session that is not used ends then; the policy's when zero, else not longer
	OneSession      bool          // who signs in ends the other sessions of the account
	Words           []string      // words of the place that no password may contain
	LoginFailures   int           // failed sign-ins of an account before it has to wait; 5 when zero
	AddressFailures int           // failed sign-ins from an address before it has to wait; 100 when zero
	LoginWindow     time.Duration // how long it waits; 15 min when zero
	SignOn          SignOn        // the provider of single sign-on, if any
	PlainHTTP       bool          // no TLS in front, as on a loopback address: cookies go without Secure
	TrustedProxies  []*net.IPNet  // whose X-Forwarded-For is believed; none when empty
	RequestTimeout  time.Duration // of one request; 30 s when zero
	Files           FileRules
	Limits          Limits
	UserStreams     int // live updates that one account may have open; 8 when zero
	Streams         int // and all accounts together, in this process; 2,000 when zero
}

// Deps is what the server is made of. Now, Log, Ready, Metrics and Web may be nil.
type Deps struct {
	Config   Config
	Clock    domain.Clock
	Now      func() time.Time // real time; time.Now when nil
	Log      *slog.Logger
	Commands Commands
	Records  Records
	Masters  Masters
	Accounts Accounts
	Desk     Desk
	Filing   Filing // both or none: without them files are answered 503
	Shelf    Shelf
	Sessions Sessions
	Rules    Rules
	Changes  Changes                         // what live updates hear
	Issues   Broadcasts                      // publishing new rules
	Shipped  map[string][]byte               // the packs that a published one may extend, by file
	Ready    func(ctx context.Context) error // refuses while something that is needed is away
	Metrics  *prometheus.Registry            // its own when nil
	Web      fs.FS                           // the built user interface
}

// Server answers the API. It is an http.Handler.
type Server struct {
	echo       *echo.Echo
	log        *slog.Logger
	now        func() time.Time // real
	clock      domain.Clock
	operations map[string]*operation // by method and route
	named      map[string]*operation // by their ids
	commands   Commands
	records    Records
	masters    Masters
	accounts   Accounts
	desk       Desk
	filing     Filing
	shelf      Shelf
	files      FileRules
	uploads    atOnce
	looks      chan struct{}
	patience   time.Duration
	rules      Rules
	policy     Policy
	changes    Changes
	hub        *hub
	users      *pacer
	addresses  *pacer
	places     chan struct{} // of requests being answered; nil when there is no bound
	issues     Broadcasts
	shipped    map[string][]byte
	sessions   *sessions
	signOn     *signOn // nil when there is none
	passwords  *passwords
	throttle   throttle
	refusals   *refusals
	names      *names
	ready      func(ctx context.Context) error
	metrics    *prometheus.Registry
}

var _ contract.ServerInterface = (*Server)(nil)

// New puts a server together.
func New(d Deps) (*Server, error) {
	cfg := d.Config.orUsual()
	policy, err := policyOf(cfg)
	if err != nil {
		return nil, err
	}
	spec, err := loadedSpec()
	if err != nil {
		return nil, err
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Log == nil {
		d.Log = slog.Default()
	}
	if d.Metrics == nil {
		d.Metrics = prometheus.NewRegistry()
	}
	s := &Server{
		echo: echo.New(), log: d.Log, now: d.Now, clock: d.Clock, operations: operationsOf(spec), commands: d.Commands,
		records: d.Records, masters: d.Masters, accounts: d.Accounts, desk: d.Desk, rules: d.Rules, policy: policy,
		sessions: newSessions(d.Sessions, cfg, policy, d.Now), signOn: newSignOn(cfg.SignOn, d.Now), passwords: newPasswords(),
		throttle: throttle{d.Accounts, cfg.LoginFailures, cfg.AddressFailures, cfg.LoginWindow}, names: newNames(d.Now), ready: d.Ready,
		issues: d.Issues, shipped: d.Shipped, changes: d.Changes,
		metrics: d.Metrics, filing: d.Filing, shelf: d.Shelf, files: cfg.Files, uploads: atOnce{most: mostUploads, busy: map[string]int{}},
		looks: make(chan struct{}, mostLooks), patience: cfg.RequestTimeout,
	}
	s.named = byID(s.operations)
	s.users = newPacer(cfg.Limits.User, cfg.Limits.UserBurst, d.Now)
	s.addresses = newPacer(cfg.Limits.Address, cfg.Limits.AddressBurst, d.Now)
	if cfg.Limits.AtOnce > 0 {
		s.places = make(chan struct{}, cfg.Limits.AtOnce)
	}
	if s.refusals, err = newRefusals(d.Desk, d.Log, d.Now, d.Metrics); err != nil {
		return nil, err
	}
	s.hub, err = newHub(d.Changes, cfg.UserStreams, cfg.Streams, func(ctx context.Context, err error) {
		s.log.WarnContext(ctx, "live updates cannot ask the database", "error", err)
	}, d.Metrics)
	if err != nil {
		return nil, err
	}
	if err := s.assemble(cfg, spec, d); err != nil {
		return nil, err
	}
	return s, nil
}

func (c Config) orUsual() Config {
	usual := func(v *time.Duration, d time.Duration) {
		if *v == 0 {
			*v = d
		}
	}
	usual(&c.LoginWindow, 15*time.Minute)
	usual(&c.RequestTimeout, 30*time.Second)
	if c.LoginFailures == 0 {
		c.LoginFailures = 5
	}
	few := func(v *int, n int) {
		if *v == 0 {
			*v = n
		}
	}
	few(&c.AddressFailures, 100)
	few(&c.UserStreams, 8)
	few(&c.Streams, 2000)
	return c
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

// assemble hangs the middlewares and routes up. A request passes from the outside in: known by an id, logged and
// measured, not one too many, from our own pages, by somebody who may, readable, and as the contract says.
func (s *Server) assemble(cfg Config, spec *openapi3.T, d Deps) error {
	e := s.echo
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = s.answerError
	e.IPExtractor = addresses(cfg.TrustedProxies)
	measured, err := s.measure(d.Metrics)
	if err != nil {
		return err
	}
	e.Use(
		identified,
		s.logged, measured, s.recovered, securityHeaders, s.readInTime(cfg.RequestTimeout), s.addressPaced, s.notTooMany,
		s.compressed(),
		sameOrigin,
	)
	s.operate()
	timed := middleware.ContextTimeoutWithConfig(middleware.ContextTimeoutConfig{Timeout: cfg.RequestTimeout, Skipper: s.flows})
	api := e.Group(base, timed, noStore, s.admit, s.userPaced, s.readable, validated, s.witnessed)
	contract.RegisterHandlers(api, s)
	return s.pages(spec, d.Web)
}

// addresses says where a request comes from. Headers are believed only of the proxies named.
func addresses(proxies []*net.IPNet) echo.IPExtractor {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range proxies {
		trust = append(trust, echo.TrustIPRange(p))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}

// identified gives a request the id under which the log and a problem document name it: its own, never the
// client's, who could make two look like one.
func identified(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		c.Response().Header().Set(echo.HeaderXRequestID, id.String())
		c.Set(senderKey, c.Request().Context())
		return next(c)
	}
}

const senderKey = "sender"

// gone tells whether whoever sent a request has gone away. The request's own context ends with its time, too.
func gone(c echo.Context) bool {
	sender, ok := c.Get(senderKey).(context.Context)
	return ok && sender.Err() != nil
}

// requestID is the id under which the log knows a request.
func requestID(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }

// recovered turns a panic into a 500 of one request.
func (s *Server) recovered(next echo.HandlerFunc) echo.HandlerFunc {
	return middleware.RecoverWithConfig(middleware.RecoverConfig{LogErrorFunc: func(_ echo.Context, err error, stack []byte) error {
		s.log.Error("panic in a request", "error", err, "stack", string(stack))
		return err
	}})(next)
}

// logged writes one line for each request: who called what and how it ended, no content and no secret.
func (s *Server) logged(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		begun := s.now()
		if err := next(c); err != nil {
			c.Error(err)
		}
		r := c.Request()
		s.log.DebugContext(r.Context(), "request", "request", requestID(c), "method", r.Method, "route", c.Path(), "operation", operationOf(c).id,
			"status", c.Response().Status, "took", s.now().Sub(begun), "user", callerOf(c).User.ID, "address", c.RealIP())
		return nil
	}
}

// sameOrigin refuses what another site's page sends with our visitor's cookie. Programs send no origin.
func sameOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	protection := http.NewCrossOriginProtection()
	return func(c echo.Context) error {
		if err := protection.Check(c.Request()); err != nil {
			return &refusal{status: http.StatusForbidden, code: "origin", clause: domain.RuleSession, cause: err, text: domain.Text{
				Zh: "请求来自其他网站，已拒绝", En: "The request comes from another site and was refused.",
			}}
		}
		return next(c)
	}
}

// compressed makes long answers short, where it is worth its cost: quickly, and neither the answers to commands nor files.
func (s *Server) compressed() echo.MiddlewareFunc {
	return middleware.GzipWithConfig(middleware.GzipConfig{
		Level: gzip.BestSpeed, MinLength: 8 << 10,
		Skipper: func(c echo.Context) bool { return c.Request().Method != http.MethodGet || s.flows(c) },
	})
}

// securityHeaders keep a browser from reading our answers as something else, and our pages from being framed or
// loading from elsewhere.
func securityHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'")
		if c.IsTLS() || c.Request().Header.Get("X-Forwarded-Proto") == "https" {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		return next(c)
	}
}

// noStore keeps answers out of caches; a pack, which never changes, says otherwise itself.
func noStore(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
		return next(c)
	}
}
