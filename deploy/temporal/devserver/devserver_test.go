package devserver_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/deploy/temporal/devserver"
)

func program(t *testing.T, dir, name string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"), 0o700))
	return path
}

func TestBinaryIsFound(t *testing.T) {
	own, cache, inPath := t.TempDir(), t.TempDir(), t.TempDir()
	t.Setenv("PATH", inPath)
	t.Setenv(devserver.EnvTools, cache)
	t.Setenv(devserver.EnvBinary, "")

	_, err := devserver.Binary()
	require.ErrorContains(t, err, "make temporal-cli", "nowhere yet")

	want := program(t, inPath, "temporal")
	got, err := devserver.Binary()
	require.NoError(t, err)
	require.Equal(t, want, got, "in PATH")

	want = program(t, cache, "temporal-"+devserver.Version)
	got, err = devserver.Binary()
	require.NoError(t, err)
	require.Equal(t, want, got, "the built one before that in PATH")

	want = program(t, own, "my-temporal")
	t.Setenv(devserver.EnvBinary, want)
	got, err = devserver.Binary()
	require.NoError(t, err)
	require.Equal(t, want, got, "the one asked for before all others")

	t.Setenv(devserver.EnvBinary, filepath.Join(own, "absent"))
	_, err = devserver.Binary()
	require.ErrorContains(t, err, "MILEPOST_TEMPORAL does not name a program")
}

// The build and the lookup are two programs; they must mean the same file.
func TestBinaryIsLookedForWhereItIsBuilt(t *testing.T) {
	tests := []struct{ name, tools, cache string }{
		{"by default", "", ""},
		{"in another cache", "", t.TempDir()},
		{"in a folder of tools", t.TempDir(), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("HOME", t.TempDir())
			t.Setenv("XDG_CACHE_HOME", test.cache)
			t.Setenv(devserver.EnvTools, test.tools)
			t.Setenv(devserver.EnvBinary, "")
			out, err := exec.CommandContext(t.Context(), "../../../tools/get", "--where", "temporal").Output()
			require.NoError(t, err)
			where := strings.TrimSpace(string(out))

			require.NoError(t, os.MkdirAll(filepath.Dir(where), 0o700))
			want := program(t, filepath.Dir(where), filepath.Base(where))
			got, err := devserver.Binary()
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
}
