package sim

import "time"

// Limits of the platform (reference limits.md, 2026); all change without notice.
const (
	pairBurst       = 45              // messages to one person at once, borrowed from the future
	pairEvery       = 6 * time.Second // afterwards one per
	managementCalls = 5000            // per hour, app and WABA with a registered number
	oldestReference = 30 * 24 * time.Hour
)

// bucket is a token bucket; the zero value is full. Needs the Sim's lock.
type bucket struct {
	used float64 // tokens taken and not yet grown back
	at   time.Time
}

// take takes one token if there is one of size, growing back one each every.
func (b *bucket) take(now time.Time, size float64, every time.Duration) bool {
	b.settle(now, every)
	if b.used+1 > size {
		return false
	}
	b.used++
	return true
}

// spend takes one token whether or not there is one, at most to an empty
// bucket: people are never refused, but what they write counts.
func (b *bucket) spend(now time.Time, size float64, every time.Duration) {
	b.settle(now, every)
	b.used = min(b.used+1, size)
}

func (b *bucket) settle(now time.Time, every time.Duration) {
	if !b.at.IsZero() {
		b.used = max(0, b.used-float64(now.Sub(b.at))/float64(every))
	}
	b.at = now
}

// hourly counts calls in a window of one hour that starts with the first.
type hourly struct {
	from  time.Time
	count int
}

func (h *hourly) add(now time.Time) int {
	if now.Sub(h.from) >= time.Hour {
		h.from, h.count = now, 0
	}
	h.count++
	return h.count
}
