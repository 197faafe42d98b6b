package httpapi

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/account"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/seal"
	"github.com/clearline/clearline/search"
	"github.com/clearline/clearline/store"
)

// X7, I54: whatever stands in a path or query, the API answers with JSON and never with a fault of its own.
func FuzzQueries(f *testing.F) {
	for _, path := range []string{"conversations", "deliveries", "changes", "ledger", "messages/1", "conversations/1/messages", "messages/x/story", "connections/9", "media/7", "media/7/preview", "keys", "users", "sessions", "setup", "search", "drafts"} {
		for _, query := range []string{"", "limit=1", "limit=0", "limit=-1", "after=MTc5LjI", "after=%00", "state=parked", "state=%27%20OR%201=1", "since=1", "since=9223372036854775808", "limit=50&after=MTc5NTMzOTk4NzAwMC4yNTAxOTE4NTk5NjIzNTE2MzA",
			"q=from:a+is:open+%22b", "q=%E9%80%80&around=1", "newer=MTc5LjI"} {
			f.Add(path, query)
		}
	}
	key, err := seal.New(make([]byte, seal.KeySize))
	if err != nil {
		f.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	st, err := store.Open(f.Context(), store.Options{Database: filepath.Join(f.TempDir(), "fuzz.db"), Clock: clock.Real(), Log: log, Key: key})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { st.Close() })
	company, err := st.AddCompany(f.Context(), "Fuzz")
	if err != nil {
		f.Fatal(err)
	}
	accounts := account.New(st, clock.Real())
	secret, err := accounts.NewKey(f.Context(), company.ID, "fuzz")
	if err != nil {
		f.Fatal(err)
	}
	handler := New(Options{Store: st, Search: search.New(search.Options{Store: st, Clock: clock.Real(), Log: log}), Accounts: accounts, Clock: clock.Real(), Log: log, UI: http.NotFoundHandler(), Platforms: map[clearline.Platform]Leaf{}})
	f.Fuzz(func(t *testing.T, path, query string) {
		r := httptest.NewRequest(http.MethodGet, "/api/v1/x", nil)
		r.URL = &url.URL{Path: "/api/v1/" + path, RawQuery: query}
		if r.URL.Path == "/api/v1/stream" {
			return // it answers for as long as somebody listens
		}
		r.Header.Set("Authorization", "Bearer "+secret)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Errorf("GET %s?%s: HTTP %d %s", path, query, w.Code, w.Body)
		}
		if w.Code < 300 || w.Code >= 400 {
			if !json.Valid(w.Body.Bytes()) {
				t.Errorf("GET %s?%s: HTTP %d is no JSON: %q", path, query, w.Code, w.Body)
			}
		}
	})
}

// A page's cursor comes back as it was, and anything else is refused.
func FuzzCursor(f *testing.F) {
	for _, seed := range []string{"", "MTIuMzQ", "%", "AAAA", *cursor(time.UnixMilli(1767000000000), 250191859962351630)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, after string) {
		p, err := ListParams{After: after}.page()
		if err != nil || after == "" {
			return
		}
		again, err := ListParams{After: *cursor(time.UnixMilli(p.At), p.ID)}.page()
		if err != nil || again != p {
			t.Errorf("%q is %+v, and then %+v, %v", after, p, again, err)
		}
	})
}
