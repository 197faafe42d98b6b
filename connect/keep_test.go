package connect

import (
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store/storetest"
)

// Templates are read when the platform says that they have changed, and now and then. A connection whose templates cannot be read
// is tried again after minutes, by itself: neither every half minute nor with all others of its company.
func TestTemplatesAreReadAgain(t *testing.T) {
	t.Parallel()
	o := newOffice(t, storetest.SQLite)
	o.connected()
	due := map[clearline.ID]time.Time{}
	reads := func(want int, when string) {
		t.Helper()
		before := o.leaf.count("templates")
		o.must(o.c.look(t.Context(), due))
		if n := o.leaf.count("templates") - before; n != want {
			t.Errorf("%s: read %d times, wanted %d", when, n, want)
		}
	}
	reads(1, "connected")
	reads(0, "at once")
	o.c.templatesChanged(o.company)
	o.leaf.set(func() { o.leaf.fail["templates"] = silence() })
	reads(1, "changed")
	reads(0, "right after a failure")
	o.clock.Advance(templatesAgain)
	reads(1, "minutes after it")
	o.leaf.set(func() { delete(o.leaf.fail, "templates") })
	o.clock.Advance(templatesAgain)
	reads(1, "when it works again")
	o.clock.Advance(templatesEvery - time.Minute)
	reads(0, "in between")
	o.clock.Advance(time.Minute)
	reads(1, "hours later")
}
