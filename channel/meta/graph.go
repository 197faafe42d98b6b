package meta

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/egress"
)

// GraphVersion is the version of the Graph API that every call names: an unversioned call is served by the
// oldest version that the app may use. v26.0 is of 29 Jul 2026. Source: Meta, Graph API
// changelog; read Sep 2026.
const GraphVersion = "v26.0"

// maxAnswer bounds an answer of the Graph API. A page of 100 templates is about 300 KB.
const maxAnswer = 8 << 20

// Graph calls the Graph API. It is safe for concurrent use.
type Graph struct {
	// Base is the address without version and final slash, like https://graph.facebook.com.
	Base string
	HTTP *http.Client

	served atomic.Pointer[string]
}

// Served is the version that answered the last call, "" when no answer has named one: a call to a version that has ended
// is answered by another one in silence. The header that tells it is in no reference (field).
func (g *Graph) Served() string {
	if v := g.served.Load(); v != nil {
		return *v
	}
	return ""
}

// note keeps the version that answered.
func (g *Graph) note(header http.Header) {
	if v := header.Get("Facebook-API-Version"); v != "" && v != g.Served() && len(v) <= 8 {
		g.served.Store(&v)
	}
}

// GraphError is a refusal in the platform's own form.
type GraphError struct {
	HTTP int
	clearline.PlatformError
	// Transient is the platform's own hint that the call may be repeated; it is not always given.
	Transient bool
	// After is how long the platform asks to wait (Retry-After, or the use-case header's minutes), 0 when it
	// does not say.
	After time.Duration
}

func (e *GraphError) Error() string {
	s := "code " + strconv.Itoa(e.Code)
	if e.Subcode != 0 {
		s += "/" + strconv.Itoa(e.Subcode)
	}
	return s + ": " + e.Text
}

// NoAnswer means that the platform's word is missing: nothing came, or nothing that can be read.
type NoAnswer struct {
	// Sent is false when it is certain that the request did not leave this machine.
	Sent bool
	// HTTP is the status of an answer that could not be read, 0 when there was none.
	HTTP int
	Err  error
}

func (e *NoAnswer) Error() string {
	if e.HTTP != 0 {
		return fmt.Sprintf("HTTP %d without a readable answer: %v", e.HTTP, e.Err)
	}
	return e.Err.Error()
}

func (e *NoAnswer) Unwrap() error { return e.Err }

// Request is one call.
type Request struct {
	Method string
	// Path follows the version and has no slash at its ends. Parts that come from outside must be escaped
	// with url.PathEscape.
	Path  string
	Query url.Values
	// Token is "" for the calls that carry an app's id and secret instead.
	Token string
	// Body is sent as JSON unless nil.
	Body any
	// Stream is sent instead of Body, for what is too large for memory.
	Stream *Stream
	// Header replaces or adds headers, for the few calls that want their own.
	Header http.Header
}

// Stream is a body of a known type and length. Open may be called again when the first connection was dead.
type Stream struct {
	Type   string
	Length int64
	Open   func() (io.ReadCloser, error)
}

// Call makes one call and decodes a success into out, unless out is nil. It returns the HTTP status and
// either nil, a *GraphError or a *NoAnswer. Success is a status of 2xx with a JSON object and no error in it.
func (g *Graph) Call(ctx context.Context, c Request, out any) (status int, err error) {
	req, err := g.request(ctx, c)
	if err != nil {
		return 0, &NoAnswer{Err: err}
	}
	resp, err := g.HTTP.Do(req)
	if err != nil {
		return 0, &NoAnswer{Sent: egress.Sent(err), Err: withoutAddress(err)}
	}
	defer resp.Body.Close()
	g.note(resp.Header)
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return resp.StatusCode, &NoAnswer{Sent: true, HTTP: resp.StatusCode, Err: err}
	case len(body) > maxAnswer:
		return resp.StatusCode, &NoAnswer{Sent: true, HTTP: resp.StatusCode, Err: errors.New("the answer is too large")}
	}
	if refused := readError(resp, body); refused != nil {
		refused.Text, refused.Details = c.without(refused.Text), c.without(refused.Details)
		return resp.StatusCode, refused
	}
	if resp.StatusCode/100 != 2 || !isObject(body) {
		return resp.StatusCode, &NoAnswer{Sent: true, HTTP: resp.StatusCode, Err: errors.New("neither a result nor an error in it")}
	}
	if out != nil {
		if err := json.Unmarshal(body, out); err != nil {
			return resp.StatusCode, &NoAnswer{Sent: true, HTTP: resp.StatusCode, Err: errors.New("the result has an unexpected form")}
		}
	}
	return resp.StatusCode, nil
}

// Read makes one call and gives the whole answer, for what is read field by field: a field of an unexpected form then
// costs that field alone. Errors as of Call. The caller frees the document.
func (g *Graph) Read(ctx context.Context, c Request) (*Document, error) {
	var body json.RawMessage
	status, err := g.Call(ctx, c, &body)
	if err != nil {
		return nil, err
	}
	d, err := ReadDocument(body)
	if err != nil {
		return nil, &NoAnswer{Sent: true, HTTP: status, Err: err}
	}
	return d, nil
}

// secretQuery are the parameters whose values are secrets.
var secretQuery = []string{"client_secret", "code", "fb_exchange_token", "input_token", "revoke_token"}

// secretLeast is how long a text must be to count as a secret; taking a shorter one out would garble every sentence.
const secretLeast = 8

// without takes the call's own secrets out of a text of Meta's: it quotes a token that it cannot read ("Malformed access token
// …", field), and its texts are stored, logged and shown (I41).
func (c Request) without(text string) string {
	secrets := strings.Split(c.Token, "|") // an app's own token is its id and its secret
	for _, name := range secretQuery {
		secrets = append(secrets, c.Query[name]...)
	}
	for _, s := range secrets {
		if len(s) >= secretLeast && strings.Trim(s, "0123456789") != "" {
			text = strings.ReplaceAll(text, s, "•••")
		}
	}
	return text
}

func (g *Graph) request(ctx context.Context, c Request) (*http.Request, error) {
	address := g.Base + "/" + GraphVersion + "/" + c.Path
	if len(c.Query) > 0 {
		address += "?" + c.Query.Encode()
	}
	var body io.Reader
	if c.Stream != nil {
		stream, err := c.Stream.Open()
		if err != nil {
			return nil, err
		}
		body = stream
	} else if c.Body != nil {
		b, err := json.Marshal(c.Body)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, c.Method, address, body)
	if err != nil {
		return nil, errors.New("the address of the call is not valid")
	}
	if c.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
	req.Header.Set("Accept", "application/json")
	// Answers for people come in the language asked for; English ones are what support can be told.
	req.Header.Set("Accept-Language", "en")
	switch {
	case c.Stream != nil:
		req.Header.Set("Content-Type", c.Stream.Type)
		req.ContentLength, req.GetBody = c.Stream.Length, c.Stream.Open
	case body != nil:
		req.Header.Set("Content-Type", "application/json")
	}
	for name, values := range c.Header {
		req.Header[name] = values
	}
	return req, nil
}

// withoutAddress strips the address that net/http puts in front of an error: addresses may hold secrets.
func withoutAddress(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

func isObject(body []byte) bool {
	body = bytes.TrimSpace(body)
	return len(body) > 0 && body[0] == '{'
}

// readError reads the error envelope, nil when body holds none. Numbers may come as strings, and error_data is
// an object on sends but a string of JSON on some management calls (field).
func readError(resp *http.Response, body []byte) *GraphError {
	if !isObject(body) {
		return nil
	}
	d, err := ReadDocument(body)
	if err != nil {
		return nil
	}
	defer d.Free()
	v := d.Root().Get("error")
	if v.Kind() != Object {
		return nil
	}
	code, ok := v.Get("code").Int()
	if !ok {
		return nil
	}
	sub, _ := v.Get("error_subcode").Int()
	e := &GraphError{HTTP: resp.StatusCode, Transient: v.Get("is_transient").True(), After: waitOf(resp)}
	e.PlatformError = clearline.PlatformError{
		Code: int(code), Subcode: int(sub), Text: v.Get("message").Text(), TraceID: v.Get("fbtrace_id").Text(),
		Details: v.Get("error_user_msg").Text(),
	}
	switch data := v.Get("error_data"); data.Kind() {
	case Object:
		if s := data.Get("details").Text(); s != "" {
			e.Details = s
		}
	case String:
		if s := detailsIn(data.Text()); s != "" {
			e.Details = s
		}
	}
	if e.TraceID == "" {
		e.TraceID = resp.Header.Get("X-Fb-Trace-Id")
	}
	return e
}

// detailsIn reads error_data that came as a string: JSON with details in it, or any other text as it is.
func detailsIn(s string) string {
	d, err := ReadDocument([]byte(s))
	if err != nil {
		return s
	}
	defer d.Free()
	if inner := d.Root().Get("details").Text(); inner != "" {
		return inner
	}
	return s
}

// maxWait bounds what a header may ask for; a wrong one must not park a number for good.
const maxWait = 24 * time.Hour

// waitOf reads how long the platform asks to wait: Retry-After in seconds, or the estimate in minutes of
// X-Business-Use-Case-Usage. Source: Meta, Graph API, "Rate limits"; read Nov 2025.
func waitOf(resp *http.Response) time.Duration {
	var wait time.Duration
	if s, err := strconv.Atoi(strings.TrimSpace(resp.Header.Get("Retry-After"))); err == nil && s > 0 {
		wait = time.Duration(min(s, int(maxWait/time.Second))) * time.Second
	}
	if usage := resp.Header.Get("X-Business-Use-Case-Usage"); usage != "" {
		if d, err := ReadDocument([]byte(usage)); err == nil {
			for m := d.Root().Members(); m.Next(); {
				for it := m.Value().Items(); it.Next(); {
					n, _ := it.Value().Get("estimated_time_to_regain_access").Int()
					wait = max(wait, time.Duration(min(max(n, 0), int64(maxWait/time.Minute)))*time.Minute)
				}
			}
			d.Free()
		}
	}
	return min(wait, maxWait)
}
