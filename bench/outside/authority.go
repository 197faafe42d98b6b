package outside

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"time"
)

// Certificate is what a site shows.
type Certificate int

// The certificates that people have.
const (
	Good      Certificate = iota // for two years: clocks may be moved
	Ending                       // good for six more days
	Expired                      // ended a day ago
	Misnamed                     // good, of another name
	Unchained                    // good, without the certificate of its issuer
	Private                      // made by an authority that nobody knows
)

// Authority makes certificates: a root that programs are told to trust, and an issuer below it, as public ones have.
type Authority struct {
	root, issuer, stranger *signer
}

type signer struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

const day = 24 * time.Hour

// NewAuthority makes the keys.
func NewAuthority() (*Authority, error) {
	a := &Authority{}
	var err error
	if a.root, err = newSigner("Own Root", nil); err != nil {
		return nil, err
	}
	if a.issuer, err = newSigner("Own Issuer", a.root); err != nil {
		return nil, err
	}
	a.stranger, err = newSigner("Unknown Root", nil)
	return a, err
}

// newSigner makes an authority below another, or one of its own.
func newSigner(name string, above *signer) (*signer, error) {
	now := time.Now()
	return sign(&x509.Certificate{Subject: pkix.Name{CommonName: name}, NotBefore: now.Add(-400 * day), NotAfter: now.Add(3650 * day),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}, above)
}

// sign makes a key and the certificate for it; by nil: by itself.
func sign(template *x509.Certificate, by *signer) (*signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	if template.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)); err != nil {
		return nil, err
	}
	if by == nil {
		by = &signer{template, key}
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, by.certificate, &key.PublicKey, by.key)
	if err != nil {
		return nil, err
	}
	made, err := x509.ParseCertificate(raw)
	return &signer{made, key}, err
}

// WriteRoot writes the root, for programs to trust, as PEM.
func (a *Authority) WriteRoot(path string) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.root.certificate.Raw}), 0o600)
}

// make makes a certificate of one kind for a name.
func (a *Authority) make(kind Certificate, name string) (*tls.Certificate, error) {
	now := time.Now()
	template := &x509.Certificate{Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, NotBefore: now.Add(-20 * day), NotAfter: now.Add(730 * day),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	by := a.issuer
	switch kind {
	case Ending:
		template.NotAfter = now.Add(6 * day)
	case Expired:
		template.NotBefore, template.NotAfter = now.Add(-91*day), now.Add(-day)
	case Misnamed:
		template.DNSNames = []string{"elsewhere.test"}
	case Private:
		by = a.stranger
	}
	leaf, err := sign(template, by)
	if err != nil {
		return nil, err
	}
	shown := &tls.Certificate{Certificate: [][]byte{leaf.certificate.Raw}, PrivateKey: leaf.key}
	if kind != Unchained {
		shown.Certificate = append(shown.Certificate, by.certificate.Raw)
	}
	return shown, nil
}
