package search

import "slices"

// need is what an id must have in the index: one of several tokens, or any token that begins with one.
type need struct {
	tokens [][]byte
	prefix bool
}

// needs are what the index is asked for a term. What it proposes may be more than what the term finds: that
// neighbours are neighbours is seen in the text.
func (t *term) needs() (all []need) {
	var a analyser
	single := len(t.parts) == 1
	for i, p := range t.parts {
		open := t.prefix && i == len(t.parts)-1
		token := func(b []byte, prefix bool) {
			all = append(all, need{tokens: [][]byte{append([]byte(nil), b...)}, prefix: prefix})
		}
		n := len(p.letters)
		switch {
		case p.kind == pairPart && n == 1:
			token(a.word(p.letters), true)
		case p.kind == pairPart:
			for _, k := range apartBy(2, n) {
				token(a.word(p.letters[k:k+2]), false)
			}
		case p.kind == numberPart && n >= gramDigits:
			// The last first: numbers begin alike, with the country's. All of them: some end alike too, with zeros.
			for _, k := range slices.Backward(apartBy(gramDigits, n)) {
				token(a.gram(p.letters[k:k+gramDigits]), false)
			}
		case p.kind == numberPart && n == 3:
			token(a.gram(p.letters), true)
		case p.kind == numberPart && open && !single:
			// The beginning of a number of any length: the other parts of the phrase find it.
		default:
			token(a.word(p.letters[:min(n, wordLetters)]), open && p.kind == wordPart && t.begins(n))
		}
	}
	return all
}

// byRarity puts what is probably rare first: long words before short ones, one's beginning after whole ones, what a
// message is at last, but for the conversation it is in.
func byRarity(all []need) []need {
	weight := func(n need) int {
		token := n.tokens[0]
		switch {
		case token[0] == markByte && len(token) > 1 && (token[1] == markConversation || token[1] == markAuthor):
			return -1000
		case token[0] == markByte:
			return 1000
		case n.prefix:
			return 500 - len(token)
		}
		return -len(token)
	}
	slices.SortStableFunc(all, func(a, b need) int { return weight(a) - weight(b) })
	return all
}

// apartBy are places at which pieces of a length cover n letters: side by side, the last one at the end. The pieces
// between would say little more, and each costs a look.
func apartBy(length, n int) (at []int) {
	for k := 0; k+length < n; k += length {
		at = append(at, k)
	}
	return append(at, n-length)
}

// beyond is the lowest token above all that begin with prefix; nil when there is none.
func beyond(prefix []byte) []byte {
	b := append([]byte(nil), prefix...)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] < 0xff {
			b[i]++
			return b[:i+1]
		}
	}
	return nil
}
