package search

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"unicode/utf8"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

// A page holds terms in ascending order, each with the ids that have it in descending order. An entry is
//
//	shared, rest: how many bytes it shares with the term before it in the page, and how many follow
//	the bytes that follow
//	size*2+more: the bytes of the list here; more is 1 when the list goes on in the next page
//	the list: the distance of the first id from the segment's highest, then from each to the next
//
// with all numbers as unsigned varints. A term whose list is longer than a page begins several pages.
const (
	// pageSize keeps a row within a page of SQLite, without overflow, and below what PostgreSQL moves out of the row.
	pageSize = 1800
	// fromStart is the place of a page that begins with the start of a term's list.
	fromStart = math.MinInt64
)

// place is where in a term's list an id stands: places rise as ids fall.
func place(id clearline.ID) int64 { return -int64(id) }

// writer makes the pages of a segment. Terms must come in ascending order, each once.
type writer struct {
	high  clearline.ID
	pages []store.SearchPage
	// term and place are where the page under way begins, body is what it holds, last its last term.
	term  []byte
	place int64
	body  []byte
	last  []byte
	list  []byte
}

func (w *writer) add(term []byte, ids []clearline.ID) {
	at := int64(fromStart)
	for len(ids) > 0 {
		if len(w.body) > 0 && len(w.body)+len(term)+32 > pageSize {
			w.flush()
		}
		if len(w.body) == 0 {
			w.term, w.place, w.last = append([]byte(nil), term...), at, w.last[:0]
		}
		room := pageSize - len(w.body) - len(term) - 16
		w.list = w.list[:0]
		before, n := w.high, 0
		for n < len(ids) && (n == 0 || len(w.list)+binary.MaxVarintLen64 < room) {
			w.list = binary.AppendUvarint(w.list, uint64(before-ids[n]))
			before = ids[n]
			n++
		}
		ids = ids[n:]
		w.entry(term, len(ids) > 0)
		if len(ids) > 0 {
			w.flush()
			at = place(ids[0])
		}
	}
}

// Words of a large segment once more, at its end, each with how many messages have it instead of with their ids: to
// look for a spelling without the long lists between the words. No text folds to such a byte.
const wordByte = 0xff

// spellFrom is how many messages make a segment large; only merges make such.
const spellFrom = 2000

// speller gathers the words of a segment.
type speller struct {
	words [][]byte
	often []int
}

// add notes a term, when it is a word that somebody may have meant: of letters, not too long, and in a large segment
// in more than one message.
func (s *speller) add(term []byte, messages int) {
	if messages < 2 || term[0] == markByte || term[0] == numberGram || len(term) < suggestLeast || utf8.RuneCount(term) > spellLetters || bytes.ContainsAny(term, "0123456789") {
		return
	}
	s.words = append(s.words, append([]byte{wordByte}, term...))
	s.often = append(s.often, messages)
}

// spellLetters is the length up to which a word may be somebody's spelling.
const spellLetters = 20

func (s *speller) write(w *writer) {
	for i, word := range s.words {
		if len(w.body) > 0 && len(w.body)+len(word)+32 > pageSize {
			w.flush()
		}
		if len(w.body) == 0 {
			w.term, w.place, w.last = word, fromStart, w.last[:0]
		}
		w.list = binary.AppendUvarint(w.list[:0], uint64(s.often[i]))
		w.entry(word, false)
	}
}

func (w *writer) entry(term []byte, more bool) {
	shared := 0
	for shared < len(term) && shared < len(w.last) && term[shared] == w.last[shared] {
		shared++
	}
	size := uint64(len(w.list)) * 2
	if more {
		size++
	}
	w.body = binary.AppendUvarint(w.body, uint64(shared))
	w.body = binary.AppendUvarint(w.body, uint64(len(term)-shared))
	w.body = append(w.body, term[shared:]...)
	w.body = binary.AppendUvarint(w.body, size)
	w.body = append(w.body, w.list...)
	w.last = append(w.last[:0], term...)
}

func (w *writer) flush() {
	if len(w.body) > 0 {
		w.pages = append(w.pages, store.SearchPage{Term: w.term, Place: w.place, Body: append([]byte(nil), w.body...)})
		w.body = w.body[:0]
	}
}

// take gives the pages that are full.
func (w *writer) take() []store.SearchPage {
	p := w.pages
	w.pages = nil
	return p
}

// errPage means that a page does not hold what the program writes.
var errPage = errors.New("search: a page of the index is damaged")

// reader goes through the entries of a page.
type reader struct {
	body []byte
	term []byte
	list []byte
	more bool
}

// next moves to the next entry; false at the end.
func (r *reader) next() (bool, error) {
	if len(r.body) == 0 {
		return false, nil
	}
	shared, ok1 := r.number()
	rest, ok2 := r.number()
	if !ok1 || !ok2 || shared > uint64(len(r.term)) || rest > uint64(len(r.body)) {
		return false, errPage
	}
	r.term = append(r.term[:shared], r.body[:rest]...)
	r.body = r.body[rest:]
	size, ok := r.number()
	if !ok || size/2 > uint64(len(r.body)) {
		return false, errPage
	}
	r.list, r.body, r.more = r.body[:size/2], r.body[size/2:], size%2 == 1
	return true, nil
}

func (r *reader) number() (uint64, bool) {
	n, size := binary.Uvarint(r.body)
	if size <= 0 {
		return 0, false
	}
	r.body = r.body[size:]
	return n, true
}

// ids appends a list's ids to all.
func ids(list []byte, high clearline.ID, all []clearline.ID) ([]clearline.ID, error) {
	before := high
	for len(list) > 0 {
		n, size := binary.Uvarint(list)
		if size <= 0 {
			return all, errPage
		}
		list = list[size:]
		before -= clearline.ID(n)
		all = append(all, before)
	}
	return all, nil
}

// lookUp finds a term in a page. found is false when the page has none of it.
func lookUp(body, term []byte) (list []byte, more, found bool, err error) {
	r := reader{body: body}
	for {
		ok, err := r.next()
		if !ok || err != nil {
			return nil, false, false, err
		}
		switch bytes.Compare(r.term, term) {
		case 0:
			return r.list, r.more, true, nil
		case 1:
			return nil, false, false, nil
		}
	}
}
