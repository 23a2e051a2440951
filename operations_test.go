package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"
)

// What operators are told to type is something that the program understands.
func TestEveryCommandThatOperatorsAreToldIsOne(t *testing.T) {
	places := t.TempDir()
	for _, guide := range []string{"docs/operations.md", "README.md"} {
		text, err := os.ReadFile(guide)
		require.NoError(t, err)
		found := 0
		for n, block := range strings.Split(string(text), "```") {
			if n%2 == 0 || !strings.HasPrefix(block, "sh\n") {
				continue
			}
			for line := range strings.Lines(block) {
				args, ok := toldToType(line)
				if !ok {
					continue
				}
				found++
				for i, a := range args { // files and folders that are named are there
					if !strings.ContainsAny(a, "/.") || strings.Contains(a, "://") || strings.HasPrefix(a, "-") || strings.Contains(a, ":") {
						continue
					}
					args[i] = filepath.Join(places, a)
					if filepath.Ext(a) == "" {
						require.NoError(t, os.MkdirAll(args[i], 0o700))
						continue
					}
					require.NoError(t, os.MkdirAll(filepath.Dir(args[i]), 0o700))
					require.NoError(t, os.WriteFile(args[i], nil, 0o600))
				}
				parser, err := kong.New(&cli{}, kong.Name("milepost"), kong.Exit(func(int) { t.Error("it ends the program") }))
				require.NoError(t, err)
				_, err = parser.Parse(args)
				require.NoError(t, err, "%s: %s", guide, strings.TrimSpace(line))
			}
		}
		require.Greater(t, found, 3, guide)
	}
}

// toldToType is what follows the program's name in a line of a guide, without what is only said of it.
func toldToType(line string) (args []string, ok bool) {
	line, _, _ = strings.Cut(strings.TrimLeft(line, "# "), "#")
	words := strings.Fields(line)
	if len(words) < 2 || (words[0] != "milepost" && !strings.HasPrefix(words[0], "milepost-") && words[0] != "bin/milepost") {
		return nil, false
	}
	return words[1:], true
}
