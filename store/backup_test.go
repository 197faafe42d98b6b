package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/clearline/clearline/seal"
)

// filled opens a database of some MiB.
func filled(t *testing.T, mib int) *Store {
	t.Helper()
	s, err := openFile(t, filepath.Join(t.TempDir(), "clearline.db"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range mib {
		if err := s.call(t.Context(), nil, func(tx *Tx) error {
			for k := range 512 {
				page := make([]byte, 1900)
				rand.Read(page)
				if _, err := tx.exec(`INSERT INTO settings (name, value) VALUES ($1, $2)`, fmt.Sprintf("fill/%d/%d", i, k), page); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// twice writes one number at two ends of the database, in one transaction, with pages in between that move.
func twice(s *Store, n uint64) error {
	return s.call(context.Background(), nil, func(tx *Tx) error {
		value := binary.BigEndian.AppendUint64(nil, n)
		for _, name := range []string{"aaa", "zzz"} {
			if _, err := tx.exec(`INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value); err != nil {
				return err
			}
		}
		for _, row := range []uint64{n % 512, n * 7 % 512} {
			if _, err := tx.exec(`UPDATE settings SET value = $2 WHERE name = $1`, fmt.Sprintf("fill/%d/%d", n%8, row), bytes.Repeat(value, 240)); err != nil {
				return err
			}
		}
		_, err := tx.exec(`INSERT INTO settings (name, value) VALUES ($1, $2)`, fmt.Sprintf("new/%d", n), bytes.Repeat(value, 200))
		return err
	})
}

// I65: a copy made while others write without a pause is of one point in time, holds everything that was committed before
// the copying began, and keeps neither the writer from writing nor the WAL from starting anew.
func TestCopyUnderLoad(t *testing.T) {
	t.Parallel()
	s := filled(t, 24)
	var n atomic.Uint64
	stop := make(chan struct{})
	var writers sync.WaitGroup
	for range 4 {
		writers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if err := twice(s, n.Add(1)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for n.Load() < 20 { // they are at work
		if err := twice(s, n.Add(1)); err != nil {
			t.Fatal(err)
		}
	}
	before := n.Load() - 4 // four may be under way
	part := filepath.Join(t.TempDir(), "copy.db")
	steps, wal := 0, int64(0)
	at, err := s.CopyTo(t.Context(), part, func(done, all int) {
		steps++
		used, _ := s.WAL()
		wal = max(wal, used)
	})
	after := n.Load()
	close(stop)
	writers.Wait()
	if err != nil {
		t.Fatal(err)
	}
	made, err := FinishCopy(t.Context(), part, "test", at)
	if err != nil {
		t.Fatal(err)
	}
	if steps < 50 || after-before < 50 {
		t.Errorf("%d steps beside %d transactions prove little", steps, after-before)
	}
	if _, limit := s.WAL(); wal > limit {
		t.Errorf("the WAL grew to %d", wal)
	}
	if read, err := InspectCopy(t.Context(), part); err != nil || read.Schema != schema() || !read.At.Equal(made.At) || read.Program != "test" || time.Since(read.At) > time.Minute {
		t.Errorf("the copy says %+v, %v", read, err)
	}
	db, err := sqlite{part}.openStill()
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	one := func(query string, to any) {
		t.Helper()
		if err := db.QueryRow(query).Scan(to); err != nil {
			t.Fatal(err)
		}
	}
	var first, last []byte
	one(`SELECT value FROM settings WHERE name = 'aaa'`, &first)
	one(`SELECT value FROM settings WHERE name = 'zzz'`, &last)
	if !bytes.Equal(first, last) {
		t.Errorf("one end is of transaction %x, the other of %x", first, last)
	}
	var rows, highest uint64
	one(`SELECT COUNT(*) FROM settings WHERE name LIKE 'new/%'`, &rows)
	one(`SELECT MAX(CAST(SUBSTR(name, 5) AS INTEGER)) FROM settings WHERE name LIKE 'new/%'`, &highest)
	if highest < before || highest > after || rows+4 < highest {
		t.Errorf("it holds %d of the transactions up to %d; %d were over before it began, %d when it ended", rows, highest, before, after)
	}
	if left, _ := filepath.Glob(part + "*"); len(left) != 1 {
		t.Errorf("beside the copy lie %q", left)
	}
}

// A copy that was not finished is none: it is refused by name, whatever of it is there already.
func TestUnfinishedCopyIsNone(t *testing.T) {
	t.Parallel()
	s := filled(t, 4)
	dir := t.TempDir()
	cut := filepath.Join(dir, "cut.db")
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := s.CopyTo(ctx, cut, func(done, all int) {
		if done > all/2 {
			cancel()
		}
	}); !errors.Is(err, context.Canceled) {
		t.Fatalf("it was cancelled, and ended with %v", err)
	}
	whole := filepath.Join(dir, "whole.db")
	if _, err := s.CopyTo(t.Context(), whole, nil); err != nil {
		t.Fatalf("after a cancelled one: %v", err)
	}
	refused := func(path, want string) {
		t.Helper()
		if c, err := InspectCopy(t.Context(), path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %+v, %v; want %q", filepath.Base(path), c, err, want)
		}
	}
	refused(cut, "cut.db")
	refused(whole, "bears no mark")
	if _, err := FinishCopy(t.Context(), whole, "test", time.Now()); err != nil {
		t.Fatal(err)
	}
	bytes, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"half.db": bytes[:len(bytes)/2], "empty.db": {}, "text.db": []byte(strings.Repeat("hello ", 1000)), "torn.db": torn(bytes)} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		refused(path, name)
	}
	if _, err := s.CopyTo(t.Context(), whole, nil); !errors.Is(err, os.ErrExist) {
		t.Errorf("over a file that is there: %v", err)
	}
	if _, err := s.CopyTo(t.Context(), filepath.Join(dir, "none", "copy.db"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("into a folder that is not there: %v", err)
	}
}

// torn has some pages in the middle overwritten.
func torn(b []byte) []byte {
	b = bytes.Clone(b)
	for i := len(b) / 3; i < len(b)/3+64<<10; i++ {
		b[i] = 0x5a
	}
	return b
}

// Two copies at once would share a connection: the second is told to wait, and the first goes on unharmed. A store that
// closes meanwhile ends the copy.
func TestCopiesTakeTurns(t *testing.T) {
	t.Parallel()
	s := filled(t, 4)
	dir := t.TempDir()
	second := make(chan error, 1)
	asked := sync.OnceFunc(func() {
		go func() {
			_, err := s.CopyTo(context.Background(), filepath.Join(dir, "second.db"), nil)
			second <- err
		}()
	})
	if _, err := s.CopyTo(t.Context(), filepath.Join(dir, "first.db"), func(int, int) { asked() }); err != nil {
		t.Fatal(err)
	}
	if err := <-second; err != nil && !strings.Contains(err.Error(), "wait until it has ended") {
		t.Errorf("the second: %v", err)
	}
	closed := make(chan struct{})
	closing := sync.OnceFunc(func() {
		go func() {
			defer close(closed)
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}()
	})
	if _, err := s.CopyTo(t.Context(), filepath.Join(dir, "third.db"), func(int, int) { closing() }); err != nil && !errors.Is(err, ErrClosed) {
		t.Errorf("while closing: %v", err)
	}
	<-closed
}

// A secret that was dropped after the list was made does not keep the others from being sealed with the new key.
func TestRekeyGoesOnBehindADroppedSecret(t *testing.T) {
	s := filled(t, 0)
	if err := s.KeepSecret(t.Context(), "kept", []byte("value")); err != nil {
		t.Fatal(err)
	}
	to, err := seal.New(bytes.Repeat([]byte{9}, seal.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	if err := s.call(t.Context(), nil, func(tx *Tx) (err error) {
		n, err = s.rekeySecrets(tx, []string{"dropped", "kept"}, to)
		return err
	}); err != nil || n != 1 {
		t.Errorf("%d sealed anew, %v", n, err)
	}
}
