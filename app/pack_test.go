package app_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"testing"
)

// Lists go packed to whoever takes it, with the same content; short answers and what shows a secret go as they are.
func TestListsGoPacked(t *testing.T) {
	t.Parallel()
	w := meet(t, "")
	for n := range 8 {
		w.writes(fmt.Sprint("Customer ", n), "A text of some length, as people write it when they ask where their order is.")
	}
	get := func(method, path, encoding string) (*http.Response, []byte) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, w.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+w.key)
		r.Header.Set("Accept-Encoding", encoding) // set by hand: net/http unpacks nothing
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		raw, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("%s %s: %d, %v", method, path, answer.StatusCode, err)
		}
		return answer, raw
	}
	_, plain := get("GET", "/api/v1/conversations", "identity")
	answer, packed := get("GET", "/api/v1/conversations", "gzip, br")
	if answer.Header.Get("Content-Encoding") != "gzip" || answer.Header.Get("Vary") == "" || len(packed) > len(plain)/2 {
		t.Fatalf("%d bytes of %d with %v", len(packed), len(plain), answer.Header)
	}
	reader, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	if unpacked, err := io.ReadAll(reader); err != nil || string(unpacked) != string(plain) {
		t.Errorf("unpacked it is another answer, %v:\n%s\n%s", err, unpacked, plain)
	}
	for _, path := range []string{"/api/v1/me", "/api/v1/presence", "/api/openapi.json"} {
		if answer, _ := get("GET", path, "gzip"); answer.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s is packed", path)
		}
	}
}
