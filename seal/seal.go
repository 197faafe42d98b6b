// Package seal keeps credentials at rest: AES-256-GCM with the company and row bound in, so that a sealed
// value copied to another row cannot be opened there (I51).
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// KeySize is the length of a key in bytes.
const KeySize = 32

// format is the first byte of a sealed value: format 1 is key id (4 bytes), nonce (12), ciphertext and tag.
const format = 1

const keyIDSize = 4

// Key seals and opens values. The zero Key does neither.
type Key struct {
	id   [keyIDSize]byte
	aead cipher.AEAD
}

// ErrWrongKey means that a value was sealed with another key, for another row, or was altered.
var ErrWrongKey = errors.New("seal: the value cannot be opened with this key")

// New makes a Key from KeySize random bytes.
func New(secret []byte) (Key, error) {
	if len(secret) != KeySize {
		return Key{}, fmt.Errorf("seal: a key is %d bytes, not %d", KeySize, len(secret))
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return Key{}, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return Key{}, err
	}
	k := Key{aead: aead}
	sum := sha256.Sum256(append([]byte("clearline key id"), secret...))
	copy(k.id[:], sum[:])
	return k, nil
}

// Load reads the key from a file, or makes the file with mode 0600 when there is none and create is true.
// The file holds the key in base64 on one line.
func Load(path string, create bool) (Key, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && create {
		return generate(path)
	}
	if err != nil {
		return Key{}, fmt.Errorf("the key file cannot be read: %w; it is the only way to open the stored credentials: restore it from where you keep it", err)
	}
	secret, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(secret) != KeySize {
		return Key{}, fmt.Errorf("the key file %s does not hold a key (%d bytes in base64 on one line)", path, KeySize)
	}
	return New(secret)
}

func generate(path string) (Key, error) {
	secret := make([]byte, KeySize)
	rand.Read(secret)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return Key{}, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return Key{}, err
	}
	_, err = f.WriteString(base64.StdEncoding.EncodeToString(secret) + "\n")
	if serr := f.Sync(); err == nil {
		err = serr
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return Key{}, err
	}
	return New(secret)
}

// Seal hides plain. place names where it is kept (table, company, row, column); Open needs the same.
func (k Key) Seal(plain []byte, place string) []byte {
	nonce := make([]byte, k.aead.NonceSize())
	rand.Read(nonce)
	out := make([]byte, 0, 1+keyIDSize+len(nonce)+len(plain)+k.aead.Overhead())
	out = append(append(append(out, format), k.id[:]...), nonce...)
	return k.aead.Seal(out, nonce, plain, []byte(place))
}

// Open gives back what Seal hid, or ErrWrongKey.
func (k Key) Open(sealed []byte, place string) ([]byte, error) {
	head := 1 + keyIDSize
	if k.aead == nil || len(sealed) < head+k.aead.NonceSize() || sealed[0] != format {
		return nil, ErrWrongKey
	}
	nonce, rest := sealed[head:head+k.aead.NonceSize()], sealed[head+k.aead.NonceSize():]
	plain, err := k.aead.Open(nil, nonce, rest, []byte(place))
	if err != nil {
		return nil, ErrWrongKey
	}
	return plain, nil
}

// Sealed tells whether a value was sealed with this key, without opening it.
func (k Key) Sealed(value []byte) bool {
	return len(value) > 1+keyIDSize && value[0] == format && [keyIDSize]byte(value[1:1+keyIDSize]) == k.id
}
