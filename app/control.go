package app

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"syscall"

	"github.com/clearline/clearline/backup"
)

// The operator's commands talk to a running server over a socket beside its SQLite database, which only the server's own
// user may open. It knows one request: a backup can only be made from inside, see store.CopyTo.

// controlSocket is where the server on a SQLite file listens for commands.
func controlSocket(database string) string { return database + ".control" }

// BackupOrder asks a running server for a backup.
type BackupOrder struct {
	To      string `json:"to"`
	WithKey bool   `json:"with_key"`
}

// BackupNews is a line of the answer: how far it is, and at last what was made or what went wrong.
type BackupNews struct {
	Done  int          `json:"done,omitempty"`
	All   int          `json:"all,omitempty"`
	Made  *backup.Made `json:"made,omitempty"`
	Error string       `json:"error,omitempty"`
}

// ErrNoServer means that no server runs on a database.
var ErrNoServer = errors.New("no clearline runs on this database")

var errEnded = errors.New("the server ended before the backup was made; nothing of it counts")

// OrderBackup has the server that runs on a SQLite file make a backup. told hears how far it is.
func OrderBackup(ctx context.Context, database string, order BackupOrder, told func(done, all int)) (made backup.Made, err error) {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", controlSocket(database))
	}}}
	body, err := json.Marshal(order)
	if err != nil {
		return made, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://server/backup", bytes.NewReader(body))
	if err != nil {
		return made, err
	}
	resp, err := client.Do(req)
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" && !errors.Is(err, fs.ErrPermission) {
		return made, ErrNoServer
	}
	if errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) {
		return made, errEnded
	}
	if err != nil {
		return made, fmt.Errorf("the server on this database cannot be asked: %w", err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		var n BackupNews
		if err := json.Unmarshal(lines.Bytes(), &n); err != nil {
			return made, fmt.Errorf("the server answered %q", lines.Text())
		}
		switch {
		case n.Error != "":
			return made, errors.New(n.Error)
		case n.Made != nil:
			return *n.Made, nil
		}
		told(n.Done, n.All)
	}
	return made, errors.Join(errEnded, lines.Err())
}

// startControl listens for the operator's commands.
func (a *App) startControl() error {
	if a.Store.Engine() != "sqlite" {
		return nil
	}
	socket := controlSocket(a.o.Database)
	// The file's lock is ours: a socket that is there belongs to nobody any more.
	if err := os.Remove(socket); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		// The address of a socket has some hundred bytes at most; everything else works without it.
		a.o.Log.Warn("`clearline backup` will not reach this server while it runs; a shorter --data-dir helps", "socket", socket, "err", err)
		return nil
	}
	if err := os.Chmod(socket, 0o600); err != nil {
		listener.Close()
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /backup", a.orderedBackup)
	leaving, leave := context.WithCancel(context.Background())
	a.control = &http.Server{Handler: mux, ReadHeaderTimeout: headerTimeout, BaseContext: func(net.Listener) context.Context { return leaving }}
	a.control.RegisterOnShutdown(leave) // a backup under way ends with the server, and leaves nothing behind
	go a.serve(a.control, listener)
	return nil
}

func (a *App) orderedBackup(w http.ResponseWriter, r *http.Request) {
	say := func(n BackupNews) {
		line, err := json.Marshal(n)
		if err == nil {
			_, err = w.Write(append(line, '\n'))
		}
		if err = errors.Join(err, http.NewResponseController(w).Flush()); err != nil {
			a.o.Log.Debug("whoever ordered a backup does not listen", "err", err)
		}
	}
	var order BackupOrder
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&order); err != nil {
		say(BackupNews{Error: "the order cannot be read: " + err.Error()})
		return
	}
	o := a.o.backup()
	o.Copy, o.To, o.WithKey = a.Store.CopyTo, order.To, order.WithKey
	news := make(chan BackupNews, 1)
	o.Told = func(done, all int) { // the writer's goroutine calls it and must not wait
		select {
		case news <- BackupNews{Done: done, All: all}:
		default:
		}
	}
	end := make(chan BackupNews, 1)
	go func() {
		made, err := backup.Make(r.Context(), o)
		if err != nil {
			a.o.Log.Warn("a backup that was asked for was not made", "err", err)
			end <- BackupNews{Error: err.Error()}
			return
		}
		a.o.Log.Info("a backup was made", "file", made.Path, "bytes", made.Bytes)
		end <- BackupNews{Made: &made}
	}()
	percent := -1
	for {
		select {
		case n := <-news:
			if now := n.Done * 100 / max(n.All, 1); now != percent {
				percent = now
				say(n)
			}
		case n := <-end:
			say(n)
			return
		}
	}
}

// backup is what all backups of this server share.
func (o Options) backup() backup.Options {
	return backup.Options{Database: o.Database, KeyFile: o.KeyFile, Free: FreeDisk, Reserve: o.MinFreeDisk, Version: o.Version, Now: o.Clock.Now()}
}
