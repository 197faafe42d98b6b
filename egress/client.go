// Package egress is the one way out: the HTTP client for every address that came from outside (I43). It checks
// the address it is about to call after the name was resolved, follows no redirects, bounds time and size,
// tells whether a failed request may have left this machine, and records exchanges with everything secret or
// personal taken out.
package egress

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/clearline/clearline/clock"
)

// Options set up a client.
type Options struct {
	// Allow are base addresses that the operator set (a platform, or a twin on loopback). Only these may lie on
	// private addresses or do without TLS.
	Allow []string
	// Timeout bounds one exchange from start to the last byte of the answer; 0 means 30 s.
	Timeout time.Duration
	// MaxBody bounds an answer in bytes; 0 means 8 MiB. A longer one ends in ErrTooLarge.
	MaxBody int64
	// Resolver is the DNS server, host:port, that is asked for names; "" means the system's.
	Resolver string
	// Clock times the records; nil means the machine's clock.
	Clock clock.Clock
	// TLS overrides the trusted roots, for tests; nil means the system's.
	TLS *tls.Config
	// Observe is told how each exchange went that has a subject (About), nil for nobody. It must not block.
	Observe func(about string, o Observation)
}

const (
	defaultTimeout = 30 * time.Second
	defaultMaxBody = 8 << 20

	// A thousand sends a second, answered in 50 ms to 250 ms, keep 50 to 250 connections to one host busy.
	connections = 512
	idleLife    = 90 * time.Second
	dialTimeout = 10 * time.Second
)

// ErrTooLarge is what reading an answer beyond MaxBody ends with.
var ErrTooLarge = errors.New("egress: the answer is too large")

// New returns a guarded client. It uses no proxy from the environment, because a proxy would resolve names on
// its own, behind the guard.
func New(o Options) (*http.Client, error) {
	allow, err := allowed(o.Allow)
	if err != nil {
		return nil, err
	}
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	if o.MaxBody == 0 {
		o.MaxBody = defaultMaxBody
	}
	if o.Clock == nil {
		o.Clock = clock.Real()
	}
	open := &net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second, Resolver: Resolver(o.Resolver)}
	guarded := *open
	guarded.Control = refusePrivate
	// One protocol, HTTP/1.1: an HTTP/2 connection carries many sends at once, and when it breaks nobody can
	// tell which of them left. That is worth more here than sharing connections.
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	inner := &http.Transport{
		Protocols: protocols,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			dialer := &guarded
			if allow[address] {
				dialer = open
			}
			conn, err := dialer.DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return &countedConn{Conn: conn}, nil
		},
		TLSClientConfig:        o.TLS,
		TLSHandshakeTimeout:    dialTimeout,
		MaxIdleConns:           2 * connections,
		MaxIdleConnsPerHost:    connections,
		MaxConnsPerHost:        connections,
		IdleConnTimeout:        idleLife,
		MaxResponseHeaderBytes: 64 << 10,
	}
	return &http.Client{
		Transport:     &transport{inner: inner, allow: allow, timeout: o.Timeout, maxBody: o.MaxBody, clock: o.Clock, observe: o.Observe},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}

// transport guards, bounds, records and judges each exchange.
type transport struct {
	inner   *http.Transport
	allow   map[string]bool
	timeout time.Duration
	maxBody int64
	clock   clock.Clock
	observe func(about string, o Observation)
}

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	rec := recorderOf(req.Context()).begin(req, t.clock.Now())
	if req.URL.Scheme != "https" && !t.allow[hostPort(req.URL)] {
		if req.Body != nil {
			req.Body.Close() // net/http asks it of every RoundTripper
		}
		err := &Error{Err: ErrForbidden}
		rec.end(err, t.clock.Now())
		return nil, err
	}
	w := &watch{}
	ctx, cancel := context.WithTimeout(req.Context(), t.timeout)
	resp, err := t.inner.RoundTrip(req.WithContext(w.trace(ctx)))
	t.observed(ctx, resp, err)
	if err != nil {
		cancel()
		err = &Error{Sent: w.sent(err), Err: err}
		rec.end(err, t.clock.Now())
		return nil, err
	}
	rec.answered(resp)
	resp.Body = &boundedBody{body: resp.Body, left: t.maxBody, cancel: cancel, rec: rec, clock: t.clock}
	return resp, nil
}

// CloseIdleConnections lets http.Client.CloseIdleConnections reach the connections.
func (t *transport) CloseIdleConnections() { t.inner.CloseIdleConnections() }

// boundedBody is an answer's body that ends in an error beyond the limit.
type boundedBody struct {
	body   io.ReadCloser
	left   int64
	cancel context.CancelFunc
	rec    *exchange
	clock  clock.Clock
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, &Error{Sent: true, Err: ErrTooLarge}
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.body.Read(p)
	if b.left -= int64(n); b.left < 0 {
		n, err = n-1, ErrTooLarge
	}
	b.rec.read(p[:n])
	if err != nil && err != io.EOF {
		err = &Error{Sent: true, Err: fmt.Errorf("reading the answer: %w", err)}
		b.rec.end(err, b.clock.Now())
	}
	return n, err
}

func (b *boundedBody) Close() error {
	b.rec.end(nil, b.clock.Now())
	err := b.body.Close()
	b.cancel()
	return err
}
