package dispatch

import (
	"context"
	"sync"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

// observation is a node's beat as this node saw it, on this node's monotonic clock.
type observation struct {
	beat  int64
	since time.Time
}

// lookEvery is how often a node looks for lanes without a living owner.
const lookEvery = 500 * time.Millisecond

// Start begins to beat and to take lanes.
func (d *Dispatch) Start(ctx context.Context) error {
	d.work.Start(ctx, func(ctx context.Context) {
		d.beaten(time.Now())
		var beating sync.WaitGroup
		beating.Go(func() { d.beat(ctx) })
		beating.Go(func() { d.keepLoads(ctx) })
		d.watch(ctx)
		beating.Wait()
	})
	return nil
}

// Stop lets attempts under way end and gives the lanes up.
func (d *Dispatch) Stop() { d.work.Stop() }

func (d *Dispatch) beaten(at time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lastBeat = at
}

// living tells whether this node has shown lately that it lives; otherwise another may own its lanes by now.
func (d *Dispatch) living() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return time.Since(d.lastBeat) < store.StopAfter
}

func (d *Dispatch) beat(ctx context.Context) {
	ticker := time.NewTicker(store.BeatEvery)
	defer ticker.Stop()
	for {
		started := time.Now()
		if err := d.o.Store.Beat(ctx); err != nil {
			d.o.Log.Error("this node could not show that it lives; it stops sending when that lasts", "err", err)
		} else {
			d.beaten(started)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (d *Dispatch) watch(ctx context.Context) {
	defer d.endLanes()
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		if err := d.look(ctx); err != nil && ctx.Err() == nil {
			d.o.Log.Warn("the lanes could not be looked at; tried again", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (d *Dispatch) endLanes() {
	d.mu.Lock()
	lanes := d.lanes
	d.lanes = map[laneKey]*lane{}
	d.mu.Unlock()
	for _, l := range lanes {
		l.stop()
	}
	for _, l := range lanes {
		<-l.ended
	}
}

// look takes every lane whose owner is gone, and ends those that this node no longer owns.
func (d *Dispatch) look(ctx context.Context) error {
	connections, err := d.o.Store.AllConnections(ctx)
	if err != nil {
		return err
	}
	beats, err := d.o.Store.Beats(ctx)
	if err != nil {
		return err
	}
	d.observe(ctx, beats)
	leases, err := d.o.Store.Leases(ctx)
	if err != nil {
		return err
	}
	for _, c := range connections {
		if d.o.Senders[c.Platform] == nil {
			continue
		}
		if err := d.lookAt(ctx, c, leases[laneName(c.ID)], beats); err != nil {
			return err
		}
	}
	return nil
}

// Owns tells whether this node has the lane of a connection.
func (d *Dispatch) Owns(company, connection clearline.ID) bool {
	return d.lane(laneKey{company, connection}) != nil
}

func laneName(connection clearline.ID) string { return "lane/" + connection.String() }

func (d *Dispatch) lookAt(ctx context.Context, c clearline.Connection, lease store.Lease, beats map[int]int64) error {
	k := laneKey{c.CompanyID, c.ID}
	if l := d.lane(k); l != nil {
		select {
		case <-l.ended:
			d.mu.Lock()
			delete(d.lanes, k)
			d.mu.Unlock()
		default:
			l.follow(c)
			return nil
		}
	}
	if !d.living() || !d.free(lease, beats) {
		return nil
	}
	lease.Name = laneName(c.ID)
	mine, ok, err := d.o.Store.Claim(ctx, c.CompanyID, lease)
	if err != nil || !ok {
		return err
	}
	l := newLane(d, c, mine)
	ctx, l.stop = context.WithCancel(ctx)
	d.mu.Lock()
	d.lanes[k] = l
	d.mu.Unlock()
	l.more = true
	go l.run(ctx)
	return nil
}

// free tells whether nobody living owns the lease. On SQLite the file's lock proves that every former owner is dead.
func (d *Dispatch) free(lease store.Lease, beats map[int]int64) bool {
	if lease.Epoch == 0 || d.o.Store.Engine() == "sqlite" || lease.Node == d.o.Store.NodeID() {
		return true
	}
	if _, beating := beats[lease.Node]; !beating {
		return true
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return time.Since(d.observed[lease.Node].since) >= store.DeadAfter
}

// observe notes which beats moved, and buries nodes that have long been dead.
func (d *Dispatch) observe(ctx context.Context, beats map[int]int64) {
	d.mu.Lock()
	var dead []int
	for node, beat := range beats {
		o, seen := d.observed[node]
		if !seen || o.beat != beat {
			d.observed[node] = observation{beat, time.Now()}
		} else if node != d.o.Store.NodeID() && time.Since(o.since) > 10*store.DeadAfter {
			dead = append(dead, node)
		}
	}
	for node := range d.observed {
		if _, there := beats[node]; !there {
			delete(d.observed, node)
		}
	}
	d.mu.Unlock()
	for _, node := range dead {
		if err := d.o.Store.Bury(ctx, node, beats[node]); err != nil {
			d.o.Log.Warn("a dead node's row could not be removed", "node", node, "err", err)
		}
	}
}

// follow lets a lane know what people or the platform changed about its connection.
func (l *lane) follow(c clearline.Connection) {
	per := c.ThroughputPerSecond
	if per <= 0 {
		per = max(l.sender.Limits().PerSecond, 1)
	}
	l.bucket.set(per)
	select {
	case l.paused <- stopped(c):
	default:
	}
	blocked := c.Proof.Cause.Reauthorizes() || c.Proof.Cause.Disconnects()
	if l.blocked && !blocked {
		select {
		case l.cured <- struct{}{}:
		default:
		}
	}
	l.blocked = blocked
}

// stopped tells whether a person has stopped sending, for a while or for good.
func stopped(c clearline.Connection) bool { return !c.PausedAt.IsZero() || !c.DisconnectedAt.IsZero() }
