// Package mediatest makes files that mean harm, for tests of every way in: pages and scripts under other names, files
// that are two things at once, files that are small and unpack to gigabytes, torn and looping ones, and names that
// lead elsewhere.
package mediatest

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"sync"
	"unicode/utf16"
)

// File is one hostile file as somebody sends it.
type File struct {
	// What says what is wrong with it; it is unique.
	What string
	// Name and MIME are what the sender claims.
	Name, MIME string
	Bytes      []byte
}

// script is what must never run. Whoever looks at a file in a browser can tell by the title whether it did.
const script = `<script>document.title="pwned";(window.top||window).pwned=1</script>`

const page = `<!DOCTYPE html><html><body>` + script + `</body></html>`

// Hostile makes all of them anew.
func Hostile() (all []File) {
	add := func(what, name, mime string, b []byte) { all = append(all, File{what, name, mime, b}) }
	pages(add)
	disguised(add)
	polyglots(add)
	bombs(add)
	torn(add)
	named(add)
	return all
}

type adder func(what, name, mime string, b []byte)

func pages(add adder) {
	svg := `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="alert(1)">` + script + `<a xlink:href="javascript:alert(1)"><text y="20">x</text></a></svg>`
	add("SVG with a script", "logo.svg", "image/svg+xml", []byte(svg))
	add("SVG after an XML head", "logo.svg", "image/svg+xml", []byte(`<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "">`+svg))
	add("SVG, packed", "logo.svgz", "image/svg+xml", gzipped([]byte(svg)))
	add("SVG behind a thousand spaces", "logo.svg", "image/svg+xml", []byte(strings.Repeat(" ", 1000)+svg))
	add("a page", "page.html", "text/html", []byte(page))
	add("a page with a byte order mark", "page.htm", "text/html", []byte("\ufeff"+page))
	add("a page in UTF-16", "page.html", "text/html", utf16le(page))
	add("a page in UTF-7", "page.html", "text/html; charset=utf-7", []byte("+ADw-script+AD4-alert(1)+ADw-/script+AD4-"))
	add("a page in odd letters", "page.html", "text/html", []byte("\n\t<!-- x --><ScRiPt/x>alert(1)</sCrIpT >"))
	add("XHTML", "page.xhtml", "application/xhtml+xml", []byte(`<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body onload="alert(1)"/></html>`))
	add("XML with a style sheet that is a script", "feed.xml", "text/xml", []byte(`<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="data:text/xml,%3Cx%3E"?><a/>`))
	add("XML that laughs a billion times", "laugh.xml", "application/xml", []byte(laughs()))
	add("XML with an outside entity", "x.xml", "application/xml", []byte(`<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`))
	add("XML a hundred thousand deep", "deep.xml", "application/xml", []byte(strings.Repeat("<a>", 100_000)))
	add("JSON a hundred thousand deep", "deep.json", "application/json", []byte(strings.Repeat("[", 100_000)))
	add("a web archive", "page.mhtml", "multipart/related", []byte("MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n"+page+"\r\n--b--\r\n"))
	add("a mail with a page in it", "mail.eml", "message/rfc822", []byte("Subject: x\r\nContent-Type: text/html\r\n\r\n"+page))
	add("a script", "x.js", "text/javascript", []byte(`document.title="pwned"`))
	add("a module of WebAssembly", "x.wasm", "application/wasm", []byte("\x00asm\x01\x00\x00\x00"))
	add("a style sheet", "x.css", "text/css", []byte(`*{background:url(//evil.example/x)}`))
	add("a Flash film", "x.swf", "application/x-shockwave-flash", []byte("FWS\x05\x20\x00\x00\x00"+strings.Repeat("\x00", 20)))
	add("a PDF with a script", "x.pdf", "application/pdf", []byte("%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\ntrailer<</Root 1 0 R>>"))
	add("an HTML application", "x.hta", "application/hta", []byte("<HTA:APPLICATION><script language=vbscript>x</script>"))
	add("a shortcut", "x.url", "text/plain", []byte("[InternetShortcut]\r\nURL=javascript:alert(1)\r\n"))
	add("a shell script", "x.sh", "text/x-shellscript", []byte("#!/bin/sh\nrm -rf /\n"))
}

func disguised(add adder) {
	add("a page called a picture", "photo.jpg", "image/jpeg", []byte(page))
	add("a page called a film", "clip.mp4", "video/mp4", []byte(page))
	add("a page called a voice note", "voice.ogg", "audio/ogg; codecs=opus", []byte(page))
	add("a page called a text", "notes.txt", "text/plain", []byte(page))
	add("SVG called a PNG", "photo.png", "image/png", []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`))
	add("a program called a PDF", "invoice.pdf", "application/pdf", append([]byte("MZ\x90\x00\x03"), make([]byte, 200)...))
	add("a program called a picture", "photo.jpg.exe", "image/jpeg", append([]byte("\x7fELF\x02\x01\x01"), make([]byte, 200)...))
	add("a picture called a page", "page.html", "text/html", photo())
	add("a picture called SVG", "logo.svg", "image/svg+xml", drawing(40, 30))
	add("a picture without a name", "", "", photo())
	add("a picture of no type", "x", "application/octet-stream", photo())
	add("a type with a line break", "x", "image/png\r\nX-Evil: 1", drawing(4, 4))
	add("an icon", "favicon.ico", "image/x-icon", append([]byte("\x00\x00\x01\x00\x01\x00\x10\x10\x00\x00\x01\x00\x20\x00"), make([]byte, 100)...))
	add("a picture of phones that browsers do not show", "IMG_1.HEIC", "image/heic", append([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), make([]byte, 64)...))
}

func polyglots(add adder) {
	good := photo()
	add("a picture with a page in its comment", "photo.jpg", "image/jpeg", segment(good, 0xFE, page))
	add("a picture with a page in its EXIF", "photo.jpg", "image/jpeg", segment(good, 0xE1, "Exif\x00\x00MM\x00\x2a"+page))
	add("a picture whose EXIF goes in a circle", "photo.jpg", "image/jpeg", segment(good, 0xE1, "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\xff\xff"+strings.Repeat("\x87\x69\x00\x04\x00\x00\x00\x01\x00\x00\x00\x08", 20)))
	add("a picture with a page behind it", "photo.jpg", "image/jpeg", append(bytes.Clone(good), page...))
	add("a picture that is an archive too", "photo.jar", "image/jpeg", append(bytes.Clone(good), zipped(map[string][]byte{"META-INF/MANIFEST.MF": []byte("Main-Class: X")})...))
	add("a GIF that is a script too", "x.gif", "image/gif", []byte("GIF89a=1;document.title='pwned';//"))
	add("a GIF with a page in its comment", "x.gif", "image/gif", gifWith(page))
	add("a GIF that is an archive too", "x.gif", "image/gif", append(gifWith(""), zipped(map[string][]byte{"x.class": []byte("\xca\xfe\xba\xbe")})...))
	add("a PNG with a page in its text", "x.png", "image/png", pngWith("tEXt", []byte("Comment\x00"+page)))
	add("a PNG with a page behind it", "x.png", "image/png", append(drawing(20, 10), page...))
	add("a PNG that moves", "x.png", "image/png", pngWith("acTL", []byte("\xff\xff\xff\xff\x00\x00\x00\x00")))
	add("a BMP that is a script too", "x.bmp", "image/bmp", []byte("BM=1;/*"+strings.Repeat("\x00", 60)+"*/document.title='pwned'"))
	add("a WebP with a page in a chunk of its own", "x.webp", "image/webp", riff("WEBP", "EVIL", []byte(page)))
	add("a sound with a page in its tag", "x.mp3", "audio/mpeg", []byte("ID3\x03\x00\x00\x00\x00\x07\x76TIT2"+page+strings.Repeat("\xff\xfb\x90\x00"+strings.Repeat("\x00", 413), 6)))
	add("a WAV with a page in a chunk of its own", "x.wav", "audio/wav", riff("WAVE", "LIST", []byte(page)))
	add("a film with a page in a box", "x.mp4", "video/mp4", append(box("ftyp", []byte("mp42\x00\x00\x00\x00mp42isom")), box("udta", []byte(page))...))
	add("a PDF that is a page too", "x.pdf", "application/pdf", []byte("%PDF-1.4\n<!-- --><html>"+page+"\n%%EOF"))
	add("a play list", "x.m3u8", "audio/mpegurl", []byte("#EXTM3U\n#EXT-X-KEY:METHOD=NONE,URI=\"file:///etc/passwd\"\nhttp://169.254.169.254/\n"))
}

// bombs are small and say that they are large, or unpack to it.
func bombs(add adder) {
	add("a PNG of 50,000 by 50,000", "x.png", "image/png", pngHead(50_000, 50_000, 8, 6, nil))
	add("a PNG of the largest size there is", "x.png", "image/png", pngHead(1<<31-1, 1<<31-1, 16, 6, nil))
	add("a PNG with a text that unpacks to 32 MB", "x.png", "image/png", pngWith("zTXt", append([]byte("x\x00\x00"), zlibbed()...)))
	add("a PNG with colours that unpack to 32 MB", "x.png", "image/png", pngWith("iCCP", append([]byte("x\x00\x00"), zlibbed()...)))
	add("a PNG with more rows than it says", "x.png", "image/png", pngHead(10, 10, 8, 6, zlibbed()))
	add("a GIF of 65,535 by 65,535", "x.gif", "image/gif", []byte("GIF89a\xff\xff\xff\xff\x80\x00\x00\x00\x00\x00\xff\xff\xff\x2c\x00\x00\x00\x00\xff\xff\xff\xff\x00\x08\x02\x4c\x01\x00\x3b"))
	add("a JPEG of 65,535 by 65,535", "x.jpg", "image/jpeg", jpegSized(65_535, 65_535, 0xC0))
	add("a JPEG in steps of 30,000 by 30,000", "x.jpg", "image/jpeg", jpegSized(30_000, 30_000, 0xC2))
	add("a WebP canvas of 16,777,216 by 16,777,216", "x.webp", "image/webp", riff("WEBP", "VP8X", []byte("\x10\x00\x00\x00\xff\xff\xff\xff\xff\xff")))
	add("a WebP of 16,384 by 16,384", "x.webp", "image/webp", riff("WEBP", "VP8L", []byte("\x2f\xff\xff\xff\x0f\x07\x10\x11\x11\x88\x88\xfe\x07\x00")))
	add("a BMP of two thousand million rows", "x.bmp", "image/bmp", bmpHead(2, 1<<31-1))
	add("a BMP with less than no rows", "x.bmp", "image/bmp", bmpHead(1<<30, -1<<31))
	add("a TIFF of 4,000,000,000 by 4,000,000,000", "x.tif", "image/tiff", tiff(4_000_000_000, 4_000_000_000))
	add("a TIFF that unpacks to 32 MB", "x.tif", "image/tiff", append(tiff(100, 100), zlibbed()...))
	add("an archive that unpacks to 32 MB", "x.zip", "application/zip", hollowZip())
	add("an archive of archives", "x.zip", "application/zip", zipped(map[string][]byte{"x.zip": zipped(map[string][]byte{"x.zip": zipped(map[string][]byte{"zeros": make([]byte, 1<<20)})})}))
	add("an archive that leads elsewhere", "x.zip", "application/zip", zipped(map[string][]byte{"../../../../tmp/evil": []byte("x"), "/etc/cron.d/evil": []byte("x")}))
	add("a packed file of 32 MB", "x.gz", "application/gzip", hollowGzip())
	add("a text document with a macro", "x.docm", "application/vnd.ms-word.document.macroEnabled.12", zipped(map[string][]byte{"[Content_Types].xml": []byte(laughs()), "word/vbaProject.bin": []byte("x"), "word/document.xml": []byte(laughs())}))
}

// torn files end early, lie about their lengths or go in circles.
func torn(add adder) {
	good, draw := photo(), drawing(60, 40)
	add("nothing", "x.jpg", "image/jpeg", nil)
	add("one byte", "x.jpg", "image/jpeg", []byte{0xFF})
	add("half a JPEG", "x.jpg", "image/jpeg", good[:len(good)/2])
	add("the head of a JPEG", "x.jpg", "image/jpeg", good[:20])
	add("half a PNG", "x.png", "image/png", draw[:len(draw)/2])
	add("a PNG with a wrong checksum", "x.png", "image/png", flipped(draw, 30))
	add("a PNG of nothing but ends", "x.png", "image/png", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x00IEND\xae\x42\x60\x82"))
	add("a JPEG of nothing but fill", "x.jpg", "image/jpeg", append([]byte{0xFF, 0xD8}, bytes.Repeat([]byte{0xFF}, 100_000)...))
	add("a JPEG with a segment of no length", "x.jpg", "image/jpeg", []byte("\xff\xd8\xff\xe0\x00\x00\xff\xe1\x00\x01\xff\xda\x00"))
	add("a film whose first box ends nowhere", "x.mp4", "video/mp4", append(box("ftyp", []byte("mp42\x00\x00\x00\x00mp42isom")), "\xff\xff\xff\xffmoov\x00\x00\x00\x00trak"...))
	add("a film with a box of 2^63 bytes", "x.mp4", "video/mp4", append(box("ftyp", []byte("mp42\x00\x00\x00\x00mp42isom")), "\x00\x00\x00\x01moov\xff\xff\xff\xff\xff\xff\xff\xff"...))
	add("a film of boxes in boxes", "x.mp4", "video/mp4", append(box("ftyp", []byte("mp42\x00\x00\x00\x00mp42isom")), nested(2000)...))
	add("a film of a million empty boxes", "x.mp4", "video/mp4", append(box("ftyp", []byte("mp42\x00\x00\x00\x00mp42isom")), bytes.Repeat([]byte("\x00\x00\x00\x08free"), 100_000)...))
	add("a voice note with a wrong checksum", "x.ogg", "audio/ogg; codecs=opus", append([]byte("OggS\x00\x02"+strings.Repeat("\x00", 20)+"\x01\x13OpusHead\x01\x01\x38\x01\x80\xbb\x00\x00\x00\x00\x00"), bytes.Repeat([]byte("OggS"), 1000)...))
	add("a recording whose elements never end", "x.webm", "audio/webm", append([]byte("\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm\x42\x87\x81\x04\x42\x85\x81\x02"), bytes.Repeat([]byte("\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff"), 5000)...))
	add("a recording with a block of 2^55 bytes", "x.webm", "audio/webm", []byte("\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm\x42\x87\x81\x04\x42\x85\x81\x02\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff\x1f\x43\xb6\x75\x01\xff\xff\xff\xff\xff\xff\xff\xa3\x01\x7f\xff\xff\xff\xff\xff\xfe"))
	add("a WebP that says it is longer", "x.webp", "image/webp", []byte("RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff"))
	add("a WebP whose frames have no length", "x.webp", "image/webp", append(riff("WEBP", "VP8X", []byte("\x02\x00\x00\x00\x0f\x00\x00\x0f\x00\x00")), bytes.Repeat([]byte("ANMF\x00\x00\x00\x00"), 50_000)...))
	add("a TIFF that goes in a circle", "x.tif", "image/tiff", []byte("II\x2a\x00\x08\x00\x00\x00\x00\x00\x08\x00\x00\x00"))
}

// named carry their harm in what they are called.
func named(add adder) {
	for _, n := range [][2]string{
		{"a name that leads elsewhere", "../../../../etc/passwd"},
		{"a name that leads elsewhere, backward", `..\..\..\windows\system32\x.exe`},
		{"a name that is a path", "/etc/passwd"},
		{"a name with new headers", "x.txt\r\nContent-Type: text/html\r\n\r\n" + page},
		{"a name that turns round", "invoice\u202efdp.exe"},
		{"a name that is isolated", "\u2066\u2067x\u2069.txt"},
		{"a name with quotes", `x".html"; filename*=utf-8''evil.html`},
		{"a name that is a page", script + ".txt"},
		{"a name with a zero", "x.html\x00.txt"},
		{"a name that is long", strings.Repeat("very ", 2000) + ".txt"},
		{"a name of dots", "...."},
		{"a name of a device", "CON"},
		{"a name that is no text", "\xff\xfe\xfd.txt"},
		{"a name nobody sees", "\u200b\u200b\u2060.txt"},
		{"a name of families", strings.Repeat("👩‍👩‍👧‍👦", 50) + ".txt"},
	} {
		add(n[0], n[1], "text/plain", []byte("harmless\n"))
	}
}

func photo() []byte {
	img := image.NewRGBA(image.Rect(0, 0, 90, 60))
	for i := range img.Pix {
		img.Pix[i] = uint8(i * i >> 5)
	}
	var b bytes.Buffer
	must(jpeg.Encode(&b, img, nil))
	return b.Bytes()
}

func drawing(w, h int) []byte {
	var b bytes.Buffer
	must(png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, w, h))))
	return b.Bytes()
}

func must(err error) {
	if err != nil {
		panic(err) // everything is written into memory
	}
}

// segment puts a segment of a JPEG after its start.
func segment(jpg []byte, marker byte, text string) []byte {
	text = text[:min(len(text), 65_000)]
	head := []byte{0xFF, 0xD8, 0xFF, marker, byte((len(text) + 2) >> 8), byte(len(text) + 2)}
	return append(append(head, text...), jpg[2:]...)
}

// jpegSized is a JPEG that says it is of another size.
func jpegSized(w, h int, frame byte) []byte {
	b := bytes.Clone(photo())
	at := bytes.Index(b, []byte{0xFF, 0xC0})
	b[at+1] = frame
	binary.BigEndian.PutUint16(b[at+5:], uint16(h))
	binary.BigEndian.PutUint16(b[at+7:], uint16(w))
	return b
}

func gifWith(comment string) []byte {
	var b bytes.Buffer
	must(gif.Encode(&b, image.NewPaletted(image.Rect(0, 0, 8, 8), color.Palette{color.Black, color.White}), nil))
	if comment == "" {
		return b.Bytes()
	}
	out := b.Bytes()[:b.Len()-1]
	out = append(bytes.Clone(out), 0x21, 0xFE)
	for len(comment) > 0 {
		n := min(len(comment), 255)
		out = append(append(out, byte(n)), comment[:n]...)
		comment = comment[n:]
	}
	return append(out, 0, 0x3B)
}

func chunk(name string, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, name...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// pngWith is a picture with one more chunk after its head.
func pngWith(name string, body []byte) []byte {
	good := drawing(20, 10)
	const head = 8 + 25
	return append(append(bytes.Clone(good[:head]), chunk(name, body)...), good[head:]...)
}

// pngHead is a PNG of any size with that data, or next to none.
func pngHead(w, h uint32, depth, kind byte, data []byte) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	if data == nil {
		data = deflated(1000)
	}
	b := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(head, depth, kind, 0, 0, 0))...)
	return append(append(b, chunk("IDAT", data)...), chunk("IEND", nil)...)
}

// hollow is so many zeros, packed once for all that unpack to them.
const hollow = 32 << 20

var packed = sync.OnceValues(func() (raw []byte, sum uint32) {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	must(err)
	h := crc32.NewIEEE()
	zeros := make([]byte, 1<<20)
	for range hollow / len(zeros) {
		_, err := io.MultiWriter(w, h).Write(zeros)
		must(err)
	}
	must(w.Close())
	return b.Bytes(), h.Sum32()
})

// zlibbed is the hollow as PNG and TIFF hold it.
func zlibbed() []byte {
	raw, _ := packed()
	return binary.BigEndian.AppendUint32(append([]byte{0x78, 0x01}, raw...), hollow%65521<<16|1)
}

// hollowGzip and hollowZip are the same as archives.
func hollowGzip() []byte {
	raw, sum := packed()
	b := append([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"), raw...)
	return binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(b, sum), hollow)
}

func hollowZip() []byte {
	raw, sum := packed()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.CreateRaw(&zip.FileHeader{Name: "zeros", Method: zip.Deflate, CRC32: sum, CompressedSize64: uint64(len(raw)), UncompressedSize64: hollow})
	must(err)
	_, err = f.Write(raw)
	must(err)
	must(w.Close())
	return b.Bytes()
}

func deflated(n int) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, err := w.Write(make([]byte, n))
	must(err)
	must(w.Close())
	return b.Bytes()
}

func gzipped(in []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(in)
	must(err)
	must(w.Close())
	return b.Bytes()
}

func zipped(files map[string][]byte) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range files {
		f, err := w.Create(name)
		must(err)
		_, err = f.Write(content)
		must(err)
	}
	must(w.Close())
	return b.Bytes()
}

func riff(form, name string, body []byte) []byte {
	b := append([]byte(form+name), binary.LittleEndian.AppendUint32(nil, uint32(len(body)))...)
	b = append(b, body...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(b))), b...)
}

func box(name string, body []byte) []byte {
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(len(body)+8)), name...), body...)
}

func nested(depth int) []byte {
	var b []byte
	for range depth {
		b = box("moov", b)
	}
	return b
}

func bmpHead(w, h int32) []byte {
	b := make([]byte, 54)
	copy(b, "BM")
	binary.LittleEndian.PutUint32(b[10:], 54)
	binary.LittleEndian.PutUint32(b[14:], 40)
	binary.LittleEndian.PutUint32(b[18:], uint32(w))
	binary.LittleEndian.PutUint32(b[22:], uint32(h))
	b[26], b[28] = 1, 24
	return b
}

// tiff is the head of a packed TIFF of any size whose one strip is what follows.
func tiff(w, h uint32) []byte {
	b := []byte("II\x2a\x00\x08\x00\x00\x00")
	entries := [][3]uint32{{256, 4, w}, {257, 4, h}, {258, 3, 8}, {259, 3, 8}, {262, 3, 1}, {273, 4, 200}, {277, 3, 1}, {278, 4, h}, {279, 4, 1 << 20}}
	b = binary.LittleEndian.AppendUint16(b, uint16(len(entries)))
	for _, e := range entries {
		b = binary.LittleEndian.AppendUint16(b, uint16(e[0]))
		b = binary.LittleEndian.AppendUint16(b, uint16(e[1]))
		b = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(b, 1), e[2])
	}
	return append(b, make([]byte, 200-len(b))...)
}

func flipped(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 0xFF
	return b
}

func utf16le(s string) []byte {
	b := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func laughs() string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "ha">`)
	for i := range 30 {
		b.WriteString(`<!ENTITY l` + string(rune('A'+i)) + ` "` + strings.Repeat("&l"+string(rune('@'+i))+";", 10) + `">`)
	}
	b.WriteString(`]><l>&lZ;</l>`)
	return b.String()
}
