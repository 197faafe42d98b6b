package search

import (
	"context"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

// leaseName is the lease of the one node that writes the index.
const leaseName = "search"

// owner keeps the lease of the index. It is claimed like a lane's: from a node whose beat stands still.
type owner struct {
	store    *store.Store
	lease    store.Lease
	has      bool
	observed map[int]observation
}

type observation struct {
	beat  int64
	since time.Time
}

func (o *owner) mine() bool   { return o.has }
func (o *owner) epoch() int64 { return o.lease.Epoch }

// doubt lets the lease be claimed anew before anything more is written.
func (o *owner) doubt() { o.has = false }

// look takes the lease when its holder is gone, and tells whether it did.
func (o *owner) look(ctx context.Context) (took bool, err error) {
	leases, err := o.store.Leases(ctx)
	if err != nil {
		return false, err
	}
	beats, err := o.store.Beats(ctx)
	if err != nil {
		return false, err
	}
	for node, beat := range beats {
		if seen, ok := o.observed[node]; !ok || seen.beat != beat {
			o.observed[node] = observation{beat, time.Now()}
		}
	}
	lease := leases[leaseName]
	if o.has && lease == o.lease {
		return false, nil
	}
	o.has = false
	if !o.free(lease, beats) {
		return false, nil
	}
	lease.Name = leaseName
	o.lease, o.has, err = o.store.Claim(ctx, clearline.Installation, lease)
	return o.has, err
}

// free tells whether nobody living holds the lease. This node holds none from before: it has just been started, or
// came to doubt the one it had. On SQLite the file's lock proves that every former holder is dead.
func (o *owner) free(lease store.Lease, beats map[int]int64) bool {
	if lease.Epoch == 0 || o.store.Engine() == "sqlite" || lease.Node == o.store.NodeID() {
		return true
	}
	if _, beating := beats[lease.Node]; !beating {
		return true
	}
	return time.Since(o.observed[lease.Node].since) >= store.DeadAfter
}
