package outside

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// guest asks as a program does that was told which DNS server and which root to trust.
func guest(t *testing.T, n *Net) *http.Client {
	t.Helper()
	file := filepath.Join(t.TempDir(), "root.pem")
	if err := n.Authority.WriteRoot(file); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		t.Fatal("the root file holds no certificate")
	}
	dialer := &net.Dialer{Resolver: &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", n.Names.Addr())
	}}}
	client := &http.Client{Timeout: time.Second, Transport: &http.Transport{DialContext: dialer.DialContext, TLSClientConfig: &tls.Config{RootCAs: roots}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	t.Cleanup(client.CloseIdleConnections)
	return client
}

// Everything that can be broken is seen as broken by a program that asks, each in its own way, and is whole again afterwards.
func TestEachWayIsSeen(t *testing.T) {
	t.Parallel()
	n, err := NewNet()
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	program := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		io.WriteString(w, r.Method+" "+r.Host+" "+r.Header.Get("X-Forwarded-Proto")+" "+string(body))
	}))
	defer program.Close()
	site, err := n.Site("inbox.test")
	if err != nil {
		t.Fatal(err)
	}
	if err := site.To(program.URL); err != nil {
		t.Fatal(err)
	}
	client := guest(t, n)
	ask := func() string {
		answer, err := client.Post(site.URL()+"/x", "text/plain", strings.NewReader("hello"))
		if err != nil {
			return err.Error()
		}
		defer answer.Body.Close()
		body, _ := io.ReadAll(answer.Body)
		return answer.Status + " " + answer.Header.Get("Location") + " " + string(body)
	}
	good := "200 OK  POST " + strings.TrimPrefix(site.URL(), "https://") + " https hello"
	for _, c := range []struct {
		name string
		way  Way
		want string
	}{
		{"good", Way{}, good},
		{"ending", Way{Certificate: Ending}, good},
		{"expired", Way{Certificate: Expired}, "certificate has expired"},
		{"another name", Way{Certificate: Misnamed}, "not inbox.test"},
		{"unchained", Way{Certificate: Unchained}, "unknown authority"},
		{"private", Way{Certificate: Private}, "unknown authority"},
		{"closed", Way{Closed: true}, "connection refused"},
		{"hangs", Way{Hangs: true}, "Client.Timeout"},
		{"firewall", Way{Answer: &Answer{Status: 403, Body: "<html>Are you a robot?"}}, "403 Forbidden  <html>Are"},
		{"redirect", Way{Answer: &Answer{Status: 301, Place: "https://www.inbox.test/"}}, "301 Moved Permanently https://www"},
		{"not for this one", Way{Strikes: func(r *http.Request) bool { return r.Method == http.MethodGet }, Hangs: true}, good},
		{"another body", Way{Request: func(_ *http.Request, b []byte) []byte { return append(b, '!') }}, "hello!"},
		{"another answer", Way{Response: func(r *http.Response) { r.Header.Set("Location", "changed") }}, "200 OK changed POST"},
	} {
		for _, step := range []struct {
			way  Way
			want string
		}{{c.way, c.want}, {Way{}, good}} {
			if err := site.Behave(step.way); err != nil {
				t.Fatal(err)
			}
			if got := ask(); !strings.Contains(got, step.want) {
				t.Errorf("%s: %q, want %q", c.name, got, step.want)
			}
		}
	}
	for _, c := range []struct {
		name   string
		lookup Lookup
		want   string
	}{{"unknown", Unknown, "no such host"}, {"failing", Failing, "server misbehaving"}, {"mute", Mute, "Client.Timeout"}, {"found", Found, good}} {
		n.Names.Set("inbox.test", c.lookup, netip.MustParseAddr("127.0.0.1"))
		client = guest(t, n) // one that has no question under way
		if got := ask(); !strings.Contains(got, c.want) {
			t.Errorf("name %s: %q, want %q", c.name, got, c.want)
		}
	}
}
