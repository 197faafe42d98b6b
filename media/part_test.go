package media

import (
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/seal"
	"github.com/clearline/clearline/store"
)

// service is files on a database of their own; change alters what it is made with.
func service(t *testing.T, change func(*Options)) (*Media, clearline.ID, *clock.Shifted) {
	t.Helper()
	key, err := seal.New(make([]byte, seal.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	now, log := clock.NewShifted(), slog.New(slog.DiscardHandler)
	st, err := store.Open(t.Context(), store.Options{Database: filepath.Join(t.TempDir(), "files.db"), Clock: now, Log: log, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	c, err := st.AddCompany(t.Context(), "Aurora")
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Store: st, Dir: filepath.Join(t.TempDir(), "media"), Picture: taken, Clock: now, Log: log}
	if change != nil {
		change(&o)
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return New(o), c.ID, now
}

// left is what lies in the folder.
func (m *Media) left(t *testing.T) (names []string) {
	t.Helper()
	if err := filepath.WalkDir(m.o.Dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, d.Name())
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return names
}

// I66: a disk that comes near its floor in the middle of an upload ends it there, with nothing left over.
func TestDiskFillsWhileReading(t *testing.T) {
	t.Parallel()
	free := int64(30 << 20)
	m, company, _ := service(t, func(o *Options) {
		o.MinFreeDisk, o.FreeDisk = 10<<20, func() (int64, error) { return free, nil }
	})
	read := int64(0)
	body := io.TeeReader(io.LimitReader(zero{}, 90<<20), count(func(n int) { read += int64(n); free -= int64(n) }))
	_, err := m.Receive(t.Context(), Upload{Company: company, Name: "a.bin", Length: -1, Body: body})
	var p *clearline.Problem
	if !errors.As(err, &p) || p.Cause != clearline.CauseDisk || p.RetryAfter == 0 || read > 25<<20 || len(m.left(t)) != 0 {
		t.Errorf("%v after %d bytes, left %v", err, read, m.left(t))
	}
	free = 30 << 20
	if _, err := m.Receive(t.Context(), Upload{Company: company, Name: "a.bin", Length: 25 << 20, Body: zero{}}); !errors.As(err, &p) || p.Cause != clearline.CauseDisk {
		t.Errorf("told before: %v", err)
	}
	free = 1 << 40
	f, err := m.Receive(t.Context(), Upload{Company: company, Name: "a.bin", Length: 5, Body: strings.NewReader("hello")})
	if err != nil || f.Bytes != 5 || len(m.left(t)) != 1 {
		t.Errorf("with room again: %+v, %v", f, err)
	}
	// An upload that breaks off leaves nothing either.
	_, err = m.Receive(t.Context(), Upload{Company: company, Name: "b.bin", Length: 100, Body: io.MultiReader(strings.NewReader("hello"), broken5{})})
	if !errors.As(err, &p) || p.Cause != clearline.CauseInput || len(m.left(t)) != 1 {
		t.Errorf("broken off: %v, left %v", err, m.left(t))
	}
	// I68: more at once than there is room for are told to come back.
	for range cap(m.uploads) {
		m.uploads <- struct{}{}
	}
	if _, err := m.Receive(t.Context(), Upload{Company: company, Body: strings.NewReader("x")}); !errors.As(err, &p) || p.Cause != clearline.CauseBusy || p.RetryAfter == 0 {
		t.Errorf("too many: %v", err)
	}
}

type broken5 struct{}

func (broken5) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

type zero struct{}

func (zero) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

type count func(int)

func (c count) Write(p []byte) (int, error) {
	c(len(p))
	return len(p), nil
}

// I61: what a crash left in the folder is swept away once it is old; what a row wants, and what is new, stays.
func TestSweep(t *testing.T) {
	t.Parallel()
	m, company, now := service(t, nil)
	kept, err := m.Receive(t.Context(), Upload{Company: company, Name: "a.jpg", Length: -1, Body: strings.NewReader(string(asJPEG(t, corners(30, 20))))})
	if err != nil {
		t.Fatal(err)
	}
	orphan, fresh := m.o.Store.NewID(), m.o.Store.NewID()
	old := time.Now().Add(-25 * time.Hour)
	for path, when := range map[string]time.Time{
		m.path(company, kept.ID): old, m.path(company, kept.ID) + previewEnding: old,
		m.path(company, orphan): old, m.path(company, orphan) + previewEnding: old, m.path(company, fresh): time.Now(),
		filepath.Join(m.o.Dir, partPrefix+"1"): old, filepath.Join(m.o.Dir, partPrefix+"2"): time.Now(), filepath.Join(m.o.Dir, "README"): old,
	} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(path); err != nil {
			if err := os.WriteFile(path, []byte("0123456789"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chtimes(path, when, when); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.sweep(t.Context(), now.Now()); err != nil {
		t.Fatal(err)
	}
	left := strings.Join(m.left(t), " ")
	for name, want := range map[string]bool{kept.ID.String(): true, kept.ID.String() + previewEnding: true, orphan.String(): false, fresh.String(): true, partPrefix + "1": false, partPrefix + "2": true, "README": true} {
		if got := strings.Contains(" "+left+" ", " "+name+" "); got != want {
			t.Errorf("%s: kept %v, want %v (%s)", name, got, want, left)
		}
	}
	var size int64
	for _, path := range []string{m.path(company, kept.ID), m.path(company, kept.ID) + previewEnding} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		size += info.Size()
	}
	if m.Used() != size+30 {
		t.Errorf("%d bytes are counted, want %d", m.Used(), size+30)
	}
}
