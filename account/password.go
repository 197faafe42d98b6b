package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/clearline/clearline"
)

// The cost of one hash, OWASP's second choice: 19 MiB, two passes, one lane.
// Source: cheatsheetseries.owasp.org, Password Storage, Argon2id; read 2026-11.
const (
	hashMemory = 19 * 1024 // KiB
	hashTime   = 2
	hashLanes  = 1
	hashBytes  = 32
	saltBytes  = 16
)

const (
	// hashesAtOnce bounds how many hashes are computed at a time, so that a flood of sign-ins takes 40 MiB at most.
	hashesAtOnce = 2
	// hashesWaiting bounds how many may wait for that, hashWait for how long; beyond it the answer is "not now".
	hashesWaiting = 64
	hashWait      = 8 * time.Second
)

// The limits of a password, in characters. Nothing else is asked of it: a long sentence is a good password.
// The longest keeps one request from hashing megabytes.
const (
	ShortestPassword = 10
	LongestPassword  = 256
)

// errHashing is the answer when too many passwords are being checked.
var errHashing = &clearline.Problem{Cause: clearline.CauseBusy, Title: "Too many people are signing in at this moment.",
	Detail: "Your password was not looked at. Try again in a few seconds.", RetryAfter: 5 * time.Second}

// hasher computes and compares passwords, a few at a time.
type hasher struct {
	slots   chan struct{}
	waiting atomic.Int64
	// computed counts the hashes, by which a test sees that every refusal costs the same.
	computed atomic.Int64
	// nobody is compared with when there is no account, so that its absence takes as long as a wrong password.
	nobody string
}

func newHasher() *hasher {
	h := &hasher{slots: make(chan struct{}, hashesAtOnce)}
	salt := make([]byte, saltBytes)
	rand.Read(salt)
	sum := make([]byte, hashBytes)
	rand.Read(sum)
	h.nobody = phc(salt, sum)
	return h
}

// phc writes a hash with all that is needed to compute it again.
// Source: github.com/P-H-C/phc-string-format, phc-sf-spec.md.
func phc(salt, sum []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemory, hashTime, hashLanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(sum))
}

// parsed is a PHC string taken apart.
type parsed struct {
	memory, time uint32
	lanes        uint8
	salt, sum    []byte
}

func parsePHC(s string) (p parsed, err error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprint("v=", argon2.Version) {
		return p, fmt.Errorf("a stored password is not of a kind this program knows")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.time, &p.lanes); err != nil {
		return p, fmt.Errorf("a stored password's cost cannot be read: %w", err)
	}
	if p.salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return p, fmt.Errorf("a stored password's salt cannot be read: %w", err)
	}
	if p.sum, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil {
		return p, fmt.Errorf("a stored password's hash cannot be read: %w", err)
	}
	if p.memory == 0 || p.time == 0 || p.lanes == 0 || len(p.sum) == 0 {
		return p, fmt.Errorf("a stored password's cost is none")
	}
	return p, nil
}

// cost is everything that a hash depends on beside the password.
func (p parsed) cost() string { return fmt.Sprint(p.memory, p.time, p.lanes, len(p.sum), p.salt) }

// old tells whether the hash was made at another cost than today's.
func (p parsed) old() bool {
	return p.memory != hashMemory || p.time != hashTime || p.lanes != hashLanes || len(p.sum) != hashBytes
}

// slot waits for the leave to compute.
func (h *hasher) slot(ctx context.Context) (release func(), err error) {
	if h.waiting.Add(1) > hashesWaiting {
		h.waiting.Add(-1)
		return nil, errHashing
	}
	defer h.waiting.Add(-1)
	timer := time.NewTimer(hashWait)
	defer timer.Stop()
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots }, nil
	case <-timer.C:
		return nil, errHashing
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// hash makes the PHC string of a password. salt is nil for a new one.
func (h *hasher) hash(ctx context.Context, password string, salt []byte) (string, error) {
	release, err := h.slot(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	if salt == nil {
		salt = make([]byte, saltBytes)
		rand.Read(salt)
	}
	h.computed.Add(1)
	return phc(salt, argon2.IDKey(norm.NFC.Bytes([]byte(password)), salt, hashTime, hashMemory, hashLanes, hashBytes)), nil
}

// matches compares a password with stored ones and gives the first that it is of, -1 for none. Equal salts and costs are
// computed once; with no stored password one is computed all the same.
func (h *hasher) matches(ctx context.Context, password string, stored []string) (int, error) {
	if len(stored) == 0 {
		stored = []string{h.nobody}
	}
	release, err := h.slot(ctx)
	if err != nil {
		return -1, err
	}
	defer release()
	sums := map[string][]byte{}
	found := -1
	for i, s := range stored {
		p, err := parsePHC(s)
		if err != nil {
			return -1, err
		}
		sum, known := sums[p.cost()]
		if !known {
			h.computed.Add(1)
			sum = argon2.IDKey(norm.NFC.Bytes([]byte(password)), p.salt, p.time, p.memory, p.lanes, uint32(len(p.sum)))
			sums[p.cost()] = sum
		}
		if subtle.ConstantTimeCompare(sum, p.sum) == 1 && found < 0 && s != h.nobody {
			found = i
		}
	}
	return found, nil
}

// checkPassword refuses what cannot be somebody's new password; field names the input.
func checkPassword(password, email, field string) error {
	reason := ""
	n := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password) || strings.ContainsRune(password, 0):
		reason = "made of characters that cannot be typed"
	case n < ShortestPassword:
		reason = fmt.Sprintf("too short: use at least %d characters. A few words in a row are easy to remember", ShortestPassword)
	case n > LongestPassword:
		reason = fmt.Sprintf("too long: use at most %d characters", LongestPassword)
	case email != "" && strings.EqualFold(password, email):
		reason = "your e-mail address, which others know"
	default:
		return nil
	}
	return &clearline.Problem{Cause: clearline.CauseInput, Title: "This password cannot be used.", Detail: "It is " + reason + ".",
		Fields: []clearline.FieldProblem{{Name: field, Reason: reason}}}
}
