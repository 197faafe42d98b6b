package app_test

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline/sim"
)

// file is a message's file as the API shows it.
type file struct {
	ID, MIME, Name, State, Reason string
	Bytes                         int
	URL                           *string
}

func (w *world) files(message string) []file {
	w.t.Helper()
	var m struct{ Media []file }
	w.get("messages/"+message, &m)
	return m.Media
}

// M1, I11, I44: the message is there at once, its file follows, and is served as dead bytes to its own company alone.
func TestFileFollows(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		p, c := w.writes("Ana", "Hello")
		html := "<!DOCTYPE html><script>alert(1)</script>"
		for _, in := range []sim.PersonMessage{
			{Kind: "image", Text: "The handle"},
			{Kind: "voice"},
			{Kind: "document", Filename: "invoice.html", Mime: "text/html", Base64: base64.StdEncoding.EncodeToString([]byte(html))},
		} {
			id, err := w.twin.Write(p.ID, in)
			if err != nil {
				t.Fatal(err)
			}
			var m message
			until(t, "the message is here", func() bool {
				for _, m = range w.thread(c.ID) {
					if text(m.PlatformID) == id {
						return true
					}
				}
				return false
			})
			var f file
			until(t, "its file is here", func() bool {
				w.clock.Advance(2 * time.Second)
				f = w.files(m.ID)[0]
				return f.State == "ready"
			})
			if m.Kind != in.Kind || f.URL == nil || f.Bytes == 0 {
				t.Fatalf("%s: %+v", in.Kind, f)
			}
			address := *f.URL
			if strings.HasPrefix(address, "/") {
				address = w.url + address
			}
			got := request{method: http.MethodGet, url: address, key: w.key}.send(t).want(t, http.StatusOK)
			h := got.header
			if len(got.raw) != f.Bytes || h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
				t.Errorf("%s: %d bytes of %d, headers %v", in.Kind, len(got.raw), f.Bytes, h)
			}
			if in.Kind == "document" && (string(got.raw) != html || h.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment")) {
				t.Errorf("a page is served as %s, %s", h.Get("Content-Type"), h.Get("Content-Disposition"))
			}
			if in.Kind == "image" && (h.Get("Content-Type") != "image/jpeg" || !strings.HasPrefix(h.Get("Content-Disposition"), "inline")) {
				t.Errorf("a picture is served as %s, %s", h.Get("Content-Type"), h.Get("Content-Disposition"))
			}
			request{method: http.MethodGet, url: address}.send(t).problem(t, http.StatusUnauthorized, "api.sign_in")
		}
	})
}

// I11: a file that the platform no longer has is marked lost; its message stays.
func TestLostFile(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		p, c := w.writes("Ana", "Hello")
		w.fault(sim.Fault{Cause: "media.expired"})
		if _, err := w.twin.Write(p.ID, sim.PersonMessage{Kind: "image", Text: "Too late"}); err != nil {
			t.Fatal(err)
		}
		until(t, "the file is lost", func() bool {
			w.clock.Advance(2 * time.Second)
			all := w.thread(c.ID)
			m := all[len(all)-1]
			return m.Kind == "image" && m.Text == "Too late" && m.Media[0].State == "lost"
		})
	})
}

// I9, I11: a file that the platform itself could not get is a message that says so, not a hole.
func TestFileThatThePlatformLost(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		p, c := w.writes("Ana", "Hello")
		end := w.fault(sim.Fault{Cause: "media.unavailable"})
		if _, err := w.twin.Write(p.ID, sim.PersonMessage{Kind: "video", Text: "Much too long"}); err != nil {
			t.Fatal(err)
		}
		until(t, "the message says what is missing", func() bool {
			return slices.ContainsFunc(w.thread(c.ID), func(m message) bool {
				return m.Kind == "unsupported" && len(m.Media) == 0 && strings.Contains(jsonOf(t, m.Details), "131052")
			})
		})
		end()
		w.says(p, "Then not")
	})
}
