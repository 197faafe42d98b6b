package sim

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"strings"
	"sync"
)

// sampleFile makes the file that a person sends when no bytes are given; ok is
// false for kinds without a file.
func sampleFile(kind string) (item mediaItem, ok bool) {
	switch kind {
	case "image":
		return mediaItem{mime: "image/jpeg", bytes: samplePhoto()}, true
	case "sticker":
		return mediaItem{mime: "image/webp", bytes: sampleSticker()}, true
	case "audio":
		return mediaItem{mime: "audio/ogg; codecs=opus", bytes: sampleVoice(), name: "song.ogg"}, true
	case "voice":
		return mediaItem{mime: "audio/ogg; codecs=opus", bytes: sampleVoice()}, true
	case "document":
		return mediaItem{mime: "application/pdf", bytes: samplePDF(), name: "order.pdf"}, true
	case "video":
		return mediaItem{mime: "video/mp4", bytes: sampleVideo()}, true
	}
	return mediaItem{}, false
}

// samplePhoto is a picture of two teacups' worth of gradient, 320 × 240.
var samplePhoto = sync.OnceValue(func() []byte {
	const w, h = 320, 240
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{uint8(190 - y/4), uint8(150 - x/5), uint8(90 + y/5), 255}
			for _, centre := range [][2]int{{110, 130}, {215, 115}} {
				dx, dy := x-centre[0], y-centre[1]
				if d := dx*dx + dy*dy; d < 45*45 {
					c = color.RGBA{238, 232, 220, 255}
					if d < 36*36 {
						c = color.RGBA{122, 78, 30, 255}
					}
				}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 80}); err != nil {
		panic("sim: sample photo: " + err.Error()) // writing to memory does not fail
	}
	return b.Bytes()
})

// sampleSticker is a 512 × 512 lossless WebP of one colour: five prefix codes of
// one symbol each, so the pixels take no bits at all.
var sampleSticker = sync.OnceValue(func() []byte {
	var bits bitWriter
	bits.put(0x2f, 8)
	bits.put(511, 14)                                         // width - 1
	bits.put(511, 14)                                         // height - 1
	bits.put(1, 1)                                            // alpha is used
	bits.put(0, 3)                                            // version
	bits.put(0, 3)                                            // no transform, no colour cache, one group of codes
	for _, symbol := range []uint32{0x60, 0x0b, 0x77, 0xff} { // green, red, blue, alpha
		bits.put(1, 1) // simple code
		bits.put(0, 1) // of one symbol
		bits.put(1, 1) // in eight bits
		bits.put(symbol, 8)
	}
	bits.put(1, 1) // distances: one symbol, 0, in one bit
	bits.put(0, 3)
	data := bits.bytes()
	if len(data)%2 == 1 {
		data = append(data, 0)
	}
	b := []byte("RIFF")
	b = binary.LittleEndian.AppendUint32(b, uint32(12+len(data)))
	b = append(b, "WEBPVP8L"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	return append(b, data...)
})

// bitWriter packs values, lowest bit first.
type bitWriter struct {
	out  []byte
	fill uint
}

func (w *bitWriter) put(v uint32, n int) {
	for i := range n {
		if w.fill%8 == 0 {
			w.out = append(w.out, 0)
		}
		w.out[len(w.out)-1] |= byte(v>>i&1) << (w.fill % 8)
		w.fill++
	}
}

func (w *bitWriter) bytes() []byte { return w.out }

// sampleVoice is three seconds of silence as Ogg Opus, mono.
var sampleVoice = sync.OnceValue(func() []byte {
	const packets, samples = 150, 960 // 20 ms each at 48 kHz
	head := []byte("OpusHead\x01\x01")
	head = binary.LittleEndian.AppendUint16(head, 312)
	head = binary.LittleEndian.AppendUint32(head, 16000)
	head = append(head, 0, 0, 0)
	tags := []byte("OpusTags")
	tags = binary.LittleEndian.AppendUint32(tags, 3)
	tags = append(tags, "sim"...)
	tags = binary.LittleEndian.AppendUint32(tags, 0)
	var b []byte
	b = appendOggPage(b, 2, 0, 0, [][]byte{head})
	b = appendOggPage(b, 0, 0, 1, [][]byte{tags})
	silence := []byte{0xf8, 0xff, 0xfe}
	audio := make([][]byte, packets)
	for i := range audio {
		audio[i] = silence
	}
	return appendOggPage(b, 4, packets*samples, 2, audio)
})

func appendOggPage(b []byte, flags byte, position uint64, sequence uint32, packets [][]byte) []byte {
	page := []byte("OggS\x00")
	page = append(page, flags)
	page = binary.LittleEndian.AppendUint64(page, position)
	page = binary.LittleEndian.AppendUint32(page, 0x51171) // serial number of the stream
	page = binary.LittleEndian.AppendUint32(page, sequence)
	page = append(page, 0, 0, 0, 0) // checksum, below
	page = append(page, byte(len(packets)))
	for _, p := range packets {
		page = append(page, byte(len(p)))
	}
	for _, p := range packets {
		page = append(page, p...)
	}
	var sum uint32
	for _, v := range page {
		sum ^= uint32(v) << 24
		for range 8 {
			if sum&0x80000000 != 0 {
				sum = sum<<1 ^ 0x04c11db7
			} else {
				sum <<= 1
			}
		}
	}
	binary.LittleEndian.PutUint32(page[22:], sum)
	return append(b, page...)
}

// samplePDF is one page with one line.
var samplePDF = sync.OnceValue(func() []byte {
	stream := "BT /F1 18 Tf 72 760 Td (Order 4711 - two bags of oolong) Tj ET"
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>",
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(stream), stream),
	}
	var b strings.Builder
	b.WriteString("%PDF-1.4\n")
	var at []int
	for i, o := range objects {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, xref)
	return []byte(b.String())
})

// sampleVideo is an MP4 container without a track: enough for a type, a size
// and a download, nothing a player could show.
var sampleVideo = sync.OnceValue(func() []byte {
	b := box("ftyp", []byte("isom\x00\x00\x02\x00isomiso2mp41"))
	header := make([]byte, 100)
	binary.BigEndian.PutUint32(header[12:], 1000)       // units per second
	binary.BigEndian.PutUint32(header[20:], 0x00010000) // rate 1.0
	binary.BigEndian.PutUint16(header[24:], 0x0100)     // volume 1.0
	for _, at := range []int{36, 52} {
		binary.BigEndian.PutUint32(header[at:], 0x00010000) // unit matrix
	}
	binary.BigEndian.PutUint32(header[68:], 0x40000000)
	binary.BigEndian.PutUint32(header[96:], 1) // next track
	b = append(b, box("moov", box("mvhd", header))...)
	return append(b, box("mdat", nil)...)
})

func box(kind string, content []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(8+len(content)))
	b = append(b, kind...)
	return append(b, content...)
}
