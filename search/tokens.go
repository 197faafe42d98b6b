package search

import "unicode/utf8"

const (
	// wordLetters is how much of a word counts; longer ones are codes that nobody types to the end.
	wordLetters = 32
	// gramDigits is the length of the pieces by which a part of a number is found.
	gramDigits = 4
	// Digits with only such characters between them as phone numbers have are one number too, from joinedLeast to
	// joinedMost digits in all. Source of the upper bound: E.164 allows 15; two more for a prefix like 00.
	joinedLeast = 7
	joinedMost  = 17
	// numberGram starts the token of a piece of a number; no word holds such a character.
	numberGram = '#'
)

// part is a run of letters that are looked at together, as places in a folded text.
type part struct {
	kind     partKind
	from, to int
}

type partKind uint8

const (
	// wordPart holds letters and maybe digits, numberPart digits alone.
	wordPart partKind = iota
	numberPart
	// pairPart is a run of a script without spaces.
	pairPart
	// symbolPart is one symbol.
	symbolPart
)

// parts cuts a folded text into its parts, in order. all is the buffer to append to.
func (f *folded) parts(all []part) []part {
	for i := 0; i < len(f.letters); {
		switch f.classes[i] {
		case letter, digit:
			kind, from := numberPart, i
			for ; i < len(f.letters) && (f.classes[i] == letter || f.classes[i] == digit); i++ {
				if f.classes[i] == letter {
					kind = wordPart
				}
			}
			all = append(all, part{kind, from, i})
		case pair:
			from := i
			for i < len(f.letters) && f.classes[i] == pair {
				i++
			}
			all = append(all, part{pairPart, from, i})
		case symbol:
			all = append(all, part{symbolPart, i, i + 1})
			i++
		default:
			i++
		}
	}
	return all
}

// number is a run of digits and the places they came from in a folded text; the digits of a joined one lie in
// several parts.
type number struct {
	digits []rune
	at     []int
}

// numbers calls f with every run of at least three digits, and with what neighbouring runs are together. The
// number's buffers are used again after f returns.
func (f *folded) numbers(parts []part, visit func(n number)) {
	var n number
	for i := 0; i < len(parts); i++ {
		p := parts[i]
		if p.kind == wordPart {
			for at := p.from; at < p.to; at++ {
				if f.classes[at] != digit {
					n.flush(visit, 3)
					continue
				}
				n.digits, n.at = append(n.digits, f.letters[at]), append(n.at, at)
			}
			n.flush(visit, 3)
			continue
		}
		if p.kind != numberPart {
			continue
		}
		n.take(f, p)
		end := i
		for end+1 < len(parts) && len(n.digits) <= joinedMost && parts[end+1].kind == numberPart && f.joins(parts[end].to, parts[end+1].from) {
			end++
			n.take(f, parts[end])
		}
		if end > i && joinedLeast <= len(n.digits) && len(n.digits) <= joinedMost {
			n.flush(visit, 3)
			i = end // what is found in a part of it is found in the whole
			continue
		}
		n.digits, n.at = n.digits[:0], n.at[:0]
		n.take(f, p)
		n.flush(visit, 3)
	}
}

func (n *number) take(f *folded, p part) {
	for at := p.from; at < p.to; at++ {
		n.digits, n.at = append(n.digits, f.letters[at]), append(n.at, at)
	}
}

func (n *number) flush(visit func(number), least int) {
	if len(n.digits) >= least {
		visit(*n)
	}
	n.digits, n.at = n.digits[:0], n.at[:0]
}

// joins tells whether between two runs of digits stands only what stands inside phone numbers: one or two of
// space, hyphen, dot, slash, brackets.
func (f *folded) joins(from, to int) bool {
	if to-from > 2 {
		return false
	}
	for ; from < to; from++ {
		switch f.text[f.from[from]:f.to[from]] {
		case " ", "-", ".", "/", "(", ")", "\u00a0", "\u202f", "\u2009", "\u2010", "\u2011", "\u2013":
		default:
			return false
		}
	}
	return true
}

// analyser makes tokens; its buffers are used again, so that each goroutine has its own.
type analyser struct {
	folded folded
	pieces []part
	key    []byte
}

// tokens calls emit with every token of a text, some more than once. The bytes are valid during the call.
func (a *analyser) tokens(text string, emit func(token []byte)) {
	f := &a.folded
	f.fold(text)
	a.pieces = f.parts(a.pieces[:0])
	for _, p := range a.pieces {
		switch p.kind {
		case wordPart, symbolPart:
			emit(a.word(f.letters[p.from:min(p.to, p.from+wordLetters)]))
		case numberPart:
			if p.to-p.from < 3 {
				emit(a.word(f.letters[p.from:p.to]))
			}
		case pairPart:
			// The last letter by itself, so that a single one is found as the beginning of a token wherever it stands.
			for i := p.from; i < p.to; i++ {
				emit(a.word(f.letters[i:min(i+2, p.to)]))
			}
		}
	}
	f.numbers(a.pieces, func(n number) {
		// Likewise the last three digits by themselves: any three are the beginning of a token.
		for i := 0; i+3 <= len(n.digits); i++ {
			emit(a.gram(n.digits[i:min(i+gramDigits, len(n.digits))]))
		}
	})
}

func (a *analyser) word(letters []rune) []byte {
	a.key = a.key[:0]
	for _, r := range letters {
		a.key = utf8.AppendRune(a.key, r)
	}
	return a.key
}

func (a *analyser) gram(digits []rune) []byte {
	a.key = append(a.key[:0], numberGram)
	for _, r := range digits {
		a.key = append(a.key, byte(r))
	}
	return a.key
}
