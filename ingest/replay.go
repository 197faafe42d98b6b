package ingest

import (
	"context"
	"errors"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

// pendingEvery is how often pending deliveries are looked for when nobody rings: another node may have died
// with some.
const pendingEvery = 5 * time.Second

// applyPending applies kept deliveries in slices, the oldest first, until the context ends.
func (in *Ingest) applyPending(ctx context.Context) {
	timer := in.o.Clock.NewTimer(pendingEvery)
	defer timer.Stop()
	for {
		more, err := in.applySome(ctx)
		if err != nil && ctx.Err() == nil {
			in.o.Log.Error("pending deliveries could not be applied; tried again", "err", err)
		}
		if more && err == nil {
			continue
		}
		timer.Reset(pendingEvery)
		select {
		case <-ctx.Done():
			return
		case <-in.wake:
		case <-timer.C():
		}
	}
}

func (in *Ingest) applySome(ctx context.Context) (more bool, err error) {
	all, err := in.o.Store.PendingDeliveries(ctx, 16)
	if err != nil {
		return false, err
	}
	for _, p := range all {
		err := in.applyOne(ctx, p)
		switch {
		case err == nil:
			more = true
		case ctx.Err() != nil:
			return false, err
		case errors.Is(err, store.ErrTakenOver):
		default:
			if err := in.failOne(ctx, p, err); err != nil {
				return false, err
			}
		}
	}
	return more, nil
}

// failOne books a failed try, unless it failed for a reason that passes (busy, no database).
func (in *Ingest) failOne(ctx context.Context, p store.PendingDelivery, cause error) error {
	var problem *clearline.Problem
	if errors.As(cause, &problem) && problem.RetryAfter > 0 {
		return cause
	}
	parked, err := in.o.Store.FailPending(ctx, p, "applying failed: "+cause.Error(), maxTries)
	if parked {
		in.o.Log.Warn("a delivery was parked after its tries", "delivery", p.DeliveryID, "err", cause)
	}
	return err
}

// applyOne applies the elements of a pending delivery that are still to be applied. The row counts how many
// those are, so that a crash between two slices repeats nothing.
func (in *Ingest) applyOne(ctx context.Context, p store.PendingDelivery) error {
	d, elements, err := in.reread(ctx, p.CompanyID, p.DeliveryID)
	if err != nil {
		return err
	}
	left := d.Count.Pending
	if left > len(elements) {
		left = len(elements)
	}
	for rest := elements[len(elements)-left:]; len(rest) > 0 || d.Count.Pending > 0; {
		n := min(applyAtOnce, len(rest))
		slice := &store.Inbound{Delivery: d, Elements: rest[:n], Mode: store.InboundSlice, Expect: d.Count.Pending}
		slice.Delivery.Reason = ""
		describe(slice)
		if err := in.o.Store.Ingest(ctx, slice); err != nil {
			return err
		}
		d.Count.Pending -= n
		if rest = rest[n:]; n == 0 {
			break
		}
	}
	return nil
}

// reread parses a kept delivery again and routes it within its company.
func (in *Ingest) reread(ctx context.Context, company, id clearline.ID) (clearline.Delivery, []store.Routed, error) {
	d, err := in.o.Store.Delivery(ctx, company, id)
	if err != nil {
		return d, nil, err
	}
	leaf := in.o.Platforms[d.Platform]
	if leaf == nil || d.Raw == nil {
		return d, nil, &clearline.Problem{Cause: clearline.CauseUnreadable, Title: "The bytes of this delivery are no longer kept.",
			Detail: "They are kept as long as --raw-retention says; refused deliveries are never kept."}
	}
	parsed, err := parse(leaf, d.Raw)
	if err != nil {
		return d, []store.Routed{{Element: channel.Element{Problem: &channel.Unreadable{Cause: clearline.CauseUnreadable, Reason: err.Error()}}}}, nil
	}
	app, err := in.app(ctx, d.AppID)
	if err != nil {
		return d, nil, err
	}
	elements := make([]store.Routed, len(parsed.Elements))
	for i, e := range parsed.Elements {
		owner, connection, problem, err := in.place(ctx, app, d.Platform, e)
		if err != nil {
			return d, nil, err
		}
		if problem == nil && owner != company {
			problem = &channel.Unreadable{Cause: clearline.CauseUnrouted, Reason: "account " + e.Account + " belongs to another company"}
		}
		if problem != nil {
			e, connection = channel.Element{Account: e.Account, AccountKind: e.AccountKind, Problem: problem}, 0
		}
		elements[i] = store.Routed{Element: e, ConnectionID: connection}
	}
	return d, elements, nil
}

func (in *Ingest) app(ctx context.Context, id clearline.ID) (clearline.App, error) {
	for {
		if all := in.apps.all.Load(); all != nil {
			for _, a := range *all {
				if a.ID == id {
					return a, nil
				}
			}
		}
		if !in.apps.stale(ctx) {
			return clearline.App{}, &clearline.Problem{Cause: clearline.CauseUnrouted, Title: "The app that spoke is no longer set up here.", Detail: "Set it up again, then replay."}
		}
	}
}

// Replay applies a delivery of a company again. Applying twice changes nothing (I8); what is understood by
// now is stored, and the delivery's own counts say so.
func (in *Ingest) Replay(ctx context.Context, company, id clearline.ID) (clearline.Count, error) {
	d, elements, err := in.reread(ctx, company, id)
	if err != nil {
		return clearline.Count{}, err
	}
	var sum clearline.Count
	reason := ""
	for rest := elements; len(rest) > 0; {
		n := min(applyAtOnce, len(rest))
		slice := &store.Inbound{Delivery: d, Elements: rest[:n], Mode: store.InboundReplay}
		slice.Delivery.Reason = ""
		describe(slice)
		if reason == "" {
			reason = slice.Delivery.Reason
		}
		if err := in.o.Store.Ingest(ctx, slice); err != nil {
			return clearline.Count{}, err
		}
		sum.Stored += slice.Count.Stored
		sum.Duplicate += slice.Count.Duplicate
		sum.Parked += slice.Count.Parked
		rest = rest[n:]
	}
	return sum, in.o.Store.FinishReplay(ctx, company, id, sum, reason)
}
