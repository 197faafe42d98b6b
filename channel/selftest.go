package channel

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// SelfTester is a platform with webhooks whose calls the product can make to itself, to see that they get through.
type SelfTester interface {
	// Ask is the query of the platform's handshake.
	Ask(verifyToken, challenge string) url.Values
	// Sign is the header that the platform would send with a body.
	Sign(secret string, body []byte) http.Header
}

// A self-test is a call of our own to our public address. Whoever takes it in knows it by a mark that only a holder of
// the app's secret can make, also when its signature is wrong on purpose or its headers were lost on the way: so it is
// never taken for news of the platform, nor counted as a forged call.

const (
	selfTestPrefix = `{"clearline_self_test":"`
	selfTestMost   = 512
	// selfTestLife is how long a mark is good for, so that one overheard on the way is soon worth nothing.
	selfTestLife = 10 * time.Minute
)

// NewSelfTest makes a mark: milliseconds, a random number, and a MAC over both.
func NewSelfTest(secret string, now time.Time) (mark string) {
	text := strconv.FormatInt(now.UnixMilli(), 10) + "-" + strings.ToLower(rand.Text())
	return text + "-" + selfTestMAC(secret, text)
}

// SelfTestBody is a body that holds a mark and says nothing.
func SelfTestBody(mark string) []byte {
	return []byte(selfTestPrefix + mark + `","object":"clearline","entry":[]}`)
}

// SelfTestMark reads the mark of a body; ok is false for every other body.
func SelfTestMark(body []byte) (mark string, ok bool) {
	rest, ok := bytes.CutPrefix(body, []byte(selfTestPrefix))
	if !ok || len(body) > selfTestMost {
		return "", false
	}
	text, _, ok := bytes.Cut(rest, []byte(`"`))
	return string(text), ok
}

// IsSelfTest tells whether a mark was made with this secret within the last minutes.
func IsSelfTest(mark, secret string, now time.Time) bool {
	cut := strings.LastIndexByte(mark, '-')
	if cut < 0 || secret == "" || len(mark) > selfTestMost {
		return false
	}
	ms, _, _ := strings.Cut(mark, "-")
	at, err := strconv.ParseInt(ms, 10, 64)
	if age := now.Sub(time.UnixMilli(at)); err != nil || age < -selfTestLife || age > selfTestLife {
		return false
	}
	return hmac.Equal([]byte(selfTestMAC(secret, mark[:cut])), []byte(mark[cut+1:]))
}

func selfTestMAC(secret, text string) string {
	m := hmac.New(sha256.New, []byte(secret))
	m.Write([]byte("clearline self-test " + text))
	return hex.EncodeToString(m.Sum(nil)[:16])
}
