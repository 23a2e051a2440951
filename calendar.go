package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"milepost/commands"
	"milepost/config"
	"milepost/domain/calendar"
	"milepost/store"
)

type calendarCommand struct {
	Load calendarLoad `cmd:"" help:"载入一个年度的放假通知：试算影响，启用，并重算所有未办结的时限。 Load a year's notice: work out what it moves, put it in force, and recompute every open deadline."`
}

type calendarLoad struct {
	File      string `arg:"" type:"existingfile" help:"年度文件（YAML），格式见 config/calendars。 The year's file."`
	PerSecond int    `default:"20" help:"每秒处理的项目数。 Projects a second."`
	Preview   bool   `help:"只试算，不启用；之后用 milepost broadcast start 启动。 Only work out what it moves; start it with milepost broadcast start."`
}

// Run publishes the year, has the workers preview it and tell every open project, and follows them. Who stops following
// stops nothing.
func (c calendarLoad) Run(ctx context.Context, s config.Settings, out io.Writer) error {
	data, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	year, err := calendar.ParseYear(data)
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(c.File), err)
	}
	db, err := desk(ctx, s)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing is pending
	b, err := commands.PublishCalendar(ctx, db, store.Operator, year)
	if err != nil {
		return inWords(err)
	}
	if b, err = follow(ctx, db, b.ID, out); err != nil || c.Preview {
		return err
	}
	if _, err := db.StartBroadcast(ctx, store.Operator, b.ID, c.PerSecond); err != nil {
		return inWords(err)
	}
	_, err = follow(ctx, db, b.ID, out)
	return err
}

type broadcastCommand struct {
	List   broadcastList   `cmd:"" help:"列出规则下达及进度。 List broadcasts and how far they have come."`
	Start  broadcastStart  `cmd:"" help:"启动已试算的下达，并跟踪到完毕。 Start a previewed broadcast and follow it."`
	Pause  broadcastPause  `cmd:"" help:"暂停。 Pause."`
	Resume broadcastResume `cmd:"" help:"继续，并跟踪到完毕。 Resume and follow."`
	Follow broadcastFollow `cmd:"" help:"跟踪进度。 Follow."`
}

type broadcastList struct{}

// Run lists the newest broadcasts.
func (broadcastList) Run(ctx context.Context, s config.Settings, out io.Writer) error {
	db, err := desk(ctx, s)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing is pending
	list, err := db.Broadcasts(ctx, store.Page{})
	for _, b := range list.Rows {
		tellBroadcast(out, b)
	}
	return err
}

type broadcastID struct {
	ID string `arg:"" help:"编号，见 broadcast list。 Its id."`
}

type broadcastStart struct {
	broadcastID
	PerSecond int `default:"20" help:"每秒处理的项目数。 Projects a second."`
}

// Run starts a broadcast.
func (c broadcastStart) Run(ctx context.Context, s config.Settings, out io.Writer) error {
	return c.turn(ctx, s, out, func(db *store.Store) (store.Broadcast, error) {
		return db.StartBroadcast(ctx, store.Operator, c.ID, c.PerSecond)
	})
}

type broadcastPause struct{ broadcastID }

// Run pauses a broadcast.
func (c broadcastPause) Run(ctx context.Context, s config.Settings, out io.Writer) error {
	return c.turn(ctx, s, out, func(db *store.Store) (store.Broadcast, error) { return db.PauseBroadcast(ctx, store.Operator, c.ID) })
}

type broadcastResume struct {
	broadcastID
	PerSecond int `help:"每秒处理的项目数；不填则不变。 Projects a second; as before when absent."`
}

// Run lets a broadcast go on.
func (c broadcastResume) Run(ctx context.Context, s config.Settings, out io.Writer) error {
	return c.turn(ctx, s, out, func(db *store.Store) (store.Broadcast, error) {
		return db.ResumeBroadcast(ctx, store.Operator, c.ID, c.PerSecond)
	})
}

type broadcastFollow struct{ broadcastID }

// Run follows a broadcast.
func (c broadcastFollow) Run(ctx context.Context, s config.Settings, out io.Writer) error {
	return c.turn(ctx, s, out, func(db *store.Store) (store.Broadcast, error) { return db.Broadcast(ctx, c.ID) })
}

// turn does something with a broadcast and follows it as far as it goes by itself.
func (c broadcastID) turn(ctx context.Context, s config.Settings, out io.Writer, f func(*store.Store) (store.Broadcast, error)) error {
	db, err := desk(ctx, s)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing is pending
	if _, err := f(db); err != nil {
		return inWords(err)
	}
	_, err = follow(ctx, db, c.ID, out)
	return err
}

// follow tells how a broadcast gets on while it does so by itself: until it is previewed, done, paused or failed.
func follow(ctx context.Context, db *store.Store, id string, out io.Writer) (store.Broadcast, error) {
	each := time.NewTicker(500 * time.Millisecond)
	defer each.Stop()
	last, since := "", time.Now()
	for {
		b, err := db.Broadcast(ctx, id)
		if err != nil {
			return b, inWords(err)
		}
		switch b.State {
		case store.BroadcastPreparing, store.BroadcastRunning:
		case store.BroadcastFailed:
			return b, fmt.Errorf("下达中断，排除原因后 milepost broadcast resume %s。 It stopped at what must be mended first: %s", b.ID, b.Error)
		default:
			tellBroadcast(out, b)
			return b, nil
		}
		if now := fmt.Sprintf("%s %d %d", b.State, b.Foreseen, b.Asked); now != last {
			last, since = now, time.Now()
			tellBroadcast(out, b)
		} else if time.Since(since) > time.Minute {
			return b, fmt.Errorf("一分钟没有进展：milepost worker 在运行吗？用 milepost broadcast follow %s 继续跟踪。 Nothing has moved for a minute: is a `milepost worker` running? Follow it on with `milepost broadcast follow %s`", b.ID, b.ID)
		}
		select {
		case <-each.C:
		case <-ctx.Done():
			return b, errors.Join(ctx.Err(), fmt.Errorf("it goes on by itself; see `milepost broadcast follow %s`", b.ID))
		}
	}
}

var broadcastStates = map[store.BroadcastState]string{
	store.BroadcastPreparing: "正在试算 (being previewed)", store.BroadcastPreviewed: "等待启动 (waits to be started)", store.BroadcastRunning: "正在下达 (running)",
	store.BroadcastPaused: "已暂停 (paused)", store.BroadcastDone: "已完毕 (done)", store.BroadcastFailed: "已中断 (failed)",
}

func tellBroadcast(out io.Writer, b store.Broadcast) {
	fmt.Fprintf(out, "%s %s %s：", b.ID, b.Title.Zh, broadcastStates[b.State])
	if b.Started.IsZero() {
		fmt.Fprintf(out, "已试算%d个项目，%d个会有%d处变化，%d个无法照办\n", b.Foreseen, b.Affected, b.Moved, b.Impossible)
		return
	}
	fmt.Fprintf(out, "共%d个项目，已照办%d个，拒绝%d个，结果未知%d个，不必告知%d个\n", b.Total, b.Done(), b.Refused, b.Pending, b.Closed)
}
