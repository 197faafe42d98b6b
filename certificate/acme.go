package certificate

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"github.com/clearline/clearline/background"
)

// LetsEncrypt is the directory of the authority that is asked unless the operator names another.
const LetsEncrypt = acme.LetsEncryptURL

// Options say what an authority is asked for.
type Options struct {
	// Host is the one name a certificate is for, in lower case.
	Host string
	// Directory is the authority's address, Email where it writes to when something is wrong, "" for nowhere.
	Directory, Email string
	// HTTP calls the authority.
	HTTP *http.Client
	// Cache keeps account, certificates and answers under way; nodes of one name share it, so that any of them can answer
	// what the authority asks.
	Cache autocert.Cache
	Log   *slog.Logger
}

// retryEvery is the pause after the authority refused; autocert itself remembers a refusal for a minute, and authorities
// limit how often a name may fail (Let's Encrypt: 5 an hour; source: its rate limits, read Nov 2026).
const retryEvery = 15 * time.Minute

// acmeSource has an authority prove that the name is ours, on the encrypted port (TLS-ALPN-01) or the plain one (HTTP-01).
// Renewal, its moment and the sharing among nodes are autocert's.
type acmeSource struct {
	o       Options
	manager *autocert.Manager
	work    background.Work
}

// FromAuthority returns a source that gets its certificates from an ACME authority (RFC 8555).
func FromAuthority(o Options) Source {
	return &acmeSource{o: o, manager: &autocert.Manager{
		Prompt:     autocert.AcceptTOS, // the setting that asks for a certificate says so
		Cache:      o.Cache,
		HostPolicy: only(o.Host),
		Email:      o.Email,
		Client:     &acme.Client{DirectoryURL: o.Directory, HTTPClient: o.HTTP, UserAgent: "clearline"},
	}}
}

// only admits the one name; whoever asks the plain port of an unusual number says the number too.
func only(name string) autocert.HostPolicy {
	return func(_ context.Context, asked string) error {
		if host, _, err := net.SplitHostPort(asked); err == nil {
			asked = host
		}
		if !strings.EqualFold(strings.TrimSuffix(asked, "."), name) {
			return fmt.Errorf("certificate: %q is not this server's name", asked)
		}
		return nil
	}
}

func (s *acmeSource) TLS() *tls.Config {
	c := base()
	c.NextProtos = append(c.NextProtos, acme.ALPNProto)
	c.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		if hello.ServerName == "" { // whoever calls the bare address gets the one certificate there is
			named := *hello
			named.ServerName = s.o.Host
			hello = &named
		}
		return s.manager.GetCertificate(hello)
	}
	return c
}

func (s *acmeSource) Plain(next http.Handler) http.Handler { return s.manager.HTTPHandler(next) }

// Start asks for the certificate at once, so that the first caller does not wait for it.
func (s *acmeSource) Start(ctx context.Context) error {
	s.work.Start(ctx, s.obtain)
	return nil
}

func (s *acmeSource) Stop() { s.work.Stop() }

// watchEvery is how often a certificate that is there is looked at.
const watchEvery = time.Hour

func (s *acmeSource) obtain(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	held := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		leaf, err := s.leaf(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			s.o.Log.Error("the authority gave no certificate; platforms cannot reach this server by https until it does. It must reach this server under its public name, "+
				"on port 443 or on port 80; tried again later", "name", s.o.Host, "cause", "server.cert", "again_in", retryEvery, "err", err)
			held = false
			timer.Reset(retryEvery)
			continue
		case !held:
			s.o.Log.Info("there is a certificate", "name", s.o.Host, "issuer", leaf.Issuer.CommonName, "until", leaf.NotAfter.UTC())
			held = true
		case overdue(leaf, time.Now()):
			s.o.Log.Warn("the certificate should have been renewed by now; autocert tries every half hour. The authority must reach this server on port 443 or 80",
				"name", s.o.Host, "cause", "server.cert", "until", leaf.NotAfter.UTC())
		}
		timer.Reset(watchEvery)
	}
}

// overdue tells whether a renewal, which begins when a third of the life is left, has failed for long.
func overdue(leaf *x509.Certificate, now time.Time) bool {
	return leaf.NotAfter.Sub(now) < leaf.NotAfter.Sub(leaf.NotBefore)/5
}

// leaf is the certificate that callers get, asked for when there is none.
func (s *acmeSource) leaf(ctx context.Context) (*x509.Certificate, error) {
	type answer struct {
		cert *tls.Certificate
		err  error
	}
	got := make(chan answer, 1)
	go func() { // autocert takes no context; what it has begun ends by itself within five minutes
		cert, err := s.manager.GetCertificate(&tls.ClientHelloInfo{ServerName: s.o.Host, SignatureSchemes: []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256},
			CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}})
		got <- answer{cert, err}
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case a := <-got:
		if a.err != nil {
			return nil, a.err
		}
		return x509.ParseCertificate(a.cert.Certificate[0])
	}
}
