package app

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/crypto/acme/autocert"

	"github.com/clearline/clearline/certificate"
	"github.com/clearline/clearline/egress"
)

// HTTPS are the settings of a server that has its own certificate. Without any of them a proxy in front has it.
type HTTPS struct {
	// ACME asks an authority for the certificate of the public name; Directory is its address, "" for Let's Encrypt, and
	// Email where it writes to.
	ACME             bool
	Directory, Email string
	// Cert and Key are files with a certificate chain and its key in PEM, read anew when they change.
	Cert, Key string
	// PlainAddr is where plain http is sent on to https and authorities ask their questions; "" for nowhere.
	PlainAddr string
}

// Own tells whether this server has its own certificate.
func (h HTTPS) Own() bool { return h.ACME || h.Cert != "" || h.Key != "" }

func (h HTTPS) check(public string) error {
	switch {
	case h.ACME && (h.Cert != "" || h.Key != ""):
		return errors.New("--acme and --tls-cert exclude each other: either an authority gives the certificate, or files hold it")
	case (h.Cert == "") != (h.Key == ""):
		return errors.New("--tls-cert and --tls-key belong together: one names the certificate chain, the other its key")
	case !h.ACME && (h.Directory != "" || h.Email != ""):
		return errors.New("--acme is missing: without it no authority is asked, whatever --acme-directory or --acme-email say")
	case !h.Own():
		return nil
	}
	u, err := url.Parse(public)
	if err != nil || u.Scheme != "https" {
		return errors.New("--public-url must be the https address that the certificate is for, such as https://inbox.example.org")
	}
	if _, err := netip.ParseAddr(u.Hostname()); h.ACME && (err == nil || !strings.Contains(u.Hostname(), ".")) {
		return fmt.Errorf("--public-url: no authority gives a certificate for %s; use a public name such as inbox.example.org", u.Hostname())
	}
	_, err = address("--acme-directory", h.Directory, certificate.LetsEncrypt)
	return err
}

// unfit says why the certificate in the files cannot do for a name, "" when it can or when there is none to look at.
func (h HTTPS) unfit(host string, now time.Time) string {
	if h.Cert == "" {
		return ""
	}
	pair, err := tls.LoadX509KeyPair(h.Cert, h.Key)
	if err != nil {
		return "" // the start ends with that
	}
	if err := pair.Leaf.VerifyHostname(host); err != nil {
		return "is for another name (" + strings.Join(pair.Leaf.DNSNames, ", ") + ")"
	}
	if now.After(pair.Leaf.NotAfter) {
		return "has ended on " + pair.Leaf.NotAfter.UTC().Format(time.DateOnly)
	}
	return ""
}

// source is where the certificate comes from, nil when a proxy has it.
func (o *Options) source(cache func(dir string) autocert.Cache) (certificate.Source, error) {
	h := o.HTTPS
	switch {
	case !h.Own():
		return nil, nil
	case !h.ACME:
		return certificate.FromFiles(h.Cert, h.Key, o.Clock, o.Log)
	}
	directory := h.Directory
	if directory == "" {
		directory = certificate.LetsEncrypt
	}
	client, err := egress.New(egress.Options{Allow: []string{directory}, Clock: o.Clock})
	if err != nil {
		return nil, err
	}
	public, err := url.Parse(o.PublicURL)
	if err != nil {
		return nil, err
	}
	return certificate.FromAuthority(certificate.Options{Host: strings.ToLower(public.Hostname()), Directory: directory, Email: h.Email, HTTP: client,
		Cache: cache(filepath.Join(o.DataDir, "certificates")), Log: o.Log}), nil
}

// startPlain listens for plain http beside our own https.
func (a *App) startPlain() error {
	if a.o.HTTPS.PlainAddr == "" {
		return nil
	}
	listener, err := net.Listen("tcp", a.o.HTTPS.PlainAddr)
	if err != nil {
		return fmt.Errorf("cannot listen on %s for plain http: %w; choose another with --http-addr, or switch it off with an empty one", a.o.HTTPS.PlainAddr, err)
	}
	a.o.Log.Info("plain http is sent on to https", "addr", listener.Addr())
	a.plain = &http.Server{Handler: a.source.Plain(onward(a.o.PublicURL)), ReadHeaderTimeout: headerTimeout, ReadTimeout: headerTimeout, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(a.o.Log.Handler(), slog.LevelDebug)}
	go a.serve(a.plain, listener)
	return nil
}

// onward sends readers on to the public address, never to the name that they have asked for. What carries a body has been
// told to everybody on the way already: it is refused, so that the mistake is noticed.
func onward(public string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "This address takes https only: "+public, http.StatusForbidden)
			return
		}
		target := r.URL.RequestURI()
		if !strings.HasPrefix(target, "/") { // behind our name x:@example.org would make that the host
			target = "/"
		}
		http.Redirect(w, r, public+target, http.StatusMovedPermanently)
	})
}
