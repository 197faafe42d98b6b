package search

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// class is what a folded letter is part of.
type class uint8

const (
	// apart separates: spaces, punctuation.
	apart class = iota
	// letter and digit make up words, in scripts that set spaces between them.
	letter
	digit
	// pair is a letter of a script without spaces; such a run is found by any two neighbours in it.
	pair
	// symbol stands for itself: an emoji.
	symbol
)

// folded is a text as it is compared: without case and accents, each letter with the place in the text it came
// from. One letter of the text may give several (ß gives ss) or none (a soft hyphen).
type folded struct {
	// text is what the places point into; it is the text given, composed where that was not.
	text    string
	letters []rune
	classes []class
	from    []int32
	to      []int32
}

// fold compares as people do: joao is João, STRASSE is Straße, ＡＢＣ is abc, ﻢ is م, リンゴ is りんご, ٣ is 3.
// The buffers of f are used again.
func (f *folded) fold(text string) {
	f.letters, f.classes, f.from, f.to = f.letters[:0], f.classes[:0], f.from[:0], f.to[:0]
	if !ascii(text) && !norm.NFC.IsNormalString(text) {
		// Files from some systems have their names taken apart; put together, one letter is one rune again.
		text = norm.NFC.String(text)
	}
	f.text = text
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			l := asciiLetters[c]
			f.add(l.letter, l.class, i, i+1)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		f.wide(r, i, i+size)
		i += size
	}
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func (f *folded) add(r rune, c class, from, to int) {
	f.letters = append(f.letters, r)
	f.classes = append(f.classes, c)
	f.from = append(f.from, int32(from))
	f.to = append(f.to, int32(to))
}

// stretch lets what follows a letter without being one (a mark, a soft hyphen) belong to it.
func (f *folded) stretch(from, to int) {
	if n := len(f.to); n > 0 && int(f.to[n-1]) == from {
		f.to[n-1] = int32(to)
	}
}

// wide folds a rune beyond ASCII.
func (f *folded) wide(r rune, from, to int) {
	if kana(r) {
		f.add(hiragana(r), pair, from, to)
		return
	}
	var buf [utf8.UTFMax]byte
	parts := norm.NFKD.Properties(buf[:utf8.EncodeRune(buf[:], r)]).Decomposition()
	if parts == nil {
		f.plain(r, from, to)
		return
	}
	for len(parts) > 0 {
		p, size := utf8.DecodeRune(parts)
		f.plain(p, from, to)
		parts = parts[size:]
	}
}

// plain folds a rune that cannot be taken apart.
func (f *folded) plain(r rune, from, to int) {
	switch {
	case r < utf8.RuneSelf:
		l := asciiLetters[r]
		f.add(l.letter, l.class, from, to)
		return
	case ignored(r):
		f.stretch(from, to)
		return
	case r == 0x3099 || r == 0x309A:
		f.voice(r, from, to)
		return
	case kana(r):
		f.add(hiragana(r), pair, from, to)
		return
	}
	if several, ok := spelled[r]; ok {
		for _, s := range several {
			f.add(s, letter, from, to)
		}
		return
	}
	r = unicode.ToLower(r)
	if other, ok := alike[r]; ok {
		r = other
	}
	switch {
	case unspaced(r):
		f.add(r, pair, from, to)
	case unicode.Is(unicode.Nd, r):
		f.add(decimal(r), digit, from, to)
	case unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r):
		f.add(r, letter, from, to)
	case unicode.Is(unicode.So, r) || 0x1F3FB <= r && r <= 0x1F3FF:
		f.add(r, symbol, from, to)
	default:
		f.add(' ', apart, from, to)
	}
}

// voice joins a voicing mark that stands by itself (half-width ｶﾞ) to the letter before it.
func (f *folded) voice(mark rune, from, to int) {
	n := len(f.letters)
	if n == 0 || f.classes[n-1] != pair {
		return
	}
	if one := []rune(norm.NFC.String(string([]rune{f.letters[n-1], mark}))); len(one) == 1 {
		f.letters[n-1] = one[0]
	}
	f.stretch(from, to)
}

type asciiLetter struct {
	letter rune
	class  class
}

var asciiLetters = func() (t [utf8.RuneSelf]asciiLetter) {
	for c := range t {
		switch {
		case 'a' <= c && c <= 'z':
			t[c] = asciiLetter{rune(c), letter}
		case 'A' <= c && c <= 'Z':
			t[c] = asciiLetter{rune(c) + 'a' - 'A', letter}
		case '0' <= c && c <= '9':
			t[c] = asciiLetter{rune(c), digit}
		default:
			t[c] = asciiLetter{' ', apart}
		}
	}
	return t
}()

// spelled are letters that people without them write as several.
var spelled = map[rune]string{'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'Æ': "ae", 'œ': "oe", 'Œ': "oe", 'þ': "th", 'Þ': "th"}

// alike are letters, in lower case, that Unicode holds for letters of their own and people for variants: Turkish ı
// is found by i, ς by σ, Persian ی and the end forms ى and ة by what is typed in their place.
var alike = map[rune]rune{'ø': 'o', 'đ': 'd', 'ð': 'd', 'ł': 'l', 'ħ': 'h', 'ı': 'i', 'ŧ': 't', 'ŀ': 'l', 'ĸ': 'k', 'ς': 'σ',
	'ى': 'ي', 'ی': 'ي', 'ک': 'ك', 'ة': 'ه', 'ٱ': 'ا'}

// ignored are marks that are left out in writing or put on as an accent, and characters without a shape. Vowel signs of
// Indian and South-East Asian scripts are letters to those who write them, and stay.
func ignored(r rune) bool {
	switch {
	case 0x0300 <= r && r <= 0x036F, 0x1AB0 <= r && r <= 0x1AFF, 0x1DC0 <= r && r <= 0x1DFF, 0x20D0 <= r && r <= 0x20FF, 0xFE20 <= r && r <= 0xFE2F:
		return true // accents
	case 0x0591 <= r && r <= 0x05C7 && unicode.Is(unicode.Mn, r):
		return true // Hebrew points
	case 0x0610 <= r && r <= 0x061A, 0x064B <= r && r <= 0x065F, r == 0x0670, r == 0x0640, 0x06D6 <= r && r <= 0x06ED && unicode.Is(unicode.Mn, r):
		return true // Arabic vowels and the stretched line
	case r == 0x00AD, 0x200C <= r && r <= 0x200F, 0x202A <= r && r <= 0x202E, 0x2060 <= r && r <= 0x2064, 0x2066 <= r && r <= 0x2069, r == 0xFEFF, 0xFE00 <= r && r <= 0xFE0F:
		return true // joiners, directions, variants
	}
	return false
}

func kana(r rune) bool {
	return 0x3041 <= r && r <= 0x3096 || 0x30A1 <= r && r <= 0x30FA || r == 'ー' || r == '々' || 0x31F0 <= r && r <= 0x31FF
}

// hiragana gives katakana as its hiragana: both write the same sounds.
func hiragana(r rune) rune {
	if 0x30A1 <= r && r <= 0x30F6 {
		return r - 0x60
	}
	return r
}

// unspaced tells whether a script sets no spaces between words.
func unspaced(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) && !unicode.Is(unicode.Nd, r) && !unicode.IsPunct(r)
}

// decimal is the ASCII digit of the same value. Unicode sets the ten digits of a script side by side, zero first.
func decimal(r rune) rune {
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10
		}
	}
	return r
}
