package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"milepost/commands"
	"milepost/config"
	"milepost/store"
	"milepost/worker"
)

type recoverCommand struct {
	Replace bool `help:"连引擎认识的项目也结束并重新启动：引擎恢复的是较早的备份时使用。 End and start again those that the engine knows too: its store was restored as of an earlier hour."`
	Force   bool `help:"即使其他 Milepost 进程还连着数据库也执行。 Go on although other processes of Milepost are connected to the database."`
}

// othersLeft counts the sessions of other processes that are left after a moment: the database notices only then that a
// process has just been stopped.
func othersLeft(ctx context.Context, db *store.Store) (others int, err error) {
	again := time.NewTicker(200 * time.Millisecond)
	defer again.Stop()
	for patience := time.After(3 * time.Second); ; {
		if others, err = db.Others(ctx); err != nil || others == 0 {
			return others, err
		}
		select {
		case <-again.C:
		case <-patience:
			return others, nil
		case <-ctx.Done():
			return others, ctx.Err()
		}
	}
}

// Run starts the open projects again from their timelines.
func (c recoverCommand) Run(ctx context.Context, s config.Settings, log *slog.Logger, out io.Writer) error {
	if path, embedded := strings.CutPrefix(s.Database, "sqlite://"); embedded && !c.Force {
		release, err := occupy(filepath.Dir(path))
		if err != nil {
			return err
		}
		defer release()
	}
	s.Database = inspecting(s.Database)
	p, err := newProcess(ctx, s, log, store.ForOperators)
	if err != nil {
		return err
	}
	defer p.close()
	others, err := othersLeft(ctx, p.db)
	if err != nil {
		return err
	}
	if others > 0 && !c.Force {
		return fmt.Errorf("其他 Milepost 进程还连着数据库（%d个连接）：先停止所有 milepost api 和 milepost worker。 "+
			"Other processes of Milepost are connected to the database (%d sessions): stop every `milepost api` and `milepost worker` first; "+
			"one that still writes would go on behind the back of what is started here. --force goes on all the same", others, others)
	}
	if err := p.reach(ctx); err != nil {
		return err
	}
	r, err := p.recover(ctx, c.Replace, out)
	if err != nil {
		return fmt.Errorf("stopped after %s; run it again to go on: %w", r.Last, err)
	}
	for _, failed := range r.Failed {
		fmt.Fprintf(out, "未能启动 (not started): %v\n", failed)
	}
	fmt.Fprintf(out, "重新启动%d个项目，%d个无须启动（引擎认识或已归档）。 (%d projects started again; %d needed nothing: the engine knows them, or they are archived.)\n",
		r.Restarted, r.Left, r.Restarted, r.Left)
	if len(r.Failed) > 0 {
		return fmt.Errorf("%d projects could not be started; mend what is said above and run it again", len(r.Failed))
	}
	fmt.Fprintln(out, "现在可以启动 milepost worker 和 milepost api；其后用 milepost verify 核对。 (Now start `milepost worker` and `milepost api`, then look it over with `milepost verify`.)")
	return nil
}

// recover makes the engine know the labels, and starts what it has lost.
func (p *process) recover(ctx context.Context, replace bool, out io.Writer) (commands.Recovery, error) {
	if err := worker.EnsureLabels(ctx, p.engine, p.settings.Temporal.Namespace); err != nil {
		return commands.Recovery{}, err
	}
	return p.gateway().RecoverAll(ctx, p.db, replace, func(r commands.Recovery) {
		if n := r.Restarted + r.Left + len(r.Failed); n%500 == 0 {
			fmt.Fprintf(out, "已处理%d个项目… (%d projects)\n", n, n)
		}
	})
}

// inspecting has this process's sessions bear another name than those that write.
func inspecting(database string) string {
	u, err := url.Parse(database)
	if err != nil || u.Scheme == "sqlite" {
		return database
	}
	q := u.Query()
	q.Set("application_name", "milepost-recover")
	u.RawQuery = q.Encode()
	return u.String()
}
