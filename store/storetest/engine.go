// Package storetest is the one suite of the store, run on each engine. It reaches the store only through its
// exported methods, and the database by plain SQL where a rule must hold against a bug in those methods.
package storetest

import (
	"context"
	"database/sql"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"

	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/pgserver"
	"github.com/clearline/clearline/seal"
	"github.com/clearline/clearline/store"
)

// Engine is what the suite runs on.
type Engine struct {
	// Database gives the address of a fresh database that belongs to this test alone, as store.Options takes it.
	Database func(t testing.TB) string
	// Nodes is true when several stores may be open on one database.
	Nodes bool
}

// The engines.
var (
	SQLite     = Engine{Database: func(t testing.TB) string { return filepath.Join(memory(t), "clearline.db") }}
	PostgreSQL = Engine{Nodes: true, Database: func(t testing.TB) string { return pgserver.Database(t, "store", migrate) }}
)

// Engines are both, by name.
var Engines = map[string]Engine{"sqlite": SQLite, "postgres": PostgreSQL}

// Each runs a test on each engine, side by side.
func Each(t *testing.T, f func(t *testing.T, e Engine)) {
	t.Parallel()
	for name, e := range Engines {
		t.Run(name, func(t *testing.T) { t.Parallel(); f(t, e) })
	}
}

// memory is a temporary folder, in memory where the machine has such a place: the suite proves behaviour, and
// waiting for a disk takes most of its time.
func memory(t testing.TB) string {
	t.Helper()
	const shm = "/dev/shm"
	dir, err := os.MkdirTemp(shm, "clearline-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// migrate fills the template that every test's database is a copy of.
func migrate(address string) error {
	s, err := store.Open(context.Background(), options(address, clock.Real()))
	if err != nil {
		return err
	}
	return s.Close()
}

func options(address string, c clock.Clock) store.Options {
	return store.Options{Database: address, Clock: c, Log: slog.New(slog.DiscardHandler), Key: key(1), NodeName: "test"}
}

// key is a key of 32 equal bytes.
func key(b byte) seal.Key {
	k, err := seal.New([]byte(strings.Repeat(string(rune(b)), seal.KeySize)))
	if err != nil {
		panic(err)
	}
	return k
}

// Open opens a store that is closed with its test.
func Open(t testing.TB, address string, c clock.Clock) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), options(address, c))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
	return s
}

// SQL opens a database without the store: for what a bug or an operator could do to it.
func SQL(t testing.TB, address string) *sql.DB {
	t.Helper()
	driver, source := "sqlite", "file:"+address+"?_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)"
	if strings.Contains(address, "://") {
		driver, source = "pgx", address
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(2)
	t.Cleanup(func() { db.Close() })
	return db
}
