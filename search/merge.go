package search

import (
	"bytes"
	"context"
	"math/bits"
	"slices"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

const (
	// mergeLeast is how many neighbours of about one size become one segment, mergeIdle how many when there is nothing
	// else to do, mergeMost how many at once.
	mergeLeast = 4
	mergeIdle  = 2
	mergeMost  = 12
	// segmentMost is how large a segment may get, in messages: a merge holds the list of one term in memory.
	segmentMost = 1_000_000
	// stepPages is how many pages one step of a merge writes, in one transaction.
	stepPages = 64
	// inputPages is how many pages of each segment are read ahead.
	inputPages = 16
)

// tier is a segment's size on a scale on which each step is four times the one before.
func tier(docs int) int { return bits.Len(uint(docs)) / 2 }

// merge makes one segment of several, in steps between which other work is done.
type merge struct {
	store   *store.Store
	company clearline.ID
	epoch   int64
	inputs  []*input
	into    store.SearchSegment
	w       writer
	begun   bool
	// spell is what the new segment says of its words; told once all of them are known.
	spell *speller
}

// plan finds neighbours worth merging: the smallest first, so that a large segment is written rarely.
func plan(s *store.Store, c *following, least int) *merge {
	for _, space := range []store.SearchSpace{store.SearchMessages, store.SearchPeople} {
		var all []store.SearchSegment
		for _, g := range c.segments {
			if g.Space == space {
				all = append(all, g)
			}
		}
		slices.SortFunc(all, func(a, b store.SearchSegment) int {
			if a.High > b.High {
				return -1
			}
			return 1
		})
		if run := worth(all, least); run != nil {
			return newMerge(s, c, run)
		}
	}
	return nil
}

// worth gives a run of neighbours to merge: least of them of the same tier, with the smaller ones between them. So
// each message is written about once for each tier. nil when there is no such run.
func worth(all []store.SearchSegment, least int) []store.SearchSegment {
	for most := 0; most <= tier(segmentMost); most++ {
		from, docs, same := 0, 0, 0
		for i := 0; i <= len(all); i++ {
			if i == len(all) || tier(all[i].Docs) > most || docs+all[i].Docs > segmentMost || i-from == mergeMost {
				if same >= least {
					return all[from:i]
				}
				if i == len(all) {
					break
				}
				from, docs, same = i, 0, 0
				if tier(all[i].Docs) > most {
					from = i + 1
					continue
				}
			}
			docs += all[i].Docs
			if tier(all[i].Docs) == most {
				same++
			}
		}
	}
	return nil
}

func newMerge(s *store.Store, c *following, run []store.SearchSegment) *merge {
	m := &merge{store: s, company: c.company, epoch: c.progress.Epoch, into: store.SearchSegment{ID: s.NewID(), Space: run[0].Space, Low: run[0].Low}}
	for _, g := range run {
		m.inputs = append(m.inputs, &input{m: m, segment: g, after: []byte{}, place: fromStart})
		m.into.Docs += g.Docs
		m.into.Low, m.into.High = min(m.into.Low, g.Low), max(m.into.High, g.High)
	}
	m.w.high = m.into.High
	if m.into.Docs >= spellFrom && m.into.Space == store.SearchMessages {
		m.spell = &speller{}
	}
	return m
}

// swapped gives the segments that there are after the merge.
func (m *merge) swapped(segments []store.SearchSegment) []store.SearchSegment {
	left := slices.DeleteFunc(segments, func(g store.SearchSegment) bool {
		return slices.ContainsFunc(m.inputs, func(in *input) bool { return in.segment.ID == g.ID })
	})
	return append(left, m.into)
}

// step writes some pages; done tells that the new segment has taken the place of the old ones.
func (m *merge) step(ctx context.Context) (done bool, err error) {
	for len(m.w.pages) < stepPages {
		more, err := m.term(ctx)
		if err != nil {
			return false, err
		}
		if more {
			continue
		}
		if m.spell != nil {
			m.spell.write(&m.w)
		}
		m.w.flush()
		merged := make([]clearline.ID, len(m.inputs))
		for i, in := range m.inputs {
			merged[i] = in.segment.ID
		}
		return true, m.store.SwapSegments(ctx, m.company, m.epoch, store.NewSegment{SearchSegment: m.into, Pages: m.w.take()}, !m.begun, merged)
	}
	err = m.store.BuildSegment(ctx, m.company, store.NewSegment{SearchSegment: m.into, Pages: m.w.take()}, !m.begun)
	m.begun = true
	return false, err
}

// term merges the lists of the lowest term that is left; false when none is.
func (m *merge) term(ctx context.Context) (more bool, err error) {
	var lowest []byte
	for _, in := range m.inputs {
		if !in.has && !in.ended {
			if err := in.next(ctx); err != nil {
				return false, err
			}
		}
		if in.has && (lowest == nil || bytes.Compare(in.term, lowest) < 0) {
			lowest = in.term
		}
	}
	if lowest == nil {
		return false, nil
	}
	lowest = slices.Clone(lowest)
	var list []clearline.ID
	for _, in := range m.inputs {
		if !in.has || !bytes.Equal(in.term, lowest) {
			continue
		}
		list = append(list, in.ids...)
		in.has = false
	}
	list = falling(list)
	if m.spell != nil {
		m.spell.add(lowest, len(list))
	}
	m.w.add(lowest, list)
	return true, nil
}

// input goes through the terms of one segment.
type input struct {
	m       *merge
	segment store.SearchSegment
	// pages are those read ahead; after is where the last of them begins.
	pages []store.SearchPage
	after []byte
	place int64
	r     reader
	// has tells that term and ids are the next to be merged.
	has   bool
	ended bool
	term  []byte
	ids   []clearline.ID
}

// next reads a term with its whole list, over as many pages as it takes.
func (in *input) next(ctx context.Context) error {
	in.ids = in.ids[:0]
	for {
		ok, err := in.r.next()
		if err != nil {
			return err
		}
		if !ok {
			if ok, err = in.turn(ctx); err != nil || !ok {
				in.ended = true
				return err
			}
			continue
		}
		if in.r.term[0] == wordByte {
			in.ended = true // the words once more: they are counted anew
			return nil
		}
		if in.ids, err = ids(in.r.list, in.segment.High, in.ids); err != nil {
			return err
		}
		if !in.r.more {
			in.term = append(in.term[:0], in.r.term...)
			in.has = true
			return nil
		}
	}
}

// turn goes to the next page; false at the end.
func (in *input) turn(ctx context.Context) (bool, error) {
	if len(in.pages) == 0 {
		from := in.place
		if len(in.after) > 0 {
			from++
		}
		var err error
		if in.pages, err = in.m.store.SearchRange(ctx, in.m.company, in.segment.ID, in.after, from, inputPages); err != nil || len(in.pages) == 0 {
			return false, err
		}
	}
	p := in.pages[0]
	in.pages = in.pages[1:]
	in.after, in.place = p.Term, p.Place
	in.r = reader{body: p.Body, term: in.r.term[:0]}
	return true, nil
}
