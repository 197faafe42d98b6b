package pgserver

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// TestMain also plays the program that starts a server and dies without stopping it (TestOwnerDies).
func TestMain(m *testing.M) {
	if os.Getenv("PGSERVER_TEST_DIE") != "" {
		die()
	}
	os.Exit(m.Run())
}

func TestCommitsAreDurableUnlessAskedOtherwise(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		options Options
		want    map[string]string
	}{
		{"default", Options{}, map[string]string{"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "server_encoding": "UTF8"}},
		{"NoSync", Options{NoSync: true}, map[string]string{"fsync": "off", "full_page_writes": "off", "synchronous_commit": "on"}},
		{"Settings win", Options{Settings: map[string]string{"fsync": "off", "application_name": "it's ours"}}, map[string]string{"fsync": "off", "application_name": "it's ours"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := running(t, c.options)
			for setting, want := range c.want {
				if got := show(t, s.URL("postgres"), setting); got != want {
					t.Errorf("%s = %q, want %q", setting, got, want)
				}
			}
		})
	}
}

func TestDatabasesComeAndGo(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := running(t, Options{NoSync: true})
	const name = `odd "name"`
	if err := s.CreateDatabase(ctx, name); err != nil {
		t.Fatal(err)
	}
	run(t, s.URL(name), "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
	if err := s.CloneDatabase(ctx, "copy", name); err != nil {
		t.Fatal(err)
	}
	if got := number(t, s.URL("copy"), "SELECT n FROM kept"); got != 7 {
		t.Errorf("the copy holds %d, want 7", got)
	}
	if err := s.CreateDatabase(ctx, "copy"); err == nil || !strings.Contains(err.Error(), "already exists") {
		t.Errorf("a second database of one name: %v", err)
	}
	for range 2 {
		if err := s.DropDatabase(ctx, "copy"); err != nil {
			t.Error(err)
		}
	}
	if _, err := pgx.Connect(ctx, s.URL("copy")); err == nil {
		t.Error("a dropped database still answers")
	}
	if !strings.Contains(s.Log(), `database "copy" already exists`) {
		t.Errorf("the log does not hold the refused statement:\n%s", s.Log())
	}
}

func TestStopLeavesNothing(t *testing.T) {
	t.Parallel()
	s := running(t, Options{NoSync: true})
	for range 2 {
		if err := s.Stop(); err != nil {
			t.Errorf("Stop: %v", err)
		}
	}
	if _, err := os.Stat(s.dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
	if _, err := pgx.Connect(t.Context(), s.URL("postgres")); err == nil {
		t.Error("the stopped server still answers")
	}
}

func TestStopTellsOfAServerThatEndedByItself(t *testing.T) {
	t.Parallel()
	s := running(t, Options{NoSync: true})
	if err := postmaster(t, s.dir).Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	<-s.ended
	if err := s.Stop(); err == nil || !strings.Contains(err.Error(), "ended by itself") {
		t.Errorf("Stop: %v", err)
	}
	if _, err := os.Stat(s.dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
}

func TestFailedStartSaysWhyAndLeavesNothing(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { taken.Close() })
	port := strconv.Itoa(taken.Addr().(*net.TCPAddr).Port)
	bin, err := Find()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		options Options
		want    string
	}{
		{"bad setting", Options{Settings: map[string]string{"shared_buffers": "a lot"}}, `invalid value for parameter "shared_buffers"`},
		{"port taken", Options{Settings: map[string]string{"port": port}}, "another program took the port"},
		{"no programs there", Options{BinDir: "/nowhere"}, "/nowhere/initdb"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, err := Start(t.Context(), c.options)
			if err == nil {
				t.Fatalf("it started: %v", s.Stop())
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error does not say %q:\n%v", c.want, err)
			}
		})
	}
	t.Run("cancelled", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if s, err := Start(ctx, Options{BinDir: bin}); !errors.Is(err, context.Canceled) {
			t.Fatalf("Start with an ended context: %v, %v", s, err)
		}
	})
}

func TestRootHandsOverToAnotherUser(t *testing.T) {
	t.Parallel()
	who, err := owner()
	if err != nil {
		t.Fatal(err)
	}
	if root := os.Geteuid() == 0; root != (who.credential != nil) {
		t.Fatalf("running as root: %t, and the server's user is %v", root, who.credential)
	}
	if who.credential != nil && who.credential.Uid == 0 {
		t.Error("the server's user is root again")
	}
}

// The program that started a server may panic or be killed: the server and its folder go all the same.
func TestOwnerDies(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"kill", "panic"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(self)
			cmd.Env = append(os.Environ(), "PGSERVER_TEST_DIE="+how)
			var stderr strings.Builder
			cmd.Stderr = &stderr
			in, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(out)
			var dir, url string
			if lines.Scan() {
				dir, url, _ = strings.Cut(lines.Text(), " ")
			}
			if url == "" {
				t.Fatalf("the other program said %q, %s", dir, &stderr)
			}
			conn, err := pgx.Connect(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			if how == "kill" {
				err = cmd.Process.Kill()
			} else {
				err = in.Close()
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err == nil {
				t.Fatal("the other program ended in peace")
			}
			// Returns when the server has closed the connection.
			if _, err := conn.WaitForNotification(t.Context()); err == nil {
				t.Error("the server went on")
			}
			gone(t, dir)
		})
	}
}

// die starts a server, names it on standard output, and panics when standard input ends.
func die() {
	s, err := Start(context.Background(), Options{NoSync: true})
	if err != nil {
		panic(err)
	}
	fmt.Println(s.dir, s.URL("postgres"))
	_, _ = io.Copy(io.Discard, os.Stdin)
	panic("as ordered")
}

// gone waits until the supervisor has removed dir.
func gone(t *testing.T, dir string) {
	t.Helper()
	deadline := time.After(2 * time.Minute)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("%s is still there", dir)
		}
	}
}

func running(t *testing.T, o Options) *Server {
	t.Helper()
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop() })
	return s
}

// postmaster is the server's main process.
func postmaster(t *testing.T, dir string) *os.Process {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(dir, "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(file), "\n")
	pid, err := strconv.Atoi(line)
	if err != nil {
		t.Fatal(err)
	}
	p, err := os.FindProcess(pid)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func run(t *testing.T, url, sql string) {
	t.Helper()
	conn := connect(t, url)
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func show(t *testing.T, url, setting string) (value string) {
	t.Helper()
	conn := connect(t, url)
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), "SELECT current_setting($1)", setting).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

func number(t *testing.T, url, sql string) (n int) {
	t.Helper()
	conn := connect(t, url)
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
