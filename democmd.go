package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"milepost/config"
	"milepost/demo"
	"milepost/store"
)

type demoCommand struct {
	Load demoLoad `cmd:"" help:"载入演示城市的基础数据和账号（不申报项目）。 Load the demonstration city's master data and accounts."`
	Run  demoRun  `cmd:"" help:"带十个项目走完全过程（通过公开接口）。 Lead ten projects through their whole life over the public API."`
}

type demoRun struct {
	URL      string `name:"url" default:"http://127.0.0.1:8080" help:"服务地址。 Address of the server."`
	RunID    string `help:"同一编号接着上次中断处继续。 The same id goes on where a run was cut."`
	Timeline string `help:"最后展示哪个项目的时间线。 Whose finished timeline is shown."`
	Password string `help:"演示账号的密码。 Password of the demonstration's accounts."`
	Verbose  bool   `help:"逐条显示。 Show every act."`
}

// Run leads the demonstration's projects through their life.
func (c demoRun) Run(ctx context.Context, out io.Writer) error {
	if err := answers(ctx, c.URL); err != nil {
		return err
	}
	return demo.Run(ctx, demo.Options{BaseURL: c.URL, Out: out, Password: c.Password, RunID: c.RunID, Timeline: c.Timeline, Verbose: c.Verbose})
}

// answers tells whether a server is at an address; if not, what to do.
func answers(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/healthz", http.NoBody)
	if err != nil {
		return fmt.Errorf("--url is no address: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("没有 Milepost 在 %s 应答：先在另一个终端运行 milepost dev，或用 --url 指明地址。 No Milepost answers at %s: first run, in another terminal,\n"+
			"  milepost dev --data .milepost-demo --clock-origin 2026-03-02T09:00:00+08:00 --clock-rate 86400\nor say where it is with --url (%w)", address, address, err)
	}
	return resp.Body.Close()
}

type demoLoad struct{}

// Run loads the demonstration city into a database that was migrated; a second load changes nothing.
func (demoLoad) Run(ctx context.Context, s config.Settings) error {
	db, err := openStore(ctx, s.Database, store.ForOperators)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // nothing is pending
	clock, err := db.Clock(ctx)
	if err != nil {
		return notReady(err)
	}
	return loadCity(ctx, db, clock, time.Now())
}
