package config

import (
	"embed"
	"fmt"
	"path"

	"milepost/domain/policy"
)

//go:generate go run ./internal/clausedoc .. ../docs/clauses.md

//go:embed packs/*.yaml
var packFiles embed.FS

// PackSources returns the policy packs that the product ships with as they are written, by file name.
func PackSources() map[string][]byte {
	files, err := packFiles.ReadDir("packs")
	if err != nil {
		panic("shipped packs: " + err.Error()) // embedded in the program
	}
	sources := make(map[string][]byte, len(files))
	for _, f := range files {
		data, err := packFiles.ReadFile(path.Join("packs", f.Name()))
		if err != nil {
			panic("shipped packs: " + err.Error())
		}
		sources[f.Name()] = data
	}
	return sources
}

// Packs returns the policy packs that the product ships with, read and checked.
func Packs() (*policy.Set, error) {
	set, faults := policy.Load(PackSources())
	if err := faults.Err(); err != nil {
		return nil, fmt.Errorf("shipped packs: %w", err)
	}
	return set, nil
}

// Rules returns the packs and the calendar that the product ships with as deciders ask for them: every pack, the
// calendar in force, and no pack in force anywhere yet.
func Rules() (*policy.Registry, *policy.Set, error) {
	set, err := Packs()
	if err != nil {
		return nil, nil, err
	}
	cal, err := Calendar()
	if err != nil {
		return nil, nil, err
	}
	rules := policy.NewRegistry()
	rules.Put(set.Packs()...)
	rules.PutCalendar(cal)
	return rules, set, rules.SetCurrentCalendar(cal.Version())
}
