package sim

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"sync/atomic"
	"time"
)

// seeded derives 32 bytes from the seed and a name, so that a twin started
// again with the same seed has the same accounts.
func (s *Sim) seeded(name string) [32]byte {
	return sha256.Sum256(fmt.Appendf(nil, "%d/%s", s.seed, name))
}

// seededDigits gives n decimal digits, the first not zero.
func (s *Sim) seededDigits(name string, n int) string {
	h := s.seeded(name)
	var b strings.Builder
	b.WriteByte('1' + h[0]%9)
	for i := 1; i < n; i++ {
		b.WriteByte('0' + h[i%32]%10)
	}
	return b.String()
}

func (s *Sim) seededHex(name string, n int) string {
	h := s.seeded(name)
	return hex.EncodeToString(h[:])[:n]
}

var serial atomic.Uint64

// newWamid makes a message id of the platform's look: base64 over the other
// party's id, the direction and random bytes. It never repeats, also not after
// a restart with the same seed, because the product may still know the old ones.
func newWamid(peer string, fromPerson bool) string {
	if len(peer) > 64 {
		peer = peer[:64]
	}
	unique := make([]byte, 9)
	rand.Read(unique[:5])
	binary.BigEndian.PutUint32(unique[5:], uint32(serial.Add(1)))
	direction := byte(0x11)
	if fromPerson {
		direction = 0x12
	}
	b := make([]byte, 0, len(peer)+32)
	b = append(b, 0x1c, 0x18, byte(len(peer)))
	b = append(b, peer...)
	b = append(b, 0x15, 0x02, 0x00, direction, 0x18, 0x12)
	b = append(b, strings.ToUpper(hex.EncodeToString(unique))...)
	b = append(b, 0)
	return "wamid." + base64.StdEncoding.EncodeToString(b)
}

// newTrace makes an fbtrace_id.
func newTrace() string {
	b := make([]byte, 17)
	rand.Read(b)
	return "A" + base64.RawURLEncoding.EncodeToString(b)[:22]
}

// newNumericID makes a 16-digit id for media and the like, unique in time.
func newNumericID() string {
	b := make([]byte, 2)
	rand.Read(b)
	n := uint64(time.Now().UnixMilli())%1e10*1e5 + serial.Add(1)%1000*100 + uint64(b[0])%100
	return fmt.Sprintf("%d", 1e15+n)
}

// newSecret makes an unguessable word for media addresses.
func newSecret() string { return rand.Text() }

// newSixDigits makes a code that nobody can foresee.
func newSixDigits() string {
	b := make([]byte, 4)
	rand.Read(b)
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(b)%1_000_000)
}
