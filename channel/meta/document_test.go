package meta

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// generic turns a value into what encoding/json would give.
func generic(v Value) any {
	switch v.Kind() {
	case Object:
		m := map[string]any{}
		for w := v.Members(); w.Next(); {
			m[string(w.Key())] = generic(w.Value())
		}
		return m
	case Array:
		list := []any{}
		for w := v.Items(); w.Next(); {
			list = append(list, generic(w.Value()))
		}
		return list
	case String:
		return v.Text()
	case Number:
		return json.Number(v.Text())
	case Bool:
		return v.True()
	}
	return nil
}

func standard(text []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err = d.Decode(&v); err == nil && d.More() {
		err = errors.New("more")
	}
	return v, err
}

// compare reads text in both ways and fails when they differ.
func compare(t *testing.T, text []byte) {
	t.Helper()
	d, err := ReadDocument(text)
	if ok := json.Valid(text); ok != (err == nil) {
		if ok && errors.Is(err, ErrDeep) {
			return
		}
		t.Fatalf("%q: valid = %v, but %v", text, ok, err)
	}
	if err != nil {
		return
	}
	defer d.Free()
	if start, end := d.Root().Range(); !json.Valid(text[start:end]) {
		t.Fatalf("%q: the root lies at %d to %d", text, start, end)
	}
	if again := d.Root().AppendRaw(nil); !json.Valid(again) || bytes.Contains(again, []byte{0}) {
		t.Fatalf("%q: written as %q", text, again)
	}
	if bytes.Contains(text, []byte("0000")) {
		return // NUL is replaced here and kept there
	}
	want, err := standard(text)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, generic(d.Root())); d != "" {
		t.Fatalf("%q (-standard +ours):\n%s", text, d)
	}
}

// I10: what is a JSON text here is one for the standard library too, with the same meaning.
func TestReadDocument(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{}`, `[]`, ` { "a" : [ 1 , 2.5 , -3e+7 , 0 , -0 , 1E5 ] , "b":{"c":null,"d":true,"e":false} } `, `"x"`, `0`, `null`,
		`{"a":1,"a":2}`, `{"\u0061":"\u00e9\ud83d\ude00\n\t\\\"\/\b\f\r"}`, `"\ud83d"`, `"\ude00\ud83d"`, `"\ud83dx"`, `"\ud83d\n"`,
		`"é🙂"`, "\"\xff\xfe\"", "\"\xed\xa0\x80\"", `[[[]],{"a":[{}]}]`, `{"a":{"b":{}},"c":1}`,
		``, ` `, `{`, `}`, `[`, `]`, `{"a"}`, `{"a":}`, `{"a":1,}`, `[1,]`, `[1 2]`, `{"a" 1}`, `{a:1}`, `{"a":1 "b":2}`, `01`, `-`, `1.`, `.5`, `1e`, `1e+`, `+1`,
		`nul`, `nulll`, `tru`, `"`, `"\`, `"\x"`, `"\u12"`, `"\u12g4"`, "\"\n\"", `{}{}`, `{} x`, `[}`, `{]`, "\ufeff{}", "\x00",
	} {
		compare(t, []byte(text))
	}
}

func FuzzDocument(f *testing.F) {
	f.Add([]byte(`{"a":[1,"\u00e9",{"b":null}]}`))
	f.Add([]byte("\"\xff\\ud83d\\ude00\""))
	f.Fuzz(func(t *testing.T, text []byte) { compare(t, text) })
}

// I10: nesting is limited while reading, without exhausting the stack.
func TestDepth(t *testing.T) {
	t.Parallel()
	for depth, ok := range map[int]bool{MaxDepth: true, MaxDepth + 1: false, 1_000_000: false} {
		text := []byte(strings.Repeat("[", depth) + strings.Repeat("]", depth))
		d, err := ReadDocument(text)
		if (err == nil) != ok || (!ok && !errors.Is(err, ErrDeep)) {
			t.Errorf("depth %d: %v", depth, err)
		}
		if err == nil {
			d.Free()
		}
	}
}

func TestValue(t *testing.T) {
	t.Parallel()
	d, err := ReadDocument([]byte(`{"s":"12","n":12,"f":1.767e9,"neg":"-5","big":"99999999999999999999","word":"x1","t":"true","b":true,` +
		`"nul":null,"nan":"nan","z":"a\u0000b","dup":1,"dup":2,"l":[1,2,3],"esc\u0061pe":"yes","raw":{"x":"\u0000","y":"\\u0000"}}`))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Free()
	v := d.Root()
	for key, want := range map[string]int64{"s": 12, "n": 12, "f": 1767000000, "neg": -5, "dup": 2} {
		if n, ok := v.Get(key).Int(); !ok || n != want {
			t.Errorf("%s: %d, %v", key, n, ok)
		}
	}
	for _, key := range []string{"big", "word", "b", "nul", "nan", "l", "raw", "absent"} {
		if n, ok := v.Get(key).Int(); ok {
			t.Errorf("%s is the number %d", key, n)
		}
	}
	if !v.Get("t").True() || !v.Get("b").True() || v.Get("n").True() || v.Get("absent").True() {
		t.Error("truth")
	}
	if v.Get("z").Text() != "a\ufffdb" || !v.Get("escape").Is("yes") {
		t.Error("texts")
	}
	if got := string(v.Get("raw").AppendRaw(nil)); got != `{"x":"\ufffd","y":"\\u0000"}` {
		t.Errorf("raw %s", got)
	}
	if v.Get("nul").Given() || !v.Get("s").Given() || v.Get("nul").Kind() != Null || v.Get("absent").Kind() != Absent {
		t.Error("given")
	}
	var none Value
	start, end := none.Range()
	if none.Text() != "" || none.Get("x").Given() || none.Raw() != nil || string(none.AppendRaw(nil)) != "null" || start != end {
		t.Error("an absent value gives something")
	}
}

// BenchmarkReadDocument reads the body of one short text message.
func BenchmarkReadDocument(b *testing.B) {
	text := []byte(`{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{"messaging_product":"whatsapp",` +
		`"metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},"contacts":[{"profile":{"name":"Ana"},"wa_id":"34600111222"}],` +
		`"messages":[{"from":"34600111222","id":"wamid.HBgLMzQ2MDAxMTEyMjIVAgASGBQzQTdCMkY=","timestamp":"1767000000","text":{"body":"Is it still there?"},"type":"text"}]},"field":"messages"}]}]}`)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		d, err := ReadDocument(text)
		if err != nil {
			b.Fatal(err)
		}
		d.Free()
	}
}
