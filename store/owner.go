package store

import (
	"context"
	"time"

	"github.com/clearline/clearline"
)

// Owner keeps the lease of a job that one node at a time does. It is claimed like a lane's: from a node whose beat
// stands still on this node's monotonic clock. It belongs to one goroutine.
type Owner struct {
	store    *Store
	name     string
	lease    Lease
	has      bool
	observed map[int]observedBeat
	beats    map[int]int64
}

type observedBeat struct {
	beat  int64
	since time.Time
}

// NewOwner returns the owner of a job, which it does not hold yet.
func (s *Store) NewOwner(name string) *Owner {
	return &Owner{store: s, name: name, observed: map[int]observedBeat{}}
}

// Mine tells whether this node held the job at the last look; Lease is the lease that fences its writes.
func (o *Owner) Mine() bool   { return o.has }
func (o *Owner) Lease() Lease { return o.lease }

// Doubt lets the job be claimed anew before anything more is done for it.
func (o *Owner) Doubt() { o.has = false }

// Look takes the job when its holder is gone, and tells whether it did.
func (o *Owner) Look(ctx context.Context) (took bool, err error) {
	leases, err := o.store.Leases(ctx)
	if err != nil {
		return false, err
	}
	if o.beats, err = o.store.Beats(ctx); err != nil {
		return false, err
	}
	for node, beat := range o.beats {
		if seen, ok := o.observed[node]; !ok || seen.beat != beat {
			o.observed[node] = observedBeat{beat, time.Now()}
		}
	}
	lease := leases[o.name]
	if o.has && lease == o.lease {
		return false, nil
	}
	o.has = false
	// This node holds none from before: it has just been started, or came to doubt the one it had.
	if lease.Epoch != 0 && lease.Node != o.store.NodeID() && o.Living(lease.Node) {
		return false, nil
	}
	lease.Name = o.name
	o.lease, o.has, err = o.store.Claim(ctx, clearline.Installation, lease)
	return o.has, err
}

// Living tells whether a node was seen to live at the last look. On SQLite the file's lock proves that every other is dead.
func (o *Owner) Living(node int) bool {
	if node == o.store.NodeID() {
		return true
	}
	if o.store.Engine() == "sqlite" {
		return false
	}
	_, beating := o.beats[node]
	return beating && time.Since(o.observed[node].since) < DeadAfter
}
