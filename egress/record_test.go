package egress

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline/clock"
)

// recorded makes one exchange and returns its record.
func recorded(t *testing.T, request, contentType, answer, answerType string) record {
	t.Helper()
	shifted := clock.NewShifted()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		shifted.Advance(1500 * time.Millisecond)
		w.Header().Set("Content-Type", answerType)
		w.Header().Set("X-App-Usage", `{"call_count":28}`)
		w.Header().Set("Set-Cookie", "session=topsecretcookie")
		_, _ = io.WriteString(w, answer)
	})
	ctx, rec := Record(t.Context())
	address := s.URL + "/v26.0/106540352242922/messages?access_token=EAAsecret&fields=id&appsecret_proof=abcdef"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader([]byte(request)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("Authorization", "Bearer EAAsecret")
	resp, err := client(t, Options{Allow: []string{s.URL}, Clock: shifted}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	text := rec.Exchange()
	for _, hidden := range []string{"EAAsecret", "abcdef", "topsecretcookie"} {
		if bytes.Contains(text, []byte(hidden)) {
			t.Errorf("%q is in the record: %s", hidden, text)
		}
	}
	var records []record
	if err := json.Unmarshal(text, &records); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if len(records) != 1 {
		t.Fatalf("%d records", len(records))
	}
	return records[0]
}

// I34, I41: what an attempt's record keeps, and what it does not.
func TestRecord(t *testing.T) {
	t.Parallel()
	request := `{"messaging_product":"whatsapp","to":"5511987654321","type":"text","text":{"body":"Meet me at \"the\" mill","preview_url":false},"biz_opaque_callback_data":"attempt-7"}`
	answer := `{"error":{"message":"(#131047) Re-engagement message to 5511987654321","code":131047,"error_subcode":2494073,"error_data":{"details":"More than 24 hours"},"fbtrace_id":"AbC"}}`
	got := recorded(t, request, "application/json", answer, "application/json; charset=UTF-8")
	if got.Method != "POST" || !strings.HasSuffix(got.URL, "/v26.0/106540352242922/messages?access_token=…&fields=id&appsecret_proof=…") {
		t.Errorf("%s %s", got.Method, got.URL)
	}
	if got.Status != 200 || !got.Sent || got.Ms < 1500 || got.Error != "" || got.Headers["X-App-Usage"] == "" {
		t.Errorf("%+v", got)
	}
	if want := `{"messaging_product":"whatsapp","to":"55…4321","type":"text","text":{"body":"…(23)","preview_url":false},"biz_opaque_callback_data":"attempt-7"}`; got.Request.Text != want {
		t.Errorf("request %s", got.Request.Text)
	}
	if want := `{"error":{"message":"(#131047) Re-engagement message to 55…4321","code":131047,"error_subcode":2494073,"error_data":{"details":"More than 24 hours"},"fbtrace_id":"AbC"}}`; got.Answer.Text != want {
		t.Errorf("answer %s", got.Answer.Text)
	}
	if got.Request.Size != int64(len(request)) || got.Answer.Size != int64(len(answer)) {
		t.Errorf("sizes %d, %d", got.Request.Size, got.Answer.Size)
	}
}

// Bodies of other kinds: pages are clipped, files and forms left out, long JSON is cut in the middle.
func TestRecordOtherBodies(t *testing.T) {
	t.Parallel()
	page := recorded(t, "a=1&token=EAAsecret", "application/x-www-form-urlencoded", "<html>Bad gateway "+strings.Repeat("x", 1000), "text/html")
	if page.Request.Text != "…" || !strings.HasPrefix(page.Answer.Text, "<html>Bad gateway") || len(page.Answer.Text) > 310 {
		t.Errorf("%+v %+v", page.Request, page.Answer)
	}
	file := recorded(t, "\xff\xd8\xff", "image/jpeg", "\x89PNG", "image/png")
	if file.Request.Text != "" || file.Answer.Text != "" || file.Answer.Size != 4 {
		t.Errorf("%+v %+v", file.Request, file.Answer)
	}
	long := recorded(t, `{"text":{"body":"`+strings.Repeat("secret words ", 1000)+`"}}`, "application/json", `{"a":"b"}`, "application/json")
	if strings.Contains(long.Request.Text, "words") || !strings.HasSuffix(long.Request.Text, `"…`) {
		t.Errorf("%s", long.Request.Text)
	}
}

// A failed exchange says what went wrong and whether it may have left.
func TestRecordFailure(t *testing.T) {
	t.Parallel()
	ctx, rec := Record(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:9/bot12345:secrettoken/getMe", nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := client(t, Options{}).Do(req); err == nil {
		resp.Body.Close()
		t.Fatal("answered")
	}
	if got := string(rec.Exchange()); strings.Contains(got, "secrettoken") || !strings.Contains(got, "not allowed") {
		t.Errorf("%s", got)
	}
	ctx, rec = Record(t.Context())
	req, err = http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:9/bot12345:secrettoken/getMe", nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := client(t, Options{Allow: []string{"http://127.0.0.1:9"}}).Do(req); err == nil {
		resp.Body.Close()
		t.Fatal("answered")
	}
	var records []record
	if err := json.Unmarshal(rec.Exchange(), &records); err != nil {
		t.Fatal(err)
	}
	if len(records) != 1 || records[0].Sent || records[0].Error == "" || records[0].URL != "http://127.0.0.1:9/…/getMe" {
		t.Errorf("%+v", records)
	}
}

// Nothing recorded is nil, also for a nil recorder.
func TestRecordNothing(t *testing.T) {
	t.Parallel()
	_, rec := Record(t.Context())
	var none *Recorder
	if rec.Exchange() != nil || none.Exchange() != nil {
		t.Error("a record of nothing")
	}
}

// I41: the redactor on its own.
func TestRedact(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{"input_token":"EAA","pin":"123456","client_secret":"x"}`:  `{"input_token":"…","pin":"…","client_secret":"…"}`,
		`{"id":"wamid.HBgLNTUxMTk4NzY1NDMyMQ==","n":5511987654321}`: `{"id":"wamid.HBgLNTUxMTk4NzY1NDMyMQ==","n":55…4321}`,
		`{"name":"João da Silva"}`:                                  `{"name":"Jo…(13)"}`,
		`{"caption":"hi"}`:                                          `{"caption":"…(2)"}`,
		`{"to":"+5511987654321"}`:                                   `{"to":"+55…4321"}`,
		`{"body":"a \"quoted\" thing \ud83d"}`:                      `{"body":"…(25)"}`,
		`[ "a text that is long" , {"k" : null}]`:                   `["a …(19)",{"k":null}]`,
		`{"body":"never clos`:                                       `{"body":"…`,
		`{"body`:                                                    `{"…`,
		`{"a\`:                                                      `{"…`,
	} {
		if got := redactJSON([]byte(in)); got != want {
			t.Errorf("%s:\n got %s\nwant %s", in, got, want)
		}
	}
	u := url.URL{Scheme: "https", Host: "h", Path: "/a", RawQuery: "access_token=x&&limit=5&z"}
	if got := redactURL(&u); got != "https://h/a?access_token=…&limit=5&z=…" {
		t.Error(got)
	}
}

func FuzzRedact(f *testing.F) {
	f.Add([]byte(`{"body":"secret","to":"5511987654321"}`))
	f.Add([]byte(`{"a":"\`))
	f.Fuzz(func(t *testing.T, text []byte) {
		_ = redactBody("application/json", text)
		out := redactJSON(append([]byte(`{"body":"hidden words"} `), text...))
		if strings.Contains(out, "hidden words") && !bytes.Contains(text, []byte("hidden words")) {
			t.Fatal(out)
		}
	})
}
