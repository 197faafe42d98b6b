package clock

import (
	"container/heap"
	"sync"
	"time"
)

// Shifted runs at the machine's pace but can be moved forward. Its timers fire
// by themselves in real time, and earlier when Advance passes their moment.
type Shifted struct {
	advancing sync.Mutex // one Advance at a time

	mu     sync.Mutex
	offset time.Duration
	due    timerHeap
	seq    uint64
	wake   *time.Timer // fires at the earliest timer's moment, in real time
}

// NewShifted gives a clock that agrees with the machine's until it is advanced.
func NewShifted() *Shifted { return &Shifted{} }

// NewShiftedBy gives a clock that is offset ahead of the machine's, or behind it when offset is negative: a history
// can be lived through before the present is reached.
func NewShiftedBy(offset time.Duration) *Shifted { return &Shifted{offset: offset} }

// Now is the machine's time plus the offset.
func (s *Shifted) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

// Offset tells how far the clock was moved ahead of the machine's.
func (s *Shifted) Offset() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.offset
}

// Advance moves the clock forward by d; a d of zero or less changes nothing.
// Timers due in between fire in the order of their moments, and while one fires
// Now gives its moment, so what it schedules inside the span fires within the
// same call. Functions of AfterFunc are called one after another and Advance
// returns after the last: they must not call Advance. Receivers of C get their
// value in order too, but run on their own.
func (s *Shifted) Advance(d time.Duration) {
	if d <= 0 {
		return
	}
	s.advancing.Lock()
	defer s.advancing.Unlock()
	s.mu.Lock()
	target := s.offset + d
	for {
		next := s.due.first()
		if next == nil {
			break
		}
		if ahead := next.when.Sub(s.now()); ahead > 0 {
			if s.offset+ahead > target {
				break
			}
			s.offset += ahead
		}
		f := s.pop()
		if f != nil {
			s.mu.Unlock()
			f()
			s.mu.Lock()
		}
	}
	s.offset = target
	s.arm()
	s.mu.Unlock()
}

// NewTimer is Clock's.
func (s *Shifted) NewTimer(d time.Duration) Timer {
	t := &shiftedTimer{clock: s, c: make(chan time.Time, 1), index: -1}
	t.Reset(d)
	return t
}

// AfterFunc is Clock's; f also runs inside Advance.
func (s *Shifted) AfterFunc(d time.Duration, f func()) Timer {
	t := &shiftedTimer{clock: s, f: f, index: -1}
	t.Reset(d)
	return t
}

// now needs the lock.
func (s *Shifted) now() time.Time { return time.Now().Add(s.offset) }

// pop takes the earliest timer off, hands its value to the channel, or returns
// the function to call once the lock is released.
func (s *Shifted) pop() func() {
	t := heap.Pop(&s.due).(*shiftedTimer)
	if t.f != nil {
		return t.f
	}
	select {
	case t.c <- s.now():
	default: // never full: Reset and Stop drain it
	}
	return nil
}

// fire runs what became due in real time.
func (s *Shifted) fire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for next := s.due.first(); next != nil && !next.when.After(s.now()); next = s.due.first() {
		if f := s.pop(); f != nil {
			go f()
		}
	}
	s.arm()
}

// arm sets the wake-up for the earliest timer. It needs the lock.
func (s *Shifted) arm() {
	next := s.due.first()
	if next == nil {
		if s.wake != nil {
			s.wake.Stop()
		}
		return
	}
	d := max(next.when.Sub(s.now()), 0)
	if s.wake == nil {
		s.wake = time.AfterFunc(d, s.fire)
		return
	}
	s.wake.Reset(d)
}

type shiftedTimer struct {
	clock *Shifted
	c     chan time.Time
	f     func()
	when  time.Time
	seq   uint64 // equal moments fire in the order they were set
	index int    // place in the heap, -1 when not pending
}

func (t *shiftedTimer) C() <-chan time.Time { return t.c }

func (t *shiftedTimer) Stop() bool {
	s := t.clock
	s.mu.Lock()
	defer s.mu.Unlock()
	pending := t.remove()
	if pending && t.clock.due.first() == nil {
		s.arm()
	}
	return pending
}

func (t *shiftedTimer) Reset(d time.Duration) bool {
	s := t.clock
	s.mu.Lock()
	defer s.mu.Unlock()
	pending := t.remove()
	t.when = s.now().Add(max(d, 0))
	s.seq++
	t.seq = s.seq
	heap.Push(&s.due, t)
	if s.due.first() == t {
		s.arm()
	}
	return pending
}

// remove takes the timer off the heap and drains its channel. It needs the lock.
func (t *shiftedTimer) remove() bool {
	pending := t.index >= 0
	if pending {
		heap.Remove(&t.clock.due, t.index)
	}
	if t.c != nil {
		select {
		case <-t.c:
		default:
		}
	}
	return pending
}

type timerHeap []*shiftedTimer

func (h timerHeap) first() *shiftedTimer {
	if len(h) == 0 {
		return nil
	}
	return h[0]
}

func (h timerHeap) Len() int { return len(h) }

func (h timerHeap) Less(i, j int) bool {
	if h[i].when.Equal(h[j].when) {
		return h[i].seq < h[j].seq
	}
	return h[i].when.Before(h[j].when)
}

func (h timerHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *timerHeap) Push(x any) {
	t := x.(*shiftedTimer)
	t.index = len(*h)
	*h = append(*h, t)
}

func (h *timerHeap) Pop() any {
	old := *h
	t := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	t.index = -1
	return t
}
