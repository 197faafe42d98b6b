package demo

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"
)

// The demo's people sign in on the page too, with the password that the first line tells; started again it is the same, and
// each demo has one of its own.
func TestPeopleHavePasswords(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	enter := func(hello Hello, password string) int {
		t.Helper()
		body, err := json.Marshal(map[string]string{"email": hello.Users[1].Email, "password": password})
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, hello.URL+"/api/v1/session", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("X-Clearline", "1")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode
	}
	d, first := begin(t, dir, still)
	for _, u := range first.Users {
		if u.Email == "" || len(u.Password) < 10 {
			t.Errorf("%+v", u)
		}
	}
	if status := enter(first, first.Users[1].Password); status != http.StatusOK {
		t.Errorf("HTTP %d", status)
	}
	end(t, d)
	_, again := begin(t, dir, still)
	if status := enter(again, first.Users[1].Password); status != http.StatusOK {
		t.Errorf("started again: HTTP %d", status)
	}
	_, other := begin(t, t.TempDir(), still)
	if status := enter(other, first.Users[1].Password); status != http.StatusUnauthorized {
		t.Errorf("another demo's password: HTTP %d", status)
	}
}
