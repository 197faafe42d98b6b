package bench

import (
	"context"
	"time"
)

// meter measures what the product's processes use between two moments.
type meter struct {
	start processUsage
	err   error
}

// startMeter begins to measure. Where the processes cannot be looked at, the figures stay out of the result.
func startMeter(i *installation) *meter {
	m := &meter{}
	if m.err = i.forgetPeaks(); m.err == nil {
		m.start, m.err = i.usage()
	}
	if m.err != nil && i.engine != engineTarget {
		i.o.say("no process figures: %v", m.err)
	}
	return m
}

// profile takes a CPU profile during the first round.
func (m *meter) profile(ctx context.Context, i *installation, name string, round int, length time.Duration) <-chan error {
	if round > 0 {
		done := make(chan error, 1)
		done <- nil
		return done
	}
	return i.profile(ctx, name, length)
}

// read notes what was used for count messages.
func (m *meter) read(i *installation, r *Result, count uint64) {
	if m.err != nil || count == 0 {
		return
	}
	end, err := i.usage()
	if err != nil {
		i.o.say("no process figures: %v", err)
		return
	}
	per := 1 / float64(count)
	r.CPUPerMessage = rounded((end.cpuSeconds-m.start.cpuSeconds)*1000*per, 4)
	r.DiskBytes = rounded(float64(end.bytesWritten-m.start.bytesWritten)*per, 0)
	r.WrittenBytes = rounded(float64(end.bytesHandedOver-m.start.bytesHandedOver)*per, 0)
	r.RSS = rounded(float64(end.rssPeak)/(1<<20), 1)
}
