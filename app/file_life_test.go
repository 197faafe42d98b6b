package app_test

import (
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline/app"
	"github.com/clearline/clearline/sim"
)

// filesOn lists what lies in the folder of files.
func (in *install) filesOn() (names []string) {
	in.t.Helper()
	root := filepath.Join(in.options.DataDir, "media")
	if err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, strings.TrimPrefix(path, root))
		}
		return nil
	}); err != nil {
		in.t.Fatal(err)
	}
	return names
}

// I68, M1: an upload that nobody sends is gone after a day, with its bytes; one that a message carries stays.
func TestUnsentUploadGoes(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		_, c := w.writes("Ana", "Hello")
		left, sent := w.upload("left.jpg", "", photo(t, 30, 20)), w.upload("sent.jpg", "", photo(t, 30, 20))
		m := w.posts(c.ID, "sent", map[string]any{"media": []string{sent.ID}})
		w.becomes(m.ID, "read")
		if n := len(w.filesOn()); n != 4 {
			t.Fatalf("%d files: %v", n, w.filesOn())
		}
		until(t, "the upload is gone", func() bool {
			w.clock.Advance(time.Hour)
			return w.request(http.MethodGet, "media/"+left.ID, nil).status == http.StatusNotFound && len(w.filesOn()) == 2
		})
		w.request(http.MethodGet, "media/"+sent.ID, nil).want(t, http.StatusOK)
		w.post("conversations/"+c.ID+"/messages", map[string]any{"client_id": "late", "media": []string{left.ID}}).want(t, http.StatusUnprocessableEntity)
	})
}

// I11: with a retention, old files are lost with their reason, both ways; the messages stay, and sending such a file again says why not.
func TestFilesAreKeptForTheirTime(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := arrange(t, database)
		w.install.again(func(o *app.Options) { o.MediaRetention = 48 * time.Hour })
		w.company = w.install.company("Aurora").connect(w.twin.WhatsApp())
		w.point()
		p, c := w.writes("Ana", "Hello")
		in, err := w.twin.Write(p.ID, sim.PersonMessage{Kind: "image", Text: "Theirs"})
		if err != nil {
			t.Fatal(err)
		}
		ours := w.upload("ours.jpg", "", photo(t, 30, 20))
		m := w.posts(c.ID, "ours", map[string]any{"media": []string{ours.ID}})
		w.becomes(m.ID, "read")
		theirs := ""
		until(t, "their file is here", func() bool {
			w.clock.Advance(2 * time.Second)
			for _, m := range w.thread(c.ID) {
				if text(m.PlatformID) == in && m.Media[0].State == "ready" {
					theirs = m.ID
				}
			}
			return theirs != ""
		})
		w.clock.Advance(47 * time.Hour)
		w.request(http.MethodGet, "media/"+ours.ID, nil).want(t, http.StatusOK)
		until(t, "both are lost", func() bool {
			w.clock.Advance(time.Hour)
			a, b := w.files(m.ID)[0], w.files(theirs)[0]
			return a.State == "lost" && b.State == "lost" && a.Reason == "media.retention" && b.Reason == "media.retention" && a.URL == nil && len(w.filesOn()) == 0
		})
		if got := w.message(theirs); got.Text != "Theirs" {
			t.Errorf("the message is %+v", got)
		}
		w.says(p, "Hello again")
		w.post("conversations/"+c.ID+"/messages", map[string]any{"client_id": "again", "media": []string{ours.ID}}).problem(t, http.StatusUnprocessableEntity, "api.input")
	})
}

// I11, I25: a message whose file is gone when its turn comes says so; nothing was sent.
func TestFileGoneBeforeItLeaves(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		_, c := w.writes("Ana", "Hello")
		u := w.upload("a.jpg", "", photo(t, 30, 20))
		end := w.fault(sim.Fault{Cause: "auth.expired", Operation: "media"})
		m := w.posts(c.ID, "gone", map[string]any{"media": []string{u.ID}})
		if m = w.becomes(m.ID, "held"); text(m.Cause) != "auth.expired" {
			t.Errorf("while held: %+v", m)
		}
		for _, name := range w.filesOn() {
			if err := os.Remove(filepath.Join(w.options.DataDir, "media", name)); err != nil {
				t.Fatal(err)
			}
		}
		end()
		w.clock.Advance(2 * time.Minute) // the lane has waited for a new sign-in
		if m = w.becomes(m.ID, "failed"); text(m.Cause) != "media.lost" || w.taken(m.ID) != 0 || w.handedOver() != 0 {
			t.Errorf("in the end %+v", m)
		}
		w.request(http.MethodGet, "media/"+u.ID, nil).problem(t, http.StatusNotFound, "api.absent")
	})
}

// I66: without room nothing is taken in and nothing is left over; with room again it works, without a restart of anything else.
func TestNoRoomForFiles(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		w.install.again(func(o *app.Options) { o.MinFreeDisk = math.MaxInt64 })
		got := w.uploads("a.jpg", "", photo(t, 30, 20))
		got.problem(t, http.StatusServiceUnavailable, "server.disk")
		if got.header.Get("Retry-After") == "" || len(w.filesOn()) != 0 {
			t.Errorf("%v, files %v", got.header, w.filesOn())
		}
		w.install.again(func(o *app.Options) { o.MinFreeDisk = 0 })
		w.upload("a.jpg", "", photo(t, 30, 20))
	})
}

// I11, I66: a customer's file waits while there is no room for it, says why, and comes when there is.
func TestFileWaitsForRoom(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		p, c := w.writes("Ana", "Hello")
		end := w.fault(sim.Fault{Effect: "http", HTTP: http.StatusBadGateway, Operation: "media"})
		if _, err := w.twin.Write(p.ID, sim.PersonMessage{Kind: "image", Text: "Look"}); err != nil {
			t.Fatal(err)
		}
		id := ""
		until(t, "the message is here", func() bool {
			for _, m := range w.thread(c.ID) {
				if m.Kind == "image" {
					id = m.ID
				}
			}
			return id != ""
		})
		w.install.again(func(o *app.Options) { o.MinFreeDisk = math.MaxInt64 })
		end()
		until(t, "the file waits for room", func() bool {
			w.clock.Advance(time.Minute)
			f := w.files(id)[0]
			return f.State == "pending" && f.Reason == "server.disk"
		})
		w.install.again(func(o *app.Options) { o.MinFreeDisk = 0 })
		until(t, "the file is here", func() bool {
			w.clock.Advance(time.Minute)
			f := w.files(id)[0]
			return f.State == "ready" && f.Reason == "" && f.URL != nil
		})
	})
}

// I10: a file over the limit is refused before it fills the disk, whether its size is told or not; nothing is left over.
func TestUploadLimits(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		in := begin(t, database, "http://127.0.0.1:1")
		c := in.company("Aurora")
		c.uploads("none", "", []byte{}).problem(t, http.StatusUnprocessableEntity, "media.size")
		c.uploads("x", "&as=video", []byte("x")).problem(t, http.StatusUnprocessableEntity, "api.input")
		c.uploads("x", "&as=sticker", []byte("x")).problem(t, http.StatusUnprocessableEntity, "media.type")
		told := request{method: http.MethodPost, url: c.url + "/api/v1/media", key: c.key, stream: zeros(100<<20 + 1), length: 100<<20 + 1}
		told.send(t).problem(t, http.StatusRequestEntityTooLarge, "api.too_large")
		told.length = -1
		told.stream = zeros(100<<20 + 1)
		told.send(t).problem(t, http.StatusRequestEntityTooLarge, "api.too_large")
		if len(in.filesOn()) != 0 {
			t.Errorf("left over: %v", in.filesOn())
		}
		told.stream, told.length = zeros(100<<20), 100<<20
		var u upload
		told.send(t).want(t, http.StatusCreated).into(t, &u)
		if u.Kind != "document" || u.Bytes != 100<<20 || u.Name != "document" {
			t.Errorf("%+v", u)
		}
		// Range: a part of it.
		part := request{method: http.MethodGet, url: c.url + *u.URL, key: c.key, header: map[string]string{"Range": "bytes=1000-1009"}}.send(t).want(t, http.StatusPartialContent)
		if len(part.raw) != 10 || part.header.Get("Content-Range") != "bytes 1000-1009/104857600" {
			t.Errorf("%d bytes, %v", len(part.raw), part.header)
		}
	})
}
