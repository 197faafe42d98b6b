package whatsapp

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/channeltest"
	"github.com/clearline/clearline/egress"
	"github.com/google/go-cmp/cmp"
)

// call is a request as the platform saw it.
type call struct{ method, uri, auth, body string }

// graph is a platform that answers each path with a written answer and remembers the calls.
type graph struct {
	mu      sync.Mutex
	calls   []call
	answers map[string]string
	headers http.Header
}

func (g *graph) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body) // a broken request shows as a wrong body
	g.mu.Lock()
	g.calls = append(g.calls, call{r.Method, r.URL.RequestURI(), r.Header.Get("Authorization"), string(body)})
	answer, ok := g.answers[r.Method+" "+r.URL.RequestURI()]
	g.mu.Unlock()
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	for key, values := range g.headers {
		w.Header()[key] = values
	}
	if !ok || strings.Contains(answer, `"error"`) {
		w.WriteHeader(http.StatusBadRequest)
	}
	if !ok {
		answer = failure(100, 33, "Unsupported request "+r.Method+" "+r.URL.RequestURI())
	}
	_, _ = io.WriteString(w, answer)
}

func against(t *testing.T, answers map[string]string) (*Platform, *graph, string) {
	t.Helper()
	g := &graph{answers: answers}
	s := httptest.NewServer(g)
	t.Cleanup(s.Close)
	return New(Options{GraphURL: s.URL, HTTP: guarded(t, s.URL)}), g, s.URL
}

const messagesURI = "/v26.0/106540352242922/messages"

// C1, C10: what goes over the wire for each kind of message.
func TestSendBodies(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		out  channel.Outgoing
		body string
	}{
		"text": {
			channel.Outgoing{To: "34600111222", Kind: clearline.KindText, Text: "Olá 👋", Ref: "attempt-9"},
			`{"messaging_product":"whatsapp","recipient_type":"individual","to":"34600111222","type":"text","text":{"body":"Olá 👋","preview_url":false},"biz_opaque_callback_data":"attempt-9"}`,
		},
		"reply with a link to a user id": {
			channel.Outgoing{To: "US.134", Kind: clearline.KindText, Text: "see https://x.example", ReplyTo: "wamid.A"},
			`{"messaging_product":"whatsapp","recipient_type":"individual","recipient":"US.134","type":"text","context":{"message_id":"wamid.A"},"text":{"body":"see https://x.example","preview_url":true}}`,
		},
		"group": {
			channel.Outgoing{To: "group:Y2Fw", Kind: clearline.KindText, Text: "hi all"},
			`{"messaging_product":"whatsapp","recipient_type":"group","to":"Y2Fw","type":"text","text":{"body":"hi all","preview_url":false}}`,
		},
		"reaction": {
			channel.Outgoing{To: "34600111222", Kind: clearline.KindReaction, Text: "👍", ReplyTo: "wamid.A"},
			`{"messaging_product":"whatsapp","recipient_type":"individual","to":"34600111222","type":"reaction","reaction":{"message_id":"wamid.A","emoji":"👍"}}`,
		},
		"template": {
			channel.Outgoing{To: "34600111222", Kind: clearline.KindTemplate, Template: &channel.Template{
				Name: "order_ready", Language: "en_US",
				Header:  []channel.TemplateValue{{Type: "image", ID: "123"}},
				Body:    []channel.TemplateValue{{Name: "first_name", Text: "Ana"}},
				Buttons: []channel.TemplateValue{{Text: "A17"}, {Index: 1, Type: "quick_reply", Text: "YES"}, {Index: 2, Type: "copy_code", Text: "OFF5"}, {Index: 3, Type: "flow", Text: "tok"}},
			}},
			`{"messaging_product":"whatsapp","recipient_type":"individual","to":"34600111222","type":"template","template":{"name":"order_ready","language":{"code":"en_US"},"components":[` +
				`{"type":"header","parameters":[{"type":"image","image":{"id":"123"}}]},{"type":"body","parameters":[{"type":"text","parameter_name":"first_name","text":"Ana"}]},` +
				`{"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"A17"}]},{"type":"button","sub_type":"quick_reply","index":"1","parameters":[{"type":"payload","payload":"YES"}]},` +
				`{"type":"button","sub_type":"copy_code","index":"2","parameters":[{"type":"coupon_code","coupon_code":"OFF5"}]},{"type":"button","sub_type":"flow","index":"3","parameters":[{"type":"action","action":{"flow_token":"tok"}}]}]}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, g, _ := against(t, map[string]string{"POST " + messagesURI: acceptedBody})
			got, err := p.Send(t.Context(), tester, c.out)
			if err != nil {
				t.Fatal(err)
			}
			if got.PlatformID != acceptedID {
				t.Errorf("answer %+v", got)
			}
			if len(g.calls) != 1 || g.calls[0].auth != "Bearer "+tester.Token {
				t.Fatalf("calls %+v", g.calls)
			}
			sameJSON(t, g.calls[0].body, c.body)
		})
	}
}

func sameJSON(t *testing.T, got, want string) {
	t.Helper()
	var a, b any
	if err := json.Unmarshal([]byte(got), &a); err != nil {
		t.Fatalf("%v: %s", err, got)
	}
	if err := json.Unmarshal([]byte(want), &b); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(b, a); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// I16: the platform's id of the recipient is told, whatever was dialled.
func TestSendTellsTheRecipient(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ contacts, want string }{
		"another wa_id": {`[{"input":"5531988887777","wa_id":"553188887777"}]`, "553188887777"},
		"user id only":  {`[{"input":"US.1","user_id":"US.1"}]`, "US.1"},
		"none":          {`[]`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, _, _ := against(t, map[string]string{"POST " + messagesURI: `{"contacts":` + c.contacts + `,"messages":[{"id":"wamid.X","message_status":"accepted"}]}`})
			got, err := p.Send(t.Context(), tester, channel.Outgoing{To: "5531988887777", Kind: clearline.KindText, Text: "oi"})
			if err != nil || got.SendTo != c.want || got.PlatformID != "wamid.X" {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

// I25: how long to wait comes from the catalogue, the headers, and the bound of five minutes.
func TestSendWaits(t *testing.T) {
	t.Parallel()
	usage := `{"102290129340398":[{"type":"messaging","call_count":100,"estimated_time_to_regain_access":12}]}`
	for name, c := range map[string]struct {
		code    int
		headers http.Header
		want    time.Duration
	}{
		"error 2":                   {2, nil, 5 * time.Minute},
		"error 2 asks for an hour":  {2, http.Header{"Retry-After": {"3600"}}, 5 * time.Minute},
		"maintenance":               {131057, nil, time.Minute},
		"throughput":                {130429, nil, time.Second},
		"throughput, asked for 7 s": {130429, http.Header{"Retry-After": {"7"}}, 7 * time.Second},
		"pair":                      {131056, nil, 4 * time.Second},
		"quota":                     {80007, nil, 5 * time.Minute},
		"quota with an estimate":    {80007, http.Header{"X-Business-Use-Case-Usage": {usage}}, 12 * time.Minute},
		"a date is not read":        {4, http.Header{"Retry-After": {"Wed, 21 Oct 2026 07:28:00 GMT"}}, time.Minute},
		"window":                    {131047, http.Header{"Retry-After": {"7"}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, g, _ := against(t, map[string]string{"POST " + messagesURI: failure(c.code, 0, "no")})
			g.headers = c.headers
			_, err := p.Send(t.Context(), tester, channel.Outgoing{To: "34600111222", Kind: clearline.KindText, Text: "hi"})
			if e := channeltest.SendError(t, err); e.After != c.want {
				t.Errorf("waits %s, want %s", e.After, c.want)
			}
		})
	}
}

// I34: the platform's own words are kept.
func TestSendKeepsTheOriginal(t *testing.T) {
	t.Parallel()
	p, _, _ := against(t, map[string]string{"POST " + messagesURI: failure(131047, 0, "Re-engagement message")})
	_, err := p.Send(t.Context(), tester, channel.Outgoing{To: "34600111222", Kind: clearline.KindText, Text: "hi"})
	want := &clearline.PlatformError{Code: 131047, Text: "(#131047) Re-engagement message", Details: "details of 131047", TraceID: "Atrace131047"}
	if d := cmp.Diff(want, channeltest.SendError(t, err).Original); d != "" {
		t.Error(d)
	}
}

// I34, I41: the exchange of a send is recorded, without the token, the text or the whole number.
func TestSendIsRecorded(t *testing.T) {
	t.Parallel()
	p, _, _ := against(t, map[string]string{"POST " + messagesURI: acceptedBody})
	ctx, rec := egress.Record(t.Context())
	if _, err := p.Send(ctx, tester, channel.Outgoing{To: "34600111222", Kind: clearline.KindText, Text: "Meet me at the old mill", Ref: "attempt-4"}); err != nil {
		t.Fatal(err)
	}
	text := string(rec.Exchange())
	for _, hidden := range []string{tester.Token, tester.AppSecret, "old mill", "34600111222"} {
		if strings.Contains(text, hidden) {
			t.Errorf("%q is in the record: %s", hidden, text)
		}
	}
	for _, kept := range []string{"attempt-4", acceptedID, messagesURI, `"status":200`} {
		if !strings.Contains(text, kept) {
			t.Errorf("%q is missing: %s", kept, text)
		}
	}
}

// C10: read marks and typing.
func TestMarks(t *testing.T) {
	t.Parallel()
	p, g, _ := against(t, map[string]string{"POST " + messagesURI: `{"success":true}`})
	if err := p.MarkRead(t.Context(), tester, "wamid.R"); err != nil {
		t.Error(err)
	}
	if err := p.Typing(t.Context(), tester, "wamid.R"); err != nil {
		t.Error(err)
	}
	sameJSON(t, g.calls[0].body, `{"messaging_product":"whatsapp","status":"read","message_id":"wamid.R"}`)
	sameJSON(t, g.calls[1].body, `{"messaging_product":"whatsapp","status":"read","message_id":"wamid.R","typing_indicator":{"type":"text"}}`)
	p, _, _ = against(t, nil)
	if e := channeltest.SendError(t, p.MarkRead(t.Context(), tester, "wamid.R")); e.Cause != clearline.CauseAuthAsset {
		t.Error(e)
	}
}

// I25: given up while waiting for a connection is not sent; given up before the call too.
func TestSendGivenUpEarly(t *testing.T) {
	t.Parallel()
	p, g, _ := against(t, map[string]string{"POST " + messagesURI: acceptedBody})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := p.Send(ctx, tester, channel.Outgoing{To: "34600111222", Kind: clearline.KindText, Text: "hi"})
	if e := channeltest.SendError(t, err); e.Fate != clearline.Again || len(g.calls) != 0 {
		t.Errorf("%v, %d calls", e, len(g.calls))
	}
}
