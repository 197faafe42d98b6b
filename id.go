package clearline

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"
)

// ID names a row of any table. It is time-ordered and never comes from the database:
// 41 bits of milliseconds since 2025-01-01 UTC, 10 bits of node number, 12 bits of sequence.
// In JSON it is a decimal string, because JavaScript cannot hold 63 bits.
type ID int64

const (
	nodeBits     = 10
	sequenceBits = 12

	// MaxNodes is how many node numbers there are; node numbers run from 0 to MaxNodes-1.
	MaxNodes = 1 << nodeBits
)

// idEpoch is the zero of an ID's clock.
var idEpoch = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()

func (id ID) String() string { return strconv.FormatInt(int64(id), 10) }

// Time is the moment at which the id was made, to the millisecond.
func (id ID) Time() time.Time {
	return time.UnixMilli(int64(id)>>(nodeBits+sequenceBits) + idEpoch).UTC()
}

// FirstID is below every id made at t or later, and above those made before that millisecond.
func FirstID(t time.Time) ID { return ID((t.UnixMilli() - idEpoch) << (nodeBits + sequenceBits)) }

// MarshalText writes the decimal form, also as a JSON object key.
func (id ID) MarshalText() ([]byte, error) { return strconv.AppendInt(nil, int64(id), 10), nil }

// UnmarshalText reads the decimal form and refuses everything else.
func (id *ID) UnmarshalText(b []byte) error {
	v, err := ParseID(string(b))
	if err != nil {
		return err
	}
	*id = v
	return nil
}

// ErrBadID is what ParseID answers for a text that is no id.
var ErrBadID = errors.New("not an id")

// ParseID reads an id as the API writes it: a positive decimal number without sign or leading zero.
func ParseID(s string) (ID, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 || s[0] == '0' || s[0] == '+' {
		return 0, fmt.Errorf("%w: %q", ErrBadID, truncate(s, 24))
	}
	return ID(n), nil
}

// IDs makes ids for one node. It is safe for concurrent use. When the wall clock steps back it keeps
// counting from the last millisecond it used, so ids of one node never go down.
type IDs struct {
	node int64
	now  func() time.Time

	mu   sync.Mutex
	last int64
	seq  int64
}

// NewIDs returns a maker for the given node number (0 … MaxNodes-1).
func NewIDs(node int, now func() time.Time) *IDs {
	return &IDs{node: int64(node % MaxNodes), now: now}
}

// Next returns an id greater than every id this maker returned before.
func (g *IDs) Next() ID {
	ms := g.now().UnixMilli() - idEpoch
	g.mu.Lock()
	defer g.mu.Unlock()
	if ms > g.last {
		g.last, g.seq = ms, 0
	} else if g.seq++; g.seq >= 1<<sequenceBits {
		g.last, g.seq = g.last+1, 0
	}
	return ID(g.last<<(nodeBits+sequenceBits) | g.node<<sequenceBits | g.seq)
}

// truncate shortens s to at most n bytes without cutting a character.
func truncate(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n]
}
