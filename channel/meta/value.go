package meta

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Value is one value of a Document. The zero Value is absent: asking it for anything gives nothing.
type Value struct {
	d *Document
	i int32
}

func (v Value) node() *node { return &v.d.nodes[v.i] }

// Kind is the value's kind.
func (v Value) Kind() Kind {
	if v.d == nil {
		return Absent
	}
	return v.node().kind
}

// Given tells whether the value is there and not null.
func (v Value) Given() bool { return v.Kind() > Null }

// Range is the value's place in the text: the first byte and the one after the last.
func (v Value) Range() (start, end int) {
	if v.d == nil {
		return 0, 0
	}
	return int(v.node().start), int(v.node().end)
}

// Raw is the value as written; it is a part of the text, not a copy. An absent value gives nil.
func (v Value) Raw() []byte {
	if v.d == nil {
		return nil
	}
	start, end := v.Range()
	return v.d.text[start:end:end]
}

// Get is the member of an object with that key, the last one when a key comes twice, absent otherwise.
func (v Value) Get(key string) Value {
	var found Value
	for m := v.Members(); m.Next(); {
		if string(m.Key()) == key {
			found = m.Value()
		}
	}
	return found
}

// Items walks through an array; it ends at once for everything else.
func (v Value) Items() Walk { return v.walk(Array) }

// Members walks through an object; it ends at once for everything else.
func (v Value) Members() Walk { return v.walk(Object) }

func (v Value) walk(kind Kind) Walk {
	if v.Kind() != kind {
		return Walk{}
	}
	return Walk{d: v.d, next: v.i + 1, end: v.node().next, object: kind == Object}
}

// Walk goes through the parts of an array or object, in the order of the text.
type Walk struct {
	d         *Document
	key, at   int32
	next, end int32
	object    bool
}

// Next moves to the next part and tells whether there is one.
func (w *Walk) Next() bool {
	if w.next >= w.end {
		return false
	}
	w.at = w.next
	if w.object {
		w.key, w.at = w.next, w.next+1
	}
	w.next = w.d.nodes[w.at].next
	return true
}

// Key is the present member's key, decoded. It is valid until the document is freed.
func (w *Walk) Key() []byte {
	n := w.d.nodes[w.key]
	raw := w.d.text[n.start+1 : n.end-1]
	if n.plain {
		return raw
	}
	return unquote(raw)
}

// Value is the present item, or the present member's value.
func (w *Walk) Value() Value { return Value{w.d, w.at} }

// Text is a string's characters, or a number as written; everything else gives "". Bytes that are not UTF-8,
// halves of surrogate pairs and NUL become U+FFFD, because no database of ours takes them inside a text.
func (v Value) Text() string {
	switch v.Kind() {
	case String:
		n := v.node()
		raw := v.d.text[n.start+1 : n.end-1]
		if n.plain {
			return string(raw)
		}
		return string(unquote(raw))
	case Number:
		return string(v.Raw())
	}
	return ""
}

// Is tells whether the value is exactly that string.
func (v Value) Is(s string) bool {
	if v.Kind() != String {
		return false
	}
	n := v.node()
	if raw := v.d.text[n.start+1 : n.end-1]; n.plain {
		return string(raw) == s
	}
	return v.Text() == s
}

// Int is a whole number, written as a number or as a string of digits.
func (v Value) Int() (n int64, ok bool) {
	switch v.Kind() {
	case String, Number:
	default:
		return 0, false
	}
	raw := bytes.Trim(v.Raw(), `"`)
	if len(raw) == 0 || len(raw) > 19 {
		return 0, false
	}
	for i, c := range raw {
		if c == '-' && i == 0 && len(raw) > 1 {
			continue
		}
		if c < '0' || c > '9' {
			return v.wholeFloat(raw)
		}
		n = n*10 + int64(c-'0')
	}
	if raw[0] == '-' {
		n = -n
	}
	return n, n >= 0 || raw[0] == '-'
}

// wholeFloat reads 1.767e9 or 1767000000.0, forms that JSON writers in some languages produce.
func (v Value) wholeFloat(raw []byte) (int64, bool) {
	f, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || !(f >= -1e15 && f <= 1e15) {
		return 0, false
	}
	return int64(f), true
}

// True tells whether the value is true, also as the string "true".
func (v Value) True() bool {
	return (v.Kind() == Bool && v.Raw()[0] == 't') || v.Is("true")
}

// AppendRaw appends the value as written to b. Escaped NULs and bytes that are not UTF-8 are replaced as in
// Text. An absent value appends null.
func (v Value) AppendRaw(b []byte) []byte {
	raw := v.Raw()
	switch {
	case raw == nil:
		return append(b, "null"...)
	case !bytes.Contains(raw, []byte(`\u0000`)) && utf8.Valid(raw):
		return append(b, raw...)
	}
	raw = bytes.ToValidUTF8(raw, []byte("\ufffd"))
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			b = append(b, raw[i])
			continue
		}
		if bytes.HasPrefix(raw[i:], []byte(`\u0000`)) {
			b = append(b, `\ufffd`...)
			i += 5
			continue
		}
		b = append(b, raw[i], raw[i+1])
		i++
	}
	return b
}

// unquote decodes the inside of a string that reader.str has checked.
func unquote(raw []byte) []byte {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); {
		c := raw[i]
		switch {
		case c == '\\':
			var r rune
			r, i = unescape(raw, i)
			out = utf8.AppendRune(out, r)
		case c < utf8.RuneSelf:
			out = append(out, c)
			i++
		default:
			r, size := utf8.DecodeRune(raw[i:])
			out = utf8.AppendRune(out, r)
			i += size
		}
	}
	return out
}

// unescape decodes the escape at raw[i] and returns the place after it.
func unescape(raw []byte, i int) (rune, int) {
	switch c := raw[i+1]; c {
	case 'b':
		return '\b', i + 2
	case 'f':
		return '\f', i + 2
	case 'n':
		return '\n', i + 2
	case 'r':
		return '\r', i + 2
	case 't':
		return '\t', i + 2
	case 'u':
		r := hex4(raw[i+2:])
		i += 6
		switch {
		case r == 0:
			return utf8.RuneError, i
		case !utf16.IsSurrogate(r):
			return r, i
		}
		if i+6 <= len(raw) && raw[i] == '\\' && raw[i+1] == 'u' {
			if whole := utf16.DecodeRune(r, hex4(raw[i+2:])); whole != utf8.RuneError {
				return whole, i + 6
			}
		}
		return utf8.RuneError, i
	default:
		return rune(c), i + 2
	}
}

// hex4 reads four hexadecimal digits, -1 when they are not.
func hex4(b []byte) rune {
	var r rune
	for _, c := range b[:4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}
