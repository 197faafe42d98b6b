package media

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif"  // pictures that can be read
	_ "image/jpeg" // "
	_ "image/png"  // "
	"io"
	"slices"

	_ "golang.org/x/image/bmp"  // "
	_ "golang.org/x/image/tiff" // "
	_ "golang.org/x/image/webp" // "

	"github.com/clearline/clearline"
)

// pictureTypes are the pictures that can be measured and decoded here.
var pictureTypes = []string{"image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "image/tiff"}

// pictureMemory bounds what decoding and working on pictures may take at any moment, in bytes. It admits one picture
// of 64 megapixels as cameras make them.
const pictureMemory = 256 << 20

// shape is what the head of a picture says, read before anything is unpacked (I46).
type shape struct {
	format        string
	width, height int
	// cost is what unpacking it takes at most, in bytes.
	cost int64
	// turn is the EXIF orientation, 1 for upright.
	turn int
	// deep is true when a channel has more than 8 bits, or the colours are not those of screens.
	deep bool
	// profile are the segments of a JPEG that say what its colours mean; without them those of a phone's wide screen
	// look dull.
	profile []byte
}

var errUnreadable = errors.New("the picture cannot be read")

// measure reads a picture's head.
func measure(r io.ReadSeeker) (s shape, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", errUnreadable, p)
		}
	}()
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return s, err
	}
	config, format, err := image.DecodeConfig(bufio.NewReader(r))
	if err != nil {
		return s, fmt.Errorf("%w: %w", errUnreadable, err)
	}
	s = shape{format: format, width: config.Width, height: config.Height, turn: 1}
	if s.width <= 0 || s.height <= 0 {
		return s, errUnreadable
	}
	pixels := int64(s.width) * int64(s.height)
	if pixels > pictureMemory || s.width > maxSide || s.height > maxSide {
		return s, tooManyPixels(s)
	}
	perPixel := int64(4)
	switch config.ColorModel {
	case color.GrayModel:
		perPixel = 1
	case color.Gray16Model:
		perPixel, s.deep = 2, true
	case color.RGBA64Model, color.NRGBA64Model:
		perPixel, s.deep = 8, true
	case color.CMYKModel:
		s.deep = true
	}
	if _, paletted := config.ColorModel.(color.Palette); paletted {
		perPixel = 1
	}
	switch format {
	case "jpeg":
		if _, err := r.Seek(0, io.SeekStart); err != nil {
			return s, err
		}
		head, err := jpegHead(bufio.NewReader(r))
		if err != nil {
			return s, fmt.Errorf("%w: %w", errUnreadable, err)
		}
		s.turn, s.cost = head.turn, pixels*head.bytesPerPixel16()/16
		if len(head.components) == 3 { // what is written anew has three; a profile for print or for grey would not fit it
			s.profile = head.profile
		}
	case "webp", "tiff":
		s.cost = pixels * 8 // their decoders keep a second copy
	default:
		s.cost = pixels * perPixel
	}
	if s.cost > pictureMemory {
		return s, tooManyPixels(s)
	}
	return s, nil
}

// maxSide is the longest side that any of the formats can have, besides TIFF and BMP, where it is a sign of a trap.
const maxSide = 65_535

func tooManyPixels(s shape) error {
	return &clearline.Problem{Cause: clearline.CauseMediaSize, Title: "The picture has too many pixels.",
		Detail: fmt.Sprintf("It is %d by %d. Up to about %d megapixels can be worked on here: make it smaller, or send it as a document.", s.width, s.height, pictureMemory/4/1_000_000),
		Fields: []clearline.FieldProblem{{Name: "body", Reason: "too many pixels"}}}
}

// shown is the size as a person sees the picture, upright.
func (s shape) shown() (width, height int) {
	if s.turn >= 5 {
		return s.height, s.width
	}
	return s.width, s.height
}

// jpegInfo is what a JPEG's segments before its first scan tell.
type jpegInfo struct {
	turn        int
	progressive bool
	components  []byte // sampling factors
	profile     []byte
}

// maxProfile bounds the colour profile that is kept; those of cameras and screens have some kilobytes.
const maxProfile = 256 << 10

// bytesPerPixel16 is what Go's decoder takes for a pixel, in sixteenths of a byte: one for each component as
// sampled, and for progressive pictures four more, in which the coefficients wait.
func (j jpegInfo) bytesPerPixel16() int64 {
	var most int64 = 1
	area := func(c byte) int64 { return max(int64(c>>4), 1) * max(int64(c&15), 1) }
	for _, c := range j.components {
		most = max(most, area(c))
	}
	var sum int64
	for _, c := range j.components {
		sum += 16 * area(c) / most
	}
	if len(j.components) == 4 {
		sum += 64 // turned into a picture of its own
	}
	if j.progressive {
		sum *= 5
	}
	return max(sum, 16)
}

// jpegHead walks the segments up to the first scan.
func jpegHead(r *bufio.Reader) (j jpegInfo, err error) {
	j.turn = 1
	var soi [2]byte
	if _, err := io.ReadFull(r, soi[:]); err != nil || soi != [2]byte{0xFF, 0xD8} {
		return j, errors.New("no start of a JPEG")
	}
	for {
		marker, err := nextMarker(r)
		if err != nil {
			return j, err
		}
		if marker == 0xDA || marker == 0xD9 {
			return j, nil
		}
		if marker == 0x01 || marker >= 0xD0 && marker <= 0xD7 {
			continue
		}
		var size [2]byte
		if _, err := io.ReadFull(r, size[:]); err != nil {
			return j, err
		}
		n := int(binary.BigEndian.Uint16(size[:])) - 2
		if n < 0 {
			return j, errors.New("a segment of negative length")
		}
		isFrame := marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC
		if !isFrame && marker != 0xE1 && marker != 0xE2 {
			if _, err := r.Discard(n); err != nil {
				return j, err
			}
			continue
		}
		body := make([]byte, n)
		if _, err := io.ReadFull(r, body); err != nil {
			return j, err
		}
		if isFrame {
			j.frame(marker, body)
		} else if marker == 0xE2 {
			if draws(marker, body) && len(j.profile)+n < maxProfile {
				j.profile = append(append(append(j.profile, 0xFF, marker), size[:]...), body...)
			}
		} else if turn := exifTurn(body); turn != 0 {
			j.turn = turn
		}
	}
}

// nextMarker finds the next marker, over fill bytes and what some writers leave between segments.
func nextMarker(r *bufio.Reader) (byte, error) {
	for {
		b, err := r.ReadByte()
		if err != nil {
			return 0, err
		}
		if b != 0xFF {
			continue
		}
		for b == 0xFF {
			if b, err = r.ReadByte(); err != nil {
				return 0, err
			}
		}
		if b != 0 {
			return b, nil
		}
	}
}

func (j *jpegInfo) frame(marker byte, body []byte) {
	j.progressive = j.progressive || marker == 0xC2
	if len(body) < 6 {
		return
	}
	j.components = j.components[:0]
	for i := 6; i+3 <= len(body) && len(j.components) < int(body[5]); i += 3 {
		j.components = append(j.components, body[i+1])
	}
}

// exifTurn reads the orientation out of an APP1 segment, 0 when it has none.
func exifTurn(app1 []byte) int {
	tiff, ok := cutPrefix(app1, "Exif\x00\x00")
	if !ok || len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.LittleEndian
	if tiff[0] == 'M' {
		order = binary.BigEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 0
	}
	entries := int(order.Uint16(tiff[at:]))
	for i := range entries {
		entry := at + 2 + int64(i)*12
		if entry+12 > int64(len(tiff)) {
			return 0
		}
		if order.Uint16(tiff[entry:]) == 0x0112 {
			if turn := int(order.Uint16(tiff[entry+8:])); turn >= 1 && turn <= 8 {
				return turn
			}
			return 0
		}
	}
	return 0
}

func cutPrefix(b []byte, prefix string) ([]byte, bool) {
	if len(b) < len(prefix) || string(b[:len(prefix)]) != prefix {
		return b, false
	}
	return b[len(prefix):], true
}

// isPicture tells whether a type can be worked on.
func isPicture(mime string) bool { return slices.Contains(pictureTypes, mime) }
