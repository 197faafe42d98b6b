package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline"
)

func recorded(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/voice.webm")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// packets are those of an Ogg file, headers included.
func packets(t testing.TB, ogg []byte) (all [][]byte, info oggInfo) {
	t.Helper()
	if err := eachOggPacket(bytes.NewReader(ogg), func(_ int, p []byte) error {
		all = append(all, bytes.Clone(p))
		return nil
	}, &info); err != nil {
		t.Fatal(err)
	}
	return all, info
}

// M1: a browser's recording becomes the Ogg Opus that phones play: the same packets, one channel, the right length. The
// recording was made by Chromium's MediaRecorder; its decoder has played the result.
func TestRecordingIsUnwrapped(t *testing.T) {
	t.Parallel()
	in := recorded(t)
	var out bytes.Buffer
	if opus, err := remux(bytes.NewReader(in), &out); !opus || err != nil {
		t.Fatal(opus, err)
	}
	all, info := packets(t, out.Bytes())
	if len(all) < 20 || string(all[0][:8]) != "OpusHead" || all[0][9] != 1 || !bytes.HasPrefix(all[1], []byte("OpusTags")) {
		t.Fatalf("%d packets, the first %q", len(all), all[0])
	}
	if info.duration < time.Second || info.duration > 1500*time.Millisecond {
		t.Errorf("it plays for %s", info.duration)
	}
	at := 0
	for i, p := range all[2:] {
		found := bytes.Index(in[at:], p)
		if found < 0 {
			t.Fatalf("packet %d is not in the recording", i)
		}
		at += found + len(p)
	}
	read, err := readOgg(bytes.NewReader(out.Bytes()))
	if err != nil || read.channels != 1 || read.packets != len(all)-2 || read.duration != info.duration {
		t.Errorf("read back: %+v, %v", read, err)
	}
	// The last page says that it is the last, the first that it is the first.
	pages := bytes.Split(out.Bytes(), []byte("OggS"))
	if pages[1][1] != oggFirst || pages[len(pages)-1][1] != oggLast {
		t.Errorf("flags %d and %d", pages[1][1], pages[len(pages)-1][1])
	}
	// A recording that was cut off in its last block plays up to there.
	var cut bytes.Buffer
	if opus, err := remux(bytes.NewReader(in[:len(in)-20]), &cut); !opus || err != nil {
		t.Error(opus, err)
	}
	shorter, _ := packets(t, cut.Bytes())
	if len(shorter) != len(all)-1 {
		t.Errorf("cut off: %d packets of %d", len(shorter), len(all))
	}
}

// A WebM of another kind is none of ours: it stays as it is.
func TestOtherWebMStays(t *testing.T) {
	t.Parallel()
	in := recorded(t)
	for name, b := range map[string][]byte{
		"a film":        bytes.Replace(in, []byte("\x83\x81\x02"), []byte("\x83\x81\x01"), 1),
		"another codec": bytes.Replace(in, []byte("A_OPUS"), []byte("A_PCMX"), 1),
		"nothing":       {},
		"only a head":   in[:40],
		"no WebM":       []byte("OggS"),
		"a lying size":  append(bytes.Clone(in[:0x95]), 0x01, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
	} {
		if opus, err := remux(bytes.NewReader(b), &bytes.Buffer{}); opus || err == nil {
			t.Errorf("%s: %v, %v", name, opus, err)
		}
	}
}

// A recording with two channels is asked for with one: its packets stay.
func TestStereoBecomesMono(t *testing.T) {
	t.Parallel()
	var ogg bytes.Buffer
	if _, err := remux(bytes.NewReader(recorded(t)), &ogg); err != nil {
		t.Fatal(err)
	}
	stereo := ogg.Bytes()
	stereo[28+9] = 2
	page := stereo[:28+19]
	clear(page[22:26])
	binary.LittleEndian.PutUint32(page[22:], oggSum(page))
	if info, err := readOgg(bytes.NewReader(stereo)); err != nil || info.channels != 2 {
		t.Fatalf("%+v, %v", info, err)
	}
	var out bytes.Buffer
	if err := mono(bytes.NewReader(stereo), &out); err != nil {
		t.Fatal(err)
	}
	before, _ := packets(t, stereo)
	after, info := packets(t, out.Bytes())
	if len(after) != len(before) || after[0][9] != 1 || info.duration < time.Second {
		t.Errorf("%d packets of %d, %+v", len(after), len(before), info)
	}
	for i := 2; i < len(after); i++ {
		if !bytes.Equal(after[i], before[i]) {
			t.Fatalf("packet %d differs", i)
		}
	}
}

// Packets that are longer than a page's table, or exactly as long as a segment, keep their bounds.
func TestOggKeepsPackets(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	o := &oggWriter{w: &out, serial: 7}
	begin(o, nil)
	var want [][]byte
	for i, n := range []int{1, 254, 255, 256, 510, 511, 9000, 60_000, 3} {
		p := bytes.Repeat([]byte{byte(i + 1)}, n)
		want = append(want, p)
		o.packet(p, int64(i+1)*960)
	}
	for range 600 {
		p := []byte{0xFC, 1, 2}
		want = append(want, p)
		o.packet(p, 10_000)
	}
	o.flush(oggLast)
	if o.err != nil {
		t.Fatal(o.err)
	}
	got, _ := packets(t, out.Bytes())
	if len(got) != len(want)+2 {
		t.Fatalf("%d packets of %d", len(got)-2, len(want))
	}
	for i, p := range want {
		if !bytes.Equal(got[i+2], p) {
			t.Fatalf("packet %d has %d bytes of %d", i, len(got[i+2]), len(p))
		}
	}
	for i := 0; i < out.Len(); i += 4999 { // one wrong bit anywhere shows
		b := bytes.Clone(out.Bytes())
		b[i] ^= 4
		if _, err := readOgg(bytes.NewReader(b)); err == nil {
			t.Errorf("a wrong bit in byte %d is not seen", i)
		}
	}
}

// How long things play, where their heads tell.
func TestDurations(t *testing.T) {
	t.Parallel()
	frame := "\xff\xfb\x90\x00" + strings.Repeat("\x00", 413)
	xing := "\xff\xfb\x90\x00" + strings.Repeat("\x00", 32) + "Xing\x00\x00\x00\x01\x00\x00\x01\x00" + strings.Repeat("\x00", 369)
	mvhd := func(version byte, scale, length uint32) string {
		b := []byte{version, 0, 0, 0}
		pad := 8
		if version == 1 {
			pad = 16
		}
		b = append(b, make([]byte, pad)...)
		b = binary.BigEndian.AppendUint32(b, scale)
		if version == 1 {
			b = binary.BigEndian.AppendUint32(b, 0)
		}
		return string(append(binary.BigEndian.AppendUint32(b, length), make([]byte, 80)...))
	}
	atom := func(name, body string) string {
		return string(binary.BigEndian.AppendUint32(nil, uint32(len(body)+8))) + name + body
	}
	track := func(kind string, w, h uint16) string {
		tkhd := append(make([]byte, 76), byte(w>>8), byte(w), 0, 0, byte(h>>8), byte(h), 0, 0)
		return atom("trak", atom("tkhd", string(tkhd))+atom("mdia", atom("hdlr", "\x00\x00\x00\x00\x00\x00\x00\x00"+kind)+atom("minf", atom("stbl", atom("stsd", "\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x10avc1")))))
	}
	near := func(what string, got, want time.Duration) {
		t.Helper()
		if got < want-30*time.Millisecond || got > want+30*time.Millisecond {
			t.Errorf("%s plays for %s, want %s", what, got, want)
		}
	}
	mp3 := strings.Repeat(frame, 100)
	near("an MP3", mp3Duration(strings.NewReader(mp3), int64(len(mp3))), 2606*time.Millisecond)
	tagged := "ID3\x04\x00\x00\x00\x00\x01\x00" + strings.Repeat("x", 128) + mp3
	near("an MP3 with a tag", mp3Duration(strings.NewReader(tagged), int64(len(tagged))), 2606*time.Millisecond)
	near("an MP3 that counts", mp3Duration(strings.NewReader(xing), 1<<20), 256*1152*time.Second/44100)
	near("no MP3", mp3Duration(strings.NewReader("hello, this is no sound at all"), 30), 0)
	amr := "#!AMR\n" + strings.Repeat("\x3c"+strings.Repeat("x", 31), 50)
	near("an AMR", amrDuration(strings.NewReader(amr), int64(len(amr))), time.Second)
	film := atom("ftyp", "mp42\x00\x00\x00\x00") + atom("moov", atom("mvhd", mvhd(0, 1000, 2500))+track("soun", 0, 0)+track("vide", 640, 480))
	if f := readFilm(strings.NewReader(film), int64(len(film))); f.duration != 2500*time.Millisecond || !f.video || !f.audio || f.width != 640 || f.height != 480 || len(f.codecs) != 2 || f.codecs[1] != "avc1" {
		t.Errorf("a film: %+v", f)
	}
	sound := atom("ftyp", "M4A ") + atom("moov", atom("mvhd", mvhd(1, 48000, 96000))+track("soun", 0, 0))
	if f := readFilm(strings.NewReader(sound), int64(len(sound))); f.duration != 2*time.Second || f.video || !f.audio {
		t.Errorf("a sound: %+v", f)
	}
	if f := readFilm(strings.NewReader(film[:len(film)-200]), int64(len(film)-200)); f.video {
		t.Errorf("half a film: %+v", f)
	}
	moving, err := os.ReadFile("testdata/moving.webp")
	if err != nil {
		t.Fatal(err)
	}
	near("a sticker that moves", movingWebP(bytes.NewReader(moving), int64(len(moving))), time.Second)
	still, err := os.ReadFile("testdata/lossy.webp")
	if err != nil {
		t.Fatal(err)
	}
	near("one that does not", movingWebP(bytes.NewReader(still), int64(len(still))), 0)
}

// M1: a film that phones may not play goes as a document, and says so; what cannot be a voice note is refused as one.
func TestFilmsThatPhonesMayNotPlay(t *testing.T) {
	t.Parallel()
	m, company, _ := service(t, nil)
	atom := func(name, body string) string {
		return string(binary.BigEndian.AppendUint32(nil, uint32(len(body)+8))) + name + body
	}
	film := func(codec string) string {
		return atom("ftyp", "mp42\x00\x00\x00\x00mp42isom") + atom("moov", atom("trak", atom("mdia", atom("hdlr", "\x00\x00\x00\x00\x00\x00\x00\x00vide")+atom("minf", atom("stbl", atom("stsd", "\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x10"+codec))))))
	}
	for codec, want := range map[string]clearline.Kind{"avc1": clearline.KindVideo, "hvc1": clearline.KindDocument, "av01": clearline.KindDocument} {
		f, err := m.Receive(t.Context(), Upload{Company: company, Name: "clip.mp4", Length: -1, Body: strings.NewReader(film(codec))})
		if err != nil || f.Kind != want || f.MIME != "video/mp4" || f.Name != "clip.mp4" || (f.Converted != nil) != (want == clearline.KindDocument) {
			t.Errorf("%s: %+v, %v", codec, f, err)
		}
	}
	for name, body := range map[string]string{"a film": film("avc1"), "a text": "hello", "a picture": string(asPNG(t, corners(4, 4)))} {
		var p *clearline.Problem
		if _, err := m.Receive(t.Context(), Upload{Company: company, As: clearline.KindVoice, Length: -1, Body: strings.NewReader(body)}); !errors.As(err, &p) || p.Cause != clearline.CauseMediaType {
			t.Errorf("%s as a voice note: %v", name, err)
		}
	}
	f, err := m.Receive(t.Context(), Upload{Company: company, As: clearline.KindVoice, Length: -1, Body: strings.NewReader(string(recorded(t)))})
	if err != nil || f.Kind != clearline.KindVoice || f.MIME != "audio/ogg" || f.Name != "voice.ogg" || f.Converted == nil || f.Converted.From != "video/webm" || f.Duration < time.Second {
		t.Errorf("a recording: %+v, %v", f, err)
	}
}
