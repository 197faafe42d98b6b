// Package clock makes time a parameter: the machine's own clock for a running
// server, and one that can be moved forward for simulators and tests.
package clock

import "time"

// Clock tells the time and makes timers. Implementations are safe for use by
// several goroutines.
type Clock interface {
	// Now gives the present time with a monotonic reading, so that differences
	// of two answers survive a jump of the machine's wall clock.
	Now() time.Time
	// NewTimer sends the time once on C after d. A d of zero or less is due at once.
	NewTimer(d time.Duration) Timer
	// AfterFunc calls f after d, in a goroutine that is not the caller's. The
	// timer's C is nil.
	AfterFunc(d time.Duration, f func()) Timer
}

// Timer is one pending event of a Clock.
type Timer interface {
	// C receives the time of firing; nil for timers made by AfterFunc.
	C() <-chan time.Time
	// Stop prevents the timer from firing and reports whether it was pending.
	// After Stop no old value is left in C.
	Stop() bool
	// Reset lets the timer fire d from now, whether or not it has fired before,
	// and reports whether it was pending. After Reset no old value is left in C.
	Reset(d time.Duration) bool
}

// Real is the machine's clock.
func Real() Clock { return real{} }

type real struct{}

func (real) Now() time.Time { return time.Now() }

func (real) NewTimer(d time.Duration) Timer { return realTimer{time.NewTimer(d)} }

func (real) AfterFunc(d time.Duration, f func()) Timer { return realTimer{time.AfterFunc(d, f)} }

type realTimer struct{ t *time.Timer }

func (r realTimer) C() <-chan time.Time        { return r.t.C }
func (r realTimer) Stop() bool                 { return r.t.Stop() }
func (r realTimer) Reset(d time.Duration) bool { return r.t.Reset(d) }
