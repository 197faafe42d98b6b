package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"
)

// client follows no redirects; each test has its own so that no connection outlives its server.
var client = &http.Client{
	Transport:     &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Second},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Timeout:       2 * time.Minute,
}

// request is one call; body is sent as it is when it is bytes, else as JSON.
type request struct {
	method, url string
	key         string
	header      map[string]string
	cookie      *http.Cookie
	body        any
	// stream is sent instead of body, with the length told unless that is negative.
	stream io.Reader
	length int64
}

type answer struct {
	status int
	header http.Header
	raw    []byte
	what   string
}

func (r request) send(t testing.TB) *answer {
	t.Helper()
	a, err := r.try(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (r request) try(ctx context.Context) (*answer, error) {
	var body io.Reader
	switch b := r.body.(type) {
	case nil:
	case []byte:
		body = bytes.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, r.url, body)
	if err != nil {
		return nil, err
	}
	if r.stream != nil {
		req.Body, req.ContentLength = io.NopCloser(r.stream), r.length
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.key != "" {
		req.Header.Set("Authorization", "Bearer "+r.key)
	}
	for k, v := range r.header {
		req.Header.Set(k, v)
	}
	if r.cookie != nil {
		req.AddCookie(r.cookie)
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	return &answer{res.StatusCode, res.Header, raw, r.method + " " + r.url}, err
}

func (a *answer) want(t testing.TB, status int) *answer {
	t.Helper()
	if a.status != status {
		t.Fatalf("%s: HTTP %d, want %d: %.600s", a.what, a.status, status, a.raw)
	}
	return a
}

func (a *answer) into(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal(a.raw, v); err != nil {
		t.Fatalf("%s: %v in %.300s", a.what, err, a.raw)
	}
}

// problem is application/problem+json.
type problem struct {
	Title, Detail, Cause string
	Status               int
	Fields               []struct{ Name, Reason string }
	RequestID            string `json:"request_id"`
}

// problem wants a refusal with a status and a cause, in the one form that all refusals have.
func (a *answer) problem(t testing.TB, status int, cause string) problem {
	t.Helper()
	a.want(t, status)
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("%s: the refusal has the type %q", a.what, got)
	}
	var keys map[string]any
	a.into(t, &keys)
	for _, k := range []string{"title", "status", "detail", "cause", "fields", "request_id"} {
		if _, ok := keys[k]; !ok {
			t.Errorf("%s: the refusal has no %s: %s", a.what, k, a.raw)
		}
	}
	var p problem
	a.into(t, &p)
	if p.Status != status || p.Cause != cause || p.Title == "" || p.Detail == "" {
		t.Errorf("%s: refused with %+v, want cause %s", a.what, p, cause)
	}
	return p
}

// zeros is so many bytes that take no memory.
func zeros(n int64) io.Reader { return io.LimitReader(zero{}, n) }

type zero struct{}

func (zero) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
