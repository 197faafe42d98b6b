package store

import (
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/seal"
)

func openFile(t *testing.T, path string) (*Store, error) {
	t.Helper()
	key, err := seal.New(make([]byte, seal.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), Options{Database: path, Clock: clock.Real(), Log: slog.New(slog.DiscardHandler), Key: key, NodeName: "test"})
	if err == nil {
		t.Cleanup(func() { s.Close() })
	}
	return s, err
}

// I1: what the file and the writer's own connection are set to, read back.
func TestSQLiteSettings(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a folder", "clear?line #1%20.db")
	s, err := openFile(t, path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the file has another name than asked for: %v", err)
	}
	if err := s.Close(); err != nil { // then nobody else uses a writer's connection
		t.Fatal(err)
	}
	w, err := s.dialect.openWriter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer w.close(t.Context())
	for pragma, want := range map[string]string{"page_size": "2048", "journal_mode": "wal", "auto_vacuum": "2", "synchronous": "2", "foreign_keys": "1",
		"wal_autocheckpoint": strconv.Itoa(sqliteCheckpointPages), "journal_size_limit": "67108864"} {
		// A writer looks at the text to know whether rows come back, hence the comment.
		var got string
		if err := w.each(t.Context(), "PRAGMA "+pragma+" /* RETURNING */", [][]any{nil}, func(_ int, _ int64, scan scanFunc) error {
			if pragma == "journal_mode" {
				return scan(&got)
			}
			var n int64
			err := scan(&n)
			got = strconv.FormatInt(n, 10)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%s is %s, want %s", pragma, got, want)
		}
	}
}

// A reader must not be able to write, whatever a statement says.
func TestReadersOnlyRead(t *testing.T) {
	t.Parallel()
	s, err := openFile(t, filepath.Join(t.TempDir(), "clearline.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.read.db.Exec(`DELETE FROM settings`); err == nil {
		t.Error("a reader has written")
	}
}

func TestSecondInstanceIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "clearline.db")
	s, err := openFile(t, path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = openFile(t, path)
	if err == nil {
		t.Fatal("two instances on one file")
	}
	for _, word := range []string{"another clearline", path, "--data-dir"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("the refusal does not say %q: %v", word, err)
		}
	}
	if _, err := s.Ping(t.Context()); err != nil {
		t.Errorf("the first one suffers: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := openFile(t, path); err != nil {
		t.Errorf("after the first one ended: %v", err)
	}
}

// I51: the key file is made for its owner alone.
func TestKeyFileMode(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sub", "key")
	if _, err := seal.Load(path, false); err == nil {
		t.Error("a missing key was made up")
	}
	if _, err := seal.Load(path, true); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestDatabaseAddresses(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"mysql://localhost/x":             "mysql://",
		"postgres://user:s3cret@host:bad": "not a valid postgres",
		"postgres://127.0.0.1:1/none?user=u&password=s3cret&connect_timeout=2": "cannot be reached",
		t.TempDir(): "cannot be opened",
	} {
		_, err := openFile(t, address)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
		if err != nil && strings.Contains(err.Error(), "s3cret") {
			t.Errorf("I41: the error holds the password: %v", err)
		}
	}
}
