package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"milepost/config"
	"milepost/files"
	"milepost/store"
	"milepost/worker"
)

type verifyCommand struct {
	Patience time.Duration `default:"1m" help:"工作流可以比记录快多久、时限可以过多久才算问题。 How long a workflow may be ahead of the record, or a deadline unheeded."`
}

// Run looks over a live installation and changes nothing; it fails when an invariant does not hold.
func (c verifyCommand) Run(ctx context.Context, s config.Settings, log *slog.Logger, out io.Writer) error {
	p, err := newProcess(ctx, s, log, store.ForOperators)
	if err != nil {
		return err
	}
	defer p.close()
	if err := sound(ctx, p.db); err != nil {
		return err
	}
	trusted, err := trustedKeys(nil, s.Audit)
	if err != nil {
		return err
	}
	if p.shelf, err = files.Open(ctx, s.Files.URL); err != nil {
		return err
	}
	looked := 0
	v := worker.Verify{Store: p.db, Client: p.engine, Namespace: s.Temporal.Namespace, Clock: p.clock, Patience: c.Patience, Trusted: trusted, Shelf: p.shelf}
	findings, err := v.Run(ctx, func(timelines int) {
		if looked = timelines; looked%1000 == 0 {
			fmt.Fprintf(out, "已核对%d条时间线 / %d timelines looked at\n", looked, looked)
		}
	})
	for _, f := range findings {
		fmt.Fprintln(out, f)
	}
	if err != nil {
		return fmt.Errorf("not all could be looked at: %w", err)
	}
	if len(findings) > 0 {
		return fmt.Errorf("核对%d条时间线，发现%d处问题，处置办法见 docs/operations.md / %d findings in %d timelines", looked, len(findings), len(findings), looked)
	}
	_, err = fmt.Fprintf(out, "核对%d条时间线，全部一致 / %d timelines looked at, all in order\n", looked, looked)
	return err
}
