package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/bmp"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// taken is what WhatsApp takes as a picture.
var taken = channel.FileLimit{Kind: clearline.KindImage, MIMEs: []string{"image/jpeg", "image/png"}, MaxBytes: 5 << 20}

// corners is a picture whose upper left is red and upper right blue, on white.
func corners(width, height int) *image.NRGBA {
	p := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.NRGBA{255, 255, 255, 255}
			if y < height/2 && x < width/2 {
				c = color.NRGBA{230, 10, 10, 255}
			} else if y < height/2 {
				c = color.NRGBA{10, 10, 230, 255}
			}
			p.SetNRGBA(x, y, c)
		}
	}
	return p
}

// where tells in which corner the red and the blue are.
func where(p image.Image) string {
	b := p.Bounds()
	at := map[string]string{}
	for name, pt := range map[string]image.Point{"TL": {b.Dx() / 4, b.Dy() / 4}, "TR": {b.Dx() * 3 / 4, b.Dy() / 4}, "BL": {b.Dx() / 4, b.Dy() * 3 / 4}, "BR": {b.Dx() * 3 / 4, b.Dy() * 3 / 4}} {
		r, _, bl, _ := p.At(b.Min.X+pt.X, b.Min.Y+pt.Y).RGBA()
		switch {
		case r>>8 > 200 && bl>>8 < 60:
			at["red"] = name
		case bl>>8 > 200 && r>>8 < 60:
			at["blue"] = name
		}
	}
	return at["red"] + " " + at["blue"]
}

func asJPEG(t testing.TB, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const home = "52.5200N 13.4050E"

// withEXIF puts an EXIF segment with an orientation, and the place where it was taken, into a JPEG.
func withEXIF(jpg []byte, turn int) []byte {
	body := "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(rune(turn)) + "\x00\x00\x00\x00\x00\x00" + home
	return append(append([]byte{0xFF, 0xD8, 0xFF, 0xE1, 0, byte(len(body) + 2)}, body...), jpg[2:]...)
}

func develop(t testing.TB, b []byte, mime string) (developed, error) {
	t.Helper()
	return newStudio().develop(t.Context(), bytes.NewReader(b), mime, int64(len(b)), taken)
}

// result is the picture as it is after developing.
func (d developed) result(t testing.TB, before []byte) (image.Image, string) {
	t.Helper()
	if d.bytes == nil {
		d.bytes = before
	}
	img, format, err := image.Decode(bytes.NewReader(d.bytes))
	if err != nil {
		t.Fatal(err)
	}
	return img, format
}

// M1: a picture is turned upright whichever way the camera was held, and its place stays here.
func TestPicturesAreTurnedUpright(t *testing.T) {
	t.Parallel()
	stored := asJPEG(t, corners(80, 60))
	for turn, want := range map[int]string{1: "TL TR", 2: "TR TL", 3: "BR BL", 4: "BL BR", 5: "TL BL", 6: "TR BR", 7: "BR TR", 8: "BL TL"} {
		in := withEXIF(stored, turn)
		d, err := develop(t, in, "image/jpeg")
		if err != nil {
			t.Fatal(err)
		}
		img, _ := d.result(t, in)
		w, h := 80, 60
		if turn >= 5 {
			w, h = 60, 80
		}
		if got := where(img); got != want || img.Bounds().Dx() != w || d.width != w || d.height != h {
			t.Errorf("orientation %d: %s at %v, %d by %d, want %s", turn, got, img.Bounds(), d.width, d.height, want)
		}
		small, err := jpeg.Decode(bytes.NewReader(d.preview))
		if err != nil || where(small) != want {
			t.Errorf("orientation %d: the preview is %s, %v", turn, where(small), err)
		}
		if bytes.Contains(d.bytes, []byte(home)) || len(d.why) == 0 {
			t.Errorf("orientation %d: the place is still in it, or nobody says %q", turn, d.why)
		}
		// What comes in stays as it is; its preview is upright all the same.
		seen, err := newStudio().look(t.Context(), bytes.NewReader(in))
		small, derr := jpeg.Decode(bytes.NewReader(seen.preview))
		if err != nil || derr != nil || where(small) != want || seen.width != w || seen.height != h {
			t.Errorf("orientation %d, received: %d by %d, %v", turn, seen.width, seen.height, errors.Join(err, derr))
		}
	}
}

// The colours of a phone's wide screen mean what they meant: their profile goes along, into the preview too.
func TestProfilesGoAlong(t *testing.T) {
	t.Parallel()
	const icc = "ICC_PROFILE\x00\x01\x01 made up for this test"
	plain := asJPEG(t, corners(80, 60))
	profile := append([]byte{0xFF, 0xE2, 0, byte(len(icc) + 2)}, icc...)
	for _, turn := range []int{1, 6} {
		in := withEXIF(withProfile(plain, profile), turn)
		d, err := develop(t, in, "image/jpeg")
		if err != nil {
			t.Fatal(err)
		}
		if d.bytes == nil || bytes.Count(d.bytes, profile) != 1 || bytes.Count(d.preview, profile) != 1 || bytes.Contains(d.bytes, []byte(home)) {
			t.Errorf("orientation %d: the profile is %d times in the picture and %d times in its preview", turn, bytes.Count(d.bytes, profile), bytes.Count(d.preview, profile))
		}
		d.result(t, nil)
	}
}

// M1: every kind of picture becomes one that is taken, and says what was done; one that is taken already stays to the bit.
func TestPicturesBecomeWhatIsTaken(t *testing.T) {
	t.Parallel()
	file := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	var moving, bitmap bytes.Buffer
	frame := image.NewPaletted(image.Rect(0, 0, 30, 20), color.Palette{color.RGBA{200, 0, 0, 255}, color.RGBA{0, 0, 200, 255}})
	if err := gif.EncodeAll(&moving, &gif.GIF{Image: []*image.Paletted{frame, frame}, Delay: []int{5, 5}}); err != nil {
		t.Fatal(err)
	}
	if err := bmp.Encode(&bitmap, corners(40, 30)); err != nil {
		t.Fatal(err)
	}
	glass := image.NewNRGBA(image.Rect(0, 0, 40, 30))
	for name, c := range map[string]struct {
		in         []byte
		mime, want string
		same       bool
		why        string
	}{
		"a JPEG":             {asJPEG(t, corners(40, 30)), "image/jpeg", "jpeg", true, ""},
		"a JPEG in steps":    {file("steps.jpg"), "image/jpeg", "jpeg", true, ""},
		"a PNG":              {asPNG(t, corners(40, 30)), "image/png", "png", true, ""},
		"a PNG of glass":     {asPNG(t, glass), "image/png", "png", true, ""},
		"a deep PNG":         {file("deep.png"), "image/png", "jpeg", false, "JPEG"},
		"a JPEG for print":   {file("cmyk.jpg"), "image/jpeg", "jpeg", false, "screens"},
		"a WebP":             {file("lossy.webp"), "image/webp", "jpeg", false, "WebP picture"},
		"a WebP of glass":    {file("clear.webp"), "image/webp", "png", false, "became a PNG"},
		"a TIFF":             {file("photo.tiff"), "image/tiff", "jpeg", false, "TIFF"},
		"a BMP":              {bitmap.Bytes(), "image/bmp", "jpeg", false, "BMP"},
		"a GIF that moves":   {moving.Bytes(), "image/gif", "png", false, "first frame"},
		"a JPEG with a page": {append(asJPEG(t, corners(40, 30)), "<script>"...), "image/jpeg", "jpeg", false, "taken out"},
	} {
		d, err := develop(t, c.in, c.mime)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		img, format := d.result(t, c.in)
		if format != c.want || "image/"+format != d.mime || (d.bytes == nil) != c.same || img.Bounds().Dx() != d.width || img.Bounds().Dy() != d.height {
			t.Errorf("%s became %s %v (%s, %d by %d), changed %v", name, format, img.Bounds(), d.mime, d.width, d.height, d.bytes != nil)
		}
		if why := strings.Join(d.why, " "); !strings.Contains(why, c.why) || c.same != (why == "") {
			t.Errorf("%s: says %q", name, why)
		}
		if _, err := jpeg.Decode(bytes.NewReader(d.preview)); err != nil {
			t.Errorf("%s: the preview: %v", name, err)
		}
	}
	if _, err := develop(t, file("moving.webp"), "image/webp"); !errors.Is(err, errUnreadable) {
		t.Errorf("a WebP that moves: %v", err)
	}
}

// M1: a picture that is too large is made smaller until it fits, and no smaller than needed.
func TestLargePicturesAreMadeToFit(t *testing.T) {
	t.Parallel()
	noise := image.NewRGBA(image.Rect(0, 0, 500, 400))
	r := rand.New(rand.NewPCG(1, 2))
	for i := range noise.Pix {
		noise.Pix[i] = uint8(r.Uint32())
		if i%4 == 3 {
			noise.Pix[i] = 255
		}
	}
	in := asPNG(t, noise)
	small := taken
	small.MaxBytes = 400 << 10
	if int64(len(in)) <= small.MaxBytes {
		t.Fatalf("the example has only %d bytes", len(in))
	}
	d, err := newStudio().develop(t.Context(), bytes.NewReader(in), "image/png", int64(len(in)), small)
	if err != nil || d.mime != "image/jpeg" || int64(len(d.bytes)) > small.MaxBytes || d.width != 500 {
		t.Errorf("%d bytes of %s, %d by %d, %v", len(d.bytes), d.mime, d.width, d.height, err)
	}
	noise = image.NewRGBA(image.Rect(0, 0, 700, 500))
	for i := range noise.Pix {
		noise.Pix[i] = uint8(r.Uint32()) | uint8(i%4/3*255)
	}
	in = asPNG(t, noise)
	small.MaxBytes = 60 << 10
	d, err = newStudio().develop(t.Context(), bytes.NewReader(in), "image/png", int64(len(in)), small)
	if err != nil || int64(len(d.bytes)) > small.MaxBytes || d.width >= 700 || len(d.bytes) < 20<<10 {
		t.Errorf("%d bytes, %d by %d, %v", len(d.bytes), d.width, d.height, err)
	}
	if why := strings.Join(d.why, " "); !strings.Contains(why, fmt.Sprintf("is %d by %d now", d.width, d.height)) {
		t.Errorf("says %q", why)
	}
	small.MaxBytes = 500
	var p *clearline.Problem
	if _, err := newStudio().develop(t.Context(), bytes.NewReader(in), "image/png", int64(len(in)), small); !errors.As(err, &p) || p.Cause != clearline.CauseMediaSize {
		t.Errorf("no room at all: %v", err)
	}
}

// What is taken away draws nothing: the picture before and after is the same in every pixel.
func TestStrippedPicturesLookTheSame(t *testing.T) {
	t.Parallel()
	steps, err := os.ReadFile("testdata/steps.jpg")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		in    []byte
		strip func([]byte) ([]byte, error)
	}{
		"JPEG": {append(withEXIF(asJPEG(t, corners(90, 70)), 6), home...), stripJPEG}, "JPEG in steps": {withEXIF(steps, 1), stripJPEG},
		"PNG": {append(asPNG(t, corners(90, 70)), home...), stripPNG},
	} {
		out, err := c.strip(c.in)
		if err != nil {
			t.Fatal(err)
		}
		before, _, err := image.Decode(bytes.NewReader(c.in))
		if err != nil {
			t.Fatal(err)
		}
		after, _, err := image.Decode(bytes.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(out, []byte(home)) || len(out) >= len(c.in) {
			t.Errorf("%s: %d bytes of %d, and the place in it", name, len(out), len(c.in))
		}
		for y := range before.Bounds().Dy() {
			for x := range before.Bounds().Dx() {
				if before.At(x, y) != after.At(x, y) {
					t.Fatalf("%s: pixel %d, %d differs", name, x, y)
				}
			}
		}
		again, err := c.strip(out)
		if err != nil || !bytes.Equal(again, out) {
			t.Errorf("%s: stripped twice it differs, %v", name, err)
		}
		for n := range out {
			if short, err := c.strip(out[:n]); err == nil {
				t.Fatalf("%s: cut off after %d bytes gives %d bytes", name, n, len(short))
			}
		}
	}
}

// Shrinking averages: a flat picture stays flat, and fine stripes become their mean.
func TestShrink(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{100, 75}, {33, 7}, {1, 1}, {299, 199}, {300, 200}} {
		flat := image.NewNRGBA(image.Rect(5, 5, 305, 205))
		stripes := image.NewGray(flat.Rect)
		for y := 5; y < 205; y++ {
			for x := 5; x < 305; x++ {
				flat.SetNRGBA(x, y, color.NRGBA{200, 100, 50, 255})
				stripes.SetGray(x, y, color.Gray{uint8(x % 2 * 200)})
			}
		}
		got, mean := shrink(flat, size[0], size[1]), shrink(stripes, size[0], size[1])
		var sum int
		for y := range size[1] {
			for x := range size[0] {
				if c := got.RGBAAt(x, y); c != (color.RGBA{200, 100, 50, 255}) {
					t.Fatalf("%v: pixel %d, %d is %v", size, x, y, c)
				}
				sum += int(mean.RGBAAt(x, y).R)
			}
		}
		if avg := sum / (size[0] * size[1]); avg < 98 || avg > 102 {
			t.Errorf("%v: stripes of 0 and 200 become %d", size, avg)
		}
	}
	for _, c := range [][5]int{{100, 50, 640, 100, 50}, {1280, 640, 640, 640, 320}, {640, 1280, 640, 320, 640}, {100_000, 1, 640, 640, 1}} {
		if w, h := fit(c[0], c[1], c[2]); w != c[3] || h != c[4] {
			t.Errorf("%v: %d by %d", c, w, h)
		}
	}
}

// I68, I13: pictures wait for each other, and one that waits too long is told to come back.
func TestPicturesWaitForEachOther(t *testing.T) {
	t.Parallel()
	st := newStudio()
	var held []func()
	for range max(1, runtime.GOMAXPROCS(0)/2) {
		release, err := st.room(t.Context(), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, release)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	var p *clearline.Problem
	if _, err := st.room(ctx, 1); !errors.As(err, &p) || p.Cause != clearline.CauseBusy || p.RetryAfter == 0 {
		t.Errorf("no hand is free: %v", err)
	}
	if got := st.used.Load(); got != int64(len(held))<<20 {
		t.Errorf("%d bytes are in use", got)
	}
	for _, release := range held {
		release()
	}
	all, err := st.room(t.Context(), 10*pictureMemory)
	if err != nil {
		t.Fatal(err)
	}
	all()
	if got := st.used.Load(); got != 0 {
		t.Errorf("%d bytes are still in use", got)
	}
}

// I46, I68: what unpacking takes is known before, and is refused when it is too much.
func TestPicturesAreMeasuredFirst(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		progressive bool
		sampling    []byte
		want        int64
	}{
		"grey": {false, []byte{0x11}, 16}, "4:4:4": {false, []byte{0x11, 0x11, 0x11}, 48}, "4:2:0": {false, []byte{0x22, 0x11, 0x11}, 24},
		"4:2:0 in steps": {true, []byte{0x22, 0x11, 0x11}, 120}, "print": {false, []byte{0x11, 0x11, 0x11, 0x11}, 128}, "nothing": {false, nil, 16}, "zeros": {false, []byte{0, 0, 0}, 48},
	} {
		if got := (jpegInfo{progressive: c.progressive, components: c.sampling}).bytesPerPixel16(); got != c.want {
			t.Errorf("%s: %d sixteenths of a byte, want %d", name, got, c.want)
		}
	}
	steps, err := os.ReadFile("testdata/steps.jpg")
	if err != nil {
		t.Fatal(err)
	}
	s, err := measure(bytes.NewReader(steps))
	if err != nil || s.width != 60 || s.height != 40 || s.cost < 60*40*5 {
		t.Errorf("%+v, %v", s, err)
	}
}
