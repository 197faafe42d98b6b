package connect

import (
	"context"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

// move is for a number that this company has connected already, under another account: its connection, and so its
// conversations, goes along (M10). Until the number is registered under the new account the connection works as it did.
func (t *turnOf) move(ctx context.Context) (outcome, bool) {
	all, err := t.c.o.Store.Connections(ctx, t.p.row.CompanyID)
	if err != nil {
		return fails(t.c.problem(err)), true
	}
	for _, conn := range all {
		if conn.Platform != t.p.Platform() || !conn.DisconnectedAt.IsZero() || conn.Phone == "" || onlyDigits(conn.Phone) != onlyDigits(t.p.Account.Phone) {
			continue
		}
		t.p.Moving, t.p.row.ConnectionID = conn.ID, conn.ID
		return t.moves(), true
	}
	return outcome{}, false
}

func (t *turnOf) moves() outcome {
	return done("The number is connected here under another account. Its conversations go along; until it is registered anew, all works as before.",
		map[string]string{"connection_id": t.p.Moving.String()})
}

// acting is the account that the steps after the reservation act for: the connection's, or while a number moves the one that
// it moves to.
func (t *turnOf) acting(ctx context.Context) (channel.Account, error) {
	if t.p.moving() {
		return t.p.account(), nil
	}
	return t.c.o.Store.Account(ctx, t.p.row.CompanyID, t.p.row.ConnectionID)
}

// moving tells whether a number is on its way: its connection still belongs to the old account.
func (p *Procedure) moving() bool { return p.Moving != 0 && !p.Moved }

// moved lets the connection follow its number to the new account.
func (t *turnOf) moved(ctx context.Context) error {
	c, p := t.c, t.p
	known, _, err := c.o.Store.Token(ctx, p.row.CompanyID, p.Moving)
	if err != nil {
		return err
	}
	conn := clearline.Connection{CompanyID: p.row.CompanyID, ID: p.Moving, Platform: p.Platform(), Account: p.Account.PhoneNumberID, Parent: p.Account.WABAID,
		Phone: p.Account.Phone, Business: p.Account.Business}
	if err := c.o.Store.MoveConnection(ctx, conn, t.token(known.Generation), p.row.Token, p.row.App); err != nil {
		return err
	}
	p.Moved, p.row.Token = true, ""
	now := c.o.Clock.Now().UTC()
	return c.o.Store.Prove(ctx, store.Evidence{CompanyID: conn.CompanyID, ConnectionID: conn.ID, Checked: now, Accepted: now, Subscribed: now, Clear: true})
}

// beforeMove tells what to know before the switch (G5).
const beforeMove = "Registering is the switch: until then the old side keeps working, from then on it gets nothing. It takes a few minutes at most, so choose a quiet hour. " +
	"Only templates that are approved and of good quality can be copied. What was sent before is billed by the old provider, what follows by Meta to this account."

// downtime is how long nothing came in around a move: from the call that switched to the first message.
func downtime(called, received time.Time) string {
	return received.Sub(called).Round(time.Second).String()
}
