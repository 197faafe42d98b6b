package app_test

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// I37: a reader that does not read is cut off at a fixed buffer; it never slows anybody else.
func TestSlowReaderIsCutOff(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		dialer := net.Dialer{Control: func(_, _ string, c syscall.RawConn) (err error) {
			// Small segments keep the buffers of both kernels small.
			cerr := c.Control(func(fd uintptr) {
				err = errors.Join(syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 1),
					syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_MAXSEG, 536))
			})
			return errors.Join(cerr, err)
		}}
		deliver := func(name string) time.Duration {
			began := time.Now()
			w.hook(w.batch(1000, name, nil)).want(t, http.StatusOK)
			return time.Since(began)
		}
		alone := deliver("alone")
		until(t, "it is applied", func() bool { return w.ledger().Stored == 1000 })
		address := strings.TrimPrefix(w.url, "http://")
		conn, err := dialer.DialContext(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "GET /api/v1/stream?since=%d HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", w.number(), address, w.key)
		until(t, "the server has taken the connection", func() bool { return established(t, conn) })
		fast := w.open(t, "", nil, nil)
		for i := range 3 {
			if took := deliver(fmt.Sprint("slow", i)); took > 5*time.Second {
				t.Errorf("a delivery took %v beside a slow reader, and %v without", took, alone)
			}
		}
		until(t, "all are applied", func() bool { return w.ledger().Stored == 4000 })
		fast.numbers(t, w.number())
		until(t, "the slow reader is cut off", func() bool { return !established(t, conn) })
		request{method: http.MethodGet, url: w.url + "/healthz"}.send(t).want(t, http.StatusOK)
	})
}

// established tells whether the server's end of a connection is open, as the kernel sees it.
func established(t *testing.T, conn net.Conn) bool {
	t.Helper()
	table, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		t.Fatal(err)
	}
	port := func(a net.Addr) string { return fmt.Sprintf(":%04X", a.(*net.TCPAddr).Port) }
	for line := range strings.Lines(string(table)) {
		f := strings.Fields(line)
		if len(f) > 3 && strings.HasSuffix(f[1], port(conn.RemoteAddr())) && strings.HasSuffix(f[2], port(conn.LocalAddr())) {
			return f[3] == "01"
		}
	}
	return false
}
