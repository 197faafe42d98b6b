package egress

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"time"
)

// keptBody is how much of a body is kept for the record, before it is redacted.
const keptBody = 4 << 10

// maxExchanges bounds the exchanges of one record; a send makes one.
const maxExchanges = 8

type recorderKey struct{}

// Record returns a context whose exchanges are written down, and where.
func Record(ctx context.Context) (context.Context, *Recorder) {
	r := &Recorder{}
	return context.WithValue(ctx, recorderKey{}, r), r
}

// Recorder holds what was said over the calls of one context. Methods may be called on a nil Recorder, which
// records nothing, and from several goroutines.
type Recorder struct {
	mu        sync.Mutex
	exchanges []*exchange
}

// exchange is one request and its answer, as kept until Exchange redacts them.
type exchange struct {
	mu          sync.Mutex
	method, url string
	start       time.Time
	took        time.Duration
	requestType string
	request     []byte
	requestSize int64
	status      int
	header      http.Header
	answer      []byte
	answerSize  int64
	err         string
	sent, ended bool
}

func recorderOf(ctx context.Context) *Recorder {
	r, _ := ctx.Value(recorderKey{}).(*Recorder)
	return r
}

// begin writes a request down. It returns nil, which records nothing, without a recorder or when it is full.
func (r *Recorder) begin(req *http.Request, now time.Time) *exchange {
	if r == nil {
		return nil
	}
	x := &exchange{method: req.Method, url: redactURL(req.URL), start: now, requestSize: req.ContentLength, requestType: req.Header.Get("Content-Type")}
	if req.GetBody != nil && textual(x.requestType) {
		if body, err := req.GetBody(); err == nil {
			x.request, _ = io.ReadAll(io.LimitReader(body, keptBody)) // a reader of bytes in memory
			body.Close()
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.exchanges) >= maxExchanges {
		return nil
	}
	r.exchanges = append(r.exchanges, x)
	return x
}

func (x *exchange) answered(resp *http.Response) {
	if x == nil {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.status, x.header, x.sent = resp.StatusCode, resp.Header, true
}

func (x *exchange) read(p []byte) {
	if x == nil {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.answerSize += int64(len(p))
	if room := keptBody - len(x.answer); room > 0 && textual(x.header.Get("Content-Type")) {
		x.answer = append(x.answer, p[:min(room, len(p))]...)
	}
}

// end closes the exchange; only the first call counts.
func (x *exchange) end(err error, now time.Time) {
	if x == nil {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.ended {
		return
	}
	x.took, x.ended = now.Sub(x.start), true
	if err != nil {
		x.err, x.sent = redactText(withoutAddress(err)), Sent(err)
	}
}

// record is the stored form of an exchange.
type record struct {
	Method  string `json:"method"`
	URL     string `json:"url"`
	At      string `json:"at"`
	Ms      int64  `json:"ms"`
	Sent    bool   `json:"sent"`
	Request *body  `json:"request,omitempty"`
	Status  int    `json:"status,omitempty"`
	// Headers are those that tell about limits and help the platform's support.
	Headers map[string]string `json:"headers,omitempty"`
	Answer  *body             `json:"answer,omitempty"`
	Error   string            `json:"error,omitempty"`
}

// body is a redacted body and its full size in bytes.
type body struct {
	Size int64  `json:"size"`
	Text string `json:"text,omitempty"`
}

// Exchange is what was said, as a compact JSON array with an object for each exchange:
// method, url, at, ms, sent, request {size, text}, status, headers, answer {size, text}, error. Credentials are
// taken out, people's numbers and texts shortened, and each body is cut after 4 KiB. It is nil when there was
// no exchange.
func (r *Recorder) Exchange() []byte {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.exchanges) == 0 {
		return nil
	}
	records := make([]record, len(r.exchanges))
	for i, x := range r.exchanges {
		records[i] = x.record()
	}
	out, err := json.Marshal(records)
	if err != nil {
		return nil // strings and numbers always marshal
	}
	return out
}

// keptHeaders are the answer's headers worth keeping; none of them is secret.
var keptHeaders = []string{
	"Content-Type", "Date", "Retry-After", "X-App-Usage", "X-Business-Use-Case-Usage", "X-Fb-Debug", "X-Fb-Rev",
	"X-Fb-Trace-Id", "Facebook-Api-Version", "X-Ratelimit-Remaining", "X-Ratelimit-Reset-After", "X-Ratelimit-Scope",
}

const maxHeader = 300

func (x *exchange) record() record {
	x.mu.Lock()
	defer x.mu.Unlock()
	rec := record{
		Method: x.method, URL: x.url, At: x.start.UTC().Format(time.RFC3339Nano), Ms: x.took.Milliseconds(), Sent: x.sent,
		Status: x.status, Error: x.err,
	}
	if x.requestSize > 0 {
		rec.Request = &body{Size: x.requestSize, Text: redactBody(x.requestType, x.request)}
	}
	if x.status == 0 {
		return rec
	}
	rec.Answer = &body{Size: x.answerSize, Text: redactBody(x.header.Get("Content-Type"), x.answer)}
	for _, key := range keptHeaders {
		value := x.header.Get(key)
		if value == "" || len(value) > maxHeader {
			continue
		}
		if rec.Headers == nil {
			rec.Headers = make(map[string]string)
		}
		rec.Headers[key] = value
	}
	return rec
}
