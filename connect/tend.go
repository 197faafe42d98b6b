package connect

import (
	"context"
	"errors"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

const (
	// tendEvery is how often procedures are looked at that the program keeps going.
	tendEvery = 2 * time.Second
	// renewEvery is how often tokens are looked at.
	renewEvery = 30 * time.Second
	// orphanAfter is how long a procedure may stand between two steps until it counts as left behind by a crash.
	orphanAfter = 10 * time.Second
)

// tend keeps procedures going that wait for a timer or a message, or that a crash has left behind. All nodes look; the one
// that holds the lease acts, and every node on messages that it has seen come in itself and on its own broken steps.
func (c *Connect) tend(ctx context.Context) {
	c.again(ctx, tendEvery, "procedures could not be looked after; tried again", c.tendOnce)
}

// keepTokens renews tokens, beside tend: a platform that does not answer must not hold up procedures.
func (c *Connect) keepTokens(ctx context.Context) {
	c.again(ctx, renewEvery, "tokens could not be looked after; tried again", c.renewals)
}

// again does something soon and then every so often.
func (c *Connect) again(ctx context.Context, every time.Duration, failed string, do func(context.Context) error) {
	timer := c.o.Clock.NewTimer(tendEvery)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C():
		}
		if err := do(ctx); err != nil && ctx.Err() == nil {
			c.o.Log.Warn(failed, "err", err)
		}
		timer.Reset(every)
	}
}

func (c *Connect) tendOnce(ctx context.Context) error {
	if _, err := c.owner.Look(ctx); err != nil {
		return err
	}
	c.mu.Lock()
	arrived, dropped := c.arrived, c.dropped
	c.arrived, c.dropped = map[clearline.ID]bool{}, map[clearline.ID]bool{}
	c.mu.Unlock()
	if !c.owner.Mine() && len(arrived)+len(dropped) == 0 {
		return nil
	}
	err := c.tendProcedures(ctx, arrived, dropped)
	if err != nil {
		for procedure := range dropped { // nobody else would come back to them
			c.drop(procedure)
		}
	}
	return err
}

func (c *Connect) tendProcedures(ctx context.Context, arrived, dropped map[clearline.ID]bool) error {
	rows, err := c.o.Store.AllOpenProcedures(ctx)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if !c.owner.Mine() && !arrived[row.ConnectionID] && !dropped[row.ID] {
			continue
		}
		p, err := c.load(ctx, row)
		if err != nil {
			c.o.Log.Error("a procedure cannot be read", "procedure", row.ID, "err", err)
			continue
		}
		now := c.o.Clock.Now()
		switch {
		case row.Node == 0 && !now.Before(row.ExpiresAt):
			if err := c.close(ctx, p); err != nil && !errors.Is(err, store.ErrStale) {
				return err
			}
		case c.due(ctx, p, now):
			c.takeUp(p)
		}
	}
	return nil
}

// due tells whether the program has something to do for a procedure.
func (c *Connect) due(ctx context.Context, p *Procedure, now time.Time) bool {
	s, row := p.current(), p.row
	switch {
	case s == nil:
		return false
	case row.Node == c.o.Store.NodeID():
		return !c.busy(p)
	case row.Node != 0:
		return !c.owner.Living(row.Node)
	case !row.DueAt.IsZero():
		return !now.Before(row.DueAt)
	case s.At.IsZero():
		return now.Sub(row.UpdatedAt) >= orphanAfter
	case s.ID == StepMessage:
		conn, err := c.o.Store.Connection(ctx, row.CompanyID, row.ConnectionID)
		return err == nil && !conn.Proof.ReceivedAt.Before(p.Arrived.Truncate(time.Millisecond))
	}
	return false
}

// takeUp runs the step whose turn it is, in the background.
func (c *Connect) takeUp(p *Procedure) {
	c.steps.Go(func() {
		if _, err := c.take(c.alive, Actor{CompanyID: p.row.CompanyID}, p, p.Step(), nil); err != nil && c.alive.Err() == nil {
			c.o.Log.Info("a step of a procedure waits for somebody", "procedure", p.row.ID, "step", p.Step(), "err", err)
		}
	})
}

// drop notes a procedure whose step this node has begun and could not bring to an end.
func (c *Connect) drop(procedure clearline.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dropped[procedure] = true
}

// received notes that something came in for a connection whose procedure may wait for it.
func (c *Connect) received(connection clearline.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.arrived) < arrivedAtMost {
		c.arrived[connection] = true
	}
}

// arrivedAtMost bounds what is noted between two looks; the node that holds the lease sees the rest.
const arrivedAtMost = 10_000
