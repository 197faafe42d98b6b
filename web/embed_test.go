package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func built() *handler {
	return &handler{files: fstest.MapFS{
		"index.html":              {Data: []byte("<title>app</title>")},
		"assets/index-1a2b.js":    {Data: []byte("let plain")},
		"assets/index-1a2b.js.br": {Data: []byte("brotli bytes")},
		"favicon.svg":             {Data: []byte("<svg/>")},
	}}
}

func TestHandlerServesTheApplication(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, method, path, accept string
		status                     int
		body, kind, cache, coding  string
	}{
		{"the page", "GET", "/", "", 200, "<title>app</title>", "text/html", "no-store", ""},
		{"an address of the application", "GET", "/conversations/01J9", "", 200, "<title>app</title>", "text/html", "no-store", ""},
		{"a hashed file", "GET", "/assets/index-1a2b.js", "", 200, "let plain", "text/javascript", "immutable", ""},
		{"a hashed file, packed", "GET", "/assets/index-1a2b.js", "gzip, br", 200, "brotli bytes", "text/javascript", "immutable", "br"},
		{"brotli refused", "GET", "/assets/index-1a2b.js", "br;q=0, gzip", 200, "let plain", "text/javascript", "immutable", ""},
		{"a file with a plain name", "GET", "/favicon.svg", "", 200, "<svg/>", "image/svg+xml", "no-store", ""},
		{"a missing file", "GET", "/assets/index-old.js", "", 404, "", "", "", ""},
		{"a folder is no file", "GET", "/assets", "", 200, "<title>app</title>", "text/html", "no-store", ""},
		{"climbing out", "GET", "/../../embed.go", "", 404, "", "", "", ""},
		{"head", "HEAD", "/", "", 200, "", "text/html", "no-store", ""},
		{"writing", "POST", "/", "", 405, "", "", "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			req := httptest.NewRequest(c.method, c.path, nil)
			req.Header.Set("Accept-Encoding", c.accept)
			rec := httptest.NewRecorder()
			built().ServeHTTP(rec, req)
			res := rec.Result()
			body, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			if res.StatusCode != c.status {
				t.Fatalf("status %d, want %d", res.StatusCode, c.status)
			}
			for header, want := range map[string]string{
				"Content-Security-Policy": "default-src 'self'",
				"X-Content-Type-Options":  "nosniff",
			} {
				if got := res.Header.Get(header); !strings.Contains(got, want) {
					t.Errorf("%s = %q, want it to hold %q", header, got, want)
				}
			}
			if c.status != http.StatusOK {
				return
			}
			if string(body) != c.body {
				t.Errorf("body %q, want %q", body, c.body)
			}
			if got := res.Header.Get("Content-Type"); !strings.HasPrefix(got, c.kind) {
				t.Errorf("type %q, want %q", got, c.kind)
			}
			if got := res.Header.Get("Cache-Control"); !strings.Contains(got, c.cache) {
				t.Errorf("cache %q, want %q", got, c.cache)
			}
			if got := res.Header.Get("Content-Encoding"); got != c.coding {
				t.Errorf("coding %q, want %q", got, c.coding)
			}
		})
	}
}

func TestPolicyAllowsNothingInline(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"unsafe-inline", "unsafe-eval", "http:", "*"} {
		if strings.Contains(ContentSecurityPolicy, word) {
			t.Errorf("the policy holds %q: %s", word, ContentSecurityPolicy)
		}
	}
}

// A clean clone has only the committed page; after `make build` the application is there. Either way
// the root answers with a page.
func TestEmbeddedFolderHasAPage(t *testing.T) {
	t.Parallel()
	rec := httptest.NewRecorder()
	Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/", nil))
	if rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), "Clearline") {
		t.Fatalf("status %d, body %.200q", rec.Code, rec.Body.String())
	}
	if _, err := Dist.ReadFile("dist/index.html"); err != nil {
		t.Fatalf("the committed page is missing: %v", err)
	}
}
