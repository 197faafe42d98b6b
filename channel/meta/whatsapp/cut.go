package whatsapp

import (
	"bytes"
	"slices"

	"github.com/clearline/clearline/channel/meta"
)

// emptyBody is a delivery that holds nothing.
const emptyBody = `{"object":"` + objectWABA + `","entry":[]}`

// Cut returns a body that holds only the elements for which keep answers true; see channel.Webhook. What
// surrounds them (metadata, the contacts of the same change) stays with them. Elements of one change belong to
// one account, so nobody gets to see another account's contacts.
func (p *Platform) Cut(body []byte, keep func(element int) bool) ([]byte, error) {
	d, err := meta.ReadDocument(body)
	if err != nil {
		return nil, unreadableBody(err)
	}
	defer d.Free()
	c := cutter{keep: keep}
	root := d.Root()
	c.enter(root)
	walk(root, &c)
	if c.n > maxElements {
		return nil, unreadableBody(errTooMany)
	}
	if !c.frames[0].kept && c.n > 0 {
		return []byte(emptyBody), nil
	}
	slices.SortFunc(c.drops, func(a, b drop) int { return a.start - b.start })
	return remove(body, c.drops), nil
}

// cutter collects what has to go. A container none of whose elements stays goes as a whole.
type cutter struct {
	keep   func(element int) bool
	n      int
	frames []frame
	drops  []drop
}

type frame struct {
	drop
	kept bool
	// drops and first are how many drops and elements there were when the container began.
	drops, first int
}

// drop is a range of bytes to take out: an item of an array, or (item false) a member's value.
type drop struct {
	start, end int
	item       bool
}

func (c *cutter) enter(v meta.Value) {
	start, end := v.Range()
	c.frames = append(c.frames, frame{drop: drop{start, end, true}, drops: len(c.drops), first: c.n})
}

func (c *cutter) element(_ form, v meta.Value, at *place) {
	n := c.n
	c.n++
	if c.keep(n) {
		for i := range c.frames {
			c.frames[i].kept = true
		}
		return
	}
	start, end := v.Range()
	if start != c.frames[len(c.frames)-1].start {
		c.drops = append(c.drops, drop{start, end, at.list})
	}
}

func (c *cutter) leave() {
	f := c.frames[len(c.frames)-1]
	c.frames = c.frames[:len(c.frames)-1]
	if !f.kept && c.n > f.first {
		c.drops = append(c.drops[:f.drops], f.drop)
	}
}

// remove copies body without the drops, which lie in ascending order and do not overlap. With an item goes the
// comma after it, or before it when it was the last one.
func remove(body []byte, drops []drop) []byte {
	out := make([]byte, 0, len(body))
	pos := 0
	for _, d := range drops {
		out = append(out, body[pos:d.start]...)
		pos = d.end
		if !d.item {
			out = append(out, "null"...)
			continue
		}
		rest := bytes.TrimLeft(body[pos:], " \t\r\n")
		if len(rest) > 0 && rest[0] == ',' {
			pos = len(body) - len(rest) + 1
			continue
		}
		out = bytes.TrimRight(out, " \t\r\n")
		out = bytes.TrimSuffix(out, []byte(","))
	}
	return append(out, body[pos:]...)
}
