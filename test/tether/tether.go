// Package tether runs servers beside tests so that none outlives the process
// that started it. A test can be ended by a timeout or a kill, and then no
// cleanup of its own runs; what it started would run on for ever.
package tether

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Tether holds one server to this process.
type Tether struct {
	// Dir is the server's scratch folder. It goes when the server has ended.
	Dir string
	// Command is to be run in the server's place, with the server's arguments.
	Command string

	// A bare descriptor: as an *os.File it would be closed once unreachable.
	alive int
}

// The kernel closes the pipe with the process that holds it, however that
// process ended; no signal handler or cleanup has to run.
const script = `#!/bin/sh
# Runs a server and ends it when the process that wrote this file is gone:
# that process alone holds the writing end of the pipe "alive".
cd '%[1]s' || exit
'%[2]s' "$@" &
server=$!
trap 'kill -INT $server' HUP INT QUIT TERM
trap '' PIPE # nobody may be left to hear that the server was killed
{ read -r _ <alive; kill -INT $server; } >/dev/null 2>&1 &
watch=$!
while kill -0 $server 2>/dev/null; do # a signal ends the wait early
	wait $server
	status=$?
done
kill $watch 2>/dev/null
cd / && rm -rf '%[1]s'
exit $status
`

// New prepares to run the program, a path, under this process's life. The
// program will run as the given user, or as this process's when nil. An
// interrupt (SIGINT) must be what ends the program.
func New(program string, user *syscall.Credential) (*Tether, error) {
	dir, err := os.MkdirTemp("", "milepost-")
	if err != nil {
		return nil, fmt.Errorf("making a scratch folder for %s: %w", program, err)
	}
	if strings.ContainsRune(dir+program, '\'') {
		return nil, fmt.Errorf("the paths %s and %s must not have a quote in them", dir, program)
	}
	t := &Tether{Dir: dir, Command: filepath.Join(dir, "run")}
	pipe := filepath.Join(dir, "alive")
	text := fmt.Sprintf(script, dir, program)
	if err := errors.Join(os.WriteFile(t.Command, []byte(text), 0o700), syscall.Mkfifo(pipe, 0o600)); err != nil {
		return nil, fmt.Errorf("preparing to run %s: %w", program, err)
	}
	if user != nil {
		for _, path := range []string{dir, t.Command, pipe} {
			if err := os.Chown(path, int(user.Uid), int(user.Gid)); err != nil {
				return nil, fmt.Errorf("giving %s to the user of %s: %w", path, program, err)
			}
		}
	}
	// Opened for both ways, or the open would wait for the reader.
	t.alive, err = syscall.Open(pipe, syscall.O_RDWR|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("preparing to run %s: %w", program, err)
	}
	return t, nil
}

// Cut ends the server, without waiting for its end.
func (t *Tether) Cut() error { return syscall.Close(t.alive) }
