// Command with runs a command beside a throwaway PostgreSQL cluster, so that all
// test processes of one run share it:
//
//	go run ./test/postgres/with go test ./...
//
// The command finds the cluster's DSN in MILEPOST_TEST_POSTGRES. When that is set
// already, the command simply runs.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"milepost/test/postgres"
)

func main() {
	status, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	os.Exit(status)
}

func run(command []string) (status int, err error) {
	if len(command) == 0 {
		return 0, errors.New("usage: with COMMAND [ARGUMENT...]")
	}
	if os.Getenv(postgres.Env) == "" {
		dsn, err := postgres.StartCluster()
		if err != nil {
			return 0, err
		}
		if err := os.Setenv(postgres.Env, dsn); err != nil {
			return 0, err
		}
	}
	//nolint:noctx // signals end it
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr

	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	go func() {
		for s := range signals {
			_ = cmd.Process.Signal(s) // gone already is as good
		}
	}()
	var exit *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
		return 0, err
	}
	// Killed by a signal it has no status of its own: -1, which the shell sees as 255.
	return cmd.ProcessState.ExitCode(), nil
}
