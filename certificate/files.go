package certificate

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/clearline/clearline/clock"
)

// lookEvery is how often files are looked at for a change, at a handshake.
const lookEvery = 10 * time.Second

// files is a certificate with its key from two files that somebody else renews.
type files struct {
	cert, key string
	clock     clock.Clock
	log       *slog.Logger

	mu     sync.Mutex
	now    *tls.Certificate
	looked time.Time
	// seen are the files as they were when last read, whether they could be used or not.
	seen [2]mark
}

// mark tells one content of a file from another without reading it.
type mark struct {
	changed time.Time
	size    int64
}

// FromFiles returns a source that serves a certificate chain and its key in PEM. A pair that cannot be used is an error
// now; later the former one stays in use and the log says why.
func FromFiles(cert, key string, c clock.Clock, log *slog.Logger) (Source, error) {
	f := &files{cert: cert, key: key, clock: c, log: log}
	seen, err := f.marks()
	if err == nil {
		err = f.read(seen)
	}
	if err != nil {
		return nil, err
	}
	f.looked = c.Now()
	return f, nil
}

func (f *files) read(seen [2]mark) error {
	f.seen = seen
	pair, err := tls.LoadX509KeyPair(f.cert, f.key)
	if err != nil {
		return fmt.Errorf("%s and %s are no certificate with its key: %w", f.cert, f.key, err)
	}
	f.now = &pair
	return nil
}

func (f *files) marks() (seen [2]mark, err error) {
	for i, path := range []string{f.cert, f.key} {
		info, err := os.Stat(path) // follows links: what renews certificates often moves a link
		if err != nil {
			return seen, fmt.Errorf("the certificate's file cannot be read: %w", err)
		}
		seen[i] = mark{info.ModTime(), info.Size()}
	}
	return seen, nil
}

func (f *files) TLS() *tls.Config {
	c := base()
	c.GetCertificate = func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return f.current(), nil }
	return c
}

func (f *files) current() *tls.Certificate {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.clock.Now()
	if now.Sub(f.looked) < lookEvery {
		return f.now
	}
	f.looked = now
	seen, err := f.marks()
	if err == nil && seen == f.seen {
		return f.now
	}
	if err == nil {
		err = f.read(seen)
	}
	if err != nil {
		// Between two renames the files may not fit; the next look will tell.
		f.log.Warn("the new certificate cannot be used; the former one stays", "cause", "server.cert", "err", err)
		return f.now
	}
	f.log.Info("the certificate was read anew", "until", f.now.Leaf.NotAfter.UTC())
	return f.now
}

func (*files) Plain(next http.Handler) http.Handler { return next }

func (*files) Start(context.Context) error { return nil }

func (*files) Stop() {}
