package dispatch

import (
	"errors"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

func windowClosed(from time.Time) *clearline.Problem {
	p := &clearline.Problem{Cause: clearline.CauseWindow, Title: "The free-reply time has ended.",
		Detail: "The platform lets businesses write freely only for a while after each message of the customer. Send an approved template, or wait: it opens again when they write. Nothing was stored."}
	if from.IsZero() {
		p.Title = "A conversation cannot be started with a free text."
		p.Detail = "The customer has not written yet. Send an approved template; free texts are possible once they answer. Nothing was stored."
	}
	return p
}

// reachable is the refusal by a country rule of the platform, nil when none applies.
func reachable(sender channel.Sender, to string) *clearline.Problem {
	if r, ok := sender.(channel.Reacher); ok {
		return r.Reach(to).Problem()
	}
	return nil
}

func connectionEnded() *clearline.Problem {
	return &clearline.Problem{Cause: clearline.CauseEnded, Title: "This number is no longer connected here.",
		Detail: "Somebody has ended its connection, so nothing can be sent. Nothing was stored. Connect the number again, or reach the person another way."}
}

// judge decides at the moment of sending. It runs inside a transaction and only looks at facts.
// full is the refusal of whoever writes first to one more person, nil while there is room.
func (l *lane) judge(b *store.Begin, f store.Facts, full *clearline.Problem) *clearline.Problem {
	now := l.d.o.Clock.Now()
	if p := reachable(l.sender, f.SendTo); p != nil {
		return p
	}
	if f.Kind != clearline.KindTemplate && clearline.ReplyWindow(f.WindowFrom, l.sender.Limits().Window, now).State == "closed" {
		return windowClosed(f.WindowFrom)
	}
	if !f.Deadline.IsZero() && !now.Before(f.Deadline) {
		return &clearline.Problem{Cause: clearline.CauseDeadline, Title: "The message waited too long to be sent."}
	}
	if f.Kind == clearline.KindTemplate && clearline.ReplyWindow(f.WindowFrom, l.sender.Limits().Window, now).State != "open" {
		b.Portfolio = l.quota.portfolio
		return full
	}
	return nil
}

const (
	// holdFor is how long a lane is held after the platform said "not now": Meta speaks of up to five minutes.
	holdFor = 5 * time.Minute
	// authRetry is how often a lane tries again that waits for a new sign-in.
	authRetry = time.Minute
	// firstRetry and lastRetry bound the random wait before a repeat of what was surely not taken.
	firstRetry = time.Second
	lastRetry  = time.Minute
	// pairBase is the base of the growing wait after a pair limit (131056): 4^n seconds.
	pairBase = 4 * time.Second
	pairMost = 10 * time.Minute
	// unknownHolds is how long an unknown message keeps the next one of its conversation waiting.
	unknownHolds = 30 * time.Second
)

// verdict is what an attempt's outcome means for the lane.
type verdict struct {
	// final is true when the message needs nothing more from the lane.
	final bool
	// tryAt is when the message is tried again, if not final.
	tryAt time.Time
	// laneUntil holds the whole lane, conversationUntil only this conversation.
	laneUntil, conversationUntil time.Time
	slow                         bool
	// barred is true when the lane is held because of its credential or account.
	barred   bool
	accepted bool
	err      error
}

// decide turns an answer, or its absence, into what is recorded and what the lane does.
func (l *lane) decide(b *store.Begin, se *channel.SendError, a channel.Answer) (*store.Settle, verdict) {
	now := l.d.o.Clock.Now()
	st := &store.Settle{CompanyID: b.CompanyID, ConnectionID: b.ConnectionID, MessageID: b.MessageID, N: b.N, HTTP: a.HTTP}
	ev := &store.Evidence{CompanyID: b.CompanyID, ConnectionID: b.ConnectionID, Checked: now}
	if se == nil {
		st.Outcome, st.PlatformID = clearline.OutcomeAccepted, a.PlatformID
		ev.Accepted, ev.Sent, ev.Clear = now, now, true
		if l.proveDue(now) {
			st.Evidence = ev
		}
		return st, verdict{final: true, accepted: true}
	}
	st.Cause, st.Error, st.HTTP, st.Outcome = se.Cause, se.Original, se.HTTP, clearline.OutcomeRefused
	if se.NotSent {
		st.Outcome = clearline.OutcomeNotSent
	}
	v := verdict{}
	again := func(after time.Duration) {
		st.Next, v.tryAt = clearline.Queued, now.Add(max(after, se.After))
		st.NextTryAt = v.tryAt
	}
	switch fate := se.Fate; {
	case errors.Is(se.Err, errOutdated):
		again(0)
	case se.Cause.Reauthorizes() || se.Cause.Disconnects() && fate == clearline.Stop:
		again(authRetry)
		st.Next, v.laneUntil, v.barred = clearline.Held, v.tryAt, true
		ev.Cause, st.Evidence = se.Cause, ev
		l.proved.Store(nil) // the next accepted send proves the cure at once
	case se.FileGone:
		again(0) // once more, with the file handed over anew
	case fate == clearline.Again:
		again(jitter(backoff(firstRetry, b.N, lastRetry)))
		if se.HTTP == 0 {
			st.Outcome = clearline.OutcomeNotSent
		}
	case fate == clearline.Slow:
		again(time.Second + jitter(time.Second))
		v.laneUntil, v.slow = v.tryAt, true
	case fate == clearline.SlowPair:
		again(min(backoff(pairBase, b.N, pairMost)+jitter(time.Second), pairMost))
		v.conversationUntil = v.tryAt
	case fate == clearline.Hold && !b.Facts.Repeat:
		again(holdFor)
		// One refusal is no outage of the connection: that takes a measurement. The message says why it waits.
		st.Next, st.Repeat, v.laneUntil = clearline.Held, true, v.tryAt
	case fate == clearline.Unknown:
		st.Outcome, st.Next, st.Cause = clearline.OutcomeUnknown, clearline.Unsettled, clearline.CauseUnconfirmed
		v.final, v.conversationUntil = true, now.Add(unknownHolds)
	default:
		st.Next, v.final = clearline.Failed, true
	}
	return st, v
}

// backoff is base·4ⁿ⁻¹ for base waits of pair limits and base·2ⁿ⁻¹ otherwise, at most most.
func backoff(base time.Duration, n int, most time.Duration) time.Duration {
	factor := time.Duration(2)
	if base == pairBase {
		factor = 4
	}
	d := base
	for i := 1; i < n && d < most; i++ {
		d *= factor
	}
	return min(d, most)
}
