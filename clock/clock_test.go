package clock_test

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/clearline/clearline/clock"
)

func TestClocksFireInRealTime(t *testing.T) {
	t.Parallel()
	for name, make := range map[string]func() clock.Clock{
		"real":    clock.Real,
		"shifted": func() clock.Clock { return clock.NewShifted() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := make()
				start := c.Now()
				late := c.NewTimer(3 * time.Second)
				early := c.NewTimer(time.Second)
				called := 0
				c.AfterFunc(2*time.Second, func() { called++ })
				<-early.C()
				if got := c.Now().Sub(start); got != time.Second {
					t.Errorf("first timer after %v, want 1s", got)
				}
				<-late.C()
				synctest.Wait()
				if got := c.Now().Sub(start); got != 3*time.Second || called != 1 {
					t.Errorf("after %v, function called %d times", got, called)
				}
				if early.Stop() {
					t.Error("Stop says a fired timer was pending")
				}
				if early.Reset(time.Second) {
					t.Error("Reset says a fired timer was pending")
				}
				if !early.Reset(5*time.Second) || !early.Stop() {
					t.Error("a running timer is not reported as pending")
				}
				time.Sleep(time.Minute)
				select {
				case <-early.C():
					t.Error("a stopped timer fired")
				default:
				}
			})
		})
	}
}

func TestShiftedResetDropsOldValue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := clock.NewShifted()
		timer := c.NewTimer(time.Second)
		c.Advance(time.Second)
		timer.Reset(time.Hour)
		select {
		case <-timer.C():
			t.Fatal("the value of before Reset is still there")
		default:
		}
		c.Advance(time.Hour)
		<-timer.C()
	})
}

func TestAdvanceFiresInOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := clock.NewShifted()
		start := c.Now()
		var mu sync.Mutex
		var order []string
		note := func(name string, at time.Duration) func() {
			return func() {
				mu.Lock()
				defer mu.Unlock()
				order = append(order, name)
				if got := c.Now().Sub(start); got != at {
					t.Errorf("%s fired at %v, want %v", name, got, at)
				}
			}
		}
		c.AfterFunc(3*time.Hour, note("third", 3*time.Hour))
		c.AfterFunc(time.Hour, func() {
			note("first", time.Hour)()
			c.AfterFunc(time.Hour, note("second", 2*time.Hour))
			c.AfterFunc(48*time.Hour, note("never", 49*time.Hour))
		})
		c.AfterFunc(3*time.Hour, note("fourth", 3*time.Hour))
		c.Advance(20 * time.Hour)
		if want := []string{"first", "second", "third", "fourth"}; !slices.Equal(order, want) {
			t.Errorf("fired %v, want %v", order, want)
		}
		if c.Offset() != 20*time.Hour {
			t.Errorf("offset %v", c.Offset())
		}
		if got := c.Now().Sub(start); got != 20*time.Hour {
			t.Errorf("now is %v after the start", got)
		}
		c.Advance(-time.Hour)
		if c.Offset() != 20*time.Hour {
			t.Error("the clock went backwards")
		}
	})
}

func TestShiftedFromThePast(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := clock.NewShiftedBy(-48 * time.Hour)
		if behind := time.Since(c.Now()); behind != 48*time.Hour {
			t.Errorf("the clock is %v behind", behind)
		}
		fired := false
		c.AfterFunc(time.Hour, func() { fired = true })
		c.Advance(48 * time.Hour)
		if c.Offset() != 0 || !c.Now().Equal(time.Now()) || !fired {
			t.Errorf("offset %v, fired %t", c.Offset(), fired)
		}
	})
}

func TestShiftedFromManyGoroutines(t *testing.T) {
	t.Parallel()
	c := clock.NewShifted()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 200 {
				timer := c.NewTimer(time.Minute)
				timer.Reset(2 * time.Minute)
				other := c.NewTimer(time.Hour)
				other.Stop()
				c.Advance(2 * time.Minute)
				<-timer.C()
			}
		})
	}
	all.Wait()
}
