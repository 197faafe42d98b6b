// Package testca runs an ACME authority for tests: Pebble, which the people of Let's Encrypt make for the purpose. It asks
// a DNS server of the test's for names and really visits the server under test, by way of two doors that the test opens
// and shuts.
package testca

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
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
	"sync"
	"testing"
	"time"

	"github.com/clearline/clearline/port"
)

// Authority is a running one. All its addresses are on this machine.
type Authority struct {
	// Directory is its ACME directory.
	Directory string
	// Roots trust the authority's own https and every certificate it gives; RootsFile holds the same as PEM, for SSL_CERT_FILE.
	Roots     *x509.CertPool
	RootsFile string
	// Secure and Plain are the doors by which it visits ports 443 and 80 of every name.
	Secure, Plain *Door
}

// Start runs an authority until the test ends. What it gives is valid for life; 0 means a usual time.
func Start(t testing.TB, life time.Duration) *Authority {
	t.Helper()
	program, err := exec.LookPath("pebble")
	if err != nil {
		t.Fatal("Pebble is not installed; scripts/test-tools pebble gets it")
	}
	a := &Authority{Secure: newDoor(t), Plain: newDoor(t)}
	dir := t.TempDir()
	own := selfSigned(t, dir)
	dns := Names(t, [4]byte{127, 0, 0, 1})
	for try := range 5 {
		if a.run(t, program, dir, own, dns, life) {
			break
		} else if try == 4 {
			t.Fatal("Pebble does not start")
		}
	}
	return a
}

// Client calls names of the test: every one is this machine, and the authority is trusted.
func (a *Authority) Client() *http.Client {
	return &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: a.Roots}, DisableKeepAlives: true}}
}

func (a *Authority) run(t testing.TB, program, dir string, own []byte, dns string, life time.Duration) (ok bool) {
	listen, manage := free(t), free(t)
	settings := map[string]any{"listenAddress": listen, "managementListenAddress": manage, "certificate": filepath.Join(dir, "own.pem"),
		"privateKey": filepath.Join(dir, "own.key"), "httpPort": a.Plain.port, "tlsPort": a.Secure.port}
	if life > 0 {
		settings["certificateValidityPeriod"] = int(life.Seconds())
	}
	config, err := json.Marshal(map[string]any{"pebble": settings})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "pebble.json")
	if err := os.WriteFile(file, config, 0o600); err != nil {
		t.Fatal(err)
	}
	said := &journal{}
	cmd := exec.Command(program, "-config", file, "-dnsserver", dns, "-strict", "false")
	cmd.Env = append(os.Environ(), "PEBBLE_VA_NOSLEEP=1", "PEBBLE_WFE_NONCEREJECT=5")
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
		if t.Failed() {
			t.Log("the authority's log:\n" + said.String())
		}
	})
	a.Roots = x509.NewCertPool()
	a.Roots.AppendCertsFromPEM(own)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); {
		if root, err := a.read("https://" + manage + "/roots/0"); err == nil {
			a.Directory = "https://" + listen + "/dir"
			if _, err := a.read(a.Directory); err == nil {
				a.Roots.AppendCertsFromPEM(root)
				a.RootsFile = filepath.Join(dir, "roots.pem")
				if err := os.WriteFile(a.RootsFile, append(own, root...), 0o600); err != nil {
					t.Fatal(err)
				}
				return true
			}
		}
		select {
		case <-ended: // another program took the port
			return false
		case <-tick.C:
		}
	}
	return false
}

func (a *Authority) read(url string) ([]byte, error) {
	resp, err := a.Client().Get(url)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s", resp.Status)
	}
	return io.ReadAll(resp.Body)
}

// free is an address that nobody listens on just now.
func free(t testing.TB) string {
	t.Helper()
	address, err := port.Address()
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// selfSigned writes the authority's own certificate and key.
func selfSigned(t testing.TB, dir string) (cert []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	cert = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	for name, text := range map[string][]byte{"own.pem": cert, "own.key": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert
}

// journal keeps what the authority says.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.TrimSpace(j.text.String())
}
