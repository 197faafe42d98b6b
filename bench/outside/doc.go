// Package outside is what lies around a program under test, on loopback: an internet of its own that can be broken piece by
// piece, as a firewall, a registrar, a certificate authority or a platform's bad day would break the real one.
//
//	Names      a DNS server: names that lead somewhere, nowhere, or get no answer
//	Authority  a certificate authority: good certificates, and the bad ones that people really have
//	Site       a TLS server under a name, which passes requests on to the program behind it, or does not
//
// A program takes part by the settings that real ones have: the DNS server it asks, and the certificates it trusts
// (SSL_CERT_FILE, for programs written in Go).
package outside
