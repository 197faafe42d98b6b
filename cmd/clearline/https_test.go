package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline/certificate/testca"
	"github.com/clearline/clearline/port"
)

// C16: `serve --acme` with a public name is all it takes: a certificate that everybody trusts, webhooks verified on that
// line, plain http sent on to the public name, and nothing with a body taken in the open.
func TestServeWithItsOwnCertificate(t *testing.T) {
	t.Parallel()
	authority := testca.Start(t, 0)
	p := start(t, []string{"SSL_CERT_FILE=" + authority.RootsFile, "CLEARLINE_META_APP_SECRET=s3cret"}, "serve", "--data-dir", t.TempDir(), "--addr", "127.0.0.1:0",
		"--http-addr", "127.0.0.1:0", "--metrics-addr", "", "--public-url", "https://Inbox.example.org", "--acme", "--acme-directory", authority.Directory,
		"--acme-email", "me@example.org", "--meta-app-id", "7001", "--graph-url", "http://127.0.0.1:1", "--status-url", "off", "--min-free-disk", "0")
	secure := strings.TrimPrefix(p.says("Clearline listens on "), "https://")
	plain, _, _ := strings.Cut(p.says("plain http is sent on to https\" addr="), " ")
	authority.Secure.Open(secure)
	p.says("there is a certificate")

	var to string
	client := authority.Client()
	transport := client.Transport.(*http.Transport)
	transport.ForceAttemptHTTP2 = true
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, to)
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	ask := func(address, method, url, body string, header ...string) *http.Response {
		t.Helper()
		to = address
		r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp
	}
	const base = "https://inbox.example.org"
	page := ask(secure, http.MethodGet, base+"/", "")
	if page.StatusCode != http.StatusOK || page.ProtoMajor != 2 || page.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("the page: %s %s %v", page.Proto, page.Status, page.Header)
	}
	body := []byte(`{"object":"whatsapp_business_account","entry":[]}`)
	mac := hmac.New(sha256.New, []byte("s3cret"))
	mac.Write(body)
	signature := "sha256=" + hex.EncodeToString(mac.Sum(nil))
	if got := ask(secure, http.MethodPost, base+"/webhooks/whatsapp", string(body), "X-Hub-Signature-256", signature); got.StatusCode != http.StatusOK {
		t.Errorf("a webhook: %s", got.Status)
	}
	if got := ask(secure, http.MethodPost, base+"/webhooks/whatsapp", string(bytes.ToUpper(body)), "X-Hub-Signature-256", signature); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("a forged one: %s", got.Status)
	}
	for _, host := range []string{"inbox.example.org", "evil.example.net"} {
		got := ask(plain, http.MethodGet, "http://"+host+"/conversations/1?x=2", "")
		if got.StatusCode != http.StatusMovedPermanently || got.Header.Get("Location") != "https://Inbox.example.org/conversations/1?x=2" {
			t.Errorf("plain http as %s: %s to %s", host, got.Status, got.Header.Get("Location"))
		}
	}
	if got := ask(plain, http.MethodPost, "http://inbox.example.org/webhooks/whatsapp", string(body), "X-Hub-Signature-256", signature); got.StatusCode != http.StatusForbidden {
		t.Errorf("a webhook by plain http: %s", got.Status)
	}
	began := time.Now()
	if code := p.stop(); code != 0 || time.Since(began) > 30*time.Second {
		t.Errorf("it ended with %d after %v", code, time.Since(began))
	}
}

// Settings about https that exclude each other, or that cannot lead to a certificate, end the start with code 2 and the flag.
func TestBadHTTPSSettings(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"--public-url must be the https address":           {"--acme"},
		"--public-url must be":                             {"--acme", "--public-url", "http://inbox.example.org"},
		"no authority gives a certificate for 203.0.113.5": {"--acme", "--public-url", "https://203.0.113.5"},
		"no authority gives a certificate for inbox":       {"--acme", "--public-url", "https://inbox"},
		"exclude each other":                               {"--acme", "--public-url", "https://inbox.example.org", "--tls-cert", "a", "--tls-key", "b"},
		"belong together":                                  {"--public-url", "https://inbox.example.org", "--tls-cert", "a"},
		"--acme is missing":                                {"--public-url", "https://inbox.example.org", "--acme-email", "me@example.org"},
		"--acme-directory":                                 {"--acme", "--public-url", "https://inbox.example.org", "--acme-directory", "ca"},
		"no such file":                                     {"--public-url", "https://inbox.example.org", "--tls-cert", "none.pem", "--tls-key", "none.key"},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			p := start(t, nil, append([]string{"serve", "--data-dir", t.TempDir(), "--addr", "127.0.0.1:0", "--metrics-addr", "", "--resolver", "127.0.0.1:1"}, args...)...)
			p.says(want)
			<-p.ended
			if code := p.stop(); code != exitError {
				t.Errorf("exit code %d", code)
			}
		})
	}
}

// I63, I66, C18: while it waits for its database the program answers, `clearline doctor` names what it waits for, and it ends
// when it is told to.
func TestServeWaitsForItsKey(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	serving(t, dir).stop()
	if err := os.Remove(filepath.Join(dir, "key")); err != nil {
		t.Fatal(err)
	}
	address, err := port.Address()
	if err != nil {
		t.Fatal(err)
	}
	p := start(t, nil, "serve", "--data-dir", dir, "--addr", address, "--metrics-addr", "")
	p.says("cause=server.key")
	p.until("it answers", func() bool {
		resp, err := http.Get("http://" + address + "/webhooks/whatsapp")
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		return resp.StatusCode == http.StatusServiceUnavailable && resp.Header.Get("Retry-After") != ""
	})
	said, code := command(t, "doctor", "--url", "http://"+address, "--api-key", "clk_any", "--json")
	var report struct {
		Server      struct{ Findings []struct{ Cause string } }
		Connections []any
	}
	if err := json.Unmarshal([]byte(said), &report); err != nil || code != exitCheck || len(report.Server.Findings) != 1 || report.Server.Findings[0].Cause != "server.key" || report.Connections == nil {
		t.Errorf("doctor ended with %d (%v): %s", code, err, said)
	}
	if code := p.stop(); code != 0 {
		t.Errorf("it ended with %d", code)
	}
	if said, code = command(t, "doctor", "--url", "http://"+address, "--api-key", "clk_any", "--json"); code != exitError || strings.Contains(said, "findings") {
		t.Errorf("of a server that is gone, doctor ended with %d: %s", code, said)
	}
}
