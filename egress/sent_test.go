package egress

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

func post(ctx context.Context, t *testing.T, c *http.Client, address string) error {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader([]byte(`{"a":1}`)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer a-token-of-usual-length-0123456789")
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.ReadAll(resp.Body)
	return err
}

// listen gives a server of raw connections; each gets f.
func listen(t *testing.T, f func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go f(conn)
		}
	}()
	return "http://" + l.Addr().String()
}

// readRequest reads a request's head and its body of seven bytes.
func readRequest(conn net.Conn) error {
	var got []byte
	buf := make([]byte, 1)
	for !bytes.HasSuffix(got, []byte("\r\n\r\n")) {
		if _, err := conn.Read(buf); err != nil {
			return err
		}
		got = append(got, buf[0])
	}
	_, err := io.ReadFull(conn, make([]byte, 7))
	return err
}

// I24, I25: whether a failed request may have left.
func TestSent(t *testing.T) {
	t.Parallel()
	t.Run("nobody listens", func(t *testing.T) {
		t.Parallel()
		const address = "http://127.0.0.1:1"
		if err := post(t.Context(), t, client(t, Options{Allow: []string{address}}), address); err == nil || Sent(err) {
			t.Error(err)
		}
	})
	t.Run("no such name", func(t *testing.T) {
		t.Parallel()
		if err := post(t.Context(), t, client(t, Options{}), "https://nowhere.invalid/"); err == nil || Sent(err) {
			t.Error(err)
		}
	})
	t.Run("TLS fails", func(t *testing.T) {
		t.Parallel()
		address := listen(t, func(c net.Conn) { _, _ = c.Write([]byte("no TLS here\n")); c.Close() })
		address = "https" + address[len("http"):]
		if err := post(t.Context(), t, client(t, Options{Allow: []string{address}}), address); err == nil || Sent(err) {
			t.Error(err)
		}
	})
	t.Run("closed after the request", func(t *testing.T) {
		t.Parallel()
		address := listen(t, func(c net.Conn) { _ = readRequest(c); c.Close() })
		if err := post(t.Context(), t, client(t, Options{Allow: []string{address}}), address); err == nil || !Sent(err) {
			t.Error(err)
		}
	})
	t.Run("closed after the request, over TLS", func(t *testing.T) {
		t.Parallel()
		s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			conn.Close()
		}))
		t.Cleanup(s.Close)
		roots := s.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
		if err := post(t.Context(), t, client(t, Options{Allow: []string{s.URL}, TLS: roots}), s.URL); err == nil || !Sent(err) {
			t.Error(err)
		}
	})
	t.Run("answer breaks off", func(t *testing.T) {
		t.Parallel()
		address := listen(t, func(c net.Conn) {
			_ = readRequest(c)
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
			c.Close()
		})
		if err := post(t.Context(), t, client(t, Options{Allow: []string{address}}), address); err == nil || !Sent(err) {
			t.Error(err)
		}
	})
	t.Run("time is over while waiting", func(t *testing.T) {
		t.Parallel()
		address := listen(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
		if err := post(t.Context(), t, client(t, Options{Allow: []string{address}, Timeout: time.Second}), address); err == nil || !Sent(err) || !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
	t.Run("given up before", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		address := listen(t, func(c net.Conn) { c.Close() })
		if err := post(ctx, t, client(t, Options{Allow: []string{address}}), address); err == nil || Sent(err) {
			t.Error(err)
		}
	})
	t.Run("forbidden", func(t *testing.T) {
		t.Parallel()
		address := listen(t, func(c net.Conn) { c.Close() })
		if err := post(t.Context(), t, client(t, Options{}), address); err == nil || Sent(err) {
			t.Error(err)
		}
	})
	if Sent(nil) || !Sent(errors.New("whatever")) || !Sent(fmt.Errorf("around: %w", &Error{Sent: true, Err: io.EOF})) || Sent(fmt.Errorf("around: %w", &Error{Err: io.EOF})) {
		t.Error("errors of others count as sent")
	}
}

// I25: a kept connection that the other side closed in the meantime is no loss: net/http takes another one
// before anything was written, and the request arrives exactly once.
func TestStaleConnection(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	requests := 0
	address := listen(t, func(c net.Conn) {
		defer c.Close()
		if readRequest(c) != nil {
			return
		}
		mu.Lock()
		requests++
		mu.Unlock()
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
	})
	c := client(t, Options{Allow: []string{address}})
	const sends = 20
	accepted, lost := 0, 0
	for range sends {
		err := post(t.Context(), t, c, address)
		switch {
		case err == nil:
			accepted++
		case Sent(err):
			lost++
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if requests < accepted || requests > accepted+lost {
		t.Errorf("%d accepted and %d unknown of %d, but %d arrived", accepted, lost, sends, requests)
	}
}
