package app_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/app"
	"github.com/clearline/clearline/port"
	"github.com/clearline/clearline/sim"
)

// publicName is the name in the documented settings.
const publicName = "inbox.example.com"

// proxy is a real one in front of the product, with the settings that deploy/ documents.
type proxy struct {
	t      *testing.T
	client *http.Client
}

// edit puts what a test needs in place of what the documented settings say; each must be in there.
func edit(t *testing.T, file string, changes ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "deploy", file))
	if err != nil {
		t.Fatal(err)
	}
	s := string(text)
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(s, changes[i]) {
			t.Fatalf("deploy/%s does not hold %q", file, changes[i])
		}
		s = strings.ReplaceAll(s, changes[i], changes[i+1])
	}
	return s
}

// ownCertificate writes a certificate for the public name.
func ownCertificate(t *testing.T, dir string) (cert, key string, roots *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{publicName},
		IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key, roots = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"), x509.NewCertPool()
	public := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	roots.AppendCertsFromPEM(public)
	for file, text := range map[string][]byte{cert: public, key: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})} {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key, roots
}

// nginx runs the documented settings; http { } around them is what a distribution brings.
func nginx(t *testing.T, dir, listen, product, cert, key string) *exec.Cmd {
	t.Helper()
	site := edit(t, "nginx.conf", "server 127.0.0.1:8080;", "server "+product+";", "listen 443 ssl;", "listen "+listen+" ssl;", "    listen [::]:443 ssl;\n", "",
		"/etc/letsencrypt/live/inbox.example.com/fullchain.pem", cert, "/etc/letsencrypt/live/inbox.example.com/privkey.pem", key,
		"listen 80;", "listen "+freePort(t)+";", "    listen [::]:80;\n", "")
	text := fmt.Sprintf("daemon off; master_process off; pid %[1]s/pid; error_log stderr notice;\nevents { }\nhttp {\naccess_log off;\n", dir)
	for _, place := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		text += fmt.Sprintf("%[2]s_temp_path %[1]s/%[2]s;\n", dir, place)
	}
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(text+site+"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return exec.Command(tool(t, "nginx", "/usr/sbin/nginx"), "-p", dir, "-c", file)
}

// caddy runs the documented settings, with a certificate at hand instead of one from the internet.
func caddy(t *testing.T, dir, listen, product, cert, key string) *exec.Cmd {
	t.Helper()
	_, port, err := net.SplitHostPort(listen)
	if err != nil {
		t.Fatal(err)
	}
	site := edit(t, "Caddyfile", "inbox.example.com {", "https://inbox.example.com:"+port+" {\n\tbind 127.0.0.1\n\ttls "+cert+" "+key, "reverse_proxy 127.0.0.1:8080", "reverse_proxy "+product)
	file := filepath.Join(dir, "Caddyfile")
	if err := os.WriteFile(file, []byte("{\n\tadmin off\n\tauto_https disable_redirects\n}\n"+site), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(tool(t, "caddy", "/usr/bin/caddy"), "run", "--config", file, "--adapter", "caddyfile")
	cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	return cmd
}

func tool(t *testing.T, name, usual string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	if _, err := os.Stat(usual); err != nil {
		t.Fatalf("%s is not installed; scripts/test-tools %s gets it", name, name)
	}
	return usual
}

func freePort(t *testing.T) string {
	t.Helper()
	address, err := port.Address()
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// before starts a proxy before the product. Who comes by its client comes from 127.0.0.2, an address of this machine that
// nobody trusts.
func before(t *testing.T, product string, settings func(t *testing.T, dir, listen, product, cert, key string) *exec.Cmd) *proxy {
	t.Helper()
	dir, listen := t.TempDir(), freePort(t)
	cert, key, roots := ownCertificate(t, dir)
	cmd := settings(t, dir, listen, strings.TrimPrefix(product, "http://"), cert, key)
	said := &journal{}
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Log("the proxy said:\n" + said.String())
		}
	})
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	p := &proxy{t: t, client: &http.Client{CheckRedirect: client.CheckRedirect, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, IdleConnTimeout: time.Second,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, listen)
		}}}}
	until(t, "the proxy answers", func() bool {
		resp, err := p.client.Get("https://" + publicName + "/healthz")
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
	return p
}

func (p *proxy) ask(method, path string, header map[string]string, body io.Reader) *answer {
	p.t.Helper()
	resp := p.begin(method, path, header, body)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return &answer{resp.StatusCode, resp.Header, raw, method + " " + path}
}

func (p *proxy) begin(method, path string, header map[string]string, body io.Reader) *http.Response {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), method, "https://"+publicName+path, body)
	if err != nil {
		p.t.Fatal(err)
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	resp, err := p.client.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	return resp
}

// C16, I2, I10, I13: behind nginx and behind Caddy, each with the settings of deploy/: bodies arrive byte for byte, so that
// signatures hold up to the product's own limit, which answers and counts beyond it; the stream comes event by event;
// files go up whole; and the visitor's address is the real one, whatever the visitor claims.
func TestBehindTheDocumentedProxies(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]func(t *testing.T, dir, listen, product, cert, key string) *exec.Cmd{"nginx": nginx, "caddy": caddy} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := meet(t, "", func(*sim.Options) {})
			w.again(func(o *app.Options) { o.PublicURL, o.TrustedProxies = "https://"+publicName, []string{"127.0.0.1"} })
			w.point()
			p := before(t, w.url, settings)
			t.Run("webhooks", func(t *testing.T) { throughProxy(t, w, p) })
			t.Run("stream", func(t *testing.T) { streamThroughProxy(t, w, p) })
			t.Run("files", func(t *testing.T) {
				file := pdf(6 << 20)
				got := p.ask(http.MethodPost, "/api/v1/media", map[string]string{"Authorization": "Bearer " + w.key, "Content-Type": "application/pdf"}, bytes.NewReader(file)).want(t, http.StatusCreated)
				var kept struct{ Bytes int }
				if got.into(t, &kept); kept.Bytes != len(file) {
					t.Errorf("%d bytes arrived of %d", kept.Bytes, len(file))
				}
			})
			t.Run("visitor", func(t *testing.T) { visitorThroughProxy(t, w, p) })
		})
	}
}

// pdf is a document of that size.
func pdf(size int) []byte {
	return append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte{'\n'}, size)...)
}

func throughProxy(t *testing.T, w *world, p *proxy) {
	// Bytes that a proxy which means well would touch: white space, escapes, no end of line, bytes that are no text.
	body := append([]byte("{ \"object\" :\t\"whatsapp_business_account\",\r\n\"entry\":[],\"x\":\"\\u00e9 é %2F  \"} "), 0xff, 0xfe, '\n', '\n')
	post := func(body []byte, more int64) *answer {
		return p.ask(http.MethodPost, "/webhooks/whatsapp", map[string]string{"X-Hub-Signature-256": signature(w.account.AppSecret, body), "Content-Type": "application/json"},
			io.MultiReader(bytes.NewReader(body), zeros(more)))
	}
	post(body, 0).want(t, http.StatusOK) // what cannot be read is kept: the signature was over these very bytes
	post(body, 1).problem(t, http.StatusUnauthorized, "hook.signature")
	const limit = 4 << 20
	whole := append([]byte(`{"object":"whatsapp_business_account","entry":[]}`), bytes.Repeat([]byte{' '}, limit)...)[:limit]
	post(whole, 0).want(t, http.StatusOK)
	operator := w.operator()
	refused := operator.ledger().Refused.Limit
	post(append(whole, ' '), 0).problem(t, http.StatusRequestEntityTooLarge, "api.too_large")
	until(t, "the refusal is counted", func() bool { return operator.ledger().Refused.Limit == refused+1 })
}

func streamThroughProxy(t *testing.T, w *world, p *proxy) {
	resp := p.begin(http.MethodGet, "/api/v1/stream", map[string]string{"Authorization": "Bearer " + w.key}, nil)
	defer resp.Body.Close()
	lines := make(chan string, 1000)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(resp.Body); s.Scan(); {
			lines <- s.Text()
		}
	}()
	for _, text := range []string{"One", "Two"} { // each comes while nothing else does
		w.writes("Ana", text)
		deadline := time.After(2 * time.Minute)
		for came := false; !came; {
			select {
			case line, open := <-lines:
				if !open {
					t.Fatal("the stream ended")
				}
				came = strings.HasPrefix(line, "data: ") && strings.Contains(line, "message.created")
			case <-deadline:
				t.Fatal("the event is held up on the way")
			}
		}
	}
}

func visitorThroughProxy(t *testing.T, w *world, p *proxy) {
	code := w.code("Bia", clearline.RoleAgent)
	lies := map[string]string{"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example.net", "X-Real-IP": "203.0.113.9", "Forwarded": "for=203.0.113.9;proto=http"}
	cookie := p.ask(http.MethodGet, "/login?code="+code, lies, nil).want(t, http.StatusSeeOther).session(t)
	if cookie.Name != "__Host-clearline" || !cookie.Secure {
		t.Errorf("the cookie is %v", cookie)
	}
	got := p.ask(http.MethodGet, "/api/v1/sessions", map[string]string{"Cookie": cookie.Name + "=" + cookie.Value}, nil).want(t, http.StatusOK)
	var sessions struct{ Items []struct{ Address string } }
	if err := json.Unmarshal(got.raw, &sessions); err != nil || len(sessions.Items) != 1 || sessions.Items[0].Address != "127.0.0.2" {
		t.Errorf("the session is from %s", got.raw)
	}
	if got.header.Get("Strict-Transport-Security") == "" {
		t.Error("the product does not know that the line is encrypted")
	}
}

// What a visitor claims about the line changes nothing, from whoever is no trusted proxy; and of a trusted one only the two
// headers count that it overwrites: the others it may pass on as the visitor sent them.
func TestClaimsAboutTheLine(t *testing.T) {
	t.Parallel()
	lies := map[string]string{"X-Forwarded-Host": "evil.example.net", "X-Real-IP": "203.0.113.9", "Forwarded": `for="[2001:db8::1]";proto=https;host=evil.example.net`, "X-Forwarded-Ssl": "on", "Front-End-Https": "on"}
	for name, c := range map[string]struct {
		trusted []string
		more    map[string]string
	}{
		"from anybody":         {nil, map[string]string{"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}},
		"from another network": {[]string{"10.0.0.0/8"}, map[string]string{"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}},
		"past a trusted proxy": {[]string{"127.0.0.1"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			company := begin(t, "", nowhere, func(o *app.Options) { o.TrustedProxies = c.trusted }).company("Aurora")
			header := map[string]string{"X-Clearline": "1"}
			for _, all := range []map[string]string{lies, c.more} {
				for k, v := range all {
					header[k] = v
				}
			}
			cookie := company.at("127.0.0.1:8080", "/login?code="+company.code("Bia", clearline.RoleAgent), header, nil).want(t, http.StatusSeeOther).session(t)
			if cookie.Name != "clearline" || cookie.Secure {
				t.Errorf("the cookie is %v", cookie)
			}
			var sessions list[struct{ Address string }]
			got := company.at("127.0.0.1:8080", "/api/v1/sessions", header, cookie).want(t, http.StatusOK)
			if got.into(t, &sessions); sessions.Items[0].Address != "127.0.0.1" || got.header.Get("Strict-Transport-Security") != "" {
				t.Errorf("the session is from %s, the line %v", sessions.Items[0].Address, got.header)
			}
			if at := got.header.Get("Location"); at != "" {
				t.Errorf("sent to %s", at)
			}
			company.at("inbox.example.org", "/", header, nil).want(t, http.StatusForbidden)
		})
	}
}
