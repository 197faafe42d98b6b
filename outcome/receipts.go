package outcome

import (
	"context"
	"time"

	"github.com/clearline/clearline"
)

// heldFrom is when a message without a receipt is worth a word. It is our own figure: a phone with a network confirms within
// seconds, one in a lift, a tunnel or a meeting within minutes. After an hour somebody who waits for an answer does well to
// know of it, in the same shift; earlier the note would stand under half of all messages of a morning and say nothing.
const heldFrom = time.Hour

const (
	// watchShort is how often messages with a short life are looked at, watchAll how often all others.
	watchShort = time.Minute
	watchAll   = time.Hour
	// slack is how long a message may have waited before it left: the deadline of a day, and an hour.
	slack = 25 * time.Hour
)

// Receipt explains a message that stays sent: since when no receipt has come, and until when one may.
type Receipt struct {
	Cause clearline.Cause
	Since time.Time
	// Until is when the platform gives up, as far as is known here, zero when it has: Final, it stays sent for good.
	Until time.Time
	Final bool
}

// Receipt is nil while nothing needs explaining.
func (o *Outcomes) Receipt(m clearline.Message) *Receipt {
	if m.Direction != clearline.Out || m.Status != clearline.Sent || m.Attempts == 0 || m.Kind == clearline.KindReaction {
		return nil
	}
	if m.Cause == clearline.CauseHeld {
		return &Receipt{Cause: m.Cause, Since: m.At, Final: true}
	}
	if o.o.Clock.Now().Sub(m.At) < heldFrom {
		return nil
	}
	return &Receipt{Cause: clearline.CauseHeld, Since: m.At, Until: m.At.Add(o.o.Kept)}
}

// watchReceipts gives messages whose receipt will not come any more their end.
func (o *Outcomes) watchReceipts(ctx context.Context) {
	timer := o.o.Clock.NewTimer(watchShort)
	defer timer.Stop()
	var all time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C():
		}
		now := o.o.Clock.Now()
		due := now.Sub(all) >= watchAll
		if err := o.endReceipts(ctx, now, due); err != nil {
			if ctx.Err() == nil {
				o.o.Log.Warn("messages without a receipt could not be looked through; it goes on at the next turn", "err", err)
			}
		} else if due {
			all = now
		}
		timer.Reset(watchShort)
	}
}

// endReceipts looks through the companies, at all messages or at those with a short life alone. Several nodes may do it at
// once: each message changes once.
func (o *Outcomes) endReceipts(ctx context.Context, now time.Time, all bool) error {
	companies, err := o.o.Store.Companies(ctx)
	if err != nil {
		return err
	}
	for _, c := range companies {
		if err := o.o.Store.EndShortReceipts(ctx, c.ID, now, o.o.Kept); err != nil {
			return err
		}
		for more := all; more; {
			if more, err = o.o.Store.EndReceipts(ctx, c.ID, now.Add(-o.o.Kept), slack); err != nil {
				return err
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
	}
	return nil
}
