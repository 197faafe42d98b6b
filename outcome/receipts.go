package outcome

import (
	"time"

	"github.com/clearline/clearline"
)

// The figures of M2.
//
// heldFrom is our own: a phone with a network confirms within seconds, one in a lift, a tunnel or a meeting within minutes.
// After an hour without a receipt somebody who waits for an answer does well to know of it, in the same shift; earlier the
// note would stand under half of all messages of a morning and say nothing.
//
// heldMost and heldMostAuthentication are the platform's: it keeps an undelivered message for 30 days by default, an
// authentication template for 10 minutes. Source: reference limits, section 3. A shorter life that a template was given is
// not known here.
const (
	heldFrom               = time.Hour
	heldMost               = 30 * 24 * time.Hour
	heldMostAuthentication = 10 * time.Minute
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
	if m.Direction != clearline.Out || m.Status != clearline.Sent || m.Kind == clearline.KindReaction {
		return nil
	}
	if m.Cause == clearline.CauseHeld {
		return &Receipt{Cause: m.Cause, Since: m.At, Final: true}
	}
	if o.o.Clock.Now().Sub(m.At) < heldFrom {
		return nil
	}
	return &Receipt{Cause: clearline.CauseHeld, Since: m.At, Until: m.At.Add(heldMost)}
}
