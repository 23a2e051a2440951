package faults

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"milepost/test/postgres"
)

// database is one PostgreSQL cluster with checksums. It holds the engine's databases and ours, as in production.
type database struct {
	*process
	address string
	bin     string
}

// newDatabase makes a cluster in a folder and starts it.
func newDatabase(ctx context.Context, dir string) (*database, error) {
	bin, err := postgres.Programs()
	if err != nil {
		return nil, err
	}
	as, err := postgres.Unprivileged()
	if err != nil {
		return nil, err
	}
	home := filepath.Join(dir, "postgres")
	if err := os.MkdirAll(home, 0o700); err != nil {
		return nil, err
	}
	if as != nil {
		if err := os.Chown(home, int(as.Uid), int(as.Gid)); err != nil {
			return nil, err
		}
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	data := filepath.Join(home, "data")
	d := &database{bin: bin, address: "127.0.0.1:" + port, process: &process{
		name: "database", program: filepath.Join(bin, "postgres"), dir: home, user: as, log: filepath.Join(dir, "postgres.log"),
		env: []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"},
		args: []string{"-D", data, "-k", home, "-p", port,
			"-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300", "-c", "shared_buffers=256MB"},
	}}
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "--pgdata", data, "--username", "postgres", "--auth", "trust",
		"--encoding", "UTF8", "--locale", "C", "--data-checksums")
	initdb.Dir, initdb.Env, initdb.SysProcAttr = home, d.env, &syscall.SysProcAttr{Credential: as}
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("make the database cluster: %w\n%s", err, out)
	}
	if err := d.start(); err != nil {
		return nil, err
	}
	return d, d.answers(ctx)
}

// dsn leads to one of the cluster's databases, by an address that may be a link's.
func dsn(address, name string) string {
	return "postgres://postgres@" + address + "/" + name + "?sslmode=disable"
}

// answers waits until the cluster takes connections.
func (d *database) answers(ctx context.Context) error {
	return patiently(ctx, time.Minute, "the database answers", func(ctx context.Context) error {
		if err := d.fate(); err != nil {
			return errors.Join(errHopeless, err)
		}
		conn, err := pgx.Connect(ctx, dsn(d.address, "postgres"))
		if err != nil {
			return err
		}
		return conn.Close(ctx)
	})
}

func (d *database) create(ctx context.Context, name string) error {
	conn, err := pgx.Connect(ctx, dsn(d.address, "postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing is pending
	_, err = conn.Exec(ctx, "CREATE DATABASE "+name)
	return err
}

// restart starts the cluster again after it was killed.
func (d *database) restart(ctx context.Context) error {
	if err := d.start(); err != nil {
		return err
	}
	return d.answers(ctx)
}

// sound has PostgreSQL's own checker look at every table and index.
func (d *database) sound(ctx context.Context) error {
	host, port, _ := cutAddress(d.address)
	check := exec.CommandContext(ctx, filepath.Join(d.bin, "pg_amcheck"), "-h", host, "-p", port, "-U", "postgres", "--all", "--install-missing")
	if out, err := check.CombinedOutput(); err != nil {
		return fmt.Errorf("pg_amcheck: %w\n%s", err, out)
	}
	return nil
}

var errHopeless = errors.New("it will not come")

// patiently waits until something holds, and says what when it does not.
func patiently(ctx context.Context, limit time.Duration, what string, holds func(context.Context) error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, errors.New("time is up"))
	defer cancel()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		err := holds(ctx)
		if err == nil {
			return nil
		}
		if errors.Is(err, errHopeless) {
			return fmt.Errorf("waiting until %s: %w", what, err)
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return fmt.Errorf("waiting until %s: %w: %w", what, context.Cause(ctx), err)
		}
	}
}

func portOf(n int) string { return strconv.Itoa(n) }
