package channeltest

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/clearline/clearline/channel"
	"github.com/google/go-cmp/cmp"
)

const secret = "an app secret of the suite"

// signature proves I2: only the exact bytes under the right secret pass, and nothing empty ever does.
func signature(t *testing.T, p Platform) {
	for name, body := range p.Payloads {
		good := p.Sign(secret, body)
		if !p.Webhook.Verify(secret, good, body) {
			t.Errorf("%s: an authentic body is refused", name)
		}
		altered := bytes.Clone(body)
		altered[len(altered)/2] ^= 1
		var loose any
		if err := json.Unmarshal(body, &loose); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		again, err := json.MarshalIndent(loose, "", " ")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, c := range []struct {
			what, secret string
			header       http.Header
			body         []byte
		}{
			{"another secret", "another", good, body},
			{"no secret", "", good, body},
			{"no secret on either side", "", p.Sign("", body), body},
			{"no header", secret, http.Header{}, body},
			{"nil header", secret, nil, body},
			{"an altered body", secret, good, altered},
			{"a body written anew", secret, good, again},
			{"a longer body", secret, good, append(bytes.Clone(body), ' ')},
			{"a shorter body", secret, good, body[:len(body)-1]},
			{"no body", secret, good, nil},
		} {
			if p.Webhook.Verify(c.secret, c.header, c.body) {
				t.Errorf("%s: %s is accepted", name, c.what)
			}
		}
		for key, values := range good {
			for _, bad := range []string{"", " ", values[0][:len(values[0])-1], values[0] + "0", strings.Repeat("0", len(values[0])), "x" + values[0]} {
				if p.Webhook.Verify(secret, http.Header{key: {bad}}, body) {
					t.Errorf("%s: header %q is accepted", name, bad)
				}
			}
			if p.Webhook.Verify(secret, http.Header{key: {"", values[0]}}, body) || p.Webhook.Verify(secret, http.Header{key: nil}, body) {
				t.Errorf("%s: a doubtful set of headers is accepted", name)
			}
		}
	}
}

// handshake proves that only the right token gets the challenge, and an empty one never does.
func handshake(t *testing.T, p Platform) {
	if p.Handshake == nil {
		return
	}
	yes := func(string) bool { return true }
	is := func(want string) func(string) bool { return func(token string) bool { return token == want } }
	r, challenge := p.Handshake("right")
	if got, ok := p.Webhook.Handshake(r, is("right")); !ok || got != challenge {
		t.Errorf("the right token gives %q, %v", got, ok)
	}
	r, _ = p.Handshake("wrong")
	if got, ok := p.Webhook.Handshake(r, is("right")); ok || got != "" {
		t.Errorf("a wrong token gives %q, %v", got, ok)
	}
	r, _ = p.Handshake("")
	if _, ok := p.Webhook.Handshake(r, yes); ok {
		t.Error("an empty token passes")
	}
	bare := r.Clone(r.Context())
	bare.URL.RawQuery = ""
	if _, ok := p.Webhook.Handshake(bare, yes); ok {
		t.Error("a request without parameters passes for a handshake")
	}
	r, _ = p.Handshake("right")
	r.Method = http.MethodPost
	if _, ok := p.Webhook.Handshake(r, yes); ok {
		t.Error("a POST passes for a handshake")
	}
}

// Whole fails the test unless each element is exactly one thing with what ingest needs of it.
func Whole(t testing.TB, parsed channel.Parsed) {
	t.Helper()
	for i, e := range parsed.Elements {
		n := 0
		for _, set := range []bool{e.Message != nil, e.Status != nil, e.Amendment != nil, e.Notice != nil, e.Problem != nil} {
			if set {
				n++
			}
		}
		if n != 1 {
			t.Fatalf("element %d is %d things", i, n)
		}
		var raw json.RawMessage
		switch {
		case e.Message != nil:
			m := e.Message
			raw = m.Details
			if m.PlatformID == "" || m.Kind == "" || len(m.Person.Keys) == 0 || m.Person.SendTo == "" || m.Person.Shown == "" || e.Account == "" {
				t.Fatalf("element %d: a message that cannot be stored: %+v", i, m)
			}
		case e.Status != nil:
			raw = e.Status.Details
			if e.Status.PlatformID == "" || !e.Status.Report.Status.Valid() || e.Account == "" {
				t.Fatalf("element %d: a status that cannot be stored: %+v", i, e.Status)
			}
		case e.Amendment != nil:
			if e.Amendment.Target == "" || len(e.Amendment.Person.Keys) == 0 || e.Account == "" {
				t.Fatalf("element %d: an amendment that cannot be stored: %+v", i, e.Amendment)
			}
		case e.Notice != nil:
			raw = e.Notice.Value
			if e.Notice.Field == "" || e.Notice.Key == "" {
				t.Fatalf("element %d: a notice that cannot be told from others: %+v", i, e.Notice)
			}
		case e.Problem.Cause == "" || e.Problem.Reason == "":
			t.Fatalf("element %d: a problem without cause or reason", i)
		}
		if raw != nil && !json.Valid(raw) {
			t.Fatalf("element %d: details are not JSON: %q", i, raw)
		}
	}
}

// parse proves that authentic bodies are read, twice alike, without keeping the body's memory.
func parse(t *testing.T, p Platform) {
	several := false
	for name, body := range p.Payloads {
		mine := bytes.Clone(body)
		first, err := p.Webhook.Parse(mine)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		Whole(t, first)
		for i := range mine {
			mine[i] = 'x'
		}
		second, err := p.Webhook.Parse(body)
		if err != nil {
			t.Errorf("%s: the second time: %v", name, err)
		}
		if d := cmp.Diff(first, second); d != "" {
			t.Errorf("%s: read twice with different results, or holding on to the body:\n%s", name, d)
		}
		several = several || len(first.Elements) > 1
	}
	if !several {
		t.Error("no payload with several elements")
	}
}

// garbage proves I6 and I10 for bytes of any kind: no panic, and an error or whole elements.
func garbage(t *testing.T, p Platform) {
	try := func(body []byte) {
		parsed, err := p.Webhook.Parse(body)
		if err != nil && len(parsed.Elements) > 0 {
			t.Fatalf("an error and elements for %q", body)
		}
		Whole(t, parsed)
		if _, cutErr := p.Webhook.Cut(body, func(int) bool { return true }); (cutErr == nil) != (err == nil) {
			t.Fatalf("Parse says %v, Cut says %v for %q", err, cutErr, body)
		}
	}
	for _, body := range []string{
		"", " ", "{", "}", "[]", "null", "0", `"x"`, "{}", "[[[[", "\x00", "\xff\xfe", "\ufeff{}", "{}{}",
		strings.Repeat("[", 100_000), strings.Repeat(`{"a":`, 100_000), strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000),
	} {
		try([]byte(body))
	}
	r := rand.New(rand.NewPCG(1, 2))
	words := []string{"null", "[]", "{}", "0", `""`, "-1e9", `"\ud800"`, `"\u0000"`, "true", `[[[]]]`, "\xc3\x28"}
	for _, body := range p.Payloads {
		for range 60 {
			b := bytes.Clone(body)
			switch at := r.IntN(len(b)); r.IntN(4) {
			case 0:
				b = b[:at]
			case 1:
				b[at] = byte(r.IntN(256))
			case 2:
				b = append(b[:at:at], append([]byte(words[r.IntN(len(words))]), b[at:]...)...)
			case 3:
				b = replaceValue(b, at, words[r.IntN(len(words))])
			}
			try(b)
		}
	}
}

// replaceValue puts word in the place of the value after the first colon from at on.
func replaceValue(b []byte, at int, word string) []byte {
	colon := bytes.IndexByte(b[at:], ':')
	if colon < 0 {
		return b
	}
	start := at + colon + 1
	var value json.RawMessage
	if err := json.NewDecoder(bytes.NewReader(b[start:])).Decode(&value); err != nil {
		return b
	}
	return append(append(bytes.Clone(b[:start]), word...), b[start+len(value):]...)
}

// cut proves that the parts of a body hold the same elements as the whole.
func cut(t *testing.T, p Platform) {
	r := rand.New(rand.NewPCG(3, 4))
	for name, body := range p.Payloads {
		for range 4 {
			salt := r.Uint64()
			CutParts(t, p.Webhook, body, func(i int) bool { return (salt>>(uint(i)%64))&1 == 1 })
		}
		all, err := p.Webhook.Cut(body, func(int) bool { return true })
		if err != nil || !bytes.Equal(all, body) {
			t.Errorf("%s: a cut that keeps everything differs (%v)", name, err)
		}
	}
}

// CutParts cuts a body in two by keep and fails the test unless each part parses to its elements.
func CutParts(t testing.TB, w channel.Webhook, body []byte, keep func(int) bool) {
	t.Helper()
	whole, err := w.Parse(body)
	if err != nil {
		return
	}
	for _, mine := range []func(int) bool{keep, func(i int) bool { return !keep(i) }} {
		part, err := w.Cut(body, mine)
		if err != nil {
			t.Fatalf("a body that can be read cannot be cut: %v", err)
		}
		got, err := w.Parse(part)
		if err != nil {
			t.Fatalf("a part cannot be read: %v\n%s", err, part)
		}
		var want []channel.Element
		for i, e := range whole.Elements {
			if mine(i) {
				want = append(want, e)
			}
		}
		if len(want) == 0 && len(got.Elements) == 0 {
			continue
		}
		if d := cmp.Diff(want, got.Elements); d != "" {
			t.Fatalf("a part holds other elements (-whole +part):\n%s\n%s", d, part)
		}
	}
}
