package sim

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// sampleFiles are pictures, stickers, voices and a film, made by
// scripts/samples.mjs.
//
//go:embed samples
var sampleFiles embed.FS

// sample is a file that a customer can send.
type sample struct {
	file string // in samples/; "" for those that are written here
	mime string
	name string // of a document
	text []string
}

// samples by kind and name.
var samples = map[string]map[string]sample{
	"image": {
		"cups": photo("cups"), "parcel": photo("parcel"), "broken": photo("broken"), "receipt": photo("receipt"),
		"shirt": photo("shirt"), "tins": photo("tins"), "door": photo("door"),
	},
	"sticker": {"happy": {file: "happy.webp", mime: "image/webp"}, "thanks": {file: "thanks.webp", mime: "image/webp"}},
	"voice":   {"voice": spoken("voice"), "deep": spoken("deep")},
	"audio":   {"song": {file: "voice.ogg", mime: opusMime, name: "song.ogg"}},
	"video":   {"steam": {file: "steam.mp4", mime: "video/mp4"}},
	"document": {
		"order": {mime: "application/pdf", name: "order.pdf", text: []string{"Order 4711", "2 bags of oolong, 100 g", "1 pack of paper filters"}},
		"invoice": {mime: "application/pdf", name: "invoice-2026-1042.pdf", text: []string{"Invoice 2026-1042",
			"Oolong 100 g      7.50", "Oolong 100 g      7.50", "Sencha 50 g       5.20", "Delivery          4.00", "Total            24.20"}},
	},
}

const opusMime = "audio/ogg; codecs=opus"

func photo(name string) sample  { return sample{file: name + ".jpg", mime: "image/jpeg"} }
func spoken(name string) sample { return sample{file: name + ".ogg", mime: opusMime} }

// defaultSamples are sent when no sample is named.
var defaultSamples = map[string]string{"image": "cups", "sticker": "happy", "voice": "voice", "audio": "song", "video": "steam", "document": "order"}

// sampleFile makes the file that a person sends when no bytes are given; nil
// for kinds without a file. Unknown names give a fieldError.
func sampleFile(kind, name string) (*mediaItem, error) {
	ofKind, ok := samples[kind]
	if !ok {
		return nil, nil
	}
	if name == "" {
		name = defaultSamples[kind]
	}
	s, ok := ofKind[name]
	if !ok {
		return nil, fieldError{"sample", fmt.Sprintf("%q is not one of kind %s; known: %s", name, kind, strings.Join(slices.Sorted(maps.Keys(ofKind)), ", "))}
	}
	item := &mediaItem{mime: s.mime, name: s.name}
	if s.file == "" {
		item.bytes = pdf(s.text[0], s.text[1:]...)
		return item, nil
	}
	b, err := sampleFiles.ReadFile("samples/" + s.file)
	if err != nil {
		panic("sim: " + err.Error()) // the names above and the folder are one commit
	}
	item.bytes = b
	return item, nil
}

// pdf is one page with a title and some lines of plain English.
func pdf(title string, lines ...string) []byte {
	stream := "BT /F1 22 Tf 72 760 Td (" + title + ") Tj /F1 13 Tf 0 -24 Td"
	for _, line := range lines {
		stream += " 0 -20 Td (" + line + ") Tj"
	}
	stream += " ET"
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
}

// Sample gives a sample's file for other uses than a customer's: its name, type
// and bytes. An unknown kind or name gives an error.
func Sample(kind, name string) (file, mime string, content []byte, err error) {
	item, err := sampleFile(kind, name)
	if err != nil {
		return "", "", nil, err
	}
	if item == nil {
		return "", "", nil, fieldError{"kind", fmt.Sprintf("%q has no samples", kind)}
	}
	if file = item.name; file == "" {
		file = samples[kind][name].file
	}
	return file, item.mime, item.bytes, nil
}

// SampleFile is one row of GET /control/v1/samples.
type SampleFile struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	Mime string `json:"mime"`
	URL  string `json:"url"` // under the control interface
}

func sampleList() []SampleFile {
	list := []SampleFile{}
	for _, kind := range slices.Sorted(maps.Keys(samples)) {
		for _, name := range slices.Sorted(maps.Keys(samples[kind])) {
			list = append(list, SampleFile{kind, name, samples[kind][name].mime, "/control/v1/samples/" + kind + "/" + name})
		}
	}
	return list
}
