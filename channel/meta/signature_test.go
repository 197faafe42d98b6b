package meta

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// I2: a value made by other means (openssl dgst -sha256 -hmac) is the right one.
func TestSignKnownValue(t *testing.T) {
	t.Parallel()
	const want = "sha256=88aab3ede8d3adf94d26ab90d3bafd4a2083070c3bcce9c014ee04a443847c0b"
	if got := Sign("secret", []byte("hello")); got != want {
		t.Error(got)
	}
	upper := "sha256=" + strings.ToUpper(want[len("sha256="):])
	var s Signatures
	if !s.Verify("secret", http.Header{SignatureHeader: {upper}}, []byte("hello")) {
		t.Error("the same digits in capitals are refused")
	}
	if s.Verify("secret", http.Header{"X-Hub-Signature": {want}}, []byte("hello")) {
		t.Error("another header is accepted")
	}
}

// Many secrets at once, more than are kept prepared, from several goroutines: none is mistaken for another.
func TestSignaturesConcurrently(t *testing.T) {
	t.Parallel()
	var s Signatures
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range maxSecrets/2 + 10 {
				secret := fmt.Sprintf("secret %d", i+g*maxSecrets/4)
				body := []byte(secret + " body")
				if !s.Verify(secret, http.Header{SignatureHeader: {Sign(secret, body)}}, body) {
					t.Errorf("%s: refused", secret)
				}
				if s.Verify(secret, http.Header{SignatureHeader: {Sign(secret+"x", body)}}, body) {
					t.Errorf("%s: another secret passes", secret)
				}
			}
		})
	}
	wg.Wait()
	if len(s.pools) > maxSecrets {
		t.Errorf("%d secrets are kept", len(s.pools))
	}
}
