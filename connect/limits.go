package connect

import (
	"context"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

// Limit is one bound of the platform on a connection's account, and how much of it is used, as far as that is known.
type Limit struct {
	channel.Allowance
	// Counted is true when Used was counted: from here, so that what other tools did is not in it.
	Counted bool
	Used    int
	// At is when the busiest second was; FreeAt is when the next place becomes free; zero when there is none.
	At, FreeAt time.Time
}

// busySpan is how far back the busiest second is looked for.
const busySpan = time.Hour

// Limits tells the bounds of a connection's account with what is used of them, without asking the platform.
func (c *Connect) Limits(ctx context.Context, company, id clearline.ID) (all []Limit, err error) {
	conn, err := c.o.Store.Connection(ctx, company, id)
	if err != nil {
		return nil, err
	}
	leaf, ok := c.o.Leaves[conn.Platform].(channel.Limited)
	if !ok {
		return nil, wrong("id", "is of a platform whose limits are not known here")
	}
	readings, err := c.o.Store.LastReadings(ctx, company)
	if err != nil {
		return nil, err
	}
	told := map[string]string{}
	for name, r := range readings[id] {
		told[name] = r.Value
	}
	for _, a := range leaf.Allowances(told, conn.ThroughputPerSecond) {
		l := Limit{Allowance: a}
		if err := c.used(ctx, conn, &l); err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	return all, nil
}

// used counts what was used of a limit, where that is counted here.
func (c *Connect) used(ctx context.Context, conn clearline.Connection, l *Limit) error {
	attempts := func(kind string) error {
		a, err := c.o.Store.Attempts(ctx, conn.Platform, conn.Account, kind, l.Per)
		l.Counted, l.Used, l.FreeAt = true, a.Used, a.FreeAt
		return err
	}
	switch l.Name {
	case channel.AllowanceThroughput:
		loads, err := c.o.Store.Loads(ctx, conn.CompanyID, conn.ID, c.o.Clock.Now().Add(-busySpan))
		l.Counted = true
		for _, m := range loads {
			if m.Peak > l.Used {
				l.Used, l.At = m.Peak, m.Minute
			}
		}
		return err
	case channel.AllowanceStarts:
		s, err := c.o.Store.Starts(ctx, conn.CompanyID, conn.Portfolio())
		l.Counted, l.Used, l.FreeAt = true, s.People, s.FreeAt
		return err
	case channel.AllowanceRegistrations:
		return attempts(store.Registration)
	case channel.AllowanceDeregistrations:
		return attempts(store.Deregistration)
	case channel.AllowanceTemplates:
		rows, err := c.o.Store.Templates(ctx, conn.CompanyID, conn.ID)
		l.Counted, l.Used = len(rows) > 0, len(rows)
		return err
	}
	return nil
}
