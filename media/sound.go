package media

import (
	"encoding/binary"
	"io"
	"time"
)

// mp3Duration tells how long an MP3 plays: exactly where its first frame counts the others, else from its first
// frame's bit rate. It is 0 when no frame is found near the start.
func mp3Duration(r io.ReaderAt, size int64) time.Duration {
	at := id3Size(r)
	buf := make([]byte, 8<<10)
	n, _ := r.ReadAt(buf, at)
	buf = buf[:n]
	for i := 0; i+4 <= len(buf); i++ {
		if buf[i] != 0xFF || buf[i+1]&0xE0 != 0xE0 {
			continue
		}
		f, ok := mp3Frame(binary.BigEndian.Uint32(buf[i:]))
		if !ok {
			continue
		}
		if frames := xingFrames(buf[i:], f.side); frames > 0 {
			return time.Duration(float64(frames) * float64(f.samples) / float64(f.rate) * float64(time.Second))
		}
		return time.Duration(float64(size-at-int64(i)) * 8 / float64(f.bits) * float64(time.Second))
	}
	return 0
}

// id3Size is the length of the tag in front.
func id3Size(r io.ReaderAt) int64 {
	var h [10]byte
	if _, err := r.ReadAt(h[:], 0); err != nil || string(h[:3]) != "ID3" {
		return 0
	}
	return 10 + int64(h[6]&127)<<21 + int64(h[7]&127)<<14 + int64(h[8]&127)<<7 + int64(h[9]&127)
}

type mp3Head struct {
	rate, bits, samples, side int
}

var (
	mp3Bits1 = [16]int{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}
	mp3Bits2 = [16]int{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}
	mp3Rates = [3]int{44100, 48000, 32000}
)

// mp3Frame reads the head of a layer III frame.
func mp3Frame(h uint32) (f mp3Head, ok bool) {
	version, layer, bits, rate, mono := h>>19&3, h>>17&3, h>>12&15, h>>10&3, h>>6&3 == 3
	if version == 1 || layer != 1 || bits == 0 || bits == 15 || rate == 3 {
		return f, false
	}
	f = mp3Head{rate: mp3Rates[rate], bits: mp3Bits1[bits] * 1000, samples: 1152, side: 32}
	if mono {
		f.side = 17
	}
	if version != 3 { // MPEG 2 and 2.5
		f.bits, f.samples, f.side = mp3Bits2[bits]*1000, 576, 17
		f.rate /= 2
		if mono {
			f.side = 9
		}
		if version == 0 {
			f.rate /= 2
		}
	}
	return f, true
}

// xingFrames is how many frames a file with a Xing or Info header says that it has.
func xingFrames(frame []byte, side int) uint32 {
	at := 4 + side
	if len(frame) < at+12 {
		return 0
	}
	if tag := string(frame[at : at+4]); tag != "Xing" && tag != "Info" {
		return 0
	}
	if binary.BigEndian.Uint32(frame[at+4:])&1 == 0 {
		return 0
	}
	return binary.BigEndian.Uint32(frame[at+8:])
}

// amrSizes are the bytes of a frame of 20 ms by its mode, head included. Source: RFC 4867, 5.3.
var amrSizes = [16]int64{13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1}

// amrDuration counts the frames of an AMR file by the size of the first, as phones write them.
func amrDuration(r io.ReaderAt, size int64) time.Duration {
	const head = "#!AMR\n"
	var b [7]byte
	if _, err := r.ReadAt(b[:], 0); err != nil || string(b[:6]) != head {
		return 0
	}
	return time.Duration((size-int64(len(head)))/amrSizes[b[6]>>3&15]) * 20 * time.Millisecond
}

// movingWebP tells how long an animated WebP plays once; 0 when it does not move. Source: RFC 9649, 2.7.
func movingWebP(r io.ReaderAt, size int64) (total time.Duration) {
	var head [16]byte
	for at, n := int64(12), 0; at+8 <= size && n < 4096; n++ {
		if _, err := r.ReadAt(head[:8], at); err != nil {
			return total
		}
		length := int64(binary.LittleEndian.Uint32(head[4:]))
		if string(head[:4]) == "ANMF" && length >= 16 {
			if _, err := r.ReadAt(head[:16], at+8); err != nil {
				return total
			}
			ms := int64(head[12]) | int64(head[13])<<8 | int64(head[14])<<16
			total += time.Duration(max(ms, 1)) * time.Millisecond
		}
		at += 8 + length + length&1
	}
	return total
}
