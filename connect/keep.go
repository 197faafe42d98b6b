package connect

import (
	"context"
	"errors"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

// SyncTemplates reads a connection's templates from the platform and replaces the list kept here.
func (c *Connect) SyncTemplates(ctx context.Context, company, connection clearline.ID) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	conn, err := c.o.Store.Connection(ctx, company, connection)
	if err != nil {
		return err
	}
	account, err := c.o.Store.Account(ctx, company, connection)
	if err != nil {
		return err
	}
	all, err := c.o.Leaves[conn.Platform].Templates(ctx, account)
	if err != nil {
		return refused(err)
	}
	return c.o.Store.SaveTemplates(ctx, company, connection, all)
}

// check asks the platform about a connection that was just made, subscribes to its events, and records what that proves.
func (c *Connect) check(ctx context.Context, conn clearline.Connection) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	leaf := c.o.Leaves[conn.Platform]
	account, err := c.o.Store.Account(ctx, conn.CompanyID, conn.ID)
	if err != nil {
		c.o.Log.Error("a connection's credential cannot be opened", "connection", conn.ID, "err", err)
		return
	}
	now := c.o.Clock.Now().UTC()
	ev := store.Evidence{CompanyID: conn.CompanyID, ConnectionID: conn.ID, Checked: now}
	info, err := leaf.CheckAccount(ctx, account)
	if err == nil && !info.Subscribed {
		if err = leaf.Subscribe(ctx, account); err == nil {
			info.Subscribed = true
		}
	}
	var se *channel.SendError
	switch {
	case errors.As(err, &se):
		// Only the platform's own word about credential or account changes the status; silence never does.
		if se.Cause.Reauthorizes() || se.Cause.Disconnects() {
			ev.Cause = se.Cause
		}
		c.o.Log.Info("a connection was checked", "connection", conn.ID, "cause", se.Cause)
	case err != nil:
		c.o.Log.Warn("a connection could not be checked", "connection", conn.ID, "err", err)
	default:
		ev.Accepted, ev.PerSecond = now, info.PerSecond
		ev.Cause, ev.Clear = info.Cause, info.Cause == ""
		if info.Subscribed {
			ev.Subscribed = now
		}
	}
	if err := c.o.Store.Prove(ctx, ev); err != nil {
		c.o.Log.Error("what a check proved could not be stored", "connection", conn.ID, "err", err)
	}
}

// callTimeout bounds the calls of one step; a platform that does not answer must not hold a page or the next
// connection's turn.
const callTimeout = 45 * time.Second

const (
	// templatesEvery is how often templates are read again when nothing said that they changed.
	templatesEvery = 6 * time.Hour
	// templatesAgain is how long it is waited after they could not be read: a credential that is dead stays so for days, and
	// platforms count calls.
	templatesAgain = 5 * time.Minute
	keepLook       = 30 * time.Second
)

// Start begins to keep connections fresh and procedures going.
func (c *Connect) Start(ctx context.Context) error {
	if c.alive.Err() != nil {
		c.alive, c.stop = context.WithCancel(context.Background())
	}
	c.work.Start(ctx, c.keep, c.tend, c.keepTokens)
	return nil
}

// Stop ends it. Steps under way are cut off; the next start, or another node, takes them up.
func (c *Connect) Stop() {
	c.stop()
	c.work.Stop()
	c.steps.Wait()
}

func (c *Connect) templatesChanged(company clearline.ID) {
	c.mu.Lock()
	c.stale[company] = true
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *Connect) keep(ctx context.Context) {
	timer := c.o.Clock.NewTimer(keepLook)
	defer timer.Stop()
	due := map[clearline.ID]time.Time{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.wake:
		case <-timer.C():
		}
		if err := c.look(ctx, due); err != nil && ctx.Err() == nil {
			c.o.Log.Warn("the connections could not be looked after; tried again", "err", err)
		}
		timer.Reset(keepLook)
	}
}

// look reads the templates that are due, by connection, and those of companies whose templates the platform said to have changed.
func (c *Connect) look(ctx context.Context, due map[clearline.ID]time.Time) error {
	all, err := c.o.Store.AllConnections(ctx)
	if err != nil {
		return err
	}
	c.mu.Lock()
	stale := c.stale
	c.stale = map[clearline.ID]bool{}
	c.mu.Unlock()
	now := c.o.Clock.Now()
	for _, conn := range all {
		if c.o.Leaves[conn.Platform] == nil || !conn.DisconnectedAt.IsZero() || ctx.Err() != nil {
			continue
		}
		if due[conn.ID].IsZero() {
			due[conn.ID] = now.Add(templatesEvery)
		}
		if !stale[conn.CompanyID] && now.Before(due[conn.ID]) {
			continue
		}
		due[conn.ID] = now.Add(templatesEvery)
		if err := c.SyncTemplates(ctx, conn.CompanyID, conn.ID); err != nil {
			c.o.Log.Warn("templates could not be read; what is known is kept", "connection", conn.ID, "err", err)
			due[conn.ID] = now.Add(templatesAgain)
		}
	}
	return nil
}
