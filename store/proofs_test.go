package store

import (
	"testing"
	"time"

	"github.com/clearline/clearline"
)

// C16: deliveries that are written together count as bundles as if they were written one by one.
func TestArrivalsTogether(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		calls string // b for a bundle, a dot for another
		want  arrival
	}{
		"one":                   {"b", arrival{bundles: 1}},
		"two":                   {"bb", arrival{bundles: 2}},
		"none":                  {".", arrival{anew: true}},
		"none after two":        {"bb.", arrival{anew: true}},
		"one after none":        {".b", arrival{bundles: 1, anew: true}},
		"only those at the end": {"b.bb", arrival{bundles: 2, anew: true}},
	} {
		var got arrival
		for i, kind := range c.calls {
			d := &clearline.Delivery{ReceivedAt: start.Add(time.Duration(i) * time.Second)}
			if kind == 'b' {
				d.Lag, d.Spread = 12*time.Second, 11*time.Second
			}
			got = got.and(d)
			c.want.at, c.want.lag, c.want.spread = d.ReceivedAt.UnixMilli(), d.Lag.Milliseconds(), d.Spread.Milliseconds()
		}
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
