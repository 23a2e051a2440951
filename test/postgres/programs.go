package postgres

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

var errNotInstalled = errors.New(`PostgreSQL's server is not installed, and these tests need it (15 or later).
Install it (Debian: apt-get install postgresql), put its folder with initdb and postgres into PATH,
or set ` + Env + ` to the DSN of a running server whose user may create databases`)

// Programs finds the folder with initdb and postgres.
func Programs() (string, error) {
	initdb, err := exec.LookPath("initdb")
	if err != nil {
		found, _ := filepath.Glob(debianPrograms) // fails only for a malformed pattern
		if len(found) == 0 {
			return "", errNotInstalled
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
