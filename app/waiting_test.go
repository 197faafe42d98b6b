package app_test

import (
	"context"
	"crypto/tls"
	"database/sql"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline/app"
	"github.com/clearline/clearline/pgserver"
	"github.com/clearline/clearline/seal"
	"github.com/clearline/clearline/store"
)

// served is the product as `clearline serve` runs it: it waits for its database.
type served struct {
	*install
	started chan *app.App
	ended   chan error
	stop    context.CancelFunc
}

// serve runs the installation's settings at an address that is known beforehand.
func (in *install) serve() *served {
	in.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	s := &served{install: in, started: make(chan *app.App, 1), ended: make(chan error, 1), stop: stop}
	in.options.Addr = freePort(in.t)
	in.url = "http://" + in.options.Addr
	go func() {
		s.ended <- app.Serve(ctx, in.options, func(a *app.App) error { s.started <- a; return nil })
	}()
	in.t.Cleanup(func() {
		stop()
		select {
		case err := <-s.ended:
			if err != nil && ctx.Err() == nil {
				in.t.Error(err)
			}
		case <-time.After(2 * time.Minute):
			in.t.Error("it does not end")
		}
	})
	return s
}

// waits wants the product to say everywhere why it does not work.
func (s *served) waits(cause, title string) {
	s.t.Helper()
	ask := func(method, path string) *answer {
		s.t.Helper()
		return request{method: method, url: s.url + path}.send(s.t)
	}
	until(s.t, "it answers", func() bool {
		a, err := (request{method: http.MethodGet, url: s.url + "/readyz"}).try(s.t.Context())
		return err == nil && strings.Contains(string(a.raw), cause)
	})
	var ready struct {
		Ready bool
		Cause string
	}
	if ask(http.MethodGet, "/readyz").want(s.t, http.StatusServiceUnavailable).into(s.t, &ready); ready.Ready || ready.Cause != cause {
		s.t.Errorf("/readyz: %+v", ready)
	}
	ask(http.MethodGet, "/healthz").want(s.t, http.StatusOK)
	for _, path := range []string{"/api/v1/me", "/api/v1/none", "/webhooks/whatsapp"} {
		got := ask(http.MethodPost, path)
		if got.problem(s.t, http.StatusServiceUnavailable, cause); got.header.Get("Retry-After") != "10" {
			s.t.Errorf("%s: come again after %q", path, got.header.Get("Retry-After"))
		}
	}
	for _, path := range []string{"/", "/conversations/1", "/setup?code=x"} {
		page := ask(http.MethodGet, path).want(s.t, http.StatusServiceUnavailable)
		if text := string(page.raw); page.header.Get("Retry-After") != "10" || page.header.Get("Content-Type") != "text/html; charset=utf-8" || page.header.Get("X-Frame-Options") != "DENY" ||
			!strings.Contains(text, "<h1>"+title+"</h1>") || !strings.Contains(text, "What to do") || strings.Contains(text, "<script") {
			s.t.Errorf("%s: %v %s", path, page.header, page.raw)
		}
	}
}

// goesOn wants the product to work once the next try comes, without a restart.
func (s *served) goesOn() {
	s.t.Helper()
	until(s.t, "it works", func() bool {
		s.clock.Advance(10 * time.Second)
		select {
		case s.app = <-s.started:
			return true
		default:
			return false
		}
	})
	request{method: http.MethodGet, url: s.url + "/readyz"}.send(s.t).want(s.t, http.StatusOK)
	request{method: http.MethodGet, url: s.url + "/"}.send(s.t).want(s.t, http.StatusOK)
}

// once wants one line of trouble in the log, with its cause, and one when it is over.
func (s *served) once(cause string) {
	s.t.Helper()
	log := s.journal.String()
	if n := strings.Count(log, "cannot start its work"); n != 1 || !strings.Contains(log, "cause="+cause) {
		s.t.Errorf("the log has %d lines about it, or none with %s", n, cause)
	}
	if n := strings.Count(log, "the trouble is over"); n != 1 {
		s.t.Errorf("the log says %d times that it is over", n)
	}
}

// I66, C18: with the wrong key the product does not vanish: platforms are told to come again, people see what, why and what to
// do, the log says it once; with the right key it works without a restart.
func TestWrongKeyHasAFace(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		in := begin(t, database, nowhere)
		in.stop()
		right := in.options.KeyFile
		if right == "" {
			right = filepath.Join(in.options.DataDir, "key")
		}
		in.options.KeyFile = filepath.Join(t.TempDir(), "key")
		s := in.serve()
		s.waits("server.key", "The key file is not the one of this database")
		page := request{method: http.MethodGet, url: s.url + "/"}.send(t)
		if !strings.Contains(string(page.raw), in.options.KeyFile) {
			t.Errorf("on this machine it does not say which file: %s", page.raw)
		}
		for name, header := range map[string]map[string]string{"inbox.example.org": nil, "127.0.0.1": {"X-Forwarded-For": "203.0.113.9"}} {
			c := &company{install: in}
			if got := c.at(name, "/", header, nil).want(t, http.StatusServiceUnavailable); strings.Contains(string(got.raw), "/key") {
				t.Errorf("as %s %v anybody learns where the key lies", name, header)
			}
		}
		if _, err := seal.Load(in.options.KeyFile, true); err != nil { // another key is no better
			t.Fatal(err)
		}
		until(t, "the other key was tried", func() bool {
			s.clock.Advance(10 * time.Second)
			return strings.Contains(in.journal.String(), "not the one this database was sealed with")
		})
		s.waits("server.key", "The key file is not the one of this database")
		text, err := os.ReadFile(right)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(in.options.KeyFile, text, 0o600); err != nil {
			t.Fatal(err)
		}
		s.goesOn()
	})
}

// I66: a command that has the database's file while the product waits, such as `clearline doctor`, does not end the waiting.
func TestCommandsDoNotEndTheWaiting(t *testing.T) {
	t.Parallel()
	in := begin(t, "", nowhere)
	in.stop()
	key := filepath.Join(in.options.DataDir, "key")
	if err := os.Rename(key, key+".away"); err != nil {
		t.Fatal(err)
	}
	s := in.serve()
	s.waits("server.key", "The key file is not the one of this database")
	unlock, err := store.Lock(in.file())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(key+".away", key); err != nil {
		t.Fatal(err)
	}
	until(t, "it was tried meanwhile", func() bool {
		s.clock.Advance(10 * time.Second)
		return strings.Contains(in.journal.String(), "a command uses the database just now")
	})
	s.waits("server.key", "The key file is not the one of this database")
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	s.goesOn()
	s.once("server.key")
}

// I66: a database that cannot be reached, or a data folder that cannot be written to, is waited for.
func TestUnreachableDatabaseHasAFace(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		in := begin(t, database, nowhere)
		in.stop()
		var repair func()
		if database == "" {
			// A folder where the file should be: it cannot be opened, whoever asks.
			file := in.file()
			if err := os.Rename(file, file+".away"); err != nil {
				t.Fatal(err)
			}
			if err := os.Mkdir(file, 0o700); err != nil {
				t.Fatal(err)
			}
			repair = func() {
				if err := os.Remove(file); err != nil {
					t.Fatal(err)
				}
				if err := os.Rename(file+".away", file); err != nil {
					t.Fatal(err)
				}
			}
		} else {
			repair = in.refuseConnections(database)
		}
		s := in.serve()
		s.waits("server.database", "The database cannot be opened")
		repair()
		s.goesOn()
		s.once("server.database")
	})
}

// I64, I66: a database that a newer program has changed is left alone, and said so.
func TestNewerDatabaseHasAFace(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		in := begin(t, database, nowhere)
		exec := in.sql(database)
		in.stop()
		exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, %s)`)
		s := in.serve()
		s.waits("server.schema", "The database is newer than this program")
		exec(`DELETE FROM goose_db_version WHERE version_id = 9999`)
		s.goesOn()
		s.once("server.schema")
	})
}

// I66: a start that takes long is told to callers too, and nobody is refused when it ends.
func TestLongStartHasAFace(t *testing.T) {
	t.Parallel()
	in := begin(t, pgserver.Database(t, "app", prepare), nowhere, func(o *app.Options) { o.MetaApp = app.MetaApp{ID: "7001", Secret: "first"} })
	in.company("Aurora")
	in.stop()
	in.options.MetaApp.Secret = "second" // the start writes, and the database makes it wait
	release := in.seize(in.options.Database)
	defer release()
	s := in.serve()
	s.waits("server.busy", "Clearline is starting")
	release()
	s.goesOn()
	if log := in.journal.String(); strings.Contains(log, "cannot start its work") {
		t.Error("the log speaks of trouble where there is none")
	}
}

// I66, C16: on a line of its own encryption the trouble is told on that line.
func TestTroubleOverHTTPS(t *testing.T) {
	t.Parallel()
	in := begin(t, "", nowhere)
	in.stop()
	key := filepath.Join(in.options.DataDir, "key")
	if err := os.Rename(key, key+".away"); err != nil {
		t.Fatal(err)
	}
	cert, private, roots := ownCertificate(t, t.TempDir())
	in.options.PublicURL, in.options.HTTPS = "https://"+publicName, app.HTTPS{Cert: cert, Key: private}
	s := in.serve()
	over := &proxy{t: t, client: &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, network, in.options.Addr)
		}}}}
	until(t, "it answers", func() bool { return strings.Contains(in.journal.String(), "server.key") })
	page := over.ask(http.MethodGet, "/", nil, nil).want(t, http.StatusServiceUnavailable)
	if strings.Contains(string(page.raw), in.options.DataDir) {
		t.Errorf("everybody learns where the key lies: %s", page.raw)
	}
	if err := os.Rename(key+".away", key); err != nil {
		t.Fatal(err)
	}
	until(t, "it works", func() bool {
		s.clock.Advance(10 * time.Second)
		select {
		case s.app = <-s.started:
			return true
		default:
			return false
		}
	})
	over.ask(http.MethodGet, "/readyz", nil, nil).want(t, http.StatusOK)
}

// I66: an upgrade for whose backup there is no room waits for room, and has changed nothing.
func TestNoRoomHasAFace(t *testing.T) {
	t.Parallel()
	in := begin(t, "", nowhere)
	in.company("Aurora")
	exec := in.sql("")
	in.stop()
	exec(`INSERT INTO settings (name, value) SELECT 'aside', MAX(version_id) FROM goose_db_version`)
	exec(`DELETE FROM goose_db_version WHERE version_id = (SELECT value FROM settings WHERE name = 'aside')`) // as an older program left it
	in.options.MinFreeDisk = 1 << 60
	s := in.serve()
	s.waits("server.disk", "The disk has no room")
	if left, _ := filepath.Glob(filepath.Join(in.options.DataDir, "*.before-*")); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
	exec(`INSERT INTO goose_db_version (version_id, is_applied) SELECT value, 1 FROM settings WHERE name = 'aside'`)
	s.goesOn()
	s.once("server.disk")
}

// sql runs statements on the installation's database, from outside; %s is the engine's word for true.
func (in *install) sql(database string) func(text string) {
	in.t.Helper()
	driver, address, yes := "pgx", database, "true"
	if database == "" {
		driver, address, yes = "sqlite", "file:"+in.file()+"?_pragma=busy_timeout(10000)", "1"
	}
	return func(text string) {
		in.t.Helper()
		db, err := sql.Open(driver, address)
		if err != nil {
			in.t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.ExecContext(in.t.Context(), strings.ReplaceAll(text, "%s", yes)); err != nil {
			in.t.Fatal(err)
		}
	}
}

// refuseConnections lets PostgreSQL refuse everybody at the database, until the returned call.
func (in *install) refuseConnections(database string) (again func()) {
	in.t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		in.t.Fatal(err)
	}
	name := strings.TrimPrefix(u.Path, "/")
	u.Path = "/postgres"
	exec := in.sql(u.String())
	exec(`ALTER DATABASE "` + name + `" ALLOW_CONNECTIONS false`)
	return func() { exec(`ALTER DATABASE "` + name + `" ALLOW_CONNECTIONS true`) }
}

// Settings that cannot be meant are no trouble to wait for: an address in use, a database's address that is none.
func TestBadSettingsAreNotWaitedFor(t *testing.T) {
	t.Parallel()
	in := begin(t, "", nowhere)
	for want, change := range map[string]func(*app.Options){
		"cannot listen on":      func(o *app.Options) { o.Addr, o.DataDir = strings.TrimPrefix(in.url, "http://"), t.TempDir() },
		"--database":            func(o *app.Options) { o.Database = "mysql://x" },
		"--trusted-proxies":     func(o *app.Options) { o.TrustedProxies = []string{"x"} },
		"another clearline":     func(o *app.Options) {},
		"cannot listen on x:-1": func(o *app.Options) { o.MetricsAddr, o.DataDir = "x:-1", t.TempDir() },
	} {
		o := in.options
		change(&o)
		if err := app.Serve(t.Context(), o, func(*app.App) error { return fmt.Errorf("it started") }); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %q", err, want)
		}
	}
}
