// Package worker assembles the process that lets entities live: it hosts their workflows, records what no caller
// records, finishes what crashes left, carries out effects, and keeps the rules in memory.
package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"milepost/activities"
	"milepost/commands"
	"milepost/domain/entity"
	"milepost/domain/policy"
	"milepost/files"
	"milepost/store"
	"milepost/workflows"
)

// Options are the parts and limits of a worker. What is zero takes its usual value.
type Options struct {
	Store   *store.Store
	Client  client.Client
	Rules   *policy.Registry
	Logger  *slog.Logger
	Metrics *prometheus.Registry
	Counted *commands.Metrics // of the way in, when this process has one besides the worker's; its own when nil
	Listen  string            // host:port of health and metrics; empty: none
	Shelf   *files.Shelf      // of uploaded files; nil: there are none
	Scanner files.Scanner     // nil: no file is ever clean

	Audit Audit

	Namespace       string // of the engine; "default"
	TaskQueue       string
	WorkflowPollers int // 8
	ActivityPollers int // 4
	Relays          int // effects carried out at a time; 4
	SweepAfter      time.Duration
	SweepEvery      time.Duration
	Deadline        time.Duration // of a command that an effect or the sweeper sends
	Grace           time.Duration
	StopTimeout     time.Duration // for what is under way when the worker stops; 20 s
	CutAfter        int           // runs end after so many changes, for tests of what a run carries over; 0: when they must
}

// Worker is one worker process.
type Worker struct {
	Options
	metrics *metrics
	keeper  *commands.RuleKeeper
	notary  *notary
	running atomic.Bool
}

// New returns a worker. Nothing runs before Run.
func New(o Options) *Worker {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Rules == nil {
		o.Rules = policy.NewRegistry()
	}
	if o.Metrics == nil {
		o.Metrics = prometheus.NewRegistry()
	}
	if o.Counted == nil {
		o.Counted = commands.NewMetrics(o.Metrics)
	}
	if o.Namespace == "" {
		o.Namespace = client.DefaultNamespace
	}
	if o.TaskQueue == "" {
		o.TaskQueue = workflows.TaskQueue
	}
	o.WorkflowPollers = usually(o.WorkflowPollers, 8) // fewer make commands wait for each other
	o.ActivityPollers = usually(o.ActivityPollers, 4)
	o.Relays = usually(o.Relays, 4)
	o.StopTimeout = usually(o.StopTimeout, 20*time.Second)
	o.Audit.Every = usually(o.Audit.Every, time.Hour)
	return &Worker{
		Options: o,
		metrics: newMetrics(o.Metrics),
		keeper:  &commands.RuleKeeper{Store: o.Store, Registry: o.Rules, Logger: o.Logger},
		notary:  newNotary(o.Audit, o.Store, o.Logger, o.Metrics),
	}
}

func usually[T int | time.Duration](v, usual T) T {
	if v == 0 {
		return usual
	}
	return v
}

// Run works until the context ends, and then finishes in good order what it has begun. A database or an engine
// that is not there yet is waited for. An error means that the worker cannot work at all.
func (w *Worker) Run(ctx context.Context) error {
	var sides sync.WaitGroup
	defer sides.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop() // before the sides are waited for
	if w.Listen != "" {
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", w.Listen)
		if err != nil {
			return fmt.Errorf("worker: %w", err)
		}
		sides.Go(func() { w.serve(ctx, listener) })
	}
	if !w.until(ctx, "The rules are not loaded yet.", w.keeper.Refresh) {
		return nil
	}
	var gateway *commands.Gateway
	if !w.until(ctx, "The clock of the database is not known yet.", func(ctx context.Context) (err error) {
		gateway, err = w.gateway(ctx)
		return err
	}) {
		return nil
	}
	sweeper := &commands.Sweeper{Gateway: gateway, Store: w.Store, After: w.SweepAfter, Every: w.SweepEvery}
	effects := &activities.Effects{Store: w.Store, Answers: answers{gateway}}
	outbox := &relay{store: w.Store, carry: effects.Carry, log: w.Logger, metrics: w.metrics, parallel: w.Relays, idle: usualIdle}
	sides.Go(func() { w.keeper.Run(ctx) })
	sides.Go(func() { w.notary.run(ctx) })
	if err := w.labels(ctx); err != nil {
		return fmt.Errorf("worker: %w", err)
	}
	broadcaster := &commands.Broadcaster{Gateway: gateway, Store: w.Store, Rules: w.Rules}
	return w.host(ctx, func() {
		sides.Go(func() { broadcaster.Run(ctx) })
		sides.Go(func() { sweeper.Run(ctx) })
		sides.Go(func() { outbox.run(ctx) })
		if w.Shelf != nil {
			keeper := &custody{
				store: w.Store, shelf: w.Shelf, scanner: w.Scanner, answer: answers{gateway}.Answer, log: w.Logger, metrics: w.metrics,
				idle: usualIdle, tidy: usualTidy, now: time.Now,
			}
			sides.Go(func() { keeper.run(ctx) })
		}
	})
}

// labels waits until the engine is there and knows the labels of entities. An error means that it never will.
func (w *Worker) labels(ctx context.Context) error {
	var never *Unlabelled
	w.until(ctx, "The engine is not there yet; temporal.address (MILEPOST_TEMPORAL__ADDRESS) says where it is looked for.", func(ctx context.Context) error {
		err := EnsureLabels(ctx, w.Client, w.Namespace)
		if errors.As(err, &never) {
			return nil
		}
		return err
	})
	if never != nil {
		return never
	}
	return nil
}

// gateway is the worker's own way in, for the sweeper and for effects.
func (w *Worker) gateway(ctx context.Context) (*commands.Gateway, error) {
	clock, err := w.Store.Clock(ctx)
	if err != nil {
		return nil, fmt.Errorf("worker: %w", err)
	}
	return commands.New(commands.Options{
		Store: w.Store, Engine: w.Client, Rules: w.Rules, Clock: clock, Logger: w.Logger, Metrics: w.Counted,
		TaskQueue: w.TaskQueue, Deadline: w.Deadline, Grace: w.Grace,
	}), nil
}

// host hosts the entities until the context ends. begun is called once, when the engine has been reached.
func (w *Worker) host(ctx context.Context, begun func()) error {
	var once sync.Once
	for ctx.Err() == nil {
		fatal := make(chan error, 1)
		hosting := w.hosting(fatal)
		if !w.until(ctx, "The engine is not there yet; temporal.address (MILEPOST_TEMPORAL__ADDRESS) says where it is looked for.", func(context.Context) error {
			if err := hosting.Start(); err != nil {
				hosting = w.hosting(fatal) // one that failed to start cannot be started again
				return err
			}
			return nil
		}) {
			return nil
		}
		once.Do(begun)
		w.running.Store(true)
		select {
		case <-ctx.Done():
		case err := <-fatal:
			w.Logger.ErrorContext(ctx, "The worker lost the engine and begins again.", "error", err)
		}
		w.running.Store(false)
		hosting.Stop()
	}
	return nil
}

// hosting is a worker of the engine with everything that it hosts.
func (w *Worker) hosting(fatal chan<- error) worker.Worker {
	hosting := worker.New(w.Client, w.TaskQueue, worker.Options{
		MaxConcurrentWorkflowTaskPollers: w.WorkflowPollers,
		MaxConcurrentActivityTaskPollers: w.ActivityPollers,
		WorkerStopTimeout:                w.StopTimeout,
		DeadlockDetectionTimeout:         3 * time.Second, // a machine that is busy for a second is not a deadlock
		OnFatalError: func(err error) {
			select {
			case fatal <- err:
			default:
			}
		},
	})
	workflows.NewHost(w.Rules, entity.Restore).CutAfter(w.CutAfter).Register(hosting, entity.Project)
	hosting.RegisterActivity(&activities.Timeline{Store: w.Store})
	return hosting
}

// until tries until it succeeds; false when the context ended first.
func (w *Worker) until(ctx context.Context, waiting string, try func(context.Context) error) bool {
	for failures := 0; ctx.Err() == nil; failures++ {
		err := try(ctx)
		if err == nil {
			return true
		}
		w.Logger.WarnContext(ctx, waiting, "error", err) //nolint:sloglint // the caller's constant
		wait(ctx, min(200*time.Millisecond<<min(failures, 6), 10*time.Second))
	}
	return false
}

// Ready tells why the worker cannot do its work now, nil when it can.
func (w *Worker) Ready(ctx context.Context) error {
	var errs []error
	if !w.running.Load() {
		errs = append(errs, errors.New("hosting no entities"))
	}
	if err := w.Store.Ping(ctx); err != nil {
		errs = append(errs, fmt.Errorf("database: %w", err))
	}
	if _, err := w.Client.CheckHealth(ctx, &client.CheckHealthRequest{}); err != nil {
		errs = append(errs, fmt.Errorf("engine: %w", err))
	}
	if _, ok := w.Rules.CurrentCalendar(); !ok {
		errs = append(errs, errors.New("no calendar in force"))
	}
	return errors.Join(errs...)
}

func (w *Worker) serve(ctx context.Context, listener net.Listener) {
	server := &http.Server{Handler: w.Handler(), ReadHeaderTimeout: 5 * time.Second}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := server.Serve(listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
		w.Logger.ErrorContext(ctx, "Health and metrics are no longer served.", "error", err)
	}
}
