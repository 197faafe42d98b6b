// Package retention removes what is kept only for a time: raw deliveries, the change log, ended credentials.
// It works in slices between other work and may run on several nodes at once.
package retention

import (
	"context"
	"log/slog"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/background"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/store"
)

// every is how often the clean-up runs.
const every = time.Hour

// Options say how long things are kept.
type Options struct {
	Store *store.Store
	Clock clock.Clock
	Log   *slog.Logger
	// Raw is how long raw deliveries are kept; parked ones stay until they are settled.
	Raw time.Duration
}

// Retention is the clean-up.
type Retention struct {
	o    Options
	work background.Work
}

// New returns the clean-up.
func New(o Options) *Retention { return &Retention{o: o} }

// Start begins to clean up.
func (r *Retention) Start(ctx context.Context) error {
	r.work.Start(ctx, r.run)
	return nil
}

// Stop ends it after the slice under way.
func (r *Retention) Stop() { r.work.Stop() }

func (r *Retention) run(ctx context.Context) {
	timer := r.o.Clock.NewTimer(every)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C():
		}
		if err := r.Once(ctx); err != nil && ctx.Err() == nil {
			r.o.Log.Warn("the clean-up did not finish; it goes on at its next turn", "err", err)
		}
		timer.Reset(every)
	}
}

// Once cleans up all companies.
func (r *Retention) Once(ctx context.Context) error {
	now := r.o.Clock.Now()
	companies, err := r.o.Store.Companies(ctx)
	if err != nil {
		return err
	}
	ids := []clearline.ID{clearline.Installation}
	for _, c := range companies {
		ids = append(ids, c.ID)
	}
	for _, id := range ids {
		if err := slices(ctx, func() (bool, error) { return r.o.Store.RetainChanges(ctx, id, now.Add(-store.ChangesKept)) }); err != nil {
			return err
		}
		if err := slices(ctx, func() (bool, error) { return r.o.Store.RetainDeliveries(ctx, id, now.Add(-r.o.Raw)) }); err != nil {
			return err
		}
	}
	if err := r.o.Store.RetainCredentials(ctx, now); err != nil {
		return err
	}
	return r.o.Store.GiveBack(ctx)
}

// slices runs f until there is no more.
func slices(ctx context.Context, f func() (more bool, err error)) error {
	for {
		more, err := f()
		if err != nil || !more {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}
