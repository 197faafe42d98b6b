package ingest

import (
	"context"
	"sync"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

type routeKey struct {
	platform clearline.Platform
	kind     channel.AccountKind
	account  string
}

// routes remembers whose an account is. A remembered route is proven again inside the transaction that uses
// it, so being wrong costs only a second try. Unknown accounts are not remembered.
type routes struct {
	find func(ctx context.Context, platform clearline.Platform, kind channel.AccountKind, account string) (store.Route, bool, error)
	mu   sync.RWMutex
	all  map[routeKey]store.Route
}

// maxRoutes bounds the cache; when full it starts anew.
const maxRoutes = 10_000

func (r *routes) get(ctx context.Context, k routeKey) (store.Route, bool, error) {
	r.mu.RLock()
	route, ok := r.all[k]
	r.mu.RUnlock()
	if ok {
		return route, true, nil
	}
	route, found, err := r.find(ctx, k.platform, k.kind, k.account)
	if err != nil || !found {
		return route, false, err
	}
	r.mu.Lock()
	if r.all == nil || len(r.all) >= maxRoutes {
		r.all = map[routeKey]store.Route{}
	}
	r.all[k] = route
	r.mu.Unlock()
	return route, true, nil
}

// RoutesCached is how many accounts are remembered with whose they are.
func (in *Ingest) RoutesCached() (accounts, limit int64) {
	in.routes.mu.RLock()
	defer in.routes.mu.RUnlock()
	return int64(len(in.routes.all)), maxRoutes
}

func (r *routes) forget() {
	r.mu.Lock()
	r.all = nil
	r.mu.Unlock()
}

// split cuts a call into one part per company. Elements of an account that nobody connected, or that
// another app owns, go to the installation as parked.
func (in *Ingest) split(ctx context.Context, leaf channel.Webhook, app clearline.App, c Call) ([]*store.Inbound, error) {
	parsed, err := parse(leaf, c.Body)
	if err != nil {
		return []*store.Inbound{in.unreadable(app, c, err)}, nil
	}
	companies := make([]clearline.ID, len(parsed.Elements))
	routed := make([]store.Routed, len(parsed.Elements))
	order := []clearline.ID{}
	seen := map[clearline.ID]int{}
	for i, e := range parsed.Elements {
		company, connection, problem, err := in.place(ctx, app, c.Platform, e)
		if err != nil {
			return nil, err
		}
		if problem != nil {
			e = channel.Element{Account: e.Account, AccountKind: e.AccountKind, Problem: problem}
		}
		companies[i], routed[i] = company, store.Routed{Element: e, ConnectionID: connection}
		if seen[company]++; seen[company] == 1 {
			order = append(order, company)
		}
	}
	if len(order) == 0 {
		order = append(order, app.CompanyID)
	}
	parts := make([]*store.Inbound, 0, len(order))
	for _, company := range order {
		part := in.part(app, c, company, parsed.Test)
		body := c.Body
		if len(order) > 1 {
			if body, err = leaf.Cut(c.Body, func(i int) bool { return companies[i] == company }); err != nil {
				return nil, err
			}
		}
		part.Packed, part.Delivery.Size = store.Pack(body), len(body)
		for i := range routed {
			if companies[i] == company {
				part.Elements = append(part.Elements, routed[i])
			}
		}
		describe(part)
		part.Delivery.Took = in.o.Clock.Now().Sub(c.At)
		parts = append(parts, part)
	}
	return parts, nil
}

// place finds whose an element is. Only the app that the account is connected through may speak for it.
func (in *Ingest) place(ctx context.Context, app clearline.App, platform clearline.Platform, e channel.Element) (company, connection clearline.ID, problem *channel.Unreadable, err error) {
	if e.Account == "" {
		return app.CompanyID, 0, e.Problem, nil
	}
	route, found, err := in.routes.get(ctx, routeKey{platform, e.AccountKind, e.Account})
	if err != nil {
		return 0, 0, nil, err
	}
	if found && e.AccountKind == channel.AccountParent {
		owners, err := in.o.Store.ParentApps(ctx, route.CompanyID, e.Account)
		if err != nil {
			return 0, 0, nil, err
		}
		found = false
		for owner, owns := range owners {
			found = found || owns && in.apps.speaksFor(app, owner)
		}
	} else if found {
		found = in.apps.speaksFor(app, route.AppID)
	}
	if !found {
		return app.CompanyID, 0, &channel.Unreadable{Cause: clearline.CauseUnrouted, Reason: "account " + e.Account + " is not connected here through this app"}, nil
	}
	return route.CompanyID, route.ConnectionID, e.Problem, nil
}

func (in *Ingest) part(app clearline.App, c Call, company clearline.ID, test bool) *store.Inbound {
	return &store.Inbound{Delivery: clearline.Delivery{ID: in.o.Store.NewID(), CompanyID: company, Platform: c.Platform, AppID: in.apps.of(company, app).ID,
		ReceivedAt: c.At, Answer: 200, Signature: "ok", Test: test}}
}

// unreadable keeps a body that is authentic but not understood at all.
func (in *Ingest) unreadable(app clearline.App, c Call, err error) *store.Inbound {
	part := in.part(app, c, app.CompanyID, false)
	part.Packed, part.Delivery.Size = store.Pack(c.Body), len(c.Body)
	part.Elements = []store.Routed{{Element: channel.Element{Problem: &channel.Unreadable{Cause: clearline.CauseUnreadable, Reason: err.Error()}}}}
	describe(part)
	return part
}

// describe sets what the list of deliveries shows: the connection when all elements share one, how late the oldest element
// came and how much later the newest happened, and why something was parked. What is handed over from the past says
// nothing of delays.
func describe(part *store.Inbound) {
	d := &part.Delivery
	var oldest, newest time.Time
	for i := range part.Elements {
		e := &part.Elements[i]
		if i == 0 {
			d.ConnectionID = e.ConnectionID
		} else if d.ConnectionID != e.ConnectionID {
			d.ConnectionID = 0
		}
		if at := e.At(); !at.IsZero() && !e.Past {
			if oldest.IsZero() || at.Before(oldest) {
				oldest = at
			}
			if at.After(newest) {
				newest = at
			}
		}
		if e.Problem != nil && d.Reason == "" {
			d.Reason = string(e.Problem.Cause) + ": " + e.Problem.Reason
		}
	}
	if !oldest.IsZero() {
		d.Lag, d.Spread = max(0, d.ReceivedAt.Sub(oldest)), newest.Sub(oldest)
	}
}
