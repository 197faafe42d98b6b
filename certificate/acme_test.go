package certificate

import (
	"bytes"
	"crypto/tls"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/acme/autocert"

	"github.com/clearline/clearline/certificate/testca"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/seal"
	"github.com/clearline/clearline/store/storetest"
)

const host = "inbox.example.org"

// front is a server of our own: its https and its plain http.
type front struct {
	t             *testing.T
	source        Source
	secure, plain net.Listener
	authority     *testca.Authority
}

func serve(t *testing.T, a *testca.Authority, cache autocert.Cache) *front {
	t.Helper()
	source := FromAuthority(Options{Host: host, Directory: a.Directory, Email: "me@example.org", HTTP: a.Client(), Cache: cache, Log: slog.New(slog.DiscardHandler)})
	f := &front{t: t, source: source, authority: a}
	f.secure, f.plain = listen(t), listen(t)
	hello := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello from "+r.Proto) })
	for _, s := range []struct {
		server   *http.Server
		listener net.Listener
	}{{&http.Server{Handler: hello, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}, tls.NewListener(f.secure, source.TLS())},
		{&http.Server{Handler: source.Plain(http.NotFoundHandler())}, f.plain}} {
		go s.server.Serve(s.listener)
		t.Cleanup(func() { s.server.Close() })
	}
	t.Cleanup(source.Stop)
	return f
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// serial shakes hands and tells which certificate is served.
func (f *front) serial(name string) (*big.Int, error) {
	config := &tls.Config{RootCAs: f.authority.Roots, ServerName: name, NextProtos: []string{"h2"}}
	if name == "" {
		config.InsecureSkipVerify = true
	}
	c, err := tls.Dial("tcp", f.secure.Addr().String(), config)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	if p := c.ConnectionState().NegotiatedProtocol; p != "h2" {
		f.t.Errorf("it speaks %q", p)
	}
	return c.ConnectionState().PeerCertificates[0].SerialNumber, nil
}

// C16: with a name alone this server gets a certificate that clients trust, by whichever of the two ports the authority
// can reach it on; other names get none, and a restart asks for nothing.
func TestAuthorityGivesCertificate(t *testing.T) {
	t.Parallel()
	for name, secure := range map[string]bool{"by the encrypted port": true, "by the plain port": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := testca.Start(t, 0)
			dir := t.TempDir()
			f := serve(t, a, Folder(dir))
			if secure {
				a.Secure.Open(f.secure.Addr().String())
			} else {
				a.Plain.Open(f.plain.Addr().String())
			}
			if err := f.source.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			first, err := f.serial(host)
			if err != nil {
				t.Fatal(err)
			}
			if unnamed, err := f.serial(""); err != nil || unnamed.Cmp(first) != 0 {
				t.Errorf("without a name: %v, %v", unnamed, err)
			}
			if _, err := f.serial("other.example.org"); err == nil {
				t.Error("another name got a certificate")
			}
			if plain, secured := a.Plain.Knocks(), a.Secure.Knocks(); secured == 0 || secure != (plain == 0) {
				t.Errorf("the authority came %d times by plain http, %d times by https", plain, secured)
			}
			files, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range files {
				if info, err := file.Info(); err != nil || info.Mode().Perm() != 0o600 {
					t.Errorf("%s has mode %v, %v", file.Name(), info.Mode(), err)
				}
			}
			a.Plain.Open("")
			a.Secure.Open("")
			again := serve(t, a, Folder(dir))
			if second, err := again.serial(host); err != nil || second.Cmp(first) != 0 {
				t.Errorf("after a restart: %v, %v", second, err)
			}
		})
	}
}

// Renewal goes by itself, long before the end, and without a break: every handshake meets a valid certificate.
func TestRenewal(t *testing.T) {
	t.Parallel()
	// It is renewed when a third of its life is left; an order on a machine that is busy with other tests must fit in there.
	a := testca.Start(t, time.Minute)
	f := serve(t, a, Folder(t.TempDir()))
	a.Secure.Open(f.secure.Addr().String())
	first, err := f.serial(host)
	if err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(2 * time.Minute); ; <-tick.C {
		now, err := f.serial(host)
		if err != nil {
			t.Fatalf("in between: %v", err)
		}
		if now.Cmp(first) != 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("it was not renewed")
		}
	}
}

// An authority that cannot reach us gives nothing: the log says which cause that is and what it takes; nothing is served
// instead, and Stop does not wait for it.
func TestAuthorityCannotReachUs(t *testing.T) {
	t.Parallel()
	a := testca.Start(t, 0)
	log := make(chan string, 10)
	s := FromAuthority(Options{Host: host, Directory: a.Directory, HTTP: a.Client(), Cache: Folder(t.TempDir()), Log: slog.New(slog.NewTextHandler(lines(log), nil))})
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer s.Stop()
	select {
	case line := <-log:
		for _, word := range []string{"cause=server.cert", host, "port 443"} {
			if !strings.Contains(line, word) {
				t.Errorf("the log does not say %s: %s", word, line)
			}
		}
	case <-time.After(2 * time.Minute):
		t.Fatal("the log says nothing")
	}
	if a.Secure.Knocks() == 0 {
		t.Error("the authority was not asked")
	}
}

type lines chan string

func (l lines) Write(b []byte) (int, error) { l <- string(b); return len(b), nil }

// C16, I51: nodes behind one name share what an authority gave: what it asks of one, another answers, and one certificate serves
// all. Keys lie sealed in the database, are sealed anew with the rest, and a node's copy serves while the database is away.
func TestNodesShareCertificates(t *testing.T) {
	t.Parallel()
	a := testca.Start(t, 0)
	address := storetest.PostgreSQL.Database(t)
	one, two := storetest.Open(t, address, clock.Real()), storetest.Open(t, address, clock.Real())
	copies := t.TempDir()
	asks, answers := serve(t, a, Shared(one, copies)), serve(t, a, Shared(two, t.TempDir()))
	a.Secure.Open(answers.secure.Addr().String()) // the balancer sends the authority to the other node
	first, err := asks.serial(host)
	if err != nil {
		t.Fatal(err)
	}
	a.Secure.Open("")
	if second, err := answers.serial(host); err != nil || second.Cmp(first) != 0 {
		t.Errorf("the other node serves %v, %v; want %v", second, err, first)
	}

	db := storetest.SQL(t, address)
	open := 0
	if err := db.QueryRow(`SELECT COUNT(*) FROM settings WHERE name LIKE 'secret/acme/%' AND (position('PRIVATE KEY'::bytea in value) > 0 OR position('CERTIFICATE'::bytea in value) > 0)`).Scan(&open); err != nil || open != 0 {
		t.Errorf("%d lie open in the database, %v", open, err)
	}
	held, err := one.Secret(t.Context(), prefix+host)
	if err != nil {
		t.Fatal(err)
	}
	other, err := seal.New(bytes.Repeat([]byte{9}, seal.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := one.Rekey(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	if again, err := one.Secret(t.Context(), prefix+host); err != nil || !bytes.Equal(again, held) {
		t.Errorf("with the new key: %v", err)
	}
	if _, err := two.Secret(t.Context(), prefix+host); err == nil {
		t.Error("the old key still opens it")
	}
	if err := one.Close(); err != nil {
		t.Fatal(err)
	}
	if third, err := serve(t, a, Shared(one, copies)).serial(host); err != nil || third.Cmp(first) != 0 {
		t.Errorf("without the database: %v, %v", third, err)
	}
}
