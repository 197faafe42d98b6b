package egress_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/clearline/clearline/bench/outside"
	"github.com/clearline/clearline/egress"
)

// C16, I43: a DNS server that the operator names is asked for every name, and what it answers passes the same guard.
func TestOwnResolver(t *testing.T) {
	t.Parallel()
	names, err := outside.NewNames()
	if err != nil {
		t.Fatal(err)
	}
	defer names.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	defer server.Close()
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	platform := "http://graph.test:" + u.Port()
	client, err := egress.New(egress.Options{Allow: []string{platform}, Resolver: names.Addr()})
	if err != nil {
		t.Fatal(err)
	}
	defer client.CloseIdleConnections()
	loopback := netip.MustParseAddr("127.0.0.1")
	for _, c := range []struct {
		lookup outside.Lookup
		url    string
		want   string
	}{
		{outside.Unknown, platform, "no such host"},
		{outside.Found, platform, ""},
		{outside.Found, "https://inside.test:" + u.Port(), "not allowed"},
	} {
		names.Set("graph.test", c.lookup, loopback)
		names.Set("inside.test", outside.Found, loopback)
		answer, err := client.Get(c.url)
		if err == nil {
			answer.Body.Close()
		}
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", c.url, err, c.want)
		}
	}
}
