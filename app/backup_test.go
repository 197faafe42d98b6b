package app_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/app"
	"github.com/clearline/clearline/backup"
	"github.com/clearline/clearline/pgserver"
	"github.com/clearline/clearline/sim"
	"github.com/clearline/clearline/store"
)

// file is the SQLite database of an installation.
func (in *install) file() string { return filepath.Join(in.options.DataDir, "clearline.db") }

// backup asks the running product for one.
func (in *install) backup(to string) (backup.Made, error) {
	return app.OrderBackup(in.t.Context(), in.file(), app.BackupOrder{To: to, WithKey: true}, func(int, int) {})
}

// comeBack starts the product on a state that was saved.
func (w *world) comeBack(database, saved string) {
	w.t.Helper()
	dir := w.t.TempDir()
	if database == "" {
		back, err := backup.Restore(w.t.Context(), backup.Return{From: saved, Database: filepath.Join(dir, "clearline.db"), KeyFile: filepath.Join(dir, "key"), Free: app.FreeDisk,
			Clock: w.clock, Log: w.options.Log})
		if err != nil {
			w.t.Fatal(err)
		}
		if back.Sends != 2 || back.Aside != "" {
			w.t.Errorf("%+v", back)
		}
	} else {
		w.options.Database = pgserver.Database(w.t, "", nil)
		postgresTool(w.t, "pg_restore", "--no-owner", "--exit-on-error", "--dbname", w.options.Database, saved)
		key, err := app.Key(w.t.Context(), w.options.KeyFile, w.options.Database)
		if err != nil {
			w.t.Fatal(err)
		}
		s, err := store.Open(w.t.Context(), store.Options{Database: w.options.Database, Clock: w.clock, Log: w.options.Log, Key: key, NodeName: "restore"})
		if err != nil {
			w.t.Fatal(err)
		}
		defer s.Close()
		if beat, err := s.OthersBeat(w.t.Context()); err != nil || beat {
			w.t.Errorf("the rows of nodes that are gone count as alive: %v", err)
		}
		if done, err := s.Hold(w.t.Context()); err != nil || done.Sends != 2 {
			w.t.Errorf("%+v, %v", done, err)
		}
	}
	w.options.DataDir = dir
	w.start()
	w.point()
}

// save keeps the state of now: by the product itself, or by PostgreSQL's own tool.
func (w *world) save(database string) string {
	w.t.Helper()
	saved := filepath.Join(w.t.TempDir(), "saved")
	if database != "" {
		postgresTool(w.t, "pg_dump", "--format=custom", "--file", saved, database)
		return saved
	}
	if _, err := w.backup(saved); err != nil {
		w.t.Fatal(err)
	}
	return saved
}

func postgresTool(t *testing.T, name string, args ...string) {
	t.Helper()
	bin, err := pgserver.Find()
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), filepath.Join(bin, name), args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", name, err, out)
	}
}

// I65, X4, M9: what waited at the moment of the backup and left afterwards does not leave again after the restore: it is
// Unconfirmed, and the rest goes on. Who had been signed in signs in anew; API keys work; a reader of changes reads anew.
func TestRestoreSendsNothingTwice(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		_, c := w.writes("Ana", "Hello")
		cookie := w.user("Bia", clearline.RoleAgent)
		done := w.becomes(w.send(c.ID, "done", "Before everything").ID, "read")
		end := w.fault(sim.Fault{Cause: "auth.expired", Operation: "send"})
		held := w.becomes(w.send(c.ID, "held", "Held at the moment of the backup").ID, "held")
		queued := w.send(c.ID, "queued", "Queued behind it")
		saved := w.save(database)
		end()
		until(t, "both have left", func() bool {
			w.clock.Advance(30 * time.Second)
			return w.message(held.ID).Status == "read" && w.message(queued.ID).Status == "read"
		})
		_, later := w.writes("Bento", "After the backup")
		var changes struct{ Next int64 }
		w.get("changes?since=0&limit=1000", &changes)
		w.stop()

		w.comeBack(database, saved)
		for _, m := range []message{held, queued} {
			if now := w.message(m.ID); now.Status != "unknown" || now.Cause == nil || *now.Cause != "send.unconfirmed" {
				t.Errorf("after the restore: %+v", now)
			}
			if s := w.story(m.ID); len(s.Attempts) == 0 || *s.Attempts[len(s.Attempts)-1].Outcome != "unknown" {
				t.Errorf("its story: %+v", s.Attempts)
			}
		}
		if now := w.message(done.ID); now.Status != "read" {
			t.Errorf("what was done is %s", now.Status)
		}
		w.request(http.MethodGet, "conversations/"+later.ID, nil).want(t, http.StatusNotFound)
		w.request(http.MethodGet, fmt.Sprint("changes?since=", changes.Next), nil).problem(t, http.StatusGone, "api.too_old")
		w.as(cookie, http.MethodGet, "me", nil).problem(t, http.StatusUnauthorized, "api.sign_in")

		next := w.send(c.ID, "next", "What is new leaves")
		w.clock.Advance(31 * time.Second) // what is unconfirmed before it keeps it for half a minute
		w.becomes(next.ID, "read")
		w.clock.Advance(time.Hour) // in which whatever still waited would leave
		w.becomes(w.send(c.ID, "last", "And an hour later").ID, "read")
		for _, m := range []message{held, queued, done} {
			if n := w.taken(m.ID); n != 1 {
				t.Errorf("%s reached the platform %d times", m.ID, n)
			}
		}
		if _, found := w.writes("Clara", "Hello again"); found.ID == "" {
			t.Error("nothing comes in")
		}
	})
}

// I61, I65, M9: a backup made while messages pour in holds every message that was acknowledged before it began, disturbs none, and
// can be restored from; so can one made of a product that does not run.
func TestBackupWhileMessagesPourIn(t *testing.T) {
	t.Parallel()
	w := meet(t, "")
	var mu sync.Mutex
	acked := map[string]bool{}
	stop := make(chan struct{})
	var writers sync.WaitGroup
	for writer := range 4 {
		writers.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				id := fmt.Sprintf("wamid.%d.%d", writer, i)
				body := w.text(fmt.Sprintf("4915100%06d", writer), id, "Text "+id)
				a, err := (request{method: http.MethodPost, url: w.url + "/webhooks/whatsapp", header: map[string]string{"X-Hub-Signature-256": signature(w.account.AppSecret, body)}, body: body}).try(context.Background())
				if err != nil || a.status != http.StatusOK {
					t.Errorf("%s: %v %v", id, a, err)
					return
				}
				mu.Lock()
				acked[id] = true
				mu.Unlock()
			}
		})
	}
	known := func() map[string]bool {
		mu.Lock()
		defer mu.Unlock()
		all := map[string]bool{}
		for id := range acked {
			all[id] = true
		}
		return all
	}
	until(t, "messages pour in", func() bool { return len(known()) > 100 })
	before := known()
	made, err := w.backup(filepath.Join(t.TempDir(), "backup.db"))
	if err != nil {
		t.Fatal(err)
	}
	until(t, "they go on pouring in", func() bool { return len(known()) > len(before)+100 })
	close(stop)
	writers.Wait()
	all := known()
	w.holds(w.file(), all)
	w.holds(made.Path, before)
	if key, err := os.ReadFile(made.KeyPath); err != nil || len(key) == 0 {
		t.Errorf("the key beside it: %v", err)
	}
	for path, mode := range map[string]os.FileMode{made.Path: 0o600, made.KeyPath: 0o600, w.file() + ".control": 0o600 | os.ModeSocket} {
		if info, err := os.Lstat(path); err != nil || info.Mode() != mode {
			t.Errorf("%s: %v %v", path, info.Mode(), err)
		}
	}
	w.stop()
	if _, err := w.backup(filepath.Join(t.TempDir(), "none.db")); err == nil || !strings.Contains(err.Error(), "no clearline runs") {
		t.Errorf("from a product that was stopped: %v", err)
	}
	still, err := backup.Make(t.Context(), backup.Options{Copy: store.CopyStopped(w.file(), w.clock.Now), Database: w.file(), To: t.TempDir(), Free: app.FreeDisk, Version: "test", Now: w.clock.Now()})
	if err != nil || still.KeyPath != "" {
		t.Fatalf("%+v, %v", still, err)
	}
	w.holds(still.Path, all)
	w.start()
}

// holds reads a database file without the product and wants every one of these messages in it, once.
func (w *world) holds(path string, want map[string]bool) {
	w.t.Helper()
	seen := map[string]int{}
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(w.t.Context(), `SELECT platform_id FROM messages WHERE direction = 'in'`)
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			w.t.Fatal(err)
		}
		seen[id]++
	}
	missing := 0
	for id := range want {
		if seen[id] != 1 {
			missing++
		}
	}
	if missing > 0 {
		w.t.Errorf("%s lacks or doubles %d of %d acknowledged messages", filepath.Base(path), missing, len(want))
	}
}
