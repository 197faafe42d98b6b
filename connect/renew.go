package connect

import (
	"context"
	"errors"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

const (
	// renewAhead is how long before its end a token is renewed: a failure has days to be mended, and nobody is warned before
	// several tries have failed.
	renewAhead = 20 * 24 * time.Hour
	// learnEvery is how often the platform is asked what a token is.
	learnEvery = 24 * time.Hour
	// askAgain is when it is asked anew after no answer, or after it called the token dead.
	askAgain = 10 * time.Minute
	// firstRenewRetry and lastRenewRetry bound the growing wait after a renewal that failed.
	firstRenewRetry = 5 * time.Minute
	lastRenewRetry  = 12 * time.Hour
	// leastGain is what a renewal must win; less is no renewal.
	leastGain = 24 * time.Hour
)

// renewals learns what is not known of tokens, and renews those that end soon, one after the other: only the node that
// holds the lease does, and its writes are fenced by it (I52).
func (c *Connect) renewals(ctx context.Context) error {
	if _, err := c.tokens.Look(ctx); err != nil || !c.tokens.Mine() {
		return err
	}
	connections, err := c.o.Store.AllConnections(ctx)
	if err != nil {
		return err
	}
	tokens, err := c.o.Store.AllTokens(ctx)
	if err != nil {
		return err
	}
	for _, conn := range connections {
		leaf, err := c.signUp(conn.Platform)
		if err != nil || !conn.DisconnectedAt.IsZero() || !c.tokens.Mine() || ctx.Err() != nil {
			continue
		}
		t, known := tokens[conn.ID]
		now := c.o.Clock.Now()
		switch {
		case known && renewable(t, now):
			lease := c.tokens.Lease()
			err = c.renew(ctx, leaf, conn, t, &lease)
		case !known || now.Sub(t.CheckedAt) >= learnEvery && !now.Before(t.NextTryAt):
			err = c.learn(ctx, leaf, conn, t)
		}
		switch {
		case errors.Is(err, store.ErrFenced):
			c.tokens.Doubt()
		case errors.Is(err, store.ErrStale): // another token came meanwhile: that one stays
		case err != nil && ctx.Err() == nil:
			c.o.Log.Warn("a token could not be looked after; tried again", "connection", conn.ID, "err", err)
		}
	}
	return nil
}

// renewable tells whether a token's end is near, and its time to be renewed has come.
func renewable(t store.Token, now time.Time) bool {
	return t.Told && !t.EndsAt.IsZero() && t.EndsAt.After(now) && t.EndsAt.Sub(now) <= renewAhead && !now.Before(t.NextTryAt)
}

// learn asks what a connection's token is. A token that the platform calls dead makes the connection ask for a new
// sign-in; no answer never does.
func (c *Connect) learn(ctx context.Context, leaf SignUp, conn clearline.Connection, t store.Token) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	a, err := c.o.Store.Account(ctx, conn.CompanyID, conn.ID)
	if err != nil {
		return err
	}
	now := c.o.Clock.Now().UTC()
	info, err := leaf.DebugToken(ctx, channel.AppKey{ID: a.AppID, Secret: a.AppSecret}, a.Token)
	if err != nil {
		t.CompanyID, t.ConnectionID, t.NextTryAt = conn.CompanyID, conn.ID, now.Add(askAgain)
		if t.Renewal == "" {
			t.Renewal = store.RenewalNone
		}
		return errors.Join(err, c.o.Store.NoteToken(ctx, t))
	}
	if info.Cause != "" {
		return c.dead(ctx, conn, t, info.Cause, now)
	}
	row := tokenRow(conn.CompanyID, conn.ID, t.Generation, &info, now)
	row.RenewedAt, row.NextTryAt, row.Tries, row.Cause = t.RenewedAt, t.NextTryAt, t.Tries, t.Cause
	if t.Renewal == store.RenewalFailed && !row.EndsAt.IsZero() {
		row.Renewal = t.Renewal
	}
	return c.o.Store.NoteToken(ctx, row)
}

// dead notes the platform's own word that a token does not work.
func (c *Connect) dead(ctx context.Context, conn clearline.Connection, t store.Token, cause clearline.Cause, now time.Time) error {
	if t.Renewal == "" {
		t.Renewal = store.RenewalNone
	}
	t.CompanyID, t.ConnectionID, t.CheckedAt, t.NextTryAt, t.Cause = conn.CompanyID, conn.ID, now, now.Add(askAgain), cause
	if t.Renewal == store.RenewalAhead {
		t.Renewal = store.RenewalFailed
	}
	if err := c.o.Store.NoteToken(ctx, t); err != nil { // another token came meanwhile: nothing is said of that one
		return err
	}
	return c.o.Store.Prove(ctx, store.Evidence{CompanyID: conn.CompanyID, ConnectionID: conn.ID, Checked: now, Cause: cause})
}

// renew gets a token with a later end, tries it, and puts it in the old one's place, unless somebody else has done so.
// fence is the lease under which it runs, nil for a person's wish; then the token's generation alone tells the quicker one.
func (c *Connect) renew(ctx context.Context, leaf SignUp, conn clearline.Connection, t store.Token, fence *store.Lease) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	a, err := c.o.Store.Account(ctx, conn.CompanyID, conn.ID)
	if err != nil {
		return err
	}
	app, now := channel.AppKey{ID: a.AppID, Secret: a.AppSecret}, c.o.Clock.Now().UTC()
	if app.ID == "" || app.Secret == "" {
		return c.notRenewed(ctx, conn, t, clearline.CauseAuthExpiring, now)
	}
	grant, err := leaf.RenewToken(ctx, app, a.Token, channel.TokenKind(t.Kind))
	if err != nil {
		return c.failed(ctx, leaf, conn, t, app, a.Token, err, now)
	}
	info, err := leaf.DebugToken(ctx, app, grant.Token)
	switch {
	case err != nil: // it was handed out just now; its life is what was told with it
		info = channel.TokenInfo{Kind: channel.TokenKind(t.Kind), AppID: app.ID, Scopes: t.Scopes, EndsTold: grant.Life > 0, EndsAt: now.Add(grant.Life), DataEndsAt: t.DataEndsAt}
		if grant.Life == 0 {
			return c.notRenewed(ctx, conn, t, causeOf(err), now)
		}
	case info.Cause != "", len(info.Missing) > 0:
		return c.notRenewed(ctx, conn, t, clearline.CauseAuthInvalid, now)
	}
	row := tokenRow(conn.CompanyID, conn.ID, t.Generation, &info, now)
	row.RenewedAt = now
	if !row.EndsAt.IsZero() && row.EndsAt.Sub(t.EndsAt) < leastGain {
		return c.notRenewed(ctx, conn, t, clearline.CauseAuthExpiring, now)
	}
	if err := c.o.Store.SwapToken(ctx, row, grant.Token, nil, fence); err != nil {
		return err
	}
	c.o.Log.Info("a token was renewed ahead of its end", "connection", conn.ID, "ends_at", row.EndsAt)
	return nil
}

// failed is a renewal that was refused. Whether the token is dead is asked of the platform: a refused renewal alone proves
// nothing about it.
func (c *Connect) failed(ctx context.Context, leaf SignUp, conn clearline.Connection, t store.Token, app channel.AppKey, token string, refused error, now time.Time) error {
	if causeOf(refused).Reauthorizes() {
		if info, err := leaf.DebugToken(ctx, app, token); err == nil && info.Cause != "" {
			return c.dead(ctx, conn, t, info.Cause, now)
		}
	}
	c.o.Log.Warn("a token could not be renewed; tried again", "connection", conn.ID, "tries", t.Tries+1, "err", refused)
	return c.notRenewed(ctx, conn, t, causeOf(refused), now)
}

func (c *Connect) notRenewed(ctx context.Context, conn clearline.Connection, t store.Token, cause clearline.Cause, now time.Time) error {
	wait := firstRenewRetry
	for range t.Tries {
		wait = min(2*wait, lastRenewRetry)
	}
	t.Renewal, t.Cause, t.NextTryAt, t.Tries = store.RenewalFailed, cause, now.Add(wait), t.Tries+1
	return c.o.Store.NoteToken(ctx, t)
}

// Renew renews a connection's token now, because a person asked for it.
func (c *Connect) Renew(ctx context.Context, company, connection clearline.ID) error {
	conn, err := c.o.Store.Connection(ctx, company, connection)
	if err != nil {
		return err
	}
	leaf, err := c.signUp(conn.Platform)
	if err != nil {
		return err
	}
	t, known, err := c.o.Store.Token(ctx, company, connection)
	if err == nil && !known {
		if err = c.learn(ctx, leaf, conn, t); err == nil {
			t, _, err = c.o.Store.Token(ctx, company, connection)
		}
	}
	switch {
	case err != nil:
		return err
	case t.Told && t.EndsAt.IsZero():
		return &clearline.Problem{Cause: clearline.CauseInput, Title: "This token does not end.", Detail: "Nothing was done: there is nothing to renew."}
	}
	err = c.renew(ctx, leaf, conn, t, nil)
	if errors.Is(err, store.ErrStale) {
		return nil // somebody else has renewed it just now
	}
	if err != nil {
		return err
	}
	now, _, err := c.o.Store.Token(ctx, company, connection)
	if err == nil && now.Renewal == store.RenewalFailed && now.Generation == t.Generation {
		return &clearline.Problem{Cause: now.Cause, Title: "The token was not renewed.", Detail: "The one in use stays. It is tried again by itself; sign in again when that lasts."}
	}
	return err
}
