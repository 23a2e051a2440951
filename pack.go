package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"milepost/config"
	"milepost/domain/policy"
)

type packCommand struct {
	Check packCheck `cmd:"" help:"检查政策包，逐条列出问题所在的行和字段。 Check a policy pack and print every fault with line and field."`
	List  packList  `cmd:"" help:"列出随产品提供的政策包。 List the packs that are shipped."`
}

type packCheck struct {
	File []string `arg:"" type:"existingfile" help:"YAML 文件。 YAML files."`
	Lang string   `enum:"zh,en" default:"zh" help:"zh | en"`
}

// maxPack is the size of the largest pack file that is read.
const maxPack = 1 << 20

func (c packCheck) Run(out io.Writer) error {
	wrong := 0
	for _, file := range c.File {
		info, err := os.Stat(file)
		if err != nil {
			return err
		}
		if info.Size() > maxPack {
			return fmt.Errorf("%s is larger than 1 MiB; no policy pack is", file)
		}
		data, err := os.ReadFile(file) //nolint:gosec // the user names the file
		if err != nil {
			return err
		}
		faults := policy.Check(filepath.Base(file), data, config.PackSources())
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
