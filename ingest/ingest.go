// Package ingest is the way in: verify over the raw bytes, keep them, apply what they mean, and only then
// answer. What cannot be applied is parked, never dropped; what was kept can be applied again.
package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/background"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/store"
)

// applyAtOnce is the largest number of elements applied before the answer; more are kept as pending and
// applied in slices of this size between other work.
const applyAtOnce = 64

// maxTries is how often a pending delivery is tried before it is parked.
const maxTries = 5

// Options are what the way in needs.
type Options struct {
	Store *store.Store
	// Platforms are the leaves with webhooks.
	Platforms map[clearline.Platform]channel.Webhook
	Clock     clock.Clock
	Log       *slog.Logger
	// MinFreeDisk is the free space in bytes below which nothing more is taken; FreeDisk tells the free space,
	// nil when the data is not on this machine.
	MinFreeDisk int64
	FreeDisk    func() (int64, error)
}

// Ingest takes deliveries in. Start it before use.
type Ingest struct {
	o      Options
	routes routes
	apps   apps
	refuse chan store.Refusal
	asked  chan asked
	wake   chan struct{}

	work background.Work
	disk diskGauge
}

// New returns the way in.
func New(o Options) *Ingest {
	in := &Ingest{o: o, refuse: make(chan store.Refusal, 1024), asked: make(chan asked, 16), wake: make(chan struct{}, 1)}
	in.routes.find = o.Store.FindRoute
	in.apps.load = o.Store.Apps
	return in
}

// Start begins to apply what is pending, also from before a crash.
func (in *Ingest) Start(ctx context.Context) error {
	if err := in.apps.refresh(ctx); err != nil {
		return err
	}
	in.work.Start(ctx, in.applyPending, in.bookRefusals, in.noteAsked)
	in.ring()
	return nil
}

// Stop ends the background work; what is pending stays for the next start.
func (in *Ingest) Stop() { in.work.Stop() }

// AppsChanged makes new apps count at once.
func (in *Ingest) AppsChanged(ctx context.Context) error {
	in.routes.forget()
	return in.apps.refresh(ctx)
}

// Call is one request of a platform, its body read in full.
type Call struct {
	Platform clearline.Platform
	// App is the app named in the path, 0 for the shared path.
	App    clearline.ID
	Header http.Header
	Body   []byte
	At     time.Time
}

// Take verifies, keeps and applies one call. A nil error means 2xx: all of it is committed and flushed.
func (in *Ingest) Take(ctx context.Context, c Call) error {
	leaf := in.o.Platforms[c.Platform]
	if leaf == nil {
		return store.ErrAbsent
	}
	app, ok, err := in.speaker(ctx, leaf, c)
	if err != nil {
		return err
	}
	if !ok && in.ownSelfTest(c) {
		return errSignature
	}
	if !ok {
		in.Refused(c.Platform, c.App, "signature", http.StatusUnauthorized, len(c.Body), "signature missing or not of an app known here")
		return errSignature
	}
	if err := in.room(); err != nil {
		in.Refused(c.Platform, c.App, "shed", http.StatusServiceUnavailable, len(c.Body), "disk nearly full")
		return err
	}
	if done, err := in.keepSelfTest(ctx, app, c); done {
		return err
	}
	parts, err := in.split(ctx, leaf, app, c)
	if err != nil {
		return err
	}
	for _, part := range parts {
		if err := in.keep(ctx, part); err != nil {
			if errors.Is(err, store.ErrBusy) {
				in.Refused(c.Platform, c.App, "shed", http.StatusServiceUnavailable, len(c.Body), "over capacity")
			}
			return err
		}
	}
	return nil
}

var errSignature = &clearline.Problem{Cause: clearline.CauseHookSignature, Title: "The signature does not match.",
	Detail: "The body was not signed with the secret of an app that is set up here. Nothing was read or stored. Compare the app secret with the one in the platform's dashboard."}

// keep stores one company's part: applied when it is small, else as pending. When applying fails for a
// reason that is not the database's, the bytes are kept alone and applied later.
func (in *Ingest) keep(ctx context.Context, part *store.Inbound) error {
	if len(part.Elements) > applyAtOnce {
		part.Mode = store.InboundKeep
	}
	err := in.o.Store.Ingest(ctx, part)
	var p *clearline.Problem
	switch {
	case err == nil:
	case errors.As(err, &p), errors.Is(err, store.ErrClosed), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	default:
		in.o.Log.Error("a delivery could not be applied; it is kept and tried again", "delivery", part.Delivery.ID, "err", err)
		if errors.Is(err, store.ErrMoved) {
			in.routes.forget()
		}
		part.Mode = store.InboundKeep
		part.Delivery.Reason = "applying failed: " + err.Error()
		if err := in.o.Store.Ingest(ctx, part); err != nil {
			return err
		}
	}
	if part.Mode == store.InboundKeep {
		in.ring()
	}
	return nil
}

func (in *Ingest) ring() {
	select {
	case in.wake <- struct{}{}:
	default:
	}
}

// parse calls the leaf. A panic there costs nothing but a parked delivery.
func parse(leaf channel.Webhook, body []byte) (parsed channel.Parsed, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the parser panicked: %v", p)
		}
	}()
	return leaf.Parse(body)
}
