package meta

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/egress"
	"github.com/google/go-cmp/cmp"
)

func ask(t *testing.T, status int, header http.Header, body string, out any) (int, error) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RequestURI() != "/"+GraphVersion+"/a%2Fb/edge?fields=id%2Cname" || r.Header.Get("Authorization") != "Bearer tok" {
			t.Errorf("asked for %s as %q", r.URL.RequestURI(), r.Header.Get("Authorization"))
		}
		for key, values := range header {
			w.Header()[key] = values
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	c, err := egress.New(egress.Options{Allow: []string{s.URL}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.CloseIdleConnections)
	g := Graph{Base: s.URL, HTTP: c}
	return g.Call(t.Context(), Request{Method: http.MethodGet, Path: url.PathEscape("a/b") + "/edge", Query: url.Values{"fields": {"id,name"}}, Token: "tok"}, out)
}

// The error envelope in all its spellings.
func TestGraphErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body   string
		header http.Header
		want   GraphError
	}{
		"full": {
			`{"error":{"message":"(#132001) Template name does not exist","type":"OAuthException","code":132001,"error_subcode":2494073,"is_transient":true,"error_user_title":"T","error_user_msg":"M","error_data":{"messaging_product":"whatsapp","details":"promo_9 in en"},"fbtrace_id":"AbC"}}`, nil,
			GraphError{PlatformError: clearline.PlatformError{Code: 132001, Subcode: 2494073, Text: "(#132001) Template name does not exist", Details: "promo_9 in en", TraceID: "AbC"}, Transient: true},
		},
		"only for people":    {`{"error":{"message":"x","code":100,"error_subcode":2388001,"error_user_msg":"Bitte bestätigen"}}`, nil, GraphError{PlatformError: clearline.PlatformError{Code: 100, Subcode: 2388001, Text: "x", Details: "Bitte bestätigen"}}},
		"data as JSON text":  {`{"error":{"message":"x","code":100,"error_data":"{\"details\":\"inner\"}"}}`, nil, GraphError{PlatformError: clearline.PlatformError{Code: 100, Text: "x", Details: "inner"}}},
		"data as fields":     {`{"error":{"message":"x","code":100,"error_data":"{\"blame_field_specs\":[[\"name\"]]}"}}`, nil, GraphError{PlatformError: clearline.PlatformError{Code: 100, Text: "x", Details: `{"blame_field_specs":[["name"]]}`}}},
		"data as words":      {`{"error":{"message":"x","code":100,"error_data":"just words"}}`, nil, GraphError{PlatformError: clearline.PlatformError{Code: 100, Text: "x", Details: "just words"}}},
		"data as a list":     {`{"error":{"message":"x","code":100,"error_data":[1]}}`, nil, GraphError{PlatformError: clearline.PlatformError{Code: 100, Text: "x"}}},
		"numbers as texts":   {`{"error":{"message":"x","code":"190","error_subcode":"463"}}`, nil, GraphError{PlatformError: clearline.PlatformError{Code: 190, Subcode: 463, Text: "x"}}},
		"trace in a header":  {`{"error":{"message":"x","code":1}}`, http.Header{"X-Fb-Trace-Id": {"Hdr"}}, GraphError{PlatformError: clearline.PlatformError{Code: 1, Text: "x", TraceID: "Hdr"}}},
		"retry after":        {`{"error":{"message":"x","code":4}}`, http.Header{"Retry-After": {"9"}}, GraphError{PlatformError: clearline.PlatformError{Code: 4, Text: "x"}, After: 9 * time.Second}},
		"retry after a year": {`{"error":{"message":"x","code":4}}`, http.Header{"Retry-After": {"31536000"}}, GraphError{PlatformError: clearline.PlatformError{Code: 4, Text: "x"}, After: maxWait}},
		"broken usage":       {`{"error":{"message":"x","code":4}}`, http.Header{"X-Business-Use-Case-Usage": {"{"}}, GraphError{PlatformError: clearline.PlatformError{Code: 4, Text: "x"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.want.HTTP = 400
			_, err := ask(t, 400, c.header, c.body, nil)
			var got *GraphError
			if !errors.As(err, &got) {
				t.Fatalf("%T %v", err, err)
			}
			if d := cmp.Diff(c.want, *got); d != "" {
				t.Error(d)
			}
		})
	}
}

// Everything that is neither a result nor an error in the platform's form is no answer.
func TestGraphNoAnswer(t *testing.T) {
	t.Parallel()
	type result struct {
		ID string `json:"id"`
	}
	for name, c := range map[string]struct {
		status int
		body   string
	}{
		"empty": {200, ""}, "page": {200, "<html>"}, "page that begins with a brace": {200, "{<html>"}, "half": {200, `{"id":"1`}, "wrong form": {200, `{"id":[]}`},
		"error without code": {500, `{"error":{"message":"x"}}`}, "error as a word": {500, `{"error":"x"}`}, "result at 500": {500, `{"id":"1"}`}, "null": {200, "null"},
		"too large": {200, `{"id":"` + strings.Repeat("x", maxAnswer) + `"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out result
			status, err := ask(t, c.status, nil, c.body, &out)
			var none *NoAnswer
			if !errors.As(err, &none) || !none.Sent || none.HTTP != c.status || status != c.status {
				t.Errorf("%d, %T %v", status, err, err)
			}
		})
	}
	var out result
	if status, err := ask(t, 200, nil, `{"id":"7"}`, &out); err != nil || status != 200 || out.ID != "7" {
		t.Errorf("%d, %v, %+v", status, err, out)
	}
}

// An address that cannot be called never leaves, and its words are not in the error.
func TestGraphBadBase(t *testing.T) {
	t.Parallel()
	c, err := egress.New(egress.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, base := range []string{"http://127.0.0.1:1", "https://192.168.0.1", "://secretword", "https://secretword.invalid"} {
		g := Graph{Base: base, HTTP: c}
		_, err := g.Call(t.Context(), Request{Method: http.MethodGet, Path: "me", Token: "tok"}, nil)
		var none *NoAnswer
		if !errors.As(err, &none) || none.Sent {
			t.Errorf("%s: %v", base, err)
		}
	}
}
