package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.temporal.io/api/serviceerror"
	workflowservicepb "go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"milepost/api"
	"milepost/commands"
	"milepost/config"
	"milepost/domain"
	"milepost/domain/policy"
	"milepost/files"
	"milepost/store"
	"milepost/web"
	"milepost/worker"
)

// process is what every long-running role of the program stands on.
type process struct {
	settings config.Settings
	log      *slog.Logger
	db       *store.Store
	clock    domain.Clock
	engine   client.Client
	rules    *policy.Registry
	metrics  *prometheus.Registry
	counted  *commands.Metrics
	shelf    *files.Shelf  // of uploaded files, for those who need it
	scanner  files.Scanner // nil: there is none
}

// openStore opens the database for somebody who is so patient; the folder of an embedded one is made.
func openStore(ctx context.Context, database string, patience store.Patience) (*store.Store, error) {
	if path, embedded := strings.CutPrefix(database, "sqlite://"); embedded {
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return nil, err
		}
	}
	db, err := store.OpenFor(ctx, database, patience)
	if err != nil {
		return nil, fmt.Errorf("%w\nis its server running, and is it what `database` (MILEPOST_DATABASE) names?", err)
	}
	return db, nil
}

// newProcess opens the database and makes the client of the engine; it waits for neither.
func newProcess(ctx context.Context, s config.Settings, log *slog.Logger, patience store.Patience) (*process, error) {
	db, err := openStore(ctx, s.Database, patience)
	if err != nil {
		return nil, err
	}
	p := &process{settings: s, log: log, db: db, rules: policy.NewRegistry(), metrics: prometheus.NewRegistry()}
	p.counted = commands.NewMetrics(p.metrics)
	if p.clock, err = db.Clock(ctx); err != nil {
		return nil, errors.Join(notReady(err), db.Close())
	}
	if p.engine, err = p.dial(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return p, nil
}

func notReady(err error) error {
	return fmt.Errorf("the database is not ready; run `milepost migrate` first: %w", err)
}

// openFiles opens the shelf of uploaded files and says what becomes of what is put there.
func (p *process) openFiles(ctx context.Context) (err error) {
	s := p.settings.Files
	if p.scanner, err = files.NewScanner(s.Scanner); err != nil {
		return err
	}
	if p.shelf, err = files.Open(ctx, s.URL); err != nil {
		return err
	}
	switch s.Scanner {
	case files.Unscanned:
		p.log.WarnContext(ctx, "Uploaded files are not scanned: all count as clean (files.scanner is none).")
	case "":
		p.log.WarnContext(ctx, "There is no scanner: uploaded files stay in quarantine and nobody can download them. Set files.scanner (MILEPOST_FILES__SCANNER) to clamd's address.")
	}
	return nil
}

func (p *process) close() {
	if p.shelf != nil {
		if err := p.shelf.Close(); err != nil {
			p.log.Warn("The shelf of files did not close cleanly.", "error", err)
		}
	}
	p.engine.Close()
	if err := p.db.Close(); err != nil {
		p.log.Warn("The database did not close cleanly.", "error", err)
	}
}

// connection says how to speak to the engine.
func (p *process) connection() (c commands.Connection, err error) {
	t := p.settings.Temporal
	c = commands.Connection{Address: t.Address, Namespace: t.Namespace, APIKey: t.APIKey, Logger: p.log.With("part", "engine")}
	if t.TLS.Enabled {
		if c.TLS, err = commands.LoadTLS(t.TLS.CA, t.TLS.Cert, t.TLS.Key, t.TLS.ServerName); err != nil {
			return c, err
		}
	}
	c.Keys, err = commands.LoadKeys(t.Keys)
	return c, err
}

func (p *process) dial() (client.Client, error) {
	c, err := p.connection()
	if err != nil {
		return nil, err
	}
	if c.Metrics, err = worker.EngineMetrics(p.metrics); err != nil {
		return nil, err
	}
	return commands.Dial(c)
}

// reach is for what needs the engine at once: an error says what to do.
func (p *process) reach(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	t := p.settings.Temporal
	_, err := p.engine.WorkflowService().DescribeNamespace(ctx, &workflowservicepb.DescribeNamespaceRequest{Namespace: t.Namespace})
	if _, unknown := errors.AsType[*serviceerror.NamespaceNotFound](err); unknown {
		return fmt.Errorf("the Temporal server at %s has no namespace %q; make it with `temporal operator namespace create --namespace %s`, or name another (temporal.namespace)",
			t.Address, t.Namespace, t.Namespace)
	}
	if err != nil {
		return fmt.Errorf("no Temporal server answers at %s; start it, or say where it is (temporal.address, MILEPOST_TEMPORAL__ADDRESS): %w", t.Address, err)
	}
	return nil
}

// work runs a worker until the context ends.
func (p *process) work(ctx context.Context) error {
	w := p.settings.Worker
	audit, err := auditing(p.settings.Audit)
	if err != nil {
		return err
	}
	return worker.New(worker.Options{
		Store: p.db, Client: p.engine, Rules: p.rules, Logger: p.log.With("part", "worker"), Metrics: p.metrics, Counted: p.counted, Listen: p.settings.Operator,
		Shelf: p.shelf, Scanner: p.scanner,
		Namespace: p.settings.Temporal.Namespace, TaskQueue: p.settings.Temporal.TaskQueue, WorkflowPollers: w.WorkflowPollers, ActivityPollers: w.ActivityPollers,
		Relays: w.Relays, SweepAfter: w.SweepAfter, Audit: audit,
	}).Run(ctx)
}

// gateway is this process's way in.
func (p *process) gateway() *commands.Gateway {
	return commands.New(commands.Options{
		Store: p.db, Engine: p.engine, Rules: p.rules, Clock: p.clock, Logger: p.log.With("part", "commands"),
		Metrics: p.counted, TaskQueue: p.settings.Temporal.TaskQueue,
	})
}

// wayIn lets the API send commands.
type wayIn struct{ *commands.Gateway }

func (w wayIn) Send(ctx context.Context, c domain.Command) (api.Receipt, error) {
	r, err := w.Gateway.Send(ctx, c)
	return api.Receipt{Command: r.Command, Entity: r.Entity, FirstSeq: r.FirstSeq, LastSeq: r.LastSeq, Lines: r.Lines, Pending: r.Pending}, err
}

// server puts the API together. The rules are refreshed in the background while ctx lasts.
func (p *process) server(ctx context.Context, in *commands.Gateway) (*api.Server, error) {
	keeper := &commands.RuleKeeper{Store: p.db, Registry: p.rules, Logger: p.log}
	if err := keeper.Refresh(ctx); err != nil {
		return nil, err
	}
	go keeper.Run(ctx)
	host, _, err := net.SplitHostPort(p.settings.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	ip := net.ParseIP(host)
	proxies, err := p.settings.TrustedProxies()
	if err != nil {
		return nil, err
	}
	signOn, err := p.signOn()
	if err != nil {
		return nil, err
	}
	go p.sweepSessions(ctx)
	session, limits := p.settings.Session, p.settings.Limits
	h, err := api.New(api.Deps{
		Config: api.Config{
			Policy: session.Policy, SessionLifetime: session.Absolute, SessionIdle: session.Idle, OneSession: session.Single, Words: session.Words,
			AddressFailures: session.Tries, SignOn: signOn,
			PlainHTTP:      host == "localhost" || (ip != nil && ip.IsLoopback() && p.settings.Public == ""),
			TrustedProxies: proxies, Files: p.fileRules(),
			Limits:      api.Limits{User: limits.User, UserBurst: limits.UserBurst, Address: limits.Address, AddressBurst: limits.AddressBurst, AtOnce: limits.AtOnce},
			UserStreams: limits.UserStreams, Streams: limits.Streams,
		},
		Clock: p.clock, Log: p.log.With("part", "api"), Commands: wayIn{in}, Records: p.db, Masters: p.db, Accounts: p.db, Desk: p.db,
		Changes: p.db, Issues: p.db, Shipped: config.PackSources(),
		Filing: p.db, Shelf: p.shelf, Sessions: p.db, Rules: p.rules, Ready: p.db.Ping, Metrics: p.metrics, Web: web.Built(),
	})
	if err == nil {
		go h.Live(ctx)
	}
	return h, err
}

// signOn is the provider of single sign-on that the settings name, if any.
func (p *process) signOn() (api.SignOn, error) {
	o := p.settings.OIDC
	if o.Issuer == "" {
		return api.SignOn{}, nil
	}
	secret, err := o.ClientSecret()
	public := strings.TrimRight(p.settings.Public, "/")
	return api.SignOn{
		Issuer: o.Issuer, ClientID: o.ClientID, ClientSecret: secret, Scopes: o.Scopes, Redirect: public + api.SignOnCallback, Leave: public + "/",
	}, err
}

func (p *process) fileRules() api.FileRules {
	s := p.settings.Files
	return api.FileRules{
		MaxSize: int64(s.MaxSize), FileLimits: store.FileLimits{PerProject: int64(s.PerProject), PerDay: int64(s.PerDay)},
		Trusted: s.Scanner == files.Unscanned,
	}
}

// sweepSessions removes sessions that have expired, now and then while ctx lasts.
func (p *process) sweepSessions(ctx context.Context) {
	each := time.NewTicker(time.Hour)
	defer each.Stop()
	for {
		if err := p.db.SweepSessions(ctx); err != nil && ctx.Err() == nil {
			p.log.WarnContext(ctx, "Expired sessions were not removed.", "error", err)
		}
		select {
		case <-each.C:
		case <-ctx.Done():
			return
		}
	}
}

// serve answers on the listener until the context ends, and lets what is under way finish.
func serve(ctx context.Context, l net.Listener, h http.Handler) error {
	s := &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 64 << 10,
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	return s.Shutdown(late)
}

// answer serves the API, and sums up what it refused every minute and when it ends.
func answer(ctx context.Context, l net.Listener, h *api.Server) error {
	defer h.SumUp(context.WithoutCancel(ctx), true)
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		each := time.NewTicker(time.Minute)
		defer each.Stop()
		for {
			select {
			case <-each.C:
				h.SumUp(ctx, false)
			case <-ended:
				return
			}
		}
	}()
	return serve(ctx, l, h)
}

// listen opens the address that a setting gives.
func listen(ctx context.Context, setting, address string) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%s: %w (set it, or MILEPOST_%s, to a free address)", setting, err, strings.ToUpper(setting))
	}
	return l, nil
}

type apiCommand struct{}

// Run serves the API.
func (apiCommand) Run(ctx context.Context, s config.Settings, log *slog.Logger) error {
	p, err := newProcess(ctx, s, log, store.ForPeople)
	if err != nil {
		return err
	}
	defer p.close()
	if err := errors.Join(sound(ctx, p.db), released(ctx, p.db)); err != nil {
		return err
	}
	if err := p.openFiles(ctx); err != nil {
		return err
	}
	h, err := p.server(ctx, p.gateway())
	if err != nil {
		return err
	}
	l, err := listen(ctx, "listen", s.Listen)
	if err != nil {
		return err
	}
	log.InfoContext(ctx, "The API answers.", "address", l.Addr().String())
	if s.Operator == "" {
		return answer(ctx, l, h)
	}
	forOperators, err := listen(ctx, "operator", s.Operator)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	log.InfoContext(ctx, "Metrics and health are told.", "address", forOperators.Addr().String())
	return both(ctx, func(ctx context.Context) error { return answer(ctx, l, h) },
		func(ctx context.Context) error { return serve(ctx, forOperators, h.Operator()) })
}

// both runs two parts of a process; when one ends, so does the other.
func both(ctx context.Context, one, other func(context.Context) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() {
		defer stop()
		ended <- other(ctx)
	}()
	err := one(ctx)
	stop()
	return errors.Join(err, <-ended)
}

type workerCommand struct{}

// Run hosts entities.
func (workerCommand) Run(ctx context.Context, s config.Settings, log *slog.Logger) error {
	p, err := newProcess(ctx, s, log, store.ForWork)
	if err != nil {
		return err
	}
	defer p.close()
	if err := errors.Join(sound(ctx, p.db), released(ctx, p.db)); err != nil {
		return err
	}
	if err := p.openFiles(ctx); err != nil {
		return err
	}
	return p.work(ctx)
}

// sound refuses a database that may lose what it says it has kept.
func sound(ctx context.Context, db *store.Store) error {
	if err := db.Check(ctx); err != nil {
		return fmt.Errorf("the database's settings endanger the record: %w", err)
	}
	return nil
}

// released refuses a database that has come out of a backup until somebody has looked it over: what it would send and
// decide may have been sent and decided already.
func released(ctx context.Context, db *store.Store) error {
	begun, restored, err := db.Restored(ctx)
	if err != nil || !restored {
		return err
	}
	return fmt.Errorf("数据库是从%s开始的备份恢复的，放行前不办理、不通知：先用 milepost verify 核对，再执行 milepost release。 "+
		"This database has come out of a backup begun at %s: nothing is decided and nobody is told until it is released; "+
		"look it over with `milepost verify`, then run `milepost release`", begun.Format(time.RFC3339), begun.Format(time.RFC3339))
}

type migrateCommand struct {
	ClockOrigin string  `help:"模拟民用时间的起点（RFC 3339），只在建库时有效。 Origin of simulated civil time; only when the database is made."`
	ClockRate   float64 `default:"1" help:"每实际秒的民用秒数。 Civil seconds per real second."`
}

// Run brings the database's schema up to this program, fixes its clock and publishes the shipped rules.
func (c migrateCommand) Run(ctx context.Context, s config.Settings, log *slog.Logger) error {
	db, err := openStore(ctx, s.Database, store.ForMigration)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing is pending
	clock, err := prepare(ctx, db, c.ClockOrigin, c.ClockRate)
	if err != nil {
		return err
	}
	log.InfoContext(ctx, "The database is ready.", "simulated", clock.Simulated(), "civil", clock.Civil(time.Now()))
	return nil
}

// prepare migrates the schema, fixes the clock of a new database, and publishes the shipped rules.
func prepare(ctx context.Context, db *store.Store, origin string, rate float64) (domain.Clock, error) {
	if err := db.Migrate(ctx); err != nil {
		return domain.Clock{}, err
	}
	clock, err := fixClock(ctx, db, origin, rate)
	if err != nil {
		return clock, err
	}
	return clock, publishShipped(ctx, db, clock.Civil(time.Now()))
}

// fixClock gives a new database its clock; a database that has one keeps it, and another one asked for is refused.
func fixClock(ctx context.Context, db *store.Store, origin string, rate float64) (domain.Clock, error) {
	fixed, err := db.Clock(ctx)
	isNew := false
	if e := domain.AsError(err); e != nil && e.Kind == domain.KindNotFound {
		isNew = true
	} else if err != nil {
		return domain.Clock{}, err
	}
	asked := domain.RealClock()
	if origin != "" || rate != 1 {
		now := time.Now().UTC().Truncate(time.Microsecond)
		asked = domain.Clock{Anchor: now, Origin: now, Rate: rate}
		if origin != "" {
			if asked.Origin, err = time.Parse(time.RFC3339, origin); err != nil {
				return domain.Clock{}, fmt.Errorf("clock origin: write it like 2026-03-02T09:00:00+08:00: %w", err)
			}
		}
		if rate <= 0 || rate > 1e6 {
			return domain.Clock{}, errors.New("clock rate: more than 0 and at most 1,000,000 civil seconds per real second")
		}
	}
	switch {
	case isNew:
		return asked, db.FixClock(ctx, asked)
	case origin == "" && rate == 1, fixed.Rate == asked.Rate && fixed.Origin.Equal(asked.Origin):
		return fixed, nil
	default:
		return fixed, errors.New("the clock of this database was fixed when it was made; use another data folder for another clock")
	}
}
