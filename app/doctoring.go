package app

import (
	"context"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/dispatch"
	"github.com/clearline/clearline/doctor"
)

// What the doctor has other rooms do, and they it.

// sendTest queues a test message like any other.
func (a *App) sendTest(ctx context.Context, m doctor.TestMessage) (clearline.ID, error) {
	id, _, err := a.dispatch.Queue(ctx, dispatch.Compose{CompanyID: m.CompanyID, ConversationID: m.ConversationID, AuthorID: m.AuthorID, ClientID: m.ClientID, Text: m.Text})
	return id, err
}

// pausing stops a connection's sending, or lets it go on.
func (a *App) pausing(paused bool) doctor.Own {
	words := map[bool]string{true: "paused", false: "sending"}
	return func(ctx context.Context, company, connection, by clearline.ID, dry bool) ([]channel.Change, error) {
		c, err := a.Store.Connection(ctx, company, connection)
		if err != nil || !c.PausedAt.IsZero() == paused {
			return []channel.Change{}, err
		}
		changes := []channel.Change{{Call: "here, not at the platform", From: words[!paused], To: words[paused]}}
		if dry {
			return changes, nil
		}
		return changes, a.Connect.Pause(ctx, company, connection, by, paused)
	}
}

// renew renews a connection's token.
func (a *App) renew(ctx context.Context, company, connection, _ clearline.ID, dry bool) ([]channel.Change, error) {
	t, known, err := a.Store.Token(ctx, company, connection)
	if err != nil {
		return nil, err
	}
	from := "the end is not known"
	if known && t.Told && !t.EndsAt.IsZero() {
		from = "ends on " + t.EndsAt.UTC().Format("2 January 2006")
	}
	changes := []channel.Change{{Call: "GET /oauth/access_token", From: from, To: "a token that ends later"}}
	if dry {
		return changes, nil
	}
	return changes, a.Connect.Renew(ctx, company, connection)
}

// serverCheck is what is wrong with the server's way in, "" when nothing fails.
func (a *App) serverCheck(ctx context.Context) clearline.Cause {
	report, err := a.doctor.ExamineServer(ctx, clearline.Installation, func(doctor.CheckReport) {})
	if err != nil { // nothing was proven
		a.o.Log.Warn("the server could not be examined for somebody who connects an account", "err", err)
		return clearline.CauseBusy
	}
	if report.Status != clearline.Fail || report.Cause == nil {
		return ""
	}
	return *report.Cause
}

// proveWayIn sends a signed call through the public address, and says what stopped it.
func (a *App) proveWayIn(ctx context.Context, company, connection clearline.ID) clearline.Cause {
	ok, hops, err := a.doctor.Try(ctx, company, connection, 0, doctor.TrialWebhook, "", func(doctor.Hop) {})
	if err != nil { // nothing was proven
		a.o.Log.Warn("the way in could not be tried for somebody who connects an account", "connection", connection, "err", err)
		return clearline.CauseBusy
	}
	if ok || len(hops) == 0 {
		return ""
	}
	if last := hops[len(hops)-1]; last.Cause != nil {
		return *last.Cause
	}
	return ""
}
