package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	_ "modernc.org/sqlite" // registers the driver "sqlite"
)

// Dialect is the kind of database.
type Dialect string

// The dialects. SQLite is for trying out and for tests; a real deployment runs on PostgreSQL.
const (
	PostgreSQL Dialect = "postgres"
	SQLite     Dialect = "sqlite"
)

// The pool is kept small: on one machine the cores are the bound, and Temporal shares the server. A connection that is
// not needed at the moment stays, since the next would cost a new one with all its statements to be planned again.
const (
	mostConnections = 20
	connectionLife  = 30 * time.Minute
	connectionIdle  = 5 * time.Minute
	idleTxTimeout   = "60s"
)

// Patience is how long one statement may take on PostgreSQL, be it at work or waiting for a lock; it fails then, and
// whoever asked is told that the database is away. The address of the database may say otherwise (statement_timeout).
type Patience time.Duration

// Who is how patient.
const (
	ForPeople    = Patience(5 * time.Second)  // they wait for an answer, and others for the connection
	ForWork      = Patience(30 * time.Second) // workers try again
	ForOperators = Patience(10 * time.Minute) // who looks over a whole record knows that it takes long
	ForMigration = Patience(0)                // no limit
)

func (p Patience) setting() string { return strconv.FormatInt(time.Duration(p).Milliseconds(), 10) }

// Open connects to "postgres://…" or "sqlite://path" for work. It neither makes nor changes tables; Migrate does.
func Open(ctx context.Context, dsn string) (*Store, error) { return OpenFor(ctx, dsn, ForWork) }

// OpenFor is Open with another patience.
func OpenFor(ctx context.Context, dsn string, patience Patience) (*Store, error) {
	scheme, path, _ := strings.Cut(dsn, "://")
	var d gorm.Dialector
	var err error
	dialect := Dialect(scheme)
	switch dialect {
	case PostgreSQL, "postgresql":
		dialect = PostgreSQL
		d, err = postgresDialector(dsn, patience)
	case SQLite:
		d, err = sqliteDialector(path)
	default:
		// The DSN itself may hold a password and stays out of the message.
		return nil, errors.New("a database is named by postgres://… or sqlite://path")
	}
	if err != nil {
		return nil, err
	}
	db, err := gorm.Open(d, &gorm.Config{
		Logger:                 logger.Discard,
		TranslateError:         true,
		SkipDefaultTransaction: true,
		NowFunc:                func() time.Time { return time.Now().UTC() },
	})
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	pool, err := db.DB()
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	pool.SetMaxOpenConns(mostConnections)
	pool.SetMaxIdleConns(mostConnections)
	pool.SetConnMaxLifetime(connectionLife)
	pool.SetConnMaxIdleTime(connectionIdle)
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open the database: %w", err), pool.Close())
	}
	return &Store{db: db, pool: pool, dialect: dialect, now: time.Now}, nil
}

// Close gives all connections back.
func (s *Store) Close() error {
	s.stirs.quiet()
	return s.pool.Close()
}

// Dialect tells which kind of database this is.
func (s *Store) Dialect() Dialect { return s.dialect }

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.pool.PingContext(ctx) }

func postgresDialector(dsn string, patience Patience) (gorm.Dialector, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, errors.New("the PostgreSQL address cannot be read") // the error of pgx repeats the DSN
	}
	for name, value := range map[string]string{
		"timezone": "UTC", "application_name": "milepost", "statement_timeout": patience.setting(),
		"idle_in_transaction_session_timeout": idleTxTimeout,
	} {
		if _, set := config.RuntimeParams[name]; !set {
			config.RuntimeParams[name] = value
		}
	}
	return postgres.New(postgres.Config{Conn: stdlib.OpenDB(*config)}), nil
}

// sqliteDialector writes times as text that sorts like time, takes the write lock when a transaction begins
// (so that none fails half-way), and lets REPLACE fire the triggers that guard the record.
func sqliteDialector(path string) (gorm.Dialector, error) {
	if path == "" {
		return nil, errors.New("sqlite:// needs the path of a file")
	}
	q := url.Values{"_txlock": {"immediate"}, "_time_format": {"sqlite"}, "_pragma": {
		"busy_timeout(10000)", "journal_mode(WAL)", "foreign_keys(1)", "synchronous(NORMAL)", "recursive_triggers(1)",
	}}
	file := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}
	return translating{&sqlite.Dialector{DriverName: "sqlite", DSN: file.String()}}, nil
}

// translating knows the errors of the driver in pure Go; gorm's dialect knows those of the C binding only.
type translating struct{ *sqlite.Dialector }

// Extended result codes of SQLite.
const (
	sqliteCheck      = 275
	sqliteForeignKey = 787
	sqlitePrimaryKey = 1555
	sqliteUnique     = 2067
)

// Translate turns the driver's errors into gorm's.
func (translating) Translate(err error) error {
	var coded interface{ Code() int }
	if !errors.As(err, &coded) {
		return err
	}
	switch coded.Code() {
	case sqliteUnique, sqlitePrimaryKey:
		return gorm.ErrDuplicatedKey
	case sqliteForeignKey:
		return gorm.ErrForeignKeyViolated
	case sqliteCheck:
		return gorm.ErrCheckConstraintViolated
	default:
		return err
	}
}

// write runs f in one transaction. On SQLite it holds the write lock from the beginning.
func (s *Store) write(ctx context.Context, f func(tx *gorm.DB) error) error {
	return s.db.WithContext(ctx).Transaction(f)
}

// patiently reads what may take longer than a person waits for an answer, such as a part of a whole record.
func (s *Store) patiently(ctx context.Context, read func(db *gorm.DB) error) error {
	if s.dialect != PostgreSQL {
		return read(s.db.WithContext(ctx))
	}
	return s.write(ctx, func(tx *gorm.DB) error {
		if err := tx.Exec("SET LOCAL statement_timeout = " + ForOperators.setting()).Error; err != nil {
			return err
		}
		return read(tx)
	})
}

// alone runs a statement that is a transaction of its own, on a connection that is there already; SQLite has its lock by then too.
func (s *Store) alone(ctx context.Context, f func(tx *gorm.DB) error) error {
	if s.dialect == PostgreSQL {
		return s.db.WithContext(ctx).Connection(f)
	}
	return s.write(ctx, f)
}

// forUpdate locks the rows read until the transaction ends. SQLite holds the whole database already.
func (s *Store) forUpdate() string {
	if s.dialect == PostgreSQL {
		return " FOR UPDATE"
	}
	return ""
}
