package main

import (
	"context"
	"fmt"
	"io"

	"milepost/config"
	"milepost/store"
)

type effectsCommand struct {
	List  effectsList  `cmd:"" help:"列出失败到底、等待处理的后续动作和原因。 List the effects that failed for good, and why."`
	Retry effectsRetry `cmd:"" help:"消除原因后重做；记入审计记录。 Take one up again once the cause is gone; it stands on the audit record."`
}

type effectsList struct {
	Limit int `default:"100" help:"最多列出多少个。 At most so many."`
}

// Run lists the dead effects.
func (c effectsList) Run(ctx context.Context, s config.Settings, out io.Writer) error {
	db, err := desk(ctx, s)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing is pending
	dead, err := db.DeadEffects(ctx, c.Limit)
	if err != nil {
		return err
	}
	for _, e := range dead {
		fmt.Fprintf(out, "%s\t%s\t试了%d次 (attempts)\t%s\n", e.ID, e.Kind, e.Attempts, e.Error)
	}
	_, err = fmt.Fprintf(out, "共%d个 (dead effects)\n", len(dead))
	return err
}

type effectsRetry struct {
	ID []string `arg:"" help:"effects list 列出的编号。 Ids as listed."`
}

// Run takes dead effects up again; a worker carries them out.
func (c effectsRetry) Run(ctx context.Context, s config.Settings, out io.Writer) error {
	db, err := desk(ctx, s)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing is pending
	for _, id := range c.ID {
		if err := db.RetryEffect(ctx, store.Operator, id); err != nil {
			return fmt.Errorf("%s: %w", id, inWords(err))
		}
		fmt.Fprintf(out, "%s 将重做 (will be carried out again)\n", id)
	}
	return nil
}
