package town

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"milepost/deploy/cluster"
)

// Database is one PostgreSQL cluster with checksums. It holds the engine's databases and ours, as in production.
type Database struct {
	*Process
	Address string
	bin     string
	volume  *volume
}

// NewDatabase makes a cluster in a folder and starts it. With room, in MiB, it lies on a volume of its own in memory,
// which can run full; this needs the rights of root.
func NewDatabase(ctx context.Context, dir string, room int, settings ...string) (*Database, error) {
	bin, err := cluster.Programs()
	if err != nil {
		return nil, err
	}
	as, err := cluster.Unprivileged()
	if err != nil {
		return nil, err
	}
	home := filepath.Join(dir, "postgres")
	if err := os.MkdirAll(home, 0o700); err != nil {
		return nil, err
	}
	var own *volume
	if room > 0 {
		if own, err = newVolume(home, room); err != nil {
			return nil, err
		}
	}
	if as != nil {
		if err := onSpawner(func() error { return os.Chown(home, int(as.Uid), int(as.Gid)) }); err != nil {
			return nil, err
		}
	}
	port, err := FreePort()
	if err != nil {
		return nil, err
	}
	data := filepath.Join(home, "data")
	d := &Database{bin: bin, volume: own, Address: "127.0.0.1:" + port, Process: &Process{
		Name: "database", Program: filepath.Join(bin, "postgres"), Dir: home, User: as, Log: filepath.Join(dir, "postgres.log"),
		Env:  []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"},
		Args: []string{"-D", data, "-k", home, "-p", port, "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300"},
	}}
	for _, setting := range settings {
		d.Args = append(d.Args, "-c", setting)
	}
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "--pgdata", data, "--username", "postgres", "--auth", "trust",
		"--encoding", "UTF8", "--locale", "C", "--data-checksums")
	initdb.Dir, initdb.Env, initdb.SysProcAttr = home, d.Env, &syscall.SysProcAttr{Credential: as}
	var said []byte
	if err := onSpawner(func() (err error) { said, err = initdb.CombinedOutput(); return err }); err != nil {
		return nil, fmt.Errorf("make the database cluster: %w\n%s", err, said)
	}
	if err := d.Start(); err != nil {
		return nil, err
	}
	return d, d.Answers(ctx)
}

// DSN leads to one of the cluster's databases, by an address that may be a link's.
func DSN(address, name string) string {
	return "postgres://postgres@" + address + "/" + name + "?sslmode=disable"
}

// Answers waits until the cluster takes connections.
func (d *Database) Answers(ctx context.Context) error {
	return Patiently(ctx, time.Minute, "the database answers", func(ctx context.Context) error {
		if err := d.Fate(); err != nil {
			return errors.Join(ErrHopeless, err)
		}
		conn, err := pgx.Connect(ctx, DSN(d.Address, "postgres"))
		if err != nil {
			return err
		}
		return conn.Close(ctx)
	})
}

// Create makes a database in the cluster.
func (d *Database) Create(ctx context.Context, name string) error {
	conn, err := pgx.Connect(ctx, DSN(d.Address, "postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing is pending
	_, err = conn.Exec(ctx, "CREATE DATABASE "+name)
	return err
}

// Drop removes a database from the cluster, whoever is connected to it.
func (d *Database) Drop(ctx context.Context, name string) error {
	conn, err := pgx.Connect(ctx, DSN(d.Address, "postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing is pending
	_, err = conn.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)")
	return err
}

// Restart starts the cluster again after it was killed.
func (d *Database) Restart(ctx context.Context) error {
	if err := d.Start(); err != nil {
		return err
	}
	return d.Answers(ctx)
}

// Replace ends the server at once, throws its data away, and starts it on a copy of other data.
func (d *Database) Replace(ctx context.Context, with string) error {
	d.Kill()
	data := filepath.Join(d.Dir, "data")
	err := errors.Join(os.RemoveAll(data), os.CopyFS(data, os.DirFS(with)), os.Chmod(data, 0o700), filepath.WalkDir(data, func(path string, _ os.DirEntry, err error) error {
		if err != nil || d.User == nil {
			return err
		}
		return os.Lchown(path, int(d.User.Uid), int(d.User.Gid))
	}))
	if err != nil {
		return err
	}
	return d.Restart(ctx)
}

// CanFill tells whether the cluster lies on a volume that can run full.
func (d *Database) CanFill() bool { return d.volume != nil }

// Fill leaves the cluster no room to write.
func (d *Database) Fill() error { return d.volume.fill() }

// Free gives the room back.
func (d *Database) Free() error { return d.volume.free() }

// Sound has PostgreSQL's own checker look at every table and index.
func (d *Database) Sound(ctx context.Context) error {
	host, port, _ := cutAddress(d.Address)
	check := exec.CommandContext(ctx, filepath.Join(d.bin, "pg_amcheck"), "-h", host, "-p", port, "-U", "postgres", "--all", "--install-missing")
	if out, err := check.CombinedOutput(); err != nil {
		return fmt.Errorf("pg_amcheck: %w\n%s", err, out)
	}
	return nil
}

// ErrHopeless ends the waiting of Patiently at once.
var ErrHopeless = errors.New("it will not come")

// Patiently waits until something holds, and says what when it does not.
func Patiently(ctx context.Context, limit time.Duration, what string, holds func(context.Context) error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, errors.New("time is up"))
	defer cancel()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		err := holds(ctx)
		if err == nil {
			return nil
		}
		if errors.Is(err, ErrHopeless) {
			return fmt.Errorf("waiting until %s: %w", what, err)
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return fmt.Errorf("waiting until %s: %w: %w", what, context.Cause(ctx), err)
		}
	}
}
