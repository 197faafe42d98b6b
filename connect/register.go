package connect

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta/whatsapp"
	"github.com/clearline/clearline/store"
)

// Meta counts ten registrations, and ten deregistrations, of a number in 72 hours, and then refuses all. Source: Meta,
// WhatsApp, support/error-codes (133016); read Sep 2026.
const (
	AttemptLimit  = 10
	AttemptWindow = 72 * time.Hour
	// attemptsHere is how many this server makes at most: one is left for a change of the display name.
	attemptsHere = AttemptLimit - 1
)

// Waits before a number that was freed a moment ago is tried again by itself. Source: as of AttemptLimit (133015).
const (
	firstRelease  = 3 * time.Minute
	secondRelease = 5 * time.Minute
)

// registerStep registers the number with its PIN. It is the step that may not be repeated at will: each try is counted
// before it is made, on every node and across restarts, and a try whose outcome nobody knows is settled by a read.
func registerStep(ctx context.Context, t *turnOf) outcome {
	a, err := t.acting(ctx)
	if err != nil {
		return fails(t.c.problem(err), "pin")
	}
	n, err := t.leaf.Number(ctx, a)
	switch {
	case err != nil:
		return fails(refusal(err, "Meta did not show the number.", "Nothing was changed. Try again."), "pin")
	case n.Coexistence:
		return t.sync(ctx, a)
	case n.Registered && (t.p.Counting != 0 || t.p.row.PIN != "" || t.p.moving()):
		return t.registered(ctx, "Meta shows the number as registered.")
	case n.Registered:
		return skipped("The number is registered already. Registering it again would use up one of ten tries in 72 hours.")
	}
	if t.in != nil {
		if t.in.Released && t.in.PIN == "" && t.p.row.PIN != "" {
			return t.release(firstRelease)
		}
		t.p.row.PIN = strings.TrimSpace(t.in.PIN)
	}
	if unknown := t.p.Counting != 0; unknown || t.p.row.PIN == "" {
		t.p.Counting, t.p.row.PIN = 0, ""
		o := waits(nil, "pin")
		if t.in != nil {
			o.problem = fieldProblem("pin", "is missing: six digits. A number that has no PIN yet gets this one")
		} else if t.p.moving() {
			o.evidence = &Evidence{Text: beforeMove}
		} else if unknown {
			o.evidence = &Evidence{Text: "The last try was cut off before Meta answered, and the number is not registered. It counts as a try."}
		}
		return o
	}
	if p := whatsapp.CheckPIN(t.p.row.PIN); p != nil {
		t.p.row.PIN = ""
		return waits(p, "pin")
	}
	return t.register(ctx, a)
}

// register makes one counted try.
func (t *turnOf) register(ctx context.Context, a channel.Account) outcome {
	c, p := t.c, t.p
	id, attempts, err := c.o.Store.BeginCounted(ctx, p.row.CompanyID, p.Platform(), a.ID, store.Registration, AttemptWindow, attemptsHere)
	if err != nil {
		return fails(c.problem(err), "pin")
	}
	if id == 0 {
		p.row.PIN = ""
		return waits(overLimit(attempts, c.o.Clock.Now()), "pin")
	}
	// Sealed and saved before the call: what this number was registered with must not be lost.
	p.Counting, p.CalledAt = id, c.o.Clock.Now().UTC()
	if err := c.save(ctx, p); err != nil {
		_ = c.o.Store.EndCounted(ctx, p.row.CompanyID, p.Platform(), a.ID, id, "not_sent", "")
		return fails(c.problem(err), "pin")
	}
	err = t.leaf.Register(ctx, a, p.row.PIN)
	c.book(ctx, p.row.CompanyID, p.Platform(), a.ID, id, err)
	p.Counting = 0
	if err == nil {
		return t.registered(ctx, "Meta has registered the number.")
	}
	return t.unregistered(ctx, a, err, attempts)
}

// book keeps how a counted call ended. One that may have reached the platform without an answer counts.
func (c *Connect) book(ctx context.Context, company clearline.ID, platform clearline.Platform, account string, id clearline.ID, err error) {
	outcome := "refused"
	var se *channel.SendError
	switch refused := errors.As(err, &se); {
	case err == nil:
		outcome = "done"
	case !refused, se.NotSent, se.HTTP == 0 && se.Cause == clearline.CauseNetwork: // an error of ours, or of the way out
		outcome = "not_sent"
	}
	if berr := c.o.Store.EndCounted(context.WithoutCancel(ctx), company, platform, account, id, outcome, causeOrNone(err)); berr != nil {
		c.o.Log.Warn("how a counted call ended could not be stored; it counts", "account", account, "err", berr)
	}
}

func causeOrNone(err error) clearline.Cause {
	if err == nil {
		return ""
	}
	return causeOf(err)
}

func overLimit(a store.Attempts, now time.Time) *clearline.Problem {
	return &clearline.Problem{Cause: clearline.CauseRegisterLimit, Title: "Too many registrations of this number.",
		Detail: fmt.Sprintf("%d of Meta's %d tries in 72 hours are used, and one is kept back. The next is free at %s. Clear up meanwhile why the others were refused, mostly the PIN.",
			a.Used, AttemptLimit, a.FreeAt.UTC().Format("2 Jan 15:04 UTC")), RetryAfter: max(a.FreeAt.Sub(now), 0)}
}

// registered keeps the PIN with the connection and ends the step.
func (t *turnOf) registered(ctx context.Context, text string) outcome {
	if t.p.moving() {
		if err := t.moved(ctx); err != nil {
			return fails(t.c.problem(err), "pin")
		}
	}
	if err := t.c.o.Store.Registered(ctx, t.p.row.CompanyID, t.p.row.ConnectionID, t.c.o.Clock.Now().UTC(), t.p.row.PIN); err != nil {
		return fails(t.c.problem(err), "pin")
	}
	t.p.row.PIN, t.p.Counting = "", 0
	return done(text+" Two-step verification at Meta may be on again from now.", nil)
}

// unregistered says what a refused registration means and what comes next.
func (t *turnOf) unregistered(ctx context.Context, a channel.Account, err error, attempts store.Attempts) outcome {
	p := refusal(err, "Meta did not register the number.", "")
	tries := fmt.Sprintf(" Tries used: %d of %d in 72 hours.", attempts.Used, AttemptLimit)
	pin := t.p.row.PIN
	t.p.row.PIN = ""
	switch p.Cause {
	case clearline.CausePIN:
		p.Title, p.Detail = "That PIN does not match.", "Enter the PIN that this number got earlier, maybe with another provider; forgotten, it is reset in WhatsApp Manager."+tries
		p.Fields = []clearline.FieldProblem{{Name: "pin", Reason: "does not match this number's PIN"}}
	case clearline.CauseTwoStep:
		p.Title, p.Detail = "The number has a PIN of its own.", "Two-step verification is still on where the number was before. Enter that PIN, or have it switched off there in WhatsApp Manager; it may be on again once the number works here."+tries
	case clearline.CauseOwnership:
		p.Title, p.Detail = "Meta wants proof that the number is yours.", "One code must reach it by SMS or by call."+tries
		return outcome{state: Todo, back: StepCode, problem: p}
	case clearline.CauseReleasing:
		t.p.row.PIN = pin
		return t.releasing(p)
	case clearline.CauseInUse:
		t.p.row.PIN = pin
		p.Title, p.Detail = "The number still lives in a WhatsApp app.", "Delete the account in the app (removing the app is not enough) and say so here: three minutes later it is tried by itself. Or keep using the app too, with the way coexistence."+tries
		return waits(p, "released", "pin")
	case clearline.CauseRegisterLimit:
		p.Title, p.Detail = "Meta takes no more registrations of this number.", fmt.Sprintf("Ten in 72 hours are its limit, also those made elsewhere. Further tries are in vain before %s.", t.c.o.Clock.Now().Add(AttemptWindow).UTC().Format("2 Jan 15:04 UTC"))
		p.RetryAfter = AttemptWindow
	case clearline.CauseOutage, clearline.CauseNetwork:
		switch n, nerr := t.leaf.Number(ctx, a); {
		case nerr != nil: // a later look tells; until then this may be the number's PIN
			t.p.row.PIN = pin
			p.Title, p.Detail = "Meta did not answer.", "Nobody knows yet whether the number is registered. Enter the PIN again in a few minutes: Meta is asked first, and a number that is registered is not registered twice."+tries
		case n.Registered:
			t.p.row.PIN = pin
			return t.registered(ctx, "Meta's answer got lost, and the number is registered.")
		default:
			p.Title, p.Detail = "Meta did not answer.", "The number is not registered. Try again in a few minutes."+tries
		}
	default:
		p.Detail += tries
	}
	return waits(p, "pin")
}

// releasing waits by itself for a number that was freed a moment ago: once after three minutes, once after five.
func (t *turnOf) releasing(p *clearline.Problem) outcome {
	s := t.p.step(StepRegister)
	p.Title = "Meta has not freed the number yet."
	switch s.Tries {
	case 0:
		p.Detail = "It was deleted or moved a moment ago. It is tried again by itself in three minutes."
		return outcome{state: Now, problem: p, inputs: []string{"pin"}, again: firstRelease}
	case 1:
		p.Detail = "It was deleted or moved a moment ago. It is tried once more by itself in five minutes."
		return outcome{state: Now, problem: p, inputs: []string{"pin"}, again: secondRelease}
	}
	t.p.row.PIN = ""
	p.Detail = "It was tried three times. Look whether the account in the app is really deleted, then enter the PIN again."
	return waits(p, "pin")
}

// release is a person saying that the number was freed: it is tried after a while by itself.
func (t *turnOf) release(after time.Duration) outcome {
	return outcome{state: Now, inputs: []string{"pin"}, again: after, evidence: &Evidence{Text: "It is tried by itself in three minutes."}}
}

// sync asks a number that stays in the Business app for its people and its history, each once; it is never registered.
func (t *turnOf) sync(ctx context.Context, a channel.Account) outcome {
	if !t.p.Synced && t.p.Way() != Reconnect {
		t.p.Synced = true
		if err := t.c.save(ctx, t.p); err != nil {
			return fails(t.c.problem(err))
		}
		if err := t.leaf.SyncBusinessApp(ctx, a); err != nil {
			p := refusal(err, "Meta did not hand over the people and chats of the app.", "The number works all the same.")
			return outcome{state: Skipped, evidence: &Evidence{Text: p.Title + " " + p.Detail, Facts: map[string]string{"cause": string(p.Cause)}}}
		}
	}
	return skipped("The number stays in the Business app and must not be registered. Its people and chats were asked for.")
}

// Attempts are the registrations of a procedure's number that Meta counts.
func (c *Connect) Attempts(ctx context.Context, p *Procedure) (store.Attempts, error) {
	if p.Account.PhoneNumberID == "" {
		return store.Attempts{}, nil
	}
	return c.o.Store.Attempts(ctx, p.Platform(), p.Account.PhoneNumberID, store.Registration, AttemptWindow)
}
