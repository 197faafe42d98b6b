package media

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
)

// The elements of Matroska that a recording of a browser is made of. Source: RFC 9559, section 5.
const (
	idEBML         = 0x1A45DFA3
	idSegment      = 0x18538067
	idCluster      = 0x1F43B675
	idTracks       = 0x1654AE6B
	idTrackEntry   = 0xAE
	idTrackNumber  = 0xD7
	idTrackType    = 0x83
	idCodecID      = 0x86
	idCodecPrivate = 0x63A2
	idSimpleBlock  = 0xA3
	idBlockGroup   = 0xA0
	idBlock        = 0xA1

	unknownSize = -1
	// maxElement bounds what is taken into memory of one element.
	maxElement = 4 << 20
)

var errNotWebM = errors.New("not a WebM recording that can be read")

// webmTrack is a track as its entry describes it.
type webmTrack struct {
	number  uint64
	audio   bool
	codec   string
	private []byte
}

// webmReader walks the elements of a file without going back, as a browser wrote them: a segment and clusters of
// unknown length, blocks in order.
type webmReader struct {
	in     *bufio.Reader
	tracks []webmTrack
	// block gets the track's number and a frame.
	block func(track uint64, frame []byte) error
}

// element reads an id and a size; unknownSize for one that ends where its parent does.
func (w *webmReader) element() (id uint32, size int64, err error) {
	first, err := w.in.ReadByte()
	if err != nil {
		return 0, 0, err
	}
	length := 1
	for mask := byte(0x80); length <= 4 && first&mask == 0; mask >>= 1 {
		length++
	}
	if length > 4 {
		return 0, 0, errNotWebM
	}
	id = uint32(first)
	for range length - 1 {
		b, err := w.in.ReadByte()
		if err != nil {
			return 0, 0, noEOF(err)
		}
		id = id<<8 | uint32(b)
	}
	if first, err = w.in.ReadByte(); err != nil {
		return 0, 0, noEOF(err)
	}
	length = 1
	mask := byte(0x80)
	for ; length <= 8 && first&mask == 0; mask >>= 1 {
		length++
	}
	if length > 8 {
		return 0, 0, errNotWebM
	}
	value := uint64(first &^ mask)
	ones := value == uint64(mask-1)
	for range length - 1 {
		b, err := w.in.ReadByte()
		if err != nil {
			return 0, 0, noEOF(err)
		}
		value = value<<8 | uint64(b)
		ones = ones && b == 0xFF
	}
	if ones {
		return id, unknownSize, nil
	}
	if value > 1<<40 {
		return 0, 0, errNotWebM
	}
	return id, int64(value), nil
}

func noEOF(err error) error {
	if err == io.EOF {
		return errNotWebM
	}
	return err
}

// read walks the file. Containers are entered and everything else is skipped or taken; so where a container of unknown
// length ends needs not be known. A last block that was cut off is left out.
func (w *webmReader) read() error {
	for n := 0; ; n++ {
		id, size, err := w.element()
		switch {
		case err == io.EOF && n > 0:
			return nil
		case err != nil:
			return err
		case n == 0 && id != idEBML:
			return errNotWebM
		}
		switch id {
		case idSegment, idCluster, idTracks, idBlockGroup:
			continue
		case idTrackEntry, idSimpleBlock, idBlock:
			if size == unknownSize || size > maxElement {
				return errNotWebM
			}
			body := make([]byte, size)
			if _, err := io.ReadFull(w.in, body); err != nil {
				if id != idTrackEntry && errors.Is(err, io.ErrUnexpectedEOF) {
					return nil
				}
				return noEOF(err)
			}
			if err := w.take(id, body); err != nil {
				return err
			}
		default:
			if size == unknownSize {
				return errNotWebM
			}
			if _, err := io.CopyN(io.Discard, w.in, size); err != nil {
				return noEOF(err)
			}
		}
	}
}

func (w *webmReader) take(id uint32, body []byte) error {
	if id == idTrackEntry {
		t, err := readTrack(body)
		if err == nil && len(w.tracks) < 16 {
			w.tracks = append(w.tracks, t)
		}
		return err
	}
	if w.block == nil {
		return nil
	}
	number, rest, ok := vint(body)
	if !ok || len(rest) < 3 {
		return errNotWebM
	}
	if lacing := rest[2] >> 1 & 3; lacing != 0 {
		return errNotWebM // browsers put one frame into a block
	}
	return w.block(number, rest[3:])
}

// vint reads a number of variable length.
func vint(b []byte) (value uint64, rest []byte, ok bool) {
	if len(b) == 0 {
		return 0, nil, false
	}
	length := 1
	mask := byte(0x80)
	for ; length <= 8 && b[0]&mask == 0; mask >>= 1 {
		length++
	}
	if length > 8 || length > len(b) {
		return 0, nil, false
	}
	value = uint64(b[0] &^ mask)
	for _, c := range b[1:length] {
		value = value<<8 | uint64(c)
	}
	return value, b[length:], true
}

func readTrack(body []byte) (t webmTrack, err error) {
	w := webmReader{in: bufio.NewReader(bytes.NewReader(body))}
	for {
		id, size, err := w.element()
		if err == io.EOF {
			return t, nil
		}
		if err != nil || size == unknownSize || size > int64(len(body)) {
			return t, errNotWebM
		}
		value := make([]byte, size)
		if _, err := io.ReadFull(w.in, value); err != nil {
			return t, errNotWebM
		}
		switch id {
		case idTrackNumber:
			for _, b := range value {
				t.number = t.number<<8 | uint64(b)
			}
		case idTrackType:
			t.audio = len(value) > 0 && value[len(value)-1] == 2
		case idCodecID:
			t.codec = string(bytes.TrimRight(value, "\x00"))
		case idCodecPrivate:
			t.private = value
		}
	}
}

// remux writes the Opus track of a browser's WebM recording as an Ogg file, packet by packet: no sound is changed. ok is
// false when the file is a WebM of another kind, such as a film.
func remux(r io.Reader, w io.Writer) (ok bool, err error) {
	out := &oggWriter{w: w, serial: rand.Uint32()}
	in := &webmReader{in: bufio.NewReaderSize(r, 64<<10)}
	var track *webmTrack
	var granule int64
	var held []byte
	in.block = func(number uint64, frame []byte) error {
		if track == nil {
			if len(in.tracks) != 1 || !in.tracks[0].audio || in.tracks[0].codec != "A_OPUS" {
				return errNotOpus
			}
			track = &in.tracks[0]
			begin(out, track.private)
		}
		n := opusSamples(frame)
		if number != track.number || n == 0 {
			return nil
		}
		if held != nil {
			out.packet(held, granule)
		}
		granule += n
		held = bytes.Clone(frame)
		return out.err
	}
	err = in.read()
	if track == nil {
		return false, errNotOpus
	}
	if err == nil && held == nil {
		err = errNotOpus
	}
	if err != nil {
		return true, err
	}
	out.packet(held, granule)
	out.flush(oggLast)
	return true, out.err
}

// begin writes the two headers, each on a page of its own.
func begin(out *oggWriter, private []byte) {
	preSkip, rate, gain := uint16(312), uint32(opusRate), int16(0)
	if len(private) >= 19 && bytes.HasPrefix(private, []byte("OpusHead")) {
		preSkip = binary.LittleEndian.Uint16(private[10:])
		rate = binary.LittleEndian.Uint32(private[12:])
		gain = int16(binary.LittleEndian.Uint16(private[16:]))
	}
	out.packet(opusHead(preSkip, rate, gain), 0)
	out.flush(oggFirst)
	out.packet(opusTags(), 0)
	out.flush(0)
}
