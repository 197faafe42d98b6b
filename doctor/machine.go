package doctor

import (
	"context"
	"fmt"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

const (
	// clockWarn and clockFail are by how much this machine's clock may differ from the platforms'. A minute hides
	// from nobody; from five on, signatures, one-time codes and the reply window are judged wrongly.
	clockWarn = time.Minute
	clockFail = 5 * time.Minute
	// clockFresh is how old an answer's time may be not to be waited for another.
	clockFresh = 10 * time.Second
	// clockWait is how long it is waited for an answer that bears a time, clockLook how often it is looked for.
	clockWait = 2 * time.Second
	clockLook = 50 * time.Millisecond
	// slowWrite is how long a write may take before it is spoken of.
	slowWrite = time.Second
)

// machine are the checks of this machine itself.
func (d *Doctor) machine() []channel.Check {
	return []channel.Check{
		{ID: checkClock, Title: "This server's clock is right", Run: d.clockCheck},
		{ID: checkDisk, Title: "The disk has room", Run: d.disk},
		{ID: checkDatabase, Title: "The database takes writes", Run: d.database},
		{ID: checkInternet, Title: "This server reaches the internet", Run: d.reachable},
	}
}

// clockCheck compares with what the platforms' answers bear: with one that comes while it waits, from the checks beside
// it, else with the last one.
func (d *Doctor) clockCheck(ctx context.Context) channel.Outcome {
	begun := d.o.Clock.Now()
	ahead, at := d.o.Calls.clockAhead()
	timer := d.o.Clock.NewTimer(clockLook)
	defer timer.Stop()
	for at.Before(begun.Add(-clockFresh)) && d.o.Clock.Now().Sub(begun) < clockWait && ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-timer.C():
		}
		timer.Reset(clockLook)
		ahead, at = d.o.Calls.clockAhead()
	}
	ok := !at.IsZero() && d.o.Clock.Now().Sub(at) < clockLife
	if !ok {
		return channel.Outcome{Result: clearline.CouldNotTell, Found: "No platform has answered lately, whose time could be compared."}
	}
	word := "ahead"
	if ahead < 0 {
		ahead, word = -ahead, "behind"
	}
	// Answers bear whole seconds, and were made a moment before they came.
	if ahead < 3*time.Second {
		return channel.Outcome{Result: clearline.Pass, Found: "less than 3 s off"}
	}
	out := channel.Outcome{Result: clearline.Pass, Found: inWords(ahead) + " " + word + " of the platform's"}
	if ahead > clockWarn {
		out.Result, out.Cause, out.Expected = clearline.Warn, clearline.CauseClock, "less than a minute off"
	}
	if ahead > clockFail {
		out.Result = clearline.Fail
	}
	return out
}

func (d *Doctor) disk(context.Context) channel.Outcome {
	if d.o.FreeDisk == nil {
		return channel.Outcome{Result: clearline.NotChecked, Found: "The data is not on this machine."}
	}
	free, err := d.o.FreeDisk()
	if err != nil {
		return channel.Outcome{Result: clearline.CouldNotTell, Found: "the free space cannot be read"}
	}
	out := channel.Outcome{Result: clearline.Pass, Found: gib(free) + " free"}
	switch {
	case free < d.o.MinFreeDisk:
		out.Result, out.Cause, out.Expected = clearline.Fail, clearline.CauseDisk, "more than "+gib(d.o.MinFreeDisk)+", below which nothing is taken in"
	case free < 2*d.o.MinFreeDisk:
		out.Result, out.Cause, out.Expected = clearline.Warn, clearline.CauseDisk, "well above "+gib(d.o.MinFreeDisk)+", below which nothing is taken in"
	}
	return out
}

func gib(n int64) string { return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30)) }

func mib(n int64) string { return fmt.Sprintf("%.0f MiB", float64(n)/(1<<20)) }

func (d *Doctor) database(ctx context.Context) channel.Outcome {
	took, err := d.o.Store.Ping(ctx)
	if err != nil {
		return channel.Outcome{Result: clearline.Fail, Cause: clearline.CauseDatabase, Found: "a write was refused by the database; the log says why", Expected: "a write that is committed"}
	}
	out := channel.Outcome{Result: clearline.Pass, Found: fmt.Sprintf("%s, a write takes %d ms", d.o.Store.Engine(), took.Milliseconds())}
	used, limit := d.o.Store.WAL()
	switch {
	// A log twice its limit is one that somebody keeps from being copied back.
	case limit > 0 && used > 2*limit:
		out.Result, out.Cause, out.Found, out.Expected = clearline.Warn, clearline.CauseWAL, "the write-ahead log takes "+mib(used), "less than "+mib(limit)
	case took > slowWrite:
		out.Result, out.Cause, out.Expected = clearline.Warn, clearline.CauseBusy, "less than a second"
	}
	return out
}
