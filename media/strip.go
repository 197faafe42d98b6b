package media

import (
	"bytes"
	"encoding/binary"
	"errors"
)

var errTorn = errors.New("the picture is cut off")

// stripJPEG copies a JPEG without what says where, when and with what it was taken, and without anything after its
// end. What draws the picture stays to the bit.
func stripJPEG(in []byte) ([]byte, error) {
	out := make([]byte, 0, len(in))
	if len(in) < 4 || in[0] != 0xFF || in[1] != 0xD8 {
		return nil, errTorn
	}
	out = append(out, 0xFF, 0xD8)
	for at := 2; ; {
		for at < len(in) && in[at] != 0xFF { // what some writers leave between segments
			at++
		}
		for at < len(in) && in[at] == 0xFF {
			at++
		}
		if at >= len(in) {
			return nil, errTorn
		}
		marker := in[at]
		at++
		switch {
		case marker == 0xD9:
			return append(out, 0xFF, 0xD9), nil
		case marker == 0 || marker == 0x01 || marker >= 0xD0 && marker <= 0xD8:
			continue
		}
		if at+2 > len(in) {
			return nil, errTorn
		}
		end := at + int(binary.BigEndian.Uint16(in[at:]))
		if end < at+2 || end > len(in) {
			return nil, errTorn
		}
		if draws(marker, in[at+2:end]) {
			out = append(append(out, 0xFF, marker), in[at:end]...)
		}
		at = end
		if marker == 0xDA {
			scan := scanEnd(in, at)
			out = append(out, in[at:scan]...)
			at = scan
		}
	}
}

// draws tells whether a segment is needed to draw the picture, its colours included.
func draws(marker byte, body []byte) bool {
	switch {
	case marker == 0xE0:
		return bytes.HasPrefix(body, []byte("JFIF\x00"))
	case marker == 0xE2:
		return bytes.HasPrefix(body, []byte("ICC_PROFILE\x00"))
	case marker == 0xEE:
		return bytes.HasPrefix(body, []byte("Adobe"))
	}
	return marker < 0xE0 || marker > 0xEF && marker < 0xF0
}

// scanEnd is where the data of a scan ends: at the next marker that is not part of it.
func scanEnd(in []byte, at int) int {
	for ; at+1 < len(in); at++ {
		if next := in[at+1]; in[at] == 0xFF && next != 0 && next != 0xFF && (next < 0xD0 || next > 0xD7) {
			return at
		}
	}
	return len(in)
}

var pngHead = []byte("\x89PNG\r\n\x1a\n")

// pngDraws are the chunks that draw a picture, its colours included. Texts, times, EXIF and the frames of an
// animation are not among them.
var pngDraws = map[string]bool{
	"IHDR": true, "PLTE": true, "IDAT": true, "IEND": true, "tRNS": true, "gAMA": true, "cHRM": true, "sRGB": true, "iCCP": true, "sBIT": true, "pHYs": true,
}

// stripPNG copies a PNG without anything that does not draw it, and without anything after its end.
func stripPNG(in []byte) ([]byte, error) {
	rest, ok := bytes.CutPrefix(in, pngHead)
	if !ok {
		return nil, errTorn
	}
	out := append(make([]byte, 0, len(in)), pngHead...)
	for {
		if len(rest) < 12 {
			return nil, errTorn
		}
		n := int64(binary.BigEndian.Uint32(rest)) + 12
		if n > int64(len(rest)) {
			return nil, errTorn
		}
		name := string(rest[4:8])
		if pngDraws[name] {
			out = append(out, rest[:n]...)
		}
		if name == "IEND" {
			return out, nil
		}
		rest = rest[n:]
	}
}
