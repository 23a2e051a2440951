package config

import (
	"errors"
	"fmt"
	"math"
	"net"
	"net/url"
	"os"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/rawbytes"
	"github.com/knadh/koanf/providers/structs"
	"github.com/knadh/koanf/v2"
)

// Settings are how a process of Milepost runs. They come, each over the one before, from the defaults, a YAML
// file, and the environment: MILEPOST_TEMPORAL__ADDRESS sets temporal.address.
type Settings struct {
	Database string   `koanf:"database"` // postgres://… or sqlite://path
	Listen   string   `koanf:"listen"`   // host:port of the API
	Public   string   `koanf:"public"`   // the address users see, when a proxy stands before the API
	Proxies  []string `koanf:"proxies"`  // addresses or networks whose X-Forwarded-For is believed; none when empty
	Operator string   `koanf:"operator"` // host:port of metrics and health, for operators only; none when empty
	Log      Log      `koanf:"log"`
	Temporal Temporal `koanf:"temporal"`
	Worker   Worker   `koanf:"worker"`
	Session  Session  `koanf:"session"`
	OIDC     OIDC     `koanf:"oidc"`
	Audit    Audit    `koanf:"audit"`
	Limits   Limits   `koanf:"limits"`
	Files    Files    `koanf:"files"`
}

// Log is how a process logs.
type Log struct {
	Level  string `koanf:"level"`  // debug | info | warn | error
	Format string `koanf:"format"` // text | json
}

// Temporal is where the engine is.
type Temporal struct {
	Address   string `koanf:"address"`
	Namespace string `koanf:"namespace"`
	TaskQueue string `koanf:"taskqueue"`
	APIKey    string `koanf:"apikey"`
	TLS       TLS    `koanf:"tls"`
	// Keys are the files of the keys for what the engine stores: the first encrypts, all decrypt. None: it is stored as it is.
	Keys []string `koanf:"keys"`
}

// TLS is how the connection to the engine is secured; a certificate of our own makes it mutual.
type TLS struct {
	Enabled    bool   `koanf:"enabled"`
	CA         string `koanf:"ca"`   // file
	Cert       string `koanf:"cert"` // file
	Key        string `koanf:"key"`  // file
	ServerName string `koanf:"servername"`
}

// Worker is how much a worker does at a time.
type Worker struct {
	WorkflowPollers int           `koanf:"workflowpollers"`
	ActivityPollers int           `koanf:"activitypollers"`
	SweepAfter      time.Duration `koanf:"sweepafter"` // commands pending longer are finished by the sweeper
	Relays          int           `koanf:"relays"`     // effects carried out at a time
}

// Session is what is asked of passwords, and how long a person stays signed in.
type Session struct {
	Policy   string        `koanf:"policy"`   // mlps3 | asvs
	Idle     time.Duration `koanf:"idle"`     // the policy's when zero; never longer
	Absolute time.Duration `koanf:"absolute"` // the policy's when zero; never longer
	Single   bool          `koanf:"single"`   // who signs in ends the other sessions of the account
	Words    []string      `koanf:"words"`    // names of the place that no password may contain
	Tries    int           `koanf:"tries"`    // failed sign-ins from one address within 15 minutes before it has to wait
}

// Limits are how much one process of the API takes in; what is zero is not limited.
type Limits struct {
	User         float64 `koanf:"user"`         // requests a second of one account
	UserBurst    int     `koanf:"userburst"`    // and so many at once
	Address      float64 `koanf:"address"`      // requests a second from one address
	AddressBurst int     `koanf:"addressburst"` // and so many at once
	AtOnce       int     `koanf:"atonce"`       // requests being answered
	UserStreams  int     `koanf:"userstreams"`  // live updates of one account
	Streams      int     `koanf:"streams"`      // live updates of all
}

// OIDC is the provider of single sign-on; none when the issuer is empty.
type OIDC struct {
	Issuer           string   `koanf:"issuer"` // exactly as its tokens name it
	ClientID         string   `koanf:"clientid"`
	ClientSecretFile string   `koanf:"clientsecretfile"`
	Scopes           []string `koanf:"scopes"` // beside openid
}

// ClientSecret reads the secret that the provider knows us by.
func (o OIDC) ClientSecret() (string, error) {
	data, err := os.ReadFile(o.ClientSecretFile)
	if err != nil {
		return "", fmt.Errorf("oidc.clientsecretfile: %w", err)
	}
	secret := strings.TrimSpace(string(data))
	if secret == "" {
		return "", errors.New("oidc.clientsecretfile: the file is empty")
	}
	return secret, nil
}

// check refuses half a provider, and one whom anybody on the way could play.
func (o OIDC) check(public string) error {
	if o.Issuer == "" {
		if o.ClientID != "" || o.ClientSecretFile != "" {
			return errors.New("oidc.issuer is missing")
		}
		return nil
	}
	var errs []error
	if o.ClientID == "" || o.ClientSecretFile == "" {
		errs = append(errs, errors.New("oidc.issuer, oidc.clientid and oidc.clientsecretfile go together"))
	}
	u, err := url.Parse(o.Issuer)
	if err != nil || u.Host == "" || (u.Scheme != "https" && !isLoopback(u.Hostname())) {
		errs = append(errs, errors.New("oidc.issuer must be an https:// address, as the provider's tokens name it"))
	}
	if public == "" {
		errs = append(errs, errors.New("public must be set, for the provider to send browsers back to: https://…"))
	}
	return errors.Join(errs...)
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Audit is how workers look after the audit record.
type Audit struct {
	Key   string        `koanf:"key"`   // file with the key that signs the heads of its chains; not signed when empty
	Heads string        `koanf:"heads"` // file to which signed heads are appended; they are logged when empty
	Every time.Duration `koanf:"every"` // how often timelines are sealed and heads signed
}

// Files is where uploaded files are kept, how much of them, and who looks for viruses.
type Files struct {
	URL        string `koanf:"url"`        // file:///folder, which API and workers share; s3://bucket where that is built in
	MaxSize    Size   `koanf:"maxsize"`    // of one file
	PerProject Size   `koanf:"perproject"` // of all files of a project
	PerDay     Size   `koanf:"perday"`     // that one account may upload in 24 hours
	Scanner    string `koanf:"scanner"`    // clamd: tcp://host:port or unix:///path; "none": all counts as clean; empty: nothing does
}

// Size is a number of bytes, written as 50MB or 5GB.
type Size int64

var units = []struct {
	name  string
	bytes int64
}{{"KB", 1 << 10}, {"MB", 1 << 20}, {"GB", 1 << 30}, {"TB", 1 << 40}}

// UnmarshalText reads a size.
func (s *Size) UnmarshalText(text []byte) error {
	word := strings.ToUpper(strings.TrimSpace(string(text)))
	factor := int64(1)
	for _, u := range units {
		if number, ok := strings.CutSuffix(word, u.name); ok {
			word, factor = strings.TrimSpace(number), u.bytes
		}
	}
	n, err := strconv.ParseInt(word, 10, 64)
	if err != nil || n < 1 || n > math.MaxInt64/factor {
		return fmt.Errorf("%q is no size such as 50MB or 5GB", text)
	}
	*s = Size(n * factor)
	return nil
}

// Defaults are the settings of a process on one's own machine.
func Defaults() Settings {
	return Settings{
		Database: "sqlite://.milepost/milepost.db",
		Listen:   "127.0.0.1:8080",
		Proxies:  []string{},
		Log:      Log{Level: "info", Format: "text"},
		Temporal: Temporal{Address: "127.0.0.1:7233", Namespace: "default", TaskQueue: "milepost", Keys: []string{}},
		Worker:   Worker{WorkflowPollers: 8, ActivityPollers: 4, SweepAfter: 15 * time.Second, Relays: 4},
		Session:  Session{Policy: "mlps3", Words: []string{}, Tries: 100},
		OIDC:     OIDC{Scopes: []string{}},
		Audit:    Audit{Every: time.Hour},
		Limits:   Limits{User: 20, UserBurst: 100, Address: 200, AddressBurst: 1000, AtOnce: 256, UserStreams: 8, Streams: 2000},
		Files:    Files{MaxSize: 50 << 20, PerProject: 5 << 30, PerDay: 2 << 30},
	}
}

// envPrefix begins the name of every environment variable that is a setting.
const envPrefix = "MILEPOST_"

// notSettings are variables with that prefix that say where tools are, not how a process runs.
var notSettings = []string{"MILEPOST_TOOLS", "MILEPOST_TEMPORAL", "MILEPOST_TEST_"}

// LoadSettings reads the settings. file may be empty. A file with an unknown key is refused.
func LoadSettings(file string, environ []string) (Settings, error) {
	k := koanf.New(".")
	if err := k.Load(structs.Provider(Defaults(), "koanf"), nil); err != nil {
		return Settings{}, err
	}
	known := k.All()
	if file != "" {
		data, err := os.ReadFile(file) //nolint:gosec // the operator names the file
		if err != nil {
			return Settings{}, fmt.Errorf("settings: %w", err)
		}
		if err := k.Load(rawbytes.Provider(data), yaml.Parser()); err != nil {
			return Settings{}, fmt.Errorf("settings %s: %w", file, err)
		}
	}
	fromEnv := env.Provider(".", env.Opt{
		Prefix:      envPrefix,
		EnvironFunc: func() []string { return environ },
		TransformFunc: func(name, value string) (string, any) {
			for _, p := range notSettings {
				if name == p || (strings.HasSuffix(p, "_") && strings.HasPrefix(name, p)) {
					return "", nil
				}
			}
			key := strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(name, envPrefix)), "__", ".")
			if _, isList := known[key].([]string); isList {
				return key, strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })
			}
			return key, value
		},
	})
	if err := k.Load(fromEnv, nil); err != nil {
		return Settings{}, err
	}
	var unknown []error
	for name := range k.All() {
		if _, ok := known[name]; !ok {
			unknown = append(unknown, fmt.Errorf("unknown setting %q", name))
		}
	}
	if len(unknown) > 0 {
		return Settings{}, errors.Join(unknown...)
	}
	var s Settings
	if err := k.Unmarshal("", &s); err != nil {
		return Settings{}, fmt.Errorf("settings: %w", err)
	}
	return s, s.check()
}

// TrustedProxies are the networks of the proxies that stand before the API: what they say of where a request comes
// from is believed, for the log and for counting failed sign-ins.
func (s Settings) TrustedProxies() ([]*net.IPNet, error) {
	var trusted []*net.IPNet
	for _, p := range s.Proxies {
		if ip := net.ParseIP(p); ip != nil {
			p += map[bool]string{true: "/32", false: "/128"}[ip.To4() != nil]
		}
		_, network, err := net.ParseCIDR(p)
		if err != nil {
			return nil, fmt.Errorf("proxies: %q is no address and no network such as 10.0.0.0/8", p)
		}
		trusted = append(trusted, network)
	}
	return trusted, nil
}

func (s Settings) check() error {
	var errs []error
	if err := s.OIDC.check(s.Public); err != nil {
		errs = append(errs, err)
	}
	if _, err := s.TrustedProxies(); err != nil {
		errs = append(errs, err)
	}
	if s.Operator != "" && s.Operator == s.Listen {
		errs = append(errs, errors.New("operator must not be the address of the API"))
	}
	if !strings.HasPrefix(s.Database, "postgres://") && !strings.HasPrefix(s.Database, "sqlite://") {
		errs = append(errs, errors.New("database must be postgres://… or sqlite://path"))
	}
	for name, v := range map[string]any{
		"listen": s.Listen, "temporal.address": s.Temporal.Address, "temporal.namespace": s.Temporal.Namespace,
		"temporal.taskqueue": s.Temporal.TaskQueue, "worker.workflowpollers": s.Worker.WorkflowPollers,
		"worker.activitypollers": s.Worker.ActivityPollers, "worker.relays": s.Worker.Relays,
		"worker.sweepafter": s.Worker.SweepAfter, "session.policy": s.Session.Policy, "session.tries": s.Session.Tries,
		"audit.every": s.Audit.Every, "files.maxsize": s.Files.MaxSize, "files.perproject": s.Files.PerProject,
		"files.perday": s.Files.PerDay,
	} {
		if reflect.ValueOf(v).IsZero() {
			errs = append(errs, fmt.Errorf("%s must be set", name))
		}
	}
	if s.Files.MaxSize > s.Files.PerProject || s.Files.MaxSize > s.Files.PerDay {
		errs = append(errs, errors.New("files.maxsize must not be more than files.perproject or files.perday"))
	}
	if (s.Temporal.TLS.Cert == "") != (s.Temporal.TLS.Key == "") {
		errs = append(errs, errors.New("temporal.tls.cert and temporal.tls.key go together"))
	}
	return errors.Join(errs...)
}
