package app_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/clearline/clearline"
)

// leaky stands before the product and gives whoever asks for one of the paths the rights of the owner's key: what a
// forgotten company in a query looks like from outside.
func (m *matrix) leaky(paths ...string) {
	to, err := url.Parse(m.owner.url)
	if err != nil {
		m.t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.FlushInterval = -1
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if slices.ContainsFunc(paths, func(p string) bool { return strings.HasPrefix(r.URL.Path, "/api/v1/"+p) }) {
			r.Header.Set("Authorization", "Bearer "+m.owner.key)
		}
		proxy.ServeHTTP(w, r)
	}))
	m.t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	m.url = s.URL
}

// The matrix is only as good as its eyes: each leak that is planted must be seen.
func TestPlantedLeaksAreSeen(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		path   string
		method string
		want   string
	}{
		"a list":         {"deliveries", http.MethodGet, "GET /api/v1/deliveries shows another company's delivery"},
		"one thing":      {"messages/", http.MethodGet, "GET /api/v1/messages/{id} takes another company's id in path:id"},
		"a search by id": {"search", http.MethodGet, "GET /api/v1/search tells another company's id in query:q"},
		"a write":        {"conversations/", http.MethodPatch, "PATCH /api/v1/conversations/{id} changed another company's rows: "},
		"a write by set": {"company", http.MethodPatch, "PATCH /api/v1/company changed another company's rows: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMatrix(t, "")
			m.leaky(c.path)
			m.only = func(r route) bool {
				return r.method == c.method && strings.HasPrefix(r.path, "/api/v1/"+c.path) && r.right != "own"
			}
			m.allRoutes()
			if !slices.ContainsFunc(m.leaks, func(l string) bool { return strings.HasPrefix(l, c.want) }) {
				t.Errorf("it was not seen; seen was %q", m.leaks)
			}
		})
	}
	t.Run("a stream", func(t *testing.T) {
		t.Parallel()
		m := newMatrix(t, "")
		m.leaky("stream")
		spy := &company{install: &install{url: m.url, t: t}, key: m.stranger.key}
		ours := spy.open(t, "", nil, nil)
		m.happen("user.changed")()
		for {
			e, _ := ours.next(t)
			m.overheard("stream", e.data)
			if strings.Contains(e.data, "user.changed") {
				break
			}
		}
		if len(m.leaks) == 0 {
			t.Error("it was not seen")
		}
	})
}

// A kind of change that is declared must be in the list that the matrix goes by.
func TestChangeKindsAreListed(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../delivery.go")
	if err != nil {
		t.Fatal(err)
	}
	declared := regexp.MustCompile(`ChangeKind += "([\w.]+)"`).FindAllStringSubmatch(string(text), -1)
	if len(declared) != len(clearline.ChangeKinds) || len(declared) < 5 {
		t.Errorf("%d kinds are declared, %d listed", len(declared), len(clearline.ChangeKinds))
	}
	for _, d := range declared {
		if !slices.Contains(clearline.ChangeKinds, clearline.ChangeKind(d[1])) {
			t.Errorf("%s is not listed", d[1])
		}
	}
}

// The API's routes are registered by handle and raw, which describe them: a handler put on the mux past them would be in no matrix.
func TestNoRouteGoesPastTheDescription(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../httpapi/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`mux\.Handle(Func)?\([^\n]*`).FindAllString(string(text), -1) {
			if strings.Contains(found, "/api/v1") {
				t.Errorf("%s: %s", name, found)
			}
		}
		if strings.Contains(string(text), "huma.Register(") && filepath.Base(name) != "conversations.go" {
			t.Errorf("%s registers a route past handle", name)
		}
	}
}
