package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"milepost/deploy/cluster"
	"milepost/test/tether"
)

const startLimit = time.Minute

// StartCluster makes a throwaway PostgreSQL cluster, starts its server and
// returns the DSN of its superuser. It listens on a socket in a folder that only
// this user can enter, so no port can clash and no password is needed. The server
// and its folder go with this process, however that ends.
//
// Its settings are PostgreSQL's own. In particular fsync stays on, though nothing
// here need survive a crash: Milepost refuses a server without it, and tests are
// to meet the server that the product will.
func StartCluster() (dsn string, err error) {
	bin, err := cluster.Programs()
	if err != nil {
		return "", err
	}
	as, err := cluster.Unprivileged()
	if err != nil {
		return "", err
	}
	held, err := tether.New(filepath.Join(bin, "postgres"), as)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	c := scratch{bin: bin, dir: held.Dir, as: as}
	if err := c.make(ctx); err != nil {
		return "", errors.Join(err, held.Cut(), os.RemoveAll(held.Dir))
	}
	if err := c.start(ctx, held.Command); err != nil {
		return "", errors.Join(err, held.Cut())
	}
	return c.dsn(), nil
}

type scratch struct {
	bin string              // folder of PostgreSQL's programs
	dir string              // scratch folder: socket and data
	as  *syscall.Credential // the server's user, nil for this process's own
}

func (c scratch) data() string { return filepath.Join(c.dir, "data") }

func (c scratch) dsn() string {
	return "postgres://postgres@/postgres?" + url.Values{"host": {c.dir}}.Encode()
}

// settle gives a program the server's user and a plain environment, without the
// PG* variables that a developer may have set.
func (c scratch) settle(cmd *exec.Cmd) *exec.Cmd {
	cmd.Dir = c.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.as}
	return cmd
}

func (c scratch) make(ctx context.Context) error {
	initdb := c.settle(exec.CommandContext(ctx, filepath.Join(c.bin, "initdb"), "--pgdata", c.data(),
		"--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync"))
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("making a throwaway PostgreSQL cluster: %w\n%s", err, out)
	}
	return nil
}

// start returns when the server answers.
func (c scratch) start(ctx context.Context, command string) error {
	log, err := os.CreateTemp("", "milepost-postgres-log-")
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	if err := os.Remove(log.Name()); err != nil { // read below by its descriptor alone
		return err
	}
	//nolint:noctx // the time limit is for the start; the server lives as long as the process
	server := c.settle(exec.Command(command, "-D", c.data(), "-k", c.dir,
		"-c", "listen_addresses=", "-c", "max_connections=300"))
	server.Stdout, server.Stderr = log, log
	if err := server.Start(); err != nil {
		return fmt.Errorf("starting a throwaway PostgreSQL server: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Wait() }()

	said := func() string {
		text, _ := io.ReadAll(io.NewSectionReader(log, 0, 1<<20)) // best effort: it only explains the error
		return string(text)
	}
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		conn, err := pgx.Connect(ctx, c.dsn())
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-again.C:
		case err := <-ended:
			return fmt.Errorf("the throwaway PostgreSQL server ended: %w\n%s", err, said())
		case <-ctx.Done():
			return fmt.Errorf("the throwaway PostgreSQL server does not answer: %w\n%s", err, said())
		}
	}
}
