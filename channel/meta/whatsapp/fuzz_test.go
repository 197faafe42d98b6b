package whatsapp

import (
	"net/http"
	"testing"

	"github.com/clearline/clearline/channel/channeltest"
	"github.com/clearline/clearline/channel/meta"
)

// I6, I10: no bytes make the parser panic or give half an element.
func FuzzParse(f *testing.F) {
	eachPayload(f, func(_ string, body []byte, _ want) { f.Add(body) })
	p := New(Options{})
	f.Fuzz(func(t *testing.T, body []byte) {
		parsed, err := p.Parse(body)
		if err != nil && len(parsed.Elements) > 0 {
			t.Fatal("an error and elements")
		}
		channeltest.Whole(t, parsed)
	})
}

// I5: the parts of a cut body hold the same elements as the whole, whatever the body.
func FuzzCut(f *testing.F) {
	eachPayload(f, func(_ string, body []byte, _ want) { f.Add(body, uint64(0x5555555555555555)) })
	p := New(Options{})
	f.Fuzz(func(t *testing.T, body []byte, choice uint64) {
		channeltest.CutParts(t, p, body, func(i int) bool { return choice>>(uint(i)%64)&1 == 1 })
	})
}

// I2: no header but the right one passes, and the right one passes for its own body only.
func FuzzVerify(f *testing.F) {
	eachPayload(f, func(_ string, body []byte, _ want) { f.Add("secret", meta.Sign("secret", body), body) })
	f.Add("", meta.Sign("", []byte("x")), []byte("x"))
	p := New(Options{})
	f.Fuzz(func(t *testing.T, secret, signature string, body []byte) {
		right := meta.Sign(secret, body)
		if p.Verify(secret, http.Header{meta.SignatureHeader: {signature}}, body) {
			if secret == "" || len(signature) != len(right) {
				t.Fatalf("accepted %q under %q", signature, secret)
			}
			if p.Verify(secret, http.Header{meta.SignatureHeader: {signature}}, append(body[:len(body):len(body)], 0)) {
				t.Fatal("the same signature passes for another body")
			}
		}
		if ok := p.Verify(secret, http.Header{meta.SignatureHeader: {right}}, body); ok == (secret == "") {
			t.Fatalf("the right signature under %q: %v", secret, ok)
		}
	})
}
