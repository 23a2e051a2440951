package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"milepost/commands"
	"milepost/config"
	"milepost/domain"
	"milepost/domain/policy"
	"milepost/store"
)

type packCommand struct {
	Check   packCheck   `cmd:"" help:"检查政策包，逐条列出问题所在的行和字段。 Check a policy pack and print every fault with line and field."`
	Publish packPublish `cmd:"" help:"检查政策包并在一个辖区启用；只需要数据库。 Check a policy pack and put it in force; needs only the database."`
	Adopt   packAdopt   `cmd:"" help:"试算办理中的项目改用现行政策包；之后用 milepost broadcast start 启动。 Work out what changes when open projects move to the pack in force; start it with milepost broadcast start."`
	List    packList    `cmd:"" help:"列出随产品提供的政策包。 List the packs that are shipped."`
}

type packCheck struct {
	File    []string `arg:"" type:"existingfile" help:"YAML 文件。 YAML files."`
	After   string   `type:"existingfile" xor:"before" help:"还检查能否接替这个文件里的一版。 Whether it succeeds the version in this file, too."`
	InForce string   `placeholder:"JURISDICTION" xor:"before" help:"还检查能否接替这个辖区现行的一版（读数据库）。 Whether it succeeds the version in force there, too; reads the database."`
	Lang    string   `enum:"zh,en" default:"zh" help:"zh | en"`
}

// Run checks the files by themselves, and against the version that they are to succeed.
func (c packCheck) Run(ctx context.Context, s config.Settings, out io.Writer) error {
	before, err := c.before(ctx, s)
	if err != nil {
		return err
	}
	wrong := 0
	for _, file := range c.File {
		pack, _, faults, err := readPack(file)
		if err != nil {
			return err
		}
		if before != nil && len(faults) == 0 {
			faults = policy.Succeeds(before, pack)
			for i := range faults {
				faults[i].File = filepath.Base(file)
			}
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

// before is the version that a pack is to succeed; nil when none is named.
func (c packCheck) before(ctx context.Context, s config.Settings) (*policy.Pack, error) {
	switch {
	case c.After != "":
		pack, _, faults, err := readPack(c.After)
		if err == nil && len(faults) > 0 {
			err = fmt.Errorf("%s is not valid itself: %s", c.After, faults[0].String(c.Lang))
		}
		return pack, err
	case c.InForce != "":
		db, err := desk(ctx, s)
		if err != nil {
			return nil, err
		}
		defer db.Close() //nolint:errcheck // only read
		stored, err := packInForce(ctx, db, c.InForce)
		if err != nil {
			return nil, inWords(err)
		}
		return policy.Decode([]byte(stored.JSON))
	default:
		return nil, nil
	}
}

// packInForce is the pack in force in a jurisdiction.
func packInForce(ctx context.Context, db *store.Store, jurisdiction string) (store.StoredPack, error) {
	rules, err := db.Rules(ctx)
	if err != nil {
		return store.StoredPack{}, err
	}
	hash := rules.InForce[jurisdiction]
	if hash == "" {
		return store.StoredPack{}, fmt.Errorf("辖区 %s 没有现行的政策包。 No pack is in force in %s", jurisdiction, jurisdiction)
	}
	return db.Pack(ctx, hash)
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
		refused, ok := errors.AsType[*policy.NotSuccessor](err)
		if !ok {
			return inWords(err)
		}
		for _, f := range refused.Faults {
			fmt.Fprintln(out, f.String(c.Lang))
		}
		return fmt.Errorf("不能接替现行的第%s版，请保留上面各项。 It does not succeed version %s, which is in force: keep what the lines above name", refused.Before, refused.Before)
	}
	fmt.Fprintf(out, "政策包 %s %s（%s）已在 %s 启用 (in force for projects declared from now on)\n", p.ID, p.Version, p.Hash(), where)
	return nil
}

type packAdopt struct {
	Jurisdiction string `arg:"" help:"辖区。 The jurisdiction."`
}

// Run has the workers work out what would change if the open projects of a jurisdiction moved to the pack in force there.
// They move when the broadcast is started.
func (c packAdopt) Run(ctx context.Context, s config.Settings, out io.Writer) error {
	db, err := desk(ctx, s)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing is pending
	stored, err := packInForce(ctx, db, c.Jurisdiction)
	if err != nil {
		return inWords(err)
	}
	b, err := commands.PublishAdoption(ctx, db, store.Operator, c.Jurisdiction, stored.Hash)
	if err != nil {
		return inWords(err)
	}
	if b, err = follow(ctx, db, b.ID, out); err != nil {
		return err
	}
	fmt.Fprintf(out, "看过之后用 milepost broadcast start %s 启动 (start it when you have seen what changes)\n", b.ID)
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
