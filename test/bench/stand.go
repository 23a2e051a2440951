package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"milepost/config"
	"milepost/demo"
	"milepost/test/town"
)

// installation is what is measured: everything in processes of its own, the bare workflows' worker in this one.
type installation struct {
	database *town.Database
	engine   *town.Engine
	worker   *town.Process
	api      *town.Process
	door     string
	public   *town.Public
	ask      client.Client
	city     *config.DemoCity
	projects []string
	turns    *sync.Map     // by project, how often its review was taken or given back
	lines    *pgxpool.Pool // where bare timers write
}

const shards = 64

func stand(ctx context.Context, dir string) (s *installation, err error) {
	s = &installation{turns: &sync.Map{}}
	defer func() {
		if err != nil {
			s.raze()
		}
	}()
	if s.database, err = town.NewDatabase(ctx, dir, 0, "shared_buffers=2GB", "max_wal_size=4GB"); err != nil {
		return s, err
	}
	if err := s.database.Create(ctx, "milepost"); err != nil {
		return s, err
	}
	if s.engine, err = town.NewEngine(ctx, dir, s.database, shards); err != nil {
		return s, err
	}
	binary := filepath.Join(dir, "milepost")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "milepost").CombinedOutput(); err != nil {
		return s, fmt.Errorf("build: %w\n%s", err, out)
	}
	port, err := town.FreePort()
	if err != nil {
		return s, err
	}
	env := append(os.Environ(), "MILEPOST_DATABASE="+town.DSN(s.database.Address, "milepost"),
		"MILEPOST_TEMPORAL__ADDRESS="+s.engine.Address, "MILEPOST_LISTEN=127.0.0.1:"+port, "MILEPOST_LIMITS__USER=0", "MILEPOST_LIMITS__ATONCE=0", "MILEPOST_LOG__LEVEL=warn",
		"MILEPOST_FILES__URL=file://"+filepath.Join(dir, "files"))
	for _, args := range [][]string{{"migrate"}, {"demo", "load"}} {
		if err := once(ctx, binary, env, args...); err != nil {
			return s, err
		}
	}
	s.worker = &town.Process{Name: "worker", Program: binary, Args: []string{"worker"}, Env: env, Dir: dir, Log: filepath.Join(dir, "worker.log")}
	s.api = &town.Process{Name: "api", Program: binary, Args: []string{"api"}, Env: env, Dir: dir, Log: filepath.Join(dir, "api.log")}
	for _, p := range []*town.Process{s.worker, s.api} {
		if err := p.Start(); err != nil {
			return s, err
		}
	}
	s.door = "http://127.0.0.1:" + port
	s.public = town.NewPublic([]string{s.door})
	if s.city, err = config.Demo(); err != nil {
		return s, err
	}
	s.ask, err = client.DialContext(ctx, client.Options{HostPort: s.engine.Address, Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler))})
	if err != nil {
		return s, err
	}
	return s, town.Patiently(ctx, time.Minute, "the API is ready", func(ctx context.Context) error {
		return town.AnswersWell(ctx, s.door+"/readyz")
	})
}

// once runs a command of the program to its end.
func once(ctx context.Context, binary string, env []string, args ...string) error {
	c := exec.CommandContext(ctx, binary, args...)
	c.Env = env
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("milepost %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}

func (s *installation) raze() {
	if s.ask != nil {
		s.ask.Close()
	}
	for _, p := range []*town.Process{s.api, s.worker} {
		if p != nil {
			p.Stop()
		}
	}
	if s.engine != nil {
		s.engine.Kill()
	}
	if s.database != nil {
		s.database.Stop()
	}
}

// declared makes sure that so many projects are open.
func (s *installation) declared(ctx context.Context, n int) error {
	have := len(s.projects)
	if have >= n {
		return nil
	}
	s.projects = append(s.projects, make([]string, n-have)...)
	return each(ctx, n-have, func(ctx context.Context, i int) error {
		p := s.city.Projects[i%len(s.city.Projects)]
		f, err := demo.Profile(s.city, p, 365)
		if err != nil {
			return err
		}
		f.Name = fmt.Sprintf("%s（第%d号）", f.Name, have+i)
		data, err := json.Marshal(f)
		if err != nil {
			return err
		}
		profile := map[string]any{}
		if err := json.Unmarshal(data, &profile); err != nil {
			return err
		}
		delete(profile, "jurisdiction") // the server's
		id, err := s.act(ctx, s.holder("owner", p.Owner), fmt.Sprintf("declare-%d", have+i), "/projects", map[string]any{"profile": profile})
		s.projects[have+i] = id
		return err
	})
}

// act sends one command, and again under its key where the answer is late.
func (s *installation) act(ctx context.Context, who, key, path string, body any) (project string, err error) {
	var data []byte
	if body != nil {
		if data, err = json.Marshal(body); err != nil {
			return "", err
		}
	}
	for attempt := 0; ; attempt++ {
		a, err := s.public.Once(ctx, s.door, who, "POST", path, key, data)
		switch {
		case err != nil:
			return "", err
		case a.Status == 200 || a.Status == 201:
			var r struct{ Project string }
			return r.Project, json.Unmarshal(a.Body, &r)
		case (a.Status == 202 || a.Status == 503) && attempt < 100:
			time.Sleep(100 * time.Millisecond)
		default:
			return "", fmt.Errorf("%s: %d %s %s", path, a.Status, a.Problem().Code, a.Problem().Detail)
		}
	}
}

func (s *installation) holder(role, party string) string {
	for _, a := range s.city.Accounts {
		for _, p := range a.Posts {
			if p.Role == role && p.Party == party && p.Covers == "" {
				return a.Account
			}
		}
	}
	return ""
}
