package faults

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// change replaces one passage of a source file, which must be there exactly once.
type change struct {
	file     string // in the clone
	old, new string
}

// overlay writes an overlay for the Go tool with which the program is built changed, and returns its file.
func overlay(dir string, changes ...change) (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "milepost").Output() //nolint:noctx // at once
	if err != nil {
		return "", fmt.Errorf("find the clone: %w", err)
	}
	top := strings.TrimSpace(string(out))
	texts := map[string]string{}
	for _, c := range changes {
		file := filepath.Join(top, c.file)
		if _, read := texts[file]; !read {
			data, err := os.ReadFile(file) //nolint:gosec // of the clone
			if err != nil {
				return "", err
			}
			texts[file] = string(data)
		}
		if n := strings.Count(texts[file], c.old); n != 1 {
			return "", fmt.Errorf("%s has %d times what was to be changed: %s", c.file, n, c.old)
		}
		texts[file] = strings.Replace(texts[file], c.old, c.new, 1)
	}
	var replaced struct{ Replace map[string]string }
	replaced.Replace = map[string]string{}
	for file, text := range texts {
		changed := filepath.Join(dir, fmt.Sprintf("overlay-%d-%s", len(replaced.Replace), filepath.Base(file)))
		if err := os.WriteFile(changed, []byte(text), 0o600); err != nil {
			return "", err
		}
		replaced.Replace[file] = changed
	}
	data, err := json.Marshal(replaced)
	if err != nil {
		return "", err
	}
	list := filepath.Join(dir, "overlay.json")
	return list, os.WriteFile(list, data, 0o600)
}

// cutOften has runs of workflows cut every dozen commands, so that faults meet many cuts.
var cutOften = change{"workflows/host.go", "longHistory = 1000", "longHistory = 80"}
