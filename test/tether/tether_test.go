package tether_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/test/tether"
)

// The test binary starts itself anew, as the process that is killed and as the
// server that must not outlive it.
const role = "MILEPOST_TEST_TETHER_ROLE"

// Both inherit this end of a pipe, so that it closes when the last of them is gone.
var witness = os.NewFile(3, "witness")

func say(line string) {
	_, err := fmt.Fprintln(witness, line)
	must(err)
}

func TestMain(m *testing.M) {
	switch os.Getenv(role) {
	case "server":
		serve()
	case "starter":
		start()
	default:
		os.Exit(m.Run())
	}
}

func serve() {
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	say("serving")
	<-interrupted
	say("interrupted")
}

func start() {
	self, err := os.Executable()
	must(err)
	held, err := tether.New(self, nil)
	must(err)
	say(held.Dir)
	server := exec.Command(held.Command) //nolint:noctx // what ends it is the matter of the test
	server.Env = append(os.Environ(), role+"=server")
	server.ExtraFiles = []*os.File{witness}
	must(server.Start())
	must(server.Wait())
	must(held.Cut())
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func TestServerEndsWithAKilledProcess(t *testing.T) {
	read, write, err := os.Pipe()
	require.NoError(t, err)
	self, err := os.Executable()
	require.NoError(t, err)
	starter := exec.CommandContext(t.Context(), self)
	starter.Env = append(os.Environ(), role+"=starter")
	starter.ExtraFiles = []*os.File{write}
	require.NoError(t, starter.Start())
	require.NoError(t, write.Close())

	lines := bufio.NewScanner(read)
	next := func() string {
		require.True(t, lines.Scan(), "the server ended early")
		return lines.Text()
	}
	dir := next()
	require.DirExists(t, dir)
	require.Equal(t, "serving", next())

	require.NoError(t, starter.Process.Kill())
	require.Error(t, starter.Wait(), "it was killed")

	require.Equal(t, "interrupted", next())
	require.False(t, lines.Scan(), "nothing of it is left running")
	require.NoDirExists(t, dir)
}
