package search

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/clearline/clearline"
)

const (
	// MaxQuery is the length of a query in bytes.
	MaxQuery = 500
	// maxParts bounds the words of a query: each is looked up.
	maxParts = 24
	// maxFilters bounds the operators of a query.
	maxFilters = 12
)

// Query is what somebody looks for: every term and every filter must hold.
type Query struct {
	terms []term
	// From are names, or "me" or "them"; In platforms, Is states, Has kinds of content.
	From, In, Is, Has []string
	// After is the first moment looked at, Before the first no longer looked at; zero when not said. Days are days UTC.
	After, Before time.Time
	// raw is the query as it was typed, when it is one chunk that might be an id.
	raw string
}

// term is a word, a number or a phrase.
type term struct {
	parts []termPart
	// typed is the chunk of the query that it came from.
	typed string
	// prefix lets the last part be the beginning of a longer one: its word is still being typed.
	prefix bool
	// exact wants whole words and numbers: the term stood in quotes.
	exact bool
	// initials lets a single letter be the beginning of a word.
	initials bool
}

// begins tells whether so many letters may be the beginning of a word: in messages one letter begins too many to
// mean one, among names it is an initial.
func (t *term) begins(letters int) bool { return letters > 1 || t.initials }

type termPart struct {
	kind    partKind
	letters []rune
}

// Platforms, states and kinds of content that operators may name.
var (
	inValues  = []string{"whatsapp", "messenger", "instagram", "telegram", "discord"}
	isValues  = []string{"failed", "unread", "done", "open"}
	hasValues = []string{"file", "image", "video", "voice", "location", "contact"}
)

// bad is the refusal of a query, with what to write instead.
func bad(format string, args ...any) error {
	return &clearline.Problem{Cause: clearline.CauseInput, Title: "The search cannot be read as it is.",
		Detail: "Nothing was looked up. Correct what is named, or put it in quotes to search for it as text.",
		Fields: []clearline.FieldProblem{{Name: "q", Reason: fmt.Sprintf(format, args...)}}}
}

// Parse reads a query: words, "exact words", and from: in: is: has: before: after: with a value, which may stand in
// quotes. A word with a colon that is none of these is a word. The last word, unless a space or a quote follows,
// also finds what begins with it.
func Parse(text string) (*Query, error) {
	if len(text) > MaxQuery {
		return nil, bad("is longer than %d bytes", MaxQuery)
	}
	q := &Query{}
	p := parser{rest: text, q: q}
	if one := strings.TrimSpace(text); !strings.ContainsFunc(one, unicode.IsSpace) {
		q.raw = one
	}
	for p.space(); p.rest != ""; p.space() {
		if err := p.next(); err != nil {
			return nil, err
		}
	}
	p.number(nil)
	parts := 0
	for _, t := range q.terms {
		parts += len(t.parts)
	}
	if parts > maxParts {
		return nil, bad("has %d words; %d can be searched for at once", parts, maxParts)
	}
	if n := len(q.From) + len(q.In) + len(q.Is) + len(q.Has); n > maxFilters {
		return nil, bad("has %d conditions; %d can be set at once", n, maxFilters)
	}
	return q, nil
}

// Empty tells whether there is nothing to look for, such as in a query of punctuation.
func (q *Query) Empty() bool { return len(q.terms) == 0 && !q.filtered() }

func (q *Query) filtered() bool {
	return len(q.From)+len(q.In)+len(q.Is)+len(q.Has) > 0 || !q.After.IsZero() || !q.Before.IsZero()
}

type parser struct {
	rest string
	q    *Query
	// phone gathers the digits of a number written with spaces: +55 11 98765-4321.
	phone []rune
}

func (p *parser) space() { p.rest = strings.TrimLeftFunc(p.rest, unicode.IsSpace) }

var operators = []string{"from", "in", "is", "has", "before", "after"}

// next reads one chunk: what stands in quotes, an operator, or a word with what sticks to it.
func (p *parser) next() error {
	if quoted, closed, ok := p.quoted(); ok {
		p.number(nil)
		p.add(quoted, true, !closed)
		return nil
	}
	end := strings.IndexFunc(p.rest, unicode.IsSpace)
	if end < 0 {
		end = len(p.rest)
	}
	chunk := p.rest[:end]
	key, value, _ := strings.Cut(chunk, ":")
	if key = strings.ToLower(key); len(key) < len(chunk) && slices.Contains(operators, key) {
		p.number(nil)
		p.rest = p.rest[len(key)+1:]
		if quoted, _, ok := p.quoted(); ok {
			value = quoted
		} else {
			p.rest = p.rest[len(value):]
		}
		return p.q.operator(key, strings.TrimSpace(value))
	}
	p.rest = p.rest[end:]
	p.add(chunk, false, p.rest == "")
	return nil
}

// quotes are the signs that open an exact phrase, each with the one that closes it.
var quotes = map[rune]rune{'"': '"', '“': '”', '”': '”', '„': '“', '«': '»'}

// quoted reads what stands in quotes; without a closing one it goes to the end.
func (p *parser) quoted() (text string, closed, ok bool) {
	first, size := utf8.DecodeRuneInString(p.rest)
	end, ok := quotes[first]
	if !ok {
		return "", false, false
	}
	text, p.rest, closed = strings.Cut(p.rest[size:], string(end))
	return text, closed, true
}

// add takes a chunk as a term. What sticks together (ana@example.org, 第3章) is looked for together; the last chunk
// may still be in the middle of a word.
func (p *parser) add(chunk string, exact, last bool) {
	var f folded
	f.fold(chunk)
	parts := f.parts(nil)
	if len(parts) == 0 {
		return
	}
	if !exact && p.number(&digitsOf{&f, parts, chunk}) {
		return
	}
	t := term{typed: chunk, exact: exact, prefix: last && !spaceAtEnd(chunk)}
	for _, piece := range parts {
		t.parts = append(t.parts, termPart{piece.kind, slices.Clone(f.letters[piece.from:piece.to])})
	}
	p.q.terms = append(p.q.terms, t)
}

func spaceAtEnd(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsSpace(r)
}

// digitsOf is a chunk that may be a number or a piece of one.
type digitsOf struct {
	f     *folded
	parts []part
	chunk string
}

// number joins what is one number: digits with hyphens, dots or brackets inside, and after a plus or a bracket also
// chunks with spaces between them. It tells whether it took the chunk; nil ends the number under way.
func (p *parser) number(c *digitsOf) bool {
	var digits []rune
	if c != nil {
		for i, piece := range c.parts {
			if piece.kind != numberPart || i > 0 && !c.f.joins(c.parts[i-1].to, piece.from) {
				digits = nil
				break
			}
			digits = append(digits, c.f.letters[piece.from:piece.to]...)
		}
	}
	if len(p.phone) > 0 {
		if digits != nil && len(p.phone)+len(digits) <= joinedMost {
			p.phone = append(p.phone, digits...)
			return true
		}
		p.term(p.phone)
		p.phone = nil
	}
	switch {
	case digits == nil:
		return false
	case strings.HasPrefix(c.chunk, "+") || strings.HasPrefix(c.chunk, "("):
		p.phone = digits
		return true
	case len(c.parts) > 1 && joinedLeast <= len(digits) && len(digits) <= joinedMost:
		p.term(digits)
		return true
	}
	return false
}

func (p *parser) term(digits []rune) {
	p.q.terms = append(p.q.terms, term{parts: []termPart{{numberPart, digits}}})
}

func (q *Query) operator(key, value string) error {
	if value == "" {
		return bad("%s: needs a value right after the colon", key)
	}
	listed := func(list *[]string, allowed []string) error {
		value = strings.ToLower(value)
		if !slices.Contains(allowed, value) {
			return bad("%s:%s is none of %s:%s", key, value, key, strings.Join(allowed, ", "+key+":"))
		}
		*list = append(*list, value)
		return nil
	}
	switch key {
	case "from":
		q.From = append(q.From, value)
		return nil
	case "in":
		return listed(&q.In, inValues)
	case "is":
		return listed(&q.Is, isValues)
	case "has":
		return listed(&q.Has, hasValues)
	}
	var day time.Time
	for _, layout := range []string{"2006-01-02", "2006-01", "2006"} {
		if t, err := time.Parse(layout, value); err == nil && t.Year() >= 1970 {
			day = t
		}
	}
	switch {
	case day.IsZero():
		return bad("%s:%s is no date; write %s:2026, %s:2026-03 or %s:2026-03-31", key, value, key, key, key)
	case key == "before" && (q.Before.IsZero() || day.Before(q.Before)):
		q.Before = day
	case key == "after" && day.After(q.After):
		q.After = day
	}
	return nil
}
