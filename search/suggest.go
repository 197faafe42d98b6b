package search

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/clearline/clearline/store"
)

const (
	// suggestLeast is how many letters a word needs for another to be near it.
	suggestLeast = 4
	// suggestSegments is in how many segments, the largest first, words are looked for: they hold nearly all there are.
	suggestSegments = 3
	// suggestPages is how many pages may be read for it.
	suggestPages = 120
)

// suggest gives the query with words of the index in place of those that it does not have; "" when there are none
// near enough, or when that query would find nothing either.
func (h *hunt) suggest(ctx context.Context) (string, error) {
	h.messages.budget.beginnings = min(h.messages.budget.beginnings, suggestPages)
	text, changed := h.r.Text, 0
	for i := range h.q.terms {
		t := &h.q.terms[i]
		if t.exact || len(t.parts) != 1 || t.parts[0].kind != wordPart || len(t.parts[0].letters) < suggestLeast {
			continue
		}
		there, err := h.known(ctx, t)
		if err != nil {
			return "", err
		}
		if there {
			continue
		}
		near, err := h.nearest(ctx, t.parts[0].letters)
		if err != nil || near == "" {
			return "", err
		}
		text = strings.Replace(text, t.typed, near, 1)
		changed++
	}
	if changed == 0 {
		return "", nil
	}
	// Words of messages that were edited or deleted are still in the index: only what finds something is offered.
	found, err := h.s.find(ctx, Request{CompanyID: h.r.CompanyID, UserID: h.r.UserID, Text: text, Limit: 1})
	if err != nil || len(found.Messages) == 0 {
		return "", err
	}
	if len(h.q.terms) == 1 && !h.q.filtered() {
		// As it is written there, with its accents.
		for _, piece := range found.Messages[0].Snippet {
			if piece.Hit {
				return strings.ToLower(piece.Text), nil
			}
		}
	}
	return text, nil
}

// known tells whether the index has anything for a term.
func (h *hunt) known(ctx context.Context, t *term) (bool, error) {
	_, ok, err := h.messages.walk(t.needs(), everyID).next(ctx)
	if errors.Is(err, errSpent) {
		return true, nil
	}
	return ok, err
}

// nearest is the word of the index that is nearest to one: with the same first two letters if there is any, else
// with the same first letter, the more frequent of two.
func (h *hunt) nearest(ctx context.Context, word []rune) (string, error) {
	segments := slices.Clone(h.messages.segments)
	slices.SortFunc(segments, func(a, b store.SearchSegment) int { return b.Docs - a.Docs })
	for _, letters := range []int{2, 1} {
		best := candidate{word: word, distance: 2}
		if len(word) > 5 {
			best.distance = 3
		}
		prefix := []byte(string(word[:letters]))
		if h.messages.tail != nil {
			for token, ids := range h.messages.tail.lists {
				best.look([]byte(token), prefix, len(*ids))
			}
		}
		for i := range segments[:min(len(segments), suggestSegments)] {
			if err := best.scan(ctx, &h.messages, &segments[i], prefix); err != nil {
				return "", err
			}
		}
		if best.found != "" {
			return best.found, nil
		}
	}
	return "", nil
}

// candidate is the nearest word found so far. Its distance begins above what is near enough.
type candidate struct {
	word     []rune
	found    string
	distance int
	often    int
}

func (c *candidate) look(token, prefix []byte, often int) {
	if !bytes.HasPrefix(token, prefix) || len(token) < 2 {
		return
	}
	if n := utf8.RuneCount(token) - len(c.word); n < -2 || n > 2 {
		return
	}
	d := distance(c.word, []rune(string(token)))
	if d < c.distance || d == c.distance && c.found != "" && often > c.often {
		c.found, c.distance, c.often = string(token), d, often
	}
}

// scan looks at the words of a segment that begin with a prefix: where it says them once more, there.
func (c *candidate) scan(ctx context.Context, ix *index, s *store.SearchSegment, prefix []byte) error {
	from := prefix
	if s.Docs >= spellFrom {
		from = append([]byte{wordByte}, prefix...)
	}
	var start *store.SearchPage
	if p, ok, err := ix.store.SearchPage(ctx, ix.company, s.ID, from, fromStart); err != nil {
		return err
	} else if ok {
		start = &p
	}
	end := beyond(from)
	for sc := newScan(ix, s, start); ix.budget.beginnings >= 0; {
		ok, err := sc.next(ctx)
		if err != nil || !ok || end != nil && bytes.Compare(sc.r.term, end) >= 0 {
			return err
		}
		if s.Docs >= spellFrom {
			if sc.r.term[0] == wordByte {
				often, _ := binary.Uvarint(sc.r.list)
				c.look(sc.r.term[1:], prefix, int(often))
			}
			continue
		}
		c.look(sc.r.term, prefix, len(sc.r.list))
		if sc.r.more {
			if err := sc.leave(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// distance counts the letters put in, left out, replaced or swapped with their neighbour between two words.
func distance(a, b []rune) int {
	before, last, now := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		now[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			now[j+1] = min(last[j]+cost, last[j+1]+1, now[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				now[j+1] = min(now[j+1], before[j-1]+1)
			}
		}
		before, last, now = last, now, before
	}
	return last[len(b)]
}
