package media

import (
	"encoding/binary"
	"io"
	"time"
)

// filmInfo is what the boxes of an MP4 tell. Source: ISO/IEC 14496-12.
type filmInfo struct {
	video, audio  bool
	width, height int
	duration      time.Duration
	// codecs are the four letters of each track's first description, such as avc1 or mp4a.
	codecs []string
}

const (
	// maxBoxes and maxBoxDepth bound the walk, whatever the boxes say.
	maxBoxes    = 4096
	maxBoxDepth = 8
)

type boxWalk struct {
	r     io.ReaderAt
	boxes int
	info  filmInfo
	track struct{ width, height int }
}

// readFilm walks the boxes of an MP4; what it does not find stays zero. It never fails: a strange file is a film of
// which nothing is known.
func readFilm(r io.ReaderAt, size int64) filmInfo {
	w := &boxWalk{r: r}
	w.walk(0, size, 0)
	return w.info
}

func (w *boxWalk) walk(at, end int64, depth int) {
	var head [16]byte
	for at+8 <= end && w.boxes < maxBoxes && depth < maxBoxDepth {
		w.boxes++
		if _, err := w.r.ReadAt(head[:8], at); err != nil {
			return
		}
		size, body := int64(binary.BigEndian.Uint32(head[:])), at+8
		switch size {
		case 0:
			size = end - at
		case 1:
			if _, err := w.r.ReadAt(head[8:16], at+8); err != nil {
				return
			}
			size, body = int64(binary.BigEndian.Uint64(head[8:])), at+16
		}
		if size < body-at || size > end-at {
			return
		}
		w.box(string(head[4:8]), body, at+size, depth)
		at += size
	}
}

func (w *boxWalk) box(kind string, body, end int64, depth int) {
	switch kind {
	case "moov", "trak", "mdia", "minf", "stbl":
		w.walk(body, end, depth+1)
	case "mvhd":
		w.movie(body, end)
	case "tkhd":
		b := w.read(body, end, 96)
		at := 76
		if len(b) > 0 && b[0] == 1 {
			at = 88
		}
		if len(b) >= at+8 {
			w.track.width, w.track.height = int(binary.BigEndian.Uint16(b[at:])), int(binary.BigEndian.Uint16(b[at+4:]))
		}
	case "hdlr":
		if b := w.read(body, end, 12); len(b) == 12 {
			switch string(b[8:12]) {
			case "vide":
				w.info.video = true
				if w.info.width == 0 {
					w.info.width, w.info.height = w.track.width, w.track.height
				}
			case "soun":
				w.info.audio = true
			}
		}
	case "stsd":
		if b := w.read(body, end, 16); len(b) == 16 && len(w.info.codecs) < 16 {
			w.info.codecs = append(w.info.codecs, string(b[12:16]))
		}
	}
}

// movie reads the duration of the whole.
func (w *boxWalk) movie(body, end int64) {
	b := w.read(body, end, 32)
	var scale, length uint64
	switch {
	case len(b) == 32 && b[0] == 1:
		scale, length = uint64(binary.BigEndian.Uint32(b[20:])), binary.BigEndian.Uint64(b[24:])
	case len(b) >= 20 && b[0] == 0:
		scale, length = uint64(binary.BigEndian.Uint32(b[12:])), uint64(binary.BigEndian.Uint32(b[16:]))
	}
	if scale > 0 && length/scale < 30*24*3600 {
		w.info.duration = time.Duration(float64(length) / float64(scale) * float64(time.Second))
	}
}

func (w *boxWalk) read(body, end int64, most int64) []byte {
	b := make([]byte, min(most, max(end-body, 0)))
	n, _ := w.r.ReadAt(b, body)
	return b[:n]
}
