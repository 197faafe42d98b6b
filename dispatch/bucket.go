package dispatch

import (
	"sync"
	"time"
)

// bucket is a lane's throughput: so many per second, with at most one second's worth at once. It starts empty,
// because the node before may have used it up. After the platform complained it gives half, and climbs back by
// a twentieth each second.
type bucket struct {
	mu     sync.Mutex
	most   float64
	rate   float64
	tokens float64
	at     time.Time
}

func newBucket(perSecond int, now time.Time) *bucket {
	return &bucket{most: float64(perSecond), rate: float64(perSecond), at: now}
}

func (b *bucket) fill(now time.Time) {
	seconds := now.Sub(b.at).Seconds()
	if seconds <= 0 {
		return
	}
	b.at = now
	b.tokens = min(b.tokens+seconds*b.rate, b.rate)
	b.rate = min(b.rate+seconds*b.most/20, b.most)
}

// take takes one if there is one; else it tells how long until there is.
func (b *bucket) take(now time.Time) (ok bool, wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fill(now)
	if b.tokens >= 1 {
		b.tokens--
		return true, 0
	}
	return false, time.Duration((1 - b.tokens) / b.rate * float64(time.Second))
}

// spend uses throughput that was taken without asking: by what came in. It may go into debt of one second.
func (b *bucket) spend(now time.Time, n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fill(now)
	b.tokens = max(b.tokens-float64(n), -b.rate)
}

// slow halves the rate after the platform said that it was too much.
func (b *bucket) slow(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fill(now)
	b.rate, b.tokens = max(b.rate/2, 1), 0
}

// set follows a changed limit of the account.
func (b *bucket) set(perSecond int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if most := float64(perSecond); most != b.most {
		b.rate, b.most = min(b.rate*most/b.most, most), most
	}
}

// pair bounds messages to one person: one each interval, with a burst borrowed from the future.
type pair struct {
	every time.Duration
	burst int
	// next is the time at which the person's account is even.
	next time.Time
}

// check tells whether one more may go now, or how long to wait.
func (p *pair) check(now time.Time) (ok bool, wait time.Duration) {
	if limit := now.Add(time.Duration(p.burst-1) * p.every); p.every > 0 && p.next.After(limit) {
		return false, p.next.Sub(limit)
	}
	return true, 0
}

// take books one message.
func (p *pair) take(now time.Time) {
	if p.next.Before(now) {
		p.next = now
	}
	p.next = p.next.Add(p.every)
}
