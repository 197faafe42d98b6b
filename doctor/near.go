package doctor

import (
	"context"
	"slices"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

const (
	// checkTaken is the platform's check of whether its calls are taken here.
	checkTaken = "taken"
	// missedSpan is how far back calls that were turned away are looked for, and nearSpan how far back minutes are.
	missedSpan = 24 * time.Hour
	nearSpan   = time.Hour
)

// nearness is how near an account is to limits on receiving and sending, by our own counters (C19, C24).
type nearness struct {
	minutes []channel.Minute
	started int
	missed  channel.Missed
	// barred is since when this server's own checks fail that say whether calls get through, by the check by.
	barred time.Time
	by     string
}

// barring are the checks without which no call of a platform gets through.
var barring = []string{checkPublic, checkDNS, checkPort, checkCertificate, checkHandshake, checkLoopback, checkDisk}

func (d *Doctor) nearness(ctx context.Context, x store.Examinee, shared bool) (n nearness, err error) {
	now := d.o.Clock.Now()
	if d.o.KeepLoads != nil {
		d.o.KeepLoads(ctx)
	}
	loads, err := d.o.Store.Loads(ctx, x.CompanyID, x.ID, now.Add(-nearSpan))
	if err != nil {
		return n, err
	}
	for _, l := range loads {
		n.minutes = append(n.minutes, channel.Minute{At: l.Minute, Received: l.Received, Sent: l.Sent, Peak: l.Peak})
	}
	started, err := d.o.Store.Starts(ctx, x.CompanyID, x.Portfolio())
	if err != nil {
		return n, err
	}
	n.started = started.People
	since := now.Add(-missedSpan)
	if x.Proof.ReceivedAt.After(since) {
		since = x.Proof.ReceivedAt
	}
	if n.missed, err = d.o.Store.Missed(ctx, x.App, shared, since); err != nil {
		return n, err
	}
	found, err := d.o.Store.Findings(ctx, x.CompanyID, x.ID)
	if err != nil {
		return n, err
	}
	for _, f := range found {
		receiving, _ := f.Finding.Cause.Stops()
		if f.State == clearline.FindingFixed || f.Result != clearline.Fail || !receiving || !slices.Contains(barring, f.Check) {
			continue
		}
		if at := began(f); n.barred.IsZero() || at.Before(n.barred) {
			n.barred, n.by = at, f.Check
		}
	}
	return n, nil
}

// unbar takes back that calls cannot get through where that was known from earlier, and this run says that they can.
func (r *run) unbar(f *flow) {
	if f.near.by == "" {
		return
	}
	by, taken := r.find(f.near.by), r.find(checkTaken)
	if by != nil && taken != nil && by.Result == clearline.Pass && taken.Cause == clearline.CauseHookFailing && f.near.missed.N == 0 {
		taken.Outcome = channel.Outcome{Result: clearline.Pass, Found: "calls get through again"}
	}
}
