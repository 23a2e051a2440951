// Package rooms_test proves that the linter keeps the doors between our rooms
// shut: a small copy of the house is made with every import there could be, and
// exactly the wrong ones must be refused.
package rooms_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const top = "../.."

// mayImport is the table of the rooms: which of our own each may import.
var mayImport = map[string][]string{
	"domain":     {"domain"},
	"store":      {"store", "domain"},
	"activities": {"activities", "store", "domain"},
	"workflows":  {"workflows", "activities", "domain"},
	"commands":   {"commands", "workflows", "store", "domain"},
	"files":      {"files", "domain"},
	"api":        {"api", "files", "commands", "store", "domain", "web"},
	"worker":     {"worker", "files", "commands", "workflows", "activities", "store", "domain", "config", "rehearsal"},
	"config":     {"config", "domain/calendar", "domain/policy"},
	"rehearsal":  {"rehearsal", "domain"},
	"demo":       {"demo", "config", "domain"},
	"web":        {},
	"main":       {"api", "files", "worker", "commands", "workflows", "activities", "store", "domain", "config", "rehearsal", "web", "demo"},
	"test":       {"test", "api", "files", "worker", "commands", "workflows", "activities", "store", "domain", "config", "rehearsal", "web", "demo"},
}

// onlyIn lists what only some rooms may import from elsewhere.
var onlyIn = map[string][]string{
	"gorm.io/gorm":                                    {"store"},
	"gorm.io/driver/postgres":                         {"store"},
	"github.com/pressly/goose/v3":                     {"store"},
	"database/sql":                                    {"store", "test"},
	"github.com/jackc/pgx/v5":                         {"store", "test"},
	"gocloud.dev/blob":                                {"files"},
	"github.com/labstack/echo/v4":                     {"api"},
	"github.com/labstack/echo-contrib/echoprometheus": {"api"},
	"go.temporal.io/sdk/client":                       {"activities", "commands", "worker", "main", "test"},
	"go.temporal.io/sdk/workflow":                     {"workflows", "commands", "worker", "main", "test"},
	"github.com/expr-lang/expr/vm":                    all,
	"github.com/goccy/go-yaml/ast":                    all,
	"github.com/santhosh-tekuri/jsonschema/v6/kind":   all,
	"github.com/shopspring/decimal":                   all,
	"github.com/google/uuid":                          except("domain", "workflows"),
	"context":                                         except("domain", "workflows"),
	"crypto/rand":                                     except("domain", "workflows"),
	"crypto/sha256":                                   all,
	"log/slog":                                        except("domain"),
	"math/rand":                                       except("domain", "workflows"),
	"math/rand/v2":                                    except("workflows"),
	"net/http":                                        except("domain", "workflows"),
	"os":                                              except("domain", "workflows"),
	"os/exec":                                         except("domain", "workflows"),
	"sync":                                            except("workflows"),
	"testing":                                         {"test"},
	"github.com/stretchr/testify/require":             {"test"},
	"github.com/stretchr/testify/assert":              {},
	"time":                                            all,
}

var all = except()

func except(rooms ...string) []string {
	var rest []string
	for room := range mayImport {
		if !slices.Contains(rooms, room) {
			rest = append(rest, room)
		}
	}
	return rest
}

// seed is one file of the small house, with one import.
type seed struct{ room, imports string }

func (s seed) allowed() bool {
	if rooms, ok := onlyIn[s.imports]; ok {
		return slices.Contains(rooms, s.room)
	}
	return slices.ContainsFunc(mayImport[s.room], func(may string) bool {
		return strings.HasPrefix(s.imports+"/", "milepost/"+may+"/")
	})
}

func TestWrongImportsAreRefused(t *testing.T) {
	house, seeds := t.TempDir(), map[string]seed{}
	plant := func(file, text string) {
		file = filepath.Join(house, file)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
	for _, file := range []string{".golangci.yml", "go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(top, file))
		require.NoError(t, err)
		plant(file, string(text))
	}

	// Who imports and what is imported are packages apart, so that no import cycle comes about.
	imports := []string{"milepost/domain/calendar/door", "milepost/domain/policy/door", "milepost/domain/project/door"}
	for room := range mayImport {
		if room != "main" && room != "domain" {
			imports = append(imports, "milepost/"+room+"/door")
		}
	}
	for _, path := range imports {
		plant(strings.TrimPrefix(path, "milepost/")+"/door.go", "package door\n")
	}
	for path := range onlyIn {
		imports = append(imports, path)
	}
	for room := range mayImport {
		for i, imported := range imports {
			file := fmt.Sprintf("seed%d.go", i)
			if room == "main" {
				seeds[file] = seed{room, imported}
				continue
			}
			seeds[path.Join(room, file)] = seed{room, imported}
			seeds[path.Join(room, "inner", "chamber", file)] = seed{room, imported}
		}
	}
	for file, seed := range seeds {
		name := path.Base(path.Dir(path.Join("main", file)))
		plant(file, fmt.Sprintf("package %s\n\nimport _ %q\n", name, seed.imports))
	}

	refused := lint(t, house)
	for file, seed := range seeds {
		switch {
		case seed.allowed() && refused[file] != "":
			t.Errorf("%s: %s may import %s, but the linter says: %s", file, seed.room, seed.imports, refused[file])
		case !seed.allowed() && refused[file] == "":
			t.Errorf("%s: %s must not import %s, but the linter lets it", file, seed.room, seed.imports)
		}
	}
}

// lint tells for each file of the house what depguard has against it.
func lint(t *testing.T, house string) map[string]string {
	t.Helper()
	where, err := exec.CommandContext(t.Context(), top+"/tools/get", "golangci-lint").Output()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), strings.TrimSpace(string(where)), "run", "--enable-only", "depguard",
		"--issues-exit-code", "0", "--output.json.path", "stdout", "--show-stats=false", "./...")
	cmd.Dir = house
	said := &strings.Builder{}
	cmd.Stderr = said
	out, err := cmd.Output()
	require.NoError(t, err, said)

	var report struct {
		Issues []struct {
			FromLinter, Text string
			Pos              struct{ Filename string }
		}
	}
	require.NoError(t, json.Unmarshal(out, &report), "%s", out)
	refused := map[string]string{}
	for _, issue := range report.Issues {
		require.Equal(t, "depguard", issue.FromLinter, issue.Text)
		refused[issue.Pos.Filename] = issue.Text
	}
	return refused
}
