// Package pgserver runs a throw-away PostgreSQL for tests and for `clearline bench`: its own folder under the
// temporary directory, a free port on 127.0.0.1, gone without a trace when stopped or when the program that
// started it ends, however it ends. It uses the PostgreSQL programs installed on the machine (Debian's packages,
// or any in PATH) and downloads nothing.
package pgserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/clearline/clearline/port"
)

// superuser is the only role of a server; it needs no password, from 127.0.0.1 only.
const superuser = "postgres"

// stopWithin is how long Stop waits for the server to end before it reports that it did not.
const stopWithin = 20 * time.Second

// Options of one server. The zero value gives a server whose commits are as durable as a production server's.
type Options struct {
	// BinDir holds initdb and postgres. Empty: the newest version installed (see Find).
	BinDir string
	// NoSync leaves out the flush to disk (fsync and full_page_writes off): right for tests of behaviour,
	// wrong for figures. synchronous_commit stays on either way.
	NoSync bool
	// Settings are further lines of postgresql.conf, name to value; they win over ours.
	Settings map[string]string
}

// Server is a running PostgreSQL. Its methods may be called from several goroutines.
type Server struct {
	dir  string
	port int

	log    *tail
	alive  io.Closer     // the supervisor's standard input: closing it ends the server and removes dir
	ended  chan struct{} // closed when the server and its supervisor are gone and dir is removed
	endErr error         // set before ended is closed

	stop    sync.Once
	stopErr error // set by the first Stop
}

// Start makes a cluster in a new temporary folder, starts it and returns once it answers queries (about a second).
// ctx bounds the start only. As root it runs as the user postgres, or nobody where there is none, since PostgreSQL
// refuses to run as root. Without installed programs the error is a *MissingError that says what to install.
func Start(ctx context.Context, o Options) (*Server, error) {
	bin := o.BinDir
	if bin == "" {
		found, err := Find()
		if err != nil {
			return nil, err
		}
		bin = found
	}
	// A port that is free now may be taken before PostgreSQL binds it; then another one is tried.
	for try := 1; ; try++ {
		s, err := start(ctx, bin, o)
		if err == nil || try == 3 || !errors.Is(err, errPortTaken) {
			return s, err
		}
	}
}

var errPortTaken = errors.New("pgserver: another program took the port meanwhile")

func start(ctx context.Context, bin string, o Options) (_ *Server, err error) {
	who, err := owner()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "clearline-pg-")
	if err != nil {
		return nil, fmt.Errorf("pgserver: %w", err)
	}
	s := &Server{dir: dir, log: &tail{limit: 64 << 10}, ended: make(chan struct{})}
	defer func() {
		if err != nil && s.alive == nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	if err := who.give(dir); err != nil {
		return nil, fmt.Errorf("pgserver: %w", err)
	}
	if err := initdb(ctx, bin, dir, who); err != nil {
		return nil, err
	}
	if s.port, err = portOf(o); err != nil {
		return nil, fmt.Errorf("pgserver: %w", err)
	}
	if err := who.writeFile(filepath.Join(s.data(), "postgresql.auto.conf"), configuration(s.port, o)); err != nil {
		return nil, fmt.Errorf("pgserver: %w", err)
	}
	if err := s.supervise(bin, who); err != nil {
		return nil, err
	}
	if err := s.waitReady(ctx); err != nil {
		_ = s.Stop() // why the start failed is what matters
		return nil, err
	}
	return s, nil
}

func initdb(ctx context.Context, bin, dir string, who identity) error {
	// The C locale is the one every machine has; the product never asks PostgreSQL to sort or fold words.
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "--pgdata", filepath.Join(dir, "data"),
		"--username", superuser, "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions")
	cmd.Dir, cmd.Env = dir, environment()
	who.apply(cmd)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("pgserver: initdb in %s: %w\n%s", dir, err, strings.TrimSpace(string(out)))
	}
	return nil
}

// configuration renders postgresql.auto.conf, which PostgreSQL reads after postgresql.conf.
func configuration(port int, o Options) string {
	settings := map[string]string{
		"listen_addresses": "127.0.0.1",
		"port":             strconv.Itoa(port),
		// A socket's path may be 107 bytes long, a temporary folder's may be longer; TCP serves everybody.
		"unix_socket_directories": "",
		// Parallel tests hold a pool each.
		"max_connections":    "300",
		"fsync":              "on",
		"full_page_writes":   "on",
		"synchronous_commit": "on",
		"logging_collector":  "off",
		"log_destination":    "stderr",
		"log_checkpoints":    "off",
	}
	if o.NoSync {
		settings["fsync"], settings["full_page_writes"] = "off", "off"
	}
	for name, value := range o.Settings {
		settings[name] = value
	}
	names := make([]string, 0, len(settings))
	for name := range settings {
		names = append(names, name)
	}
	sort.Strings(names)
	var b strings.Builder
	for _, name := range names {
		fmt.Fprintf(&b, "%s = '%s'\n", name, strings.ReplaceAll(settings[name], "'", "''"))
	}
	return b.String()
}

// portOf is the one the settings ask for, else one that is free now.
func portOf(o Options) (int, error) {
	if asked := o.Settings["port"]; asked != "" {
		return strconv.Atoi(asked)
	}
	return port.Free()
}

// supervisor is the shell that runs the server. It ends it and removes the folder as soon as its standard input
// ends, which happens on Stop and also when the program that holds the other end panics or is killed.
const supervisor = `
dir=$1; shift
"$@" </dev/null & server=$!
exec 3<&0
{ read -r _; kill -QUIT "$server"; } <&3 >/dev/null 2>&1 & watcher=$!
wait "$server"; code=$?
kill "$watcher" 2>/dev/null
cd / && rm -rf "$dir"
exit "$code"
`

func (s *Server) supervise(bin string, who identity) error {
	cmd := exec.Command("/bin/sh", "-c", supervisor, "sh", s.dir, filepath.Join(bin, "postgres"), "-D", s.data())
	cmd.Dir, cmd.Env = s.dir, environment()
	cmd.Stdout, cmd.Stderr = s.log, s.log
	cmd.WaitDelay = 5 * time.Second
	who.apply(cmd)
	detach(cmd)
	alive, err := cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("pgserver: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("pgserver: %w", err)
	}
	s.alive = alive
	go func() {
		s.endErr = cmd.Wait()
		close(s.ended)
	}()
	return nil
}

// environment is ours without the PG… variables and locales of the person at the keyboard.
func environment() []string {
	env := []string{"LC_ALL=C"}
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "PG") && !strings.HasPrefix(kv, "LC_") {
			env = append(env, kv)
		}
	}
	return env
}

func (s *Server) waitReady(ctx context.Context) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	// Whoever else holds the port may accept and never answer: our server's end also ends the asking.
	asking, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-s.ended:
			cancel()
		case <-asking.Done():
		}
	}()
	for {
		err := s.answers(asking)
		if err == nil {
			return nil
		}
		select {
		case <-s.ended:
			if strings.Contains(s.log.String(), "Address already in use") {
				return errPortTaken
			}
			return fmt.Errorf("pgserver: PostgreSQL ended before it was ready (%w); its log:\n%s", s.endErr, s.log)
		case <-ctx.Done():
			return fmt.Errorf("pgserver: PostgreSQL was not ready in time: %w; its log:\n%s", errors.Join(ctx.Err(), err), s.log)
		case <-tick.C:
		}
	}
}

// answers tells by its folder that it is our server which answers on the port, not another one that was faster.
func (s *Server) answers(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.URL(superuser))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	var data string
	if err := conn.QueryRow(ctx, "SHOW data_directory").Scan(&data); err != nil {
		return err
	}
	if data != s.data() {
		return errPortTaken
	}
	return nil
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// URL is the address of a database of this server, as --database and pgx take it.
func (s *Server) URL(database string) string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.User(superuser),
		Host:     net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)),
		Path:     "/" + database,
		RawQuery: "sslmode=disable",
	}
	return u.String()
}

// CreateDatabase makes an empty database.
func (s *Server) CreateDatabase(ctx context.Context, name string) error {
	return s.exec(ctx, "CREATE DATABASE "+quoted(name))
}

// CloneDatabase makes a database with everything template holds. Nobody may be connected to template meanwhile:
// PostgreSQL waits five seconds for them to leave, then refuses.
func (s *Server) CloneDatabase(ctx context.Context, name, template string) error {
	return s.exec(ctx, "CREATE DATABASE "+quoted(name)+" TEMPLATE "+quoted(template))
}

// DropDatabase removes a database and ends the connections to it; one that is not there is no error.
func (s *Server) DropDatabase(ctx context.Context, name string) error {
	return s.exec(ctx, "DROP DATABASE IF EXISTS "+quoted(name)+" WITH (FORCE)")
}

// Log is the end of the server's log, 64 KiB at most: deadlocks and refused statements show there.
func (s *Server) Log() string { return s.log.String() }

// Stop ends the server at once, without a last checkpoint, and removes its folder. Further calls wait for the same end.
// The error says that the server had ended by itself before, or could not be ended.
func (s *Server) Stop() error {
	s.stop.Do(func() {
		select {
		case <-s.ended:
			s.stopErr = fmt.Errorf("pgserver: PostgreSQL had ended by itself (%v); its log:\n%s", s.endErr, s.log)
		default:
		}
		_ = s.alive.Close() // fails only when the supervisor is gone, which is what we want
	})
	select {
	case <-s.ended:
		return s.stopErr
	case <-time.After(stopWithin):
		return fmt.Errorf("pgserver: PostgreSQL in %s did not end within %s", s.dir, stopWithin)
	}
}

func (s *Server) exec(ctx context.Context, statement string) error {
	conn, err := pgx.Connect(ctx, s.URL(superuser))
	if err != nil {
		return fmt.Errorf("pgserver: %w", err)
	}
	_, err = conn.Exec(ctx, statement)
	if err = errors.Join(err, conn.Close(ctx)); err != nil {
		return fmt.Errorf("pgserver: %s: %w", statement, err)
	}
	return nil
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }
