// Package certificate serves https without a proxy: with certificates that an ACME authority gives and renews, or from
// files that are read again when they change.
package certificate

import (
	"context"
	"crypto/tls"
	"net/http"
)

// Source gives the certificate of our public name.
type Source interface {
	// TLS is what a listener needs.
	TLS() *tls.Config
	// Plain is the handler of the unencrypted port: what an authority asks there is answered, the rest goes to next.
	Plain(next http.Handler) http.Handler
	// Start sees to it that there is a certificate and that it stays good, until Stop.
	Start(ctx context.Context) error
	Stop()
}

// base is what all sources say to clients alike.
func base() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
}
