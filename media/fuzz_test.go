package media

import (
	"bytes"
	"errors"
	"testing"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/media/mediatest"
)

// I10, I46: whatever the bytes are, they are read without a panic, within bounds, and what comes out can be read again.
func FuzzFiles(f *testing.F) {
	for _, file := range mediatest.Hostile() {
		if len(file.Bytes) < 64<<10 {
			f.Add(file.Bytes)
		}
	}
	f.Add(recorded(f))
	f.Add(asJPEG(f, corners(8, 8)))
	f.Add(withEXIF(asJPEG(f, corners(8, 8)), 6))
	f.Add(asPNG(f, corners(8, 8)))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<20 {
			return
		}
		r := bytes.NewReader(b)
		readFilm(r, r.Size())
		mp3Duration(r, r.Size())
		amrDuration(r, r.Size())
		movingWebP(r, r.Size())
		if _, err := r.Seek(0, 0); err != nil {
			t.Fatal(err)
		}
		_, _ = readOgg(r)
		out := &capped{most: 4 << 20}
		if opus, err := remux(bytes.NewReader(b), out); opus && err == nil {
			if _, err := readOgg(bytes.NewReader(out.Bytes())); err != nil {
				t.Errorf("what was unwrapped cannot be read: %v", err)
			}
		}
		s, err := measure(r)
		if err != nil || s.cost > 4<<20 {
			return
		}
		d, err := newStudio().develop(t.Context(), r, "image/"+s.format, r.Size(), taken)
		var p *clearline.Problem
		switch {
		case errors.Is(err, errUnreadable), errors.As(err, &p):
		case err != nil:
			t.Errorf("%v", err)
		case d.bytes != nil:
			again, err := measure(bytes.NewReader(d.bytes))
			if err != nil || again.width != d.width || again.height != d.height || again.turn != 1 {
				t.Errorf("what was made of it is %+v, said %d by %d, %v", again, d.width, d.height, err)
			}
		}
	})
}
