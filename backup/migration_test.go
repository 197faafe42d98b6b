package backup

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/seal"
	"github.com/clearline/clearline/store"
)

// older makes a database as an older version has left it, with or without a company in it.
func older(t *testing.T, schema int, company bool) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "clearline.db")
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	must := func(text string, args ...any) {
		t.Helper()
		if _, err := db.Exec(text, args...); err != nil {
			t.Fatal(err)
		}
	}
	must(`CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY AUTOINCREMENT, version_id INTEGER NOT NULL, is_applied INTEGER NOT NULL, tstamp TIMESTAMP DEFAULT (datetime('now')))`)
	must(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, 1)`)
	words := strings.NewReplacer("BYTES", "BLOB", "CLUSTERED", "WITHOUT ROWID")
	for n := 1; n <= schema; n++ {
		names, err := filepath.Glob(fmt.Sprintf("../store/migrations/%04d_*.sql", n))
		if err != nil || len(names) != 1 {
			t.Fatalf("migration %d: %q %v", n, names, err)
		}
		text, err := os.ReadFile(names[0])
		if err != nil {
			t.Fatal(err)
		}
		must(words.Replace(string(text)))
		must(`INSERT INTO goose_db_version (version_id, is_applied) VALUES ($1, 1)`, n)
	}
	if company {
		must(`INSERT INTO companies (company_id, name, created_at) VALUES (77, 'Aurora', 1)`)
		must(`INSERT INTO counters (company_id, n) VALUES (77, 0)`)
	}
	return file
}

func free(string) (int64, error) { return 1 << 50, nil }

// open opens a database as a start does.
func open(t *testing.T, file string, log *slog.Logger, free func(string) (int64, error)) error {
	t.Helper()
	key, err := seal.New(bytes.Repeat([]byte{7}, seal.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Options{Database: file, Clock: clock.Real(), Log: slog.New(slog.DiscardHandler), Key: key, NodeName: "test",
		BeforeMigration: BeforeMigration(Options{Database: file, Free: free, Version: "test"}, clock.Real(), log)})
	if err != nil {
		return err
	}
	return s.Close()
}

func beside(t *testing.T, file string) (names []string) {
	t.Helper()
	all, err := os.ReadDir(filepath.Dir(file))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if strings.Contains(e.Name(), ".before-") {
			names = append(names, e.Name())
		}
	}
	return names
}

// I64: before an upgrade changes the schema, a backup of the state before it lies beside the database, checked and named after
// the schema to come; the next start makes none, an empty database gets none.
func TestBackupBeforeMigration(t *testing.T) {
	t.Parallel()
	file := older(t, 5, true)
	var log strings.Builder
	for range 2 {
		if err := open(t, file, slog.New(slog.NewTextHandler(&log, nil)), free); err != nil {
			t.Fatal(err)
		}
	}
	names := beside(t, file)
	if len(names) != 1 || !strings.HasPrefix(names[0], "clearline.db.before-schema-") {
		t.Fatalf("beside it lie %q", names)
	}
	made := filepath.Join(filepath.Dir(file), names[0])
	if is, err := store.InspectCopy(t.Context(), made); err != nil || is.Schema != 5 || is.Companies != 1 {
		t.Errorf("it is %+v, %v", is, err)
	}
	if !strings.Contains(log.String(), names[0]) {
		t.Errorf("the log does not name it: %s", log.String())
	}
	// It brings the old state back, for the old program or, as here, for the new one.
	back, err := Restore(t.Context(), Return{From: made, Database: filepath.Join(t.TempDir(), "clearline.db"), KeyFile: keyFile(t), Free: free, Clock: clock.Real(), Log: slog.New(slog.DiscardHandler)})
	if err != nil || back.Is.Companies != 1 {
		t.Errorf("%+v, %v", back, err)
	}

	empty := older(t, 5, false)
	if err := open(t, empty, slog.New(slog.DiscardHandler), free); err != nil || len(beside(t, empty)) != 0 {
		t.Errorf("an empty one: %q %v", beside(t, empty), err)
	}
}

// keyFile holds the key of these tests.
func keyFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte("BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A backup that cannot be made stops the upgrade before anything has changed; with room again it goes on, also when an
// earlier upgrade has left its backup there.
func TestNoMigrationWithoutBackup(t *testing.T) {
	t.Parallel()
	file := older(t, 5, true)
	err := open(t, file, slog.New(slog.DiscardHandler), func(string) (int64, error) { return 0, nil })
	if !errors.Is(err, ErrRoom) || !strings.Contains(err.Error(), "nothing was changed") {
		t.Fatalf("without room: %v", err)
	}
	if left := beside(t, file); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var version int
	if err := db.QueryRow(`SELECT MAX(version_id) FROM goose_db_version`).Scan(&version); err != nil || version != 5 {
		t.Errorf("the schema is %d, %v", version, err)
	}
	taken := filepath.Join(filepath.Dir(file), beforeName(t, file))
	if err := os.WriteFile(taken, []byte("an earlier one"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := open(t, file, slog.New(slog.DiscardHandler), free); err != nil {
		t.Fatal(err)
	}
	if names := beside(t, file); len(names) != 2 || !slices.Contains(names, filepath.Base(taken)) {
		t.Errorf("beside it lie %q", names)
	}
	if text, err := os.ReadFile(taken); err != nil || string(text) != "an earlier one" {
		t.Errorf("the earlier one holds %q, %v", text, err)
	}
}

// beforeName is how the backup before the next upgrade of a database is called.
func beforeName(t *testing.T, file string) string {
	t.Helper()
	names, err := filepath.Glob("../store/migrations/*.sql")
	if err != nil || len(names) == 0 {
		t.Fatal(err)
	}
	slices.Sort(names)
	var newest int
	if _, err := fmt.Sscanf(filepath.Base(names[len(names)-1]), "%d", &newest); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s.before-schema-%d", filepath.Base(file), newest)
}
