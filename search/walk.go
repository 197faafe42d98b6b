package search

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sort"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

// index is one space of a company's index at one moment, with the tail that the follower has not reached.
type index struct {
	store    *store.Store
	company  clearline.ID
	segments []store.SearchSegment
	tail     *builder
	budget   *budget
}

// budget bounds what one search may cost, in pages read. What is left over when the pages are spent is found by
// asking on; the newest comes first either way.
type budget struct {
	pages int
	// beginnings is what may go into gathering all words with a beginning.
	beginnings int
	// cut is set when a word that is still being typed begins so many words that not all were looked at.
	cut bool
}

const (
	searchPages    = 1500
	beginningPages = 400
	// rangePages is how many pages in a row are read at once.
	rangePages = 16
)

// errSpent means that the budget is used up; the walk can be taken up again where it is.
var errSpent = errors.New("search: the budget of one search is spent")

func (b *budget) take(pages int) error {
	if b.pages -= pages; b.pages < 0 {
		return errSpent
	}
	return nil
}

// cursor gives ids of a list in descending order.
type cursor interface {
	// seek gives the highest id not above max; false when there is none. max never rises from call to call.
	seek(ctx context.Context, max clearline.ID) (clearline.ID, bool, error)
}

// listCursor is a list in memory.
type listCursor struct{ ids []clearline.ID }

func (c *listCursor) seek(_ context.Context, max clearline.ID) (clearline.ID, bool, error) {
	if len(c.ids) > 0 && c.ids[0] > max {
		c.ids = c.ids[sort.Search(len(c.ids), func(i int) bool { return c.ids[i] <= max }):]
	}
	if len(c.ids) == 0 {
		return 0, false, nil
	}
	return c.ids[0], true, nil
}

// termCursor reads a term's list in a segment page by page.
type termCursor struct {
	ix      *index
	segment *store.SearchSegment
	term    []byte
	list    listCursor
	// more is true when the list goes on behind place.
	more  bool
	place int64
}

func (c *termCursor) seek(ctx context.Context, max clearline.ID) (clearline.ID, bool, error) {
	for {
		id, ok, err := c.list.seek(ctx, max)
		if ok || err != nil || !c.more {
			return id, ok, err
		}
		if err := c.turn(ctx, max); err != nil {
			return 0, false, err
		}
	}
}

// turn goes to the page in which max would be, at least to the next.
func (c *termCursor) turn(ctx context.Context, max clearline.ID) error {
	if err := c.ix.budget.take(1); err != nil {
		return err
	}
	pages, err := c.ix.store.SearchPages(ctx, c.ix.company, []clearline.ID{c.segment.ID}, c.term, place(max))
	if err != nil {
		return err
	}
	if p, ok := pages[c.segment.ID]; ok && bytes.Equal(p.Term, c.term) && p.Place > c.place {
		return c.open(p)
	}
	next, err := c.ix.store.SearchRange(ctx, c.ix.company, c.segment.ID, c.term, c.place+1, 1)
	if err != nil {
		return err
	}
	if len(next) == 0 || !bytes.Equal(next[0].Term, c.term) {
		c.more = false
		return nil
	}
	return c.open(next[0])
}

func (c *termCursor) open(p store.SearchPage) error {
	list, more, found, err := lookUp(p.Body, c.term)
	if err != nil || !found {
		c.more = false
		return err
	}
	if bytes.Equal(p.Term, c.term) {
		c.place = p.Place
	}
	c.more = more
	c.list.ids, err = ids(list, c.segment.High, c.list.ids[:0])
	return err
}

// anyCursor has what any of several has.
type anyCursor []cursor

func (c anyCursor) seek(ctx context.Context, max clearline.ID) (best clearline.ID, found bool, err error) {
	for _, one := range c {
		id, ok, err := one.seek(ctx, max)
		if err != nil {
			return 0, false, err
		}
		if ok && (!found || id > best) {
			best, found = id, true
		}
	}
	return best, found, nil
}

// allCursor has what each of several has.
type allCursor struct {
	of []cursor
	// at is above all that was given and not below what comes.
	at clearline.ID
}

func (c *allCursor) seek(ctx context.Context, max clearline.ID) (clearline.ID, bool, error) {
	c.at = min(c.at, max)
	for agreed := 0; agreed < len(c.of); {
		agreed = 0
		for _, one := range c.of {
			id, ok, err := one.seek(ctx, c.at)
			if err != nil || !ok {
				return 0, false, err
			}
			if id < c.at {
				c.at = id
				agreed = 0
			}
			agreed++
		}
	}
	return c.at, true, nil
}

// walk gives the ids that have all of certain needs, in descending order, each once.
type walk struct {
	ix    *index
	needs []need
	// closed are the segments not looked into yet, the highest first.
	closed []*store.SearchSegment
	open   []*opened
	tail   *builder
	below  clearline.ID
}

type opened struct {
	all allCursor
	id  clearline.ID
}

// walk begins below an id.
func (ix *index) walk(needs []need, below clearline.ID) *walk {
	w := &walk{ix: ix, needs: needs, tail: ix.tail, below: below}
	for i := range ix.segments {
		if ix.segments[i].Low < below {
			w.closed = append(w.closed, &ix.segments[i])
		}
	}
	return w
}

// next gives the next id; false at the end. With errSpent, what was not given lies at or below the id given.
func (w *walk) next(ctx context.Context) (clearline.ID, bool, error) {
	if w.tail != nil {
		w.openTail()
	}
	for {
		best, err := w.best(ctx)
		if err != nil {
			return w.bound(), false, err
		}
		if len(w.closed) > 0 && (best == nil || w.closed[0].High >= best.id) {
			if err := w.openGroup(ctx); err != nil {
				return w.bound(), false, err
			}
			continue
		}
		if best == nil {
			return 0, false, nil
		}
		w.below = best.id
		return best.id, true, nil
	}
}

// best moves every open segment below what was given, and finds the highest.
func (w *walk) best(ctx context.Context) (best *opened, err error) {
	live := w.open[:0]
	for i, o := range w.open {
		if o.id >= w.below {
			id, ok, err := o.all.seek(ctx, w.below-1)
			if err != nil {
				w.open = append(live, w.open[i:]...)
				return nil, err
			}
			if !ok {
				continue
			}
			o.id = id
		}
		live = append(live, o)
		if best == nil || o.id > best.id {
			best = o
		}
	}
	w.open = live
	return best, nil
}

// bound is an id that nothing still to be given exceeds.
func (w *walk) bound() clearline.ID {
	var bound clearline.ID
	for _, o := range w.open {
		bound = max(bound, min(o.all.at, o.id))
	}
	if len(w.closed) > 0 {
		bound = max(bound, w.closed[0].High)
	}
	return min(bound, w.below-1)
}

func (w *walk) add(cursors []cursor) {
	w.open = append(w.open, &opened{all: allCursor{of: cursors, at: w.below - 1}, id: w.below})
}

// openTail looks into what the follower has not reached.
func (w *walk) openTail() {
	tail := w.tail
	w.tail = nil
	var cursors []cursor
	for _, n := range w.needs {
		var list []clearline.ID
		for token, ids := range tail.lists {
			for _, want := range n.tokens {
				if token == string(want) || n.prefix && len(token) > len(want) && token[:len(want)] == string(want) {
					list = append(list, *ids...)
				}
			}
		}
		if len(list) == 0 {
			return
		}
		cursors = append(cursors, &listCursor{falling(list)})
	}
	w.add(cursors)
}

// openGroup looks into the next few segments at once.
func (w *walk) openGroup(ctx context.Context) error {
	group := w.closed[:min(len(w.closed), store.SearchGroup)]
	if err := w.ix.budget.take(len(group)); err != nil {
		return err
	}
	cursors := make(map[clearline.ID][]cursor, len(group))
	left := slices.Clone(group)
	for _, n := range w.needs {
		found, err := w.ix.find(ctx, left, n, w.below-1)
		if err != nil {
			return err
		}
		still := left[:0]
		for _, s := range left {
			if c, ok := found[s.ID]; ok {
				cursors[s.ID] = append(cursors[s.ID], c)
				still = append(still, s)
			}
		}
		left = still
		if len(left) == 0 {
			break
		}
	}
	for _, s := range left {
		w.add(cursors[s.ID])
	}
	w.closed = w.closed[len(group):]
	return nil
}

// find gives, for each of a few segments that have what is needed, a cursor over it from max downwards.
func (ix *index) find(ctx context.Context, segments []*store.SearchSegment, n need, max clearline.ID) (map[clearline.ID]cursor, error) {
	found := make(map[clearline.ID]cursor, len(segments))
	of := make([]clearline.ID, len(segments))
	for i, s := range segments {
		of[i] = s.ID
	}
	for _, token := range n.tokens {
		from := place(max)
		if n.prefix {
			from = fromStart
		}
		pages, err := ix.store.SearchPages(ctx, ix.company, of, token, from)
		if err != nil {
			return nil, err
		}
		for _, s := range segments {
			p, ok := pages[s.ID]
			var c cursor
			if n.prefix {
				c, err = ix.union(ctx, s, token, p, ok)
			} else if ok {
				c, err = ix.term(s, token, p)
			}
			if err != nil {
				return nil, err
			}
			if c == nil {
				continue
			}
			if before, ok := found[s.ID]; ok {
				c = anyCursor{before, c}
			}
			found[s.ID] = c
		}
	}
	return found, nil
}

// term makes the cursor of a term whose list begins, or goes on, in a page; nil when the segment has none of it.
func (ix *index) term(s *store.SearchSegment, token []byte, p store.SearchPage) (cursor, error) {
	c := &termCursor{ix: ix, segment: s, term: token, place: fromStart}
	err := c.open(p)
	if err != nil || len(c.list.ids) == 0 && !c.more {
		return nil, err
	}
	return c, nil
}

// union gathers the ids of all terms with a beginning; p is the page in which they would start, when there is one.
func (ix *index) union(ctx context.Context, s *store.SearchSegment, prefix []byte, p store.SearchPage, ok bool) (cursor, error) {
	var all []clearline.ID
	pages := []store.SearchPage{p}
	if !ok {
		// The segment begins behind it.
		p = store.SearchPage{Term: []byte{}, Place: fromStart}
		pages = nil
	}
	end := beyond(prefix)
	for {
		for _, page := range pages {
			p = page
			if bytes.Compare(page.Term, prefix) > 0 && !bytes.HasPrefix(page.Term, prefix) {
				return unionOf(all), nil
			}
			r := reader{body: page.Body}
			for {
				more, err := r.next()
				if err != nil {
					return nil, err
				}
				if !more {
					break
				}
				if end != nil && bytes.Compare(r.term, end) >= 0 {
					return unionOf(all), nil
				}
				if bytes.HasPrefix(r.term, prefix) {
					if all, err = ids(r.list, s.High, all); err != nil {
						return nil, err
					}
				}
			}
		}
		if ix.budget.beginnings -= rangePages; ix.budget.beginnings < 0 {
			ix.budget.cut = true
			return unionOf(all), nil
		}
		var err error
		if pages, err = ix.store.SearchRange(ctx, ix.company, s.ID, p.Term, p.Place+1, rangePages); err != nil {
			return nil, err
		}
		if len(pages) == 0 {
			return unionOf(all), nil
		}
	}
}

func unionOf(all []clearline.ID) cursor {
	if len(all) == 0 {
		return nil
	}
	return &listCursor{falling(all)}
}
