package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// certificateSoon is how long before its end a certificate is spoken of.
const certificateSoon = 14 * 24 * time.Hour

func refused(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }

// certificate shakes hands and judges what is shown as a platform would: by public authorities, for the name, and now.
func (e *entrance) certificate(ctx context.Context) channel.Outcome {
	u, _ := e.target()
	switch {
	case u == nil:
		return untried()
	case u.Scheme != "https":
		return channel.Outcome{Result: clearline.NotChecked, Found: "The address does without encryption."}
	}
	conn, err := e.dial(ctx)
	if err != nil {
		return e.unreachable("port " + portOf(u) + " does not answer any more")
	}
	defer conn.Close()
	// The certificate is judged below and not by the handshake, which would not show one that it refuses.
	secure := tls.Client(conn, &tls.Config{ServerName: u.Hostname(), InsecureSkipVerify: true})
	if err := secure.HandshakeContext(ctx); err != nil {
		if ctx.Err() != nil {
			return channel.Outcome{Result: clearline.CouldNotTell, Found: "the encrypted connection did not come about in time"}
		}
		return channel.Outcome{Result: clearline.Fail, Cause: clearline.CauseCertificate, Found: "what answers at this port does not speak TLS", Expected: "an encrypted connection"}
	}
	return judge(secure.ConnectionState().PeerCertificates, u.Hostname(), e.d.o.Roots, e.d.o.Clock.Now())
}

// judge tells what is wrong with a chain, if anything.
func judge(chain []*x509.Certificate, host string, roots *x509.CertPool, now time.Time) channel.Outcome {
	bad := func(found, expected string) channel.Outcome {
		return channel.Outcome{Result: clearline.Fail, Cause: clearline.CauseCertificate, Found: found, Expected: expected}
	}
	if len(chain) == 0 {
		return bad("no certificate is shown", "a certificate of a public authority")
	}
	leaf := chain[0]
	date := func(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") }
	// Each certificate of the chain may be the one that has ended.
	for _, c := range chain {
		switch {
		case now.After(c.NotAfter):
			return bad(fmt.Sprintf("expired on %s (%s)", date(c.NotAfter), called(c)), "a certificate that is still valid")
		case now.Before(c.NotBefore):
			return bad(fmt.Sprintf("valid only from %s on (%s)", date(c.NotBefore), called(c)), "a certificate that is valid already")
		}
	}
	if err := leaf.VerifyHostname(host); err != nil {
		return bad("made for "+names(leaf), "made for "+host)
	}
	rest := x509.NewCertPool()
	for _, c := range chain[1:] {
		rest.AddCert(c)
	}
	if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: rest, CurrentTime: now, DNSName: host}); err != nil {
		return bad(untrusted(chain), "the whole chain up to a public authority")
	}
	left := leaf.NotAfter.Sub(now)
	out := channel.Outcome{Result: clearline.Pass, Found: fmt.Sprintf("valid %d more days, made for %s", int(left.Hours()/24), names(leaf))}
	if left < certificateSoon {
		out.Result, out.Cause, out.Due = clearline.Warn, clearline.CauseCertificate, leaf.NotAfter
		out.Found, out.Expected = fmt.Sprintf("ends on %s, in %s", date(leaf.NotAfter), inWords(left)), "a certificate with more than 14 days left"
	}
	return out
}

// untrusted tells why no authority stands behind a chain.
func untrusted(chain []*x509.Certificate) string {
	leaf, last := chain[0], chain[len(chain)-1]
	switch {
	case string(leaf.RawIssuer) == string(leaf.RawSubject) && leaf.CheckSignature(leaf.SignatureAlgorithm, leaf.RawTBSCertificate, leaf.Signature) == nil:
		return "signed by itself, by no authority"
	case string(last.RawIssuer) == string(last.RawSubject):
		return "its authority is not a public one: " + called(last)
	case len(chain) == 1:
		return "the chain is not complete: the certificate of its issuer, " + name(leaf.Issuer.CommonName, leaf.Issuer.Organization) + ", is not sent along"
	}
	return "the chain is not complete, or its authority is not a public one: " + name(last.Issuer.CommonName, last.Issuer.Organization)
}

func called(c *x509.Certificate) string { return name(c.Subject.CommonName, c.Subject.Organization) }

func name(common string, organization []string) string {
	if common == "" {
		common = strings.Join(organization, ", ")
	}
	if common == "" {
		common = "without a name"
	}
	return printable(common)
}

// names are whom a certificate is made for, at most three.
func names(c *x509.Certificate) string {
	all := append([]string{}, c.DNSNames...)
	for _, ip := range c.IPAddresses {
		all = append(all, ip.String())
	}
	if len(all) == 0 {
		return called(c)
	}
	if len(all) > 3 {
		return printable(strings.Join(all[:3], ", ")) + fmt.Sprintf(" and %d more", len(all)-3)
	}
	return printable(strings.Join(all, ", "))
}

// printable cuts and cleans a text that a stranger chose.
func printable(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, text)
	if r := []rune(text); len(r) > 100 {
		text = string(r[:100]) + "…"
	}
	return text
}
