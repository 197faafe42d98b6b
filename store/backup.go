package store

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	sqlitedriver "modernc.org/sqlite"
)

// ErrNoCopy is the answer where the database is not a file of ours.
var ErrNoCopy = errors.New("store: only SQLite is copied here; PostgreSQL has tools of its own")

const (
	// copyPages is how much one step copies, 256 KiB: some two milliseconds between two batches of the writer.
	copyPages = 128
	// copyMark is the setting that a finished copy bears.
	copyMark = "copy"
)

// Copied is what a copy says about itself.
type Copied struct {
	// At is the moment that the copy is of. Program made it; Schema is its schema.
	At      time.Time `json:"at"`
	Program string    `json:"program"`
	Schema  int64     `json:"schema"`
	// Companies, Connections and Messages are how many it holds; Files are messages' files, which lie beside the database
	// and are not in it.
	Companies   int64 `json:"companies"`
	Connections int64 `json:"connections"`
	Messages    int64 `json:"messages"`
	Files       int64 `json:"files"`
}

// CopyTo copies the database to a new file while work goes on, and gives the moment that the copy is of: the end of the
// copying. The writer's own connection copies, a little between two batches, and SQLite brings pages that it has copied
// already up to date with each commit. So no read transaction keeps the WAL from starting anew, however long it takes.
// told, when not nil, is called with the pages copied and the pages in all. A copy that is not finished bears no mark; the
// caller removes it.
func (s *Store) CopyTo(ctx context.Context, path string, told func(done, all int)) (at time.Time, err error) {
	if s.Engine() != "sqlite" {
		return at, ErrNoCopy
	}
	c := s.committers[0]
	if err := c.between(ctx, func(w *sqliteWriter) error { return w.beginCopy(path) }); err != nil {
		return at, err
	}
	for {
		var more bool
		var took time.Duration
		err := c.between(ctx, func(w *sqliteWriter) (err error) {
			if w.copy == nil {
				return errors.New("store: the connection to the database was lost; begin the copy anew")
			}
			started := time.Now()
			if more, err = w.copy.Step(copyPages); told != nil {
				told(w.copy.PageCount()-w.copy.Remaining(), w.copy.PageCount())
			}
			took, at = time.Since(started), s.clock.Now().UTC()
			return err
		})
		if err != nil || !more {
			return at, errors.Join(err, c.between(context.WithoutCancel(ctx), (*sqliteWriter).endCopy))
		}
		// As long as a step took, the others have the writer for themselves.
		rest := time.NewTimer(took)
		select {
		case <-ctx.Done():
		case <-rest.C:
		}
		rest.Stop()
	}
}

// between runs f on the committer's connection between two batches.
func (c *committer) between(ctx context.Context, f func(w *sqliteWriter) error) error {
	done := make(chan error, 1)
	aside := func() {
		if w, ok := c.w.(*sqliteWriter); ok {
			done <- f(w)
		} else {
			done <- ErrNoCopy
		}
	}
	select {
	case c.aside <- aside:
		return <-done
	case <-ctx.Done():
		return ctx.Err()
	case <-c.ended:
		return ErrClosed
	}
}

// beginCopy opens the copy. It is made with nothing to fall back on and nothing flushed: until it is finished, flushed and
// checked it counts for nothing.
func (w *sqliteWriter) beginCopy(path string) (err error) {
	if w.copy != nil {
		return errors.New("another copy is being made just now; wait until it has ended")
	}
	w.copy, err = newCopy(w.conn, path)
	return err
}

func newCopy(conn driver.Conn, path string) (*sqlitedriver.Backup, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	return conn.(interface {
		NewBackup(string) (*sqlitedriver.Backup, error)
	}).NewBackup(sqlite{path}.dsn(false, "journal_mode(off)", "synchronous(0)", "cache_size(-4096)"))
}

// endCopy lets go of the copy, finished or not.
func (w *sqliteWriter) endCopy() error {
	if w.copy == nil {
		return nil
	}
	err := w.copy.Finish()
	w.copy = nil
	return err
}

// copyStill copies a database that nobody else uses.
func (d sqlite) copyStill(ctx context.Context, path string, told func(done, all int)) error {
	conn, err := (&sqlitedriver.Driver{}).Open(d.dsn(false))
	if err != nil {
		return err
	}
	defer conn.Close()
	c, err := newCopy(conn, path)
	if err != nil {
		return err
	}
	for more := true; more && err == nil; {
		if err = ctx.Err(); err == nil {
			more, err = c.Step(16 * copyPages)
			if told != nil {
				told(c.PageCount()-c.Remaining(), c.PageCount())
			}
		}
	}
	return errors.Join(err, c.Finish())
}

// Copier copies a database to a new file and gives the moment that the copy is of. told may be nil.
type Copier func(ctx context.Context, path string, told func(done, all int)) (at time.Time, err error)

// CopyStopped copies the SQLite database of a server that does not run, as it is: its schema stays as old as it is.
func CopyStopped(database string, now func() time.Time) Copier {
	return func(ctx context.Context, path string, told func(done, all int)) (at time.Time, err error) {
		d, err := openDialect(database)
		if err != nil {
			return at, err
		}
		file, ok := d.(sqlite)
		if !ok {
			return at, ErrNoCopy
		}
		if _, err := os.Stat(file.path); err != nil {
			return at, fmt.Errorf("there is no database to copy: %w", err)
		}
		lock, err := file.own()
		if err != nil {
			return at, err
		}
		return now().UTC(), errors.Join(file.copyStill(ctx, path, told), unlockFile(lock))
	}
}

// FinishCopy checks a copy from its first page to its last, writes the mark on it that tells what it is, and flushes it.
func FinishCopy(ctx context.Context, path, program string, at time.Time) (c Copied, err error) {
	db, err := sqlite{path}.openPlain()
	if err != nil {
		return c, err
	}
	// One file, with no WAL to be forgotten beside it.
	if _, err = db.ExecContext(ctx, `PRAGMA journal_mode=DELETE`); err == nil {
		c, err = inspect(ctx, path)
	}
	c.At, c.Program = at, program
	text, jerr := json.Marshal(c)
	if err = errors.Join(err, jerr); err == nil {
		_, err = db.ExecContext(ctx, `INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, copyMark, text)
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return c, err
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return c, err
	}
	return c, errors.Join(f.Sync(), f.Close())
}

// InspectCopy checks a copy before anything is done with it. What is no whole copy of a database that this program can
// work with is an error that says what it is.
func InspectCopy(ctx context.Context, path string) (Copied, error) {
	c, err := inspect(ctx, path)
	if err != nil {
		return c, err
	}
	db, err := sqlite{path}.openStill()
	if err != nil {
		return c, err
	}
	defer db.Close()
	var text []byte
	if found, err := first(db.QueryRowContext(ctx, `SELECT value FROM settings WHERE name = $1`, copyMark).Scan(&text)); err != nil || !found {
		return c, errors.Join(err, fmt.Errorf("%s was not finished, or is no backup: it bears no mark of one", path))
	}
	var marked Copied
	if err := json.Unmarshal(text, &marked); err != nil {
		return c, fmt.Errorf("the mark of the backup cannot be read: %w", err)
	}
	c.At, c.Program = marked.At, marked.Program
	return c, nil
}

func inspect(ctx context.Context, path string) (c Copied, err error) {
	if _, err := os.Stat(path); err != nil {
		return c, err
	}
	db, err := sqlite{path}.openStill()
	if err != nil {
		return c, err
	}
	defer db.Close()
	var verdict string
	if err := db.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&verdict); err != nil {
		return c, fmt.Errorf("%s is no whole SQLite database: %w", path, err)
	}
	if verdict != "ok" {
		return c, fmt.Errorf("%s is damaged: %s", path, verdict)
	}
	if err := db.QueryRowContext(ctx, `SELECT MAX(version_id) FROM goose_db_version`).Scan(&c.Schema); err != nil {
		return c, fmt.Errorf("%s is no database of Clearline's: %w", path, err)
	}
	if c.Schema > schema() {
		if err := tooNew(ctx, db, c.Schema); err != nil {
			return c, err
		}
	}
	for query, to := range map[string]*int64{
		`SELECT COUNT(*) FROM companies WHERE company_id > 0`: &c.Companies,
		`SELECT COUNT(*) FROM connections`:                    &c.Connections,
		`SELECT COUNT(*) FROM messages`:                       &c.Messages,
		`SELECT COUNT(*) FROM media WHERE state = 'ready'`:    &c.Files,
	} {
		if err := db.QueryRowContext(ctx, query).Scan(to); err != nil {
			return c, fmt.Errorf("%s is no database of Clearline's: %w", path, err)
		}
	}
	return c, nil
}
