package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"milepost/commands"
	"milepost/config"
	"milepost/domain"
	"milepost/domain/calendar"
	"milepost/domain/entity"
	"milepost/domain/project"
	"milepost/store"
)

type calendarCommand struct {
	Load calendarLoad `cmd:"" help:"载入一个年度的放假通知，并重算所有未办结的时限。 Load a year's notice and recompute every open deadline."`
}

type calendarLoad struct {
	File      string `arg:"" type:"existingfile" help:"年度文件（YAML），格式见 config/calendars。 The year's file."`
	PerSecond int    `default:"20" help:"每秒处理的项目数。 Projects a second."`
}

// Run puts a calendar with the year in force and tells every open project. Run again it goes on where it stopped.
func (c calendarLoad) Run(ctx context.Context, s config.Settings, log *slog.Logger, out io.Writer) error {
	data, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	year, err := calendar.ParseYear(data)
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(c.File), err)
	}
	p, err := newProcess(ctx, s, log)
	if err != nil {
		return err
	}
	defer p.close()
	version, err := putYear(ctx, p.db, year, p.clock.Civil(time.Now()))
	if err != nil {
		return err
	}
	if err := (&commands.RuleKeeper{Store: p.db, Registry: p.rules, Logger: log}).Refresh(ctx); err != nil {
		return err
	}
	name, body, err := project.Encode(project.ApplyCalendar{})
	if err != nil {
		return err
	}
	told, err := p.gateway().Broadcast(ctx, commands.Broadcast{
		Name: version, Kind: entity.Project, PerSecond: c.PerSecond,
		Command: domain.Command{Type: name, Body: body, Actor: domain.System},
	}, p.db, func(done commands.Progress) {
		if done.Done%50 == 0 {
			fmt.Fprintf(out, "已重算 %d 个项目…\n", done.Done)
		}
	})
	if err != nil {
		return fmt.Errorf("stopped after %d projects, run it again to go on: %w", told.Done, err)
	}
	fmt.Fprintf(out, "日历 %s 已生效：重算 %d 个项目，稍后完成 %d 个，已归档 %d 个\n", version, told.Done, told.Pending, told.Closed)
	return nil
}

// putYear puts the calendar in force that has the year loaded, or loaded anew.
func putYear(ctx context.Context, db *store.Store, year calendar.Year, now time.Time) (version string, err error) {
	rules, err := db.Rules(ctx)
	if err != nil {
		return "", err
	}
	stored, err := db.Calendar(ctx, rules.Calendar)
	if err != nil {
		return "", err
	}
	cal, err := commands.DecodeCalendar(stored.Years)
	if err != nil {
		return "", err
	}
	if cal, err = cal.With(year); err != nil {
		return "", err
	}
	var years []calendar.Year
	for _, y := range cal.Years() {
		notice, ok := cal.Notice(y)
		if !ok {
			return "", fmt.Errorf("the calendar has no notice of %d", y)
		}
		years = append(years, notice)
	}
	data, err := commands.EncodeCalendar(years)
	if err != nil {
		return "", err
	}
	return cal.Version(), db.PutCalendar(ctx, store.StoredCalendar{Version: cal.Version(), Years: data, Published: now, By: "operator"})
}
