package town

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Change replaces one passage of a source file, which must be there exactly once.
type Change struct {
	File     string // in the clone
	Old, New string
}

// Overlay writes an overlay for the Go tool with which the program is built changed, and returns its file.
func Overlay(dir string, changes ...Change) (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "milepost").Output() //nolint:noctx // at once
	if err != nil {
		return "", fmt.Errorf("find the clone: %w", err)
	}
	top := strings.TrimSpace(string(out))
	texts := map[string]string{}
	for _, c := range changes {
		file := filepath.Join(top, c.File)
		if _, read := texts[file]; !read {
			data, err := os.ReadFile(file)
			if err != nil {
				return "", err
			}
			texts[file] = string(data)
		}
		if n := strings.Count(texts[file], c.Old); n != 1 {
			return "", fmt.Errorf("%s has %d times what was to be changed: %s", c.File, n, c.Old)
		}
		texts[file] = strings.Replace(texts[file], c.Old, c.New, 1)
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

// CutOften has runs of workflows cut every dozen commands, so that faults meet many cuts.
var CutOften = Change{"workflows/host.go", "longHistory = 1000", "longHistory = 80"}
