package media

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"time"
)

// Ogg pages and the Opus stream in them, as RFC 3533 and RFC 7845 say.
const (
	oggHead     = "OggS"
	oggContinue = 1
	oggFirst    = 2
	oggLast     = 4
	opusRate    = 48_000
	// oggPageBytes bounds what is gathered into one page before it is written.
	oggPageBytes = 48 << 10
)

var errNotOpus = errors.New("not an Opus recording that can be read")

// oggWriter writes packets of one Opus stream as pages.
type oggWriter struct {
	w        io.Writer
	serial   uint32
	sequence uint32
	table    []byte
	body     []byte
	pending  int64 // granule at the end of the last whole packet in the page
	err      error
}

// packet adds one packet that ends at the given granule position.
func (o *oggWriter) packet(p []byte, granule int64) {
	segments := len(p)/255 + 1
	if len(o.table)+segments > 255 || len(o.body)+len(p) > oggPageBytes && len(o.table) > 0 {
		o.flush(0)
	}
	if segments > 255 {
		o.err = errNotOpus // an Opus packet has 61 KB at most, and browsers write far less
		return
	}
	for range segments - 1 {
		o.table = append(o.table, 255)
	}
	o.table = append(o.table, byte(len(p)%255))
	o.body = append(o.body, p...)
	o.pending = granule
}

// flush writes the page gathered so far.
func (o *oggWriter) flush(flags byte) {
	if o.err != nil || len(o.table) == 0 && flags != oggLast {
		return
	}
	page := make([]byte, 27, 27+len(o.table)+len(o.body))
	copy(page, oggHead)
	page[5] = flags
	binary.LittleEndian.PutUint64(page[6:], uint64(o.pending))
	binary.LittleEndian.PutUint32(page[14:], o.serial)
	binary.LittleEndian.PutUint32(page[18:], o.sequence)
	page[26] = byte(len(o.table))
	page = append(append(page, o.table...), o.body...)
	binary.LittleEndian.PutUint32(page[22:], oggSum(page))
	o.sequence++
	o.table, o.body = o.table[:0], o.body[:0]
	_, o.err = o.w.Write(page)
}

var oggTable = func() (t [256]uint32) {
	for i := range t {
		r := uint32(i) << 24
		for range 8 {
			if r&0x80000000 != 0 {
				r = r<<1 ^ 0x04c11db7
			} else {
				r <<= 1
			}
		}
		t[i] = r
	}
	return t
}()

// oggSum is the checksum of a page whose own field is zero.
func oggSum(page []byte) (sum uint32) {
	for _, b := range page {
		sum = sum<<8 ^ oggTable[byte(sum>>24)^b]
	}
	return sum
}

// opusHead is the identification header. Whatever the packets hold, one channel is asked for: voice notes are mono,
// and an Opus decoder gives either from either.
func opusHead(preSkip uint16, rate uint32, gain int16) []byte {
	h := make([]byte, 19)
	copy(h, "OpusHead")
	h[8], h[9] = 1, 1
	binary.LittleEndian.PutUint16(h[10:], preSkip)
	binary.LittleEndian.PutUint32(h[12:], rate)
	binary.LittleEndian.PutUint16(h[16:], uint16(gain))
	return h
}

func opusTags() []byte {
	const vendor = "clearline"
	t := append([]byte("OpusTags"), 0, 0, 0, 0)
	binary.LittleEndian.PutUint32(t[8:], uint32(len(vendor)))
	return append(append(t, vendor...), 0, 0, 0, 0)
}

// opusSamples is how many samples at 48 kHz a packet holds, 0 when it is none. Source: RFC 6716, 3.1.
func opusSamples(p []byte) int64 {
	if len(p) == 0 {
		return 0
	}
	var frame int64
	switch config := p[0] >> 3; {
	case config < 12:
		frame = []int64{480, 960, 1920, 2880}[config%4]
	case config < 16:
		frame = []int64{480, 960}[config%2]
	default:
		frame = []int64{120, 240, 480, 960}[config%4]
	}
	frames := int64(1)
	switch p[0] & 3 {
	case 1, 2:
		frames = 2
	case 3:
		if len(p) < 2 {
			return 0
		}
		frames = int64(p[1] & 63)
	}
	if n := frame * frames; n <= 5760 {
		return n
	}
	return 0
}

// oggInfo is what an Ogg file with one Opus stream tells.
type oggInfo struct {
	channels int
	duration time.Duration
	packets  int
}

// readOgg reads an Ogg Opus file to its end, with every checksum.
func readOgg(r io.Reader) (info oggInfo, err error) {
	err = eachOggPacket(r, func(n int, p []byte) error {
		switch {
		case n == 0:
			if len(p) < 19 || !bytes.HasPrefix(p, []byte("OpusHead")) {
				return errNotOpus
			}
			info.channels = int(p[9])
		case n > 1:
			info.packets++
		}
		return nil
	}, &info)
	return info, err
}

// mono writes an Ogg Opus file anew with one channel asked for, packet by packet.
func mono(r io.Reader, w io.Writer) error {
	out := &oggWriter{w: w, serial: rand.Uint32()}
	var granule int64
	var held []byte
	var info oggInfo
	err := eachOggPacket(r, func(n int, p []byte) error {
		switch {
		case n == 0:
			if len(p) < 19 || !bytes.HasPrefix(p, []byte("OpusHead")) || p[18] != 0 {
				return errNotOpus // more than two channels
			}
			begin(out, p)
		case n > 1:
			if held != nil {
				out.packet(held, granule)
			}
			granule += opusSamples(p)
			held = bytes.Clone(p)
		}
		return out.err
	}, &info)
	if err == nil && held == nil {
		err = errNotOpus
	}
	if err != nil {
		return err
	}
	out.packet(held, granule)
	out.flush(oggLast)
	return out.err
}

// eachOggPacket calls f with each packet of the first stream. It is strict: a page that is not what its checksum says
// ends it.
func eachOggPacket(r io.Reader, f func(n int, packet []byte) error, info *oggInfo) error {
	in := bufio.NewReader(r)
	var packet []byte
	var serial uint32
	var last, preSkip int64
	n := 0
	for page := 0; ; page++ {
		head, body, err := oggPage(in)
		if err == io.EOF && page > 0 {
			break
		}
		if err != nil {
			return err
		}
		s := binary.LittleEndian.Uint32(head[14:])
		if page == 0 {
			serial = s
		} else if s != serial {
			continue // another stream in the same file
		}
		if g := int64(binary.LittleEndian.Uint64(head[6:])); g > last {
			last = g
		}
		if head[5]&oggContinue == 0 {
			packet = packet[:0]
		}
		for _, size := range head[27:] {
			packet = append(packet, body[:size]...)
			body = body[size:]
			if len(packet) > 1<<20 {
				return errNotOpus
			}
			if size == 255 {
				continue
			}
			if n == 0 && len(packet) >= 12 {
				preSkip = int64(binary.LittleEndian.Uint16(packet[10:]))
			}
			if err := f(n, packet); err != nil {
				return err
			}
			n++
			packet = packet[:0]
		}
	}
	if n < 2 {
		return errNotOpus
	}
	info.duration = time.Duration(max(last-preSkip, 0)) * time.Second / opusRate
	return nil
}

// oggPage reads one page: its head with the segment table, and its body.
func oggPage(in *bufio.Reader) (head, body []byte, err error) {
	head = make([]byte, 27, 27+255)
	if _, err := io.ReadFull(in, head); err != nil {
		if err == io.ErrUnexpectedEOF {
			err = fmt.Errorf("%w: cut off", errNotOpus)
		}
		return nil, nil, err
	}
	if string(head[:4]) != oggHead || head[4] != 0 {
		return nil, nil, errNotOpus
	}
	head = head[:27+int(head[26])]
	if _, err := io.ReadFull(in, head[27:]); err != nil {
		return nil, nil, fmt.Errorf("%w: cut off", errNotOpus)
	}
	size := 0
	for _, s := range head[27:] {
		size += int(s)
	}
	body = make([]byte, size)
	if _, err := io.ReadFull(in, body); err != nil {
		return nil, nil, fmt.Errorf("%w: cut off", errNotOpus)
	}
	whole := append(bytes.Clone(head), body...)
	clear(whole[22:26])
	if oggSum(whole) != binary.LittleEndian.Uint32(head[22:]) {
		return nil, nil, fmt.Errorf("%w: a page is damaged", errNotOpus)
	}
	return head, body, nil
}
