package ingest

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

// Refused books a call that was not taken, without its body. It never waits: under a flood of forged calls
// single rows may be missing, which is what a flood deserves.
func (in *Ingest) Refused(platform clearline.Platform, app clearline.ID, reason string, answer, size int, detail string) {
	company := clearline.Installation
	for _, a := range in.apps.candidates(platform, app) {
		if app != 0 && a.ID == app {
			company = a.CompanyID
		}
	}
	r := store.Refusal{CompanyID: company, AppID: app, Platform: platform, At: in.o.Clock.Now(), Reason: reason, Answer: answer, Size: size, Detail: detail}
	select {
	case in.refuse <- r:
	default:
	}
}

// bookRefusals writes refusals in groups, so that they cost the way in little.
func (in *Ingest) bookRefusals(ctx context.Context) {
	for {
		var batch []store.Refusal
		select {
		case r := <-in.refuse:
			batch = append(batch, r)
		case <-ctx.Done():
			return
		}
	more:
		for len(batch) < 64 {
			select {
			case r := <-in.refuse:
				batch = append(batch, r)
			default:
				break more
			}
		}
		if err := in.o.Store.Refuse(ctx, batch); err != nil {
			in.o.Log.Warn("refused calls could not be booked", "n", len(batch), "err", err)
		}
	}
}

// RefusalsWaiting is how many refused requests wait to be booked; above the limit further ones leave no row.
func (in *Ingest) RefusalsWaiting() (requests, limit int64) {
	return int64(len(in.refuse)), int64(cap(in.refuse))
}

// diskGauge remembers the free space for a second.
type diskGauge struct {
	at   atomic.Int64
	free atomic.Int64
}

// room answers 503 before the disk is full, so that SQLite never fails in the middle.
func (in *Ingest) room() error {
	if in.o.FreeDisk == nil || in.o.MinFreeDisk <= 0 {
		return nil
	}
	now := time.Now().UnixNano()
	if at := in.disk.at.Load(); now-at > int64(time.Second) && in.disk.at.CompareAndSwap(at, now) {
		free, err := in.o.FreeDisk()
		if err != nil {
			in.o.Log.Warn("the free disk space cannot be read", "err", err)
			free = in.o.MinFreeDisk
		}
		in.disk.free.Store(free)
	}
	if in.disk.free.Load() < in.o.MinFreeDisk {
		return &clearline.Problem{Cause: clearline.CauseDisk, Title: "The disk is nearly full.",
			Detail: "Nothing was stored; the platform sends it again. Free space on the data directory's disk, or lower --min-free-disk.", RetryAfter: 30 * time.Second}
	}
	return nil
}
