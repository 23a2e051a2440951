// Package devserver finds the Temporal CLI, whose development server both
// `milepost dev` and the tests run.
package devserver

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

// Version is the Temporal CLI's that Milepost is developed with: the requirement
// of the module beside this package, where `make temporal-cli` builds it.
const Version = "v1.5.1"

// Environment variables that decide where the Temporal CLI is looked for.
const (
	EnvBinary = "MILEPOST_TEMPORAL" // path of the program; nothing else is tried
	EnvTools  = "MILEPOST_TOOLS"    // folder of built tools, see tools/get
)

var errMissing = errors.New("the Temporal CLI is missing: build it with `make temporal-cli` (some minutes, once for all clones), put `temporal` into PATH, or set " +
	EnvBinary + " to its path")

// Binary finds the Temporal CLI: what MILEPOST_TEMPORAL names, else what
// `make temporal-cli` built, else `temporal` in PATH.
func Binary() (path string, err error) {
	if path := os.Getenv(EnvBinary); path != "" {
		if path, err = exec.LookPath(path); err != nil {
			return "", fmt.Errorf("%s does not name a program: %w", EnvBinary, err)
		}
		return path, nil
	}
	built, err := builtBinary()
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(built); err == nil {
		return built, nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	if path, err = exec.LookPath("temporal"); err != nil {
		return "", errMissing
	}
	return path, nil
}

// builtBinary is where tools/get puts the Temporal CLI.
func builtBinary() (string, error) {
	dir := os.Getenv(EnvTools)
	if dir == "" {
		cache := os.Getenv("XDG_CACHE_HOME")
		if cache == "" {
			home, err := os.UserHomeDir()
			if err != nil {
				return "", fmt.Errorf("looking for the Temporal CLI: %w", err)
			}
			cache = filepath.Join(home, ".cache")
		}
		dir = filepath.Join(cache, "milepost", "tools")
	}
	return filepath.Join(dir, "temporal-"+Version), nil
}
