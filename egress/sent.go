package egress

import (
	"context"
	"errors"
	"net"
	"net/http/httptrace"
	"os"
	"sync"
	"sync/atomic"
)

// Error is a failed exchange.
type Error struct {
	// Sent is true when bytes of the request may have left this machine.
	Sent bool
	Err  error
}

func (e *Error) Error() string { return e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// Sent tells whether the request behind err may have reached the other side. Whatever this package does not
// know for certain counts as sent (I24).
func Sent(err error) bool {
	var e *Error
	if errors.As(err, &e) {
		return e.Sent
	}
	return err != nil
}

// smallest is the size below which a write holds no request. A request is written in one piece, of which the
// authorization alone is longer; what TLS writes when a connection closes is shorter.
const smallest = 64

// countedConn counts the writes that may have carried a request, before they are made: a count that is still
// the same after a connection broke proves that nothing left.
type countedConn struct {
	net.Conn
	writes atomic.Int64
}

func (c *countedConn) Write(p []byte) (int, error) {
	if len(p) >= smallest {
		c.writes.Add(1)
	}
	return c.Conn.Write(p)
}

// watch follows one request over the connections that it was given. There are several when net/http finds a
// kept connection closed before it wrote anything, and takes another.
type watch struct {
	mu    sync.Mutex
	conns []watched
}

type watched struct {
	conn  *countedConn
	start int64
}

func (w *watch) trace(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: w.gotConn})
}

func (w *watch) gotConn(info httptrace.GotConnInfo) {
	conn := info.Conn
	if secure, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = secure.NetConn()
	}
	counted, _ := conn.(*countedConn)
	got := watched{conn: counted}
	if counted != nil {
		got.start = counted.writes.Load()
	}
	w.mu.Lock()
	w.conns = append(w.conns, got)
	w.mu.Unlock()
}

// sent tells whether the failed request may have left. Without a connection it did not. With one, a request
// that was given up from our side may be written a moment later by the goroutine that has it in hand, so the
// count proves something only when the connection itself failed.
func (w *watch) sent(err error) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.conns) == 0 {
		return false
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
		return true
	}
	for _, c := range w.conns {
		if c.conn == nil || c.conn.writes.Load() != c.start {
			return true
		}
	}
	return false
}
