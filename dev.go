package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"milepost/api"
	"milepost/commands"
	"milepost/config"
	"milepost/demo"
	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/entity"
	"milepost/domain/project"
	"milepost/files"
	"milepost/store"
	"milepost/web"
)

type devCommand struct {
	Data        string  `default:".milepost" help:"数据文件夹；再次启动时一切如旧。 Data folder; a second start finds everything as it was."`
	EnginePort  int     `default:"7233" help:"Temporal 开发服务器的端口；被占用时另选。 Port of the Temporal development server; another when it is taken."`
	ClockOrigin string  `help:"模拟民用时间的起点，如 2026-03-02T09:00:00+08:00；建库时固定。 Origin of simulated civil time; fixed when the database is made."`
	ClockRate   float64 `default:"1" help:"每实际秒的民用秒数；86400 即一秒一天。 Civil seconds per real second; 86400 is a day a second."`
	Demo        bool    `default:"true" negatable:"" help:"载入桂林市演示数据。 Load the demonstration city."`
}

// Run starts everything on one's own machine: the engine, the database, worker and API, and the demonstration.
func (c devCommand) Run(ctx context.Context, s config.Settings, log *slog.Logger, out io.Writer) error {
	data, err := filepath.Abs(c.Data)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(data, 0o750); err != nil {
		return fmt.Errorf("the data folder cannot be used; choose another with --data: %w", err)
	}
	release, err := occupy(data)
	if err != nil {
		return err
	}
	defer release()
	if s.Database == config.Defaults().Database {
		s.Database = "sqlite://" + filepath.Join(data, "milepost.db")
	}
	if s.Files.URL == "" {
		s.Files.URL = "file://" + filepath.Join(data, "files")
	}
	if s.Files.Scanner == "" {
		s.Files.Scanner = files.Unscanned // on one's own machine there seldom is one
	}
	db, err := openStore(ctx, s.Database, store.ForMigration)
	if err != nil {
		return err
	}
	clock, err := prepare(ctx, db, c.ClockOrigin, c.ClockRate)
	if err == nil && c.Demo {
		err = loadCity(ctx, db, clock, time.Now())
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	_, noEngine := os.Stat(filepath.Join(data, engineFile))
	fmt.Fprintln(out, "正在启动 Temporal 开发服务器… (starting the Temporal development server)")
	engine, err := startEngine(ctx, data, c.EnginePort, log)
	if err != nil {
		return err
	}
	defer engine.Stop(log)
	s.Temporal.Address = engine.Address
	s.Limits.User = 0 // the demonstration does a city's work through a few accounts
	p, err := newProcess(ctx, s, log, store.ForWork)
	if err != nil {
		return err
	}
	defer p.close()
	if errors.Is(noEngine, fs.ErrNotExist) { // at the very first start there is nothing to recover
		r, err := p.recover(ctx, false, out)
		if err = errors.Join(append(r.Failed, err)...); err != nil {
			return fmt.Errorf("start the projects again that the new engine does not know: %w", err)
		}
		if r.Restarted > 0 {
			fmt.Fprintf(out, "流程引擎是新的，已从时间线重新启动%d个项目 (the engine is new: %d projects were started again from their timelines)\n", r.Restarted, r.Restarted)
		}
	}
	return c.run(ctx, p, engine, out)
}

// run works and serves until the context ends; the first part that fails ends the others.
func (c devCommand) run(ctx context.Context, p *process, engine *devEngine, out io.Writer) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	l, err := listen(ctx, "listen", p.settings.Listen)
	if err != nil {
		return err
	}
	if err := p.openFiles(ctx); err != nil {
		return err
	}
	in := p.gateway()
	h, err := p.server(ctx, in)
	if err != nil {
		return err
	}
	var parts sync.WaitGroup
	part := func(what string, run func(context.Context) error) {
		parts.Go(func() {
			if err := run(ctx); err != nil && ctx.Err() == nil {
				stop(fmt.Errorf("%s: %w", what, err))
			}
		})
	}
	part("worker", p.work)
	part("API", func(ctx context.Context) error { return answer(ctx, l, h) })
	part("engine", func(ctx context.Context) error {
		select {
		case err := <-engine.ended:
			engine.ended <- err
			return errors.Join(errors.New("the Temporal development server ended"), err)
		case <-ctx.Done():
			return nil
		}
	})
	if c.Demo {
		part("demonstration", func(ctx context.Context) error { return declareCity(ctx, in, p, out) })
	}
	c.greet(out, "http://"+l.Addr().String(), engine, p.clock)
	<-ctx.Done()
	fmt.Fprintln(out, "正在停止… (stopping)")
	parts.Wait()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}

func (c devCommand) greet(out io.Writer, address string, engine *devEngine, clock domain.Clock) {
	fmt.Fprintf(out, "\n里程已启动 (Milepost is running)\n")
	fmt.Fprintf(out, "  接口 API            %s/api/v1\n", address)
	if web.Built() != nil {
		fmt.Fprintf(out, "  网页 Web page       %s\n", address)
	}
	fmt.Fprintf(out, "  接口页面 API page   %s/api/docs\n", address)
	fmt.Fprintf(out, "  流程引擎 Temporal   %s\n", engine.Page)
	fmt.Fprintf(out, "  数据 Data           %s\n", c.Data)
	if clock.Simulated() {
		fmt.Fprintf(out, "  模拟时间 Simulated  %s，每秒走 %g 秒 (civil seconds per second)\n",
			clock.Civil(time.Now()).In(calendar.Zone).Format("2006-01-02 15:04"), clock.Rate)
	}
	if c.Demo {
		fmt.Fprintf(out, "  演示账号 Accounts   office, leader, fgw-handler, fgw-head, zrzy-handler … 密码 password: %s\n", demo.Password)
		fmt.Fprintf(out, "  演示全过程 Demo     bin/milepost demo run --url %s\n", address)
	}
	fmt.Fprintf(out, "  按 Ctrl-C 停止 (Ctrl-C stops)\n\n")
}

// occupy makes sure that one process at a time runs on a data folder.
func occupy(dir string) (release func(), err error) {
	name := filepath.Join(dir, "lock")
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the user names the folder
	if err != nil {
		return nil, err
	}
	if err := lockFile(f); err != nil {
		return nil, errors.Join(fmt.Errorf("another milepost runs on %s; stop it, or choose another folder with --data", dir), f.Close())
	}
	return func() { _ = f.Close() }, nil
}

// loadCity brings the demonstration's master data and accounts into the database.
func loadCity(ctx context.Context, db *store.Store, clock domain.Clock, now time.Time) error {
	_, err := demo.Load(ctx, demo.Loading{
		Registry: demoRegistry{db: db, now: clock.Civil(now)}, Hash: api.HashPassword,
	})
	return err
}

// declareCity declares the demonstration's projects; a later start declares only what is missing.
func declareCity(ctx context.Context, in *commands.Gateway, p *process, out io.Writer) error {
	loaded, err := demo.Load(ctx, demo.Loading{
		Registry: demoRegistry{db: p.db, now: p.clock.Civil(time.Now())}, Hash: api.HashPassword,
		Declare: declarer{in, p},
		Progress: func(what string, done, all int) {
			if done == all || done%25 == 0 {
				p.log.DebugContext(ctx, "Loading the demonstration.", "what", what, "done", done, "all", all)
			}
		},
	})
	if err != nil {
		return err
	}
	if loaded.Declared > 0 {
		fmt.Fprintf(out, "演示项目已申报%d个 (%d demonstration projects declared)\n", loaded.Declared, loaded.Declared)
	}
	return nil
}

// declarer declares the demonstration's projects as their owners would.
type declarer struct {
	in *commands.Gateway
	p  *process
}

func (d declarer) Declare(ctx context.Context, key string, by domain.Actor, f project.Profile) (fresh bool, err error) {
	if _, err := d.p.db.Command(ctx, key); err == nil {
		return false, nil
	} else if e := domain.AsError(err); e == nil || e.Kind != domain.KindNotFound {
		return false, err
	}
	pack, ok := d.p.rules.Current(f.Jurisdiction)
	if !ok {
		return false, fmt.Errorf("no policy pack is in force in %s", f.Jurisdiction)
	}
	name, body, err := project.Encode(project.Declare{Profile: f, Pack: pack.Hash()})
	if err != nil {
		return false, err
	}
	_, err = d.in.Send(ctx, domain.Command{
		ID: key, Entity: entity.Project, Type: name, Body: body, Actor: by, ReceivedAt: d.p.clock.Civil(time.Now()),
	})
	return err == nil, err
}
