package search

import (
	"cmp"
	"slices"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

// builder makes a segment of what messages and people are found by.
type builder struct {
	a     analyser
	lists map[string]*[]clearline.ID
	low   clearline.ID
	high  clearline.ID
	docs  int
}

func newBuilder() *builder { return &builder{lists: map[string]*[]clearline.ID{}} }

func (b *builder) begin(id clearline.ID) func(token []byte) {
	if b.docs == 0 {
		b.low, b.high = id, id
	}
	b.low, b.high = min(b.low, id), max(b.high, id)
	b.docs++
	return func(token []byte) {
		list := b.lists[string(token)]
		if list == nil {
			list = &[]clearline.ID{}
			b.lists[string(token)] = list
		}
		if n := len(*list); n == 0 || (*list)[n-1] != id {
			*list = append(*list, id)
		}
	}
}

// message adds a message as it is now. What an older segment says of it is seen to be no longer so in its text.
func (b *builder) message(m *store.SearchSource) {
	if m.Deleted || m.Kind == clearline.KindReaction {
		return
	}
	add := b.begin(m.ID)
	marks(m, add)
	for _, text := range texts(m.Text, m.Details, m.Files) {
		b.a.tokens(text, add)
	}
}

// person adds the person of a conversation.
func (b *builder) person(p *store.SearchPerson) {
	add := b.begin(p.ConversationID)
	for _, text := range names(p) {
		b.a.tokens(text, add)
	}
}

// segment gives what was added as a segment; false when there is nothing in it.
func (b *builder) segment(id clearline.ID, space store.SearchSpace) (store.NewSegment, bool) {
	if b.docs == 0 {
		return store.NewSegment{}, false
	}
	terms := make([]string, 0, len(b.lists))
	for t := range b.lists {
		terms = append(terms, t)
	}
	slices.Sort(terms)
	w := writer{high: b.high}
	for _, t := range terms {
		w.add([]byte(t), falling(*b.lists[t]))
	}
	w.flush()
	return store.NewSegment{SearchSegment: store.SearchSegment{ID: id, Space: space, Docs: b.docs, Low: b.low, High: b.high}, Pages: w.take()}, true
}

// falling puts ids in descending order, each once.
func falling(list []clearline.ID) []clearline.ID {
	order := func(a, b clearline.ID) int { return cmp.Compare(b, a) }
	if !slices.IsSortedFunc(list, order) { // neighbouring segments mostly follow one another
		slices.SortFunc(list, order)
	}
	return slices.Compact(list)
}
