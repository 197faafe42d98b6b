package outcome

import (
	"context"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/doctor/playbook"
	"github.com/clearline/clearline/store"
)

// Ruling says whether a person's own new try of a message makes sense, by its cause alone: the window, the template and the
// country are judged when it is asked for.
type Ruling struct {
	Possible bool
	// After is before when a new try is held back again for sure, zero for at once.
	After time.Time
	// Risky is true when a new try may reach the person twice.
	Risky bool
}

// Rule is the ruling on a message of ours; ok is false when there is nothing to send again.
func (o *Outcomes) Rule(m clearline.Message) (r Ruling, ok bool) {
	if m.Direction != clearline.Out || m.Retry != nil || m.Status != clearline.Failed && m.Status != clearline.Unsettled {
		return r, false
	}
	if m.Status == clearline.Unsettled {
		return Ruling{Possible: true, Risky: true}, true
	}
	if m.Cause == clearline.CauseWindow { // the window itself decides, and it may have opened again
		return Ruling{Possible: true}, true
	}
	page, known := playbook.Find(m.Cause)
	if !known {
		return Ruling{Possible: true}, true
	}
	r.Possible = page.Again
	if wait := o.waitOf(m); wait > 0 {
		since := m.TroubleAt
		if since.IsZero() { // it failed before that was written down
			since = m.At
		}
		r.Possible, r.After = true, since.Add(wait)
	}
	return r, true
}

// waitOf is how long the platform's catalogue says to let pass before a person tries again, 0 for nothing. The cause that was
// stored with the number tells whose number it is.
func (o *Outcomes) waitOf(m clearline.Message) time.Duration {
	if m.Error == nil {
		return 0
	}
	for _, explainer := range o.o.Explainers {
		if f, known := explainer.Fault(m.Error.Code, m.Error.Subcode); known && f.Cause == m.Cause && f.Fate == clearline.Stop {
			return time.Duration(f.AfterSeconds) * time.Second
		}
	}
	return 0
}

// refusal is why a message cannot be sent again by the ruling, nil when it can.
func (o *Outcomes) refusal(r Ruling, m clearline.Message) *clearline.Problem {
	now := o.o.Clock.Now()
	switch {
	case !r.Possible:
		page, _ := playbook.Find(m.Cause)
		return &clearline.Problem{Cause: m.Cause, Title: "The same message would be refused again.",
			Detail: playbook.Fill(page.Title, nil) + ". Nothing was sent. What can be done instead is on the page of this cause."}
	case r.After.After(now):
		return &clearline.Problem{Cause: m.Cause, Title: "It is too early to try again.", RetryAfter: r.After.Sub(now),
			Detail: "The platform would hold it back again. Nothing was sent. A new try makes sense after " + r.After.UTC().Format("2 January 15:04 UTC") + "."}
	}
	return nil
}

// Retry sends a failed or unconfirmed message again when its cause allows it and nothing that is judged now is against it.
// begun is false when a retry of it was under way, or was made since the caller looked.
func (o *Outcomes) Retry(ctx context.Context, a store.Again) (begun bool, err error) {
	m, err := o.o.Store.Message(ctx, a.CompanyID, a.MessageID)
	if err != nil {
		return false, err
	}
	if a.Seen > 0 && m.Attempts > a.Seen {
		return false, nil
	}
	if r, ok := o.Rule(m); ok {
		if p := o.refusal(r, m); p != nil {
			return false, p
		}
	}
	return o.o.Dispatch.Retry(ctx, a)
}
