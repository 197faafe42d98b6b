package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta"
)

// feedProducts are the status page's products that WhatsApp's interface depends on, with the older name of the first.
var feedProducts = []string{"whatsapp-business-api", "waba", "graph-api"}

// lagging is from when on deliveries count as late.
const lagging = time.Minute

// feed: does Meta itself report trouble. The page alone is a note: it warns only where something of it is seen here.
func (r *examination) feed(ctx context.Context) channel.Outcome {
	read := r.p.feed.Read(ctx)
	o := r.judgeFeed(ctx, read)
	switch {
	case errors.Is(read.Err, meta.ErrFeedOff):
	case read.State == meta.FeedUnknown:
		o.Feed = channel.FeedUnread
	case read.State == meta.FeedOK:
		o.Feed = channel.FeedNothing
	default:
		o.Feed = channel.FeedIncident
		o = fill(o, "incident", incidentWords(read))
	}
	return o
}

func (r *examination) judgeFeed(ctx context.Context, read meta.Incident) channel.Outcome {
	switch {
	case errors.Is(read.Err, meta.ErrFeedOff):
		return channel.Outcome{Result: clearline.NotChecked, Found: "reading Meta’s status page is switched off on this server"}
	case read.State == meta.FeedUnknown && read.Err != nil:
		return channel.Outcome{Result: clearline.CouldNotTell, Found: "Meta’s status page cannot be read: " + read.Err.Error()}
	case read.State == meta.FeedUnknown:
		return channel.Outcome{Result: clearline.CouldNotTell, Found: "Meta’s status page says nothing that is understood"}
	case read.State == meta.FeedOK:
		return pass("Meta reports no incident")
	}
	words := incidentWords(read)
	if !r.troubled(ctx) {
		return pass(words + "; nothing of it is seen here")
	}
	o := channel.Outcome{Result: clearline.Warn, Cause: clearline.CauseOutage, Found: words, Expected: "no known issues"}
	return fill(o, "reason", wordOr(read.Post, read.Words))
}

func incidentWords(read meta.Incident) string {
	words := fmt.Sprintf("Meta reports “%s” for %s", read.Words, wordOr(read.Product, "this product"))
	if !read.Since.IsZero() {
		words += read.Since.UTC().Format(" since 15:04 UTC on 2 January")
	}
	return words
}

// troubled tells whether the platform's trouble shows here: in this run's reads, in refused sends or in late deliveries.
func (r *examination) troubled(ctx context.Context) bool {
	if _, _, any := r.refusal(clearline.CauseOutage); any || r.s.Traffic.Lag > lagging {
		return true
	}
	_, err := r.readToken(ctx)
	return err != nil
}

// changes: what Meta has announced and what concerns this connection, 90 days ahead (C23).
func (r *examination) changes(context.Context) channel.Outcome {
	return judgeChanges(meta.Changes, r.s.Now)
}

func judgeChanges(all []meta.Change, now time.Time) channel.Outcome {
	coming := meta.Coming(all, now)
	if len(coming) == 0 {
		return pass("nothing within 90 days that concerns you")
	}
	first, words := coming[0], []string{}
	for _, c := range coming {
		said := "from " + date(c.On) + " on: " + c.What
		if c.Unconfirmed {
			said += " (sources differ)"
		}
		words = append(words, said)
		if c.On.Before(first.On) {
			first = c
		}
	}
	return channel.Outcome{Result: clearline.Warn, Cause: clearline.CauseChange, Found: strings.Join(words, "; "), Expected: first.Do, Due: first.On}
}

// version: how long the version of the Graph API that this program speaks will be served, and whether it is.
func (r *examination) version(ctx context.Context) channel.Outcome {
	if _, err := r.readToken(ctx); err == nil {
		if served := r.p.graph.Served(); served != "" && served != meta.GraphVersion {
			return channel.Outcome{Result: clearline.Fail, Cause: clearline.CauseVersion, Found: "Meta answers calls of " + meta.GraphVersion + " with " + served, Expected: meta.GraphVersion}
		}
	}
	return judgeVersion(meta.GraphVersion, r.s.Now)
}

func judgeVersion(name string, now time.Time) channel.Outcome {
	end, announced := meta.EndsBy(name)
	if end.IsZero() {
		return channel.Outcome{Result: clearline.CouldNotTell, Found: name + " is not among the versions known here"}
	}
	when := "its end is not announced"
	if announced {
		when = "it ends on " + date(end)
	}
	left := end.Sub(now)
	switch {
	case left > meta.Ahead:
		return pass(name + "; " + when)
	case left <= 0 && announced:
		return channel.Outcome{Result: clearline.Fail, Cause: clearline.CauseVersion, Found: name + " ended on " + date(end), Expected: "a version that is served"}
	case !announced:
		when = "it may end from " + date(end) + " on, two years after it came"
	}
	o := channel.Outcome{Result: clearline.Warn, Cause: clearline.CauseVersion, Found: name + "; " + when, Expected: "a version with more than 90 days left", Due: end}
	if !announced {
		o.Due = time.Time{}
	}
	return o
}
