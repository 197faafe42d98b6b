package whatsapp

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

const (
	// nearShare is from which part of its throughput on a number is near it; nearMinutes in how many minutes of the last hour
	// that must have happened: one burst is no load.
	nearShare   = 0.8
	nearMinutes = 2
	// missedLeast and missedFor are how many calls must have been turned away here, and for how long without one that was
	// taken, until it is said that Meta may give up. When it does is not told: its documents name 36 hours and 7 days for
	// repeats, and that it switches a subscription off is general to its webhooks and unconfirmed for WhatsApp.
	missedLeast = 3
	missedFor   = 15 * time.Minute
)

// throughput: how near the number's messages, in and out together, come to what it may carry in a second (C24).
func (r *examination) throughput(ctx context.Context) channel.Outcome {
	n, err := r.readNumber(ctx)
	if err != nil {
		return r.failed(err)
	}
	return judgeThroughput(n.perSecond(), r.s.Traffic.Minutes)
}

func judgeThroughput(perSecond int, minutes []channel.Minute) channel.Outcome {
	var busiest channel.Minute
	near := 0
	for _, m := range minutes {
		if m.Peak > busiest.Peak {
			busiest = m
		}
		if float64(m.Peak) >= nearShare*float64(perSecond) {
			near++
		}
	}
	if busiest.Peak == 0 {
		return pass(fmt.Sprintf("nothing came or went in the last hour; %d messages a second are allowed", perSecond))
	}
	found := fmt.Sprintf("at most %d of %d messages in a second, in and out together, at %s UTC", busiest.Peak, perSecond, busiest.At.UTC().Format("15:04"))
	if near < nearMinutes {
		return pass(found)
	}
	return channel.Outcome{Result: clearline.Warn, Cause: clearline.CauseThroughput, Expected: fmt.Sprintf("less than %d in a second", int(nearShare*float64(perSecond))),
		Found: fmt.Sprintf("%s; near it in %d minutes of the last hour", found, near)}
}

// taken: does this server take what Meta calls it with; after long failure Meta stops (C24).
func (r *examination) taken(context.Context) channel.Outcome { return judgeTaken(&r.s) }

func judgeTaken(s *channel.Subject) channel.Outcome {
	m, barred := s.Traffic.Missed, s.Traffic.Barred
	failing := func(since time.Time, found string) channel.Outcome {
		return channel.Outcome{Result: clearline.Warn, Cause: clearline.CauseHookFailing, Found: found + " since " + since.UTC().Format("15:04 UTC on 2 January"), Expected: "calls that are taken"}
	}
	switch {
	case m.N >= missedLeast && m.Last.Sub(m.First) >= missedFor:
		return failing(m.First, fmt.Sprintf("%d calls were turned away here, and none was taken", m.N))
	case !barred.IsZero() && s.Now.Sub(barred) >= missedFor:
		return failing(barred, "calls cannot get through to this server")
	case m.N > 0:
		return pass(fmt.Sprintf("%d turned away since the last one that was taken", m.N))
	case s.Traffic.DeliveredAt.IsZero():
		return channel.Outcome{Result: clearline.NotChecked, Found: "No call has come in yet."}
	}
	return pass("the last one was taken")
}

// people: whom the portfolio wrote to first, of as many as it may (C19). It is counted from here alone; other tools of the
// same portfolio use the same limit.
func (r *examination) people(limit string) (said string, reached bool) {
	most, known := r.p.StartLimit(limit)
	said = limitWords(limit)
	if !known || most == 0 {
		return said, false
	}
	return fmt.Sprintf("%s, %s used from here", said, strings.TrimSpace(thousands(r.s.Traffic.Started))), r.s.Traffic.Started >= most
}
