// Milepost (里程) keeps every major project of a city on its deadlines, from the first idea to production.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"

	"milepost/config"
)

// cli is what the program can be told to do.
type cli struct {
	Settings string `name:"config" type:"existingfile" help:"设置文件（YAML）；环境变量 MILEPOST_… 优先。 Settings file; MILEPOST_… variables go over it."`

	Dev       devCommand       `cmd:"" help:"在本机启动一切：引擎、数据库、接口、演示数据。 Start everything on this machine, with demonstration data."`
	API       apiCommand       `cmd:"" name:"api" help:"运行接口服务。 Serve the API."`
	Worker    workerCommand    `cmd:"" help:"运行工作进程。 Run a worker."`
	Migrate   migrateCommand   `cmd:"" help:"升级数据库结构并发布随产品的规则。 Bring the database up to this program."`
	Account   accountCommand   `cmd:"" help:"账号：设立首批管理员。 Accounts: the first administrators."`
	Audit     auditCommand     `cmd:"" help:"审计记录。 The audit record."`
	Effects   effectsCommand   `cmd:"" help:"失败的后续动作。 Effects that failed."`
	Demo      demoCommand      `cmd:"" help:"演示。 The demonstration."`
	Calendar  calendarCommand  `cmd:"" help:"日历。 Calendars."`
	Broadcast broadcastCommand `cmd:"" help:"规则下达：新规则告知全部进行中的项目。 Broadcasts: a new rule told to every open project."`
	Pack      packCommand      `cmd:"" help:"政策包。 Policy packs."`
	Verify    verifyCommand    `cmd:"" help:"核对运行中的系统：时间线、状态、指标、未办结的事。 Look over a live installation; changes nothing."`
	Key       keyCommand       `cmd:"" help:"流程引擎所存数据的密钥。 Keys for what the engine stores."`
	Preflight preflightCommand `cmd:"" help:"升级前检查：用本程序重放所有进行中的项目，只读。退出码 0 可以升级，1 不能，2 未能查明。 Replay every open project with this program before an upgrade; changes nothing. Exit code 0: it may take over; 1: it may not; 2: not known."`
	Recover   recoverCommand   `cmd:"" help:"流程引擎的数据丢失后，从时间线重新启动进行中的项目；可以重复执行。 Start the open projects again from their timelines after the engine's store was lost; again is no harm."`
	Backup    backupCommand    `cmd:"" help:"备份整个数据库集群，引擎的数据在内；系统照常运行。 Back up the whole cluster, the engine's data with it, while everything runs."`
	Drill     drillCommand     `cmd:"" name:"restore-drill" help:"试恢复一份备份并核对，不触动正在运行的系统。 Restore a backup beside everything and look it over."`
	Release   releaseCommand   `cmd:"" help:"恢复的数据库核对后放行。 Let a restored database be worked with again."`
	Version   versionCommand   `cmd:"" help:"版本。 Print the version."`
}

// gcPercent lets processes that need little memory spend less time on collecting it; GOGC in the environment goes over it.
const gcPercent = 400

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "milepost:", err)
		stop()
		os.Exit(exitCode(err)) //nolint:gocritic // stop has run
	}
}

// unknown is an error after which nothing is known, where others mean that something was found to be wrong.
type unknown struct{ error }

func (u unknown) Unwrap() error { return u.error }

// exitCode is 1 for whatever failed or was found to be wrong, and 2 where that could not be found out.
func exitCode(err error) int {
	if _, ok := errors.AsType[unknown](err); ok {
		return 2
	}
	return 1
}

// run carries out a command line; it returns when the command is done or the context ends.
func run(ctx context.Context, args []string, out, log io.Writer) error {
	var c cli
	parser, err := kong.New(&c, kong.Name("milepost"),
		kong.Description("里程：让城市的每个重大项目按时推进。 Keeps every major project of a city on its deadlines."),
		kong.UsageOnError(), kong.Writers(out, log))
	if err != nil {
		return err
	}
	command, err := parser.Parse(args)
	if err != nil {
		return err
	}
	settings, err := config.LoadSettings(c.Settings, os.Environ())
	if err != nil {
		return err
	}
	logger, err := newLogger(settings.Log, log)
	if err != nil {
		return err
	}
	slog.SetDefault(logger)
	command.BindTo(ctx, (*context.Context)(nil))
	command.BindTo(out, (*io.Writer)(nil))
	return command.Run(settings, logger)
}

func newLogger(s config.Log, w io.Writer) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(s.Level)); err != nil {
		return nil, fmt.Errorf("log.level: %w", err)
	}
	opts := &slog.HandlerOptions{Level: level}
	switch s.Format {
	case "json":
		return slog.New(slog.NewJSONHandler(w, opts)), nil
	case "text":
		return slog.New(slog.NewTextHandler(w, opts)), nil
	default:
		return nil, fmt.Errorf("log.format must be text or json, not %q", s.Format)
	}
}

type versionCommand struct{}

func (versionCommand) Run(out io.Writer) error {
	version := "development"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		version = info.Main.Version
	}
	_, err := fmt.Fprintln(out, "milepost", version)
	return err
}
