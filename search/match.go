package search

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// span is a stretch of letters in a folded text.
type span struct{ from, to int }

// matcher holds texts against the terms of a query; its buffers are used again.
type matcher struct {
	folded folded
	pieces []part
}

// Hit is a piece of a snippet.
type Hit struct {
	Text string
	Hit  bool
}

// match tells whether every term is found in one of the texts, and gives the snippet of the text that says most.
func (m *matcher) match(terms []term, texts []string) (snippet []Hit, ok bool) {
	found := make([]bool, len(terms))
	best, most := "", -1
	var marked []span
	for _, text := range texts {
		f := &m.folded
		f.fold(text)
		m.pieces = f.parts(m.pieces[:0])
		var here []span
		n := 0
		for i, t := range terms {
			before := len(here)
			if here = t.find(f, m.pieces, here); len(here) > before {
				found[i] = true
				n++
			}
		}
		if n > most {
			best, most, marked = f.text, n, f.places(here)
		}
	}
	if slices.Contains(found, false) {
		return nil, false
	}
	return cut(best, marked), true
}

// places turns spans of letters into sorted spans of bytes that do not overlap.
func (f *folded) places(spans []span) []span {
	for i, s := range spans {
		spans[i] = span{int(f.from[s.from]), int(f.to[s.to-1])}
	}
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	out := spans[:0]
	for _, s := range spans {
		if n := len(out); n > 0 && s.from <= out[n-1].to {
			out[n-1].to = max(out[n-1].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}

// find appends where a term stands in a text.
func (t *term) find(f *folded, parts []part, spans []span) []span {
	switch {
	case len(t.parts) > 1:
		return t.findPhrase(f, parts, spans)
	case t.partial():
		want := t.parts[0].letters
		f.numbers(parts, func(n number) {
			for from := 0; from+len(want) <= len(n.digits); from++ {
				if slices.Equal(n.digits[from:from+len(want)], want) {
					spans = append(spans, span{n.at[from], n.at[from+len(want)-1] + 1})
				}
			}
		})
		return spans
	}
	want := t.parts[0]
	for _, p := range parts {
		if p.kind != want.kind {
			continue
		}
		letters := f.letters[p.from:p.to]
		switch {
		case p.kind == pairPart:
			for from := 0; from+len(want.letters) <= len(letters); from++ {
				if slices.Equal(letters[from:from+len(want.letters)], want.letters) {
					spans = append(spans, span{p.from + from, p.from + from + len(want.letters)})
				}
			}
		case slices.Equal(letters, want.letters), t.prefix && p.kind == wordPart && t.begins(len(want.letters)) && begins(letters, want.letters):
			spans = append(spans, span{p.from, p.from + len(want.letters)})
		}
	}
	return spans
}

// partial tells whether the term is a number of which any part will do.
func (t *term) partial() bool {
	return len(t.parts) == 1 && t.parts[0].kind == numberPart && len(t.parts[0].letters) >= 3 && !t.exact
}

func begins(letters, with []rune) bool {
	return len(letters) >= len(with) && slices.Equal(letters[:len(with)], with)
}

func (t *term) findPhrase(f *folded, parts []part, spans []span) []span {
	last := len(t.parts) - 1
	for i := 0; i+last < len(parts); i++ {
		from, to, ok := 0, 0, true
		for k, want := range t.parts {
			p := parts[i+k]
			letters := f.letters[p.from:p.to]
			at := p.from // where the found letters begin
			switch {
			case p.kind != want.kind:
				ok = false
			case slices.Equal(letters, want.letters):
			case k == 0 && p.kind == pairPart && len(letters) > len(want.letters):
				// A run without spaces goes on before what is looked for …
				at = p.to - len(want.letters)
				ok = slices.Equal(f.letters[at:p.to], want.letters)
			case k == last && (t.prefix || p.kind == pairPart):
				// … and after it; and a word that is still being typed goes on.
				ok = begins(letters, want.letters)
			default:
				ok = false
			}
			if !ok {
				break
			}
			if k == 0 {
				from = at
			}
			to = at + len(want.letters)
		}
		if ok {
			spans = append(spans, span{from, to})
		}
	}
	return spans
}

const (
	// snippetBefore and snippetLength are how many bytes of a text a snippet shows before the first hit, and in all.
	snippetBefore = 48
	snippetLength = 200
	// wordEdge is how far a cut may move to fall between words.
	wordEdge = 24
)

// cut makes the snippet of a text: what surrounds the first hit, cut between words where it can be and never inside
// a character, with … where text was left out.
func cut(text string, hits []span) []Hit {
	from, to := 0, len(text)
	if len(text) > snippetLength {
		if len(hits) > 0 && hits[0].from > snippetBefore {
			from = edge(text, hits[0].from-snippetBefore, hits[0].from)
		}
		if from+snippetLength < len(text) {
			to = edge(text, from+snippetLength, len(text))
			if len(hits) > 0 {
				to = max(to, boundary(text, min(hits[0].to, from+2*snippetLength)))
			}
		}
	}
	out := []Hit{}
	add := func(s string, hit bool) {
		if s != "" {
			out = append(out, Hit{s, hit})
		}
	}
	if from > 0 {
		add("…", false)
	}
	at := from
	for _, h := range hits {
		h.from, h.to = boundary(text, max(h.from, at)), min(forward(text, h.to), to)
		if h.from >= h.to {
			continue
		}
		add(text[at:h.from], false)
		add(text[h.from:h.to], true)
		at = h.to
	}
	add(text[at:to], false)
	if to < len(text) {
		add("…", false)
	}
	return join(out)
}

// join puts neighbours of one sort together.
func join(all []Hit) []Hit {
	out := all[:0]
	for _, h := range all {
		if n := len(out); n > 0 && out[n-1].Hit == h.Hit {
			out[n-1].Text += h.Text
			continue
		}
		out = append(out, h)
	}
	return out
}

// edge moves a place to the next space behind it within reach, not beyond limit; else to a boundary.
func edge(text string, at, limit int) int {
	for i := at; i < min(at+wordEdge, limit); i++ {
		if text[i] == ' ' || text[i] == '\n' {
			return i
		}
	}
	return boundary(text, at)
}

// boundary moves a place back to where a character begins, with its accents, joiners and skin tones.
func boundary(text string, at int) int {
	for at > 0 && at < len(text) && inside(text, at) {
		at--
	}
	return at
}

// forward moves a place on to where a character ends.
func forward(text string, at int) int {
	for at < len(text) && inside(text, at) {
		at++
	}
	return at
}

// inside tells whether a place lies within a character as people see it.
func inside(text string, at int) bool {
	if !utf8.RuneStart(text[at]) {
		return true
	}
	r, _ := utf8.DecodeRuneInString(text[at:])
	if unicode.Is(unicode.M, r) || r == zeroWidthJoiner || 0x1F3FB <= r && r <= 0x1F3FF {
		return true
	}
	before, size := utf8.DecodeLastRuneInString(text[:at])
	if before == zeroWidthJoiner {
		return true
	}
	if !flag(r) || !flag(before) {
		return false
	}
	// A flag is two such letters: count from where they begin.
	n := 1
	for i := at - size; i > 0; n++ {
		r, size := utf8.DecodeLastRuneInString(text[:i])
		if !flag(r) {
			break
		}
		i -= size
	}
	return n%2 == 1
}

const zeroWidthJoiner = '\u200d'

func flag(r rune) bool { return 0x1F1E6 <= r && r <= 0x1F1FF }
