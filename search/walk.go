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
	rangePages = 8
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
	// last is the lowest id of the page, wide the distance from its highest.
	last, wide clearline.ID
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
	if c.last-max < c.wide {
		// It will be in the next one.
		return c.follow(ctx)
	}
	p, ok, err := c.ix.store.SearchPage(ctx, c.ix.company, c.segment.ID, c.term, place(max))
	if err != nil {
		return err
	}
	if ok && bytes.Equal(p.Term, c.term) && p.Place > c.place {
		return c.open(p)
	}
	return c.follow(ctx)
}

// follow goes to the next page.
func (c *termCursor) follow(ctx context.Context) error {
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
	if n := len(c.list.ids); n > 0 {
		c.last, c.wide = c.list.ids[n-1], c.list.ids[0]-c.list.ids[n-1]
	}
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
	parts := make(map[clearline.ID]*lists, len(group))
	left := slices.Clone(group)
	for _, n := range w.needs {
		found, err := w.ix.find(ctx, left, n, w.below-1)
		if err != nil {
			return err
		}
		still := left[:0]
		for _, s := range left {
			c, ok := found[s.ID]
			if !ok {
				delete(parts, s.ID)
				continue
			}
			if parts[s.ID] == nil {
				parts[s.ID] = &lists{}
			}
			if !parts[s.ID].add(c) {
				still = append(still, s)
			}
		}
		if left = still; len(left) == 0 {
			break
		}
	}
	for _, s := range group {
		if l := parts[s.ID]; l != nil {
			w.add(l.cursors())
		}
	}
	w.closed = w.closed[len(group):]
	return nil
}

// fewIDs is how many proposals are looked at one by one rather than held against a long list.
const fewIDs = 24

// lists are what a segment has of several needs. What short lists have in common is found at once; a long list is
// read page by page.
type lists struct {
	short []clearline.ID
	has   bool
	long  []cursor
}

// add takes the list of one more need. It tells whether so little is left that the other needs are not asked for:
// every proposal is held against its text anyway.
func (l *lists) add(c cursor) (enough bool) {
	ids, whole := short(c)
	switch {
	case !whole:
		l.long = append(l.long, c)
		return false
	case !l.has:
		l.short, l.has = ids, true
	default:
		l.short = common(l.short, ids)
	}
	return len(l.short) <= fewIDs
}

func (l *lists) cursors() []cursor {
	if !l.has {
		return l.long
	}
	first := cursor(&listCursor{l.short})
	if len(l.short) <= fewIDs {
		return []cursor{first}
	}
	return append([]cursor{first}, l.long...)
}

// short gives the ids of a cursor when all of them are in memory already.
func short(c cursor) ([]clearline.ID, bool) {
	switch c := c.(type) {
	case *termCursor:
		return c.list.ids, !c.more
	case anyCursor:
		var all []clearline.ID
		for _, one := range c {
			ids, ok := short(one)
			if !ok {
				return nil, false
			}
			all = append(all, ids...)
		}
		return falling(all), true
	}
	return nil, false
}

// common gives what two falling lists have in common.
func common(a, b []clearline.ID) (both []clearline.ID) {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] > b[0]:
			a = a[1:]
		case a[0] < b[0]:
			b = b[1:]
		default:
			both = append(both, a[0])
			a, b = a[1:], b[1:]
		}
	}
	return both
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
			switch {
			case n.prefix && ok:
				c, err = ix.union(ctx, s, token, &p)
			case n.prefix:
				c, err = ix.union(ctx, s, token, nil)
			case ok:
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

// union is a cursor over all terms with a beginning. start is the page in which the first of them would be, nil when
// the segment begins behind it.
func (ix *index) union(ctx context.Context, s *store.SearchSegment, prefix []byte, start *store.SearchPage) (cursor, error) {
	var all anyCursor
	end := beyond(prefix)
	for sc := newScan(ix, s, start); ; {
		ok, err := sc.next(ctx)
		if err != nil {
			return nil, err
		}
		if !ok || end != nil && bytes.Compare(sc.r.term, end) >= 0 {
			break
		}
		if !bytes.HasPrefix(sc.r.term, prefix) {
			continue
		}
		if ix.budget.beginnings < 0 {
			ix.budget.cut = true
			break
		}
		c := &termCursor{ix: ix, segment: s, term: slices.Clone(sc.r.term), place: fromStart}
		if err := c.open(sc.page); err != nil {
			return nil, err
		}
		all = append(all, c)
		if sc.r.more {
			if err := sc.leave(ctx); err != nil {
				return nil, err
			}
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	return all, nil
}

// scan goes through the entries of a segment in order.
type scan struct {
	ix      *index
	segment *store.SearchSegment
	// page is where the scan is, ahead what was read behind it.
	page  store.SearchPage
	ahead []store.SearchPage
	r     reader
	// left is a term whose list goes on in the page, and was looked at before.
	left []byte
}

func newScan(ix *index, s *store.SearchSegment, start *store.SearchPage) *scan {
	sc := &scan{ix: ix, segment: s, page: store.SearchPage{Term: []byte{}, Place: fromStart}}
	if start != nil {
		sc.turn(*start)
	}
	return sc
}

func (sc *scan) turn(p store.SearchPage) {
	sc.page, sc.r = p, reader{body: p.Body, term: sc.r.term[:0]}
}

// next moves to the next entry; false at the end of the segment.
func (sc *scan) next(ctx context.Context) (bool, error) {
	for {
		ok, err := sc.r.next()
		if err != nil {
			return false, err
		}
		if ok {
			if sc.left != nil && bytes.Equal(sc.r.term, sc.left) {
				continue
			}
			return true, nil
		}
		if len(sc.ahead) == 0 {
			from := sc.page.Place
			if len(sc.page.Term) > 0 {
				from++
			}
			sc.ix.budget.beginnings -= rangePages
			if sc.ahead, err = sc.ix.store.SearchRange(ctx, sc.ix.company, sc.segment.ID, sc.page.Term, from, rangePages); err != nil || len(sc.ahead) == 0 {
				return false, err
			}
		}
		sc.turn(sc.ahead[0])
		sc.ahead = sc.ahead[1:]
	}
}

// leave goes to the page in which the list of the present term ends, without reading those between.
func (sc *scan) leave(ctx context.Context) error {
	sc.left = slices.Clone(sc.r.term)
	sc.ix.budget.beginnings--
	p, ok, err := sc.ix.store.SearchPage(ctx, sc.ix.company, sc.segment.ID, append(slices.Clone(sc.left), 0), fromStart)
	if err != nil || !ok {
		return err
	}
	sc.ahead = nil
	sc.turn(p)
	return nil
}
