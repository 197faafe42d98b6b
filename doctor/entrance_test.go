package doctor

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/egress"
)

// authority issues certificates for tests.
type authority struct {
	t    *testing.T
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
	by   *authority
}

func newAuthority(t *testing.T, name string, by *authority, from, to time.Time) *authority {
	t.Helper()
	a := &authority{t: t, by: by}
	var err error
	if a.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, NotBefore: from, NotAfter: to, IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	a.cert = a.sign(template, &a.key.PublicKey, by)
	return a
}

func (a *authority) sign(template *x509.Certificate, key *ecdsa.PublicKey, by *authority) *x509.Certificate {
	a.t.Helper()
	parent, signer := template, a.key
	if by != nil {
		parent, signer = by.cert, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key, signer)
	if err != nil {
		a.t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return c
}

func (a *authority) leaf(host string, from, to time.Time) (*x509.Certificate, *ecdsa.PrivateKey) {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host}, NotBefore: from, NotAfter: to}
	return a.sign(template, &key.PublicKey, a), key
}

// C16: the check of the certificate says which of the ways to be wrong it is, and warns in time.
func TestCertificateIsJudged(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)
	day := 24 * time.Hour
	root := newAuthority(t, "Public Root", nil, now.Add(-400*day), now.Add(400*day))
	middle := newAuthority(t, "Issuer", root, now.Add(-300*day), now.Add(300*day))
	stale := newAuthority(t, "Old Issuer", root, now.Add(-300*day), now.Add(-day))
	private := newAuthority(t, "House Root", nil, now.Add(-400*day), now.Add(400*day))
	roots := x509.NewCertPool()
	roots.AddCert(root.cert)
	chain := func(a *authority, host string, from, to time.Duration, rest ...*authority) []*x509.Certificate {
		leaf, _ := a.leaf(host, now.Add(from), now.Add(to))
		all := []*x509.Certificate{leaf}
		for _, r := range rest {
			all = append(all, r.cert)
		}
		return all
	}
	const host = "inbox.example.org"
	for _, c := range []struct {
		name   string
		chain  []*x509.Certificate
		result clearline.CheckResult
		found  string
	}{
		{"good", chain(middle, host, -day, 70*day, middle), clearline.Pass, "valid 70 more days, made for inbox.example.org"},
		{"ends soon", chain(middle, host, -day, 13*day, middle), clearline.Warn, "ends on 19 May 2026"},
		{"fifteen days are no warning", chain(middle, host, -day, 15*day, middle), clearline.Pass, "15 more days"},
		{"expired", chain(middle, host, -90*day, -day, middle), clearline.Fail, "expired on 5 May 2026, 07:08 UTC (inbox.example.org)"},
		{"not valid yet", chain(middle, host, day, 90*day, middle), clearline.Fail, "valid only from 7 May 2026"},
		{"its issuer expired", chain(stale, host, -day, 70*day, stale), clearline.Fail, "expired on 5 May 2026, 07:08 UTC (Old Issuer)"},
		{"another name", chain(middle, "old.example.org", -day, 70*day, middle), clearline.Fail, "made for old.example.org"},
		{"incomplete", chain(middle, host, -day, 70*day), clearline.Fail, "the chain is not complete: the certificate of its issuer, Issuer, is not sent along"},
		{"private authority", chain(private, host, -day, 70*day, private), clearline.Fail, "its authority is not a public one: House Root"},
		{"by itself", []*x509.Certificate{private.cert}, clearline.Fail, "made for House Root"},
		{"none", nil, clearline.Fail, "no certificate"},
	} {
		o := judge(c.chain, host, roots, now)
		if o.Result != c.result || !strings.Contains(o.Found, c.found) {
			t.Errorf("%s: %s %q, want %s %q", c.name, o.Result, o.Found, c.result, c.found)
		}
		if (o.Result == clearline.Pass) != (o.Cause == "") || o.Result != clearline.Pass && o.Cause != clearline.CauseCertificate || (o.Result == clearline.Warn) != !o.Due.IsZero() {
			t.Errorf("%s: cause %q, due %v", c.name, o.Cause, o.Due)
		}
	}
}

// signer is a platform that signs.
type signer struct{}

func (signer) Ask(token, challenge string) url.Values {
	return url.Values{"challenge": {challenge}, "token": {token}}
}
func (signer) Sign(secret string, body []byte) http.Header {
	return http.Header{"X-Signed": {secret}}
}

// at makes an entrance to a server of the test.
func at(t *testing.T, address string, change ...func(*Doctor)) *entrance {
	t.Helper()
	d := &Doctor{o: Options{Clock: clock.NewShifted(), Log: slog.New(slog.DiscardHandler), Local: true, Leaves: map[clearline.Platform]any{clearline.WhatsApp: signer{}}}}
	d.url.Store(&place{url: address, given: true})
	for _, c := range change {
		c(d)
	}
	return d.entrance(&clearline.App{ID: 5, Platform: clearline.WhatsApp, Secret: "s", VerifyToken: "v"}, time.Time{})
}

// enter runs the checks one after the other up to one of them.
func enter(t *testing.T, e *entrance, until string) channel.Outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for _, c := range e.checks() {
		o := c.Run(ctx)
		if c.ID == until || o.Result == clearline.Fail || o.Result == clearline.CouldNotTell {
			return o
		}
	}
	return channel.Outcome{}
}

// C6, C16: what answers instead of this server is told apart, and of a stranger's answer people see its status and its
// length, nothing else.
func TestHandshakeTellsWhatAnswers(t *testing.T) {
	t.Parallel()
	const secret = "the inside of another server"
	problem := func(cause string, status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(status)
			io.WriteString(w, `{"cause":"`+cause+`","title":"x","request_id":""}`)
		}
	}
	status := func(n int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(n); io.WriteString(w, secret) }
	}
	var asked atomic.Int64
	for name, c := range map[string]struct {
		serve http.HandlerFunc
		cause clearline.Cause
		found string
	}{
		"right":           {func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.URL.Query().Get("challenge")) }, "", "200 in"},
		"a redirect":      {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) }, "hook.verify", "a redirect, 302"},
		"a firewall":      {status(403), "hook.verify", "a firewall or a proxy answers"},
		"a password":      {status(401), "hook.verify", "wants a password"},
		"another path":    {status(404), "hook.verify", "does not hand /webhooks/ on"},
		"another program": {status(200), "hook.verify", "200 (28 bytes), which is not our answer"},
		"a lost proxy":    {status(502), "hook.unreachable", "a proxy that does not find it"},
		"another of ours": {problem("api.forbidden", 403), "hook.elsewhere", "a Clearline answers there that does not know this app"},
		"a full disk":     {problem("server.disk", 503), "server.disk", "this server refuses calls with 503"},
		"nothing":         {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "hook.unreachable", "the connection ended"},
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			if r.URL.Path != "/webhooks/whatsapp/5" {
				t.Errorf("%s: it asked for %s", name, r.URL.Path)
			}
			c.serve(w, r)
		}))
		o := enter(t, at(t, s.URL), checkHandshake)
		s.Close()
		if o.Cause != c.cause || !strings.Contains(o.Found, c.found) {
			t.Errorf("%s: %s %q %q", name, o.Result, o.Cause, o.Found)
		}
		if strings.Contains(o.Found+o.Expected+o.Raw, secret) || strings.Contains(o.Found, "elsewhere") && name == "a redirect" {
			t.Errorf("%s: it shows what the stranger said: %+v", name, o)
		}
	}
	if n := asked.Load(); n != 10 {
		t.Errorf("%d calls for 10 handshakes: a redirect was followed, or one asked twice", n)
	}
}

// C16: a signed call that somebody answers and nobody stored did not get through.
func TestNothingListens(t *testing.T) {
	t.Parallel()
	const address = "http://127.0.0.1:1"
	if o := enter(t, at(t, address), checkHandshake); o.Result != clearline.Fail || o.Cause != clearline.CauseHookUnreachable || !strings.Contains(o.Found, "refuses connections") {
		t.Errorf("%+v", o)
	}
	// The platform's own call proves nothing against an address of this machine, which no router stands before.
	e := at(t, address)
	e.seen = e.d.o.Clock.Now().Add(-time.Minute)
	if o := enter(t, e, checkPort); o.Result != clearline.Fail {
		t.Errorf("with a call of the platform: %+v", o)
	}
	// An outside address that our router does not let us call is another matter.
	outside := at(t, "https://203.0.114.7")
	outside.url, _ = url.Parse("https://203.0.114.7")
	outside.addresses = []netip.Addr{netip.MustParseAddr("203.0.114.7")}
	outside.seen = outside.d.o.Clock.Now().Add(-4 * time.Minute)
	if o := outside.unreachable("port 443 does not answer"); o.Result != clearline.CouldNotTell || !strings.Contains(o.Found, "the platform itself got through 4 min ago") {
		t.Errorf("behind a router: %+v", o)
	}
	outside.seen = outside.d.o.Clock.Now().Add(-platformProof)
	if o := outside.unreachable("port 443 does not answer"); o.Result != clearline.Fail {
		t.Errorf("and nothing came for a day: %+v", o)
	}
	outside.seen = outside.d.o.Clock.Now()
	outside.d.looped.Store(true)
	if o := outside.unreachable("port 443 does not answer"); o.Result != clearline.Fail {
		t.Errorf("where it once worked: %+v", o)
	}
}

// C16: an address that platforms cannot call is told by its form and by where its name leads, each in its own words.
func TestPublicAddress(t *testing.T) {
	t.Parallel()
	real := func(d *Doctor) { d.o.Local = false }
	unset := func(d *Doctor) { d.url.Store(&place{url: "http://127.0.0.1:8080"}) }
	for _, c := range []struct {
		name    string
		address string
		change  []func(*Doctor)
		until   string
		result  clearline.CheckResult
		cause   clearline.Cause
	}{
		{"none", "", []func(*Doctor){real, unset}, checkPublic, clearline.Fail, clearline.CauseAddress},
		{"none, beside a simulator", "", []func(*Doctor){unset}, checkPublic, clearline.Pass, ""},
		{"without encryption", "http://inbox.example.org", []func(*Doctor){real}, checkPublic, clearline.Fail, clearline.CauseAddress},
		{"inside", "https://127.0.0.1", []func(*Doctor){real}, checkDNS, clearline.Warn, clearline.CauseInside},
		{"inside, by a private number", "https://10.0.0.7", []func(*Doctor){real}, checkDNS, clearline.Warn, clearline.CauseInside},
		{"outside", "https://8.8.8.8", []func(*Doctor){real}, checkDNS, clearline.Pass, ""},
	} {
		o := enter(t, at(t, c.address, c.change...), c.until)
		if o.Result != c.result || o.Cause != c.cause {
			t.Errorf("%s: %s %q %q", c.name, o.Result, o.Cause, o.Found)
		}
	}
	e := at(t, "", real, unset)
	e.seen = e.d.o.Clock.Now().Add(-time.Hour)
	if o := e.public(t.Context()); o.Result != clearline.Warn || o.Cause != clearline.CauseAddress {
		t.Errorf("no address, and yet the platform gets through: %+v", o)
	}
}

// C16: over TLS the same, and the certificate is judged before anything is asked.
func TestEncryptedEntrance(t *testing.T) {
	t.Parallel()
	now := time.Now()
	root := newAuthority(t, "Public Root", nil, now.Add(-time.Hour), now.Add(24*365*time.Hour))
	leaf, key := root.leaf("localhost", now.Add(-time.Hour), now.Add(24*60*time.Hour))
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.URL.Query().Get("challenge")) }))
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{leaf.Raw}, PrivateKey: key}}}
	s.StartTLS()
	defer s.Close()
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	roots := x509.NewCertPool()
	roots.AddCert(root.cert)
	trusting := func(d *Doctor) { d.o.Roots = roots }
	if o := enter(t, at(t, "https://localhost:"+port, trusting), checkHandshake); o.Result != clearline.Pass {
		t.Errorf("right: %+v", o)
	}
	if o := enter(t, at(t, "https://localhost:"+port), checkHandshake); o.Result != clearline.Fail || o.Cause != clearline.CauseCertificate {
		t.Errorf("an authority that nobody knows: %+v", o)
	}
	e := at(t, "https://localhost:"+port, trusting)
	e.d.o.Clock.(*clock.Shifted).Advance(61 * 24 * time.Hour)
	if o := enter(t, e, checkHandshake); o.Result != clearline.Fail || !strings.Contains(o.Found, "expired") {
		t.Errorf("two months later: %+v", o)
	}
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	if o := enter(t, at(t, strings.Replace(plain.URL, "http:", "https:", 1)), checkHandshake); o.Cause != clearline.CauseCertificate || !strings.Contains(o.Found, "does not speak TLS") {
		t.Errorf("without TLS: %+v", o)
	}
}

// I2: a mark is known by its secret and its age, and by nothing else.
func TestSelfTestMark(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)
	mark := channel.NewSelfTest("s", now)
	if got, ok := channel.SelfTestMark(channel.SelfTestBody(mark)); !ok || got != mark || !channel.IsSelfTest(mark, "s", now.Add(9*time.Minute)) {
		t.Error("it is not known")
	}
	for name, is := range map[string]bool{
		"another secret": channel.IsSelfTest(mark, "t", now), "no secret": channel.IsSelfTest(mark, "", now), "too old": channel.IsSelfTest(mark, "s", now.Add(11*time.Minute)),
		"from the future": channel.IsSelfTest(mark, "s", now.Add(-11*time.Minute)), "changed": channel.IsSelfTest("9"+mark[1:], "s", now), "empty": channel.IsSelfTest("", "s", now),
		"cut": channel.IsSelfTest(mark[:len(mark)-1], "s", now),
	} {
		if is {
			t.Errorf("%s: taken for ours", name)
		}
	}
	if _, ok := channel.SelfTestMark([]byte(`{"object":"whatsapp_business_account","entry":[]}`)); ok {
		t.Error("a platform's body is taken for a test")
	}
}

// C16: the clock is compared with an answer of this very run where one comes, and said to be off by how much.
func TestClockIsCompared(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ahead  time.Duration
		result clearline.CheckResult
		found  string
	}{
		{time.Second, clearline.Pass, "less than 3 s off"},
		{-40 * time.Second, clearline.Pass, "40 s behind"},
		{2 * time.Minute, clearline.Warn, "2 min ahead"},
		{-11 * time.Minute, clearline.Fail, "11 min behind"},
	} {
		d := at(t, "http://127.0.0.1:1").d
		moved := d.o.Clock.(*clock.Shifted)
		d.o.Calls = NewCalls(moved)
		// What was said before this run is not believed while another answer may come.
		d.o.Calls.Observe(probe+"1", egress.Observation{At: moved.Now().Add(-time.Minute), Status: 200, Dated: true})
		done := make(chan channel.Outcome, 1)
		go func() { done <- d.clockCheck(t.Context()) }()
		d.o.Calls.Observe(probe+"1", egress.Observation{At: moved.Now().Add(time.Second), Status: 200, Dated: true, Ahead: c.ahead})
		if o := <-done; o.Result != c.result || !strings.Contains(o.Found, c.found) || (o.Cause == clearline.CauseClock) != (c.result != clearline.Pass) {
			t.Errorf("%s: %+v", c.ahead, o)
		}
	}
	d := at(t, "http://127.0.0.1:1").d
	d.o.Calls = NewCalls(d.o.Clock)
	done := make(chan channel.Outcome, 1)
	go func() { done <- d.clockCheck(t.Context()) }()
	d.o.Clock.(*clock.Shifted).Advance(clockWait)
	if o := <-done; o.Result != clearline.CouldNotTell {
		t.Errorf("nobody said anything: %+v", o)
	}
}
