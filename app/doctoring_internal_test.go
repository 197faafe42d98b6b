package app

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"testing"

	"github.com/clearline/clearline"
)

// What could not be examined is not taken for good: a procedure that connects an account would say that all is well.
func TestWhatCouldNotBeProvenIsNotGood(t *testing.T) {
	t.Parallel()
	a, err := New(t.Context(), Options{DataDir: t.TempDir(), Database: filepath.Join(t.TempDir(), "clearline.db"), GraphURL: "http://127.0.0.1:9", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Store.Close() })
	if cause := a.proveWayIn(t.Context(), 4711, 4711); cause != clearline.CauseBusy {
		t.Errorf("a connection that is not there: %q", cause)
	}
	a.doctor.Stop()
	if cause := a.serverCheck(t.Context()); cause != clearline.CauseBusy {
		t.Errorf("an examination that was given up: %q", cause)
	}
}

// The plain port sends on to the public address alone, whatever was asked for.
func TestOnwardKeepsTheName(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]string{
		"/a/b?c=d%20e": "/a/b?c=d%20e", "//example.org/x": "//example.org/x", "/%2e%2fx": "/%2e%2fx", "x:@example.org/": "/", "http://example.org/y": "/y",
	} {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		onward("https://inbox.example.com").ServeHTTP(w, &http.Request{Method: http.MethodGet, URL: u})
		if got := w.Header().Get("Location"); got != "https://inbox.example.com"+want {
			t.Errorf("%q leads to %q", target, got)
		}
	}
}
