package media

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

const (
	// previewSide is the longest side of the small picture shown in lists and threads.
	previewSide    = 640
	previewQuality = 75
	// workSide is the longest side that a picture is worked on at: enough for any screen, and what bounds memory.
	workSide = 4096
	// pictureWait is how long work on a picture waits for others to end.
	pictureWait = 30 * time.Second
)

// tries are what is done in turn until a picture fits: percent of its size, and the quality of the JPEG.
var tries = []struct{ percent, quality int }{{100, 90}, {100, 78}, {80, 80}, {64, 78}, {50, 76}, {40, 74}, {30, 70}, {20, 60}, {10, 50}}

// studio works on pictures, with a bound on the memory of all of them together. They get half of the processors: what
// comes in and goes out meanwhile must not wait for them (I13).
type studio struct {
	memory, hands *semaphore.Weighted
	used          atomic.Int64
}

func newStudio() *studio {
	return &studio{memory: semaphore.NewWeighted(pictureMemory), hands: semaphore.NewWeighted(int64(max(1, runtime.GOMAXPROCS(0)/2)))}
}

// developed is what became of a picture.
type developed struct {
	// bytes are the new content, nil when the old one stays; mime is its type.
	bytes         []byte
	mime          string
	width, height int
	preview       []byte
	// why says in sentences what was done.
	why []string
}

// room waits for memory; the caller gives it back.
func (st *studio) room(ctx context.Context, cost int64) (release func(), err error) {
	cost = min(cost, pictureMemory)
	ctx, cancel := context.WithTimeout(ctx, pictureWait)
	defer cancel()
	err = st.hands.Acquire(ctx, 1)
	if err == nil {
		if err = st.memory.Acquire(ctx, cost); err != nil {
			st.hands.Release(1)
		}
	}
	if err != nil {
		return nil, &clearline.Problem{Cause: clearline.CauseBusy, Title: "Too many pictures are being worked on.", Detail: "Send it again in a moment.", RetryAfter: 5 * time.Second, Err: err}
	}
	st.used.Add(cost)
	return func() {
		st.used.Add(-cost)
		st.memory.Release(cost)
		st.hands.Release(1)
	}, nil
}

// look measures a picture and makes its preview; the picture itself stays as it is.
func (st *studio) look(ctx context.Context, r io.ReadSeeker) (developed, error) {
	s, err := measure(r)
	if err != nil {
		return developed{}, err
	}
	d := developed{}
	d.width, d.height = s.shown()
	release, err := st.room(ctx, s.cost)
	if err != nil {
		return d, err
	}
	defer release()
	img, err := decode(r)
	if err != nil {
		return d, err
	}
	d.preview, err = preview(img, s.turn, s.profile)
	return d, err
}

// develop makes of a picture what a platform takes: upright, of a type and size that it shows, without what tells
// where and with what it was taken.
func (st *studio) develop(ctx context.Context, r io.ReadSeeker, mime string, size int64, limit channel.FileLimit) (developed, error) {
	s, err := measure(r)
	if err != nil {
		return developed{}, err
	}
	d := developed{mime: mime}
	again := !slices.Contains(limit.MIMEs, mime) || size > limit.MaxBytes || s.turn != 1 || s.deep
	cost := s.cost + 2*size
	if again {
		w, h := fit(s.width, s.height, workSide)
		cost = s.cost + 8*int64(w)*int64(h)
	}
	if cost > pictureMemory {
		return d, tooManyPixels(s)
	}
	release, err := st.room(ctx, cost)
	if err != nil {
		return d, err
	}
	defer release()
	if again {
		return d, d.redo(r, s, size, limit)
	}
	return d, d.clean(r, s, size)
}

// clean keeps the picture to the bit and takes the rest of the file away.
func (d *developed) clean(r io.ReadSeeker, s shape, size int64) error {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return err
	}
	in, err := io.ReadAll(io.LimitReader(r, size))
	if err != nil {
		return err
	}
	strip := stripJPEG
	if s.format == "png" {
		strip = stripPNG
	}
	out, err := strip(in)
	if err != nil {
		return fmt.Errorf("%w: %w", errUnreadable, err)
	}
	img, err := decode(bytes.NewReader(out))
	if err != nil {
		return err
	}
	d.width, d.height = s.width, s.height
	if len(out) != len(in) {
		d.bytes, d.why = out, []string{"Details about place, time and camera were taken out."}
	}
	d.preview, err = preview(img, 1, s.profile)
	return err
}

// redo writes the picture anew.
func (d *developed) redo(r io.ReadSeeker, s shape, size int64, limit channel.FileLimit) error {
	img, err := decode(r)
	if err != nil {
		return err
	}
	w, h := fit(s.width, s.height, workSide)
	base := upright(shrink(img, w, h), s.turn)
	img = nil // its memory may go
	seeThrough := !base.Opaque()
	most := limit.MaxBytes / 100 * 95 // platforms count a megabyte in one way or the other
	if seeThrough || s.format == "gif" {
		out := &capped{most: most}
		if err := png.Encode(out, base); err == nil {
			d.bytes, d.mime = out.Bytes(), "image/png"
			d.width, d.height = base.Bounds().Dx(), base.Bounds().Dy()
		}
	}
	if d.bytes == nil {
		if err := d.asJPEG(onWhite(base), most, s.profile); err != nil {
			return err
		}
	}
	d.explain(s, size, limit)
	d.preview, err = preview(base, 1, s.profile)
	return err
}

// asJPEG makes the picture smaller until it fits.
func (d *developed) asJPEG(base *image.RGBA, most int64, profile []byte) error {
	for _, try := range tries {
		w, h := max(1, base.Bounds().Dx()*try.percent/100), max(1, base.Bounds().Dy()*try.percent/100)
		p := base
		if try.percent < 100 {
			p = shrink(base, w, h)
		}
		out := &capped{most: most - int64(len(profile))}
		if err := jpeg.Encode(out, p, &jpeg.Options{Quality: try.quality}); err != nil {
			continue // it does not fit
		}
		d.bytes, d.mime, d.width, d.height = withProfile(out.Bytes(), profile), "image/jpeg", w, h
		return nil
	}
	return &clearline.Problem{Cause: clearline.CauseMediaSize, Title: "The picture cannot be made small enough.", Detail: "Send it as a document instead."}
}

// withProfile puts the colour profile of the picture that a JPEG was made of after its start.
func withProfile(jpg, profile []byte) []byte {
	if len(profile) == 0 {
		return jpg
	}
	return append(append(slices.Clone(jpg[:2]), profile...), jpg[2:]...)
}

// explain says what was done.
func (d *developed) explain(s shape, size int64, limit channel.FileLimit) {
	if was := "image/" + s.format; was != d.mime {
		if slices.Contains(limit.MIMEs, was) {
			d.why = append(d.why, "It became a "+name[d.mime]+", which is smaller.")
		} else {
			d.why = append(d.why, "A "+name[was]+" picture cannot be sent everywhere; it became a "+name[d.mime]+".")
		}
	}
	if s.format == "gif" {
		d.why = append(d.why, "Of a moving picture the first frame is kept.")
	}
	if s.turn != 1 {
		d.why = append(d.why, "It was turned upright.")
	}
	if w, h := s.shown(); w != d.width || h != d.height {
		d.why = append(d.why, fmt.Sprintf("It was %d by %d pixels, and is %d by %d now.", w, h, d.width, d.height))
	}
	if size > limit.MaxBytes {
		d.why = append(d.why, fmt.Sprintf("It had %.1f MB and has %.1f MB now; at most %d MB are taken.", megabytes(size), megabytes(int64(len(d.bytes))), limit.MaxBytes>>20))
	}
	if len(d.why) == 0 {
		d.why = append(d.why, "Its colours were turned into those of screens.")
	}
}

func megabytes(n int64) float64 { return float64(n) / (1 << 20) }

// name is how people call a type.
var name = map[string]string{"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WebP", "image/bmp": "BMP", "image/tiff": "TIFF"}

// decode unpacks a picture that was measured before. A decoder that panics has met a file that is no picture.
func decode(r io.ReadSeeker) (img image.Image, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", errUnreadable, p)
		}
	}()
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	img, _, err = image.Decode(bufio.NewReader(r))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUnreadable, err)
	}
	return img, nil
}

// preview is the small picture, a JPEG.
func preview(img image.Image, turn int, profile []byte) ([]byte, error) {
	w, h := fit(img.Bounds().Dx(), img.Bounds().Dy(), previewSide)
	small := onWhite(upright(shrink(img, w, h), turn))
	var out bytes.Buffer
	err := jpeg.Encode(&out, small, &jpeg.Options{Quality: previewQuality})
	return withProfile(out.Bytes(), profile), err
}

// capped is a buffer that refuses to grow beyond a size.
type capped struct {
	bytes.Buffer
	most int64
}

func (c *capped) Write(p []byte) (int, error) {
	if int64(c.Len()+len(p)) > c.most {
		return 0, io.ErrShortBuffer
	}
	return c.Buffer.Write(p)
}

// endings are those of the types that files are turned into.
var endings = map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "audio/ogg": ".ogg"}

// renamed gives a file name the ending of its new type.
func renamed(file, mime string) string {
	if dot := strings.LastIndexByte(file, '.'); dot > 0 && len(file)-dot <= 6 {
		file = file[:dot]
	}
	return file + endings[mime]
}
