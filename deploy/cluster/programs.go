// Package cluster handles the PostgreSQL cluster that an installation lives on as a whole: it is backed up in one piece, so that the
// engine's databases and ours are of one moment, and a backup is tried out on a server of its own.
package cluster

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// Debian keeps the server's programs out of PATH, a folder to each version.
const debianPrograms = "/usr/lib/postgresql/*/bin/initdb"

// ErrNotInstalled says that there is no PostgreSQL server on this machine, and how to get one.
var ErrNotInstalled = errors.New("PostgreSQL's server (15 or later) is not installed here: install it (Debian: apt-get install postgresql), " +
	"or put its folder with initdb and postgres into PATH")

// Programs finds the folder with initdb and postgres.
func Programs() (string, error) {
	initdb, err := exec.LookPath("initdb")
	if err != nil {
		found, _ := filepath.Glob(debianPrograms) // fails only for a malformed pattern
		if len(found) == 0 {
			return "", ErrNotInstalled
		}
		initdb = found[len(found)-1] // sorted: the latest version
	}
	initdb, err = filepath.EvalSymlinks(initdb)
	if err != nil {
		return "", fmt.Errorf("looking for PostgreSQL's programs: %w", err)
	}
	return filepath.Dir(initdb), nil
}

// Unprivileged is the user to run the server as: PostgreSQL refuses to run as
// root, so root lends it the user that the package made. Nil means this process's
// own user.
func Unprivileged() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL does not run as root, and there is no other user to run it as: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("user postgres: %w", err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("user postgres: %w", err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}
