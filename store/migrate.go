package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"sync"

	"github.com/pressly/goose/v3"

	"github.com/clearline/clearline"
)

//go:embed migrations/*.sql
var migrations embed.FS

// schema is the newest schema this program knows: the number of its last migration. A migration that older programs
// cannot run on writes its own number as setting 'schema.needs'.
var schema = sync.OnceValue(func() (newest int64) {
	names, err := migrationNames()
	if err != nil {
		panic(err) // the files are part of the program
	}
	for _, number := range names {
		newest = max(newest, number)
	}
	return newest
})

// migrationNames are the embedded migrations with their numbers.
func migrationNames() (map[string]int64, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	all := make(map[string]int64, len(names))
	for _, name := range names {
		number, _, _ := strings.Cut(path.Base(name), "_")
		if all[name], err = strconv.ParseInt(number, 10, 64); err != nil {
			return nil, fmt.Errorf("migration %s: %w", name, err)
		}
	}
	return all, nil
}

// migrate brings the schema up to date. A schema newer than this program knows is refused, unless its
// migrations say that this program can still run on it (I64).
func migrate(ctx context.Context, d dialect, before func(ctx context.Context, from int64) error) error {
	db, err := d.openAdmin(ctx)
	if err != nil {
		return explainOpen(d, err)
	}
	defer db.Close()
	if err := climb(ctx, d, db, before); err != nil {
		return err
	}
	return d.plan(ctx, db)
}

// climb runs the migrations that are missing.
func climb(ctx context.Context, d dialect, db *sql.DB, before func(ctx context.Context, from int64) error) error {
	steps, err := steps(d)
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(d.goose(), db, nil, goose.WithDisableGlobalRegistry(true), goose.WithGoMigrations(steps...))
	if err != nil {
		return err
	}
	version, err := p.GetDBVersion(ctx)
	if err != nil {
		return explainOpen(d, err)
	}
	if version > schema() {
		return tooNew(ctx, db, version)
	}
	if version == schema() {
		return nil
	}
	if before != nil && version > 0 {
		var companies int
		if err := db.QueryRowContext(ctx, `SELECT COUNT(*) FROM companies WHERE company_id > 0`).Scan(&companies); err != nil {
			return err
		}
		if companies > 0 {
			if err := before(ctx, version); err != nil {
				return err
			}
		}
	}
	for {
		if _, err = p.Up(ctx); err == nil {
			return nil
		}
		// Another node may have run the same step at the same time; what counts is the version reached.
		if v, verr := p.GetDBVersion(ctx); verr != nil || v == version {
			return fmt.Errorf("the schema could not be brought from version %d to %d; nothing was lost, the next start continues: %w", version, schema(), err)
		} else if version = v; version >= schema() {
			return nil
		}
	}
}

func tooNew(ctx context.Context, db *sql.DB, version int64) error {
	var needs []byte
	err := db.QueryRowContext(ctx, `SELECT value FROM settings WHERE name = 'schema.needs'`).Scan(&needs)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	var n int64
	fmt.Sscan(string(needs), &n)
	if n != 0 && n <= schema() {
		return nil
	}
	return &clearline.Problem{Cause: clearline.CauseSchema, Title: fmt.Sprintf("This database has schema %d, newer than the %d this clearline knows.", version, schema()),
		Detail: "Start the newer program again, or restore the backup made before its migration."}
}

func explainOpen(d dialect, err error) error {
	if d.name() == "sqlite" {
		return fmt.Errorf("the SQLite file cannot be opened: %w", err)
	}
	return fmt.Errorf("PostgreSQL cannot be reached with the given --database: %w", err)
}

// steps are the migrations in the engine's own words, each one transaction.
func steps(d dialect) ([]*goose.Migration, error) {
	names, err := migrationNames()
	if err != nil {
		return nil, err
	}
	var all []*goose.Migration
	for name, version := range names {
		text, err := migrations.ReadFile(name)
		if err != nil {
			return nil, err
		}
		all = append(all, goose.NewGoMigration(version, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, d.ddl(string(text)))
			return err
		}}, nil))
	}
	return all, nil
}
