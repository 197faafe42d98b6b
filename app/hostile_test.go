package app_test

import (
	"bytes"
	"encoding/base64"
	"image/jpeg"
	"mime"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/clearline/clearline/media/mediatest"
	"github.com/clearline/clearline/sim"
)

// inline are the types that may be shown in a page, and what their bytes begin with, after so many.
var inline = map[string]struct {
	at     int
	starts []string
}{
	"image/jpeg": {0, []string{"\xff\xd8"}}, "image/png": {0, []string{"\x89PNG\r\n\x1a\n"}}, "image/gif": {0, []string{"GIF87a", "GIF89a"}}, "image/webp": {8, []string{"WEBP"}},
	"audio/ogg": {0, []string{"OggS"}}, "audio/mpeg": {0, []string{"ID3", "\xff"}}, "audio/mp4": {4, []string{"ftyp"}}, "audio/aac": {0, []string{"\xff"}}, "audio/amr": {0, []string{"#!AMR"}},
	"video/mp4": {4, []string{"ftyp"}}, "video/3gpp": {4, []string{"ftyp"}},
}

// dead fetches a file and its preview and wants dead bytes: nothing that a browser would run, whatever it is called.
func (w *world) dead(what string, f upload) {
	t := w.t
	t.Helper()
	got := request{method: http.MethodGet, url: w.url + *f.URL, key: w.key}.send(t).want(t, http.StatusOK)
	h := got.header
	if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Security-Policy") != "default-src 'none'; sandbox" || len(got.raw) != f.Bytes {
		t.Errorf("%s: %d bytes of %d, headers %v", what, len(got.raw), f.Bytes, h)
	}
	disposition, params, err := mime.ParseMediaType(h.Get("Content-Disposition"))
	name := params["filename"]
	if err != nil || name == "" || strings.ContainsAny(name, `/\<>"|?*`) || len([]rune(name)) > 200 || strings.ContainsFunc(name, hidden) {
		t.Errorf("%s: the disposition is %q, %v", what, h.Get("Content-Disposition"), err)
	}
	kind := h.Get("Content-Type")
	allowed, shown := inline[kind]
	switch {
	case disposition == "inline":
		begins := false
		for _, start := range allowed.starts {
			begins = begins || len(got.raw) > allowed.at && strings.HasPrefix(string(got.raw[allowed.at:]), start)
		}
		if !shown || !begins {
			t.Errorf("%s: shown in the page as %s, and begins with %.16q", what, kind, got.raw)
		}
	case disposition != "attachment" || kind != "application/octet-stream":
		t.Errorf("%s: %s as %s", what, disposition, kind)
	}
	if f.PreviewURL == nil {
		return
	}
	small := request{method: http.MethodGet, url: w.url + *f.PreviewURL, key: w.key}.send(t).want(t, http.StatusOK)
	if cfg, err := jpeg.DecodeConfig(bytes.NewReader(small.raw)); err != nil || cfg.Width > 640 || cfg.Height > 640 || small.header.Get("Content-Type") != "image/jpeg" || small.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%s: the preview is %+v, %v, %v", what, cfg, err, small.header)
	}
}

func hidden(r rune) bool {
	return unicode.IsControl(r) || r != '\u200d' && unicode.Is(unicode.Cf, r)
}

// peak watches how much memory is in use until the returned call, which tells the most.
func peak() func() uint64 {
	stop, most := make(chan struct{}), make(chan uint64)
	go func() {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		var m runtime.MemStats
		var top uint64
		for {
			select {
			case <-stop:
				most <- top
				return
			case <-tick.C:
				runtime.ReadMemStats(&m)
				top = max(top, m.HeapInuse)
			}
		}
	}()
	return func() uint64 { close(stop); return <-most }
}

// maxHeap is far below what any of the bombs unpacks to. Pictures that are worked on take some 20 MB.
const maxHeap = 256 << 20

// I10, I44, I46, X7: files that mean harm, through every way in. Each is refused with a reason or kept as dead bytes; the
// server lives and its memory stays bounded.
func TestHostileFiles(t *testing.T) {
	// One after the other and beside no other test, all of which run in parallel: what is measured is this process's memory.
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) { hostileFiles(t, e.database(t)) })
	}
}

func hostileFiles(t *testing.T, database string) {
	t.Helper()
	w := meet(t, database)
	p, c := w.writes("Ana", "Hello")
	top := peak()
	all := mediatest.Hostile()
	if len(all) < 60 {
		t.Errorf("only %d files", len(all))
	}
	kept, refused := 0, 0
	for _, f := range all {
		for _, as := range []string{"", "&as=document", "&as=sticker", "&as=voice"} {
			got := request{method: http.MethodPost, url: w.url + "/api/v1/media?name=" + url.QueryEscape(f.Name) + as, key: w.key, header: map[string]string{"Content-Type": strings.Map(printable, f.MIME)}, body: f.Bytes}.send(t)
			switch got.status {
			case http.StatusCreated:
				kept++
				var u upload
				got.into(t, &u)
				w.dead(f.What+as, u)
			case http.StatusUnprocessableEntity:
				refused++
				var p problem
				got.into(t, &p)
				if p.Cause != "media.type" && p.Cause != "media.size" || p.Detail == "" || len(p.Fields) == 0 {
					t.Errorf("%s%s: refused with %+v", f.What, as, p)
				}
			default:
				t.Errorf("%s%s: HTTP %d: %.200s", f.What, as, got.status, got.raw)
			}
		}
	}
	if kept == 0 || refused == 0 {
		t.Errorf("%d kept, %d refused", kept, refused)
	}
	// From the other side: shown at once, its file there as dead bytes, whatever it is.
	sent := map[string]string{}
	for _, f := range all {
		if len(f.Bytes) == 0 || f.MIME == "" {
			continue // the twin puts a sample in the place of nothing, and wants a type
		}
		kind, _, _ := strings.Cut(f.MIME, "/")
		if kind != "image" && kind != "video" && kind != "audio" {
			kind = "document"
		}
		id, err := w.twin.Write(p.ID, sim.PersonMessage{Kind: kind, Mime: f.MIME, Filename: f.Name, Base64: base64.StdEncoding.EncodeToString(f.Bytes)})
		if err != nil {
			t.Fatalf("%s: %v", f.What, err)
		}
		sent[id] = f.What
	}
	until(t, "all files are here", func() bool {
		w.clock.Advance(2 * time.Second)
		ready := 0
		for _, m := range w.thread(c.ID) {
			if sent[text(m.PlatformID)] != "" && m.Media[0].State == "ready" {
				ready++
			}
		}
		return ready == len(sent)
	})
	for _, m := range w.thread(c.ID) {
		if what := sent[text(m.PlatformID)]; what != "" {
			var v struct{ Media []upload }
			w.get("messages/"+m.ID, &v)
			w.dead("received "+what, v.Media[0])
		}
	}
	if got := top(); got > maxHeap {
		t.Errorf("%d MB of memory were in use", got>>20)
	} else {
		t.Logf("%d files, %d uploads kept, %d refused, at most %d MB of memory in the whole process", len(all), kept, refused, got>>20)
	}
	request{method: http.MethodGet, url: w.url + "/readyz"}.send(t).want(t, http.StatusOK)
}

func printable(r rune) rune {
	if r < ' ' {
		return -1
	}
	return r
}
