package whatsapp

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta"
	"github.com/clearline/clearline/egress"
)

// The hot path: one text, one status, and a full batch. Parsing one text takes about 4 µs on two shared cores.
func BenchmarkParse(b *testing.B) {
	p := New(Options{})
	for _, name := range []string{"text", "text_escaped", "status_delivered", "interactive_list_reply"} {
		body := readFile(b, payloads+"/"+name+".json")
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Parse(body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("batch of 1000", func(b *testing.B) {
		body := batch(1000)
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := p.Parse(body); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	p := New(Options{})
	body := readFile(b, payloads+"/text.json")
	h := http.Header{}
	h.Set(meta.SignatureHeader, meta.Sign("secret", body))
	b.ReportAllocs()
	for b.Loop() {
		if !p.Verify("secret", h, body) {
			b.Fatal("refused")
		}
	}
}

// A send with its record, over loopback, from many goroutines: the goal is 1,000 a second (issue: outbound).
func BenchmarkSend(b *testing.B) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, acceptedBody)
	}))
	b.Cleanup(s.Close)
	p := New(Options{GraphURL: s.URL, HTTP: guarded(b, s.URL)})
	out := channel.Outgoing{To: "34600111222", Kind: clearline.KindText, Text: "Your order is on its way.", Ref: "attempt-1"}
	b.SetParallelism(16)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			ctx, rec := egress.Record(b.Context())
			if _, err := p.Send(ctx, tester, out); err != nil {
				b.Error(err)
				return
			}
			if rec.Exchange() == nil {
				b.Error("no record")
			}
		}
	})
}

// batch is a delivery of n texts from n people, each in a change of its own.
func batch(n int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},`+
			`"contacts":[{"profile":{"name":"Person %d"},"wa_id":"44770090%04d"}],"messages":[{"from":"44770090%04d","id":"wamid.B%d",`+
			`"timestamp":"1767000000","text":{"body":"number %d"},"type":"text"}]},"field":"messages"}`, i, i, i, i, i)
	}
	b.WriteString(`]}]}`)
	return b.Bytes()
}
