package app_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/clearline/clearline/app"
	"github.com/clearline/clearline/certificate/testca"
)

// C16: what platforms will not be able to do is said at the start, with its cause; a good address is not talked about.
func TestNoticesAtTheStart(t *testing.T) {
	t.Parallel()
	private, public := testca.Names(t, [4]byte{10, 0, 0, 5}), testca.Names(t, [4]byte{93, 184, 215, 14})
	proxy := []string{"127.0.0.1"}
	cert, key, _ := ownCertificate(t, t.TempDir())
	files := app.HTTPS{Cert: cert, Key: key}
	for name, c := range map[string]struct {
		o    app.Options
		want []string
		says string
	}{
		"none":                  {app.Options{}, []string{"server.address"}, "--public-url"},
		"good, behind a proxy":  {app.Options{PublicURL: "https://inbox.example.org", TrustedProxies: proxy, Resolver: public}, nil, ""},
		"good, with its own":    {app.Options{PublicURL: "https://inbox.example.org", HTTPS: app.HTTPS{ACME: true}, Resolver: public}, nil, ""},
		"good, from files":      {app.Options{PublicURL: "https://" + publicName, HTTPS: files, Resolver: public}, nil, ""},
		"files of another name": {app.Options{PublicURL: "https://other.example.com", HTTPS: files, Resolver: public}, []string{"server.cert"}, "is for another name (inbox.example.com)"},
		"nobody named":          {app.Options{PublicURL: "https://inbox.example.org", Resolver: public}, []string{"server.address"}, "--trusted-proxies"},
		"plain":                 {app.Options{PublicURL: "http://inbox.example.org", Resolver: public}, []string{"server.address"}, "https addresses only"},
		"an unusual port":       {app.Options{PublicURL: "https://inbox.example.org:8443", TrustedProxies: proxy, Resolver: public}, []string{"server.address"}, "8443"},
		"a name that is inside": {app.Options{PublicURL: "https://inbox.example.org", TrustedProxies: proxy, Resolver: private}, []string{"server.inside"}, "10.0.0.5"},
		"an address inside":     {app.Options{PublicURL: "https://192.168.1.5", TrustedProxies: proxy}, []string{"server.inside"}, "192.168.1.5"},
		"this machine":          {app.Options{PublicURL: "http://localhost:8080"}, []string{"server.address", "server.address", "server.inside"}, "this machine"},
		"a public address":      {app.Options{PublicURL: "https://93.184.215.14", TrustedProxies: proxy}, nil, ""},
		"no answer":             {app.Options{PublicURL: "https://inbox.example.org", TrustedProxies: proxy, Resolver: "127.0.0.1:1"}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var causes []string
			all := ""
			for _, n := range c.o.Notices(t.Context()) {
				causes = append(causes, string(n.Cause))
				all += n.Text
			}
			if !slices.Equal(causes, c.want) || !strings.Contains(all, c.says) {
				t.Errorf("%q: %s", causes, all)
			}
		})
	}
}
