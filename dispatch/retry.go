package dispatch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

// Prospect is what a message that is to be sent again may count on now.
type Prospect struct {
	// Deadline is until when it may wait for its turn.
	Deadline time.Time
	// WindowEnds is when the reply window that it needs closes, zero when it needs none.
	WindowEnds time.Time
}

// Prospect judges whether a message of ours that did not get through could leave now (I26): the window, the template, the
// content and the country are looked at as if it were written this moment. The error is a *clearline.Problem that says
// what keeps it. Whatever changes until it leaves is judged again then.
func (d *Dispatch) Prospect(ctx context.Context, m clearline.Message) (p Prospect, err error) {
	conv, err := d.o.Store.SendFacts(ctx, m.CompanyID, m.ConversationID)
	if err != nil {
		return p, err
	}
	if conv.Ended {
		return p, connectionEnded()
	}
	sender := d.o.Senders[conv.Platform]
	if sender == nil {
		return p, fmt.Errorf("dispatch: nothing sends on %s", conv.Platform)
	}
	now := d.o.Clock.Now()
	limits := sender.Limits()
	p.Deadline = now.Add(limits.Deadline)
	if problem := reachable(sender, conv.SendTo); problem != nil {
		return p, problem
	}
	if m.Kind == clearline.KindTemplate {
		return p, d.stillApproved(ctx, sender, conv, m)
	}
	switch w := clearline.ReplyWindow(conv.WindowFrom, limits.Window, now); w.State {
	case "closed":
		return p, windowClosed(conv.WindowFrom)
	case "open":
		p.WindowEnds = w.ExpiresAt
		if w.ExpiresAt.Before(p.Deadline) {
			p.Deadline = w.ExpiresAt
		}
	}
	return p, nil
}

// stillApproved checks a stored template against what the platform last listed.
func (d *Dispatch) stillApproved(ctx context.Context, sender channel.Sender, conv store.SendFacts, m clearline.Message) error {
	var stored struct{ Template *channel.Template }
	if err := json.Unmarshal(m.Details, &stored); err != nil || stored.Template == nil {
		return fmt.Errorf("dispatch: the stored template of message %s cannot be read: %w", m.ID, errors.Join(err, errors.ErrUnsupported))
	}
	return d.fill(ctx, sender, conv, stored.Template, &store.NewMessage{})
}

// Retry tries a failed message again, or an unknown one when the person accepts that it may arrive twice: a new attempt of
// the same message. begun is false when a retry of it was under way already.
func (d *Dispatch) Retry(ctx context.Context, a store.Again) (begun bool, err error) {
	m, err := d.o.Store.Message(ctx, a.CompanyID, a.MessageID)
	if err != nil {
		return false, err
	}
	if m.Retry == nil && (m.Status == clearline.Failed || m.Status == clearline.Unsettled) {
		p, err := d.Prospect(ctx, m)
		if err != nil {
			return false, err
		}
		a.Deadline = p.Deadline
	}
	return d.o.Store.Requeue(ctx, a)
}
