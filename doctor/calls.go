package doctor

import (
	"sync"
	"time"

	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/egress"
)

const (
	// callsSpan is how far back calls speak for trouble of the platform; callsLeast and downShare are how many there
	// must be and which part of them must have failed. Source: design, ux 4.1.
	callsSpan  = 5 * time.Minute
	callsLeast = 10
	downShare  = 0.3
	// probesLeast is how many examinations in a row must have got no answer on a quiet connection.
	probesLeast = 3
	// cleanFor is how long nothing may have failed until an outage is over.
	cleanFor = 10 * time.Minute
	// callsKept bounds what is remembered of one connection, and clockLife how long a measured clock counts.
	callsKept = 2048
	clockLife = 30 * time.Minute
)

// Calls remembers how lately the platforms answered us, per connection: what an outage is measured by.
type Calls struct {
	clock clock.Clock

	mu    sync.Mutex
	of    map[string]*calls
	ahead time.Duration
	dated time.Time
}

type calls struct {
	all []call
	// silent counts the examinations in a row that got no answer; failed is when anything last failed.
	silent int
	failed time.Time
}

type call struct {
	at   time.Time
	down bool
}

// NewCalls returns an empty memory.
func NewCalls(c clock.Clock) *Calls { return &Calls{clock: c, of: map[string]*calls{}} }

// probe is what the exchanges of an examination are about, so that a run of many reads counts as one look.
const probe = "probe/"

// Observe notes one exchange; see egress.Options.
func (c *Calls) Observe(about string, o egress.Observation) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if o.Dated {
		c.ahead, c.dated = o.Ahead, o.At
	}
	if about == "" || len(about) > len(probe) && about[:len(probe)] == probe || o.Local {
		return
	}
	k := c.connection(about)
	if len(k.all) >= callsKept {
		k.all = append(k.all[:0], k.all[callsKept/2:]...)
	}
	k.all = append(k.all, call{o.At, o.Down()})
	if o.Down() {
		k.failed = o.At
	}
}

// connection needs the lock.
func (c *Calls) connection(about string) *calls {
	k := c.of[about]
	if k == nil {
		k = &calls{}
		c.of[about] = k
	}
	return k
}

// Probed notes an examination: silent when the platform gave no usable answer to it.
func (c *Calls) Probed(about string, silent bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.connection(about)
	if !silent {
		k.silent = 0
		return
	}
	k.silent++
	k.failed = c.clock.Now()
}

// Trouble is what the calls of one connection say.
type trouble struct {
	// measured is true when enough of them failed; failing and all count the last minutes, silent the examinations.
	measured     bool
	failing, all int
	silent       int
	// clean is true when nothing has failed for a while.
	clean bool
}

func (c *Calls) trouble(about string) (t trouble) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.connection(about)
	now := c.clock.Now()
	for _, one := range k.all {
		if now.Sub(one.at) > callsSpan {
			continue
		}
		t.all++
		if one.down {
			t.failing++
		}
	}
	t.silent = k.silent
	t.measured = t.all >= callsLeast && float64(t.failing) >= downShare*float64(t.all) || k.silent >= probesLeast
	t.clean = now.Sub(k.failed) >= cleanFor
	return t
}

// clockAhead is how far this machine's clock is ahead of what a platform last said, and when that was.
func (c *Calls) clockAhead() (ahead time.Duration, at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ahead, c.dated
}
