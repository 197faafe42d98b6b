package bench

import (
	"math"
	"math/rand/v2"
	"strings"
)

const (
	vocabularySize = 5000
	// drawSlots is the length of the table from which words are drawn: with 1/rank frequencies over 5,000 words the rarest
	// has a share of about 1 in 45,000, so 65,536 slots hold every word at least once.
	drawSlots = 1 << 16
)

// word is one entry of the vocabulary, as a person reads it and as Meta puts it on the wire: non-ASCII escaped as
// lower-case \uXXXX.
type word struct{ plain, wire string }

// vocabulary is a list of invented words drawn by frequency: the word of rank r comes about 1/r as often as the first
// (Zipf). One repeated phrase would flatter a search index, random letters would punish it.
type vocabulary struct {
	words []word
	slots []uint16
}

func newVocabulary() *vocabulary {
	v := &vocabulary{words: make([]word, 0, vocabularySize), slots: make([]uint16, 0, drawSlots)}
	onsets := strings.Fields("b d f g k l m n p r s t v z br tr pl st sh ch")
	nuclei := strings.Fields("a e i o u ai ou é ã ü a e i o")
	codas := strings.Fields("- - - n r s l t m ç nd")
	rng := rand.New(rand.NewPCG(5000, 1))
	seen := make(map[string]bool, vocabularySize)
	for len(v.words) < vocabularySize {
		// Frequent words are short, as in any language.
		syllables := 1 + int(math.Log10(float64(len(v.words)+10)))/2 + rng.IntN(2)
		var b strings.Builder
		for range syllables {
			b.WriteString(onsets[rng.IntN(len(onsets))])
			b.WriteString(nuclei[rng.IntN(len(nuclei))])
			b.WriteString(strings.Trim(codas[rng.IntN(len(codas))], "-"))
		}
		if w := b.String(); !seen[w] {
			seen[w] = true
			v.words = append(v.words, word{plain: w, wire: escapeNonASCII(w)})
		}
	}
	harmonic := 0.0
	for r := 1; r <= vocabularySize; r++ {
		harmonic += 1 / float64(r)
	}
	for r := range vocabularySize {
		share := int(math.Round(drawSlots / (float64(r+1) * harmonic)))
		for range max(share, 1) {
			v.slots = append(v.slots, uint16(r))
		}
	}
	return v
}

const hexDigits = "0123456789abcdef"

func escapeNonASCII(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 0x80 {
			b.WriteRune(r)
			continue
		}
		// Every letter of the vocabulary lies in the basic plane: one unit is enough.
		b.WriteString(`\u`)
		for shift := 12; shift >= 0; shift -= 4 {
			b.WriteByte(hexDigits[r>>shift&0xf])
		}
	}
	return b.String()
}

// form picks how a text is written out.
type form int

const (
	plainForm form = iota // as the API must give it back
	wireForm              // as it stands in the webhook's JSON string
)

// appendText writes words and a few numbers, separated by spaces, until at least size bytes have been added in wire form. Both
// forms of the same rng state hold the same words, because the length is always counted in wire form.
func (v *vocabulary) appendText(dst []byte, rng *rand.PCG, size int, f form) []byte {
	for written := 0; written < size; {
		draw := rng.Uint64()
		if written > 0 {
			dst = append(dst, ' ')
			written++
		}
		if draw>>60 == 0 { // one word in sixteen is a number: an order, a price, a date
			before := len(dst)
			dst = appendUint(dst, draw>>16%100_000)
			written += len(dst) - before
			continue
		}
		w := v.words[v.slots[int(draw&0xffffffff)%len(v.slots)]]
		written += len(w.wire)
		if f == wireForm {
			dst = append(dst, w.wire...)
		} else {
			dst = append(dst, w.plain...)
		}
	}
	return dst
}

func appendUint(dst []byte, n uint64) []byte {
	var digits [20]byte
	i := len(digits)
	for {
		i--
		digits[i] = byte('0' + n%10)
		if n /= 10; n == 0 {
			return append(dst, digits[i:]...)
		}
	}
}
