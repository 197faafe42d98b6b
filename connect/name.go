package connect

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta/whatsapp"
	"github.com/clearline/clearline/store"
)

// NameState is where a connection's display name stands, with what its change takes.
type NameState struct {
	channel.NameState
	Limits channel.ProfileLimits
	// PINKept is true when the PIN of the last registration is kept here, so that nobody need enter it.
	PINKept bool
	// Coexistence: the number lives in the Business app, where its name is changed.
	Coexistence bool
	// Attempts are the registrations that the platform counts.
	Attempts store.Attempts
}

// Name reads where the display name stands.
func (c *Connect) Name(ctx context.Context, company, id clearline.ID) (n NameState, err error) {
	leaf, conn, a, err := c.face(ctx, company, id)
	if err != nil {
		return n, err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if n.NameState, err = leaf.Name(ctx, a); err != nil {
		return n, refusal(err, "Meta did not show the display name.", nothingChanged)
	}
	pin, err := c.o.Store.PIN(ctx, company, id)
	if err != nil {
		return n, err
	}
	n.PINKept, n.Coexistence, n.Limits = pin != "", conn.Coexistence, leaf.ProfileLimits()
	n.Attempts, err = c.o.Store.Attempts(ctx, conn.Platform, conn.Account, store.Registration, AttemptWindow)
	return n, err
}

// RequestName asks for another display name. A name that is under review already is replaced by it.
func (c *Connect) RequestName(ctx context.Context, company, id clearline.ID, name string) (NameState, error) {
	leaf, conn, a, err := c.face(ctx, company, id)
	if err != nil {
		return NameState{}, err
	}
	if conn.Coexistence {
		return NameState{}, inApp()
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	now, err := leaf.Name(ctx, a)
	if err != nil {
		return NameState{}, refusal(err, "Meta did not show the display name.", nothingChanged)
	}
	if now.Name == strings.TrimSpace(name) {
		return NameState{}, &clearline.Problem{Cause: clearline.CauseInput, Title: "The number has this name already.", Detail: "Nothing was sent to Meta.",
			Fields: []clearline.FieldProblem{{Name: "name", Reason: "is the name in use"}}}
	}
	if err := leaf.RequestName(ctx, a, name); err != nil {
		return NameState{}, uncertain(err, "Meta did not take the request.", "The name in use stays.", "Look at the state again: the request may have arrived.")
	}
	return c.Name(ctx, company, id)
}

func inApp() *clearline.Problem {
	return &clearline.Problem{Cause: clearline.CauseConflict, Title: "This number lives in the WhatsApp Business app.",
		Detail: "Nothing was sent to Meta. Change the name in the app, under Settings › Business tools › Business profile: it must not be registered again from here."}
}

// TakeName lets an approved display name take effect: the number is registered again with the same PIN, which is one of
// the calls that the platform counts. pin is "" for the one that is kept. Nothing is sent while no name is approved.
func (c *Connect) TakeName(ctx context.Context, company, id clearline.ID, pin string) (NameState, error) {
	leaf, conn, a, err := c.face(ctx, company, id)
	if err != nil {
		return NameState{}, err
	}
	register, err := c.signUp(conn.Platform)
	if err != nil {
		return NameState{}, err
	}
	if conn.Coexistence {
		return NameState{}, inApp()
	}
	whole := context.WithoutCancel(ctx) // whoever leaves does not break a counted call off, whose end nobody would know then
	ctx, cancel := context.WithTimeout(whole, callTimeout)
	defer cancel()
	now, err := leaf.Name(ctx, a)
	switch {
	case err != nil:
		return NameState{}, refusal(err, "Meta did not show the display name.", "The number was not registered again, so no try was used up.")
	case !now.Register:
		return NameState{}, &clearline.Problem{Cause: clearline.CauseConflict, Title: "No new name is approved.",
			Detail: "The number was not registered again, so no try was used up. Wait for Meta’s decision, or ask for another name."}
	}
	kept := false
	if pin = strings.TrimSpace(pin); pin == "" {
		if pin, err = c.o.Store.PIN(ctx, company, id); err != nil {
			return NameState{}, err
		}
		kept = true
	}
	if pin == "" {
		return NameState{}, &clearline.Problem{Cause: clearline.CauseInput, Title: "This number’s PIN is not kept here.", Detail: "The number was not registered again, so no try was used up. Enter the PIN that it has: a new one would be refused.",
			Fields: []clearline.FieldProblem{{Name: "pin", Reason: "is missing: the six digits that this number has"}}}
	}
	if p := whatsapp.CheckPIN(pin); p != nil {
		return NameState{}, p
	}
	err = c.counted(ctx, company, conn, pin, AttemptLimit, func() error { return register.Register(ctx, a, pin) })
	after, aerr := c.Name(whole, company, id)
	if err != nil && silent(err) && aerr == nil && after.Name == now.Wanted {
		// The answer got lost, and the name shows what became of the call.
		err = c.o.Store.Registered(whole, company, id, c.o.Clock.Now().UTC(), pin)
	}
	if err != nil {
		attempts, aerr := c.o.Store.Attempts(whole, conn.Platform, conn.Account, store.Registration, AttemptWindow)
		if aerr != nil {
			return NameState{}, errors.Join(err, aerr)
		}
		return NameState{}, c.untaken(err, kept, attempts)
	}
	return after, aerr
}

// silent tells whether an error leaves open what became of a call.
func silent(err error) bool {
	cause := causeOf(err)
	return cause == clearline.CauseOutage || cause == clearline.CauseNetwork
}

// untaken says why a number was not registered again, and what comes next.
func (c *Connect) untaken(err error, kept bool, attempts store.Attempts) error {
	const stays = "The old name stays, and the number goes on working."
	tries := fmt.Sprintf(" Tries used: %d of %d in 72 hours.", attempts.Used, AttemptLimit)
	var own *clearline.Problem
	var refused *channel.SendError
	switch {
	case errors.As(err, &refused):
	case errors.As(err, &own) && own.Cause == clearline.CauseRegisterLimit:
		own.Detail = stays + tries + " The next is free at " + attempts.FreeAt.UTC().Format("2 Jan 15:04 UTC") + "; the approved name waits until then."
		return own
	default:
		return err
	}
	p := refusal(err, "Meta did not register the number again.", stays)
	if p.Cause != clearline.CausePIN && p.Cause != clearline.CauseTwoStep {
		p.Detail += tries
		return p
	}
	p.Title, p.Detail = "That PIN does not match.", stays+" Enter the PIN that the number has, or set a new one in the doctor, which needs no old one."+tries
	if kept {
		p.Title = "The PIN kept here does not match any more."
	}
	p.Fields = []clearline.FieldProblem{{Name: "pin", Reason: "does not match this number’s PIN"}}
	return p
}
