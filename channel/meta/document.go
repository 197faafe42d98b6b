package meta

import (
	"errors"
	"fmt"
	"sync"
)

// MaxDepth is how deep arrays and objects may be nested. The deepest body that Meta documents (a chat history
// with a flow's answer) has 14 levels.
const MaxDepth = 64

// What ReadDocument answers for a text that cannot be read. None of them quotes the text.
var (
	ErrSyntax = errors.New("not a JSON text")
	ErrDeep   = fmt.Errorf("nested deeper than %d levels", MaxDepth)
	ErrLarge  = errors.New("larger than 64 MiB")
)

// maxText keeps offsets well inside 32 bits. The way in has a much lower limit of its own.
const maxText = 64 << 20

// Kind is the kind of a JSON value. The zero Kind is that of an absent value.
type Kind uint8

// The kinds.
const (
	Absent Kind = iota
	Null
	Bool
	Number
	String
	Array
	Object
)

// node is one value, or one key of an object. The nodes of a document lie in the order of the text: a
// container's parts follow it directly, and next is the node after all of them.
type node struct {
	start, end int32
	next       int32
	kind       Kind
	// plain marks a string of printable ASCII without escapes.
	plain bool
}

// Document is a JSON text that was checked once, with the place of every value in it. It refers to the text
// and must not outlive it. It is not for use by several goroutines.
type Document struct {
	text  []byte
	nodes []node
}

var documents = sync.Pool{New: func() any { return new(Document) }}

// maxPooledNodes keeps the rare large body from pinning its index in the pool.
const maxPooledNodes = 16 << 10

// ReadDocument checks that text is one JSON value, nested no deeper than MaxDepth. Bytes that are not UTF-8
// are let through inside strings; Value.Text replaces them.
func ReadDocument(text []byte) (*Document, error) {
	if len(text) > maxText {
		return nil, ErrLarge
	}
	d := documents.Get().(*Document)
	d.text, d.nodes = text, d.nodes[:0]
	r := reader{text: text, nodes: d.nodes}
	err := r.value(0)
	if err == nil {
		if r.space(); r.pos != len(text) {
			err = ErrSyntax
		}
	}
	d.nodes = r.nodes
	if err != nil {
		d.Free()
		return nil, err
	}
	return d, nil
}

// Free gives the document's memory back. Neither d nor a Value of it may be used afterwards.
func (d *Document) Free() {
	d.text = nil
	if cap(d.nodes) <= maxPooledNodes {
		documents.Put(d)
	}
}

// Root is the document's one value.
func (d *Document) Root() Value { return Value{d, 0} }

// reader builds the nodes of one text.
type reader struct {
	text  []byte
	nodes []node
	pos   int
}

func (r *reader) space() {
	for r.pos < len(r.text) {
		switch r.text[r.pos] {
		case ' ', '\t', '\n', '\r':
			r.pos++
		default:
			return
		}
	}
}

// take skips blanks and then the byte c, and tells whether it was there.
func (r *reader) take(c byte) bool {
	r.space()
	if r.pos < len(r.text) && r.text[r.pos] == c {
		r.pos++
		return true
	}
	return false
}

func (r *reader) value(depth int) error {
	r.space()
	if r.pos >= len(r.text) {
		return ErrSyntax
	}
	switch c := r.text[r.pos]; c {
	case '{', '[':
		if depth == MaxDepth {
			return ErrDeep
		}
		at := len(r.nodes)
		r.nodes = append(r.nodes, node{start: int32(r.pos)})
		r.pos++
		var err error
		if c == '{' {
			r.nodes[at].kind = Object
			err = r.members(depth)
		} else {
			r.nodes[at].kind = Array
			err = r.items(depth)
		}
		r.nodes[at].end, r.nodes[at].next = int32(r.pos), int32(len(r.nodes))
		return err
	case '"':
		return r.str()
	case 't':
		return r.word("true", Bool)
	case 'f':
		return r.word("false", Bool)
	case 'n':
		return r.word("null", Null)
	}
	return r.number()
}

func (r *reader) members(depth int) error {
	if r.take('}') {
		return nil
	}
	for {
		r.space()
		if r.pos >= len(r.text) || r.text[r.pos] != '"' {
			return ErrSyntax
		}
		if err := r.str(); err != nil {
			return err
		}
		if !r.take(':') {
			return ErrSyntax
		}
		if err := r.value(depth + 1); err != nil {
			return err
		}
		if r.take('}') {
			return nil
		}
		if !r.take(',') {
			return ErrSyntax
		}
	}
}

func (r *reader) items(depth int) error {
	if r.take(']') {
		return nil
	}
	for {
		if err := r.value(depth + 1); err != nil {
			return err
		}
		if r.take(']') {
			return nil
		}
		if !r.take(',') {
			return ErrSyntax
		}
	}
}

func (r *reader) leaf(start int, kind Kind, plain bool) {
	r.nodes = append(r.nodes, node{
		start: int32(start), end: int32(r.pos), next: int32(len(r.nodes) + 1), kind: kind, plain: plain,
	})
}

func (r *reader) word(w string, kind Kind) error {
	if len(r.text)-r.pos < len(w) || string(r.text[r.pos:r.pos+len(w)]) != w {
		return ErrSyntax
	}
	r.pos += len(w)
	r.leaf(r.pos-len(w), kind, false)
	return nil
}

func (r *reader) str() error {
	text, start, plain := r.text, r.pos, true
	for i := start + 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			r.pos = i + 1
			r.leaf(start, String, plain)
			return nil
		case c == '\\':
			plain = false
			if i++; i == len(text) {
				return ErrSyntax
			}
			switch text[i] {
			case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
			case 'u':
				if i+4 >= len(text) || hex4(text[i+1:]) < 0 {
					return ErrSyntax
				}
				i += 4
			default:
				return ErrSyntax
			}
		case c < 0x20:
			return ErrSyntax
		case c >= 0x7f:
			plain = false
		}
	}
	return ErrSyntax
}

func (r *reader) number() error {
	start := r.pos
	if r.pos < len(r.text) && r.text[r.pos] == '-' {
		r.pos++
	}
	whole := r.pos
	if r.digits() == 0 || (r.text[whole] == '0' && r.pos > whole+1) {
		return ErrSyntax
	}
	if r.pos < len(r.text) && r.text[r.pos] == '.' {
		r.pos++
		if r.digits() == 0 {
			return ErrSyntax
		}
	}
	if r.pos < len(r.text) && (r.text[r.pos] == 'e' || r.text[r.pos] == 'E') {
		r.pos++
		if r.pos < len(r.text) && (r.text[r.pos] == '+' || r.text[r.pos] == '-') {
			r.pos++
		}
		if r.digits() == 0 {
			return ErrSyntax
		}
	}
	r.leaf(start, Number, false)
	return nil
}

func (r *reader) digits() int {
	start := r.pos
	for r.pos < len(r.text) && r.text[r.pos] >= '0' && r.text[r.pos] <= '9' {
		r.pos++
	}
	return r.pos - start
}
