package bench

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the engine of the bare row server, the same as the product's
)

// Kinds of bare server: what a machine can do at best, when all that is asked of it is to have the message when it says so.
const (
	BareHMAC   = "bare-hmac"   // read body, check the signature, 200: the cost of HTTP and the generator; stores nothing
	BareFile   = "bare-file"   // … and append the body to a file, flushed once for all that wait (fdatasync)
	BareSQLite = "bare-sqlite" // … and one SQLite row under a unique id, one commit for all that wait (WAL, synchronous=FULL)
)

// BareSecretEnv names the environment variable that hands a bare server its app secret.
const BareSecretEnv = "CLEARLINE_BENCH_SECRET"

// BareOptions are the settings of BareServer.
type BareOptions struct {
	Kind string
	Addr string // 127.0.0.1:0 for any free port
	Dir  string // where the file or database goes
	// Secret is the app secret that signs the posts.
	Secret string
	// Out gets one JSON line when the server is ready: {"url"}.
	Out io.Writer
}

// maxBareBody bounds what a bare server reads: the platform's own limit.
const maxBareBody = 3 << 20

// batchMax bounds one commit, as the product's committer is bounded.
const batchMax = 256

// BareServer serves until ctx ends. It runs as a process of its own, so that its cost is not hidden in the generator's.
func BareServer(ctx context.Context, o BareOptions) error {
	var commit func([][]byte) error
	switch o.Kind {
	case BareHMAC:
	case BareFile:
		f, err := os.Create(filepath.Join(o.Dir, "bodies"))
		if err != nil {
			return err
		}
		defer f.Close()
		commit = (&bareFile{f: f}).commit
	case BareSQLite:
		rows, err := openBareRows(ctx, filepath.Join(o.Dir, "rows.db"))
		if err != nil {
			return err
		}
		defer rows.close()
		commit = rows.commit
	default:
		return fmt.Errorf("unknown bare server %q", o.Kind)
	}
	ln, err := net.Listen("tcp", o.Addr)
	if err != nil {
		return err
	}
	b := &bare{secret: []byte(o.Secret), waiting: make(chan bareWaiter, 4*batchMax)}
	if commit != nil {
		b.stores = true
		go b.committer(ctx, commit)
	}
	server := &http.Server{Handler: b, ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { server.Close() })
	if err := json.NewEncoder(o.Out).Encode(map[string]string{"url": "http://" + ln.Addr().String() + "/webhooks/whatsapp"}); err != nil {
		return err
	}
	if err := server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

type bare struct {
	secret  []byte
	stores  bool
	waiting chan bareWaiter
}

type bareWaiter struct {
	body []byte
	done chan error
}

func (b *bare) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBareBody))
	if err != nil {
		http.Error(w, "body", http.StatusRequestEntityTooLarge)
		return
	}
	mac := hmac.New(sha256.New, b.secret)
	mac.Write(body)
	want := "sha256=" + hex.EncodeToString(mac.Sum(nil))
	if subtle.ConstantTimeCompare([]byte(want), []byte(r.Header.Get("X-Hub-Signature-256"))) != 1 {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if b.stores {
		done := make(chan error, 1)
		b.waiting <- bareWaiter{body, done}
		if err := <-done; err != nil {
			http.Error(w, "not stored", http.StatusServiceUnavailable)
			return
		}
	}
	w.WriteHeader(http.StatusOK)
}

// committer makes one flush for all that wait, and answers them after it.
func (b *bare) committer(ctx context.Context, commit func([][]byte) error) {
	batch := make([]bareWaiter, 0, batchMax)
	bodies := make([][]byte, 0, batchMax)
	for {
		batch, bodies = batch[:0], bodies[:0]
		select {
		case <-ctx.Done():
			return
		case first := <-b.waiting:
			batch = append(batch, first)
		}
	drain:
		for len(batch) < batchMax {
			select {
			case next := <-b.waiting:
				batch = append(batch, next)
			default:
				break drain
			}
		}
		for _, w := range batch {
			bodies = append(bodies, w.body)
		}
		err := commit(bodies)
		for _, w := range batch {
			w.done <- err
		}
	}
}

type bareFile struct {
	f   *os.File
	buf []byte
}

func (b *bareFile) commit(bodies [][]byte) error {
	b.buf = b.buf[:0]
	for _, body := range bodies {
		b.buf = append(append(b.buf, body...), '\n')
	}
	if _, err := b.f.Write(b.buf); err != nil {
		return err
	}
	return flush(b.f)
}

type bareRows struct {
	db     *sql.DB
	conn   *sql.Conn
	insert *sql.Stmt
}

func openBareRows(ctx context.Context, path string) (*bareRows, error) {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=busy_timeout(5000)")
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if _, err := conn.ExecContext(ctx, `create table if not exists delivery (n integer primary key, id text not null unique, body blob not null)`); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	insert, err := conn.PrepareContext(ctx, `insert into delivery (id, body) values ($1, $2) on conflict (id) do nothing`)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &bareRows{db: db, conn: conn, insert: insert}, nil
}

func (b *bareRows) close() error { return b.db.Close() }

// commit does not run on a request's context: a client that hangs up must not undo its neighbours' rows.
func (b *bareRows) commit(bodies [][]byte) error {
	ctx := context.Background()
	if _, err := b.conn.ExecContext(ctx, "begin immediate"); err != nil {
		return err
	}
	for _, body := range bodies {
		id, err := bareID(body)
		if err == nil {
			_, err = b.insert.ExecContext(ctx, id, body)
		}
		if err != nil {
			_, undo := b.conn.ExecContext(ctx, "rollback")
			return errors.Join(err, undo)
		}
	}
	_, err := b.conn.ExecContext(ctx, "commit")
	return err
}

// bareID cuts the first message id out of a body without parsing it: a bare server does the least that is honest.
func bareID(body []byte) (string, error) {
	_, rest, found := bytes.Cut(body, []byte(`"id":"wamid.`))
	id, _, closed := bytes.Cut(rest, []byte(`"`))
	if !found || !closed {
		return "", errors.New("no message id in the body")
	}
	return string(id), nil
}
