package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// dialect is all that differs between the engines: how a connection is opened and prepared, a few words of the
// schema, and how a writer runs many rows of one statement. All SQL elsewhere is one text.
type dialect interface {
	name() string
	// ddl turns the schema's own words into the engine's.
	ddl(text string) string
	goose() goose.Dialect
	// plan makes sure that the engine plans for large companies, after the schema is up to date.
	plan(ctx context.Context, db *sql.DB) error
	// openReaders opens a pool that only reads.
	openReaders(ctx context.Context) (*sql.DB, error)
	// openAdmin opens a single connection for migrations.
	openAdmin(ctx context.Context) (*sql.DB, error)
	// openWriter opens the pinned connection of one committer.
	openWriter(ctx context.Context) (writer, error)
	// committers is how many writers a node runs.
	committers() int
}

const (
	sqlitePageSize = 2048
	// sqliteCheckpointPages lets SQLite checkpoint by itself at 56 MiB of WAL, when checkpoint.go has not done so.
	sqliteCheckpointPages = 28_000
	sqliteReaders         = 4
	postgresReaders       = 12
	postgresCommitters    = 2
)

// CheckAddress tells whether a database's address can be meant, without going there.
func CheckAddress(address string) error {
	_, err := openDialect(address)
	return err
}

// openDialect picks the engine by the address: a postgres:// URL, or a file of SQLite.
func openDialect(address string) (dialect, error) {
	switch {
	case strings.HasPrefix(address, "postgres://"), strings.HasPrefix(address, "postgresql://"):
		if _, err := pgx.ParseConfig(address); err != nil {
			// The parser's error repeats the address, which holds a password.
			return nil, fmt.Errorf("the database address is not a valid postgres:// URL")
		}
		return postgres{address}, nil
	case strings.Contains(address, "://"):
		scheme, _, _ := strings.Cut(address, "://")
		return nil, fmt.Errorf("the database address starts with %q; use postgres://… or the path of a SQLite file", scheme+"://")
	}
	abs, err := filepath.Abs(address)
	if err != nil {
		return nil, err
	}
	return sqlite{abs}, nil
}

var ddlWords = regexp.MustCompile(`\b(BYTES|CLUSTERED)\b`)

type sqlite struct{ path string }

func (sqlite) name() string         { return "sqlite" }
func (sqlite) goose() goose.Dialect { return goose.DialectSQLite3 }
func (sqlite) committers() int      { return 1 }

func (sqlite) ddl(text string) string {
	return ddlWords.ReplaceAllStringFunc(text, func(w string) string {
		return map[string]string{"BYTES": "BLOB", "CLUSTERED": "WITHOUT ROWID"}[w]
	})
}

// dsn adds the pragmas every connection needs. journal_mode comes last: page size and auto-vacuum must be set before.
func (d sqlite) dsn(readOnly bool, pragmas ...string) string {
	q := url.Values{"_pragma": append([]string{"busy_timeout(10000)", "foreign_keys(1)", "temp_store(2)"}, pragmas...)}
	if readOnly {
		q.Add("_pragma", "query_only(1)")
	}
	return "file:" + (&url.URL{Path: d.path}).EscapedPath() + "?" + q.Encode()
}

// create sets what can only be set before the first table: page size and auto-vacuum, on a connection of its
// own, because beside other pragmas in the address the driver ignores the page size.
func (d sqlite) create(ctx context.Context) error {
	// SQLite gives its other files the mode of this one.
	f, err := os.OpenFile(d.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	f.Close()
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: d.path}).EscapedPath())
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, pragma := range []string{
		fmt.Sprintf("PRAGMA page_size=%d", sqlitePageSize),
		"PRAGMA auto_vacuum=INCREMENTAL",
		"PRAGMA journal_mode=WAL",
	} {
		if _, err := db.ExecContext(ctx, pragma); err != nil {
			return err
		}
	}
	return nil
}

// openStill opens a file that nobody writes to. It needs no right to write, and leaves nothing beside it.
func (d sqlite) openStill() (*sql.DB, error) {
	return sql.Open("sqlite", "file:"+(&url.URL{Path: d.path}).EscapedPath()+"?mode=ro&immutable=1")
}

// openPlain opens a file as it is, with one connection.
func (d sqlite) openPlain() (*sql.DB, error) {
	db, err := sql.Open("sqlite", d.dsn(false, "synchronous(2)"))
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

func (d sqlite) openAdmin(ctx context.Context) (*sql.DB, error) {
	if err := d.create(ctx); err != nil {
		return nil, err
	}
	return d.openPlain()
}

func (sqlite) plan(ctx context.Context, db *sql.DB) error { return planStatistics(ctx, db) }

func (d sqlite) openReaders(ctx context.Context) (*sql.DB, error) {
	db, err := sql.Open("sqlite", d.dsn(true, "cache_size(-4096)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(sqliteReaders)
	db.SetMaxIdleConns(sqliteReaders)
	return db, db.PingContext(ctx)
}

type postgres struct{ url string }

func (postgres) name() string         { return "postgres" }
func (postgres) goose() goose.Dialect { return goose.DialectPostgres }
func (postgres) committers() int      { return postgresCommitters }

func (postgres) ddl(text string) string {
	return ddlWords.ReplaceAllStringFunc(text, func(w string) string {
		return map[string]string{"BYTES": "BYTEA", "CLUSTERED": ""}[w]
	})
}

// plan does nothing: every connection has scans switched off, see config.
func (postgres) plan(context.Context, *sql.DB) error { return nil }

func (d postgres) openAdmin(ctx context.Context) (*sql.DB, error) {
	cfg, err := d.reached()
	if err != nil {
		return nil, err
	}
	db := stdlib.OpenDB(*cfg)
	db.SetMaxOpenConns(2)
	return db, db.PingContext(ctx)
}

// connectWithin bounds the wait for a server that does not answer, unless the address says connect_timeout.
const connectWithin = 10 * time.Second

// reached is how the server is reached.
func (d postgres) reached() (*pgx.ConnConfig, error) {
	cfg, err := pgx.ParseConfig(d.url)
	if err == nil && cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = connectWithin
	}
	return cfg, err
}

// config are the settings of every connection. All our statements find their rows by a key, but plans are kept
// from a time when the tables were empty and a scan looked cheap; so everything but an index is a last resort.
func (d postgres) config() (*pgx.ConnConfig, error) {
	cfg, err := d.reached()
	if err != nil {
		return nil, err
	}
	for _, setting := range []string{"enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin", "enable_material"} {
		if _, set := cfg.RuntimeParams[setting]; !set {
			cfg.RuntimeParams[setting] = "off"
		}
	}
	return cfg, nil
}

func (d postgres) openReaders(ctx context.Context) (*sql.DB, error) {
	cfg, err := d.config()
	if err != nil {
		return nil, err
	}
	db := stdlib.OpenDB(*cfg)
	db.SetMaxOpenConns(postgresReaders)
	db.SetMaxIdleConns(postgresReaders)
	return db, db.PingContext(ctx)
}
