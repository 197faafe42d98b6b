// Package outcome is what became of messages: what may be behind one that did not arrive and what the facts rule out, who
// may send it again and when, what waits and what wants a decision, and what a message that stays sent ends as. It reads
// facts that the ways in and out wrote, and asks the playbook for rules and words.
package outcome

import (
	"context"
	"log/slog"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/background"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/dispatch"
	"github.com/clearline/clearline/store"
)

// Options are what outcomes need.
type Options struct {
	Store    *store.Store
	Dispatch *dispatch.Dispatch
	// Explainers are the platforms' catalogues of error numbers, Reachers their country rules.
	Explainers map[clearline.Platform]channel.Explainer
	Reachers   map[clearline.Platform]channel.Reacher
	// Limits are the platforms' fixed figures.
	Limits map[clearline.Platform]channel.Limits
	// Kept is for how long a platform keeps a message that it cannot deliver, where nothing shorter is known of the message.
	Kept  time.Duration
	Clock clock.Clock
	Log   *slog.Logger
}

// Outcomes tells what became of messages. Start it so that messages without a receipt come to an end.
type Outcomes struct {
	o    Options
	work background.Work
}

// New returns the outcomes.
func New(o Options) *Outcomes { return &Outcomes{o: o} }

// Start begins to look for messages whose receipt will not come any more.
func (o *Outcomes) Start(ctx context.Context) error {
	o.work.Start(ctx, o.watchReceipts)
	return nil
}

// Stop ends it after the slice under way.
func (o *Outcomes) Stop() { o.work.Stop() }
