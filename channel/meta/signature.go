package meta

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"net/http"
	"strings"
	"sync"
)

// SignatureHeader carries "sha256=" and the hex HMAC-SHA256 of the raw body under the app secret.
// Source: Meta, Webhooks, "Validating payloads"; read Nov 2025.
const SignatureHeader = "X-Hub-Signature-256"

const signaturePrefix = "sha256="

// maxSecrets bounds the cache of prepared keys. An installation has one app, or one per company.
const maxSecrets = 4096

// Signatures checks signatures. Preparing an HMAC key costs as much as hashing a short message, so prepared
// ones are kept by secret. The zero value is ready; it is safe for concurrent use.
type Signatures struct {
	mu    sync.RWMutex
	pools map[string]*sync.Pool
}

// mac is a prepared HMAC with the room it needs, so that a check allocates nothing.
type mac struct {
	hash hash.Hash
	want [sha256.Size]byte
	got  [sha256.Size]byte
	text [2 * sha256.Size]byte
}

// Verify tells whether body was signed with secret, in constant time. An empty secret, an absent header, two
// headers, or a form other than sha256=<64 hex digits> is never right.
func (s *Signatures) Verify(secret string, header http.Header, body []byte) bool {
	values := header[SignatureHeader]
	if secret == "" || len(values) != 1 {
		return false
	}
	digits, ok := strings.CutPrefix(values[0], signaturePrefix)
	if !ok || len(digits) != 2*sha256.Size {
		return false
	}
	pool := s.pool(secret)
	m := pool.Get().(*mac)
	defer pool.Put(m)
	copy(m.text[:], digits)
	if _, err := hex.Decode(m.want[:], m.text[:]); err != nil {
		return false
	}
	m.hash.Reset()
	m.hash.Write(body)
	return hmac.Equal(m.hash.Sum(m.got[:0]), m.want[:])
}

func (s *Signatures) pool(secret string) *sync.Pool {
	s.mu.RLock()
	pool := s.pools[secret]
	s.mu.RUnlock()
	if pool != nil {
		return pool
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if pool = s.pools[secret]; pool != nil {
		return pool
	}
	if s.pools == nil || len(s.pools) >= maxSecrets {
		s.pools = make(map[string]*sync.Pool)
	}
	pool = &sync.Pool{New: func() any { return &mac{hash: hmac.New(sha256.New, []byte(secret))} }}
	s.pools[secret] = pool
	return pool
}

// Sign returns the header's value for body, as Meta would send it. It serves self-tests and tests.
func Sign(secret string, body []byte) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write(body)
	return signaturePrefix + hex.EncodeToString(h.Sum(nil))
}
