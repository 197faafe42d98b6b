package connect

import (
	"context"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

// Counted makes a registration of a connection's number by call, as one of those that the platform counts: it is recorded
// first, refused here before the platform's lock, and the PIN is kept when it went well.
func (c *Connect) Counted(ctx context.Context, company, connection clearline.ID, pin string, call func() error) error {
	conn, err := c.o.Store.Connection(ctx, company, connection)
	if err != nil {
		return err
	}
	return c.counted(ctx, company, conn, pin, attemptsHere, call)
}

// counted makes a call while fewer than most of its kind were made within the window.
func (c *Connect) counted(ctx context.Context, company clearline.ID, conn clearline.Connection, pin string, most int, call func() error) error {
	id, attempts, err := c.o.Store.BeginCounted(ctx, company, conn.Platform, conn.Account, store.Registration, AttemptWindow, most)
	if err != nil {
		return err
	}
	if id == 0 {
		return overLimit(attempts, c.o.Clock.Now())
	}
	err = call()
	c.book(ctx, company, conn.Platform, conn.Account, id, err)
	if err != nil {
		return err
	}
	return c.o.Store.Registered(context.WithoutCancel(ctx), company, conn.ID, c.o.Clock.Now().UTC(), pin)
}

// KeepPIN makes a call that sets a number's PIN anew, and keeps the PIN when it went well, also for somebody who has left
// meanwhile: the platform has it by then.
func (c *Connect) KeepPIN(ctx context.Context, company, connection clearline.ID, pin string, call func() error) error {
	if err := call(); err != nil {
		return err
	}
	return c.o.Store.Registered(context.WithoutCancel(ctx), company, connection, time.Time{}, pin)
}
