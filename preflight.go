package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"
	"go.temporal.io/sdk/log"

	"milepost/config"
	"milepost/worker"
)

type preflightCommand struct{}

// Run replays every open project with this program, while the release before still runs.
func (preflightCommand) Run(ctx context.Context, s config.Settings, logger *slog.Logger, out io.Writer) error {
	p := &process{settings: s, log: logger, metrics: prometheus.NewRegistry()}
	connection, err := p.connection()
	if err != nil {
		return unknown{err}
	}
	data, err := connection.DataConverter()
	if err != nil {
		return unknown{err}
	}
	if p.engine, err = p.dial(); err != nil {
		return unknown{err}
	}
	defer p.engine.Close()
	if err := p.reach(ctx); err != nil {
		return unknown{err}
	}
	looked := 0
	flight := worker.Preflight{
		Client: p.engine, Namespace: s.Temporal.Namespace, Data: data,
		Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler)), // what it would say of a misfit, it returns
	}
	misfits, err := flight.Run(ctx, func(replayed int) {
		if looked = replayed; looked%500 == 0 {
			fmt.Fprintf(out, "已重放%d个项目… (%d projects replayed)\n", looked, looked)
		}
	})
	for _, m := range misfits {
		fmt.Fprintf(out, "不能接着运行 (cannot go on): %s: %v\n", m.Entity, m.Err)
	}
	switch {
	case err != nil:
		return unknown{fmt.Errorf("not all projects could be looked at, so nothing is known; run it again: %w", err)}
	case len(misfits) > 0:
		return errors.New(fmt.Sprintf("不能升级：%d个进行中的项目里有%d个不能由本程序接着运行，请保留现在的版本。 ", looked, len(misfits)) +
			fmt.Sprintf("Do not upgrade: %d of %d open projects cannot go on with this program; keep the one that runs.", len(misfits), looked))
	}
	_, err = fmt.Fprintf(out, "可以升级：%d个进行中的项目都能由本程序接着运行。 (All %d open projects can go on with this program.)\n", looked, looked)
	return err
}
