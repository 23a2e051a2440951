package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"go.temporal.io/sdk/client"

	"milepost/deploy/temporal/devserver"
)

// devEngine is the Temporal development server that `milepost dev` runs: the official CLI with a file of its own,
// its web page included.
type devEngine struct {
	Address string // host:port of the engine
	Page    string // address of its web page
	process *exec.Cmd
	ended   chan error
}

// engineFile is where the development server keeps its data, in the data folder.
const engineFile = "temporal.db"

// startEngine starts the development server on free loopback ports near those wished for, and waits until it
// answers. Its log goes to a file beside the data.
func startEngine(ctx context.Context, dir string, port int, log *slog.Logger) (*devEngine, error) {
	binary, err := devserver.Binary()
	if err != nil {
		return nil, err
	}
	logFile, err := os.OpenFile(filepath.Join(dir, "temporal.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600) //nolint:gosec // the user names the folder
	if err != nil {
		return nil, err
	}
	defer func() { _ = logFile.Close() }() // the process has its own handle
	e := &devEngine{ended: make(chan error, 1)}
	rpc, err := freePort(port)
	if err != nil {
		return nil, err
	}
	page, err := freePort(port + 1000)
	if err != nil {
		return nil, err
	}
	e.Address = net.JoinHostPort("127.0.0.1", strconv.Itoa(rpc))
	e.Page = "http://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(page))
	// Not CommandContext: the engine must outlive the context until the worker has stopped.
	e.process = exec.Command(binary, "server", "start-dev", //nolint:gosec,noctx // our own tool
		"--ip", "127.0.0.1", "--port", strconv.Itoa(rpc), "--ui-port", strconv.Itoa(page),
		"--db-filename", filepath.Join(dir, engineFile), "--log-level", "warn",
		"--dynamic-config-value", "system.enableActivityEagerExecution=true")
	e.process.Stdout, e.process.Stderr = logFile, logFile
	e.process.SysProcAttr = tethered() // Ctrl-C is for us; we stop it last
	if err := e.process.Start(); err != nil {
		return nil, fmt.Errorf("start the Temporal development server: %w", err)
	}
	go func() { e.ended <- e.process.Wait() }()
	if err := e.ready(ctx); err != nil {
		e.Stop(log)
		return nil, fmt.Errorf("the Temporal development server did not answer; its log is %s: %w", logFile.Name(), err)
	}
	return e, nil
}

func (e *devEngine) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	retry := time.NewTicker(200 * time.Millisecond)
	defer retry.Stop()
	for {
		c, err := client.DialContext(ctx, client.Options{HostPort: e.Address, Logger: quietEngine{}})
		if err == nil {
			_, err = c.CheckHealth(ctx, &client.CheckHealthRequest{})
			c.Close()
			if err == nil {
				return nil
			}
		}
		select {
		case <-retry.C:
		case ended := <-e.ended:
			e.ended <- ended
			return fmt.Errorf("it ended: %w", errors.Join(ended, err))
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		}
	}
}

// Stop ends the development server and waits until its file is closed.
func (e *devEngine) Stop(log *slog.Logger) {
	if err := e.process.Process.Signal(syscall.SIGINT); err != nil {
		return // it has ended
	}
	select {
	case err := <-e.ended:
		log.Debug("The Temporal development server has stopped.", "error", err)
	case <-time.After(15 * time.Second):
		log.Warn("The Temporal development server does not stop; it is killed.")
		if err := e.process.Process.Kill(); err != nil {
			log.Warn("It cannot be killed.", "error", err)
		}
		log.Warn("The Temporal development server was killed.", "error", <-e.ended)
	}
}

// freePort is the wished port if nothing listens there, else a free one.
func freePort(wished int) (int, error) {
	for _, port := range []int{wished, 0} {
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port))) //nolint:noctx // closed at once
		if err != nil {
			continue
		}
		addr, ok := l.Addr().(*net.TCPAddr)
		if err := l.Close(); err != nil || !ok {
			return 0, errors.Join(err, errors.New("no port"))
		}
		return addr.Port, nil
	}
	return 0, fmt.Errorf("no free port near %d", wished)
}

// quietEngine drops the client's complaints while the server is still starting.
type quietEngine struct{}

func (quietEngine) Debug(string, ...any) {}
func (quietEngine) Info(string, ...any)  {}
func (quietEngine) Warn(string, ...any)  {}
func (quietEngine) Error(string, ...any) {}
