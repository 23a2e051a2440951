package town

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"text/template"
	"time"

	"go.temporal.io/api/serviceerror"
	workflowservicepb "go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/types/known/durationpb"
)

// Engine is a Temporal server on the cluster, all its services in one process.
type Engine struct {
	*Process
	Address string
	config  engineConfig
}

// engineConfig is what differs from one installation to the next in the server's configuration.
type engineConfig struct {
	Database string // host:port
	Frontend, FrontendHTTP, FrontendMembership, Matching, MatchingMembership,
	History, HistoryMembership, Worker, WorkerMembership string
	Dynamic string // file
	Faulty  bool   // the store fails now and then, sometimes after it has done what was asked
	Shards  int
}

// Tool returns a program that tools/get has built.
func Tool(ctx context.Context, name string) (string, error) {
	top, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "milepost").Output()
	if err != nil {
		return "", fmt.Errorf("find the clone: %w", err)
	}
	get := exec.CommandContext(ctx, filepath.Join(strings.TrimSpace(string(top)), "tools", "get"), name)
	get.Stderr = os.Stderr // building takes minutes the first time
	path, err := get.Output()
	if err != nil {
		return "", fmt.Errorf("get %s: %w", name, err)
	}
	return strings.TrimSpace(string(path)), nil
}

// NewEngine makes the server's databases and starts it.
func NewEngine(ctx context.Context, dir string, d *Database, shards int) (*Engine, error) {
	server, err := Tool(ctx, "temporal-server")
	if err != nil {
		return nil, err
	}
	if err := schemas(ctx, d); err != nil {
		return nil, err
	}
	c := engineConfig{Database: d.Address, Dynamic: filepath.Join(dir, "dynamic.yaml"), Shards: shards}
	for _, port := range []*string{
		&c.Frontend, &c.FrontendHTTP, &c.FrontendMembership, &c.Matching, &c.MatchingMembership,
		&c.History, &c.HistoryMembership, &c.Worker, &c.WorkerMembership,
	} {
		if *port, err = FreePort(); err != nil {
			return nil, err
		}
	}
	e := &Engine{Address: "127.0.0.1:" + c.Frontend, config: c, Process: &Process{
		Name: "engine", Program: server, Dir: dir, Log: filepath.Join(dir, "temporal.log"), Env: os.Environ(),
		Args: []string{"--config-file", filepath.Join(dir, "temporal.yaml"), "--allow-no-auth", "start"},
	}}
	if err := e.configure(false); err != nil {
		return nil, err
	}
	if err := e.Start(); err != nil {
		return nil, err
	}
	return e, e.namespace(ctx)
}

// Lose kills the server, throws away all it knows, and starts it as a new one.
func (e *Engine) Lose(ctx context.Context, d *Database) error {
	e.Kill()
	for _, name := range engineDatabases {
		if err := d.Drop(ctx, name); err != nil {
			return err
		}
	}
	if err := schemas(ctx, d); err != nil {
		return err
	}
	if err := e.Start(); err != nil {
		return err
	}
	return e.namespace(ctx)
}

// engineDatabases are the names of the server's databases.
var engineDatabases = []string{"temporal", "temporal_visibility"}

var engineSchemas = map[string]string{"temporal": "postgresql/v12/temporal", "temporal_visibility": "postgresql/v12/visibility"}

// schemas makes the server's two databases with its own tool.
func schemas(ctx context.Context, d *Database) error {
	sql, err := Tool(ctx, "temporal-sql-tool")
	if err != nil {
		return err
	}
	host, port, err := cutAddress(d.Address)
	if err != nil {
		return err
	}
	for _, name := range engineDatabases {
		if err := d.Create(ctx, name); err != nil {
			return err
		}
		for _, step := range [][]string{{"setup-schema", "-v", "0.0"}, {"update-schema", "--schema-name", engineSchemas[name]}} {
			args := append([]string{"--plugin", "postgres12_pgx", "--ep", host, "-p", port, "-u", "postgres", "--db", name}, step...)
			if out, err := exec.CommandContext(ctx, sql, args...).CombinedOutput(); err != nil {
				return fmt.Errorf("schema of %s: %w\n%s", name, err, out)
			}
		}
	}
	return nil
}

// configure writes the server's configuration, with or without faults of the store.
func (e *Engine) configure(faulty bool) error {
	e.config.Faulty = faulty
	var text strings.Builder
	if err := configuration.Execute(&text, e.config); err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(e.Dir, "temporal.yaml"), []byte(text.String()), 0o600),
		os.WriteFile(e.config.Dynamic, []byte(dynamic), 0o600),
	)
}

// Again ends the server at once and starts it, with or without faults of the store.
func (e *Engine) Again(faulty bool) error {
	e.Kill()
	if err := e.configure(faulty); err != nil {
		return err
	}
	return e.Start()
}

// namespace makes the namespace, once the server answers.
func (e *Engine) namespace(ctx context.Context) error {
	c, err := client.NewNamespaceClient(client.Options{HostPort: e.Address})
	if err != nil {
		return err
	}
	defer c.Close()
	err = Patiently(ctx, 2*time.Minute, "the engine answers", func(ctx context.Context) error {
		if err := e.Fate(); err != nil {
			return errors.Join(ErrHopeless, err)
		}
		err := c.Register(ctx, &workflowservicepb.RegisterNamespaceRequest{
			Namespace: "default", WorkflowExecutionRetentionPeriod: durationpb.New(72 * time.Hour),
		})
		if _, there := errors.AsType[*serviceerror.NamespaceAlreadyExists](err); there {
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	return Patiently(ctx, time.Minute, "the namespace is known", func(ctx context.Context) error {
		_, err := c.Describe(ctx, "default")
		return err
	})
}

// FreePort finds a port below those that the kernel hands out: nothing takes it while its process is down, and the
// engine keeps its ports in two bytes with a sign.
func FreePort() (string, error) {
	var last error
	for range 100 {
		port := strconv.Itoa(20_000 + rand.IntN(12_000))
		l, err := net.Listen("tcp", "127.0.0.1:"+port) //nolint:noctx // closed at once
		if err != nil {
			last = err
			continue
		}
		return port, l.Close()
	}
	return "", fmt.Errorf("no port is free: %w", last)
}

func cutAddress(address string) (host, port string, err error) { return net.SplitHostPort(address) }

// dynamic lifts the limits that are for many tenants, not for one city.
const dynamic = `
frontend.namespaceRPS.visibility: [{value: 1000}]
frontend.namespaceRPS: [{value: 100000}]
matching.numTaskqueueReadPartitions: [{value: 1}]
matching.numTaskqueueWritePartitions: [{value: 1}]
limit.maxIDLength: [{value: 255}]
`

var configuration = template.Must(template.New("temporal").Parse(`
log: {stdout: true, level: warn}
persistence:
  defaultStore: default
  visibilityStore: visibility
  numHistoryShards: {{.Shards}}
  datastores:
    default:
      {{- if .Faulty}}
      faultInjection:
        targets:
          dataStores:
            ExecutionStore:
              methods:
                CreateWorkflowExecution: {errors: {Timeout: 0.03, ResourceExhausted: 0.03, ExecuteAndTimeout: 0.03}}
                UpdateWorkflowExecution: {errors: {Timeout: 0.03, ResourceExhausted: 0.03, ExecuteAndTimeout: 0.03}}
                GetWorkflowExecution: {errors: {Timeout: 0.03, ResourceExhausted: 0.03}}
                AppendHistoryNodes: {errors: {Timeout: 0.02, ExecuteAndTimeout: 0.02}}
      {{- end}}
      sql:
        pluginName: postgres12_pgx
        databaseName: temporal
        connectAddr: "{{.Database}}"
        connectProtocol: tcp
        user: postgres
        maxConns: 40
        maxIdleConns: 40
        maxConnLifetime: 1h
    visibility:
      sql:
        pluginName: postgres12_pgx
        databaseName: temporal_visibility
        connectAddr: "{{.Database}}"
        connectProtocol: tcp
        user: postgres
        maxConns: 10
        maxIdleConns: 10
        maxConnLifetime: 1h
global:
  membership: {maxJoinDuration: 30s, broadcastAddress: 127.0.0.1}
services:
  frontend: {rpc: {grpcPort: {{.Frontend}}, httpPort: {{.FrontendHTTP}}, membershipPort: {{.FrontendMembership}}, bindOnIP: 127.0.0.1}}
  matching: {rpc: {grpcPort: {{.Matching}}, membershipPort: {{.MatchingMembership}}, bindOnIP: 127.0.0.1}}
  history: {rpc: {grpcPort: {{.History}}, membershipPort: {{.HistoryMembership}}, bindOnIP: 127.0.0.1}}
  worker: {rpc: {grpcPort: {{.Worker}}, membershipPort: {{.WorkerMembership}}, bindOnIP: 127.0.0.1}}
clusterMetadata:
  enableGlobalNamespace: false
  failoverVersionIncrement: 10
  masterClusterName: active
  currentClusterName: active
  clusterInformation:
    active: {enabled: true, initialFailoverVersion: 1, rpcName: frontend, rpcAddress: "127.0.0.1:{{.Frontend}}"}
dcRedirectionPolicy: {policy: noop}
publicClient: {hostPort: "127.0.0.1:{{.Frontend}}"}
dynamicConfigClient: {filepath: "{{.Dynamic}}", pollInterval: 1m}
`))
