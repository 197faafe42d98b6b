package sim_test

import (
	"bytes"
	"encoding/binary"
	"image/jpeg"
	"strings"
	"testing"

	"github.com/clearline/clearline/sim"
)

// Every sample is what its type says, measured from the bytes, and a person can send it.
func TestSamplesAreWhatTheySay(t *testing.T) {
	t.Parallel()
	tw := start(t)
	p := tw.person("Wulan", "628120000001")
	var list struct{ Items []sim.SampleFile }
	tw.control("GET", "samples", nil, 200, &list)
	kinds := map[string]int{}
	for _, s := range list.Items {
		kinds[s.Kind]++
		t.Run(s.Kind+" "+s.Name, func(t *testing.T) {
			_, raw := tw.do("GET", s.URL, "", nil)
			switch s.Mime {
			case "image/jpeg":
				c, err := jpeg.DecodeConfig(bytes.NewReader(raw))
				if err != nil || c.Width < 700 || c.Height < 700 {
					t.Errorf("%v, %d × %d", err, c.Width, c.Height)
				}
			case "image/webp": // extended form: flags, then 24 bits each of width - 1 and height - 1
				if string(raw[:4]) != "RIFF" || string(raw[8:16]) != "WEBPVP8X" || raw[20]&0x10 == 0 ||
					int(binary.LittleEndian.Uint32(raw[4:]))+8 != len(raw) || !bytes.Equal(raw[24:30], []byte{0xff, 1, 0, 0xff, 1, 0}) {
					t.Errorf("not a 512 × 512 picture with alpha: % x", raw[:30])
				}
			case "audio/ogg; codecs=opus":
				if seconds := oggSeconds(t, raw); seconds < 3 || seconds > 8 {
					t.Errorf("%v s long", seconds)
				}
			case "video/mp4":
				if string(raw[4:8]) != "ftyp" || !bytes.Contains(raw, []byte("avc1")) || bytes.Contains(raw, []byte("mvex")) {
					t.Error("not a plain H.264 file")
				}
				tkhd := bytes.Index(raw, []byte("tkhd"))
				if w, h := binary.BigEndian.Uint32(raw[tkhd+80:])>>16, binary.BigEndian.Uint32(raw[tkhd+84:])>>16; w != 480 || h != 640 {
					t.Errorf("%d × %d", w, h)
				}
			case "application/pdf":
				if !bytes.HasPrefix(raw, []byte("%PDF-1.4")) || !bytes.HasSuffix(raw, []byte("\n%%EOF\n")) {
					t.Error("no PDF")
				}
			default:
				t.Errorf("type %s", s.Mime)
			}
			id, m := tw.writes(p, map[string]any{"kind": s.Kind, "sample": s.Name})
			if m["id"] != id || len(raw) != int(tw.onPhone(p).at("media", 0, "bytes").(float64)) {
				t.Errorf("sent as %v", m)
			}
		})
	}
	for kind, n := range map[string]int{"image": 7, "sticker": 2, "voice": 2, "audio": 1, "video": 1, "document": 2} {
		if kinds[kind] != n {
			t.Errorf("%d samples of kind %s", kinds[kind], kind)
		}
	}
	raw := tw.control("POST", "people/"+p.ID+"/messages", map[string]any{"kind": "image", "sample": "cat"}, 422, nil)
	if !strings.Contains(string(raw), "known: broken, cups") {
		t.Errorf("refused with %s", raw)
	}
	for _, wrong := range [][2]string{{"image", "cat"}, {"text", "cups"}} {
		if _, _, _, err := sim.Sample(wrong[0], wrong[1]); err == nil {
			t.Errorf("there is a sample %v", wrong)
		}
	}
	if name, mime, content, err := sim.Sample("image", "tins"); err != nil || name != "tins.jpg" || mime != "image/jpeg" || len(content) == 0 {
		t.Errorf("%s %s %d %v", name, mime, len(content), err)
	}
	tw.control("GET", "samples/image/cat", nil, 404, nil)
	tw.control("GET", "samples/text/cups", nil, 404, nil)
}

// oggSeconds walks the pages, checks each checksum and gives the length.
func oggSeconds(t *testing.T, raw []byte) float64 {
	t.Helper()
	var position uint64
	for len(raw) > 0 {
		if len(raw) < 27 || string(raw[:4]) != "OggS" {
			t.Fatalf("no page at %q", raw[:min(len(raw), 8)])
		}
		segments := int(raw[26])
		size := 27 + segments
		for _, s := range raw[27 : 27+segments] {
			size += int(s)
		}
		page := bytes.Clone(raw[:size])
		want := binary.LittleEndian.Uint32(page[22:])
		clear(page[22:26])
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
		if sum != want {
			t.Fatal("a page's checksum is wrong")
		}
		position = binary.LittleEndian.Uint64(page[6:])
		raw = raw[size:]
	}
	return float64(position) / 48000
}
