package search

import (
	"sync"

	"github.com/clearline/clearline"
)

// bell tells the follower which companies have something new.
type bell struct {
	mu sync.Mutex
	// numbers are the companies' newest changes heard of.
	numbers map[clearline.ID]int64
	// broken are the companies whose index must be made anew.
	broken map[clearline.ID]bool
	rung   chan struct{}
}

func newBell() *bell {
	return &bell{numbers: map[clearline.ID]int64{}, broken: map[clearline.ID]bool{}, rung: make(chan struct{}, 1)}
}

func (b *bell) ring(company clearline.ID, n int64) {
	b.mu.Lock()
	b.numbers[company] = max(b.numbers[company], n)
	b.mu.Unlock()
	b.wake()
}

func (b *bell) renew(company clearline.ID) {
	b.mu.Lock()
	b.broken[company] = true
	b.mu.Unlock()
	b.wake()
}

func (b *bell) wake() {
	select {
	case b.rung <- struct{}{}:
	default:
	}
}

// take gives what was heard since the last time.
func (b *bell) take() (numbers map[clearline.ID]int64, broken map[clearline.ID]bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	numbers, broken = b.numbers, b.broken
	b.numbers, b.broken = map[clearline.ID]int64{}, map[clearline.ID]bool{}
	return numbers, broken
}
