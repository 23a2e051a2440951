package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/test/temporal"
)

func TestAnOperatorMakesKeysAndLooksWhichAreNeeded(t *testing.T) {
	cmd, _ := console(t)
	t.Setenv("MILEPOST_TEMPORAL__ADDRESS", temporal.Start(t))
	first, second := filepath.Join(t.TempDir(), "2026.key"), filepath.Join(t.TempDir(), "2027.key")
	for _, file := range []string{first, second} {
		out, err := cmd("key", "new", file)
		require.NoError(t, err)
		require.Contains(t, out, "指纹")
	}
	_, err := cmd("key", "renew")
	require.ErrorContains(t, err, "names no key")
	t.Setenv("MILEPOST_TEMPORAL__KEYS", second+","+first)
	out, err := cmd("key", "usage")
	require.NoError(t, err)
	require.Contains(t, out, "encrypts")
	require.Contains(t, out, "no open project needs it any more")
	_, err = cmd("key", "renew")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(first, 0o444))
	for _, args := range [][]string{{"key", "usage"}, {"preflight"}, {"verify"}, {"recover"}, {"worker"}, {"api"}} {
		_, err = cmd(args...)
		require.ErrorContains(t, err, "others may read", args[0])
	}
}
