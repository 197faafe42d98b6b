package search

import (
	"slices"
	"testing"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

// A message is written about once for each tier of sizes, and few segments are left to look into.
func TestMergesAreFew(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		slices, per int
		least, idle int
		most        float64
		left        int
	}{
		{"full load", 5000, 200, mergeLeast, mergeIdle, 9, 8},
		{"now and then", 20_000, 1, mergeIdle, mergeIdle, 16, 12},
	} {
		var all []store.SearchSegment
		written, id := 0, clearline.ID(0)
		merge := func(least int) bool {
			slices.SortFunc(all, func(a, b store.SearchSegment) int { return int(b.High - a.High) })
			run := worth(all, least)
			if run == nil {
				return false
			}
			into := store.SearchSegment{Low: run[len(run)-1].Low, High: run[0].High}
			for _, g := range run {
				into.Docs += g.Docs
				written += g.Docs
			}
			if into.Docs > segmentMost {
				t.Fatalf("%s: a segment of %d", c.name, into.Docs)
			}
			from := slices.IndexFunc(all, func(g store.SearchSegment) bool { return g.High == run[0].High })
			all = slices.Replace(all, from, from+len(run), into)
			return true
		}
		for range c.slices {
			id++
			all = append(all, store.SearchSegment{Docs: c.per, Low: id, High: id})
			for merge(c.least) {
			}
		}
		for merge(c.idle) {
		}
		docs := 0
		for _, g := range all {
			docs += g.Docs
		}
		if docs != c.slices*c.per {
			t.Errorf("%s: %d messages are left of %d", c.name, docs, c.slices*c.per)
		}
		if times := float64(written) / float64(docs); times > c.most {
			t.Errorf("%s: each message was written %.1f times", c.name, times)
		}
		if len(all) > c.left {
			t.Errorf("%s: %d segments are left", c.name, len(all))
		}
	}
}
