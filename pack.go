package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"milepost/config"
	"milepost/domain"
	"milepost/domain/policy"
	"milepost/store"
)

type packCommand struct {
	Check   packCheck   `cmd:"" help:"检查政策包，逐条列出问题所在的行和字段。 Check a policy pack and print every fault with line and field."`
	Publish packPublish `cmd:"" help:"检查政策包并在一个辖区启用；只需要数据库。 Check a policy pack and put it in force; needs only the database."`
	List    packList    `cmd:"" help:"列出随产品提供的政策包。 List the packs that are shipped."`
}

type packCheck struct {
	File []string `arg:"" type:"existingfile" help:"YAML 文件。 YAML files."`
	Lang string   `enum:"zh,en" default:"zh" help:"zh | en"`
}

func (c packCheck) Run(out io.Writer) error {
	wrong := 0
	for _, file := range c.File {
		_, _, faults, err := readPack(file)
		if err != nil {
			return err
		}
		for _, f := range faults {
			fmt.Fprintln(out, f.String(c.Lang))
		}
		wrong += len(faults)
		if len(faults) == 0 {
			fmt.Fprintf(out, "%s: 没有问题 (no faults)\n", file)
		}
	}
	if wrong > 0 {
		return errors.New("the pack is not valid: mend the lines above and check again")
	}
	return nil
}

// maxPack is the size of the largest pack file that is read.
const maxPack = 1 << 20

// readPack reads a pack file against the shipped packs that it may extend.
func readPack(file string) (p *policy.Pack, data []byte, faults []policy.Fault, err error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, nil, nil, err
	}
	if info.Size() > maxPack {
		return nil, nil, nil, fmt.Errorf("%s is larger than 1 MiB; no policy pack is", file)
	}
	data, err = os.ReadFile(file) //nolint:gosec // the user names the file
	if err != nil {
		return nil, nil, nil, err
	}
	p, faults = policy.Read(filepath.Base(file), data, config.PackSources())
	return p, data, faults, nil
}

type packPublish struct {
	File         string `arg:"" type:"existingfile" help:"YAML 文件。 The YAML file."`
	Jurisdiction string `help:"在哪个辖区启用；默认为包里写的辖区。 Where it comes into force; the pack's own jurisdiction when absent."`
	Lang         string `enum:"zh,en" default:"zh" help:"zh | en"`
}

// Run puts a pack in force for the projects that are declared from now on; those there are keep theirs. It stands on
// the audit record.
func (c packPublish) Run(ctx context.Context, s config.Settings, out io.Writer) error {
	p, data, faults, err := readPack(c.File)
	if err != nil {
		return err
	}
	for _, f := range faults {
		fmt.Fprintln(out, f.String(c.Lang))
	}
	if len(faults) > 0 {
		return errors.New("the pack is not valid: mend the lines above and publish again")
	}
	where := cmp.Or(c.Jurisdiction, p.Jurisdiction)
	if where == "" {
		return errors.New("the pack names no jurisdiction; say where with --jurisdiction")
	}
	db, err := desk(ctx, s)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing is pending
	by := store.By{Actor: domain.System, Address: store.Console}
	if err := db.PublishPack(ctx, by, storedPack(p, data), where); err != nil {
		return inWords(err)
	}
	fmt.Fprintf(out, "政策包 %s %s（%s）已在 %s 启用 (in force for projects declared from now on)\n", p.ID, p.Version, p.Hash(), where)
	return nil
}

func storedPack(p *policy.Pack, data []byte) store.StoredPack {
	return store.StoredPack{
		Hash: p.Hash(), ID: p.ID, Version: p.Version, Jurisdiction: p.Jurisdiction, Title: p.Title, YAML: string(data), JSON: string(p.Canonical()),
	}
}

type packList struct{}

func (packList) Run(out io.Writer) error {
	set, err := config.Packs()
	if err != nil {
		return err
	}
	for _, p := range set.Packs() {
		fmt.Fprintf(out, "%-6s %-8s %-18s %s\n", p.ID, p.Version, p.Hash(), p.Title.Zh)
	}
	return nil
}
