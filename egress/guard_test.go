package egress

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

// I43: which addresses are the public internet.
func TestPublic(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"157.240.0.1": true, "8.8.8.8": true, "2a03:2880:f12f:83::1": true, "64:ff9b::808:808": true, "::ffff:8.8.8.8": true,
		"0.0.0.0": false, "0.1.2.3": false, "10.0.0.1": false, "100.64.0.1": false, "127.0.0.1": false, "127.9.9.9": false, "169.254.169.254": false,
		"172.16.0.1": false, "172.31.255.255": false, "192.0.0.1": false, "192.0.2.1": false, "192.168.1.1": false, "198.18.0.1": false,
		"198.51.100.1": false, "203.0.113.1": false, "224.0.0.1": false, "240.0.0.1": false, "255.255.255.255": false,
		"::": false, "::1": false, "::127.0.0.1": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "64:ff9b::7f00:1": false,
		"64:ff9b::a00:1": false, "64:ff9b:1::1": false, "100::1": false, "2001::1": false, "2001:db8::1": false, "2002:7f00:1::": false,
		"fc00::1": false, "fd12::1": false, "fe80::1": false, "fec0::1": false, "ff02::1": false, "fe80::1%eth0": false, "4000::1": false,
	} {
		if got := Public(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
	if Public(netip.Addr{}) {
		t.Error("no address passes")
	}
}

func client(t *testing.T, o Options) *http.Client {
	t.Helper()
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.CloseIdleConnections)
	return c
}

func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// I43: private addresses are refused at connect time, by whatever name or form, and nothing reaches them; only
// the operator's own settings pass.
func TestGuard(t *testing.T) {
	t.Parallel()
	reached := make(chan string, 10)
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) { reached <- r.Host })
	tls := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { reached <- r.Host }))
	t.Cleanup(tls.Close)
	port := tls.URL[strings.LastIndex(tls.URL, ":")+1:]
	c := client(t, Options{Allow: []string{"http://127.0.0.1:1", "https://graph.facebook.com"}})
	for _, address := range []string{
		s.URL, strings.Replace(s.URL, "127.0.0.1", "localhost", 1), tls.URL, "https://localhost:" + port, "https://[::ffff:127.0.0.1]:" + port,
		"https://0.0.0.0:" + port, "https://[::]:" + port, "http://example.com/", "http://graph.facebook.com/", "ftp://127.0.0.1/", "https://127.1:" + port,
	} {
		resp, err := c.Get(address)
		if err == nil {
			resp.Body.Close()
			t.Errorf("%s: answered", address)
			continue
		}
		if Sent(err) {
			t.Errorf("%s: may have been sent: %v", address, err)
		}
	}
	_, err := c.Get(tls.URL)
	if !errors.Is(err, ErrForbidden) {
		t.Errorf("the reason is lost: %v", err)
	}
	if len(reached) > 0 {
		t.Errorf("reached %s", <-reached)
	}
	allowed := client(t, Options{Allow: []string{s.URL}})
	resp, err := allowed.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if len(reached) != 1 {
		t.Error("the operator's own setting did not pass")
	}
}

func TestNewRefusesBadBases(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"graph.facebook.com", "ftp://x", "https://", "://", "127.0.0.1:8090"} {
		if _, err := New(Options{Allow: []string{base}}); err == nil {
			t.Errorf("%q is taken", base)
		}
	}
	if _, err := New(Options{Allow: []string{"", "https://graph.facebook.com"}}); err != nil {
		t.Error(err)
	}
}

// I43: a redirect is an answer, not an order.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	calls := 0
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		calls++
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	})
	resp, err := client(t, Options{Allow: []string{s.URL}}).Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusTemporaryRedirect || calls != 1 {
		t.Errorf("status %d after %d calls", resp.StatusCode, calls)
	}
}

// I43: an answer beyond the limit ends in an error; one of exactly the limit does not.
func TestAnswerSize(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, strings.Repeat("x", 1000)) })
	for limit, ok := range map[int64]bool{1000: true, 1001: true, 999: false, 1: false} {
		resp, err := client(t, Options{Allow: []string{s.URL}, MaxBody: limit}).Get(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		switch {
		case ok && (err != nil || len(body) != 1000):
			t.Errorf("limit %d: %d bytes, %v", limit, len(body), err)
		case !ok && (!errors.Is(err, ErrTooLarge) || int64(len(body)) != limit):
			t.Errorf("limit %d: %d bytes, %v", limit, len(body), err)
		}
	}
}
