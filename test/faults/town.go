package faults

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"go.temporal.io/sdk/client"

	"milepost/store"
)

// The civil clock of the installation: two-day checks lapse and ladders are climbed while faults go on.
const (
	clockOrigin = "2026-03-02T09:00:00+08:00"
	clockRate   = "3600" // an hour a second
)

// town is a whole installation of Milepost as it is run for real: plain processes on one PostgreSQL cluster, with a
// link of its own between any two of them.
type town struct {
	dir      string
	database *database
	engine   *engine
	network  *network
	workers  []*process
	apis     []*process
	doors    []string // the addresses by which clients reach the APIs

	deaths []error // of processes that ended though nobody killed them

	record *store.Store  // the examiner's own way to the record
	ask    client.Client // and to the engine
}

// options are what a run is made of.
type options struct {
	Overlay string // a Go overlay that seeds a defect into the program; "" for none
	Faulty  bool   // the engine's store fails now and then
}

// found builds and starts an installation in a folder.
func found(ctx context.Context, dir string, o options) (t *town, err error) {
	t = &town{dir: dir, network: newNetwork()}
	defer func() {
		if err != nil {
			t.raze()
		}
	}()
	if t.database, err = newDatabase(ctx, dir); err != nil {
		return t, err
	}
	if err := t.database.create(ctx, "milepost"); err != nil {
		return t, err
	}
	if t.engine, err = newEngine(ctx, dir, t.database, o.Faulty); err != nil {
		return t, err
	}
	binary := filepath.Join(dir, "milepost")
	build := exec.CommandContext(ctx, "go", "build", "-overlay", o.Overlay, "-o", binary, "milepost")
	if out, err := build.CombinedOutput(); err != nil {
		return t, fmt.Errorf("build: %w\n%s", err, out)
	}
	for _, args := range [][]string{{"migrate", "--clock-origin", clockOrigin, "--clock-rate", clockRate}, {"demo", "load"}} {
		c := exec.CommandContext(ctx, binary, args...) //nolint:gosec // the program under test
		c.Env = t.environment(t.database.address, t.engine.address)
		if out, err := c.CombinedOutput(); err != nil {
			return t, fmt.Errorf("milepost %v: %w\n%s", args, err, out)
		}
	}
	for n := range 2 {
		if err := t.hire(binary, n); err != nil {
			return t, err
		}
	}
	if t.record, err = store.Open(ctx, dsn(t.database.address, "milepost")); err != nil {
		return t, err
	}
	if t.ask, err = client.DialContext(ctx, client.Options{HostPort: t.engine.address}); err != nil {
		return t, err
	}
	return t, t.ready(ctx)
}

// hire starts the n-th worker and the n-th API, each behind links of its own.
func (t *town) hire(binary string, n int) error {
	for _, role := range []string{"worker", "api"} {
		name := role + "-" + portOf(n+1)
		db, err := t.network.lead(name+"→database", t.database.address)
		if err != nil {
			return err
		}
		engine, err := t.network.lead(name+"→engine", t.engine.address)
		if err != nil {
			return err
		}
		p := &process{name: name, program: binary, args: []string{role}, dir: t.dir, log: filepath.Join(t.dir, name+".log"), env: t.environment(db, engine)}
		if role == "api" {
			port, err := freePort()
			if err != nil {
				return err
			}
			p.env = append(p.env, "MILEPOST_LISTEN=127.0.0.1:"+port)
			door, err := t.network.lead("clients→"+name, "127.0.0.1:"+port)
			if err != nil {
				return err
			}
			t.apis, t.doors = append(t.apis, p), append(t.doors, "http://"+door)
		} else {
			t.workers = append(t.workers, p)
		}
		if err := p.start(); err != nil {
			return err
		}
	}
	return nil
}

func (t *town) environment(database, engine string) []string {
	return append(os.Environ(), "MILEPOST_DATABASE="+dsn(database, "milepost"), "MILEPOST_TEMPORAL__ADDRESS="+engine, "MILEPOST_LOG__LEVEL=info")
}

// processes are all that can be killed, with what has to be done to have them back.
func (t *town) processes() []*process {
	return append(append([]*process{t.database.process, t.engine.process}, t.workers...), t.apis...)
}

// ready waits until both APIs answer.
func (t *town) ready(ctx context.Context) error {
	for _, door := range t.doors {
		err := patiently(ctx, 2*time.Minute, "an API is ready", func(ctx context.Context) error {
			return answersWell(ctx, door+"/readyz")
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// raze stops everything.
func (t *town) raze() {
	if t.ask != nil {
		t.ask.Close()
	}
	if t.record != nil {
		_ = t.record.Close()
	}
	for _, p := range append(append([]*process{}, t.apis...), t.workers...) {
		p.stop()
	}
	if t.engine != nil {
		t.engine.kill()
	}
	if t.database != nil {
		t.database.stop()
	}
}

// nurse starts what ended because something else was gone, as an init system does. Nothing of ours may need it once
// it has been up: it waits for what is away.
func (t *town) nurse(ctx context.Context) error {
	for _, p := range t.processes() {
		if err := p.fate(); err != nil {
			p.forgive()
			t.deaths = append(t.deaths, err)
			if err := p.start(); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// linkNames are the names of all links, in order.
func (t *town) linkNames() []string {
	return slices.Sorted(maps.Keys(t.network.links))
}
