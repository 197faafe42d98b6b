package store

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// X2, X3: what was kept comes back byte for byte.
func TestPack(t *testing.T) {
	files, err := filepath.Glob("../channel/meta/whatsapp/testdata/webhooks/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no payload files: %v", err)
	}
	bodies := [][]byte{{}, []byte("x"), []byte(strings.Repeat("long ", 700_000))}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, b)
	}
	for _, b := range bodies {
		packed := Pack(b)
		got, err := Unpack(packed)
		if err != nil || !bytes.Equal(got, b) {
			t.Errorf("%d bytes came back as %d, %v", len(b), len(got), err)
		}
	}
}

func TestUnpackRefuses(t *testing.T) {
	for name, packed := range map[string][]byte{
		"nothing":                 {},
		"a dictionary to come":    {200, 1, 0},
		"no number":               {0, 1, 0},
		"a broken block":          {1, 0xff, 0xff, 0xff},
		"a bomb of 100 MB":        {1, 0x80, 0xc2, 0xd7, 0x2f, 0},
		"a block that ends early": {1, 10, 0x20},
	} {
		if got, err := Unpack(packed); err == nil {
			t.Errorf("%s: unpacked to %d bytes", name, len(got))
		}
	}
}

func BenchmarkPack(b *testing.B) {
	body, err := os.ReadFile("../channel/meta/whatsapp/testdata/webhooks/text.json")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		Pack(body)
	}
}
