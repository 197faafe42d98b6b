package certificate

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline/clock"
)

// pair writes a certificate with a serial number and its key.
func pair(t *testing.T, dir string, serial int64) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{host}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	bytes, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	write(t, cert, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	write(t, key, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: bytes})))
	return cert, key
}

// changes is the time of the last change.
var changes = time.Now().Add(-24 * time.Hour)

// write replaces a file, with a time of change that no other has.
func write(t *testing.T, path, text string) {
	t.Helper()
	changes = changes.Add(time.Second)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, changes, changes); err != nil {
		t.Fatal(err)
	}
}

// C16: a renewed certificate is served within seconds without a restart; one that cannot be used leaves the former one in
// place, says so in the log, and the next good one counts again.
func TestFilesAreReadAnew(t *testing.T) {
	dir := t.TempDir()
	now := clock.NewShifted()
	var log strings.Builder
	cert, key := pair(t, dir, 1)
	s, err := FromFiles(cert, key, now, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	served := func(want int64) {
		t.Helper()
		got, err := s.TLS().GetCertificate(&tls.ClientHelloInfo{})
		if err != nil || got.Leaf.SerialNumber.Int64() != want {
			t.Errorf("%v is served, %v; want %d", got.Leaf.SerialNumber, err, want)
		}
	}
	served(1)
	pair(t, dir, 2)
	served(1) // not looked at before every handshake
	now.Advance(lookEvery)
	served(2)
	write(t, cert, "no certificate")
	now.Advance(lookEvery)
	served(2)
	if !strings.Contains(log.String(), "cause=server.cert") || !strings.Contains(log.String(), "the former one stays") {
		t.Errorf("the log: %s", log.String())
	}
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	now.Advance(lookEvery)
	served(2)
	pair(t, dir, 3)
	now.Advance(lookEvery)
	served(3)
}

// A pair that cannot be used stops the start and names the files.
func TestBadFiles(t *testing.T) {
	dir := t.TempDir()
	cert, key := pair(t, dir, 1)
	other, _ := pair(t, t.TempDir(), 2)
	write(t, filepath.Join(dir, "text"), "hello")
	for name, c := range map[string][2]string{
		"no file": {filepath.Join(dir, "none"), key}, "no key": {cert, filepath.Join(dir, "none")}, "a text": {filepath.Join(dir, "text"), key},
		"another's key": {other, key}, "swapped": {key, cert}, "a folder": {dir, key},
	} {
		if _, err := FromFiles(c[0], c[1], clock.Real(), slog.Default()); err == nil || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
