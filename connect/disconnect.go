package connect

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

// farewell bounds each call to the platform while a connection is ended: a dead token or a silent platform holds nobody.
const farewell = 8 * time.Second

// Left is something that only somebody at the platform can do.
type Left struct {
	// What is one sentence; Cause is why it was not done from here.
	What  string          `json:"what"`
	Cause clearline.Cause `json:"cause"`
}

// Disconnect ends a connection: nothing is sent any more, the platform is told to send nothing, the credential is forgotten
// and the account is free for others. Its conversations stay. What the platform refuses is no obstacle; it is told as left
// to do. deregister takes the number off the platform's cloud too, which is needed only for using it elsewhere.
func (c *Connect) Disconnect(ctx context.Context, company, id clearline.ID, deregister bool) ([]Left, error) {
	conn, err := c.o.Store.Connection(ctx, company, id)
	if err != nil {
		return nil, err
	}
	left := []Left{}
	if !conn.DisconnectedAt.IsZero() {
		return left, nil
	}
	if conn.PausedAt.IsZero() {
		if err := c.o.Store.PauseConnection(ctx, company, id, 0, c.o.Clock.Now().UTC()); err != nil {
			return nil, err
		}
	}
	ctx = context.WithoutCancel(ctx)
	for {
		open, err := c.openFor(ctx, company, id)
		if err != nil {
			return nil, err
		}
		if open == nil {
			break
		}
		open.Made = false // the connection is ended below
		// A step of it that has just ended made what was read stale: once more.
		if err := c.close(ctx, open); err != nil && !errors.Is(err, store.ErrStale) {
			return nil, err
		}
	}
	if leaf, err := c.signUp(conn.Platform); err == nil {
		if left, err = c.leave(ctx, leaf, conn, deregister); err != nil {
			return nil, err
		}
	}
	if err := c.o.Store.Disconnect(ctx, company, id); err != nil {
		return nil, err
	}
	if _, err := c.o.Store.CancelWaiting(ctx, company, id, clearline.CauseEnded); err != nil {
		c.o.Log.Error("messages that waited on an ended connection could not be cancelled", "connection", id, "err", err)
	}
	return left, nil
}

// leave does the platform's part, and tells what is left of it.
func (c *Connect) leave(ctx context.Context, leaf SignUp, conn clearline.Connection, deregister bool) ([]Left, error) {
	left := []Left{}
	a, err := c.o.Store.Account(ctx, conn.CompanyID, conn.ID)
	if err != nil {
		return nil, err
	}
	others, shared, err := c.siblings(ctx, conn, a.Token)
	if err != nil {
		return nil, err
	}
	try := func(what string, f func(context.Context) error) {
		fctx, cancel := context.WithTimeout(ctx, farewell)
		defer cancel()
		if err := f(fctx); err != nil {
			c.o.Log.Info("a part of disconnecting is left to do at the platform", "connection", conn.ID, "what", what, "err", err)
			left = append(left, Left{what, causeOf(err)})
		}
	}
	if deregister {
		if conn.Coexistence {
			left = append(left, Left{"The number lives in the Business app: disconnect this server there, in Settings › Account › Business Platform.", clearline.CauseInput})
		} else {
			try("Take the number off the Cloud API (deregister), or hand it over to the next provider.", func(ctx context.Context) error { return c.deregister(ctx, leaf, conn, a) })
		}
	}
	try("Remove other addresses for this number's events in the app's dashboard.", func(ctx context.Context) error { return leaf.ClearOverrides(ctx, a) })
	if others == 0 {
		try("Remove this app from the account in Meta's business settings, so that it sends no more events here.", func(ctx context.Context) error { return leaf.Unsubscribe(ctx, a) })
	}
	if !shared && c.byLogin(ctx, conn) {
		try("Remove this app's access in Meta's business settings, under Integrations.", func(ctx context.Context) error {
			return leaf.RevokeToken(ctx, channel.AppKey{ID: a.AppID, Secret: a.AppSecret}, a.Token)
		})
	}
	return left, nil
}

// siblings counts the other live connections of the same owner, and tells whether one of them uses the same token.
func (c *Connect) siblings(ctx context.Context, conn clearline.Connection, token string) (others int, shared bool, err error) {
	all, err := c.o.Store.Connections(ctx, conn.CompanyID)
	for _, o := range all {
		if err != nil || o.ID == conn.ID || o.Platform != conn.Platform || !o.DisconnectedAt.IsZero() {
			continue
		}
		if o.Parent == conn.Parent {
			others++
		}
		var a channel.Account
		a, err = c.o.Store.Account(ctx, o.CompanyID, o.ID)
		shared = shared || a.Token == token
	}
	return others, shared, err
}

// deregister takes a number off the cloud; the platform counts it like a registration.
func (c *Connect) deregister(ctx context.Context, leaf SignUp, conn clearline.Connection, a channel.Account) error {
	id, attempts, err := c.o.Store.BeginCounted(ctx, conn.CompanyID, conn.Platform, conn.Account, store.Deregistration, AttemptWindow, attemptsHere)
	if err != nil {
		return err
	}
	if id == 0 {
		return &channel.SendError{Cause: clearline.CauseRegisterLimit, Fate: clearline.Stop, NotSent: true, Err: overLimit(attempts, c.o.Clock.Now())}
	}
	err = leaf.Deregister(ctx, a)
	c.book(ctx, conn.CompanyID, conn.Platform, conn.Account, id, err)
	return err
}

// Pause stops sending on a connection, or lets it go on; what comes in is stored. by is who does so, 0 for an API key.
func (c *Connect) Pause(ctx context.Context, company, id, by clearline.ID, paused bool) error {
	at := time.Time{}
	if paused {
		at = c.o.Clock.Now().UTC()
	} else {
		by = 0
	}
	conn, err := c.o.Store.Connection(ctx, company, id)
	if err != nil || conn.PausedAt.IsZero() == at.IsZero() {
		return err
	}
	if !conn.DisconnectedAt.IsZero() {
		return ended()
	}
	return c.o.Store.PauseConnection(ctx, company, id, by, at)
}

// Rename gives a connection the name that a company's people read.
func (c *Connect) Rename(ctx context.Context, company, id clearline.ID, name string) error {
	if name = strings.TrimSpace(name); name == "" {
		return wrong("name", "is empty")
	}
	return c.o.Store.NameConnection(ctx, company, id, name)
}

func ended() *clearline.Problem {
	return &clearline.Problem{Cause: clearline.CauseEnded, Title: "This connection was ended.", Detail: "Nothing was done. Connect the number again: its conversations come back to it."}
}

// MoveOut is the checklist for taking a number elsewhere (M10).
type MoveOut struct {
	// Here is what stays in this product, There what must be done at Meta, Next what the next provider needs.
	Here, There, Next []string
	// Deregistrations are those that Meta counts; one more is possible while they are below the limit.
	Deregistrations store.Attempts
	Coexistence     bool
}

// MoveOut tells what to do to take a connection's number to another provider, or to another account.
func (c *Connect) MoveOut(ctx context.Context, company, id clearline.ID) (MoveOut, error) {
	conn, err := c.o.Store.Connection(ctx, company, id)
	if err != nil {
		return MoveOut{}, err
	}
	used, err := c.o.Store.Attempts(ctx, conn.Platform, conn.Account, store.Deregistration, AttemptWindow)
	m := MoveOut{Deregistrations: used, Coexistence: conn.Coexistence,
		Here: []string{"All conversations, contacts and files stay here and can be read.",
			"Messages that come in after the move no longer come here; chat history does not move with the number.",
			"What still waits to be sent is cancelled when you disconnect."},
		There: []string{"Switch two-step verification off in WhatsApp Manager › Phone numbers › Two-step verification; the confirmation comes by e-mail.",
			"Between providers of the same business the number keeps working here until the next provider registers it: do not deregister before.",
			"To another business: deregister the number here, delete it in WhatsApp Manager (not while it sent paid messages in the last 30 days), and wait three to five minutes."},
		Next: []string{"The number with country code" + phoneOf(conn) + ", and somebody who can take one code by SMS or call on it.",
			"The six-digit PIN, if two-step verification stays on.",
			"An approved display name with no change pending, a way to pay, and the templates that are approved and of good quality: only those are copied."}}
	if conn.Coexistence {
		m.There = append([]string{"The number lives in the Business app: disconnect this server there, in Settings › Account › Business Platform. It must not be deregistered."}, m.There...)
	}
	return m, err
}

func phoneOf(c clearline.Connection) string {
	if c.Phone == "" {
		return ""
	}
	return " (" + c.Phone + ")"
}
