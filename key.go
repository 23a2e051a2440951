package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"

	"milepost/commands"
	"milepost/config"
	"milepost/worker"
)

type keyCommand struct {
	New   keyNew   `cmd:"" help:"生成一把密钥，写入只有本人可读的新文件。 Make a key in a new file that only its owner may read."`
	Usage keyUsage `cmd:"" help:"进行中的项目还需要哪些密钥；只读。 Which keys the open projects still need; changes nothing."`
	Renew keyRenew `cmd:"" help:"让还需要旧密钥的项目现在就改用第一把密钥；可以重复执行。 Have the projects that need an old key go over to the first now; again is no harm."`
}

type keyNew struct {
	File string `arg:"" type:"path" help:"新文件。 The new file."`
}

// Run makes a key.
func (c keyNew) Run(out io.Writer) error {
	key, err := commands.NewKey(c.File)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "密钥 %s（指纹 %s）已写入 %s，请另存一份在别处：丢了它，用它加密的流程就读不出来，只能从时间线重建。\n", key.Name, key.Fingerprint(), c.File)
	fmt.Fprintf(out, "Key %s (fingerprint %s) is in %s. Keep a copy elsewhere: without it the workflows it encrypted cannot be read, only started again from their timelines.\n", key.Name, key.Fingerprint(), c.File)
	return nil
}

// keyring is the keys of this process beside a reader of what the engine holds.
type keyring struct {
	*process
	keys []commands.Key
}

func openKeyring(ctx context.Context, s config.Settings, log *slog.Logger) (*keyring, error) {
	keys, err := commands.LoadKeys(s.Temporal.Keys)
	if err != nil {
		return nil, err
	}
	p := &process{settings: s, log: log, metrics: prometheus.NewRegistry()}
	if p.engine, err = p.dial(); err != nil {
		return nil, err
	}
	if err := p.reach(ctx); err != nil {
		p.engine.Close()
		return nil, err
	}
	return &keyring{p, keys}, nil
}

func (k *keyring) held() worker.Keys {
	return worker.Keys{Client: k.engine, Namespace: k.settings.Temporal.Namespace}
}

// name is what people call the key with that fingerprint.
func (k *keyring) name(fingerprint string) string {
	if fingerprint == "" {
		return "未加密 (not encrypted)"
	}
	for _, key := range k.keys {
		if key.Fingerprint() == fingerprint {
			return key.Name + " (" + fingerprint + ")"
		}
	}
	return fingerprint + "：设置里没有这把密钥 (not among temporal.keys)"
}

func looking(out io.Writer) func(looked int) {
	return func(looked int) {
		if looked%500 == 0 {
			fmt.Fprintf(out, "已查看%d个项目… (%d projects)\n", looked, looked)
		}
	}
}

type keyUsage struct{}

// Run lists the keys that open workflows need; it fails when one of them is not among the settings.
func (keyUsage) Run(ctx context.Context, s config.Settings, log *slog.Logger, out io.Writer) error {
	k, err := openKeyring(ctx, s, log)
	if err != nil {
		return err
	}
	defer k.engine.Close()
	uses, err := k.held().Usage(ctx, looking(out))
	if err != nil {
		return fmt.Errorf("not all projects could be looked at, so no key may go: %w", err)
	}
	needed := map[string]bool{"": true}
	for _, u := range uses {
		needed[u.Fingerprint] = true
		fmt.Fprintf(out, "%s: %d个进行中的项目需要，例如 %s (needed by %d open projects)\n", k.name(u.Fingerprint), u.Workflows, u.Example, u.Workflows)
	}
	held := map[string]bool{"": true}
	for i, key := range k.keys {
		held[key.Fingerprint()] = true
		switch {
		case i == 0:
			fmt.Fprintf(out, "%s: 现在用来加密 (encrypts)\n", k.name(key.Fingerprint()))
		case !needed[key.Fingerprint()]:
			fmt.Fprintf(out, "%s: 进行中的项目都不再需要 (no open project needs it any more)\n", k.name(key.Fingerprint()))
		}
	}
	for key := range needed {
		if !held[key] {
			return fmt.Errorf("open projects need the key %s, which is not among temporal.keys: they stand still until it is", key)
		}
	}
	return nil
}

type keyRenew struct{}

// Run has the workflows that need another key than the first begin a new run.
func (keyRenew) Run(ctx context.Context, s config.Settings, log *slog.Logger, out io.Writer) error {
	k, err := openKeyring(ctx, s, log)
	if err != nil {
		return err
	}
	defer k.engine.Close()
	if len(k.keys) == 0 {
		return errors.New("temporal.keys names no key")
	}
	asked, err := k.held().Renew(ctx, k.keys[0].Fingerprint(), looking(out))
	if err != nil {
		return fmt.Errorf("stopped after %d projects, run it again to go on: %w", asked, err)
	}
	fmt.Fprintf(out, "已请%d个项目改用密钥 %s；稍后用 milepost key usage 查看。 (%d projects were asked to go over to it; see `milepost key usage` in a moment.)\n", asked, k.name(k.keys[0].Fingerprint()), asked)
	return nil
}
