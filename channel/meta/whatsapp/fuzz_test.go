package whatsapp

import (
	"bytes"
	"io"
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

// everywhere answers every request with the same body, without a network.
type everywhere struct {
	status int
	body   []byte
}

func (e everywhere) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: e.status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(e.body)), Request: r}, nil
}

// X1, I41: no answer of Meta's makes a check panic, claim without a cause, or repeat a secret.
func FuzzExamine(f *testing.F) {
	for _, body := range healthy(f) {
		f.Add(200, []byte(body))
	}
	f.Add(400, []byte(failure(190, 463, tester.Token)))
	f.Add(200, []byte(dead(190, 460, tester.AppSecret)))
	s := subject()
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if status < 100 || status > 599 {
			status = 200
		}
		client := &http.Client{Transport: everywhere{status, body}}
		p := New(Options{GraphURL: "http://graph.invalid", HTTP: client, StatusURL: "http://status.invalid"})
		for _, c := range p.Checks(s) {
			channeltest.Sound(t, c.ID, c.Run(t.Context()), s)
		}
	})
}
