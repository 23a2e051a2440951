package faults

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"go.temporal.io/sdk/client"

	"milepost/store"
	"milepost/test/town"
)

// The civil clock of the installation: two-day checks lapse and ladders are climbed while faults go on.
const (
	clockOrigin = "2026-03-02T09:00:00+08:00"
	clockRate   = "3600" // an hour a second
)

// place is a whole installation of Milepost as it is run for real: plain processes on one PostgreSQL cluster, with a
// link of its own between any two of them.
type place struct {
	dir      string
	binary   string
	database *town.Database
	engine   *town.Engine
	network  *network
	workers  []*town.Process
	apis     []*town.Process
	doors    []string // the addresses by which clients reach the APIs

	deaths []error // of processes that ended though nobody killed them

	record *store.Store  // the examiner's own way to the record
	ask    client.Client // and to the engine
}

// options are what a run is made of.
type options struct {
	Overlay string // a Go overlay with which the program is built; "" for none
	Room    int    // MiB for the database, on a volume that can run full; 0: where everything else lies
}

// found builds and starts an installation in a folder.
func found(ctx context.Context, dir string, o options) (t *place, err error) {
	t = &place{dir: dir, network: newNetwork()}
	defer func() {
		if err != nil {
			t.raze()
		}
	}()
	if t.database, err = town.NewDatabase(ctx, dir, o.Room, "shared_buffers=256MB", "max_wal_size=256MB"); err != nil {
		return t, err
	}
	if err := t.database.Create(ctx, "milepost"); err != nil {
		return t, err
	}
	if t.engine, err = town.NewEngine(ctx, dir, t.database, 16); err != nil {
		return t, err
	}
	if t.binary, err = build(ctx, dir, "milepost", o.Overlay); err != nil {
		return t, err
	}
	for _, args := range [][]string{{"migrate", "--clock-origin", clockOrigin, "--clock-rate", clockRate}, {"demo", "load"}} {
		if out, err := t.operate(ctx, t.binary, args...); err != nil {
			return t, fmt.Errorf("milepost %v: %w\n%s", args, err, out)
		}
	}
	for n := range 2 {
		if err := t.hire(n); err != nil {
			return t, err
		}
	}
	if t.record, err = store.Open(ctx, town.DSN(t.database.Address, "milepost")+"&application_name=examiner"); err != nil {
		return t, err
	}
	if t.ask, err = client.DialContext(ctx, client.Options{HostPort: t.engine.Address}); err != nil {
		return t, err
	}
	return t, t.ready(ctx)
}

// build builds the program, changed by an overlay if there is one.
func build(ctx context.Context, dir, name, overlay string) (string, error) {
	binary := filepath.Join(dir, name)
	out, err := exec.CommandContext(ctx, "go", "build", "-overlay", overlay, "-o", binary, "milepost").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return binary, nil
}

// operate runs a command of a program as an operator would on the server, and returns what it says.
func (t *place) operate(ctx context.Context, binary string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, binary, args...)
	c.Env = t.environment(t.database.Address, t.engine.Address)
	out, err := c.CombinedOutput()
	return string(out), err
}

// hire starts the n-th worker and the n-th API, each behind links of its own.
func (t *place) hire(n int) error {
	for _, role := range []string{"worker", "api"} {
		name := role + "-" + strconv.Itoa(n+1)
		db, err := t.network.lead(name+"→database", t.database.Address)
		if err != nil {
			return err
		}
		engine, err := t.network.lead(name+"→engine", t.engine.Address)
		if err != nil {
			return err
		}
		p := &town.Process{Name: name, Program: t.binary, Args: []string{role}, Dir: t.dir, Log: filepath.Join(t.dir, name+".log"), Env: t.environment(db, engine)}
		if role == "api" {
			port, err := town.FreePort()
			if err != nil {
				return err
			}
			p.Env = append(p.Env, "MILEPOST_LISTEN=127.0.0.1:"+port, "MILEPOST_LIMITS__USER=0", "MILEPOST_LIMITS__ATONCE=0")
			door, err := t.network.lead("clients→"+name, "127.0.0.1:"+port)
			if err != nil {
				return err
			}
			t.apis, t.doors = append(t.apis, p), append(t.doors, "http://"+door)
		} else {
			t.workers = append(t.workers, p)
		}
		if err := p.Start(); err != nil {
			return err
		}
	}
	return nil
}

func (t *place) environment(database, engine string) []string {
	return append(os.Environ(), "MILEPOST_DATABASE="+town.DSN(database, "milepost"), "MILEPOST_TEMPORAL__ADDRESS="+engine, "MILEPOST_LOG__LEVEL=info", "MILEPOST_LOG__FORMAT=json", "MILEPOST_FILES__URL=file://"+t.shelf())
}

// shelf is the folder of uploaded files.
func (t *place) shelf() string { return filepath.Join(t.dir, "shelf") }

// processes are all that can be killed, with what has to be done to have them back.
func (t *place) processes() []*town.Process {
	return append([]*town.Process{t.database.Process, t.engine.Process}, t.ours()...)
}

// ours are the processes of Milepost.
func (t *place) ours() []*town.Process { return slices.Concat(t.workers, t.apis) }

// ready waits until both APIs answer.
func (t *place) ready(ctx context.Context) error {
	for _, door := range t.doors {
		err := town.Patiently(ctx, 2*time.Minute, "an API is ready", func(ctx context.Context) error {
			return town.AnswersWell(ctx, door+"/readyz")
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// raze stops everything.
func (t *place) raze() {
	if t.ask != nil {
		t.ask.Close()
	}
	if t.record != nil {
		_ = t.record.Close()
	}
	for _, p := range t.ours() {
		p.Stop()
	}
	if t.engine != nil {
		t.engine.Kill()
	}
	if t.database != nil {
		t.database.Stop()
	}
}

// nurse starts what ended because something else was gone, as an init system does. Nothing of ours may need it once
// it has been up: it waits for what is away.
func (t *place) nurse(ctx context.Context) error {
	for _, p := range t.processes() {
		if err := p.Fate(); err != nil {
			p.Forgive()
			t.deaths = append(t.deaths, err)
			if err := p.Start(); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// linkNames are the names of all links, in order.
func (t *place) linkNames() []string {
	return slices.Sorted(maps.Keys(t.network.links))
}
